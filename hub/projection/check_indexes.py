"""Holding the text indexes against the registry: headings by what they say, Works and Instances by which there are.

A heading's document is described anew, as a rebuild would, and compared with what stands in the file. Documents of the
tantivy indexes cannot be read back; that each is there once, and none too many, is what can be said of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import tantivy
from sqlalchemy import Connection, select

from hub.projection.describe import describe
from hub.projection.heading_document import packed
from hub.projection.headings_index import FILE, PLACES, VERSION, code_of, forms_of, opened, row_of, words
from hub.projection.tasks import all_entities, gather, rows_in
from hub.registry import schema

_STRETCH = 2000

Wrong = tuple[str, str]
"""Kind of a finding and its sentence."""


def check_headings(connection: Connection, folder: Path, base: str, count: Callable[[str], None]) -> Iterator[Wrong]:
    """What of the file of headings is not as the registry has it; ``count`` is told of each heading looked at."""
    path = folder / FILE
    if not path.exists():
        yield "no-index", "there is no index of headings: `hub rebuild` makes it"
        return
    try:
        with_index = opened(path)
    except sqlite3.Error as error:
        yield "unreadable-index", f"the index of headings cannot be opened ({error}): `hub rebuild` makes it anew"
        return
    try:
        (damage,) = with_index.execute("PRAGMA quick_check(1)").fetchone()
        (version,) = with_index.execute("PRAGMA user_version").fetchone()
        if damage != "ok" or version != VERSION:
            said = damage if damage != "ok" else f"version {version}, not {VERSION}"
            yield "unreadable-index", f"the index of headings is damaged or old ({said}): `hub rebuild` makes it anew"
            return
        yield from _headings(connection, with_index, base, count)
    except sqlite3.Error as error:
        yield "unreadable-index", f"the index of headings cannot be read ({error}): `hub rebuild` makes it anew"
    finally:
        with_index.close()


def _headings(
    connection: Connection, index: sqlite3.Connection, base: str, count: Callable[[str], None]
) -> Iterator[Wrong]:
    after, met = "", 0
    while stretch := all_entities(connection, after, _STRETCH):
        after = stretch[-1][1]
        found = gather(connection, [e for e in stretch if e[0] in PLACES], base, record_graphs=False)
        for task in found.tasks:
            for document in describe(task).headings:
                uri = f"{base}{document['place']}/{document['id']}"
                known = index.execute(
                    "SELECT number, row, place, scheme, kind, source, established, label, shown, uses "
                    "FROM heading WHERE id = ?",
                    (document["id"],),
                ).fetchone()
                met += known is not None
                if "label" not in document:
                    if known is not None:
                        yield "wrong-heading", f"{uri} has no name, but stands in the index of headings"
                    continue
                count("headings")
                if known is None:
                    yield "missing-heading", f"{uri} ({document['label']}) is not in the index of headings"
                    continue
                wrong = _differences(index, document, known, found.uses.get(document["id"], 0))
                if wrong:
                    yield "wrong-heading", f"{uri} ({document['label']}) differs in the index: {', '.join(wrong)}"
    if met != index.execute("SELECT count(*) FROM heading").fetchone()[0]:
        yield from _too_many(connection, index)


def _differences(index: sqlite3.Connection, document: dict[str, Any], known: tuple[Any, ...], uses: int) -> list[str]:
    """The names of what is not as it should be; ``known`` is the heading's row."""
    number, row = known[:2]
    names = ("place", "scheme", "kind", "source", "established", "label")
    should = {**{name: document[name] for name in names}, "other forms": packed(document), "uses": uses}
    wrong = [name for (name, value), there in zip(should.items(), known[2:], strict=True) if value != there]
    if row != row_of(number, code_of(document["scheme"], document["kind"], document["established"]), uses):
        wrong.append("rank")
    forms = index.execute(
        "SELECT scheme, kind, source, established, preferred, twin, label, folded, strict, sort "
        "FROM form WHERE heading = ? ORDER BY number",
        (number,),
    ).fetchall()
    expected = forms_of(document)
    if forms != [(*(document[n] for n in names[1:5]), *form) for form in expected]:
        wrong.append("forms")
    _, _, _, folded, strict, _ = expected[0]
    for table, text in (("folded_words", folded), ("strict_words", strict)):
        said = " ".join(f'"{w}"' for w in words(text))
        query = f"SELECT 1 FROM {table} WHERE {table} MATCH ? AND rowid = ?"  # noqa: S608  a table of ours
        if said and index.execute(query, (said, row)).fetchone() is None:
            wrong.append("words")
    return list(dict.fromkeys(wrong))


def _too_many(connection: Connection, index: sqlite3.Connection) -> Iterator[Wrong]:
    """Headings of the index that are none of the registry."""
    rows = index.execute("SELECT id, label FROM heading ORDER BY id")
    while part := dict(rows.fetchmany(_STRETCH)):
        for identity in sorted(set(part) - _live(connection, part, PLACES)):
            yield "surplus-heading", f"{part[identity]} ({identity}) is in the index of headings, not in the registry"


def _live(connection: Connection, ids: Iterable[str], places: Iterable[str]) -> set[str]:
    entity = schema.entity
    statement = select(entity.c.id).where(entity.c.state == "live", entity.c.place.in_(sorted(places)))
    return {row.id for row in rows_in(connection, statement, entity.c.id, ids)}


def check_documents(
    connection: Connection, folder: Path, base: str, place: str, count: Callable[[str], None]
) -> Iterator[Wrong]:
    """Whether an index has one document for each live entity of a place (``works``, ``instances``), and no other."""
    if not tantivy.Index.exists(str(folder)):
        yield "no-index", f"there is no index of {place}: `hub rebuild` makes it"
        return
    try:
        index = tantivy.Index.open(str(folder))
        searcher, fields = index.searcher(), index.schema
        entity, after, met = schema.entity, "", 0
        statement = select(entity.c.id).where(entity.c.place == place, entity.c.state == "live").order_by(entity.c.id)
        while ids := list(connection.execute(statement.where(entity.c.id > after).limit(_STRETCH)).scalars()):
            after = ids[-1]
            for identity in ids:
                count(f"documents of {place}")
                there = len(searcher.search(tantivy.Query.term_query(fields, "id", identity), 3, count=False).hits)
                met += there
                if there != 1:
                    kind, said = ("missing-document", "not") if not there else ("repeated-document", "more than once")
                    yield kind, f"{base}{place}/{identity} is {said} in the index of {place}"
        surplus = searcher.num_docs - met
        if surplus:
            yield "surplus-document", f"{surplus} documents in the index of {place} are of no live entity"
    except (ValueError, OSError) as error:
        yield "unreadable-index", f"the index of {place} cannot be read ({error}): `hub rebuild` makes it anew"
