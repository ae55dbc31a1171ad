"""Holdings records that name an Instance of the hub (014 $a ``instances/{id}``), not a bibliographic record.

Their Items stand under the Instance named, or under what it was merged into; when it is split off again they go back
with it; when it is withdrawn they wait for it. When a record of the same member comes that has a copy with the same
barcode, it takes the Item over, URI and all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, select

from hub.identity import statements
from hub.identity.arrival import Arrival
from hub.identity.instances import Settled
from hub.identity.ledger import Ledger
from hub.identity.minting import anchor_text
from hub.registry.schema import attachment, entity, item

PREFIX = "instances/"


def named(bib_number: str) -> str:
    """The id of the Instance that a holdings record names, empty when it names a record."""
    return bib_number[len(PREFIX) :] if bib_number.startswith(PREFIX) else ""


def note(connection: Connection, arrivals: Mapping[int, Arrival]) -> None:
    """Keep which Instance each arrived holdings record names."""
    holdings = {n: a for n, a in arrivals.items() if a.kind == "holdings"}
    if not holdings:
        return
    statements.remove(connection, attachment, attachment.c.record, holdings)
    wanted = {n: i for n, a in holdings.items() if not a.deleted and (i := named(a.bib_number))}
    known = {
        row.id
        for row in statements.rows_where(
            connection, entity.c.id, wanted.values(), entity.c.id, also=entity.c.place == "instances"
        )
    }
    rows = [{"record": n, "member": arrivals[n].member, "instance": i} for n, i in wanted.items() if i in known]
    statements.add(connection, attachment, rows)


def touched(connection: Connection, settled: Settled) -> set[int]:
    """Attached records whose Instance was merged, withdrawn, or is live again."""
    if connection.execute(select(attachment.c.record).limit(1)).first() is None:
        return set()
    changed = settled.instances | settled.gone
    found = {
        row.record for row in statements.rows_where(connection, attachment.c.instance, changed, attachment.c.record)
    }
    under = (
        select(item.c.record)
        .join(entity, entity.c.id == item.c.entity)
        .join(attachment, attachment.c.record == item.c.record)
    )
    found |= {row.record for row in statements.rows_of(connection, under, entity.c.parent, settled.gone)}
    return found


def parents(connection: Connection, ledger: Ledger, records: Iterable[int]) -> dict[int, str | None]:
    """The Instance that each attached record stands under now; None while there is none."""
    rows = list(statements.rows_where(connection, attachment.c.record, records, attachment))
    return {row.record: _standing(ledger, row.instance) for row in rows}


def _standing(ledger: Ledger, instance: str | None) -> str | None:
    seen: set[str] = set()
    while instance is not None and instance not in seen:
        seen.add(instance)
        ledger.load([instance])
        found = ledger.get(instance)
        if found is None or found.live:
            return instance if found is not None else None
        instance = found.replaced_by
    return None


def hand_over(
    connection: Connection, ledger: Ledger, arrivals: Mapping[int, Arrival], standing: set[tuple[int, str]]
) -> dict[str, tuple[int, str]]:
    """Items of attached records that arrived records of the same member take over: entity → (record, key).

    ``standing`` are the (record, key) that have an Item already.
    """
    wanted = {
        (a.member, key): (n, key)
        for n, a in arrivals.items()
        if not a.deleted and not named(a.bib_number)
        for key in a.items
        if (n, key) not in standing
    }
    if not wanted:
        return {}
    columns = select(item.c.entity, item.c.key, attachment.c.member).join(
        attachment, attachment.c.record == item.c.record
    )
    members = attachment.c.member.in_(sorted({member for member, _ in wanted}))
    if connection.execute(select(attachment.c.record).where(members).limit(1)).first() is None:
        return {}
    taken = {}
    for row in statements.rows_of(connection, columns.where(members), item.c.key, (key for _, key in wanted)):
        heir = wanted.pop((row.member, row.key), None)
        if heir is not None:
            taken[row.entity] = heir
    ledger.load(taken)
    ledger.load(e.parent for number in taken if (e := ledger.get(number)) is not None)
    statements.change(connection, item, "entity", [{"entity": e, "record": n} for e, (n, _) in taken.items()])
    for number, (n, key) in taken.items():
        a = arrivals[n]
        ledger.anchor_is(number, anchor_text("items", a.member, a.kind, a.control_number, key))
        ledger.touch(ledger[number].parent)
        ledger.touch(number)
    return taken
