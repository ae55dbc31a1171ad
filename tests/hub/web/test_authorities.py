"""The authority file's pages, refreshing of links, and proposals by page and by program: who may, what comes of it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from hub.members.tokens import add_token
from hub.registry import Registry
from hub.search import Headings
from hub.settings import Settings
from hub.web import create_app
from hub.wiring import hub as open_app
from tests.hub.authorities.catalogue import ids, open_hub, project
from tests.hub.web.visitor import BASE, Visitor, visiting

HTML = {"Accept": "text/html", "Accept-Language": "en"}


class House:
    """A served hub with an authority file, and tokens by role."""

    def __init__(self, settings: Settings, registry: Registry, visitor: Visitor, secrets: dict[str, str]) -> None:
        self.settings, self.registry, self.visitor, self.secrets = settings, registry, visitor, secrets
        labels = {
            "du": "Nguyễn, Du, 1765-1820",
            "mai": "Đặng Thai Mai",
            "mái": "Đặng Thái Mai",
            "ho": "Hồ Chí Minh, 1890-1969",
        }
        self.ids = ids(Headings(settings.data), labels)

    def uri(self, name: str) -> str:
        return f"{BASE}agents/{self.ids[name]}"

    def api(self, role: str, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.secrets[role]}"} if role else {}
        if body is not None:
            return self.visitor.ask(
                method, path, headers={**headers, "Content-Type": "application/json"}, content=json.dumps(body)
            )
        return self.visitor.ask(method, path, headers=headers)

    def sign_in(self, role: str) -> None:
        self.visitor._client.cookies.clear()
        page = self.visitor.get("/door/sign-in", headers=HTML).text
        fields = {"form": _mark(page), "token": self.secrets[role]}
        assert self.visitor.post("/door/sign-in", data=fields).status_code == 303


def _mark(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found.group(1)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings, registry = open_hub(tmp_path_factory.mktemp("authorities") / "hub", BASE)
    project(settings, registry)
    with registry.write() as connection:
        secrets = {
            "A": add_token(connection, "A", ("records",), "biên mục")[1],
            "B": add_token(connection, "B", ("records",), "biên mục")[1],
            "review of A": add_token(connection, "A", ("load", "review"), "khác")[1],
            "office": add_token(connection, None, ("office",), "văn phòng")[1],
        }
    with visiting(create_app(open_app(settings))) as visitor:
        yield House(settings, registry, visitor, secrets)
    registry.close()


def test_lists_show_counts_references_and_the_way_on(house: House) -> None:
    page = house.visitor.get("/authorities", headers=HTML)
    assert page.status_code == 200
    assert 'href="/authorities/names.skos.nt"' in page.text
    shown = house.visitor.get("/authorities/names?from=to", headers=HTML).text
    assert re.search(r"Tố Như</bdi> — see </span><a href=\"/agents/\w+\.html\"><bdi>Nguyễn, Du, 1765-1820", shown)
    listed = house.visitor.get("/authorities/names", headers=HTML).text
    assert re.search(
        r"Nguyễn, Du, 1765-1820</bdi></a>\s*<span class=\"about\"><span>Person</span><span>3 records", listed
    )
    found = house.visitor.get("/authorities/names?q=thai+mai", headers=HTML).text
    assert "2 headings found" in found
    assert house.visitor.get("/authorities/nothing", headers=HTML).status_code == 404
    assert house.visitor.get("/authorities/names?from=x&at=zz&page=-1&back=1", headers=HTML).status_code == 200
    heading = house.visitor.get(f"/agents/{house.ids['du']}.html", headers=HTML).text
    assert "Propose another form" in heading


def test_headings_without_authority_are_a_page_and_a_table(house: House) -> None:
    page = house.visitor.get("/authorities/subjects/unestablished", headers=HTML)
    assert page.status_code == 200
    assert page.text.index("Cách mạng") < page.text.index("Thơ chữ Hán"), "the most used first"
    answer = house.visitor.get("/authorities/subjects/unestablished.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert (rows[0]["heading"], rows[0]["records"], rows[0]["marc"]) == ("Cách mạng", "3", "150  $aCách mạng")
    assert rows[0]["uri"].startswith(f"{BASE}concepts/")


@pytest.mark.parametrize("form", ["mrc", "xml", "mads.nt", "skos.nt"])
def test_the_file_is_sent(house: House, form: str) -> None:
    answer = house.visitor.get(f"/authorities/names.{form}")
    assert answer.status_code == 200
    assert "Nguyễn, Du" in answer.text
    assert house.visitor.get(f"/authorities/all.{form}").status_code == 200
    assert house.visitor.get("/authorities/names.exe").status_code == 404
    assert house.visitor.get("/authorities/other.mrc").status_code == 404


def test_addresses_are_refreshed_as_json_csv_and_page(house: House) -> None:
    given = [
        house.uri("du"),
        f"{house.uri('du')}.html",
        house.uri("du").replace("http:", "https:"),
        f"{BASE}agents/zz",
        "x",
    ]
    answer = house.visitor.post(
        "/authorities/refresh", content=json.dumps(given), headers={"Content-Type": "application/json"}
    )
    assert [(r["status"], r["label"]) for r in answer.json()] == [
        *[("current", "Nguyễn, Du, 1765-1820")] * 3, ("unknown", ""), ("unknown", ""),
    ]  # fmt: skip
    plain = {"Content-Type": "text/plain", "Accept": "text/csv"}
    table = house.visitor.post("/authorities/refresh", content="\n".join(["uri", *given, "=1+1"]), headers=plain)
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [r["status"] for r in rows] == ["current"] * 3 + ["unknown"] * 3
    assert rows[-1]["uri"] == "'=1+1", "no formula for a spreadsheet"
    page = house.visitor.post("/authorities/refresh", data={"uris": given[0], "format": "html"}, headers=HTML)
    assert "Nguyễn, Du, 1765-1820" in page.text
    for bad in ('{"uris": 1}', "[1]", "\n".join(["http://x/"] * 5001)):
        answer = house.visitor.post("/authorities/refresh", content=bad, headers={"Content-Type": "text/plain"})
        assert answer.status_code == 400
    assert house.visitor.get("/authorities/refresh", headers=HTML).status_code == 200


MERGE = {"kind": "merge", "reason": "một người"}


@pytest.mark.parametrize(("role", "status"), [("", 401), ("B", 403), ("review of A", 403), ("A", 422), ("office", 422)])
def test_who_may_propose(house: House, role: str, status: int) -> None:
    assert house.api(role, "POST", "/api/members/A/proposals", {"kind": "none"}).status_code == status


def test_a_proposal_by_program_from_end_to_end(house: House) -> None:
    body = {**MERGE, "entity": house.uri("mái"), "other": house.uri("mai")}
    made = house.api("A", "POST", "/api/members/A/proposals", body)
    assert made.status_code == 201
    number = made.json()["id"]
    assert made.headers["location"] == f"/api/proposals/{number}"
    assert (made.json()["state"], made.json()["entity"]) == ("open", house.uri("mái"))
    assert house.api("A", "POST", "/api/members/A/proposals", body).json()["type"].endswith("#proposed-already")
    path = f"/api/proposals/{number}"
    for role, status in (("", 401), ("B", 403), ("review of A", 403), ("A", 403)):
        assert house.api(role, "POST", path, {"act": "accept"}).status_code == status, role
    assert house.api("B", "GET", path).status_code == 403
    assert house.api("office", "POST", path, {"act": "dance"}).status_code == 400
    done = house.api("office", "POST", path, {"act": "accept", "answer": "đúng"})
    assert (done.status_code, done.json()["state"]) == (200, "accepted")
    assert house.api("office", "POST", path, {"act": "accept"}).status_code == 409
    old = house.visitor.get(f"/agents/{house.ids['mai']}", headers={"Accept": "text/turtle"})
    assert (old.status_code, old.headers["location"]) == (301, house.uri("mái"))
    rows = house.visitor.post(
        "/authorities/refresh", content=house.uri("mai"), headers={"Content-Type": "text/plain"}
    ).json()
    assert (rows[0]["status"], rows[0]["replacement"]) == ("merged", house.uri("mái"))
    listed = house.api("A", "GET", "/api/members/A/proposals?state=accepted").json()["proposals"]
    assert [p["id"] for p in listed] == [number]
    assert house.api("office", "POST", path, {"act": "undo"}).json()["state"] == "taken-back"
    assert house.visitor.get(f"/agents/{house.ids['mai']}").status_code != 301


def test_a_proposal_by_page_comes_back_with_what_is_wrong(house: House) -> None:
    house.sign_in("A")
    page = house.visitor.get(f"/door/proposals/new?kind=variant&entity={house.uri('du')}", headers=HTML)
    assert "Nguyễn, Du, 1765-1820" in page.text
    fields = {
        "form": _mark(page.text),
        "kind": "variant",
        "entity": house.uri("du"),
        "form_text": "Hồ Chí Minh,$d1890-1969",
    }
    refused = house.visitor.post("/door/proposals/new", data=fields, headers=HTML)
    assert refused.status_code == 409
    assert "established heading already" in refused.text
    assert 'value="Hồ Chí Minh,$d1890-1969"' in refused.text, "what was typed is still there"
    sent = house.visitor.post("/door/proposals/new", data=fields | {"form_text": "Thanh Hiên"}, headers=HTML)
    assert sent.status_code == 303
    path = sent.headers["location"].partition("?")[0]
    own = house.visitor.get(path, headers=HTML).text
    assert "Take back" in own
    assert "Accept" not in own
    mark = _mark(own)
    assert house.visitor.post(path, data={"form": mark, "act": "accept"}, headers=HTML).status_code == 403
    house.sign_in("B")
    assert house.visitor.get(path, headers=HTML).status_code == 403
    house.sign_in("office")
    assert "Thanh Hiên" in house.visitor.get("/door/proposals", headers=HTML).text
    mark = _mark(house.visitor.get(path, headers=HTML).text)
    assert house.visitor.post(path, data={"form": "wrong", "act": "accept"}, headers=HTML).status_code == 403
    assert (
        house.visitor.post(path, data={"form": mark, "act": "reject", "answer": "?"}, headers=HTML).status_code == 303
    )
    assert "declined" in house.visitor.get(path, headers=HTML).text
    house.visitor._client.cookies.clear()
    assert house.visitor.get(path, headers=HTML).headers["location"].startswith("/door/sign-in")


def test_programs_find_it(house: House) -> None:
    paths = house.visitor.get("/openapi.json").json()["paths"]
    ours = {"/suggest2", "/authorities/{scheme}/suggest2", "/authorities/{scheme}/label/{label}"}
    assert ours | {"/authorities", "/authorities/refresh", "/api/members/{member}/proposals"} <= set(paths)
    assert "/authorities" in house.visitor.get("/", headers=HTML).text
