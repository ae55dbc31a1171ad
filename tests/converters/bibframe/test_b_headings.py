"""A heading gives one node, whatever field, record, punctuation or role it stands in."""

from __future__ import annotations

import pytest

from converters import convert
from converters.bibframe.bib.names import strict
from converters.bibframe.node import Node, to_json
from converters.marc.record import record_of
from converters.profile import Profile


def headings(marc: str, group: str) -> list[Node]:
    made = convert(record_of(marc), Profile())
    return [node for node in made.headings() if node.heading and node.heading.group == group]


def only(marc: str, group: str) -> Node:
    found = {str(to_json(n)): n for n in headings(marc, group)}
    assert len(found) == 1, found
    return next(iter(found.values()))


PERSON = to_json(only("100 1# $aNguyễn, Du,$d1765-1820", "agents"))


@pytest.mark.parametrize(
    "marc",
    [
        "100 1# $aNguyễn, Du,$d1765-1820.",
        "100 0# $aNguyễn,  Du,$d1765-1820",
        "100 1# $aNguyễn, Du,$d1765-1820,$etác giả.",
        "600 10 $aNguyễn, Du,$d1765-1820.$xPhê bình",
        "600 14 $aNguyễn, Du,$d1765-1820",
        "700 1# $aNguyễn, Du,$d1765-1820$4aut$5VN-HaNLV$3Lời tựa",
        "700 12 $aNguyễn, Du,$d1765-1820.$tTruyện Kiều.",
        "800 1# $aNguyễn, Du,$d1765-1820.$tTruyện Kiều ;$v2",
        "100 1# $aNguyễn, Du,$d1765-1820.\n240 10 $aTruyện Kiều.$lAnh",
    ],
)
def test_a_person_is_the_same_node_in_every_field(marc: str) -> None:
    assert to_json(only(marc, "agents")) == PERSON


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("100 1# $aTrần, Thu Hà", "100 1# $aTrần, Thu Hạ"),
        ("100 1# $aVũ, Đình", "100 1# $aVủ, Đình"),
        ("100 1# $aLê, A.", "100 1# $aLe, A."),
        ("100 0# $aNguyễn Du", "100 1# $aNguyễn, Du"),
        ("100 1# $aHồ, Hải", "100 3# $aHồ, Hải"),
        ("110 1# $aHuế", "110 2# $aHuế"),
    ],
)
def test_different_names_are_different_headings(one: str, other: str) -> None:
    assert only(one, "agents").heading != only(other, "agents").heading


def test_a_hub_groups_translations_and_versions_of_one_work() -> None:
    keys = {
        only(marc, "hubs").heading
        for marc in (
            "100 1# $aNguyễn, Du,$d1765-1820\n240 10 $aTruyện Kiều.$lAnh.$f1983",
            "700 12 $aNguyễn, Du,$d1765-1820.$tTruyện Kiều.",
            "600 10 $aNguyễn, Du,$d1765-1820.$tTruyện Kiều.$sBản 1866",
            "800 1# $aNguyễn, Du,$d1765-1820.$tTruyện Kiều ;$v1",
        )
    }
    assert len(keys) == 1
    (key,) = keys
    assert key is not None
    assert key.key == "Hub|Nguyễn, Du, 1765-1820|Truyện Kiều"


def test_a_hub_without_remarks_is_the_same_node_from_every_field() -> None:
    nodes = [
        to_json(only(marc, "hubs"))
        for marc in (
            "100 1# $aNguyễn, Du,$d1765-1820,$etác giả\n240 10 $aTruyện Kiều",
            "700 12 $aNguyễn, Du,$d1765-1820.$tTruyện Kiều.",
            "600 10 $aNguyễn, Du,$d1765-1820.$tTruyện Kiều.",
        )
    ]
    assert nodes[0] == nodes[1] == nodes[2]


def test_parts_make_works_of_their_own() -> None:
    whole = only("130 0# $aKinh Thánh", "hubs").heading
    part = only("130 0# $aKinh Thánh.$pSáng thế ký", "hubs").heading
    assert whole != part


@pytest.mark.parametrize(
    ("marc", "key"),
    [
        ("650 #0 $aPoetry.", "Topic|lcsh|Poetry"),
        ("650 #1 $aPoetry", "Topic|lcshac|Poetry"),
        ("650 #2 $aPoetry", "Topic|mesh|Poetry"),
        ("650 #4 $aThơ", "Topic|local|Thơ"),
        ("650 ## $aThơ", "Topic|local|Thơ"),
        ("650 #7 $aThơ$2btkkhcn", "Topic|btkkhcn|Thơ"),
        ("650 #4 $aThơ.$zViệt Nam.$yThế kỷ 20.", "ComplexSubject|local|Thơ--Việt Nam--Thế kỷ 20"),
        ("651 #4 $aHà Nội", "Place|local|Hà Nội"),
        ("648 #7 $a1945-1975$2fast", "Temporal|fast|1945-1975"),
        ("655 #7 $aTiểu thuyết.$2lcgft", "GenreForm|lcgft|Tiểu thuyết"),
        ("653 ## $aTin học", "Topic|uncontrolled|Tin học"),
    ],
)
def test_a_concept_is_its_class_scheme_and_label(marc: str, key: str) -> None:
    heading = only(marc, "concepts").heading
    assert heading is not None
    assert heading.key == key


@pytest.mark.parametrize("marc", ["650 #4 $aThơ$5VN-HaNLV", "650 #4 $aThơ$3Tập 1", "653 #1 $aNguyễn Du", "720 ## $aDu"])
def test_what_is_the_records_own_is_not_shared(marc: str) -> None:
    assert not headings(marc, "concepts")
    assert not headings(marc, "agents")


@pytest.mark.parametrize(
    ("marc", "group"),
    [
        ("100 0# $aNhiều tác giả", "agents"),
        ("130 0# $aTuyển tập", "hubs"),
        ("100 0# $aKhuyết danh\n240 10 $aThơ", "hubs"),
    ],
)
def test_nobody_and_generic_titles_are_no_entities(marc: str, group: str) -> None:
    assert not headings(marc, group)
    assert convert(record_of(marc), Profile()).work is not None


def test_a_generic_title_with_its_creator_is_a_hub() -> None:
    assert only("100 1# $aXuân, Diệu\n240 10 $aThơ", "hubs").heading is not None


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Việt Nam. Bộ Giáo dục.", "Việt Nam. Bộ Giáo dục"),
        ("Nguyễn, Văn A.", "Nguyễn, Văn A."),
        ("Smith, John, Jr.", "Smith, John, Jr"),
        ("King, Martin L., Jr.", "King, Martin L., Jr"),
        ("Washington, D.C.", "Washington, D.C."),
        ("Laws, etc.", "Laws, etc."),
        ("Hà Nội :", "Hà Nội"),
        ("Vân vân ...", "Vân vân ..."),
    ],
)
def test_strict_form(text: str, label: str) -> None:
    assert strict(text) == label


def test_a_subdivided_subject_without_a_shared_name_keeps_its_label() -> None:
    heading = only("600 04 $aKhuyết danh$xPhê bình", "concepts").heading
    assert heading is not None
    assert heading.key == "ComplexSubject|local|Khuyết danh--Phê bình"
