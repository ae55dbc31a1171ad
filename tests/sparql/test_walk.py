"""Walks: what is taken on the way, what is not, and that stores near and far give the same."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pyoxigraph as ox
from pyoxigraph import RdfFormat, Triple

from sparql import SyncPool
from sparql.walk import Route, starts_from_json, starts_to_json, walk, walk_afar

from .conftest import EX

TURTLE = f"""
@prefix e: <{EX}> .
<{EX}w> a e:Work ; e:title <{EX}w#t> ; e:author e:du ; e:hasCopy e:c1, e:c2 ; e:note "n" .
<{EX}w#t> e:main "Truyện Kiều" ; e:script <{EX}w#s> .
<{EX}w#s> e:main "傳翹" .
e:du e:label "Nguyễn Du" ; e:born "1765" ; e:knows e:du .
e:c1 e:of <{EX}w> ; e:at e:lib ; e:mark "1" .
e:c2 e:of <{EX}w> ; e:at e:lib ; e:mark "2" .
e:lib e:label "Thư viện" ; e:city "Huế" .
e:Work e:label "Work" .
"""


def iris(*names: str) -> tuple[str, ...]:
    return tuple(EX + name for name in names)


LABEL = Route(iris("label"))
PAGE = Route(follow={f"{EX}hasCopy": Route(iris("at", "mark", "of"), {f"{EX}at": LABEL, f"{EX}of": None})}, links=LABEL)


def store() -> ox.Store:
    made = ox.Store()
    made.load(TURTLE.encode(), RdfFormat.TURTLE)
    return made


def said(found: Sequence[ox.Quad] | Sequence[Triple]) -> set[tuple[str, str, str]]:
    names = ((t.subject, t.predicate, t.object) for t in found)
    return {tuple(term.value.removeprefix(EX) for term in terms) for terms in names}  # type: ignore[union-attr,misc]


def test_a_walk_takes_what_its_route_says() -> None:
    found = said(walk(store(), [(f"{EX}w", PAGE)]))
    assert {("w#t", "main", "Truyện Kiều"), ("w#s", "main", "傳翹"), ("w", "note", "n")} <= found
    assert {("du", "label", "Nguyễn Du"), ("lib", "label", "Thư viện"), ("c2", "mark", "2")} <= found
    assert {s for s, _, _ in found} == {"w", "w#t", "w#s", "du", "c1", "c2", "lib"}  # not the class
    assert not {p for s, p, _ in found if s in ("du", "lib")} - {"label"}


def test_a_node_is_read_by_every_route_that_leads_to_it_and_circles_end() -> None:
    both = walk(store(), [(f"{EX}du", LABEL), (f"{EX}du", Route(links=Route()))])
    assert said(both) == {("du", "label", "Nguyễn Du"), ("du", "born", "1765"), ("du", "knows", "du")}
    assert len(both) == 3


def test_a_walk_has_an_end() -> None:
    assert len({subject for subject, _, _ in said(walk(store(), [(f"{EX}w", PAGE)], most=3))}) == 3


def test_far_stores_give_the_same_in_few_queries() -> None:
    near, asked = store(), []

    async def ask(pattern: str) -> list[Triple]:
        asked.append(pattern)
        rows = near.query(f"SELECT ?s ?p ?o {{ {pattern} }}")
        return [Triple(row["s"], row["p"], row["o"]) for row in rows]  # type: ignore[union-attr,index]

    starts = [(f"{EX}w", PAGE), (f"{EX}c1", LABEL), (f"{EX}nothing", PAGE)]
    assert said(asyncio.run(walk_afar(ask, starts))) == said(walk(near, starts))
    assert len(asked) < 8


def test_routes_travel_as_json() -> None:
    starts = [(f"{EX}w", PAGE), (f"{EX}du", PAGE), (f"{EX}c1", LABEL)]
    again = starts_from_json(starts_to_json(starts))
    assert said(walk(store(), again)) == said(walk(store(), starts))
    assert again[0][1] is again[1][1]


def test_readers_walk(pool: SyncPool) -> None:
    route = Route(follow={f"{EX}author": LABEL})
    lines = pool.walk([(f"{EX}works/3", route), (f"{EX}works/4", LABEL)]).decode().splitlines()
    assert f'<{EX}agents/3> <{EX}label> "Nguyễn Du 3" .' in lines
    assert f'<{EX}works/3#title-1> <{EX}mainTitle> "Truyện Kiều 3"@vi .' in lines
    assert len(lines) == 5
    assert pool.walk([]) == b""
