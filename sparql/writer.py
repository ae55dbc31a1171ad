"""The writer of a folder in a process of its own, so that an update that takes too long, or too much, can be ended.

An update in Oxigraph can be neither cancelled nor timed out. Killing the process that does it is safe: a transaction
that was not committed has never been (held by a test). The process has no network either, so that an update's LOAD or
SERVICE reaches nobody even where no guard stands before it.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol

from sparql import sandbox
from sparql.errors import QueryTimeout, ReaderDied, SparqlError, StoreError
from sparql.generations import Generation
from sparql.oxigraph import OxigraphStore

log = logging.getLogger("sparql.writer")

OPENING = 120.0
"""Seconds that opening a folder, or publishing it, may take."""


class Writer(Protocol):
    """What an endpoint asks of its writer; every :class:`sparql.store.WritableStore` is one."""

    def update(self, text: str, *, base: str | None = None) -> None:
        """Run a SPARQL Update as one transaction."""

    def put_graph(self, graph: str | None, nquads: bytes, *, replace: bool) -> None:
        """Add quads to a graph, or make them all of it."""

    def drop_graph(self, graph: str | None) -> None:
        """Remove a graph with all its quads."""

    def publish(self, generations: Path, note: dict[str, str] | None = None) -> Generation:
        """Make what was written visible to readers."""


class UpdateTimeout(QueryTimeout):
    """The update took longer than its deadline. Nothing of it was done."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        said = f"The update was stopped after {seconds:g} seconds, and nothing of it was done."
        self.args = (f"{said} Name an IRI or a type early, or do it in parts.",)


class WriterProcess:
    """A :class:`Writer` over the folder ``path``. Its methods may be called from any thread; they take turns.

    :param deadline: seconds for one change
    :param memory: bytes of private memory that the process may have
    """

    def __init__(self, path: Path, *, deadline: float = 60.0, memory: int = 4 << 30) -> None:
        self.path, self.deadline, self.memory = path, deadline, memory
        self._turn = threading.Lock()
        self._context = multiprocessing.get_context("spawn")
        self._process: Any = None  # multiprocessing's classes differ by how they start
        self._channel: Connection | None = None
        with self._turn:
            self._opened()

    def update(self, text: str, *, base: str | None = None) -> None:
        """Run a SPARQL Update. Raises :class:`UpdateTimeout`."""
        self._ask("update", text, base=base)

    def put_graph(self, graph: str | None, nquads: bytes, *, replace: bool) -> None:
        """Add quads to a graph, or make them all of it. Raises :class:`UpdateTimeout`."""
        self._ask("put_graph", graph, nquads, replace=replace)

    def drop_graph(self, graph: str | None) -> None:
        """Remove a graph with all its quads. Raises :class:`UpdateTimeout`."""
        self._ask("drop_graph", graph)

    def publish(self, generations: Path, note: dict[str, str] | None = None) -> Generation:
        """Flush, snapshot and switch."""
        made: Generation = self._ask("publish", generations, note)
        return made

    def close(self) -> None:
        """Flush and end the process. Closing twice is no error."""
        with self._turn:
            if self._channel is not None:
                self._channel.close()
                self._process.join(30)
                self._end()

    def _opened(self) -> Connection:
        if self._channel is None:
            ours, theirs = self._context.Pipe()
            process = self._context.Process(target=_serve, args=(theirs, self.path, self.memory), name="sparql-writer")
            process.start()
            theirs.close()
            self._process, self._channel = process, ours
            try:
                self._answer(ours, OPENING)
            except BaseException:
                self._end()
                raise
        return self._channel

    def _ask(self, method: str, *given: object, **named: object) -> Any:
        with self._turn:
            channel = self._opened()
            try:
                channel.send((method, given, named))
                return self._answer(channel, OPENING if method == "publish" else self.deadline)
            except (EOFError, OSError) as error:
                self._end()
                raise ReaderDied("out of memory, or a fault of the engine; nothing was changed") from error

    def _answer(self, channel: Connection, seconds: float) -> Any:
        if not channel.poll(seconds):
            log.warning("a change took longer than %g s: the writer is ended and started anew", seconds)
            self._end()
            raise UpdateTimeout(seconds)
        done, what = channel.recv()
        if not done:
            raise what
        return what

    def _end(self) -> None:
        process, channel = self._process, self._channel
        self._process = self._channel = None
        if channel is not None:
            channel.close()
        if process is not None:
            process.kill()
            process.join()
            process.close()


def _serve(channel: Connection, path: Path, memory: int) -> None:
    """The process: one change after the other until the channel closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server closes the channel
    sandbox.die_with_parent()
    sandbox.isolate()
    sandbox.limit_memory(memory)
    try:
        store = OxigraphStore(path)
    except SparqlError as error:
        channel.send((False, error))
        return
    channel.send((True, None))
    try:
        while True:
            method, given, named = channel.recv()
            try:
                answer: tuple[bool, object] = (True, getattr(store, method)(*given, **named))
            except SparqlError as error:
                answer = (False, error)
            except OSError as error:
                answer = (False, StoreError(f"The store could not be written: {error}"))
            channel.send(answer)
    except EOFError:
        store.close()
