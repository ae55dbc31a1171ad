"""/reconcile for people: a form without script, a list in, who holds what out, the same as CSV."""

from __future__ import annotations

import csv
import io
import re

import pytest

from hub.web.reconcile_page import MOST_BYTES, MOST_ROWS
from tests.hub.web.shelves import SCRIPT
from tests.hub.web.visitor import Visitor

HTML = {"Accept": "text/html", "Accept-Language": "vi"}
LIST = "9786046912347\nTruyện Kiều / Nguyễn Du\nkhông có sách này\n"


def test_people_get_a_page_and_programs_the_manifest(client: Visitor) -> None:
    page = client.get("/reconcile", headers=HTML)
    assert page.headers["content-type"].startswith("text/html")
    assert "Thư viện nào có?" in page.text
    assert "http://testserver/reconcile/1.0" in page.text
    assert "<script" not in page.text
    assert client.get("/reconcile").json()["versions"] == ["0.1", "0.2"]
    assert client.get("/reconcile", params={"callback": "f"}, headers=HTML).text.startswith("/**/f(")


def test_the_page_explains_every_feature_and_type_that_answers_name(client: Visitor) -> None:
    page = client.get("/reconcile", headers=HTML).text
    anchors = set(re.findall(r'id="((?:feature|type|property)-\w+)"', page))
    assert {"feature-title", "feature-tones", "feature-isbn", "type-Work", "type-Library", "property-birth"} <= anchors


def test_a_list_is_answered(client: Visitor) -> None:
    page = client.post("/reconcile/list", headers=HTML, files={"list": (None, LIST), "type": (None, "Book")})
    assert page.status_code == 200
    found, missing = page.text.split("<h2>Không tìm thấy")
    assert "Thư viện Quốc gia thử nghiệm" in found
    assert 'href="/libraries/DHQG.html"' in found or 'href="/libraries/DHQG"' in found
    assert "không có sách này" in missing
    assert "<script" not in page.text
    english = client.post("/reconcile/list?lang=en", headers=HTML, files={"list": (None, LIST)}).text
    assert "National test library" in english
    assert "<h2>Not found" in english


def test_a_file_is_answered_as_a_table(client: Visitor) -> None:
    data = "Nhan đề;Tác giả;Năm\nTruyện Kiều;Nguyễn Du;2015\n".encode("utf-8-sig")
    answer = client.post(
        "/reconcile/list?lang=en",
        files={"file": ("a.csv", data, "text/csv"), "list": (None, ""), "format": (None, "csv")},
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    header, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header == ["Nhan đề", "Tác giả", "Năm", "hub_uri", "hub_label", "hub_score", "hub_match", "hub_held_by"]
    assert row[3].startswith("http://testserver/instances/")
    assert row[6] == "yes"
    assert row[7] == "National test library; University test library"


def test_markup_in_a_list_and_in_records_stays_text(client: Visitor) -> None:
    answer = client.post(
        "/reconcile/list", headers=HTML, files={"list": (None, f"Tựa img src=x\n</textarea>{SCRIPT}\n")}
    )
    assert "&lt;/textarea&gt;" in answer.text
    assert '<input type="hidden" name="list" value="Tựa img src=x\n&lt;/textarea&gt;' in answer.text
    assert SCRIPT not in answer.text
    assert "<img" not in answer.text
    assert "onerror=alert(2)&gt;" in answer.text


def test_a_long_list_is_cut_and_says_so(client: Visitor) -> None:
    lines = "".join(f"{n}\n" for n in range(100_000, 100_000 + MOST_ROWS + 30))
    page = client.post("/reconcile/list?lang=en", headers=HTML, files={"list": (None, lines)}).text
    assert "Only the beginning of the list" in page
    assert f"<dd>{MOST_ROWS}</dd>" in page


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({"list": (None, "")}, 400),
        ({"list": (None, " \n\n")}, 400),
        ({"file": ("a.csv", b"\xff\xfa\x80nhan", "text/csv")}, 400),
        ({"list": (None, "x" * (MOST_BYTES + (128 << 10)))}, 413),
        ({"file": ("a.csv", b"x" * (MOST_BYTES * 2), "text/csv")}, 413),
    ],
)
def test_what_cannot_be_read_is_said(client: Visitor, files: dict[str, object], status: int) -> None:
    answer = client.post("/reconcile/list", headers=HTML, files=files)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_the_page_is_linked(client: Visitor) -> None:
    start = client.get("/", headers=HTML).text
    assert start.count('href="/reconcile"') == 2
