"""The demo consortium: built from its source to the byte, as large and as mixed as it promises."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest
from stdnum import isbn as isbn_number

from converters.marc.frame import Damaged
from converters.marc.reading import read
from converters.marc.record import Record
from converters.profile import Profile, control_number
from hub.demo import consortium, files
from hub.demo.ansel import marc8
from hub.demo.build import build
from hub.demo.dirty import DEFECTS
from hub.demo.works import agents, editions
from hub.members import Library
from ontologies.codes import vocabulary


@cache
def records(name: str) -> list[Record]:
    """The records of one built file."""
    path = next(p for _, p in files() if p.name == name)
    with path.open("rb") as stream:
        return [found[1] for found in read(stream) if not isinstance(found, Damaged)]


def clean() -> list[tuple[str, str, Record]]:
    return [
        (member, path.name, record)
        for member, path in files()
        if path.name != "bacninh-dirty.mrc"
        for record in records(path.name)
    ]


def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    built = build(tmp_path)
    assert {p.name for p in built} == {p.name for _, p in files()}
    for _, shipped in files():
        assert (tmp_path / shipped.name).read_bytes() == shipped.read_bytes(), (
            f"{shipped.name} is not what the source gives: run python -m hub.demo.build"
        )


def test_it_is_as_large_as_promised() -> None:
    found = clean()
    kinds = Counter(record.kind for _, _, record in found)
    assert kinds["bibliographic"] >= 400
    assert kinds["authority"] >= 40
    assert kinds["holdings"] >= 50
    assert len({e.work.key for e in editions()}) >= 120
    assert len({member for member, _ in files()}) == 5


def test_clean_records_are_read_without_a_problem() -> None:
    wrong = [(name, r.control("001"), r.problems) for _, name, r in clean() if r.problems]
    assert wrong == []


def test_numbers_are_unique_within_a_member() -> None:
    seen = Counter((member, r.kind, r.control("001")) for member, _, r in clean())
    assert [key for key, n in seen.items() if n > 1 or not key[2]] == []


def test_every_isbn_is_valid_and_editions_are_shared() -> None:
    holders: dict[str, set[str]] = defaultdict(set)
    written: dict[str, set[str]] = defaultdict(set)
    for member, _, record in clean():
        for text in record.values("020", "a"):
            full = isbn_number.to_isbn13(isbn_number.validate(text))
            holders[full.replace("-", "")].add(member)
            written[full.replace("-", "")].add(text)
    shared = [i for i, members in holders.items() if len(members) >= 2]
    assert len(shared) >= 60
    assert max(len(m) for m in holders.values()) >= 4
    assert sum(1 for i in shared if len(written[i]) > 1) >= 30, "members write the same ISBN differently"


def test_one_work_stands_in_many_languages() -> None:
    languages = {r.control("008")[35:38] for _, _, r in clean() if r.kind == "bibliographic" and _is_kieu(r)}
    assert {"vie", "eng", "fre", "chi", "jpn", "kor", "ger", "rus"} <= languages


def _is_kieu(record: Record) -> bool:
    return any(t.startswith("Truyện Kiều") for t in (*record.values("240", "a"), *record.values("245", "a")))


@pytest.mark.parametrize(
    ("what", "least", "holds"),
    [
        ("880 in another script", 60, lambda r: r.first("880")),
        ("parts of sets", 40, lambda r: any(r.values("245", "n"))),
        ("serials", 30, lambda r: r.leader[7] == "s" and r.kind == "bibliographic"),
        ("theses", 8, lambda r: r.first("502")),
        ("maps with scale", 15, lambda r: r.first("255") and r.leader[6] == "e"),
        ("scores", 15, lambda r: r.leader[6] == "c"),
        ("sound recordings", 8, lambda r: r.leader[6] == "j" and r.first("007")),
        ("films", 5, lambda r: r.leader[6] == "g"),
        ("e-books", 3, lambda r: r.first("856") and r.control("008")[23:24] == "o"),
        ("translations", 150, lambda r: any(r.values("041", "h"))),
        ("copies in 852", 200, lambda r: r.kind == "bibliographic" and r.first("852")),
        ("copies in Koha's 952", 300, lambda r: r.first("952")),
        ("holdings by 863", 8, lambda r: r.kind == "holdings" and r.first("863")),
        ("LCSH", 100, lambda r: any(f.ind2 == "0" for f in r.all("650"))),
        ("Vietnamese subjects", 300, lambda r: any(f.ind2 == "7" for f in r.all("650", "651"))),
        ("Dewey numbers", 600, lambda r: r.first("082")),
    ],
)
def test_what_the_demo_shows_is_there(what: str, least: int, holds: object) -> None:
    assert callable(holds)
    assert sum(1 for _, _, r in clean() if holds(r)) >= least, what


def test_both_cataloguing_rules_and_both_publication_fields_occur() -> None:
    bib = [r for _, _, r in clean() if r.kind == "bibliographic"]
    assert {e for r in bib for e in r.values("040", "e")} == {"rda", "aacr2"}
    assert sum(1 for r in bib if r.first("260")) > 100
    assert sum(1 for r in bib if r.first("264")) > 100


def test_each_880_stands_beside_its_field() -> None:
    for _, name, record in clean():
        for other in record.all("880"):
            tag, _, rest = (other.get("6") or "").partition("-")
            partners = [f for f in record.all(tag) if (f.get("6") or "").startswith("880-" + rest[:2])]
            assert partners, f"{name} {record.control('001')}: {other}"
            assert partners[0].ind1 == other.ind1


def test_coded_values_are_in_lc_s_lists() -> None:
    for _, name, record in clean():
        if record.kind == "bibliographic":
            coded = record.control("008")
            assert len(coded) == 40, f"{name} {record.control('001')}"
            assert vocabulary("countries", coded[15:18].strip())
            assert vocabulary("languages", coded[35:38])
            for code in record.values("041", "ah"):
                assert vocabulary("languages", code)


def test_holdings_records_name_a_bibliographic_record() -> None:
    numbers = {r.control("001") for r in records("khth.mrc")}
    assert {r.control("004") for r in records("khth-holdings.mrc")} == numbers


def test_the_marc8_file_is_marc8_and_reads_as_it_was_written() -> None:
    path = next(p for _, p in files() if p.name == "nhacvien-marc8.mrc")
    data = path.read_bytes()
    assert data[9:10] == b" "
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    read_back = {t for r in records(path.name) for t in r.values("245", "a")}
    assert 'Symfonie č. 9 e moll "Z nového světa" /' in read_back
    assert "Sách học đàn bầu /" in read_back


def test_writing_marc8_refuses_what_it_cannot_say() -> None:
    assert marc8("Dvořák") == b"Dvo\xe9r\xe2ak"
    assert marc8("đường") == b"\xb3\xbd\xe1\xbcng"
    with pytest.raises(ValueError, match="MARC-8"):
        marc8("阮攸")


def test_the_dirty_file_ends_as_documented() -> None:
    path = next(p for _, p in files() if p.name == "bacninh-dirty.mrc")
    with path.open("rb") as stream:
        found = list(read(stream))
    assert len(found) == len(DEFECTS)
    for defect, outcome in zip(DEFECTS, found, strict=True):
        if isinstance(outcome, Damaged):
            assert defect.outcome == "rejected", f"{defect.what}: {outcome.reason}"
            continue
        assert defect.outcome == "read", defect.what
        record = outcome[1]
        assert record.control("001") == defect.number
        codes = {p.code for p in record.problems}
        assert codes == ({defect.problem} if defect.problem else set()), defect.what
    assert records(path.name)[-1].first("245") is not None


def test_authority_records_bear_the_other_forms() -> None:
    by_heading = {
        (r.first("100") or r.all("110")[0]).get("a"): r for r in records("nlv-authorities.mrc") if r.first("100", "110")
    }
    kieu = by_heading["Nguyễn Du,"]
    assert {"Nguyễn, Du,", "Tố Như", "Thanh Hiên"} <= set(kieu.values("400", "a"))
    assert list(kieu.values("880", "a")) == ["阮攸,"]
    assert "Nguyễn Dữ" in by_heading, "a name that differs by its tone only is a person of its own"
    assert any(r.first("150") for r in records("nlv-authorities.mrc"))


def test_every_agent_of_the_source_is_used_or_an_authority() -> None:
    used = {key for e in editions() for key, _ in e.agents} | {e.get("author") for e in editions()}
    used |= {key for e in editions() for key in e.all("person")}
    idle = [a.key for a in agents().values() if a.key not in used and not a.variants and not a.script]
    assert used - {""} <= set(agents())
    assert len(idle) < 5, idle


def test_the_consortium_is_well_formed() -> None:
    described = consortium()
    groups = {g["code"] for g in described["groups"]}
    assert len(groups) == 2
    libraries = [Library(**library) for library in described["libraries"]]
    assert {library.group_code for library in libraries} == groups
    for member in described["members"]:
        profile = Profile.from_json(member["profile"])
        codes = {library.code for library in libraries if library.member == member["code"]}
        assert profile.organization in codes
        assert set(profile.libraries.values()) <= codes
        for name in member["files"]:
            if name != "bacninh-dirty.mrc":
                assert all(control_number(r, profile) for r in records(name))
    for library in libraries:
        assert 8 < (library.latitude or 0) < 24
        assert 102 < (library.longitude or 0) < 110
        assert (library.website or "").endswith(".example.org/") or ".example.org/" in (library.website or "")
