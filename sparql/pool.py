"""A pool of disposable reader processes on the current generation of a store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, RdfFormat, Triple

from sparql.answers import Answer, Exchange, GenerationGone, collect
from sparql.errors import PoolFull, QueryFailed, ReaderDied, SparqlError
from sparql.generations import Generation, Generations
from sparql.metrics import METRICS, note_query
from sparql.processes import ReaderProcess, Zygote
from sparql.sandbox import WALLS
from sparql.slots import Slots
from sparql.terms import Term, term_to_json
from sparql.walk import Route, starts_to_json

log = logging.getLogger("sparql.pool")

SLOW = 0.2
"""Seconds after which a query runs at a low priority."""
LabelPath = str | Sequence[str]
"""A predicate's IRI, or the IRIs of a path of predicates, that leads to a label."""


class Pool:
    """Readers for one kind of work: the site's own pages, or the public.

    :param generations: the folder of snapshots, or its :class:`Generations`
    :param size: queries at a time
    :param deadline: seconds a query may take, its answer's transfer included
    :param memory: bytes of private memory a reader may have
    :param cpu: processor seconds per query; by default twice the deadline (a reader has several threads)
    :param queue: how many may wait for a reader; more get :class:`PoolFull`
    :param patience: seconds one may wait for a reader
    :param spares: readers kept ready beyond ``size``, for those that are killed
    :param cap: bytes of an answer held before it is streamed
    :param union: query the union of all graphs as default graph
    :param walls: which of :data:`sparql.sandbox.WALLS` to build around the readers
    """

    def __init__(
        self,
        generations: Generations | Path | str,
        *,
        size: int = 2,
        deadline: float = 10.0,
        memory: int = 2 << 30,
        cpu: int | None = None,
        name: str = "readers",
        queue: int = 64,
        patience: float = 10.0,
        spares: int = 1,
        cap: int = 4 << 20,
        union: bool = False,
        walls: Sequence[str] = WALLS,
        stack: int = 256 << 20,
        follow_every: float = 0.5,
    ) -> None:
        self.generations = generations if isinstance(generations, Generations) else Generations(generations)
        self.size, self.deadline, self.memory, self.name = size, deadline, memory, name
        self.cpu = cpu if cpu is not None else max(1, int(deadline * 2))
        self.queue, self.patience, self.spares, self.cap, self.union = queue, patience, spares, cap, union
        self.walls, self.stack, self.follow_every = tuple(walls), stack, follow_every
        self._idle: list[ReaderProcess] = []
        self._busy: set[ReaderProcess] = set()
        self._slots = Slots(size, queue)
        self._zygote: Zygote | None = None
        self._starting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._filling: asyncio.Task[None] | None = None
        self._closed = False

    # Life

    async def __aenter__(self) -> Pool:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the readers and the watch for new generations. Call once, in the event loop that will ask."""
        await self._zygote_running()
        await self._fill()
        self._background(self._follow())
        METRICS.watch("sparql_readers", lambda: len(self._idle), pool=self.name, state="idle")
        METRICS.watch("sparql_readers", lambda: len(self._busy), pool=self.name, state="busy")
        METRICS.watch("sparql_waiting", lambda: self._slots.waiting, pool=self.name)
        METRICS.watch("sparql_generation", lambda: getattr(self.generations.current(), "number", 0), pool=self.name)
        METRICS.watch("sparql_generation_age_seconds", self._age, pool=self.name)

    def _age(self) -> float:
        current = self.generations.current()
        return current.age if current else 0.0

    async def close(self) -> None:
        """Kill every reader and wait until the processes are gone."""
        self._closed = True
        METRICS.unwatch(pool=self.name)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for reader in [*self._idle, *self._busy]:
            await reader.kill()
        self._idle.clear()
        if self._zygote is not None:
            await self._zygote.close()
            self._zygote = None

    def _background(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _zygote_running(self) -> Zygote:
        async with self._starting:
            if self._closed:
                raise QueryFailed("The pool is closed.")
            if self._zygote is None or not self._zygote.alive:
                if self._zygote is not None:
                    log.error("pool %s: the zygote has died; starting another", self.name)
                    await self._zygote.close()
                    self._zygote = None
                zygote = Zygote(memory=self.memory, stack=self.stack, walls=self.walls)
                try:
                    await zygote.ready()
                except BaseException:
                    await zygote.close()
                    raise
                self._zygote = zygote
            return self._zygote

    @property
    def standing_walls(self) -> list[str]:
        """Which walls stand around the readers now."""
        return list(self._zygote.walls) if self._zygote else []

    # Readers

    async def _fill(self) -> None:
        """Have ``size + spares`` readers."""
        for reader in [reader for reader in self._idle if not reader.alive]:
            self._idle.remove(reader)
            await reader.kill()  # closes its socket
        while not self._closed and len(self._idle) + len(self._busy) < self.size + self.spares:
            reader = await (await self._zygote_running()).spawn()
            self._idle.append(reader)
            await self._refresh(reader)

    def _fill_later(self) -> None:
        if not self._closed and (self._filling is None or self._filling.done()):
            self._filling = self._background(self._fill_quietly())

    async def _fill_quietly(self) -> None:
        try:
            await self._fill()
        except (SparqlError, OSError) as error:
            log.error("pool %s: no reader could be started: %s", self.name, error)

    async def _refresh(self, reader: ReaderProcess) -> None:
        """Have an idle reader follow to the current generation, so that the next query need not wait for it."""
        current = self.generations.current()
        path = str(current.path) if current else None
        if reader.store == path or reader not in self._idle:
            return
        self._idle.remove(reader)
        self._busy.add(reader)
        exchange = self._exchange(reader, "open", {}, path, self.deadline, None, slot=False)
        try:
            await collect(exchange, current, self.cap)
        except (SparqlError, GenerationGone):
            reader.store = None  # the next query, or the next round, tries again

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self.follow_every)
            try:
                for reader in list(self._idle):
                    await self._refresh(reader)
                if len(self._idle) + len(self._busy) < self.size + self.spares:
                    await self._fill()
            except (SparqlError, OSError) as error:
                log.error("pool %s: %s", self.name, error)

    async def _take(self) -> ReaderProcess:
        while self._idle:
            reader = self._idle.pop()
            if reader.alive:
                return reader
            await reader.kill()  # closes its socket
        return await (await self._zygote_running()).spawn()

    # Requests

    def _exchange(
        self,
        reader: ReaderProcess,
        do: str,
        what: dict[str, Any],
        path: str | None,
        deadline: float,
        text: str | None,
        *,
        slot: bool = True,
    ) -> Exchange:
        loop = asyncio.get_running_loop()
        began = loop.time()

        patience = loop.call_later(SLOW, reader.slow)

        async def settle(exchange: Exchange, outcome: str) -> None:
            seconds = loop.time() - began
            patience.cancel()
            self._busy.discard(reader)
            if slot:
                note_query(self.name, do, text, outcome, seconds)
            if outcome not in ("ok", "error"):
                METRICS.count("sparql_readers_killed_total", pool=self.name, reason=outcome)
                await reader.kill()
            elif (
                reader.slowed
                or not reader.alive
                or exchange.facts.get("memory", 0) > self.memory / 2
                or len(self._idle) >= self.size + self.spares  # one too many was made in a moment of need
            ):
                await reader.kill()  # it has served; a fresh one takes 20 ms
            else:
                self._idle.append(reader)
            if slot:
                self._slots.release()
            self._fill_later()

        self._busy.add(reader)
        exchange = Exchange(reader, began + deadline, deadline, settle)
        reader.store = path
        reader.ask(
            {
                "do": do,
                "with": what,
                "store": path,
                "deadline": deadline,
                "cpu": self.cpu if deadline <= self.deadline else int(deadline * 2),
            }
        )
        return exchange

    async def _ask(
        self, do: str, what: dict[str, Any], *, deadline: float | None = None, client: str = "", text: str | None = None
    ) -> Answer:
        seconds = self.deadline if deadline is None else deadline
        for _ in range(4):
            try:
                await self._slots.acquire(client, self.patience)
            except PoolFull:
                METRICS.count("sparql_queries_total", pool=self.name, outcome="busy")
                raise
            try:
                reader = await self._take()
            except BaseException:
                self._slots.release()
                raise
            current = self.generations.current()
            exchange = self._exchange(reader, do, what, str(current.path) if current else None, seconds, text)
            try:
                return await collect(exchange, current, self.cap)
            except GenerationGone:
                reader.store = None
        raise QueryFailed("The generations change faster than readers can follow.")

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
        prefixes: Mapping[str, str] | None = None,
        client: str = "",
    ) -> Answer:
        """Run a SPARQL query. Nothing of it is checked here: :func:`sparql.guard.check` first for a stranger's.

        :param solutions: format of SELECT and ASK results (:data:`sparql.formats.SOLUTION_FORMATS`); ``None``: refused
        :param graph: format of CONSTRUCT and DESCRIBE results (:data:`sparql.formats.GRAPH_FORMATS`); ``None``: refused
        :param prefixes: short names for Turtle, TriG and RDF/XML
        :param client: who asks; clients take turns in the queue
        :raises: :class:`QuerySyntaxError`, :class:`QueryTimeout`, :class:`ReaderDied`, :class:`PoolFull`,
            :class:`NotAcceptable`, :class:`QueryFailed`
        """
        what = {
            "text": text,
            "solutions": solutions,
            "graph": graph,
            "default_graphs": list(default_graphs),
            "named_graphs": list(named_graphs),
            "substitutions": {name: term_to_json(term) for name, term in (substitutions or {}).items()},
            "union": self.union,
            "base": base,
            "prefixes": dict(prefixes or {}),
        }
        return await self._ask("query", what, deadline=deadline, client=client, text=text)

    async def select(
        self, query: str, bindings: Mapping[str, NamedNode | Literal] | None = None, *, deadline: float | None = None
    ) -> list[dict[str, Term]]:
        """The solutions of a trusted SELECT, as terms by variable name; unbound variables are missing.

        ``bindings`` replace variables of the query by terms (never by text). Each must stand in the SELECT clause.
        """
        answer = await self.query(query, substitutions=bindings, graph=None, deadline=deadline)
        return solutions(await whole(answer))

    async def ask(self, query: str, bindings: Mapping[str, NamedNode | Literal] | None = None) -> bool:
        """The answer of a trusted ASK."""
        answer = await self.query(query, substitutions=bindings, graph=None, solutions="csv")
        return (await whole(answer)).strip() == b"true"

    async def triples(self, subject: str) -> list[Triple]:
        """Every triple of one subject (an IRI) in the default graph."""
        answer = await self._ask("triples", {"subject": subject})
        return list(_triples(await whole(answer)))

    async def describe(self, iri: str, labels: Iterable[LabelPath] = (), *, links: int = 500) -> bytes:
        """N-Triples of a subject and its owned nodes, and the labels of what they link to; ``b""`` if there are none.

        :param labels: predicates, or paths of predicates, that lead from a linked node to a literal
        :param links: at most so many linked nodes get labels
        """
        paths = [[path] if isinstance(path, str) else list(path) for path in labels]
        return await whole(await self._ask("describe", {"subject": iri, "labels": paths, "links": links}))

    async def walk(self, starts: Iterable[tuple[str, Route]]) -> bytes:
        """N-Triples of what lies on the way from some subjects (IRIs), each by its route; see :mod:`sparql.walk`."""
        return await whole(await self._ask("walk", {"starts": starts_to_json(starts)}))

    async def graph(self, name: str | None, format: str = "turtle", *, head: bool = False, client: str = "") -> Answer:
        """A whole graph; ``None`` is the default one. ``head``: only whether it exists. Raises :class:`NoSuchGraph`."""
        return await self._ask("graph", {"name": name, "graph": format, "exists": head}, client=client)

    async def parse(self, text: str, format: str, *, base: str | None = None, graph: str | None = None) -> bytes:
        """N-Quads of an RDF text, made in a reader, so that a text that breaks the parser breaks nothing else."""
        return await whole(await self._ask("parse", {"text": text, "format": format, "base": base, "graph": graph}))


async def whole(answer: Answer) -> bytes:
    """The complete bytes of an answer, whatever its size."""
    if answer.body is not None:
        return answer.body
    return b"".join([chunk async for chunk in answer.chunks()])


def solutions(json_text: bytes) -> list[dict[str, Term]]:
    """SPARQL JSON results as terms by variable name."""
    results = ox.parse_query_results(json_text, QueryResultsFormat.JSON)
    assert isinstance(results, QuerySolutions)
    names = [variable.value for variable in results.variables]
    return [{name: term for name in names if (term := row[name]) is not None} for row in results]


def _triples(ntriples: bytes) -> Iterable[Triple]:
    return (quad.triple for quad in ox.parse(ntriples, RdfFormat.N_TRIPLES))


__all__ = ["Answer", "AsyncIterator", "Generation", "Pool", "ReaderDied", "solutions", "whole"]
