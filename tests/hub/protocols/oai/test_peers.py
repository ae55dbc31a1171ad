"""Harvesters of others against a served hub: everything, then an increment after updates and deletions."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from oaipmh_scythe import Scythe
from sickle import Sickle

from tests.hub.feeds.story import book, deleted
from tests.hub.harvest.served import Served, serving
from tests.hub.protocols.oai.harvester import harvest

HELD = 210
Got = dict[str, bool]
"""OAI identifiers, and whether the item is deleted."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """More than two answers' worth of Instances."""
    with serving(tmp_path_factory.mktemp("peers") / "hub", "A") as made:
        made.load("A", *(book(f"a{n}", f"Địa chí tập {n}", year=1800 + n % 200, pages=n + 9) for n in range(HELD)))
        yield made


def scythe(url: str, start: str | None, prefix: str) -> Got:
    with Scythe(url) as client:
        return {r.header.identifier: r.deleted for r in client.list_records(metadata_prefix=prefix, from_=start)}


def sickle(url: str, start: str | None, prefix: str) -> Got:
    wanted = {"metadataPrefix": prefix} | ({"from": start} if start else {})
    return {r.header.identifier: r.deleted for r in Sickle(url).ListRecords(**wanted)}


def catmandu(url: str, start: str | None, prefix: str) -> Got:
    command = ["catmandu", "convert", "OAI", "--url", url, "--metadataPrefix", prefix, "--handler", prefix]
    command += [*(("--from", start) if start else ()), "to", "JSON", "--line_delimited", "1"]
    surroundings = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=surroundings)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {r["_identifier"]: r.get("_status") == "deleted" for r in rows}


PEERS = [scythe, sickle, pytest.param(catmandu, marks=pytest.mark.needs("catmandu-oai"))]


@pytest.mark.peer
@pytest.mark.parametrize("peer", PEERS)
def test_everything(hub: Served, peer: Callable[[str, str | None, str], Got]) -> None:
    with httpx.Client(base_url=hub.settings.base_uri) as web:
        held = {r.identifier: r.deleted for r in harvest(web)}
    assert sum(not gone for gone in held.values()) == HELD
    for prefix in ("marcxml", "oai_dc"):
        assert peer(hub.oai, None, prefix) == held


@pytest.fixture(scope="module")
def changed(hub: Served) -> str:
    """The time after which something was changed, added and deleted."""
    time.sleep(1.1)
    start = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    hub.load(
        "A",
        book("a1", "Địa chí tập 1, có bổ sung", year=1801, pages=10),
        deleted(book("a2", "Địa chí tập 2", year=1802, pages=11)),
        book("new", "Sách mới", year=2021),
    )
    return start


@pytest.mark.peer
@pytest.mark.parametrize("peer", PEERS)
def test_what_changed(hub: Served, changed: str, peer: Callable[[str, str | None, str], Got]) -> None:
    with httpx.Client(base_url=hub.settings.base_uri) as web:
        after = {r.identifier: r.deleted for r in harvest(web, from_=changed)}
    assert sorted(after.values()) == [False, False, True]
    for prefix in ("marcxml", "oai_dc"):
        assert peer(hub.oai, changed, prefix) == after


@pytest.mark.peer
def test_scythe_reads_every_format(hub: Served) -> None:
    with Scythe(hub.oai) as client:
        assert client.identify().protocolVersion == "2.0"
        assert {f.metadataPrefix for f in client.list_metadata_formats()} >= {"oai_dc", "marcxml", "bibframe"}
        assert "library:A" in {s.setSpec for s in client.list_sets()}
        live = [h.identifier for h in client.list_identifiers(metadata_prefix="oai_dc") if not h.deleted]
        assert len(live) == HELD
        assert client.get_record(identifier=live[0], metadata_prefix="bibframe").header.identifier == live[0]
        assert len([r for r in client.list_records(metadata_prefix="bibframe") if not r.deleted]) == HELD
