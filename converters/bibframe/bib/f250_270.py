"""Edition and mathematical data, address: 250–270, save the imprint (ConvSpec-250-270)."""

from __future__ import annotations

from converters.bibframe.coded_values import term
from converters.bibframe.control_subfields import identifier, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, BFLC, RDFS

PAIRING = {"6": "pairs the field with an 880", "8": "links fields within the record"}
COMPUTER_NOTE = term("mnotetype", "computer")


@BIB.rule(
    "250",
    "ab3",
    drops=PAIRING,
    spec="ConvSpec-250-270",
    target="I bf:editionStatement",
    examples=[
        Example("250 ## $aTái bản lần thứ 2.", 'I bf:editionStatement "Tái bản lần thứ 2"'),
        Example(
            """250 ## $6880-02$aDi 3 ban /$bNguyen Du.
               880 ## $6250-02/$1$a第三版 /$b阮攸.
               008 990715s1999    vm            000 0 vie d""",
            'I bf:editionStatement "Di 3 ban / Nguyen Du"',
            'I bf:editionStatement "第三版 / 阮攸"@vi-hani',
        ),
    ],
)
def edition_statement(field: Field, c: Conversion) -> None:
    """Edition statement with its responsibility, one literal for each script."""
    c.instance.add(BF.editionStatement, *c.literals(field, "ab"))
    for part in c.each(field, "3"):
        c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, part))


@BIB.rule(
    "251",
    "a3",
    drops={**PAIRING, "0": "no property for it", "1": "no property for it", "2": "source of a term kept as text"},
    spec="MARC 21 field 251 (no LC specification)",
    target="W bf:version",
    examples=[Example("251 ## $aFinal draft", 'W bf:version "Final draft"')],
)
def version(field: Field, c: Conversion) -> None:
    """Version of the content (draft, director's cut)."""
    c.work.add(BF.version, *c.each(field, "a3"))


@BIB.rule(
    "254",
    "a",
    drops=PAIRING,
    spec="ConvSpec-250-270",
    target="I bf:editionStatement",
    examples=[Example("254 ## $aTổng phổ.", 'I bf:editionStatement "Tổng phổ"')],
)
def musical_presentation(field: Field, c: Conversion) -> None:
    """Musical presentation statement, an edition statement."""
    c.instance.add(BF.editionStatement, *c.each(field, "a"))


@BIB.rule(
    "255",
    "abcdefg",
    drops=PAIRING,
    spec="ConvSpec-250-270",
    target="W bf:scale, bf:cartographicAttributes",
    examples=[
        Example(
            "255 ## $aTỷ lệ 1:250.000 ;$bphép chiếu Mercator$c(Đ 102°--Đ 109°/B 23°--B 8°).",
            'W bf:scale/rdfs:label "Tỷ lệ 1:250.000"',
            'W bf:cartographicAttributes/bf:projection/rdfs:label "phép chiếu Mercator"',
            'W bf:cartographicAttributes/bf:coordinates "Đ 102°--Đ 109°/B 23°--B 8°"',
        )
    ],
)
def cartographic_data(field: Field, c: Conversion) -> None:
    """Mathematical data of maps as they stand on the map."""
    for label in c.each(field, "a"):
        c.work.add(BF.scale, Node("scale", BF.Scale).add(RDFS.label, label))
    data = Node("cartographic", BF.Cartographic)
    for label in c.each(field, "b"):
        data.add(BF.projection, Node("projection", BF.Projection).add(RDFS.label, label))
    for code, name in (("c", BF.coordinates), ("d", BF.ascensionAndDeclination), ("e", BF.equinox)):
        for origin, tag in c.in_scripts(field):
            for text in origin.all(code):
                plain = chopped(text, parentheses=True).rstrip(" .")
                data.add(name, literal(plain, tag) if plain else None)
    data.add(BF.outerGRing, *c.each(field, "f")).add(BF.exclusionGRing, *c.each(field, "g"))
    if not data.bare:
        c.work.add(BF.cartographicAttributes, data)


@BIB.rule(
    "256",
    "a",
    drops=PAIRING,
    spec="ConvSpec-250-270",
    target="I bf:note (computer)",
    examples=[Example("256 ## $aDữ liệu máy tính (2 tệp).", 'I bf:note/rdfs:label "Dữ liệu máy tính (2 tệp)"')],
)
def computer_file(field: Field, c: Conversion) -> None:
    """Computer file characteristics."""
    labels = c.each(field, "a")
    if labels:
        c.instance.add(BF.note, Node("note", BF.Note, COMPUTER_NOTE).add(RDFS.label, *labels))


@BIB.rule(
    "257",
    "a201",
    drops=PAIRING,
    spec="ConvSpec-250-270",
    target="I bf:originPlace",
    examples=[Example("257 ## $aVietnam$2naf", 'I bf:originPlace/rdfs:label "Vietnam"')],
)
def country_of_producer(field: Field, c: Conversion) -> None:
    """Country of the producing entity of a film."""
    for label in c.each(field, "a"):
        place = Node("place", BF.Place).add(RDFS.label, label).add(BF.source, source(field))
        for number in field.all("01"):
            place.add(BF.identifiedBy, identifier(number))
        c.instance.add(BF.originPlace, place)


@BIB.rule(
    "258",
    "ab",
    drops=PAIRING,
    spec="MARC 21 field 258 (no LC specification)",
    target="I bf:note",
    examples=[Example("258 ## $aViệt Nam$b400đ", 'I bf:note/rdfs:label "Philatelic issue: Việt Nam, 400đ"')],
)
def philatelic_issue(field: Field, c: Conversion) -> None:
    """Issuing country and denomination of a stamp."""
    text = ", ".join(filter(None, map(chopped, field.all("ab"))))
    if text:
        c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(f"Philatelic issue: {text}")))


@BIB.rule(
    "263",
    "a",
    drops=PAIRING,
    spec="ConvSpec-250-270",
    target="I bflc:projectedProvisionDate",
    examples=[Example("263 ## $a202506", 'I bflc:projectedProvisionDate "202506"')],
)
def projected_date(field: Field, c: Conversion) -> None:
    """Projected date of publication (yyyymm)."""
    c.instance.add(BFLC.projectedProvisionDate, *c.each(field, "a"))


@BIB.rule(
    "265 270",
    "abcdefghijklmnpqrz4",
    drops=PAIRING,
    spec="ConvSpec-250-270 (265); MARC 21 field 270",
    target="I bf:acquisitionSource",
    examples=[
        Example(
            "265 ## $aNXB Trẻ, 161B Lý Chính Thắng", 'I bf:acquisitionSource/rdfs:label "NXB Trẻ, 161B Lý Chính Thắng"'
        ),
        Example(
            "270 1# $a31 Tràng Thi$bHà Nội$dViệt Nam$mtv@nlv.gov.vn",
            'I bf:acquisitionSource/rdfs:label "31 Tràng Thi, Hà Nội, Việt Nam, tv@nlv.gov.vn"',
        ),
    ],
)
def address(field: Field, c: Conversion) -> None:
    """Where the resource can be had: the address as one text."""
    for origin, tag in c.in_scripts(field):
        text = ", ".join(filter(None, map(chopped, origin.all("abcdefghijklmnpqrz4"))))
        if text:
            node = Node("source", BF.AcquisitionSource).add(RDFS.label, literal(text, tag))
            c.instance.add(BF.acquisitionSource, node)
