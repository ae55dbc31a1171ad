"""The registry on PostgreSQL: the same records make the same hub as on SQLite, by all that the command line does."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.members import Library, put_library, put_member
from hub.registry import Registry, schema
from tests.hub.catalogue import catalogue, kieu, written
from tests.hub.conftest import Run
from tests.peers import running_postgresql

pytestmark = [pytest.mark.needs("postgresql"), pytest.mark.peer]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a database."""
    with running_postgresql() as url:
        yield url


def _use(hub: Run, tmp_path: Path) -> tuple[list[str], dict[str, object]]:
    """Load, decide, undo, rematch, replace; gives the graph and what explains an Instance."""
    hub("load", "--member", "A", catalogue(tmp_path / "a.mrc", 60), check=True)
    hub("load", "--member", "A", "-", stdin=written(kieu("ka")), check=True)
    hub("load", "--member", "B", "-", stdin=written(kieu("kb")), check=True)
    hub("review", "different", "A:ka", "B:kb", "--by", "lan", check=True)
    hub("review", "undo", "1", check=True)
    hub("rematch", "--all", check=True)
    hub("load", "--member", "A", "--full", "--force", "-", stdin=written(kieu("ka")), check=True)
    assert hub("check").returncode == 0
    graph = sorted(hub("export", check=True).stdout.splitlines())
    listed = json.loads(hub("members", "show", "A", check=True).stdout)
    return graph, listed


def test_a_hub_is_the_same_on_both(server: str, hub: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for url in (f"sqlite:///{tmp_path / 'hub' / 'registry.sqlite'}", server):
        monkeypatch.setenv("HUB_REGISTRY", url)
        monkeypatch.setenv("HUB_WORKERS", "1")
        (tmp_path / "hub").mkdir()
        registry = Registry(url)
        with registry.write() as connection:
            for code in "AB":
                put_member(connection, code, {})
                put_library(connection, Library(code, code, f"Thư viện {code}", f"Library {code}"))
        registry.close()
        found.append(_use(hub, tmp_path))
        (tmp_path / "hub").rename(tmp_path / f"hub-{len(found)}")
    sqlite, postgresql = found
    assert [line for line in sqlite[0] if "/instances/" in line]
    assert postgresql == sqlite


def test_writers_wait_for_each_other_and_readers_see_one_state(server: str) -> None:
    registry = Registry(server)
    table, began = schema.library_group, threading.Event()
    ended: list[float] = []

    def other() -> None:
        began.set()
        with registry.write() as connection:
            ended.append(time.monotonic())
            connection.execute(table.insert().values(code="two", name_vi="", name_en=""))

    with registry.read() as reading:
        assert reading.execute(select(table.c.code)).all() == []
        with registry.write() as connection:
            thread = threading.Thread(target=other)
            thread.start()
            began.wait()
            time.sleep(0.2)
            connection.execute(table.insert().values(code="one", name_vi="", name_en=""))
            held = time.monotonic()
        thread.join()
        assert ended[0] > held
        assert reading.execute(select(table.c.code)).all() == []
    with registry.read() as reading:
        assert sorted(reading.execute(select(table.c.code)).scalars()) == ["one", "two"]
    registry.close()
