"""Works and Instances: found by number or words (hub.search), compared as matching compares records (hub.identity)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Connection, select

from converters.marc import values
from converters.marc.record import Field, Record
from hub.identity.features import authors, edition, language, place, publisher, title, year
from hub.identity.features.text import fold, strict
from hub.identity.table import GENERIC, TITLE_ENOUGH
from hub.protocols.reconcile.query import LONGEST_SEARCHED, Candidate, Condition, Query
from hub.protocols.reconcile.score import AGREES, TONES_DIFFER, agreement, satisfied, tones_differ, total
from hub.registry.registry import CHUNK
from hub.registry.schema import record
from hub.search import Hit, Search
from ontologies.codes import code_of, codes

_HITS = 12
"""Works that one search may bring."""
_COMMON = 200
"""A title with more Works than this is looked for together with its author."""
_EDITIONS = 8
"""Instances of one Work that are compared, those of the year asked for first."""
_MOST_INSTANCES = 60
_RECORDS = 4
"""Records of one Instance that are compared, the best first."""
_MOST_WORDS = 24
_PREFERRED = 0.95
"""The most that a title counts which is not on the Instance but stands for the Work (130, 240)."""

Said = dict[str, Any]
"""Features of one record, as hub.identity.features extracts them."""


@dataclass(slots=True)
class _Found:
    """An Instance with its Work and the values of its comparison."""

    hit: Hit
    card: Mapping[str, Any]
    values: dict[str, float | None] = field(default_factory=dict)
    tones: bool = True


class Bibliographic:
    """Finds Works and Instances; ``names`` gives the code of a library for its code or name."""

    def __init__(self, search: Search, names: Mapping[str, str]) -> None:
        self.search = search
        self.names = names

    def find(self, connection: Connection, query: Query, types: frozenset[str]) -> list[Candidate]:
        """Candidates of the types Work and Instance, best first; ``connection`` reads the registry."""
        if not types & {"Work", "Instance"}:
            return []
        numbers, text, conditions = _numbers(query)
        found = self._compared(connection, self._hits(query, numbers, text), numbers, text, conditions)
        made: list[Candidate] = []
        if "Instance" in types:
            made += _instances(found, numbers, text, conditions)
        if "Work" in types:
            made += _works(found, numbers, text, conditions)
        made.sort(key=lambda c: (-c.score, -len(c.libraries), c.id))
        return made

    def beginning(self, prefix: str, types: frozenset[str], limit: int) -> list[Candidate]:
        """Works and Instances that have the words typed so far, the last one perhaps unfinished."""
        if not types & {"Work", "Instance"}:
            return []
        words = searchable(prefix)
        hits = self.search.search(words, limit=limit, facets=False).hits if words else []
        made = []
        for hit in hits:
            one = _Found(hit, {})
            if "Work" in types:
                made.append(_work(hit.work_id, one))
            if "Instance" in types:
                made += [_instance(_Found(hit, card)) for card in hit.instances]
        return made[:limit]

    def _hits(self, query: Query, numbers: Sequence[Condition], text: str) -> list[Hit]:
        found: dict[str, Hit] = {}

        def look(words: str, limit: int = _HITS) -> int:
            results = self.search.search(words, limit=limit, facets=False)
            for hit in results.hits:
                found.setdefault(hit.work_id, hit)
            return 0 if results.fuzzy else results.total

        for condition in numbers:
            for value in condition.values:
                number = values.isbn13(value) if condition.property == "isbn" else values.issn(value)
                if number:
                    look("".join(c for c in number if c.isalnum()))
        words = searchable(text)
        who = searchable(" ".join(query.values("author")[:1]))
        if words:
            count = look(words)
            if count > _COMMON and who:
                look(f"{words} {who}")
            elif not count and not numbers:
                main = searchable(text.partition(" : ")[0].partition(". ")[0])
                if main != words:
                    count = look(main)
                if not count and len(words.split()) > 1:
                    look(" OR ".join(words.split()))
        elif who and not numbers:
            look(who)
        return list(found.values())

    def _compared(
        self,
        connection: Connection,
        hits: Sequence[Hit],
        numbers: Sequence[Condition],
        text: str,
        conditions: Sequence[Condition],
    ) -> list[_Found]:
        asked = _extracted("title", text) if strict(text) else None
        statement = authors.extract(Record("", [Field("245", "0", "0", [("a", text)])])) if " / " in text else None
        years = {y for c in conditions if c.property == "date" for v in c.values if (y := values.year(v))}
        chosen = [
            _Found(hit, card)
            for hit in hits
            for card in sorted(hit.instances, key=lambda i: min((abs((i["year"] or 0) - y) for y in years), default=0))[
                : len(hit.instances) if numbers else _EDITIONS
            ]
        ][: _MOST_INSTANCES * (2 if numbers else 1)]
        said = _said(connection, [f.card["id"] for f in chosen])
        for one in chosen:
            for features in said.get(one.card["id"], ())[:_RECORDS]:
                new, tones = self._values(features, one.card, asked, statement, [*numbers, *conditions])
                for name, value in new.items():
                    known = one.values.get(name)
                    if name not in one.values or (value is not None and (known is None or value > known)):
                        one.values[name] = value
                        if name == "title":
                            one.tones = tones
        return [f for f in chosen if f.values]

    def _values(
        self,
        said: Said,
        card: Mapping[str, Any],
        asked: dict[str, Any] | None,
        statement: dict[str, Any] | None,
        conditions: Sequence[Condition],
    ) -> tuple[dict[str, float | None], bool]:
        """The value of each thing asked for in one record, and whether the tones of the titles agree."""
        found: dict[str, float | None] = {}
        tones = True
        if asked is not None:
            found["title"], tones = _title(asked, said)
        if statement is not None:
            found["author"] = authors.compare(statement, said.get("authors"))
        for condition in conditions:
            value = agreement(condition, partial(self._judge, said, card, condition.property))
            known = found.get(condition.property)
            found[condition.property] = value if known is None or value is None else min(known, value)
        return found, tones

    def _judge(self, said: Said, card: Mapping[str, Any], name: str, text: str) -> float | None:
        """How well one text agrees with what a record says, None when it says nothing of it."""
        match name:
            case "isbn" | "issn":
                return _number(name, text, said.get("identifiers"))
            case "title":
                asked = _extracted("title", text)
                return _title(asked, said)[0] if asked else None
            case "author":
                return authors.compare(_extracted(name, text), said.get("authors"))
            case "date":
                asked_year = values.year(text)
                return year.compare({"y": [asked_year]}, said.get("year")) if asked_year else None
            case "publisher":
                return publisher.compare(_extracted(name, text), said.get("publisher"))
            case "place":
                return place.compare(_extracted(name, text), said.get("place"))
            case "edition":
                return edition.compare(_extracted(name, text), said.get("edition"))
            case "language":
                return language.compare(language_code(text), said.get("language"))
            case "library":
                code = self.names.get(text.strip()) or self.names.get(strict(text))
                return None if code is None else 1.0 if code in card["libraries"] else -1.0
        return None


def searchable(text: str) -> str:
    """The words of a text for hub.search: no operator, quotation mark or field name is left in them."""
    before = text[:LONGEST_SEARCHED].partition(" / ")[0]
    plain = "".join(c if c.isalnum() or _combines(c) else " " for c in before)
    return " ".join(plain.lower().split()[:_MOST_WORDS])


def _combines(letter: str) -> bool:
    return "\u0300" <= letter <= "\u036f"


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
    "author": (authors.extract, "700", "a"),
    "publisher": (publisher.extract, "260", "b"),
    "place": (place.extract, "260", "a"),
    "edition": (edition.extract, "250", "a"),
}
"""Property → what reads its feature, and the field and subfield in which a record has it."""


@lru_cache(maxsize=4096)
def _extracted(name: str, text: str) -> Any:
    """The feature of a text, read as if it stood in a record."""
    extract, tag, code = _FIELDS[name]
    return extract(Record("", [Field(tag, " ", " ", [(code, text)])]))


def _numbers(query: Query) -> tuple[list[Condition], str, list[Condition]]:
    """What identifies (ISBN, ISSN), the title, and the other conditions; a text that is a number is no title."""
    numbers = [c for c in query.conditions if c.property in ("isbn", "issn")]
    rest = [c for c in query.conditions if c.property not in ("isbn", "issn")]
    text = query.text.strip()
    if isbn := values.isbn13(text):
        numbers.append(Condition("isbn", (isbn,)))
        text = ""
    elif len(text) < 20 and (issn := values.issn(text)):
        numbers.append(Condition("issn", (issn,)))
        text = ""
    if not text:
        text = next(iter(query.values("title")), "")
        rest = [c for c in rest if c.property != "title" or c.required or c.quantifier != "any"]
    return numbers, text, rest


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


def _title(asked: dict[str, Any], said: Said) -> tuple[float | None, bool]:
    """How well titles agree (title proper or preferred title), and whether their tones do."""
    known = said.get("title")
    value = title.compare(asked, known)
    tones = True
    if value is not None and value < TITLE_ENOUGH and known and tones_differ(asked.get("a", ""), known.get("a", "")):
        value, tones = TONES_DIFFER, False
    preferred = (said.get("work") or {}).get("t")
    if preferred and (value is None or value < AGREES):
        other = title.compare(asked, {"a": preferred, **({"vi": 1} if known and "vi" in known else {})})
        if other is not None and (value is None or other > value):
            return min(other, _PREFERRED), True
    return value, tones


def _said(connection: Connection, instances: Iterable[str]) -> dict[str, list[Said]]:
    """The features of the records of some Instances, best record first."""
    wanted = list(dict.fromkeys(instances))
    found: dict[str, list[Said]] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = connection.execute(
            select(record.c.instance, record.c.features)
            .where(record.c.instance.in_(wanted[start : start + CHUNK]), record.c.deleted.is_(False))
            .order_by(record.c.rank.desc(), record.c.id)
        )
        for row in rows:
            known = found.setdefault(row.instance, [])
            if row.features and len(known) < _RECORDS:
                known.append(json.loads(row.features))
    return found


def _instances(
    found: Sequence[_Found], numbers: Sequence[Condition], text: str, conditions: Sequence[Condition]
) -> list[Candidate]:
    made = []
    certain = []
    for one in found:
        candidate = _instance(one)
        if candidate.score > 0 and satisfied([*numbers, *conditions], one.values):
            made.append(candidate)
            if _certain(one.values, text, ("author", "date")):
                certain.append(candidate)
    if len(certain) == 1:
        certain[0].match = True
    return made


def _works(
    found: Sequence[_Found], numbers: Sequence[Condition], text: str, conditions: Sequence[Condition]
) -> list[Candidate]:
    """A Work agrees as well as the Instance of it that agrees best."""
    best: dict[str, _Found] = {}
    for one in found:
        known = best.get(one.hit.work_id)
        if known is None or total(one.values) > total(known.values):
            best[one.hit.work_id] = one
    made = []
    certain = []
    for work, one in best.items():
        candidate = _work(work, one)
        if candidate.score > 0 and satisfied([*numbers, *conditions], one.values):
            made.append(candidate)
            if _certain(one.values, text, ("author",)):
                certain.append(candidate)
    if len(certain) == 1:
        certain[0].match = True
    return made


def _instance(one: _Found) -> Candidate:
    card = one.card
    line = [", ".join(one.hit.creators[:2]), card["publication"] or str(card["year"] or ""), card["edition"]]
    made = _candidate(f"instances/{card['id']}", card["title"] or one.hit.title, "Instance", one, line)
    made.libraries = tuple(card["libraries"])
    made.features["copies"] = float(len(made.libraries))
    return made


def _work(identity: str, one: _Found) -> Candidate:
    hit = one.hit
    years = hit.years
    span = "" if not years else f"{years[-1]}–{years[0]}" if years[-1] != years[0] else str(years[0])
    made = _candidate(
        f"works/{identity}", hit.title, "Work", one, [", ".join(hit.creators), span, ", ".join(hit.languages)]
    )
    made.libraries = tuple(hit.libraries)
    made.features["copies"] = float(len(made.libraries))
    return made


def _candidate(id: str, name: str, type: str, one: _Found, line: Sequence[str]) -> Candidate:
    features: dict[str, float | bool] = {n: round(v, 3) for n, v in one.values.items() if v is not None}
    if "title" in features and not one.tones:
        features["tones"] = False
    description = " · ".join(part for part in line if part)
    return Candidate(id, name or id, (type,), total(one.values), features, description)


def _certain(values: Mapping[str, float | None], text: str, needed: Sequence[str]) -> bool:
    """Whether nothing but this can be meant.

    By number: it is this one's and the title, where one was given, does not tell otherwise. By title: the title
    agrees with all tones and is not the name of a kind (``Thơ``), and so does what is ``needed``. Nothing may speak
    against.
    """
    if any(v is not None and v < 0 for v in values.values()):
        return False
    titled = values.get("title")
    if max(values.get("isbn") or 0.0, values.get("issn") or 0.0) >= 1.0:
        return titled is None or titled >= TITLE_ENOUGH
    if titled is None or titled < AGREES or fold(strict(text)) in GENERIC:
        return False
    return all((values.get(name) or 0.0) >= AGREES for name in needed)
