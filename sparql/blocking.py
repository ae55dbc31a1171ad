"""The pool for programs without an event loop: the command line, scripts."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from pyoxigraph import Literal, NamedNode, Triple

from sparql.answers import Answer
from sparql.generations import Generations
from sparql.pool import LabelPath, Pool
from sparql.terms import Term
from sparql.walk import Route

T = TypeVar("T")


class SyncPool:
    """A :class:`Pool` with an event loop of its own in a thread: the same methods without ``await``.

    Use it in a ``with`` statement; the parameters are those of :class:`Pool`.
    """

    def __init__(self, generations: Generations | Path | str, **settings: Any) -> None:
        self.pool = Pool(generations, **{"size": 1, "spares": 0, **settings})
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sparql-pool", daemon=True)

    def __enter__(self) -> SyncPool:
        self._thread.start()
        try:
            self._run(self.pool.start())
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the readers and the thread."""
        if self._thread.is_alive():
            self._run(self.pool.close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    def query(self, text: str, **settings: Any) -> Answer:
        """See :meth:`Pool.query`. Read what is not in ``answer.body`` by :meth:`chunks`."""
        return self._run(self.pool.query(text, **settings))

    def chunks(self, answer: Answer) -> Iterator[bytes]:
        """The pieces of an answer. Raises in the middle when the answer cannot be completed."""
        pieces: AsyncIterator[bytes] = answer.chunks()

        async def step() -> bytes | None:
            return await anext(pieces, None)

        try:
            while (piece := self._run(step())) is not None:
                yield piece
        finally:
            self._run(pieces.aclose())  # type: ignore[attr-defined]  # it is a generator

    def select(
        self, query: str, bindings: Mapping[str, NamedNode | Literal] | None = None, *, deadline: float | None = None
    ) -> list[dict[str, Term]]:
        """See :meth:`Pool.select`."""
        return self._run(self.pool.select(query, bindings, deadline=deadline))

    def ask(self, query: str, bindings: Mapping[str, NamedNode | Literal] | None = None) -> bool:
        """See :meth:`Pool.ask`."""
        return self._run(self.pool.ask(query, bindings))

    def triples(self, subject: str) -> list[Triple]:
        """See :meth:`Pool.triples`."""
        return self._run(self.pool.triples(subject))

    def describe(self, iri: str, labels: Iterable[LabelPath] = (), *, links: int = 500) -> bytes:
        """See :meth:`Pool.describe`."""
        return self._run(self.pool.describe(iri, labels, links=links))

    def walk(self, starts: Iterable[tuple[str, Route]]) -> bytes:
        """See :meth:`Pool.walk`."""
        return self._run(self.pool.walk(starts))
