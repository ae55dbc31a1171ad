"""Reading any input: which format it is, its frames, and the record in each frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from converters import kept
from converters.marc import iso2709, marcjson, marcxml, tagged
from converters.marc.frame import FORMATS, SAMPLE, Damaged, Frame, MarcError, UnknownFormat
from converters.marc.record import Record
from converters.marc.source import Source

_SEND = "send MARC 21 as ISO 2709 (.mrc), MARCXML, MARC-in-JSON, .mrk or Aleph sequential, plain or gzipped"

_FRAMERS: dict[str, Callable[[Source], Iterator[Frame | Damaged]]] = {
    "iso2709": iso2709.frame_iso2709,
    "hash-iso": iso2709.frame_hash,
    "marcxml": marcxml.frame_marcxml,
    "marc-in-json": marcjson.frame_marc_in_json,
    "mrk": tagged.frame_mrk,
    "aleph": tagged.frame_aleph,
    "libol": tagged.frame_libol,
    "opac": tagged.frame_opac,
}

_ROOT = re.compile(rb"<(?![?!])([A-Za-z_][\w.:-]*)")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
_LINE_FORMS = (
    ("mrk", re.compile(rb"^=(?:LDR|000|[0-9]{3})  ?", re.MULTILINE)),
    ("aleph", re.compile(rb"^\d{9} (?:LDR|FMT|[0-9]{3}).. . ", re.MULTILINE)),
    ("libol", re.compile(rb"^Ldr .{10,30}\r?\n#[0-9]{3} |^#(?:001|245) ", re.MULTILINE | re.IGNORECASE)),
    ("opac", re.compile(rb"^[0-9]{3}\t[^\t\n]?\t[^\t\n]?\t[0-9a-z]?\t", re.MULTILINE)),
)
_BINARY = (
    (b"PK\x03\x04", "a ZIP archive or an Office document; unpack it, or export the records from the library system"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel document"),
    (b"BZh", "a bzip2 file; unpack it or use gzip"),
    (b"\xfd7zXZ", "an xz file; unpack it or use gzip"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it"),
    (b"Rar!", "a RAR archive; unpack it"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x7fELF", "a program"),
)


def recognise(head: bytes) -> str:
    """The format of an input by its first bytes (64 KiB, gzip undone). Raises UnknownFormat saying what it seems
    to be and what to send."""
    if not head:
        raise UnknownFormat(f"the input is empty; {_SEND}")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnknownFormat("text in UTF-16 (“Unicode” in Windows); save it again as UTF-8")
    body = head.lstrip(b"\x00\r\n\t \x1a\xef\xbb\xbf\x0c")
    if not body:
        raise UnknownFormat(f"nothing but NUL bytes or blanks: a failed copy; {_SEND}")
    for magic, what in _BINARY:
        if body.startswith(magic):
            raise UnknownFormat(f"this seems to be {what}; {_SEND}")
    if body[257:262] == b"ustar":
        raise UnknownFormat(f"this seems to be a tar archive; unpack it; {_SEND}")
    if body[:1] == b"<":
        return _recognise_xml(body)
    if body[:1] in (b"{", b"[") and re.search(rb'"(?:leader|fields)"\s*:', body):
        return "marc-in-json"
    if iso2709.LEADER.match(body):
        base = body[12:17]
        ending = body[int(base) - 1 : int(base)] if base.isdigit() else b""
        if ending == b"#" and b"\x1d" not in body[:4096]:
            return "hash-iso"
        return "iso2709"
    for name, looks in _LINE_FORMS:
        if looks.search(body[:8192]):
            return name
    if re.search(rb"\x1e[ -~]{2}\x1f[0-9a-z]", body) or iso2709.LEADER.search(body):
        return "iso2709"
    raise UnknownFormat(f"{_seems(body)}; {_SEND}")


def _recognise_xml(body: bytes) -> str:
    if _HTML.search(body[:4096]):
        raise UnknownFormat(
            "this is an HTML page, perhaps a login or error page saved under a wrong name; "
            "download the file again while logged in"
        )
    if b"<!DOCTYPE" in body[: (body.find(b"<leader") + 1 or len(body))]:
        raise UnknownFormat(marcxml.DOCTYPE)
    if re.search(rb"<(?:[\w.-]+:)?(?:record|collection|OAI-PMH|searchRetrieveResponse|ListRecords|bibs?)[\s>]", body):
        return "marcxml"
    root = _ROOT.search(body)
    name = root.group(1).decode("ascii") if root else "?"
    raise UnknownFormat(f"XML with the root element {name!r} and no record elements: not MARCXML; {_SEND}")


def _seems(body: bytes) -> str:
    start = body[:2048]
    if start[:1] in b"{[":
        return "JSON without 'leader' and 'fields': not MARC-in-JSON"
    odd = sum(1 for b in start if b < 9 or 13 < b < 32)
    if odd * 20 > len(start):
        return "binary data, not MARC"
    first = start.split(b"\n", 1)[0][:60].decode("utf-8", "replace").strip()
    if any(first.count(c) > 1 for c in (";", ",", "\t")):
        return f"this seems to be a table (CSV), beginning {first!r}"
    return f"text in no known MARC format, beginning {first!r}"


def frames(stream: BinaryIO, *, format: str | None = None) -> Iterator[Frame | Damaged]:
    """The records of an input as bytes, one at a time, in constant memory; damaged stretches in their place.

    ``stream`` is read forward only; gzip and a byte order mark are undone. ``format`` overrules recognition (a key
    of :data:`FORMATS`). Raises UnknownFormat at once for what is no MARC, ValueError for an unknown ``format``.
    """
    source = Source(stream)
    head = source.head(SAMPLE)
    if format is None:
        if source.failure and not head:
            raise UnknownFormat(source.failure)
        format = recognise(head)
    elif format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; known: {', '.join(FORMATS)}")
    return _frames(source, _FRAMERS[format])


def _frames(source: Source, framer: Callable[[Source], Iterator[Frame | Damaged]]) -> Iterator[Frame | Damaged]:
    number = 0
    for found in framer(source):
        number = found.number
        yield found
    if source.failure:
        yield Damaged(b"", source.offset, number + 1, source.failure)


def parse(data: bytes, format: str, *, encoding: str | None = None) -> Record:
    """The record in a frame's bytes. ``encoding`` is what the member's profile orders (``tcvn3``, ``vni`` …).

    Raises MarcError when the bytes cannot be a record; what could be mended or kept is in ``record.problems``
    (codes: :mod:`converters.marc.build`).
    """
    kept.read(len(data))
    if format == "iso2709":
        return iso2709.parse_iso2709(data, encoding)
    if format == "marcxml":
        return marcxml.parse_marcxml(data, encoding)
    if format == "marc-in-json":
        return marcjson.parse_marc_in_json(data, encoding)
    if format == "hash-iso":
        return iso2709.parse_hash(data, encoding)
    if format in FORMATS:
        return tagged.parse_tagged(data, format, encoding)
    raise ValueError(f"unknown format {format!r}; known: {', '.join(FORMATS)}")


def seen_number(frame: Frame) -> str:
    """The control number as far as a frame that cannot be parsed still shows it, else empty."""
    if frame.format == "marcxml":
        return marcxml.seen_number(frame.data)
    if frame.format == "marc-in-json":
        return marcjson.seen_number(frame.data)
    if frame.format == "iso2709":
        return iso2709.seen_number(frame.data)
    found = re.search(rb"^[=#]001 +(\S+)", frame.data, re.MULTILINE)
    return found.group(1).decode("utf-8", "replace") if found else ""


def read(
    stream: BinaryIO, *, format: str | None = None, encoding: str | None = None
) -> Iterator[tuple[Frame, Record] | Damaged]:
    """Frames and their records; a frame that is no record comes as Damaged. Raises as :func:`frames`."""
    return _read(frames(stream, format=format), encoding)


def _read(found: Iterator[Frame | Damaged], encoding: str | None) -> Iterator[tuple[Frame, Record] | Damaged]:
    for frame in found:
        if isinstance(frame, Damaged):
            yield frame
            continue
        try:
            record = parse(frame.data, frame.format, encoding=encoding)
        except MarcError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001  a defect of a reader costs one record, not the file
            reason = f"the reader failed ({type(error).__name__}: {error}); please report this record"
        else:
            yield frame, record
            continue
        yield Damaged(frame.data, frame.offset, frame.number, reason, seen_number(frame))
