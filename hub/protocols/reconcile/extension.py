"""Data extension: the values of properties, read from what the hub says of an entity."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode

from hub.catalog import Catalog
from hub.catalog.graph import Link, Text
from hub.catalog.institutions import group_row, library_row
from hub.catalog.models import EntityPage, HeadingPage, Holding, InstanceCard, InstancePage, Resource, WorkPage
from hub.catalog.queries import PROLOGUE
from hub.identity.names import name_of
from hub.protocols.reconcile.vocabulary import PROPERTIES, TYPES, property_id
from hub.registry import Registry

AT_ONCE = 4
"""Entities that are read beside each other."""
_KINDS = {"isbn": "Isbn", "issn": "Issn"}
_NUMBERS = """
SELECT ?entity ?kind ?value WHERE {
  ?entity bf:hasInstance ?i . ?i bf:identifiedBy ?n . ?n a ?kind ; rdf:value ?value
} ORDER BY ?value LIMIT 500
"""
_ORIGINS = ("http://viaf.org/", "http://isni.org/", "http://www.wikidata.org/", "http://id.loc.gov/")

Value = dict[str, Any]


def meta_of(properties: Sequence[str], language: str) -> list[dict[str, Any]]:
    """What the columns are: ids as they were asked for, names, and the type of values that are entities."""
    found = []
    for asked in properties:
        known = PROPERTIES.get(property_id(asked))
        made: dict[str, Any] = {"id": asked, "name": known.name(language) if known else asked}
        if known is not None and known.type:
            made["type"] = {"id": known.type, "name": TYPES[known.type].name(language)}
        found.append(made)
    return found


class Extension:
    """Reads values of entities for a hub's ``catalog``."""

    def __init__(self, catalog: Catalog, registry: Registry, base: str) -> None:
        self.catalog = catalog
        self.registry = registry
        self.base = base

    async def rows(
        self, paths: Sequence[tuple[str, str | None]], properties: Sequence[str], language: str
    ) -> dict[str, dict[str, list[Value]]]:
        """Values by id and property. ``paths`` are the ids asked for and the paths they stand for (None: unknown)."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(path: str | None) -> dict[str, list[Value]]:
            empty: dict[str, list[Value]] = {p: [] for p in properties}
            if path is None:
                return empty
            async with gate:
                return empty | await self._values(path, properties, language)

        made = await asyncio.gather(*(one(path) for _, path in paths))
        return {id: row for (id, _), row in zip(paths, made, strict=True)}

    async def _values(self, path: str, properties: Sequence[str], language: str) -> dict[str, list[Value]]:
        place, _, identity = path.partition("/")
        wanted = {asked: property_id(asked) for asked in properties}
        if place == "libraries":
            return {asked: await asyncio.to_thread(self._library, identity, p, language) for asked, p in wanted.items()}
        found = await self.catalog.describe(place, identity)
        if not isinstance(found, Resource) or not found.ntriples:
            return {}
        page = await self.catalog.page(found)
        if page is None:
            return {}
        made: dict[str, list[Value]] = {}
        for asked, name in wanted.items():
            if isinstance(page, WorkPage) and name in ("isbn", "issn", "identifier"):
                made[asked] = await self._numbers(page.iri, name)
            else:
                made[asked] = _unique(self._of_page(page, name, language))
        return made

    async def _numbers(self, work: str, name: str) -> list[Value]:
        entity: dict[str, NamedNode | Literal] = {"entity": NamedNode(work)}
        rows = await self.catalog.reader.select(PROLOGUE + _NUMBERS, entity)
        found = [(row["kind"].value.rpartition("/")[2], row["value"].value) for row in rows]
        return _unique(_text(value) for kind, value in found if _is_kind(kind, name))

    def _of_page(self, page: EntityPage, name: str, language: str) -> Iterable[Value]:
        if name == "uri":
            return [_text(page.iri)]
        if isinstance(page, InstancePage):
            return self._of_instance(page, name, language)
        if isinstance(page, WorkPage):
            return self._of_work(page, name, language)
        if isinstance(page, HeadingPage):
            return self._of_heading(page, name, language)
        return []

    def _of_instance(self, page: InstancePage, name: str, language: str) -> Iterable[Value]:
        match name:
            case "isbn" | "issn" | "identifier":
                return [_text(i.value) for i in page.identifiers if _is_kind(i.kind, name) and not i.status]
            case "title":
                return [_text(page.title)]
            case "date":
                return [_text(page.date)]
            case "publisher":
                return [_text(page.publisher)]
            case "place":
                return [_text(page.place)]
            case "edition":
                return _texts(page.edition)
            case "extent":
                return _texts(page.extent)
            case "library":
                return [self._entity(h.library, language) for h in page.holdings]
            case "shelfmark":
                return [_text(mark) for mark in _shelfmarks(page.holdings)]
            case "work":
                return [self._entity(Link(page.work.iri, (Text(page.work.title),)), language)] if page.work else []
        return self._of_work(page.work, name, language) if page.work else []

    def _of_work(self, page: WorkPage, name: str, language: str) -> Iterable[Value]:
        match name:
            case "title":
                return [_text(page.title)]
            case "author":
                return [self._entity(c.agent, language) for c in page.contributions]
            case "language":
                return [_text(link.label(language)) for link in page.languages]
            case "subject":
                return [self._entity(link, language) for link in (*page.subjects, *page.genres)]
            case "instance":
                return [self._entity(Link(i.iri, (Text(i.title),)), language) for i in page.instances]
            case "library":
                return [self._entity(link, language) for i in page.instances for link in i.libraries]
            case "date" | "publisher" | "place" | "edition":
                said: dict[str, Callable[[InstanceCard], str]] = {
                    "date": lambda i: i.date,
                    "publisher": lambda i: i.published.partition(" : ")[2],
                    "place": lambda i: i.published.partition(" : ")[0] if " : " in i.published else "",
                    "edition": lambda i: i.edition,
                }
                return [_text(said[name](i)) for i in page.instances]
        return []

    def _of_heading(self, page: HeadingPage, name: str, language: str) -> Iterable[Value]:
        person = name_of(f"Person|{page.title}")
        match name:
            case "birth":
                return [_year(person.birth)] if person.birth else []
            case "death":
                return [_year(person.death)] if person.death else []
            case "variant":
                return _texts(page.variants)
            case "title":
                return [_text(w.title) for w in page.works]
            case "works":
                return [{"int": page.pages.total}]
            case "sameAs":
                return [_text(link.iri) for link in sorted(page.same, key=_known_first) if link.iri.startswith("http")]
            case "broader":
                return [self._entity(link, language) for link in getattr(page, "broader", ())]
        return []

    def _library(self, code: str, name: str, language: str) -> list[Value]:
        row = library_row(self.registry, code)
        if row is None:
            return []
        if name == "uri":
            return [_text(f"{self.base}libraries/{code}")]
        if name == "group":
            group = group_row(self.registry, row["group_code"]) if row["group_code"] else None
            return [_text(group[f"name_{language}"])] if group else []
        if name in ("latitude", "longitude"):
            return [{"float": row[name]}] if row[name] is not None else []
        return _unique([_text(row[name])]) if name in ("code", "place", "website") and row[name] else []

    def _entity(self, link: Link, language: str) -> Value:
        """A link as an entity of the service where it is one, else as text."""
        name = link.label(language)
        path = unquote(link.iri.removeprefix(self.base)) if link.iri.startswith(self.base) else ""
        if path.partition("/")[0] in {t.place for t in TYPES.values()} and "#" not in path:
            return {"id": path, "name": name}
        return _text(name)


def _is_kind(kind: str, name: str) -> bool:
    wanted = _KINDS.get(name)
    return kind == wanted if wanted else kind not in ("Isbn", "Issn", "Identifier", "Local")


def _shelfmarks(holdings: Iterable[Holding]) -> list[str]:
    return [mark for h in holdings for item in h.items for mark in item.shelfmarks]


def _known_first(link: Link) -> tuple[bool, str]:
    return not link.iri.startswith(_ORIGINS), link.iri


def _text(text: str) -> Value:
    return {"str": text} if text else {}


def _texts(texts: Iterable[Text]) -> list[Value]:
    return [_text(t.text) for t in texts]


def _year(text: str) -> Value:
    return {"int": int(text)}


def _unique(values: Iterable[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        if value and value not in found:
            found.append(value)
    return found
