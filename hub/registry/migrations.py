"""The one way from an older registry to this release's: numbered steps, each in its transaction.

Step 1 is the schema itself. Later steps append to ``STEPS`` and never change once released.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, insert, inspect, select, text, update

from hub.registry.schema import entity, match_key, meta, metadata, record


class RegistryTooNew(Exception):
    """The registry was written by a later release than this one."""


def _first(connection: Connection) -> None:
    metadata.create_all(connection)


def _second(connection: Connection) -> None:
    """Marks, loose forms and parts of headings (`hub rematch --all` fills them); candidate keys with their member."""
    metadata.create_all(connection)
    if inspect(connection).has_table("match_key"):
        connection.execute(
            text(
                "INSERT INTO candidate (key, member, record) SELECT m.key, r.member, m.record "
                "FROM match_key m JOIN record r ON r.id = m.record"
            )
        )
        connection.execute(text("DROP TABLE match_key"))


def _third(connection: Connection) -> None:
    """Indexes of entities that hold the place, too, in place of those that do not."""
    for index in sorted(entity.indexes, key=lambda index: str(index.name)):
        index.create(connection, checkfirst=True)
    for column in ("parent", "anchor", "key"):
        connection.execute(text(f"DROP INDEX IF EXISTS ix_entity_{column}"))


def _usage(connection: Connection) -> None:
    """How often headings are used, counted once; proposals for the authority file."""
    metadata.create_all(connection)
    connection.execute(
        text(
            "INSERT INTO usage (heading, uses) SELECT m.heading, count(*) FROM mention m "
            "JOIN record r ON r.id = m.record WHERE r.kind = 'bibliographic' GROUP BY m.heading"
        )
    )


def _harvesting(connection: Connection) -> None:
    """Where members are harvested, and holdings that name an Instance of the hub."""
    metadata.create_all(connection)


def _joined(connection: Connection) -> None:
    """Headings that people join."""
    metadata.create_all(connection)


def _numbered_keys(connection: Connection) -> None:
    """Candidate keys are numbers, and fewer: `hub rematch` writes them anew, for no record's features are of today."""
    connection.execute(text("DROP TABLE candidate"))
    match_key.create(connection)


def _ended(connection: Connection) -> None:
    """Sessions that people ended."""
    metadata.create_all(connection)


def _headings_by_key(connection: Connection) -> None:
    """Headings are looked up by key: registries whose unique index began with the place get one that does."""
    unique = inspect(connection).get_unique_constraints("heading")
    if not any(constraint["column_names"][0] == "key" for constraint in unique):
        connection.execute(text("CREATE INDEX heading_key ON heading (key, place)"))


def _left_out(connection: Connection) -> None:
    """Which holdings in copied records are other members'."""
    metadata.create_all(connection)


def _ended_records(connection: Connection) -> None:
    """An index of the records that are withdrawn, by the act that did it."""
    next(index for index in record.indexes if index.name == "record_ended").create(connection, checkfirst=True)


STEPS: list[Callable[[Connection], None]] = [
    _first,
    _second,
    _third,
    _usage,
    _harvesting,
    _joined,
    _numbered_keys,
    _ended,
    _headings_by_key,
    _left_out,
    _ended_records,
]


def migrate(connection: Connection) -> int:
    """Bring the registry to this release's schema and give its version number.

    Raises RegistryTooNew when it is of a later release.
    """
    meta.create(connection, checkfirst=True)
    found = connection.execute(select(meta.c.value).where(meta.c.key == "schema")).scalar()
    version = int(found) if found is not None else 0
    if version > len(STEPS):
        raise RegistryTooNew(
            f"the registry has schema {version}, this release knows {len(STEPS)}: install the release that wrote it"
        )
    for step in STEPS[version:]:
        step(connection)
    if found is None:
        connection.execute(insert(meta).values(key="schema", value=str(len(STEPS))))
    elif version < len(STEPS):
        connection.execute(update(meta).where(meta.c.key == "schema").values(value=str(len(STEPS))))
    return len(STEPS)
