"""``python -m benchmarks.web FOLDER [--workers 2]``: pages and documents a second of a served hub, asked by wrk.

FOLDER is a large hub (:mod:`benchmarks.synthetic_hub`). Cold: every address once, from a server that has just started.
Warm: five hundred addresses again and again, once every process has met them. wrk takes its share of the same
processors. Where the system keeps little of the files in memory, it is the disk that is measured: then put FOLDER on a
tmpfs. Beside it, in the same run, what the store alone takes to find the statements of a page (pyoxigraph in process)
and what uvicorn alone answers.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyoxigraph as ox

from hub.wiring import generations, open_settings
from sparql.oxigraph import owned_description

MIX = {"instances": 40, "works": 25, "items": 15, "agents": 12, "concepts": 8}
"""Of a hundred requests: which things are asked for."""
FORMS = ("html", "jsonld", "ttl")
ADDRESSES = 30_000
WARM = 500

_SCRIPT = """
local paths, at, step, count = {}, 0, 1, 0
function setup(thread) count = count + 1; thread:set("first", count) end
function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line end
  at, step = first, tonumber(args[2])
end
function request()
  local path = paths[(at - 1) % #paths + 1]
  at = at + step
  return wrk.format("GET", path)
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), latency.max, e.status, e.connect + e.read + e.write + e.timeout))
end
"""

_BARE = """
import uvicorn
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
uvicorn.run(app, port=PORT, log_level="error", access_log=False, lifespan="off")
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What wrk saw: requests a second, latencies in milliseconds, answers that were no success, broken requests."""

    rate: float
    median: float
    p99: float
    most: float
    refused: int
    broken: int

    def __str__(self) -> str:
        failed = f"   {self.refused} refused, {self.broken} broken" if self.refused or self.broken else ""
        return f"{self.rate:>8,.0f}/s   p50 {self.median:6.1f}   p99 {self.p99:6.1f}   max {self.most:6.1f} ms{failed}"


def wrk(port: int, paths: list[str], *, seconds: float, connections: int, threads: int = 1) -> Result:
    """Ask for the paths, in their order and round again, for a time."""
    with tempfile.TemporaryDirectory() as folder:
        script, listed = Path(folder) / "paths.lua", Path(folder) / "paths.txt"
        script.write_text(_SCRIPT)
        listed.write_text("\n".join(paths))
        command = [
            "wrk",
            f"-t{threads}",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "20s",
            "-s",
            str(script),
        ]
        command += [f"http://127.0.0.1:{port}/", "--", str(listed), str(threads)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"RESULT (.*)", said)
    assert found, said
    requests, took, median, p99, most, refused, broken = map(int, found[1].split())
    return Result(requests / took * 1e6, median / 1e3, p99 / 1e3, most / 1e3, refused, broken)


def addresses(data: Path, count: int) -> list[str]:
    """Paths of entities (without an extension), mixed as crawlers and readers would, none twice."""
    chance = random.Random(3)
    found: list[str] = []
    with contextlib.closing(sqlite3.connect(data / "registry.sqlite")) as connection:
        for place, share in MIX.items():
            ids = [row[0] for row in connection.execute("SELECT id FROM entity WHERE place = ?", (place,))]
            found += [f"/{place}/{i}" for i in chance.sample(ids, min(len(ids), count * share // 100))]
    chance.shuffle(found)
    return found


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def served(command: list[str], port: int, path: str = "/healthz") -> Iterator[psutil.Process]:
    """A server that answers, stopped at the end."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10):
                    break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.2)
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def hub(data: Path, port: int, workers: int) -> list[str]:
    command = [sys.executable, "-m", "hub.cli.main", "--data", str(data), "serve", "--port", str(port)]
    return [*command, "--workers", str(workers)]


def used(server: psutil.Process) -> tuple[float, int]:
    """Processor seconds of a server's processes so far, and their memory (shared pages counted once, in MiB)."""
    seconds, memory = 0.0, 0
    for process in [server, *server.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            seconds += times.user + times.system
            memory += process.memory_full_info().pss
    return seconds, memory >> 20


def bare_store(data: Path, paths: list[str]) -> float:
    """Milliseconds that pyoxigraph takes in this process for the description of an entity, on the average."""
    settings = open_settings(data, {})
    current = generations(settings).current()
    assert current is not None
    store = ox.Store.read_only(str(current.path))
    began = time.perf_counter()
    for path in paths:
        owned_description(store, settings.base_uri + path[1:])
    return (time.perf_counter() - began) / len(paths) * 1e3


def bare_server() -> Result:
    """An application that says ok, under the same server program."""
    port = free_port()
    with served([sys.executable, "-c", _BARE.replace("PORT", str(port))], port):
        return wrk(port, ["/"], seconds=5, connections=16)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--seconds", type=float, default=20)
    arguments.add_argument("--connections", type=int, default=6)
    a = arguments.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed (Debian: apt install wrk)")
    found = addresses(a.folder, ADDRESSES)
    print(
        f"{os.cpu_count()} processors, {a.workers} web processes, {a.connections} connections, load {os.getloadavg()}"
    )
    print(f"{'store alone, a description':<34}{bare_store(a.folder, found[-1500:]):>8.2f} ms")
    print(f"{'server alone, one process':<34}{bare_server()}")
    for form in FORMS:
        port = free_port()
        paths = [f"{path}.{form}" for path in found]
        with served(hub(a.folder, port, a.workers), port) as server:
            wrk(port, paths[-200:], seconds=3, connections=a.connections)  # templates and hot blocks
            before, _ = used(server)
            cold = wrk(port, paths[:-200], seconds=a.seconds, connections=a.connections)
            after, memory = used(server)
            each = (after - before) / max(1.0, cold.rate * a.seconds) * 1e3
            print(f"{form + ', cold':<34}{cold}   {each:.1f} ms CPU each, {memory} MiB", flush=True)
            wrk(port, paths[-WARM:], seconds=a.seconds, connections=2 * a.connections)
            warm = wrk(port, paths[-WARM:], seconds=a.seconds / 2, connections=2 * a.connections)
            print(f"{form + ', warm':<34}{warm}", flush=True)


if __name__ == "__main__":
    main()
