"""A byte stream to read records from: gzip undone while reading, a byte order mark skipped, memory constant."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

from converters.marc.frame import FRAME_LIMIT

CHUNK = 256 * 1024
"""Bytes read, and at most inflated, at a time."""

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


class Source:
    """A stream that is only read forward (standard input will do). ``offset`` counts the uncompressed bytes given
    out so far; ``failure`` says why a compressed stream ended early, else None."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._raw = b""
        self._ahead = b""
        self._inflate: zlib._Decompress | None = None
        self.failure: str | None = None
        self.offset = 0
        while len(self._raw) < 2:
            more = stream.read(CHUNK)
            if not more:
                break
            self._raw += more
        self.compressed = self._raw[:2] == _GZIP
        if self.compressed:
            self._inflate = zlib.decompressobj(31)
        if self.head(3) == _BOM:
            self._ahead = self._ahead[3:]
            self.offset = 3

    def head(self, size: int) -> bytes:
        """Up to ``size`` of the next bytes, without taking them."""
        while len(self._ahead) < size:
            more = self._next()
            if not more:
                break
            self._ahead += more
        return self._ahead[:size]

    def read(self) -> bytes:
        """The next bytes, as many as come conveniently; empty at the end."""
        if self._ahead:
            data, self._ahead = self._ahead, b""
        else:
            data = self._next()
        self.offset += len(data)
        return data

    def _next(self) -> bytes:
        if not self.compressed:
            data, self._raw = self._raw, b""
            return data or self._stream.read(CHUNK) or b""
        while self.failure is None:
            inflate = self._inflate
            if inflate is None or inflate.eof:
                rest = (inflate.unused_data if inflate is not None else b"") or self._raw or self._stream.read(CHUNK)
                rest = (rest or b"").lstrip(b"\x00")
                if not rest:
                    more = self._stream.read(CHUNK)
                    if not more:
                        return b""
                    rest = more.lstrip(b"\x00")
                    if not rest:
                        continue
                # Another member of the same file (RFC 1952); anything else after it is not gzip's any more.
                self._raw = rest
                self._inflate = inflate = zlib.decompressobj(31)
            data = inflate.unconsumed_tail or self._raw or self._stream.read(CHUNK)
            self._raw = b"" if not inflate.unconsumed_tail else self._raw
            if not data:
                self.failure = "the gzip file ends too early: it was cut short; send it again"
                return b""
            try:
                out = inflate.decompress(data, CHUNK)
            except zlib.error as error:
                self.failure = f"the gzip file is damaged ({error}); send it again"
                return b""
            if out:
                return out
        return b""


def lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes of each line with its end. A line over the limit of a frame comes in pieces."""
    start = source.offset
    buffer = b""
    while chunk := source.read():
        buffer = buffer + chunk if buffer else chunk
        parts = buffer.splitlines(keepends=True) if b"\r" in buffer and b"\n" not in buffer else _at_newlines(buffer)
        buffer = parts.pop() if not parts[-1].endswith(b"\n") else b""
        for line in parts:
            yield start, line
            start += len(line)
        if len(buffer) > FRAME_LIMIT:
            yield start, buffer
            start += len(buffer)
            buffer = b""
    if buffer:
        yield start, buffer


def _at_newlines(buffer: bytes) -> list[bytes]:
    parts = [part + b"\n" for part in buffer.split(b"\n")]
    last = parts.pop()[:-1]
    if last or not parts:
        parts.append(last)
    return parts
