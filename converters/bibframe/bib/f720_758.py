"""740, 751 to 758: uncontrolled titles, places, system details, taxa, identifiers (LC ConvSpec-720,740-758)."""

from __future__ import annotations

from converters.bibframe.bib.concepts import collection, component, concept, identify, scheme_source
from converters.bibframe.bib.f600_657 import related
from converters.bibframe.bib.f654_662 import hierarchical_place
from converters.bibframe.bib.links import remark
from converters.bibframe.bib.names import alone
from converters.bibframe.bib.titles import relation
from converters.bibframe.control_subfields import applies_to, identifiers, institution, iri_of, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Heading, Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, BFLC, MADS, RDFS

SPEC = "ConvSpec-720,740-758"
_LINKING = {
    "6": "pairs with 880, see the rule for 880",
    "7": "entry of the data provenance, no statement",
    "8": "links fields of this record by sequence",
}


@BIB.rule(
    "740",
    "ahnp5",
    spec=SPEC,
    target="W bf:relation/bf:associatedResource bf:Work, bflc:Uncontrolled",
    drops=_LINKING,
    examples=[
        Example(
            "740 02 $aVợ nhặt.$n2",
            "W bf:relation/bf:relationship <http://id.loc.gov/vocabulary/relationship/part>",
            'W bf:relation/bf:associatedResource/bf:title/bf:mainTitle "Vợ nhặt"',
            'W bf:relation/bf:associatedResource/bf:title/bf:partNumber "2"',
            "W bf:relation/bf:associatedResource/a bflc:Uncontrolled",
        )
    ],
)
def uncontrolled_title(field: Field, c: Conversion) -> None:
    """A related or contained work whose title no authority controls."""
    title = Node("title", BF.Title)
    title.add(BFLC.nonSortNum, literal(field.ind1 if field.ind1.isdigit() else "0"))
    skipped = int(field.ind1) if field.ind1.isdigit() and alone(c) else 0  # LC's title begins where filing does
    for value, tag in c.in_scripts(field):
        for code, text in value.subfields:
            part = chopped(text[skipped:] if code == "a" and value is field else text)
            if part and code in "anp":
                name = BF.mainTitle if code == "a" else BF.partNumber if code == "n" else BF.partName
                title.add(name, literal(part, tag))
    if not title.values(BF.mainTitle):
        c.problem("no-title", "740", "The field 740 holds no title.")
        return
    other = Node("work", BF.Work, BFLC.Uncontrolled).add(BF.title, title)
    if alone(c):  # as LC: parts of the Work, not of its title
        for name in (BF.partNumber, BF.partName):
            other.add(name, *title.values(name))
    for text in field.all("h"):
        note = chopped(text)
        other.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(note)) if note else None)
    node = relation("part" if field.ind2 == "2" else "relatedwork", other)
    institution(field, other)
    c.work.add(BF.relation, node)


@BIB.rule(
    "751",
    "aeg01234",
    spec="MARC 21 Bibliographic 751 (LC: no attempt to code)",
    target="W bf:place",
    drops=_LINKING,
    examples=[
        Example(
            "751 ## $aHuế.$enơi bảo vệ luận án",
            'W bf:place/rdfs:label "Huế"',
            'W bf:relation/bf:relationship/rdfs:label "nơi bảo vệ luận án"',
        )
    ],
)
def place_name(field: Field, c: Conversion) -> None:
    """A place that has to do with the resource."""
    label = chopped(field.get("a") or "")
    if not label:
        c.problem("no-heading", "751", "The field 751 names no place.")
        return
    scheme = (field.get("2") or "").strip().casefold() or "local"
    node = Node("place", BF.Place, heading=Heading("concepts", f"Place|{scheme}|{label}"))
    node.add(RDFS.label, literal(label))
    for twin, tag in c.twins.get(id(field), ()):
        other = chopped(twin.get("a") or "")
        node.add(RDFS.label, literal(other, tag) if other else None)
    node.add(BF.source, scheme_source(field, "subjectSchemes"))
    identify(field, node)
    if any(code in "3g" for code, _ in field.subfields):
        node.heading = None
        applies_to(field, node)
        for text in field.all("g"):
            node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(chopped(text))) if text.strip() else None)
    c.work.add(BF.place, node)
    related(field, c, node)


@BIB.rule(
    "752",
    "abcdefgh0124",
    spec=SPEC,
    target="W bf:place bf:Place",
    drops=_LINKING,
    examples=[
        Example(
            "752 ## $aViệt Nam$dHà Nội.$4pup",
            'W bf:place/rdfs:label "Việt Nam--Hà Nội"',
            "W bf:place/madsrdf:componentList/rdf:rest/rdf:first/a madsrdf:City",
            "W bf:relation/bf:relationship <http://id.loc.gov/vocabulary/relators/pup>",
        )
    ],
)
def hierarchy(field: Field, c: Conversion) -> None:
    """A place in its hierarchy: where a rare book was printed, where a newspaper appears."""
    node = hierarchical_place(field, c)
    if node is not None:
        c.work.add(BF.place, node)
        related(field, c, node)


_SYSTEM = {"a": BFLC.MachineModel, "b": BFLC.ProgrammingLanguage, "c": BFLC.OperatingSystem}


@BIB.rule(
    "753",
    "abc012",
    spec=SPEC,
    target="I bf:systemRequirement",
    drops=_LINKING,
    examples=[
        Example(
            "753 ## $aIBM PC$cWindows 95$2local",
            'I bf:systemRequirement/rdfs:label "IBM PC"',
            "I bf:systemRequirement/a bflc:OperatingSystem",
        )
    ],
)
def system(field: Field, c: Conversion) -> None:
    """Machine, programming language and operating system; a $0 belongs to the subfield before it."""
    last: Node | None = None
    for code, text in field.subfields:
        if code in _SYSTEM and (label := chopped(text)):
            last = Node("system", _SYSTEM[code]).add(RDFS.label, literal(label))
            last.add(BF.source, source(field))
            c.instance.add(BF.systemRequirement, last)
        elif code in "01" and last is not None:
            term = iri_of(text)
            if code == "0" and term is None:
                identifiers([text], last)
            elif code == "1":
                last.add(MADS.identifiesRWO, term)
            elif not last.iri:
                last.iri = term or ""
            else:
                last.add(MADS.hasRelatedAuthority, term)


@BIB.rule(
    "754",
    "acdz012",
    spec="MARC 21 Bibliographic 754 (LC: no attempt to code)",
    target="W bf:subject",
    drops={**_LINKING, "x": "non-public note, never published"},
    examples=[
        Example(
            "754 ## $cGiống$aOryza$cLoài$asativa$dLúa$zđã kiểm tra$2itis",
            'W bf:subject/rdfs:label "Oryza--sativa"',
            'W bf:subject/madsrdf:variantLabel "Lúa"',
            'W bf:subject/bf:note/rdfs:label "đã kiểm tra"',
        )
    ],
)
def taxon(field: Field, c: Conversion) -> None:
    """A biological taxon, from the highest category to the lowest ($c category, $a name, $d common name)."""
    members: list[Node] = []
    category = ""
    for code, text in field.subfields:
        part = chopped(text)
        if code == "c":
            category = part
        elif code == "a" and part:
            member = component(MADS.Topic, part)
            member.add(BF.note, remark(category))
            category = ""
            members.append(member)
    if members:
        members[-1].add(BF.note, remark(category))
    label = "--".join(part for text in field.all("a") if (part := chopped(text)))
    if not label:
        c.problem("no-heading", "754", "The field 754 names no taxon.")
        return
    field = Field("754", field.ind1, "7", field.subfields)
    node = concept("ComplexSubject", field, label, BF.Topic, MADS.ComplexSubject)
    node.add(MADS.componentList, collection(members))
    for code, text in field.subfields:
        part = chopped(text)
        if code == "d" and part:
            node.add(MADS.variantLabel, literal(part))
        elif code == "z" and part:
            node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(part)))
            node.heading = None
    identify(field, node)
    c.work.add(BF.subject, node)


@BIB.rule(
    "758",
    "ai0134",
    spec=SPEC,
    target="W bf:relation",
    drops={**_LINKING, "5": "no statement in LC's model of resource identifiers"},
    examples=[
        Example(
            "758 ## $iHas work manifested:$aTruyện Kiều$1http://example.org/opus/1",
            'W bf:relation/bf:relationship/rdfs:label "Has work manifested:"',
            "W bf:relation/bf:associatedResource <http://example.org/opus/1>",
            'W bf:relation/rdfs:label "Truyện Kiều"',
        ),
        Example(
            "758 ## $aTruyện Kiều$4http://id.loc.gov/ontologies/bibframe/relatedTo$0http://example.org/opus/1",
            "W bf:relation/bf:relationship bf:relatedTo",
        ),
    ],
)
def resource_identifier(field: Field, c: Conversion) -> None:
    """A related resource by its URI; without a stated relationship it is an equivalent (LC)."""
    node = Node("relation", BF.Relation)
    stated = False
    for code, text in field.subfields:
        text = text.strip()
        if not text:
            continue
        if code == "4":
            stated = True
            term = iri(text) if "://" in text else vocabulary("relationship", text)
            if term is None:
                c.problem("invalid-code", "758$4", f"“{text}” is neither a URI nor a relationship code; kept as text.")
            node.add(BF.relationship, term or Node("relationship", BF.Relationship).add(RDFS.label, literal(text)))
        elif code == "i":
            stated = True
            node.add(BF.relationship, Node("relationship", BF.Relationship).add(RDFS.label, literal(text)))
        elif code in "01":
            other = iri_of(text)
            if other:
                node.add(BF.associatedResource, other)
            else:
                named = Node("resource", RDFS.Resource)
                identifiers([text], named)
                node.add(BF.associatedResource, named)
        elif code == "a":
            node.add(RDFS.label, literal(text))
    if not stated:
        node.add(BF.relationship, BF.hasEquivalent)
    applies_to(field, node)
    c.work.add(BF.relation, node)
