"""A run: pages of a source in order, each stored with the place where the next begins; withdrawals at the end, guarded.

A kill at any point loses nothing: a page's records, what they came from and its resumption token are one transaction.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, RowMapping, insert, select, update

from hub.harvest import passing
from hub.harvest.client import Repository, TokenRefused
from hub.harvest.page import store
from hub.harvest.sources import Source, note, source
from hub.harvest.wire import HarvestError, Identity, Page, earlier, moment
from hub.intake.load import LoadReport
from hub.intake.running import harvest_lock, only_one
from hub.registry import Registry, schema
from hub.registry.registry import now

COMPLETE = ""
"""The token of a run whose list has been read to its end."""
WEEK = 7 * 86400
"""Seconds after which a source that does not keep its deletions is read completely again."""
MOST_EMPTY = 50
"""Pages without a record, one after another, after which a source is taken to turn in circles."""
_TRIES = 5


@dataclass(slots=True)
class HarvestReport(LoadReport):
    """A load's counts, and what is a harvest's own. ``since``: the ``from`` that was asked; empty: everything."""

    full: bool = False
    since: str = ""
    resumed: bool = False
    said: list[str] = field(default_factory=list)
    """Sentences for the office."""


class Progress(Protocol):
    """Is told how far a harvest has come, after each page."""

    def __call__(self, report: HarvestReport) -> None:
        """Show the counts so far."""


def harvest(
    registry: Registry,
    number: int,
    repository: Repository,
    *,
    locks: Path,
    vanish_percent: float,
    full: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> HarvestReport:
    """Harvest a source (its number): what changed since the last run, or the rest of a run that was cut off.

    ``locks`` is the folder of the hub's locks; ``vanish_percent`` the guard's limit where the source has none of its
    own; ``full`` reads everything and withdraws what is not there any more; ``force`` passes the guard.
    Raises HarvestError; what was stored until then stays, and the next run goes on.
    """
    with _alone(harvest_lock(locks, number)):
        with registry.read() as connection:
            found = source(connection, number)
        if found is None:
            raise HarvestError(f"no source {number}")
        run = _Run(registry, found, repository, locks / "intake", progress)
        return run.whole(full, force, found.vanish_percent if found.vanish_percent is not None else vanish_percent)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Two runs of one source would disagree about where it goes on; the kernel frees the lock of a killed one."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as handle:
        for n in range(_TRIES):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:  # perhaps a page that looks whether a run is alive
                if n == _TRIES - 1:
                    raise HarvestError("this source is being harvested already") from error
                time.sleep(0.05)
        yield


class _Run:
    def __init__(
        self, registry: Registry, found: Source, repository: Repository, intake: Path, progress: Progress | None
    ) -> None:
        self.registry = registry
        self.source = found
        self.repository = repository
        self.intake = intake
        self.progress = progress
        self.report = HarvestReport(found.name, format="marcxml")
        self.token = found.token
        self.began = found.began
        self.newest = found.newest

    def whole(self, full: bool, force: bool, percent: float) -> HarvestReport:
        """The run from its beginning, or from where it was cut off, to its end."""
        state, message = "interrupted", None
        self._open(full)
        try:
            identity = self.repository.identify_strictly() if self.token != COMPLETE else None
            if identity is not None:
                self._begin(identity)
                self._pages()
            with only_one(self.intake):
                self._withdraw(force, percent)
            self.report.check()
            self.report.done = True
            state = "done"
        except passing.TooMany as error:
            state, message = "failed", str(error)
            raise
        except HarvestError as error:
            message = str(error)
            raise
        except BaseException as error:
            message = f"{type(error).__name__}: {error}"
            raise
        finally:
            with self.registry.write() as connection:
                self._count(connection, state=state, message=message, finished=now())
                if state in ("done", "failed"):
                    self._close(connection, done=state == "done")
        if self.progress:
            self.progress(self.report)
        return self.report

    def _open(self, full: bool) -> None:
        """Take up the run that was cut off, or begin one and its job."""
        goes_on = self.source.job is not None and (self.source.full or not full)
        with self.registry.write() as connection:
            row = self._job(connection, self.source.job) if goes_on else None
            if row is not None:
                self._take_up(row)
                connection.execute(
                    update(schema.job).where(schema.job.c.id == self.report.job).values(state="running", message=None)
                )
                return
            self.report.full = full or self.source.since is None
            values = {
                "kind": self._kind(), "member": self.source.member, "source": self.source.name, "state": "running",
                "started": now(), "format": "marcxml",
            }  # fmt: skip
            (self.report.job,) = connection.execute(insert(schema.job).values(values)).inserted_primary_key or (0,)
            self.token = self.began = self.newest = None
            note(
                connection, self.source.id, job=self.report.job, full=self.report.full, token=None, began=None,
                newest=None,
            )  # fmt: skip

    def _kind(self) -> str:
        return "full harvest" if self.report.full else "harvest"

    @staticmethod
    def _job(connection: Connection, number: int | None) -> RowMapping | None:
        return connection.execute(select(schema.job).where(schema.job.c.id == number)).mappings().first()

    def _take_up(self, row: RowMapping) -> None:
        report = self.report
        report.job, report.full, report.resumed = row["id"], self.source.full, True
        report.read, report.stored, report.unchanged = row["read"], row["stored"], row["unchanged"]
        report.rejected, report.withdrawn = row["rejected"], row["deleted"]

    def _begin(self, identity: Identity) -> None:
        """Where the list begins; a source that forgets deletions is read completely once a week."""
        report, source = self.report, self.source
        if identity.deletes != "persistent":
            report.said.append("the source does not keep what it deletes: it is read completely once a week")
            if not report.resumed and not report.full and (source.full_at or 0) < now() - WEEK:
                report.full = True
                with self.registry.write() as connection:
                    note(connection, source.id, full=True)
                    connection.execute(
                        update(schema.job).where(schema.job.c.id == report.job).values(kind=self._kind())
                    )
        if not report.full and source.since is not None:
            report.since = earlier(source.since, days=identity.days)

    def _pages(self) -> None:
        empty = 0
        again = False
        while self.token != COMPLETE:
            try:
                if self.token:
                    found = self.repository.go_on(self.token)
                else:
                    found = self.repository.list(self.source, self.report.since or None)
            except TokenRefused as error:
                if again:
                    raise
                again, self.token = True, None
                self.report.said.append(f"{error}; the list was begun anew")
                continue
            if found.token is not None and found.token == self.token:
                raise HarvestError("the source gives the same resumption token again and again: tell its office")
            empty = 0 if found.records else empty + 1
            if empty > MOST_EMPTY:
                raise HarvestError(f"{MOST_EMPTY} answers without a record: the source turns in circles")
            self._take(found)

    def _take(self, page: Page) -> None:
        """Store a page and where the next begins, in one transaction."""
        self.began = self.began or (page.date if moment(page.date) else None)
        self.newest = _latest(self.newest, *(sent.datestamp for sent in page.records))
        token = page.token or COMPLETE
        with only_one(self.intake):
            store(self.registry, self.source, self.report, page.records, lambda c: self._keep(c, token))
        self.token = token
        if self.progress:
            self.progress(self.report)

    def _keep(self, connection: Connection, token: str) -> None:
        note(connection, self.source.id, token=token, began=self.began, newest=self.newest)
        self._count(connection, state="running", message=None, finished=None)

    def _withdraw(self, force: bool, percent: float) -> None:
        limit = None if force else percent
        passing.check(self.registry, self.source, self.report.job, full=self.report.full, percent=limit)
        while True:
            gone = passing.withdraw(self.registry, self.source, self.report.job)
            if not gone:
                return
            self.report.withdrawn += gone
            if self.progress:
                self.progress(self.report)

    def _close(self, connection: Connection, *, done: bool) -> None:
        """End the run; only a good one moves the datestamp from which the next goes on."""
        values: dict[str, Any] = {"job": None, "full": False, "token": None, "began": None, "newest": None}
        if done:
            values["since"] = self._since()
            if self.report.full:
                values["full_at"] = now()
        note(connection, self.source.id, **values)

    def _since(self) -> str | None:
        """The datestamp up to which everything is here: the source's time when the run began.

        The newest datestamp met stands for it where the source tells no time, or one that cannot be.
        """
        began = moment(self.began)
        if began is not None and began <= datetime.now(UTC) + timedelta(days=1):
            return self.began
        return self.newest or self.source.since

    def _count(self, connection: Connection, **values: Any) -> None:
        report = self.report
        connection.execute(
            update(schema.job)
            .where(schema.job.c.id == report.job)
            .values(
                read=report.read, stored=report.stored, unchanged=report.unchanged, rejected=report.rejected,
                deleted=report.withdrawn, **values,
            )
        )  # fmt: skip


def _latest(*datestamps: str | None) -> str | None:
    known = [(at, text) for text in datestamps if text is not None and (at := moment(text)) is not None]
    return max(known)[1] if known else None
