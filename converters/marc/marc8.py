"""MARC-8 to Unicode, with what could not be read told instead of printed.

Source: LC, MARC 21 Specifications for Record Structure, Character Sets and Exchange Media: MARC-8. The code tables are
pymarc's; its own decoder writes to standard error and drops what it does not know, so the loop is ours.
"""

from __future__ import annotations

import re

from pymarc import marc8_mapping

_SETS = marc8_mapping.CODESETS
_ODD = marc8_mapping.ODD_MAP
_LATIN, _ANSEL, _EACC = 0x42, 0x45, 0x31
_REFERENCE = re.compile(rb"&#x([0-9A-Fa-f]{4,6});")
_ONE_BYTE = {0x67, 0x62, 0x70}  # Greek symbols, subscripts, superscripts: ESC and one byte


def decode(data: bytes) -> tuple[str, int, int]:
    """One subfield's bytes as text (not normalised), the number of bytes without a character (each became U+FFFD),
    and the number of places where marks stand as no cataloguer sets them: three in a row, or before no letter."""
    g0, g1 = _LATIN, _ANSEL
    out: list[str] = []
    marks: list[str] = []
    unknown = odd = 0
    pos, end = 0, len(data)
    while pos < end:
        byte = data[pos]
        if byte == 0x1B:
            consumed, g0, g1 = _escape(data, pos, g0, g1)
            if not consumed:
                unknown += 1
                consumed = 1
            pos += consumed
            continue
        if byte < 0x20 or 0x80 <= byte < 0xA0:
            # Control characters: kept for the caller to see, except MARC-8's own non-sorting marks and joiners.
            if byte in (0x8D, 0x8E):
                out.append("\u200d" if byte == 0x8D else "\u200c")
            elif byte not in (0x88, 0x89):
                out.append(chr(byte))
            pos += 1
            continue
        reference = _REFERENCE.match(data, pos) if byte == 0x26 else None
        if reference is not None and 0xA0 <= int(reference.group(1), 16) <= 0x10FFFF:
            # MARC-8 writes characters it does not have as references (LC: lossless conversion).
            out.append(chr(int(reference.group(1), 16)))
            out.extend(marks)
            marks = []
            pos = reference.end()
            continue
        if byte == 0x20:
            code, table, width = 0x20, _SETS[_LATIN], 1
        elif byte > 0x80:
            code, table, width = byte, _SETS.get(g1, {}), 1
            if g1 == _EACC and pos + 2 < end:
                code, width = int.from_bytes(bytes(b & 0x7F for b in data[pos : pos + 3]), "big"), 3
        elif g0 == _EACC:
            code, table, width = int.from_bytes(data[pos : pos + 3], "big"), _SETS[_EACC], 3
        else:
            code, table, width = byte, _SETS.get(g0, {}), 1
        pos += width
        found = table.get(code)
        if found is None:
            character, combining = _ODD.get(code), 0
            if character is None:
                unknown += 1
                character = 0xFFFD
        else:
            character, combining = found
        if combining:
            marks.append(chr(character))
            continue
        letter = chr(character)
        out.append(letter)
        if marks:
            if len(marks) > 2 or not letter.isalnum():
                odd += 1
            out.extend(marks)
            marks = []
    if marks:
        odd += 1
        out.extend(marks)
    return "".join(out), unknown, odd


def _escape(data: bytes, pos: int, g0: int, g1: int) -> tuple[int, int, int]:
    """Bytes that an escape sequence takes (0: it is none), and the sets that hold after it."""
    following = data[pos + 1 : pos + 5]
    if not following:
        return 0, g0, g1
    first = following[0]
    if first == 0x73:
        return 2, _LATIN, g1
    if first in _ONE_BYTE:
        return 2, first, g1
    multibyte = first == 0x24
    rest = following[1:] if multibyte else following
    skip = 2 if multibyte else 1
    if multibyte and rest and rest[0] not in b"(,)-":
        return (3, rest[0], g1) if rest[0] in _SETS else (0, g0, g1)
    if len(rest) < 2 or rest[0] not in b"(,)-":
        return 0, g0, g1
    second = rest[0]
    name, extra = rest[1], 2
    if name == 0x21 and len(rest) > 2:  # ESC ( ! E: ANSEL's final is two bytes
        name, extra = rest[2], 3
    if name not in _SETS:
        return 0, g0, g1
    taken = skip + extra
    return (taken, name, g1) if second in b"(," else (taken, g0, name)
