"""A file for each library: its Items with their Instances and Works, as the merged graph describes them.

One pass over the Works of a snapshot writes the files of many libraries at once, so that time grows with what is held
and memory with the number of open files only.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
from sqlalchemy import select

from converters.bibframe.terms import segment
from hub.registry import Registry, schema
from ontologies.namespaces import BF, RDF

FILES_AT_ONCE = 200
"""Libraries written in one pass: a process may often have no more than 1,024 open files, and the store needs some."""

_TYPE = ox.NamedNode(RDF.type[1:-1])
_WORK = ox.NamedNode(BF.Work[1:-1])
_HAS_INSTANCE, _HAS_ITEM, _HELD_BY, _ITEM_OF = (
    ox.NamedNode(p[1:-1]) for p in (BF.hasInstance, BF.hasItem, BF.heldBy, BF.itemOf)
)
_DEFAULT = ox.DefaultGraph()


class _File:
    """The open file of one library."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        out = stack.enter_context(path.open("wb"))
        self.file = stack.enter_context(gzip.GzipFile(fileobj=out, mode="wb", filename="", mtime=0, compresslevel=6))
        self.counts = {"statements": 0, "works": 0, "instances": 0, "items": 0}

    def write(self, what: str, description: bytes) -> None:
        """One entity."""
        self.file.write(description)
        self.counts[what] += 1
        self.counts["statements"] += description.count(b"\n")


def write_libraries(
    store: ox.Store, registry: Registry, base: str, folder: Path
) -> Iterator[tuple[str, dict[str, int]]]:
    """Write ``library-{code}.nt.gz`` for each library in the registry; gives (code, counts) when all are written."""
    with registry.read() as connection:
        codes = list(connection.execute(select(schema.library.c.code).order_by(schema.library.c.code)).scalars())
    for start in range(0, len(codes), FILES_AT_ONCE):
        yield from _pass(store, base, folder, codes[start : start + FILES_AT_ONCE])


def _pass(store: ox.Store, base: str, folder: Path, codes: list[str]) -> Iterator[tuple[str, dict[str, int]]]:
    """The files of some libraries, in one pass over the Works."""
    with ExitStack() as stack:
        files = {code: _File(folder / f"library-{segment(code)}.nt.gz", stack) for code in codes}
        for work in store.quads_for_pattern(None, _TYPE, _WORK, _DEFAULT):
            if isinstance(work.subject, ox.NamedNode) and "#" not in work.subject.value:
                _work(store, base, work.subject, files)
        for held in store.quads_for_pattern(None, _HELD_BY, None, _DEFAULT):
            # An Item whose bibliographic record has not come yet hangs on nothing.
            if next(store.quads_for_pattern(held.subject, _ITEM_OF, None, _DEFAULT), None) is None:
                file = files.get(_code(base, held.object))
                if file is not None and isinstance(held.subject, ox.NamedNode):
                    file.write("items", described(store, held.subject))
    for code in codes:
        yield code, files[code].counts


def _work(store: ox.Store, base: str, work: ox.NamedNode, files: dict[str, _File]) -> None:
    about_work = b""
    told: set[str] = set()
    for instance in _objects(store, work, _HAS_INSTANCE):
        by_library: dict[str, list[ox.NamedNode]] = {}
        for item in _objects(store, instance, _HAS_ITEM):
            for quad in store.quads_for_pattern(item, _HELD_BY, None, _DEFAULT):
                by_library.setdefault(_code(base, quad.object), []).append(item)
        about_instance = described(store, instance) if by_library.keys() & files.keys() else b""
        for code, items in by_library.items():
            file = files.get(code)
            if file is None:
                continue
            if code not in told:
                told.add(code)
                about_work = about_work or described(store, work)
                file.write("works", about_work)
            file.write("instances", about_instance)
            for item in items:
                file.write("items", described(store, item))


def _objects(store: ox.Store, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.NamedNode]:
    found = [q.object for q in store.quads_for_pattern(subject, predicate, None, _DEFAULT)]
    return sorted((o for o in found if isinstance(o, ox.NamedNode)), key=lambda node: node.value)


def _code(base: str, library: object) -> str:
    """The code in a library's IRI, empty for anything else."""
    prefix = f"{base}libraries/"
    if isinstance(library, ox.NamedNode) and library.value.startswith(prefix):
        return unquote(library.value[len(prefix) :])
    return ""


def described(store: ox.Store, subject: ox.NamedNode) -> bytes:
    """The statements of an entity and of the fragments it owns, in the default graph, as N-Triples."""
    owned = subject.value + "#"
    seen = {subject.value}
    waiting = [subject]
    triples = []
    while waiting:
        for quad in store.quads_for_pattern(waiting.pop(), None, None, _DEFAULT):
            triples.append(quad.triple)
            node = quad.object
            if isinstance(node, ox.NamedNode) and node.value.startswith(owned) and node.value not in seen:
                seen.add(node.value)
                waiting.append(node)
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
