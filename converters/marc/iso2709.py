"""ISO 2709 as MARC 21 writes it, and eMicLib's variant with ``#``, ``##`` and ``$`` for the delimiters.

Records are told apart by the record terminator 0x1D, never by the leader's length: one wrong length or a line end
between records costs other readers the rest of the file. Source: MARC 21 Record Structure; ISO 2709:2008.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from converters.marc.build import checked_leader, finish, split_fields
from converters.marc.frame import FRAME_LIMIT, SAMPLE, Damaged, Frame, MarcError
from converters.marc.record import Problem, Record
from converters.marc.source import Source
from converters.marc.text import decode_body

LEADER = re.compile(rb"[ -~]{12}[0-9 ]{5}[ -~]{3}4[ -~]{3}(?:[0-9A-Za-z]{3}[0-9]{9}|\x1e)")
"""A leader followed by the first directory entry."""

_SECOND_RECORD = re.compile(
    rb"[\x1e\x1c\n](?=[0-9]{5}[acdnposx][a-z][ -~]{3}22[0-9]{5}[ -~]{3}4[ -~]{3}[0-9A-Za-z]{3}[0-9]{9})"
)
_FILLING = b"\x00\r\n\t \x1a\xef\xbb\xbf\x0c"
_NEVER_LEADER = b"\x00\r\n\t\x1a\xef\xbb\xbf\x0c"
_END = b"\x1d"
_HASH_END = re.compile(rb"##(?=[\s\xef\xbb\xbf]*[0-9]{5}[ -~]{7}[0-9]{5}[ -~]{7}[0-9A-Za-z]{3}[0-9]{9})")
_HASH_SUBFIELD = re.compile(rb"\$(?=[a-z]|[0-9](?![0-9.,]))")
_TAG = re.compile(rb"[0-9A-Za-z]{3}\Z")


def frame_iso2709(source: Source) -> Iterator[Frame | Damaged]:
    """Cut a stream at 0x1D. A stretch over :data:`FRAME_LIMIT` is damaged and skipped to the next 0x1D."""
    number = 0
    buffer = b""
    start = source.offset  # of buffer
    skipping = False
    while True:
        chunk = source.read()
        if not chunk:
            break
        if skipping:
            cut = chunk.find(_END)
            if cut < 0:
                continue
            start = source.offset - len(chunk) + cut + 1
            buffer, skipping = chunk[cut + 1 :], False
        else:
            buffer = buffer + chunk if buffer else chunk
        pieces = buffer.split(_END)
        buffer = pieces.pop()
        for piece in pieces:
            for found in _records_in(piece, start, number, ended=True):
                number = found.number
                yield found
            start += len(piece) + 1
        if len(buffer) > FRAME_LIMIT:
            number += 1
            yield Damaged(
                buffer[:SAMPLE],
                start,
                number,
                f"more than {FRAME_LIMIT // 1048576} MiB without the end of a record (0x1D): "
                "no MARC record is so long; skipped to the next record end",
                seen_number(buffer[:SAMPLE]),
            )
            buffer, skipping = b"", True
    if not skipping:
        yield from _records_in(buffer, start, number, ended=False)


def _records_in(piece: bytes, start: int, number: int, *, ended: bool) -> Iterator[Frame | Damaged]:
    """What stands before one record terminator: filling, perhaps junk, and one record (more where a 0x1D is lost)."""
    if not piece[:5].isdigit():
        body = piece.lstrip(_FILLING)
        if LEADER.match(piece.lstrip(_NEVER_LEADER)):  # a length of blanks
            body = piece.lstrip(_NEVER_LEADER)
        start += len(piece) - len(body)
        piece = body
        if not piece:
            return
        leader = LEADER.search(piece, 0, SAMPLE)
        if leader is None or leader.start():
            junk = piece if leader is None else piece[: leader.start()]
            number += 1
            lacks = "no record: they do not begin with a leader and a directory (cut off before, or a stray 0x1D)"
            yield Damaged(junk[:SAMPLE], start, number, f"{len(junk)} bytes that are {lacks}", seen_number(junk))
            if leader is None:
                return
            start += leader.start()
            piece = piece[leader.start() :]
    at = 0
    while True:  # no recursion: a file may have lost every terminator that it had
        rest = len(piece) - at
        digits = piece[at : at + 5]
        if rest <= 60 or (digits.isdigit() and int(digits) == rest + 1):
            break
        second = _SECOND_RECORD.search(piece, at + 24)
        if second is None:
            break
        cut = second.start() + 1
        number += 1
        yield Frame(piece[at:cut] + _END, start + at, "iso2709", number)
        at = cut
    start += at
    piece = piece[at:]
    number += 1
    if ended or piece.rstrip(_FILLING).endswith(b"\x1e"):
        yield Frame(piece + _END, start, "iso2709", number)
    else:
        reason = "the input ends inside this record: the file was cut short; send it again"
        yield Damaged(piece[:SAMPLE], start, number, reason, seen_number(piece))


def frame_hash(source: Source) -> Iterator[Frame | Damaged]:
    """Cut eMicLib's variant at ``##`` before the next leader (its lengths are wrong, and ``##`` also ends an
    empty field)."""
    number = 0
    buffer = b""
    start = source.offset
    skipping = False
    while True:
        chunk = source.read()
        buffer += chunk
        used = 0
        while True:
            end = _HASH_END.search(buffer, used)
            if end is None and (chunk or not buffer[used:].strip(_FILLING)):
                break
            cut = len(buffer) if end is None else end.end()
            piece = buffer[used:cut]
            if skipping:
                used, skipping = cut, False
                continue
            number += 1
            body = piece.strip(_FILLING)
            offset = start + used + (piece.find(body[:1]) if body else 0)
            used = cut
            if LEADER.match(body[:40]) and body.endswith(b"#"):
                yield Frame(body, offset, "hash-iso", number)
            else:
                reason = "no leader with a directory, or no ## at the end: cut off; export this record again"
                yield Damaged(body[:SAMPLE], offset, number, reason)
        if not chunk:
            return
        buffer = buffer[used:]
        start += used
        if skipping:
            start += max(0, len(buffer) - 64)
            buffer = buffer[-64:]
        elif len(buffer) > FRAME_LIMIT:
            skipping = True
            number += 1
            reason = "more than 4 MiB without the end of a record (##): no MARC record is so long"
            yield Damaged(buffer[:SAMPLE], start, number, reason)
            start += len(buffer) - 64
            buffer = buffer[-64:]


def seen_number(data: bytes) -> str:
    """The control number as far as the bytes of a damaged record still show it, else empty."""
    if b"001" not in data[24:36]:
        return ""
    parts = data[:4096].split(b"\x1e", 2)
    value = parts[1] if len(parts) > 2 else b""
    return value.decode("latin-1").strip() if 0 < len(value) < 40 and b"\x1f" not in value else ""


def parse_iso2709(data: bytes, encoding: str | None) -> Record:
    """One record of ISO 2709. Raises MarcError when it cannot be taken apart."""
    return _parse(data.rstrip(b"\x1d\r\n\x1a") if data[-1:] != _END else data[:-1], "iso2709", encoding)


def parse_hash(data: bytes, encoding: str | None) -> Record:
    """One record of eMicLib's variant."""
    return _parse(data.rstrip(b"\r\n \x1a"), "hash-iso", encoding)


def _parse(data: bytes, form: str, encoding: str | None) -> Record:
    problems: list[Problem] = []
    if len(data) < 25:
        raise MarcError(f"{len(data)} bytes are too few for a record (the leader alone has 24)")
    tags, contents = _take_apart(data, form, problems)
    if not tags:
        raise MarcError("a leader without any field: nothing to describe; take the record out or export it again")
    leader = data[:24].decode("latin-1")
    if not leader.isascii() or not leader.isprintable() or len(leader) != 24 or "#" in leader:
        leader = checked_leader(leader, problems)
    if form == "hash-iso":
        if any(b"\x1e" in c or b"\x1f" in c for c in contents):
            problems.append(Problem("control-character", "", "control characters were taken out"))
            contents = [c.replace(b"\x1e", b"").replace(b"\x1f", b"") for c in contents]
        contents = [_HASH_SUBFIELD.sub(b"\x1f", c) for c in contents]
    body = b"\x1e".join(contents)
    text, name = decode_body(body, leader[9], encoding, problems)
    texts = text.split("\x1e")
    if len(texts) != len(tags):
        raise MarcError(f"the encoding {name!r} that the member profile orders does not fit the record's delimiters")
    fields = split_fields(tags, texts, problems)
    for field in fields:
        if field.tag == "001" and not field.value.isprintable() and any(c < " " for c in field.value):
            raise MarcError("001 holds delimiters: the directory does not fit the record; export it again")
    return finish(Record(leader, fields, format=form, encoding=name, problems=problems), text)


def _take_apart(data: bytes, form: str, problems: list[Problem]) -> tuple[list[str], list[bytes]]:
    """Tags and contents by the directory, checked against the terminators."""
    end = b"\x1e" if form == "iso2709" else b"#"
    digits = data[12:17]
    base = int(digits) if digits.isdigit() else 0
    if not 25 <= base <= len(data) or data[base - 1] not in b"\x1e\x1f#" or (base - 25) % 12:
        found = data.find(end, 24)
        if found < 0:
            raise MarcError("no directory: there is no field terminator after the leader; export the record again")
        if (found - 24) % 12:
            return _wide_directory(data[24:found], data[found + 1 :].split(end), problems)
        base = found + 1
        message = f"the base address {digits.decode('latin-1')!r} is wrong; the directory ends at byte {found}"
        problems.append(Problem("leader-repaired", "LDR/12-16", message))
    directory = data[24 : base - 1]
    body = data[base:]
    contents = body.split(end)
    if not contents[-1].strip(b"\r\n \x00#"):
        contents.pop()
    count = len(directory) // 12
    if form == "hash-iso" and len(contents) == count + 1 and not contents[-1]:
        contents.pop()
    if not directory.isascii():
        raise MarcError("the directory holds bytes that are not ASCII; export the record again")
    entries = directory.decode("ascii")
    tags = [entries[i : i + 3] for i in range(0, count * 12, 12)]
    if len(contents) == count and _agrees(entries, contents):
        return tags, contents
    exact = _by_directory(directory, body, end[0])
    if exact is not None:
        if form == "iso2709" and any(end in content for content in exact):
            message = "a field terminator stood inside a field; the directory tells, it was taken out"
            problems.append(Problem("control-character", "", message))
            exact = [content.replace(end, b"") for content in exact]
        return tags, exact
    if len(contents) != count:
        raise MarcError(
            f"the directory lists {count} fields and the record has {len(contents)}, at other places than it says; "
            "which text belongs to which tag cannot be known: export the record again"
        )
    for tag, content in zip(tags, contents, strict=True):
        if not _TAG.match(tag.encode()) or (tag[:2] == "00" and b"\x1f" in content):
            raise MarcError(f"the directory lies and its tags do not fit the fields either (at {tag!r})")
    message = "lengths or positions in the directory are wrong; the fields were told apart by their terminators"
    problems.append(Problem("directory-repaired", "directory", message))
    return tags, contents


def _agrees(entries: str, contents: list[bytes]) -> bool:
    """Whether the directory gives exactly the lengths and positions that the terminators give."""
    start, at = 0, 3
    for content in contents:
        length = len(content) + 1
        numbers = entries[at : at + 9]
        if not numbers.isdigit() or int(numbers) != length * 100000 + start:
            return False
        start += length
        at += 12
    return True


def _wide_directory(directory: bytes, contents: list[bytes], problems: list[Problem]) -> tuple[list[str], list[bytes]]:
    """A directory whose writer let numbers grow past their width (fields over 9,999 bytes): certain when every entry
    then fits the field it should stand for. Raises MarcError otherwise."""
    tags: list[str] = []
    pos = start = 0
    contents = contents[:-1]
    for content in contents:
        length = len(content) + 1
        numbers = b"%04d%05d" % (length, start)
        if directory[pos + 3 : pos + 3 + len(numbers)] != numbers or not directory[pos : pos + 3].isalnum():
            break
        tags.append(directory[pos : pos + 3].decode("ascii"))
        pos += 3 + len(numbers)
        start += length
    if pos != len(directory) or len(tags) != len(contents):
        raise MarcError(
            f"the directory has {len(directory)} bytes, no multiple of 12, so tags cannot be told from lengths; "
            "export the record again"
        )
    problems.append(Problem("directory-repaired", "directory", "entries are wider than 12 bytes; each fits its field"))
    return tags, contents


def _by_directory(directory: bytes, body: bytes, end: int) -> list[bytes] | None:
    """Contents where the directory says, in any order; None unless each ends with a terminator, they do not overlap,
    and together they leave nothing of the record unread (so that a terminator inside a field is data)."""
    places: list[tuple[int, int]] = []
    for i in range(0, len(directory), 12):
        length, start = directory[i + 3 : i + 7], directory[i + 7 : i + 12]
        if not length.isdigit() or not start.isdigit():
            return None
        first, last = int(start), int(start) + int(length) - 1
        if last < first or last >= len(body) or body[last] != end:
            return None
        places.append((first, last))
    reached = 0
    for first, last in sorted(places):
        if first != reached:
            return None
        reached = last + 1
    if body[reached:].strip(b"\r\n \x00#\x1e"):
        return None
    return [body[first:last] for first, last in places]
