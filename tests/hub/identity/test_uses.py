"""How often headings are used: kept beside the mentions, always what counting them would give."""

from __future__ import annotations

import random
from pathlib import Path

from sqlalchemy import text

from hub.registry import Registry, schema
from hub.registry.migrations import STEPS
from tests.hub.identity.consortium import Consortium, Sent

COUNTED = (
    "SELECT m.heading, count(*) FROM mention m JOIN record r ON r.id = m.record "
    "WHERE r.kind = 'bibliographic' GROUP BY m.heading"
)
NAMES = [("agents", f"Person|{name}") for name in ("Nguyễn, Du", "Nguyễn Du", "Tô Hoài", "Nam Cao", "Hà", "Hạ")]


def kept(consortium: Consortium) -> dict[int, int]:
    with consortium.registry.read() as connection:
        return {r.heading: r.uses for r in connection.execute(schema.usage.select()) if r.uses}


def counted(consortium: Consortium) -> dict[int, int]:
    with consortium.registry.read() as connection:
        return {row[0]: row[1] for row in connection.execute(text(COUNTED))}


def book(number: int, *names: tuple[str, str]) -> Sent:
    marc = f"001 {number}\n008 150101s2015####vm############000#0#vie##\n245 10 $aSách {number}"
    return Sent("A", str(number), marc, headings=names)


def test_uses_follow_loads_changes_and_withdrawals(tmp_path: Path) -> None:
    chance = random.Random(5)
    consortium = Consortium(Registry.in_folder(tmp_path))
    consortium.load(Sent("A", "n1", "001 n1", kind="authority", establishes=NAMES[0], variants=(NAMES[1],)))
    assert kept(consortium) == {}, "an authority record is no use"
    most = 0
    for _ in range(12):
        batch = []
        for number in chance.sample(range(1, 12), 4):
            if chance.random() < 0.2:
                batch.append(Sent("A", str(number), None))
            else:
                batch.append(book(number, *chance.sample(NAMES, chance.randint(0, 4))))
        consortium.load(*batch)
        assert kept(consortium) == counted(consortium)
        most = max(most, *kept(consortium).values(), 0)
    assert most > 3


def test_an_older_registry_is_counted_once(tmp_path: Path) -> None:
    consortium = Consortium(Registry.in_folder(tmp_path))
    consortium.load(*(book(n, NAMES[n % 3], NAMES[4]) for n in range(1, 7)))
    before = kept(consortium)
    (count,) = [step for step in STEPS if step.__name__ == "_usage"]
    with consortium.registry.write() as connection:
        schema.usage.drop(connection)
        count(connection)
    assert kept(consortium) == before == counted(consortium)
