"""Readers: what a hostile query may do to one, and that nobody else notices."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pyoxigraph import Literal, NamedNode

from sparql import (
    Generations,
    NotAcceptable,
    OxigraphStore,
    Pool,
    PoolFull,
    QueryFailed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ReaderDied,
    SparqlError,
    SyncPool,
)
from sparql.metrics import METRICS
from sparql.pool import whole
from sparql.sandbox import NAMESPACE, SECCOMP

from .conftest import EX, WORKS, family, in_pool

POINT = f"SELECT ?o {{ <{EX}works/7> <{EX}author> ?o }}"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DOUBLING = (
    'SELECT (STRLEN(?v40) AS ?n) { BIND("abcdefgh" AS ?v0) '
    + " ".join(f"BIND(CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40))
    + " }"
)


def answers_at_once(pool: SyncPool) -> None:
    began = time.monotonic()
    assert pool.select(POINT) == [{"o": NamedNode(f"{EX}agents/7")}]
    assert time.monotonic() - began < 1


def test_bindings_are_terms_not_text(pool: SyncPool) -> None:
    query = f"SELECT ?title ?work {{ ?work <{EX}title>/<{EX}mainTitle> ?title }}"
    rows = pool.select(query, {"work": NamedNode(f"{EX}works/3")})
    assert rows == [{"title": Literal("Truyện Kiều 3", language="vi"), "work": NamedNode(f"{EX}works/3")}]
    assert pool.select(query, {"title": Literal('" } ; DROP ALL #')}) == []
    with pytest.raises(TypeError):
        pool.select(query, {"work": f"{EX}works/3"})  # type: ignore[dict-item]
    with pytest.raises(QueryRefused, match="must be selected"):
        pool.select(f"SELECT ?title {{ ?work <{EX}title> ?title }}", {"work": NamedNode(EX)})


def test_unbound_variables_are_missing(pool: SyncPool) -> None:
    assert pool.select("SELECT ?a ?b { BIND(1 AS ?a) }")[0].keys() == {"a"}


def test_describe_gives_the_owned_nodes_and_the_labels_of_the_linked(pool: SyncPool) -> None:
    lines = pool.describe(f"{EX}works/3", labels=[f"{EX}label"]).decode().splitlines()
    assert len(lines) == 5
    assert f'<{EX}agents/3> <{EX}label> "Nguyễn Du 3" .' in lines
    assert f'<{EX}works/3#title-1> <{EX}mainTitle> "Truyện Kiều 3"@vi .' in lines
    assert pool.describe(f"{EX}nobody") == b""


def test_a_label_may_be_at_the_end_of_a_path(disk: OxigraphStore, generations: Generations) -> None:
    text = f"<{EX}item> <{EX}of> <{EX}w> .\n<{EX}w> <{EX}title> <{EX}w#t> .\n<{EX}w> <{EX}title> <{EX}w#u> .\n"
    disk.load((text + f'<{EX}w#t> <{EX}mainTitle> "Số đỏ" .\n<{EX}w#t> <{EX}other> <{EX}x> .\n').encode())
    disk.publish(generations.folder)

    async def work(pool: Pool) -> bytes:
        return await pool.describe(f"{EX}item", labels=[(f"{EX}title", f"{EX}mainTitle")])

    assert in_pool(generations.folder, work, size=1).decode().splitlines() == [
        f"<{EX}item> <{EX}of> <{EX}w> .",
        f"<{EX}w> <{EX}title> <{EX}w#t> .",
        f'<{EX}w#t> <{EX}mainTitle> "Số đỏ" .',
    ]


def test_triples_of_one_subject(pool: SyncPool) -> None:
    assert {triple.predicate.value for triple in pool.triples(f"{EX}works/1")} == {
        f"{EX}{p}" for p in ("type", "title", "author")
    }


def test_what_a_record_said_stays_in_its_graph(pool: SyncPool) -> None:
    assert not pool.ask(f"ASK {{ ?s <{EX}said> ?o }}")
    assert pool.ask(f"ASK {{ GRAPH <{EX}records/1> {{ ?s <{EX}said> ?o }} }}")


def test_a_syntax_error_has_its_place_and_costs_no_reader(pool: SyncPool) -> None:
    before = METRICS.value("sparql_readers_killed_total", pool="readers", reason="error")
    with pytest.raises(QuerySyntaxError) as caught:
        pool.query("SELECT * {\n ?s ?p }")
    assert caught.value.line == 2
    assert caught.value.column in (8, 9)
    assert "..=" not in str(caught.value)
    assert METRICS.value("sparql_readers_killed_total", pool="readers", reason="error") == before
    answers_at_once(pool)


def test_formats_that_do_not_fit_are_refused(pool: SyncPool) -> None:
    with pytest.raises(NotAcceptable):
        pool.query(POINT, solutions=None)
    with pytest.raises(NotAcceptable):
        pool.query("CONSTRUCT WHERE { ?s ?p ?o }", graph=None)


def test_at_the_deadline_the_reader_is_killed_and_the_next_query_answered(pool: SyncPool) -> None:
    began = time.monotonic()
    with pytest.raises(QueryTimeout):
        pool.query(CROSS)
    assert 1.9 < time.monotonic() - began < 3
    answers_at_once(pool)


def test_too_much_memory_ends_the_reader_only(pool: SyncPool) -> None:
    with pytest.raises(ReaderDied, match="memory"):
        pool.query(DOUBLING, deadline=20)
    answers_at_once(pool)


def test_nesting_without_a_guard_ends_the_reader_only(pool: SyncPool) -> None:
    with pytest.raises((ReaderDied, QuerySyntaxError)):
        pool.query("SELECT * " + "{" * 2_000_000, deadline=20)
    answers_at_once(pool)


def test_processor_time_is_limited_too(published: Path) -> None:
    async def work(pool: Pool) -> None:
        with pytest.raises(ReaderDied, match="processor time"):
            await pool.query(CROSS)

    in_pool(published, work, size=1, deadline=20, cpu=1)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine, and who connected to it."""
    callers: list[object] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.05)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, caller = server.accept()
                    callers.append(caller)
                    connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], callers
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    "walls",
    [
        pytest.param((NAMESPACE,), marks=pytest.mark.needs("namespace")),
        pytest.param((SECCOMP,), marks=pytest.mark.needs("seccomp")),
        pytest.param((NAMESPACE, SECCOMP), marks=pytest.mark.needs("namespace", "seccomp")),
    ],
    ids="+".join,
)
def test_with_the_guard_off_no_reader_calls_out(
    published: Path, listener: tuple[int, list[object]], walls: tuple[str, ...]
) -> None:
    port, callers = listener

    async def work(pool: Pool) -> None:
        assert pool.standing_walls == list(walls)
        for service in (f"http://127.0.0.1:{port}/", f"http://localhost:{port}/", f"http://[::1]:{port}/"):
            with pytest.raises(QueryFailed):
                await pool.query(f"SELECT * {{ SERVICE <{service}> {{ ?s ?p ?o }} }}")
            await pool.query(f"SELECT * {{ SERVICE SILENT <{service}> {{ ?s ?p ?o }} }}")
        await pool.query(f"SELECT * FROM <http://127.0.0.1:{port}/> {{ ?s ?p ?o }}")
        with pytest.raises(SparqlError):
            await pool.parse(f'{{"@context": "http://127.0.0.1:{port}/"}}', "jsonld")

    in_pool(published, work, walls=walls, size=1)
    assert callers == []


def test_without_walls_the_listener_would_have_heard(published: Path, listener: tuple[int, list[object]]) -> None:
    port, callers = listener

    async def work(pool: Pool) -> None:
        await pool.query(f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")

    in_pool(published, work, walls=(), size=1)
    assert callers, "the test above shows nothing if SERVICE does not call out here"


def test_a_wall_that_cannot_be_built_is_a_warning(
    published: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import platform\nplatform.machine = lambda: 'abacus'\n", encoding="utf-8"
    )  # no filter is written for this machine
    monkeypatch.syspath_prepend(str(tmp_path))

    async def work(pool: Pool) -> list[str]:
        assert len(await pool.select(POINT)) == 1
        return pool.standing_walls

    assert SECCOMP not in in_pool(published, work, size=1)
    assert "no seccomp wall" in caplog.text


def test_a_large_answer_is_streamed_whole(pool: SyncPool) -> None:
    answer = pool.query("SELECT ?s ?p ?o { ?s ?p ?o }", solutions="tsv")
    assert answer.body is None
    assert answer.media_type.startswith("text/tab-separated-values")
    text = b"".join(pool.chunks(answer))
    assert text.count(b"\n") == WORKS * 4 + 50 + 1
    assert answer.seconds > 0


def test_a_stream_that_meets_the_deadline_breaks(pool: SyncPool) -> None:
    answer = pool.query("SELECT * { ?a ?b ?c . ?d ?e ?f }")
    pieces = pool.chunks(answer)
    assert len(next(pieces)) > 60 << 10
    with pytest.raises(QueryTimeout):
        list(pieces)
    answers_at_once(pool)


def test_leaving_an_answer_frees_the_reader(pool: SyncPool) -> None:
    for _ in range(4):  # more than there are readers
        pieces = pool.chunks(pool.query("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
    answers_at_once(pool)


def test_cancelling_frees_the_reader(published: Path) -> None:
    async def work(pool: Pool) -> None:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(pool.query(CROSS), 0.2)
        began = time.monotonic()
        assert len(await pool.select(POINT)) == 1
        assert time.monotonic() - began < 1

    in_pool(published, work, size=1, deadline=30)


def test_when_all_are_busy_one_waits_and_when_the_queue_is_full_one_is_told(published: Path) -> None:
    async def work(pool: Pool) -> None:
        slow = asyncio.create_task(pool.query(CROSS))
        await asyncio.sleep(0.1)
        waiting = asyncio.create_task(pool.select(POINT))
        await asyncio.sleep(0.1)
        with pytest.raises(PoolFull):
            await pool.select(POINT)
        with pytest.raises(QueryTimeout):
            await slow
        assert len(await waiting) == 1

    in_pool(published, work, size=1, queue=1, deadline=1)


def test_clients_take_turns(published: Path) -> None:
    order: list[str] = []

    async def ask(pool: Pool, client: str) -> None:
        await pool.query(POINT, client=client)
        order.append(client)

    async def work(pool: Pool) -> None:
        await asyncio.gather(*(ask(pool, "greedy") for _ in range(10)), ask(pool, "modest"))

    in_pool(published, work, size=1)
    assert order.index("modest") <= 3


def test_before_the_first_generation_the_store_is_empty(tmp_path: Path) -> None:
    async def work(pool: Pool) -> None:
        assert await pool.select("SELECT * { ?s ?p ?o }") == []

    in_pool(tmp_path / "nothing", work, size=1)


def test_readers_follow_new_generations_under_load(disk: OxigraphStore, generations: Generations) -> None:
    def line(n: int) -> bytes:
        return f'<{EX}counter> <{EX}is> "{n}" .\n'.encode()

    disk.put(f"{EX}counter", line(0))
    disk.publish(generations.folder)
    seen: list[int] = []

    async def read(pool: Pool, stop: asyncio.Event) -> None:
        while not stop.is_set():
            [row] = await pool.select(f"SELECT ?n {{ <{EX}counter> <{EX}is> ?n }}")
            seen.append(int(row["n"].value))

    async def work(pool: Pool) -> None:
        stop = asyncio.Event()
        readers = [asyncio.create_task(read(pool, stop)) for _ in range(4)]
        for n in range(1, 16):
            await asyncio.to_thread(disk.put, f"{EX}counter", line(n))
            await asyncio.to_thread(disk.publish, generations.folder)
            [row] = await pool.select(f"SELECT ?n {{ <{EX}counter> <{EX}is> ?n }}")
            assert int(row["n"].value) == n  # whoever asks after publish() sees it
        stop.set()
        await asyncio.gather(*readers)
        await asyncio.sleep(1.2)  # idle readers follow by themselves …
        generations.prune()
        assert generations.numbers() == [16]  # … and let go of the old

    in_pool(generations.folder, work, size=2)
    assert len(seen) > 20
    assert set(seen) <= set(range(16))


def test_without_file_descriptors_the_pool_says_so_and_recovers(published: Path) -> None:
    async def work(pool: Pool) -> None:
        await pool._idle.pop().kill()  # the next query needs a new reader
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (8, hard))
        try:
            with pytest.raises(QueryFailed) as caught:
                await pool.select(POINT)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        assert caught.value.status == 503
        assert len(await pool.select(POINT)) == 1

    in_pool(published, work, size=1, spares=0, follow_every=60)


def test_a_slow_query_runs_behind_the_quick_ones(published: Path) -> None:
    def priorities() -> list[int]:
        return sorted(os.getpriority(os.PRIO_PROCESS, pid) for pid in family())

    before = len(priorities())

    async def work(pool: Pool) -> None:
        normal = psutil.Process().nice()
        slow = asyncio.create_task(pool.query(CROSS))
        await asyncio.sleep(1)
        assert priorities()[-1] > normal
        with pytest.raises(QueryTimeout):
            await slow
        assert len(await pool.select(POINT)) == 1
        await asyncio.sleep(0.5)
        assert priorities()[-1] == normal  # its successor is as quick as ever
        assert len(priorities()) == before + 3

    in_pool(published, work, size=1, spares=1, deadline=1.5)


def test_the_pool_survives_its_zygote(published: Path) -> None:
    before = set(psutil.Process().children())

    async def work(pool: Pool) -> None:
        [zygote] = set(psutil.Process().children()) - before
        zygote.kill()
        await asyncio.sleep(0.1)
        assert len(await pool.select(POINT)) == 1

    in_pool(published, work, size=2)


def test_no_process_is_left(published: Path) -> None:
    before = set(family())

    async def work(pool: Pool) -> None:
        assert len(set(family()) - before) == 4  # zygote, two readers, a spare
        with pytest.raises(QueryTimeout):
            await pool.query(CROSS)
        await asyncio.sleep(0.5)
        assert psutil.STATUS_ZOMBIE not in family().values()
        assert len(set(family()) - before) == 4

    in_pool(published, work, size=2, spares=1, deadline=0.3)
    assert set(family()) - before == set()


def test_an_upload_that_breaks_the_parser_breaks_a_reader_only(pool: SyncPool) -> None:
    assert pool._run(pool.pool.parse("<a> <b> 'x' .", "turtle", base=EX, graph=f"{EX}g")) == (
        f'<{EX}a> <{EX}b> "x" <{EX}g> .\n'.encode()
    )
    with pytest.raises(QuerySyntaxError):
        pool._run(pool.pool.parse("<a> <b", "turtle", base=EX))


def test_whole_reads_what_was_streamed(published: Path) -> None:
    async def work(pool: Pool) -> int:
        return len(await whole(await pool.query("SELECT * { ?s ?p ?o }")))

    assert in_pool(published, work, cap=1000) == in_pool(published, work, cap=10 << 20)
