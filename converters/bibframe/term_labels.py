"""Labels of the LC terms that a conversion refers to, each once a file.

Descriptions only link to LC's vocabularies: a hub loads their labels once. A file that is to be read without a hub
(``hub convert``, ``python -m converters``) needs the labels beside the records that first use them.
"""

from __future__ import annotations

import re
from functools import cache

from converters.bibframe import coded_values
from converters.bibframe.coded_values import Genre, term
from converters.bibframe.control_subfields import ORGANIZATIONS
from converters.bibframe.terms import literal
from ontologies.codes import codes, lists
from ontologies.namespaces import BF, RDFS

_TERM = re.compile(r"<http://id\.loc\.gov/(?:vocabulary|authorities)/([A-Za-z0-9-]+)/[^/#>]+>")
# LC says the code beside the label of these lists only.
_LOWER = frozenset({"millus", "maudience", "mgovtpubtype", "mrelief", "mgroove", "mtapeconfig"})
"""Lists whose labels begin with a capital at id.loc.gov, but not in LC's conversions, where they are running words."""

# Words of LC's conversion for what the list calls otherwise.
_ALSO = {
    term("maspect", "wide"): ("wide-screen",),
    term("mgeneration", "master"): ("master tape",),
    term("mstatus", "cancinv"): ("invalid", "canceled"),
    term("mencformat", "bluray"): ("Blu-ray video",),
}
_OTHERS = {"<http://id.loc.gov/authorities/names/no2004037399>": "Library and Archives Canada"}
_CODES = {f"<{ORGANIZATIONS}{code.lower()}>": code for code in ("DLC", "DNLM", "DNAL", "DGPO")}
_WITH_CODE = frozenset(
    {"descriptionConventions", "marcauthen", "nationalbibschemes", "genreFormSchemes", "subjectSchemes"}
)


@cache
def _headings() -> dict[str, str]:
    """Headings of the genre terms that codes of 006–008 stand for, by IRI."""
    found: dict[str, str] = {}
    for table in vars(coded_values).values():
        entries = table.values() if isinstance(table, dict) else [table]
        found.update({e.iri: e.heading for e in entries if isinstance(e, Genre)})
    return found


@cache
def _lists() -> frozenset[str]:
    return frozenset(lists())


@cache
def _labels(list_name: str) -> dict[str, tuple[str, str]]:
    """English and Vietnamese label of each term of a list that there is, by IRI."""
    base = f"http://id.loc.gov/vocabulary/{list_name}/"
    return {f"<{base}{code}>": (term.en, term.vi) for code, term in codes(list_name).items()}


def labels_of(ntriples: str, seen: set[str]) -> str:
    """N-Triples with the labels of the terms that ``ntriples`` is the first to use; they are added to ``seen``.

    A term outside the lists we ship gets none. ``seen`` is bounded by the lists' size, not by the number of records.
    """
    lines: list[str] = []
    for match in _TERM.finditer(ntriples):
        iri = match.group()
        if iri in seen:
            continue
        list_name = match.group(1)
        listed = _labels(list_name).get(iri) if list_name in _lists() else None
        english, vietnamese = listed or (_headings().get(iri) or _OTHERS.get(iri, ""), "")
        code = _CODES.get(iri, "")
        if not (english or code):
            continue
        seen.add(iri)
        if english:
            words = (english.lower() if list_name in _LOWER else english, *_ALSO.get(iri, ()))
            lines.extend(f"{iri} {RDFS.label} {literal(word, 'en')} ." for word in words)
        if vietnamese:
            lines.append(f"{iri} {RDFS.label} {literal(vietnamese, 'vi')} .")
        if list_name in _WITH_CODE:
            code = iri[1:-1].rpartition("/")[2]
        if code:
            lines.append(f"{iri} {BF.code} {literal(code)} .")
    return "\n".join(lines) + "\n" if lines else ""
