"""The one place that reads settings and builds objects. Commands and pages ask here; nothing else constructs a hub."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, cast

from hub.catalog import Catalog
from hub.catalog.reader import Reader
from hub.projection import Projector, View
from hub.projection.check import Checker
from hub.projection.headings_index import HeadingsView, open_folder
from hub.projection.index import IndexView
from hub.projection.instance_index import InstanceIndex
from hub.projection.projector import forget_views, only_projector
from hub.projection.triples import TripleView
from hub.projection.view import Shelf
from hub.registry import Registry
from hub.search import Headings, Search
from hub.settings import Settings, read_settings
from sparql import Generations, Pool, StoreError, open_store
from sparql.remote import RemoteStore, open_remote
from sparql.remote_pool import RemotePool

MOST_WORKERS = 8
KEPT_CONNECTIONS = 4
"""Of a web process to the registry."""
_PORTION = 64 << 20
"""Bytes of a copied graph that are loaded at a time."""


def open_settings(data: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of the hub in folder ``data``."""
    return read_settings(data, environment)


def open_registry(settings: Settings, *, kept: int = 0) -> Registry:
    """The registry of the hub, made or migrated as needed; ``kept`` connections stay open (for a web process)."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return Registry(settings.registry_url, kept=kept)


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
    """The folders of the views; of a remote triple store it is what is known about it."""
    graph = "remote" if settings.store else "triples"
    return tuple(Shelf(settings.data, kind) for kind in (graph, "index", "headings", "instances"))


def _open_views(settings: Settings, folders: Mapping[str, Path], stack: ExitStack) -> list[View]:
    if settings.store:
        remote = _open_remote(settings, folders["remote"])
        triples = TripleView(folders["remote"], settings.data / "generations", remote)
    else:
        triples = TripleView(folders["triples"], settings.data / "generations")
    stack.callback(triples.close)
    index = IndexView(folders["index"])
    stack.callback(index.close)
    headings = HeadingsView(folders["headings"])
    stack.callback(headings.close)
    instances = InstanceIndex(folders["instances"])
    stack.callback(instances.close)
    return [triples, index, headings, instances]


def _remote(settings: Settings, timeout: float = 120) -> RemoteStore:
    return open_remote(settings.store, token=settings.store_token or None, timeout=timeout)


def _open_remote(settings: Settings, folder: Path) -> RemoteStore:
    """The remote store that follows the log under the name of ``folder``. Raises StoreError when it is another's."""
    store = _remote(settings)
    try:
        store.probe()
        if store.mark != folder.name:
            if not store.empty:
                raise StoreError(
                    f"{store.url} holds triples that are not this hub's, or older ones of it. `hub rebuild` empties it "
                    "and fills it anew if it was a hub's; any other must be emptied by hand."
                )
            store.set_mark(folder.name)
    except BaseException:
        store.close()
        raise
    return store


def _settle_remote(settings: Settings) -> None:
    """Give an empty remote store a new name, so that it follows the log from change zero."""
    with closing(_remote(settings)) as store:
        if store.mark is None and store.empty:
            shelf = Shelf(settings.data, "remote")
            shelf.use(shelf.new())


def _empty_remote(settings: Settings) -> None:
    """Empty the remote store before a rebuild, if it is a hub's; _open_remote refuses one that is not."""
    with closing(_remote(settings)) as store:
        if store.mark is not None:
            store.clear()


@contextmanager
def projector(settings: Settings, registry: Registry) -> Iterator[Projector]:
    """The writer of this hub's views. Raises AlreadyProjecting when another process (a server) is it."""
    with ExitStack() as stack:
        stack.enter_context(only_projector(projection_lock(settings)))
        if settings.store:
            _settle_remote(settings)
        folders = {s.kind: open_folder(s) if s.kind == "headings" else s.open() for s in _shelves(settings)}
        views = _open_views(settings, folders, stack)
        yield stack.enter_context(_projector(settings, registry, views))


@contextmanager
def rebuilder(settings: Settings, registry: Registry) -> Iterator[Projector]:
    """A projector over new, empty views beside those in use; they take their place when the block ends well.

    A remote store has no room beside: it is emptied first, and pages are thin until it is full again.
    """
    shelves = _shelves(settings)
    folders = {shelf.kind: shelf.new() for shelf in shelves}
    if settings.store:
        _empty_remote(settings)
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


def dump_remote(settings: Settings, out: IO[bytes]) -> None:
    """Write the remote store's quads as N-Quads. Raises StoreError when it does not give all."""
    with closing(_remote(settings, timeout=3600)) as store:
        store.dump(out)


@contextmanager
def at_hand(settings: Settings) -> Iterator[Settings]:
    """Settings by which the graph is read as a folder on this machine: a remote store is copied to one meanwhile."""
    if not settings.store:
        yield settings
        return
    current = generations(settings).current()
    with tempfile.TemporaryDirectory(prefix="copy-", dir=settings.data) as name:
        copied = replace(settings, data=Path(name), store="")
        nquads = copied.data / "graph.nq"
        with nquads.open("wb") as out:
            dump_remote(settings, out)
        with closing(open_store(copied.data / "store")) as store, nquads.open("rb") as lines:
            while part := lines.read(_PORTION):
                store.load(part + lines.readline())
            store.publish(generations(copied).folder, dict(current.note) if current else {})
        yield copied


def checker(settings: Settings, registry: Registry, here: Settings | None = None) -> Checker:
    """What holds the views against the registry; ``here`` is where :func:`at_hand` has the graph."""
    generation = generations(here or settings).current()
    names = [name for name in views_in_use(settings) if name]
    indexes = {s.kind: s.current() for s in _shelves(settings) if s.kind in ("index", "headings", "instances")}
    return Checker(registry, generation.path if generation else None, settings.base_uri, names, indexes)


def readers(
    settings: Settings, name: str, *, size: int, deadline: float, queue: int = 64, spares: int = 1
) -> Pool | RemotePool:
    """Readers of the hub's graph, wherever it is kept; ``deadline`` in seconds."""
    snapshots = generations(settings)
    if settings.store:
        token = settings.store_token or None
        return RemotePool(settings.store, snapshots, size=size, deadline=deadline, name=name, queue=queue, token=token)
    memory = settings.query_memory_mib << 20
    return Pool(snapshots, size=size, deadline=deadline, memory=memory, name=name, queue=queue, spares=spares)


@dataclass(slots=True)
class Hub:
    """A hub as its pages see it: made once a process; :meth:`start` and :meth:`aclose` belong to the event loop."""

    settings: Settings
    registry: Registry
    site_pool: Pool | RemotePool
    public_pool: Pool | RemotePool
    catalog: Catalog
    search: Search
    headings: Headings

    async def start(self) -> None:
        """Start the readers."""
        await self.site_pool.start()
        await self.public_pool.start()

    async def aclose(self) -> None:
        """End the readers and let go of the registry."""
        try:
            await self.site_pool.close()
        finally:
            try:
                await self.public_pool.close()
            finally:
                self.registry.close()


def hub(settings: Settings) -> Hub:
    """Everything that pages and endpoints need. Readers of the site and of the public are separate pools."""
    registry = open_registry(settings, kept=KEPT_CONNECTIONS)
    snapshots = generations(settings)
    site = readers(settings, "site", size=settings.site_readers, deadline=5.0)
    public = readers(settings, "public", size=settings.readers, deadline=settings.query_seconds, queue=32)

    def generation() -> str:
        current = snapshots.current()
        return f"{current.number}.{current.note.get('seq', '')}.{int(current.published)}" if current else "0"

    # The pool may give blank nodes of any store; the hub's graph has none, and the catalogue reads only that.
    catalog = Catalog(registry, cast(Reader, site), settings.base_uri, generation)
    return Hub(settings, registry, site, public, catalog, Search(settings.data), Headings(settings.data))
