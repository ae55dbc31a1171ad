"""The growth of a catalogue, counted from its log and drawn; the map with its outline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from lxml import html
from sqlalchemy import func, select

from hub.catalog.graph import Link, Text
from hub.catalog.models import LibraryCard
from hub.registry import Registry
from hub.registry.schema import change, entity
from hub.settings import Settings
from hub.web.growth import HEIGHT, POINTS, WIDTH, Growth, Point, drawn
from hub.web.map import draw
from hub.wiring import open_registry
from tests.hub.web.visitor import Visitor

DAY = 86_400
TODAY = date(1970, 1, 31)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = Registry.in_folder(tmp_path)
    yield made
    made.close()


def log(registry: Registry, *entries: tuple[int, str, str]) -> None:
    """Add changes: day, place, action."""
    with registry.write() as connection:
        rows = [
            {"entity": f"e{n}", "place": place, "action": action, "at": day * DAY + 5}
            for n, (day, place, action) in enumerate(entries)
        ]
        connection.execute(change.insert(), rows)


def test_what_is_live_is_counted_by_day(registry: Registry, tmp_path: Path) -> None:
    log(
        registry,
        *[(0, "instances", "create")] * 5,
        (0, "works", "create"),
        (0, "agents", "create"),
        (2, "instances", "merge"),
        (2, "instances", "update"),
        (2, "instances", "withdraw"),
        (2, "instances", "split"),
        (9, "instances", "revive"),
    )
    growth = Growth(registry, tmp_path / "growth.json")
    growth.advance(registry.last_change())
    assert [(p.day.day, p.counts["instances"]) for p in growth.points()] == [(1, 5), (3, 4), (10, 5)]
    assert growth.points()[-1].counts == {"works": 1, "instances": 5, "items": 0}


def test_only_newer_changes_are_read(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log(registry, *[(0, "works", "create")] * 7)
    first = Growth(registry, tmp_path / "growth.json")
    first.advance(registry.last_change())
    log(registry, *[(1, "works", "create")] * 3)
    second = Growth(registry, tmp_path / "growth.json")
    assert second.seq == 7
    read: list[int] = []
    portion = Growth._portion
    monkeypatch.setattr(Growth, "_portion", lambda self, last: (read.append(last - self.seq), portion(self, last)))
    second.advance(registry.last_change())
    assert read == [3]
    assert [p.counts["works"] for p in second.points()] == [7, 10]
    second.advance(registry.last_change())
    assert read == [3]


def test_a_long_log_is_counted_in_portions(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import hub.web.growth as module

    monkeypatch.setattr(module, "PORTION", 4)
    log(registry, *[(0, "works", "create")] * 10)
    growth = Growth(registry, tmp_path / "growth.json")
    growth.advance(10, seconds=-1)
    assert growth.seq == 0
    growth.advance(10)
    assert (growth.seq, growth.points()[-1].counts["works"]) == (10, 10)


def test_another_log_is_counted_anew(registry: Registry, tmp_path: Path) -> None:
    file = tmp_path / "growth.json"
    file.write_text('{"seq": 99, "days": {"0": {"works": 50}}}')
    log(registry, (3, "works", "create"))
    growth = Growth(registry, file)
    growth.advance(registry.last_change())
    assert [(p.day.day, p.counts["works"]) for p in growth.points()] == [(4, 1)]
    for broken in ("", "{", "[]", '{"seq": "x", "days": {}}', '{"seq": 1, "days": {"a": 1}}'):
        file.write_text(broken)
        assert Growth(registry, file).seq == 0


def point(day: int, count: int) -> Point:
    return Point(date.fromordinal(TODAY.toordinal() - 30 + day), {"instances": count, "works": 0, "items": 0})


def test_the_drawing_stays_in_its_frame_and_rises_with_the_numbers() -> None:
    chart = drawn([point(0, 120), point(3, 800), point(20, 750)], "instances", TODAY)
    assert chart is not None
    numbers = [float(n) for n in re.findall(r"[\d.]+", chart.line)]
    assert all(0 <= n <= WIDTH for n in numbers)
    heights = [float(n) for n in re.findall(r"V([\d.]+)", chart.line)]
    assert all(0 <= y <= HEIGHT for y in heights)
    assert heights[0] < heights[1]  # 800 stands higher than 750
    assert chart.points[-1].day == TODAY
    assert [n for _, n in chart.levels] == [0, 200, 400, 600, 800]
    assert chart.area.endswith("Z")


def test_a_chart_needs_two_days() -> None:
    assert drawn([], "instances", TODAY) is None
    assert drawn([point(30, 5)], "instances", TODAY) is None
    assert drawn([point(29, 5)], "instances", TODAY) is not None
    assert drawn([point(3, 0)], "instances", TODAY) is not None


@pytest.mark.parametrize("days", [39, 41, 400, 4000, 40_000])
def test_many_days_are_thinned_and_the_last_stays(days: int) -> None:
    points = [Point(date.fromordinal(1000 + n), {"instances": n, "works": n, "items": n}) for n in range(days)]
    chart = drawn(points, "instances", points[-1].day)
    assert chart is not None
    assert len(chart.points) <= POINTS + 1
    assert chart.points[0] == points[0]
    assert chart.points[-1] == points[-1]


def test_the_start_page_leads_to_what_machines_use(client: Visitor) -> None:
    page = html.document_fromstring(client.get("/", headers={"Accept-Language": "en"}).text)
    assert not page.xpath("//section[@class='growth']")  # all of it was loaded today: nothing to draw yet
    links = set(page.xpath("//dl[@class='ways']//a/@href"))
    assert {"/sparql", "/activity", "/dumps/", "/oai?verb=Identify", "/sitemap.xml", "/.well-known/void"} <= links
    for link in links:
        assert client.get(link).status_code in (200, 303), link


def test_the_log_and_the_numbers_agree(client: Visitor, settings: Settings, tmp_path: Path) -> None:
    registry = open_registry(settings)
    growth = Growth(registry, tmp_path / "growth.json")
    growth.advance(registry.last_change())
    with registry.read() as connection:
        live = select(entity.c.place, func.count()).where(entity.c.state == "live").group_by(entity.c.place)
        counts = {row[0]: row[1] for row in connection.execute(live)}
    registry.close()
    assert growth.points()[-1].counts == {place: counts[place] for place in ("works", "instances", "items")}


# The map


def card(code: str, latitude: float | None, longitude: float | None) -> LibraryCard:
    link = Link(f"http://x/libraries/{code}", (Text(code, "vi"),))
    return LibraryCard(link.iri, code, link, place=code, latitude=latitude, longitude=longitude, items=1)


def test_libraries_of_one_country_stand_on_its_outline() -> None:
    made = draw([card("hanoi", 21.03, 105.85), card("hue", 16.46, 107.59), card("nowhere", None, None)])
    assert made is not None
    assert made.outline.startswith("M")
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", made.outline)]
    assert all(0 <= n <= max(made.width, made.height) for n in numbers)
    assert {i.names["vi"] for i in made.islands} == {"Quần đảo Hoàng Sa", "Quần đảo Trường Sa"}
    hanoi, hue = sorted(made.dots, key=lambda d: d.y)
    assert (hanoi.library.code, hue.library.code) == ("hanoi", "hue")
    assert hanoi.x < hue.x
    assert hanoi.y < min(i.y for i in made.islands)


def test_libraries_elsewhere_stand_on_a_grid() -> None:
    made = draw([card("paris", 48.85, 2.35), card("hanoi", 21.03, 105.85)])
    assert made is not None
    assert (made.outline, made.islands) == ("", ())
    assert made.meridians
    assert draw([card("nowhere", None, None), card("wrong", 95, 200)]) is None
