"""SPARQL 1.1 Protocol §2.2, updates: by the token only, as one whole, and never on a view."""

from __future__ import annotations

import httpx
import pytest

from .conftest import Server, boolean

TOKEN = {"Authorization": "Bearer secret"}


def test_a_view_refuses_updates_and_says_why(read_only: Server, client: httpx.Client) -> None:
    for answer in (
        client.post(read_only.url, data={"update": "CLEAR ALL"}, headers=TOKEN),
        client.post(
            f"{read_only.url}/update", content="CLEAR ALL", headers={"Content-Type": "application/sparql-update"}
        ),
        client.put(f"{read_only.url}/graphs?default", content="", headers={"Content-Type": "text/turtle"}),
        client.delete(f"{read_only.url}/graphs?default", headers=TOKEN),
    ):
        assert answer.status_code == 403
        assert "view" in answer.json()["detail"]


class Writer:
    def __init__(self, server: Server, client: httpx.Client) -> None:
        self.url, self.client = server.url, client
        self.update("CLEAR ALL")

    def update(self, text: str, status: int = 204, **dataset: object) -> httpx.Response:
        answer = self.client.post(f"{self.url}/update", data={"update": text, **dataset}, headers=TOKEN)
        assert answer.status_code == status, answer.text
        return answer

    def ask(self, query: str) -> bool:
        return boolean(self.client.get(self.url, params={"query": query}))


@pytest.fixture
def writer(writable: Server, client: httpx.Client) -> Writer:
    return Writer(writable, client)


def test_an_update_is_seen_by_the_next_query(writer: Writer) -> None:
    writer.update("INSERT DATA { <http://s> <http://p> 'ế' . GRAPH <http://g> { <http://s> <http://p> 2 } }")
    assert writer.ask("ASK { <http://s> <http://p> 'ế' GRAPH <http://g> { <http://s> <http://p> 2 } }")
    direct = writer.client.post(
        writer.url,
        content="DELETE WHERE { ?s ?p 'ế' }",
        headers={"Content-Type": "application/sparql-update; charset=utf-8", **TOKEN},
    )
    assert direct.status_code == 204
    assert not writer.ask("ASK { ?s ?p 'ế' }")


def test_updates_need_the_token(writer: Writer) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic c2VjcmV0"},
        {"Authorization": "Bearer"},
    ):
        answer = writer.client.post(f"{writer.url}/update", data={"update": "CLEAR ALL"}, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_base_of_an_update_is_its_address(writer: Writer) -> None:
    writer.update("INSERT DATA { <x> <http://p> 1 }")
    assert writer.ask(f"ASK {{ <{writer.url}/x> <http://p> 1 }}")


GRAPHS = "INSERT DATA { GRAPH <http://g1> { <http://a> a <http://T> } GRAPH <http://g2> { <http://b> a <http://T> } }"


def test_datasets_of_an_update(writer: Writer) -> None:
    writer.update(GRAPHS)
    copy = "INSERT { GRAPH <http://out> { ?s a <http://T> } } WHERE { ?s a <http://T> }"
    writer.update(copy)
    assert not writer.ask("ASK { GRAPH <http://out> { ?s ?p ?o } }")
    writer.update(copy, **{"using-graph-uri": "http://g1"})
    assert writer.ask(
        "ASK { GRAPH <http://out> { <http://a> ?p ?o } FILTER NOT EXISTS { GRAPH <http://out> { <http://b> ?q ?r } } }"
    )
    writer.update(copy, **{"using-graph-uri": ["http://g1", "http://g2"]})
    assert writer.ask("ASK { GRAPH <http://out> { <http://b> ?p ?o } }")
    named = "INSERT { GRAPH <http://out2> { ?s a <http://T> } } WHERE { GRAPH ?g { ?s a <http://T> } }"
    writer.update(named, **{"using-named-graph-uri": "http://g2"})
    assert not writer.ask("ASK { GRAPH <http://out2> { <http://a> ?p ?o } }")
    assert writer.ask("ASK { GRAPH <http://out2> { <http://b> ?p ?o } }")


def test_the_short_form_of_delete_has_a_dataset_too(writer: Writer) -> None:
    writer.update("INSERT DATA { <http://a> a <http://T> . GRAPH <http://g1> { <http://b> a <http://T> } }")
    writer.update("DELETE WHERE { ?s a <http://T> }", **{"using-graph-uri": "http://g1"})
    assert writer.ask("ASK { <http://a> ?p ?o }")  # matched in g1, but deleted from the default graph: nothing there


def test_two_datasets_for_one_update_are_an_error(writer: Writer) -> None:
    for text in (
        "INSERT { <http://a> ?p ?o } USING <http://g1> WHERE { ?s ?p ?o }",
        "WITH <http://g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ):
        writer.update(text, status=400, **{"using-graph-uri": "http://g2"})
    writer.update("CLEAR ALL", status=400, **{"default-graph-uri": "http://g2"})


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "INSERT DATA { <http://a> <http://b> "),
        (400, "SELECT * {}"),
        (403, "LOAD <http://127.0.0.1:1/>"),
        (403, "LOAD SILENT <file:///etc/passwd> INTO GRAPH <http://g>"),
        (403, "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"),
    ],
)
def test_updates_that_are_refused_change_nothing(writer: Writer, status: int, text: str) -> None:
    writer.update("INSERT DATA { <http://s> <http://p> 1 }")
    writer.update(f"INSERT DATA {{ <http://s> <http://p> 2 }} ; {text}", status=status)
    assert not writer.ask("ASK { <http://s> <http://p> 2 }")
