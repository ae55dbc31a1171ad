"""Writing MARC-8: what the hub reads but never writes, needed only to make the demo's MARC-8 files."""

from __future__ import annotations

import unicodedata

from pymarc import marc8_mapping

from converters.marc.record import Record


def _marc8_table() -> dict[str, bytes]:
    """Characters that ASCII and ANSEL have, with their byte (LC, MARC 21 Specifications: MARC-8)."""
    table = {chr(n): bytes([n]) for n in range(0x20, 0x7F)}
    for code, (point, _) in marc8_mapping.CODESETS[0x45].items():
        table.setdefault(chr(point), bytes([code]))
    return table


_MARC8 = _marc8_table()


def marc8(text: str) -> bytes:
    """Text in MARC-8: marks before their letter, as ANSEL has them. Raises ValueError for what neither set has."""
    out: list[bytes] = []
    letter = b""
    marks: list[bytes] = []
    for c in unicodedata.normalize("NFD", text).replace("o\u031b", "\u01a1").replace("u\u031b", "\u01b0") + "\0":
        if unicodedata.combining(c):
            marks.append(_MARC8[c])
            continue
        out.extend([*marks, letter])
        marks = []
        if c != "\0":
            if c not in _MARC8:
                raise ValueError(f"MARC-8 has no {c!r} in its Latin sets")
            letter = _MARC8[c]
    return b"".join(out)


def to_marc8(record: Record) -> bytes:
    """The record in ISO 2709 with MARC-8 text and leader/09 blank."""
    directory, body = b"", b""
    for field in record.fields:
        if field.tag < "010":
            data = field.value.encode("ascii") + b"\x1e"
        else:
            data = (field.ind1 + field.ind2).encode("ascii")
            data += b"".join(b"\x1f" + code.encode("ascii") + marc8(text) for code, text in field.subfields) + b"\x1e"
        directory += f"{field.tag}{len(data):04d}{len(body):05d}".encode("ascii")
        body += data
    base = 24 + len(directory) + 1
    leader = f"{base + len(body) + 1:05d}{record.leader[5:9]} 22{base:05d}{record.leader[17:20]}4500"
    return leader.encode("ascii") + directory + b"\x1e" + body + b"\x1d"
