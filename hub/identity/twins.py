"""Copies described alike: a member that keeps one record per copy may send thousands of equal descriptions.

Only the first of them is matched; the others are its twins and go where it goes, so that blocks of 10,000 alike
records cost no more than one. A record that a person decided about is always matched itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection

from hub.identity import statements
from hub.identity.keys import hashed
from hub.identity.pairs import Member
from hub.registry.schema import match_key, twin


def likeness(m: Member) -> int:
    """The match key that equal descriptions of one member share."""
    said = json.dumps([m.member, m.features], ensure_ascii=False, sort_keys=True)
    return hashed(f"={said}")


def release(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Undo the twinship of changed or deleted records; gives the twins that lose the record they followed."""
    left = {r.record for r in statements.rows_where(connection, twin.c.of, numbers, twin.c.record)} - set(numbers)
    statements.remove(connection, twin, twin.c.record, [*numbers, *left])
    return left


def pair_off(
    connection: Connection, arrived: Mapping[int, Member], copying: Collection[str], decided: Collection[int]
) -> set[int]:
    """Find and write which arrived records are twins; the first of each kind gets a key to be found by."""
    alike = {
        n: likeness(m)
        for n, m in arrived.items()
        if m.member in copying and n not in decided and m.features.get("title")
    }
    if not alike:
        return set()
    first = {
        r.key: r.record
        for r in statements.rows_where(connection, match_key.c.key, alike.values(), match_key.c.key, match_key.c.record)
    }
    rows, keys = [], []
    for n in sorted(alike):
        key = alike[n]
        if key in first:
            rows.append({"record": n, "of": first[key]})
        else:
            first[key] = n
            keys.append({"key": key, "member": arrived[n].member, "record": n})
    statements.add(connection, twin, rows)
    statements.add(connection, match_key, keys)
    return {r["record"] for r in rows}


def among(connection: Connection, numbers: Iterable[int]) -> set[int]:
    """Those of the records that are twins of another one."""
    return {r.record for r in statements.rows_where(connection, twin.c.record, numbers, twin.c.record)}


def followers(connection: Connection, numbers: Iterable[int]) -> dict[int, list[int]]:
    """The twins of each record."""
    found: dict[int, list[int]] = {}
    for r in statements.rows_where(connection, twin.c.of, numbers, twin.c.of, twin.c.record):
        found.setdefault(r.of, []).append(r.record)
    return found
