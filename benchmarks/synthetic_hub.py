"""``python -m benchmarks.synthetic_hub FOLDER [--entities N]``: a large hub without its intake.

Records are drafted (:mod:`benchmarks.synthetic`), converted and described by the projection's own code, and written to
the triple store, the text index and the registry in bulk. What matching would find is known from the drafts, so that a
million entities take minutes, not hours; a build that is stopped goes on where it stood. The registry has what pages
and documents ask for (entities, changes, records, members); it has no headings' forms, candidates or pairs.

``--titles N`` makes a hub to search instead: N Instances in the text index, and of the graph their titles only.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, select

from benchmarks.synthetic import LIBRARIES, Draft, Edition, code, draft, identity, plain, record
from converters import Profile, convert
from converters.bibframe.node import to_json
from converters.marc import parse
from converters.marc.write import to_iso2709
from hub.members import Group, Library, put_group, put_library, put_member
from hub.projection.describe import Source, Task, describe
from hub.projection.libraries import describe_groups, describe_libraries
from hub.projection.triples import TripleView
from hub.projection.view import Applied
from hub.registry import Registry, schema
from hub.registry.registry import now
from hub.settings import write_setting
from hub.wiring import open_registry, open_settings, projector

BASE = "http://127.0.0.1:8000/"
WORKS_A_PART = 1000
PARTS_A_COMMIT = 20
_PROFILE = Profile()
_PROFILE_TEXT = json.dumps(_PROFILE.to_json())


class _Minted(dict[tuple[str, str], str]):
    """Every heading has an entity; its id tells from the heading, so that processes need not agree."""

    def get(self, key: tuple[str, str], _: Any = None) -> Any:
        return identity(*key)


_MINTED = _Minted()


@dataclass(slots=True)
class Part:
    """A stretch of Works, described: what goes into the store, the index and the registry."""

    instances: int = 0
    nquads: bytes = b""
    """What goes into the store without a look whether it is there."""
    applied: Applied = field(default_factory=Applied)
    entities: list[tuple[str, str, str | None]] = field(default_factory=list)
    """(place, id, parent)."""
    headings: dict[tuple[str, str], bytes] = field(default_factory=dict)
    records: list[tuple[str, str, bytes, bytes, str]] = field(default_factory=list)
    """(member, control number, raw, digest, Instance)."""


def described(first: int, last: int, base: str = BASE) -> Part:
    """The Works from ``first`` up to ``last``, by the projection's own code."""
    part, task = Part(), Task(base, nested=_MINTED)
    task.libraries = {code(n): code(n) for n in range(LIBRARIES)}
    payloads: dict[tuple[str, str], str] = {}
    for n in range(first, last):
        _work(draft(n), task, part, payloads)
    for key, payload in payloads.items():
        task.headings[key[0], identity(*key)] = ([payload], [], key[1])
    made = describe(task)
    part.applied = Applied(documents=made.documents, headings=made.headings, instances=made.instances)
    places = {f"{base}{place}/{i}": (place, i) for place, i in task.headings}
    for iri, nquads in made.entities:
        if iri in places:
            part.headings[places[iri]] = nquads
        else:
            part.applied.entities.append((iri, nquads))
    return part


def _work(work: Draft, task: Task, part: Part, payloads: dict[tuple[str, str], str]) -> None:
    own = identity("works", str(work.number))
    numbers: list[int] = []
    instances: list[str] = []
    part.instances += len(work.editions)
    part.entities.append(("works", own, None))
    for edition in work.editions:
        instance = identity("instances", edition.number)
        mine: list[int] = []
        items: list[str] = []
        for library, _ in edition.holdings:
            number = len(task.sources)
            raw = to_iso2709(record(work, edition, library))
            packed = zlib.compress(raw, 1)
            source = Source(code(library), edition.number, "iso2709", packed, _PROFILE_TEXT, instance, _MINTED)
            task.sources[number] = source
            digest = blake2b(raw, digest_size=16).digest()
            part.records.append((source.member, edition.number, packed, digest, instance))
            mine.append(number)
            made = convert(parse(raw, "iso2709"), _PROFILE, key=edition.number)
            for node in made.headings():
                heading = node.heading
                if heading is not None and heading.group != "libraries":
                    key = (heading.group, heading.key)
                    if key not in payloads:
                        payloads[key] = json.dumps(to_json(node), ensure_ascii=False)
            for node in made.items:
                item = identity("items", f"{source.member} {edition.number} {node.key}")
                task.items[item] = (instance, number, node.key)
                part.entities.append(("items", item, instance))
                items.append(item)
            made.release()
        task.instances[instance] = (own, mine, items)
        part.entities.append(("instances", instance, own))
        instances.append(instance)
        numbers += mine
    task.works[own], task.work_instances[own] = numbers, instances


def titles(first: int, last: int, base: str = BASE) -> Part:
    """The same Works for searching alone: their search documents and, as triples, their titles; nothing to register."""
    part = Part()
    lines: list[str] = []
    bf, kind = "http://id.loc.gov/ontologies/bibframe/", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

    def titled(place: str, own: str, title: str) -> None:
        iri = f"{base}{place}/{own}"
        lines.append(f"<{iri}> {kind} <{bf}{place[:-1].title()}> .\n<{iri}> <{bf}title> <{iri}#title> .\n")
        lines.append(f'<{iri}#title> <{bf}mainTitle> "{title}" .\n')

    for n in range(first, last):
        work = draft(n)
        titled("works", identity("works", str(n)), work.title)
        for edition in work.editions:
            titled("instances", identity("instances", edition.number), work.title)
        part.instances += len(work.editions)
        part.applied.documents.append(search_document(work))
    part.nquads = "".join(lines).encode()
    return part


def search_document(work: Draft) -> dict[str, Any]:
    """The search document that the projection makes of a draft's records, without them (a test compares the two)."""
    whole = f"{work.title} {work.rest}".strip()
    preferred = f"{work.title} : {work.rest}" if work.rest else work.title
    people = [heading.replace(",$d", ", ") for heading in (work.author, *work.others)]
    copies = [copy for e in work.editions for _, held in e.holdings for copy in held]
    cards = sorted((_card(whole, e) for e in work.editions), key=lambda c: (-c["year"], c["id"]))
    subjects = _unique(["--".join(t for t in s if t) for s in work.subjects])
    return {
        "id": identity("works", str(work.number)),
        "title": _unique([preferred, whole]),
        "creator": _unique(people),
        "subject": subjects,
        "identifier": _unique([*(e.isbn for e in work.editions), *(c.barcode for c in copies)]),
        "publisher": _unique([e.publisher for e in work.editions]),
        "shelfmark": _unique([c.mark for c in copies]),
        "topic": subjects,
        "text": " ".join(t for t in (work.summary, plain(work.author)) if t),
        "language": [work.language],
        "format": ["book"],
        "library": _unique([held for c in cards for held in c["libraries"]]),
        "availability": [],
        "year": cards[0]["year"],
        "card": {
            "title": preferred,
            "creators": _unique(people)[:3],
            "languages": [work.language],
            "instances": cards,
            "more": 0,
        },
    }


def _unique(values: list[str]) -> list[str]:
    return list(dict.fromkeys(v for v in values if v))


def _card(whole: str, edition: Edition) -> dict[str, Any]:
    return {
        "id": identity("instances", edition.number),
        "title": whole,
        "publication": f"{edition.place}: {edition.publisher}, {edition.year}",
        "edition": edition.statement,
        "year": edition.year,
        "format": "book",
        "libraries": [code(n) for n, _ in edition.holdings],
    }


class _Writer:
    """Takes parts and writes them where a hub keeps them."""

    def __init__(self, folder: Path) -> None:
        write_setting(folder, "base_uri", BASE)
        self.settings = open_settings(folder, {})
        self.registry: Registry = open_registry(self.settings)
        self.stack = ExitStack()
        self.views = self.stack.enter_context(projector(self.settings, self.registry)).views
        self.store = next(view.store for view in self.views if isinstance(view, TripleView))
        self.at = now()
        self.parts = 0
        with self.registry.read() as connection:  # a build that was stopped goes on
            known = connection.execute(select(schema.entity.c.id, schema.entity.c.place)).all()
            self.records = connection.execute(select(func.count()).select_from(schema.record)).scalar() or 0
        self.entities = len(known)
        self.instances = sum(place == "instances" for _, place in known)
        self.headings = {i for i, place in known if place in ("agents", "concepts", "hubs")}
        self.works = {i for i, place in known if place == "works"}
        if not known:
            self._found()

    def _found(self) -> None:
        with self.registry.write() as connection:
            put_group(connection, Group("all", "Nhóm thử", "Test group"))
            for n in range(LIBRARIES):
                put_member(connection, code(n), {})
                latitude, longitude = 8.6 + n * 0.24, 105.0 + n % 9 * 0.5
                name = f"{n + 1}"
                place = Library(
                    code(n), code(n), f"Thư viện {name}", f"Library {name}", "all", "Hà Nội", latitude, longitude
                )
                put_library(connection, place)
            codes = [code(n) for n in range(LIBRARIES)]
            own = [*describe_libraries(connection, BASE, codes), *describe_groups(connection, BASE, ["all"])]
        self._apply(Applied(own))

    def _apply(self, applied: Applied) -> None:
        for view in self.views:
            view.apply(applied)

    def take(self, part: Part) -> None:
        """Write one part; headings that came before are passed over."""
        fresh = {key: nquads for key, nquads in part.headings.items() if key[1] not in self.headings}
        self.headings.update(i for _, i in fresh)
        applied = part.applied
        applied.entities += [(f"{BASE}{place}/{i}", nquads) for (place, i), nquads in fresh.items()]
        known = {i for _, i in fresh}
        applied.headings = [document for document in applied.headings if document["id"] in known]
        self._apply(applied)
        if part.nquads:
            self.store.load(part.nquads)
        entities = part.entities + [(place, i, None) for place, i in fresh]
        self.entities += len(entities)
        self.instances += part.instances
        self.records += len(part.records)
        stamp = {"created": self.at, "changed": self.at}
        rows = [
            {"id": i, "place": place, "state": "live", "parent": parent, "anchor": f"{place} synthetic {i}", **stamp}
            for place, i, parent in entities
        ]
        logged = [{"entity": i, "place": p, "action": "create", "job": 1, "at": self.at} for p, i, _ in entities]
        kept = [
            {
                "member": member, "kind": "bibliographic", "control_number": number, "format": "iso2709", "raw": raw,
                "digest": digest, "rank": 90, "instance": instance, "deleted": False, "job": 1, "seen": 1, **stamp,
            }
            for member, number, raw, digest, instance in part.records
        ]  # fmt: skip
        with self.registry.write() as connection:
            for table, found in ((schema.entity, rows), (schema.change, logged), (schema.record, kept)):
                if found:
                    connection.execute(insert(table), found)
        self.parts += 1
        if self.parts % PARTS_A_COMMIT == 0:
            for view in self.views:
                view.flush()

    def close(self) -> None:
        """Flush, publish and let go."""
        last = self.registry.last_change()
        for view in self.views:
            view.flush()
            view.compact()
            view.publish(last)
        with self.registry.write() as connection:
            connection.execute(delete(schema.view))
            for view in self.views:
                connection.execute(insert(schema.view).values(name=view.name, seq=last, changed=self.at))
        self.stack.close()
        self.registry.close()


def build(folder: Path, *, entities: int = 0, instances: int = 0, workers: int = 2) -> dict[str, int]:
    """Make the hub in ``folder`` (new): until it has so many entities, or so many Instances to search."""
    writer = _Writer(folder)
    work = titles if instances else described

    def fresh() -> Iterator[int]:
        """First numbers of the parts that are not there yet."""
        for first in count(0, WORKS_A_PART):
            if identity("works", str(first)) not in writer.works:
                yield first

    def enough() -> bool:
        return writer.instances >= instances if instances else writer.entities >= entities

    firsts = fresh()
    with ProcessPoolExecutor(workers, mp_context=get_context("forkserver")) as pool:
        waiting: set[Future[Part]] = set()
        while not enough():
            while len(waiting) < 2 * workers:  # what is described waits for the writer, and not much of it
                first = next(firsts)
                waiting.add(pool.submit(work, first, first + WORKS_A_PART))
            done = next(as_completed(waiting))
            waiting.discard(done)
            writer.take(done.result())
        pool.shutdown(cancel_futures=True)
    writer.close()
    return {"entities": writer.entities, "records": writer.records, "instances": writer.instances}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--entities", type=int, default=1_000_000)
    arguments.add_argument("--titles", type=int, default=0)
    arguments.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    a = arguments.parse_args()
    began = time.perf_counter()
    made = build(a.folder, entities=a.entities, instances=a.titles, workers=a.workers)
    size = sum(f.stat().st_size for f in a.folder.rglob("*") if f.is_file() and "generations" not in f.parts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{made} in {time.perf_counter() - began:.0f} s; {size / 1e9:.2f} GB on disk; writer at most {peak} MiB")


if __name__ == "__main__":
    main()
