"""Items: who holds them, what names them within a record, and how the fields of one holding come together."""

import pytest

from converters import Description, convert
from converters.bibframe.facts import facts
from converters.marc.record import record_of
from converters.profile import Profile

MFHD = "00000ny  a2200000zn 4500"


def described(marc: str, profile: Profile | None = None, *, leader: str = "00000nam a2200000 i 4500") -> Description:
    return convert(record_of(marc, leader=leader), profile or Profile())


def said(marc: str, profile: Profile | None = None, *, leader: str = "00000nam a2200000 i 4500") -> list[str]:
    return [f for f in facts(described(marc, profile, leader=leader)) if f.startswith("T ")]


def keys(marc: str, profile: Profile | None = None) -> list[str]:
    return [item.key for item in described(marc, profile).items]


def libraries(description: Description) -> list[str]:
    found = []
    for item in description.items:
        named = [n.heading.key for n in item.walk() if n.heading is not None and n.heading.group == "libraries"]
        assert len(named) <= 1
        found += named
    return found


def test_each_852_is_one_item_held_by_its_library() -> None:
    d = described("852 ## $aVN-X$bA\n852 ## $aVN-X$bB\n852 ## $aVN-Y")
    assert libraries(d) == ["A", "B", "VN-Y"]


def test_without_a_code_the_member_itself_holds_it() -> None:
    """The hub knows the member; a conversion on its own knows what the profile says, and else states no library."""
    assert libraries(described("852 ## $cKho mở")) == []
    assert libraries(described("852 ## $cKho mở", Profile(organization="VN-X"))) == [""]
    assert 'T bf:heldBy/bf:code "VN-X"' in said("852 ## $cKho mở", Profile(organization="VN-X"))


def test_branch_codes_stay_in_the_heading_and_are_mapped_where_they_are_shown() -> None:
    """The hub itself looks the code up, so the heading has it as found."""
    profile = Profile(libraries={"CL": "VN-HCMUT"})
    assert libraries(described("952 ## $aCL$bCL$p1", profile)) == ["CL"]
    assert 'T bf:heldBy/bf:code "VN-HCMUT"' in said("952 ## $aCL$bCL$p1", profile)


def test_a_branch_that_no_profile_maps_is_a_sublocation_too() -> None:
    assert 'T bf:sublocation/rdfs:label "CL"' in said("952 ## $aCL$bCL$p1")
    assert 'T bf:sublocation/rdfs:label "VN-X"' not in said("852 ## $aVN-X", Profile(organization="VN-X"))


def test_a_record_without_holdings_has_no_item() -> None:
    assert described("245 10 $aTruyện Kiều").items == []


def test_a_barcode_names_the_item_whatever_else_changes() -> None:
    before = keys("852 ## $aX$hA1$pB1\n852 ## $aX$hA2$pB2")
    after = keys("852 ## $aX$hA9$pB2$zmới\n852 ## $aY$hA1$pB1")
    assert before == ["B1", "B2"]
    assert after == ["B2", "B1"]


def test_without_a_barcode_the_content_names_it_and_notes_do_not() -> None:
    first, second = keys("852 ## $aX$hA1\n852 ## $aX$hA2")
    assert first != second
    assert keys("852 ## $aX$hA2$zghi chú\n852 ## $aX$hA1") == [second, first]


def test_keys_are_unique_within_the_record() -> None:
    assert keys("852 ## $aX$pB1\n852 ## $aY$pB1\n852 ## $aZ$pB1-2\n852 ## $aZ$pB1") == ["B1", "B1-2", "B1-2-2", "B1-3"]


def test_item_addresses_come_from_their_keys() -> None:
    d = described("001 r1\n852 ## $aX$pB 1")
    assert "<https://x.org/items/r1-B%201>" in d.ntriples("https://x.org/")


def test_pieces_share_the_place_and_take_their_own_enumeration() -> None:
    facts_ = said(
        "852 0# $aX$bKHO$hPL4378\n853 20 $81$av.\n863 41 $81.1$a1\n863 41 $81.2$a2\n876 ## $81.1$pB1\n876 ## $81.2$pB2"
    )
    assert facts_.count('T bf:heldBy/bf:code "KHO"') == 2
    assert facts_.count('T bf:shelfMark/rdfs:label "PL4378"') == 2
    assert 'T bf:enumerationAndChronology/rdfs:label "v. 1"' in facts_
    assert 'T bf:enumerationAndChronology/rdfs:label "v. 2"' in facts_


def test_holdings_that_no_piece_takes_stay_on_an_item_of_their_own() -> None:
    marc = "852 0# $aX$bKHO\n866 #0 $80$av.1-9\n876 ## $pB1$3v.1\n876 ## $pB2$3v.2"
    d = described(marc)
    assert len(d.items) == 3
    facts_ = said(marc)
    assert facts_.count("T bf:partOf →item") == 2
    assert facts_.count('T bf:enumerationAndChronology/rdfs:label "v.1-9"') == 1


def test_holdings_fields_follow_their_852() -> None:
    d = described("852 ## $bA\n866 #0 $80$av.1-2\n852 ## $bB\n866 #0 $80$av.1")
    found = [
        [str(v) for n in item.walk() for p, v in n.out if n.kind == "holdings" and p.endswith("label>")]
        for item in d.items
    ]
    assert found == [['"v.1-2"'], ['"v.1"']]


def test_link_numbers_go_before_order() -> None:
    d = described("852 ## $81$bA\n852 ## $82$bB\n866 41 $82$av.2\n866 41 $81$av.1")
    found = [
        [str(v) for n in item.walk() for p, v in n.out if n.kind == "holdings" and p.endswith("label>")]
        for item in d.items
    ]
    assert found == [['"v.1"'], ['"v.2"']]


def test_a_text_without_link_stands_beside_encoded_values() -> None:
    found = said("852 ## $aX\n853 20 $81$av.\n863 40 $81.1$a1-9\n866 #0 $80$aCurrent issues only")
    assert 'T bf:enumerationAndChronology/rdfs:label "v. 1-9"' in found
    assert 'T bf:enumerationAndChronology/rdfs:label "Current issues only"' in found


def test_a_holdings_record_names_its_bibliographic_record() -> None:
    d = described("001 h1\n004 LIAS220213\n014 1# $aother\n852 ## $aPSt$bUP", leader=MFHD)
    assert d.kind == "holdings"
    assert d.bib_number == "LIAS220213"
    assert d.work is None
    assert libraries(d) == ["UP"]
    assert described("014 1# $a77\n852 ## $aX", leader=MFHD).bib_number == "77"
    assert described("852 ## $aX", leader=MFHD).bib_number == ""


def test_a_holdings_record_is_about_a_holding_even_without_852() -> None:
    assert len(described("004 b1\n866 30 $aSố 1-9", leader=MFHD).items) == 1
    assert libraries(described("004 b1", Profile(organization="VN-X"), leader=MFHD)) == [""]


def test_one_location_spread_over_fields_is_one_item() -> None:
    d = described(
        "004 1\n852 ## $81\n852 #1 $cA 1970$mu\n852 #2 $bSM$909\n852 ## $aDE-18\n866 30 $a11.1969", leader=MFHD
    )
    assert libraries(d) == ["DE-18"]
    assert 'T bf:sublocation/rdfs:label "SM"' in facts(d)


def test_two_institutions_in_a_holdings_record_are_two_items() -> None:
    assert libraries(described("852 ## $aA\n852 ## $aB", leader=MFHD)) == ["A", "B"]


@pytest.mark.parametrize(
    "private", ["952 ## $p1$xTên cán bộ", "852 ## $aX$xTên cán bộ", "852 ## $aX\n866 30 $a1$xTên cán bộ"]
)
def test_nonpublic_notes_are_never_published(private: str) -> None:
    assert "Tên cán bộ" not in described(private).ntriples("https://x.org/")


def test_text_in_other_scripts_keeps_its_language() -> None:
    d = described("852 ## $aX\n866 30 $6880-01$aQuyển 1-3\n880 30 $6866-01/$1$a卷一至三")
    text = d.ntriples("https://x.org/")
    assert '"Quyển 1-3"' in text
    assert '"卷一至三"@' in text


def test_850_is_an_item_only_for_libraries_of_the_member() -> None:
    assert libraries(described("850 ## $aVN-X$aWaU", Profile(organization="VN-X"))) == ["VN-X"]
    assert libraries(described("850 ## $aVN-X\n852 ## $aVN-X$hA", Profile(organization="VN-X"))) == ["VN-X"]


def test_every_item_has_a_library_also_those_of_856() -> None:
    online = "008 990715s1999    vm      o     000 0 vie d\n245 10 $aX\n856 40 $uhttp://example.org/a\n856 41 $uhttp://example.org/b"
    member = Profile(organization="VN-X")
    d = described(online, member)
    assert d.items
    assert set(libraries(d)) == {""}
    d = described(f"{online}\n852 ## $aX$bB\n843 ## $aVi phim", member)
    assert set(libraries(d)) == {"", "B"}
    assert [f for f in facts(d) if f.startswith("T ")].count('T bf:note/rdfs:label "Vi phim"') == 1


def test_each_holding_of_a_record_may_count_its_links_from_one() -> None:
    group = "852 ## $8{n}$b{code}\n853 20 $81$a{caption}\n863 40 $81.1$a{a}\n863 41 $81.2$a{b}\n876 ## $81.2$pP{n}"
    marc = "\n".join(
        group.format(n=n, code=code, caption=caption, a=a, b=b)
        for n, code, caption, a, b in ((1, "A", "v.", "1-3", "5"), (2, "B", "Jg.", "7-8", "10"))
    )
    found = said(marc)
    assert found.count('T bf:enumerationAndChronology/rdfs:label "v. 5"') == 1
    assert found.count('T bf:enumerationAndChronology/rdfs:label "v. 1-3"') == 1
    assert found.count('T bf:enumerationAndChronology/rdfs:label "Jg. 10"') == 1
    assert found.count('T bf:enumerationAndChronology/rdfs:label "Jg. 7-8"') == 1
    d = described(marc)
    assert sorted(libraries(d)) == ["A", "A", "B", "B"]
    (piece,) = [item for item in d.items if item.key == "P2"]
    said_of_piece = [v for n in piece.walk() for p, v in n.out if n.kind == "holdings" and p.endswith("label>")]
    assert said_of_piece == ['"Jg. 10"']


def test_a_gift_is_told_of_the_item_that_is_there() -> None:
    d = described("541 1# $aBà Lan$cTặng\n852 ## $aVN-X$bA$pB1")
    assert [item.key for item in d.items] == ["B1"]
    assert 'T bf:immediateAcquisition/rdfs:label "Bà Lan Tặng"' in facts(d)
