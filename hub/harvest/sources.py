"""Where a member's records are harvested: address, set and format, kept in the registry with how far that has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select, update

from hub.members import MemberError
from hub.registry import schema

PREFIX = "marcxml"
_TABLE = schema.harvest_source


@dataclass(frozen=True, slots=True)
class Source:
    """A row of ``harvest_source``. ``since`` is a datestamp of the source; ``vanish_percent`` None: the hub's."""

    id: int
    member: str
    url: str
    set_spec: str
    prefix: str
    vanish_percent: float | None = None
    since: str | None = None
    full_at: int | None = None
    job: int | None = None
    full: bool = False
    token: str | None = None
    began: str | None = None
    newest: str | None = None

    @property
    def name(self) -> str:
        """How jobs call it: its address, with the set it is limited to."""
        return f"{self.url} ({self.set_spec})" if self.set_spec else self.url


def add_source(
    connection: Connection,
    member: str,
    url: str,
    *,
    set_spec: str = "",
    prefix: str = PREFIX,
    vanish_percent: float | None = None,
) -> Source:
    """Add a source of a member, or change the limit of one that is there.

    Raises MemberError for an unknown member or an address that is not plain http or https.
    """
    if not connection.execute(select(schema.member.c.code).where(schema.member.c.code == member)).first():
        raise MemberError(f"no member {member!r}: add it with `hub members add {member} --name …`")
    _check(url)
    if vanish_percent is not None and not 0 <= vanish_percent <= 100:
        raise MemberError("--vanish is a percentage, 0 to 100")
    key = {"member": member, "url": url, "set_spec": set_spec, "prefix": prefix}
    known = connection.execute(select(_TABLE.c.id).filter_by(**key)).scalar()
    if known is None:
        connection.execute(insert(_TABLE).values(**key, vanish_percent=vanish_percent, full=False))
    elif vanish_percent is not None:
        connection.execute(update(_TABLE).where(_TABLE.c.id == known).values(vanish_percent=vanish_percent))
    return _source(connection.execute(select(_TABLE).filter_by(**key)).one())


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(c <= " " for c in url):
        raise MemberError(f"{url!r} is no address of an OAI-PMH repository: http://… or https://…")
    if parts.username is not None or parts.password is not None:
        raise MemberError("an address with a password in it would be shown to everybody; leave it out")
    if parts.query or parts.fragment:
        raise MemberError("give the base URL of the repository, what stands before the `?`")


def sources(connection: Connection, member: str | None = None) -> list[Source]:
    """The sources of all members, or of one, in the order in which they were added."""
    statement = select(_TABLE).order_by(_TABLE.c.member, _TABLE.c.id)
    if member is not None:
        statement = statement.where(_TABLE.c.member == member)
    return [_source(row) for row in connection.execute(statement)]


def source(connection: Connection, number: int) -> Source | None:
    """The source of a number."""
    row = connection.execute(select(_TABLE).where(_TABLE.c.id == number)).first()
    return _source(row) if row is not None else None


def remove_source(connection: Connection, number: int) -> None:
    """Forget a source. The records it gave stay. Raises MemberError when there is none."""
    if source(connection, number) is None:
        raise MemberError(f"no source {number}; `hub harvest --list` shows them")
    connection.execute(delete(schema.harvested).where(schema.harvested.c.source == number))
    connection.execute(delete(_TABLE).where(_TABLE.c.id == number))


def note(connection: Connection, number: int, **values: Any) -> None:
    """Keep how far a source has come."""
    connection.execute(update(_TABLE).where(_TABLE.c.id == number).values(**values))


def _source(row: Any) -> Source:
    return Source(**row._mapping)
