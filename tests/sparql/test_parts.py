"""The small parts: negotiation, budgets, places in the queue, datasets of updates, metrics."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparql import BudgetSpent, NotAcceptable, PoolFull, QuerySyntaxError
from sparql.budgets import MOST_CLIENTS, Budgets, client_of
from sparql.metrics import Metrics, query_hash
from sparql.negotiation import parse_accept, prefers_html, result_formats
from sparql.slots import Slots
from sparql.updates import with_dataset


@given(st.text(max_size=100))
def test_any_accept_header_can_be_read(header: str) -> None:
    for name, quality in parse_accept(header):
        assert "/" in name
        assert 0 <= quality <= 1
    prefers_html(header)
    with contextlib.suppress(NotAcceptable):
        assert any(result_formats(header, None))


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html", True),
        ("*/*", False),
        ("", False),
        ("text/turtle, text/html;q=0.5", False),
        ("application/sparql-results+json, text/html;q=0.9, */*;q=0.1", False),
        ("text/html;q=0", False),
    ],
)
def test_who_wants_a_page(accept: str, expected: bool) -> None:
    assert prefers_html(accept) is expected


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_budget_fills_evenly_and_is_each_clients_own() -> None:
    clock = Clock()
    budgets = Budgets(seconds=6, burst=10, parallel=2, clock=clock)
    with budgets.charge("a"):
        clock.now += 20
    assert budgets.left("a") == pytest.approx(-8)  # 10, less the 20 it took, and 2 filled meanwhile
    with pytest.raises(BudgetSpent) as caught, budgets.charge("a"):
        pass
    assert caught.value.retry_after > 60
    with budgets.charge("b"):
        pass
    clock.now += 81
    with budgets.charge("a"), budgets.charge("a"), pytest.raises(BudgetSpent), budgets.charge("a"):
        pass
    assert budgets.left("a") > 0


def test_forgetting_clients_keeps_memory_bounded() -> None:
    budgets = Budgets()
    for n in range(MOST_CLIENTS + 10):
        budgets.left(str(n))
    assert len(budgets._accounts) == MOST_CLIENTS


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        (None, "unknown"),
        ("testclient", "testclient"),
    ],
)
def test_who_is_one_client(host: str | None, client: str) -> None:
    assert client_of(host) == client


def test_places_are_given_in_turns_and_none_is_lost() -> None:
    async def run() -> list[str]:
        slots = Slots(2, queue=20)
        order: list[str] = []

        async def work(client: str) -> None:
            await slots.acquire(client, 5)
            order.append(client)
            await asyncio.sleep(0.001)
            slots.release()

        tasks = [asyncio.create_task(work(client)) for client in "aaaaaabbc"]
        given_up = asyncio.create_task(slots.acquire("d", 5))
        await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        await asyncio.gather(*tasks)
        assert (slots.free, slots.waiting) == (2, 0)
        await slots.acquire("a", 1)
        await slots.acquire("a", 1)
        with pytest.raises(PoolFull):
            await slots.acquire("b", 0.01)
        slots.release()
        await slots.acquire("b", 1)
        return order

    order = asyncio.run(run())
    assert order[:2] == ["a", "a"]
    assert set(order[2:5]) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ("INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", "INSERT { ?s ?p 1 } USING <u:g> WHERE { ?s ?p ?o }"),
        (
            "DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } where {}",
            "DELETE { ?s ?p 1 } INSERT { ?s ?p 2 } USING <u:g> where {}",
        ),
        ("INSERT DATA { <u:where> <u:p> 'WHERE' }", "INSERT DATA { <u:where> <u:p> 'WHERE' }"),
        ("DELETE WHERE { ?s ?p 1 }", "DELETE  { ?s ?p 1 } USING <u:g> WHERE { ?s ?p 1 }"),
        ("CLEAR ALL ; INSERT {} WHERE { {} }", "CLEAR ALL ; INSERT {} USING <u:g> WHERE { {} }"),
    ],
)
def test_where_a_dataset_goes(update: str, expected: str) -> None:
    assert with_dataset(update, ["u:g"], []) == expected
    assert with_dataset(update, [], []) == update


def test_an_update_with_its_own_dataset_is_refused() -> None:
    with pytest.raises(QuerySyntaxError):
        with_dataset("WITH <u:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", [], ["u:g"])


def test_metrics_are_well_formed() -> None:
    metrics = Metrics()
    metrics.declare("n_total", "counter", "Things.")
    metrics.declare("s", "histogram", "Seconds.")
    metrics.declare("g", "gauge", "Now.")
    metrics.count("n_total", 2, what='a"b\\c\nd')
    metrics.observe("s", 0.02)
    metrics.observe("s", 1e9)
    metrics.watch("g", lambda: 3, pool="x")
    text = metrics.render()
    assert 'n_total{what="a\\"b\\\\c\\nd"} 2\n' in text
    assert 's_bucket{le="0.005"} 0\ns_bucket{le="0.02"} 1\n' in text
    assert 's_bucket{le="+Inf"} 2\ns_sum 1e+09\ns_count 2\n' in text
    assert 'g{pool="x"} 3\n' in text
    metrics.unwatch(pool="x")
    assert 'g{pool="x"}' not in metrics.render()


def test_a_query_has_one_name_however_it_is_spaced() -> None:
    assert query_hash(" SELECT *\n{}") == query_hash("SELECT * {} ")
    assert query_hash("SELECT * {}") != query_hash("ASK {}")
