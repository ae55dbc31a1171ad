"""W3C's service-description tests (sparql11/service-description/manifest.ttl), in every format, and the limits told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from pyoxigraph import BlankNode, NamedNode

from sparql.formats import GRAPH_FORMATS
from sparql.guard import QUERY
from sparql.service_description import SD

from .conftest import Server, read_only_app

RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
SEARCH = "https://bibhub.org/ontology/search"
SCHEMA = {  # SPARQL 1.1 Service Description §3: domain and range of what we use
    "endpoint": ("Service", None),
    "supportedLanguage": ("Service", "Language"),
    "feature": ("Service", "Feature"),
    "propertyFeature": ("Service", "Feature"),
    "resultFormat": ("Service", None),
    "inputFormat": ("Service", None),
    "defaultDataset": ("Service", "Dataset"),
    "defaultGraph": ("Dataset", "Graph"),
}
INSTANCES = {  # of sd:Language and sd:Feature, named by the specification
    "Language": {"SPARQL10Query", "SPARQL11Query", "SPARQL11Update"},
    "Feature": {"DereferencesURIs", "UnionDefaultGraph", "RequiresDataset", "EmptyGraphs", "BasicFederatedQuery"},
}


@pytest.fixture(scope="module")
def described(published: Path) -> Iterator[Server]:
    """A service with one property that does more than match."""
    with Server(read_only_app(published, property_features=(SEARCH,))) as server:
        yield server


@pytest.fixture(params=["read-only", "writable"])
def service(request: pytest.FixtureRequest) -> Server:
    name = "described" if request.param == "read-only" else "writable"
    server: Server = request.getfixturevalue(name)
    return server


def description(client: httpx.Client, url: str, accept: str) -> ox.Store:
    answer = client.get(url, headers={"Accept": accept})
    assert answer.status_code == 200
    store = ox.Store()
    media_type = answer.headers["content-type"].partition(";")[0]
    format = ox.RdfFormat.from_media_type(media_type)
    assert format is not None, media_type
    store.load(answer.content, format=format)
    return store


@pytest.mark.parametrize("accept", [*GRAPH_FORMATS.values(), "*/*"])
def test_returns_rdf(service: Server, client: httpx.Client, accept: str) -> None:
    assert len(description(client, service.url, accept)) > 20


@pytest.mark.parametrize("accept", GRAPH_FORMATS.values())
def test_has_endpoint_triple(service: Server, client: httpx.Client, accept: str) -> None:
    store = description(client, service.url, accept)
    found = [q.object for q in store.quads_for_pattern(None, NamedNode(SD + "endpoint"), None)]
    assert found == [NamedNode(service.url)]


def test_conforms_to_schema(service: Server, client: httpx.Client) -> None:
    store = description(client, service.url, "application/n-triples")

    def is_a(node: object, name: str) -> bool:
        if isinstance(node, NamedNode) and node.value.removeprefix(SD) in INSTANCES.get(name, ()):
            return True
        assert isinstance(node, NamedNode | BlankNode)
        return ox.Quad(node, RDF_TYPE, NamedNode(SD + name)) in store

    used = {q.predicate.value.removeprefix(SD) for q in store if q.predicate.value.startswith(SD)}
    assert used <= set(SCHEMA), "every term of the vocabulary is one of its own"
    assert {"endpoint", "supportedLanguage", "resultFormat", "defaultDataset", "defaultGraph"} <= used
    for name in used:
        domain, range_ = SCHEMA[name]
        for quad in store.quads_for_pattern(None, NamedNode(SD + name), None):
            assert is_a(quad.subject, domain)
            assert range_ is None or is_a(quad.object, range_), quad
    for name in ("resultFormat", "inputFormat"):
        for quad in store.quads_for_pattern(None, NamedNode(SD + name), None):
            assert quad.object.value.startswith("http://www.w3.org/ns/formats/")  # type: ignore[union-attr]  # an IRI


def test_text_search_is_a_property_feature(described: Server, writable: Server, client: httpx.Client) -> None:
    feature = NamedNode(SD + "propertyFeature")
    for server, expected in ((described, [NamedNode(SEARCH)]), (writable, [])):
        store = description(client, server.url, "text/turtle")
        assert [q.object for q in store.quads_for_pattern(None, feature, None)] == expected


@pytest.mark.parametrize(
    ("query", "status"),
    [("ASK {}", 200), ("SELECT * {", 400), ("SELECT * { SERVICE <http://x/> {} }", 403), (None, 200)],
)
def test_limits_are_in_the_headers(described: Server, client: httpx.Client, query: str | None, status: int) -> None:
    answer = client.get(described.url, params={"query": query} if query else {})
    assert answer.status_code == status
    told = dict(part.split("=") for part in answer.headers["sparql-limits"].split(", "))
    assert told == {
        "seconds": "2",
        "bytes": str(QUERY.length),
        "patterns": str(QUERY.patterns),
        "nesting": str(QUERY.nesting),
    }
