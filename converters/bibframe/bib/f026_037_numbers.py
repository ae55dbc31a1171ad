"""Numbers that are more than a number: fingerprint, publisher's and system numbers, source of acquisition (026–037).

Specification: ConvSpec-010-048.
"""

from __future__ import annotations

from converters.bibframe.bib.identifiers import CANCELLED, PAIRING, give, numbers, qualified
from converters.bibframe.control_subfields import agency, applies_to, institution, named_agency, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from ontologies.namespaces import BF, RDF, RDFS

GERMAN_LIBRARIES = "https://ld.zdb-services.de/resource/organisations/"
# 028 first indicator.
_PUBLISHER = {
    "0": BF.AudioIssueNumber, "1": BF.MatrixNumber, "2": BF.MusicPlate, "3": BF.MusicPublisherNumber,
    "4": BF.VideoRecordingNumber, "6": BF.MusicDistributorNumber,
}  # fmt: skip


@BIB.rule(
    "026",
    "abcde25",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="I bf:identifiedBy bf:Fingerprint",
    examples=[
        Example(
            "026 ## $adete nkck$bvess lodo$c3$dAnno Domini MDCXXXVI$2fei$5UkCU",
            'I bf:identifiedBy/rdf:value "dete nkck vess lodo 3 Anno Domini MDCXXXVI"',
            "I bf:identifiedBy/bflc:applicableInstitution <http://id.loc.gov/vocabulary/organizations/ukcu>",
        )
    ],
)
def fingerprint(field: Field, c: Conversion) -> None:
    """Fingerprint of an early printed book, from its parts or whole ($e)."""
    texts = [t for t in (spaced(" ".join(field.all(codes))) for codes in ("abcd", "e")) if t]
    if texts:
        node = Node("identifier", BF.Fingerprint).add(RDF.value, *map(literal, texts))
        node.add(BF.source, source(field, SCHEMES))
        institution(field, node)
        give(c, [node])


SCHEMES = "fingerprintschemes"


@BIB.rule(
    "028",
    "abq",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="I bf:identifiedBy bf:AudioIssueNumber, bf:MatrixNumber, bf:MusicPlate …",
    examples=[
        Example(
            "028 02 $aSTMA 8007$bTamla Motown$q(đĩa 1)",
            "I bf:identifiedBy/a bf:AudioIssueNumber",
            'I bf:identifiedBy/rdf:value "STMA 8007"',
            'I bf:identifiedBy/bf:assigner/rdfs:label "Tamla Motown"',
            'I bf:identifiedBy/bf:qualifier "đĩa 1"',
        )
    ],
)
def publisher_number(field: Field, c: Conversion) -> None:
    """Number that a publisher or distributor gave."""
    kind = _PUBLISHER.get(field.ind1, BF.PublisherNumber)
    nodes = []
    for text in c.each(field, "a"):
        node = Node("identifier", kind).add(RDF.value, text)
        for label in c.each(field, "b"):
            node.add(BF.assigner, Node("agency", BF.Organization).add(RDFS.label, label))
        nodes.append(node)
    qualified(field, c, nodes)
    give(c, nodes)


@BIB.rule(
    "029",
    "ab",
    notes="ct",
    spec="OCLC-MARC field 029 (LC: no attempt to code)",
    target="I bf:identifiedBy bf:Local",
    examples=[
        Example(
            "029 1# $aAU@$b000022889213",
            'I bf:identifiedBy/rdf:value "000022889213"',
            'I bf:identifiedBy/bf:assigner/bf:code "AU@"',
        )
    ],
)
def other_system_number(field: Field, c: Conversion) -> None:
    """The record's number in another system that OCLC knows."""
    for node in numbers(field, BF.Local, "b"):
        for code in field.all("a"):
            if code.strip():
                node.add(BF.assigner, agency(code.strip()))
        for text in field.all("ct"):
            if text.strip():
                node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(spaced(text))))
        give(c, [node])


@BIB.rule(
    "032",
    "abq",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="I bf:identifiedBy bf:PostalRegistration",
    examples=[
        Example(
            "032 ## $a686960$bBưu điện Hà Nội",
            "I bf:identifiedBy/a bf:PostalRegistration",
            'I bf:identifiedBy/bf:assigner/rdfs:label "Bưu điện Hà Nội"',
        )
    ],
)
def postal_registration(field: Field, c: Conversion) -> None:
    """Number under which the post carries a periodical."""
    nodes = numbers(field, BF.PostalRegistration, "a")
    for node in nodes:
        for label in c.each(field, "b"):
            node.add(BF.assigner, Node("agency", BF.Organization).add(RDFS.label, label))
    qualified(field, c, nodes)
    give(c, nodes)


@BIB.rule(
    "035",
    "az",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="I bf:identifiedBy bf:OclcNumber, bf:Local",
    examples=[
        Example("035 ## $a(OCoLC)123456", "I bf:identifiedBy/a bf:OclcNumber", 'I bf:identifiedBy/rdf:value "123456"'),
        Example(
            "035 ## $a(VN-HaNLV)vtls000101356",
            'I bf:identifiedBy/rdf:value "vtls000101356"',
            "I bf:identifiedBy/bf:assigner <http://id.loc.gov/vocabulary/organizations/vnhanlv>",
        ),
        Example(
            "035 ## $a(DE-599)BVBBV1",
            "I bf:identifiedBy/bf:assigner <https://ld.zdb-services.de/resource/organisations/DE-599>",
        ),
        Example("035 ## $a(thư viện 1)77", 'I bf:identifiedBy/bf:assigner/bf:code "thư viện 1"'),
    ],
)
def system_number(field: Field, c: Conversion) -> None:
    """The record's number in other systems, ``(organization code)number``."""
    oclc = any("OCoLC" in text for text in field.all("a"))
    for code, raw in field.subfields:
        if code not in "az":
            continue
        owner, mark, value = raw.partition(")")
        owner = owner.rpartition("(")[2].strip() if mark else ""
        value = spaced(value if mark else raw)
        if not value:
            continue
        node = Node("identifier", BF.OclcNumber if oclc else BF.Local).add(RDF.value, literal(value))
        if code == "z":
            node.add(BF.status, CANCELLED)
        if owner and "OCoLC" not in owner:
            german = iri(f"{GERMAN_LIBRARIES}{owner}") if owner.startswith("DE-") else None
            node.add(BF.assigner, german or named_agency(owner))
        give(c, [node])


@BIB.rule(
    "037",
    "abcfgn35",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="I bf:acquisitionSource",
    examples=[
        Example(
            "037 ## $aFSWEC-77/0420$bNhà xuất bản Trẻ$c150000đ$fBìa mềm",
            'I bf:acquisitionSource/bf:identifiedBy/rdf:value "FSWEC-77/0420"',
            'I bf:acquisitionSource/rdfs:label "Nhà xuất bản Trẻ"',
            'I bf:acquisitionSource/bf:acquisitionTerms "150000đ"',
            'I bf:acquisitionSource/bf:note/rdfs:label "Bìa mềm"',
        )
    ],
)
def source_of_acquisition(field: Field, c: Conversion) -> None:
    """Where and on what terms the resource can be had."""
    node = Node("source", BF.AcquisitionSource)
    when = {"2": "intervening source", "3": "current source"}.get(field.ind1)
    if when:
        node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(when)))
    applies_to(field, node)
    for number in c.each(field, "a", end=""):
        node.add(BF.identifiedBy, Node("identifier", BF.StockNumber).add(RDF.value, number))
    node.add(RDFS.label, *c.each(field, "b")).add(BF.acquisitionTerms, *c.each(field, "c"))
    for label in c.each(field, "fgn"):
        node.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
    if not node.bare:
        institution(field, node)
        c.instance.add(BF.acquisitionSource, node)
