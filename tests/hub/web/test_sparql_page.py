"""The query page and its library: every example on the demo, text search, names, maps and bars, addresses that last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from pyoxigraph import QueryResultsFormat as Results
from pyoxigraph import parse_query_results

from hub.cli.main import main
from hub.settings import write_setting
from hub.web import create_app
from hub.web.examples import EXAMPLES, GROUPS, Example
from hub.wiring import hub as open_hub
from hub.wiring import open_settings
from sparql.lexer import tokens
from tests.hub.web.visitor import BASE, Visitor, visiting

JSON = {"Accept": "application/sparql-results+json"}
HTML = {"Accept": "text/html"}
PREFIX = "PREFIX bh: <https://bibhub.org/ontology/> PREFIX bf: <http://id.loc.gov/ontologies/bibframe/> "
EMPTY = {"no-copies"}
"""Of the demo every edition is held by somebody."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """The site of the demo consortium."""
    folder: Path = tmp_path_factory.mktemp("examples") / "hub"
    write_setting(folder, "base_uri", BASE)
    assert main(["--data", str(folder), "demo", "--no-serve"]) in (0, 1), "1: loaded, the dirty file's reject listed"
    with visiting(create_app(open_hub(open_settings(folder, {})))) as made:
        yield made


def rows(visitor: Visitor, query: str) -> list[dict[str, str]]:
    answer = visitor.get("/sparql", params={"query": query}, headers=JSON)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, dict[str, str]]] = answer.json()["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def page(visitor: Visitor, url: str, language: str = "en") -> html.HtmlElement:
    answer = visitor.get(url, headers={**HTML, "Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return html.document_fromstring(answer.text)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.key)
def test_every_example_has_an_answer_in_the_demo(demo: Visitor, example: Example) -> None:
    if "CONSTRUCT" in example.query:
        answer = demo.get("/sparql", params={"query": example.query}, headers={"Accept": "text/turtle"})
        assert answer.status_code == 200, answer.text
        assert "bf:hasItem" in answer.text
    else:
        found = rows(demo, example.query)
        assert bool(found) is (example.key not in EMPTY)
        english = rows(demo, example.filled({}, "en"))
        assert len(english) == len(found), "the other language has other labels, not other rows"


def test_the_library_is_large_and_speaks_both_languages() -> None:
    assert len(EXAMPLES) >= 25
    assert {e.group for e in EXAMPLES} == set(GROUPS)
    assert len({e.rank for e in EXAMPLES}) == len(EXAMPLES)
    for example in EXAMPLES:
        for said in (example.titles, example.about):
            assert said["en"] != said["vi"]
            assert all(len(text) > 10 for text in said.values()), example.key
        found = [t.text for t in tokens(example.query)]
        for parameter in example.parameters:
            assert found.count(parameter.token) == 1, f"{example.key}: {parameter.name}"
            assert set(parameter.labels) == {"en", "vi"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.key)
def test_every_example_has_an_address_for_people_and_for_programs(client: Visitor, example: Example) -> None:
    path = f"/sparql/examples/{example.key}"
    document = page(client, path)
    assert document.xpath("//h1")[0].text_content() == example.titles["en"]
    assert document.xpath("//link[@rel='canonical']/@href") == [f"{BASE}sparql/examples/{example.key}"]
    assert document.xpath("//textarea")[0].text.strip() == example.filled({}, "en").strip()
    assert [i.get("name") for i in document.xpath("//form[@class='fill']//input")] == [
        p.name for p in example.parameters
    ]
    text = client.get(f"{path}.rq")
    assert text.headers["content-type"] == "application/sparql-query; charset=utf-8"
    assert text.text.endswith(example.query)
    assert client.get(path, headers={"Accept": "application/sparql-query"}).text == text.text
    described = json.loads(client.get(f"{path}.json").text)
    assert described["uri"] == f"{BASE}sparql/examples/{example.key}"
    assert described["query"] == example.query
    assert described["title"] == example.titles


def test_the_library_is_listed(client: Visitor) -> None:
    links = page(client, "/sparql/examples").xpath("//main//li/a/@href")
    assert links == [f"/sparql/examples/{e.key}" for e in EXAMPLES]
    listed = client.get("/sparql/examples", headers={"Accept": "application/json"}).json()
    assert [d["id"] for d in listed] == [e.key for e in EXAMPLES]
    for url in ("/sparql/examples/none", "/sparql/examples/who-holds.exe", "/sparql/examples/../secret"):
        assert client.get(url, headers=HTML).status_code == 404


def test_a_parameter_is_filled_in_escaped(client: Visitor) -> None:
    hostile = 'a" } { ?s ?p ?o } #\\'
    for example in EXAMPLES:
        for parameter in example.parameters:
            made = example.filled({parameter.name: hostile})
            shape = [t.kind for t in tokens(example.query)]
            assert [t.kind for t in tokens(made)] == shape, "a value is one token, whatever stands in it"
    answer = client.get("/sparql/examples/by-isbn", params={"isbn": hostile}, headers=HTML)
    assert answer.status_code == 200
    assert client.get("/sparql/examples/by-isbn", params={"isbn": "9" * 301}, headers=HTML).status_code == 400


def test_a_filled_example_is_answered_and_has_a_permanent_link(demo: Visitor) -> None:
    document = page(demo, "/sparql/examples/by-person?name=Vũ Trọng Phụng, 1912-1939", "vi")
    assert "Số đỏ" in document.xpath("//section[@id='result']//table")[0].text_content()
    (link,) = document.xpath("//a[text()='liên kết cố định']/@href")
    assert "Số đỏ" in page(demo, link).xpath("//section[@id='result']//table")[0].text_content()
    assert not page(demo, "/sparql/examples/by-person").xpath("//section[@id='result']"), "a page alone asks nothing"


def test_text_is_searched_with_and_without_diacritics(demo: Visitor) -> None:
    def found(words: str) -> list[str]:
        query = f'SELECT ?w ?s {{ (?w ?s) bh:search ("{words}" 20) . ?w a bf:Work }} ORDER BY DESC(?s)'
        return [row["w"] for row in rows(demo, PREFIX + query)]

    assert set(found("truyen kieu")) == set(found("Truyện Kiều")) != set()
    assert found("khong co gi nhu the") == []
    joined = rows(
        demo, PREFIX + 'SELECT ?t { ?w bh:search "so do" ; bf:title/bf:mainTitle ?t OPTIONAL { ?w bf:none ?n } }'
    )
    assert {"t": "Số đỏ"} in joined


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ('SELECT * { ?w bh:search ("a" 1001) }', "1 to 1,000"),
        ("SELECT * { ?w bh:search ?text }", "quotation marks"),
        ("SELECT * { ?w bh:search <http://x/> }", "quotation marks"),
    ],
)
def test_a_search_that_cannot_be_is_a_clear_400(client: Visitor, query: str, why: str) -> None:
    answer = client.get("/sparql", params={"query": PREFIX + query}, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["limit"] == "text-search"
    assert why in answer.json()["detail"]
    shown = client.get("/sparql", params={"query": PREFIX + query}, headers=HTML)
    assert shown.status_code == 400
    assert why in html.document_fromstring(shown.text).xpath("//div[@class='problem']")[0].text_content()


def test_the_etag_follows_the_hits_not_only_the_text(client: Visitor) -> None:
    query = PREFIX + 'SELECT * { ?w bh:search "kieu" }'
    first = client.get("/sparql", params={"query": query}, headers=JSON)
    again = client.get("/sparql", params={"query": query}, headers={**JSON, "If-None-Match": first.headers["etag"]})
    other = client.get("/sparql", params={"query": query.replace("kieu", "none")}, headers=JSON)
    assert again.status_code == 304
    assert other.headers["etag"] != first.headers["etag"]


def test_rows_with_coordinates_are_a_map(demo: Visitor) -> None:
    for key in ("library-map", "where-is-it-map"):
        document = page(demo, f"/sparql/examples/{key}?run=1")
        assert len(document.xpath("//svg[@class='map']//circle")) == 6
        assert all(link.startswith("/libraries/") for link in document.xpath("//svg[@class='map']//a/@href"))
    assert not page(demo, "/sparql/examples/languages?run=1").xpath("//svg[@class='map']")


def test_counts_are_bars_as_long_as_they_are_many(demo: Visitor) -> None:
    document = page(demo, "/sparql/examples/languages?run=1")
    widths = [float(r.get("width")) for r in document.xpath("//figure[@class='chart']//rect")]
    counts = [int(c.text_content()) for c in document.xpath("//section[@id='result']//tbody/tr/td[3]")]
    assert widths[0] > 10 * widths[-1]
    assert len(widths) == len(counts)
    assert widths[1] / widths[0] == pytest.approx(counts[1] / counts[0], abs=0.01)
    assert "Vietnamese" in document.xpath("//figure[@class='chart']//g[1]")[0].text_content()
    assert not page(demo, "/sparql/examples/online?run=1").xpath("//figure[@class='chart']")


@pytest.mark.parametrize(
    "row",
    [
        '("a" "NaN"^^xsd:double)', '("a" "1e400"^^xsd:double) ("b" 1)', '("a" -5) ("b" -7)', "(UNDEF UNDEF) (UNDEF 1)",
        '("a" 999999999999999999999) ("b" 1)', '("a" "x"^^xsd:integer) ("b" 2)',
    ],
)  # fmt: skip
def test_odd_numbers_break_nothing(client: Visitor, row: str) -> None:
    body = f"VALUES (?x ?n) {{ {row} }} BIND(?n AS ?lat) BIND(200 AS ?long)"
    query = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?x ?n ?lat ?long {{ {body} }}"
    assert client.get("/sparql", params={"query": query}, headers=HTML).status_code == 200


def test_iris_have_names_in_the_readers_language(demo: Visitor) -> None:
    code = "BIND(<http://id.loc.gov/vocabulary/languages/vie> AS ?c)"
    query = f"SELECT ?l ?c {{ ?i <http://id.loc.gov/ontologies/bibframe/heldBy> ?l {code} }} LIMIT 1"
    for language, name, other in (("vi", "tiếng Việt", "Thư viện"), ("en", "Vietnamese", "Library")):
        document = page(demo, f"/sparql?query={query}", language)
        library, tongue = document.xpath("//section[@id='result']//td/a")
        assert tongue.text_content() == name
        assert other in library.text_content()
        assert library.get("href").startswith("/libraries/")


@pytest.mark.parametrize(
    ("query", "formats"),
    [
        ("SELECT * { ?s a ?t } LIMIT 2", {"csv", "tsv", "json", "xml"}),
        ("ASK { ?s a ?t }", {"csv", "tsv", "json", "xml"}),
        ("CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 2", {"turtle", "ntriples", "rdfxml", "jsonld"}),
    ],
)
def test_an_answer_can_be_downloaded_in_every_format_it_has(client: Visitor, query: str, formats: set[str]) -> None:
    links = page(client, f"/sparql?query={query}").xpath("//section[@id='result']/p//a/@href")
    downloads = [link for link in links if "format=" in link]
    assert {link.rpartition("=")[2] for link in downloads} == formats
    for link in downloads:
        assert client.get(link).status_code == 200, link
    if "json" in formats:
        found = client.get(next(link for link in downloads if link.endswith("=json")))
        parse_query_results(found.content, Results.JSON)


def test_the_editor_completes_what_is_in_use(client: Visitor) -> None:
    answer = client.get("/sparql/terms.json")
    found = answer.json()
    kinds = {(t["name"], t["kind"]) for t in found["terms"]}
    assert {("bf:Work", "class"), ("bf:hasItem", "property"), ("bh:search", "property")} <= kinds
    assert ("bf:Work", "property") not in kinds
    assert ("bh:withdrawn", "class") not in kinds
    assert next(t for t in found["terms"] if t["name"] == "bf:Work")["vi"] == "tác phẩm"
    assert found["prefixes"]["bf"] == "http://id.loc.gov/ontologies/bibframe/"
    assert client.get("/sparql/terms.json", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_the_page_runs_only_the_sites_own_script(client: Visitor) -> None:
    for path in ("/sparql", "/sparql/examples/maps"):
        document = page(client, path)
        (script,) = document.xpath("//script")
        assert script.get("src").startswith("/static/query-editor.js")
        assert not document.xpath("//style | //*[@style] | //*[@onclick]")
        assert document.xpath("//label[@for='query']")
    built = client.get("/static/query-editor.js")
    assert built.status_code == 200
    assert len(built.content) < 400_000
    assert "Permission is hereby granted" in built.text
    assert "codemirror/view" in built.text
