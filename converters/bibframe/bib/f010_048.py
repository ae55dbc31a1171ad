"""Numbers and codes 010–037, 074 and 088: identifiers of the Instance, of serials and films also of the Work.

Specification: ConvSpec-010-048. Coded facts on content (033–048) stand in ``f033_048_coded``.
"""

from __future__ import annotations

from converters.bibframe.bib.identifiers import CANCELLED, PAIRING, give, numbers, qualified, uris
from converters.bibframe.coded_values import term
from converters.bibframe.control_subfields import (
    agency,
    named_agency,
    source,
)
from converters.bibframe.conversion import Conversion
from converters.bibframe.edtf import is_edtf
from converters.bibframe.node import Node
from converters.bibframe.punctuation import spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal, text_of
from converters.marc.record import Field
from converters.marc.values import isbn13
from ontologies.namespaces import BF, RDF, RDFS, XSD

CANADA = "<http://id.loc.gov/authorities/names/no2004037399>"
GPO = term("organizations", "dgpo")

# 024 first indicator, and $2 where it is 7; 028 first indicator.
_STANDARD = {"0": BF.Isrc, "1": BF.Upc, "2": BF.Ismn, "3": BF.Ean, "4": BF.Sici}
_NAMED = {
    "ansi": BF.Ansi, "doi": BF.Doi, "eidr": BF.Eidr, "gtin-14": BF.Gtin14Number, "hdl": BF.Hdl, "isan": BF.Isan,
    "isni": BF.Isni, "iso": BF.Iso, "istc": BF.Istc, "iswc": BF.Iswc, "matrix-number": BF.MatrixNumber,
    "music-plate": BF.MusicPlate, "music-publisher": BF.MusicPublisherNumber, "stock-number": BF.StockNumber,
    "urn": BF.Urn, "videorecording-identifier": BF.VideoRecordingNumber,
}  # fmt: skip


@BIB.rule(
    "010 011",
    "azb",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="I bf:identifiedBy bf:Lccn",
    examples=[
        Example(
            "010 ## $a   00123456 $z   00999999",
            'I bf:identifiedBy/rdf:value "00123456"',
            "I bf:identifiedBy/bf:status <http://id.loc.gov/vocabulary/mstatus/cancinv>",
        )
    ],
)
def lccn(field: Field, c: Conversion) -> None:
    """Control number of the Library of Congress (011: of a linked record, obsolete), $b of its manuscript catalog."""
    give(c, numbers(field, BF.Lccn, "az"))
    give(c, numbers(field, BF.Local, "b"))


@BIB.rule(
    "012",
    drops=dict.fromkeys("abcdefghijklm", "how CONSER once processed the record; obsolete, nothing about the resource"),
    spec="MARC 21 field 012, obsolete",
    target="none",
    examples=[Example("012 ## $a3$i8409", '!I bf:note/rdfs:label "3"')],
)
def conser(field: Field, c: Conversion) -> None:
    """Nothing: CONSER's processing data."""


@BIB.rule(
    "013",
    "abcdef",
    drops=PAIRING,
    spec="MARC 21 field 013 (LC: no attempt to code)",
    target="I bf:identifiedBy (patent)",
    examples=[
        Example(
            "013 ## $a1-0021345$bvn$clicense$d20180412$eCấp$fCục Sở hữu trí tuệ",
            'I bf:identifiedBy/rdf:value "1-0021345"',
            'I bf:identifiedBy/bf:source/bf:code "patent"',
            'I bf:identifiedBy/bf:note/rdfs:label "vn, license, 20180412, Cấp, Cục Sở hữu trí tuệ"',
        )
    ],
)
def patent(field: Field, c: Conversion) -> None:
    """Patent control information: the number as an identifier, country, type, date, status and party as its note."""
    about = ", ".join(filter(None, map(spaced, field.all("bcdef"))))
    for node in numbers(field, BF.Identifier, "a"):
        node.add(BF.source, Node("source", BF.Source).add(BF.code, literal("patent")))
        if about:
            node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(about)))
        give(c, [node])


@BIB.rule(
    "015",
    "az2q",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="I bf:identifiedBy bf:Nbn",
    examples=[
        Example(
            "015 ## $aGBB1234567 (tập 1)$2bnb",
            "I bf:identifiedBy/a bf:Nbn",
            'I bf:identifiedBy/rdf:value "GBB1234567"',
            'I bf:identifiedBy/bf:qualifier "tập 1"',
            "I bf:identifiedBy/bf:source <http://id.loc.gov/vocabulary/nationalbibschemes/bnb>",
        )
    ],
)
def national_bibliography(field: Field, c: Conversion) -> None:
    """Number in a national bibliography."""
    nodes = numbers(field, BF.Nbn, "az", plain=True)
    for node in nodes:
        node.add(BF.source, source(field, "nationalbibschemes"))
    qualified(field, c, nodes)
    give(c, nodes)


@BIB.rule(
    "016",
    "az2",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="I bf:identifiedBy bf:Local",
    examples=[
        Example(
            "016 7# $a007177759$2Uk",
            'I bf:identifiedBy/rdf:value "007177759"',
            "I bf:identifiedBy/bf:source <http://id.loc.gov/vocabulary/organizations/uk>",
        )
    ],
)
def national_agency(field: Field, c: Conversion) -> None:
    """Control number of a national bibliographic agency; blank first indicator is Library and Archives Canada."""
    code = (field.get("2") or "").strip()
    for node in numbers(field, BF.Local, "az"):
        if field.ind1 == " ":
            node.add(BF.source, CANADA)
        elif code:
            node.add(BF.source, named_agency(code, BF.Source))
        give(c, [node])


@BIB.rule(
    "017 018",
    "abdiz2",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="I bf:identifiedBy bf:CopyrightNumber",
    examples=[
        Example(
            "017 ## $a123/2019/QTG$bCục Bản quyền tác giả$d20190304",
            'I bf:identifiedBy/rdf:value "123/2019/QTG"',
            'I bf:identifiedBy/bf:assigner/rdfs:label "Cục Bản quyền tác giả"',
            'I bf:identifiedBy/bf:date "2019-03-04"^^xsd:date',
        )
    ],
)
def copyright_number(field: Field, c: Conversion) -> None:
    """Copyright or legal deposit number, 018 fee code."""
    for node in numbers(field, BF.CopyrightNumber, "az"):
        for label in c.each(field, "b"):
            node.add(BF.assigner, Node("agency", BF.Organization).add(RDFS.label, label))
        day = (field.get("d") or "").strip()
        if day:
            date = f"{day[:4]}-{day[4:6]}-{day[6:8]}" if len(day) == 8 and day.isdigit() else ""
            node.add(BF.date, literal(date, datatype=XSD.date) if date and is_edtf(date) else literal(day))
        for label in c.each(field, "i"):
            node.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
        node.add(BF.source, source(field))
        give(c, [node])


@BIB.rule(
    "019",
    "az",
    spec="OCLC-MARC field 019 (LC: no attempt to code)",
    target="I bf:identifiedBy bf:OclcNumber (cancelled)",
    examples=[
        Example(
            "019 ## $a12345678$a23456789",
            'I bf:identifiedBy/rdf:value "23456789"',
            "I bf:identifiedBy/bf:status <http://id.loc.gov/vocabulary/mstatus/cancinv>",
        )
    ],
)
def merged_oclcnumbers(field: Field, c: Conversion) -> None:
    """OCLC numbers of records merged into this one: they still find it. Other 019 are local, and stay unknown."""
    for node in numbers(field, BF.OclcNumber, "az"):
        number = node.values(RDF.value)[0]
        if isinstance(number, str) and number.strip('"').isdigit():
            give(c, [node.typed().add(BF.status, CANCELLED) if not node.values(BF.status) else node])


@BIB.rule(
    "020",
    "abcdzq",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="I bf:identifiedBy bf:Isbn",
    examples=[
        Example(
            "020 ## $a9786042123456 (bìa cứng) :$c120000đ",
            "I bf:identifiedBy/a bf:Isbn",
            'I bf:identifiedBy/rdf:value "9786042123456"',
            'I bf:identifiedBy/bf:qualifier "bìa cứng"',
            'I bf:identifiedBy/bf:acquisitionTerms "120000đ"',
        ),
        Example("020 ## $z8935036", "I bf:identifiedBy/bf:status <http://id.loc.gov/vocabulary/mstatus/cancinv>"),
        Example("020 ## $c45000đ$d500b", 'I bf:note/rdfs:label "Print run: 500b"'),
        Example("020 ## $c45000đ", 'I bf:acquisitionSource/bf:acquisitionTerms "45000đ"'),
    ],
)
def isbn(field: Field, c: Conversion) -> None:
    """ISBN with binding and price. A price without number is kept as terms of acquisition.

    $b is the binding in records from before 1990, $d the print run in Vietnamese ones.
    """
    nodes = numbers(field, BF.Isbn, "az", plain=True)
    for node in nodes:
        number = next(v for p, v in node.out if p == RDF.value)
        if isinstance(number, str) and not node.values(BF.status) and isbn13(text := text_of(number)) is None:
            c.problem("invalid-isbn", "020$a", f"“{text}” is no ISBN; it was kept as it is.")
    if not _BESIDE_ISBN.isdisjoint(c.codes(field)):
        bindings = c.each(field, "b", parentheses=True)
        for node in nodes:
            node.add(BF.qualifier, *bindings)
        for text in field.all("d"):
            if text.strip():
                label = literal(f"Print run: {spaced(text)}")
                c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
        qualified(field, c, nodes, terms=True)
    give(c, nodes)


_BESIDE_ISBN = frozenset("bdqc")


@BIB.rule(
    "022 023",
    "alyzm201",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="W bf:identifiedBy bf:Issn, bf:IssnL",
    examples=[
        Example(
            "022 ## $a0866-7667$l0866-7667$y0866-766X$21",
            "W bf:identifiedBy/a bf:Issn",
            "W bf:identifiedBy/a bf:IssnL",
            'W bf:identifiedBy/rdf:value "0866-7667"',
            'W bf:identifiedBy/bf:assigner/bf:code "1"',
            "W bf:identifiedBy/bf:status <http://id.loc.gov/vocabulary/mstatus/incorrect>",
        ),
        Example("023 0# $a1234-1231", "W bf:identifiedBy/a bf:IssnL"),
    ],
)
def issn(field: Field, c: Conversion) -> None:
    """ISSN, linking ISSN and those cancelled or incorrect. 023 1 is a cluster that is not yet linked."""
    if field.tag == "022":
        nodes = numbers(field, BF.Issn) + numbers(field, BF.IssnL, "lm")
    else:
        nodes = numbers(field, BF.IssnL if field.ind1 == "0" else BF.Identifier)
    for text in field.all("2"):
        if text.strip():
            for node in nodes:
                node.add(BF.assigner, agency(text.strip()))
    give(c, nodes, c.work)
    uris(field, c.work)


@BIB.rule(
    "024",
    "acdqz201",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="I bf:identifiedBy bf:Isrc, bf:Upc, bf:Ean, bf:Doi …; W bf:identifiedBy bf:Eidr",
    examples=[
        Example("024 7# $a10.15625/2525-2518$2doi", "I bf:identifiedBy/a bf:Doi"),
        Example("024 3# $a8935095628834", "I bf:identifiedBy/a bf:Ean"),
        Example("024 7# $aVTL58$2ungcode", 'I bf:identifiedBy/bf:source/bf:code "ungcode"'),
        Example("024 7# $a10.5240/EA73$2eidr", "W bf:identifiedBy/a bf:Eidr"),
    ],
)
def standard_identifier(field: Field, c: Conversion) -> None:
    """Any other standard number, by first indicator or by $2."""
    scheme = (field.get("2") or "").strip().lower()
    kind = _NAMED.get(scheme, BF.Identifier) if field.ind1 == "7" else _STANDARD.get(field.ind1, BF.Identifier)
    nodes = numbers(field, kind, "az", plain=True)
    qualified(field, c, nodes, terms=True)
    for node in nodes:
        if node.values(BF.status) == []:
            for text in c.each(field, "d", end=""):
                node.add(BF.note, Node("note", BF.Note).add(RDFS.label, text))
        if kind == BF.Identifier:
            node.add(BF.source, source(field))
    root = c.work if kind == BF.Eidr else c.instance
    give(c, nodes, root)
    uris(field, root)


@BIB.rule(
    "025 027 030 036 074 088",
    "abczq2",
    drops=PAIRING,
    spec="ConvSpec-010-048, ConvSpec-050-088",
    target="I bf:identifiedBy bf:LcOverseasAcq, bf:Strn, bf:Coden, bf:StudyNumber, bf:Identifier, bf:ReportNumber",
    examples=[
        Example("030 ## $aJASIAB$zASIXXX", "I bf:identifiedBy/a bf:Coden", 'I bf:identifiedBy/rdf:value "ASIXXX"'),
        Example(
            "036 ## $aCNVN-6$bViện Xã hội học",
            "I bf:identifiedBy/a bf:StudyNumber",
            'I bf:identifiedBy/bf:assigner/rdfs:label "Viện Xã hội học"',
        ),
        Example("074 ## $a277-A-2", "I bf:identifiedBy/bf:assigner <http://id.loc.gov/vocabulary/organizations/dgpo>"),
        Example("088 ## $aNASA-RP-1124", "I bf:identifiedBy/a bf:ReportNumber"),
    ],
)
def other_number(field: Field, c: Conversion) -> None:
    """Numbers of reports, acquisitions, CODEN, data studies, GPO items."""
    kind = {
        "025": BF.LcOverseasAcq, "027": BF.Strn, "030": BF.Coden, "036": BF.StudyNumber, "088": BF.ReportNumber,
    }.get(field.tag, BF.Identifier)  # fmt: skip
    nodes = numbers(field, kind, "az", plain=field.tag == "027")
    qualified(field, c, nodes, terms=field.tag == "036")
    for node in nodes:
        if field.tag == "074":
            node.add(BF.assigner, GPO)
        elif field.tag == "036":
            for label in c.each(field, "b"):
                node.add(BF.assigner, Node("agency", BF.Organization).add(RDFS.label, label))
        else:
            node.add(BF.source, source(field))
    give(c, nodes)
