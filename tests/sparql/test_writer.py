"""The writer in its own process: its limits end it, what was not committed never was, and it calls nobody."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sparql import QueryFailed, QuerySyntaxError, ReaderDied, StoreLocked, open_store
from sparql.__main__ import application
from sparql.writer import UpdateTimeout, WriterProcess

from .conftest import EX, Server, graph
from .test_pool import listener  # noqa: F401 - a fixture

ENDLESS = """INSERT { ?a <urn:q> ?d } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i
  FILTER(CONCAT(STR(?a), STR(?d), STR(?g)) = "") }"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with contextlib.closing(open_store(tmp_path / "store")) as store:
        store.load(graph(300))
    return tmp_path


@pytest.fixture
def writer(folder: Path) -> Iterator[WriterProcess]:
    with contextlib.closing(WriterProcess(folder / "store", deadline=1.5, memory=1 << 30)) as made:
        yield made


def quads(folder: Path) -> int:
    with contextlib.closing(open_store(folder / "store")) as store:
        return store.count()


def test_an_update_has_a_deadline_and_leaves_nothing_behind(folder: Path, writer: WriterProcess) -> None:
    before = 300 * 4 + 50 + 1
    began = time.monotonic()
    with pytest.raises(UpdateTimeout, match="nothing of it"):
        writer.update(f"INSERT DATA {{ <urn:a> <urn:p> 1 }} ; {ENDLESS}")
    assert time.monotonic() - began < 6
    writer.update("INSERT DATA { <urn:b> <urn:p> 2 }")
    writer.close()
    assert quads(folder) == before + 1


def test_an_update_that_needs_too_much_memory_ends_only_itself(folder: Path, writer: WriterProcess) -> None:
    doubling = " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(34))
    with pytest.raises((ReaderDied, UpdateTimeout)):
        writer.update(f'INSERT {{ <urn:a> <urn:p> ?v34 }} WHERE {{ BIND("abcdefgh" AS ?v0) {doubling} }}')
    writer.update("INSERT DATA { <urn:b> <urn:p> 2 }")


def test_errors_come_back_as_they_are(writer: WriterProcess, folder: Path) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        writer.update("INSERT DATA {\n <urn:a> }")
    assert caught.value.line == 2
    with pytest.raises(StoreLocked):
        WriterProcess(folder / "store")
    published = writer.publish(folder / "generations", {"cursor": "7"})
    assert (published.number, published.note) == (1, {"cursor": "7"})
    writer.close()
    writer.close()


def test_without_a_guard_an_update_calls_nobody(
    writer: WriterProcess,
    listener: tuple[int, list[object]],  # noqa: F811 - the fixture
) -> None:
    port, callers = listener
    for text in (
        f"LOAD <http://127.0.0.1:{port}/x.nt>",
        f"LOAD <http://localhost:{port}/x.nt> INTO GRAPH <urn:g>",
        f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
    ):
        with pytest.raises(QueryFailed):
            writer.update(text)
    writer.update(f"LOAD SILENT <http://127.0.0.1:{port}/x.nt>")
    assert callers == []


def test_the_service_tells_and_goes_on(folder: Path, writer: WriterProcess) -> None:
    token = {"Authorization": "Bearer secret"}
    with (
        Server(application(folder, token="secret", store=writer, deadline=5)) as server,
        httpx.Client(timeout=30, headers=token) as client,
    ):
        slow = client.post(server.url, data={"update": ENDLESS})
        assert slow.status_code == 504
        assert "nothing of it was done" in slow.json()["detail"]
        assert client.post(server.url, data={"update": f"DELETE WHERE {{ <{EX}works/1> ?p ?o }}"}).status_code == 204
        asked = client.get(server.url, params={"query": f"ASK {{ <{EX}works/1> ?p ?o }}", "format": "csv"})
        assert asked.text.strip() == "false"
