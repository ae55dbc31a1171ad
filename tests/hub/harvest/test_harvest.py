"""A member in step with its repository: everything, increments, deletions, what is rejected, what goes on later."""

from __future__ import annotations

import zlib

import pytest

from converters.marc.record import Record
from hub.cli.main import main
from hub.harvest import page as storing
from hub.harvest.wire import Sent
from hub.registry.schema import harvest_source, job, record
from tests.hub.feeds.story import book, deleted
from tests.hub.harvest.conftest import Kept
from tests.hub.harvest.repository import Answer, Repository

LATER = "2026-03-10T11:59:00Z"
TITLES = ("Lịch sử", "Địa lí", "Kinh tế", "Văn hoá", "Kiến trúc", "Nông nghiệp", "Luật", "Y học", "Toán", "Âm nhạc")


def fill(repository: Repository, count: int) -> None:
    for n in range(count):
        repository.put(f"oai:a:{n}", some(n))


def some(n: int, title: str = "") -> Record:
    return book(f"r{n}", title or f"{TITLES[n % 10]} tập {n}", year=1950 + n)


def test_everything_then_what_changed(kept: Kept, repository: Repository) -> None:
    fill(repository, 40)
    done = kept.harvest()
    assert done.returncode == 0, done.stderr
    assert kept.live == {f"r{n}" for n in range(40)}
    assert (kept.job.kind, kept.job.state, kept.job.read, kept.job.stored) == ("full harvest", "done", 40, 40)
    assert all(agent.startswith("BibHub/") and "+http" in agent for agent in repository.agents)
    assert len(repository.lists) == 20
    assert "from" not in repository.lists[0]

    repository.clock = "2026-03-11T12:00:00Z"
    repository.put("oai:a:3", some(3, "Tên mới"), at=LATER)
    repository.put("oai:a:90", some(90), at=LATER)
    repository.remove("oai:a:7", LATER)
    before = len(repository.lists)
    done = kept.harvest()
    assert done.returncode == 0, done.stderr
    assert kept.live == {*(f"r{n}" for n in range(40)), "r90"} - {"r7"}
    assert (kept.job.kind, kept.job.read, kept.job.stored, kept.job.deleted) == ("harvest", 2, 2, 1)
    assert repository.lists[before]["from"] == "2026-03-10T00:00:00Z", "the source's time of the last run, with overlap"
    assert "Tên mới" in zlib.decompress(next(r.raw for r in kept.rows(record) if r.control_number == "r3")).decode()

    before = len(repository.lists)
    assert kept.harvest().returncode == 0
    assert repository.lists[before]["from"] == "2026-03-11T00:00:00Z"
    assert (kept.job.kind, kept.job.state, kept.job.read) == ("harvest", "done", 0), "nothing is new"
    repository.put("oai:a:3", some(3, "Tên mới"), at="2026-03-11T11:00:00Z")
    assert kept.harvest().returncode == 0
    assert (kept.job.read, kept.job.stored, kept.job.unchanged) == (1, 0, 1), "touched, but the same"


def test_a_withdrawn_record_comes_back(kept: Kept, repository: Repository) -> None:
    fill(repository, 3)
    kept.harvest()
    repository.remove("oai:a:1", LATER)
    assert kept.harvest("--force").returncode == 0
    assert kept.live == {"r0", "r2"}
    repository.put("oai:a:1", some(1), at="2026-03-10T12:30:00Z")
    assert kept.harvest().returncode == 0
    assert kept.live == {"r0", "r1", "r2"}


def test_the_guard_stops_when_too_much_would_vanish(kept: Kept, repository: Repository) -> None:
    fill(repository, 20)
    kept.harvest()
    repository.remove("oai:a:0", LATER)
    assert kept.harvest().returncode == 0, "one of twenty is 5 %, which is allowed"
    repository.remove("oai:a:1", LATER)
    done = kept.harvest()
    assert done.returncode == 3
    assert "1 of 19 records of A would vanish (5.3 %, more than 5 %)" in done.stderr
    assert (kept.job.state, kept.job.message) == ("failed", done.stderr.split(": ", 1)[1].strip())
    assert len(kept.live) == 19
    assert kept.harvest().returncode == 3, "it does not pass by asking again"
    assert kept.harvest("--force").returncode == 0
    assert len(kept.live) == 18


def test_the_guard_of_a_source_of_its_own(kept: Kept, repository: Repository) -> None:
    fill(repository, 4)
    kept.harvest()
    repository.remove("oai:a:0", LATER)
    assert kept.harvest().returncode == 3
    assert kept.hub("harvest", "A", "--url", repository.url, "--vanish", "30").returncode == 0
    assert len(kept.live) == 3


def test_a_complete_harvest_withdraws_what_is_not_there(kept: Kept, repository: Repository) -> None:
    fill(repository, 30)
    kept.harvest()
    del repository.items["oai:a:4"]
    assert kept.harvest().returncode == 0
    assert len(kept.live) == 30, "an increment cannot know"
    assert kept.harvest("--full").returncode == 0
    assert kept.live == {f"r{n}" for n in range(30)} - {"r4"}
    repository.items.clear()
    done = kept.harvest("--full")
    assert done.returncode == 3
    assert "29 of 29" in done.stderr
    assert len(kept.live) == 29


def test_a_source_that_forgets_its_deletions_is_read_completely_once_a_week(
    kept: Kept, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.deletes = "no"
    fill(repository, 30)
    kept.harvest()
    del repository.items["oai:a:4"]
    assert "does not keep what it deletes" in kept.harvest().stderr
    assert (kept.job.kind, len(kept.live)) == ("harvest", 30)
    monkeypatch.setattr("hub.harvest.run.WEEK", -1)
    kept.harvest()
    assert (kept.job.kind, len(kept.live)) == ("full harvest", 29)


def test_datestamps_of_days(kept: Kept, repository: Repository) -> None:
    repository.granularity = "YYYY-MM-DD"
    repository.put("oai:a:1", some(1), at="2026-03-10")
    kept.harvest()
    kept.harvest()
    assert repository.lists[-1]["from"] == "2026-03-09"


def test_a_rejected_record_is_listed_with_its_identifier_and_reason(kept: Kept, repository: Repository) -> None:
    fill(repository, 2)
    repository.put("oai:a:dc", '<dc xmlns="http://www.openarchives.org/OAI/2.0/oai_dc/"/>')
    repository.put("oai:a:odd", '<record xmlns="http://www.loc.gov/MARC21/slim"><leader/></record>')
    repository.put("oai:a:twin", some(1, "Một cuốn khác hẳn"))
    done = kept.harvest()
    assert done.returncode == 1
    dc, odd, twin = kept.rejects
    assert dc.startswith("oai:a:dc: the OAI record holds no MARCXML")
    assert odd.startswith("oai:a:odd: ")
    assert twin.startswith("oai:a:twin: control number 'r1' is that of oai:a:1")
    assert all(reason in done.stderr for reason in kept.rejects)
    assert (kept.job.read, kept.job.stored, kept.job.rejected) == (5, 2, 3)
    listed = kept.hub("load", "--member", "A", "--rejects").stdout
    assert twin in listed


def test_a_damaged_version_does_not_withdraw_the_good_one(kept: Kept, repository: Repository) -> None:
    fill(repository, 2)
    kept.harvest()
    repository.put("oai:a:1", '<record xmlns="http://www.loc.gov/MARC21/slim"><leader/></record>', at=LATER)
    assert kept.harvest("--full", "--force").returncode == 1
    assert kept.live == {"r0", "r1"}


def test_renamed_items_keep_their_records_in_a_complete_harvest(kept: Kept, repository: Repository) -> None:
    fill(repository, 4)
    kept.harvest()
    old = {r.control_number: r.instance for r in kept.rows(record)}
    repository.items.clear()
    for n in range(4):
        repository.put(f"oai:neu:{n}", some(n), at=LATER)
    assert kept.harvest().returncode == 1, "an increment cannot know that the old names are no more"
    assert "harvest once with --full" in kept.rejects[0]
    assert kept.harvest("--full").returncode == 0
    assert {r.control_number: r.instance for r in kept.rows(record)} == old
    assert kept.live == set(old)
    repository.remove("oai:neu:2", "2026-03-10T12:30:00Z")
    assert kept.harvest("--force").returncode == 0
    assert kept.live == set(old) - {"r2"}


def test_a_record_that_changes_its_number_leaves_the_old_one(kept: Kept, repository: Repository) -> None:
    fill(repository, 3)
    kept.harvest()
    repository.put("oai:a:1", some(77), at=LATER)
    assert kept.harvest("--force").returncode == 0
    assert kept.live == {"r0", "r2", "r77"}


def test_a_record_that_says_itself_that_it_is_deleted(kept: Kept, repository: Repository) -> None:
    fill(repository, 3)
    kept.harvest()
    repository.put("oai:a:1", deleted(some(1)), at=LATER)
    assert kept.harvest().returncode == 3, "the guard looks at these, too"
    assert kept.harvest("--force").returncode == 0
    assert kept.live == {"r0", "r2"}


def test_two_sets_that_share_items(kept: Kept, repository: Repository) -> None:
    fill(repository, 3)
    assert kept.hub("harvest", "A", "--url", repository.url, "--set", "books").returncode == 0
    assert kept.live == {"r0", "r1", "r2"}
    assert [s.since for s in kept.rows(harvest_source)] == ["2026-03-10T12:00:00Z"] * 2
    listed = kept.hub("harvest", "--list").stdout.splitlines()
    assert listed[2].split("\t")[1:4] == ["A", repository.url, "books"]
    number = listed[2].split("\t")[0]
    assert kept.hub("harvest", "--remove", number).returncode == 0
    assert len(kept.rows(harvest_source)) == 1
    assert kept.live == {"r0", "r1", "r2"}


def test_a_collection_gives_several_records(kept: Kept, repository: Repository) -> None:
    repository.put("oai:a:1", some(1), some(2))
    kept.harvest()
    assert kept.live == {"r1", "r2"}
    repository.put("oai:a:1", some(2), at=LATER)
    kept.harvest("--force")
    assert kept.live == {"r2"}


def test_what_changes_during_a_harvest_is_met_again(kept: Kept, repository: Repository) -> None:
    fill(repository, 6)

    def change(arguments: dict[str, str], n: int) -> None:
        if n == 2:
            repository.items["oai:late"] = repository.items.pop("oai:a:5")
            repository.put("oai:a:0", some(0, "Sửa giữa chừng"), at=LATER)

    repository.manners = change
    done = kept.harvest()
    assert done.returncode == 0, done.stderr
    assert kept.rejects == []
    assert (
        "Sửa giữa chừng" in zlib.decompress(next(r.raw for r in kept.rows(record) if r.control_number == "r0")).decode()
    )


@pytest.mark.parametrize("broken", range(1, 7))
def test_a_run_that_is_cut_off_goes_on_where_it_was(kept: Kept, repository: Repository, broken: int) -> None:
    fill(repository, 9)
    repository.manners = lambda arguments, n: Answer(b"<html>?", 404) if n == broken else None
    done = kept.harvest()
    assert done.returncode == (3 if broken < 6 else 0)
    if broken < 6:
        assert (kept.job.state, kept.job.kind) == ("interrupted", "full harvest")
        assert kept.live == {f"r{n}" for n in range(min(9, 2 * (broken - 1)))}
        reached = len(repository.lists)
        repository.manners = lambda arguments, n: None
        done = kept.harvest()
        assert done.returncode == 0, done.stderr
        assert len(repository.lists) - reached == 6 - broken, "only the pages that were missing"
        if broken > 1:
            assert "taken up where it was cut off" in done.stderr
    assert kept.live == {f"r{n}" for n in range(9)}
    assert len(kept.rows(job)) == 1
    assert (kept.job.state, kept.job.read) == ("done", 9)


def test_a_token_that_the_source_forgot_begins_the_list_anew(kept: Kept, repository: Repository) -> None:
    fill(repository, 5)
    lost = b'<error code="badResumptionToken">expired</error>'
    refused = []

    def forgets(arguments: dict[str, str], n: int) -> Answer | None:
        if "resumptionToken" in arguments and not refused:
            refused.append(n)
            return Answer(b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">' + lost + b"</OAI-PMH>")
        return None

    repository.manners = forgets
    done = kept.harvest()
    assert done.returncode == 0, done.stderr
    assert "the list was begun anew" in done.stderr
    assert kept.live == {f"r{n}" for n in range(5)}


def test_one_run_at_a_time(kept: Kept, repository: Repository) -> None:
    fill(repository, 1)
    inner: list[int] = []

    def again(arguments: dict[str, str], n: int) -> None:
        if n == 1:
            inner.append(main(["--data", str(kept.settings.data), "harvest", "A"]))

    repository.manners = again
    assert kept.harvest().returncode == 0
    assert inner == [3]


def test_all_members_go_on_when_one_source_is_down(kept: Kept, repository: Repository) -> None:
    fill(repository, 1)
    repository.manners = lambda arguments, n: Answer(b"", 404) if arguments.get("set") == "down" else None
    kept.hub("harvest", "B", "--url", repository.url, "--keep-only", check=True)
    kept.hub("harvest", "A", "--url", repository.url, "--set", "down", "--keep-only", check=True)
    done = kept.hub("harvest", "--all")
    assert done.returncode == 3
    assert "HTTP 404" in done.stderr
    assert {(r.member, r.control_number) for r in kept.rows(record)} == {("A", "r0"), ("B", "r0")}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("A", "--url", "ftp://example.org/oai"), "http"),
        (("A", "--url", "file:///etc/passwd"), "http"),
        (("A", "--url", "http:///oai"), "http"),
        (("A", "--url", "https://lan:secret@example.org/oai"), "password"),
        (("A", "--url", "https://example.org/oai?verb=Identify"), "before the `?`"),
        (("X", "--url", "https://example.org/oai"), "no member"),
        (("B",), "no source yet"),
        ((), "MEMBER"),
        (("A", "--set", "books"), "belong to a source"),
        (("--all", "--vanish", "50"), "belong to a source"),
        (("A", "--all"), "MEMBER"),
        (("--remove", "99"), "no source 99"),
        (("A", "--url", "https://example.org/oai", "--vanish", "200"), "0 to 100"),
    ],
)
def test_what_cannot_be_kept_is_refused(kept: Kept, arguments: tuple[str, ...], said: str) -> None:
    done = kept.hub("harvest", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "secret" not in done.stderr


def test_a_page_is_stored_whole_or_not_at_all(
    kept: Kept, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(repository, 4)
    real = storing._note
    calls: list[list[Sent]] = []

    def breaks(connection, source, number, items, given):  # type: ignore[no-untyped-def]
        calls.append(list(items.values()))
        if len(calls) == 2:
            raise RuntimeError("the disk is full")
        real(connection, source, number, items, given)

    monkeypatch.setattr(storing, "_note", breaks)
    with pytest.raises(RuntimeError):
        kept.harvest()
    assert kept.live == {"r0", "r1"}
    assert (kept.job.state, kept.job.read) == ("interrupted", 2)
    assert kept.harvest().returncode == 0
    assert kept.live == {f"r{n}" for n in range(4)}
