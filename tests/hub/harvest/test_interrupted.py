"""A job that was killed with -9 cannot say that it ended: lists and pages tell it from the kernel's lock."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.intake.running import LOADING, holder, only_one, told
from hub.registry.schema import job, upload
from hub.wiring import intake_lock, open_registry
from tests.hub.catalogue import catalogue
from tests.hub.feeds.conftest import web
from tests.hub.harvest.conftest import Kept
from tests.hub.harvest.repository import Repository
from tests.hub.harvest.test_harvest import fill

__all__ = ["web"]

GOES_ON = "interrupted, goes on with the next run"
CONTINUES_VI = "bị gián đoạn, sẽ tiếp tục ở lần chạy sau"


@contextmanager
def running(kept: Kept, *arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command in a process of its own, killed with -9 at the end of the block."""
    command = [sys.executable, "-m", "hub.cli.main", "--data", str(kept.settings.data), *map(str, arguments)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        assert process.wait(20) == -signal.SIGKILL, "it was to be killed while it ran"
        if process.stdin is not None:
            process.stdin.close()


def wait(reached: Callable[[], Any]) -> None:
    until = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < until
        time.sleep(0.01)


def states(web: httpx.Client, number: int) -> list[str]:
    """What the pages of loads say of a job, in English and in Vietnamese."""
    found = []
    for language in ("en", "vi"):
        page = web.get("/admin/jobs", params={"lang": language}).text
        one = web.get(f"/admin/jobs/{number}", params={"lang": language}).text
        words = (GOES_ON, CONTINUES_VI, "interrupted", "bị gián đoạn", "running", "đang chạy")
        ends = (" ", "<")  # the message follows, or nothing
        found += [
            word for word in words if f"<td>{word}</td>" in page and any(f"<dd>{word}{end}" in one for end in ends)
        ]
    return found


def test_a_killed_harvest_is_not_said_to_run(kept: Kept, repository: Repository, web: httpx.Client) -> None:
    fill(repository, 60)
    repository.manners = lambda arguments, n: time.sleep(0.2)
    with running(kept, "harvest", "A"):
        wait(lambda: [r for r in kept.rows(job) if r.read])
        assert states(web, 1) == ["running", "đang chạy"]
        assert "\tjob 1: running\n" in kept.hub("harvest", "--list").stdout
        other = kept.hub("harvest", "A")
        assert "being harvested already" in other.stderr
    (killed,) = kept.rows(job)
    assert killed.state == "running", "it could not say that it ended"
    for _ in range(2):  # who reads writes nothing
        assert states(web, 1) == [GOES_ON, CONTINUES_VI]
        assert f"\tjob 1: {GOES_ON}\n" in kept.hub("harvest", "--list").stdout
        assert kept.rows(job) == [killed]
    repository.manners = lambda arguments, n: None
    assert kept.harvest().returncode == 0
    assert [r.state for r in kept.rows(job)] == ["done"]
    assert states(web, 1) == []


def test_a_killed_load_is_not_said_to_run(kept: Kept, tmp_path: Path, web: httpx.Client) -> None:
    with running(kept, "load", "--member", "A", "-") as load:
        assert load.stdin is not None
        load.stdin.write(catalogue(tmp_path / "books.mrc", 3000).read_bytes())  # and more is to come
        load.stdin.flush()
        wait(lambda: [r for r in kept.rows(job) if r.read])
        assert states(web, 1) == ["running", "đang chạy"]
    (killed,) = kept.rows(job)
    assert killed.state == "running"
    assert states(web, 1) == ["interrupted", "bị gián đoạn"]
    assert web.get("/api/jobs/1").json()["state"] == "interrupted"
    assert web.get("/api/jobs/1").json()["progress"]["moving"] is False
    with only_one(intake_lock(kept.settings)):  # a harvest that stores a page holds the lock, and is not this load
        assert states(web, 1) == ["interrupted", "bị gián đoạn"]
    assert kept.rows(job) == [killed]


def test_a_load_does_not_end_a_harvest_that_waits_for_its_source(
    kept: Kept, repository: Repository, tmp_path: Path, web: httpx.Client
) -> None:
    fill(repository, 30)
    answer = threading.Event()

    def slow(arguments: dict[str, str], n: int) -> None:
        if n > 3:
            answer.wait(30)

    repository.manners = slow
    with running(kept, "harvest", "A"):
        wait(lambda: [r for r in kept.rows(job) if r.read])
        kept.hub("load", "--member", "A", catalogue(tmp_path / "one.mrc", 1, prefix="x"))
        assert [r.state for r in kept.rows(job)] == ["running", "done"]
        answer.set()


def test_a_dead_job_is_written_down_by_the_next_load(kept: Kept, tmp_path: Path) -> None:
    registry = open_registry(kept.settings)
    with registry.write() as connection:
        for kind in ("load", "full harvest", "harvest"):
            connection.execute(job.insert().values(kind=kind, member="A", source="x", state="running", started=1))
    registry.close()
    kept.hub("load", "--member", "A", catalogue(tmp_path / "one.mrc", 1, prefix="x"))
    assert [r.state for r in kept.rows(job)] == ["interrupted", "interrupted", "interrupted", "done"]


@pytest.mark.parametrize(
    ("held", "shown"),
    [(LOADING, ["running", "running"]), ("other", ["interrupted", GOES_ON]), ("", ["interrupted", GOES_ON])],
)
def test_a_file_that_was_sent_goes_on_by_itself(kept: Kept, held: str, shown: list[str]) -> None:
    lock = intake_lock(kept.settings)
    registry = open_registry(kept.settings)
    with registry.write() as connection:
        for number in (1, 2):
            values = {"id": number, "kind": "load", "member": "A", "source": "x", "state": "running", "started": 1}
            connection.execute(job.insert().values(values))
        row = {"job": 2, "file": "f", "full": False, "force": False, "by": "Lan", "attempts": 1, "waiting": True}
        connection.execute(upload.insert().values(row))
    with registry.read() as connection:
        rows = connection.execute(job.select().order_by(job.c.id)).mappings().all()
        assert [r["shown"] for r in told(connection, rows, lock.parent / "elsewhere")] == ["running", "running"]
        with only_one(lock, LOADING):
            pass
        assert holder(lock) == ""
        if held:
            with only_one(lock, held):
                found = told(connection, rows, lock.parent)
        else:
            found = told(connection, rows, lock.parent)
    registry.close()
    assert [r["shown"] for r in found] == shown
