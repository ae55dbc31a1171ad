"""What identifies a heading besides its text: IRIs and numbers in $0 and $1, and an authority's own numbers.

A mark is an IRI without its scheme (``id.loc.gov/authorities/names/n80013187``) or a number with its source
(``(VN-NLV)tg000012``). Sources: MARC 21 Appendix A ($0, $1), Authority 001, 003, 010, 024, 035.
"""

from __future__ import annotations

import re

from converters.bibframe.control_subfields import iri_of
from converters.bibframe.node import Node
from converters.bibframe.terms import text_of
from converters.marc.record import Record
from ontologies.namespaces import BF, MADS, RDF

_LINKS = frozenset({MADS.isIdentifiedByAuthority, MADS.identifiesRWO})
_LCCN = re.compile(r"(n[a-z]{0,2}|sh|sj|gf|dg|mp) ?(\d{6,10})")
_LISTS = {
    "sh": "subjects",
    "sj": "childrensSubjects",
    "gf": "genreForms",
    "dg": "demographicTerms",
    "mp": "performanceMediums",
}
_REGISTERS = {"viaf": "viaf.org/viaf/", "isni": "isni.org/isni/", "wikidata": "wikidata.org/entity/"}


def of_iri(iri: str) -> str:
    """The mark of an IRI: LC's thing and its authority record are one, as are http and https."""
    text = iri.strip("<>").partition("://")[2].removeprefix("www.").rstrip("/")
    return text.replace("id.loc.gov/rwo/agents/", "id.loc.gov/authorities/names/")


def of_number(text: str) -> str | None:
    """The mark of ``(source)number``; None for a number without source, which every library gives anew."""
    text = "".join(text.split())
    source, _, number = text.removeprefix("(").partition(")")
    if not text.startswith("(") or not source or not number:
        return None
    return _lccn(number) or text if source.casefold() == "dlc" else text


def _lccn(number: str) -> str | None:
    found = _LCCN.fullmatch(number.strip())
    if found is None:
        return None
    return f"id.loc.gov/authorities/{_LISTS.get(found[1], 'names')}/{found[1]}{found[2]}"


def marks_of(node: Node) -> list[str]:
    """The marks that a record gives to a heading's node."""
    found: dict[str, None] = {}
    if node.iri:
        found[of_iri(node.iri)] = None
    for predicate, value in node.out:
        if predicate in _LINKS and isinstance(value, str):
            found[of_iri(value)] = None
        elif predicate == BF.identifiedBy and isinstance(value, Node):
            mark = _identifier(value)
            if mark:
                found[mark] = None
    return [mark for mark in found if mark]


def _identifier(node: Node) -> str | None:
    value = next((v for v in node.values(RDF.value) if isinstance(v, str)), None)
    if value is None:
        return None
    for by in (*node.values(BF.source), *node.values(BF.assigner)):
        if isinstance(by, str):
            return of_number(f"({by.strip('<>').rpartition('/')[2]}){text_of(value)}")
        for code in by.values(BF.code):
            if isinstance(code, str):
                return of_number(f"({text_of(code)}){text_of(value)}")
    return None


def marks_of_authority(record: Record, organization: str) -> list[str]:
    """The marks that an authority record bears itself; ``organization`` stands for a missing 003."""
    found: dict[str, None] = {}
    number = record.control("001").strip()
    source = record.control("003").strip() or organization
    if number and source:
        found[f"({source}){''.join(number.split())}"] = None
    for text in record.values("010", "a"):
        found[_lccn(text) or ""] = None
    for field in record.all("024"):
        value = "".join((field.get("a") or "").split())
        scheme = (field.get("2") or "").strip().casefold()
        if value.startswith("http"):
            found[of_iri(iri_of(value) or "")] = None
        elif value and scheme in _REGISTERS:
            found[_REGISTERS[scheme] + value] = None
    for text in record.values("035", "a"):
        found[of_number(text) or ""] = None
    return [mark for mark in found if mark]
