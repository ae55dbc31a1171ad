"""Look-ups that run for every batch find their rows by an index, however many entities there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from hub.registry import Registry

LOOKUPS = {
    "entity_parent": "SELECT id FROM entity WHERE place = 'items' AND state = 'live' AND parent IN ({})",
    "entity_anchor": "SELECT id FROM entity WHERE place = 'works' AND anchor IN ({})",
    "entity_key": "SELECT id FROM entity WHERE place = 'instances' AND key IN ({})",
}


@pytest.mark.parametrize("index", LOOKUPS)
@pytest.mark.parametrize("values", [1, 500])
def test_many_values_of_one_place_are_found_by_value(tmp_path: Path, index: str, values: int) -> None:
    registry = Registry.in_folder(tmp_path)
    wanted = ", ".join(f"'v{n}'" for n in range(values))
    with registry.read() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {LOOKUPS[index].format(wanted)}")).all()
    registry.close()
    assert f"USING INDEX {index} " in plan[0].detail or f"USING COVERING INDEX {index} " in plan[0].detail


def test_an_older_registry_gets_the_indexes(tmp_path: Path) -> None:
    registry = Registry.in_folder(tmp_path)
    with registry.write() as connection:
        for index in LOOKUPS:
            connection.execute(text(f"DROP INDEX {index}"))
        connection.execute(text("CREATE INDEX ix_entity_parent ON entity (parent)"))
        connection.execute(text("UPDATE meta SET value = '2' WHERE key = 'schema'"))
    registry.close()
    registry = Registry.in_folder(tmp_path)
    with registry.read() as connection:
        rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'entity'"))
        names = {row.name for row in rows}
    registry.close()
    assert set(LOOKUPS) <= names
    assert "ix_entity_parent" not in names
