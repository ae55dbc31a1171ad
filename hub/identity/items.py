"""Items: minted from their record and key, standing under the Instance of their bibliographic record."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, and_

from hub.identity import attached, statements
from hub.identity.arrival import Arrival
from hub.identity.instances import Settled
from hub.identity.ledger import Ledger
from hub.identity.minting import anchor_text
from hub.registry.schema import item, record


def place_items(connection: Connection, ledger: Ledger, arrivals: Mapping[int, Arrival], settled: Settled) -> None:
    """Mint, withdraw and re-parent Items; a holdings record may arrive before or after its bibliographic record.

    ``arrivals`` are the bibliographic and holdings records of the batch.
    """
    attached.note(connection, arrivals)
    records = set(arrivals) | set(settled.moved) | _holdings_of(connection, settled)
    records |= attached.touched(connection, settled)
    if not records:
        return
    parents = _parents(connection, records)
    parents.update(attached.parents(connection, ledger, records))
    existing = list(statements.rows_where(connection, item.c.record, records, item))
    ledger.load(row.entity for row in existing)
    ledger.load(parents.values())
    before = {row.entity: ledger[row.entity].parent for row in existing}
    ledger.load(before.values())

    gone = []
    standing: set[tuple[int, str]] = set()
    for row in existing:
        arrival = arrivals.get(row.record)
        if arrival is not None and (arrival.deleted or row.key not in arrival.items):
            gone.append(row.entity)
            ledger.touch(before[row.entity])
            ledger.withdraw(row.entity)
            continue
        standing.add((row.record, row.key))
        parent = parents.get(row.record)
        if ledger.place_under(row.entity, parent):
            ledger.touch(before[row.entity])
            ledger.touch(parent)
        elif arrival is not None:
            ledger.touch(row.entity)
    statements.remove(connection, item, item.c.entity, gone)

    for number, heir in attached.hand_over(connection, ledger, arrivals, standing).items():
        standing.add(heir)
        if ledger.place_under(number, parents.get(heir[0])):
            ledger.touch(parents.get(heir[0]))
    fresh = {}
    for n, arrival in arrivals.items():
        for key in () if arrival.deleted else dict.fromkeys(arrival.items):
            if (n, key) not in standing:
                fresh[anchor_text("items", arrival.member, arrival.kind, arrival.control_number, key)] = (n, key)
    stood = ledger.stand("items", fresh)
    statements.add(connection, item, [{"entity": stood[a], "record": n, "key": key} for a, (n, key) in fresh.items()])
    for anchor, (n, _) in fresh.items():
        ledger.place_under(stood[anchor], parents.get(n))
        ledger.touch(parents.get(n))


def _holdings_of(connection: Connection, settled: Settled) -> set[int]:
    """Holdings records whose bibliographic record moved to another Instance, arrived or went."""
    moved = set(settled.moved)
    names = {
        (r.member, r.control_number)
        for r in statements.rows_where(connection, record.c.id, moved, record.c.member, record.c.control_number)
    }
    # By member and number, as the index has them: asked for otherwise, a million records are looked through.
    found: set[int] = set()
    by_member: dict[str, list[str]] = {}
    for code, number in sorted(names):
        by_member.setdefault(code, []).append(number)
    for code, numbers in by_member.items():
        rows = statements.rows_where(
            connection, record.c.bib_number, numbers, record.c.id, also=record.c.member == code
        )
        found |= {r.id for r in rows}
    return found


def _parents(connection: Connection, records: set[int]) -> dict[int, str | None]:
    """The Instance of each record, for holdings that of their bibliographic record; None or absent while waiting."""
    columns = (record.c.id, record.c.member, record.c.kind, record.c.bib_number, record.c.instance)
    found: dict[int, str | None] = {}
    waiting: dict[tuple[str, str], list[int]] = {}
    for row in statements.rows_where(connection, record.c.id, records, *columns):
        if row.kind == "bibliographic":
            found[row.id] = row.instance
        elif row.bib_number:
            waiting.setdefault((row.member, row.bib_number), []).append(row.id)
    if waiting:
        also = and_(
            record.c.member.in_({m for m, _ in waiting}), record.c.kind == "bibliographic", record.c.deleted.is_(False)
        )
        for row in statements.rows_where(
            connection, record.c.control_number, {n for _, n in waiting},
            record.c.member, record.c.control_number, record.c.instance, also=also,
        ):  # fmt: skip
            for n in waiting.get((row.member, row.control_number), ()):
                found[n] = row.instance
    return found
