"""Route × role: who is refused with what. The read side stays open, every write asks for the right token."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.members import Library, put_library, put_member
from hub.members.tokens import add_token, revoke_token, token_of
from hub.registry import schema
from hub.registry.registry import now
from hub.web import create_app
from hub.web.entity_route import EntityRoute
from hub.wiring import hub as open_hub
from hub.wiring import open_registry, open_settings
from tests.hub.catalogue import kieu, written
from tests.hub.web.visitor import BASE, Visitor, visiting

RECORD = written(kieu("1"))
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
MARC = {"Content-Type": "application/marc"}
PART = b'--x\r\nContent-Disposition: form-data; name="form"\r\n\r\nwrong\r\n--x--\r\n'

JSON = {"Content-Type": "application/json"}

# What asks for a token of member A: method, path, headers, body, the scope (empty: any token of the member).
WRITES: list[tuple[str, str, dict[str, str], bytes, str]] = [
    ("PUT", "/api/members/A/records/1", MARC, RECORD, "records"),
    ("DELETE", "/api/members/A/records/1", {}, b"", "records"),
    ("POST", "/api/members/A/loads", {}, RECORD, "load"),
    ("GET", "/api/jobs/1/rejects", {}, b"", ""),
    ("GET", "/api/jobs/1/corrections", {}, b"", ""),
    ("GET", "/api/jobs/1/links", {}, b"", ""),
    ("GET", "/api/jobs/1/duplicates", {}, b"", ""),
    ("GET", "/api/members/A/proposals", {}, b"", "records"),
    ("POST", "/api/members/A/proposals", JSON, b'{"kind": "none"}', "records"),
    ("GET", "/api/members/A/holdings", {}, b"", "records"),
    ("GET", "/api/members/A/holdings/1", {}, b"", "records"),
    ("PUT", "/api/members/A/holdings/1", JSON, b'{"instance": "none"}', "records"),
    ("DELETE", "/api/members/A/holdings/1", {}, b"", "records"),
]
# What asks for a session.
FORMS: list[tuple[str, dict[str, str], bytes]] = [
    ("/door/load", MULTIPART, PART),
    ("/door/sign-out", FORM, b"form=wrong"),
    ("/door/jobs/1/stop", FORM, b"form=wrong"),
    ("/door/review/1-2", FORM, b"form=wrong&act=same"),
    ("/door/decisions/1/undo", FORM, b"form=wrong"),
    ("/door/hold/1", FORM, b"form=wrong&barcode=1"),
    ("/door/held/1/withdraw", FORM, b"form=wrong"),
    ("/door/proposals/new", FORM, b"form=wrong"),
    ("/door/proposals/1", FORM, b"form=wrong"),
]
PRIVATE_PAGES = [
    "/door", "/door/load", "/door/jobs/1", "/door/review", "/door/review/1-2", "/door/decisions", "/door/hold/1",
    "/door/held", "/door/held/1", "/door/held/1/record.mrc", "/door/proposals", "/door/proposals/new",
    "/door/proposals/1",
]  # fmt: skip
# What asks for a token of any member, and then looks whose thing it is: 1 is nobody's here.
SHARED = [("GET", "/api/proposals/1"), ("POST", "/api/proposals/1")]
# What takes other methods than GET and writes nothing, for everybody: questions too long for an address.
QUESTIONS = [
    "/oai", "/sru", "/sru/1", "/reconcile", "/reconcile/1.0/match", "/reconcile/1.0/extend", "/reconcile/list",
    "/authorities/refresh", "/door/sign-in",
]  # fmt: skip
# The store of a hub is a view: nobody writes it, whatever the token (docs/sparql.md).
NOBODYS: list[tuple[str, str, dict[str, str], bytes]] = [
    ("POST", "/sparql/update", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL"),
    ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL"),
    ("POST", "/sparql", FORM, b"update=CLEAR+ALL"),
    ("PUT", "/sparql/graphs?default", {"Content-Type": "text/turtle"}, b"<a:a> <a:b> <a:c> ."),
    ("POST", "/sparql/graphs?default", {"Content-Type": "text/turtle"}, b"<a:a> <a:b> <a:c> ."),
    ("DELETE", "/sparql/graphs?default", {}, b""),
    ("DELETE", "/sparql/graphs/x", {}, b""),
]
OPEN = [
    "/", "/libraries", "/groups", "/docs", "/openapi.json", "/healthz", "/robots.txt", "/admin/jobs", "/admin/jobs/1",
    "/api/jobs/1", "/api/members/A/records/1", "/door/sign-in",
]  # fmt: skip


class Roles:
    """Tokens by role, and a visitor without any."""

    def __init__(self, visitor: Visitor, secrets: dict[str, str], folder: Path) -> None:
        self.visitor, self.secrets, self.folder = visitor, secrets, folder

    def ask(self, role: str, method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        own: dict[str, str | bytes] = dict(headers)
        if role == "basic":
            own["Authorization"] = "Basic QTpi"
        elif role != "nobody":
            own["Authorization"] = f"Bearer {self.secrets[role]}".encode()
        return self.visitor.ask(method, path, headers=own, content=body)


@pytest.fixture(scope="module")
def roles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Roles]:
    folder = tmp_path_factory.mktemp("roles") / "hub"
    settings = open_settings(folder, {"HUB_BASE_URI": BASE, "HUB_WORKERS": "1"})
    registry = open_registry(settings)
    with registry.write() as connection:
        for code in ("A", "B"):
            put_member(connection, code, {})
            put_library(connection, Library(code, code, code, code))
        secrets = {
            "member A": add_token(connection, "A", ("load", "review", "records"), "all")[1],
            "load of A": add_token(connection, "A", ("load",), "load")[1],
            "review of A": add_token(connection, "A", ("review",), "review")[1],
            "records of A": add_token(connection, "A", ("records",), "records")[1],
            "member B": add_token(connection, "B", ("load", "review", "records"), "all")[1],
            "office": add_token(connection, None, ("office",), "all")[1],
            "expired": add_token(connection, "A", ("load", "review", "records"), "old")[1],
            "revoked": add_token(connection, "A", ("load", "review", "records"), "gone")[1],
            "invented": "bibhub_" + "A" * 43,
            "nonsense": "ê' OR 1=1 --",
        }
        old, gone = (token_of(connection, secrets[role]) for role in ("expired", "revoked"))
        assert old is not None
        assert gone is not None
        connection.execute(schema.token.update().where(schema.token.c.id == old.id).values(expires=now() - 1))
        revoke_token(connection, gone.id)
    registry.close()
    with visiting(create_app(open_hub(settings))) as visitor:
        made = Roles(visitor, secrets, folder)
        # Record 1 of A and job 1, which the routes name.
        assert made.ask("member A", "PUT", "/api/members/A/records/1", MARC, RECORD).status_code == 201
        yield made


@pytest.fixture(autouse=True)
def _no_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The table asks with more wrong tokens than a client may have."""
    monkeypatch.setattr("hub.web.door.session.FAILURES", 10_000)


@pytest.mark.parametrize("role", ["nobody", "basic", "expired", "revoked", "invented", "nonsense"])
@pytest.mark.parametrize(("method", "path", "headers", "body", "scope"), WRITES)
def test_no_valid_token_is_401(
    roles: Roles, role: str, method: str, path: str, headers: dict[str, str], body: bytes, scope: str
) -> None:
    answer = roles.ask(role, method, path, headers, body)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("role", ["member B", "load of A", "review of A", "records of A"])
@pytest.mark.parametrize(("method", "path", "headers", "body", "scope"), WRITES)
def test_a_token_of_another_member_or_scope_is_403(
    roles: Roles, role: str, method: str, path: str, headers: dict[str, str], body: bytes, scope: str
) -> None:
    fits = role.endswith("of A") and scope in ("", role.split()[0])
    answer = roles.ask(role, method, path, headers, body if not fits else b"")
    if fits:
        assert answer.status_code not in (401, 403)
    else:
        assert answer.status_code == 403


def test_the_office_opens_all(roles: Roles) -> None:
    for method, path, headers, body, _ in WRITES:
        assert roles.ask("office", method, path, headers, body).status_code in (200, 201, 202, 204, 404, 422), path
    assert roles.ask("member A", "PUT", "/api/members/A/records/1", MARC, RECORD).status_code == 201


@pytest.mark.parametrize(("path", "headers", "body"), FORMS)
def test_forms_ask_for_a_session_and_its_mark(roles: Roles, path: str, headers: dict[str, str], body: bytes) -> None:
    assert roles.ask("nobody", "POST", path, headers, body).status_code == 401
    assert roles.ask("member A", "POST", path, headers, body).status_code == 401, "a program has no session"
    page = roles.visitor.get("/door/sign-in", headers={"Accept": "text/html"})
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found
    fields = {"form": found.group(1), "token": roles.secrets["member A"]}
    assert roles.visitor.post("/door/sign-in", data=fields).status_code == 303
    try:
        answer = roles.ask("nobody", "POST", path, headers, body)
        assert answer.status_code in (400, 403), "signed in, but the form is of another session"
        if headers is FORM:
            assert answer.status_code == 403
    finally:
        roles.visitor._client.cookies.clear()


@pytest.mark.parametrize("path", PRIVATE_PAGES)
def test_pages_behind_the_door_lead_to_it(roles: Roles, path: str) -> None:
    answer = roles.visitor.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/door/sign-in?next=")


@pytest.mark.parametrize("path", OPEN)
def test_the_read_side_stays_open(roles: Roles, path: str) -> None:
    assert roles.visitor.get(path).status_code == 200


@pytest.mark.parametrize(("method", "path"), SHARED)
def test_what_members_share_asks_for_a_token_too(roles: Roles, method: str, path: str) -> None:
    for role in ("nobody", "basic", "expired", "revoked", "invented"):
        assert roles.ask(role, method, path, JSON, b'{"act": "accept"}').status_code == 401, role
    for role in ("load of A", "review of A"):
        assert roles.ask(role, method, path, JSON, b'{"act": "accept"}').status_code == 403, role


@pytest.mark.parametrize("role", ["nobody", "member A", "office"])
@pytest.mark.parametrize(("method", "path", "headers", "body"), NOBODYS)
def test_nobody_writes_the_store(
    roles: Roles, role: str, method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    assert 400 <= roles.ask(role, method, path, headers, body).status_code < 500


def test_every_route_that_writes_is_in_the_table(roles: Roles) -> None:
    """A new route that takes anything but GET must be added to one of the tables above."""
    known = {(method, path.partition("?")[0]) for method, path, *_ in (*WRITES, *SHARED, *NOBODYS)}
    known |= {("POST", path) for path in (*(path for path, *_ in FORMS), *QUESTIONS)}
    by_path = {"/sparql", "/sparql/update", "/sparql/graphs", "/sparql/graphs/x", "/static"}
    missing, seen = set(), 0
    for path, methods in _routes(roles.visitor.app.routes):
        seen += 1
        plain = re.sub(r"\{(\w+)(:\w+)?\}", lambda m: _EXAMPLES.get(m.group(1), "1"), path)
        if methods is None:  # an application of its own: it decides about methods itself
            if plain not in by_path:
                missing.add((path, "any method"))
            continue
        missing |= {(path, m) for m in methods - {"GET", "HEAD", "OPTIONS"} if (m, plain) not in known}
    assert missing == set()
    assert seen > 60, "the application's routes were not found: this test would not see a new one"


def test_the_table_names_only_what_there_is(roles: Roles) -> None:
    there = set()
    for path, methods in _routes(roles.visitor.app.routes):
        plain = re.sub(r"\{(\w+)(:\w+)?\}", lambda m: _EXAMPLES.get(m.group(1), "1"), path)
        there |= {(method, plain) for method in methods or ()}
    assert {(method, path) for method, path, *_ in (*WRITES, *SHARED)} - there == set()
    assert {("POST", path) for path in (*(path for path, *_ in FORMS), *QUESTIONS)} - there == set()


_EXAMPLES = {"member": "A", "b": "2", "rest": "x"}


def _routes(routes: Any) -> Iterator[tuple[str, set[str] | None]]:
    """Path and methods of every route, in included routers too; None for an application that decides itself."""
    for route in routes:
        inner = getattr(getattr(route, "original_router", route), "routes", None)
        if inner:
            yield from _routes(inner)
        elif not isinstance(route, EntityRoute):  # that one takes GET only, as its own tests say
            methods = getattr(route, "methods", None)
            yield route.path, set(methods) if methods is not None else None


def test_tokens_are_in_no_log_and_no_answer(
    roles: Roles, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Whatever is asked with a token, right or wrong, and whatever goes wrong: the token appears nowhere."""
    caplog.set_level(logging.DEBUG)
    sent = [role for role in roles.secrets if role != "nonsense"]
    for role in sent:
        for method, path, headers, body, _ in WRITES:
            answer = roles.ask(role, method, path, headers, body)
            assert roles.secrets[role] not in answer.text + str(answer.headers)
        roles.ask(role, "PUT", "/api/members/A/records/1", MARC, b"broken")
    page = roles.visitor.get("/door/sign-in", headers={"Accept": "text/html"})
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found
    for role in sent:
        fields = {"form": found.group(1), "token": roles.secrets[role]}
        answer = roles.visitor.post("/door/sign-in", data=fields)
        assert roles.secrets[role] not in answer.text + str(answer.headers)
    roles.visitor._client.cookies.clear()
    said = caplog.text + "".join(capfd.readouterr())
    assert caplog.records, "nothing was logged: this test could not fail"
    for role in sent:
        assert roles.secrets[role] not in said
    kept = [path for path in roles.folder.rglob("*") if path.is_file()]
    assert any(path.name == "registry.sqlite" for path in kept)
    for path in kept:
        data = path.read_bytes()
        assert not any(roles.secrets[role].encode() in data for role in sent), path


def test_tokens_end_by_the_clock(roles: Roles, monkeypatch: pytest.MonkeyPatch) -> None:
    later = int(time.time()) + 367 * 86400
    monkeypatch.setattr("hub.web.door.session.now", lambda: later)
    assert roles.ask("member A", "PUT", "/api/members/A/records/1", MARC, RECORD).status_code == 401
