"""The change feed as its followers rely on it: pages that stay, announcements that hold, a copy that is in step."""

from __future__ import annotations

import importlib.util
import random
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from hub.feeds import activity
from hub.identity.decisions import decide
from hub.members import Library, put_library
from hub.registry.schema import change, entity
from hub.settings import Settings
from hub.wiring import open_registry, projector
from tests.hub.catalogue import kieu
from tests.hub.conftest import Run
from tests.hub.feeds.story import book, changes, deleted, first_loads, load

AS2 = "https://www.w3.org/ns/activitystreams"
EMM = "https://emm-spec.org/1.0/context.json"


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "PAGE", 7)


def pages(web: httpx.Client, feed: str = "/activity") -> list[dict[str, Any]]:
    """All pages of a feed, as a follower meets them."""
    found, at = [], web.get(feed).json()["first"]["id"]
    while at:
        answer = web.get(at)
        assert answer.status_code == 200, at
        assert answer.headers["content-type"] == "application/activity+json"
        found.append(answer.json())
        assert found[-1]["id"] == at
        at = found[-1].get("next", {}).get("id")
    return found


def items(web: httpx.Client, feed: str = "/activity") -> list[dict[str, Any]]:
    return [item for page in pages(web, feed) for item in page["orderedItems"]]


def number(item: dict[str, Any]) -> int:
    return int(item["id"].rpartition("/")[2])


def test_pages_hold_every_change_once_in_order(web: httpx.Client, hub: Run, settings: Settings) -> None:
    first_loads(hub)
    log = changes(settings)
    found = pages(web)
    assert [number(i) for page in found for i in page["orderedItems"]] == [c[0] for c in log]
    assert all(len(page["orderedItems"]) == page["totalItems"] == 7 for page in found[:-1])
    assert len(found[-1]["orderedItems"]) == len(log) % 7
    entry = web.get("/activity").json()
    assert entry["totalItems"] == len(log)
    assert entry["last"]["id"] == found[-1]["id"]
    assert [p.get("prev", {}).get("id") for p in found] == [None, *(p["id"] for p in found[:-1])]
    for item, (_, place, identity, _, _) in zip(items(web), log, strict=True):
        assert item["object"]["id"] == f"{settings.base_uri}{place}/{identity}"


def test_full_pages_never_change_and_the_last_one_grows(web: httpx.Client, hub: Run, settings: Settings) -> None:
    first_loads(hub)
    before = [web.get(page["id"]) for page in pages(web)]
    assert all("immutable" in answer.headers["cache-control"] for answer in before[:-1])
    assert "immutable" not in before[-1].headers["cache-control"]
    load(hub, "A", deleted(kieu("a1")), book("a2", "Tìm hiểu kho sách Hán Nôm, có sửa chữa"))
    load(hub, "B", deleted(kieu("b1")))
    after = pages(web)
    assert len(after) > len(before)
    for answer in before[:-1]:
        again = web.get(str(answer.url))
        assert again.content == answer.content
        assert again.headers["etag"] == answer.headers["etag"]
        assert web.get(str(answer.url), headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    grown = web.get(str(before[-1].url)).json()["orderedItems"]
    old = before[-1].json()["orderedItems"]
    assert grown[: len(old)] == old
    assert len(grown) > len(old)


def test_a_page_that_is_just_full_names_its_empty_successor(
    web: httpx.Client, hub: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_loads(hub)
    monkeypatch.setattr(activity, "PAGE", len(changes(settings)))
    found = pages(web)
    assert [page["totalItems"] for page in found] == [len(changes(settings)), 0]
    assert web.get("/activity/page/3").status_code == 404
    assert web.get("/activity/page/0").status_code == 404
    assert web.get("/activity/page/x").status_code == 404


def test_contexts_stand_in_the_order_the_specification_wants(web: httpx.Client, hub: Run) -> None:
    first_loads(hub)
    for path in ("/activity", "/activity/page/1", "/activity/newest", "/activity/changes/1"):
        context = web.get(path).json()["@context"]
        assert isinstance(context[0], dict)
        assert context[-2:] == [AS2, EMM]


def test_merge_deprecates_with_a_replacement_and_a_split_brings_it_back(
    web: httpx.Client, hub: Run, settings: Settings
) -> None:
    load(hub, "A", book("a2", "Tìm hiểu kho sách Hán Nôm"))
    load(hub, "B", book("b9", "Đường thi tuyển dịch", author="Lê Nguyễn Lưu", year=1997))
    start = len(changes(settings))
    registry = open_registry(settings)
    with registry.write() as connection:
        pair = (("A", "a2"), ("B", "b9"))
        decide(connection, *pair, level="instance", same=True, by="test", reason="", at=1_800_000_000)
    with projector(settings, registry) as writer:
        writer.run()
    merged = [i for i in items(web) if number(i) > start]
    (gone,) = [i for i in merged if i["type"] == "Deprecate" and "/instances/" in i["object"]["id"]]
    survivor = gone["object"]["isReplacedBy"]
    assert {(i["type"], i["object"]["id"]) for i in merged} >= {("Update", survivor)}
    moved = web.get(gone["object"]["id"])
    assert (moved.status_code, moved.headers["location"]) == (301, survivor)
    start = len(changes(settings))
    with registry.write() as connection:
        decide(connection, *pair, level="instance", same=False, by="test", reason="", at=1_800_000_100)
    with projector(settings, registry) as writer:
        writer.run()
    registry.close()
    apart = {i["object"]["id"]: i for i in items(web) if number(i) > start}
    back = apart[gone["object"]["id"]]
    assert back["type"] == "Add"  # a Create is the first of its URI
    assert back["object"]["wasDerivedFrom"] == survivor
    assert apart[survivor]["type"] == "Update"


def test_first_of_a_thing_is_create_and_a_withdrawal_delete(web: httpx.Client, hub: Run, settings: Settings) -> None:
    load(hub, "A", book("a2", "Tìm hiểu kho sách Hán Nôm"))
    load(hub, "A", book("a2", "Tìm hiểu kho sách Hán Nôm", pages=301))
    load(hub, "A", deleted(book("a2", "Tìm hiểu kho sách Hán Nôm", pages=301)))
    load(hub, "A", book("a2", "Tìm hiểu kho sách Hán Nôm", pages=302))
    by_thing: dict[str, list[str]] = {}
    for item in items(web, "/activity/instances"):
        by_thing.setdefault(item["object"]["id"], []).append(item["type"])
    assert list(by_thing.values()) == [["Create", "Update", "Delete", "Add"]]
    libraries = items(web, "/activity/libraries")
    assert [(i["type"], i["object"]["id"].rpartition("/")[2]) for i in libraries] == [("Create", "A"), ("Create", "B")]


def test_feeds_of_a_type_and_of_a_holder_show_their_part_of_the_same_pages(web: httpx.Client, hub: Run) -> None:
    first_loads(hub)
    everything = items(web)
    for place in ("works", "instances", "items", "agents", "concepts"):
        mine = items(web, f"/activity/{place}")
        assert mine == [i for i in everything if f"/{place}/" in i["object"]["id"]]
        assert mine
    held = {i["object"]["id"] for i in items(web, "/activity/heldBy/B")}
    instances = {i["object"]["id"] for i in everything if "/instances/" in i["object"]["id"]}
    documents = {iri: web.get(f"{iri}.nt").text for iri in instances}
    assert {iri for iri, text in documents.items() if "/records/B/" in text} == held & instances
    shared = [iri for iri, text in documents.items() if "/records/A/" in text and "/records/B/" in text]
    assert set(shared) < held
    for item in everything:
        if "/items/" in item["object"]["id"]:
            assert (item["object"]["id"] in held) == item["object"]["heldBy"].endswith("/libraries/B")
    assert web.get("/activity/heldBy/nobody").status_code == 404


def test_a_branch_is_sent_to_the_feed_of_its_member(web: httpx.Client, settings: Settings) -> None:
    registry = open_registry(settings)
    with registry.write() as connection:
        put_library(connection, Library("A-2", "A", "Chi nhánh", "Branch"))
    registry.close()
    for rest in ("", "/page/1", "/newest", "/newest/0"):
        answer = web.get(f"/activity/heldBy/A-2{rest}")
        assert answer.status_code == 307
        assert answer.headers["location"] == f"{settings.base_uri}activity/heldBy/A{rest}"


def test_a_holder_hears_that_it_holds_something_no_more(web: httpx.Client, hub: Run, settings: Settings) -> None:
    first_loads(hub)
    start = len(changes(settings))
    load(hub, "B", deleted(kieu("b1")))
    heard = {
        (i["type"], i["object"]["id"].split("/")[-2]) for i in items(web, "/activity/heldBy/B") if number(i) > start
    }
    assert {("Delete", "items"), ("Remove", "instances"), ("Remove", "works")} == heard


def test_newest_first_is_the_feed_backwards(web: httpx.Client, hub: Run) -> None:
    first_loads(hub)
    for feed in ("/activity", "/activity/works", "/activity/heldBy/A"):
        backwards, at = [], web.get(f"{feed}/newest").json()["first"]["id"]
        while at:
            page = web.get(at).json()
            backwards += page["orderedItems"]
            at = page.get("next", {}).get("id")
        assert backwards == items(web, feed)[::-1]


def test_nothing_is_announced_before_its_document_is_there(web: httpx.Client, hub: Run, settings: Settings) -> None:
    assert web.get("/activity").json()["totalItems"] == 0
    assert items(web) == []
    first_loads(hub)
    known = items(web)
    registry = open_registry(settings)
    with registry.write() as connection:
        work = connection.execute(entity.select().where(entity.c.place == "works")).first()
        assert work is not None
        connection.execute(insert(change).values(entity=work.id, place="works", action="update", at=1_800_000_000))
    assert items(web) == known
    assert web.get(f"/activity/changes/{len(known) + 1}").status_code == 404
    with projector(settings, registry) as writer:
        writer.run()
    registry.close()
    assert len(items(web)) == len(known) + 1


def test_an_example_consumer_keeps_its_copy_in_step(web: httpx.Client, hub: Run, settings: Settings) -> None:
    copy, example = sqlite3.connect(":memory:"), example_consumer()
    chance = random.Random(7)
    titles = ["Tìm hiểu kho sách Hán Nôm", "Lịch triều hiến chương", "Đại Nam thực lục", "Gia Định thành thông chí"]
    feeds = [f"{settings.base_uri}activity/{place}" for place in ("works", "instances", "items", "agents", "concepts")]
    try:
        for _ in range(4):
            for member in "AB":
                records = [
                    book(f"{member}{n}", title, pages=chance.choice([100, 200])) for n, title in enumerate(titles)
                ]
                load(hub, member, *(deleted(r) if chance.random() < 0.4 else r for r in records))
            for feed in feeds:
                example.follow(web, feed, copy)
                assert example.follow(web, feed, copy) == 0
            assert dict(copy.execute("SELECT iri, ntriples FROM thing")) == live_documents(web, settings)
    finally:
        copy.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_feed_of_a_holder_is_enough_to_follow_what_it_holds(
    web: httpx.Client, hub: Run, settings: Settings, seed: int
) -> None:
    copy, example = sqlite3.connect(":memory:"), example_consumer()
    chance = random.Random(seed)
    titles = ["Tìm hiểu kho sách Hán Nôm", "Lịch triều hiến chương", "Đại Nam thực lục", "Gia Định thành thông chí"]
    try:
        for _ in range(4):
            for member in chance.sample("AB", 2):
                pages = chance.choice([100, 200])
                records = [book(f"{member}{n}", title, pages=pages) for n, title in enumerate(titles)]
                load(hub, member, *(deleted(r) if chance.random() < 0.4 else r for r in records))
            example.follow(web, f"{settings.base_uri}activity/heldBy/A", copy)
            kept = dict(copy.execute("SELECT iri, ntriples FROM thing"))
            live = live_documents(web, settings)
            assert kept == {iri: live[iri] for iri in kept}
            instances = [iri for iri, text in live.items() if "/instances/" in iri and "/records/A/" in text]
            items = [iri for iri, text in live.items() if "/items/" in iri and "/records/A/" in text]
            works = [iri for iri, text in live.items() if "/works/" in iri and any(i in text for i in instances)]
            assert {*instances, *items, *works} == kept.keys()
    finally:
        copy.close()


def live_documents(web: httpx.Client, settings: Settings) -> dict[str, str]:
    registry = open_registry(settings)
    with registry.read() as connection:
        rows = connection.execute(entity.select().where(entity.c.state == "live")).all()
    registry.close()
    return {iri: web.get(f"{iri}.nt").text for r in rows if (iri := f"{settings.base_uri}{r.place}/{r.id}")}


def example_consumer() -> ModuleType:
    """docs/examples/follow.py, as a reader of the documentation would run it."""
    path = Path(__file__).parents[3] / "docs" / "examples" / "follow.py"
    spec = importlib.util.spec_from_file_location("follow", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
