"""SPARQL 1.1 Graph Store HTTP Protocol, in the order of its sections; and uploads that would do harm."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest

from .conftest import EX, Server

TOKEN = {"Authorization": "Bearer secret"}
TURTLE = {**TOKEN, "Content-Type": "text/turtle"}


class Graphs:
    def __init__(self, url: str, client: httpx.Client) -> None:
        self.url, self.client = url, client

    def __call__(
        self, method: str, graph: str | None = f"{EX}g", body: str | bytes = "", **headers: str
    ) -> httpx.Response:
        where = {"default": ""} if graph is None else {"graph": graph}
        return self.client.request(method, self.url, params=where, content=body, headers={**TURTLE, **headers})

    def triples(self, graph: str | None = f"{EX}g") -> set[tuple[str, str, str]]:
        answer = self("GET", graph, Accept="application/n-triples")
        assert answer.status_code == 200, answer.text
        found = ox.parse(answer.content, ox.RdfFormat.N_TRIPLES)
        return {(str(q.subject), str(q.predicate), str(q.object)) for q in found}


@pytest.fixture
def graphs(writable: Server, client: httpx.Client) -> Iterator[Graphs]:
    client.post(f"{writable.url}/update", data={"update": "DROP ALL"}, headers=TOKEN).raise_for_status()
    return Graphs(f"{writable.url}/graphs", client)


A, B = "<urn:a> <urn:p> 1 .", "<urn:b> <urn:p> 2 ."
ONE = "http://www.w3.org/2001/XMLSchema#integer"
A_TRIPLE = ("<urn:a>", "<urn:p>", f'"1"^^<{ONE}>')
B_TRIPLE = ("<urn:b>", "<urn:p>", f'"2"^^<{ONE}>')


@pytest.mark.parametrize("graph", [f"{EX}g", None])
def test_put_replaces_and_post_adds(graphs: Graphs, graph: str | None) -> None:
    assert graphs("PUT", graph, A).status_code == (204 if graph is None else 201)
    assert graphs("PUT", graph, B).status_code == 204
    assert graphs.triples(graph) == {B_TRIPLE}
    assert graphs("POST", graph, A).status_code == 204
    assert graphs.triples(graph) == {A_TRIPLE, B_TRIPLE}
    assert graphs.triples(None) == ({A_TRIPLE, B_TRIPLE} if graph is None else set())


def test_delete(graphs: Graphs) -> None:
    graphs("PUT", body=A)
    assert graphs("DELETE").status_code == 204
    assert graphs("GET").status_code == 404
    assert graphs("DELETE").status_code == 404
    graphs("PUT", None, A)
    assert graphs("DELETE", None).status_code == 204
    assert graphs.triples(None) == set()


def test_an_empty_graph_exists(graphs: Graphs) -> None:
    assert graphs("PUT", body="").status_code == 201
    assert graphs("GET").status_code == 200
    assert graphs("HEAD").status_code == 200
    assert graphs("HEAD", f"{EX}none").status_code == 404


def test_post_without_a_name_makes_a_graph(graphs: Graphs, client: httpx.Client) -> None:
    answer = client.post(graphs.url, content=A, headers=TURTLE)
    assert answer.status_code == 201
    location = answer.headers["location"]
    assert graphs.triples(location) == {A_TRIPLE}
    assert client.get(location, headers={"Accept": "application/n-triples"}).text == f'<urn:a> <urn:p> "1"^^<{ONE}> .\n'


def test_a_graph_by_its_own_address(graphs: Graphs, client: httpx.Client) -> None:
    address = f"{graphs.url}/person/1.ttl"
    assert client.put(address, content="<> <urn:p> <#me> .", headers=TURTLE).status_code == 201
    assert graphs.triples(address) == {(f"<{address}>", "<urn:p>", f"<{address}#me>")}
    assert client.delete(address, headers=TOKEN).status_code == 204
    assert client.get(address).status_code == 404


def test_formats_up_and_down(graphs: Graphs) -> None:
    names = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:"'
    rdfxml = f'<rdf:RDF {names}><rdf:Description rdf:about="urn:a"><u:p>ế</u:p></rdf:Description></rdf:RDF>'
    expected = {("<urn:a>", "<urn:p>", '"ế"')}
    for kind, body in (
        ("application/rdf+xml", rdfxml),
        ("application/ld+json", '{"@id": "urn:a", "urn:p": "ế"}'),
        ("application/n-triples", '<urn:a> <urn:p> "\\u1EBF" .'),
        ("text/turtle; charset=utf-8", "@prefix u: <urn:> . u:a u:p 'ế' ."),
        ("application/trig", "<urn:a> <urn:p> 'ế' ."),
    ):
        assert graphs("PUT", body=body.encode(), **{"Content-Type": kind}).status_code in (201, 204), kind
        assert graphs.triples() == expected
    for accept in ("text/turtle", "application/rdf+xml", "application/ld+json", "application/trig"):
        answer = graphs("GET", Accept=accept)
        assert answer.headers["content-type"].partition(";")[0] == accept
        format = ox.RdfFormat.from_media_type(accept)
        assert format is not None
        assert {str(q.object) for q in ox.parse(answer.content, format)} == {'"ế"'}


def test_a_form_with_files(graphs: Graphs, client: httpx.Client) -> None:
    files = [("a", ("a.ttl", A, "text/turtle")), ("b", ("b.nt", '<urn:b> <urn:p> "2" .', "application/n-triples"))]
    answer = client.post(f"{graphs.url}?graph={EX}form", files=files, headers=TOKEN)
    assert answer.status_code == 201
    assert len(graphs.triples(f"{EX}form")) == 2


def test_blank_nodes_of_two_uploads_stay_two(graphs: Graphs) -> None:
    graphs("PUT", body="_:x <urn:p> 1 .")
    graphs("POST", body="_:x <urn:q> 2 .")
    assert len({subject for subject, _, _ in graphs.triples()}) == 2


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (400, "text/turtle", b"<urn:a> <urn:p> ."),
        (400, "text/turtle", b"\xff\xfe"),
        (400, "application/rdf+xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'),
        (400, "application/rdf+xml", '<?xml version="1.0"?><!doctype x [<!ENTITY a "aa">]><x/>'.encode("utf-16")),
        (415, "text/html", b"<p>"),
        (415, "text/turtle; charset=latin1", b""),
        (415, "", b"<urn:a> <urn:p> 1 ."),
    ],
)
def test_bad_uploads_change_nothing(graphs: Graphs, status: int, kind: str, body: bytes) -> None:
    graphs("PUT", body=A)
    answer = graphs("PUT", body=body, **{"Content-Type": kind})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert graphs.triples() == {A_TRIPLE}


def test_writing_needs_the_token_and_reading_does_not(graphs: Graphs, client: httpx.Client) -> None:
    graphs("PUT", body=A)
    where = {"graph": f"{EX}g"}
    for method in ("PUT", "POST", "DELETE"):
        answer = client.request(method, graphs.url, params=where, content=B, headers={"Content-Type": "text/turtle"})
        assert answer.status_code == 401
    assert client.get(graphs.url, params=where).status_code == 200


@pytest.mark.parametrize("query", ["", "graph=a&graph=b", "graph=urn:a&default", "graph=relative", "graph=urn:%3Ea"])
def test_one_graph_must_be_named(graphs: Graphs, client: httpx.Client, query: str) -> None:
    assert client.get(f"{graphs.url}?{query}").status_code == 400


def test_other_methods(graphs: Graphs) -> None:
    assert graphs("PATCH").status_code == 405
    assert "PUT" in graphs("PATCH").headers["allow"]
    assert graphs("OPTIONS").status_code == 204
