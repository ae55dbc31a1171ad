"""Bodies that are read as they come: small forms, and forms with one large file that goes to the disk in pieces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from hub.intake.spool import Draft
from hub.web.problem import Problem

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MOST_FORM = 64 << 10
"""Bytes of a form without file, and of one field of a form with a file."""
PIECE = 1 << 20


async def body(request: Request, most: int) -> bytes:
    """The whole body of a small request. Raises Problem 413 beyond ``most`` bytes."""
    length = announced(request)
    if length is not None and length > most:
        raise _too_large(most)
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > most:
            raise _too_large(most)
    return bytes(found)


def announced(request: Request) -> int | None:
    """The number of bytes that Content-Length announces, None for a body of unknown length."""
    text = request.headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _too_large(most: int) -> Problem:
    return Problem(413, "too-large", f"at most {most:,} bytes are taken here", {"Connection": "close"})


async def form(request: Request, most: int = MOST_FORM) -> dict[str, str]:
    """The fields of a form without file, of at most ``most`` bytes."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise Problem(415, "bad-request", "send the form as application/x-www-form-urlencoded")
    text = (await body(request, most)).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=50))
    except ValueError as error:
        raise Problem(400, "bad-request", "too many fields") from error


async def save(request: Request, draft: Draft) -> None:
    """Write a body that is a file. Raises what :meth:`Draft.write` raises."""
    pieces = bytearray()
    async for piece in request.stream():
        pieces += piece
        if len(pieces) >= PIECE:
            await asyncio.to_thread(draft.write, bytes(pieces))
            pieces.clear()
    await asyncio.to_thread(draft.write, bytes(pieces))


class FileForm:
    """A multipart form (RFC 7578) with one file, in the order of its fields.

    ``open_draft`` is called with the fields that came before the file, and says where it goes: what must be checked
    first stands before the file in the page.
    """

    def __init__(self, open_draft: Callable[[dict[str, str]], Draft]) -> None:
        self.fields: dict[str, str] = {}
        self.filename = ""
        self.draft: Draft | None = None
        self._open = open_draft
        self._header = [bytearray(), bytearray()]
        self._disposition = b""
        self._name = ""
        self._value = bytearray()
        self._in_file = False
        self._pieces = bytearray()

    async def read(self, request: Request) -> None:
        """Read a request's body. Raises Problem 400 or 415 for what is no such form, and what the draft raises."""
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise Problem(415, "bad-request", "send the form as multipart/form-data")
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, a, b: self._header[0].extend(data[a:b]),
            "on_header_value": lambda data, a, b: self._header[1].extend(data[a:b]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }
        parser = MultipartParser(options[b"boundary"], callbacks)
        try:
            async for piece in request.stream():
                parser.write(piece)
                if len(self._pieces) >= PIECE:
                    await self._flush()
            parser.finalize()
        except FormParserError as error:
            raise Problem(400, "bad-request", "the form is cut short or damaged") from error
        await self._flush()

    async def _flush(self) -> None:
        if self.draft is not None and self._pieces:
            await asyncio.to_thread(self.draft.write, bytes(self._pieces))
            self._pieces.clear()

    def _begin(self) -> None:
        self._disposition, self._name, self._in_file = b"", "", False
        self._value.clear()

    def _header_end(self) -> None:
        name, value = (bytes(part) for part in self._header)
        if name.lower() == b"content-disposition":
            self._disposition = value
        for part in self._header:
            part.clear()

    def _headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            return
        if self.draft is not None:
            raise Problem(400, "bad-request", "one file at a time")
        self.filename = options[b"filename"].decode("utf-8", "replace")
        self.draft, self._in_file = self._open(self.fields), True

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._pieces += data[start:end]
            return
        self._value += data[start:end]
        if len(self._value) > MOST_FORM or len(self.fields) > 50:
            raise _too_large(MOST_FORM)

    def _end(self) -> None:
        if not self._in_file:
            self.fields[self._name] = self._value.decode("utf-8", "replace")
