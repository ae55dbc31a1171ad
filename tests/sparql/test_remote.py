"""Stores over HTTP: our own server always, ``oxigraph serve`` and Virtuoso where those programs are installed."""

from __future__ import annotations

import asyncio
import contextlib
import io
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import httpx
import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode

from sparql import (
    BadQuads,
    Generations,
    MemoryStore,
    NoSuchGraph,
    NotAcceptable,
    OxigraphStore,
    Pool,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ReaderDied,
    StoreError,
)
from sparql.binding import bind
from sparql.engines import access
from sparql.pool import whole
from sparql.remote import RemoteStore, open_remote
from sparql.remote_pool import RemotePool
from sparql.walk import Route
from tests.peers import running_oxigraph, running_virtuoso

from .conftest import EX, Server, graph, in_pool, read_only_app
from .test_pool import CROSS, POINT

T = TypeVar("T")


@pytest.fixture(scope="module")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running ``oxigraph serve``."""
    with running_oxigraph(tmp_path_factory.mktemp("oxigraph")) as address:
        yield address


@pytest.fixture(scope="module")
def virtuoso_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Virtuoso in which anybody may write."""
    with running_virtuoso(tmp_path_factory.mktemp("virtuoso")) as address:
        yield address


@pytest.fixture(
    params=[
        "sparql",
        pytest.param("oxigraph", marks=[pytest.mark.peer, pytest.mark.needs("oxigraph")]),
        pytest.param("virtuoso", marks=[pytest.mark.peer, pytest.mark.needs("virtuoso")]),
    ]
)
def address(request: pytest.FixtureRequest) -> str:
    if request.param != "sparql":
        made: str = request.getfixturevalue(f"{request.param}_server")
        return made
    server: Server = request.getfixturevalue("writable")
    return "sparql:" + server.url.removesuffix("sparql")


@pytest.fixture
def remote(address: str) -> Iterator[RemoteStore]:
    with contextlib.closing(open_remote(address, token="secret")) as store:
        store.clear()
        yield store


def with_remote(address: str, folder: Path, work: Callable[[RemotePool], Awaitable[T]], **settings: object) -> T:
    async def run() -> T:
        async with RemotePool(address, Generations(folder), **settings) as pool:  # type: ignore[arg-type]
            return await work(pool)

    return asyncio.run(run())


def test_the_probe_passes(remote: RemoteStore) -> None:
    assert all(remote.probe().values())
    assert remote.count() == 0


@pytest.mark.peer
@pytest.mark.needs("virtuoso")
def test_virtuoso_with_a_password(virtuoso_server: str, tmp_path: Path) -> None:
    guarded = virtuoso_server.replace("http://", "http://dba:dba@")
    with contextlib.closing(open_remote(guarded)) as store:
        assert all(store.probe().values())

        async def work(pool: RemotePool) -> bool:
            return await pool.ask("ASK {}")

        assert with_remote(guarded, tmp_path, work)
    wrong = virtuoso_server.replace("http://", "http://dba:no@")
    with contextlib.closing(open_remote(wrong)) as store, pytest.raises(StoreError, match="401"):
        store.update("CLEAR GRAPH <urn:x>")


def test_the_probe_names_what_fails(remote: RemoteStore) -> None:
    without_updates = RemoteStore(replace(remote.access, engine=replace(remote.engine, update="nowhere")))
    with contextlib.closing(without_updates), pytest.raises(StoreError):
        without_updates.probe()


def test_writing_is_as_in_the_embedded_store(remote: RemoteStore) -> None:
    local = MemoryStore()
    for store in (remote, local):
        store.load(graph(30))
        store.put(f"{EX}works/1", f'<{EX}works/1> <{EX}title> "Số đỏ \\\\u0041 \\" }} ; DROP ALL #"@vi .\n'.encode())
        store.put(f"{EX}works/2", b"")
        store.replace([f'<{EX}agents/3> <{EX}label> "Nguyễn Du 3" .'], [f'<{EX}a> <{EX}b> "c" <{EX}g> .'])
    assert remote.count() == local.count()
    for subject in ("works/0", "works/1", "works/2", "agents/3"):
        assert set(remote.describe(EX + subject)) == set(local.describe(EX + subject))
    assert set(remote.describe(f"{EX}a", f"{EX}g")) == set(local.describe(f"{EX}a", f"{EX}g"))
    remote.drop_graph(f"{EX}g")
    assert not remote.describe(f"{EX}a", f"{EX}g")


def test_many_subjects_are_put_as_if_one_by_one(remote: RemoteStore) -> None:
    local = MemoryStore()
    changed = {
        f"{EX}works/{n}": f"<{EX}works/{n}> <{EX}title> <{EX}works/{n}#title-1> .\n"
        f'<{EX}works/{n}#title-1> <{EX}mainTitle> "Mới {n % 7}"@vi .\n'.encode()
        for n in range(600)
    }
    changed[f"{EX}works/5"] = b""
    for store in (remote, local):
        store.load(graph(400))
        assert store.known([f"{EX}works/1", f"{EX}works/399", f"{EX}works/400", f"{EX}nothing"]) == {
            f"{EX}works/1",
            f"{EX}works/399",
        }
        store.put_all(changed)
        store.put_all(changed)  # again changes nothing
    assert remote.count() == local.count()
    for n in (0, 5, 250, 399, 599):
        assert set(remote.describe(f"{EX}works/{n}")) == set(local.describe(f"{EX}works/{n}"))
    before = remote.count()
    with pytest.raises(BadQuads):
        remote.put_all({f"{EX}works/1": b"", f"{EX}works/2": b"<no> quad"})
    assert remote.count() == before


def test_graphs_are_put_whole_as_in_the_embedded_store(remote: RemoteStore) -> None:
    def lines(name: str, *values: str) -> bytes:
        return "".join(f'<{EX}{v}> <{EX}p> "{v}" <{EX}{name}> .\n' for v in values).encode()

    local = MemoryStore()
    for store in (remote, local):
        many = {f"{EX}m{n}": lines(f"m{n}", "x") for n in range(70)}
        store.put_graphs({EX + "g": lines("g", "a", "b"), EX + "h": lines("h", "a"), **many})
        store.put_graphs({EX + "g": lines("g", "b", "c"), EX + "h": b"", EX + "i": lines("i", "d"), EX + "no": b""})
    dumps = [io.BytesIO(), io.BytesIO()]
    remote.dump(dumps[0])
    local.dump(dumps[1])
    assert sorted(dumps[0].getvalue().splitlines()) == sorted(dumps[1].getvalue().splitlines())
    assert remote.count() == local.count() == 73


def test_a_store_is_marked(remote: RemoteStore) -> None:
    assert remote.empty
    assert remote.mark is None
    remote.set_mark("remote-1")
    remote.set_mark("remote-2")
    assert remote.mark == "remote-2"
    assert remote.empty  # the mark is beside what is kept
    remote.load(b"<http://x> <http://y> <http://z> .\n")
    assert not remote.empty
    remote.clear()
    assert remote.mark is None


def test_the_pools_answer_alike(
    address: str, remote: RemoteStore, disk: OxigraphStore, generations: Generations
) -> None:
    disk.load(graph(60))
    disk.publish(generations.folder)
    remote.load(graph(60))
    query = f"SELECT ?work ?title {{ ?work <{EX}title>/<{EX}mainTitle> ?title }}"
    grouped = f"SELECT ?author (COUNT(?work) AS ?n) {{ ?work <{EX}author> ?author }} GROUP BY ?author"
    grouped += " ORDER BY ?author LIMIT 3"

    route = Route(follow={f"{EX}author": Route((f"{EX}label",))})

    async def work(pool: Pool | RemotePool) -> list[object]:
        large = await pool.query("SELECT * { ?s ?p ?o }", solutions="tsv")
        return [
            await pool.select(query, {"work": NamedNode(f"{EX}works/3")}),
            await pool.select(query, {"title": Literal("Truyện Kiều 4", language="vi")}),
            await pool.select(grouped, {"author": NamedNode(f"{EX}agents/5")}),
            await pool.select(grouped),
            await pool.ask(f"ASK {{ <{EX}works/1> ?p ?o }}"),
            set(await pool.triples(f"{EX}works/1")),
            set((await pool.describe(f"{EX}works/1", [f"{EX}label", (f"{EX}author", f"{EX}label")])).splitlines()),
            await pool.describe(f"{EX}nothing", [f"{EX}label"]),
            set((await pool.walk([(f"{EX}works/1", route)])).splitlines()),
            set(ox.parse(await whole(await pool.graph(f"{EX}records/1", "ntriples")), ox.RdfFormat.N_TRIPLES)),
            large.body is None,
            len((await whole(large)).splitlines()),
        ]

    here = in_pool(generations.folder, work, cap=5000)
    there = with_remote(address, generations.folder, work, cap=5000)
    assert here == there


def test_what_goes_wrong_has_the_same_names(address: str, remote: RemoteStore, tmp_path: Path) -> None:
    async def work(pool: RemotePool) -> None:
        with pytest.raises(QuerySyntaxError):
            await pool.query("SELECT * {")
        with pytest.raises(NoSuchGraph):
            await pool.graph("http://nowhere.example/")
        with pytest.raises(NotAcceptable):
            await pool.query("CONSTRUCT WHERE { ?s ?p ?o }", graph=None)
        with pytest.raises(QueryRefused):
            await pool.select("DESCRIBE <http://x>", {"s": NamedNode("http://x")})

    with_remote(address, tmp_path, work)


def test_the_deadline_holds_whatever_the_engine_does(address: str, remote: RemoteStore, tmp_path: Path) -> None:
    remote.load(graph(1500))

    async def work(pool: RemotePool) -> None:
        began = time.monotonic()
        with pytest.raises(QueryTimeout):
            await pool.query(CROSS, deadline=0.5)
        assert time.monotonic() - began < 1.5

    with_remote(address, tmp_path, work)


def test_a_dead_engine_is_an_error_not_a_hang(tmp_path: Path) -> None:
    async def work(pool: RemotePool) -> None:
        with pytest.raises(ReaderDied):
            await pool.query("ASK {}")

    with_remote("oxigraph:http://127.0.0.1:9/", tmp_path, work)
    with pytest.raises(StoreError), contextlib.closing(open_remote("oxigraph:http://127.0.0.1:9/")) as store:
        store.count()
    for bad in ("postgres:http://x/", "http://x/", "oxigraph:ftp://x/", "http://x/ ftp://y/"):
        with pytest.raises(StoreError):
            open_remote(bad)
        with pytest.raises(StoreError):
            RemotePool(bad, Generations(tmp_path))


def test_addresses_are_read() -> None:
    known = access("oxigraph:http://host:7878", token="t")
    assert (known.at(known.engine.query), known.at(known.engine.update)) == (
        "http://host:7878/query",
        "http://host:7878/update",
    )
    assert known.headers == {"Authorization": "Bearer t"}
    any_store = access("https://u:p%40ss@host/repo/sparql https://host/repo/statements https://host/repo/rdf-graphs")
    assert any_store.url == "https://host/repo/sparql"
    assert any_store.at(any_store.engine.query) == "https://host/repo/sparql"
    assert any_store.at(any_store.engine.update) == "https://host/repo/statements"
    assert any_store.at(str(any_store.engine.graphs)) == "https://host/repo/rdf-graphs"
    assert isinstance(any_store.auth, httpx.BasicAuth)
    guarded = access("virtuoso:http://dba:secret@host:8890/")
    assert guarded.at(guarded.engine.update) == "http://host:8890/sparql-auth"
    assert isinstance(guarded.auth, httpx.DigestAuth)
    assert "secret" not in guarded.url
    assert access("http://h/q http://h/u").engine.graphs is None


def test_an_endpoint_before_a_remote_store(
    address: str, remote: RemoteStore, tmp_path: Path, client: httpx.Client
) -> None:
    remote.load(graph(20))
    remote.publish(tmp_path)
    pool = RemotePool(address, Generations(tmp_path))
    with Server(read_only_app(tmp_path, pool=pool)) as server:
        answer = client.get(server.url, params={"query": POINT})
        assert answer.json()["results"]["bindings"] == [{"o": {"type": "uri", "value": f"{EX}agents/7"}}]
        assert answer.headers["etag"].startswith('W/"1-')
        turtle = client.get(server.url, params={"query": "CONSTRUCT WHERE { ?s ?p ?o }"})
        assert turtle.headers["content-type"].startswith("text/turtle")
        for format, text in (("json", '"boolean":true'), ("xml", "<boolean>true</boolean>"), ("csv", "true")):
            asked = client.get(server.url, params={"query": f"ASK {{ <{EX}works/1> ?p ?o }}", "format": format})
            assert text in asked.text
        assert client.get(server.url, params={"query": "SELECT * {"}).status_code == 400
        assert client.get(server.url).status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?s { ?s ?p ?o }", "SELECT ?s { VALUES (?s) { (<http://x>) }  ?s ?p ?o }"),
        ("ASK{}", "ASK{ VALUES (?s) { (<http://x>) } }"),
        (
            "SELECT ?s { SELECT ?s { ?s ?p ?o } LIMIT 1 }",
            "SELECT ?s { VALUES (?s) { (<http://x>) } { SELECT ?s { ?s ?p ?o } LIMIT 1 }}",
        ),
    ],
)
def test_binding_in_text(query: str, expected: str) -> None:
    assert bind(query, {"s": NamedNode("http://x")}) == expected


def test_binding_takes_terms_and_names_only() -> None:
    with pytest.raises(TypeError):
        bind("ASK {}", {"s": "<http://x>"})  # type: ignore[dict-item]
    with pytest.raises(QueryRefused):
        bind("ASK {}", {"s) {} #": NamedNode("http://x")})
    text = bind("SELECT ?s { ?x ?y ?s }", {"s": Literal('"\\ } ; DROP ALL #\n')})
    store = MemoryStore()
    store.load(b'<http://x> <http://y> "\\"\\\\ } ; DROP ALL #\\n" .\n')
    assert len(list(store._store.query(text))) == 1  # type: ignore[arg-type, call-overload]
