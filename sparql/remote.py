"""Any SPARQL 1.1 store over HTTP as the writer's store: Query, Update, and Graph Store Protocol where there is one."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

import httpx
import pyoxigraph as ox
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat

from sparql.engines import Access, access
from sparql.errors import BadQuads, QuerySyntaxError, StoreError
from sparql.generations import Generation, Generations
from sparql.oxigraph import canonical, delete_insert, graph_name, parse_quads, place_in, to_quads
from sparql.pool import solutions
from sparql.store import Difference, QuadLike
from sparql.terms import Term

T = TypeVar("T")
JSON = "application/sparql-results+json"


MARK = NamedNode("urn:bibhub:view")
MARK_NAME = NamedNode("urn:bibhub:view:name")
GRAPHS = 50
"""Named graphs whose quads are read at a time."""
SUBJECTS = 250
"""IRIs in one VALUES block of ours."""


def open_remote(address: str, *, token: str | None = None, timeout: float = 120) -> RemoteStore:
    """A store from its address (``oxigraph:http://127.0.0.1:7878/``), see :func:`sparql.engines.access`.

    Raises :class:`StoreError` if it is none.
    """
    return RemoteStore(access(address, token=token), timeout=timeout)


class RemoteStore:
    """The writer's side of a store over HTTP. See :class:`sparql.store.WritableStore`.

    An engine that cannot write to the default graph keeps its triples in :attr:`Engine.merged`; that is hidden here.
    On engines that are not ``atomic`` a replacement may be seen half done, and its inserts come first.
    """

    def __init__(self, access: Access, *, timeout: float = 120) -> None:
        self.access, self.url, self.engine = access, access.url, access.engine
        self._http = httpx.Client(timeout=timeout, headers=access.headers, auth=access.auth)

    # HTTP

    def _send(self, path: str, method: str = "POST", **request: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, self.access.at(path), **request)
        except httpx.HTTPError as error:
            raise StoreError(f"{self.access.at(path)} does not answer: {error}") from error
        if answer.status_code >= 400:
            text = answer.text[:500].strip()
            if answer.status_code == 400:
                raise QuerySyntaxError(f"{self.engine.name} refused: {text}", *place_in(text))
            raise StoreError(f"{self.access.at(path)} answered {answer.status_code}: {text}")
        return answer

    def select(self, query: str, *, named: bool = False) -> list[dict[str, Term]]:
        """Solutions of a trusted query over the default graph of readers, or (``named``) over the named graphs."""
        merged = None if named else self.engine.merged
        form = {"query": query, **({"default-graph-uri": merged} if merged else {})}
        return solutions(self._send(self.engine.query, data=form, headers={"Accept": JSON}).content)

    def update(self, text: str, *, base: str | None = None) -> None:
        """Run a SPARQL Update."""
        if base is not None:
            text = f"BASE {NamedNode(base)}\n{text}"
        self._send(self.engine.update, data={"update": text})

    # Writing

    def load(self, nquads: bytes) -> None:
        """Add N-Quads: a strict parse first, then one request a graph or batch. Not atomic over several batches."""
        by_graph: dict[str | None, list[Quad]] = {}
        for quad in parse_quads(nquads):
            name = None if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name.value
            by_graph.setdefault(name, []).append(quad)
        for name, quads in by_graph.items():
            self._add(name, quads)

    def _add(self, name: str | None, quads: list[Quad]) -> None:
        if self.engine.graphs is not None:
            out = io.BytesIO()
            ox.serialize((quad.triple for quad in quads), out, RdfFormat.N_TRIPLES)
            self._send(
                self.engine.graphs,
                params={"graph": name} if name is not None else {"default": ""},
                content=out.getvalue(),
                headers={"Content-Type": "application/n-triples"},
            )
            return
        for part in _batches(quads, self.engine.batch):
            self.update(delete_insert([], self._placed(part)))

    def _plain(self, quads: Iterable[Quad]) -> set[Quad]:
        """The quads as the engine would give them back."""
        return {
            Quad(quad.subject, quad.predicate, ox.Literal(quad.object.value), quad.graph_name)
            if isinstance(quad.object, ox.Literal) and quad.object.datatype.value in self.engine.untyped
            else quad
            for quad in quads
        }

    def _placed(self, quads: Iterable[Quad]) -> list[Quad]:
        """The quads as the engine keeps them, and where."""
        if self.engine.untyped:
            quads = self._plain(quads)
        if self.engine.merged is None:
            return list(quads)
        merged = NamedNode(self.engine.merged)
        return [
            Quad(quad.subject, quad.predicate, quad.object, merged)
            if isinstance(quad.graph_name, DefaultGraph)
            else quad
            for quad in quads
        ]

    def replace(self, remove: Iterable[QuadLike], insert: Iterable[QuadLike]) -> None:
        """Take out and put in; one transaction where the engine has them."""
        new = dict.fromkeys(self._placed(to_quads(insert)))
        old = [quad for quad in dict.fromkeys(self._placed(to_quads(remove))) if quad not in new]
        if self.engine.atomic or len(old) + len(new) <= self.engine.batch:
            if text := delete_insert(old, new):
                self.update(text)
            return
        for part in _batches(new, self.engine.batch):
            self.update(delete_insert([], part))
        for part in _batches(old, self.engine.batch):
            self.update(delete_insert(part, []))

    def put(self, subject: str, triples: bytes, graph: str | None = None) -> Difference:
        """Make N-Triples the whole description of ``subject``, writing only what differs."""
        new = self._plain(canonical(triples, graph))
        old = set(self.describe(subject, graph))
        self.replace(old - new, new - old)
        return Difference(len(old - new), len(new - old))

    def put_all(self, descriptions: Mapping[str, bytes]) -> None:
        """:meth:`put` for many subjects: all are parsed first, then compared and written in batches."""
        new = {subject: self._plain(canonical(triples)) for subject, triples in descriptions.items()}
        for part in _batches(new, 4 * SUBJECTS):
            removed: list[Quad] = []
            inserted: list[Quad] = []
            for subject, old in self._described(part, None).items():
                removed += set(old) - new[subject]
                inserted += new[subject] - set(old)
                if len(removed) + len(inserted) >= self.engine.batch:  # each subject whole in one update
                    self.replace(removed, inserted)
                    removed, inserted = [], []
            self.replace(removed, inserted)

    def put_graph(self, graph: str | None, nquads: bytes, *, replace: bool) -> None:
        """Add quads that are all in one graph, or make them all of it."""
        if replace:
            self.drop_graph(graph)
        self._add(graph, parse_quads(nquads))

    def put_graphs(self, graphs: Mapping[str, bytes]) -> None:
        """Make N-Quads the whole of their named graphs; what they hold is read some graphs at a time."""
        for part in _batches(graphs, GRAPHS):
            old: dict[str, set[Quad]] = {name: set() for name in part}
            values = " ".join(str(NamedNode(name)) for name in part)
            pattern = f"VALUES ?g {{ {values} }} GRAPH ?g {{ ?s ?p ?o }}"
            for row in self.select(f"SELECT ?g ?s ?p ?o {{ {pattern} }}", named=True):
                assert isinstance(row["s"], NamedNode)
                assert isinstance(row["p"], NamedNode)
                old[row["g"].value].add(Quad(row["s"], row["p"], row["o"], NamedNode(row["g"].value)))
            self.load(b"".join(graphs[name] for name in part if not old[name]))
            for name in (name for name in part if old[name]):
                new = self._plain(canonical(graphs[name], form=RdfFormat.N_QUADS))
                self.replace(old[name] - new, new - old[name])

    def drop_graph(self, graph: str | None) -> None:
        """Remove a graph with all its quads."""
        name = graph if graph is not None else self.engine.merged
        self.update("CLEAR DEFAULT" if name is None else f"DROP SILENT GRAPH {NamedNode(name)}")

    def flush(self) -> None:
        """Durability is the engine's: each request is acknowledged when it says so."""

    def optimize(self) -> None:
        """Its keeper's affair: the protocol knows no such request."""

    def clear(self) -> None:
        """Remove everything that was written through here; on Virtuoso its own graphs stay."""
        if self.engine.merged is None:
            self.update("DROP ALL")
            return
        for name in (*self._graphs(), MARK.value, self.engine.merged):
            self.update(f"DROP SILENT GRAPH {NamedNode(name)}")

    # Whose it is

    @property
    def mark(self) -> str | None:
        """The name that :meth:`set_mark` gave to what is kept here: so one sees that it was emptied or exchanged."""
        rows = self.select(f"SELECT ?name {{ GRAPH {MARK} {{ {MARK} {MARK_NAME} ?name }} }}", named=True)
        return rows[0]["name"].value if rows else None

    def set_mark(self, name: str) -> None:
        """Give what is kept here a name, in a graph of its own."""
        self.update(
            f"DROP SILENT GRAPH {MARK} ; INSERT DATA {{ GRAPH {MARK} {{ {MARK} {MARK_NAME} {ox.Literal(name)} }} }}"
        )

    @property
    def empty(self) -> bool:
        """Whether the default graph of readers has nothing in it."""
        return not self.select("SELECT ?s { ?s ?p ?o } LIMIT 1")

    # Reading

    def _graphs(self) -> list[str]:
        rows = self.select("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", named=True)
        names = [row["g"].value for row in rows]
        return [
            name
            for name in names
            if name not in (self.engine.merged, MARK.value) and not name.startswith(self.engine.own)
        ]

    def describe(self, subject: str, graph: str | None = None) -> list[Quad]:
        """The quads of the subject and of its owned nodes reached from it, in one graph."""
        return self._described([subject], graph)[subject]

    def _described(self, subjects: Iterable[str], graph: str | None) -> dict[str, list[Quad]]:
        """:meth:`describe` for many: a round of requests for each step from a subject to a node it owns."""
        owner = {subject: subject for subject in subjects}
        quads: dict[str, list[Quad]] = {subject: [] for subject in owner}
        name = graph_name(graph)
        waiting = list(owner)
        while waiting:
            found: list[str] = []
            for part in _batches(waiting, SUBJECTS):
                pattern = f"VALUES ?s {{ {' '.join(str(NamedNode(iri)) for iri in part)} }} ?s ?p ?o"
                if graph is not None:
                    pattern = f"GRAPH {name} {{ {pattern} }}"
                for row in self.select(f"SELECT ?s ?p ?o {{ {pattern} }}", named=graph is not None):
                    target = row["o"]
                    assert isinstance(row["s"], NamedNode)
                    assert isinstance(row["p"], NamedNode)
                    whose = owner[row["s"].value]
                    quads[whose].append(Quad(row["s"], row["p"], target, name))
                    if isinstance(target, NamedNode) and target.value.startswith(whose + "#"):
                        if target.value not in owner:
                            found.append(target.value)
                        owner.setdefault(target.value, whose)
            waiting = found
        return quads

    def has(self, subject: str) -> bool:
        """Whether any quad of the default graph has this subject."""
        return bool(self.select(f"SELECT ?p {{ {NamedNode(subject)} ?p ?o }} LIMIT 1"))

    def known(self, subjects: Iterable[str]) -> set[str]:
        """Those of the subjects that :meth:`has` knows."""
        found: set[str] = set()
        for part in _batches(dict.fromkeys(subjects), SUBJECTS):
            values = " ".join(str(NamedNode(iri)) for iri in part)
            rows = self.select(f"SELECT DISTINCT ?s {{ VALUES ?s {{ {values} }} ?s ?p ?o }}")
            found.update(row["s"].value for row in rows)
        return found

    def count(self) -> int:
        """The number of quads in all graphs."""
        total = 0
        for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }" + self._not_ours()):
            [row] = self.select(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}", named="GRAPH" in pattern)
            total += int(row["n"].value)
        return total

    def _not_ours(self) -> str:
        ours = [str(MARK), *([str(NamedNode(self.engine.merged))] if self.engine.merged else [])]
        not_own = "".join(f" && !STRSTARTS(STR(?g), {ox.Literal(start)})" for start in self.engine.own)
        return f" FILTER(?g NOT IN ({', '.join(ours)}){not_own})"

    def dump(self, stream: IO[bytes]) -> None:
        """Write all quads as N-Quads, a graph at a time, in constant memory.

        Raises :class:`StoreError` when the engine gave fewer than it has (Virtuoso cuts off at its ResultSetMaxRows).
        """
        counted = _Counting(stream)
        for name in (None, *self._graphs()):
            kept = name if name is not None else self.engine.merged
            source = "?s ?p ?o" if kept is None else f"GRAPH {NamedNode(kept)} {{ ?s ?p ?o }}"
            form = {"query": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {source} }}"}
            url, target = self.access.at(self.engine.query), graph_name(name)
            accept = {"Accept": "application/n-triples"}
            try:
                with self._http.stream("POST", url, data=form, headers=accept) as answer:
                    if answer.status_code != 200:
                        raise StoreError(f"{url} answered {answer.status_code}: {answer.read()[:500]!r}")
                    body = io.BufferedReader(_Body(answer.iter_bytes()), 1 << 20)
                    quads = (
                        Quad(quad.subject, quad.predicate, quad.object, target)
                        for quad in ox.parse(body, RdfFormat.N_TRIPLES)
                    )
                    ox.serialize(quads, counted, RdfFormat.N_QUADS)  # type: ignore[arg-type]  # it can write()
            except httpx.HTTPError as error:
                raise StoreError(f"{url} broke off: {error}") from error
        if counted.lines < (there := self.count()):
            raise StoreError(
                f"{url} gave {counted.lines:,} of its {there:,} quads. Raise its limit of rows in a result."
            )

    def publish(self, generations: Path, note: dict[str, str] | None = None) -> Generation:
        """Number the state: a remote store is always current, but ETags and cursors want a number."""
        return Generations(generations).publish(lambda path: path.mkdir(), note)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # What it can

    def probe(self) -> dict[str, bool]:
        """Try, in a graph of its own, what the hub relies on. Raises :class:`StoreError` naming what fails."""
        graph = NamedNode(f"urn:bibhub:probe:{uuid.uuid4()}")
        try:
            results = {name: self._passes(check, graph) for name, check in PROBES.items()}
        finally:
            self.update(f"DROP SILENT GRAPH {graph}")
        failed = [name for name, passed in results.items() if not passed]
        if failed:
            raise StoreError(f"{self.engine.name} at {self.url} cannot be used: it fails {', '.join(failed)}.")
        return results

    def _passes(self, check: tuple[str, str, int], graph: NamedNode) -> bool:
        update, query, expected = check
        try:
            if update:
                self.update(update.replace("GRAPH_", str(graph)))
            rows = self.select(query.replace("GRAPH_", str(graph)), named="GRAPH_" in query)
        except (StoreError, QuerySyntaxError, BadQuads):
            return False
        return len(rows) == expected


class _Body(io.RawIOBase):
    """The body of an answer as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


class _Counting:
    """Writes on and counts lines."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out, self.lines = out, 0

    def write(self, data: bytes) -> int:
        self.lines += data.count(b"\n")
        return self.out.write(data)

    def flush(self) -> None:
        self.out.flush()


_MANY = " ".join(f"<urn:many:{n}> <urn:p> {n} ." for n in range(500))
PROBES: dict[str, tuple[str, str, int]] = {
    "writing and reading at once": (
        'INSERT DATA { GRAPH GRAPH_ { <urn:a> <urn:p> "Truyện Kiều \\"1\\"\\n"@vi } }',
        'SELECT ?s { GRAPH GRAPH_ { ?s <urn:p> "Truyện Kiều \\"1\\"\\n"@vi } }',
        1,
    ),
    "deleting data": (
        'DELETE DATA { GRAPH GRAPH_ { <urn:a> <urn:p> "Truyện Kiều \\"1\\"\\n"@vi } }',
        "SELECT ?s { GRAPH GRAPH_ { ?s ?p ?o } }",
        0,
    ),
    "500 quads in an update": (
        "INSERT DATA { GRAPH GRAPH_ { " + _MANY + " } }",
        "SELECT ?s { GRAPH GRAPH_ { ?s ?p ?o } }",
        500,
    ),
    "two operations in an update": (
        """DELETE DATA { GRAPH GRAPH_ { <urn:many:0> <urn:p> 0 } } ;
        INSERT DATA { GRAPH GRAPH_ { <urn:many:0> <urn:q> 1 } }""",
        "SELECT ?s { GRAPH GRAPH_ { ?s <urn:q> ?o } }",
        1,
    ),
    "named graphs outside of the default graph": ("", "SELECT ?s { ?s <urn:q> ?o FILTER(?s = <urn:many:0>) }", 0),
    "VALUES and OPTIONAL": (
        "",
        "SELECT ?s ?o { GRAPH GRAPH_ { VALUES ?s { <urn:many:0> <urn:many:1> } ?s ?p ?o OPTIONAL { ?s <urn:x> ?y } } }",
        2,
    ),
    "paths": (
        "INSERT DATA { GRAPH GRAPH_ { <urn:x1> <urn:next> <urn:x2> . <urn:x2> <urn:next> <urn:x3> } }",
        "SELECT ?x { GRAPH GRAPH_ { <urn:x1> <urn:next>+ ?x } }",
        2,
    ),
}
"""What is tried: an update, a query (``GRAPH_`` stands for a new graph), and how many solutions there must be."""


def _batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(things)
    while part := list(islice(rest, size)):
        yield part
