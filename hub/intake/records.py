"""Writing a batch of prepared records into the registry: one transaction, so a kill leaves all of it or nothing."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from hub.identity import assign
from hub.identity.arrival import Arrival
from hub.intake import copied
from hub.intake.preparation import Prepared, settled
from hub.registry import schema
from hub.registry.registry import CHUNK

TOLD_HERE = "hub-holding-"
"""How the control numbers of copies begin that members tell of at the hub."""


@dataclass(slots=True)
class Counts:
    """Of one batch: ``stored + unchanged + rejected`` is its number of records; ``deleted`` is part of stored."""

    stored: int = 0
    unchanged: int = 0
    rejected: int = 0
    deleted: int = 0


@dataclass(slots=True)
class Batch:
    """Records of one member from one source, on their way into the registry."""

    job: int
    member: str
    source: str
    copies: bool
    at: int
    repeats: bool = False
    """A record may come again with other content, which replaces the earlier (harvests; a file is one moment)."""


def write(connection: Connection, batch: Batch, prepared: list[Prepared]) -> Counts:
    """Store, skip or quarantine each record of the batch and let identity decide what it is.

    A control number that the same load has already met with other content is quarantined: overwriting would lose a
    record (MARC 21, 001: unique within the organization of 003).
    """
    counts = Counts()
    prepared = settled(connection, prepared)
    known = _known(connection, batch.member, prepared)
    fresh: list[tuple[Prepared, int | None]] = []
    seen: list[dict[str, Any]] = []
    in_batch: dict[tuple[str, str], bytes] = {}
    for p in prepared:
        key = (p.kind, p.control_number)
        row = known.get(key) if not p.reason else None
        if p.reason:
            pass
        elif key in in_batch:
            if in_batch[key] == p.digest:
                counts.unchanged += 1
                continue
            p.reason = _twice(p)
        elif row is not None and row.digest == p.digest and not (row.deleted and not p.deleted):
            in_batch[key] = p.digest
            counts.unchanged += 1
            seen.append({"b_id": row.id})
            continue
        elif row is not None and row.seen == batch.job and not batch.repeats:
            p.reason = _twice(p)
        if p.reason:
            counts.rejected += 1
            _quarantine(connection, batch, p)
            continue
        in_batch[key] = p.digest
        counts.stored += 1
        counts.deleted += p.deleted
        fresh.append((p, row.id if row is not None else None))
    if seen:
        table = schema.record
        connection.execute(update(table).where(table.c.id == bindparam("b_id")).values(seen=batch.job), seen)
    arrivals = _store(connection, batch, fresh)
    if arrivals:
        assign(connection, arrivals, job=batch.job, at=batch.at)
        withdraw(connection, batch, _emptied(connection, batch.member))
    return counts


def _emptied(connection: Connection, member: str) -> Sequence[Any]:
    """Attached records of the member whose Items other records of it have taken over (hub.identity.attached)."""
    table, mine, item = schema.record, schema.attachment, schema.item
    columns = (table.c.id, table.c.kind, table.c.control_number, table.c.bib_number)
    joined = mine.join(table, table.c.id == mine.c.record).outerjoin(item, item.c.record == table.c.id)
    return connection.execute(
        select(*columns)
        .select_from(joined)
        .where(mine.c.member == member, table.c.deleted.is_(False), item.c.entity.is_(None))
    ).all()


def _twice(p: Prepared) -> str:
    return (
        f"control number {p.control_number!r} was met before in this load with other content; "
        "give each record a number of its own, or name another identity in the member profile"
    )


def _known(connection: Connection, member: str, prepared: list[Prepared]) -> dict[tuple[str, str], Any]:
    table = schema.record
    numbers = list({p.control_number for p in prepared if not p.reason})
    found: dict[tuple[str, str], Any] = {}
    for start in range(0, len(numbers), CHUNK):
        rows = connection.execute(
            select(
                table.c.id, table.c.kind, table.c.control_number, table.c.digest, table.c.deleted, table.c.seen
            ).where(table.c.member == member, table.c.control_number.in_(numbers[start : start + CHUNK]))
        )
        for row in rows:
            found[row.kind, row.control_number] = row
    return found


def _store(connection: Connection, batch: Batch, fresh: list[tuple[Prepared, int | None]]) -> list[Arrival]:
    if not fresh:
        return []
    table = schema.record
    next_id = (connection.execute(select(schema.record.c.id).order_by(table.c.id.desc()).limit(1)).scalar() or 0) + 1
    inserts: list[dict[str, Any]] = []
    updates: list[dict[str, Any]] = []
    problems: list[dict[str, Any]] = []
    arrivals: list[Arrival] = []
    left: dict[int, copied.LeftOut] = {}
    for p, known in fresh:
        values: dict[str, Any] = {
            "format": p.format,
            "raw": p.raw,
            "digest": p.digest,
            "bib_number": p.bib_number or None,
            "rank": p.rank,
            "features": json.dumps(p.features, ensure_ascii=False, separators=(",", ":")) if p.features else None,
            "deleted": p.deleted,
            "job": batch.job,
            "seen": batch.job,
            "changed": batch.at,
        }
        if known is None:
            number = next_id
            next_id += 1
            values |= {
                "id": number,
                "member": batch.member,
                "kind": p.kind,
                "control_number": p.control_number,
                "created": batch.at,
            }
            inserts.append(values)
        else:
            number = known
            updates.append({"b_id": number, **values})
        if p.left_out:
            left[number] = p.left_out
        problems.extend({"record": number, "code": c, "place": w, "message": m} for c, w, m in p.problems)
        arrivals.append(
            Arrival(
                number,
                batch.member,
                p.kind,
                p.control_number,
                new=known is None,
                deleted=p.deleted,
                copies=batch.copies,
                bib_number=p.bib_number,
                features=None if p.deleted else p.features,
                headings=[] if p.deleted else p.headings,
                items=[] if p.deleted else p.items,
                establishes=None if p.deleted else p.establishes,
                variants=[] if p.deleted else p.variants,
            )
        )
    if inserts:
        connection.execute(insert(table), inserts)
    if updates:
        changed = [u["b_id"] for u in updates]
        for start in range(0, len(changed), CHUNK):
            part = changed[start : start + CHUNK]
            connection.execute(delete(schema.problem).where(schema.problem.c.record.in_(part)))
        columns: dict[str, Any] = {k: bindparam(k) for k in updates[0] if k != "b_id"}
        connection.execute(update(table).where(table.c.id == bindparam("b_id")).values(columns), updates)
    if problems:
        connection.execute(insert(schema.problem), problems)
    copied.note(connection, left, known=[u["b_id"] for u in updates])
    return arrivals


def _quarantine(connection: Connection, batch: Batch, p: Prepared) -> None:
    connection.execute(
        insert(schema.quarantine).values(
            job=batch.job,
            member=batch.member,
            source=batch.source,
            offset=p.offset,
            number=p.number,
            control_number=p.control_number,
            reason=p.reason,
            data=p.raw,
            at=batch.at,
        )
    )
    if p.control_number:
        # It was sent, if damaged: a full load must not withdraw its older, readable version as missing.
        table = schema.record
        connection.execute(
            update(table)
            .where(table.c.member == batch.member, table.c.control_number == p.control_number)
            .values(seen=batch.job)
        )


def quarantined(data: bytes, *, offset: int, number: int, reason: str, control_number: str) -> Prepared:
    """A frame that never became a record, made ready for quarantine."""
    return Prepared(offset, number, "", zlib.compress(data, 6), b"", reason=reason, control_number=control_number)


def withdraw_unseen(connection: Connection, batch: Batch, kinds: set[str], limit: int = 500) -> int:
    """Delete up to ``limit`` records of the member that this (full) load did not meet; gives how many."""
    table = schema.record
    rows = connection.execute(
        select(table.c.id, table.c.kind, table.c.control_number, table.c.bib_number)
        .where(
            table.c.member == batch.member,
            table.c.kind.in_(kinds),
            table.c.seen != batch.job,
            table.c.deleted.is_(False),
            not_attached(),
        )
        .order_by(table.c.id)
        .limit(limit)
    ).all()
    withdraw(connection, batch, rows)
    return len(rows)


def not_attached() -> ColumnElement[bool]:
    """That a record is no copy told of at the hub (hub.intake.attach): those stand in no file of their member."""
    mine = select(schema.attachment.c.record).where(schema.attachment.c.record == schema.record.c.id)
    return ~(schema.record.c.control_number.startswith(TOLD_HERE) & mine.exists())


def withdraw(connection: Connection, batch: Batch, rows: Sequence[Any]) -> None:
    """Delete records of the batch's member (rows with id, kind, control_number, bib_number); their bytes stay."""
    if not rows:
        return
    table = schema.record
    ids = [row.id for row in rows]
    connection.execute(update(table).where(table.c.id.in_(ids)).values(deleted=True, job=batch.job, changed=batch.at))
    arrivals = [
        Arrival(r.id, batch.member, r.kind, r.control_number, new=False, deleted=True, bib_number=r.bib_number or "")
        for r in rows
    ]
    assign(connection, arrivals, job=batch.job, at=batch.at)
