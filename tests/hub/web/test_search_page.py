"""Search: facets, years and groups, feeds for other programs, and addresses that cannot be meant."""

from __future__ import annotations

import re
from urllib.parse import quote

import feedparser
import pytest
from lxml import etree, html

from hub.search.search import MOST_RESULTS
from hub.settings import Settings
from hub.web.i18n import tongue
from hub.web.search_feed import atom
from hub.web.search_request import LAST, SIZE, Asked
from tests.hub.web.visitor import BASE, Visitor

EN = {"Accept": "text/html", "Accept-Language": "en"}
ATOM = "{http://www.w3.org/2005/Atom}"
OPEN_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def total(client: Visitor, query: str) -> int:
    answer = client.get(f"/search?{query}", headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["totalItems"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=kieu", 3),
        ("q=kieu&availability=onLoan", 1),
        ("q=kieu&availability=onLoan&availability=referenceOnly", 1),
        ("q=kieu&availability=available", 0),
        ("q=kieu&group=trung", 1),
        ("q=kieu&group=bac", 2),
        ("q=kieu&group=bac&group=trung", 3),
        ("q=kieu&group=trung&library=TVQG", 0),
        ("q=kieu&group=nowhere", 0),
        ("q=kieu&from=1926&to=1926", 1),
        ("q=kieu&to=1990", 2),
        ("q=kieu&from=2000", 1),
        ("group=trung", 3),
        ("from=1&to=9999&sort=title", 7),
    ],
)
def test_a_search_is_narrowed(client: Visitor, query: str, expected: int) -> None:
    assert total(client, query) == expected


def test_the_form_keeps_what_was_chosen(client: Visitor) -> None:
    page = html.document_fromstring(
        client.get("/search?q=kieu&availability=onLoan&group=bac&from=1900&to=2020&sort=newest", headers=EN).text
    )
    checked = {(i.get("name"), i.get("value")) for i in page.xpath("//input[@checked]")}
    assert checked == {("availability", "onLoan"), ("group", "bac")}
    assert page.xpath("//input[@name='from']/@value") == ["1900"]
    assert page.xpath("//option[@selected]/@value") == ["newest"]
    assert "on loan" in page.xpath("//form[@class='facets']")[0].text_content()


# Feeds


def test_an_atom_feed_is_read_by_a_feed_reader(client: Visitor) -> None:
    answer = client.get("/search.atom?q=kieu", headers={"Accept-Language": "en"})
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = feedparser.parse(answer.content, response_headers={"content-type": "application/atom+xml"})
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.title == "BibHub union catalogue: kieu"
    assert len(feed.entries) == 3
    for entry in feed.entries:
        assert entry.id.startswith(f"{BASE}works/")
        assert entry.updated_parsed.tm_year >= 2026
        (page, data) = entry.links
        assert client.get(page.href).status_code == client.get(data.href).status_code == 200
    assert feed.entries[0].author.startswith("Nguyễn, Du")


def test_an_atom_feed_has_what_rfc_4287_asks_for(client: Visitor) -> None:
    root = etree.fromstring(client.get(f"/search.atom?q={quote('Quậy <&>')}").content)
    for parent in [root, *root.iter(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            (one,) = parent.findall(f"{ATOM}{name}")
            assert one.text
            assert name != "updated" or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one.text)
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    links = [(link.get("rel"), link.get("type")) for link in root.findall(f"{ATOM}link")]
    assert len(links) == len(set(links))
    (own,) = root.xpath("a:link[@rel='self']/@href", namespaces={"a": ATOM[1:-1]})
    assert own == root.findtext(f"{ATOM}id")
    assert client.get(own).status_code == 200


def test_the_pages_of_a_feed_lead_to_each_other() -> None:
    class Results:
        total = 45
        hits = ()

    def made(page: int) -> etree._Element:
        asked = Asked("x", page=page)
        return etree.fromstring(
            atom(BASE, "Hub", asked, Results, {}, lambda path, n: f"{BASE}{path}?page={n}", tongue("en"))
        )

    def rels(page: int) -> dict[str, str]:
        return {link.get("rel", ""): link.get("href", "")[-1] for link in made(page).findall(f"{ATOM}link")}

    assert rels(1) | {"search": ""} == {
        "self": "1", "first": "1", "last": "3", "next": "2", "alternate": "1", "search": "",
    }  # fmt: skip
    assert rels(3)["previous"] == "2"
    assert "next" not in rels(3)
    assert [made(2).findtext(f"{OPEN_SEARCH}{n}") for n in ("totalResults", "startIndex", "itemsPerPage")] == [
        "45", "21", "20",
    ]  # fmt: skip


def test_the_accept_header_chooses_too(client: Visitor) -> None:
    for accept, kind in (
        ("application/atom+xml", "application/atom+xml"),
        ("application/ld+json", "application/ld+json"),
        ("text/html, application/json;q=0.9", "text/html"),
        ("*/*", "text/html"),
    ):
        answer = client.get("/search?q=kieu", headers={"Accept": accept})
        assert answer.headers["content-type"].split(";")[0] == kind


def test_a_browser_finds_the_search(client: Visitor) -> None:
    page = html.document_fromstring(client.get("/", headers=EN).text)
    (found,) = page.xpath("//link[@rel='search'][@type='application/opensearchdescription+xml']/@href")
    root = etree.fromstring(client.get(found, headers=EN).content)
    assert root.tag == f"{OPEN_SEARCH}OpenSearchDescription"
    assert 0 < len(root.findtext(f"{OPEN_SEARCH}ShortName") or "") <= 16
    templates = {
        u.get("type"): u.get("template", "") for u in root.iter(f"{OPEN_SEARCH}Url") if u.get("rel") == "results"
    }
    assert set(templates) == {"text/html", "application/atom+xml"}
    for kind, template in templates.items():
        url = template.replace("{searchTerms}", quote("kiều")).replace("{startPage?}", "1")
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
    results = html.document_fromstring(client.get("/search?q=kieu", headers=EN).text)
    (feed,) = results.xpath("//link[@rel='alternate'][@type='application/atom+xml']/@href")
    assert client.get(feed).status_code == 200


# Addresses that cannot be meant

BAD = {
    "bad-search": ["q=a%00b", "q=%1b[31mred", "q=%ff%fe", "q=" + "x" * 501, "q=%c2%85%c2%80", "q=%ef%bf%bf"],
    "bad-page": [
        "q=x&page=0", "q=x&page=-1", "q=x&page=1e3", "q=x&page=%D9%A1", "q=x&page=99999999999999999999", "q=x&page=",
        f"q=x&page={LAST + 1}", "q=x&page=1.5", "q=x&page=%00",
    ],
    "bad-sort": ["q=x&sort=nonsense", "q=x&sort=", "q=x&sort=%00"],
    "bad-year": ["q=x&from=abc", "q=x&to=12345", "q=x&from=-5", "q=x&to=0", "q=x&from=%D9%A1%D9%A9%D9%A0%D9%A0"],
    "bad-filter": ["q=x&library=%00", "q=x&language=" + "v" * 201, "&".join(f"library=L{n}" for n in range(25))],
}  # fmt: skip
TITLES = {
    "bad-search": ("The search cannot be read", "Không đọc được nội dung tìm"),
    "bad-page": ("There is no such page", "Không có trang này"),
    "bad-sort": ("There is no such order", "Không có cách sắp xếp này"),
    "bad-year": ("This is no year", "Đây không phải là năm"),
    "bad-filter": ("The search cannot be narrowed by this", "Không thể lọc kết quả theo điều kiện này"),
}


@pytest.mark.parametrize(("code", "query"), [(code, query) for code, queries in BAD.items() for query in queries])
@pytest.mark.parametrize("path", ["/search", "/search.atom"])
def test_what_cannot_be_meant_is_400_with_a_reason(client: Visitor, path: str, code: str, query: str) -> None:
    data = client.get(f"{path}?{query}", headers={"Accept": "application/json"})
    assert (data.status_code, data.json()["type"]) == (400, f"{BASE}docs#{code}")
    for language, title in zip(("en", "vi"), TITLES[code], strict=True):
        page = client.get(f"{path}?{query}", headers={"Accept": "text/html", "Accept-Language": language})
        assert page.status_code == 400
        document = html.document_fromstring(page.text)
        assert document.xpath("string(//h1)") == title
        assert document.get("lang") == language


def test_a_page_after_the_last_is_404(client: Visitor) -> None:
    assert LAST * SIZE == MOST_RESULTS
    for path in ("/search?q=kieu&page=2", f"/search?q=kieu&page={LAST}", "/search.atom?q=kieu&page=2"):
        assert client.get(path, headers=EN).status_code == 404, path


@pytest.mark.parametrize(
    "query", ["q=%09a%0Ab", "q=%E2%80%8Fx", "q=%22&q=%27", "q=((((", "q=a:b%20AND%20*", "q=%F0%9F%93%96", "lang=xx&q=x"]
)
def test_odd_text_is_searched_for(client: Visitor, query: str) -> None:
    assert client.get(f"/search?{query}", headers=EN).status_code == 200


def test_pages_of_lists_are_numbers_that_exist(client: Visitor) -> None:
    agent = re.search(r'"(/agents/\w+\.html)"', client.get("/search?q=kieu", headers=EN).text)
    work = re.search(r'"(/works/\w+\.html)"', client.get("/search?q=kieu", headers=EN).text)
    assert work
    for path in [work.group(1), *([agent.group(1)] if agent else [])]:
        assert client.get(f"{path}?page=1", headers=EN).status_code == 200
        assert client.get(f"{path}?page=2", headers=EN).status_code == 404
        for number in ("0", "x", "-1", "9999999", "%00"):
            assert client.get(f"{path}?page={number}", headers=EN).status_code == 400, number


def test_head_of_a_dump_reads_no_file(client: Visitor, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import hashlib
    import json

    from starlette import responses

    folder = settings.data / "dumps" / "20260101T000000Z-1"
    folder.mkdir(parents=True)
    (folder / "graph.nq.gz").write_bytes(b"x" * 100_000)
    listed = {
        "name": "graph.nq.gz", "bytes": 100_000, "sha256": hashlib.sha256(b"x").hexdigest(), "about": "all",
        "compression": "application/gzip", "counts": {},
    }  # fmt: skip
    manifest = {"name": folder.name, "made": "1", "published": "2026-01-01T00:00:00Z", "change": 1, "files": [listed]}
    (folder / "manifest.json").write_text(json.dumps(manifest | {"licence": "http://x"}))
    url = f"/dumps/{folder.name}/graph.nq.gz"
    try:
        assert len(client.get(url).content) == 100_000

        def refuse(*_: object, **__: object) -> None:
            raise AssertionError("the file was read")

        monkeypatch.setattr(responses.anyio, "open_file", refuse)
        head = client.head(url)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == "100000"
    finally:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def test_a_page_made_for_each_who_asks_is_not_sent_twice(client: Visitor) -> None:
    first = client.get("/search?q=kieu", headers=EN)
    tag = first.headers["etag"]
    again = client.get("/search?q=kieu", headers={**EN, "If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "vary" in again.headers
    assert client.get("/search?q=huong", headers={**EN, "If-None-Match": tag}).status_code == 200
    assert client.head("/search?q=kieu", headers=EN).headers["etag"] == tag
    assert "etag" not in client.get("/search?q=x&page=0", headers=EN).headers
    assert "etag" not in client.get("/libraries?near=hue", headers=EN).headers  # no-store
