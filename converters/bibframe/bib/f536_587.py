"""536 to 587 with a structure of their own: funding, acquisition, rights, languages … (LC ConvSpec-5XX v2.10)."""

from __future__ import annotations

from converters.bibframe.bib.f500_notes import LINKING, SPEC
from converters.bibframe.bib.links import each, electronic_locators, labels, remark, typed
from converters.bibframe.control_subfields import applies_to, institution, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.holdings import items as _items_first  # noqa: F401  its step makes the Items
from converters.bibframe.holdings.copies import Copy, item_of
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from converters.profile import DEFAULT_PROFILE
from ontologies.namespaces import BF, RDFS

_FUNDING = {
    "b": "Contract: ",
    "c": "Grant: ",
    "d": "",
    "e": "Program element: ",
    "f": "Project: ",
    "g": "Task: ",
    "h": "Work unit: ",
}


@BIB.rule(
    "536",
    "abcdefgh",
    spec=SPEC,
    target="I bf:note (fundinfo)",
    drops=LINKING,
    examples=[
        Example(
            "536 ## $aBộ Khoa học và Công nghệ$cKC.01",
            'I bf:note/rdfs:label "Bộ Khoa học và Công nghệ"',
            'I bf:note/rdfs:label "Grant: KC.01"',
        )
    ],
)
def funding(field: Field, c: Conversion) -> None:
    """Who paid, with contract, grant and project numbers."""
    node = typed(field, c, "a", "fundinfo")
    for code, text in field.subfields:
        if code in _FUNDING and (part := chopped(text)):
            node.add(RDFS.label, literal(_FUNDING[code] + part))
    if not node.bare:
        c.instance.add(BF.note, node)


@BIB.rule(
    "538",
    "aiu35",
    spec=SPEC,
    target="I bf:systemRequirement",
    drops=LINKING,
    examples=[Example("538 ## $aWindows 95", 'I bf:systemRequirement/rdfs:label "Windows 95"')],
)
def system_details(field: Field, c: Conversion) -> None:
    """System requirements and technical details."""
    node = Node("system", BF.SystemRequirement).add(RDFS.label, *labels(field, c, "ai"))
    electronic_locators(field, node, c)
    applies_to(field, node)
    institution(field, node)
    if not node.bare:
        c.instance.add(BF.systemRequirement, node)


WITHHELD = "The first indicator 0 calls the field private; it is not published."


@BIB.rule(
    "541",
    "abcdefhno35",
    spec=SPEC,
    target="T bf:immediateAcquisition (nothing when the first indicator is 0, private)",
    drops=LINKING,
    examples=[
        Example(
            "541 1# $cTặng$aQuỹ châu Á$d2010$5VN-HaNLV",
            'T bf:immediateAcquisition/rdfs:label "Tặng Quỹ châu Á 2010"',
            'T bf:heldBy/bf:code "VN-HaNLV"',
        ),
        Example("541 0# $aNgười bán giấu tên", '!T bf:immediateAcquisition/rdfs:label "Người bán giấu tên"'),
        Example(
            "541 ## $cMua\n952 ## $p001\n952 ## $p002",
            'I bf:immediateAcquisition/rdfs:label "Mua"',
            "!T bf:immediateAcquisition/a bf:ImmediateAcquisition",
        ),
    ],
)
def acquisition(field: Field, c: Conversion) -> None:
    """How a copy was acquired."""
    _later(field, c)


def _later(field: Field, c: Conversion) -> None:
    """Keep a note on a copy for the step below; one whose first indicator is 0 is private and withheld."""
    if field.ind1 == "0" and field.tag != "563":
        c.problem("withheld", field.tag, WITHHELD)
    else:
        c.later.setdefault("of copies", []).append(field)


@BIB.step
def of_copies(c: Conversion) -> None:
    """541, 561, 563 and 583, when the record's Items are known."""
    only = c.items[0] if len(c.items) == 1 else None
    for field in c.later.get("of copies", ()):
        _OF_COPIES[field.tag](field, c, _copy(field, c, only))


def _copy(field: Field, c: Conversion, only: Node | None) -> Node:
    """The Item that a note on a copy is about: of the library in $5; without $5 the Instance, which for 541 is right
    only where there are several copies: else the only Item, or a new one (LC).

    A library that has no Item here gets one when it is of the member whose record this is; in a conversion without
    any profile, always (LC). In another member's record its note says whose copy it means.
    """
    code = (field.get("5") or "").strip()
    if not code:
        if field.tag != "541":
            return c.instance
        return only or (c.instance if c.items else item_of(Copy(), c))
    profile = c.profile
    shown = literal(profile.libraries.get(code, code))
    for item in c.items:
        for held in item.values(BF.heldBy):
            if isinstance(held, Node) and shown in held.values(BF.code):
                return item
    if profile is DEFAULT_PROFILE or code == profile.organization or code in profile.libraries:
        return item_of(Copy(library=code), c)
    return c.instance


def acquisition_of(field: Field, c: Conversion, copy: Node) -> None:
    """541 on its copy."""
    node = Node("acquisition", BF.ImmediateAcquisition).add(RDFS.label, *labels(field, c, "abcdefhno"))
    applies_to(field, node)
    institution(field, node)
    if not node.bare:
        copy.add(BF.immediateAcquisition, node)


@BIB.rule(
    "542",
    "abcdefghijklmnopqrsu3",
    spec="MARC 21 Bibliographic 542 (LC: no attempt to code)",
    target="I bf:usageAndAccessPolicy, I bf:copyrightDate (nothing when the first indicator is 0, private)",
    drops=LINKING,
    examples=[
        Example(
            "542 1# $f© 1941 Tô Hoài$g1941$lcòn bản quyền",
            'I bf:usageAndAccessPolicy/rdfs:label "© 1941 Tô Hoài"',
            'I bf:copyrightDate "1941"',
            'I bf:usageAndAccessPolicy/bf:note/rdfs:label "còn bản quyền"',
        )
    ],
)
def copyright_status(field: Field, c: Conversion) -> None:
    """Copyright status: the statement as a use policy, its date, and every further detail as a note of it."""
    if field.ind1 == "0":
        c.problem("withheld", "542", WITHHELD)
        return
    node = Node("policy", BF.UsePolicy).add(RDFS.label, *labels(field, c, "fn"))
    for code, text in field.subfields:
        part = chopped(text)
        if not part:
            continue
        if code == "g":
            c.instance.add(BF.copyrightDate, literal(part))
        elif code in "abcdehijklmopqrs":
            node.add(BF.note, remark(part))
    electronic_locators(field, node, c)
    applies_to(field, node)
    if not node.bare:
        c.instance.add(BF.usageAndAccessPolicy, node)


@BIB.rule(
    "546",
    "ab3",
    spec=SPEC,
    target="W bf:note (lang), W bf:notation",
    drops=LINKING,
    examples=[
        Example(
            "546 ## $aChính văn bằng tiếng Việt và chữ Nôm;$bchữ Quốc ngữ",
            'W bf:note/rdfs:label "Chính văn bằng tiếng Việt và chữ Nôm"',
            'W bf:notation/rdfs:label "chữ Quốc ngữ"',
        )
    ],
)
def language_note(field: Field, c: Conversion) -> None:
    """Languages in words, and scripts or notations."""
    for code, text in field.subfields:
        if code == "a":
            part = chopped(text, ":;,/=")
            made = remark(part, kind="lang")
            name = BF.note
        elif code == "b":
            part = chopped(text)
            made = Node("notation", BF.Notation).add(RDFS.label, literal(part)) if part else None
            name = BF.notation
        else:
            continue
        if made is None:
            continue
        for twin, tag in c.twins.get(id(field), ()):
            other = chopped(twin.get(code) or "", ":;,/=")
            made.add(RDFS.label, literal(other, tag) if other else None)
        applies_to(field, made)
        c.work.add(name, made)


@BIB.rule(
    "561",
    "abu",
    spec=SPEC,
    target="I bf:custodialHistory (nothing when the first indicator is 0, private)",
    drops={
        **LINKING,
        "3": "bf:custodialHistory is a text and has no place for it",
        "5": "bf:custodialHistory is a text and has no place for it",
    },
    examples=[Example("561 1# $aTừng thuộc nhà thờ.", 'I bf:custodialHistory "Từng thuộc nhà thờ."')],
)
def custody(field: Field, c: Conversion) -> None:
    """Who owned the copy before."""
    _later(field, c)


def custody_of(field: Field, c: Conversion, copy: Node) -> None:
    """561 on its copy."""
    copy.add(BF.custodialHistory, *labels(field, c, "ab"))
    electronic_locators(field, copy, c)


@BIB.rule(
    "563",
    "au35",
    spec=SPEC,
    target="I bf:note (binding)",
    drops=LINKING,
    examples=[Example("563 ## $aBìa da.", 'I bf:note/rdfs:label "Bìa da."')],
)
def binding(field: Field, c: Conversion) -> None:
    """The binding of the copy."""
    _later(field, c)


def binding_of(field: Field, c: Conversion, copy: Node) -> None:
    """563 on its copy."""
    node = typed(field, c, "a", "binding")
    electronic_locators(field, node, c)
    applies_to(field, node)
    institution(field, node)
    if not node.bare:
        copy.add(BF.note, node)


@BIB.rule(
    "583",
    "abcdefhijklnouz235",
    spec=SPEC,
    target="I bf:note (action; nothing when the first indicator is 0, private)",
    drops={
        **LINKING,
        "x": "non-public note, never published",
    },
    examples=[
        Example(
            "583 1# $aSố hóa$c20200115$kPhòng Bảo quản$lđã xong$zBản đẹp$xGiá 5 triệu",
            'I bf:note/rdfs:label "Số hóa"',
            'I bf:note/bf:date "20200115"',
            'I bf:note/bf:agent/rdfs:label "Phòng Bảo quản"',
            'I bf:note/bf:status/rdfs:label "đã xong"',
            'I bf:note/bf:note/rdfs:label "Bản đẹp"',
            '!I bf:note/bf:note/rdfs:label "Giá 5 triệu"',
        )
    ],
)
def action(field: Field, c: Conversion) -> None:
    """A preservation action on the copy."""
    _later(field, c)


def action_of(field: Field, c: Conversion, copy: Node) -> None:
    """583 on its copy."""
    node = typed(field, c, "a", "action")
    for code, text in field.subfields:
        part = chopped(text)
        if not part:
            continue
        term = literal(part)
        if code == "c":
            node.add(BF.date, term)
        elif code == "h":
            node.add(RDFS.label, literal(spaced(text)))
        elif code == "k":
            node.add(BF.agent, Node("agent", BF.Agent).add(RDFS.label, term))
        elif code == "l":
            node.add(BF.status, Node("status", BF.Status).add(RDFS.label, term))
        elif code in "bdefijnoz":
            node.add(BF.note, Node("note", BF.Note).add(RDFS.label, term))
    node.add(BF.source, source(field))
    electronic_locators(field, node, c)
    applies_to(field, node)
    institution(field, node)
    if not node.bare:
        copy.add(BF.note, node)


_OF_COPIES = {"541": acquisition_of, "561": custody_of, "563": binding_of, "583": action_of}


@BIB.rule(
    "587",
    "abu",
    spec=SPEC,
    target="W bf:note (datasource)",
    drops=LINKING,
    examples=[
        Example(
            "587 ## $aTổng cục Thống kê$bNiên giám 2010",
            'W bf:note/bf:preferredCitation "Tổng cục Thống kê"',
            'W bf:note/rdfs:label "Niên giám 2010"',
        )
    ],
)
def data_source(field: Field, c: Conversion) -> None:
    """Where the data come from (LC's local use of 587); first indicator 0: data not found."""
    node = typed(field, c, "b", {" ": "datasource", "0": "datanf"}.get(field.ind1, ""))
    node.add(BF.preferredCitation, *each(field, c, "a"))
    electronic_locators(field, node, c)
    if not node.bare:
        c.work.add(BF.note, node)
