"""The queue of files that were sent: kept over kills, ended by their senders, never twice in the counts."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.intake import spool
from hub.intake.spool import ATTEMPTS, Draft, Refused, file_name, is_waiting, load_waiting
from hub.registry import Registry, schema
from hub.settings import Settings
from hub.wiring import open_registry
from hub.wiring import spool as spool_of
from tests.hub.catalogue import catalogue, kieu, written


@pytest.fixture
def registry(settings: Settings) -> Iterator[Registry]:
    made = open_registry(settings)
    yield made
    made.close()


def send(registry: Registry, settings: Settings, data: bytes, name: str = "a.mrc", member: str = "A") -> int:
    draft = Draft(spool_of(settings), 1 << 24)
    draft.write(data)
    draft.finish()
    return draft.keep(registry, member, name, full=False, force=False, by="Lan (A)")


def job(registry: Registry, number: int) -> Any:
    with registry.read() as connection:
        return connection.execute(schema.job.select().where(schema.job.c.id == number)).one()


def test_files_are_loaded_in_their_order(registry: Registry, settings: Settings) -> None:
    numbers = [send(registry, settings, written(kieu(str(n))), f"{n}.mrc") for n in range(3)]
    assert [job(registry, n).state for n in numbers] == ["queued"] * 3
    assert is_waiting(registry)
    load_waiting(registry, spool_of(settings), 1)
    jobs = [job(registry, n) for n in numbers]
    assert [(j.state, j.stored, j.source) for j in jobs] == [("done", 1, f"{n}.mrc") for n in range(3)]
    assert not is_waiting(registry)
    assert list(spool_of(settings).iterdir()) == []


def test_rejects_of_a_killed_attempt_count_once(registry: Registry, settings: Settings) -> None:
    data = written(kieu("1")) + b"00099garbage\x1d" + written(kieu("2"))
    number = send(registry, settings, data)
    with registry.write() as connection:  # as a kill after the first transaction leaves it
        values = {"member": "A", "source": "a.mrc", "offset": 0, "number": 2, "control_number": "", "reason": "x"}
        connection.execute(schema.quarantine.insert().values(job=number, data=b"", at=1, **values))
        connection.execute(schema.job.update().values(state="interrupted"))
        connection.execute(schema.upload.update().values(attempts=1))
    load_waiting(registry, spool_of(settings), 1)
    with registry.read() as connection:
        rows = connection.execute(schema.quarantine.select()).all()
    assert (job(registry, number).state, job(registry, number).rejected, len(rows)) == ("done", 1, 1)
    assert rows[0].data != b""


def test_what_kills_every_attempt_is_given_up(registry: Registry, settings: Settings) -> None:
    number = send(registry, settings, written(kieu("1")))
    with registry.write() as connection:
        connection.execute(schema.upload.update().values(attempts=ATTEMPTS))
    later = send(registry, settings, written(kieu("2")))
    load_waiting(registry, spool_of(settings), 1)
    assert job(registry, number).state == "failed"
    assert "attempts" in job(registry, number).message
    assert job(registry, later).state == "done"


def test_a_load_that_breaks_does_not_keep_the_others_waiting(
    registry: Registry, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = send(registry, settings, written(kieu("1")), "broken.mrc")
    good = send(registry, settings, written(kieu("2")), "good.mrc")
    real = spool.load

    def load(registry: Registry, member: str, stream: Any, source: str, **how: Any) -> Any:
        if source == "broken.mrc":
            raise RuntimeError("a defect")
        return real(registry, member, stream, source, **how)

    monkeypatch.setattr(spool, "load", load)
    load_waiting(registry, spool_of(settings), 1)
    assert job(registry, good).state == "done"
    assert job(registry, broken).state == "failed"


def test_its_sender_stops_it(registry: Registry, settings: Settings) -> None:
    number = send(registry, settings, written(kieu("1")))
    with registry.write() as connection:
        spool.stop(connection, number)
    load_waiting(registry, spool_of(settings), 1)
    assert (job(registry, number).state, job(registry, number).stored) == ("failed", 0)
    assert "stopped" in job(registry, number).message


def test_a_file_of_rubbish_is_ended_early(
    registry: Registry, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "HOPELESS", 1000)
    data = written(kieu("1")) + b"00099garbage\x1d" * 20_000
    number = send(registry, settings, data)
    load_waiting(registry, spool_of(settings), 1)
    ended = job(registry, number)
    assert ended.state == "failed"
    assert 1000 <= ended.read < 5000
    assert "rejected" in ended.message


def test_the_queue_of_a_member_is_bounded(
    registry: Registry, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "MOST_WAITING", 2)
    for n in range(2):
        send(registry, settings, written(kieu(str(n))))
    with pytest.raises(Refused, match="waiting"):
        send(registry, settings, written(kieu("3")))
    send(registry, settings, written(kieu("4")), member="B")


def test_a_full_disk_takes_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "RESERVE", 1 << 62)
    with pytest.raises(Refused) as refused:
        Draft(spool_of(settings), 1 << 20)
    assert refused.value.code == "no-room"


def test_honest_gzip_is_taken(registry: Registry, settings: Settings) -> None:
    records = written(*(kieu(str(n)) for n in range(3000)))  # alike, packs to a hundredth
    number = send(registry, settings, gzip.compress(records, 9), "a.mrc.gz")
    load_waiting(registry, spool_of(settings), 1)
    assert job(registry, number).stored == 3000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Lan\\sách.mrc", "sách.mrc"),
        ("a\x00b\nc\u202egnp.mrc", "abcgnp.mrc"),
        ("", "upload"),
        ("/", "upload"),
        ("x" * 500 + ".mrc", "x" * 116 + ".mrc"),
    ],
)
def test_names_of_files(given: str, kept: str) -> None:
    assert file_name(given) == kept


@pytest.mark.slow
def test_kill_9_costs_nothing(registry: Registry, settings: Settings, tmp_path: Path) -> None:
    data = catalogue(tmp_path / "books.mrc", 1500).read_bytes()
    number = send(registry, settings, data)
    command = [sys.executable, "-m", "hub.cli.main", "--data", str(settings.data), "load", "--queued"]
    one = {**os.environ, "HUB_WORKERS": "1"}
    killed = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL, env=one)
    for _ in range(600):
        if job(registry, number).stored:
            break
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    assert job(registry, number).state == "running"
    assert 0 < job(registry, number).stored < 1500
    done = subprocess.run(command, capture_output=True, check=False, text=True, env=one)
    assert done.returncode == 0, done.stderr
    ended = job(registry, number)
    assert (ended.state, ended.read, ended.rejected) == ("done", 1500, 0)
    with registry.read() as connection:
        assert len(connection.execute(schema.record.select()).all()) == 1500
