"""What a conversion on its own says otherwise than a member's record: it follows the reference to the letter where
nothing is shared, and states no library that it cannot know."""

from converters import convert
from converters.bibframe.facts import facts
from converters.marc.record import record_of
from converters.profile import DEFAULT_PROFILE, Profile

MEMBER = Profile(organization="VN-X", libraries={"CL": "VN-X-CL"})
AGENT = "W bf:contribution/bf:agent/bflc:marcKey"


def said(marc: str, profile: Profile = DEFAULT_PROFILE) -> list[str]:
    return facts(convert(record_of(marc), profile))


def test_marckey_is_the_field_as_catalogued_or_the_heading_that_records_share() -> None:
    marc = "100 1# $6880-01$aNguyễn, Du,$d1765-1820,$etác giả.\n880 1# $6100-01/$1$a阮攸"
    assert f'{AGENT} "1001 $6880-01$aNguyễn, Du,$d1765-1820,$etác giả."' in said(marc)
    assert any(f.startswith(f'{AGENT} "8801 $6100-01/$1$a阮攸"@') for f in said(marc))
    assert [f for f in said(marc, MEMBER) if f.startswith(AGENT)] == [f'{AGENT} "1001 $aNguyễn, Du,$d1765-1820"']


def test_the_creator_of_a_240_is_primary_only_where_the_hub_is_not_shared() -> None:
    marc = "100 1# $aNguyễn, Du\n240 10 $aTruyện Kiều.$lAnh"
    assert "W bf:expressionOf/bf:contribution/a bf:PrimaryContribution" in said(marc)
    assert "W bf:expressionOf/bf:contribution/a bf:PrimaryContribution" not in said(marc, MEMBER)
    assert "W bf:expressionOf/bf:contribution/a bf:Contribution" in said(marc, MEMBER)


def test_notes_on_another_librarys_copy_make_no_item_of_the_member() -> None:
    marc = "561 ## $aTừng của Phạm Quỳnh$5DLC\n563 ## $aBìa da$5VN-X\n583 ## $aSố hóa$5CL"
    alone, member = said(marc), said(marc, MEMBER)
    assert 'T bf:custodialHistory "Từng của Phạm Quỳnh"' in alone
    assert 'I bf:custodialHistory "Từng của Phạm Quỳnh"' in member
    assert 'T bf:note/rdfs:label "Bìa da"' in member
    assert 'T bf:heldBy/bf:code "VN-X-CL"' in member
    assert 'T bf:note/rdfs:label "Số hóa"' in member


def test_the_holding_library_is_stated_when_it_is_known() -> None:
    assert not [f for f in said("852 ## $cKho mở") if "heldBy" in f]
    assert 'T bf:heldBy/bf:code "VN-X"' in said("852 ## $cKho mở", MEMBER)


def test_a_branch_no_profile_knows_is_a_sublocation_of_the_members_copy() -> None:
    assert 'T bf:sublocation/rdfs:label "BR9"' in said("852 ## $bBR9", MEMBER)
    assert 'T bf:sublocation/rdfs:label "BR9"' not in said("852 ## $bBR9")


def test_the_year_9999_of_an_empty_form_is_no_year() -> None:
    record = record_of("008 181223s9999||||xx |||||||||||||| ||und||\n260 ## $aHà Nội$c2014")
    found = facts(convert(record, MEMBER))
    assert 'I bf:provisionActivity/bf:date "2014"^^lcdt:edtf' in found
    assert not any('"9999"' in f for f in found)
    assert "invalid-date" in {p.code for p in record.problems}


def test_a_number_that_is_no_isbn_is_kept_and_reported() -> None:
    record = record_of("020 ## $a40004\n020 ## $a9786040000019\n020 ## $z40005")
    assert 'I bf:identifiedBy/rdf:value "40004"' in facts(convert(record))
    assert [(p.code, p.where) for p in record.problems if p.code == "invalid-isbn"] == [("invalid-isbn", "020$a")]
