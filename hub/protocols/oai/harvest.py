"""Which Instances a harvest lists: the change log read forward, each Instance where its last change stands.

That order makes resumption stateless and stable: a token is a number of the log. What changes during a harvest moves to
its end and is met there; nothing can be missed, nothing is met twice unless it changed in between. Every page is found
by primary key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, select

from hub.feeds.log import among, anchor_member, ever_changed_by
from hub.feeds.union_record import Stands, standing
from hub.registry import schema

WINDOW = 2000
"""Numbers of the log looked at in one step."""
BUDGET = 200_000
"""Numbers of the log after which a page that has something is sent, even if it could hold more."""
_SKEW = 3600
"""Seconds by which times in the log may run backwards, e.g. when a clock was set."""

TYPES = {
    "text": "Text",
    "manuscript": "Manuscript text",
    "notated-music": "Notated music",
    "notated-music-manuscript": "Manuscript notated music",
    "map": "Cartographic material",
    "map-manuscript": "Manuscript cartographic material",
    "projected": "Projected medium",
    "spoken": "Nonmusical sound recording",
    "music": "Musical sound recording",
    "picture": "Two-dimensional nonprojectable graphic",
    "computer": "Computer file",
    "kit": "Kit",
    "mixed": "Mixed materials",
    "object": "Three-dimensional artifact or naturally occurring object",
}
"""Types by leader/06 of the best record (MARC 21), as matching names them, and their names."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An Instance in a list: ``seq`` and ``at`` of its last change, its Work, its records best first.

    ``sets`` are the setSpecs of its header. ``deleted``: withdrawn or merged, or no longer in the set asked for.
    """

    id: str
    seq: int
    at: int
    work: str
    records: tuple[Stands, ...]
    sets: tuple[str, ...]
    deleted: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a harvest asks for: ``spec`` one setSpec or empty; times in seconds since 1970, both included."""

    spec: str = ""
    start: int | None = None
    end: int | None = None


class Sets:
    """The sets there are: ``library:{member's code}``, ``group:{code}``, ``type:{type}``.

    An Instance is in a library's set when that member has a record of it: which branch a copy stands in is not the
    registry's knowledge, so branches have no sets of their own.
    """

    def __init__(self, connection: Connection) -> None:
        library, group = schema.library, schema.library_group
        self.names: dict[str, str] = {}
        self.members: dict[str, set[str]] = {}
        self._of_member: dict[str, list[str]] = {}
        rows = connection.execute(select(library).order_by(library.c.code)).all()
        for row in rows:
            if row.code == row.member:
                self._add(f"library:{row.code}", row.name_en, {row.member})
        for found in connection.execute(select(group).order_by(group.c.code)):
            members = {row.member for row in rows if row.group_code == found.code}
            self._add(f"group:{found.code}", found.name_en, members)
        self.names.update({f"type:{code}": name for code, name in TYPES.items()})

    def _add(self, spec: str, name: str, members: set[str]) -> None:
        self.names[spec] = name
        self.members[spec] = members
        for member in members:
            self._of_member.setdefault(member, []).append(spec)

    def of(self, members: Iterable[str], kind: str = "") -> tuple[str, ...]:
        """The setSpecs of an Instance with records of these members; ``kind`` as matching names its type."""
        found = {spec for member in members for spec in self._of_member.get(member, ())}
        code = kind.replace(" ", "-")
        return (*sorted(found), *((f"type:{code}",) if code in TYPES else ()))


def listed(connection: Connection, sets: Sets, wanted: Wanted, after: int, limit: int) -> tuple[list[Listed], bool]:
    """Up to ``limit`` Instances whose last change is past number ``after``, and whether there are more."""
    first, last = _bounds(connection, wanted)
    members = sets.members.get(wanted.spec)
    if members is not None and not _has_records(connection, members):
        return [], False
    found: list[Listed] = []
    begin = at = max(after, first)
    while at < last and len(found) <= limit:
        upto = min(at + WINDOW, last)
        found += _window(connection, sets, wanted, at, upto)
        at = upto
        if found and at - begin > BUDGET:
            break
    if len(found) > limit:
        return found[:limit], True
    return found, at < last and bool(found) and _more(connection, sets, wanted, at, last)


def _more(connection: Connection, sets: Sets, wanted: Wanted, at: int, last: int) -> bool:
    while at < last:
        upto = min(at + WINDOW, last)
        if _window(connection, sets, wanted, at, upto):
            return True
        at = upto
    return False


def one(connection: Connection, sets: Sets, identity: str) -> Listed | None:
    """One Instance by its id, None for an id never given to one."""
    entity, change = schema.entity, schema.change
    row = connection.execute(
        select(entity.c.changed).where(entity.c.id == identity, entity.c.place == "instances")
    ).first()
    if row is None:
        return None
    seq = connection.execute(select(func.max(change.c.seq)).where(change.c.entity == identity)).scalar() or 0
    return _listed(connection, sets, Wanted(), [(identity, seq, row.changed)])[0]


def earliest(connection: Connection) -> int | None:
    """The time of the first change, None for an empty log."""
    change = schema.change
    return connection.execute(select(change.c.at).order_by(change.c.seq).limit(1)).scalar()


def _has_records(connection: Connection, members: set[str]) -> bool:
    record = schema.record
    return any(
        connection.execute(select(record.c.id).where(record.c.member == member).limit(1)).first() for member in members
    )


def _bounds(connection: Connection, wanted: Wanted) -> tuple[int, int]:
    """The stretch of the log in which a period's changes stand: (number before the first, last number)."""
    last = connection.execute(select(func.max(schema.change.c.seq))).scalar() or 0
    first = _number_at(connection, wanted.start - _SKEW, last) if wanted.start is not None else 0
    if wanted.end is not None:
        last = _number_at(connection, wanted.end + _SKEW + 1, last)
    return first, last


def _number_at(connection: Connection, at: int, last: int) -> int:
    """The last number before the log reaches the time ``at`` (times grow with numbers, within :data:`_SKEW`)."""
    change = schema.change
    low, high = 0, last
    while low < high:
        middle = (low + high + 1) // 2
        row = connection.execute(
            select(change.c.seq, change.c.at).where(change.c.seq >= middle).order_by(change.c.seq).limit(1)
        ).first()
        if row is not None and row.at < at:
            low = max(middle, min(row.seq, high))
        else:
            high = middle - 1
    return low


def _window(connection: Connection, sets: Sets, wanted: Wanted, after: int, upto: int) -> list[Listed]:
    """The Instances whose last change stands in a stretch of the log and that are wanted, in its order."""
    change, later = schema.change, schema.change.alias()
    again = exists().where(later.c.entity == change.c.entity, later.c.place == "instances", later.c.seq > change.c.seq)
    rows = connection.execute(
        select(change.c.seq, change.c.entity, change.c.at)
        .where(change.c.seq > after, change.c.seq <= upto, change.c.place == "instances", ~again)
        .order_by(change.c.seq)
    )
    within = [
        (row.entity, row.seq, row.at)
        for row in rows
        if (wanted.start is None or row.at >= wanted.start) and (wanted.end is None or row.at <= wanted.end)
    ]
    return _listed(connection, sets, wanted, within)


def _listed(connection: Connection, sets: Sets, wanted: Wanted, within: Sequence[tuple[str, int, int]]) -> list[Listed]:
    entity = schema.entity
    ids = [identity for identity, _, _ in within]
    columns = select(entity.c.id, entity.c.state, entity.c.parent, entity.c.anchor)
    states = {row.id: row for row in among(connection, columns, entity.c.id, ids)}
    records = standing(connection, (i for i in ids if i in states and states[i].state == "live"))
    members = sets.members.get(wanted.spec)
    touched = ever_changed_by(connection, ids, members) if members is not None else set()
    found = []
    for identity, seq, at in within:
        row = states.get(identity)
        mine = tuple(records.get(identity, ()))
        if mine and row is not None:
            own = sets.of((r.member for r in mine), mine[0].type)
            if not wanted.spec or wanted.spec in own:
                found.append(Listed(identity, seq, at, row.parent or "", mine, own, deleted=False))
            elif identity in touched:
                # It was in the set while the member had a record of it: for who harvests the set, it is gone.
                found.append(Listed(identity, seq, at, "", (), (wanted.spec,), deleted=True))
            continue
        anchor = anchor_member(row.anchor) if row is not None else ""
        if members is not None and anchor not in members and identity not in touched:
            continue
        own = (wanted.spec,) if wanted.spec else sets.of([anchor])
        found.append(Listed(identity, seq, at, "", (), own, deleted=True))
    return found
