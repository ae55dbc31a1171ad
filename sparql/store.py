"""What the one writer of a triple store can do, whatever the engine behind it.

Implementations: :class:`sparql.oxigraph.OxigraphStore` (a folder), :class:`sparql.oxigraph.MemoryStore` (tests),
:class:`sparql.remote.RemoteStore` (any SPARQL 1.1 store over HTTP).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, TypeAlias, runtime_checkable

from pyoxigraph import Quad

from sparql.generations import Generation

QuadLike: TypeAlias = "Quad | str"
"""A quad, or one line of N-Quads."""


@dataclass(frozen=True)
class Difference:
    """What :meth:`WritableStore.put` changed, in quads."""

    removed: int
    inserted: int

    def __bool__(self) -> bool:
        return bool(self.removed or self.inserted)


@runtime_checkable
class WritableStore(Protocol):
    """The writer's side of a triple store. One process holds it; its methods may be called from any thread.

    Nothing but :meth:`load`, :meth:`flush` and :meth:`publish` is durable over a power cut: keep a cursor only
    after :meth:`flush` returned. Every method is atomic over ``kill -9``.
    """

    def load(self, nquads: bytes) -> None:
        """Add N-Quads text in bulk (1,000 to 10,000 records a call), strictly: all of it or nothing.

        Raises :class:`~sparql.errors.BadQuads` naming the line. Quads that exist already change nothing.
        """

    def replace(self, remove: Iterable[QuadLike], insert: Iterable[QuadLike]) -> None:
        """Take ``remove`` out and put ``insert`` in, in one transaction. A quad in both stays.

        Raises :class:`~sparql.errors.BadQuads` for a bad line or a blank node.
        """

    def put(self, subject: str, triples: bytes, graph: str | None = None) -> Difference:
        """Make these N-Triples the whole description of ``subject`` and its fragments, writing only what differs.

        In the default graph, or in the named one. ``b""`` withdraws the subject. The comparison knows how the engine
        normalises literals. Raises :class:`~sparql.errors.BadQuads`.
        """

    def put_all(self, descriptions: Mapping[str, bytes]) -> None:
        """:meth:`put` for many subjects in the default graph at a time; over HTTP in a few requests.

        Raises :class:`~sparql.errors.BadQuads` before anything is written over HTTP; embedded, those before stand.
        """

    def describe(self, subject: str, graph: str | None = None) -> list[Quad]:
        """The quads of ``subject`` (an IRI) and of its owned nodes (``subject#…``) reached from it, in one graph."""

    def has(self, subject: str) -> bool:
        """Whether any quad of the default graph has this subject."""

    def known(self, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects that :meth:`has` knows."""

    def count(self) -> int:
        """The number of quads in all graphs. Takes seconds on millions."""

    def update(self, text: str, *, base: str | None = None) -> None:
        """Run a SPARQL 1.1 Update as one transaction. Trusted text only: no deadline protects the writer."""

    def put_graph(self, graph: str | None, nquads: bytes, *, replace: bool) -> None:
        """Add quads that are all in one graph (``None``: the default one), or make them all of it; one transaction."""

    def put_graphs(self, graphs: Mapping[str, bytes]) -> None:
        """Make N-Quads the whole of their named graphs, many at a time, writing only what differs.

        All quads of a value are in the graph of its key; ``b""`` removes the graph. What is new is written in bulk.
        Raises :class:`~sparql.errors.BadQuads`.
        """

    def drop_graph(self, graph: str | None) -> None:
        """Remove a graph with all its quads; the default graph is emptied."""

    def flush(self) -> None:
        """Make everything written so far durable."""

    def optimize(self) -> None:
        """Put the store's files in order after a big load, where that can be asked of it; takes seconds to minutes."""

    def clear(self) -> None:
        """Remove everything."""

    def dump(self, stream: IO[bytes]) -> None:
        """Write all quads as N-Quads to a binary stream, in constant memory."""

    def publish(self, generations: Path, note: dict[str, str] | None = None) -> Generation:
        """Flush, snapshot to ``generations/N`` and make it current in one step. ``note`` travels with it."""

    def close(self) -> None:
        """Flush and let go of the store."""
