"""With ``record_graphs`` a record's named graph holds what its member says now: nothing of before or of the gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event

from converters.marc.record import Record, record_of
from hub.intake import single
from hub.projection.tasks import ended_records
from hub.registry import Registry
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.catalogue import catalogue, kieu, written
from tests.hub.conftest import Run
from tests.hub.feeds.story import book, deleted


@pytest.fixture(autouse=True)
def _graphs(settings: Settings, hub: Run) -> None:
    hub("settings", "record_graphs", "true", check=True)


def load(hub: Run, member: str, *records: Record, full: bool = False) -> None:
    options = ("--full", "--force") if full else ()
    hub("load", "--member", member, *options, "-", stdin=written(*records), check=True)


def graphs(hub: Run) -> dict[str, set[str]]:
    """The statements of each record's graph, by member and control number."""
    found: dict[str, set[str]] = {}
    for line in hub("export", check=True).stdout.splitlines():
        name = line.removesuffix(" .").rpartition(" ")[2]
        if "/records/" in name and "#" not in name and not line.endswith(f"derivedFrom> {name} ."):
            found.setdefault(name.rpartition("/records/")[2][:-1], set()).add(line)
    return found


def titles(hub: Run) -> dict[str, list[str]]:
    return {
        name: sorted(line.split('"')[1] for line in lines if "mainTitle" in line) for name, lines in graphs(hub).items()
    }


def same_as_rebuilt(hub: Run) -> dict[str, list[str]]:
    """The titles in the graphs, after it is sure that a rebuild makes the same of all."""
    before = sorted(hub("export", check=True).stdout.splitlines())
    hub("rebuild", check=True)
    assert before == sorted(hub("export", check=True).stdout.splitlines())
    assert hub("check").returncode == 0
    return titles(hub)


def test_a_changed_record_leaves_nothing_of_what_it_said(hub: Run) -> None:
    load(hub, "A", book("a1", "Đại Nam thực lục"), book("a2", "Lịch triều hiến chương"))
    assert titles(hub) == {"A/a1": ["Đại Nam thực lục"], "A/a2": ["Lịch triều hiến chương"]}
    load(hub, "A", book("a1", "Đại Nam liệt truyện"))
    assert titles(hub) == {"A/a1": ["Đại Nam liệt truyện"], "A/a2": ["Lịch triều hiến chương"]}
    assert same_as_rebuilt(hub) == titles(hub)


def test_what_is_said_of_things_elsewhere_goes_too(hub: Run) -> None:
    """Statements whose subject is no node of the record: a name known by its URI."""
    text = "001 a1\n008 150101s2015####vm############000#0#vie##\n245 10 $aSách\n100 1# ${0}"
    load(hub, "A", record_of(text.format("aNguyễn, Du$1http://viaf.org/viaf/1")))
    load(hub, "A", record_of(text.format("aNguyễn, Dữ$1http://viaf.org/viaf/2")))
    assert not any("viaf/1>" in line or 'Nguyễn, Du"' in line for line in graphs(hub)["A/a1"])
    same_as_rebuilt(hub)


def test_a_withdrawn_record_has_no_graph(hub: Run) -> None:
    load(hub, "A", kieu("a1"), book("a2", "Lịch triều hiến chương"))
    load(hub, "B", kieu("b1"))
    load(hub, "A", deleted(kieu("a1")))  # its Instance stays: B has it
    assert titles(hub) == {"A/a2": ["Lịch triều hiến chương"], "B/b1": ["Truyện Kiều"]}
    load(hub, "B", deleted(kieu("b1")))  # its Instance goes
    assert titles(hub) == {"A/a2": ["Lịch triều hiến chương"]}
    load(hub, "A", kieu("a1"))  # comes back
    assert same_as_rebuilt(hub) == {"A/a1": ["Truyện Kiều"], "A/a2": ["Lịch triều hiến chương"]}


def test_a_full_load_takes_the_graphs_of_what_it_withdraws(hub: Run, tmp_path: Path) -> None:
    hub("load", "--member", "A", catalogue(tmp_path / "many.mrc", 40), check=True)
    load(hub, "A", book("a1", "Đại Nam thực lục"), full=True)
    assert same_as_rebuilt(hub) == {"A/a1": ["Đại Nam thực lục"]}


def test_a_record_withdrawn_alone(hub: Run, settings: Settings) -> None:
    load(hub, "A", book("a1", "Đại Nam thực lục"), book("a2", "Lịch triều hiến chương"))
    registry = open_registry(settings)
    with registry.write() as connection:
        (row,) = single.find(connection, "A", "a1")
        single.withdraw(connection, row, "Lan", expected=None, loading=False)
    registry.close()
    load(hub, "B", book("b1", "Tìm hiểu kho sách Hán Nôm"))
    assert sorted(same_as_rebuilt(hub)) == ["A/a2", "B/b1"]


def test_a_record_that_moves_to_another_instance_keeps_its_graph(hub: Run) -> None:
    load(hub, "A", kieu("a1"))
    load(hub, "B", kieu("b1"))
    load(hub, "B", book("b1", "Đại Nam thực lục"))
    assert same_as_rebuilt(hub) == {"A/a1": ["Truyện Kiều"], "B/b1": ["Đại Nam thực lục"]}


def test_holdings_of_the_same_number_end_no_bibliographic_record(hub: Run) -> None:
    load(hub, "A", book("a1", "Đại Nam thực lục"))
    holdings = "LDR 00000{0}x  a2200000zi 4500\n001 a1\n004 a1\n852 ## $bX$p333"
    load(hub, "A", record_of(holdings.format("n")))
    load(hub, "A", record_of(holdings.format("d")))
    assert same_as_rebuilt(hub) == {"A/a1": ["Đại Nam thực lục"]}


def test_what_an_act_ended_is_found_by_an_index(tmp_path: Path) -> None:
    registry = Registry.in_folder(tmp_path)
    said: list[tuple[str, tuple[object, ...]]] = []
    with registry.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda c, cur, sql, given, *_: said.append((sql, given)))
        assert ended_records(connection, {(1, 5), (2, 6)}, "http://x/") == []
        assert len(said) == 2
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given).all() for sql, given in list(said)]
    registry.close()
    assert all("USING INDEX record_ended " in plan[0].detail for plan in plans)
