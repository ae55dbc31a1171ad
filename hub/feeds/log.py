"""Stretches of the change log with what never changes about them: the same stretch reads the same for ever.

All feeds are windows of the log by its numbers, so a page is found by one look at the primary key however long the
log is. What a row says is taken from rows that are only ever appended (the log, the loads, an Item's anchor); the one
exception is which Instances and Works a member holds now (:func:`of_member`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from sqlalchemy import Connection, Row, Select, exists, select

from hub.registry import schema
from hub.registry.registry import CHUNK

PLACES = ("works", "hubs", "instances", "items", "agents", "concepts", "libraries", "groups")


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the log. ``at`` in seconds since 1970; ``by`` is the member whose load caused it, or empty.

    ``first``: nothing was logged of this entity before; ``holder``: of an Item, the member whose record describes it.
    """

    seq: int
    place: str
    entity: str
    action: str
    target: str
    at: int
    by: str
    first: bool
    holder: str


def stretch(connection: Connection, after: int, upto: int, place: str | None = None) -> list[Change]:
    """The changes with ``after < number <= upto``, oldest first, of one place or of all."""
    change = schema.change
    earlier = change.alias()
    # Ends at its first hit, however often a thing has changed.
    known = exists().where(
        earlier.c.entity == change.c.entity, earlier.c.place == change.c.place, earlier.c.seq < change.c.seq
    )
    statement = (
        select(change, known.label("known")).where(change.c.seq > after, change.c.seq <= upto).order_by(change.c.seq)
    )
    rows = list(connection.execute(statement))
    if place is not None:
        rows = [row for row in rows if row.place == place]
    job, entity = schema.job, schema.entity
    members = {r.id: r.member for r in among(connection, select(job.c.id, job.c.member), job.c.id, _jobs(rows))}
    items = [row.entity for row in rows if row.place == "items"]
    anchors = {r.id: r.anchor for r in among(connection, select(entity.c.id, entity.c.anchor), entity.c.id, items)}
    return [
        Change(
            row.seq,
            row.place,
            row.entity,
            row.action,
            row.target or "",
            row.at,
            members.get(row.job, ""),
            not row.known,
            anchor_member(anchors.get(row.entity, "")) if row.place == "items" else "",
        )
        for row in rows
    ]


def _jobs(rows: Sequence[Row[Any]]) -> list[int]:
    return [row.job for row in rows if row.job is not None]


def among(connection: Connection, statement: Select[Any], column: Any, values: Iterable[Any]) -> list[Row[Any]]:
    """The rows of ``statement`` whose ``column`` is one of ``values``, asked for in portions."""
    wanted = list(dict.fromkeys(values))
    found: list[Row[Any]] = []
    for start in range(0, len(wanted), CHUNK):
        found.extend(connection.execute(statement.where(column.in_(wanted[start : start + CHUNK]))))
    return found


def anchor_member(anchor: str) -> str:
    """The member in an anchor (``items A bibliographic 17 copy-1``), empty when there is none."""
    parts = anchor.split(" ")
    return unquote(parts[1]) if len(parts) > 1 else ""


def of_member(connection: Connection, changes: Sequence[Change], member: str) -> list[Change]:
    """The changes that whoever keeps a copy of a member's holdings must hear of.

    Its Items; the Instances it has a record of now and their Works; every Instance or Work that was merged or
    withdrawn; and those that its loads once changed and that it holds no more, with the action ``leave``.
    """
    entity = schema.entity
    # No condition on the place: SQLite would take the index that begins with it, and read every Instance there is.
    columns = select(entity.c.id, entity.c.parent)
    children = among(connection, columns, entity.c.parent, (c.entity for c in changes if c.place == "works"))
    instances = [*(c.entity for c in changes if c.place == "instances"), *(row.id for row in children)]
    held = {i for i, members in members_of_instances(connection, instances).items() if member in members}
    held |= {row.parent for row in children if row.id in held}
    others = [c.entity for c in changes if c.place in ("instances", "works") and c.entity not in held]
    left = ever_changed_by(connection, others, [member])
    found = []
    for c in changes:
        if c.holder == member:
            found.append(c)
        elif c.place in ("instances", "works"):
            if c.entity in held or c.action in ("merge", "withdraw"):
                found.append(c)
            elif c.entity in left:
                found.append(replace(c, action="leave"))
    return found


def ever_changed_by(connection: Connection, entities: Iterable[str], members: Iterable[str]) -> set[str]:
    """Of some entities those that a load of one of the members ever changed."""
    change, job = schema.change, schema.job
    statement = (
        select(change.c.entity).join(job, job.c.id == change.c.job).where(job.c.member.in_(sorted(members))).distinct()
    )
    return {row.entity for row in among(connection, statement, change.c.entity, entities)}


def members_of_instances(connection: Connection, instances: Iterable[str]) -> dict[str, set[str]]:
    """The members that have a record of each Instance now."""
    record = schema.record
    found: dict[str, set[str]] = {}
    for row in among(
        connection,
        select(record.c.instance, record.c.member).where(record.c.deleted.is_(False)).distinct(),
        record.c.instance,
        instances,
    ):
        found.setdefault(row.instance, set()).add(row.member)
    return found
