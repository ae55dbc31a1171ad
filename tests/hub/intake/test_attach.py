"""“We hold this too”: what an attached holding survives, and when it gives way."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from converters.marc.record import record_of
from hub.identity.decisions import decide
from hub.intake import attach, single
from hub.intake.attach import Elsewhere, Holding, Unfit
from hub.members import put_member
from hub.registry import Registry
from hub.registry.registry import now
from hub.registry.schema import entity, item, job, record
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.catalogue import kieu, written
from tests.hub.conftest import Run
from tests.hub.feeds.story import book, deleted, load


class Shelf:
    """A hub in which A holds Truyện Kiều, and what B attaches to it."""

    def __init__(self, hub: Run, settings: Settings) -> None:
        self.hub, self.settings = hub, settings
        self.registry: Registry = open_registry(settings)
        load(hub, "A", kieu("a1"), book("a2", "Tìm hiểu kho sách Hán Nôm"))
        self.kieu = self.instance_of("A", "a1")

    def rows(self, table: Any, *where: Any) -> list[Any]:
        with self.registry.read() as connection:
            return list(connection.execute(table.select().where(*where)))

    def instance_of(self, member: str, number: str) -> str:
        (row,) = self.rows(record, record.c.member == member, record.c.control_number == number)
        return str(row.instance)

    def attach(self, barcode: str = "B001", **more: str) -> tuple[attach.Attached, str]:
        said = {"instance": self.kieu, "barcode": barcode, "call_number": "895.9221 NG527D", "location": "Kho 1"} | more
        with self.registry.write() as connection:
            return attach.attach(connection, "B", Holding(**said), "Lan (B)", loading=False)

    def now(self, barcode: str = "B001") -> attach.Attached:
        with self.registry.read() as connection:
            found = attach.one(connection, "B", barcode)
        assert found is not None
        return found

    def item(self, number: str | None) -> Any:
        (row,) = self.rows(entity, entity.c.id == number)
        return row

    def said_of(self, number: str | None) -> str:
        """The item's statements in the store."""
        iri = f"{self.settings.base_uri}items/{number}"
        return self.hub("query", f"SELECT ?p ?o {{ <{iri}> ?p ?o }}", "--format", "tsv", check=True).stdout


@pytest.fixture
def shelf(hub: Run, settings: Settings) -> Shelf:
    return Shelf(hub, settings)


def test_an_item_stands_on_the_shared_instance(shelf: Shelf) -> None:
    made, act = shelf.attach(note="Sách tặng")
    assert act == "created"
    assert made.instance == shelf.kieu
    load(shelf.hub, "A", book("a3", "Lịch triều hiến chương"))  # brings the views up to date
    said = shelf.said_of(made.item)
    for text in ("/libraries/B>", f"/instances/{shelf.kieu}>", "/records/B/hub-holding-B001>"):
        assert text in said
    holders = shelf.hub(
        "query", f"SELECT ?l {{ <{shelf.settings.base_uri}instances/{shelf.kieu}> bf:hasItem/bf:heldBy ?l }}",
        "--format", "csv", check=True,
    ).stdout  # fmt: skip
    assert holders.count("/libraries/A") == holders.count("/libraries/B") == 1


def test_the_same_act_twice_is_one(shelf: Shelf) -> None:
    first, _ = shelf.attach()
    again, act = shelf.attach()
    assert (act, again.item) == ("unchanged", first.item)
    changed, act = shelf.attach(location="Kho 2")
    assert (act, changed.item, changed.holding.location) == ("replaced", first.item, "Kho 2")
    assert len(shelf.rows(record, record.c.member == "B")) == 1


def test_it_is_withdrawn_and_comes_back(shelf: Shelf) -> None:
    made, _ = shelf.attach()
    with shelf.registry.write() as connection:
        attach.detach(connection, "B", "B001", "Lan (B)", loading=False)
        assert attach.attached_by(connection, "B") == []
        with pytest.raises(LookupError):
            attach.detach(connection, "B", "B001", "Lan (B)", loading=False)
    assert shelf.item(made.item).state == "withdrawn"
    back, act = shelf.attach()
    assert (act, back.item, back.instance) == ("created", made.item, shelf.kieu)


def test_it_follows_a_merge_and_a_split(shelf: Shelf) -> None:
    other = book("b9", "Truyện Kiều bản Nôm", author="Nguyễn Du", year=1866)
    shelf.hub("members", "add", "C", "--name", "C", check=True)
    load(shelf.hub, "C", other)
    apart = shelf.instance_of("C", "b9")
    assert apart != shelf.kieu
    made, _ = shelf.attach(instance=apart)
    pair = ("A", "a1"), ("C", "b9")
    with shelf.registry.write() as connection:
        join(connection, pair, same=True)
    survivor = shelf.instance_of("C", "b9")
    assert shelf.instance_of("A", "a1") == survivor
    assert shelf.now().instance == survivor
    assert shelf.now().item == made.item
    assert shelf.attach(instance=apart)[1] == "unchanged", "the merged address means the same"
    assert shelf.attach(instance=survivor)[1] == "unchanged"
    with shelf.registry.write() as connection:
        join(connection, pair, same=False)
    assert shelf.instance_of("C", "b9") != shelf.instance_of("A", "a1")
    assert shelf.now().instance == apart == shelf.instance_of("C", "b9")


def join(connection: Connection, pair: tuple[tuple[str, str], tuple[str, str]], *, same: bool) -> None:
    decide(connection, *pair, same=same, by="Lan (office)", at=now())


def test_it_waits_for_an_instance_that_was_withdrawn(shelf: Shelf) -> None:
    made, _ = shelf.attach()
    load(shelf.hub, "A", deleted(kieu("a1")))
    assert (shelf.now().instance, shelf.now().item) == (None, made.item)
    with pytest.raises(LookupError):
        shelf.attach("B002")
    load(shelf.hub, "A", kieu("a1"))
    assert shelf.now().instance == shelf.kieu


def test_the_members_own_record_takes_the_item_over(shelf: Shelf) -> None:
    made, _ = shelf.attach("own1B")
    load(shelf.hub, "B", kieu("own1"))  # its 952 has the barcode own1B
    (row,) = shelf.rows(item, item.c.entity == made.item)
    (heir,) = shelf.rows(record, record.c.id == row.record)
    assert (heir.member, heir.control_number) == ("B", "own1")
    assert shelf.item(made.item).parent == shelf.kieu
    items = shelf.rows(entity, entity.c.parent == shelf.kieu, entity.c.place == "items", entity.c.state == "live")
    assert len(items) == 2, "A's copy and B's, which is counted once"
    (attached,) = shelf.rows(record, record.c.control_number == "hub-holding-own1B")
    assert attached.deleted
    with pytest.raises(Elsewhere) as told:
        shelf.attach("own1B")
    assert (told.value.item, told.value.instance) == (made.item, shelf.kieu)


def test_it_survives_the_members_complete_file(shelf: Shelf, tmp_path: Any) -> None:
    shelf.attach()
    holdings = record_with_holdings()
    path = tmp_path / "all.mrc"
    path.write_bytes(written(book("b1", "Sách khác"), holdings))
    shelf.hub("load", "--member", "B", "--full", path, check=True)
    assert not shelf.now().row.deleted
    path.write_bytes(written(book("b1", "Sách khác")))
    shelf.hub("load", "--member", "B", "--full", "--force", path, check=True)
    assert shelf.now().instance == shelf.kieu


def record_with_holdings() -> Any:
    return record_of("001 h1\n004 b1\n852 ## $bK$hX1$p777", leader="00000nx  a2200000zn 4500")


def test_rematch_and_rebuild_keep_it(shelf: Shelf) -> None:
    made, _ = shelf.attach()
    shelf.hub("rematch", "--all", check=True)
    shelf.hub("rebuild", check=True)
    assert (shelf.now().item, shelf.now().instance) == (made.item, shelf.kieu)
    assert "/libraries/B>" in shelf.said_of(made.item)
    assert shelf.hub("check").returncode == 0


@pytest.mark.parametrize(
    "profile",
    [{"preset": "evergreen"}, {"preset": "emiclib"}, {"preset": "plain"}, {"identity": ["035a"]}, {"preset": "sirsi"}],
)
def test_every_profile_finds_the_copy_again(shelf: Shelf, profile: dict[str, Any]) -> None:
    with shelf.registry.write() as connection:
        put_member(connection, "B", profile)
    made, act = shelf.attach()
    assert act == "created"
    assert shelf.attach()[1] == "unchanged"
    (row,) = shelf.rows(item, item.c.entity == made.item)
    assert row.key == "B001"
    assert made.holding.location == "Kho 1"


def test_branches_are_those_of_the_profile(shelf: Shelf) -> None:
    with shelf.registry.write() as connection:
        put_member(connection, "B", {"libraries": {"CN1": "B-1", "CN2": "B-2"}})
    made, _ = shelf.attach(library="B-2")
    assert made.holding.library == "B-2"
    with pytest.raises(Unfit, match="B-9"):
        shelf.attach(library="B-9")


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"barcode": " "}, "barcode"),
        ({"barcode": "9" * 65}, "barcode"),
        ({"barcode": "a\x1fb"}, "barcode"),
        ({"call_number": "", "location": ""}, "call_number"),
        ({"note": "x" * 1001}, "note"),
        ({"location": "a\u0000"}, "location"),
    ],
)
def test_what_cannot_be_kept_is_named(shelf: Shelf, said: dict[str, str], named: str) -> None:
    with pytest.raises(Unfit, match=named):
        shelf.attach(**({"barcode": "B1"} | said))


def test_delimiters_in_text_stay_text(shelf: Shelf) -> None:
    made, _ = shelf.attach(note="$a giá 5$ </script>", call_number="$h 895")
    assert (made.holding.note, made.holding.call_number) == ("$a giá 5$ </script>", "$h 895")


def test_busy_while_the_member_loads(shelf: Shelf) -> None:
    with shelf.registry.write() as connection:
        connection.execute(job.insert().values(kind="load", member="B", source="x", state="running", started=1))
        with pytest.raises(single.Busy):
            attach.attach(connection, "B", Holding(shelf.kieu, "B1", call_number="x"), "Lan (B)", loading=True)


def test_a_member_may_send_such_records_in_its_files(shelf: Shelf) -> None:
    own = f"001 h7\n014 1# $ainstances/{shelf.kieu}\n852 ## $hX 1$pB700"
    load(shelf.hub, "B", record_of(own, leader="00000nx  a2200000zn 4500"))
    (row,) = shelf.rows(item, item.c.key == "B700")
    assert shelf.item(row.entity).parent == shelf.kieu
    with shelf.registry.read() as connection:
        assert attach.attached_by(connection, "B") == [], "it is a record of the member's files"
    load(shelf.hub, "B", record_of(own.replace("instances/", "instances/no"), leader="00000nx  a2200000zn 4500"))
    assert shelf.item(row.entity).parent is None
