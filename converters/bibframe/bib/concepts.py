"""Subject concepts: topics, places, periods, genres and their combinations, one node for one heading of one scheme.

A concept's key is its class, its scheme and its label; what a field says about the concept's place in the record
($3, $5, $g) makes the node the record's own. Source: LC ConvSpec-600-662 and ConvSpec-subjectThesaurus v2.10.
"""

from __future__ import annotations

from collections.abc import Iterable

from converters.bibframe.bib.names import closed, is_subdivided, links, strict
from converters.bibframe.control_subfields import applies_to, authority_iri, institution, real_world_iri, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Heading, Node
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, MADS, RDF, RDFS

_LCSH = "<http://id.loc.gov/authorities/subjects>"
_LCSHAC = "<http://id.loc.gov/authorities/childrensSubjects>"
_SCHEMES = "<http://id.loc.gov/vocabulary/subjectSchemes/"
THESAURI: dict[str, tuple[str, str]] = {
    "0": ("lcsh", _LCSH),
    "1": ("lcshac", _LCSHAC),
    "2": ("mesh", f"{_SCHEMES}mesh>"),
    "3": ("nal", f"{_SCHEMES}nal>"),
    "5": ("cash", f"{_SCHEMES}cash>"),
    "6": ("rvm", f"{_SCHEMES}rvm>"),
}
"""Second indicator of 600–655: the thesaurus' code and IRI."""

SUBDIVISIONS = "vxyz"
_OWN = frozenset("35")
_LINKS = frozenset("01w")
_COMPONENT = {"v": MADS.GenreForm, "x": MADS.Topic, "y": MADS.Temporal, "z": MADS.Geographic}


def scheme_of(field: Field) -> str:
    """Code of the vocabulary that a heading comes from: second indicator, $2, else ``local``."""
    known = THESAURI.get(field.ind2)
    if known is not None:
        return known[0]
    code = (field.get("2") or "").strip().casefold()
    return code or "local"


def add_scheme(field: Field, node: Node, schemes: str = "subjectSchemes") -> None:
    """``bf:source`` of a heading, and ``madsrdf:isMemberOfMADSScheme`` for LC's own two."""
    known = THESAURI.get(field.ind2)
    if known is not None:
        if known[1] in (_LCSH, _LCSHAC):
            node.add(MADS.isMemberOfMADSScheme, known[1])
        node.add(BF.source, known[1])
    else:
        node.add(BF.source, scheme_source(field, schemes))


def scheme_source(field: Field, schemes: str) -> Node | str | None:
    """``bf:source`` from $2, looked up in ``schemes`` and then in the other list of vocabularies."""
    found = source(field, schemes)
    if isinstance(found, Node):
        other = source(field, "subjectSchemes" if schemes == "genreFormSchemes" else "genreFormSchemes")
        return other if isinstance(other, str) else found
    return found


def joined(field: Field, codes: str) -> str:
    """The label of a heading's main part: its subfields with spaces between, chopped."""
    return strict(" ".join(t for t in field.all(codes) if t))


def heading_label(main: str, field: Field) -> str:
    """A subdivided heading's label: ``main--subdivision--subdivision``."""
    if not is_subdivided(field):
        return main
    parts = [main]
    parts.extend(part for text in field.all(SUBDIVISIONS) if (part := strict(text)))
    return "--".join(p for p in parts if p)


def collection(members: Iterable[Node]) -> Node | str:
    """An RDF list as owned nodes, ending in ``rdf:nil``."""
    rest: Node | str = RDF.nil
    for member in reversed(list(members)):
        made = Node("list")
        made.out += ((RDF.first, member), (RDF.rest, rest))
        rest = made
    return rest


def component(kind: str, label: str) -> Node:
    """One part of a complex subject, known by its label only."""
    return Node("component", kind).add(MADS.authoritativeLabel, literal(label))


def subdivisions(field: Field) -> list[Node]:
    """$v, $x, $y and $z as parts of a complex subject."""
    return [
        component(_COMPONENT[code], part)
        for code, text in field.subfields
        if code in SUBDIVISIONS and (part := strict(text))
    ]


def concept(
    group: str,
    field: Field,
    label: str,
    *types: str,
    schemes: str = "subjectSchemes",
    tag: str | None = None,
    written: str = "",
) -> Node:
    """A concept with its label and scheme. ``group`` is the class in its key (``Topic``, ``Place`` …).

    With $3 or $5 the node is the record's own and keeps them; else it has a heading and may be shared. ``tag`` is the
    label's language, where the field has one; ``written`` the label where it differs from the one in the key.
    """
    own = not _OWN.isdisjoint(field.codes)
    heading = None if own else Heading("concepts", f"{group}|{scheme_of(field)}|{label}")
    node = Node(group.lower(), *types, heading=heading)
    term = literal(written or label, tag)
    node.add(RDFS.label, term).add(MADS.authoritativeLabel, term)
    add_scheme(field, node, schemes)
    if own:
        applies_to(field, node)
        institution(field, node)
    return node


def identify(field: Field, node: Node, *, thing: bool = False) -> None:
    """$0 and $1 of a concept: links, and its IRI: the authority's, for a place (``thing``) the place's own."""
    if not _LINKS.isdisjoint(field.codes):
        links(field, node, "0w")
        node.iri = (real_world_iri(field) if thing else authority_iri(field)) or ""
        if thing:
            node.add(MADS.isIdentifiedByAuthority, authority_iri(field))


def twin_labels(field: Field, c: Conversion, node: Node, codes: str) -> None:
    """The heading in other scripts, on the same node."""
    for twin, tag in c.twins.get(id(field), ()):
        label = heading_label(joined(twin, codes), twin)
        if field.tag == "648":
            label = closed(label, twin, c)
        if label:
            node.add(MADS.authoritativeLabel, literal(label, tag))


def complex_subject(
    field: Field,
    first: Node,
    label: str,
    *types: str,
    schemes: str = "subjectSchemes",
    tag: str | None = None,
    written: str = "",
) -> Node:
    """A subdivided heading: ``first`` and the subdivisions as ``madsrdf:componentList``; the rest as in concept()."""
    kinds = (*(types or (BF.Topic,)), MADS.ComplexSubject)
    node = concept("ComplexSubject", field, label, *kinds, schemes=schemes, tag=tag, written=written)
    node.kind = "subject"
    node.add(MADS.componentList, collection([first, *subdivisions(field)]))
    return node
