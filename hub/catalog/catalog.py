"""The one way to ask what an entity is: :meth:`Catalog.describe`; its page is :meth:`Catalog.page`."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from sqlalchemy import RowMapping, bindparam, func, select

from hub.catalog.bibliographic import instance_page, item_page, work_page
from hub.catalog.graph import description
from hub.catalog.headings import agent_page, concept_page, hub_page
from hub.catalog.institutions import group_page, group_row, library_page, library_row
from hub.catalog.models import EntityPage, Gone, Moved, Resource
from hub.catalog.reader import Reader
from hub.catalog.records import record_iri, record_page, record_rows
from hub.registry import Registry
from hub.registry.schema import change, entity
from ontologies.namespaces import BF, MADS, RDFS

ENTITIES = ("works", "hubs", "instances", "items", "agents", "concepts")
PLACES = (*ENTITIES, "libraries", "groups", "records")

KNOWN = 50_000
"""Entities whose state is remembered while a generation lasts."""
_MERGES = 100
_LABELS: tuple[str | tuple[str, ...], ...] = (
    RDFS.label[1:-1],
    MADS.authoritativeLabel[1:-1],
    (BF.title[1:-1], BF.mainTitle[1:-1]),
)

_STATE = select(
    entity.c.state,
    entity.c.replaced_by,
    entity.c.changed,
    select(func.max(change.c.seq)).where(change.c.entity == entity.c.id).scalar_subquery().label("newest"),
).where(entity.c.id == bindparam("id"), entity.c.place == bindparam("place"))


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry says of an id: live with its time of change, merged into another, or withdrawn."""

    iri: str
    changed: int
    row: RowMapping | None = None
    kinds: tuple[str, ...] = ()


def _last_change(generation: str) -> int | None:
    """The number of the last change in a generation, None when its name does not tell."""
    change_number = generation.split(".")[1] if generation.count(".") >= 2 else ""
    return int(change_number) if change_number.isdigit() else None


class Catalog:
    """The read side of entities: the registry tells what is live, the store what is said of it.

    ``generation`` names the snapshot that ``reader`` reads now (``number.change.time``: its number, the last change
    in it, when it was published); documents are remembered no longer than it lasts.
    """

    def __init__(self, registry: Registry, reader: Reader, base: str, generation: Callable[[], str]) -> None:
        self.registry = registry
        self.reader = reader
        self.base = base
        self.generation = generation
        self._known: OrderedDict[tuple[str, str], Known | Moved | Gone] = OrderedDict()
        self._known_in = ""

    # What the registry says

    async def state(self, place: str, identity: str, kind: str = "") -> Resource | Moved | Gone | None:
        """What has this id, without asking the store; ``identity`` is decoded (``member/number`` for records).

        ``kind`` chooses among records of one control number (bibliographic, holdings, authority).
        """
        known = await self._look_up(place, identity, kind)
        if isinstance(known, Known):
            return Resource(place, identity, known.iri, known.changed, self._token(known, kind))
        return known

    async def describe(self, place: str, identity: str, kind: str = "") -> Resource | Moved | Gone | None:
        """The entity with its description in N-Triples.

        Moved names the survivor of a merge, Gone a withdrawn entity, None an id never given. A Resource without
        ``ntriples`` is registered but not yet in the readers' generation.
        """
        known = await self._look_up(place, identity, kind)
        if not isinstance(known, Known):
            return known
        resource = Resource(place, identity, known.iri, known.changed, self._token(known, kind))
        if place == "records":
            assert known.row is not None
            _, ntriples = await asyncio.to_thread(record_page, self.registry, known.row, known.kinds, self.base)
            return replace(resource, ntriples=ntriples)
        return replace(resource, ntriples=await self.reader.describe(known.iri, _LABELS))

    async def page(self, resource: Resource, number: int = 1, kind: str = "") -> EntityPage | None:
        """What the page of a described resource shows; ``number`` is the page of its list, from 1."""
        place, iri = resource.place, resource.iri
        if place in ("libraries", "groups", "records"):
            known = await self._look_up(place, resource.id, kind)
            if not isinstance(known, Known) or known.row is None:
                return None
            if place == "libraries":
                return await library_page(self.registry, self.reader, self.base, known.row)
            if place == "groups":
                return await group_page(self.registry, self.reader, self.base, known.row)
            page, _ = await asyncio.to_thread(record_page, self.registry, known.row, known.kinds, self.base)
            return page
        graph = description(resource.ntriples)
        match place:
            case "works":
                return await work_page(self.reader, graph, iri, number)
            case "instances":
                return await instance_page(self.reader, graph, iri, self.base)
            case "items":
                return await item_page(self.reader, graph, iri)
            case "agents":
                return await agent_page(self.reader, graph, iri, number)
            case "concepts":
                return await concept_page(self.reader, graph, iri, number)
            case "hubs":
                return await hub_page(self.reader, graph, iri, number)
        return None

    # How

    def _token(self, known: Known, kind: str) -> str:
        text = f"{self.generation()} {known.iri} {known.changed} {kind}"
        return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

    async def _look_up(self, place: str, identity: str, kind: str) -> Known | Moved | Gone | None:
        if place in ENTITIES:
            generation = self.generation()
            if generation != self._known_in:
                self._known.clear()
                self._known_in = generation
            found = self._known.get((place, identity))
            if found is None:
                found, settled = await asyncio.to_thread(self._entity, place, identity, _last_change(generation))
                if found is not None and settled:
                    self._known[(place, identity)] = found
                    if len(self._known) > KNOWN:
                        self._known.popitem(last=False)
            return found
        if place == "records":
            return await asyncio.to_thread(self._record, identity, kind)
        return await asyncio.to_thread(self._institution, place, identity)

    def _entity(self, place: str, identity: str, last: int | None) -> tuple[Known | Moved | Gone | None, bool]:
        """What an id is, and whether the generation (whose last change is ``last``) has its newest state already.

        What is newer in the registry than in the store has no time of change yet: a document made of the old state
        with the new time would be taken for current later.
        """
        with self.registry.read() as connection:
            first = at = identity
            for _ in range(_MERGES):
                row: Any = connection.execute(_STATE, {"id": at, "place": place}).first()
                if row is None:
                    return None, True
                if row.state != "merged" or not row.replaced_by:
                    break
                at = row.replaced_by
        newest = row.newest or 0
        settled = last is None or newest <= last
        iri = f"{self.base}{place}/{at}"
        if row.state != "live":  # withdrawn; or merged in a circle, which no sound registry has
            return Gone(f"{self.base}{place}/{first}", row.changed), settled
        return Known(iri, row.changed if settled else 0) if at == first else Moved(iri), settled

    def _record(self, identity: str, kind: str) -> Known | Gone | None:
        member, _, number = identity.partition("/")
        rows = record_rows(self.registry, member, number)
        if not rows:
            return None
        live = [row for row in rows if not row["deleted"]]
        iri = record_iri(self.base, member, number)
        if not live:
            return Gone(iri, rows[0]["changed"])
        row = next((r for r in live if r["kind"] == kind), live[0])
        return Known(iri, row["changed"], row, tuple(r["kind"] for r in live))

    def _institution(self, place: str, code: str) -> Known | None:
        row = (library_row if place == "libraries" else group_row)(self.registry, code)
        return Known(f"{self.base}{place}/{quote(code, safe='')}", 0, row) if row else None
