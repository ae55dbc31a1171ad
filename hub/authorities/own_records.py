"""The hub's own authority records: MARC 21 Authority records of a member of its own, written by accepted proposals.

They are records like any other (kept, matched, shown, withdrawn), so what they say outlives every reload of others.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from converters.marc import Frame, parse
from converters.marc.record import Field, Record
from converters.marc.write import to_iso2709
from hub.intake import single
from hub.members import put_member
from hub.registry import schema

AUTHORITY_FILE = "authority-file"
"""The member whose records they are; only the office may write to it directly."""
_LEADER = "00000nz  a2200000n  4500"
_SYSTEMS = {"lcsh": "a", "lcshac": "b", "mesh": "c", "nal": "d", "cash": "k", "rvm": "v"}
_NUMBER = re.compile(r"h([0-9]{6,})\Z")


def new_record(connection: Connection, heading: Field, vocabulary: str, at: int) -> Record:
    """A record that establishes a heading of a vocabulary (``lcsh``; ``local`` or empty: none that has a code)."""
    day = datetime.fromtimestamp(at, UTC).strftime("%y%m%d")
    concept = heading.tag[1:] in ("47", "48", "50", "51", "55", "62")
    system = _SYSTEMS.get(vocabulary, "z") if concept else "n"
    coded = f"{day}n||az{system}nnaabn          |a ana     c".ljust(40)
    source = [("a", AUTHORITY_FILE), ("b", "vie"), ("c", AUTHORITY_FILE)]
    if concept and vocabulary not in ("", "local") and vocabulary not in _SYSTEMS:
        source.append(("f", vocabulary))
    fields = [
        Field("001", value=_next_number(connection)),
        Field("008", value=coded),
        Field("040", subfields=source),
        Field(heading.tag, heading.ind1, heading.ind2, list(heading.subfields)),
    ]
    return Record(_LEADER, fields)


def _next_number(connection: Connection) -> str:
    table = schema.record
    number = table.c.control_number
    own = (table.c.member == AUTHORITY_FILE, table.c.kind == "authority", number.like("h%"))
    newest = select(number).where(*own).order_by(func.length(number).desc(), number.desc()).limit(1)
    numbers = connection.execute(newest).scalar()
    found = _NUMBER.match(numbers or "")
    return f"h{int(found[1]) + 1 if found else 1:06d}"


def own_record(connection: Connection, headings: Sequence[int]) -> tuple[Row[Any], Record] | None:
    """The hub's own record that establishes one of some headings."""
    table, authority = schema.record, schema.authority
    row = connection.execute(
        select(table)
        .join(authority, authority.c.record == table.c.id)
        .where(authority.c.heading.in_(headings), table.c.member == AUTHORITY_FILE, table.c.deleted.is_(False))
        .order_by(table.c.id)
    ).first()
    return (row, parse(zlib.decompress(row.raw), row.format)) if row is not None else None


def by_number(connection: Connection, number: str) -> tuple[Row[Any], Record] | None:
    """The hub's own live record of a control number."""
    rows = [r for r in single.find(connection, AUTHORITY_FILE, number, "authority") if not r.deleted]
    return (rows[0], parse(zlib.decompress(rows[0].raw), rows[0].format)) if rows else None


def prepared(connection: Connection, record: Record) -> single.Prepared:
    """The record as intake takes it, with what it establishes and claims. Raises ValueError when it is unfit."""
    data = to_iso2709(in_order(record))
    text = single.profile_json(connection, AUTHORITY_FILE) or "{}"
    (made,) = single.prepare(text, [Frame(data, 0, "iso2709", 1)], single.NOBODY)
    if made.reason:
        raise ValueError(made.reason)
    return made


def store(connection: Connection, made: single.Prepared, by: str, *, loading: bool) -> None:
    """Write a prepared record by the path of all records. Raises single.Busy while the file itself is loaded."""
    if single.profile_json(connection, AUTHORITY_FILE) is None:
        put_member(connection, AUTHORITY_FILE, {})
    single.put(connection, AUTHORITY_FILE, made, by, expected=None, new=False, loading=loading)


def in_order(record: Record) -> Record:
    """The record with its fields in the order of their tags, those of one tag as they stood."""
    return Record(record.leader, sorted(record.fields, key=lambda f: f.tag))


def same_field(a: Field, b: Field) -> bool:
    """Whether two fields say the same."""
    return (a.tag, a.ind1, a.ind2, list(a.subfields)) == (b.tag, b.ind1, b.ind2, list(b.subfields))
