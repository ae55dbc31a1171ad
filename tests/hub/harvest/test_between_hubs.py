"""Two real hubs: one harvests what a member holds in the other, and stays in step."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lxml import etree

from converters.marc import parse
from hub.registry.schema import entity, record
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.catalogue import kieu
from tests.hub.feeds.story import book, deleted
from tests.hub.harvest.served import Served, new_hub, serving
from tests.hub.protocols.oai.harvester import harvest as listed


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("upstream") / "hub", "A", "B") as made:
        made.load("A", kieu("a1"), *(book(f"a{n}", f"Lịch sử tập {n}", year=1960 + n) for n in range(2, 50)))
        made.load("B", kieu("b1"), book("b2", "Đại Nam thực lục", author="Quốc sử quán", year=2007))
        yield made


def marc(settings: Settings) -> dict[str, str]:
    """The live records of A by number."""
    registry = open_registry(settings)
    with registry.read() as connection:
        rows = connection.execute(record.select().where(record.c.member == "A", record.c.deleted.is_(False))).all()
    registry.close()
    return {r.control_number: repr(parse(zlib.decompress(r.raw), r.format)) for r in rows}


def offered(hub: Served) -> dict[str, str]:
    """What the upstream hub has in the set of A, by the number that its records bear."""
    found = {}
    with httpx.Client(base_url=hub.settings.base_uri) as web:
        for r in listed(web, metadataPrefix="marcxml", set="library:A"):
            if r.metadata is not None:
                parsed = parse(etree.tostring(r.metadata), "marcxml")
                found[parsed.control("001")] = repr(parsed)
    return found


def test_a_hub_harvests_another_and_stays_in_step(upstream: Served, tmp_path: Path) -> None:
    down = new_hub(tmp_path / "down", "A")
    mine = Served(down.data, "")
    done = mine.run("harvest", "A", "--url", upstream.oai, "--set", "library:A")
    assert done.returncode == 0, done.stderr
    assert len(marc(down)) == 49
    assert marc(down) == offered(upstream)

    changed = book("a3", "Lịch sử tập 3", year=1963)
    changed.fields.append(book("x", "x").fields[-2])
    upstream.load("A", changed, deleted(book("a5", "Lịch sử tập 5", year=1965)), book("a99", "Mới", year=2020))
    upstream.load("B", deleted(kieu("b1")))
    done = mine.run("harvest", "A")
    assert done.returncode == 0, done.stderr
    assert "changes since" in done.stderr
    assert "withdrawn 1" in done.stderr
    assert marc(down) == offered(upstream)

    upstream.load("A", deleted(kieu("a1")))
    assert mine.run("harvest", "A").returncode == 0
    assert marc(down) == offered(upstream)
    registry = open_registry(down)
    with registry.read() as connection:
        states = [r.state for r in connection.execute(entity.select().where(entity.c.place == "instances"))]
    registry.close()
    assert (states.count("live"), states.count("withdrawn")) == (48, 2)
    found = mine.run("query", 'SELECT ?i { ?i a bf:Instance ; bf:title/bf:mainTitle "Mới" }', "--format", "csv").stdout
    assert found.count("/instances/") == 1
