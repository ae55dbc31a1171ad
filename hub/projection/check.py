"""Holding the views against the registry (``hub check``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
from sqlalchemy import Connection, func, select

from hub.projection.check_indexes import check_documents, check_headings
from hub.projection.tasks import rows_in
from hub.registry import Registry, schema
from ontologies.namespaces import BF

_MOST_OF_A_KIND = 100
_PLACES = frozenset({"works", "hubs", "instances", "items", "agents", "concepts"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree: ``kind`` is a stable word, ``what`` a sentence with the URI or number."""

    kind: str
    what: str


class Checker:
    """Reads one snapshot of the store beside the registry; ``counts`` tells how much was looked at."""

    def __init__(
        self,
        registry: Registry,
        snapshot: Path | None,
        base: str,
        views: list[str],
        indexes: Mapping[str, Path | None] | None = None,
    ) -> None:
        """``views``: names of the views whose cursors count; ``indexes``: the folders of ``index``, ``headings`` and
        ``instances`` (None: there is none), as far as they are to be looked at.
        """
        self.registry = registry
        self.snapshot = snapshot
        self.base = base
        self.views = views
        self.indexes = indexes or {}
        self.counts: Counter[str] = Counter()
        self._found: Counter[str] = Counter()
        self._behind: set[str] = set()

    def run(self) -> Iterator[Finding]:
        """All findings, at most a hundred of a kind."""
        with self.registry.read() as connection:
            yield from self._loads(connection)
            yield from self._cursors(connection)
            if self.snapshot is None:
                yield Finding("no-store", "there is no snapshot of the triple store: load something or rebuild")
            else:
                store = ox.Store.read_only(str(self.snapshot))
                yield from self._described(connection, store)
                yield from self._resolving(connection, store)
                yield from self._held(store)
            yield from self._indexes(connection)

    def _few(self, kind: str, what: str) -> Iterator[Finding]:
        self._found[kind] += 1
        if self._found[kind] <= _MOST_OF_A_KIND:
            yield Finding(kind, what)

    def _loads(self, connection: Connection) -> Iterator[Finding]:
        job = schema.job
        for row in connection.execute(select(job)):
            self.counts["loads"] += 1
            if row.state != "running" and row.read != row.stored + row.unchanged + row.rejected:
                yield from self._few("counts", f"load {row.id} of {row.source}: the counts do not add up")
            quarantined = connection.execute(select(func.count()).where(schema.quarantine.c.job == row.id)).scalar()
            if row.state != "running" and quarantined != row.rejected:
                yield from self._few("quarantine", f"load {row.id}: {row.rejected} rejected, {quarantined} kept")

    def _cursors(self, connection: Connection) -> Iterator[Finding]:
        last = connection.execute(select(func.max(schema.change.c.seq))).scalar() or 0
        for name in self.views:
            seq = connection.execute(select(schema.view.c.seq).where(schema.view.c.name == name)).scalar() or 0
            if seq < last:
                self._behind.add(name)
                yield Finding("behind", f"view {name} has applied change {seq} of {last}")

    def _indexes(self, connection: Connection) -> Iterator[Finding]:
        """The text indexes; one that is behind is told of by its cursor, and differs as long as it is."""
        for kind, folder in self.indexes.items():
            if folder is None:
                yield Finding("no-index", f"there is no view {kind!r}: load something or rebuild")
            elif folder.name not in self._behind:
                for what, sentence in self._index(connection, kind, folder):
                    yield from self._few(what, sentence)

    def _index(self, connection: Connection, kind: str, folder: Path) -> Iterator[tuple[str, str]]:
        def count(what: str) -> None:
            self.counts[what] += 1

        if kind == "headings":
            return check_headings(connection, folder, self.base, count)
        return check_documents(connection, folder, self.base, "works" if kind == "index" else kind, count)

    def _described(self, connection: Connection, store: ox.Store) -> Iterator[Finding]:
        """Every live entity has statements; every Item belongs to an Instance or waits for its record."""
        entity = schema.entity
        for row in connection.execute(select(entity.c.place, entity.c.id).where(entity.c.state == "live")):
            self.counts[row.place] += 1
            iri = ox.NamedNode(f"{self.base}{row.place}/{row.id}")
            if next(iter(store.quads_for_pattern(iri, None, None, None)), None) is None:
                yield from self._few("not-described", f"{iri.value} is live but the store says nothing of it")

    def _resolving(self, connection: Connection, store: ox.Store) -> Iterator[Finding]:
        """Every URI under our base, as subject or object, is known to the registry; every fragment is described."""
        wanted: set[str] = set()
        for quad in store:
            self.counts["statements"] += 1
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.BlankNode) or isinstance(value, ox.BlankNode):
                yield from self._few("blank-node", f"{quad.subject} {quad.predicate} {quad.object}")
            if isinstance(subject, ox.NamedNode) and subject.value.startswith(self.base):
                wanted.add(subject.value.partition("#")[0])
            if isinstance(value, ox.NamedNode) and value.value.startswith(self.base):
                if "#" in value.value and not isinstance(quad.graph_name, ox.NamedNode):
                    if next(iter(store.quads_for_pattern(value, None, None, None)), None) is None:
                        yield from self._few("empty-fragment", f"{value.value} is named and not described")
                else:
                    wanted.add(value.value.partition("#")[0])
            if len(wanted) >= 5000:
                yield from self._known(connection, wanted)
                wanted.clear()
        yield from self._known(connection, wanted)

    def _known(self, connection: Connection, iris: set[str]) -> Iterator[Finding]:
        ids: dict[str, str] = {}
        records: dict[tuple[str, str], str] = {}
        codes: dict[tuple[str, str], str] = {}
        for iri in iris:
            place, _, rest = iri[len(self.base) :].partition("/")
            if place in _PLACES:
                ids[rest] = iri
            elif place == "records":
                member, _, number = rest.partition("/")
                records[unquote(member), unquote(number)] = iri
            elif place in ("libraries", "groups"):
                codes[place, unquote(rest)] = iri
            else:
                yield from self._few("unknown-uri", f"{iri} is of no kind that the hub serves")
        entity, record = schema.entity, schema.record
        for row in rows_in(connection, select(entity.c.id, entity.c.place), entity.c.id, ids):
            if ids[row.id] == f"{self.base}{row.place}/{row.id}":
                del ids[row.id]
        columns = select(record.c.member, record.c.control_number)
        for row in rows_in(connection, columns, record.c.control_number, [n for _, n in records]):
            records.pop((row.member, row.control_number), None)
        for table, place in ((schema.library, "libraries"), (schema.library_group, "groups")):
            for code in connection.execute(select(table.c.code)).scalars():
                codes.pop((place, code), None)
        for iri in [*ids.values(), *records.values(), *codes.values()]:
            yield from self._few("does-not-resolve", f"{iri} stands in the store but the registry does not know it")

    def _held(self, store: ox.Store) -> Iterator[Finding]:
        held_by = ox.NamedNode(BF.heldBy[1:-1])
        kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        item = ox.NamedNode(BF.Item[1:-1])
        prefix = f"{self.base}libraries/"
        for quad in store.quads_for_pattern(None, kind, item, ox.DefaultGraph()):
            holders = [q.object for q in store.quads_for_pattern(quad.subject, held_by, None, ox.DefaultGraph())]
            if len(holders) != 1 or not str(holders[0]).startswith(f"<{prefix}"):
                yield from self._few("no-library", f"{quad.subject} is held by {len(holders)} libraries")
