"""Reading a request of the SPARQL 1.1 Protocol (§2.1, §2.2) from ASGI, and noticing a client that goes away."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urljoin

from starlette.requests import Request
from starlette.types import Receive

from sparql.errors import SparqlError

T = TypeVar("T")

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
MOST_PARAMETERS = 1000


class BadRequest(SparqlError):
    """A request that the protocol does not allow."""

    status = 400
    code = "bad-request"

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class ClientGone(Exception):
    """The client closed the connection before the answer was ready."""


@dataclass
class ProtocolRequest:
    """What a client asks: a query or an update (or neither), and the graphs it is about."""

    query: str | None = None
    update: str | None = None
    default_graphs: list[str] = field(default_factory=list)
    named_graphs: list[str] = field(default_factory=list)
    using_graphs: list[str] = field(default_factory=list)
    using_named_graphs: list[str] = field(default_factory=list)
    format: str | None = None
    timeout: float | None = None


_LISTS = {
    "default-graph-uri": "default_graphs",
    "named-graph-uri": "named_graphs",
    "using-graph-uri": "using_graphs",
    "using-named-graph-uri": "using_named_graphs",
}


async def read(request: Request, most: int, patience: float = 30) -> ProtocolRequest:
    """The protocol request of GET, HEAD or POST. ``most``: bytes of body. Raises :class:`BadRequest`."""
    parameters = _pairs(request.scope["query_string"])
    asked = ProtocolRequest()
    if request.method == "POST":
        kind = media_type(request)
        if kind == FORM:
            parameters += _pairs(await body(request, most, patience))
        elif kind == QUERY:
            asked.query = decode(await body(request, most, patience))
        elif kind == UPDATE:
            asked.update = decode(await body(request, most, patience))
        else:
            raise BadRequest(f"POST takes {FORM}, {QUERY} or {UPDATE}, not {kind or 'a body without a type'}.", 415)
    for name, value in parameters:
        if name in ("query", "update"):
            if name == "update" and request.method != "POST":
                raise BadRequest("An update must be sent by POST.")
            if getattr(asked, name) is not None:
                raise BadRequest(f"There may be only one {name}.")
            setattr(asked, name, value)
        elif name in _LISTS:
            getattr(asked, _LISTS[name]).append(_absolute(value, request))
        elif name in ("format", "output"):
            asked.format = value
        elif name == "timeout":
            asked.timeout = _seconds(value)
    if asked.query is not None and asked.update is not None:
        raise BadRequest("A request is a query or an update, not both.")
    if request.method == "POST" and asked.query is None and asked.update is None:
        raise BadRequest("The request has neither a query nor an update.")
    return asked


def _pairs(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise BadRequest("Parameters must be UTF-8.") from None
    except ValueError as error:
        raise BadRequest(f"The parameters cannot be read: {error}.") from None


def _absolute(iri: str, request: Request) -> str:
    resolved = urljoin(str(request.url.replace(query="")), iri)
    if any(character in '<>"{}|^`\\' or character <= " " for character in resolved):
        raise BadRequest(f"{iri[:100]!r} is no IRI.")
    return resolved


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise BadRequest("timeout must be a number of seconds.")
    return seconds


def media_type(request: Request) -> str:
    """The type of the body, without parameters. Raises :class:`BadRequest` for an encoding that is not UTF-8."""
    name, *parameters = request.headers.get("content-type", "").split(";")
    for parameter in parameters:
        key, _, value = parameter.strip().partition("=")
        if key.lower() == "charset" and value.strip('"').lower() not in ("utf-8", "utf8", "us-ascii"):
            raise BadRequest(f"The body must be UTF-8, not {value}.", 415)
    return name.strip().lower()


def decode(data: bytes) -> str:
    """Text of a body. Raises :class:`BadRequest`."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadRequest("The body must be UTF-8.") from None


async def body(request: Request, most: int, patience: float = 30) -> bytes:
    """The body, at most ``most`` bytes within ``patience`` seconds. Raises :class:`BadRequest`, :class:`ClientGone`."""
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise BadRequest("A compressed body is not read.", 415)
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise BadRequest(f"The body has {int(length):,} bytes; {most:,} are allowed.", 413)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(patience):
            while True:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > most:
                    raise BadRequest(f"The body is larger than the {most:,} bytes that are allowed.", 413)
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise BadRequest(f"The body did not arrive within {patience:g} seconds.", 408) from None


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """The result of ``work``, which is cancelled when the client goes away; then raises :class:`ClientGone`."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(gone())
    try:
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise ClientGone
    finally:
        for task in (working, watching):
            if not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
