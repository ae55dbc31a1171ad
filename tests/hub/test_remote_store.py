"""The hub over a triple store of another server: the same pages and answers, whatever the engine."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pyoxigraph as ox
import pytest
from lxml import html

from hub import wiring
from hub.cli.main import main
from hub.registry.schema import member
from hub.settings import Settings, write_setting
from hub.web import create_app
from hub.web.examples import EXAMPLES
from sparql import StoreError, open_store
from sparql.__main__ import application
from sparql.remote import open_remote
from tests.hub.catalogue import kieu, written
from tests.hub.web.visitor import BASE, Visitor, visiting
from tests.peers import running_oxigraph, running_virtuoso
from tests.sparql.conftest import Server

NTRIPLES = ox.RdfFormat.N_TRIPLES
PEERS = [
    "sparql",
    pytest.param("oxigraph", marks=[pytest.mark.peer, pytest.mark.needs("oxigraph")]),
    pytest.param("virtuoso", marks=[pytest.mark.peer, pytest.mark.needs("virtuoso")]),
]


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo consortium in a hub with its own store."""
    folder: Path = tmp_path_factory.mktemp("embedded") / "hub"
    write_setting(folder, "base_uri", BASE)
    assert main(["--data", str(folder), "demo", "--no-serve"]) in (0, 1)
    return wiring.open_settings(folder, {})


@contextlib.contextmanager
def running(engine: str, folder: Path) -> Iterator[str]:
    """The address of a store of its own."""
    if engine == "sparql":
        with (
            contextlib.closing(open_store(folder / "store")) as store,
            Server(application(folder, token="secret", store=store, deadline=20)) as server,
        ):
            yield "sparql:" + server.url.removesuffix("sparql")
        return
    with {"oxigraph": running_oxigraph, "virtuoso": running_virtuoso}[engine](folder) as address:
        yield address


@pytest.fixture(scope="module", params=PEERS)
def remote(
    request: pytest.FixtureRequest, embedded: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The same hub (a copy of its registry) over a remote store that has followed its log."""
    folder = tmp_path_factory.mktemp(f"over-{request.param}")
    (folder / "store").mkdir()
    shutil.copytree(embedded.data, folder / "hub", symlinks=True)
    with running(request.param, folder / "store") as address:
        settings = wiring.open_settings(folder / "hub", {"HUB_STORE": address, "HUB_STORE_TOKEN": "secret"})
        follow(settings)
        yield settings


def follow(settings: Settings) -> int:
    registry = wiring.open_registry(settings)
    try:
        with wiring.projector(settings, registry) as projector:
            return projector.run()
    finally:
        registry.close()


@pytest.fixture(scope="module")
def here(embedded: Settings) -> Iterator[Visitor]:
    with visiting(create_app(wiring.hub(embedded))) as made:
        yield made


@pytest.fixture
def there(remote: Settings) -> Iterator[Visitor]:
    with visiting(create_app(wiring.hub(remote))) as made:
        yield made


def solutions(visitor: Visitor, query: str) -> Counter[tuple[tuple[str, str], ...]]:
    """The rows of a table. A SAMPLE, and the order of equals, are the engine's to choose."""
    answer = visitor.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert answer.status_code == 200, f"{query}\n{answer.text}"
    rows = answer.json()["results"]["bindings"]
    return Counter(tuple(sorted((name, term["value"]) for name, term in row.items())) for row in rows)


def test_every_example_gives_the_same(here: Visitor, there: Visitor) -> None:
    different = []
    for example in EXAMPLES:
        if "CONSTRUCT" in example.query:
            accept = {"Accept": "application/n-triples"}
            got, expected = (
                set(ox.parse(v.get("/sparql", params={"query": example.query}, headers=accept).text, NTRIPLES))
                for v in (there, here)
            )
            if got != expected:
                different.append((example.key, len(got), len(expected)))
            continue
        found, wanted = solutions(there, example.query), solutions(here, example.query)
        cut = "LIMIT" in example.query  # which of equals come first is the engine's to choose
        if found.total() != wanted.total() or (found != wanted and not cut):
            different.append((example.key, found.total(), wanted.total()))
    assert different == []


def test_documents_and_pages_are_the_same(here: Visitor, there: Visitor) -> None:
    query = "SELECT ?s { ?s a ?kind VALUES ?kind { <http://id.loc.gov/ontologies/bibframe/%s> } } ORDER BY ?s LIMIT 3"
    paths = ["/", "/libraries"]
    for kind in ("Work", "Instance", "Item", "Person", "Topic"):
        paths += [urlsplit(dict(row)["s"]).path for row in solutions(here, query % kind)]
    assert len(paths) > 10
    for path in paths:
        for suffix in (".nt", ".html") if path.count("/") == 2 else ("",):
            expected, got = here.get(path + suffix), there.get(path + suffix)
            assert (expected.status_code, got.status_code) == (200, 200), f"{path}{suffix}: {got.text[:500]}"
            if suffix == ".nt":
                assert sorted(got.text.splitlines()) == sorted(expected.text.splitlines())
            else:
                assert_alike(got.text, expected.text, path)


def assert_alike(got: str, expected: str, path: str) -> None:
    """Two pages with the same headings and links; what order and which of equal labels come, nobody promised."""
    pages = [html.document_fromstring(text) for text in (got, expected)]
    for part in ("//main//h1//text()", "//main//h2//text()", "//main//a/@href"):
        one, other = (Counter(w.strip(",") for text in page.xpath(part) for w in text.split()) for page in pages)
        assert one == other, path


def test_text_search_and_errors_are_as_ever(there: Visitor) -> None:
    found = solutions(there, 'SELECT ?w { ?w <https://bibhub.org/ontology/search> "kieu" }')
    assert found
    assert there.get("/sparql", params={"query": "SELECT * {"}).status_code == 400
    assert there.get("/sparql", params={"query": "SELECT * { SERVICE <http://x/> {} }"}).status_code == 403
    update = there.post("/sparql", data={"update": "DROP ALL"})
    assert update.status_code == 403


def test_a_change_reaches_it_and_checks_agree(
    remote: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_STORE", remote.store)
    monkeypatch.setenv("HUB_STORE_TOKEN", remote.store_token)
    registry = wiring.open_registry(remote)
    with registry.read() as connection:
        code = connection.execute(member.select()).first().code  # type: ignore[union-attr]  # the demo has members
    registry.close()
    for title in ("Truyện mới", "Truyện đã sửa"):
        record = kieu("remote-1")
        record.first("245").subfields[0] = ("a", title)  # type: ignore[union-attr]  # the record has a 245
        (tmp_path / "one.mrc").write_bytes(written(record))
        assert main(["--data", str(remote.data), "load", "--member", code, str(tmp_path / "one.mrc")]) == 0
        capsys.readouterr()
        query = "SELECT ?t { ?t <http://id.loc.gov/ontologies/bibframe/mainTitle> ?x FILTER(STR(?x) = '%s') }"
        assert main(["--data", str(remote.data), "query", query % title]) == 0
        assert capsys.readouterr().out.count("/instances/") == 1
    assert main(["--data", str(remote.data), "query", query % "Truyện mới"]) == 0
    assert "/instances/" not in capsys.readouterr().out, "what was corrected is gone"
    assert main(["--data", str(remote.data), "check"]) == 0
    assert main(["--data", str(remote.data), "dump", str(tmp_path / "dumps")]) == 0
    assert (tmp_path / "dumps" / "current" / "graph.nq.gz").stat().st_size > 10_000


def test_a_rebuild_fills_it_anew_and_a_foreign_store_is_left_alone(remote: Settings) -> None:
    with contextlib.closing(open_remote(remote.store, token="secret")) as store:
        before, name = store.count(), store.mark
        store.put("http://stray/", b"<http://stray/> <http://p> <http://o> .\n")
        registry = wiring.open_registry(remote)
        with wiring.rebuilder(remote, registry) as projector:
            projector.rebuild()
        assert store.count() == before
        assert store.mark != name
        assert follow(remote) == 0
        # one whose mark is gone, or another's, is not written to
        store.set_mark("remote-another")
        with pytest.raises(StoreError, match="not this hub's"):
            follow(remote)
        store.clear()
        store.load(b"<http://else/> <http://p> <http://o> .\n")
        for work in (follow, rebuild):
            with pytest.raises(StoreError, match="not this hub's"):
                work(remote)
        assert store.count() == 1
        store.clear()
        assert follow(remote) > 0, "an empty store is filled from the first change on"
        assert store.count() == before


def rebuild(settings: Settings) -> None:
    with wiring.rebuilder(settings, wiring.open_registry(settings)) as projector:
        projector.rebuild()


def test_a_store_that_does_not_answer_is_told(embedded: Settings) -> None:
    settings = dataclasses.replace(embedded, store="oxigraph:http://127.0.0.1:9/")
    with pytest.raises(StoreError, match="does not answer"):
        follow(settings)
    with visiting(create_app(wiring.hub(settings))) as visitor:
        answer: httpx.Response = visitor.get("/sparql", params={"query": "ASK {}"})
        assert answer.status_code == 503
