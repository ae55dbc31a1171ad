"""One page of a source into the registry: records written by intake, which item gave which record noted beside.

A deletion in OAI-PMH names the item only, so what each item gave is kept (``harvested``). One control number must not
serve two items: the second is rejected, unless the source is read completely and the first is no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select, update

from converters.marc import Frame
from hub.harvest.sources import Source
from hub.harvest.wire import HarvestError, Sent
from hub.intake.copied import Others
from hub.intake.preparation import Prepared, prepare, profile_of
from hub.intake.records import Batch, quarantined, write
from hub.registry import Registry, schema
from hub.registry.registry import CHUNK, now

if TYPE_CHECKING:
    from hub.harvest.run import HarvestReport

_TABLE = schema.harvested
Key = tuple[str, str]
"""Kind and control number."""


@dataclass(slots=True)
class _Given:
    """What an item of the page gave: records ready to be written, and whether any of them was rejected."""

    identifier: str
    keys: list[Key] = field(default_factory=list)
    ends: list[Key] = field(default_factory=list)
    """Records that say themselves that they are deleted (leader/05 d)."""
    rejected: bool = False


def store(
    registry: Registry, source: Source, report: HarvestReport, page: list[Sent], keep: Callable[[Connection], None]
) -> None:
    """Store a page's records in one transaction; ``keep`` writes in it where the source goes on.

    Raises HarvestError for a member that is no more.
    """
    with registry.read() as connection:
        text = connection.execute(select(schema.member.c.profile).where(schema.member.c.code == source.member)).scalar()
        others = Others.of(connection, source.member)
    if text is None:
        raise HarvestError(f"no member {source.member!r} any more")
    items = {sent.identifier or f"#{n}": sent for n, sent in enumerate(page)}  # of an item met twice the last counts
    prepared = list(_prepared(items, text, others, report.read))
    with registry.write() as connection:
        batch = Batch(report.job, source.member, source.name, profile_of(text).copies, now(), repeats=True)
        given = _given(connection, source, report, items, prepared)
        wanted = [p for _, p in prepared if p.reason or not p.deleted]
        counts = write(connection, batch, wanted)
        _note(connection, source, report.job, items, given)
        report.read += len(prepared)
        report.stored += counts.stored
        report.rejected += counts.rejected
        report.unchanged += counts.unchanged + len(prepared) - len(wanted)
        keep(connection)


def _prepared(items: dict[str, Sent], profile: str, others: Others, before: int) -> Iterator[tuple[str, Prepared]]:
    """Each MARC record of the items made ready, or with its reason, the item named in it."""
    number = before
    for name, sent in items.items():
        if sent.fault:
            number += 1
            yield name, quarantined(b"", offset=0, number=number, reason=_told(name, sent.fault), control_number="")
        for data in sent.records:
            number += 1
            (made,) = prepare(profile, [Frame(data, 0, "marcxml", number)], others)
            if made.reason:
                made.reason = _told(name, made.reason)
            yield name, made


def _told(name: str, reason: str) -> str:
    return f"{name}: {reason}"


def _given(
    connection: Connection,
    source: Source,
    report: HarvestReport,
    items: dict[str, Sent],
    prepared: list[tuple[str, Prepared]],
) -> dict[str, _Given]:
    """What each item gives; a record whose number is another item's gets its reason."""
    given = {name: _Given(name) for name, sent in items.items() if not sent.deleted}
    keys = {(p.kind, p.control_number) for _, p in prepared if not p.reason}
    others: dict[Key, list[Row[Any]]] = {}
    for row in _rows(connection, source.member, keys):
        others.setdefault((row.kind, row.control_number), []).append(row)
    taken: dict[Key, str] = {}
    for name, p in prepared:
        item = given[name]
        if p.reason:
            item.rejected = True
            continue
        key = (p.kind, p.control_number)
        if p.deleted:
            item.ends.append(key)
            continue
        holder = taken.get(key) or _holder(source, report, items, name, others.get(key, ()))
        if holder and holder != name:
            p.reason = _told(
                name,
                f"control number {p.control_number!r} is that of {holder}: give each record a number of its own. "
                "If the source has renamed its items, harvest once with --full",
            )
            item.rejected = True
            continue
        taken[key] = name
        item.keys.append(key)
    return given


def _holder(
    source: Source,
    report: HarvestReport,
    items: dict[str, Sent],
    name: str,
    rows: Iterable[Row[Any]],
) -> str:
    """The other item that a number belongs to, empty when it is free."""
    for row in rows:
        if row.identifier == name:  # also when another set of the repository has it
            continue
        ends_here = row.source == source.id and row.identifier in items and items[row.identifier].deleted
        if row.gone or ends_here or (report.full and row.met != report.job and row.source == source.id):
            continue
        return str(row.identifier)
    return ""


def _rows(connection: Connection, member: str, keys: Iterable[Key]) -> Iterator[Row[Any]]:
    numbers = sorted({number for _, number in keys})
    for start in range(0, len(numbers), CHUNK):
        yield from connection.execute(
            select(_TABLE).where(
                _TABLE.c.member == member,
                _TABLE.c.kind.in_(("bibliographic", "holdings", "authority")),
                _TABLE.c.control_number.in_(numbers[start : start + CHUNK]),
            )
        )


def _note(connection: Connection, source: Source, job: int, items: dict[str, Sent], given: dict[str, _Given]) -> None:
    """Note which item gave which record; what it gave before and gives no more is to be withdrawn."""
    mine = _TABLE.c.source == source.id
    names = list(items)
    known: dict[str, set[Key]] = {}
    for start in range(0, len(names), CHUNK):
        part = _TABLE.c.identifier.in_(names[start : start + CHUNK])
        for row in connection.execute(select(_TABLE).where(mine, part)):
            known.setdefault(row.identifier, set()).add((row.kind, row.control_number))
    fresh = []
    for name, sent in items.items():
        here = _TABLE.c.identifier == name
        before = known.get(name, set())
        if sent.deleted:
            if before:
                connection.execute(update(_TABLE).where(mine, here).values(gone=True))
            continue
        item = given[name]
        if before and (item.rejected or before.intersection(item.keys)):
            # A rejected record was sent, if damaged: its older, readable version stays.
            alive = before if item.rejected else before.intersection(item.keys)
            connection.execute(update(_TABLE).where(mine, here, _among(alive)).values(met=job, gone=False))
        lost = before.intersection(item.ends) if item.rejected else before.difference(item.keys)
        if lost:
            connection.execute(update(_TABLE).where(mine, here, _among(lost)).values(gone=True))
        for key in item.keys:
            _free(connection, source, name, key)
            if key not in before:
                fresh.append((name, key))
    if fresh:
        rows = [
            {"source": source.id, "identifier": n, "kind": k, "control_number": c, "member": source.member, "met": job,
             "gone": False}
            for n, (k, c) in dict.fromkeys(fresh)
        ]  # fmt: skip
        connection.execute(insert(_TABLE), rows)


def _among(keys: Iterable[Key]) -> ColumnElement[bool]:
    return or_(*(and_(_TABLE.c.kind == kind, _TABLE.c.control_number == number) for kind, number in keys))


def _free(connection: Connection, source: Source, name: str, key: Key) -> None:
    """The number belongs to this item now: other items that had it have it no more, and withdraw it no more."""
    connection.execute(
        delete(_TABLE).where(
            _TABLE.c.member == source.member,
            _TABLE.c.kind == key[0],
            _TABLE.c.control_number == key[1],
            _TABLE.c.identifier != name,
        )
    )
