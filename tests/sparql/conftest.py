"""A small graph, pools over it, and a running server."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import httpx
import psutil
import pytest
import uvicorn
from starlette.applications import Starlette

from sparql import Generations, MemoryStore, OxigraphStore, Pool, SyncPool, WritableStore, open_store
from sparql.__main__ import application
from sparql.endpoint import Endpoint
from sparql.engines import ENGINES, Access
from sparql.remote import RemoteStore

T = TypeVar("T")
EX = "http://example.org/"
WORKS = 2000


def graph(works: int = WORKS) -> bytes:
    """Works with a title node of their own, an author that has a label, and one named graph."""
    lines = []
    for n in range(works):
        work, author = f"<{EX}works/{n}>", f"<{EX}agents/{n % 50}>"
        lines += [
            f"{work} <{EX}type> <{EX}Work> .",
            f"{work} <{EX}title> <{EX}works/{n}#title-1> .",
            f'<{EX}works/{n}#title-1> <{EX}mainTitle> "Truyện Kiều {n}"@vi .',
            f"{work} <{EX}author> {author} .",
        ]
    for n in range(50):
        lines.append(f'<{EX}agents/{n}> <{EX}label> "Nguyễn Du {n}" .')
    lines.append(f'<{EX}works/0> <{EX}said> "once" <{EX}records/1> .')
    return ("\n".join(lines) + "\n").encode()


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of generations with the small graph in its only one. Not to be written to."""
    folder = tmp_path_factory.mktemp("published")
    with contextlib.closing(open_store(folder / "store")) as store:
        store.load(graph())
        store.publish(folder / "generations")
    return folder / "generations"


@pytest.fixture(scope="module")
def pool(published: Path) -> Iterator[SyncPool]:
    """Readers on the small graph, with little time and memory."""
    with SyncPool(published, size=2, spares=1, deadline=2, memory=600 << 20, cap=64 << 10) as pool:
        yield pool


def in_pool(generations: Path, work: Callable[[Pool], Awaitable[T]], **settings: object) -> T:
    """Run a coroutine function with a pool of its own."""

    async def run() -> T:
        async with Pool(generations, **settings) as pool:  # type: ignore[arg-type]
            return await work(pool)

    return asyncio.run(run())


class Server:
    """uvicorn in a thread."""

    def __init__(self, app: Starlette) -> None:
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/sparql"
        config = uvicorn.Config(app, log_level="critical", lifespan="on")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]})

    def __enter__(self) -> Server:
        self.thread.start()
        until = time.monotonic() + 20
        while not self.server.started:
            assert self.thread.is_alive(), "the server did not start"
            assert time.monotonic() < until
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(20)
        self.socket.close()
        assert not self.thread.is_alive()


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An endpoint of its own that takes updates with the token ``secret``."""
    folder = tmp_path_factory.mktemp("writable")
    with (
        contextlib.closing(open_store(folder / "store")) as store,
        Server(application(folder, token="secret", store=store, deadline=5, memory=1 << 30)) as server,
    ):
        yield server


def read_only_app(generations: Path, **settings: object) -> Starlette:
    """An application as the hub has it: queries only."""
    pool_settings: dict[str, object] = {
        "deadline": 2.0,
        "memory": 600 << 20,
        "size": 2,
        "cap": 256 << 10,
        "name": "test",
    }
    pool_settings |= {
        name: settings.pop(name) for name in list(settings) if name in (*pool_settings, "queue", "patience")
    }
    pool = settings.pop("pool", None) or Pool(generations, **pool_settings)  # type: ignore[arg-type]
    endpoint = Endpoint(pool, **settings)  # type: ignore[arg-type]

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette):  # type: ignore[no-untyped-def]
        async with pool:
            yield

    app = Starlette(routes=endpoint.routes(), lifespan=lifespan)
    app.state.pool = pool
    return app


@pytest.fixture(scope="module")
def read_only(published: Path) -> Iterator[Server]:
    """The small graph behind HTTP, as the hub serves it."""
    with Server(read_only_app(published)) as server:
        yield server


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=20) as client:
        yield client


@pytest.fixture
def get(read_only: Server, client: httpx.Client) -> Callable[..., httpx.Response]:
    def get(query: str | None = None, headers: dict[str, str] | None = None, **more: object) -> httpx.Response:
        parameters = {**({"query": query} if query is not None else {}), **more}
        return client.get(read_only.url, params=parameters, headers=headers)

    return get


def boolean(answer: httpx.Response) -> bool:
    assert answer.status_code == 200, answer.text
    return answer.json()["boolean"]


def family() -> dict[int, str]:
    """Process number and state of each process under this one; those that end while one looks are left out."""
    states = {}
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            states[child.pid] = child.status()
    return states


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[OxigraphStore]:
    with contextlib.closing(open_store(tmp_path / "store")) as store:
        yield store


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "generations")


@pytest.fixture(params=["memory", "disk"])
def embedded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore | OxigraphStore]:
    """Each kind of embedded store."""
    made = MemoryStore() if request.param == "memory" else open_store(tmp_path / "either")
    with contextlib.closing(made):
        yield made


@pytest.fixture(params=["memory", "disk", "remote", "merged"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WritableStore]:
    """Each kind of store: embedded, over HTTP, and over HTTP as if the engine could not write to its default graph."""
    made: WritableStore
    if request.param == "memory":
        made = MemoryStore()
    elif request.param == "disk":
        made = open_store(tmp_path / "either")
    else:
        server: Server = request.getfixturevalue("writable")
        engine = ENGINES["sparql"]
        if request.param == "merged":
            engine = replace(engine, merged="urn:test:merged", graphs=None, batch=3, atomic=False)
        made = RemoteStore(Access(server.url.removesuffix("sparql"), engine, token="secret"))
        made.clear()
    with contextlib.closing(made):
        yield made
