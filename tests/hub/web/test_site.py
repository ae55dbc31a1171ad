"""Search, SPARQL, sitemaps, descriptions, errors: the site around the documents."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import rdflib
from lxml import etree, html

from hub.settings import SettingError, Settings
from hub.web import create_app
from hub.web.examples import EXAMPLES
from hub.wiring import hub as open_hub
from hub.wiring import open_settings
from tests.hub.web.visitor import BASE, Visitor, visiting

HTML = {"Accept": "text/html", "Accept-Language": "en"}
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_search_finds_without_diacritics_and_links_to_documents(client: Visitor) -> None:
    document = html.document_fromstring(client.get("/search?q=truyen+kieu", headers=HTML).text)
    (link,) = document.xpath("//ol[@class='hits']/li[1]/a/@href")
    assert client.get(link).status_code == 200
    assert "1 work found" in document.text_content()
    assert "noindex, nofollow" in document.xpath("//meta[@name='robots']/@content")


def test_search_narrows_by_facets(client: Visitor) -> None:
    def total(query: str) -> int:
        return int(client.get(f"/search?q={query}", headers={"Accept": "application/json"}).json()["totalItems"])

    assert total("kieu") == 3
    assert total("kieu&library=TVH") == 1
    assert total("kieu&language=eng&language=fre") == 2
    assert total("kieu&nonsense=1") == 3
    facets = client.get("/search?q=kieu", headers={"Accept": "application/json"}).json()["facets"]["topic"]
    assert facets
    for topic, count in facets.items():
        assert total(f"kieu&topic={quote(topic)}") == count
    assert client.get("/search?q=kieu&sort=nonsense").status_code == 400
    assert client.get("/search?q=kieu&page=0").status_code == 400


def test_the_federated_question_is_answered(client: Visitor) -> None:
    """Issue 2: which libraries hold an edition of this work, in which languages, under which call number."""
    answer = client.get(
        "/sparql", params={"query": EXAMPLES[0].query}, headers={"Accept": "application/sparql-results+json"}
    )
    rows = answer.json()["results"]["bindings"]
    found = {
        (r["language"]["value"], r["library"]["value"], r["callNumber"]["value"]) for r in rows if "callNumber" in r
    }
    assert ("tiếng Việt", "Thư viện Đại học thử nghiệm", "895.9221 NG-D") in found
    assert ("tiếng Pháp", "Thư viện tỉnh Huế <thử>", "Ph 8") in found
    assert any(language == "tiếng Anh" and number.startswith("PL4378") for language, _, number in found)


def test_the_query_page_shows_a_table_with_links(client: Visitor) -> None:
    answer = client.get("/sparql", params={"query": EXAMPLES[0].query}, headers=HTML)
    document = html.document_fromstring(answer.text)
    assert document.xpath("//textarea")[0].text.strip() == EXAMPLES[0].query.strip()
    links = document.xpath("//section[@id='result']//td/a/@href")
    assert links
    assert all(link.startswith("/works/") for link in links)
    csv = next(a for a in document.xpath("//section[@id='result']//a/@href") if "format=csv" in a)
    assert client.get(csv).headers["content-type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("ASK { ?s ?p ?o }", 200, "Yes"),
        ("CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 1", 200, "http"),
        ("SELECT ?x WHERE { <script> }", 400, "not answered"),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 403, "SERVICE"),
        ('SELECT ("<script>alert(1)</script>" AS ?x) {}', 200, "<script>alert(1)</script>"),
        ("SELECT (<javascript:alert(1)> AS ?x) {}", 200, "javascript:alert(1)"),
    ],
)
def test_the_query_page_answers_every_kind_of_query(client: Visitor, query: str, status: int, text: str) -> None:
    answer = client.get("/sparql", params={"query": query}, headers=HTML)
    assert answer.status_code == status
    document = html.document_fromstring(answer.text)
    assert text in document.text_content()
    assert document.xpath("//script/@src") == [s for s in document.xpath("//script/@src") if s.startswith("/static/")]
    assert not document.xpath("//script[not(@src)]")
    assert not document.xpath("//a[starts-with(@href, 'javascript')]")


def test_the_sitemap_reaches_every_live_document_once(client: Visitor) -> None:
    robots = client.get("/robots.txt").text
    (index,) = re.findall(r"^Sitemap: (.*)$", robots, re.MULTILINE)
    found: list[str] = []
    for location in etree.fromstring(client.get(index).content).iter(f"{MAP}loc"):
        content = client.get(location.text).content
        found += [e.text for e in etree.fromstring(gzip.decompress(content)).iter(f"{MAP}loc")]
    assert len(found) == len(set(found))
    places = {urlsplit(u).path.split("/")[1] for u in found}
    assert {"works", "instances", "items", "agents", "concepts", "hubs", "libraries", "groups"} <= places
    assert not [u for u in found if "zz" in u.rpartition("/")[2][:2]]
    for url in found:
        answer = client.get(url, headers=HTML)
        assert answer.status_code == 200, url
        canonical = html.document_fromstring(answer.text).xpath("//link[@rel='canonical']/@href")
        assert canonical == [url]


@pytest.mark.parametrize("name", ["works-~", "works-zzzzzz", "nonsense-1", "records", "works-u", "works-00000"])
def test_other_sitemaps_are_404(client: Visitor, name: str) -> None:
    assert client.get(f"/sitemaps/{name}.xml.gz").status_code == 404


def test_every_link_of_every_page_leads_somewhere(client: Visitor) -> None:
    seen: set[str] = set()
    waiting = ["/", "/libraries", "/groups", "/search?q=kieu", "/sparql", "/docs", "/admin/jobs"]
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 400:
            continue
        seen.add(path)
        answer = client.get(path, headers=HTML)
        while answer.status_code in (301, 303):
            answer = client.get(answer.headers["location"], headers=HTML)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            document = html.document_fromstring(answer.text)
            ours = [a for a in document.xpath("//a/@href") if a.startswith("/")]
            waiting += [a.partition("#")[0] for a in ours if "lang=" not in a and "format=" not in a]
    assert len(seen) > 60


def test_the_data_set_describes_itself(client: Visitor) -> None:
    void = rdflib.Namespace("http://rdfs.org/ns/void#")
    for accept, name in (("text/turtle", "turtle"), ("application/rdf+xml", "xml"), ("*/*", "turtle")):
        answer = client.get("/.well-known/void", headers={"Accept": accept})
        assert answer.status_code == 200
        graph = rdflib.Graph().parse(data=answer.text, format=name)
        assert {str(o) for o in graph.objects(predicate=void.sparqlEndpoint)} == {"http://testserver/sparql"}


@pytest.mark.parametrize("path", ["/healthz", "/metrics", "/openapi.json", "/context.jsonld", "/admin/jobs/1", "/docs"])
def test_what_the_site_says_of_itself(client: Visitor, path: str) -> None:
    assert client.get(path).status_code == 200


def test_jobs_show_their_counts(client: Visitor) -> None:
    text = " ".join(html.document_fromstring(client.get("/admin/jobs/1", headers=HTML).text).text_content().split())
    assert "read 4 = stored 4 + unchanged 0 + rejected 0" in text
    assert client.get("/admin/jobs/999").status_code == 404


def test_errors_are_problems_for_programs_and_pages_for_people(client: Visitor) -> None:
    program = client.get("/nothing", headers={"Accept": "application/json", "Accept-Language": "en"})
    assert program.headers["content-type"] == "application/problem+json"
    assert program.json() | {"detail": ""} == {
        "type": "http://testserver/docs#not-found",
        "title": "There is nothing here",
        "status": 404,
        "detail": "",
        "instance": "/nothing",
    }
    person = client.get("/nothing", headers={"Accept": "text/html", "Accept-Language": "vi"})
    assert person.status_code == 404
    assert "Không có gì ở đây" in person.text
    assert client.post("/libraries").status_code == 405


def test_a_fault_tells_a_number_and_nothing_else(client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.catalog import Catalog

    async def fail(*_: object) -> None:
        raise RuntimeError("a secret path")

    monkeypatch.setattr(Catalog, "state", fail)
    quiet = Visitor(client.app, client.portal, raising=False)
    answer = quiet.get("/works/x", headers={"Accept": "application/json"})
    quiet.close()
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert re.fullmatch(r"[0-9a-f]{8}", answer.json()["detail"])


def test_counts_that_take_too_long_are_left_out(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from sparql import QueryTimeout
    from sparql.pool import Pool

    select = Pool.select

    async def slow(pool: Pool, query: str, *rest: object, **how: object) -> object:
        if "COUNT" in query:
            raise QueryTimeout(5.0)
        return await select(pool, query, *rest, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Pool, "select", slow)
    with visiting(create_app(open_hub(settings))) as visitor:  # one that has no page ready yet
        for path in ("/", "/libraries", "/libraries/DHQG.html"):
            answer = visitor.get(path, headers=HTML)
            assert answer.status_code == 200, path
            assert "2 items" not in answer.text


def test_a_hub_without_data_is_a_site_already(tmp_path: Path) -> None:
    settings = open_settings(tmp_path / "hub", {"HUB_BASE_URI": BASE})
    with visiting(create_app(open_hub(settings))) as visitor:
        for path in (
            "/",
            "/libraries",
            "/groups",
            "/sparql",
            "/admin/jobs",
            "/sitemap.xml",
            "/.well-known/void",
            "/healthz",
        ):
            assert visitor.get(path, headers=HTML).status_code == 200, path
        assert visitor.get("/search?q=x", headers=HTML).status_code == 200
        assert visitor.get("/works/x", headers=HTML).status_code == 404


def test_sitemaps_stay_below_their_limit() -> None:
    from hub.web.sitemaps import SIZE, _beginnings

    assert _beginnings(25_000) == [""]
    assert _beginnings(25_001)[:2] == ["0", "1"]
    for total in (30_000, 1_000_000, 56_000_000):
        names = _beginnings(total)
        assert total / len(names) <= SIZE / 2
        assert len(names) < 50_000
        assert len(set(names)) == len(names)


def test_the_index_tells_when_each_sitemap_last_changed(client: Visitor) -> None:
    index = etree.fromstring(client.get("/sitemap.xml").content)
    told = {e.findtext(f"{MAP}loc"): e.findtext(f"{MAP}lastmod") for e in index}
    for location, last in told.items():
        assert location is not None
        dates = etree.fromstring(gzip.decompress(client.get(location).content)).iter(f"{MAP}lastmod")
        assert last == max((d.text for d in dates), default=None), location
    assert len([last for last in told.values() if last]) >= 5


def test_sitemaps_of_one_beginning_part_the_ids(client: Visitor) -> None:
    whole = gzip.decompress(client.get("/sitemaps/items.xml.gz").content)
    expected = {e.text for e in etree.fromstring(whole).iter(f"{MAP}loc")}
    found: list[str] = []
    for letter in "0123456789abcdefghjkmnpqrstvwxyz":
        answer = client.get(f"/sitemaps/items-{letter}.xml.gz")
        if answer.status_code == 200:
            found += [e.text for e in etree.fromstring(gzip.decompress(answer.content)).iter(f"{MAP}loc")]
    assert sorted(found) == sorted(expected)


def test_who_runs_the_hub_is_told_where_it_is_set(tmp_path: Path) -> None:
    settings = open_settings(tmp_path / "hub", {"HUB_BASE_URI": BASE, "HUB_CONTACT": "catalogue@library.example"})
    with visiting(create_app(open_hub(settings))) as visitor:
        assert "# Questions: catalogue@library.example" in visitor.get("/robots.txt").text
        assert 'href="mailto:catalogue@library.example"' in visitor.get("/", headers=HTML).text
        identify = visitor.get("/oai?verb=Identify").text
        assert "<adminEmail>catalogue@library.example</adminEmail>" in identify
    for wrong in ("nobody", "a@b\nAllow: /", "<x@y>", "a b@c.d"):
        with pytest.raises(SettingError, match="HUB_CONTACT"):
            open_settings(tmp_path / "hub", {"HUB_CONTACT": wrong})


def test_without_a_contact_nothing_is_made_up(client: Visitor) -> None:
    assert "mailto:" not in client.get("/", headers=HTML).text
    assert "Questions" not in client.get("/robots.txt").text


def test_the_list_of_dumps_is_a_page_of_the_site(client: Visitor) -> None:
    page = html.document_fromstring(client.get("/dumps/", headers=HTML).text)
    assert page.xpath("string(//h1)") == "Everything at once"
    assert client.get("/dumps/", headers={"Accept": "application/json"}).json() == {"dumps": []}
