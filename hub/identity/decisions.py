"""People overrule: must-link and cannot-link between member records, signed and dated, stronger than any re-import."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from sqlalchemy import Connection, and_, insert, select, tuple_, update

from hub.identity import groups, instances, items, statements, stored
from hub.identity.arrival import Arrival
from hub.identity.assign import copying_members
from hub.identity.components import Name
from hub.identity.ledger import Ledger
from hub.registry.schema import decision, edge, postponed, record

Level = Literal["instance", "work"]


def decide(
    connection: Connection,
    a: Name,
    b: Name,
    *,
    same: bool,
    by: str,
    at: int,
    level: Level = "instance",
    reason: str = "",
) -> int:
    """Store that two member records (member, control number) are the same thing or not, and apply it at once.

    The latest decision on a pair stands. At level ``work`` ``same`` unites the two Works and ``same=False`` takes ``b``
    out of the Work it shares with ``a``, to where all is that people took out of it and did not tell from ``b``.
    Returns the decision's number. Raises ValueError for a decision about one record.
    """
    if a == b:
        raise ValueError("a record is always the same as itself: name two records")
    _revoke_former(connection, a, b, level, at)
    values = {
        "level": level, "a_member": a[0], "a_number": a[1], "b_member": b[0], "b_number": b[1],
        "same": same, "by": by, "reason": reason, "at": at,
    }  # fmt: skip
    number = connection.execute(insert(decision).values(**values)).inserted_primary_key
    reconsider(connection, (a, b), level=level, at=at)
    return int(number[0])  # type: ignore[index]  # a single insert has one


def undo(connection: Connection, number: int, *, at: int) -> None:
    """Revoke a decision; the rules decide again. Raises LookupError for one that does not stand."""
    row = connection.execute(select(decision).where(decision.c.id == number, decision.c.revoked.is_(None))).first()
    if row is None:
        raise LookupError(f"no standing decision {number}")
    connection.execute(update(decision).where(decision.c.id == number).values(revoked=at))
    pair = ((row.a_member, row.a_number), (row.b_member, row.b_number))
    reconsider(connection, pair, level=row.level, at=at)


def _revoke_former(connection: Connection, a: Name, b: Name, level: str, at: int) -> None:
    columns = tuple_(decision.c.a_member, decision.c.a_number, decision.c.b_member, decision.c.b_number)
    connection.execute(
        update(decision)
        .where(and_(decision.c.level == level, decision.c.revoked.is_(None), columns.in_([(*a, *b), (*b, *a)])))
        .values(revoked=at)
    )


def reconsider(connection: Connection, names: Iterable[Name], *, level: Level = "instance", at: int) -> None:
    """Judge the records again with the rules and decisions of now, and log what changes."""
    wanted = set(names)
    rows = [
        r
        for r in statements.rows_where(connection, record.c.control_number, {n for _, n in wanted}, record)
        if (r.member, r.control_number) in wanted and r.kind == "bibliographic" and not r.deleted
    ]
    known = {r.id: json.loads(r.features or "{}") for r in rows}
    known |= stored.renew(connection, known)
    arrivals = {r.id: Arrival(r.id, r.member, r.kind, r.control_number, new=False, features=known[r.id]) for r in rows}
    ledger = Ledger(connection, None, at)
    copying = copying_members(connection)
    settled = instances.settle(connection, ledger, arrivals, copying)
    if level == "work":
        settled.instances |= groups.sharing(connection, ledger, arrivals)
    groups.key_arrivals(connection, arrivals)
    groups.group(connection, ledger, arrivals, settled)
    items.place_items(connection, ledger, {}, settled)
    ledger.flush()


def queue(
    connection: Connection,
    *,
    after: tuple[float, int, int] | None = None,
    limit: int = 50,
    member: str | None = None,
    desk: str | None = None,
    at: int = 0,
) -> Iterator[dict[str, Any]]:
    """Pairs for a person to judge, likeliest first: records, score, evidence, and ``at`` to ask for those after it.

    Pairs that stand in one Instance already, by way of a third record, are left out; with ``member`` those in which it
    has no record, with ``desk`` (a member's code, empty for the office) those that the desk has postponed beyond the
    time ``at``.
    """
    one_side, other_side = record.alias(), record.alias()
    statement = (
        select(edge)
        .join(one_side, one_side.c.id == edge.c.a)
        .join(other_side, other_side.c.id == edge.c.b)
        .where(edge.c.verdict == "review", one_side.c.instance != other_side.c.instance)
    )
    if member is not None:
        statement = statement.where((one_side.c.member == member) | (other_side.c.member == member))
    if desk is not None:
        later = and_(postponed.c.a == edge.c.a, postponed.c.b == edge.c.b, postponed.c.desk == desk)
        statement = statement.where(~select(postponed.c.a).where(later, postponed.c.until > at).exists())
    if after is not None:
        score, a, b = after
        statement = statement.where(
            (edge.c.score < score) | ((edge.c.score == score) & (tuple_(edge.c.a, edge.c.b) > tuple_(a, b)))
        )
    rows = connection.execute(statement.order_by(edge.c.score.desc(), edge.c.a, edge.c.b).limit(limit)).all()
    numbers = {n for e in rows for n in (e.a, e.b)}
    columns = (record.c.id, record.c.member, record.c.control_number, record.c.instance)
    known = {r.id: r for r in statements.rows_where(connection, record.c.id, numbers, *columns)}
    for e in rows:
        one, two = known[e.a], known[e.b]
        yield {
            "a": {"record": e.a, "member": one.member, "control_number": one.control_number, "instance": one.instance},
            "b": {"record": e.b, "member": two.member, "control_number": two.control_number, "instance": two.instance},
            "score": e.score,
            "at": (e.score, e.a, e.b),
            **json.loads(e.evidence),
        }
