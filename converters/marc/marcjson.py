"""MARC-in-JSON: one object a line, an array of objects, or objects one after another, pretty-printed or not.

Source: Ross Singer's MARC-in-JSON as pymarc, marc4j, ruby-marc and HathiTrust write it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from converters.marc.build import checked_leader, finish, split_fields, without_delimiters
from converters.marc.frame import FRAME_LIMIT, SAMPLE, Damaged, Frame, MarcError
from converters.marc.record import Problem, Record
from converters.marc.source import Source
from converters.marc.text import decode_body

_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}]|"', re.DOTALL)
_START = re.compile(rb'\{\s*"(?:leader|fields)"\s*:')
_NUMBER = re.compile(rb'"001"\s*:\s*"([^"\\]{1,60})"')


def frame_marc_in_json(source: Source) -> Iterator[Frame | Damaged]:
    """Cut out the objects that hold a ``leader`` or ``fields``, counting braces outside strings.

    Where the braces do not balance, the next ``{"leader":`` is taken as the beginning of the next record.
    """
    number = 0
    buffer = b""
    start = source.offset
    while True:
        chunk = source.read()
        buffer += chunk
        used = 0
        while True:
            opening = _START.search(buffer, used)
            if opening is None:
                used = max(used, len(buffer) - 64)
                break
            first = opening.start()
            end = _object_end(buffer, first)
            second = _START.search(buffer, opening.end(), end if end else len(buffer))
            if second is not None and (end is None or buffer.count(b"\n", first, second.start())):
                number += 1
                data = buffer[first : second.start()]
                reason = "the JSON object of this record is not closed before the next one begins"
                yield Damaged(data[:SAMPLE], start + first, number, reason, seen_number(data))
                used = second.start()
                continue
            if end is None:
                used = first
                break
            number += 1
            yield Frame(buffer[first:end], start + first, "marc-in-json", number)
            used = end
        rest = buffer[used:]
        if not chunk:
            if _START.match(rest):
                reason = "the input ends inside this record, or its braces do not balance; send the file again"
                yield Damaged(rest[:SAMPLE], start + used, number + 1, reason, seen_number(rest))
            return
        if len(rest) > FRAME_LIMIT:
            number += 1
            reason = "more than 4 MiB without the end of a JSON object: no MARC record is so long"
            yield Damaged(rest[:SAMPLE], start + used, number, reason, seen_number(rest[:SAMPLE]))
            used, rest = len(buffer), b""
        start += used
        buffer = rest


def _object_end(buffer: bytes, first: int) -> int | None:
    depth = 0
    for token in _TOKEN.finditer(buffer, first):
        what = token.group()
        if what == b"{":
            depth += 1
        elif what == b"}":
            depth -= 1
            if depth == 0:
                return token.end()
        elif what == b'"':
            return None  # a string that does not end in the buffer
    return None


def seen_number(data: bytes) -> str:
    """The control number as far as the bytes still show it, else empty."""
    found = _NUMBER.search(data)
    return found.group(1).decode("utf-8", "replace") if found else ""


def parse_marc_in_json(data: bytes, encoding: str | None) -> Record:
    """One JSON object. Raises MarcError when it is no JSON or no MARC-in-JSON, saying where."""
    problems: list[Problem] = []
    text, name = decode_body(data, "a", encoding, problems)
    try:
        found = json.loads(text, strict=False)
    except (json.JSONDecodeError, RecursionError) as error:
        raise MarcError(f"no valid JSON: {error}; export the record again") from None
    if not isinstance(found, dict) or not isinstance(found.get("fields"), list):
        raise MarcError("no MARC-in-JSON: an object with 'leader' and a list 'fields' is needed")
    tags: list[str] = []
    contents: list[str] = []
    for entry in found["fields"]:
        if not isinstance(entry, dict) or len(entry) != 1:
            _flat_field(entry, tags, contents)
            continue
        ((tag, value),) = entry.items()
        tags.append(str(tag))
        contents.append(_content(tag, value, problems))
    fields = split_fields(tags, contents, problems)
    leader = checked_leader(str(found.get("leader") or ""), problems)
    record = Record(leader, fields, format="marc-in-json", encoding=name, problems=problems)
    return finish(record, "\x1e".join(contents))


def _content(tag: str, value: Any, problems: list[Problem]) -> str:
    """A field's value in the form of ISO 2709."""
    if isinstance(value, str):
        return without_delimiters(value, problems)
    if not isinstance(value, dict):
        raise MarcError(f"field {tag} is neither a text nor an object with indicators and subfields")
    one, two = value.get("ind1"), value.get("ind2")
    if one is None or two is None:
        problems.append(Problem("indicator", tag, "indicators are missing; read as blank"))
    out = [(str(one or " ") or " ")[0] + (str(two or " ") or " ")[0]]
    subfields = value.get("subfields")
    if not isinstance(subfields, list):
        raise MarcError(f"field {tag} has no list of subfields")
    for subfield in subfields:
        if not isinstance(subfield, dict):
            raise MarcError(f"a subfield of {tag} is no object")
        for code, text in subfield.items():
            if isinstance(text, (dict, list)):
                raise MarcError(f"subfield {code} of {tag} is no text")
            plain = "" if text is None else without_delimiters(str(text), problems)
            out.append(f"\x1f{code[:1] or '?'}{plain}")
    return "".join(out)


def _flat_field(entry: Any, tags: list[str], contents: list[str]) -> None:
    """A field object of several keys: each key is a field (seen in hand-made files). Raises MarcError on others."""
    if not isinstance(entry, dict):
        raise MarcError("an entry of 'fields' is no object")
    for tag, value in entry.items():
        tags.append(str(tag))
        contents.append(_content(tag, value, []))
