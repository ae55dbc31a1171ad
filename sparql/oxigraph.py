"""Oxigraph in this process: the writer of a folder, and a store in memory for tests.

What Oxigraph 0.5.13 asks of its user, measured: one process may write; a killed bulk load leaves ``bulk-*.sst`` files
for ever; updates are not synced before ``flush()``; other processes read ``backup()`` copies, never the live folder.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

import pyoxigraph as ox
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat

from sparql.errors import BadQuads, QueryFailed, QuerySyntaxError, StoreError, StoreLocked
from sparql.generations import Generation, Generations
from sparql.store import Difference, QuadLike

_CHOICE = re.compile(r"\[[^\]]*\]+|\"(?:[^\"\\]|\\.)*\"|[^,\[\"]+(?=,|$)")
_AT = re.compile(r"error at (\d+):(\d+)")


def open_store(path: Path | str) -> OxigraphStore:
    """Open (or make) the store in folder ``path`` for writing, alone. Raises :class:`StoreLocked` if another has it."""
    return OxigraphStore(Path(path))


class _Oxigraph:
    """What the folder and the memory variant share."""

    _store: ox.Store

    def load(self, nquads: bytes) -> None:
        """Add N-Quads in bulk, all or nothing; see :class:`sparql.store.WritableStore`."""
        try:
            self._store.bulk_load(nquads, format=RdfFormat.N_QUADS)
        except SyntaxError as error:
            raise _bad_quads(error, nquads) from error
        except OSError as error:
            raise StoreError(f"The store could not be written: {error}") from error

    def replace(self, remove: Iterable[QuadLike], insert: Iterable[QuadLike]) -> None:
        """Remove and insert in one transaction; see :class:`sparql.store.WritableStore`."""
        text = delete_insert(to_quads(remove), to_quads(insert))
        if text:
            self.update(text)

    def put(self, subject: str, triples: bytes, graph: str | None = None) -> Difference:
        """Make N-Triples the whole description of ``subject`` in one graph, writing only what differs."""
        new = canonical(triples, graph)
        old = set(self.describe(subject, graph))
        removed, inserted = old - new, new - old
        self.replace(removed, inserted)
        return Difference(len(removed), len(inserted))

    def put_all(self, descriptions: Mapping[str, bytes]) -> None:
        """:meth:`put` for many subjects, one transaction each."""
        for subject, triples in descriptions.items():
            self.put(subject, triples)

    def describe(self, subject: str, graph: str | None = None) -> list[Quad]:
        """The quads of the subject and of its owned nodes reached from it, in one graph."""
        return owned_description(self._store, subject, graph)

    def has(self, subject: str) -> bool:
        """Whether any quad of the default graph has this subject."""
        return (
            next(iter(self._store.quads_for_pattern(NamedNode(subject), None, None, DefaultGraph())), None) is not None
        )

    def known(self, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects that :meth:`has` knows."""
        return {subject for subject in subjects if self.has(subject)}

    def count(self) -> int:
        """The number of quads in all graphs."""
        return len(self._store)

    def update(self, text: str, *, base: str | None = None) -> None:
        """Run a SPARQL Update as one transaction."""
        try:
            self._store.update(text, base_iri=base)
        except SyntaxError as error:
            raise QuerySyntaxError(readable(error), *position(error)) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryFailed(f"The update was not done: {error}") from error

    def put_graph(self, graph: str | None, nquads: bytes, *, replace: bool) -> None:
        """Add quads that are all in one graph, or make them all of it; one transaction."""
        target = "DEFAULT" if graph is None else f"GRAPH {NamedNode(graph)}"
        lines = "".join(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in parse_quads(nquads))
        make = "" if graph is None else f"CREATE SILENT {target};\n"
        block = lines if graph is None else f"{target} {{\n{lines}}}"
        self.update((f"CLEAR SILENT {target};\n" if replace else "") + make + f"INSERT DATA {{\n{block}}}")

    def put_graphs(self, graphs: Mapping[str, bytes]) -> None:
        """Make N-Quads the whole of their named graphs; see :class:`sparql.store.WritableStore`."""
        fresh: list[bytes] = []
        for name, nquads in graphs.items():
            old = set(self._store.quads_for_pattern(None, None, None, NamedNode(name)))
            if not old:
                fresh.append(nquads)
                continue
            new = canonical(nquads, form=RdfFormat.N_QUADS)
            self.replace(old - new, new - old)
            if not new:
                self.drop_graph(name)  # a name without quads would stand in the list of graphs
        if any(fresh):
            self.load(b"".join(fresh))

    def drop_graph(self, graph: str | None) -> None:
        """Remove a graph with all its quads; the default graph is emptied."""
        self.update("DROP DEFAULT" if graph is None else f"DROP SILENT GRAPH {NamedNode(graph)}")

    def flush(self) -> None:
        """Make everything written so far durable."""
        self._store.flush()

    def clear(self) -> None:
        """Remove everything."""
        self._store.clear()

    def dump(self, stream: IO[bytes]) -> None:
        """Write all quads as N-Quads."""
        self._store.dump(stream, RdfFormat.N_QUADS)

    def optimize(self) -> None:
        """Compact the files: after a first big load. 10 s to a minute for 10 million quads."""
        self._store.optimize()


class OxigraphStore(_Oxigraph):
    """A folder of Oxigraph, open for writing. A lock file beside it keeps a second writer out."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self._lock: int | None = os.open(
            path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644
        )
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for orphan in path.glob("bulk-*.sst"):  # of a killed bulk load; nobody else removes them
                orphan.unlink()
            self._store = ox.Store(str(path))
        except OSError as error:
            os.close(self._lock)
            self._lock = None
            if isinstance(error, BlockingIOError) or "lock" in str(error).lower():
                raise StoreLocked(f"Another process writes to {path}.") from error
            raise StoreError(f"The store {path} could not be opened: {error}") from error

    def publish(self, generations: Path, note: dict[str, str] | None = None) -> Generation:
        """Flush, then a hard-linked snapshot as the current generation (milliseconds on the same file system)."""
        self._store.flush()
        return Generations(generations).publish(lambda path: self._store.backup(str(path)), note)

    def close(self) -> None:
        """Flush and let go of the folder. Closing twice is no error."""
        if self._lock is not None:
            self._store.flush()
            del self._store  # the lock of RocksDB goes with the last reference
            os.close(self._lock)
            self._lock = None


class MemoryStore(_Oxigraph):
    """A store that is forgotten with the process: for tests and one-off questions."""

    def __init__(self) -> None:
        self._store = ox.Store()

    def flush(self) -> None:
        """There is nothing to make durable."""

    def publish(self, generations: Path, note: dict[str, str] | None = None) -> Generation:
        """Write everything to a new folder and make it the current generation."""

        def snapshot(path: Path) -> None:
            folder = ox.Store(str(path))
            folder.bulk_extend(list(self._store))
            folder.flush()

        return Generations(generations).publish(snapshot, note)

    def close(self) -> None:
        """Forget everything."""
        self._store = ox.Store()


def owned_description(store: ox.Store, subject: str, graph: str | None = None) -> list[Quad]:
    """The quads of one graph (``None``: the default one) whose subject is ``subject`` or a fragment reached from it."""
    name = graph_name(graph)
    owned = subject + "#"
    seen = {subject}
    waiting = [subject]
    quads: list[Quad] = []
    while waiting:
        for quad in store.quads_for_pattern(NamedNode(waiting.pop()), None, None, name):
            quads.append(quad)
            target = quad.object
            if isinstance(target, NamedNode) and target.value.startswith(owned) and target.value not in seen:
                seen.add(target.value)
                waiting.append(target.value)
    return quads


def graph_name(iri: str | None) -> NamedNode | DefaultGraph:
    """The graph of this IRI; ``None`` is the default graph."""
    return DefaultGraph() if iri is None else NamedNode(iri)


def canonical(triples: bytes, graph: str | None = None, *, form: RdfFormat = RdfFormat.N_TRIPLES) -> set[Quad]:
    """Parse N-Triples (or N-Quads, which say themselves where they stand) strictly to the quads the store would give
    back: it normalises numbers, dates, language tags.
    """
    scratch = ox.Store()
    try:
        scratch.load(triples, format=form, to_graph=graph_name(graph) if form == RdfFormat.N_TRIPLES else None)
    except SyntaxError as error:
        raise _bad_quads(error, triples) from error
    return set(scratch)


def parse_quads(nquads: bytes) -> list[Quad]:
    """Parse N-Quads strictly. Raises :class:`BadQuads`."""
    try:
        return list(ox.parse(nquads, RdfFormat.N_QUADS))
    except SyntaxError as error:
        raise _bad_quads(error, nquads) from error


def delete_insert(remove: Iterable[Quad], insert: Iterable[Quad]) -> str:
    """``DELETE DATA {…}; INSERT DATA {…}``: one transaction in Oxigraph. Terms are written by its own serialiser."""
    operations = []
    for verb, quads in (("DELETE DATA", remove), ("INSERT DATA", insert)):
        graphs: dict[str, list[str]] = {}
        for quad in quads:
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                raise BadQuads(f"A blank node cannot be replaced: {quad}")
            name = "" if isinstance(quad.graph_name, DefaultGraph) else str(quad.graph_name)
            graphs.setdefault(name, []).append(f"{quad.subject} {quad.predicate} {quad.object} .")
        if graphs:
            blocks = (
                "\n".join(lines) if not name else f"GRAPH {name} {{\n" + "\n".join(lines) + "\n}"
                for name, lines in graphs.items()
            )
            operations.append(f"{verb} {{\n" + "\n".join(blocks) + "\n}")
    return ";\n".join(operations)


def position(error: SyntaxError) -> tuple[int | None, int | None]:
    """Line and column of a parser's error, counted from 1; ``None`` where it does not say."""
    if error.lineno is not None:
        return error.lineno, error.offset
    return place_in(str(error))


def place_in(message: str) -> tuple[int | None, int | None]:
    """Line and column from Oxigraph's ``error at 2:5``."""
    found = _AT.search(message)
    return (int(found[1]), int(found[2])) if found else (None, None)


def readable(error: SyntaxError) -> str:
    """A parser's message without the character classes that it lists among what it expected."""
    message = str(error.msg or error)
    before, found, expected = message.partition("expected one of ")
    if not found:
        return message
    choices = [choice for choice in _CHOICE.findall(expected) if not choice.startswith("[")]
    names = " or a name" if "..=" in expected else ""
    return f"{before}expected {', '.join(dict.fromkeys(choices)) or 'something else'}{names}"


def to_quads(given: Iterable[QuadLike]) -> list[Quad]:
    """Quads and lines of N-Quads as quads. Raises :class:`BadQuads`."""
    quads: list[Quad] = []
    lines: list[str] = []
    for one in given:
        if isinstance(one, str):
            lines.append(one)
        else:
            quads.append(one)
    if lines:
        quads += parse_quads("\n".join(lines).encode("utf-8", "surrogatepass"))
    return quads


def _bad_quads(error: SyntaxError, nquads: bytes) -> BadQuads:
    line = error.lineno
    shown = ""
    if line is not None:
        lines = nquads.split(b"\n", line)
        if len(lines) >= line:
            shown = ": " + lines[line - 1][:200].decode("utf-8", "replace")
    return BadQuads(f"{error.msg or error}{shown}", line)
