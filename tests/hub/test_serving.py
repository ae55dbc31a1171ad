"""A served hub as stock clients meet it, and loading beside it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, SPARQLWrapper

from hub.members import Group, Library, put_group, put_library, put_member
from hub.settings import write_setting
from hub.wiring import open_registry, open_settings
from tests.hub.catalogue import kieu, written

WHO_HOLDS = """
PREFIX bf: <http://id.loc.gov/ontologies/bibframe/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT DISTINCT ?library ?language ?shelfmark WHERE {
  ?work bf:title/bf:mainTitle "Truyện Kiều" ; bf:hasInstance ?instance ; bf:language ?language .
  ?instance bf:hasItem ?item .
  ?item bf:heldBy/rdfs:label ?library ; bf:shelfMark/rdfs:label ?shelfmark .
  FILTER(LANG(?library) = "vi")
} ORDER BY ?library
"""


@dataclass(frozen=True)
class Served:
    url: str
    data: Path

    def load(self, member: str, records: bytes) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "hub.cli.main", "--data", str(self.data), "load", "--member", member, "-"]
        return subprocess.run(command, input=records, capture_output=True, check=False, timeout=120)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("served") / "hub"
    port = free_port()
    write_setting(data, "base_uri", f"http://127.0.0.1:{port}/")
    registry = open_registry(open_settings(data))
    with registry.write() as connection:
        put_group(connection, Group("north", "Miền Bắc", "North"))
        for code, name in (("A", "Thư viện A"), ("B", "Thư viện B")):
            put_member(connection, code, {})
            put_library(connection, Library(code, code, name, f"Library {code}", "north"))
    registry.close()
    server = subprocess.Popen(
        [sys.executable, "-m", "hub.cli.main", "--data", str(data), "serve", "--port", str(port)],
        stderr=subprocess.PIPE,
    )
    try:
        yield ready(Served(f"http://127.0.0.1:{port}", data), server)
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(40)
        except subprocess.TimeoutExpired:
            server.kill()
        assert server.stderr is not None
        said = server.stderr.read().decode()
        server.stderr.close()
    assert "Traceback" not in said, said
    assert server.returncode == 0


def up(hub: Served, server: subprocess.Popen[bytes]) -> None:
    """Wait until the hub answers."""
    for _ in range(300):
        try:
            if httpx.get(f"{hub.url}/healthz").status_code < 500:
                break
        except httpx.TransportError:
            pass
        assert server.poll() is None
        time.sleep(0.2)


def ready(hub: Served, server: subprocess.Popen[bytes]) -> Served:
    """The hub when it answers and has one edition of each member."""
    up(hub, server)
    for member, number in (("A", "a1"), ("B", "b1")):
        done = hub.load(member, written(kieu(number)))
        assert done.returncode == 0, done.stderr.decode()
    time.sleep(1.5)  # readers look for a new generation twice a second
    return hub


def test_sparqlwrapper_learns_who_holds_an_edition(served: Served) -> None:
    client = SPARQLWrapper(f"{served.url}/sparql")
    client.setQuery(WHO_HOLDS)
    client.setReturnFormat(JSON)
    rows = client.query().convert()["results"]["bindings"]  # type: ignore[index]  # JSON results are a mapping
    assert [(r["library"]["value"], r["language"]["value"], r["shelfmark"]["value"]) for r in rows] == [
        ("Thư viện A", "http://id.loc.gov/vocabulary/languages/vie", "895.9221 NG527D"),
        ("Thư viện B", "http://id.loc.gov/vocabulary/languages/vie", "895.9221 NG527D"),
    ]


def test_rdflib_sparqlstore_asks_the_same(served: Served) -> None:
    graph = Graph(SPARQLStore(f"{served.url}/sparql"))
    assert [str(row[0]) for row in graph.query(WHO_HOLDS)] == ["Thư viện A", "Thư viện B"]  # type: ignore[index]  # rows


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/html", "text/html"),
    ],
)
def test_every_kind_of_uri_leads_to_a_document(served: Served, accept: str, media_type: str) -> None:
    subjects = SPARQLWrapper(f"{served.url}/sparql")
    subjects.setReturnFormat(JSON)
    subjects.setQuery(f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{served.url}/")) }}')
    rows = subjects.query().convert()["results"]["bindings"]  # type: ignore[index]  # JSON results are a mapping
    iris = {row["s"]["value"].partition("#")[0] for row in rows}
    places = {iri.removeprefix(f"{served.url}/").partition("/")[0] for iri in iris}
    assert {"works", "instances", "items", "agents", "concepts", "libraries", "groups"} <= places
    with httpx.Client(headers={"Accept": accept}) as client:
        for iri in iris:
            thing = client.get(iri)
            assert thing.status_code == 303, iri
            document = client.get(thing.headers["Location"])
            assert document.status_code == 200, thing.headers["Location"]
            assert document.headers["Content-Type"].startswith(media_type)
            again = client.get(thing.headers["Location"], headers={"If-None-Match": document.headers["ETag"]})
            assert again.status_code == 304


def test_loading_beside_the_server_reaches_its_pages(served: Served) -> None:
    record = kieu("a2")
    record.first("245").subfields[0] = ("a", "Văn chiêu hồn")  # type: ignore[union-attr]  # the record has a 245
    done = served.load("A", written(record))
    assert done.returncode == 0, done.stderr.decode()
    for _ in range(50):
        found = httpx.get(f"{served.url}/search", params={"q": "van chieu hon"})
        if "Văn chiêu hồn" in found.text:
            break
        time.sleep(0.2)
    assert "Văn chiêu hồn" in found.text


def test_unknown_is_404_and_writing_is_refused(served: Served) -> None:
    assert httpx.get(f"{served.url}/works/nothing").status_code == 404
    update = httpx.post(f"{served.url}/sparql", data={"update": "DROP ALL"})
    assert update.status_code == 403
    assert "application/problem+json" in update.headers["Content-Type"]


def _listens(process: psutil.Process, port: int) -> bool:
    try:
        return any(c.laddr.port == port for c in process.net_connections("inet") if c.laddr)
    except psutil.NoSuchProcess:  # one that ended meanwhile
        return False


def test_several_web_processes_share_a_port_and_end_together(tmp_path: Path) -> None:
    data, port = tmp_path / "hub", free_port()
    write_setting(data, "base_uri", f"http://127.0.0.1:{port}/")
    command = [sys.executable, "-m", "hub.cli.main", "--data", str(data), "serve", "--port", str(port)]
    server = subprocess.Popen([*command, "--workers", "2"], stderr=subprocess.PIPE)
    try:
        up(Served(f"http://127.0.0.1:{port}", data), server)
        listening: list[psutil.Process] = []
        until = time.monotonic() + 30
        while len(listening) < 2 and time.monotonic() < until:
            time.sleep(0.1)
            family = psutil.Process(server.pid).children(recursive=True)
            listening = [p for p in family if _listens(p, port)]
        assert len(listening) == 2
        with httpx.Client() as client:  # whose connection is kept
            took = [client.get(f"http://127.0.0.1:{port}/robots.txt").elapsed.total_seconds() for _ in range(40)]
        assert min(took[20:]) < 0.035, "each answer waits for the client's delayed acknowledgement"
        together = [socket.create_connection(("127.0.0.1", port)) for _ in range(40)]
        accepted = [0, 0]
        until = time.monotonic() + 20
        while sum(accepted) < 40 and time.monotonic() < until:
            time.sleep(0.1)
            accepted = [sum(c.status == "ESTABLISHED" for c in p.net_connections("inet")) for p in listening]
        for connection in together:
            connection.close()
        assert min(accepted) >= 5, f"one process took nearly all connections: {accepted}"
        listening[0].kill()  # one that dies is replaced, and meanwhile the other answers
        for _ in range(5):
            with httpx.Client() as client:
                assert client.get(f"http://127.0.0.1:{port}/libraries", timeout=20).status_code == 200
        family = psutil.Process(server.pid).children(recursive=True)
        server.send_signal(signal.SIGINT)
        assert server.wait(60) == 0
    finally:
        server.kill()
        server.wait()
        assert server.stderr is not None
        server.stderr.close()
    _, left = psutil.wait_procs(family, timeout=20)
    assert not left


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_signal_to_the_whole_group_ends_every_process(tmp_path: Path, workers: str) -> None:
    """As `systemctl stop` sends it."""
    data, port = tmp_path / "hub", free_port()
    write_setting(data, "base_uri", f"http://127.0.0.1:{port}/")
    command = [sys.executable, "-m", "hub.cli.main", "--data", str(data), "serve", "--port", str(port)]
    server = subprocess.Popen([*command, "--workers", workers], stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        up(Served(f"http://127.0.0.1:{port}", data), server)
        family = psutil.Process(server.pid).children(recursive=True)
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(25)
        _, left = psutil.wait_procs(family, timeout=5)
        assert not left
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()
