"""SPARQL 1.1 Protocol, in the order of its sections; the cases that W3C's protocol tests look at, and then ours."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import psutil
import pyoxigraph as ox
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from sparql import guard, metrics
from sparql.budgets import Budgets
from sparql.service_description import SD

from .conftest import EX, WORKS, Server, read_only_app
from .test_guard import HOSTILE
from .test_pool import CROSS, DOUBLING, POINT

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOKEN = {"Authorization": "Bearer secret"}
CONSTRUCT = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ <{EX}works/1> }} ?s ?p ?o }}"


@pytest.fixture
def get(read_only: Server, client: httpx.Client) -> Callable[..., httpx.Response]:
    def get(query: str | None = None, headers: dict[str, str] | None = None, **more: object) -> httpx.Response:
        parameters = {**({"query": query} if query is not None else {}), **more}
        return client.get(read_only.url, params=parameters, headers=headers)

    return get


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


def boolean(answer: httpx.Response) -> bool:
    assert answer.status_code == 200, answer.text
    return answer.json()["boolean"]


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


# Updates, §2.2


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


# What a service must stand: the hostile list against the running server


def test_hostile_queries_get_a_reason_at_once_and_the_next_is_answered(
    get: Callable[..., httpx.Response], read_only: Server, client: httpx.Client
) -> None:
    for name, (limit, query) in HOSTILE.items():
        began = time.monotonic()
        answer = client.post(read_only.url, data={"query": query})
        assert time.monotonic() - began < 0.5, name
        assert answer.status_code in (400, 403, 413), name
        assert answer.status_code == 413 or answer.json()["limit"] == limit, (name, answer.text)
    assert get(POINT).status_code == 200


def test_slow_and_greedy_queries_end_and_the_next_is_answered(get: Callable[..., httpx.Response]) -> None:
    for query, status in (
        (CROSS, 504),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c LIMIT 1", (503, 504)),
        ("SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f }", (503, 504)),
        (DOUBLING, (503, 504)),
    ):
        began = time.monotonic()
        answer = get(query)
        assert time.monotonic() - began < 3.5
        assert answer.status_code in (status if isinstance(status, tuple) else (status,)), answer.text
        if answer.status_code == 503:
            assert "retry-after" in answer.headers
        began = time.monotonic()
        assert get(POINT).status_code == 200
        assert time.monotonic() - began < 1


def test_a_client_may_ask_for_less_time(get: Callable[..., httpx.Response]) -> None:
    began = time.monotonic()
    answer = get(CROSS, timeout="0.3")
    assert answer.status_code == 504
    assert answer.json()["seconds"] == 0.3
    assert time.monotonic() - began < 1


def test_a_large_result_is_whole(get: Callable[..., httpx.Response]) -> None:
    answer = get("SELECT * { ?s ?p ?o }")
    assert answer.headers["transfer-encoding"] == "chunked"
    assert len(answer.json()["results"]["bindings"]) == WORKS * 4 + 50


def test_a_broken_result_is_never_ended_cleanly(read_only: Server, client: httpx.Client) -> None:
    query = {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"}
    with client.stream("GET", read_only.url, params=query) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            for _ in answer.iter_raw():
                pass


def raw(server: Server, request: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    connection.sendall(request)
    return connection


def test_over_http_1_0_a_large_result_is_refused(read_only: Server) -> None:
    query = quote("SELECT * { ?s ?p ?o }")
    with raw(read_only, f"GET /sparql?query={query} HTTP/1.0\r\nHost: x\r\n\r\n".encode()) as connection:
        assert b" 505 " in connection.recv(65536).splitlines()[0]


def test_a_client_that_leaves_frees_its_reader(published: Path, client: httpx.Client) -> None:
    with Server(read_only_app(published, deadline=30.0, size=1)) as server:
        for query in (CROSS, "SELECT * { ?a ?b ?c . ?d ?e ?f }"):
            for _ in range(3):
                connection = raw(server, f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                time.sleep(0.2)
                connection.close()
            began = time.monotonic()
            assert client.get(server.url, params={"query": POINT}).status_code == 200
            assert time.monotonic() - began < 1


def test_slow_clients_hold_no_reader(published: Path, client: httpx.Client) -> None:
    with Server(read_only_app(published)) as server:
        head = (
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\n"
        )
        slow = [raw(server, head) for _ in range(200)]
        began = time.monotonic()
        assert client.get(server.url, params={"query": POINT}).status_code == 200
        assert time.monotonic() - began < 1
        for connection in slow:
            connection.close()


def test_a_budget_is_announced_kept_and_refilled(published: Path, client: httpx.Client) -> None:
    with Server(read_only_app(published, budgets=Budgets(seconds=12, burst=1))) as server:
        first = client.get(server.url, params={"query": CROSS})
        assert first.status_code == 504
        assert first.headers["ratelimit-policy"] == '"query-seconds";q=12;w=60'
        second = client.get(server.url, params={"query": POINT})
        assert second.status_code == 429
        wait = int(second.headers["retry-after"])
        assert 1 <= wait <= 5
        time.sleep(wait + 0.2)
        assert client.get(server.url, params={"query": POINT}).status_code == 200


def test_when_all_readers_are_busy_the_rest_are_told(published: Path) -> None:
    statuses: list[int] = []

    def ask(url: str) -> None:
        statuses.append(httpx.get(url, params={"query": CROSS}, timeout=20).status_code)

    with Server(read_only_app(published, size=1, queue=1)) as server:
        threads = [threading.Thread(target=ask, args=(server.url,)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses.count(503) >= 3
    assert statuses.count(504) >= 1


def test_what_happened_can_be_read_from_the_metrics(published: Path, client: httpx.Client) -> None:
    with Server(read_only_app(published, name="watched")) as server:
        for query in (POINT, "SELECT * { SERVICE <http://x> {} }", CROSS):
            client.get(server.url, params={"query": query})
        text = metrics.render()
    assert 'sparql_queries_total{outcome="ok",pool="watched"}' in text
    assert 'sparql_refused_total{limit="service"}' in text
    assert 'sparql_readers_killed_total{pool="watched",reason="timeout"}' in text
    assert 'sparql_generation{pool="watched"} 1' in text
    slow = [query for query in metrics.slow_queries() if query.hash == metrics.query_hash(CROSS)]
    assert "timeout" in {query.outcome for query in slow}
    assert slow[0].text == CROSS


def test_memory_stays_flat_over_large_answers(read_only: Server, client: httpx.Client) -> None:
    process = psutil.Process()
    query = {"query": "SELECT * { ?s ?p ?o . ?s ?q ?r }"}

    def read() -> int:
        size = 0
        with client.stream("GET", read_only.url, params=query) as answer:
            for piece in answer.iter_raw():
                size += len(piece)
        return size

    read()
    before = process.memory_info().rss
    assert read() > 4 << 20
    assert process.memory_info().rss - before < 8 << 20


# Clients as they come


def test_sparqlwrapper(read_only: Server) -> None:
    from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

    wrapper = SPARQLWrapper(read_only.url)
    wrapper.setQuery(POINT)
    wrapper.setReturnFormat(JSON)
    assert len(wrapper.queryAndConvert()["results"]["bindings"]) == 1
    wrapper.setMethod(POST)
    assert len(wrapper.queryAndConvert()["results"]["bindings"]) == 1
    wrapper.setQuery(CONSTRUCT)
    wrapper.setReturnFormat(TURTLE)
    assert f"{EX}works/1".encode() in wrapper.queryAndConvert()


def test_rdflib(read_only: Server, writable: Server) -> None:
    from rdflib import Graph, URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    graph = Graph(SPARQLStore(read_only.url, returnFormat="json"))
    assert [str(row[0]) for row in graph.query(POINT)] == [f"{EX}agents/7"]
    assert len(list(graph.triples((URIRef(f"{EX}works/1"), None, None)))) == 3


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    yield
    until = time.monotonic() + 2
    while any(child.status() == psutil.STATUS_ZOMBIE for child in psutil.Process().children(recursive=True)):
        assert time.monotonic() < until
        time.sleep(0.01)


def test_limits_can_be_set(published: Path, client: httpx.Client) -> None:
    with Server(read_only_app(published, limits=guard.Limits(patterns=2))) as server:
        answer = client.get(server.url, params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . }"})
        assert answer.json()["limit"] == "patterns"
    with Server(read_only_app(published, limits=None)) as server:
        deep = "SELECT * " + "{" * 40 + "}" * 40
        assert client.get(server.url, params={"query": deep}).status_code == 200


def test_problems_are_json_that_names_a_type(get: Callable[..., httpx.Response]) -> None:
    problem = json.loads(get("SELECT * {").content)
    assert problem["type"].endswith("/syntax")
    assert problem["title"]
