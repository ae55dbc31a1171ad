"""Registries of earlier schemas, as the releases of then left them (registry-N.sql), opened by today's code.

Each holds the records of three members, of which CC keeps one record per copy, an authority record and a decision.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select

from hub.identity import keys, why
from hub.identity.features import EXTRACTION
from hub.identity.keys import hashed
from hub.intake.rematch import rematch
from hub.registry import Registry, schema
from hub.registry.migrations import STEPS
from tests.hub.catalogue import kieu, written
from tests.hub.conftest import Run

SCHEMAS = (1, 2, 3)
COPIES = {("CC", "c0"), ("CC", "c1"), ("CC", "c2")}


@pytest.fixture(params=SCHEMAS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder of a hub whose registry has an earlier schema."""
    folder = tmp_path / "hub"
    folder.mkdir()
    connection = sqlite3.connect(folder / "registry.sqlite")
    text = Path(__file__).with_name(f"registry-{request.param}.sql").read_text(encoding="utf-8")
    connection.executescript(text)
    found = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    connection.close()
    assert found == (str(request.param),)
    return folder


@contextmanager
def _opened(folder: Path) -> Iterator[Registry]:
    registry = Registry.in_folder(folder)
    yield registry
    registry.close()


def _shape(registry: Registry) -> dict[str, set[str]]:
    """Tables and their columns."""
    with registry.read() as connection:
        inspected = inspect(connection)
        return {t: {c["name"] for c in inspected.get_columns(t)} for t in inspected.get_table_names()}


def _clusters(registry: Registry) -> set[frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    with registry.read() as connection:
        for r in connection.execute(select(schema.record).where(schema.record.c.kind == "bibliographic")):
            found.setdefault(r.instance, set()).add((r.member, r.control_number))
    return {frozenset(c) for c in found.values()}


def test_an_old_registry_has_todays_tables(old: Path, tmp_path: Path) -> None:
    with _opened(old) as upgraded, _opened(tmp_path / "new") as fresh:
        assert _shape(upgraded) == _shape(fresh)
        with upgraded.read() as connection:
            keyed = select(schema.meta.c.value).where(schema.meta.c.key == "schema")
            assert connection.execute(keyed).scalar() == str(len(STEPS))
            plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT id FROM heading WHERE key IN ('a', 'b')").all()
            assert "SEARCH" in plan[0][3]


def test_an_old_registry_takes_records_and_is_matched_anew(old: Path, hub: Run) -> None:
    with _opened(old) as registry, registry.read() as connection:
        before = set(connection.execute(select(schema.entity.c.id)).scalars())
    hub("load", "--member", "AA", "-", stdin=written(kieu("neu")), check=True)
    hub("rematch", "--all", check=True)
    checked = hub("check")
    assert checked.returncode == 0, checked.stdout
    with _opened(old) as registry, registry.read() as connection:
        features = connection.execute(select(schema.record.c.features)).scalars().all()
        assert all(f.startswith(f'{{"v":"{EXTRACTION}"') for f in features if f)
        clusters = _clusters(registry)
        assert frozenset({("AA", "a1"), ("BB", "b1")}) in clusters
        assert {frozenset({("AA", n)}) for n in ("a2", "a3")} <= clusters
        assert frozenset({("BB", "b3")}) in clusters, "a decision of then still stands"
        assert frozenset(COPIES) in clusters
        assert before <= set(connection.execute(select(schema.entity.c.id)).scalars()), "no URI is forgotten"
        names = connection.execute(select(schema.heading.c.key, schema.heading.c.entity)).all()
        agents = {r.key: r.entity for r in names if r.key.startswith("Person|")}
        assert agents["Person|Tố Như"] == agents["Person|Nguyễn, Du, 1765-1820"]
        assert why(connection, agents["Person|Tố Như"])["claimed_as_variant"]


def test_what_is_read_again_has_todays_keys_and_nothing_is_read_twice(old: Path) -> None:
    with _opened(old) as registry:
        with registry.read() as connection:
            old_features = select(func.count()).where(schema.record.c.features.is_not(None))
            stale = connection.execute(old_features).scalar() or 0
        assert rematch(registry) == stale
        assert stale
        assert rematch(registry) == 0
        with registry.read() as connection:
            rows = connection.execute(select(schema.match_key)).all()
            said = {r.id: json.loads(r.features) for r in connection.execute(select(schema.record)) if r.features}
        assert {hashed(k) for value in said.values() for k in keys(value)} <= {r.key for r in rows}
