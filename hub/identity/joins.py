"""People overrule: one heading leads to another one of its place, whatever the rules and later loads say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from hub.identity import groups, headings, statements
from hub.identity.instances import Settled
from hub.identity.ledger import Ledger
from hub.registry.schema import entity, heading, joined


class CannotJoin(ValueError):
    """Headings that cannot be joined; the message says why."""


def join(connection: Connection, other: str, into: str, *, proposal: int, at: int) -> None:
    """Let all headings of the entity ``other`` stand for the entity ``into`` and log what changes.

    Raises CannotJoin for what is no live Agent, Concept or Hub, for two of different places, and for one with itself.
    """
    known = {r.id: r for r in statements.rows_where(connection, entity.c.id, (other, into), entity)}
    for number in (other, into):
        if number not in known or known[number].place not in ("agents", "concepts", "hubs"):
            raise CannotJoin(f"{number} is no name, subject or title of this hub")
        if known[number].state != "live":
            raise CannotJoin(f"{number} is not in use any more")
    if other == into or known[other].place != known[into].place:
        raise CannotJoin("a heading is joined to another one of its own kind")
    rows = {number: _headings(connection, number) for number in (other, into)}
    if not rows[other] or not rows[into]:
        raise CannotJoin("nothing uses one of the headings any more")
    target = min(rows[into], key=lambda r: (headings.heading_anchor(r.place, r.key) != known[into].anchor, r.id))
    keys = [r.key for r in rows[other]]
    place = known[other].place
    for condition, wanted in statements.among(connection, joined.c.key, [*keys, target.key]):
        connection.execute(delete(joined).where(condition, joined.c.place == place), wanted)
    # What was joined to the heading that goes now leads where it goes.
    follow = joined.update().where(joined.c.place == place).values(target=target.key)
    for condition, wanted in statements.among(connection, joined.c.target, keys):
        connection.execute(follow.where(condition), wanted)
    statements.add(
        connection, joined, [{"key": k, "place": place, "target": target.key, "proposal": proposal} for k in keys]
    )
    _reconsider(connection, [r.id for found in rows.values() for r in found], at)


def part(connection: Connection, proposal: int, *, at: int) -> None:
    """Take back what a proposal joined; the rules decide again."""
    rows = connection.execute(select(joined).where(joined.c.proposal == proposal)).all()
    connection.execute(delete(joined).where(joined.c.proposal == proposal))
    keys = {(r.place, k) for r in rows for k in (r.key, r.target)}
    found = statements.rows_where(
        connection, heading.c.key, {k for _, k in keys}, heading.c.id, heading.c.place, heading.c.key
    )
    _reconsider(connection, [r.id for r in found if (r.place, r.key) in keys], at)


def _headings(connection: Connection, number: str) -> Sequence[Row[Any]]:
    columns = (heading.c.id, heading.c.place, heading.c.key)
    return list(statements.rows_where(connection, heading.c.entity, [number], *columns))


def _reconsider(connection: Connection, numbers: Sequence[int], at: int) -> None:
    """Let headings stand for what they stand for now, and bring the Works that are named after them along."""
    ledger = Ledger(connection, None, at)
    renamed = headings.reconsider(connection, ledger, numbers)
    groups.group(connection, ledger, {}, Settled(), renamed)
    ledger.flush()
