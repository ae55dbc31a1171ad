"""Statements over many values at once, in chunks every database takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, and_, bindparam, delete, insert, select, update

from hub.registry.registry import CHUNK

T = TypeVar("T")


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The distinct values in lists of at most ``size``."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), size):
        yield distinct[start : start + size]


def rows_where(
    connection: Connection, column: ColumnElement[Any], values: Iterable[Any], *columns: ColumnElement[Any] | Table,
    also: ColumnElement[bool] | None = None,
) -> Iterator[Row[Any]]:  # fmt: skip
    """Rows (the given columns) whose ``column`` is among the values, and that fulfil ``also``."""
    statement = select(*columns)
    if also is not None:
        statement = statement.where(also)
    yield from rows_of(connection, statement, column, values)


def rows_of(
    connection: Connection, statement: Select[Any], column: ColumnElement[Any], values: Iterable[Any]
) -> Iterator[Row[Any]]:
    """Rows of a select whose ``column`` is among the values."""
    for chunk in chunks(values):
        yield from connection.execute(statement.where(column.in_(chunk))).all()


def add(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same keys."""
    if rows:
        connection.execute(insert(table), rows)


def change(connection: Connection, table: Table, key: str, rows: Sequence[dict[str, Any]]) -> None:
    """Update rows by one key column; each row holds the key and the new values, all with the same keys."""
    if not rows:
        return
    names = [n for n in rows[0] if n != key]
    statement = (
        update(table).where(table.c[key] == bindparam(f"k_{key}")).values({n: bindparam(f"v_{n}") for n in names})
    )
    connection.execute(statement, [{f"k_{key}": row[key], **{f"v_{n}": row[n] for n in names}} for row in rows])


def remove(connection: Connection, table: Table, column: ColumnElement[Any], values: Iterable[Any]) -> None:
    """Delete the rows whose column is among the values."""
    for chunk in chunks(values):
        connection.execute(delete(table).where(column.in_(chunk)))


def remove_pairs(connection: Connection, table: Table, a: str, b: str, pairs: Sequence[tuple[Any, Any]]) -> None:
    """Delete rows by a key of two columns."""
    if pairs:
        statement = delete(table).where(and_(table.c[a] == bindparam("one"), table.c[b] == bindparam("two")))
        connection.execute(statement, [{"one": x, "two": y} for x, y in pairs])
