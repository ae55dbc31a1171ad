"""SPARQL 1.1 Protocol §2.1, queries: the cases that W3C's protocol tests look at, and then ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pyoxigraph as ox
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sparql.service_description import SD

from .conftest import EX, Server, boolean, read_only_app
from .test_pool import POINT

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKEN = {"Authorization": "Bearer secret"}
CONSTRUCT = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ <{EX}works/1> }} ?s ?p ?o }}"


# Query operation, §2.1


def test_query_by_get(get: Callable[..., httpx.Response]) -> None:
    answer = get(POINT)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert answer.json()["results"]["bindings"] == [{"o": {"type": "uri", "value": f"{EX}agents/7"}}]


def test_query_by_form_and_by_body(read_only: Server, client: httpx.Client) -> None:
    form = client.post(read_only.url, data={"query": POINT})
    direct = client.post(read_only.url, content=POINT, headers={"Content-Type": "application/sparql-query"})
    charset = client.post(
        read_only.url, content=POINT, headers={"Content-Type": "application/sparql-query; charset=UTF-8"}
    )
    assert form.json() == direct.json() == charset.json()


@pytest.mark.parametrize(
    ("status", "method", "query_string", "headers", "body"),
    [
        (400, "GET", "query=ASK%20%7B%7D&query=SELECT%20*%20%7B%7D", {}, b""),
        (400, "POST", "", FORM, b"query=ASK%20%7B%7D&query=SELECT%20*%20%7B%7D"),
        (400, "POST", "", FORM, b""),
        (400, "POST", "", FORM, b"query=ASK%20%7B%7D&update=CLEAR%20ALL"),
        (400, "GET", "update=CLEAR%20ALL", {}, b""),
        (400, "GET", "query=ASK%20%7B", {}, b""),
        (403, "GET", "query=CLEAR%20ALL", {}, b""),
        (403, "POST", "", {"Content-Type": "application/sparql-query"}, b"CLEAR ALL"),
        (415, "POST", "", {"Content-Type": "text/plain"}, b"ASK {}"),
        (415, "POST", "", {}, b"ASK {}"),
        (415, "POST", "", {"Content-Type": "application/sparql-query; charset=UTF-16"}, "ASK {}".encode("utf-16")),
        (400, "POST", "", {"Content-Type": "application/sparql-query"}, "ASK {}".encode("utf-16")),
        (415, "POST", "", {**FORM, "Content-Encoding": "gzip"}, b"\x1f\x8b"),
        (405, "PUT", "query=ASK%20%7B%7D", {}, b""),
        (405, "PATCH", "", {}, b""),
        (405, "DELETE", "", {}, b""),
        (400, "GET", "query=ASK%20%7B%7D&default-graph-uri=%3Ca%20b%3E", {}, b""),
        (400, "GET", "query=ASK%20%7B%7D&using-graph-uri=http://g", {}, b""),
        (400, "GET", "query=ASK%20%7B%7D&timeout=soon", {}, b""),
        (400, "GET", "query=%FF%FE", {}, b""),
        (406, "GET", "query=ASK%20%7B%7D", {"Accept": "text/turtle"}, b""),
        (406, "GET", "query=ASK%20%7B%7D", {"Accept": "image/png"}, b""),
        (406, "GET", "query=ASK%20%7B%7D&format=docx", {}, b""),
    ],
)
def test_what_the_protocol_forbids_is_answered_with_a_problem(
    read_only: Server,
    client: httpx.Client,
    status: int,
    method: str,
    query_string: str,
    headers: dict[str, str],
    body: bytes,
) -> None:
    answer = client.request(method, f"{read_only.url}?{query_string}", headers=headers, content=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["detail"]


def test_a_syntax_error_tells_line_and_column(get: Callable[..., httpx.Response]) -> None:
    problem = get("SELECT *\nWHERE { ?s ?p ").json()
    assert (problem["line"], problem["column"]) == (2, 15)


def test_a_very_long_query_is_refused(read_only: Server, client: httpx.Client) -> None:
    long = "ASK {} #" + "x" * 70_000
    assert client.post(read_only.url, data={"query": long}).json()["limit"] == "length"
    assert client.post(read_only.url, content=b"query=" + b"x" * 5_000_000, headers=FORM).status_code == 413


# Datasets, §2.1.4


def test_datasets_of_the_request(get: Callable[..., httpx.Response]) -> None:
    said = f"ASK {{ ?s <{EX}said> ?o }}"
    named = f"ASK {{ GRAPH ?g {{ ?s <{EX}said> ?o }} }}"
    record = f"{EX}records/1"
    assert not boolean(get(said))
    assert boolean(get(said, **{"default-graph-uri": record}))
    assert not boolean(get(said, **{"default-graph-uri": f"{EX}none"}))
    assert boolean(get(said, **{"default-graph-uri": [f"{EX}none", record]}))
    assert boolean(get(named))
    assert boolean(get(named, **{"named-graph-uri": record}))
    assert not boolean(get(named, **{"named-graph-uri": f"{EX}none"}))
    assert not boolean(get("ASK { ?s ?p ?o }", **{"named-graph-uri": record}))  # then the default graph is empty
    from_other = f"ASK FROM <{EX}none> {{ ?s <{EX}said> ?o }}"
    assert not boolean(get(from_other))
    assert boolean(get(from_other, **{"default-graph-uri": record}))  # the request wins over the text


def test_datasets_by_post(read_only: Server, client: httpx.Client) -> None:
    said, record = f"ASK {{ ?s <{EX}said> ?o }}", f"{EX}records/1"
    assert boolean(client.post(read_only.url, data={"query": said, "default-graph-uri": record}))
    direct = client.post(
        read_only.url,
        params={"default-graph-uri": record},
        content=said,
        headers={"Content-Type": "application/sparql-query"},
    )
    assert boolean(direct)


# Formats


@pytest.mark.parametrize(
    ("accept", "asked", "expected"),
    [
        (None, None, "application/sparql-results+json"),
        ("*/*", None, "application/sparql-results+json"),
        ("application/json", None, "application/sparql-results+json"),
        ("application/sparql-results+xml", None, "application/sparql-results+xml"),
        ("text/csv", None, "text/csv; charset=utf-8"),
        ("text/tab-separated-values", None, "text/tab-separated-values; charset=utf-8"),
        ("text/*", None, "text/csv; charset=utf-8"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", None, "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0, */*;q=0.1", None, "application/sparql-results+xml"),
        ("text/turtle, */*;q=0.1", None, "application/sparql-results+json"),
        ("image/png, text/tab-separated-values;q=0.001", None, "text/tab-separated-values; charset=utf-8"),
        ("text/csv", "xml", "application/sparql-results+xml"),
        (None, "application/sparql-results+xml", "application/sparql-results+xml"),
        (None, "csv", "text/csv; charset=utf-8"),
        (", ".join(["*/*;q=0.0001"] * 1000), None, "application/sparql-results+json"),
    ],
)
@pytest.mark.parametrize("query", [POINT, "ASK {}"])
def test_result_formats(
    get: Callable[..., httpx.Response], query: str, accept: str | None, asked: str | None, expected: str
) -> None:
    headers = {"Accept": accept} if accept else {"Accept": ""}
    answer = get(query, headers, **({"format": asked} if asked else {}))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == expected
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize(
    ("accept", "asked", "format"),
    [
        ("*/*", None, ox.RdfFormat.TURTLE),
        ("application/n-triples", None, ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", None, ox.RdfFormat.RDF_XML),
        ("application/ld+json", None, ox.RdfFormat.JSON_LD),
        ("application/trig", None, ox.RdfFormat.TRIG),
        ("application/n-quads", None, ox.RdfFormat.N_QUADS),
        ("text/turtle;q=0.2, application/n-triples;q=0.3", None, ox.RdfFormat.N_TRIPLES),
        ("*/*", "ttl", ox.RdfFormat.TURTLE),
        ("*/*", "rdf", ox.RdfFormat.RDF_XML),
        ("*/*", "json", ox.RdfFormat.JSON_LD),
    ],
)
def test_graph_formats(
    get: Callable[..., httpx.Response], accept: str, asked: str | None, format: ox.RdfFormat
) -> None:
    answer = get(CONSTRUCT, {"Accept": accept}, **({"format": asked} if asked else {}))
    assert answer.headers["content-type"].partition(";")[0] == format.media_type
    assert len({quad.triple for quad in ox.parse(answer.content, format)}) == 3


def test_turtle_uses_the_prefixes_of_the_query(get: Callable[..., httpx.Response]) -> None:
    answer = get(f"PREFIX w: <{EX}works/> PREFIX ex: <{EX}> CONSTRUCT WHERE {{ w:1 ?p ?o }}")
    assert "w:1 " in answer.text
    assert "@prefix ex:" in answer.text


# HEAD, OPTIONS, caches, the description


def test_head_is_get_without_a_body(read_only: Server, client: httpx.Client) -> None:
    url = f"{read_only.url}?{urlencode({'query': POINT})}"
    head, get = client.head(url), client.get(url)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.content))


def test_options_and_preflight(read_only: Server, client: httpx.Client) -> None:
    answer = client.options(
        read_only.url, headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    )
    assert answer.status_code == 204
    assert "POST" in answer.headers["allow"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Content-Type" in answer.headers["access-control-allow-headers"]


def test_an_unchanged_answer_is_not_sent_twice(get: Callable[..., httpx.Response]) -> None:
    tag = get(POINT).headers["etag"]
    assert get(POINT, {"If-None-Match": tag}).status_code == 304
    assert get(POINT, {"If-None-Match": tag, "Accept": "text/csv"}).status_code == 200
    assert "etag" not in get("SELECT (NOW() AS ?n) {}").headers


def test_a_bare_get_describes_the_service(read_only: Server, get: Callable[..., httpx.Response]) -> None:
    for accept, format in (("*/*", ox.RdfFormat.TURTLE), ("application/rdf+xml", ox.RdfFormat.RDF_XML)):
        answer = get(None, {"Accept": accept})
        assert answer.status_code == 200
        store = ox.Store()
        store.bulk_load(answer.content, format=format)
        [service] = store.quads_for_pattern(None, ox.NamedNode(f"{SD}endpoint"), None)
        assert service.object == ox.NamedNode(read_only.url)
        languages = {
            q.object.value for q in store.quads_for_pattern(None, ox.NamedNode(f"{SD}supportedLanguage"), None)
        }
        assert languages == {f"{SD}SPARQL11Query"}
        assert [
            q.object.value
            for q in store.quads_for_pattern(None, None, None)
            if q.predicate.value.endswith("limitSeconds")
        ] == ["2"]
    assert get(None, {"Accept": "text/csv"}).status_code == 406
    assert get(None, {"Accept": "*/*"}).headers["sparql-limits"].startswith("seconds=2, bytes=65536")


def test_a_browser_gets_the_page_of_the_host(published: Path, client: httpx.Client) -> None:
    async def page(request: Request, query: str) -> Response:
        return HTMLResponse(f"<title>{query or 'empty'}</title>")

    firefox = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    with Server(read_only_app(published, html_page=page)) as server:
        assert client.get(server.url, headers=firefox).text == "<title>empty</title>"
        assert client.get(server.url, params={"query": "ASK {}"}, headers=firefox).text == "<title>ASK {}</title>"
        assert "json" in client.get(server.url, params={"query": "ASK {}"}).headers["content-type"]
        with_format = client.get(server.url, params={"query": "ASK {}", "format": "json"}, headers=firefox)
        assert "json" in with_format.headers["content-type"]


def test_problems_are_json_that_names_a_type(get: Callable[..., httpx.Response]) -> None:
    problem = json.loads(get("SELECT * {").content)
    assert problem["type"].endswith("/syntax")
    assert problem["title"]
