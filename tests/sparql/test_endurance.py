"""What a service must stand: hostile queries, greedy ones, clients that leave or are slow, and many at once."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import psutil
import pytest

from sparql import guard, metrics
from sparql.budgets import Budgets

from .conftest import WORKS, Server, family, read_only_app
from .test_guard import HOSTILE
from .test_pool import CROSS, DOUBLING, POINT


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    yield
    until = time.monotonic() + 2
    while psutil.STATUS_ZOMBIE in family().values():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_hostile_queries_get_a_reason_at_once_and_the_next_is_answered(
    get: Callable[..., httpx.Response], read_only: Server, client: httpx.Client
) -> None:
    for name, (limit, query) in HOSTILE.items():
        began = time.monotonic()
        answer = client.post(read_only.url, data={"query": query})
        assert time.monotonic() - began < 1, name
        assert answer.status_code in (400, 403, 413), name
        assert answer.status_code == 413 or answer.json()["limit"] == limit, (name, answer.text)
    assert get(POINT).status_code == 200


def test_slow_and_greedy_queries_end_and_the_next_is_answered(get: Callable[..., httpx.Response]) -> None:
    for query, status in (
        (CROSS, 504),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c LIMIT 1", (503, 504)),
        ("SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f }", (503, 504)),
        (DOUBLING, (503, 504)),
    ):
        began = time.monotonic()
        answer = get(query)
        assert time.monotonic() - began < 3.5
        assert answer.status_code in (status if isinstance(status, tuple) else (status,)), answer.text
        if answer.status_code == 503:
            assert "retry-after" in answer.headers
        began = time.monotonic()
        assert get(POINT).status_code == 200
        assert time.monotonic() - began < 1


def test_a_client_may_ask_for_less_time(get: Callable[..., httpx.Response]) -> None:
    began = time.monotonic()
    answer = get(CROSS, timeout="0.3")
    assert answer.status_code == 504
    assert answer.json()["seconds"] == 0.3
    assert time.monotonic() - began < 1


def test_a_large_result_is_whole(get: Callable[..., httpx.Response]) -> None:
    answer = get("SELECT * { ?s ?p ?o }")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert len(answer.json()["results"]["bindings"]) == WORKS * 4 + 50


def test_a_broken_result_is_never_ended_cleanly(read_only: Server, client: httpx.Client) -> None:
    query = {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"}
    with client.stream("GET", read_only.url, params=query) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            for _ in answer.iter_raw():
                pass


def raw(server: Server, request: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    connection.sendall(request)
    return connection


def test_over_http_1_0_a_large_result_is_refused(read_only: Server) -> None:
    query = quote("SELECT * { ?s ?p ?o }")
    with raw(read_only, f"GET /sparql?query={query} HTTP/1.0\r\nHost: x\r\n\r\n".encode()) as connection:
        assert b" 505 " in connection.recv(65536).splitlines()[0]


def test_a_client_that_leaves_frees_its_reader(published: Path, client: httpx.Client) -> None:
    with Server(read_only_app(published, deadline=30.0, size=1)) as server:
        for query in (CROSS, "SELECT * { ?a ?b ?c . ?d ?e ?f }"):
            for _ in range(3):
                connection = raw(server, f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                time.sleep(0.2)
                connection.close()
            began = time.monotonic()
            assert client.get(server.url, params={"query": POINT}).status_code == 200
            assert time.monotonic() - began < 1


def test_slow_clients_hold_no_reader(published: Path, client: httpx.Client) -> None:
    with Server(read_only_app(published)) as server:
        head = (
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\n"
        )
        slow = [raw(server, head) for _ in range(200)]
        began = time.monotonic()
        assert client.get(server.url, params={"query": POINT}).status_code == 200
        assert time.monotonic() - began < 1
        for connection in slow:
            connection.close()


def test_a_budget_is_announced_kept_and_refilled(published: Path, client: httpx.Client) -> None:
    with Server(read_only_app(published, budgets=Budgets(seconds=12, burst=1))) as server:
        first = client.get(server.url, params={"query": CROSS})
        assert first.status_code == 504
        assert first.headers["ratelimit-policy"] == '"query-seconds";q=12;w=60'
        second = client.get(server.url, params={"query": POINT})
        assert second.status_code == 429
        wait = int(second.headers["retry-after"])
        assert 1 <= wait <= 5
        time.sleep(wait + 0.2)
        assert client.get(server.url, params={"query": POINT}).status_code == 200


def test_when_all_readers_are_busy_the_rest_are_told(published: Path) -> None:
    statuses: list[int] = []

    def ask(url: str) -> None:
        statuses.append(httpx.get(url, params={"query": CROSS}, timeout=20).status_code)

    with Server(read_only_app(published, size=1, queue=1)) as server:
        threads = [threading.Thread(target=ask, args=(server.url,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses.count(503) >= 3
    assert statuses.count(504) >= 1


def test_what_happened_can_be_read_from_the_metrics(published: Path, client: httpx.Client) -> None:
    with Server(read_only_app(published, name="watched")) as server:
        for query in (POINT, "SELECT * { SERVICE <http://x> {} }", CROSS):
            client.get(server.url, params={"query": query})
        text = metrics.render()
    assert 'sparql_queries_total{outcome="ok",pool="watched"}' in text
    assert 'sparql_refused_total{limit="service"}' in text
    assert 'sparql_readers_killed_total{pool="watched",reason="timeout"}' in text
    assert 'sparql_generation{pool="watched"} 1' in text
    slow = [query for query in metrics.slow_queries() if query.hash == metrics.query_hash(CROSS)]
    assert "timeout" in {query.outcome for query in slow}
    assert slow[0].text == CROSS


def test_memory_stays_flat_over_large_answers(read_only: Server, client: httpx.Client) -> None:
    process = psutil.Process()
    query = {"query": "SELECT * { ?s ?p ?o . ?s ?q ?r }"}

    def read() -> int:
        size = 0
        with client.stream("GET", read_only.url, params=query) as answer:
            for piece in answer.iter_raw():
                size += len(piece)
        return size

    read()
    before = process.memory_info().rss
    assert read() > 4 << 20
    assert process.memory_info().rss - before < 8 << 20


def test_limits_can_be_set(published: Path, client: httpx.Client) -> None:
    with Server(read_only_app(published, limits=guard.Limits(patterns=2))) as server:
        answer = client.get(server.url, params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . }"})
        assert answer.json()["limit"] == "patterns"
    with Server(read_only_app(published, limits=None)) as server:
        deep = "SELECT * " + "{" * 40 + "}" * 40
        assert client.get(server.url, params={"query": deep}).status_code == 200
