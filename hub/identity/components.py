"""Constrained agglomeration: which records of one component become one manifestation.

A pure function of the records and what was found about their pairs, so the order of import cannot show in it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

Name = tuple[str, str]
"""A record as the world knows it: member and control number."""


@dataclass(frozen=True, slots=True)
class Link:
    """Two records found to be one (``must``: by a person)."""

    a: int
    b: int
    score: float
    must: bool = False


class Groups:
    """Disjoint sets of record numbers."""

    def __init__(self, nodes: Iterable[int]) -> None:
        self._of: dict[int, set[int]] = {n: {n} for n in nodes}

    def of(self, node: int) -> set[int]:
        """The group a record is in."""
        return self._of[node]

    def union(self, a: int, b: int) -> None:
        """Make the groups of two records one."""
        one, two = self._of[a], self._of[b]
        if one is two:
            return
        if len(one) < len(two):
            one, two = two, one
        one |= two
        for node in two:
            self._of[node] = one

    def all(self) -> list[set[int]]:
        """Every group once."""
        return list({id(g): g for g in self._of.values()}.values())


def connected(nodes: Iterable[int], links: Iterable[Link]) -> list[set[int]]:
    """The components that links make of the records."""
    groups = Groups(nodes)
    for link in links:
        groups.union(link.a, link.b)
    return groups.all()


def agglomerate(
    names: Mapping[int, Name],
    links: Iterable[Link],
    *,
    cannot: Callable[[int, int], bool],
    vetoed: Callable[[int, int], bool],
    copying: Collection[str] = frozenset(),
) -> list[set[int]]:
    """The clusters of one component.

    A person's links go first and yield only to a person's ``cannot``; then links by falling score, of equals by
    the records' names. Two groups unite unless a pair across them is vetoed or both hold a record of the same member
    (members in ``copying`` keep a record for each copy).
    """
    groups = Groups(names)
    # Whose records a group holds: thousands of alike records of a few members fail here, before any pair is asked for.
    held: dict[int, set[str]] = {n: {member} - set(copying) for n, (member, _) in names.items()}

    def order(link: Link) -> tuple[bool, float, Name, Name]:
        first, second = sorted((names[link.a], names[link.b]))
        return (not link.must, 0.0 if link.must else -link.score, first, second)

    for link in sorted(links, key=order):
        one, two = groups.of(link.a), groups.of(link.b)
        if one is two:
            continue
        if not link.must and not held[link.a].isdisjoint(held[link.b]):
            continue
        if any(cannot(x, y) for x in one for y in two):
            continue
        if not link.must and any(vetoed(x, y) for x in one for y in two):
            continue
        owners = held[link.a] | held[link.b]
        groups.union(link.a, link.b)
        held.update(dict.fromkeys(groups.of(link.a), owners))
    return groups.all()
