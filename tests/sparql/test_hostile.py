"""Hostile queries and clients against the running service: it answers the next query within a second each time."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import psutil
import pyoxigraph as ox
import pytest

from sparql import open_store
from sparql.connections import HEAD_SECONDS
from tests.peers import answers, free_port

from .conftest import EX, graph
from .test_pool import POINT, listener  # noqa: F401 - a fixture

TOKEN = {"Authorization": "Bearer secret"}
BROKEN = -1
STATED = {400, 403, 429, 503, 504, BROKEN}


class Service:
    """``python -m sparql serve`` and what it needs of the machine."""

    def __init__(self, port: int, process: psutil.Process) -> None:
        self.port, self.process = port, process
        self.url = f"http://127.0.0.1:{port}/sparql"

    def query(self, text: str, method: str = "GET") -> httpx.Response:
        with httpx.Client(timeout=30) as client:
            if method == "GET" and len(text) < 15_000:
                return client.get(self.url, params={"query": text})
            return client.post(self.url, data={"query": text})

    def goes_on(self) -> None:
        """Ask for what is known, at once."""
        began = time.monotonic()
        answer = self.query(POINT)
        assert answer.json()["results"]["bindings"] == [{"o": {"type": "uri", "value": f"{EX}agents/7"}}]
        assert time.monotonic() - began < 1, "the next query is answered within a second"

    def triples(self) -> int:
        answer = self.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json()
        return int(answer["results"]["bindings"][0]["n"]["value"])

    def busy(self) -> float:
        """Readers that are held."""
        lines = httpx.get(f"http://127.0.0.1:{self.port}/metrics").text.splitlines()
        return next(float(line.split()[-1]) for line in lines if line.startswith("sparql_readers{") and "busy" in line)

    @property
    def memory(self) -> int:
        """MiB of the server's own process."""
        size: int = self.process.memory_info().rss
        return size >> 20

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("hostile")
    with contextlib.closing(open_store(folder / "store")) as store:
        store.load(graph())
    port = free_port()
    command = [sys.executable, "-m", "sparql", "serve", str(folder), "--port", str(port), "--token", "secret"]
    command += ["--readers", "3", "--seconds", "2", "--update-seconds", "2", "--memory", "700", "--quiet"]
    with (folder / "said").open("wb") as said, subprocess.Popen(command, stderr=said) as process:
        try:
            answers(f"http://127.0.0.1:{port}/sparql", 30)
            yield Service(port, psutil.Process(process.pid))
        finally:
            process.terminate()


DEEP = {  # H01, H02
    "braces": "SELECT * " + "{" * 3000 + "}" * 3000,
    "brackets": "SELECT * { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
    "negations": "SELECT * { FILTER(" + "!" * 10_000 + "true) }",
    "unions": "SELECT * { {} " + "UNION {} " * 7000 + "}",
    "sums": "SELECT (1 " + "+1" * 8000 + " AS ?n) {}",
    "optionals": "SELECT * { " + "OPTIONAL { ?s ?p ?o " * 2600 + "}" * 2600 + " }",
    "selects": "SELECT * { " + "{ SELECT * { " * 2600 + "} }" * 2600 + " }",
}
HEAVY = {  # H03 to H06
    "star of 150": "SELECT * { " + " ".join(f"?s <urn:p{n}> ?v{n} ." for n in range(150)) + " }",
    "list of 200": "SELECT * { ?s <urn:p> (" + " ?x" * 200 + ") }",
    "cross join": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "sorted cross join": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a",
    "concatenated cross join": "SELECT (GROUP_CONCAT(?o) AS ?x) { ?s ?p ?o . ?a ?b ?c }",
    "doubling": 'SELECT (STRLEN(?v30) AS ?n) { BIND("abcdefgh" AS ?v0) '
    + " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(30))
    + " }",
    "distinct": "SELECT DISTINCT ?a ?c ?d ?f { ?a ?b ?c . ?d ?e ?f }",
}


@pytest.mark.parametrize("query", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_refused_at_once(service: Service, query: str) -> None:
    began = time.monotonic()
    answer = service.query(query)
    assert time.monotonic() - began < 1
    assert answer.status_code in (400, 413)
    assert answer.json()["detail"]
    service.goes_on()


@pytest.mark.parametrize("query", HEAVY.values(), ids=HEAVY)
def test_heavy_queries_end_in_time_while_others_are_served(service: Service, query: str) -> None:
    found: list[tuple[int, float]] = []

    def ask() -> None:
        began = time.monotonic()
        try:
            status = service.query(query).status_code
        except httpx.RemoteProtocolError:
            status = BROKEN  # more than is buffered had been sent: the client sees that it is not whole
        found.append((status, time.monotonic() - began))

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.3)
    service.goes_on()
    asking.join()
    [(status, seconds)] = found
    assert status in STATED
    assert seconds < 2 + 1.5, "the deadline and a second, and a little for a busy machine"
    service.goes_on()


def test_a_result_that_is_cut_by_the_deadline_is_no_whole_document(service: Service) -> None:
    with pytest.raises(httpx.RemoteProtocolError), httpx.Client(timeout=30) as client:  # H05
        client.get(service.url, params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})
    service.goes_on()


SERVICES = [  # H07
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "SELECT * { VALUES ?x { <URL> } SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { service <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE # hidden\n <URL> { ?s ?p ?o } }",
    "PREFIX SERVICE: <URL> SELECT * { SERVICE SERVICE: { ?s ?p ?o } }",
]
LOADS = [  # H08
    "LOAD <URL>", "LOAD SILENT <URL>", "load <URL> INTO GRAPH <urn:g>", "LOAD <file:///etc/passwd>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
]  # fmt: skip


def test_service_load_and_contexts_reach_nobody(
    service: Service,
    listener: tuple[int, list[object]],  # noqa: F811 - the fixture
) -> None:
    port, callers = listener
    url = f"http://127.0.0.1:{port}/x"
    for query in SERVICES:
        assert service.query(query.replace("URL", url)).status_code == 403, query
    with httpx.Client(timeout=20, headers=TOKEN) as client:
        for update in LOADS:
            answer = client.post(service.url, data={"update": update.replace("URL", url)})
            assert answer.status_code == 403, update
        graphs = f"{service.url}/graphs?graph=urn:g"
        kind = {"Content-Type": "application/ld+json"}
        context = client.put(graphs, content=f'{{"@context": "{url}"}}', headers=kind)
        assert context.status_code == 400
    service.query(f"SELECT * FROM <{url}> {{ ?s ?p ?o }}")
    assert callers == []
    service.goes_on()


def test_updates_do_not_come_in_by_the_query_door(service: Service) -> None:  # H09
    before = service.triples()
    with httpx.Client(timeout=20) as client:
        for answer in (
            client.get(service.url, params={"query": "DROP ALL"}),
            client.post(service.url, data={"query": "DROP ALL"}, headers=TOKEN),
            client.get(service.url, params={"update": "CLEAR ALL"}, headers=TOKEN),
            client.post(service.url, data={"update": "CLEAR ALL", "query": "ASK {}"}, headers=TOKEN),
            client.post(service.url, data={"update": "CLEAR ALL"}),
            client.post(service.url, content="query=ASK {}&query=ASK {}", headers={"Content-Type": "text/plain"}),
        ):
            assert 400 <= answer.status_code < 500
    assert service.triples() == before


LITERALS = ['x" } ; DROP ALL ; INSERT DATA { <urn:p> <urn:p> "y', "\\u0022 } #", "'''\n\t\\", "\ufffe𝕏\u202e"]


@pytest.mark.parametrize("text", LITERALS)
def test_a_literal_stays_one(service: Service, text: str) -> None:  # H10
    before = service.triples()
    line = f"<urn:h10> <urn:p> {ox.Literal(text)} .\n"
    with httpx.Client(timeout=20, headers=TOKEN) as client:
        kind = {"Content-Type": "application/n-triples"}
        put = client.post(f"{service.url}/graphs?default", content=line, headers=kind)
        assert put.status_code in (201, 204)
        found = service.query("SELECT ?o { <urn:h10> <urn:p> ?o }").json()["results"]["bindings"]
        assert [row["o"]["value"] for row in found] == [text]
        assert service.triples() == before + 1
        assert client.post(service.url, data={"update": f"DELETE DATA {{ {line} }}"}).status_code == 204
    assert service.triples() == before


def test_entities_that_grow_are_refused(service: Service) -> None:  # H14
    lines = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12))
    body = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x0 "ha">{lines}]><r>&x11;</r>'
    began = time.monotonic()
    with httpx.Client(timeout=20, headers=TOKEN) as client:
        answer = client.put(
            f"{service.url}/graphs?graph=urn:g", content=body, headers={"Content-Type": "application/rdf+xml"}
        )
    assert answer.status_code == 400
    assert "DOCTYPE" in answer.json()["detail"]
    assert time.monotonic() - began < 1
    service.goes_on()


# H26: the clients' manners


def test_two_hundred_slow_clients_hold_nobody_up(service: Service) -> None:
    before = service.memory
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(service.connect()) for _ in range(200)]
        for n, connection in enumerate(slow):
            head = b"POST /sparql HTTP/1.1\r\nHost: x\r\n"
            connection.sendall(head if n % 2 else head + b"Content-Length: 99\r\n\r\n")
        for _ in range(3):
            for connection in slow:
                connection.sendall(b"x")
            service.goes_on()
        assert service.memory < before + 60
    service.goes_on()


def test_a_head_that_never_ends_is_closed(service: Service) -> None:
    with service.connect() as connection:
        connection.settimeout(HEAD_SECONDS + 10)
        began = time.monotonic()
        connection.sendall(b"GET /sparql?query=ASK HTTP/1.1\r\nHost: x\r\n")
        said = connection.recv(1000)
        assert said.startswith(b"HTTP/1.1 408")
        assert connection.recv(1000) == b""
        assert HEAD_SECONDS - 1 < time.monotonic() - began < HEAD_SECONDS + 5


def test_clients_that_do_not_read_do_not_keep_readers(service: Service) -> None:
    everything = urlencode({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})
    with contextlib.ExitStack() as stack:
        for _ in range(6):  # twice as many as there are readers
            connection = stack.enter_context(service.connect())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(f"GET /sparql?{everything} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until = time.monotonic() + 12  # two rounds of deadlines, and a busy machine
        while service.busy() and time.monotonic() < until:
            time.sleep(0.2)
        service.goes_on()


def test_large_and_strange_requests_are_refused(service: Service) -> None:
    before = service.memory
    kind = {"Content-Type": "application/sparql-query"}
    with httpx.Client(timeout=30) as client:
        announced = client.post(service.url, content=b"x" * (10 << 20), headers=kind)
        assert announced.status_code == 413
    with httpx.Client(timeout=30) as client, contextlib.suppress(httpx.WriteError, httpx.ReadError):
        pieces = (b"x" * (1 << 20) for _ in range(100))
        assert client.post(service.url, content=pieces, headers=kind).status_code == 413
    with httpx.Client(timeout=30) as client:
        bomb = client.post(service.url, content=b"\x1f\x8b" * 100, headers={**kind, "Content-Encoding": "gzip"})
        assert bomb.status_code == 415
        accept = ", ".join(f"*/*;q=0.{n:04}" for n in range(1000))
        assert client.get(service.url, params={"query": "ASK {}"}, headers={"Accept": accept}).status_code < 500
        ranged = client.get(service.url, params={"query": POINT}, headers={"Range": "bytes=0-0," * 500 + "1-1"})
        assert ranged.status_code == 200, "ranges are not served, and not counted"
    for head in (
        b"GET /sparql?query=" + b"x" * (1 << 20) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /sparql HTTP/1.1\r\nHost: x\r\nX: " + b"y" * (200 << 10) + b"\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    ):
        with service.connect() as connection, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(head)
            assert connection.recv(100)[9:10] in (b"4", b"5"), head[:60]
        service.goes_on()
    assert service.memory < before + 60
