"""A walk through a graph: what is said of some nodes, of the nodes they own, and of what is reached from them.

A page needs some dozens of statements that lie close together. A walk looks each node up by its subject, at the cost of
the statements it finds; the same asked in SPARQL costs parsing, planning and joining (measured: 5 to 10 times as much).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, NamedNode, Triple

MOST_VISITS = 5000
"""Nodes that one walk looks at; what lies beyond is left out."""
REMEMBERED = 4096
"""Look-ups that a reader remembers: two to four statements each, some megabytes in all."""
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_FEW = 2
"""Up to so many predicates are looked up one by one; for more the whole node is read."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """What to take of a node, and where to go from it. Predicates are IRIs.

    :param only: predicates whose statements are taken; empty: all
    :param follow: the route from a node that such a statement leads to; ``None``: not further
    :param links: the route from nodes that other statements (but rdf:type) lead to

    An owned node (a fragment of the node's IRI) is always visited, by the same route as its owner.
    """

    only: tuple[str, ...] = ()
    follow: Mapping[str, Route | None] = field(default_factory=dict)
    links: Route | None = None

    def to_json(self) -> list[Any]:
        """As JSON data."""
        follow = {predicate: route and route.to_json() for predicate, route in self.follow.items()}
        return [list(self.only), follow, self.links and self.links.to_json()]

    @classmethod
    def from_json(cls, data: list[Any]) -> Route:
        """The route that :meth:`to_json` wrote."""
        only, follow, links = data
        routes = {predicate: cls.from_json(route) if route else None for predicate, route in follow.items()}
        return cls(tuple(only), routes, cls.from_json(links) if links else None)


def starts_to_json(starts: Iterable[tuple[str, Route]]) -> list[Any]:
    """Where a walk begins, as JSON data: each route once, with the IRIs that go by it."""
    by_route: dict[int, tuple[Route, list[str]]] = {}
    for iri, route in starts:
        by_route.setdefault(id(route), (route, []))[1].append(iri)
    return [[route.to_json(), iris] for route, iris in by_route.values()]


def starts_from_json(data: list[Any]) -> list[tuple[str, Route]]:
    """The starts that :func:`starts_to_json` wrote."""
    return [(iri, made) for route, iris in data for made in (Route.from_json(route),) for iri in iris]


@dataclass(frozen=True, slots=True)
class Visit:
    """A node to look at: ``stem`` is what the IRIs of the nodes it owns begin with."""

    node: NamedNode
    stem: str
    route: Route


class Walk:
    """Where a walk stands: the visits it has yet to make."""

    def __init__(self, starts: Iterable[tuple[str, Route]], most: int = MOST_VISITS) -> None:
        self.waiting: deque[Visit] = deque()
        self._left = most
        self._seen: set[tuple[str, int]] = set()
        for iri, route in starts:
            self._go(NamedNode(iri), f"{iri}#", route)

    def _go(self, node: NamedNode, stem: str, route: Route) -> None:
        key = (node.value, id(route))
        if key not in self._seen and self._left > 0:
            self._left -= 1
            self._seen.add(key)
            self.waiting.append(Visit(node, stem, route))

    def took(self, visit: Visit, predicate: str, value: Any) -> None:
        """A statement was found on a visit: see where it leads. ``value`` is its object."""
        if not isinstance(value, NamedNode):
            return
        route, iri = visit.route, value.value
        if iri.startswith(visit.stem):
            self._go(value, visit.stem, route)
        elif predicate in route.follow:
            further = route.follow[predicate]
            if further is not None:
                self._go(value, f"{iri}#", further)
        elif route.links is not None and predicate != _TYPE:
            self._go(value, f"{iri}#", route.links)


LookUp = Callable[[str, tuple[str, ...]], Sequence[ox.Quad]]
"""Gives the statements of a node by some predicates (IRIs)."""


def remembering(store: ox.Store, most: int = REMEMBERED) -> LookUp:
    """Look-ups in a store that never changes, the latest remembered: pages meet the same languages and libraries."""

    @lru_cache(most)
    def look_up(node: str, only: tuple[str, ...]) -> Sequence[ox.Quad]:
        return tuple(_some(store, node, only))

    return look_up


def walk(
    store: ox.Store, starts: Iterable[tuple[str, Route]], most: int = MOST_VISITS, look_up: LookUp | None = None
) -> list[ox.Quad]:
    """The statements of the default graph on the way from ``starts``, in the order in which they are met.

    ``look_up`` is asked where a route takes some predicates only.
    """
    way = Walk(starts, most)
    found: dict[ox.Quad, None] = {}
    while way.waiting:
        visit = way.waiting.popleft()
        only = visit.route.only
        if not only:
            quads: Iterable[ox.Quad] = store.quads_for_pattern(visit.node, None, None, DefaultGraph())
        elif look_up is not None:
            quads = look_up(visit.node.value, only)
        else:
            quads = _some(store, visit.node.value, only)
        for quad in quads:
            found[quad] = None
            way.took(visit, quad.predicate.value, quad.object)
    return list(found)


def _some(store: ox.Store, node: str, only: tuple[str, ...]) -> Iterator[ox.Quad]:
    subject, graph = NamedNode(node), DefaultGraph()
    if len(only) <= _FEW:
        for predicate in only:
            yield from store.quads_for_pattern(subject, NamedNode(predicate), None, graph)
        return
    for quad in store.quads_for_pattern(subject, None, None, graph):
        if quad.predicate.value in only:
            yield quad


async def walk_afar(
    ask: Any, starts: Iterable[tuple[str, Route]], most: int = MOST_VISITS
) -> list[Triple]:  # Any: an async function from a pattern with ?s ?p ?o to its triples
    """The same over a store that answers SPARQL only: one query for each round of visits that take the same."""
    way = Walk(starts, most)
    found: dict[Triple, None] = {}
    while way.waiting:
        rounds: dict[tuple[str, ...], dict[str, list[Visit]]] = {}
        while way.waiting:
            visit = way.waiting.popleft()
            rounds.setdefault(visit.route.only, {}).setdefault(visit.node.value, []).append(visit)
        for only, visits in rounds.items():
            for triple in await ask(_pattern(list(visits), only)):
                found[triple] = None
                for visit in visits[triple.subject.value]:
                    way.took(visit, triple.predicate.value, triple.object)
    return list(found)


def _pattern(nodes: Sequence[str], only: Sequence[str]) -> str:
    narrowed = f" FILTER(?p IN ({', '.join(str(NamedNode(p)) for p in only)}))" if only else ""
    return f"VALUES ?s {{ {' '.join(str(NamedNode(node)) for node in nodes)} }} ?s ?p ?o{narrowed}"
