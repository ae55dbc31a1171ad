"""The desk behind the door: pairs to judge, decisions, cookies, tokens and their sessions."""

from __future__ import annotations

import logging
import re
import time

import pytest

from hub.cli.main import main
from hub.identity.decisions import decide
from hub.registry import schema
from hub.wiring import open_registry
from tests.hub.catalogue import kieu, written
from tests.hub.web.door import PAGE, Door, doubtful_pair, form_of


def test_a_pair_is_shown_judged_and_taken_back(door: Door) -> None:
    path = doubtful_pair(door)
    door.sign_in(door.a)
    queue = door.visitor.get("/door/review", headers=PAGE).text
    assert path in queue
    assert "Số đỏ tiểu thuyết" in queue.replace(" : ", " ").replace(" :", "")
    page = door.visitor.get(path, headers=PAGE)
    assert page.status_code == 200
    assert "<script>alert(1)" not in page.text
    assert re.search(r"<mark>[^<]*252[^<]*</mark>", page.text), "what differs is marked"
    assert re.search(r"Doubts</dt><dd><p>year", page.text)
    assert re.search(r'<th scope="row">title</th><td class="right">\d+ %', page.text)
    assert door.post(path, page, act="different", reason="khác\nsố trang").status_code == 303
    (kept,) = door.rows(schema.decision)
    assert (kept.same, kept.by, kept.reason, kept.revoked) == (False, "Lan (A)", "khác số trang", None)
    assert len({r.instance for r in door.rows(schema.record)}) == 2
    decisions = door.visitor.get("/door/decisions", headers=PAGE)
    assert "khác số trang" in decisions.text
    assert 'different<br><span class="dim">Edition</span>' in decisions.text
    undone = door.post(f"/door/decisions/{kept.id}/undo", decisions)
    assert undone.status_code == 303
    assert door.rows(schema.decision)[0].revoked is not None


def test_a_decision_tells_what_it_is_about(door: Door) -> None:
    doubtful_pair(door)
    registry = open_registry(door.settings)
    with registry.write() as connection:
        decide(connection, ("A", "1"), ("B", "2"), same=False, by="Lan (A)", reason="", at=1, level="work")
    registry.close()
    door.sign_in(door.a)
    assert 'different<br><span class="dim">Work</span>' in door.visitor.get("/door/decisions", headers=PAGE).text


def test_nobody_overrules_another_but_the_office(door: Door) -> None:
    path = doubtful_pair(door)
    door.sign_in(door.b)
    page = door.visitor.get(path, headers=PAGE)
    assert door.post(path, page, act="different").status_code == 303
    number = door.rows(schema.decision)[0].id
    door.sign_in(door.a)
    page = door.visitor.get(path, headers=PAGE)
    assert "Lan (B)" in page.text
    assert door.post(path, page, act="same").status_code == 409
    assert door.post(f"/door/decisions/{number}/undo", page).status_code == 403
    door.sign_in(door.office)
    page = door.visitor.get(path, headers=PAGE)
    assert door.post(path, page, act="same").status_code == 303
    assert len({r.instance for r in door.rows(schema.record)}) == 1


def test_a_pair_put_off_leaves_the_queue_of_its_desk(door: Door) -> None:
    path = doubtful_pair(door)
    door.sign_in(door.a)
    assert path in door.visitor.get("/door/review", headers=PAGE).text
    page = door.visitor.get(path, headers=PAGE)
    assert door.post(path, page, act="later").status_code == 303
    assert path not in door.visitor.get("/door/review", headers=PAGE).text
    door.sign_in(door.office)
    assert path in door.visitor.get("/door/review?member=B", headers=PAGE).text


# Sessions and secrets


def test_the_cookie_and_its_forms(door: Door) -> None:
    page = door.visitor.get("/door/sign-in?next=//evil.example/", headers=PAGE)
    assert "evil" not in page.text.partition("<main")[2]
    answer = door.post("/door/sign-in", page, token=door.a, next="https://evil.example/")
    assert answer.headers["location"] == "/door"
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=28800"):
        assert part.lower() in cookie.lower()
    assert door.a not in cookie
    start = door.visitor.get("/door", headers=PAGE)
    assert start.headers["cache-control"] == "no-store"
    assert "Lan (A)" in start.text
    assert door.visitor.post("/door/sign-out", data={"form": "wrong"}, headers=PAGE).status_code == 403
    assert door.post("/door/sign-out", start).status_code == 303
    assert door.visitor.get("/door", headers=PAGE).headers["location"].startswith("/door/sign-in")


def test_a_copied_cookie_opens_nothing_after_signing_out(door: Door) -> None:
    door.sign_in(door.a)
    (name,) = [c.name for c in door.visitor._client.cookies.jar]
    copied = {**PAGE, "Cookie": f"{name}={door.visitor._client.cookies[name]}"}
    start = door.visitor.get("/door", headers=PAGE)
    door.visitor._client.cookies.clear()
    assert door.visitor.get("/door", headers=copied).status_code == 200
    fields = {"form": form_of(start)}
    assert door.visitor.post("/door/sign-out", data=fields, headers=copied).status_code == 303
    assert door.visitor.get("/door", headers=copied).status_code == 303, "to the sign-in"


def test_a_cookie_of_other_making_or_of_yesterday_is_nobody(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.sign_in(door.a)
    (name,) = [c.name for c in door.visitor._client.cookies.jar]
    good = door.visitor._client.cookies[name]
    door.visitor._client.cookies.clear()
    number, rest = good.split(".", 1)
    for forged in (f"{int(number) + 2}.{rest}", good[:-2] + "AA", "1", "", "é", "1.2.3.4"):
        answer = door.visitor.get("/door", headers={**PAGE, "Cookie": f"{name}={forged}".encode()})
        assert answer.status_code == 303, forged
    assert door.visitor.get("/door", headers={**PAGE, "Cookie": f"{name}={good}"}).status_code == 200
    late = time.time() + 8 * 3600 + 1
    monkeypatch.setattr("hub.web.door.session.now", lambda: int(late))
    assert door.visitor.get("/door", headers={**PAGE, "Cookie": f"{name}={good}"}).status_code == 303


def test_cookies_do_not_open_the_api(door: Door) -> None:
    door.sign_in(door.a)
    answer = door.visitor.ask("PUT", "/api/members/A/records/1", content=written(kieu("1")))
    assert answer.status_code == 401


def test_a_revoked_token_ends_its_sessions(door: Door) -> None:
    door.sign_in(door.a)
    assert door.visitor.get("/door", headers=PAGE).status_code == 200
    assert main(["--data", str(door.settings.data), "tokens", "revoke", "1"]) == 0
    assert door.visitor.get("/door", headers=PAGE).status_code == 303


def test_wrong_tokens_are_counted_and_right_ones_let_in(door: Door) -> None:
    wrong = {"Authorization": f"Bearer bibhub_{'x' * 43}"}
    answers = [door.visitor.ask("DELETE", "/api/members/A/records/1", headers=wrong) for _ in range(11)]
    assert [a.status_code for a in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert door.put("1", written(kieu("1"))).status_code == 201
    page = door.visitor.get("/door/sign-in", headers=PAGE)
    assert door.post("/door/sign-in", page, token="wrong").status_code == 429


def test_no_secret_is_told(door: Door, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    door.sign_in(door.a)
    cookie = next(iter(door.visitor._client.cookies.jar)).value
    seen = []
    for path in ("/door", "/door/load", "/door/nothing", "/door/jobs/7", "/api/jobs/7", "/api/members/A/records/%ff"):
        answer = door.visitor.get(path, headers={**PAGE, "Authorization": f"Bearer {door.a}"})
        seen += [answer.text, str(answer.headers)]
    seen.append(door.put("1", b"rubbish").text)
    page = door.visitor.get("/door/sign-in", headers=PAGE)
    seen.append(door.post("/door/sign-in", page, token=door.b + "x").text)
    said = capfd.readouterr()
    seen += [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    for text in (*seen, said.out, said.err):
        for secret in (door.a, door.b, door.office, cookie):
            assert secret not in text
    registry = (door.settings.data / "registry.sqlite").read_bytes()
    wal = door.settings.data / "registry.sqlite-wal"
    registry += wal.read_bytes() if wal.exists() else b""
    for secret in (door.a, door.b, door.office):
        assert secret.encode() not in registry
    assert (door.settings.data / "door.key").stat().st_mode & 0o777 == 0o600


def test_the_last_use_is_noted(door: Door) -> None:
    door.put("1", written(kieu("1")))
    for _ in range(50):
        used = [t.used for t in door.rows(schema.token, schema.token.c.member == "A")]
        if used[0]:
            break
        time.sleep(0.05)
    assert used[0]
    assert all(t.used is None for t in door.rows(schema.token, schema.token.c.member == "B"))
