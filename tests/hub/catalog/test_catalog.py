"""What an id is: live, merged, withdrawn or never given; and that no document pretends to be newer than it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Store, Variable

from hub.catalog import Catalog, Gone, Moved, Resource
from hub.catalog.models import AgentPage, WorkPage
from hub.catalog.reader import paged
from hub.registry import Registry
from hub.registry.schema import change, entity
from sparql.walk import Route, walk

BASE = "http://hub.example/"
BF = "http://id.loc.gov/ontologies/bibframe/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class MemoryReader:
    """A reader over a store in memory; counts how often it is asked."""

    def __init__(self, ntriples: str) -> None:
        self.store = Store()
        self.store.load(ntriples.encode(), RdfFormat.N_TRIPLES)
        self.asked = 0

    async def select(
        self, query: str, bindings: Mapping[str, NamedNode | Literal] | None = None
    ) -> Sequence[Mapping[str, NamedNode | Literal]]:
        self.asked += 1
        found = self.store.query(query, substitutions={Variable(k): v for k, v in (bindings or {}).items()})
        names = [v.value for v in found.variables]  # type: ignore[union-attr]
        return [{n: row[n] for n in names if row[n] is not None} for row in found]  # type: ignore[union-attr,index]

    async def describe(self, iri: str, labels: Sequence[str | Sequence[str]] = (), *, links: int = 500) -> bytes:
        self.asked += 1
        lines = []
        for quad in self.store.quads_for_pattern(None, None, None, DefaultGraph()):
            subject = quad.subject.value  # type: ignore[union-attr]
            if subject == iri or subject.startswith(f"{iri}#"):
                lines.append(f"{quad.subject} {quad.predicate} {quad.object} .\n")
        return "".join(lines).encode()

    async def walk(self, starts: Sequence[tuple[str, Route]]) -> bytes:
        self.asked += 1
        quads = walk(self.store, starts)
        return "".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in quads).encode()


def work(number: int, title: str, agent: str = "a1") -> str:
    w = f"{BASE}works/w{number}"
    return (
        f'<{w}> <{TYPE}> <{BF}Work> .\n<{w}> <{BF}title> <{w}#t> .\n<{w}#t> <{BF}mainTitle> "{title}" .\n'
        f"<{w}> <{BF}contribution> <{w}#c> .\n<{w}#c> <{BF}agent> <{BASE}agents/{agent}> .\n"
    )


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = Registry.in_folder(tmp_path)
    facts = {"anchor": "x", "created": 1, "changed": 1000}
    rows = [
        {"id": "w1", "place": "works", "state": "live", "replaced_by": None},
        {"id": "a1", "place": "agents", "state": "live", "replaced_by": None},
        {"id": "m1", "place": "works", "state": "merged", "replaced_by": "m2"},
        {"id": "m2", "place": "works", "state": "merged", "replaced_by": "w1"},
        {"id": "m3", "place": "works", "state": "merged", "replaced_by": "g1"},
        {"id": "g1", "place": "works", "state": "withdrawn", "replaced_by": None},
        {"id": "loop1", "place": "works", "state": "merged", "replaced_by": "loop2"},
        {"id": "loop2", "place": "works", "state": "merged", "replaced_by": "loop1"},
    ]
    with made.write() as connection:
        connection.execute(entity.insert(), [r | facts for r in rows])
        connection.execute(change.insert(), [{"entity": "w1", "place": "works", "action": "create", "at": 1000}] * 5)
    yield made
    made.close()


def test_states(registry: Registry) -> None:
    reader = MemoryReader(work(1, "Truyện Kiều"))
    catalog = Catalog(registry, reader, BASE, lambda: "1.5.99")

    async def run() -> None:
        live = await catalog.describe("works", "w1")
        assert isinstance(live, Resource)
        assert live.iri == f"{BASE}works/w1"
        assert live.changed == 1000
        assert b"mainTitle" in live.ntriples
        assert await catalog.describe("works", "m1") == Moved(f"{BASE}works/w1")
        assert await catalog.describe("works", "m3") == Gone(f"{BASE}works/m3", 1000)
        assert await catalog.describe("works", "none") is None
        assert await catalog.describe("agents", "w1") is None
        assert isinstance(await catalog.describe("works", "loop1"), Gone)  # a broken registry ends, too

    asyncio.run(run())


def test_the_state_is_told_without_the_store_and_remembered_for_a_generation(registry: Registry) -> None:
    reader = MemoryReader("")
    generation = ["1.5.99"]
    catalog = Catalog(registry, reader, BASE, lambda: generation[0])

    async def state() -> Resource:
        found = await catalog.state("works", "w1")
        assert isinstance(found, Resource)
        return found

    first = asyncio.run(state())
    with registry.write() as connection:
        connection.execute(entity.update().where(entity.c.id == "w1").values(changed=2000))
        connection.execute(change.insert(), [{"entity": "w1", "place": "works", "action": "update", "at": 2000}])
    assert asyncio.run(state()) == first
    generation[0] = "2.6.100"
    second = asyncio.run(state())
    assert second.token != first.token
    assert second.changed == 2000
    assert reader.asked == 0


def test_what_the_generation_does_not_have_yet_has_no_time_of_change(registry: Registry) -> None:
    catalog = Catalog(registry, MemoryReader(""), BASE, lambda: "1.4.99")
    found = asyncio.run(catalog.state("works", "w1"))
    assert isinstance(found, Resource)
    assert found.changed == 0


def test_an_agent_with_many_works_is_shown_by_pages(registry: Registry) -> None:
    label = f'<{BASE}agents/a1> <http://www.w3.org/2000/01/rdf-schema#label> "Nguyễn, Du" .\n'
    reader = MemoryReader(label + "".join(work(n, f"Tựa {n:04}") for n in range(1, 121)))
    catalog = Catalog(registry, reader, BASE, lambda: "1.5.99")

    async def page(number: int) -> AgentPage:
        described = await catalog.describe("agents", "a1")
        assert isinstance(described, Resource)
        found = await catalog.page(described, number)
        assert isinstance(found, AgentPage)
        return found

    first, last = asyncio.run(page(1)), asyncio.run(page(3))
    assert (first.title, first.pages.total, first.pages.last) == ("Nguyễn, Du", 120, 3)
    assert [w.title for w in first.works][:2] == ["Tựa 0001", "Tựa 0002"]
    assert len(first.works) == 50
    assert len(last.works) == 20
    assert reader.asked < 15


def test_a_title_has_its_parts_and_other_scripts(registry: Registry) -> None:
    w = f"{BASE}works/w1"
    more = (
        f'<{w}#t> <{BF}partNumber> "Tập 2" .\n<{w}#t> <{BF}subtitle> "thơ" .\n'
        f'<{w}#t> <{BF}mainTitle> "傳翹"@vi-hani .\n<{w}> <{BF}title> <{w}#v> .\n'
        f'<{w}#v> <{TYPE}> <{BF}VariantTitle> .\n<{w}#v> <{BF}mainTitle> "Đoạn trường tân thanh" .\n'
    )
    catalog = Catalog(registry, MemoryReader(work(1, "Truyện Kiều") + more), BASE, lambda: "1.5.99")

    async def page() -> WorkPage:
        described = await catalog.describe("works", "w1")
        assert isinstance(described, Resource)
        found = await catalog.page(described)
        assert isinstance(found, WorkPage)
        return found

    made = asyncio.run(page())
    assert made.title == "Truyện Kiều : thơ. Tập 2"
    assert [(t.text, t.kind, t.language) for t in made.titles[1:]] == [
        ("傳翹", "Title", "vi-hani"),
        ("Đoạn trường tân thanh", "VariantTitle", ""),
    ]


def test_a_page_of_a_list_has_whole_numbers_that_are_not_negative() -> None:
    assert paged("SELECT", -5, -7).endswith("LIMIT 0 OFFSET 0")
