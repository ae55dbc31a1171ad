"""Strong ETags and 304 (RFC 9110 §8.8.3, §13): ``"token.digest"``.

The token is known without the store (entity, its change, generation, form, language, release); the digest is of the
bytes. A matching token answers 304 at once; after a new generation the digest still spares the transfer where the
bytes are the same.
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TAG = re.compile(r'"([\x21\x23-\x7e]*)"')
CACHE_BYTES = 64 << 20


def token_of(*parts: object) -> str:
    """A short token for what a representation depends on."""
    return hashlib.blake2b("\x00".join(map(str, parts)).encode("utf-8", "replace"), digest_size=6).hexdigest()


def tags(header: str | None) -> list[str]:
    """The entity tags of an If-None-Match header, without quotes; ``W/`` is left aside (weak comparison)."""
    return _TAG.findall(header or "")[:32]


def http_date(seconds: int) -> str:
    """An HTTP date from seconds since 1970."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


def not_modified_since(header: str | None, changed: int) -> bool:
    """Whether If-Modified-Since names this time or a later one; an unreadable date never does."""
    if not header or not changed:
        return False
    try:
        given = parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return False
    if given.tzinfo is None:
        given = given.replace(tzinfo=UTC)
    return changed <= given.timestamp()


@dataclass(frozen=True, slots=True)
class Made:
    """The bytes of one representation and their strong ETag (without quotes)."""

    body: bytes
    etag: str

    @classmethod
    def of(cls, token: str, body: bytes) -> Made:
        """With the ETag that goes with the token."""
        return cls(body, f"{token}.{hashlib.blake2b(body, digest_size=9).hexdigest()}")


class Shelf:
    """Representations ready to be sent again, the least recently used thrown out beyond a number of bytes."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self.limit = limit
        self._kept: OrderedDict[str, Made] = OrderedDict()
        self._bytes = 0

    def get(self, token: str) -> Made | None:
        """What was made under a token."""
        found = self._kept.get(token)
        if found is not None:
            self._kept.move_to_end(token)
        return found

    def put(self, token: str, made: Made) -> None:
        """Keep a representation; one larger than an eighth of the room is not kept."""
        if token in self._kept or len(made.body) > self.limit // 8:
            return
        self._kept[token] = made
        self._bytes += len(made.body)
        while self._bytes > self.limit:
            _, old = self._kept.popitem(last=False)
            self._bytes -= len(old.body)


KEPT_IN_304 = ("cache-control", "content-location", "vary", "access-control-allow-origin")
"""Headers that 304 repeats (RFC 9110 §15.4.5); the client has the others."""


class Digests:
    """ASGI middleware: a page that is made anew for each who asks has the digest of its bytes as ETag, and 304.

    Left alone is what has an ETag already, is sent in parts, is no answer to GET, or must not be kept (no-store).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        started: Message | None = None

        async def digested(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start" and _wants_tag(message):
                started = message
                return
            if started is not None:
                first, started = started, None
                if not message.get("more_body", False):
                    first, message = _tagged(first, message, Headers(scope=scope).get("if-none-match"))
                await send(first)
            await send(message)

        await self.app(scope, receive, digested)


def _wants_tag(start: Message) -> bool:
    headers = Headers(raw=start.get("headers", []))
    return start["status"] == 200 and "etag" not in headers and "no-store" not in headers.get("cache-control", "")


def _tagged(start: Message, body: Message, known: str | None) -> tuple[Message, Message]:
    """The answer with its digest as ETag, or 304 where the client named it."""
    tag = hashlib.blake2b(body.get("body", b""), digest_size=12).hexdigest()
    headers = MutableHeaders(raw=list(start.get("headers", [])))
    if tag in tags(known):
        brief = [(n, v) for n, v in headers.raw if n.decode("latin-1").lower() in KEPT_IN_304]
        start = {**start, "status": 304, "headers": [*brief, (b"etag", f'"{tag}"'.encode())]}
        return start, {**body, "body": b""}
    headers["ETag"] = f'"{tag}"'
    return {**start, "headers": headers.raw}, body
