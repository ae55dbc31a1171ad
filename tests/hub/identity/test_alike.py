"""Blocks of thousands of alike records: what is compared and asked for grows with their number, not with its square."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from converters.marc.record import record_of
from hub.identity import Arrival, assign, features, pairs
from hub.identity.components import Link, agglomerate
from hub.identity.table import COMPARED
from hub.registry import Registry, schema
from tests.hub.identity.consortium import book

ALIKE = features(record_of(book()))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """An empty registry."""
    made = Registry.in_folder(tmp_path)
    yield made
    made.close()


def _load(registry: Registry, first: int, count: int, members: int, *, copies: bool = False) -> None:
    """Load alike records, the members taking turns."""
    text = json.dumps(ALIKE, ensure_ascii=False, separators=(",", ":"))
    rows, arrivals = [], []
    for n in range(first, first + count):
        member = f"M{n % members}"
        rows.append(
            {
                "id": n, "member": member, "kind": "bibliographic", "control_number": str(n), "format": "test",
                "raw": b"", "digest": b"", "rank": 0, "features": text, "deleted": False, "job": 0, "seen": 0,
                "created": 0, "changed": 0,
            }
        )  # fmt: skip
        arrivals.append(Arrival(n, member, "bibliographic", str(n), new=True, copies=copies, features=ALIKE))
    with registry.write() as connection:
        connection.execute(insert(schema.record), rows)
        assign(connection, arrivals, job=None, at=1)


def test_ten_thousand_copies_of_one_member_cost_no_comparison(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[object] = []
    monkeypatch.setattr(pairs, "compare", lambda a, b: compared.append((a, b)))
    for first in range(1, 10_001, 2500):
        _load(registry, first, 2500, 1, copies=True)
    with registry.read() as connection:
        assert connection.execute(select(func.count()).select_from(schema.edge)).scalar() == 0
        assert connection.execute(select(func.count()).select_from(schema.twin)).scalar() == 9_999
        assert connection.execute(select(func.count(func.distinct(schema.record.c.instance)))).scalar() == 1
    assert not compared


def test_a_record_is_compared_with_so_many_of_its_like_and_no_more(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0
    compare = pairs.compare

    def counted(a: dict[str, object], b: dict[str, object]) -> object:
        nonlocal compared
        compared += 1
        return compare(a, b)

    monkeypatch.setattr(pairs, "compare", counted)
    for first in (1, 121, 241):
        compared = 0
        _load(registry, first, 120, 30)
        assert 0 < compared <= 120 * COMPARED
    with registry.read() as connection:
        members = select(schema.record.c.member, schema.record.c.instance).distinct()
        assert len(connection.execute(members).all()) == 360, "no two records of one member are one Instance"


@pytest.mark.parametrize("count", [400, 1600])
def test_clusters_of_alike_records_ask_for_few_pairs(count: int) -> None:
    asked = 0

    def never(x: int, y: int) -> bool:
        nonlocal asked
        asked += 1
        return False

    names = {n: (f"M{n % 20}", str(n)) for n in range(count)}
    links = [Link(n - back, n, 1.0) for n in names for back in range(1, 61) if n >= back and back % 20]
    found = agglomerate(names, links, cannot=never, vetoed=never)
    assert max(map(len, found)) == 20
    assert asked <= count * 20, "each union asks for the pairs across it; what shares a member asks for none"
