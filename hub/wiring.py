"""The one place that reads settings and builds objects. Commands and pages ask here; nothing else constructs a hub."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from hub.catalog import Catalog
from hub.catalog.reader import Reader
from hub.projection import Projector, View
from hub.projection.check import Checker
from hub.projection.headings_index import HeadingsView
from hub.projection.index import IndexView
from hub.projection.projector import forget_views, only_projector
from hub.projection.triples import TripleView
from hub.projection.view import Shelf
from hub.registry import Registry
from hub.search import Headings, Search
from hub.settings import Settings, read_settings
from sparql import Generations, Pool

MOST_WORKERS = 8


def open_settings(data: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the hub in folder ``data``."""
    return read_settings(data, environment)


def open_registry(settings: Settings) -> Registry:
    """The registry of the hub, made or migrated as needed."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return Registry(settings.registry_url)


def workers(settings: Settings) -> int:
    """How many processes convert."""
    return settings.workers or min(MOST_WORKERS, os.cpu_count() or 1)


def generations(settings: Settings) -> Generations:
    """The snapshots that readers open."""
    return Generations(settings.data / "generations")


def intake_lock(settings: Settings) -> Path:
    """The file whose lock the one loading process holds."""
    return settings.data / "locks" / "intake"


def spool(settings: Settings) -> Path:
    """Where files that members send wait for their load."""
    return settings.data / "spool"


def projection_lock(settings: Settings) -> Path:
    """The file whose lock the one writer of the views holds."""
    return settings.data / "locks" / "projection"


def views_in_use(settings: Settings) -> tuple[str | None, ...]:
    """Names of the view folders in use: another answer than before means that a rebuild has put new ones in place."""
    return tuple(found.name if (found := shelf.current()) else None for shelf in _shelves(settings))


def _shelves(settings: Settings) -> tuple[Shelf, ...]:
    return (Shelf(settings.data, "triples"), Shelf(settings.data, "index"), Shelf(settings.data, "headings"))


def _open_views(settings: Settings, folders: Mapping[str, Path], stack: ExitStack) -> list[View]:
    triples = TripleView(folders["triples"], settings.data / "generations")
    stack.callback(triples.close)
    index = IndexView(folders["index"])
    stack.callback(index.close)
    headings = HeadingsView(folders["headings"])
    stack.callback(headings.close)
    return [triples, index, headings]


@contextmanager
def projector(settings: Settings, registry: Registry) -> Iterator[Projector]:
    """The writer of this hub's views. Raises AlreadyProjecting when another process (a server) is it."""
    with ExitStack() as stack:
        stack.enter_context(only_projector(projection_lock(settings)))
        folders = {shelf.kind: shelf.open() for shelf in _shelves(settings)}
        views = _open_views(settings, folders, stack)
        yield stack.enter_context(_projector(settings, registry, views))


@contextmanager
def rebuilder(settings: Settings, registry: Registry) -> Iterator[Projector]:
    """A projector over new, empty views beside those in use; they take their place when the block ends well."""
    shelves = _shelves(settings)
    folders = {shelf.kind: shelf.new() for shelf in shelves}
    with ExitStack() as stack:
        views = _open_views(settings, folders, stack)
        yield stack.enter_context(_projector(settings, registry, views))
    for shelf in shelves:
        shelf.use(folders[shelf.kind])
        shelf.clear()
    forget_views(registry, [folder.name for folder in folders.values()])


def _projector(settings: Settings, registry: Registry, views: list[View]) -> Projector:
    return Projector(
        registry,
        views,
        settings.base_uri,
        workers=workers(settings),
        record_graphs=settings.record_graphs,
        generation_seconds=settings.generation_seconds,
    )


def checker(settings: Settings, registry: Registry) -> Checker:
    """What holds the views against the registry."""
    generation = generations(settings).current()
    names = [name for name in views_in_use(settings) if name]
    return Checker(registry, generation.path if generation else None, settings.base_uri, names)


@dataclass(slots=True)
class Hub:
    """A hub as its pages see it: made once a process; :meth:`start` and :meth:`aclose` belong to the event loop."""

    settings: Settings
    registry: Registry
    site_pool: Pool
    public_pool: Pool
    catalog: Catalog
    search: Search
    headings: Headings

    async def start(self) -> None:
        """Start the readers."""
        await self.site_pool.start()
        await self.public_pool.start()

    async def aclose(self) -> None:
        """End the readers and let go of the registry."""
        await self.site_pool.close()
        await self.public_pool.close()
        self.registry.close()


def hub(settings: Settings) -> Hub:
    """Everything that pages and endpoints need. Readers of the site and of the public are separate pools."""
    registry = open_registry(settings)
    snapshots = generations(settings)
    memory = settings.query_memory_mib << 20
    site = Pool(snapshots, size=settings.site_readers, deadline=5.0, memory=memory, name="site")
    public = Pool(
        snapshots, size=settings.readers, deadline=settings.query_seconds, memory=memory, name="public", queue=32
    )

    def generation() -> str:
        current = snapshots.current()
        return f"{current.number}.{current.note.get('seq', '')}.{int(current.published)}" if current else "0"

    # The pool may give blank nodes of any store; the hub's graph has none, and the catalogue reads only that.
    catalog = Catalog(registry, cast(Reader, site), settings.base_uri, generation)
    return Hub(settings, registry, site, public, catalog, Search(settings.data), Headings(settings.data))
