"""A remote store for reading, with the methods of :class:`sparql.pool.Pool`: the endpoint and the site take either."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

import httpx
import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from sparql.answers import Answer
from sparql.binding import bind
from sparql.engines import access
from sparql.errors import (
    NoSuchGraph,
    NotAcceptable,
    PoolFull,
    QueryFailed,
    QuerySyntaxError,
    QueryTimeout,
    ReaderDied,
    SparqlError,
)
from sparql.formats import GRAPH_FORMATS, SOLUTION_FORMATS
from sparql.generations import Generations
from sparql.lexer import tokens
from sparql.metrics import METRICS, note_query
from sparql.pool import LabelPath, solutions, whole
from sparql.slots import Slots
from sparql.terms import Term
from sparql.walk import Route, walk_afar


@dataclass
class _Call:
    """One request to the engine; it has the part of an :class:`~sparql.answers.Exchange` that answers need."""

    response: httpx.Response
    until: float
    deadline: float
    settle: Any
    facts: dict[str, Any] = field(default_factory=dict)
    pieces: AsyncIterator[bytes] | None = None

    async def more(self) -> bytes | None:
        """The next piece of the result, ``None`` at its end."""
        if self.pieces is None:
            self.pieces = self.response.aiter_bytes(64 << 10)
        try:
            async with asyncio.timeout_at(self.until):
                piece = await anext(self.pieces, None)
        except TimeoutError:
            await self.end("timeout")
            raise QueryTimeout(self.deadline) from None
        except httpx.HTTPError as error:
            await self.end("reader-died")
            raise ReaderDied(f"the engine broke off: {error}") from error
        if piece is None:
            await self.end("ok")
        return piece

    async def abort(self) -> None:
        """Close the connection."""
        await self.end("abandoned")

    async def end(self, outcome: str) -> None:
        """Free the place; once."""
        settle, self.settle = self.settle, None
        if settle is not None:
            await self.response.aclose()
            settle(outcome)


class RemotePool:
    """Queries to an engine over HTTP, at most ``size`` at a time. The engine's own limits should be set as well."""

    def __init__(
        self,
        address: str,
        generations: Generations,
        *,
        size: int = 8,
        deadline: float = 10.0,
        name: str = "remote",
        queue: int = 64,
        patience: float = 10.0,
        cap: int = 4 << 20,
        token: str | None = None,
    ) -> None:
        """``address`` is that of a store, see :func:`sparql.engines.access`."""
        self.access = access(address, token=token)
        self.engine = self.access.engine
        self.generations, self.size, self.deadline, self.name = generations, size, deadline, name
        self.patience, self.cap, self.union = patience, cap, False
        self._slots = Slots(size, queue)
        self._http = httpx.AsyncClient(headers=self.access.headers, auth=self.access.auth, timeout=None)  # noqa: S113 - each call has its deadline

    async def __aenter__(self) -> RemotePool:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Nothing to start: connections are made as they are needed."""

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def query(
        self,
        text: str,
        *,
        solutions: str | None = "json",
        graph: str | None = "turtle",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        substitutions: Mapping[str, NamedNode | Literal] | None = None,
        deadline: float | None = None,
        base: str | None = None,
        prefixes: Mapping[str, str] | None = None,  # noqa: ARG002 - the engine chooses its own
        client: str = "",
    ) -> Answer:
        """See :meth:`sparql.pool.Pool.query`."""
        text = bind(text, substitutions or {})
        if base is not None:
            text = f"BASE {NamedNode(base)}\n{text}"
        form_of_query, names_graphs = query_form(text)
        wanted = graph if form_of_query in ("CONSTRUCT", "DESCRIBE") else solutions
        if wanted is None:
            raise NotAcceptable("None of the formats asked for can hold what this query gives.")
        defaults = list(default_graphs)
        if self.engine.merged and not defaults and not named_graphs and not names_graphs:
            defaults = [self.engine.merged]
        form = {"query": text, "default-graph-uri": defaults, "named-graph-uri": list(named_graphs)}
        request = self._http.build_request(
            "POST",
            self.access.at(self.engine.query),
            data=form,
            headers={"Accept": FORMATS["json" if form_of_query == "ASK" else wanted]},
        )
        seconds = self.deadline if deadline is None else deadline
        try:
            await self._slots.acquire(client, self.patience)
        except PoolFull:
            METRICS.count("sparql_queries_total", pool=self.name, outcome="busy")
            raise
        loop = asyncio.get_running_loop()
        began = loop.time()

        def settle(outcome: str) -> None:
            taken = loop.time() - began
            note_query(self.name, "query", text, outcome, taken)
            self._slots.release()

        try:
            async with asyncio.timeout_at(began + seconds):
                response = await self._http.send(request, stream=True)
        except TimeoutError:
            settle("timeout")
            raise QueryTimeout(seconds) from None
        except httpx.HTTPError as error:
            settle("reader-died")
            raise ReaderDied(f"the engine does not answer: {error}") from error
        except BaseException:
            settle("abandoned")
            raise
        call = _Call(response, began + seconds, seconds, settle)
        try:
            if form_of_query == "ASK":
                answer = await self._answer(call, "json")
                return replace(answer, kind="boolean", media_type=FORMATS[wanted], body=_boolean(answer.body, wanted))
            return await self._answer(call, wanted)
        except BaseException:
            await call.end("error")
            raise

    async def _answer(self, call: _Call, wanted: str) -> Answer:
        if call.response.status_code != 200:
            message = (await call.response.aread())[:2000].decode("utf-8", "replace").strip()
            raise _error(call.response.status_code, message)
        media_type = call.response.headers.get("content-type", "").partition(";")[0].strip().lower()
        named = FORMATS[wanted]
        if media_type != named.partition(";")[0]:
            raise QueryFailed(f"The engine answered {media_type or 'without a type'} where {named} was asked for.")
        kind = "graph" if wanted in GRAPH_FORMATS else "solutions"
        pieces: list[bytes] = []
        size = 0
        current = self.generations.current()
        while (piece := await call.more()) is not None:
            pieces.append(piece)
            size += len(piece)
            if size > self.cap:
                return Answer(kind, named, current, None, call, pieces)  # type: ignore[arg-type]  # it has the part needed
        return Answer(kind, named, current, b"".join(pieces), call)  # type: ignore[arg-type]

    async def select(
        self, query: str, bindings: Mapping[str, NamedNode | Literal] | None = None, *, deadline: float | None = None
    ) -> list[dict[str, Term]]:
        """See :meth:`sparql.pool.Pool.select`."""
        return solutions(await whole(await self.query(query, substitutions=bindings, graph=None, deadline=deadline)))

    async def ask(self, query: str, bindings: Mapping[str, NamedNode | Literal] | None = None) -> bool:
        """See :meth:`sparql.pool.Pool.ask`."""
        answer = await self.query(query, substitutions=bindings, graph=None, solutions="csv")
        return (await whole(answer)).strip() == b"true"

    async def _rows(self, pattern: str) -> list[Triple]:
        rows = await self.select(f"SELECT ?s ?p ?o {{ {pattern} }}")
        return [Triple(row["s"], row["p"], row["o"]) for row in rows]  # type: ignore[arg-type]  # a subject is no literal

    async def triples(self, subject: str) -> list[Triple]:
        """See :meth:`sparql.pool.Pool.triples`."""
        return await self._rows(f"VALUES ?s {{ {NamedNode(subject)} }} ?s ?p ?o")

    async def describe(self, iri: str, labels: Iterable[LabelPath] = (), *, links: int = 500) -> bytes:
        """See :meth:`sparql.pool.Pool.describe`."""
        owned, seen, waiting = iri + "#", {iri}, [iri]
        found: dict[Triple, None] = {}
        linked: dict[str, None] = {}
        while waiting:
            round_, waiting = waiting, []
            for triple in await self._rows(f"VALUES ?s {{ {_values(round_)} }} ?s ?p ?o"):
                found[triple] = None
                if isinstance(triple.object, NamedNode):
                    target = triple.object.value
                    if target.startswith(owned):
                        if target not in seen:
                            seen.add(target)
                            waiting.append(target)
                    elif target != iri:
                        linked[target] = None
        nodes = list(linked)[:links]
        for path in [[path] if isinstance(path, str) else list(path) for path in labels]:
            if not nodes:
                break
            steps = [f"?n{n} {NamedNode(step)} ?n{n + 1} ." for n, step in enumerate(path)]
            last = len(path)
            pattern = f"VALUES ?n0 {{ {_values(nodes)} }} {' '.join(steps)} FILTER(isLiteral(?n{last}))"
            for row in await self.select(f"SELECT * {{ {pattern} }}"):
                for n, step in enumerate(path):
                    found[Triple(row[f"n{n}"], NamedNode(step), row[f"n{n + 1}"])] = None  # type: ignore[arg-type]
        return "".join(f"{triple} .\n" for triple in found).encode()

    async def walk(self, starts: Iterable[tuple[str, Route]]) -> bytes:
        """See :meth:`sparql.pool.Pool.walk`."""
        return "".join(f"{triple} .\n" for triple in await walk_afar(self._rows, starts)).encode()

    async def graph(self, name: str | None, format: str = "turtle", *, head: bool = False, client: str = "") -> Answer:
        """See :meth:`sparql.pool.Pool.graph`."""
        kept = name if name is not None else self.engine.merged
        source = "?s ?p ?o" if kept is None else f"GRAPH {NamedNode(kept)} {{ ?s ?p ?o }}"
        if name is not None and not await self.ask(f"ASK {{ {source} }}"):
            raise NoSuchGraph(f"There is no graph <{name}>.")
        limit = " LIMIT 0" if head else ""
        return await self.query(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {source} }}{limit}", graph=format, solutions=None, client=client
        )

    async def parse(self, text: str, format: str, *, base: str | None = None, graph: str | None = None) -> bytes:
        """N-Quads of an RDF text, parsed in this process: a remote hub takes no uploads from strangers."""
        rdf = RdfFormat.from_media_type(GRAPH_FORMATS[format])
        assert rdf is not None
        target = ox.DefaultGraph() if graph is None else NamedNode(graph)
        try:
            quads = [
                ox.Quad(quad.subject, quad.predicate, quad.object, target)
                for quad in ox.parse(text, rdf, base_iri=base, without_named_graphs=True, rename_blank_nodes=True)
            ]
        except SyntaxError as error:
            raise QuerySyntaxError(str(error.msg or error), error.lineno, error.offset) from error
        return ox.serialize(quads, format=RdfFormat.N_QUADS) or b""


FORMATS = {**SOLUTION_FORMATS, **GRAPH_FORMATS}


def query_form(query: str) -> tuple[str, bool]:
    """SELECT, ASK, CONSTRUCT or DESCRIBE, and whether the query names graphs itself (GRAPH, FROM).

    The form is needed because some engines take the first format of a mixed Accept, whatever it holds; the graphs,
    because Virtuoso answers wrongly when a default graph is given beside GRAPH. Its default graph is then all of them.
    """
    form, names_graphs = "", False
    for token in tokens(query):
        if token.kind == "word":
            word = token.text.upper()
            if not form and word in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
                form = word
            names_graphs = names_graphs or word in ("GRAPH", "FROM")
    return form, names_graphs


def _boolean(body: bytes | None, format: str) -> bytes:
    """An engine's answer to ASK in a standard format. Virtuoso at times answers with a table of one number."""
    found = json.loads(body or b"{}")
    if "boolean" in found:
        value = bool(found["boolean"])
    else:
        rows = found.get("results", {}).get("bindings", [])
        value = any(cell["value"] not in ("0", "false") for row in rows for cell in row.values())
    word = "true" if value else "false"
    if format == "json":
        return f'{{"head":{{}},"boolean":{word}}}'.encode()
    if format == "xml":
        name = "http://www.w3.org/2005/sparql-results#"
        return f'<?xml version="1.0"?><sparql xmlns="{name}"><head/><boolean>{word}</boolean></sparql>'.encode()
    return word.encode()


def _values(iris: Iterable[str]) -> str:
    return " ".join(str(NamedNode(iri)) for iri in iris)


def _error(status: int, message: str) -> SparqlError:
    if status == 400:
        return QuerySyntaxError(message)
    if status == 406:
        return NotAcceptable(message)
    if status in (408, 504):
        return QueryFailed(f"The engine gave up: {message}")
    if status in (429, 503):
        return PoolFull()
    return QueryFailed(f"The engine answered {status}: {message}")
