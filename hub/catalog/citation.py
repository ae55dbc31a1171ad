"""An Instance for reference managers: RIS (Research Information Systems) and BibTeX."""

from __future__ import annotations

import re

from hub.catalog.models import InstancePage

_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_RIS_TYPES = {
    "Text": "BOOK", "NotatedMusic": "MUSIC", "Cartography": "MAP", "MovingImage": "VIDEO", "Audio": "SOUND",
    "Serial": "JOUR", "Dissertation": "THES", "Manuscript": "UNPB", "Dataset": "DATA",
}  # fmt: skip
_BIBTEX_ESCAPES = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_",
    "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
})  # fmt: skip


def _line(text: str) -> str:
    """Text on one line: a line break in a title must not begin a new field."""
    return " ".join(text.split())


def year(page: InstancePage) -> str:
    """The first year of the publication date, or the empty string."""
    found = _YEAR.search(page.date)
    return found.group(1) if found else ""


def _names(page: InstancePage) -> tuple[list[str], list[str]]:
    """Authors, and the others who took part."""
    authors: list[str] = []
    others: list[str] = []
    for c in page.work.contributions if page.work else ():
        (authors if c.primary else others).append(_line(c.agent.label()))
    return authors, others


def ris(page: InstancePage) -> str:
    """The Instance as one RIS reference, ending in ``ER``."""
    kinds = (*(page.work.types if page.work else ()), *page.types)
    lines = [("TY", next((_RIS_TYPES[k] for k in kinds if k in _RIS_TYPES), "GEN"))]
    authors, others = _names(page)
    lines += [("AU", name) for name in authors] + [("A2", name) for name in others]
    lines += [("TI", page.title), ("CY", page.place), ("PB", page.publisher), ("PY", year(page))]
    lines += [("ET", t.text) for t in page.edition] + [("T3", t.text) for t in page.series]
    lines += [("SN", i.value) for i in page.identifiers if i.kind in ("Isbn", "Issn") and not i.status]
    lines += [("DO", i.value) for i in page.identifiers if i.kind == "Doi"]
    lines += [("KW", s.label("vi")) for s in (page.work.subjects if page.work else ())]
    lines += [("UR", page.iri), ("ER", "")]
    return "".join(f"{tag}  - {_line(text)}\r\n" for tag, text in lines if text or tag == "ER")


def bibtex(page: InstancePage) -> str:
    """The Instance as one BibTeX entry (UTF-8, for biber), with the id of its URI as key."""
    kinds = (*(page.work.types if page.work else ()), *page.types)
    kind = "phdthesis" if "Dissertation" in kinds else "book" if "Text" in kinds or "Print" in kinds else "misc"
    authors, others = _names(page)
    fields = [
        ("author", " and ".join(f"{{{_escaped(n)}}}" for n in authors or others[:1])),
        ("title", f"{{{_escaped(page.title)}}}"),
        ("edition", _escaped("; ".join(t.text for t in page.edition))),
        ("publisher", _escaped(page.publisher)),
        ("address", _escaped(page.place)),
        ("year", year(page)),
        ("series", _escaped("; ".join(t.text for t in page.series))),
        ("isbn", _escaped(next((i.value for i in page.identifiers if i.kind == "Isbn" and not i.status), ""))),
        ("url", page.iri),
    ]
    key = re.sub(r"[^A-Za-z0-9]", "", page.iri.rpartition("/")[2])
    body = "".join(f"  {name} = {{{text}}},\n" for name, text in fields if text)
    return f"@{kind}{{{key},\n{body}}}\n"


def _escaped(text: str) -> str:
    return _line(text).translate(_BIBTEX_ESCAPES)
