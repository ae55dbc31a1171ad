"""An answer on its way: one request held by one reader, whole when small, in pieces when large."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sparql.errors import (
    NoSuchGraph,
    NotAcceptable,
    QueryFailed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ReaderDied,
    SparqlError,
)
from sparql.generations import Generation
from sparql.processes import ReaderProcess

Settle = Callable[["Exchange", str], Awaitable[None]]


class GenerationGone(Exception):
    """The generation was removed before the reader had opened it. Ask again with the current one."""


class Exchange:
    """One request on one reader until its end, its error or its abortion; then ``settle`` is called, once."""

    def __init__(self, reader: ReaderProcess, until: float, deadline: float, settle: Settle) -> None:
        self.reader = reader
        self.until = until
        """By the event loop's clock."""
        self.deadline = deadline
        self.facts: dict[str, Any] = {}
        self._settle: Settle | None = settle

    async def head(self) -> dict[str, Any]:
        """Kind and media type of the result; raises what went wrong instead."""
        letter, body = await self._frame()
        assert letter == b"H", letter
        head: dict[str, Any] = json.loads(body)
        return head

    async def more(self) -> bytes | None:
        """The next piece of the result, ``None`` at its end."""
        letter, body = await self._frame()
        if letter == b"D":
            return body
        self.facts = json.loads(body)
        await self._settled("ok")
        return None

    async def _frame(self) -> tuple[bytes, bytes]:
        try:
            async with asyncio.timeout_at(self.until):
                letter, body = await self.reader.frame()
        except TimeoutError:
            await self._settled("timeout", kill=True)
            raise QueryTimeout(self.deadline) from None
        except ReaderDied as error:
            if error.why == "time used up":
                await self._settled("timeout", kill=True)
                raise QueryTimeout(self.deadline) from None
            await self._settled("reader-died", kill=True)
            raise
        except BaseException:
            await self.abort()
            raise
        if letter == b"X":
            await self._settled("error")
            raise _error(json.loads(body))
        return letter, body

    async def abort(self) -> None:
        """The client went away: a running query cannot be stopped, so its reader is."""
        await self._settled("abandoned", kill=True)

    async def _settled(self, outcome: str, *, kill: bool = False) -> None:
        settle, self._settle = self._settle, None
        if settle is None:
            return
        try:
            if kill:
                await self.reader.kill()
        finally:
            await settle(self, outcome)


def _error(given: dict[str, Any]) -> Exception:
    message, code = given["message"], given["code"]
    if code == "syntax":
        return QuerySyntaxError(message, given["line"], given["column"])
    if code == "gone":
        return GenerationGone(message)
    if code == "no-such-graph":
        return NoSuchGraph(message)
    if code == "not-acceptable":
        return NotAcceptable(f"This query gives {message}, and none of the formats asked for can hold that.")
    if "SELECT projection" in message:
        return QueryRefused("projection", f"{message}: a bound variable must be selected.")
    failed = QueryFailed(message)
    if code == "short":
        failed.status = 503
    if "not supported" in message:  # a function nobody has: the query's fault, not the engine's
        failed.status = 400
    return failed


@dataclass
class Answer:
    """The result of one request, already in its format."""

    kind: str
    """``solutions``, ``boolean`` or ``graph``."""
    media_type: str
    generation: Generation | None
    """The snapshot it was read from; ``None`` when nothing has been published yet."""
    body: bytes | None
    """The whole result when it is not larger than the pool's cap; ``None``: read :meth:`chunks`."""
    exchange: Exchange
    _first: list[bytes] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """What the reader needed, once the answer is complete."""
        return float(self.exchange.facts.get("seconds", 0.0))

    async def chunks(self) -> AsyncIterator[bytes]:
        """The result in pieces, once. An exception in it means that what was read is not whole: break the connection.

        Closing the iterator early (``aclose``) frees the reader at once.
        """
        if self.body is not None:
            yield self.body
            return
        try:
            first, self._first = self._first, []
            for piece in first:
                yield piece
            while (next_piece := await self.exchange.more()) is not None:
                yield next_piece
        finally:
            await self.exchange.abort()  # does nothing after a regular end

    async def close(self) -> None:
        """Let go of an answer that is not wanted any more."""
        await self.exchange.abort()


async def collect(exchange: Exchange, generation: Generation | None, cap: int) -> Answer:
    """Read an answer up to ``cap`` bytes; what is larger stays with its reader and is read on demand."""
    try:
        head = await exchange.head()
        pieces: list[bytes] = []
        size = 0
        while (piece := await exchange.more()) is not None:
            pieces.append(piece)
            size += len(piece)
            if size > cap:
                return Answer(head["kind"], head["media_type"], generation, None, exchange, pieces)
        return Answer(head["kind"], head["media_type"], generation, b"".join(pieces), exchange)
    except SparqlError:
        raise
    except BaseException:
        await exchange.abort()
        raise
