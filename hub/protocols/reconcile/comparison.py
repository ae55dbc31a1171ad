"""How well what was asked agrees with one record, as matching compares records, and when nothing else can be meant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from converters.marc import values
from converters.marc.record import Field, Record
from hub.identity.features import authors, edition, language, part, place, publisher, title, year
from hub.identity.features.text import fold, strict
from hub.identity.table import GENERIC, TITLE_ENOUGH
from hub.protocols.reconcile.score import AGREES, TONES_DIFFER, tones_differ
from ontologies.codes import code_of, codes

Said = dict[str, Any]
"""Features of one record, as hub.identity.features extracts them."""

_PREFERRED = 0.95
"""The most that a title counts which is not on the Instance but stands for the Work (130, 240)."""
_SILENT = 0.8
"""What identity gives where one of two titles has no remainder."""
_LESS = 0.75
"""What that counts where the record has none: reports and maps by the hundred have one title proper."""


def language_code(text: str) -> str | None:
    """The MARC code for a language given as code, name (English, Vietnamese) or IRI; None for an unknown one."""
    last = text.strip().rstrip("/").rpartition("/")[2]
    two = _TWO_LETTERS.get(last.casefold())
    if two:
        return two
    return last.casefold() if last.casefold() in codes("languages") else code_of("languages", last)


# ISO 639-1 codes of the languages that catalogues of the region hold most; other ones are given in three letters.
_TWO_LETTERS = {
    "vi": "vie", "en": "eng", "fr": "fre", "zh": "chi", "ru": "rus", "de": "ger", "ja": "jpn", "ko": "kor", "lo": "lao",
    "km": "khm", "th": "tha", "es": "spa", "it": "ita", "pt": "por", "la": "lat", "ms": "may", "id": "ind", "ar": "ara",
}  # fmt: skip


_FIELDS: dict[str, tuple[Callable[[Record], Any], str, str]] = {
    "title": (title.extract, "245", "a"),
    "part": (part.extract, "245", "a"),
    "author": (authors.extract, "700", "a"),
    "publisher": (publisher.extract, "260", "b"),
    "place": (place.extract, "260", "a"),
    "edition": (edition.extract, "250", "a"),
}
"""Property → what reads its feature, and the field and subfield in which a record has it."""


@lru_cache(maxsize=4096)
def extracted(name: str, text: str) -> Any:
    """The feature of a text, read as if it stood in a record."""
    extract, tag, code = _FIELDS[name]
    return extract(Record("", [Field(tag, " ", " ", [(code, text)])]))


def judge(said: Said, held: Sequence[str], libraries: Mapping[str, str], name: str, text: str) -> float | None:
    """How well one text agrees with what a record says, None when it says nothing of it.

    ``held`` are the codes of libraries that hold it, ``libraries`` codes by code and name.
    """
    match name:
        case "isbn" | "issn":
            return _number(name, text, said.get("identifiers"))
        case "title":
            asked = extracted("title", text)
            return title_agreement(asked, said)[0] if asked else None
        case "author":
            return authors.compare(extracted(name, text), said.get("authors"))
        case "date":
            asked_year = values.year(text)
            return year.compare({"y": [asked_year]}, said.get("year")) if asked_year else None
        case "publisher":
            return publisher.compare(extracted(name, text), said.get("publisher"))
        case "place":
            return place.compare(extracted(name, text), said.get("place"))
        case "edition":
            return edition.compare(extracted(name, text), said.get("edition"))
        case "language":
            return language.compare(language_code(text), said.get("language"))
        case "library":
            code = libraries.get(text.strip()) or libraries.get(strict(text))
            return None if code is None else 1.0 if code in held else -1.0
    return None


def _number(name: str, text: str, known: Mapping[str, Any] | None) -> float | None:
    known = known or {}
    if name == "issn":
        number = values.issn(text)
        return None if number is None or not known.get("issn") else 1.0 if number in known["issn"] else -1.0
    number = values.isbn13(text)
    if number is None:
        return None
    if number in known.get("isbn", ()):
        return 1.0
    if number in known.get("set", ()) or number in known.get("cancelled", ()):
        return 0.3
    return -1.0 if known.get("isbn") else None


def title_agreement(asked: dict[str, Any], said: Said) -> tuple[float | None, bool]:
    """How well titles agree (title proper or preferred title), and whether their tones do."""
    known = said.get("title")
    value = title.compare(asked, known)
    tones = True
    if value == _SILENT and asked.get("b") and known and not known.get("b"):
        value = _LESS
    if value is not None and value < TITLE_ENOUGH and known and tones_differ(asked.get("a", ""), known.get("a", "")):
        value, tones = TONES_DIFFER, False
    preferred = (said.get("work") or {}).get("t")
    if preferred and (value is None or value < AGREES):
        other = title.compare(asked, {"a": preferred, **({"vi": 1} if known and "vi" in known else {})})
        if other is not None and (value is None or other > value):
            return min(other, _PREFERRED), True
    return value, tones


def certain(values: Mapping[str, float | None], text: str, needed: Sequence[str]) -> str:
    """By what nothing but this can be meant, if it is the only one: ``number``, ``title``, or the empty string.

    By number: it is this one's and the title, where one was given, does not tell otherwise. By title: the title
    agrees with all tones and is not the name of a kind (``Thơ``), and so does what is ``needed``. Nothing may speak
    against.
    """
    if any(v is not None and v < 0 for v in values.values()):
        return ""
    titled = values.get("title")
    if max(values.get("isbn") or 0.0, values.get("issn") or 0.0) >= 1.0:
        return "number" if titled is None or titled >= TITLE_ENOUGH else ""
    if titled is None or titled < AGREES or fold(strict(text)) in GENERIC:
        return ""
    return "title" if all((values.get(name) or 0.0) >= AGREES for name in needed) else ""


def part_agreement(text: str, said: Said) -> float | None:
    """Whether a title names the part of a whole that the record is: 1, −1 another part, −.5 one names none."""
    asked: float | None = part.compare(extracted("part", text), said.get("part"))
    return asked
