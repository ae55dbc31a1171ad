"""Copies in members' local fields, by profile and preset."""

import pytest

from converters import convert
from converters.bibframe.facts import facts
from converters.marc.record import record_of
from converters.profile import DEFAULT_PROFILE, PRESETS, Profile, control_number


def said(marc: str, profile: Profile = DEFAULT_PROFILE) -> list[str]:
    return [f for f in facts(convert(record_of(marc), profile)) if f.startswith("T ")]


KOHA = "952 ## $2ddc$aCTU$bCTU$cKho mở$d2019-05-03$h T.2$o895.922 NG$pB001$t3$yBK$zSách quý$xTên cán bộ$g120.00"


def test_koha_952() -> None:
    found = said(KOHA)
    assert set(found) == {
        "T a bf:Item",
        "T bf:heldBy/a bf:Organization",
        'T bf:heldBy/bf:code "CTU"',
        "T bf:sublocation/a bf:Sublocation",
        'T bf:sublocation/rdfs:label "Kho mở"',
        "T bf:shelfMark/a bf:ShelfMarkDdc",
        'T bf:shelfMark/rdfs:label "895.922 NG"',
        "T bf:identifiedBy/a bf:Barcode",
        'T bf:identifiedBy/rdf:value "B001"',
        'T bh:copyNumber "3"',
        "T bf:enumerationAndChronology/a bf:EnumerationAndChronology",
        'T bf:enumerationAndChronology/rdfs:label "T.2"',
        'T bf:enumerationAndChronology/bh:sortKey "000002"',
        'T bh:itemType "BK"',
        "T bf:note/a bf:Note",
        'T bf:note/rdfs:label "Sách quý"',
        "T bf:immediateAcquisition/a bf:ImmediateAcquisition",
        'T bf:immediateAcquisition/bf:date "2019-05-03"',
        "T bf:itemOf →instance",
    }


def test_a_branch_that_the_profile_knows_is_the_library_and_no_sublocation() -> None:
    found = said(KOHA, Profile(libraries={"CTU": "VN-CTU"}))
    assert 'T bf:heldBy/bf:code "VN-CTU"' in found
    assert [f for f in found if "sublocation/rdfs" in f] == ['T bf:sublocation/rdfs:label "Kho mở"']


@pytest.mark.parametrize(
    ("subfields", "state"),
    [
        ("$71", "bh:referenceOnly"),
        ("$7-1", "bh:inProcess"),
        ("$11", "bh:lost"),
        ("$01$11", "bh:withdrawn"),
        ("$q2026-12-01", "bh:onLoan"),
        ("$00$10$70", None),
    ],
)
def test_koha_states(subfields: str, state: str | None) -> None:
    found = [f for f in said(f"952 ## $aCTU$pB1{subfields}") if "itemStatus" in f]
    assert found == ([f"T bh:itemStatus {state}"] if state else [])


def test_a_loan_says_when_it_ends() -> None:
    assert 'T bh:due "2026-12-01"^^xsd:date' in said("952 ## $aCTU$pB1$q2026-12-01 23:59:00")


@pytest.mark.parametrize("text", ["952 ## $aMinor ill.", "952 ## $a867509274", "952 ## $adigital files not viewed"])
def test_other_uses_of_952_are_no_copies(text: str) -> None:
    d = convert(record_of(text))
    assert d.items == []
    assert text[8:] not in d.ntriples("https://x.org/")


@pytest.mark.parametrize(
    ("preset", "marc", "expected"),
    [
        (
            "evergreen",
            "852 4# $agapl$bBR1$bBR1$cStacks$jG4362.C6$p11223$y0.00$xnonreference$xholdable$zAvailable",
            {
                'T bf:heldBy/bf:code "BR1"',
                'T bf:shelfMark/rdfs:label "G4362.C6"',
                'T bf:identifiedBy/rdf:value "11223"',
                "T bh:itemStatus bh:available",
            },
        ),
        (
            "evergreen",
            "852 4# $bBR1$jG1$p1$xreference$zAvailable",
            {"T bh:itemStatus bh:referenceOnly"},
        ),
        (
            "sirsi",
            "999 ## $aDA566.9 v.1$wLC$c1$iX0009$kCHECKEDOUT$lSTACKS$mCLEMONS$tBOOK$o.STAFF. Lan$o.PUBLIC. Hỏi quầy",
            {
                'T bf:heldBy/bf:code "CLEMONS"',
                "T bf:shelfMark/a bf:ShelfMarkLcc",
                "T bh:itemStatus bh:onLoan",
                'T bf:note/rdfs:label "Hỏi quầy"',
                '!T bf:note/rdfs:label ".STAFF. Lan"',
            },
        ),
        (
            "sierra",
            "945 ## $aGB475.L6$cv.2$g1$i333$lmain$so$t4",
            {
                'T bf:heldBy/bf:code "main"',
                "T bh:itemStatus bh:referenceOnly",
                'T bf:enumerationAndChronology/rdfs:label "v.2"',
                'T bf:identifiedBy/rdf:value "333"',
            },
        ),
        (
            "hathitrust",
            "974 ## $bUC$cNRLF$d20210323$sgoogle$uuc1.b3224283$zv.28 (1942)$y1942$ric",
            {
                'T bf:heldBy/bf:code "UC"',
                "T bf:electronicLocator <https://hdl.handle.net/2027/uc1.b3224283>",
                'T bf:enumerationAndChronology/rdfs:label "v.28 (1942)"',
                'T bf:enumerationAndChronology/bh:sortKey "000028.001942"',
                'T bf:usageAndAccessPolicy/rdfs:label "ic"',
            },
        ),
        (
            "alma",
            "ITM ## $M49HBZ_WUP$wW0001$v04$nZZV708205$bW00348898$s1$fBOOK$XID89346",
            {
                'T bf:heldBy/bf:code "W0001"',
                'T bf:sublocation/rdfs:label "04"',
                'T bf:identifiedBy/rdf:value "W00348898"',
                "T bh:itemStatus bh:available",
            },
        ),
        (
            "emiclib",
            "852 ## $aHKVN$bKho_Muon$jHK000001",
            {
                'T bf:heldBy/bf:code "HKVN"',
                'T bf:sublocation/rdfs:label "Kho_Muon"',
                'T bf:identifiedBy/rdf:value "HK000001"',
            },
        ),
        (
            "koha-copies",
            "952 ## $p5551$cSách ngoại văn VEFFA_ CS2",
            {'T bf:identifiedBy/rdf:value "5551"', 'T bf:sublocation/rdfs:label "Sách ngoại văn VEFFA_ CS2"'},
        ),
    ],
)
def test_presets(preset: str, marc: str, expected: set[str]) -> None:
    found = said(marc, PRESETS[preset])
    for statement in expected:
        if statement.startswith("!"):
            assert statement[1:] not in found
        else:
            assert statement in found, "\n".join(["", *found])


def test_several_barcodes_in_a_field_are_several_copies() -> None:
    d = convert(record_of("852 ## $aHKVN$bKho$jHK1$jHK2$jHK3"), PRESETS["emiclib"])
    assert [item.key for item in d.items] == ["HK1", "HK2", "HK3"]


def test_an_852_that_repeats_a_local_copy_is_not_counted_twice() -> None:
    marc = "852 0# $bALDERMAN$cSTACKS$hB$i1\n999 ## $aB1 v.2$iX1$mALDERMAN$lStacks"
    assert len(convert(record_of(marc), PRESETS["sirsi"]).items) == 1
    other_place = "852 ## $bALDERMAN$cRARE\n999 ## $aB1$iX1$mALDERMAN$lSTACKS"
    assert len(convert(record_of(other_place), PRESETS["sirsi"]).items) == 2
    with_summary = "852 ## $bALDERMAN$cSTACKS\n866 #0 $av.1-3\n999 ## $aB1$iX1$mALDERMAN"
    assert len(convert(record_of(with_summary), PRESETS["sirsi"]).items) == 2


def test_a_copy_told_in_two_local_fields_counts_once() -> None:
    d = convert(record_of("949 ## $aB1$iX1$mLIB\n999 ## $aB1$iX1$mLIB$lSTACKS\n999 ## $aB1$iX2$mLIB"), PRESETS["sirsi"])
    assert [item.key for item in d.items] == ["X1", "X2"]
    marc = "AVA ## $bLAW$cstacks$dK1$eavailable\nITM ## $wLAW$vstacks$nK1$bB1$s1\nAVA ## $bMED$cstacks$eavailable"
    found = [item.key for item in convert(record_of(marc), PRESETS["alma"]).items]
    assert len(found) == 2
    assert "B1" in found


def test_words_of_a_profile_name_states() -> None:
    profile = Profile.from_json(
        {"items": [{"tag": "952", "codes": {"barcode": "p", "status": "s"}, "words": {"x7": "lost"}}]}
    )
    assert "T bh:itemStatus bh:lost" in said("952 ## $p1$sx7", profile)
    assert 'T bf:status/rdfs:label "ở phòng đọc 3"' in said("952 ## $p1$sở phòng đọc 3", profile)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_presets_survive_json(name: str) -> None:
    assert Profile.from_json(PRESETS[name].to_json()) == PRESETS[name]
    assert Profile.from_json({"preset": name}) == PRESETS[name]


def test_a_preset_can_be_adapted() -> None:
    profile = Profile.from_json({"preset": "koha", "libraries": {"CL": "VN-BK"}})
    assert profile.items == PRESETS["koha"].items
    assert profile.libraries == {"CL": "VN-BK"}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ({"preset": "kohaa"}, "kohaa"),
        ({"itmes": []}, "itmes"),
        ({"items": [{"tag": "952", "codes": {"barcod": "p"}}]}, "barcod"),
        ({"items": [{"tag": "952", "codes": {}, "words": {"1": "gone"}}]}, "gone"),
        ({"items": [{"tag": "952", "codes": {}, "ind1": "1"}]}, "ind1"),
        ({"identity": ["35a"]}, "35a"),
        ({"identity": "001"}, "001"),
    ],
)
def test_wrong_words_in_a_profile_are_named(data: dict[str, object], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Profile.from_json(data)


@pytest.mark.parametrize(
    ("tag", "private"),
    [
        ("911", True),
        ("998", True),
        ("590", True),
        ("859", True),
        ("490", False),
        ("952", True),
        ("CAT", True),
        ("245", False),
    ],
)
def test_what_is_private_by_default(tag: str, private: bool) -> None:
    assert DEFAULT_PROFILE.is_private(tag) is private
    assert Profile(notes={"911": "Ghi chú"}).is_private("911") is False


def test_holdings_records_that_share_a_number_are_told_apart_by_place() -> None:
    marc = "LDR 00000ny  a2200000zn 4500\n001 71224\n852 8# $aPSt$bUP-PAT$cNEWS-PAT$hNewspaper\n866 #0 $80$aCurrent"
    assert control_number(record_of(marc), PRESETS["sirsi"]) == "71224-UP-PAT-NEWS-PAT-Newspaper"
    assert control_number(record_of(marc)) == "71224"
    assert control_number(record_of("001 71224\n852 ## $bX$cY"), PRESETS["sirsi"]) == "71224"
    assert control_number(record_of("LDR 00000ny  a2200000zn 4500\n001 7"), PRESETS["sirsi"]) == "7"


@pytest.mark.parametrize(
    ("places", "number"),
    [
        (["001"], "r1"),
        (["035a"], "(X)5"),
        (["952p", "001"], "B 7"),
        (["952q", "001"], "r1"),
        (["digest"], ""),
        (["035a+952p"], "(X)5-B-7"),
    ],
)
def test_the_ladder_of_a_records_number(places: list[str], number: str) -> None:
    record = record_of("001 r1\n035 ## $z9\n035 ## $a(X)5\n952 ## $pB 7")
    assert control_number(record, Profile.from_json({"identity": places})) == number
