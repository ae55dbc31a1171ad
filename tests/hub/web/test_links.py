"""Negotiation by profile (W3C draft), Signposting links and link sets (RFC 9264)."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from hub.web.links import WebLink, link_header, linkset_json
from hub.web.representations import PROFILES, chosen_form, forms
from tests.hub.web.visitor import BASE, Visitor

Find = Callable[..., str]
BIBFRAME, SCHEMA, MARC, MADS = (PROFILES[name] for name in ("bibframe", "schema", "marc", "mads"))
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "wanted", "extension"),
    [
        (None, None, "html"),
        ("text/turtle", f"<{BIBFRAME}>", "ttl"),
        (BROWSER, f"<{BIBFRAME}>", "rdf"),
        ("*/*", f"<{SCHEMA}>", "schema.jsonld"),
        ("application/ld+json", None, "jsonld"),
        ("application/ld+json", f"<{SCHEMA}>", "schema.jsonld"),
        ("application/ld+json", f"<{SCHEMA}>;q=0.2, <{BIBFRAME}>;q=0.9", "jsonld"),
        ("application/ld+json", f"<{SCHEMA}>;q=0", "jsonld"),
        ("*/*", f"<{MARC}>", "mrc"),
        ("application/marcxml+xml", None, "xml"),
        ("application/marcxml+xml, */*;q=0.1", f"<{MARC}>, <{SCHEMA}>;q=0.5", "xml"),
        ("text/turtle", f"<{SCHEMA}>", "ttl"),  # no such form: the default profile
        ("text/html", f"<{MARC}>", "html"),
        ("*/*", "<urn:example:unknown>", "html"),
        ("*/*", "not a profile, <>, <a b>;q=1, <http://x>;q=x", "html"),
        ("*/*", "," * 100_000 + f"<{SCHEMA}>", "html"),
        ("image/png", f"<{SCHEMA}>", None),
    ],
)
def test_the_form_that_is_wanted_most(accept: str | None, wanted: str | None, extension: str | None) -> None:
    found = chosen_form("instances", accept, wanted)
    assert (found.extension if found else None) == extension


def test_a_thing_is_negotiated_by_profile(client: Visitor, find: Find) -> None:
    instance = find("Truyện Kiều thơ", "instances")
    for wanted, extension in ((SCHEMA, "schema.jsonld"), (BIBFRAME, "ttl"), (MARC, "mrc")):
        answer = client.get(instance, headers={"Accept": "*/*", "Accept-Profile": f"<{wanted}>"})
        assert answer.status_code == 303
        assert answer.headers["location"] == f"{BASE}{instance[1:]}.{extension}"
        assert "Accept-Profile" in answer.headers["vary"]
        document = client.get(answer.headers["location"])
        while document.status_code == 303:
            document = client.get(document.headers["location"])
        assert document.status_code == 200
        assert f"<{wanted}>" in document.headers["content-profile"]


def test_a_profile_may_be_asked_for_in_the_address(client: Visitor, find: Find) -> None:
    instance = find("Truyện Kiều thơ", "instances")
    for query, extension in (
        ("_profile=schema", "schema.jsonld"),
        (f"_profile={BIBFRAME}&_mediatype=application/rdf%2Bxml", "rdf"),
        ("_mediatype=text/turtle", "ttl"),
    ):
        answer = client.get(f"{instance}?{query}", headers={"Accept": BROWSER})
        assert answer.headers["location"] == f"{BASE}{instance[1:]}.{extension}"
    answer = client.get(f"{instance}?_profile=all")
    assert answer.headers["location"] == f"{BASE}linkset{instance}"


@pytest.mark.parametrize("place", ["works", "instances", "items", "agents", "concepts", "hubs"])
def test_every_form_that_is_offered_is_there(client: Visitor, find: Find, place: str) -> None:
    path = _one(client, find, place)
    links = _links(client.get(f"{path}.html"))
    offered = {link["href"]: link for link in links if "alternate" in link["rel"]}
    assert len(offered) == len(forms(place))
    for href, link in offered.items():
        answer = client.get(href)
        if answer.status_code == 404:
            assert href.endswith("schema.jsonld")
            continue
        while answer.status_code == 303:
            answer = client.get(answer.headers["location"])
        assert answer.status_code == 200, href
        assert answer.headers["content-type"].split(";")[0] == link["type"]
        told = answer.headers.get("content-profile", "")
        assert [f"<{p}>" for p in link.get("profile", "").split()] == ([t for t in told.split(", ") if t])


def _one(client: Visitor, find: Find, place: str) -> str:
    if place in ("works", "instances"):
        return find("Truyện Kiều thơ", place)
    work = client.get(find("Truyện Kiều thơ") + ".html").text
    page = work if place != "items" else client.get(find("Truyện Kiều thơ", "instances") + ".html").text
    found = re.search(rf'href="(/{place}/\w+)\.html"', page)
    assert found
    return found.group(1)


def _links(answer: httpx.Response) -> list[dict[str, str]]:
    found = []
    for part in re.split(r", (?=<)", answer.headers["link"]):
        href, _, rest = part[1:].partition(">")
        found.append({"href": href, **dict(re.findall(r'(\w+)="([^"]*)"', rest))})
    return found


def test_signposting(client: Visitor, find: Find) -> None:
    instance = find("Truyện Kiều thơ", "instances")
    for extension in ("html", "ttl"):
        links = _links(client.get(f"{instance}.{extension}"))
        by_rel: dict[str, list[str]] = {}
        for link in links:
            for rel in link["rel"].split():
                by_rel.setdefault(rel, []).append(link["href"])
        assert by_rel["cite-as"] == [f"{BASE}{instance[1:]}"]
        assert "https://schema.org/AboutPage" in by_rel["type"]
        assert by_rel["license"] == ["https://creativecommons.org/publicdomain/zero/1.0/"]
        assert len(by_rel["item"]) == 3
        assert all(i.startswith(f"{BASE}items/") for i in by_rel["item"])
        assert by_rel["canonical"] == [f"{BASE}{instance[1:]}.html"]
        assert by_rel["linkset"] == [f"{BASE}linkset{instance}"]


def test_a_link_set_has_every_link_with_its_anchor(client: Visitor, find: Find) -> None:
    instance = find("Truyện Kiều thơ", "instances")
    answer = client.get(f"/linkset{instance}")
    assert answer.headers["content-type"] == "application/linkset+json"
    (page, *documents) = answer.json()["linkset"]
    own = f"{BASE}{instance[1:]}"
    assert page["anchor"] == f"{own}.html"
    assert page["cite-as"] == [{"href": own}]
    assert len(page["item"]) == 3
    assert [c["href"].split("/")[-2] for c in page["collection"]] == ["works"]
    turtle = next(d for d in page["describedby"] if d["href"].endswith(".ttl"))
    assert turtle["type"] == "text/turtle"
    assert BIBFRAME in turtle["profile"]
    assert {d["describes"][0]["href"] for d in documents} == {page["anchor"]}
    assert {d["anchor"] for d in documents} == {a["href"] for a in page["alternate"]} - {page["anchor"]}
    work = client.get(f"/linkset{find('Truyện Kiều thơ')}").json()["linkset"][0]
    assert [a["href"].split("/")[-2] for a in work["author"]] == ["agents"]


def test_a_link_set_as_text_says_the_same(client: Visitor, find: Find) -> None:
    path = f"/linkset{find('Truyện Kiều thơ', 'instances')}"
    text = client.get(path, headers={"Accept": "application/linkset"})
    assert text.headers["content-type"] == "application/linkset"
    in_text = {
        (anchor, rel, href)
        for href, rels, anchor in re.findall(r'<([^>]*)>; rel="([^"]*)"[^<]*?anchor="([^"]*)"', text.text)
        for rel in rels.split()
    }
    in_json = {
        (context["anchor"], rel, target["href"])
        for context in client.get(path).json()["linkset"]
        for rel, targets in context.items()
        if rel != "anchor"
        for target in targets
    }
    assert in_text == in_json


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/linkset/works/none", 404), ("/linkset/works/zzgone", 410), ("/linkset/works/zzmerged", 301),
        ("/linkset/nothing/x", 404), ("/linkset/records/TVQG/kieu-2015", 200), ("/linkset/libraries/TVQG", 200),
        ("/linkset/", 404),
    ],
)  # fmt: skip
def test_link_sets_of_all_states(client: Visitor, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    if status == 301:
        assert client.get(answer.headers["location"]).status_code == 200


def test_links_are_written_as_rfc_8288_has_them() -> None:
    links = [
        WebLink("item", "http://x/1"),
        WebLink("a b", "http://x/2", "text/plain", ("urn:p", "urn:q"), "http://x/0"),
    ]
    expected = '<http://x/1>; rel="item", <http://x/2>; rel="a b"; type="text/plain"; profile="urn:p urn:q"; anchor="http://x/0"'
    assert link_header(links) == expected
    made = linkset_json(links[1:])["linkset"]
    target = {"href": "http://x/2", "type": "text/plain", "profile": ["urn:p", "urn:q"]}
    assert made == [{"anchor": "http://x/0", "a": [target], "b": [target]}]
