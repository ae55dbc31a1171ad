"""Which of the jobs that say they run are alive: a killed one cannot say that it ended, but its lock is free.

Readers (pages, lists) ask here and write nothing; the next load writes down what it finds (:func:`close_interrupted`).
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from hub.registry import Registry, schema
from hub.registry.registry import CHUNK, now

GOES_ON = "interrupted, goes on with the next run"
"""What is shown of a job that was cut off and will be taken up again by itself."""
LOADING = "load"
"""The word that a load writes into the intake lock; harvests and others hold it for a moment only."""
_LOADS = frozenset({"load", "full load"})
_HARVESTS = frozenset({"harvest", "full harvest"})
_ENDED = "the process ended before the load did"


@contextmanager
def only_one(lock: Path, holder: str = "other") -> Iterator[None]:
    """Hold the intake lock of a hub; a second load waits for the first, the kernel frees it if we are killed.

    ``holder`` is what readers find in it (:data:`LOADING`).
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        handle.truncate(0)
        handle.write(holder)
        handle.flush()
        yield


def harvest_lock(locks: Path, number: int) -> Path:
    """The file whose lock the one run of a source holds, in the folder of the hub's locks."""
    return locks / f"harvest-{number}"


def holder(lock: Path) -> str | None:
    """The word of who holds a lock, empty when it is free; None when there is no such lock here: no job ever ran on
    this machine, and what the registry says is all that is known.
    """
    try:
        with lock.open("rb") as handle:
            try:
                # Shared, and for a moment: readers do not meet each other, who wants it alone tries again.
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return handle.read(32).decode("ascii", "replace") or LOADING
    except OSError:
        return None
    return ""


def told(connection: Connection, jobs: Iterable[RowMapping], locks: Path) -> list[dict[str, Any]]:
    """Rows of ``job`` with the state they are in and ``shown``, the word for it (to be translated)."""
    rows: list[dict[str, Any]] = [{str(name): value for name, value in row.items()} for row in jobs]
    source, upload = schema.harvest_source, schema.upload
    cut = [r["id"] for r in rows if r["state"] in ("running", "interrupted")]
    sources: dict[int, int] = {}
    waiting: set[int] = set()
    for start in range(0, len(cut), CHUNK):
        part = cut[start : start + CHUNK]
        sources |= {r.job: r.id for r in connection.execute(select(source).where(source.c.job.in_(part)))}
        queued = select(upload.c.job).where(upload.c.job.in_(part), upload.c.waiting)
        waiting |= set(connection.execute(queued).scalars())
    intake = holder(locks / "intake") if cut else ""
    for row in rows:
        number = row["id"]
        if row["state"] == "running" and not _alive(row["kind"], intake, sources.get(number), locks):
            row |= {"state": "interrupted", "message": row["message"] or _ENDED}
        goes_on = row["state"] == "interrupted" and (number in sources or number in waiting)
        row["shown"] = GOES_ON if goes_on else row["state"]
    return rows


def _alive(kind: str, intake: str | None, source: int | None, locks: Path) -> bool:
    if kind in _LOADS:
        return intake in (LOADING, None)
    if kind in _HARVESTS:
        return source is not None and holder(harvest_lock(locks, source)) != ""
    return True


def close_interrupted(registry: Registry, locks: Path) -> None:
    """Write down which jobs were killed. The caller holds the intake lock, so that no load but its own is alive."""
    job, source = schema.job, schema.harvest_source
    with registry.write() as connection:
        running = connection.execute(select(job.c.id, job.c.kind).where(job.c.state == "running")).all()
        if not running:
            return
        sources = {r.job: r.id for r in connection.execute(select(source).where(source.c.job.is_not(None)))}
        ended = [r.id for r in running if not _alive(r.kind, "", sources.get(r.id), locks)]
        connection.execute(
            update(job).where(job.c.id.in_(ended)).values(state="interrupted", finished=now(), message=_ENDED)
        )
