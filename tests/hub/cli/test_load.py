"""`hub load` as a librarian meets it: counts that add up, rejects with their reasons, the same file twice."""

from pathlib import Path

import pytest

from hub.settings import Settings
from tests.hub.catalogue import catalogue, kieu, written
from tests.hub.conftest import Run


@pytest.fixture(autouse=True)
def _members(settings: Settings) -> None:
    """A and B are members."""


def test_same_file_twice_changes_nothing(hub: Run, tmp_path: Path) -> None:
    file = catalogue(tmp_path / "books.mrc", 30)
    first = hub("load", "--member", "A", file)
    assert first.returncode == 0
    assert "read 30 = stored 30 + unchanged 0 + rejected 0" in first.stderr
    before = hub("export", check=True).stdout
    again = hub("load", "--member", "A", file, check=True)
    assert "read 30 = stored 0 + unchanged 30 + rejected 0" in again.stderr
    assert sorted(hub("export", check=True).stdout.splitlines()) == sorted(before.splitlines())
    assert hub("check").returncode == 0


def test_damaged_records_are_listed_and_the_rest_is_stored(hub: Run, tmp_path: Path) -> None:
    good = written(kieu("a1"), kieu("a2"))
    file = tmp_path / "dirty.mrc"
    file.write_bytes(good[: len(good) // 2] + b"\r\nthis is no record\x1d\r\n" + good[len(good) // 2 :])
    done = hub("load", "--member", "A", file)
    assert done.returncode == 1
    assert "read 3 = stored 2 + unchanged 0 + rejected 1" in done.stderr
    assert "rejected: dirty.mrc, record 2, byte " in done.stderr
    listed = hub("load", "--member", "A", "--rejects", check=True).stdout.splitlines()
    assert len(listed) == 2
    assert "dirty.mrc" in listed[1]


def test_two_records_with_one_number_lose_nothing(hub: Run) -> None:
    other = kieu("a1")
    other.first("245").subfields[0] = ("a", "Số đỏ")  # type: ignore[union-attr]  # the record has a 245
    done = hub("load", "--member", "A", "-", stdin=written(kieu("a1"), other))
    assert done.returncode == 1
    assert "read 2 = stored 1 + unchanged 0 + rejected 1" in done.stderr
    assert "'a1' was met before in this load" in done.stderr


def test_record_without_number_is_stored_under_its_digest(hub: Run) -> None:
    record = kieu("x")
    record.fields = [f for f in record.fields if f.tag != "001"]
    data = written(record)
    assert "stored 1" in hub("load", "--member", "A", "-", stdin=data, check=True).stderr
    assert "unchanged 1" in hub("load", "--member", "A", "-", stdin=data, check=True).stderr


def test_changed_record_changes_the_graph(hub: Run) -> None:
    hub("load", "--member", "A", "-", stdin=written(kieu("a1"), kieu("a2")), check=True)
    changed = kieu("a1")
    changed.first("245").subfields[0] = ("a", "Đoạn trường tân thanh")  # type: ignore[union-attr]  # it has a 245
    hub("load", "--member", "A", "-", stdin=written(changed), check=True)
    graph = hub("export", check=True).stdout
    assert '"Đoạn trường tân thanh"' in graph
    assert hub("check").returncode == 0


def test_full_load_withdraws_what_is_missing(hub: Run, tmp_path: Path) -> None:
    whole = catalogue(tmp_path / "all.mrc", 20)
    part = catalogue(tmp_path / "part.mrc", 18)
    few = catalogue(tmp_path / "few.mrc", 2)
    hub("load", "--member", "A", "--full", whole, check=True)
    assert "2 withdrawn" in hub("load", "--member", "A", "--full", part, check=True).stderr
    refused = hub("load", "--member", "A", "--full", few)
    assert refused.returncode == 3
    assert "16 of 18 records" in refused.stderr
    assert hub("load", "--member", "A", "--full", "--force", few).returncode == 0
    assert hub("check").returncode == 0
    assert hub("load", "--member", "A", "--full", whole, check=True)
    assert hub("check").returncode == 0


def test_full_load_keeps_what_was_sent_damaged(hub: Run) -> None:
    good = written(kieu("a1"), *(kieu(f"b{n}") for n in range(9)))
    hub("load", "--member", "A", "--full", "-", stdin=good, check=True)
    first = written(kieu("a1"))
    damaged = first[:12] + b"99999" + first[17:24] + b"24X00990000" + first[36:]
    assert hub("load", "--member", "A", "--full", "-", stdin=damaged + good[len(first) :]).returncode in (1, 3)
    held = hub("members", "list", check=True).stdout.splitlines()[1].split("\t")
    assert held[3] == "10", "the readable version of the damaged record stays"


def test_what_is_no_marc_is_refused_by_name(hub: Run) -> None:
    done = hub("load", "--member", "A", "-", stdin=b"<!DOCTYPE html><html><body>Please log in</body></html>")
    assert done.returncode == 2
    assert "HTML" in done.stderr


def test_unknown_member_is_told_what_to_do(hub: Run, tmp_path: Path) -> None:
    file = catalogue(tmp_path / "books.mrc", 1)
    done = hub("load", "--member", "NOBODY", file)
    assert done.returncode == 3
    assert "hub members add NOBODY" in done.stderr


def test_two_members_share_an_instance(hub: Run) -> None:
    hub("load", "--member", "A", "-", stdin=written(kieu("a1", "A-MAIN")), check=True)
    hub("load", "--member", "B", "-", stdin=written(kieu("b9", "B-MAIN")), check=True)
    asked = hub(
        "query",
        "SELECT ?instance (COUNT(DISTINCT ?library) AS ?n) "
        "{ ?instance bf:hasItem/bf:heldBy ?library } GROUP BY ?instance",
        "--format",
        "csv",
        check=True,
    )
    assert [line.rpartition(",")[2] for line in asked.stdout.split()[1:]] == ["2"]
    assert hub("check").returncode == 0
