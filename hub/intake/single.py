"""One record written or withdrawn at a time, by the same path as a load's: prepared, judged by identity, logged.

Each act is a job of kind ``record`` of its own, which tells who changed what; one that changes nothing leaves none.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, select, update

from hub.identity import assign
from hub.identity.arrival import Arrival
from hub.intake.copied import NOBODY, Others
from hub.intake.preparation import Prepared, prepare, profile_of, settled
from hub.intake.records import Batch, write
from hub.intake.running import holder
from hub.registry import schema
from hub.registry.registry import now

__all__ = [
    "NOBODY", "Busy", "Changed", "Others", "Prepared", "Stale", "find", "is_loading", "prepare", "profile_json", "put",
    "withdraw",
]  # fmt: skip

KIND = "record"
"""The kind of the jobs of single records."""


class Stale(Exception):
    """The record is not in the state that the writer expects."""


class Busy(Exception):
    """A load of the same member is running: it could undo the change, or the change it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a record: its row after the act, and what was done."""

    row: Row[Any]
    act: Literal["created", "replaced", "unchanged", "withdrawn"]
    problems: tuple[tuple[str, str, str], ...] = ()


def is_loading(lock: Path) -> bool:
    """Whether a load holds the intake lock; a job that says ``running`` without it was killed."""
    return bool(holder(lock))


def profile_json(connection: Connection, member: str) -> str | None:
    """The profile of a member as JSON text, None for an unknown member."""
    return connection.execute(select(schema.member.c.profile).where(schema.member.c.code == member)).scalar()


def find(connection: Connection, member: str, number: str, kind: str = "") -> list[Row[Any]]:
    """The member's records of a control number, withdrawn ones too; of one kind where it is given."""
    table = schema.record
    statement = select(table).where(table.c.member == member, table.c.control_number == number).order_by(table.c.id)
    return list(connection.execute(statement.where(table.c.kind == kind) if kind else statement))


def put(
    connection: Connection,
    member: str,
    prepared: Prepared,
    by: str,
    *,
    expected: frozenset[str] | None,
    new: bool,
    loading: bool,
) -> Changed:
    """Store a prepared record (its ``reason`` is empty) in the caller's transaction.

    ``expected`` are digests (hexadecimal), one of which the stored record must have (If-Match; ``*`` fits any), None
    when the writer does not say; ``new`` says that there must be none yet; ``loading`` that the intake
    lock is held (:func:`is_loading`). Raises Stale, Busy.
    """
    if loading:
        _not_busy(connection, member)
    (prepared,) = settled(connection, [prepared])
    known = find(connection, member, prepared.control_number, prepared.kind)
    row = known[0] if known and not known[0].deleted else None
    _check(row, expected)
    if new and row is not None:
        raise Stale("the record is there already")
    if row is not None and row.digest == prepared.digest:
        return Changed(row, "unchanged")
    at = now()
    job = _job(connection, member, by, at, deleted=prepared.deleted)
    copies = profile_of(profile_json(connection, member) or "{}").copies
    write(connection, Batch(job, member, by, copies, at), [prepared])
    after = find(connection, member, prepared.control_number, prepared.kind)[0]
    act: Literal["created", "replaced", "withdrawn"] = (
        "withdrawn" if prepared.deleted else "replaced" if row is not None else "created"
    )
    return Changed(after, act, tuple(prepared.problems))


def withdraw(connection: Connection, row: Row[Any], by: str, *, expected: frozenset[str] | None, loading: bool) -> None:
    """Withdraw a record in the caller's transaction; its bytes stay in the registry. Raises Stale, Busy."""
    if loading:
        _not_busy(connection, row.member)
    _check(row, expected)
    at = now()
    job = _job(connection, row.member, by, at, deleted=True)
    table = schema.record
    connection.execute(update(table).where(table.c.id == row.id).values(deleted=True, job=job, seen=job, changed=at))
    gone = Arrival(
        row.id, row.member, row.kind, row.control_number, new=False, deleted=True, bib_number=row.bib_number or ""
    )
    assign(connection, [gone], job=job, at=at)


def _check(row: Row[Any] | None, expected: frozenset[str] | None) -> None:
    if expected is None:
        return
    if row is None:
        raise Stale("there is no such record")
    if "*" not in expected and row.digest.hex() not in expected:
        raise Stale("the record has changed since it was read")


def _not_busy(connection: Connection, member: str) -> None:
    table = schema.job
    running = select(table.c.id).where(table.c.member == member, table.c.state == "running", table.c.kind != KIND)
    job = connection.execute(running.limit(1)).scalar()
    if job is not None:
        raise Busy(f"load {job} of {member} is running")


def _job(connection: Connection, member: str, by: str, at: int, *, deleted: bool) -> int:
    values = {
        "kind": KIND, "member": member, "source": by, "state": "done", "started": at, "finished": at,
        "read": 1, "stored": 1, "deleted": int(deleted),
    }  # fmt: skip
    return int(connection.execute(insert(schema.job).values(values)).inserted_primary_key[0])  # type: ignore[index]  # one row was added
