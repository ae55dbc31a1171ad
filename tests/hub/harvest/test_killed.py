"""kill -9 of a harvest at any point: the next run goes on, and ends with what an undisturbed one has."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time

from hub.registry.schema import job
from tests.hub.harvest.conftest import Kept
from tests.hub.harvest.repository import Repository
from tests.hub.harvest.test_harvest import fill

KILLS = 3


def test_a_killed_harvest_goes_on(kept: Kept, repository: Repository) -> None:
    fill(repository, 60)
    repository.manners = lambda arguments, n: time.sleep(0.05)
    command = [sys.executable, "-m", "hub.cli.main", "--data", str(kept.settings.data), "harvest", "A"]
    chance = random.Random(7)
    for n in range(KILLS):
        reached = len(repository.lists)
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        while len(repository.lists) < reached + 3 + n and process.poll() is None:
            time.sleep(0.01)
        time.sleep(chance.random() * 0.1)
        process.send_signal(signal.SIGKILL)
        assert process.wait(20) == -signal.SIGKILL
    assert 0 < len(kept.live) < 60
    before = len(repository.lists)
    assert kept.harvest().returncode == 0
    assert kept.live == {f"r{n}" for n in range(60)}
    assert len(repository.lists) - before < 30, "not from the beginning"
    (done,) = kept.rows(job)
    assert (done.state, done.read, done.stored) == ("done", 60, 60)
