"""Authority records: keys that agree with bibliographic records, variants, matches and privacy."""

import pytest

from converters import Description, convert
from converters.bibframe.facts import facts
from converters.bibframe.node import Heading
from converters.marc.record import record_of

AUTHORITY = "00000nz  a2200000n  4500"
LCSH = "008 090422i| anannbabn          |n ana      \n"
LOCAL = "040 ## $fbtkqg\n"


def authority(marc: str) -> Description:
    return convert(record_of(marc, leader=AUTHORITY))


def heading(marc: str) -> Heading | None:
    root = authority(marc).authority
    assert root is not None
    return root.heading


def bib_headings(marc: str) -> set[Heading]:
    return {node.heading for node in convert(record_of(marc)).headings() if node.heading is not None}


@pytest.mark.parametrize(
    ("established", "book"),
    [
        ("100 1# $aNguyễn, Du,$d1765-1820.", "100 1# $aNguyễn, Du,$d1765-1820,$eauthor."),
        ("100 1# $aNguyễn, Du,$d1765-1820", "700 1# $aNguyễn, Du,$d1765-1820.$4aut"),
        ("100 1# $aNguyễn, Du,$d1765-1820", "600 14 $aNguyễn, Du,$d1765-1820."),
        ("100 3# $aNguyễn Phúc", "600 34 $aNguyễn Phúc."),
        ("110 2# $aĐại học Huế.$bThư viện", "710 2# $aĐại học Huế.$bThư viện."),
        ("110 1# $aViệt Nam.$bBộ Giáo dục", "110 1# $aViệt Nam.$bBộ Giáo dục"),
        ("111 2# $aHội nghị Paris$d(1968-1973)", "711 2# $aHội nghị Paris$d(1968-1973)"),
        (
            "100 1# $aNguyễn, Du,$d1765-1820.$tTruyện Kiều.$lTiếng Pháp",
            "700 12 $aNguyễn, Du,$d1765-1820.$tTruyện Kiều.",
        ),
        ("100 1# $aNguyễn, Du,$d1765-1820.$tTruyện Kiều", "100 1# $aNguyễn, Du,$d1765-1820.\n240 10 $aTruyện Kiều."),
        ("130 #0 $aKinh Thi", "130 0# $aKinh Thi."),
        ("130 #0 $aKinh Thi", "730 0# $aKinh Thi"),
        (f"{LCSH}150 ## $aVietnamese poetry", "650 #0 $aVietnamese poetry."),
        (
            f"{LCSH}150 ## $aVietnamese poetry$y19th century$xHistory",
            "650 #0 $aVietnamese poetry$y19th century$xHistory.",
        ),
        (f"{LCSH}100 1# $aHồ, Chí Minh$xMuseums", "600 10 $aHồ, Chí Minh$xMuseums."),
        (f"{LCSH}151 ## $aHanoi (Vietnam)$xHistory", "651 #0 $aHanoi (Vietnam)$xHistory."),
        (f"{LOCAL}150 ## $aThơ Nôm", "650 #7 $aThơ Nôm.$2btkqg"),
        ("150 ## $aThơ Nôm", "650 #4 $aThơ Nôm."),
        (f"{LCSH}151 ## $aHanoi (Vietnam)", "651 #0 $aHanoi (Vietnam)"),
        ("040 ## $flcgft\n155 ## $aNovels", "655 #7 $aNovels.$2lcgft"),
        ("040 ## $ffast\n148 ## $a1945-1975", "648 #7 $a1945-1975$2fast"),
    ],
)
def test_a_heading_has_one_key_in_authority_and_bibliographic_records(established: str, book: str) -> None:
    key = heading(established)
    assert key is not None
    assert key in bib_headings(book)


def test_keys_keep_diacritics() -> None:
    assert heading("100 1# $aTrần, Hà") != heading("100 1# $aTrần, Hạ")


def test_a_topic_of_another_thesaurus_is_another_concept() -> None:
    assert heading(f"{LCSH}150 ## $aPoetry") != heading(f"{LOCAL}150 ## $aPoetry")


def test_see_from_headings_are_variant_keys() -> None:
    d = authority("100 0# $aHồ Chí Minh,$d1890-1969\n400 1# $aNguyễn, Ái Quốc\n410 2# $aHội X\n500 1# $aKhác")
    assert d.variant_keys == [Heading("agents", "Person|Nguyễn, Ái Quốc"), Heading("agents", "Organization|Hội X")]


def test_a_see_also_heading_is_a_link_the_hub_can_follow() -> None:
    d = authority(f"{LCSH}150 ## $aPoetry\n550 ## $wg$aLiterature")
    text = d.ntriples(
        "https://x.org/", {Heading("concepts", "Topic|lcsh|Literature"): "<https://x.org/concepts/l>"}.get
    )
    assert "skos/core#broader> <https://x.org/concepts/l> ." in text


def test_other_scripts_are_labels_with_their_language() -> None:
    text = authority(
        "100 1# $6880-01$aNguyễn, Du\n400 0# $6880-02$aTố Như\n880 1# $6100-01/$1$a阮攸\n880 0# $6400-02/$1$a素如"
    )
    lines = text.ntriples("https://x.org/").splitlines()
    assert any("prefLabel" in line and '"阮攸"@' in line for line in lines)
    assert any("altLabel" in line and '"素如"@' in line for line in lines)


def test_a_record_without_a_known_heading_links_to_nothing_and_says_so() -> None:
    d = authority("103 ## $aMaoïsme$bMaoism")
    assert d.authority is not None
    assert d.authority.heading is None
    assert [p.code for p in d.problems] == ["no-heading"]
    assert 'A skos:prefLabel "Maoïsme"' in facts(d)


def test_a_name_without_attributes_makes_no_empty_thing() -> None:
    assert not [f for f in facts(authority("100 1# $aNguyễn, Du")) if "identifiesRWO" in f]


def test_private_data_of_persons_stay_private() -> None:
    text = authority("100 1# $aLê, A\n371 ## $a1 Phố X$ma@example.org\n667 ## $aHỏi cô Lan").ntriples("https://x.org/")
    assert "Phố X" not in text
    assert "example.org" not in text
    assert "cô Lan" not in text


@pytest.mark.parametrize(
    ("field", "iri"),
    [
        ("024 7# $ahttps://www.wikidata.org/entity/Q36014$2wikidata", "https://www.wikidata.org/entity/Q36014"),
        ("024 7# $aQ36014$2wikidata", "http://www.wikidata.org/entity/Q36014"),
        ("024 7# $a0000 0001 2117 4585$2isni", "http://isni.org/isni/0000000121174585"),
        ("010 ## $ash 85143287 ", "http://id.loc.gov/authorities/subjects/sh85143287"),
        ("700 10 $aX$1https://viaf.org/viaf/107806241", "https://viaf.org/viaf/107806241"),
        ("700 10 $aX$0(OCoLC)fst00012345", "http://id.worldcat.org/fast/12345"),
    ],
)
def test_exact_matches(field: str, iri: str) -> None:
    assert f"A skos:exactMatch <{iri}>" in facts(authority(f"{field}\n100 1# $aX"))


@pytest.mark.parametrize("field", ["010 ## $aabc", "024 7# $ajavascript:alert(1)$2uri", "024 7# $aQ 36<>$2wikidata"])
def test_what_is_no_identifier_makes_no_match(field: str) -> None:
    assert not [f for f in facts(authority(f"{field}\n100 1# $aX")) if "exactMatch" in f]


def test_a_second_heading_is_reported() -> None:
    assert [p.code for p in authority("100 1# $aA\n150 ## $aB").problems] == ["second-heading"]


def test_a_reference_record_is_found_by_its_key_and_never_linked() -> None:
    d = authority("008 840131n| bnannbabn           a ana\n150 ## $aThơ ca")
    assert d.authority is not None
    assert d.authority.heading is None
    assert d.variant_keys == [Heading("concepts", "Topic|lcsh|Thơ ca")]


def test_a_name_that_several_persons_share_is_not_linked() -> None:
    coded = "008 840131n| acannaabn          |n aab ana d"
    shared = authority(f"{coded[:4]}{coded[4:36]}b ana d\n100 1# $aNguyễn, Văn A")
    assert shared.authority is not None
    assert shared.authority.heading is None
    assert [p.code for p in shared.problems] == ["undifferentiated-name"]
    own = authority(f"{coded[:4]}{coded[4:36]}a ana d\n100 1# $aNguyễn, Văn A")
    assert own.authority is not None
    assert own.authority.heading == Heading("agents", "Person|Nguyễn, Văn A")
