"""A small hub with two members and a door to it, for the tests of writing and of the desk."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from converters.marc.record import record_of
from hub.members import Library, put_library, put_member
from hub.members.tokens import add_token
from hub.registry import schema
from hub.settings import Settings
from hub.web import create_app
from hub.wiring import hub as open_hub
from hub.wiring import open_registry, open_settings
from tests.hub.catalogue import written
from tests.hub.web.visitor import BASE, Visitor, visiting

ALL = ("load", "review", "records")
PAGE = {"Accept": "text/html", "Accept-Language": "en"}


@dataclass(frozen=True)
class Door:
    """A small hub with members A and B, and what opens it."""

    settings: Settings
    visitor: Visitor
    a: str
    b: str
    office: str

    def put(self, number: str, data: bytes, *, token: str = "", **headers: str) -> httpx.Response:
        own = {"Authorization": f"Bearer {token or self.a}", "Content-Type": "application/marc"}
        own |= {k.replace("_", "-"): v for k, v in headers.items()}
        return self.visitor.ask("PUT", f"/api/members/A/records/{number}", content=data, headers=own)

    def load(self, data: bytes, query: str = "", token: str = "", member: str = "A") -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.a}"}
        return self.visitor.post(f"/api/members/{member}/loads{query}", content=data, headers=headers)

    def ended(self, number: int) -> dict[str, Any]:
        """The job when it has ended."""
        for _ in range(600):
            job: dict[str, Any] = self.visitor.get(f"/api/jobs/{number}").json()
            if not job["progress"]["moving"]:
                return job
            time.sleep(0.1)
        raise AssertionError(job)

    def sign_in(self, token: str) -> None:
        """Take the cookie of a session."""
        page = self.visitor.get("/door/sign-in", headers=PAGE)
        answer = self.post("/door/sign-in", page, token=token)
        assert answer.status_code == 303, answer.text

    def post(self, path: str, page: httpx.Response, **fields: str) -> httpx.Response:
        """Send a form of a page."""
        return self.visitor.post(path, data={"form": form_of(page), **fields}, headers=PAGE)

    def rows(self, table: Any, *where: Any) -> list[Any]:
        registry = open_registry(self.settings)
        with registry.read() as connection:
            found = connection.execute(table.select().where(*where)).all()
        registry.close()
        return list(found)


def form_of(page: httpx.Response) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page.text)
    assert found, page.text
    return html.unescape(found.group(1))


@pytest.fixture
def door(tmp_path: Any) -> Iterator[Door]:
    settings = open_settings(tmp_path / "hub", {"HUB_BASE_URI": BASE, "HUB_WORKERS": "1", "HUB_UPLOAD_MIB": "8"})
    registry = open_registry(settings)
    with registry.write() as connection:
        for code in ("A", "B"):
            put_member(connection, code, {})
            put_library(connection, Library(code, code, f"Thư viện {code}", f"Library {code}"))
        secrets = [add_token(connection, m, ALL, "Lan")[1] for m in ("A", "B")]
        office = add_token(connection, None, ("office",), "Văn phòng")[1]
    registry.close()
    with visiting(create_app(open_hub(settings))) as visitor:
        yield Door(settings, visitor, *secrets, office)


# Single records


def doubtful_pair(door: Door) -> str:
    """Two records that rules leave to a person; the path of their page."""
    mine = record_of(
        "001 1\n008 150101s2014####vm############000#0#vie##\n100 0# $aVũ Trọng Phụng\n"
        "245 10 $aSố đỏ /$cVũ Trọng Phụng\n260 ## $aHà Nội :$bVăn học,$c2014\n300 ## $a240 tr. ;$c21 cm\n"
    )
    theirs = record_of(
        "001 2\n008 150101s2015####vm############000#0#vie##\n100 0# $aVũ Trọng Phụng\n"
        "245 10 $aSố đỏ :$btiểu thuyết /$c<script>alert(1)</script>\n260 ## $aHà Nội :$bVăn học,$c2015\n"
        "300 ## $a252 tr. ;$c21 cm\n"
    )
    assert door.put("1", written(mine)).status_code == 201
    url = "/api/members/B/records/2"
    headers = {"Authorization": f"Bearer {door.b}", "Content-Type": "application/marc"}
    assert door.visitor.ask("PUT", url, content=written(theirs), headers=headers).status_code == 201
    edges = door.rows(schema.edge)
    assert [e.verdict for e in edges] == ["review"], edges
    return f"/door/review/{edges[0].a}-{edges[0].b}"
