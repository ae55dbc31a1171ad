"""Stored records read again from their own bytes, with the extraction and rules of this release.

One transaction a batch: a kill leaves all of it or nothing, and the next run goes on with what is still stale.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from converters.marc import Frame
from hub.identity import assign, stored
from hub.identity.arrival import Arrival
from hub.identity.features import EXTRACTION
from hub.identity.statements import change
from hub.intake import copied
from hub.intake.copied import Others
from hub.intake.preparation import Prepared, prepare_again, profile_of, settled
from hub.registry import Registry, schema
from hub.registry.registry import CHUNK, now

_BATCH = 500

Progress = Callable[[int, int], None]
"""Is told after each commit how many of how many records are done."""


def rematch(
    registry: Registry, *, member: str | None = None, everything: bool = False, progress: Progress | None = None
) -> int:
    """Extract and match again what an earlier release extracted, or with ``everything`` all; gives how many records.

    ``member`` limits it to one member's records. The caller holds the intake lock.
    """
    table = schema.record
    wanted: list[ColumnElement[bool]] = [table.c.deleted.is_(False)]
    if member is not None:
        wanted.append(table.c.member == member)
    if not everything:
        wanted.append(stored.is_stale())
    with registry.read() as connection:
        total = connection.execute(select(func.count()).select_from(table).where(*wanted)).scalar() or 0
        profiles = {r.code: r.profile for r in connection.execute(select(schema.member))}
    done = after = 0
    while True:
        with registry.read() as connection:
            columns = (
                table.c.id, table.c.member, table.c.kind, table.c.control_number, table.c.format, table.c.raw,
            )  # fmt: skip
            statement = select(*columns).where(*wanted, table.c.id > after).order_by(table.c.id).limit(_BATCH)
            rows = list(connection.execute(statement))
            others = {code: Others.of(connection, code) for code in {r.member for r in rows}}
        if not rows:
            return done
        prepared = _again(profiles, others, rows)
        with registry.write() as connection:
            _write(connection, profiles, rows, prepared)
        done += len(rows)
        after = rows[-1].id
        if progress is not None:
            progress(done, max(total, done))


def _again(profiles: dict[str, str], others: dict[str, Others], rows: list[Any]) -> dict[int, Prepared]:
    found: dict[int, Prepared] = {}
    for code in sorted({r.member for r in rows}):
        mine = [r for r in rows if r.member == code]
        kept = [(r.control_number, Frame(zlib.decompress(r.raw), 0, r.format, r.id)) for r in mine]
        found.update(zip((r.id for r in mine), prepare_again(profiles[code], kept, others[code]), strict=True))
    return found


def _write(connection: Connection, profiles: dict[str, str], rows: list[Any], prepared: dict[int, Prepared]) -> None:
    """Store today's features and rank, and let identity decide anew; what cannot be read any more stays as it is."""
    updates, arrivals = [], []
    read = settled(connection, list(prepared.values()))
    prepared = dict(zip(prepared, read, strict=True))
    for row in rows:
        p = prepared[row.id]
        if p.reason:
            change(connection, schema.record, "id", [{"id": row.id, "features": stored.text_of({"v": EXTRACTION})}])
            continue
        features = stored.text_of(p.features) if p.features else None
        updates.append({"id": row.id, "features": features, "rank": p.rank})
        arrivals.append(
            Arrival(
                row.id,
                row.member,
                row.kind,
                row.control_number,
                new=False,
                copies=profile_of(profiles[row.member]).copies,
                bib_number=p.bib_number,
                features=p.features,
                headings=p.headings,
                items=p.items,
                establishes=p.establishes,
                variants=p.variants,
            )
        )
    change(connection, schema.record, "id", updates)
    _problems(connection, {u["id"]: prepared[u["id"]] for u in updates})
    assign(connection, arrivals, job=None, at=now())


def _problems(connection: Connection, prepared: dict[int, Prepared]) -> None:
    """What is odd in the records by today's reading, and which holdings in them are other members'."""
    table, numbers = schema.problem, list(prepared)
    for start in range(0, len(numbers), CHUNK):
        connection.execute(delete(table).where(table.c.record.in_(numbers[start : start + CHUNK])))
    rows = [{"record": n, "code": c, "place": w, "message": m} for n, p in prepared.items() for c, w, m in p.problems]
    if rows:
        connection.execute(insert(table), rows)
    copied.note(connection, {n: p.left_out for n, p in prepared.items() if p.left_out}, known=numbers)
