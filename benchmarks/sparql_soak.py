"""``python -m benchmarks.sparql_soak [--minutes N]``: what honest clients notice of hostile ones at the same service.

Phases without and with the hostile ones take turns, so that what else the machine does meanwhile falls on both alike.
Ends with 1 if there was a wrong answer, a status that is not among those stated, a growth of memory, processes or open
files, or a p99 of the honest more than doubled. The pauses of the clients (``--honest-pause``, ``--hostile-pause``) say
how much of the machine it takes.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
import psutil

from benchmarks.sparql import EX, free_port, graph
from sparql import open_store

STATED = {200, 400, 403, 408, 413, 429, 503, 504}
WORKS = 20_000
HOSTILE = [
    "SELECT * " + "{" * 3000 + "}" * 3000,
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?s ?p ?o } ORDER BY RAND()",
    "SELECT (GROUP_CONCAT(?o) AS ?x) { ?s ?p ?o . ?a ?b ?c }",
    "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { ?a (<urn:p>*)* ?b }",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    'SELECT (STRLEN(?v40) AS ?n) { BIND("abcdefgh" AS ?v0) '
    + " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40))
    + " }",
    "SELECT * { " + " ".join(f"?s <urn:p{n}> ?v{n} ." for n in range(95)) + " }",
    "DROP ALL",
]


class Soak:
    """The clients' common notebook."""

    def __init__(self, url: str, honest_pause: float, hostile_pause: float) -> None:
        self.url = url
        parts = urlsplit(url)
        self.address = (parts.hostname or "", parts.port or 80)
        self.pauses = honest_pause, hostile_pause
        self.stop = threading.Event()
        self.times: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.hostile_turn = itertools.count()
        self.bad_manners: list[Callable[[], None]] = [self.half_a_request, self.large_body, self.slow_reader]

    def honest(self, seed: int) -> None:
        """Ask for what is known until told to stop."""
        chance = random.Random(seed)
        with httpx.Client(timeout=60) as client:
            while not self.stop.is_set():
                n = chance.randrange(WORKS)
                query = f"SELECT ?w {{ ?i <{EX}isbn> '{9786040000000 + n}' ; <{EX}instanceOf> ?w }}"
                began = time.perf_counter()
                answer = client.get(self.url, params={"query": query})
                self.times.append((time.perf_counter() - began) * 1000)
                self.statuses[f"honest {answer.status_code}"] += 1
                if answer.status_code == 200:
                    rows = answer.json()["results"]["bindings"]
                    if [row["w"]["value"] for row in rows] != [f"{EX}works/{n}"]:
                        self.wrong.append(f"{query}: {rows}")
                elif answer.status_code not in STATED:
                    self.wrong.append(f"honest {answer.status_code}: {answer.text[:300]}")
                self.stop.wait(self.pauses[0])

    def hostile(self, seed: int) -> None:
        """Go through the hostile queries and the bad manners until told to stop."""
        acts = [*HOSTILE, *self.bad_manners]
        for turn in itertools.islice(self.hostile_turn, seed, None):
            act = acts[turn % len(acts)]
            if self.stop.is_set():
                return
            try:
                if isinstance(act, str):
                    self.hostile_query(act)
                else:
                    act()
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, OSError):
                self.statuses["hostile, broken off"] += 1
            self.stop.wait(self.pauses[1])

    def hostile_query(self, query: str) -> None:
        """Send one, read a little of the answer and leave."""
        with (
            httpx.Client(timeout=60) as client,
            client.stream("GET", f"{self.url}?{urlencode({'query': query})}") as answer,
        ):
            self.note(answer, query)
            for read, _ in enumerate(answer.iter_raw()):
                if read > 20:
                    break

    def note(self, answer: httpx.Response, what: str) -> None:
        """Count a status; one that is not stated is a fault."""
        self.statuses[f"hostile {answer.status_code}"] += 1
        if answer.status_code not in STATED:
            answer.read()
            self.wrong.append(f"hostile {answer.status_code}: {what[:80]}: {answer.text[:300]}")

    def half_a_request(self) -> None:
        """Connections that begin a request and never end it."""
        with contextlib.ExitStack() as stack:
            for _ in range(20):
                half = stack.enter_context(socket.create_connection(self.address, timeout=10))
                half.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nquery=SELECT")
            self.stop.wait(1)
        self.statuses["hostile, 20 halves"] += 1

    def large_body(self) -> None:
        """A body far beyond what is allowed, without its length in advance."""
        pieces = (b"x" * 65536 for _ in range(320))
        kind = {"Content-Type": "application/sparql-query"}
        with httpx.Client(timeout=60) as client:
            self.note(client.post(self.url, content=pieces, headers=kind), "20 MiB of body")

    def slow_reader(self) -> None:
        """Ask for everything and read a little every now and then."""
        query = urlencode({"query": "SELECT * { ?s ?p ?o }"})
        with socket.create_connection(self.address, timeout=10) as connection:
            connection.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            for _ in range(6):
                if self.stop.wait(1) or not connection.recv(2048):
                    break
        self.statuses["hostile, slow reader"] += 1

    def run(self, seconds: float, honest: int, hostile: int) -> list[float]:
        """The times of the honest, in milliseconds."""
        self.stop.clear()
        self.times = []
        threads = [threading.Thread(target=self.honest, args=(n,)) for n in range(honest)]
        threads += [threading.Thread(target=self.hostile, args=(n * 3,)) for n in range(hostile)]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self.stop.set()
        for thread in threads:
            thread.join()
        return self.times


def p99(times: list[float]) -> float:
    """The 99th percentile."""
    return sorted(times)[int(len(times) * 0.99)]


def size(process: psutil.Process) -> tuple[int, int, int]:
    """MiB of the server itself, its processes, its open files."""
    return process.memory_info().rss >> 20, len(process.children(recursive=True)), process.num_fds()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--phases", type=int, default=6, help="pairs of a calm and a hostile phase")
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--honest-pause", type=float, default=0.05, help="seconds between a client's queries")
    parser.add_argument("--hostile-pause", type=float, default=0.5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sparql-soak-") as name:
        with contextlib.closing(open_store(Path(name) / "store")) as store:
            for part in graph(WORKS):
                store.load(part)
            store.publish(Path(name) / "generations")
        port = free_port()
        command = [sys.executable, "-m", "sparql", "serve", name, "--port", str(port), "--seconds", "3", "--quiet"]
        command += ["--readers", str(given.readers), "--memory", "1024"]
        said = Path(name) / "stderr"
        with said.open("wb") as stderr, subprocess.Popen(command, stderr=stderr) as process:
            try:
                work = Soak(f"http://127.0.0.1:{port}/sparql", given.honest_pause, given.hostile_pause)
                faults = soak(psutil.Process(process.pid), work, given.minutes * 60, given.phases)
            finally:
                process.terminate()
        text = said.read_text("utf-8", "replace")
        if "Traceback" in text or any(" 500 " in line for line in text.splitlines()):
            print(text[-4000:])
    for fault in faults:
        print("FAULT", fault)
    return 1 if faults else 0


def soak(server: psutil.Process, work: Soak, seconds: float, phases: int) -> list[str]:
    """Run it; gives what was wrong."""
    for _ in range(400):
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(work.url)
            break
        time.sleep(0.05)
    work.run(min(20, seconds / 10), 4, 4)  # warm: caches, first kills
    time.sleep(4)
    before = size(server)
    calm: list[float] = []
    mixed: list[float] = []
    for phase in range(phases):
        first = work.run(seconds / phases / 2, 4, 0)
        second = work.run(seconds / phases / 2, 4, 2)
        calm += first
        mixed += second
        print(
            f"phase {phase + 1}: {len(first):,} honest answers alone, p50 {statistics.median(first):.1f} ms, "
            f"p99 {p99(first):.1f} ms; {len(second):,} beside hostile ones, p50 {statistics.median(second):.1f} ms, "
            f"p99 {p99(second):.1f} ms, worst {max(second):.0f} ms; server {size(server)}",
            flush=True,
        )
    time.sleep(4)
    after = size(server)
    print(dict(sorted(work.statuses.items())))
    print(f"server before {before} and after {after}: MiB, processes, open files")
    ratio = p99(mixed) / p99(calm)
    print(f"p99 {p99(calm):.1f} ms alone, {p99(mixed):.1f} ms beside hostile clients: {ratio:.2f} times")
    faults = work.wrong[:5]
    if after[0] > before[0] + 50 or after[1] != before[1] or after[2] > before[2] + 5:
        faults.append("the server has grown")
    if ratio > 2:
        faults.append("hostile clients more than double the p99 of the honest")
    return faults


if __name__ == "__main__":
    sys.exit(main())
