"""Following the change log: gather → describe (in worker processes) → apply to every view → flush → move the cursors.

A crash at any point is a replay from the cursors; applying a stretch twice changes nothing.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select, update

from hub.projection.describe import Described, Task, describe, tombstone
from hub.projection.libraries import describe_groups, describe_libraries
from hub.projection.tasks import Changed, all_entities, ended_records, gather
from hub.projection.view import Applied, View
from hub.registry import Registry, schema
from hub.registry.registry import now

_CHANGES_A_STRETCH = 6000
_ENTITIES_A_STRETCH = 4000
_RECORDS_WITHOUT_WORKERS = 100


@dataclass(slots=True)
class ProjectionProgress:
    """How far the views are: ``done`` of ``total`` changes (of entities, in a rebuild)."""

    done: int
    total: int
    entities: int


class AlreadyProjecting(Exception):
    """Another process of this hub writes its views."""


@contextmanager
def only_projector(lock: Path) -> Iterator[None]:
    """Hold the projection lock of a hub. Raises AlreadyProjecting when another process has it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyProjecting("another process of this hub writes its views") from error
        yield


class Projector:
    """The writer of the views. Use as a context: it keeps worker processes."""

    def __init__(
        self,
        registry: Registry,
        views: Sequence[View],
        base: str,
        *,
        workers: int,
        record_graphs: bool = False,
        generation_seconds: float = 30.0,
    ) -> None:
        self.registry = registry
        self.views = views
        self.base = base
        self.record_graphs = record_graphs
        self.generation_seconds = generation_seconds
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._published_at = 0.0
        self._published_seq = -1

    def __enter__(self) -> Projector:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def cursor(self) -> int:
        """The last change that all views have applied."""
        with self.registry.read() as connection:
            return min(_cursor(connection, view.name) for view in self.views)

    def run(self, progress: Callable[[ProjectionProgress], None] | None = None) -> int:
        """Apply all changes there are and publish; gives the number of changes applied."""
        start = cursor = self.cursor()
        while True:
            with self.registry.read() as connection:
                rows = connection.execute(
                    select(
                        schema.change.c.seq, schema.change.c.place, schema.change.c.entity, schema.change.c.job,
                        schema.change.c.at,
                    )
                    .where(schema.change.c.seq > cursor)
                    .order_by(schema.change.c.seq)
                    .limit(_CHANGES_A_STRETCH)
                ).all()  # fmt: skip
                total = connection.execute(select(func.max(schema.change.c.seq))).scalar() or 0
                if not rows:
                    break
                changed = list(dict.fromkeys((row.place, row.entity) for row in rows))
                found = gather(connection, changed, self.base, record_graphs=self.record_graphs)
                applied = self._described(connection, found)
                if self.record_graphs:
                    acts = {(row.job, row.at) for row in rows if row.job is not None}
                    applied.graphs += [(iri, b"") for iri in ended_records(connection, acts, self.base)]
            self._apply(applied)
            cursor = rows[-1].seq
            self._move_cursors(cursor)
            if progress:
                progress(ProjectionProgress(cursor - start, total - start, found.entities))
            if time.monotonic() - self._published_at > self.generation_seconds:
                self._publish(cursor)
        if cursor != self._published_seq:
            self._publish(cursor)
        return cursor - start

    def rebuild(self, progress: Callable[[ProjectionProgress], None] | None = None) -> None:
        """Describe every entity there is into the (new, empty) views, then follow the log from where it stood."""
        with self.registry.read() as connection:
            start = connection.execute(select(func.max(schema.change.c.seq))).scalar() or 0
            total = connection.execute(select(func.count()).select_from(schema.entity)).scalar() or 0
            libraries = list(connection.execute(select(schema.library.c.code)).scalars())
            groups = list(connection.execute(select(schema.library_group.c.code)).scalars())
            found = Changed(libraries=libraries, groups=groups)
            applied = self._described(connection, found)
        self._apply(applied)
        done, after = 0, ""
        while True:
            with self.registry.read() as connection:
                stretch = all_entities(connection, after, _ENTITIES_A_STRETCH)
                if not stretch:
                    break
                found = gather(connection, stretch, self.base, record_graphs=self.record_graphs)
                applied = self._described(connection, found)
            self._apply(applied)
            after = stretch[-1][1]
            done += len(stretch)
            if progress:
                progress(ProjectionProgress(done, total, done))
        for view in self.views:
            view.flush()
            view.compact()
        self._move_cursors(start)
        self.run(progress)

    def _described(self, connection: Connection, found: Changed) -> Applied:
        applied = Applied(uses=found.uses)
        describing = self._describe(_by_size(found.tasks))
        applied.entities += describe_libraries(connection, self.base, found.libraries)
        applied.entities += describe_groups(connection, self.base, found.groups)
        for place, identity, survivor in found.gone:
            applied.entities.append(tombstone(self.base, place, identity, survivor))
            applied.gone.append((place, identity))
        for described in describing:
            applied.entities += described.entities
            applied.graphs += described.graphs
            applied.documents += described.documents
            applied.headings += described.headings
            applied.instances += described.instances
        return applied

    def _describe(self, tasks: list[Task]) -> Iterator[Described]:
        """Results in the order of the tasks; a small stretch is described here, a large one in worker processes."""
        if self._pool is None and sum(len(task.sources) for task in tasks) <= _RECORDS_WITHOUT_WORKERS:
            return map(describe, tasks)
        if self._pool is None:
            context = get_context("forkserver")
            context.set_forkserver_preload([describe.__module__])
            self._pool = ProcessPoolExecutor(self.workers, mp_context=context)
        return self._pool.map(describe, tasks)

    def _apply(self, applied: Applied) -> None:
        for view in self.views:
            view.apply(applied)

    def _move_cursors(self, seq: int) -> None:
        for view in self.views:
            view.flush()
        with self.registry.write() as connection:
            for view in self.views:
                where = schema.view.c.name == view.name
                if connection.execute(select(schema.view.c.name).where(where)).first():
                    connection.execute(update(schema.view).where(where).values(seq=seq, changed=now()))
                else:
                    connection.execute(insert(schema.view).values(name=view.name, seq=seq, changed=now()))

    def _publish(self, seq: int) -> None:
        for view in self.views:
            view.publish(seq)
        self._published_at = time.monotonic()
        self._published_seq = seq


def _cursor(connection: Connection, name: str) -> int:
    return connection.execute(select(schema.view.c.seq).where(schema.view.c.name == name)).scalar() or 0


def _by_size(tasks: list[Task]) -> list[Task]:
    """Largest first, so that the last worker does not end long after the others."""
    return sorted(tasks, key=lambda t: -len(t.sources))


def forget_views(registry: Registry, keep: Sequence[str]) -> None:
    """Forget the cursors of stores that are no longer there."""
    with registry.write() as connection:
        connection.execute(delete(schema.view).where(schema.view.c.name.not_in(keep)))
