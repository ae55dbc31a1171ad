"""Hostile records (H11, H12) and hostile visitors (H27): text stays text, links lead to the web, work is rationed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from lxml import etree, html
from selenium.common.exceptions import NoAlertPresentException

from hub.settings import Settings
from hub.web import create_app
from hub.web.courtesy import BURST, IDENTIFIED
from hub.wiring import hub as open_hub
from tests.hub.web.shelves import _NUMBER as NUMBER
from tests.hub.web.shelves import MARKUP, NOT_LINKS
from tests.hub.web.test_browser import SITE, browser, port  # noqa: F401  # fixture
from tests.hub.web.test_browser import pytestmark as browser_marks
from tests.hub.web.visitor import BASE, Visitor, visiting

Find = Callable[..., str]
EN = {"Accept": "text/html", "Accept-Language": "en"}
RECORD = f"/records/TVH/{quote(NUMBER, safe='')}"
# What the pages are written with; an element of any other name came out of a record.
ELEMENTS = {
    "html", "head", "title", "meta", "link", "script", "body", "a", "header", "div", "svg", "path", "span",
    "form", "label", "input", "button", "nav", "main", "footer", "p", "h1", "h2", "h3", "section", "article",
    "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "bdi", "b", "code", "pre",
    "details", "summary", "aside", "fieldset", "legend", "select", "option", "datalist", "meter", "br", "text",
    "rect", "line", "circle", "g", "textarea",
}  # fmt: skip


@pytest.fixture(scope="module")
def paths(client: Visitor) -> list[str]:
    """Everything that is made of the hostile record."""
    found = client.get("/search", params={"q": "Độc hại"}, headers={"Accept": "application/json"}).json()["member"][0]
    todo = ["/" + found["id"].removeprefix(BASE), "/" + found["instances"][0]["id"].removeprefix(BASE), RECORD]
    paths: list[str] = []
    while todo:
        path = todo.pop()
        if path in paths or path.startswith(("/libraries", "/groups")):
            continue
        paths.append(path)
        page = html.document_fromstring(client.get(f"{path}.html", headers=EN).text)
        todo += [h.removesuffix(".html") for h in page.xpath("//main//a/@href") if h.endswith(".html")]
    assert {p.split("/")[1] for p in paths} >= {"works", "instances", "items", "agents", "concepts", "records"}
    return paths


def pages(client: Visitor, paths: list[str]) -> Iterator[tuple[str, str]]:
    """Every page with text of the record in it, its path and its text."""
    wanted = [f"{p}.html" for p in paths]
    wanted += [f"/why/{p.rpartition('/')[2]}" for p in paths if "/records/" not in p]
    wanted += ["/search?q=" + quote(t) for t in ("Độc hại", *MARKUP, *NOT_LINKS[:4])]
    wanted += [f"{paths[0]}.html?near={quote(t)}" for t in MARKUP]
    wanted += ["/sparql?query=" + quote(f"SELECT * {{ ?s ?p {t} }}") for t in MARKUP]
    wanted += ["/" + quote(t) for t in MARKUP]
    for path in wanted:
        answer = client.get(path, headers=EN)
        assert answer.status_code in (200, 400, 404), path
        assert "unsafe" not in answer.headers["content-security-policy"]
        yield path, answer.text


def test_no_text_becomes_an_element_an_attribute_or_a_link(client: Visitor, paths: list[str]) -> None:
    for path, text in pages(client, paths):
        document = html.document_fromstring(text)
        for element in document.iter():
            if not isinstance(element.tag, str):
                assert element.tag is not etree.ProcessingInstruction, path
                continue
            assert element.tag.rpartition("}")[2] in ELEMENTS, (path, element.tag)
            for name, value in element.attrib.items():
                assert not name.lower().startswith("on"), (path, name)
                assert name.lower() not in ("srcdoc", "style", "formaction"), (path, name)
                if name.lower() in ("href", "src", "action"):
                    assert re.match(r"(https?://|/(?!/)|#|\?|mailto:)", value) or value == "", (path, value)
                    assert not re.search(r"[\s<>]", value), (path, value)
        for script in document.xpath("//script"):
            if script.get("src"):
                assert script.get("src").startswith("/static/")
                assert not script.text
            else:
                assert script.get("type") == "application/ld+json"
                json.loads(script.text)
        assert str(7919 * 7907) not in text, path


def test_the_text_is_shown_as_it_stands(client: Visitor, paths: list[str]) -> None:
    shown = "".join(html.document_fromstring(client.get(f"{p}.html", headers=EN).text).text_content() for p in paths)
    for text in MARKUP:
        assert text in shown, text


def test_only_links_of_the_web_are_live(client: Visitor, paths: list[str]) -> None:
    live = set()
    for _, text in pages(client, paths):
        targets = html.document_fromstring(text).xpath("//main//a/@href")
        live |= {t for t in targets if not t.startswith(("/", "#", "?"))}
    for target in live:
        parts = urlsplit(target)
        assert parts.scheme in ("http", "https", "mailto"), target
        assert parts.scheme == "mailto" or parts.hostname, target
        assert not parts.username, target
    assert not [
        t for t in live if not t.startswith(BASE) and re.search("javascript|etc/passwd|alert", t, re.IGNORECASE)
    ]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own JSON-LD parser uses it
def test_the_data_holds_no_iri_that_is_none(client: Visitor, paths: list[str]) -> None:
    context = client.get("/context.jsonld").json()["@context"]
    for path in paths:
        triples = list(ox.parse(client.get(f"{path}.nt").content, ox.RdfFormat.N_TRIPLES))
        assert triples
        for triple in triples:
            for term in (triple.subject, triple.predicate, triple.object):
                if isinstance(term, ox.NamedNode):
                    assert urlsplit(term.value).scheme in ("http", "https", "urn", "info", "doi"), term
                    assert not re.search(r'[\s<>"{}|\\^`\u202e]', term.value), term
                    own = term.value.removeprefix(BASE)
                    if own != term.value and not own.startswith("records/"):
                        assert NUMBER not in unquote(own)
        data = json.loads(client.get(f"{path}.jsonld").text)
        graph = rdflib.Graph().parse(data=json.dumps({**data, "@context": context}), format="json-ld")
        assert len(graph) >= len(triples) - 2
        etree.fromstring(client.get(f"{path}.rdf").content)


def test_values_that_are_no_links_are_kept_as_text(client: Visitor) -> None:
    marc = client.get(f"{RECORD}.xml").text
    text = "".join(etree.fromstring(marc.encode()).itertext())
    for value in NOT_LINKS:
        assert value in text


def test_feeds_citations_and_headers_hold_it(client: Visitor, paths: list[str]) -> None:
    etree.fromstring(client.get("/search.atom?q=" + quote("Độc hại")).content)
    instance = next(p for p in paths if p.startswith("/instances/"))
    ris = client.get(f"{instance}.ris").text
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in ris.splitlines())
    assert client.get(f"{instance}.bib").text.count("\n@") == 0
    for path in paths:
        headers = client.get(f"{path}.ttl").headers
        assert "\n" not in headers["x-preflabel"]
        for link in re.split(r", (?=<)", headers["link"]):
            assert re.fullmatch(r'<[^<>"\s]+>(; \w+="[^"<>]*")+', link), link


@pytest.mark.skipif(browser_marks[1].args[0], reason="chromium-driver is missing")
@pytest.mark.browser
def test_nothing_runs_in_a_browser(port: int, tmp_path: Path, client: Visitor, paths: list[str]) -> None:  # noqa: F811
    driver = browser(port, tmp_path / "profile", language="en")
    try:
        driver.implicitly_wait(0)
        addresses = [f"{p}.html" for p in paths] + [
            "/search?q=" + quote(MARKUP[1]),
            "/sparql?query=" + quote(MARKUP[2]),
        ]
        for path in addresses:
            driver.get(SITE + path)
            with pytest.raises(NoAlertPresentException):
                _ = driver.switch_to.alert.text
            assert driver.find_elements("css selector", "main iframe, main img, main script") == []
        refused = [e for e in driver.get_log("browser") if "Content Security Policy" in e["message"]]
        assert refused == []  # there was nothing for the policy to stop
    finally:
        driver.quit()


# H27: robots


@pytest.fixture
def stranger(settings: Settings) -> Iterator[Visitor]:
    """A visitor from another machine, on a site of its own."""
    with visiting(create_app(open_hub(settings)), host="192.0.2.7") as made:
        yield made


def facets(number: int) -> str:
    languages = ("vie", "eng", "fre", "chi")
    return f"/search?q=kieu&language={languages[number % 4]}&sort=newest&from={1900 + number % 100}&x={number}"


def test_a_robot_in_the_facets_is_stopped_and_the_rest_stays_open(stranger: Visitor, find: Find) -> None:
    page = find("Truyện Kiều thơ") + ".html"
    etag = stranger.get(page).headers["etag"]
    status = 200
    asked = 0
    while status == 200:
        answer = stranger.get(facets(asked))
        status, asked = answer.status_code, asked + 1
        assert asked <= BURST * 2
    assert status == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["content-type"] == "application/problem+json"
    assert asked >= BURST * 0.8
    assert stranger.get(page).status_code == 200  # lies ready
    assert stranger.get(page, headers={"If-None-Match": etag}).status_code == 304
    assert stranger.get("/healthz").status_code == 200
    assert stranger.get("/robots.txt").status_code == 200
    data = {"Accept": "application/json"}
    assert stranger.get("/sparql", params={"query": "ASK {}"}, headers=data).status_code == 200


def test_who_says_who_it_is_gets_more(stranger: Visitor) -> None:
    told = {"User-Agent": "LibraryBot/1.0 (+https://library.example/bot)"}
    given = 0
    while given < BURST * 1.5 and stranger.get(facets(given), headers=told).status_code == 200:
        given += 1
    assert given == BURST * 1.5  # where others get BURST
    assert IDENTIFIED >= 1.5


def test_304_asks_neither_store_nor_share(stranger: Visitor, find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.web.courtesy import Courtesy
    from sparql.pool import Pool

    page = find("Truyện Kiều thơ") + ".html"
    etag = stranger.get(page).headers["etag"]

    async def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the store was asked")

    def count(*_: object) -> None:
        raise AssertionError("a page was counted")

    monkeypatch.setattr(Pool, "_ask", refuse)
    monkeypatch.setattr(Courtesy, "ask", count)
    for _ in range(50):
        assert stranger.get(page, headers={"If-None-Match": etag}).status_code == 304


def test_robots_are_told_what_is_not_for_them(client: Visitor) -> None:
    from protego import Protego

    rules = Protego.parse(client.get("/robots.txt").text)
    forbidden = ("/search?q=x", "/search?q=x&page=2", "/search.atom?q=x", "/sparql?query=x", "/libraries?near=hue")
    for path in (*forbidden, "/works/x.html?lang=en"):
        assert not rules.can_fetch(f"{BASE}{path[1:]}", "anybot"), path
    for path in ("/", "/works/x.html", "/libraries", "/sitemap.xml", "/dumps/", "/activity", "/works/x.html?page=2"):
        assert rules.can_fetch(f"{BASE}{path[1:]}", "anybot"), path
    page = html.document_fromstring(client.get("/search?q=kieu", headers=EN).text)
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex, nofollow"]
    crawlable = [a for a in page.xpath("//main//a[contains(@href, '/search')]") if "nofollow" not in a.get("rel", "")]
    assert crawlable == []
