"""``python -m benchmarks.sparql_soak [--minutes N]``: what honest clients notice of hostile ones at the same service.

Half of the time without the hostile ones, half with them. Ends with 1 if there was a wrong answer, a status that is not
among those stated, a growth of memory, processes or open files, or a p99 of the honest more than doubled.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import httpx
import psutil

from benchmarks.sparql import EX, free_port, graph
from sparql import open_store

STATED = {200, 400, 403, 413, 429, 503, 504}
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

    def __init__(self, url: str) -> None:
        self.url = url
        self.stop = threading.Event()
        self.times: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.wrong: list[str] = []

    def honest(self, seed: int) -> None:
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
                    self.wrong.append(f"honest {answer.status_code}: {answer.text[:200]}")
                time.sleep(0.02)

    def hostile(self, seed: int) -> None:
        for query in itertools.islice(itertools.cycle(HOSTILE), seed, None):
            if self.stop.is_set():
                return
            try:
                with (
                    httpx.Client(timeout=60) as client,
                    client.stream("GET", f"{self.url}?{urlencode({'query': query})}") as answer,
                ):
                    self.statuses[f"hostile {answer.status_code}"] += 1
                    if answer.status_code not in STATED:
                        self.wrong.append(f"hostile {answer.status_code}: {query[:80]}")
                    for read, _ in enumerate(answer.iter_raw()):
                        if read > 20:
                            break  # some clients just leave
            except httpx.RemoteProtocolError:
                self.statuses["hostile, broken off"] += 1

    def run(self, seconds: float, honest: int, hostile: int) -> float:
        """The p99 of the honest, in milliseconds."""
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
        times = sorted(self.times)
        print(f"{len(times):,} honest answers, p50 {statistics.median(times):.1f} ms, ", end="")
        p99 = times[int(len(times) * 0.99)]
        print(f"p99 {p99:.1f} ms, worst {times[-1]:.0f} ms; {dict(self.statuses)}", flush=True)
        return p99


def size(process: psutil.Process) -> tuple[int, int, int]:
    """MiB of the server itself, its processes, its open files."""
    return process.memory_info().rss >> 20, len(process.children(recursive=True)), process.num_fds()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--readers", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sparql-soak-") as name:
        with contextlib.closing(open_store(Path(name) / "store")) as store:
            for part in graph(WORKS):
                store.load(part)
            store.publish(Path(name) / "generations")
        port = free_port()
        command = [sys.executable, "-m", "sparql", "serve", name, "--port", str(port), "--seconds", "3", "--quiet"]
        command += ["--readers", str(given.readers), "--memory", "1024"]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                return soak(psutil.Process(process.pid), f"http://127.0.0.1:{port}/sparql", given.minutes * 60)
            finally:
                process.terminate()


def soak(server: psutil.Process, url: str, seconds: float) -> int:
    for _ in range(400):
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(url)
            break
        time.sleep(0.05)
    work = Soak(url)
    work.run(min(20, seconds / 10), 4, 4)  # warm: caches, first kills
    time.sleep(4)
    before = size(server)
    calm = work.run(seconds / 2, 4, 0)
    mixed = work.run(seconds / 2, 4, 2)
    time.sleep(4)
    after = size(server)
    print(f"server before {before} and after {after}: MiB, processes, open files")
    faults = work.wrong[:5]
    if after[0] > before[0] + 50 or after[1] != before[1] or after[2] > before[2] + 5:
        faults.append("the server has grown")
    if mixed > 2 * calm:
        faults.append(f"hostile clients raise the p99 of the honest from {calm:.1f} to {mixed:.1f} ms")
    for fault in faults:
        print("FAULT", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
