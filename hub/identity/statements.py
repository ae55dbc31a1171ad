"""Statements over many values at once.

Many values are sent as one parameter (a JSON array to SQLite, an array to PostgreSQL): a statement's text is always the
same then and is compiled once. Written rows go to the driver as they are, without SQLAlchemy's work on each value; the
names in the texts made here are all of the schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Connection, Row, Select, Table, Text, any_, bindparam, delete, func, select

T = TypeVar("T")

MOST = 5000
"""Values of one statement; what is found for them is in memory at once."""


def chunks(values: Iterable[T], size: int = MOST) -> Iterator[list[T]]:
    """The distinct values in lists of at most ``size``."""
    distinct = list(dict.fromkeys(values))
    for start in range(0, len(distinct), size):
        yield distinct[start : start + size]


@lru_cache(maxsize=256)
def _among(sqlite: bool, column: ColumnElement[Any]) -> ColumnElement[bool]:
    if sqlite:
        return column.in_(select(func.json_each(bindparam("wanted", type_=Text)).table_valued("value").c.value))
    return column == any_(bindparam("wanted", type_=ARRAY(column.type)))


def among(
    connection: Connection, column: ColumnElement[Any], values: Iterable[Any]
) -> Iterator[tuple[ColumnElement[bool], dict[str, Any]]]:
    """The condition that the column is among the values, with its parameters; several times for very many values."""
    if connection.dialect.name != "sqlite":
        for chunk in chunks(values):
            yield _among(False, column), {"wanted": chunk}
        return
    for chunk in chunks(values):
        text = json.dumps(chunk)
        if "\\u0000" in text:  # SQLite's JSON ends a string there
            for part in chunks(chunk, 500):
                yield column.in_(part), {}
        else:
            yield _among(True, column), {"wanted": text}


def rows_where(
    connection: Connection, column: ColumnElement[Any], values: Iterable[Any], *columns: ColumnElement[Any] | Table,
    also: ColumnElement[bool] | None = None,
) -> Iterator[Row[Any]]:  # fmt: skip
    """Rows (the given columns) whose ``column`` is among the values, and that fulfil ``also``."""
    statement = select(*columns)
    if also is not None:
        statement = statement.where(also)
    return rows_of(connection, statement, column, values)


def rows_of(
    connection: Connection, statement: Select[Any], column: ColumnElement[Any], values: Iterable[Any]
) -> Iterator[Row[Any]]:
    """Rows of a select whose ``column`` is among the values."""
    for condition, wanted in among(connection, column, values):
        yield from connection.execute(statement.where(condition), wanted).all()


def _names(connection: Connection, table: Table, columns: Iterable[str]) -> tuple[str, list[str], str]:
    """The table's and columns' names, quoted where they must be, and the driver's mark for a parameter."""
    quote = connection.dialect.identifier_preparer.quote
    return quote(table.name), [quote(table.c[c].name) for c in columns], _mark(connection)


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.paramstyle == "qmark" else "%s"


def _values(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> list[Any]:
    return list(map(itemgetter(*columns), rows)) if len(columns) > 1 else [(row[columns[0]],) for row in rows]


def add(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same keys; a column that none of them has takes the database's default."""
    if rows:
        columns = list(rows[0])
        name, quoted, mark = _names(connection, table, columns)
        text = f"INSERT INTO {name} ({', '.join(quoted)}) VALUES ({', '.join([mark] * len(columns))})"  # noqa: S608
        connection.exec_driver_sql(text, _values(rows, columns))


def change(connection: Connection, table: Table, key: str, rows: Sequence[dict[str, Any]]) -> None:
    """Update rows by one key column; each row holds the key and the new values, all with the same keys."""
    if not rows:
        return
    columns = [*(n for n in rows[0] if n != key), key]
    name, quoted, mark = _names(connection, table, columns)
    sets = ", ".join(f"{column} = {mark}" for column in quoted[:-1])
    text = f"UPDATE {name} SET {sets} WHERE {quoted[-1]} = {mark}"  # noqa: S608
    connection.exec_driver_sql(text, _values(rows, columns))


def remove(connection: Connection, table: Table, column: ColumnElement[Any], values: Iterable[Any]) -> None:
    """Delete the rows whose column is among the values."""
    for condition, wanted in among(connection, column, values):
        connection.execute(delete(table).where(condition), wanted)


def remove_pairs(connection: Connection, table: Table, a: str, b: str, pairs: Sequence[tuple[Any, Any]]) -> None:
    """Delete rows by a key of two columns."""
    if pairs:
        name, (one, two), mark = _names(connection, table, (a, b))
        text = f"DELETE FROM {name} WHERE {one} = {mark} AND {two} = {mark}"  # noqa: S608
        connection.exec_driver_sql(text, list(pairs))
