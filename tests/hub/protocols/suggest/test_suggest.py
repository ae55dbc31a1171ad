"""suggest2 and known label as their clients use them (Marva, BIBFRAME editors, scripts for id.loc.gov)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, unquote

import pytest
from fastapi import FastAPI

from hub.projection.headings_index import HeadingsView
from hub.projection.view import Applied, Shelf
from hub.protocols import suggest
from hub.search import Headings
from hub.web.security import Guarded
from tests.hub.web.visitor import BASE, Visitor, visiting


def heading(identity: str, label: str, *forms: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "place": "agents", "id": identity, "scheme": "names", "kind": "PersonalName", "source": "", "established": True,
        "label": label, "forms": list(forms), "marc_keys": ["1001 $aNguyễn, Du,$d1765-1820"],
    }  # fmt: skip
    return made | more


TOPIC = {"place": "concepts", "scheme": "subjects", "kind": "Topic", "source": "lcsh", "established": False}
HEADINGS = [
    heading("du", "Nguyễn, Du, 1765-1820", "Tố Như", "Nguyễn Tố Như", "a/b?c%d"),
    heading("dai", "Đại học Huế", kind="CorporateName", established=False),
    heading("tho", "Thơ", marc_keys=["150  $aThơ"], **TOPIC),
    heading("kieu", "Nguyễn, Du. Truyện Kiều", place="hubs", scheme="hubs", kind="Hub", established=False),
    heading("x1", "Một", "Chung"),
    heading("x2", "Hai", "Chung"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder: Path = tmp_path_factory.mktemp("suggest")
    view = HeadingsView(Shelf(folder, "headings").open())
    view.apply(Applied(headings=HEADINGS, uses={"du": 50, "tho": 7}))
    view.close()
    app = FastAPI()
    settings = SimpleNamespace(base_uri=BASE, data=folder, title_en="", contact="")
    app.include_router(suggest.routes(SimpleNamespace(settings=settings, headings=Headings(folder))))
    app.add_middleware(Guarded)
    with visiting(app) as made:
        yield made


def test_an_answer_has_all_that_clients_read(client: Visitor) -> None:
    answer = client.get("/authorities/names/suggest2/?q=nguyen+to&count=50")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == {
        "q": "nguyen to",
        "count": 1,
        "pagesize": 50,
        "start": 1,
        "sortmethod": "alpha",
        "searchtype": "leftanchored",
        "directory": "/authorities/names/",
        "hits": [
            {
                "suggestLabel": "Nguyễn Tố Như (USE Nguyễn, Du, 1765-1820)",
                "uri": f"{BASE}agents/du",
                "aLabel": "Nguyễn, Du, 1765-1820",
                "vLabel": "Nguyễn Tố Như",
                "sLabel": "Nguyễn Tố Như",
                "code": "",
                "token": "du",
                "rank": "50",
                "contributions": 50,
                "more": {
                    "rdftypes": ["PersonalName", "Authority"],
                    "collections": [
                        f"{BASE}authorities/names",
                        f"{BASE}authorities/names/collection_AuthorizedHeadings",
                    ],
                    "variantLabels": ["Tố Như", "Nguyễn Tố Như", "a/b?c%d"],
                    "marcKeys": ["1001 $aNguyễn, Du,$d1765-1820"],
                    "sources": [],
                    "established": True,
                    "uses": 50,
                },
            }
        ],
    }
    subject = client.get("/suggest2?q=tho&searchtype=keyword").json()
    assert (subject["sortmethod"], subject["directory"]) == ("rank", "/")
    assert (subject["hits"][0]["subject-of"], subject["hits"][0]["vLabel"]) == (7, "")


def uris(client: Visitor, query: str, path: str = "/suggest2") -> list[str]:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200
    return [hit["uri"].removeprefix(BASE) for hit in answer.json()["hits"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=Nguyen", ["agents/du", "hubs/kieu"]),
        ("q=du+nguyen", []),
        ("q=du+nguyen&searchtype=keyword", ["agents/du", "hubs/kieu"]),
        ("q=nguyen&searchtype=left&rdftype=PersonalName", ["agents/du"]),
        ("q=nguyen&rdftype=http://www.loc.gov/mads/rdf/v1%23PersonalName", ["agents/du"]),
        ("q=nguyen&rdftype=madsrdf:NameTitle", ["hubs/kieu"]),
        ("q=nguyen&rdftype=Spaceship", []),
        ("q=nguyen&rdftype=Name", ["agents/du"]),
        (f"q=dai&memberOf={BASE}authorities/names", ["agents/dai"]),
        (f"q=dai&memberOf={BASE}authorities/names/collection_AuthorizedHeadings", []),
        ("q=dai&memberOf=http://id.loc.gov/authorities/names/collection_NamesAuthorizedHeadings", []),
        ("q=tho&memberOf=http://id.loc.gov/authorities/subjects", ["concepts/tho"]),
        ("q=tho&memberOf=http://id.loc.gov/authorities/names", []),
        ("q=", []),
    ],
)
def test_parameters(client: Visitor, query: str, found: list[str]) -> None:
    assert uris(client, query) == found
    assert uris(client, query, "/suggest2/") == found


def test_lists_and_pages(client: Visitor) -> None:
    assert uris(client, "q=nguyen", "/authorities/hubs/suggest2") == ["hubs/kieu"]
    assert uris(client, "q=nguyen&searchtype=keyword&count=1&offset=1") == ["hubs/kieu"]
    assert client.get("/authorities/spaceships/suggest2?q=a").status_code == 404
    for bad in ("count=0", "count=251", "count=x", "offset=99999", "searchtype=fuzzy", "count=-1"):
        assert client.get(f"/suggest2?q=a&{bad}").status_code == 400, bad


def test_the_older_form(client: Visitor) -> None:
    assert client.get("/authorities/names/suggest/?q=nguyen").json() == [
        "nguyen",
        ["Nguyễn, Du, 1765-1820"],
        ["50 records"],
        [f"{BASE}agents/du"],
    ]


def test_the_same_answer_is_not_sent_twice(client: Visitor) -> None:
    tag = client.get("/suggest2?q=tho").headers["etag"]
    assert client.get("/suggest2?q=tho", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "label", ["Nguyễn, Du, 1765-1820", "nguyễn du 1765-1820.", "TỐ NHƯ", "a/b?c%d", "Nguyễn Tố Như"]
)
def test_a_known_label_leads_to_its_heading(client: Visitor, label: str) -> None:
    for method in ("GET", "HEAD"):
        answer = client.ask(method, f"/authorities/names/label/{quote(label, safe='')}")
        assert answer.status_code == 302
        assert answer.headers["location"] == answer.headers["x-uri"] == f"{BASE}agents/du"
        assert unquote(answer.headers["x-preflabel-encoded"]) == "Nguyễn, Du, 1765-1820"
        assert answer.headers["x-preflabel"] == "Nguyen, Du, 1765-1820"
        assert "X-PrefLabel-Encoded" in answer.headers["access-control-expose-headers"]
    assert client.get(f"/authorities/label/{quote(label, safe='')}").status_code == 302


def test_other_labels_are_404_and_shared_ones_300(client: Visitor) -> None:
    for label in ("Nguyen Du 1765-1820", "nothing", "", "%0d%0aX-Evil:1", "%ff%fe", "x" * 5000):
        answer = client.get(f"/authorities/names/label/{label}")
        assert answer.status_code == 404, label
        assert "x-evil" not in answer.headers
    assert client.get("/authorities/subjects/label/T%E1%BB%91%20Nh%C6%B0").status_code == 404, "of another list"
    several = client.get("/authorities/names/label/chung")
    assert several.status_code == 300
    assert {h["uri"] for h in several.json()["headings"]} == {f"{BASE}agents/x1", f"{BASE}agents/x2"}


def test_a_hub_without_index_finds_nothing(tmp_path: Path) -> None:
    app = FastAPI()
    settings = SimpleNamespace(base_uri=BASE, data=tmp_path, title_en="", contact="")
    app.include_router(suggest.routes(SimpleNamespace(settings=settings, headings=Headings(tmp_path))))
    with visiting(app) as client:
        assert client.get("/suggest2?q=a").json()["hits"] == []
        assert client.get("/authorities/names/label/a").status_code == 404
