"""A crawler of another project (Scrapy) finds everything from robots.txt, once, and asks for little the second time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from hub.registry.schema import entity, library, library_group
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.web.served import Sent, serving

SITE = "http://testserver"


@dataclass(frozen=True, slots=True)
class Pass:
    """What one run of the crawler saw, and what the server sent it."""

    visits: list[dict[str, Any]]
    sent: list[Sent]


def crawl(port: int, sent: list[Sent], folder: Path, name: str) -> Pass:
    """One run; the crawler's cache stays in ``folder`` for the next."""
    out = folder / f"{name}.jsonl"
    spider = Path(__file__).with_name("crawl.py")
    command = [sys.executable, "-m", "scrapy", "runspider", str(spider), "-a", f"site={SITE}", "-o", str(out)]
    command += ["-s", f"HTTPCACHE_DIR={folder / 'cache'}"]
    # The hub's own name leads to this machine: the server is given to the crawler as its proxy.
    environment = {**os.environ, "http_proxy": f"http://127.0.0.1:{port}", "no_proxy": ""}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr, done.stderr[-3000:]
    visits = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    told = Pass(visits, list(sent))
    sent.clear()
    return told


@pytest.fixture(scope="module")
def passes(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Pass, Pass]]:
    folder = tmp_path_factory.mktemp("crawl")
    with serving(settings) as (port, sent):
        yield crawl(port, sent, folder, "first"), crawl(port, sent, folder, "second")


def live(settings: Settings) -> set[str]:
    """The pages of everything live."""
    registry = open_registry(settings)
    with registry.read() as connection:
        found = connection.execute(select(entity.c.place, entity.c.id).where(entity.c.state == "live")).all()
        pages = {f"{SITE}/{place}/{identity}.html" for place, identity in found}
        pages |= {f"{SITE}/libraries/{c}.html" for c in connection.execute(select(library.c.code)).scalars()}
        pages |= {f"{SITE}/groups/{c}.html" for c in connection.execute(select(library_group.c.code)).scalars()}
    registry.close()
    return pages


def test_every_live_entity_is_reached_once(passes: tuple[Pass, Pass], settings: Settings) -> None:
    visits = passes[0].visits
    wanted = live(settings)
    assert len(wanted) > 30
    urls = [v["url"] for v in visits]
    assert wanted <= set(urls)
    assert len(urls) == len(set(urls))
    documents = [v["canonical"] for v in visits if v["canonical"]]
    assert sorted(documents) == sorted(set(documents))  # no document under two addresses


def test_nothing_is_missing_and_nothing_fails(passes: tuple[Pass, Pass]) -> None:
    for run in passes:
        assert {v["status"] for v in run.visits} == {200}, [v for v in run.visits if v["status"] != 200]
        assert {s.status for s in run.sent} <= {200, 304}


def test_what_robots_txt_forbids_is_left_alone(passes: tuple[Pass, Pass]) -> None:
    paths = [urlsplit(v["url"]).path for v in passes[0].visits]
    assert not [p for p in paths if p.startswith(("/search", "/records/", "/why/", "/linkset/", "/admin/", "/door"))]
    assert not [p for p in paths if p.endswith((".ttl", ".nt", ".rdf", ".jsonld", ".ris", ".bib", ".mrc"))]
    assert not [v["url"] for v in passes[0].visits if "lang=" in v["url"] or "near=" in v["url"]]


def test_the_second_pass_brings_little(passes: tuple[Pass, Pass]) -> None:
    first, second = passes
    again = {s.path: s.body for s in second.sent if s.status == 200}
    # Lists that are made for each who asks have no ETag; what stands in a sitemap has, and the sitemaps themselves.
    assert not [p for p in again if p.endswith((".html", ".xml", ".gz", ".txt"))]
    assert sum(s.body for s in second.sent if s.status == 304) == 0
    before = sum(s.body + s.headers for s in first.sent)
    after = sum(s.body + s.headers for s in second.sent)
    assert before > 200_000
    assert after < 0.02 * before, (before, after, again)
