"""Library and Group pages: the registry says who they are, the store what they hold."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode
from sqlalchemy import RowMapping, func, select

from hub.catalog import queries
from hub.catalog.cards import instance_cards
from hub.catalog.graph import Link, Text
from hub.catalog.models import GroupPage, LibraryCard, LibraryPage
from hub.catalog.queries import PROLOGUE
from hub.catalog.reader import Reader, Row, number, paged
from hub.registry import Registry
from hub.registry.schema import library, library_group, record
from ontologies.namespaces import LC_VOCABULARY
from sparql import QueryTimeout

RECENT = 12
LANGUAGES = 15


def _names(row: RowMapping, iri: str) -> Link:
    return Link(iri, (Text(row["name_vi"], "vi"), Text(row["name_en"], "en")))


def library_iri(base: str, code: str) -> str:
    """The URI of a library (its code percent-encoded)."""
    return f"{base}libraries/{quote(code, safe='')}"


def _card(row: RowMapping, base: str, items: int | None = None) -> LibraryCard:
    iri = library_iri(base, row["code"])
    return LibraryCard(
        iri,
        row["code"],
        _names(row, iri),
        row["group_code"] or "",
        row["place"] or "",
        row["latitude"],
        row["longitude"],
        row["website"] or "",
        items,
    )


def library_row(registry: Registry, code: str) -> RowMapping | None:
    """The registry's row of a library, None when there is none of this code."""
    with registry.read() as connection:
        return connection.execute(select(library).where(library.c.code == code)).mappings().first()


def group_row(registry: Registry, code: str) -> RowMapping | None:
    """The registry's row of a group, None when there is none of this code."""
    with registry.read() as connection:
        return connection.execute(select(library_group).where(library_group.c.code == code)).mappings().first()


def library_cards(registry: Registry, base: str) -> list[LibraryCard]:
    """All libraries as lines, without numbers of Items, in order of their codes."""
    with registry.read() as connection:
        rows = connection.execute(select(library).order_by(library.c.code)).mappings().all()
    return [_card(row, base) for row in rows]


async def all_libraries(registry: Registry, reader: Reader, base: str, group: str = "") -> list[LibraryCard]:
    """The libraries (of one group) with the number of Items each holds."""
    query = select(library).order_by(library.c.code)
    if group:
        query = query.where(library.c.group_code == group)
    with registry.read() as connection:
        rows = connection.execute(query).mappings().all()
    counted = await _in_time(reader.select(paged(PROLOGUE + queries.LIBRARY_SIZES, 5000), {}))
    if counted is None:
        return [_card(row, base) for row in rows]
    sizes = {row["x"].value: int(row["n"].value) for row in counted}
    return [_card(row, base, sizes.get(library_iri(base, row["code"]), 0)) for row in rows]


async def _in_time(asked: Awaitable[Sequence[Row]]) -> Sequence[Row] | None:
    """The rows of a count over everything, None when it is too much for the deadline: the page does without."""
    try:
        return await asked
    except QueryTimeout:
        return None


async def _counted(reader: Reader, query: str, entity: dict[str, NamedNode | Literal]) -> int | None:
    rows = await _in_time(reader.select(PROLOGUE + query, entity))
    return None if rows is None else number(rows)


def all_groups(registry: Registry, base: str) -> list[tuple[Link, int]]:
    """The groups with their number of libraries."""
    with registry.read() as connection:
        rows = connection.execute(
            select(library_group, func.count(library.c.code).label("n"))
            .outerjoin(library, library.c.group_code == library_group.c.code)
            .group_by(library_group.c.code)
            .order_by(library_group.c.code)
        ).mappings()
        return [(_names(row, f"{base}groups/{quote(row['code'], safe='')}"), row["n"]) for row in rows]


def _recent(registry: Registry, member: str, base: str) -> tuple[list[str], int]:
    """The Instances of the member's newest records, and how many records it has."""
    mine: Any = (record.c.member == member) & record.c.deleted.is_(False)
    with registry.read() as connection:
        newest = connection.execute(
            select(record.c.instance)
            .where(mine, record.c.instance.is_not(None))
            .order_by(record.c.id.desc())
            .limit(RECENT * 3)
        ).scalars()
        instances = [f"{base}instances/{i}" for i in dict.fromkeys(newest)][:RECENT]
        total = connection.execute(select(func.count()).select_from(record).where(mine)).scalar() or 0
    return instances, total


async def library_page(registry: Registry, reader: Reader, base: str, row: RowMapping) -> LibraryPage:
    """A library with its numbers, languages and newest titles."""
    iri = library_iri(base, row["code"])
    entity: dict[str, NamedNode | Literal] = {"entity": NamedNode(iri)}
    items = await _counted(reader, queries.LIBRARY_ITEMS, entity)
    instances = await _counted(reader, queries.LIBRARY_INSTANCES, entity)
    languages = []
    for found in await _in_time(reader.select(paged(PROLOGUE + queries.LIBRARY_LANGUAGES, LANGUAGES), entity)) or ():
        term = found["x"]
        languages.append((await labelled(reader, term.value), int(found["n"].value)))
    recent, records = _recent(registry, row["member"], base)
    group = group_row(registry, row["group_code"]) if row["group_code"] else None
    return LibraryPage(
        iri,
        row["name_vi"],
        ("Library",),
        card=_card(row, base, items),
        group=_names(group, f"{base}groups/{quote(group['code'], safe='')}") if group else None,
        items=items,
        instances=instances,
        languages=tuple(languages),
        recent=tuple(await instance_cards(reader, recent)),
        member=row["member"],
        records=records,
    )


async def labelled(reader: Reader, iri: str) -> Link:
    """A vocabulary term with its labels in all languages."""
    if not iri.startswith(LC_VOCABULARY):
        return Link(iri)
    query = PROLOGUE + "SELECT ?entity ?label WHERE { ?entity rdfs:label ?label }"
    rows = await reader.select(query, {"entity": NamedNode(iri)})
    return Link(iri, tuple(Text(r["label"].value, getattr(r["label"], "language", None) or "") for r in rows))


async def group_page(registry: Registry, reader: Reader, base: str, row: RowMapping) -> GroupPage:
    """A group with its libraries."""
    iri = f"{base}groups/{quote(row['code'], safe='')}"
    return GroupPage(
        iri,
        row["name_vi"],
        ("Organization",),
        names=_names(row, iri),
        libraries=tuple(await all_libraries(registry, reader, base, row["code"])),
    )
