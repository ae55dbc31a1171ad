"""The office's list of slow queries: theirs alone, in both languages, harmless whatever the query says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html

from hub.members import put_member
from hub.members.tokens import add_token
from hub.web import create_app
from hub.web.slow_queries import OUTCOMES, gathered
from hub.wiring import hub as open_hub
from hub.wiring import open_registry, open_settings
from sparql.metrics import SLOW, SlowQuery, note_query
from tests.hub.web.visitor import Visitor, visiting

HARM = 'SELECT * { ?s ?p "</pre><script>alert(1)</script>" }'


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, str]:
    registry = open_registry(open_settings(tmp_path / "hub", {}))
    with registry.write() as connection:
        put_member(connection, "A", {})
        made = {
            "office": add_token(connection, None, ["office"], "Office")[1],
            "member": add_token(connection, "A", ["load", "review", "records"], "Member")[1],
        }
    registry.close()
    return made


@pytest.fixture
def visitor(tmp_path: Path, secrets: dict[str, str]) -> Iterator[Visitor]:
    SLOW.clear()
    with visiting(create_app(open_hub(open_settings(tmp_path / "hub", {})))) as made:
        yield made
    SLOW.clear()


def sign_in(visitor: Visitor, secret: str) -> None:
    page = html.document_fromstring(visitor.get("/door/sign-in").text)
    fields = {i.get("name"): i.get("value") or "" for i in page.xpath("//main//input[@name]")}
    answer = visitor.post("/door/sign-in", data={**fields, "token": secret})
    assert answer.status_code == 303, answer.text


def test_only_the_office_sees_it(visitor: Visitor, secrets: dict[str, str]) -> None:
    assert visitor.get("/admin/queries").status_code == 303
    sign_in(visitor, secrets["member"])
    assert visitor.get("/admin/queries").status_code == 403
    sign_in(visitor, secrets["office"])
    assert visitor.get("/admin/queries").status_code == 200


def test_slow_queries_are_listed_in_both_languages(visitor: Visitor, secrets: dict[str, str]) -> None:
    sign_in(visitor, secrets["office"])
    assert "Chưa có câu truy vấn nào" in visitor.get("/admin/queries").text
    note_query("public", "query", HARM, "timeout", 12.34)
    note_query("public", "query", HARM, "ok", 2.0)
    note_query("public", "query", "ASK {}", "ok", 0.2)
    for language, words in (("vi", "Dừng vì hết thời hạn"), ("en", "Stopped at the deadline")):
        answer = visitor.get("/admin/queries", headers={"Accept-Language": language})
        assert answer.headers["cache-control"] == "no-store"
        page = html.document_fromstring(answer.text)
        rows = page.xpath("//main//table")[0].xpath(".//tbody/tr")
        assert len(rows) == 1
        assert rows[0].xpath(".//pre/text()") == [HARM]
        assert words in rows[0].text_content()
        assert not page.xpath("//main//script")


def test_the_same_text_is_one_row() -> None:
    found = [SlowQuery("a", "A", 5, "ok", 10), SlowQuery("b", "B", 4, "error", 11), SlowQuery("a", "A", 2, "ok", 12)]
    rows = gathered(found)
    assert [(r.hash, r.times, r.worst, r.last, r.outcomes) for r in rows] == [
        ("a", 2, 5, 12, ("ok",)),
        ("b", 1, 4, 11, ("error",)),
    ]
    assert {"ok", "error", "timeout", "reader-died", "abandoned", "busy"} == set(OUTCOMES)
