"""kill -9 during a load costs nothing acknowledged: loaded again, the graph is that of an undisturbed load.

The small form runs with the tests; `make soak` sets BIBHUB_KILL_RECORDS=20000 for the full one (about 8 minutes).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hub.members import Library, put_library, put_member
from hub.wiring import open_registry, open_settings
from tests.hub.catalogue import catalogue

RECORDS = int(os.environ.get("BIBHUB_KILL_RECORDS", "1500"))
KILLS = 5


def new_hub(folder: Path) -> Path:
    registry = open_registry(open_settings(folder))
    with registry.write() as connection:
        put_member(connection, "A", {})
        put_library(connection, Library("A", "A", "Thư viện A", "Library A"))
    registry.close()
    return folder


def command(folder: Path, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "hub.cli.main", "--data", str(folder), *map(str, arguments)]


def graph(folder: Path) -> list[bytes]:
    return sorted(subprocess.run(command(folder, "export"), capture_output=True, check=True).stdout.splitlines())


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_killed_loads_end_in_the_same_graph(tmp_path: Path) -> None:
    file = catalogue(tmp_path / "books.mrc", RECORDS)
    calm = new_hub(tmp_path / "calm")
    started = time.monotonic()
    subprocess.run(command(calm, "load", "--member", "A", file), capture_output=True, check=True)
    whole = time.monotonic() - started
    disturbed = new_hub(tmp_path / "disturbed")
    chance = random.Random(20261122)
    for _ in range(KILLS):
        load = subprocess.Popen(
            command(disturbed, "load", "--member", "A", file),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0.1, 0.9) * whole)
        os.killpg(load.pid, signal.SIGKILL)
        load.wait()
    done = subprocess.run(command(disturbed, "load", "--member", "A", file), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"read {RECORDS:,} = ".encode() in done.stderr
    assert graph(disturbed) == graph(calm)
    checked = subprocess.run(command(disturbed, "check"), capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout
