"""Loading a file of one member: frames → workers → registry, a transaction a batch, progress after each commit.

``read = stored + unchanged + rejected`` holds at every commit; what is counted is in the registry for good.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from typing import BinaryIO, Protocol

from sqlalchemy import func, insert, select, update

from converters.marc import Damaged, Frame, UnknownFormat, frames
from hub.intake.copied import Others
from hub.intake.preparation import Prepared, prepare, profile_of
from hub.intake.records import Batch, Counts, not_attached, quarantined, withdraw_unseen, write
from hub.registry import Registry, schema
from hub.registry.registry import now

_FRAMES_A_TASK = 100
_TASKS_A_TRANSACTION = 5
_BYTES_A_TASK = 1 << 20
VANISH_LIMIT = 0.2
"""Share of a member's records that a full load may withdraw without being told twice."""


class LoadError(Exception):
    """A load that cannot be done; the message says what to do."""


class Progress(Protocol):
    """Is told how far a load has come, after each commit."""

    def __call__(self, report: LoadReport) -> None:
        """Show the counts so far."""


@dataclass(slots=True)
class LoadReport:
    """The counts of one file's load. ``bytes_total`` is None for a pipe."""

    source: str
    job: int = 0
    format: str = ""
    bytes_total: int | None = None
    bytes_read: int = 0
    read: int = 0
    stored: int = 0
    unchanged: int = 0
    rejected: int = 0
    deleted: int = 0
    withdrawn: int = 0
    done: bool = False

    def check(self) -> None:
        """Raise AssertionError unless every record read is accounted for."""
        if self.read != self.stored + self.unchanged + self.rejected:
            raise AssertionError(
                f"{self.source}: read {self.read} ≠ stored {self.stored} + unchanged {self.unchanged} "
                f"+ rejected {self.rejected}"
            )


def load(
    registry: Registry,
    member: str,
    stream: BinaryIO,
    source: str,
    *,
    workers: int,
    full: bool = False,
    force: bool = False,
    format: str | None = None,
    progress: Progress | None = None,
    job: int | None = None,
) -> LoadReport:
    """Load one stream of MARC records (any format the reader knows) as records of ``member``.

    ``full`` says that the stream is all that the member has: records of the kinds it holds that are not in it are
    withdrawn, unless that would be more than VANISH_LIMIT of them and ``force`` is not given (LoadError). ``job`` is
    the number of a job that waits for this load (hub.intake.spool); without it a new one is made.
    Raises LoadError for an unknown member, UnknownFormat for a stream that is no MARC.
    """
    with registry.read() as connection:
        profile_json = connection.execute(
            select(schema.member.c.profile).where(schema.member.c.code == member)
        ).scalar()
        others = Others.of(connection, member)
    if profile_json is None:
        raise LoadError(f"no member {member!r}: add it with `hub members add {member} --name …`")
    report = LoadReport(source, bytes_total=_size(stream))
    with registry.write() as connection:
        values = {
            "kind": "full load" if full else "load",
            "member": member,
            "source": source,
            "state": "running",
            "started": now(),
            "bytes_total": report.bytes_total,
        }
        if job is None:
            (report.job,) = connection.execute(insert(schema.job).values(values)).inserted_primary_key or (0,)
        else:
            report.job = job
            values |= {"finished": None, "message": None}
            connection.execute(update(schema.job).where(schema.job.c.id == job).values(values))
    batch = Batch(report.job, member, source, profile_of(profile_json).copies, now())
    kinds: set[str] = set()
    state, message = "failed", None
    try:
        with _seldom_collected():
            for prepared in _prepared(stream, profile_json, others, workers, format):
                report.bytes_read = _position(stream)
                _commit(registry, batch, prepared, report)
                kinds.update(p.kind for p in prepared if p.kind)
                if progress:
                    progress(report)
        if full:
            _withdraw(registry, batch, kinds, report, force=force)
        report.check()
        report.done = True
        state = "done"
    except (UnknownFormat, LoadError) as error:
        message = str(error)
        raise
    except BaseException as error:
        state, message = "interrupted", f"{type(error).__name__}: {error}"
        raise
    finally:
        with registry.write() as connection:
            connection.execute(
                update(schema.job)
                .where(schema.job.c.id == report.job)
                .values(state=state, message=message, finished=now(), **_counts(report))
            )
    if progress:
        progress(report)
    return report


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for cycles of garbage seldom: a batch is many small objects that hardly form any.

    Measured on 2,500 records, three times in turn: 12 % less time of the processor in the process that writes.
    """
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _size(stream: BinaryIO) -> int | None:
    try:
        return os.fstat(stream.fileno()).st_size or None
    except (OSError, ValueError):
        return None


def _position(stream: BinaryIO) -> int:
    """Bytes of the file read so far (compressed ones, where it is), for the progress."""
    try:
        return stream.tell()
    except (OSError, ValueError):
        return 0


def _counts(report: LoadReport) -> dict[str, object]:
    return {
        "read": report.read,
        "stored": report.stored,
        "unchanged": report.unchanged,
        "rejected": report.rejected,
        "deleted": report.deleted + report.withdrawn,
        "bytes_read": report.bytes_read,
        "format": report.format,
    }


def _commit(registry: Registry, batch: Batch, prepared: list[Prepared], report: LoadReport) -> None:
    with registry.write() as connection:
        batch.at = now()  # within the transaction: a harvester must not meet times that lie before it could see them
        counts: Counts = write(connection, batch, prepared)
        report.read += len(prepared)
        report.stored += counts.stored
        report.unchanged += counts.unchanged
        report.rejected += counts.rejected
        report.deleted += counts.deleted
        report.format = report.format or prepared[-1].format
        connection.execute(update(schema.job).where(schema.job.c.id == batch.job).values(**_counts(report)))


def _withdraw(registry: Registry, batch: Batch, kinds: set[str], report: LoadReport, *, force: bool) -> None:
    table = schema.record
    mine = (table.c.member == batch.member, table.c.kind.in_(kinds), table.c.deleted.is_(False), not_attached())
    with registry.read() as connection:
        held = connection.execute(select(func.count()).where(*mine)).scalar() or 0
        gone = connection.execute(select(func.count()).where(*mine, table.c.seen != batch.job)).scalar() or 0
    if held and gone > VANISH_LIMIT * held and not force:
        raise LoadError(
            f"{gone} of {held} records of {batch.member} are not in {report.source}; nothing was withdrawn. "
            "If the file really is complete, load it again with --full --force"
        )
    with registry.read() as connection:
        nameless = connection.execute(
            select(func.count()).where(schema.quarantine.c.job == batch.job, schema.quarantine.c.control_number == "")
        ).scalar()
    if gone and nameless and not force:
        raise LoadError(
            f"{nameless} rejected records of {report.source} bear no number: they may be among the {gone} that "
            "seem to be missing. Nothing was withdrawn. Mend them, or load again with --full --force"
        )
    while True:
        with registry.write() as connection:
            batch.at = now()  # within the transaction, as in _commit
            count = withdraw_unseen(connection, batch, kinds)
        if not count:
            return
        report.withdrawn += count


def _tasks(stream: BinaryIO, format: str | None) -> Iterator[list[Frame | Damaged]]:
    """Frames in tasks of bounded number and size."""
    task: list[Frame | Damaged] = []
    size = 0
    for frame in frames(stream, format=format):
        task.append(frame)
        size += len(frame.data)
        if len(task) >= _FRAMES_A_TASK or size >= _BYTES_A_TASK:
            yield task
            task, size = [], 0
    if task:
        yield task


def _prepared(
    stream: BinaryIO, profile_json: str, others: Others, workers: int, format: str | None
) -> Iterator[list[Prepared]]:
    """Prepared records in the order of the stream, a transaction's worth at a time; memory is bounded by the window."""
    tasks = _tasks(stream, format)
    first = next(tasks, None)  # an unknown format is told before any worker starts
    if first is None:
        return
    second = next(tasks, None)
    if second is None:  # a few records: starting workers would take longer than the work
        yield list(_in_order(first, prepare(profile_json, [f for f in first if isinstance(f, Frame)], others)))
        return
    context = get_context("forkserver")
    context.set_forkserver_preload([prepare.__module__])
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        window: deque[tuple[list[Frame | Damaged], Future[list[Prepared]]]] = deque()

        def submit(task: list[Frame | Damaged]) -> None:
            sent = [f for f in task if isinstance(f, Frame)]
            window.append((task, pool.submit(prepare, profile_json, sent, others)))

        submit(first)
        submit(second)
        for task in islice(tasks, workers * 3):
            submit(task)
        ready: list[Prepared] = []
        parts = 0
        while window:
            task, future = window.popleft()
            ready.extend(_in_order(task, future.result()))
            parts += 1
            following = next(tasks, None)
            if following is not None:
                submit(following)
            if parts >= _TASKS_A_TRANSACTION or not window:
                yield ready
                ready, parts = [], 0


def _in_order(task: list[Frame | Damaged], prepared: list[Prepared]) -> Iterator[Prepared]:
    results = iter(prepared)
    for frame in task:
        if isinstance(frame, Damaged):
            yield quarantined(
                frame.data,
                offset=frame.offset,
                number=frame.number,
                reason=frame.reason,
                control_number=frame.control_number,
            )
        else:
            yield next(results)
