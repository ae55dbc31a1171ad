"""Opening the registry and its transactions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from hub.registry import schema
from hub.registry.migrations import migrate

# Values bound in one statement; SQLite's own limit is 32,766.
CHUNK = 500
_RECYCLE = 60
"""Seconds after which a kept connection is opened anew: a registry that was put back from a backup is soon seen."""


def now() -> int:
    """The time in whole seconds since 1970 (UTC)."""
    return int(time.time())


class Registry:
    """The registry behind a database URL (``sqlite:///…`` or ``postgresql+psycopg://…``)."""

    def __init__(self, url: str, *, kept: int = 0) -> None:
        """Open and migrate. Raises RegistryTooNew for a registry of a later release.

        ``kept``: connections kept open, for a process that asks often and never forks; by default a connection never
        outlives its transaction, so that forked workers inherit none.
        """
        self.url = url
        pooled: dict[str, Any] = {"poolclass": NullPool}
        if kept:
            pooled = {"poolclass": QueuePool, "pool_size": kept, "max_overflow": 64, "pool_recycle": _RECYCLE}
        self.engine: Engine = create_engine(url, **pooled)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_immediate)
        elif self.engine.dialect.name == "postgresql":
            event.listen(self.engine, "begin", _begin_alone)
        with self.write() as connection:
            migrate(connection)

    @classmethod
    def in_folder(cls, folder: Path) -> Registry:
        """The SQLite registry of a hub's data folder."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls(f"sqlite:///{folder / 'registry.sqlite'}")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that commits at the end of the block and is undone by an exception."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view for reading; nothing is written."""
        with self.engine.connect().execution_options(bibhub_read=True) as connection, connection.begin():
            yield connection

    def last_change(self) -> int:
        """The number of the newest change, 0 for an empty registry."""
        with self.read() as connection:
            return connection.execute(select(func.max(schema.change.c.seq))).scalar() or 0

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:  # Any: DBAPI connections have no common type
    connection.isolation_level = None  # the driver's own BEGIN would come too late for BEGIN IMMEDIATE
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=60000",
        "foreign_keys=ON",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_immediate(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once: two writers wait for each other instead of failing in the middle.
    reading = connection.get_execution_options().get("bibhub_read", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


_WRITING = 0x42696248
"""The advisory lock of PostgreSQL that one writer holds at a time: "BibH"."""


def _begin_alone(connection: Connection) -> None:
    # As SQLite has it: a reader sees one state of all tables, writers wait for each other.
    if connection.get_execution_options().get("bibhub_read", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITING})")
