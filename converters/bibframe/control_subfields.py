"""Control subfields that mean the same in every field: $0 $1 $2 $3 $5 $w (LC ConvSpec-NumericSubfields, v2.10).

Codes are checked before a URI is made of them. A code that is in no list stays a literal of an owned node, and is
reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.terms import iri, literal
from converters.kept import kept
from converters.marc.record import Field
from ontologies.codes import organization as listed_organization
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, BFLC, MADS, RDF, RDFS

if TYPE_CHECKING:
    from converters.bibframe.conversion import Conversion

ORGANIZATIONS = "http://id.loc.gov/vocabulary/organizations/"
_FAST = "(OCoLC)fst"
_GND = "(DE-588)"


@kept(4096)
def organization(code: str) -> str | None:
    """IRI of a MARC organization code or ISIL at id.loc.gov, or None when it has not the form of one."""
    return listed_organization(code.strip().rstrip(".,;"))


def agency(code: str, kind: str = BF.Agent) -> Node:
    """An agency that the record names by its code only, as a node (``bf:assigner``, ``bf:agent`` …)."""
    return Node("agency", kind).add(BF.code, literal(chopped(code, end=".,;")))


def named_agency(code: str, kind: str = BF.Agent) -> Node:
    """An agency with its code, by its IRI at id.loc.gov where the code has the form of one.

    The IRI drops case and hyphens (``VN-HaNLV`` is ``…/vnhanlv``), therefore the code is said beside it.
    """
    code = code.strip()
    node = agency(code, kind)
    known = organization(code)
    if known:
        node.iri = known
        node.out = [(p, v) for p, v in node.out if p == BF.code]
    return node


def agency_or_iri(code: str) -> Node | str:
    """The Library of Congress by its IRI, any other agency as a node with its code (as LC does)."""
    code = code.strip()
    return f"<{ORGANIZATIONS}dlc>" if code == "DLC" else agency(code)


def coded(c: Conversion, scheme: str, code: str, where: str) -> str | None:
    """IRI of a code in one of LC's lists; None (and a problem ``invalid-code``) when it is not in the list."""
    found = vocabulary(scheme, code)
    if found is None:
        c.problem("invalid-code", where, f"The code “{code}” is not in the list {scheme}; it was kept as text.")
    return found


def source(field: Field, scheme: str = "", *, code: str | None = None) -> Node | str | None:
    """Value for ``bf:source`` from $2: the scheme's IRI in LC's list ``scheme``, else a Source with the code.

    ``code`` overrides $2. None without $2.
    """
    text = code if code is not None else field.get("2")
    return _source(text.strip(), scheme) if text and text.strip() else None


def _source(code: str, scheme: str) -> Node | str:
    for mark in ("%2F", "/"):
        code = code.partition(mark)[0]
    found = vocabulary(scheme, code.lower().rstrip(".")) if scheme else None
    return found or Node("source", BF.Source).add(BF.code, literal(code))


@kept(8192)
def iri_of(text: str) -> str | None:
    """IRI term of a $0, $1 or $w: ``(uri)`` before it is left out, FAST and GND numbers are spelled out.

    ``(OCoLC)fst01919741`` and ``(DE-588)118540238`` name one URI each by their agencies' own rules. id.loc.gov is
    named with ``http``, as it names itself.
    """
    text = text.strip()
    if text.startswith("(uri)"):
        text = text[5:].lstrip()
    if text.startswith(_FAST):
        number = text[len(_FAST) :].strip().rstrip(".").lstrip("0")
        return f"<http://id.worldcat.org/fast/{number}>" if number.isdigit() else None
    if text.startswith(_GND):
        return iri(f"https://d-nb.info/gnd/{text[len(_GND) :].strip().rstrip('.')}")
    if not text.startswith("http"):
        return None
    text = text.rstrip(".,;")
    if text.startswith("https://id.loc.gov/"):
        text = f"http{text[5:]}"
    return iri(text)


def authority_iri(field: Field) -> str | None:
    """IRI of the authority record that controls the heading: id.loc.gov first, then FAST, any URI, GND ($0, $1)."""
    found: list[tuple[int, str]] = []
    for code, text in field.subfields:
        if code not in "01w":
            continue
        term = iri_of(text)
        if term is None:
            continue
        if code == "0" and "id.loc.gov/authorities/" in term:
            found.append((0, term))
        elif code == "1":
            if "id.loc.gov/rwo/agents/" in term:
                found.append((1, term.replace("/rwo/agents/", "/authorities/names/")))
            elif "homosaurus.org/v" in term:
                found.append((5, term))
        elif text.startswith(_FAST):
            found.append((2, term))
        else:
            found.append((4 if text.startswith(_GND) else 3, term))
    return min(found, key=lambda f: f[0])[1] if found else None


def real_world_iri(field: Field) -> str | None:
    """IRI of the person, place or thing itself: LC's real-world object, ISNI, then any $1."""
    best: tuple[int, str] | None = None
    for code, text in field.subfields:
        if code not in "01":
            continue
        term = iri_of(text)
        if term is None:
            continue
        if code == "1":
            rank = 0 if "id.loc.gov/rwo/agents/" in term else 2 if "isni.org/isni/" in term else 3
        elif "id.loc.gov/authorities/names/" in term:
            rank, term = 1, term.replace("/authorities/names/", "/rwo/agents/")
        else:
            continue
        if best is None or rank < best[0]:
            best = rank, term
    return best[1] if best else None


def identifiers(texts: list[str], node: Node, *, assigned: bool = False) -> None:
    """Record identifiers ($0, $w) of ``node``: a URI as ``madsrdf:isIdentifiedByAuthority``, a number in
    ``bf:identifiedBy`` with the code in its parentheses as source (``assigned``: as assigner, for $w).
    """
    for text in texts:
        text = text.strip()
        if not text:
            continue
        term = iri_of(text) if not text.startswith(_GND) else None
        if term is not None:
            node.add(MADS.isIdentifiedByAuthority, term)
        else:
            node.add(BF.identifiedBy, identifier(text, assigned=assigned))


def identifier(text: str, kind: str = BF.Identifier, *, assigned: bool = False) -> Node:
    """An identifier of the form ``(source)value``; without parentheses it has no source."""
    code, value = "", text
    if text.startswith("(") and ")" in text:
        code, _, value = text[1:].partition(")")
        code, value = code.strip(), value.strip()
        if not value:
            code, value = "", text
    made = Node("identifier", kind).add(RDF.value, literal(value))
    if code and code != "uri":
        if code == "DLC":
            by: Node | str = f"<{ORGANIZATIONS}dlc>"
        else:
            by = Node("source", BF.Agent if assigned else BF.Source).add(BF.code, literal(code))
        made.add(BF.assigner if assigned else BF.source, by)
    return made


def real_world(field: Field, node: Node, codes: str = "0") -> None:
    """All record identifiers of the field on ``node`` ($0), and its real-world object ($1) as ``madsrdf:hasRWO``."""
    identifiers(field.all(codes), node)
    for text in field.all("1"):
        term = iri_of(text)
        if term is not None:
            node.add(MADS.identifiesRWO, term)


def applies_to(field: Field, node: Node, tag: str | None = None) -> None:
    """$3, the part of the resource that the statement is about: ``bflc:appliesTo``. ``tag`` is a language tag."""
    for text in field.all("3"):
        label = chopped(text)
        if label:
            node.add(BFLC.appliesTo, Node("part", BFLC.AppliesTo).add(RDFS.label, literal(label, tag)))


def institution(field: Field, node: Node) -> None:
    """$5, the institution to which the field applies: ``bflc:applicableInstitution``."""
    for text in field.all("5"):
        code = text.strip()
        if code:
            node.add(BFLC.applicableInstitution, named_agency(code))
