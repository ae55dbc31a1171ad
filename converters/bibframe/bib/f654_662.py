"""654, 658 and 662: faceted terms, curriculum objectives and places in their hierarchy (LC ConvSpec-600-662 v2.10)."""

from __future__ import annotations

from converters.bibframe.bib.concepts import collection, component, concept, heading_label, identify
from converters.bibframe.bib.f600_657 import FACET, LINKING, SPEC, related
from converters.bibframe.bib.names import closed
from converters.bibframe.control_subfields import source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Heading, Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, MADS, RDF, RDFS


@BIB.rule(
    "654",
    "abevyz0124",
    spec="MARC 21 Bibliographic 654, 658 (LC: no attempt to code)",
    target="W bf:subject",
    drops={**LINKING, "c": FACET, "3": "part of the resource: no statement in LC's model of subjects"},
    examples=[
        Example(
            "654 #7 $cp$aKiến trúc$bnhà gỗ$zViệt Nam$2aat",
            'W bf:subject/rdfs:label "Kiến trúc--nhà gỗ--Việt Nam"',
        ),
    ],
)
@BIB.rule(
    "658",
    "abcd012",
    spec="MARC 21 Bibliographic 658 (LC: no attempt to code)",
    target="W bf:subject",
    drops=LINKING,
    examples=[
        Example(
            "658 ## $aSức khỏe$bDinh dưỡng$cNRPO2-1991$dtrung bình$2local",
            'W bf:subject/rdfs:label "Sức khỏe--Dinh dưỡng"',
            'W bf:subject/bf:identifiedBy/rdf:value "NRPO2-1991"',
            'W bf:subject/bf:note/rdfs:label "trung bình"',
        ),
    ],
)
def faceted(field: Field, c: Conversion) -> None:
    """Faceted terms (654, $c gives facet letters) and curriculum objectives (658): terms in order, one heading."""
    parts = [part for text in field.all("ab") if (part := chopped(text))]
    label = heading_label("--".join(parts), field)
    if not label:
        c.problem("no-heading", field.tag, f"The field {field.tag} holds no heading.")
        return
    node = concept("ComplexSubject", field, label, BF.Topic, MADS.ComplexSubject)
    members = [component(MADS.Topic, part) for part in parts]
    for code, text in field.subfields:
        if code in "vyz" and (part := chopped(text)):
            members.append(component({"v": MADS.GenreForm, "y": MADS.Temporal, "z": MADS.Geographic}[code], part))
    node.add(MADS.componentList, collection(members))
    if field.tag == "658":
        objective(field, node)
    identify(field, node)
    c.work.add(BF.subject, node)
    related(field, c, node)


def objective(field: Field, node: Node) -> None:
    """658 $c, the code of a curriculum objective, and $d, how far the resource serves it."""
    for code, text in field.subfields:
        value = chopped(text)
        if code == "c" and value:
            node.add(BF.identifiedBy, Node("identifier", BF.Identifier).add(RDF.value, literal(value)))
        elif code == "d" and value:
            node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(value)))
            node.heading = None


HIERARCHY = {
    "a": MADS.Country,
    "b": MADS.State,
    "c": MADS.County,
    "d": MADS.City,
    "f": MADS.CitySection,
    "g": MADS.Region,
    "h": MADS.ExtraterrestrialArea,
}


def hierarchical_place(field: Field, c: Conversion, schemes: str = "subjectSchemes") -> Node | None:
    """A place with the places above it (662, 752): ``Việt Nam--Hà Nội--Ba Đình``; None without a place."""
    parts = [(code, part) for code, text in field.subfields if code in HIERARCHY and (part := chopped(text))]
    if not parts:
        c.problem("no-heading", field.tag, f"The field {field.tag} names no place.")
        return None
    label = "--".join(part for _, part in parts)
    written = closed(label, field, c) if field.tag == "662" else label
    scheme = (field.get("2") or "").strip().casefold() or "local"
    node = Node("place", BF.Place, MADS.HierarchicalGeographic, heading=Heading("concepts", f"Place|{scheme}|{label}"))
    node.add(RDFS.label, literal(written))
    for twin, tag in c.twins.get(id(field), ()):
        other = "--".join(part for code, text in twin.subfields if code in HIERARCHY and (part := chopped(text)))
        node.add(RDFS.label, literal(other, tag) if other else None)
    members = [Node("component", HIERARCHY[code]).add(RDFS.label, literal(part)) for code, part in parts]
    node.add(MADS.componentList, collection(members))
    node.add(BF.source, source(field, schemes))
    identify(field, node)
    return node


@BIB.rule(
    "662",
    "abcdfghe0124",
    spec=SPEC,
    target="W bf:subject bf:Place",
    drops=LINKING,
    examples=[
        Example(
            "662 ## $aViệt Nam$dHà Nội$fBa Đình$2tgn",
            'W bf:subject/rdfs:label "Việt Nam--Hà Nội--Ba Đình"',
            "W bf:subject/a madsrdf:HierarchicalGeographic",
            "W bf:subject/madsrdf:componentList/rdf:first/a madsrdf:Country",
        )
    ],
)
def place_subject(field: Field, c: Conversion) -> None:
    """A place in its hierarchy as subject."""
    node = hierarchical_place(field, c)
    if node is not None:
        c.work.add(BF.subject, node)
        related(field, c, node)
