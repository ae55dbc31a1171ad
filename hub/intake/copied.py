"""What a record copied from the hub says of other libraries' copies, and why that is no claim of the loading member.

The hub's MARC for brokers (SRU ``marcxml``, OAI-PMH, dumps) names who holds an Instance: 852 ``$a`` the member's symbol
for each copy, 999 11 ``$l`` ``$s`` for each record. A member that loads such a record as its own would have these
copies. They are left out when all of this holds:

- the record names an Instance of this hub (024 ``$2 uri``, ``…/instances/{id}``, the id minted here: ids are random and
  never reused, so that it stays true when the hub moves to another address);
- the field names another member by its code or its organization code (MARC 21 852 ``$a``);
- the member does not answer for that code: it is neither its own nor among ``libraries`` of its profile, where a
  member that catalogues for another one maps the code to a library.

The bytes are kept as sent. What was left out is kept with the record (table ``left_out``), so that all who read the
record later decide as intake did, whatever members there are then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from converters.marc.record import Field, Record
from converters.profile import Profile
from hub.registry import schema
from hub.registry.registry import CHUNK

CODE = "other-library"
"""The code of the problem that tells of it."""

LeftOut = frozenset[tuple[str, str]]
"""Tags and symbols: the fields of a record that are no holdings of its member."""

NOTHING: LeftOut = frozenset()
_INSTANCE = re.compile(r"https?://\S+/instances/([0-9a-z]{1,32})")


@dataclass(frozen=True, slots=True)
class Others:
    """The other members of the hub, by the symbols under which the hub shows them: symbol → member code."""

    members: Mapping[str, str]

    @classmethod
    def of(cls, connection: Connection, member: str) -> Others:
        """All members but ``member``, whose own symbols are none of theirs."""
        table = schema.member
        found: dict[str, str] = {}
        own = {member}
        for row in connection.execute(select(table.c.code, table.c.profile).order_by(table.c.code)):
            organization = json.loads(row.profile or "{}").get("organization", "")
            if row.code == member:
                own.add(organization)
            else:
                found[row.code] = row.code
                found.setdefault(organization, row.code)
        return cls({symbol: code for symbol, code in found.items() if symbol and symbol not in own})


NOBODY = Others({})
"""For records that the hub itself has made."""


def copied_from(record: Record) -> str:
    """The id of the Instance that a record names as its own URI (024 ``$2 uri``), empty when it names none."""
    for field in record.all("024"):
        if (field.get("2") or "").strip() == "uri" and (m := _INSTANCE.fullmatch((field.get("a") or "").strip())):
            return m.group(1)
    return ""


def of_others(record: Record, profile: Profile, others: Others) -> LeftOut:
    """The holdings of other members in a record that was copied from a hub."""
    if not others.members:
        return NOTHING
    brokers = bool(profile.item_fields("999"))  # of no meaning to any other member
    found = set()
    for field in record.fields:
        symbol = _symbol(field) if field.tag == "852" or brokers else ""
        if symbol in others.members and symbol != profile.organization and symbol not in profile.libraries:
            found.add((field.tag, symbol))
    return frozenset(found)


def _symbol(field: Field) -> str:
    """Whom a field says to hold it: 852 $a, and $s of the 999 11 that brokers read; empty for all other fields."""
    if field.tag == "852":
        return (field.get("a") or "").strip()
    if field.tag == "999" and field.ind1 == field.ind2 == "1" and [c for c, _ in field.subfields] == ["l", "s"]:
        return field.subfields[1][1].strip()
    return ""


def without(record: Record, left: LeftOut) -> Record:
    """The record without these fields; the record itself when there are none."""
    if not left:
        return record
    kept = [f for f in record.fields if (f.tag, _symbol(f)) not in left]
    return Record(record.leader, kept, format=record.format, encoding=record.encoding, problems=list(record.problems))


def problems(record: Record, left: LeftOut) -> list[tuple[str, str, str]]:
    """Code, place and sentence for each field and library that was left out."""
    found = []
    for tag, symbol in sorted(left):
        count = sum((f.tag, _symbol(f)) == (tag, symbol) for f in record.fields)
        said = f"{tag} names library {symbol}" + (f" ({count} fields)" if count > 1 else "")
        sentence = f"{said}, another member of the hub: left out; marcxml-bib is the form to copy records in"
        found.append((CODE, "852$a" if tag == "852" else "999$s", sentence))
    return found


def minted(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Which of these ids are Instances of this hub, live or not."""
    entity, wanted = schema.entity, sorted(set(ids))
    found: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        part = entity.c.id.in_(wanted[start : start + CHUNK])
        found.update(connection.execute(select(entity.c.id).where(part, entity.c.place == "instances")).scalars())
    return found


def note(connection: Connection, left: Mapping[int, LeftOut], *, known: Iterable[int] = ()) -> None:
    """Keep what was left out of each record (by its number); ``known`` are those that may have had something."""
    table, before = schema.left_out, list(known)
    for start in range(0, len(before), CHUNK):
        connection.execute(delete(table).where(table.c.record.in_(before[start : start + CHUNK])))
    rows = [{"record": n, "tag": tag, "symbol": symbol} for n, found in left.items() for tag, symbol in sorted(found)]
    if rows:
        connection.execute(insert(table), rows)


def left_out(connection: Connection, numbers: Iterable[int]) -> dict[int, LeftOut]:
    """What was left out of records; those of which nothing was are absent."""
    table, wanted = schema.left_out, list(numbers)
    found: dict[int, set[tuple[str, str]]] = {}
    for start in range(0, len(wanted), CHUNK):
        for row in connection.execute(select(table).where(table.c.record.in_(wanted[start : start + CHUNK]))):
            found.setdefault(row.record, set()).add((row.tag, row.symbol))
    return {number: frozenset(left) for number, left in found.items()}


def told(connection: Connection, job: int, limit: int = 20) -> tuple[int, list[tuple[str, str]]]:
    """How many records of a load had holdings of others, and the first of them: control number and sentence."""
    problem, record = schema.problem, schema.record
    joined = problem.join(record, record.c.id == problem.c.record)
    mine = (record.c.job == job, problem.c.code == CODE)
    count = connection.execute(select(func.count(record.c.id.distinct())).select_from(joined).where(*mine)).scalar()
    columns = select(record.c.control_number, problem.c.message).select_from(joined)
    rows = connection.execute(columns.where(*mine).order_by(record.c.id, problem.c.id).limit(limit)) if count else ()
    return count or 0, [(row.control_number, row.message) for row in rows]
