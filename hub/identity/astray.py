"""Links that lead elsewhere: a heading whose ``$0`` names an authority record that establishes another name."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select

from hub.registry.schema import authority, bearing, heading, record


class Astray(NamedTuple):
    """A heading of a record that does not stand for the authority its number names."""

    control_number: str
    kind: str
    heading: str
    mark: str
    established: str


def astray(connection: Connection, *mine: ColumnElement[bool], limit: int = 2) -> tuple[int, list[Astray]]:
    """How many headings of the records that fulfil ``mine`` have such a link (each heading and number counted once),
    and the first of them.

    The text of a heading goes before its number (identity.families): the link was not followed.
    """
    theirs, said, meant = bearing.alias(), heading.alias(), heading.alias()
    joined = (
        record.join(bearing, bearing.c.record == record.c.id)
        .join(theirs, theirs.c.mark == bearing.c.mark)
        .join(authority, (authority.c.record == theirs.c.record) & (authority.c.heading == theirs.c.heading))
        .join(said, said.c.id == bearing.c.heading)
        .join(meant, meant.c.id == authority.c.heading)
    )
    wrong = (said.c.place == meant.c.place, said.c.entity != meant.c.entity, record.c.deleted.is_(False), *mine)
    each = select(bearing.c.heading, bearing.c.mark).select_from(joined).where(*wrong).distinct().subquery()
    count = connection.execute(select(func.count()).select_from(each)).scalar() or 0
    columns: tuple[Any, ...] = (
        record.c.control_number, record.c.kind, said.c.key, bearing.c.mark, meant.c.key.label("established"),
    )  # fmt: skip
    rows = connection.execute(
        select(*columns).select_from(joined).where(*wrong).order_by(record.c.id, said.c.key, meant.c.key).limit(limit)
    )
    return count, [Astray(*row) for row in rows] if count else []


CODE = "number-of-another-name"
"""The code under which reports list such links."""


def message(found: Astray) -> str:
    """A sentence for the member: what the heading says, and what the number means."""
    named = found.heading.partition("|")[2]
    other = found.established.partition("|")[2]
    return f"{named!r} bears the number {found.mark}, which is that of {other!r}: the link is not followed"
