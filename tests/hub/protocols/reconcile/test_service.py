"""The service over HTTP: manifests, batches, limits, origins, previews, and what hostile data comes to."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from hub.protocols.reconcile.wire import BATCH
from tests.hub.protocols.reconcile.conftest import Ask, Served
from tests.hub.protocols.reconcile.shelf import SCRIPT


def _post(served: Served, queries: Any, **how: Any) -> httpx.Response:
    return httpx.post(served.service, data={"queries": json.dumps(queries)}, timeout=30, **how)


def test_the_manifest_names_only_addresses_that_answer(served: Served, ask: Ask) -> None:
    manifest = served.get("reconcile").json()
    person = ask("Nguyễn Du", "Person")[0]["id"]
    assert manifest["identifierSpace"] == served.url
    for what, id in (("entity", person), ("property", "isbn"), ("type", "Work")):
        suggest = manifest["suggest"][what]
        found = httpx.get(suggest["service_url"] + suggest["service_path"], params={"prefix": "n"})
        assert found.status_code == 200
        flyout = suggest["service_url"] + suggest["flyout_service_path"].replace("${id}", quote(id, safe=""))
        assert httpx.get(flyout).json()["id"] == id
    preview = manifest["preview"]["url"].replace("{{id}}", quote(person, safe=""))
    assert "Nguyễn, Du" in httpx.get(preview).text
    view = httpx.get(manifest["view"]["url"].replace("{{id}}", quote(person, safe="")))
    assert (view.status_code, view.headers["location"]) == (303, served.url + person)
    proposed = manifest["extend"]["propose_properties"]
    found = httpx.get(proposed["service_url"] + proposed["service_path"], params={"type": "Library"})
    assert {p["id"] for p in found.json()["properties"]} == {
        "place", "code", "group", "website", "latitude", "longitude", "uri",
    }  # fmt: skip
    assert httpx.get(manifest["documentation"], headers={"Accept": "text/html"}).status_code == 200
    assert httpx.get(manifest["logo"]).status_code == 200


def test_names_come_in_the_language_asked_for(served: Served) -> None:
    def person(**how: Any) -> str:
        types = httpx.get(served.service, **how).json()["defaultTypes"]
        return next(t["name"] for t in types if t["id"] == "Person")

    assert person() == "Người"
    assert person(headers={"Accept-Language": "en-GB,vi;q=0.5"}) == "Person"
    assert person(headers={"Accept-Language": "fr, en;q=0.1, vi;q=0.9"}) == "Người"
    assert person(params={"lang": "en"}) == "Person"


def test_get_and_post_answer_alike(served: Served) -> None:
    queries = {"a": {"query": "Truyện Kiều", "type": "Work"}, "b": {"query": "Nguyễn Du"}}
    got = httpx.get(served.service, params={"queries": json.dumps(queries)})
    assert got.json() == _post(served, queries).json()
    assert list(got.json()) == ["a", "b"]


def test_both_versions_find_the_same(served: Served) -> None:
    old = _post(
        served, {"q": {"query": "Truyện Kiều", "type": "Work", "properties": [{"pid": "author", "v": "Nguyễn Du"}]}}
    )
    conditions = [
        {"matchType": "name", "propertyValue": "Truyện Kiều"},
        {"matchType": "property", "propertyId": "author", "propertyValue": "Nguyễn Du"},
    ]
    new = httpx.post(f"{served.service}/1.0/match", json={"queries": [{"type": "Work", "conditions": conditions}]})
    keys = ("id", "name", "score", "match", "type")
    assert [[c[k] for k in keys] for c in old.json()["q"]["result"]] == [
        [c[k] for k in keys] for c in new.json()["results"][0]["candidates"]
    ]


def _match(served: Served, *conditions: dict[str, Any], type: str = "Instance") -> list[dict[str, Any]]:
    body = {"queries": [{"type": type, "conditions": list(conditions)}]}
    answer = httpx.post(f"{served.service}/1.0/match", json=body, timeout=30)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"][0]["candidates"]
    return found


def test_conditions_of_1_0_filter_where_they_are_required(served: Served) -> None:
    title = {"matchType": "name", "propertyValue": "Truyện Kiều"}
    date = {"matchType": "property", "propertyId": "date", "propertyValue": "2015"}

    def years(*conditions: dict[str, Any]) -> list[str]:
        return [c["description"][-4:] for c in _match(served, *conditions)]

    assert years(title) == ["2015", "1979"]
    assert years(title, date) == ["2015", "1979"]
    assert years(title, {**date, "required": True}) == ["2015"]
    assert years(title, {**date, "required": True, "matchQuantifier": "none"}) == ["1979"]
    both = {**date, "propertyValue": ["2015", "1979"], "required": True}
    assert years(title, both) == ["2015", "1979"]
    assert years(title, {**both, "matchQuantifier": "all"}) == []
    assert years(title, {**date, "propertyId": "unknown", "required": True}) == []


def test_names_and_ids_of_1_0(served: Served, ask: Ask) -> None:
    either = {"matchType": "name", "propertyValue": ["Số đỏ", "Sóng"]}
    assert {c["name"] for c in _match(served, either) if c["score"] == 100} == {"Số đỏ", "Sóng"}
    but = {"matchType": "name", "propertyValue": "Số đỏ", "matchQuantifier": "none"}
    assert "Số đỏ" not in {c["name"] for c in _match(served, either, but)}
    close = {"matchType": "name", "propertyValue": "Sổ đỏ"}
    assert {c["name"] for c in _match(served, close)} == {"Số đỏ", "Sổ đỏ"}
    assert {c["name"] for c in _match(served, {**close, "required": True})} == {"Sổ đỏ"}
    known = ask("Sóng", "Instance")[0]["id"]
    assert [c["id"] for c in _match(served, {"matchType": "id", "propertyValue": known})] == [known]
    assert _match(served, {"matchType": "id", "propertyValue": "instances/none"}) == []


@pytest.mark.parametrize(
    ("queries", "status"),
    [
        ({str(n): {"query": "x"} for n in range(BATCH)}, 200),
        ({str(n): {"query": "x"} for n in range(BATCH + 1)}, 413),
        ([{"query": "x"}], 400),
        ({"q": "x"}, 400),
        ({"q": {}}, 400),
        ({"q": {"query": 5}}, 400),
        ({"q": {"query": "x" * 5000}}, 400),
        ({"q": {"query": "x", "limit": 0}}, 400),
        ({"q": {"query": "x", "limit": 10**9}}, 200),
        ({"q": {"query": "x", "limit": "5"}}, 400),
        ({"q": {"query": "x", "type": ["Work"] * 21}}, 400),
        ({"q": {"query": "x", "type": "NoSuchType"}}, 200),
        ({"q": {"query": "x", "properties": [{"pid": "date", "v": {"id": 5}}]}}, 200),
        ({"q": {"query": "x", "properties": [{"pid": "date"}]}}, 200),
        ({"q": {"query": "x", "properties": [{"pid": "isbn", "v": ["1"] * 21}]}}, 400),
    ],
)
def test_batches_have_limits(served: Served, queries: Any, status: int) -> None:
    answer = _post(served, queries)
    assert answer.status_code == status, answer.text
    if status != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert answer.json()["detail"]
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("path", "how", "status"),
    [
        ("reconcile", {"data": {"queries": "{"}}, 400),
        ("reconcile", {"data": {"queries": "[" * 100_000}}, 400),
        ("reconcile", {"data": {"other": "x"}}, 400),
        ("reconcile", {"json": {"queries": {}}}, 415),
        ("reconcile", {"data": {"queries": "x" * (3 << 20)}}, 413),
        ("reconcile", {"data": {"extend": '{"ids":[]}'}}, 400),
        ("reconcile", {"data": {"extend": json.dumps({"ids": ["x"] * 300, "properties": []})}}, 413),
        ("reconcile/1.0/match", {"content": b"{}", "headers": {"Content-Type": "text/plain"}}, 415),
        ("reconcile/1.0/match", {"json": {}}, 400),
        ("reconcile/1.0/match", {"json": {"queries": [{"conditions": []}]}}, 400),
        ("reconcile/1.0/match", {"json": {"queries": [{"conditions": [{"matchType": "x"}]}]}}, 400),
        ("reconcile/1.0/match", {"json": {"queries": [{}] * 51}}, 413),
        ("reconcile/1.0/extend", {"json": {"ids": "x"}}, 400),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(served: Served, path: str, how: Any, status: int) -> None:
    answer = httpx.post(served.url + path, timeout=30, **how)
    assert answer.status_code == status
    assert len(answer.json()["detail"]) > 10


@pytest.mark.parametrize(
    "path", ["preview?id=works/none", "flyout/type?id=x", "flyout/entity?id=x", "view?id=x", "suggest/x"]
)
def test_what_is_not_there_is_404(served: Served, path: str) -> None:
    answer = httpx.get(f"{served.service}/{path}")
    assert answer.status_code == 404
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path", ["reconcile", "reconcile/1.0/match", "reconcile/1.0/extend", "reconcile/suggest/entity"]
)
def test_other_origins_may_ask(served: Served, path: str) -> None:
    asked = {"Origin": "https://x.example", "Access-Control-Request-Method": "POST"}
    answer = httpx.options(served.url + path, headers={**asked, "Access-Control-Request-Headers": "content-type"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "content-type" in answer.headers["access-control-allow-headers"].lower()


def test_clients_without_cors_get_a_call(served: Served) -> None:
    answer = served.get("reconcile", callback="jQuery_1.take")
    assert answer.headers["content-type"].startswith("text/javascript")
    made = re.fullmatch(r"/\*\*/jQuery_1\.take\((.*)\);", answer.text)
    assert made is not None
    assert json.loads(made[1])["versions"] == ["0.1", "0.2"]
    assert served.get("reconcile", callback="alert(1)//").status_code == 400
    assert served.get("reconcile/1.0", callback="f").headers["content-type"] == "application/json"


def test_a_preview_may_be_framed_and_runs_nothing(served: Served, ask: Ask) -> None:
    hostile = next(c for c in ask("cmd calc", "Instance") if "cmd" in c["name"])
    answer = served.get("reconcile/preview", id=hostile["id"])
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "x-frame-options" not in answer.headers
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text
    style = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert style is not None
    assert f"'sha256-{b64encode(sha256(style[1].encode()).digest()).decode()}'" in policy
    elsewhere = served.get("reconcile", lang="vi").headers
    assert elsewhere["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in elsewhere["content-security-policy"]


def test_a_flyout_has_no_markup_of_records(served: Served, ask: Ask) -> None:
    hostile = next(c for c in ask("cmd calc", "Instance") if "cmd" in c["name"])
    html = served.get("reconcile/flyout/entity", id=hostile["id"]).json()["html"]
    assert SCRIPT not in html
    assert set(re.findall(r"<(/?\w+)", html)) <= {"p", "/p", "b", "/b", "dl", "/dl", "dt", "/dt", "dd", "/dd"}


def test_suggestions_follow_the_typing(served: Served, ask: Ask) -> None:
    def entities(prefix: str, **more: str) -> list[str]:
        found = served.get("reconcile/suggest/entity", prefix=prefix, **more).json()["result"]
        return [f["name"] for f in found]

    assert "Nguyễn, Du, 1765-1820" in entities("nguyen d", type="Person")
    assert entities("truyện ki", type="Work")[0] == "Truyện Kiều"
    assert entities("Thư viện tỉnh", type="Library") == ["Thư viện tỉnh Huế", "Thư viện Quốc gia thử nghiệm"]
    assert entities("") == []
    known = ask("Nguyễn Du", "Person")[0]["id"]
    assert entities(known)[0] == "Nguyễn, Du, 1765-1820"
    every = entities("nguyễn", limit="50")
    assert entities("nguyễn", limit="2", offset="2") == every[2:4]
    assert entities("nguyễn", limit="2", cursor="2") == every[2:4]
    properties = served.get("reconcile/suggest/property", prefix="tac gia").json()["result"]
    assert [p["id"] for p in properties] == ["author"]
    types = served.get("reconcile/suggest/type", prefix="edi").json()["result"]
    assert [t["id"] for t in types] == ["Instance"]


def test_values_of_properties(served: Served, ask: Ask) -> None:
    book = ask("Truyện Kiều", "Instance", date="2015")[0]["id"]
    person = ask("Nguyễn Du", "Person")[0]["id"]
    extend = {
        "ids": [book, person],
        "properties": [{"id": p} for p in ("isbn", "library", "author", "birth", "sameAs")],
    }
    rows = httpx.post(served.service, data={"extend": json.dumps(extend)}).json()["rows"]
    assert rows[book]["isbn"] == [{"str": "9786046912347"}]
    assert {v["id"] for v in rows[book]["library"]} == {"libraries/TVQG", "libraries/TVH"}
    assert rows[book]["author"][0] == {"id": person, "name": "Nguyễn, Du, 1765-1820"}
    assert rows[person]["birth"] == [{"int": 1765}]
    assert {"str": "http://viaf.org/viaf/22140434"} in rows[person]["sameAs"]
    assert rows[person]["isbn"] == []
