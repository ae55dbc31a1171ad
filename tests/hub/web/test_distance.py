"""Distances from what a reader types: never stored, never sent on, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from lxml import html

from hub.web.distance import Whereabouts, folded, kilometres
from tests.hub.web.visitor import Visitor

EN = {"Accept": "text/html", "Accept-Language": "en"}
Find = Callable[..., str]


def test_great_circles() -> None:
    hanoi, hue, saigon = (21.03, 105.85), (16.46, 107.59), (10.78, 106.70)
    assert kilometres(hanoi, hanoi) == 0
    assert kilometres(hanoi, hue) == pytest.approx(540, abs=3)
    assert kilometres(hanoi, saigon) == pytest.approx(kilometres(saigon, hanoi)) == pytest.approx(1143, abs=3)
    assert kilometres((0, 179.5), (0, -179.5)) == pytest.approx(111.2, abs=0.1)
    assert kilometres((90, 0), (-90, 0)) == pytest.approx(20015, abs=1)


def test_letters_without_marks() -> None:
    assert folded("  Đà   NẴNG ") == folded("da nang") == "da nang"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("16.46, 107.59", "16.46, 107.59"),
        ("TVH", "Huế provincial <test> library"),
        ("hue", "Huế"),
        ("Thư viện tỉnh Huế <thử>", "Huế provincial <test> library"),
        ("university test", "University test library"),
        ("ha noi", "Hà Nội"),
        ("can tho", "Cần Thơ"),
        ("sài gòn", "Sài Gòn"),
    ],
)
def test_what_a_reader_may_type(client: Visitor, typed: str, name: str) -> None:
    page = html.document_fromstring(client.get(f"/libraries?near={quote(typed)}", headers=EN).text)
    assert f"from {name}." in " ".join(page.xpath("//p[@role='status']")[0].text_content().split())


@pytest.mark.parametrize("typed", ["nowhere", "library", "91, 200", "<script>alert(1)</script>", "%", "''--"])
def test_what_names_nothing_or_too_much_is_said_so(client: Visitor, typed: str) -> None:
    page = html.document_fromstring(client.get(f"/libraries?near={quote(typed)}", headers=EN).text)
    assert f"this name is known: “{typed}”" in page.xpath("//p[@role='status']")[0].text_content()
    assert not page.xpath("//span[contains(@class, 'distance')][normalize-space()]")


def test_the_nearest_library_comes_first(client: Visitor, find: Find) -> None:
    path = find("Truyện Kiều thơ", "instances") + ".html"

    def holders(near: str) -> list[tuple[str, str]]:
        page = html.document_fromstring(client.get(f"{path}?near={near}", headers=EN).text)
        sections = page.xpath("//section[@class='holding']")
        return [(s.xpath("string(h3/a)"), s.xpath("normalize-space(.//span[@class='distance dim'])")) for s in sections]

    assert holders("") == [("National test library", ""), ("University test library", "")]
    assert holders("DHQG") == [("University test library", "0 km"), ("National test library", "6.6 km")]
    assert [name for name, _ in holders("hue")] == ["National test library", "University test library"]


@pytest.mark.parametrize("page", ["/libraries", "instance"])
def test_where_a_reader_is_stays_with_the_reader(client: Visitor, find: Find, page: str) -> None:
    path = page if page.startswith("/") else find("Truyện Kiều thơ", "instances") + ".html"
    plain = client.get(path, headers=EN)
    assert "etag" in plain.headers
    for _ in range(2):
        answer = client.get(f"{path}?near=16.4637,107.5909", headers=EN)
        assert answer.headers["cache-control"] == "private, no-store"
        assert "etag" not in answer.headers
        assert "set-cookie" not in answer.headers
        document = html.document_fromstring(answer.text)
        assert document.xpath("//meta[@name='robots']/@content") == ["noindex"]
        assert "near" not in document.xpath("//link[@rel='canonical']/@href")[0]
        others = [a for a in document.xpath("//a/@href") if "107.59" in a]
        assert others == document.xpath("//a[@hreflang]/@href")  # this page in the other language
    assert client.get(path, headers=EN).headers["etag"] == plain.headers["etag"]


def test_libraries_without_coordinates_come_last() -> None:
    nearby = Whereabouts.__new__(Whereabouts)
    nearby.placed = list  # type: ignore[method-assign]
    found = nearby.nearby("21.03 105.85", ["http://x/libraries/A"], "en")
    assert found.origin is not None
    assert found.order("http://x/libraries/A") == float("inf")
