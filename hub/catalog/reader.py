"""What the catalogue needs of a triple store: SELECT with bound terms, and descriptions. sparql.pool.Pool is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from pyoxigraph import Literal, NamedNode

from sparql.walk import Route

Term: TypeAlias = "NamedNode | Literal"
Row: TypeAlias = "Mapping[str, Term]"
"""A solution: terms by variable name, unbound variables missing."""


class Reader(Protocol):
    """Answers trusted SELECT queries of the hub's own; terms travel beside the query, never inside its text."""

    async def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> Sequence[Row]:
        """The solutions of a SELECT query, with ``bindings`` put in for its variables.

        A bound variable must stand in the projection (SPARQL SEP-0007).
        """

    async def describe(self, iri: str, labels: Sequence[str | Sequence[str]] = (), *, links: int = 500) -> bytes:
        """N-Triples of an entity, the nodes it owns and the labels of what they link to; ``b""`` when unknown.

        ``labels`` are predicates (or paths of them) from a linked node to a literal; at most ``links`` get theirs.
        """

    async def walk(self, starts: Sequence[tuple[str, Route]]) -> bytes:
        """N-Triples of what lies on the way from some IRIs, each by its route."""


def paged(query: str, limit: int, offset: int = 0) -> str:
    """The query with its LIMIT and OFFSET (counts of rows, not negative)."""
    return f"{query}\nLIMIT {max(0, int(limit))} OFFSET {max(0, int(offset))}"


def number(rows: Sequence[Row], variable: str = "n") -> int:
    """The value of a COUNT query."""
    return int(rows[0][variable].value) if rows and variable in rows[0] else 0
