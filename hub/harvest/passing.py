"""What a source has no more: counted first, withdrawn only when it is plausible."""

from __future__ import annotations

from sqlalchemy import Connection, and_, delete, func, or_, select, update

from hub.harvest.sources import Source
from hub.harvest.wire import HarvestError
from hub.intake.records import Batch
from hub.intake.records import withdraw as withdraw_records
from hub.registry import Registry, schema
from hub.registry.registry import now

PORTION = 200
_TABLE = schema.harvested


class TooMany(HarvestError):
    """More records would vanish than is plausible; none was withdrawn."""


def check(registry: Registry, source: Source, job: int, *, full: bool, percent: float | None) -> None:
    """Mark what a complete list did not name as gone, and count.

    Raises TooMany when more than ``percent`` of the source's records would be withdrawn (None: no limit); nothing of
    the marking then stays.
    """
    mine = _TABLE.c.source == source.id
    with registry.write() as connection:
        if full:
            connection.execute(update(_TABLE).where(mine, _TABLE.c.met != job).values(gone=True))
        held = connection.execute(select(func.count()).where(mine)).scalar() or 0
        gone = connection.execute(select(func.count()).where(mine, _TABLE.c.gone)).scalar() or 0
        if percent is not None and gone * 100 > percent * held:
            raise TooMany(
                f"{gone:,} of {held:,} records of {source.member} would vanish ({100 * gone / held:.1f} %, more than "
                f"{percent:g} %): nothing was withdrawn. Look at {source.name}; if it is right, `hub harvest "
                f"{source.member} --force`"
            )


def withdraw(registry: Registry, source: Source, job: int) -> int:
    """Withdraw a portion of the records that are marked as gone, in one transaction; gives how many marks it took off.

    A record that another set of the member still gives stays.
    """
    with registry.write() as connection:
        rows = connection.execute(
            select(_TABLE).where(_TABLE.c.source == source.id, _TABLE.c.gone).limit(PORTION)
        ).all()
        if not rows:
            return 0
        table = schema.record
        keys = or_(*(and_(table.c.kind == r.kind, table.c.control_number == r.control_number) for r in rows))
        columns = (table.c.id, table.c.kind, table.c.control_number, table.c.bib_number)
        elsewhere = (
            select(_TABLE.c.source)
            .where(
                _TABLE.c.member == table.c.member,
                _TABLE.c.kind == table.c.kind,
                _TABLE.c.control_number == table.c.control_number,
                _TABLE.c.gone.is_(False),
            )
            .exists()
        )
        live = connection.execute(
            select(*columns).where(table.c.member == source.member, table.c.deleted.is_(False), keys, ~elsewhere)
        ).all()
        batch = Batch(job, source.member, source.name, False, now(), repeats=True)
        withdraw_records(connection, batch, live)
        _forget(connection, source, [(r.identifier, r.kind, r.control_number) for r in rows])
    return len(rows)


def _forget(connection: Connection, source: Source, rows: list[tuple[str, str, str]]) -> None:
    for identifier, kind, number in rows:
        connection.execute(
            delete(_TABLE).where(
                _TABLE.c.source == source.id,
                _TABLE.c.identifier == identifier,
                _TABLE.c.kind == kind,
                _TABLE.c.control_number == number,
            )
        )
