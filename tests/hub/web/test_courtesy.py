"""One visitor cannot take all the work of the site, and one that says who it is may have more."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from hub.web.courtesy import IDENTIFIED, Courtesy
from hub.web.problem import Problem


def request(host: str | None, agent: str = "") -> Request:
    headers = [(b"user-agent", agent.encode())]
    return Request({"type": "http", "headers": headers, "client": (host, 1) if host else None})


def pages(courtesy: Courtesy, host: str, agent: str = "") -> int:
    """How many pages the visitor gets now."""
    given = 0
    refusal = None
    while refusal is None:
        try:
            courtesy.ask(request(host, agent))
            given += 1
        except Problem as problem:
            refusal = problem
    assert refusal.status_code == 429
    assert refusal.headers is not None
    assert int(refusal.headers["Retry-After"]) >= 1
    return given


def test_a_visitor_has_a_share_that_fills_again() -> None:
    now = [0.0]
    courtesy = Courtesy(per_second=2, burst=20, clock=lambda: now[0])
    assert pages(courtesy, "192.0.2.1") == 20
    assert pages(courtesy, "192.0.2.1") == 0
    assert pages(courtesy, "192.0.2.2") == 20
    now[0] = 5.0
    assert pages(courtesy, "192.0.2.1") == 10
    now[0] = 1000.0
    assert pages(courtesy, "192.0.2.1") == 20


@pytest.mark.parametrize("agent", ["Bot/1.0 (+https://example.org/bot)", "crawler (librarian@example.org)"])
def test_who_says_who_it_is_gets_more(agent: str) -> None:
    courtesy = Courtesy(per_second=2, burst=20, clock=lambda: 0.0)
    assert pages(courtesy, "192.0.2.1", agent) == 20 * IDENTIFIED


def test_neighbours_in_one_ipv6_network_are_one_visitor() -> None:
    courtesy = Courtesy(per_second=2, burst=20, clock=lambda: 0.0)
    assert pages(courtesy, "2001:db8::1") == 20
    assert pages(courtesy, "2001:db8::2") == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", None])
def test_this_machine_has_no_limit(host: str | None) -> None:
    courtesy = Courtesy(per_second=1, burst=1, clock=lambda: 0.0)
    for _ in range(50):
        courtesy.ask(request(host))
