"""A holdings record's own fields: what it belongs to (004, 014), how the holding is kept (008, 841) and its notes.

Sources: MARC 21 Holdings 004, 008, 014, 5XX, 841–845, 856. Statements that hold for the whole record are put on each of
its Items.
"""

from __future__ import annotations

from converters.bibframe.conversion import Conversion
from converters.bibframe.holdings.copies import fields_of, identifier, note, policy
from converters.bibframe.holdings.location import both
from converters.bibframe.node import Node
from converters.bibframe.rules import HOLDINGS, Example
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from ontologies.namespaces import BF, RDFS

_LEADER = "LDR 00000nx  a2200000zi 4500\n"
_LINKS = {"6": "links to the other script", "8": "links fields of the record"}

# 008/06 receipt, 008/12 retention, 008/20 lending, 008/21 reproduction (MARC 21 Holdings 008).
_RECEIPT = {
    "1": "Other receipt or acquisition status",
    "2": "Received and complete or ceased",
    "3": "On order",
    "4": "Currently received",
    "5": "Not currently received",
    "6": "External access",
}
_RETENTION = {
    "1": "Retained except as replaced by updates",
    "2": "Sample issue retained",
    "3": "Retained until replaced by microform",
    "4": "Retained until replaced by cumulation, replacement volume, or revision",
    "5": "Retained for a limited period",
    "6": "Not retained",
    "7": "No parts retained except the latest",
    "8": "Permanently retained",
}
_LENDING = {"a": "Will lend", "b": "Will not lend", "c": "Will lend hard copy only", "l": "Limited lending policy"}
_REPRODUCTION = {"a": "Will reproduce", "b": "Will not reproduce"}


@HOLDINGS.rule(
    "001 003 005 007",
    spec="MARC 21 Holdings 001–007",
    target="the document of the member's record",
    examples=[Example(f"{_LEADER}001 71224\n852 ## $aPSt", "T bf:heldBy/a bf:Organization")],
)
def record_identity(field: Field, c: Conversion) -> None:
    """Number and date of the holdings record itself belong to its document, not to the Item."""


@HOLDINGS.rule(
    "004",
    spec="MARC 21 Holdings 004",
    target="Description.bib_number",
    examples=[Example(f"{_LEADER}004 LIAS220213\n852 ## $aPSt", 'T bf:heldBy/bf:code "PSt"')],
)
def bibliographic_record(field: Field, c: Conversion) -> None:
    """The control number of the bibliographic record; 004 goes before 014."""
    value = field.value.strip()
    if value:
        c.bib_number = value


@HOLDINGS.rule(
    "014",
    "a",
    drops={"b": "source of the number", "z": "cancelled number", **_LINKS},
    spec="MARC 21 Holdings 014",
    target="Description.bib_number",
    examples=[Example(f"{_LEADER}014 1# $a12345$bDLC\n852 ## $aDLC", 'T bf:heldBy/bf:code "DLC"')],
)
def linkage_number(field: Field, c: Conversion) -> None:
    """The number of the related bibliographic record (first indicator 1, or none), when there is no 004."""
    value = (field.get("a") or "").strip()
    if value and field.ind1 != "0" and not c.bib_number:
        c.bib_number = value


@HOLDINGS.rule(
    "010 016 020 022 024 027 030 035 040 042 066",
    drops={
        **dict.fromkeys("abcdefhijklmnopqrstuvwyz", "identifies or describes the record or its bibliographic record"),
        "2": "source of the number",
        **_LINKS,
    },
    spec="MARC 21 Holdings 010–066",
    target="the document of the member's record",
    examples=[Example(f"{_LEADER}022 ## $a0028-7822\n852 ## $aPSt", '!T bf:identifiedBy/rdf:value "0028-7822"')],
)
def numbers(field: Field, c: Conversion) -> None:
    """Numbers of the bibliographic record stand in that record."""


@HOLDINGS.rule(
    "008",
    spec="MARC 21 Holdings 008",
    target="T bf:status, bf:usageAndAccessPolicy",
    examples=[
        Example(
            f"{_LEADER}008 0103274p    8   1001lb   0050909\n852 ## $aPSt",
            'T bf:status/rdfs:label "Currently received"',
            'T bf:usageAndAccessPolicy/rdfs:label "Permanently retained"',
            'T bf:usageAndAccessPolicy/rdfs:label "Limited lending policy"',
            'T bf:usageAndAccessPolicy/rdfs:label "Will not reproduce"',
        )
    ],
)
def coded_data(field: Field, c: Conversion) -> None:
    """Receipt status, retention, lending and reproduction policies."""
    _coded(field.value, c)


@both(
    "841",
    "b",
    drops={"a": "type of record, coded for the embedded holding", "e": "level of the holdings statement"},
    spec="MARC 21 Holdings 841",
    target="T bf:status, bf:usageAndAccessPolicy",
    examples=[
        Example(
            "841 ## $ax$b0103274p    8   1001lb   0050909$e4\n852 ## $aVN-X",
            'T bf:status/rdfs:label "Currently received"',
        )
    ],
)
def embedded_coded_data(field: Field, c: Conversion) -> None:
    """The 008 of a holding inside a bibliographic record ($b)."""
    _coded(field.get("b") or "", c)


def _coded(value: str, c: Conversion) -> None:
    if len(value) < 22:
        return
    common = fields_of(c).common
    receipt = _RECEIPT.get(value[6])
    if receipt:
        common.append((BF.status, Node("status", BF.Status).add(RDFS.label, literal(receipt))))
    for text, kind in (
        (_RETENTION.get(value[12]), BF.RetentionPolicy),
        (_LENDING.get(value[20]), BF.UsePolicy),
        (_REPRODUCTION.get(value[21]), BF.UsePolicy),
    ):
        if text:
            common.append((BF.usageAndAccessPolicy, policy(text, kind)))


_NOTE_KINDS = {"842": "physical", "843": "repro", "538": "", "541": "", "561": "", "562": "", "563": "binding"}
_NOTE_CODES = {
    "842": "a",
    "843": "abcdefmn",
    "538": "aiu",
    "541": "abcdf",
    "561": "a",
    "562": "abcde",
    "563": "au",
}


@both(
    "842 843",
    notes="3abcdefmn",
    drops={"7": "fixed-length codes that $a–$n give in words", "5": "the record's own library", **_LINKS},
    spec="MARC 21 Holdings 842, 843",
    target="T bf:note typed by mnotetype",
    examples=[
        Example(
            "843 ## $aVi phim.$bHà Nội :$cThư viện Quốc gia,$d1998.\n852 ## $aVN-X",
            'T bf:note/rdfs:label "Vi phim. Hà Nội : Thư viện Quốc gia, 1998."',
            "T bf:note/a <http://id.loc.gov/vocabulary/mnotetype/repro>",
        )
    ],
)
def form_notes(field: Field, c: Conversion) -> None:
    """Physical form and reproduction as notes on the Items."""
    _note(field, c)


@HOLDINGS.rule(
    "538 541 561 562 563",
    "e",
    notes="abcdfiu3",
    drops={
        "h": "price",
        "n": "extent of the acquisition, internal",
        "o": "unit of the acquisition, internal",
        "5": "the record's own library",
        "2": "source of the terms",
        "x": "nonpublic note",
        **_LINKS,
    },
    spec="MARC 21 Holdings 538–563",
    target="T bf:note, bf:custodialHistory, bf:immediateAcquisition",
    examples=[
        Example(
            f"{_LEADER}563 ## $aBìa da\n561 1# $aSưu tập Hoàng Xuân Hãn\n541 1# $aBà Lan$cTặng$eN7$h100\n852 ## $aX",
            "T bf:note/a <http://id.loc.gov/vocabulary/mnotetype/binding>",
            'T bf:custodialHistory "Sưu tập Hoàng Xuân Hãn"',
            'T bf:immediateAcquisition/rdfs:label "Bà Lan Tặng"',
            "T bf:identifiedBy/a bf:AccessionNumber",
        ),
        Example(f"{_LEADER}541 0# $aÔng X\n852 ## $aX", '!T bf:immediateAcquisition/rdfs:label "Ông X"'),
    ],
)
def copy_notes(field: Field, c: Conversion) -> None:
    """Notes about the copy; 541 and 561 with first indicator 0 are private."""
    if field.tag in ("541", "561") and field.ind1 == "0":
        return
    if field.tag == "561":
        for source, tag in c.in_scripts(field):
            text = _joined(source, "3a")
            if text:
                fields_of(c).common.append((BF.custodialHistory, literal(text, tag)))
    elif field.tag == "541":
        text = _joined(field, "abcdf")
        if text:
            node = Node("acquisition", BF.ImmediateAcquisition).add(RDFS.label, literal(text))
            fields_of(c).common.append((BF.immediateAcquisition, node))
        for number in field.all("e"):
            if number.strip():
                fields_of(c).common.append((BF.identifiedBy, identifier(number.strip(), BF.AccessionNumber)))
    else:
        _note(field, c)


def _note(field: Field, c: Conversion) -> None:
    for source, tag in c.in_scripts(field):
        text = _joined(source, "3" + _NOTE_CODES[field.tag])
        if text:
            fields_of(c).common.append((BF.note, note(text, _NOTE_KINDS[field.tag], tag)))


def _joined(field: Field, codes: str) -> str:
    return " ".join(" ".join(field.all(codes)).split())


@HOLDINGS.rule(
    "583",
    notes="abcdefhijlnouz3",
    drops={
        "k": "name of a staff member",
        "x": "nonpublic note",
        "2": "source of the terms",
        "5": "the library itself",
        **_LINKS,
    },
    spec="MARC 21 Holdings 583",
    target="T bf:usageAndAccessPolicy bf:RetentionPolicy, T bf:note",
    examples=[
        Example(
            f"{_LEADER}583 1# $acommitted to retain$c20200101$d20351231$fHathiTrust$kLan\n852 ## $aX",
            'T bf:usageAndAccessPolicy/rdfs:label "committed to retain 20200101 20351231 HathiTrust"',
            "T bf:usageAndAccessPolicy/a bf:RetentionPolicy",
        ),
        Example(
            f"{_LEADER}583 1# $amicrofilmed$c1999\n852 ## $aX",
            'T bf:note/rdfs:label "microfilmed 1999"',
            "T bf:note/a <http://id.loc.gov/vocabulary/mnotetype/action>",
        ),
        Example(f"{_LEADER}583 0# $aappraised\n852 ## $aX", '!T bf:note/rdfs:label "appraised"'),
    ],
)
def action(field: Field, c: Conversion) -> None:
    """Preservation and retention actions; a commitment to retain is a policy, so that last copies
    can be found.
    """
    if field.ind1 == "0":
        return
    text = _joined(field, "3abcdefhijlnouz")
    if not text:
        return
    if "retain" in text.casefold() or "retention" in text.casefold():
        fields_of(c).common.append((BF.usageAndAccessPolicy, policy(text, BF.RetentionPolicy)))
    else:
        fields_of(c).common.append((BF.note, note(text, "action")))


@HOLDINGS.rule(
    "506 540",
    "abcdefgu3",
    drops={"2": "source of the terms", "5": "the library itself", **_LINKS},
    spec="MARC 21 Holdings 506, 540",
    target="T bf:usageAndAccessPolicy",
    examples=[
        Example(f"{_LEADER}506 ## $aChỉ đọc tại chỗ\n852 ## $aX", "T bf:usageAndAccessPolicy/a bf:AccessPolicy"),
    ],
)
def record_terms(field: Field, c: Conversion) -> None:
    """Restrictions on access and terms of use of the holding."""
    _terms(field, c)


@both(
    "845",
    "abcdfu3",
    drops={"2": "source of the terms", "5": "the library itself", **_LINKS},
    spec="MARC 21 Holdings 845",
    target="T bf:usageAndAccessPolicy bf:UsePolicy",
    examples=[
        Example(
            "845 ## $aChỉ dùng trong thư viện$uhttp://example.org/noi-quy\n852 ## $aVN-X",
            'T bf:usageAndAccessPolicy/rdfs:label "Chỉ dùng trong thư viện"',
            "T bf:usageAndAccessPolicy/rdfs:seeAlso <http://example.org/noi-quy>",
            "T bf:usageAndAccessPolicy/a bf:UsePolicy",
        )
    ],
)
def terms_of_use(field: Field, c: Conversion) -> None:
    """Terms governing use and reproduction."""
    _terms(field, c)


def _terms(field: Field, c: Conversion) -> None:
    text = _joined(field, "3abcdefg")
    if not text:
        return
    found = policy(text, BF.AccessPolicy if field.tag == "506" else BF.UsePolicy)
    for uri in field.all("u"):
        found.add(RDFS.seeAlso, iri(uri))
    fields_of(c).common.append((BF.usageAndAccessPolicy, found))


@both(
    "844",
    "a",
    drops=_LINKS,
    spec="MARC 21 Holdings 844",
    target="T bf:note",
    examples=[Example("844 ## $aPhụ trương Văn nghệ\n852 ## $aVN-X", 'T bf:note/rdfs:label "Phụ trương Văn nghệ"')],
)
def unit_name(field: Field, c: Conversion) -> None:
    """Name of the unit (a supplement's title) that the holding is about."""
    text = _joined(field, "a")
    if text:
        fields_of(c).common.append((BF.note, note(text)))


@HOLDINGS.rule(
    "856",
    "u",
    notes="3yz",
    drops={
        **dict.fromkeys("abcdfhijklmnopqrstvw", "access method of the time before URIs"),
        "x": "nonpublic note",
        "2": "access method",
        **_LINKS,
    },
    spec="MARC 21 Holdings 856",
    target="T bf:electronicLocator, bf:note",
    examples=[
        Example(
            f"{_LEADER}852 ## $aX\n856 40 $uhttp://example.org/tap-chi$zCần đăng nhập",
            "T bf:electronicLocator <http://example.org/tap-chi>",
            'T bf:note/rdfs:label "Cần đăng nhập"',
        )
    ],
)
def electronic_location(field: Field, c: Conversion) -> None:
    """Where the holding is on the network."""
    common = fields_of(c).common
    for uri in field.all("u"):
        term = iri(uri)
        if term is None:
            c.problem("invalid-uri", "856$u", f"“{uri}” is not a URI; it was kept as a note.")
            common.append((BF.note, note(uri)))
        else:
            common.append((BF.electronicLocator, term))
    for text in field.all("3yz"):
        if text.strip():
            common.append((BF.note, note(" ".join(text.split()))))
