"""“We hold this too” as members do it: by the API with their token, by the page without script."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pymarc
import pytest

from hub.members import Library, put_library, put_member
from hub.members.tokens import add_token
from hub.registry.schema import entity, record
from hub.settings import Settings
from hub.web import create_app
from hub.wiring import hub as open_hub
from hub.wiring import open_registry, open_settings
from tests.hub.catalogue import kieu, written
from tests.hub.web.door import PAGE, form_of
from tests.hub.web.visitor import BASE, Visitor, visiting

SHELF = {"call_number": "895.9221 NG-D", "location": "Kho đọc", "note": "Sách <b>tặng</b>"}


class Desk:
    """A hub in which A holds Truyện Kiều; B has a branch, B-2."""

    def __init__(self, settings: Settings, visitor: Visitor, tokens: dict[str, str]) -> None:
        self.settings, self.visitor, self.tokens = settings, visitor, tokens
        headers = {"Authorization": f"Bearer {tokens['A']}", "Content-Type": "application/marc"}
        made = visitor.ask("PUT", "/api/members/A/records/a1", content=written(kieu("a1")), headers=headers)
        self.instance: str = made.json()["instance"]

    def put(self, barcode: str, *, member: str = "B", who: str = "B", **more: Any) -> httpx.Response:
        said = {"instance": self.instance, **SHELF, **more}
        return self.visitor.ask("PUT", f"/api/members/{member}/holdings/{barcode}", json=said, headers=self.bearer(who))

    def bearer(self, who: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}

    def rows(self, table: Any, *where: Any) -> list[Any]:
        registry = open_registry(self.settings)
        with registry.read() as connection:
            found = list(connection.execute(table.select().where(*where)))
        registry.close()
        return found

    def sign_in(self, who: str) -> None:
        page = self.visitor.get("/door/sign-in", headers=PAGE)
        fields = {"form": form_of(page), "token": self.tokens[who]}
        assert self.visitor.post("/door/sign-in", data=fields, headers=PAGE).status_code == 303

    def page(self, path: str) -> httpx.Response:
        return self.visitor.get(path, headers=PAGE)

    def send(self, path: str, page: httpx.Response, **fields: str) -> httpx.Response:
        return self.visitor.post(path, data={"form": form_of(page), **fields}, headers=PAGE)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    settings = open_settings(tmp_path / "hub", {"HUB_BASE_URI": BASE, "HUB_WORKERS": "1"})
    registry = open_registry(settings)
    with registry.write() as connection:
        for code in ("A", "B"):
            put_member(connection, code, {"libraries": {"CN2": f"{code}-2"}})
            put_library(connection, Library(code, code, f"Thư viện {code}", f"Library {code}"))
            put_library(connection, Library(f"{code}-2", code, f"Chi nhánh {code}", f"Branch {code}"))
        tokens = {m: add_token(connection, m, ("records",), "Lan")[1] for m in ("A", "B")}
        tokens["office"] = add_token(connection, None, ("office",), "Văn phòng")[1]
        tokens["loader"] = add_token(connection, "B", ("load",), "Koha")[1]
    registry.close()
    with visiting(create_app(open_hub(settings))) as visitor:
        yield Desk(settings, visitor, tokens)


def test_one_request_puts_an_item_on_the_shared_instance(desk: Desk) -> None:
    made = desk.put("B001", library="B-2", copy="2")
    assert made.status_code == 201, made.text
    said = made.json()
    assert (said["act"], said["state"], said["instance"]) == ("created", "standing", desk.instance)
    assert made.headers["location"] == f"{BASE}api/members/B/holdings/B001"
    (item,) = desk.rows(entity, entity.c.id == said["item"].rpartition("/")[2])
    assert (item.state, f"{BASE}instances/{item.parent}") == ("live", desk.instance)
    assert said["note"] == SHELF["note"]
    again = desk.put("B001", library="B-2", copy="2")
    assert (again.status_code, again.json()["act"], again.json()["item"]) == (200, "unchanged", said["item"])
    changed = desk.put("B001", library="B-2", copy="3")
    assert (changed.status_code, changed.json()["act"], changed.json()["item"]) == (200, "replaced", said["item"])
    assert len(desk.rows(record, record.c.member == "B")) == 1


def test_the_instance_may_be_named_as_people_find_it(desk: Desk) -> None:
    identity = desk.instance.rpartition("/")[2]
    assert desk.put("B001").status_code == 201
    for form in ("{}", "{}.html", "{}.ttl"):
        assert desk.put("B001", instance=form.format(desk.instance)).json()["act"] == "unchanged"
        assert desk.put("B001", instance=form.format(identity)).json()["act"] == "unchanged"


def test_a_barcode_may_hold_anything_printable(desk: Desk) -> None:
    barcode = "KH 12/3?é#%2F"
    address = "/api/members/B/holdings/KH%2012%2F3%3F%C3%A9%23%252F"
    said = {"instance": desk.instance, **SHELF}
    made = desk.visitor.ask("PUT", address, json=said, headers=desk.bearer("B"))
    assert made.status_code == 201, made.text
    assert made.json()["barcode"] == barcode
    assert desk.visitor.get(address, headers=desk.bearer("B")).json()["barcode"] == barcode
    assert desk.visitor.ask("DELETE", address, headers=desk.bearer("B")).status_code == 204


def test_what_to_import_is_the_record_with_the_copy_in_it(desk: Desk) -> None:
    links = desk.put("B001", library="B-2").json()["to_import"]
    for form, url in links.items():
        answer = desk.visitor.get(url, headers=desk.bearer("B"))
        assert answer.status_code == 200
        if form == "mrc":
            (found,) = pymarc.MARCReader(answer.content)
        elif form == "xml":
            (found,) = pymarc.parse_xml_to_array(io.BytesIO(answer.content))
        else:
            assert answer.json()["leader"]
            continue
        (copy,) = found.get_fields("952")
        facts = [(s.code, s.value) for s in copy.subfields]
        assert facts == [
            ("a", "CN2"), ("b", "CN2"), ("c", "Kho đọc"), ("o", "895.9221 NG-D"), ("p", "B001"), ("z", SHELF["note"]),
        ]  # fmt: skip
        assert found["245"]["a"].startswith("Truyện Kiều")
        assert "a1B" not in str(found), "A's copy is not B's"
        own = written_as(found)
    headers = {**desk.bearer("B"), "Content-Type": "application/marc"}
    number = desk.instance.rpartition("/")[2]
    loaded = desk.visitor.ask("PUT", f"/api/members/B/records/{number}", content=own, headers=headers)
    assert loaded.status_code == 201, loaded.text
    assert loaded.json()["instance"] == desk.instance, "imported and loaded, it lands on the same edition"
    report = desk.visitor.get("/api/members/B/holdings/B001", headers=desk.bearer("B")).json()
    assert report["state"] == "withdrawn", "its own record has taken its place"
    refused = desk.put("B001")
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert f"{BASE}items/" in refused.text


def written_as(found: pymarc.Record) -> bytes:
    return bytes(found.as_marc())


def test_it_is_listed_read_and_withdrawn(desk: Desk) -> None:
    item = desk.put("B001").json()["item"]
    desk.put("B002")
    listed = desk.visitor.get("/api/members/B/holdings", headers=desk.bearer("B")).json()["holdings"]
    assert [h["barcode"] for h in listed] == ["B002", "B001"]
    address = "/api/members/B/holdings/B001"
    assert desk.visitor.ask("DELETE", address, headers=desk.bearer("B")).status_code == 204
    assert desk.visitor.ask("DELETE", address, headers=desk.bearer("B")).status_code == 404
    report = desk.visitor.get(address, headers=desk.bearer("B")).json()
    assert (report["state"], report["item"]) == ("withdrawn", None)
    (gone,) = desk.rows(entity, entity.c.id == item.rpartition("/")[2])
    assert gone.state == "withdrawn"
    assert desk.put("B001").json()["item"] == item


def test_what_cannot_be_kept_is_named(desk: Desk) -> None:
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"instance": "http://evil.example/instances/abc"}, 422),
        ({"instance": f"{BASE}works/abc"}, 422),
        ({"instance": f"{BASE}instances/zzzzzzzzzz"}, 404),
        ({"instance": 7}, 422),
        ({"instance": None}, 422),
        ({"instance": "' OR 1=1 --"}, 422),
        ({"call_number": "", "location": ""}, 422),
        ({"note": "x" * 2000}, 422),
        ({"note": "a\x00b"}, 422),
        ({"library": "A-2"}, 422),
        ({"price": "5"}, 422),
    ]
    for said, status in wrong:
        answer = desk.put("B001", **said)
        assert answer.status_code == status, (said, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"
    other = desk.visitor.ask(
        "PUT", "/api/members/B/holdings/1", json={"barcode": "2", "instance": "x"}, headers=desk.bearer("B")
    )
    assert other.status_code == 422
    bodies: list[tuple[bytes, str, int]] = [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"x" * 70_000, "application/json", 413),
        (b"\xff\xfe", "application/json", 400),
    ]
    for body, kind, status in bodies:
        headers = {**desk.bearer("B"), "Content-Type": kind}
        answer = desk.visitor.ask("PUT", "/api/members/B/holdings/1", content=body, headers=headers)
        assert answer.status_code == status, body[:10]
    assert desk.rows(record, record.c.member == "B") == []


def test_the_page_does_it_in_one_act(desk: Desk) -> None:
    identity = desk.instance.rpartition("/")[2]
    path = f"/door/hold/{identity}"
    first = desk.page(path)
    assert (first.status_code, first.headers["location"]) == (303, f"/door/sign-in?next=%2Fdoor%2Fhold%2F{identity}")
    desk.sign_in("B")
    page = desk.page(path)
    assert page.status_code == 200
    assert "Truyện Kiều" in page.text
    assert "Branch B" in page.text
    assert "<script" not in page.text
    refused = desk.send(path, page, barcode="B9", call_number=" ")
    assert refused.status_code == 422
    assert "A call number or a location is needed" in refused.text
    assert 'value="B9"' in refused.text, "what was typed is not lost"
    done = desk.send(path, page, barcode="B9", library="B-2", copy="2", **SHELF)
    assert done.status_code == 303
    report = desk.page(done.headers["location"])
    assert "The copy stands on this edition." in report.text
    assert "object at 0x" not in report.text
    assert "Sách &lt;b&gt;tặng&lt;/b&gt;" in report.text
    link = re.search(r'href="(/door/held/\d+/record.mrc)"', report.text)
    assert link
    (found,) = pymarc.MARCReader(desk.page(link.group(1)).content)
    assert found["952"]["p"] == "B9"
    assert "B9" in desk.page("/door/held").text
    assert "Truyện Kiều" in desk.page("/door/held").text
    gone = desk.send(f"{done.headers['location']}/withdraw", report)
    assert gone.headers["location"] == "/door/held"
    assert "B9" not in desk.page("/door/held").text
    assert "withdrawn" in desk.page(done.headers["location"]).text


def test_the_office_says_for_whom(desk: Desk) -> None:
    desk.sign_in("office")
    path = f"/door/hold/{desk.instance.rpartition('/')[2]}"
    page = desk.page(path)
    assert re.search(r'<select[^>]*name="member"', page.text)
    assert desk.send(path, page, member="NOBODY", barcode="1", location="K").status_code == 404
    assert desk.send(path, page, member="B", barcode="1", location="K").status_code == 303
    assert [r.control_number for r in desk.rows(record, record.c.member == "B")] == ["hub-holding-1"]


def test_others_neither_see_nor_touch_it(desk: Desk) -> None:
    desk.put("B001")
    (row,) = desk.rows(record, record.c.member == "B")
    for who, status in (("", 401), ("A", 403), ("loader", 403)):
        for method in ("GET", "PUT", "DELETE"):
            answer = desk.visitor.ask(method, "/api/members/B/holdings/B001", headers=desk.bearer(who))
            assert answer.status_code == status, (who, method)
        assert desk.visitor.get("/api/members/B/holdings", headers=desk.bearer(who)).status_code == status
    desk.sign_in("A")
    assert desk.page(f"/door/held/{row.id}").status_code == 403
    assert desk.page(f"/door/held/{row.id}/record.mrc").status_code == 403
    page = desk.page("/door/held")
    assert "B001" not in page.text
    assert desk.send(f"/door/held/{row.id}/withdraw", page).status_code == 403
    (own,) = desk.rows(record, record.c.member == "A")
    assert desk.page(f"/door/held/{own.id}").status_code == 404, "a record that is no attached copy"
    assert desk.page("/door/held/99999999999999999999").status_code == 404


def test_merged_and_unknown_editions(desk: Desk) -> None:
    identity = desk.instance.rpartition("/")[2]
    registry = open_registry(desk.settings)
    with registry.write() as connection:
        connection.execute(
            entity.insert().values(
                id="oldone", place="instances", state="merged", replaced_by=identity, anchor="x", created=1, changed=1
            )
        )
    registry.close()
    desk.sign_in("B")
    assert desk.page("/door/hold/oldone").headers["location"] == f"/door/hold/{identity}"
    assert desk.page("/door/hold/nothing").status_code == 404
    assert desk.put("B7", instance="oldone").json()["instance"] == desk.instance
