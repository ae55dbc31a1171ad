"""``python -m benchmarks.sparql [--quads N]``: the readers, the HTTP service and ``oxigraph serve`` beside the engine.

One run, one machine, one synthetic BIBFRAME-like graph in the default graph, the same random draws for everybody.
``oxigraph serve`` is compared where the program is on the PATH or named by OXIGRAPH. Times are wall-clock milliseconds.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import io
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox
from pyoxigraph import QueryResultsFormat

from sparql import Pool, open_store
from sparql.generations import Lease
from sparql.pool import whole

EX = "http://example.org/"
PER_WORK = 19
CLIENTS = 4
KINDS: dict[str, tuple[str, int]] = {
    "describe instance": ("SELECT ?p ?o { <%(instance)s> ?p ?o }", 200),
    "ISBN to shelf marks": (
        """PREFIX e: <%(ex)s> SELECT ?lib ?mark
        { ?i e:isbn "%(isbn)s" . ?item e:itemOf ?i ; e:heldBy ?lib ; e:shelfMark ?mark }""",
        200,
    ),
    "work page, 4 OPTIONALs": (
        """PREFIX e: <%(ex)s> SELECT * { <%(work)s> e:title ?t
        OPTIONAL { <%(work)s> e:author/e:label ?a } OPTIONAL { <%(work)s> e:subject ?s }
        OPTIONAL { ?i e:instanceOf <%(work)s> } OPTIONAL { <%(work)s> e:language ?l } }""",
        200,
    ),
    "works of an agent": ("PREFIX e: <%(ex)s> SELECT ?w ?t { ?w e:author <%(agent)s> ; e:title ?t } LIMIT 100", 200),
    "subject at a library": (
        """PREFIX e: <%(ex)s> SELECT ?w { ?w e:subject <%(subject)s> . ?i e:instanceOf ?w .
        ?item e:itemOf ?i ; e:heldBy <%(ex)slib/3> } LIMIT 50""",
        100,
    ),
    "path agent to items": (
        "PREFIX e: <%(ex)s> SELECT (COUNT(?i) AS ?n) { <%(agent)s> ^e:author/^e:instanceOf/^e:itemOf ?i }",
        100,
    ),
    "CONSTRUCT a work": ("CONSTRUCT { <%(work)s> ?p ?o } WHERE { <%(work)s> ?p ?o }", 200),
    "items per library": ("PREFIX e: <%(ex)s> SELECT ?l (COUNT(*) AS ?n) { ?i e:heldBy ?l } GROUP BY ?l", 3),
    "title CONTAINS": (
        'PREFIX e: <%(ex)s> SELECT ?w { ?w e:title ?t FILTER(CONTAINS(?t, "%(isbn)s")) } LIMIT 20',
        3,
    ),
    "a subject's titles sorted": (
        "PREFIX e: <%(ex)s> SELECT ?w ?t { ?w e:subject <%(subject)s> ; e:title ?t } ORDER BY ?t LIMIT 20",
        50,
    ),
}


def graph(works: int) -> Iterator[bytes]:
    """N-Quads of so many works, each with an instance and two items, in pieces."""
    chance = random.Random(7)
    lines: list[str] = []
    for n in range(works):
        work, instance = f"<{EX}works/{n}>", f"<{EX}instances/{n}>"
        lines += [
            f"{work} <{EX}type> <{EX}Work> .",
            f'{work} <{EX}title> "Truyện {chance.randrange(10**6)} của {n}" .',
            f"{work} <{EX}author> <{EX}agents/{chance.randrange(works // 5 + 1)}> .",
            f"{work} <{EX}subject> <{EX}subjects/{chance.randrange(2000)}> .",
            f"{work} <{EX}language> <{EX}languages/{chance.randrange(9)}> .",
            f"{instance} <{EX}type> <{EX}Instance> .",
            f"{instance} <{EX}instanceOf> {work} .",
            f'{instance} <{EX}isbn> "{9786040000000 + n}" .',
            f'{instance} <{EX}date> "{1950 + n % 75}" .',
            f'{instance} <{EX}extent> "{n % 900} tr." .',
            f'<{EX}agents/{n // 5}> <{EX}label> "Nguyễn {n // 5}" .',
        ]
        for copy in range(2):
            item = f"<{EX}items/{n}-{copy}>"
            lines += [
                f"{item} <{EX}itemOf> {instance} .",
                f"{item} <{EX}heldBy> <{EX}lib/{chance.randrange(20)}> .",
                f'{item} <{EX}shelfMark> "VV {n % 977}.{copy}" .',
                f'{item} <{EX}barcode> "{n:08}{copy}" .',
            ]
        if len(lines) > 200_000:
            yield ("\n".join(lines) + "\n").encode()
            lines = []
    yield ("\n".join(lines) + "\n").encode()


def draws(works: int, query: str, times: int) -> list[str]:
    """The query with random things of the graph, the same for everybody."""
    chance = random.Random(query)
    made = []
    for _ in range(times):
        n = chance.randrange(works)
        names = {
            "ex": EX,
            "work": f"{EX}works/{n}",
            "instance": f"{EX}instances/{n}",
            "isbn": 9786040000000 + n,
            "agent": f"{EX}agents/{n % (works // 5 + 1)}",
            "subject": f"{EX}subjects/{n % 2000}",
        }
        made.append(query % names)
    return made


def timed(ask: Callable[[str], object], queries: list[str]) -> list[float]:
    times = []
    for query in queries:
        began = time.perf_counter()
        ask(query)
        times.append((time.perf_counter() - began) * 1000)
    return times


def line(times: list[float]) -> str:
    times = sorted(times)
    return f"{statistics.median(times):9.2f}{times[min(len(times) - 1, int(len(times) * 0.99))]:9.2f}"


class Http:
    """A client with one kept connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self.path = parts.path

    def __call__(self, query: str) -> int:
        try:
            return self._ask(query)
        except http.client.RemoteDisconnected:  # the server had closed the idle connection
            self.connection.close()
            return self._ask(query)

    def _ask(self, query: str) -> int:
        self.connection.request(
            "GET",
            f"{self.path}?{urlencode({'query': query})}",
            headers={"Accept": "application/sparql-results+json, application/n-triples"},
        )
        answer = self.connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{self.path} answered {answer.status}: {answer.read()[:300]!r}")
        size = 0
        while piece := answer.read(1 << 20):
            size += len(piece)
        return size


@contextlib.contextmanager
def program(command: list[str], url: str) -> Iterator[str]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(400):
                with contextlib.suppress(OSError):
                    Http(url)("ASK {}")
                    break
                time.sleep(0.05)
            yield url
        finally:
            process.terminate()


def answers_a_second(url: str, queries: list[str], seconds: float = 3.0) -> float:
    """Answers a second to several clients that ask one after the other, each for so many seconds."""
    began = time.perf_counter()

    def client(first: int) -> int:
        ask, done = Http(url), 0
        while not done or time.perf_counter() - began < seconds:
            ask(queries[(first + done * CLIENTS) % len(queries)])
            done += 1
        return done

    with ThreadPoolExecutor(CLIENTS) as clients:
        total = sum(clients.map(client, range(CLIENTS)))
    return total / (time.perf_counter() - began)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def in_process(store: ox.Store) -> Callable[[str], int]:
    def ask(query: str) -> int:
        result = store.query(query)
        out = io.BytesIO()
        if isinstance(result, ox.QueryTriples):
            result.serialize(out, ox.RdfFormat.N_TRIPLES)
        else:
            result.serialize(out, QueryResultsFormat.JSON)
        return out.tell()

    return ask


class _Nowhere:
    def __init__(self) -> None:
        self.size = 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """Oxigraph asks for it."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quads", type=int, default=1_000_000)
    given = parser.parse_args()
    works = given.quads // PER_WORK
    with tempfile.TemporaryDirectory(prefix="sparql-bench-") as name:
        folder = Path(name)
        began = time.perf_counter()
        with contextlib.closing(open_store(folder / "store")) as store:
            for part in graph(works):
                store.load(part)
            store.optimize()
            quads = store.count()
            generation = store.publish(folder / "generations")
        print(f"{quads:,} quads loaded in {time.perf_counter() - began:.0f} s")
        with contextlib.closing(Lease(generation.path)):  # the server publishes another and would remove this one
            compare(folder, generation.path, works)


def compare(folder: Path, path: Path, works: int) -> None:
    engine = ox.Store.read_only(str(path))
    columns: dict[str, Callable[[str], object]] = {"engine in process": in_process(engine)}
    with contextlib.ExitStack() as stack:
        port = free_port()
        ours = [
            sys.executable,
            "-m",
            "sparql",
            "serve",
            str(folder),
            "--port",
            str(port),
            "--seconds",
            "120",
            "--quiet",
        ]
        urls = [stack.enter_context(program(ours, f"http://127.0.0.1:{port}/sparql"))]
        columns["sparql serve"] = Http(urls[0])
        other = os.environ.get("OXIGRAPH") or shutil.which("oxigraph")
        if other:
            port = free_port()
            command = [other, "serve-read-only", "--location", str(path), "--bind", f"127.0.0.1:{port}"]
            urls.append(stack.enter_context(program(command, f"http://127.0.0.1:{port}/query")))
            columns["oxigraph serve"] = Http(urls[1])
        print(f"{'p50 and p99 in ms':<26}" + "".join(f"{column:>18}" for column in columns))
        for kind, (query, times) in KINDS.items():
            queries = draws(works, query, times)
            cells = []
            for ask in columns.values():
                ask(queries[0])
                cells.append(line(timed(ask, queries)))
            print(f"{kind:<26}" + "".join(cells), flush=True)
        print(f"\n{f'answers a second, {CLIENTS} clients':<26}" + "".join(f"{name:>18}" for name in list(columns)[1:]))
        for kind, (query, times) in KINDS.items():
            queries = draws(works, query, times)
            rates = [answers_a_second(url, queries) for url in urls]
            print(f"{kind:<26}" + "".join(f"{found:18,.1f}" for found in rates), flush=True)
        print("\na large SELECT, MB/s of JSON")
        everything = f"SELECT * {{ ?s ?p ?o }} LIMIT {min(1_000_000, works * PER_WORK)}"
        sink = _Nowhere()
        began = time.perf_counter()
        engine.query(everything).serialize(sink, QueryResultsFormat.JSON)  # type: ignore[union-attr, arg-type]
        base = sink.size / (time.perf_counter() - began) / 1e6
        print(f"{'engine in process':<26}{base:9.1f}")
        for column, ask in list(columns.items())[1:]:
            began = time.perf_counter()
            try:
                size = ask(everything)
            except RuntimeError as error:
                print(f"{column:<26}{error}")
                continue
            rate = int(str(size)) / (time.perf_counter() - began) / 1e6
            print(f"{column:<26}{rate:9.1f}   {rate / base:.0%} of it")
    asyncio.run(through_pool(folder / "generations", works))


async def through_pool(generations: Path, works: int) -> None:
    queries = draws(works, KINDS["describe instance"][0], 500)
    async with Pool(generations, size=2, deadline=60, queue=1000) as pool:
        await pool.query(queries[0])
        began = time.perf_counter()
        for query in queries:
            await whole(await pool.query(query))
        alone = (time.perf_counter() - began) / len(queries) * 1000
        began = time.perf_counter()
        await asyncio.gather(*(pool.query(query) for query in queries[:64] * 8))
        together = 512 / (time.perf_counter() - began)
        print(f"\nthrough the pool: {alone:.2f} ms a point query, {together:,.0f} a second at two readers")


if __name__ == "__main__":
    main()
