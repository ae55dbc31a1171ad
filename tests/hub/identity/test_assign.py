from __future__ import annotations

import pytest
from consortium import Consortium, Sent, book

from hub.identity import decide
from hub.registry import schema


@pytest.fixture
def hub(tmp_path):
    from hub.registry import Registry

    registry = Registry(f"sqlite:///{tmp_path / 'r.sqlite'}")
    yield Consortium(registry)
    registry.close()


def test_two_members_with_one_book_share_instance_and_work(hub):
    hub.load(Sent("A", "1", book(), items=("b1", "b2")))
    first = hub.instance("A", "1")
    before = hub.load(Sent("B", "9", book(author="Nguyễn Du"), items=("x",)))
    assert hub.instance("B", "9") == first
    assert {(p, a) for p, a, _ in hub.changes(before)} == {
        ("instances", "update"), ("works", "update"), ("items", "create"),
    }  # fmt: skip
    assert len(hub.rows(schema.entity, schema.entity.c.place == "items", schema.entity.c.parent == first)) == 3


def test_another_edition_is_another_instance_of_one_work(hub):
    hub.load(Sent("A", "1", book()))
    hub.load(Sent("B", "1", book(year="2010", pages="215 tr.", more=["250 ## $aTái bản lần thứ 3"])))
    assert hub.instance("A", "1") != hub.instance("B", "1")
    assert hub.work("A", "1") == hub.work("B", "1")


def test_a_batch_that_changes_nothing_for_others_logs_nothing_for_them(hub):
    hub.load(Sent("A", "1", book()), Sent("A", "2", book("Số đỏ", "Vũ Trọng Phụng", "1938", "240 tr.")))
    before = hub.load(Sent("A", "2", book("Số đỏ", "Vũ Trọng Phụng", "1938", "241 tr.")))
    assert [(p, a) for p, a, _ in hub.changes(before)] == [("instances", "update"), ("works", "update")]


def test_merge_redirects_to_the_older_and_a_split_restores(hub):
    hub.load(Sent("A", "1", book()))
    hub.load(Sent("B", "1", book(year="2005", pages="99 tr.")))
    a, b = hub.instance("A", "1"), hub.instance("B", "1")
    assert a != b
    before = hub.load(Sent("B", "1", book()))
    assert hub.instance("B", "1") == a
    assert hub.entity(b).state == "merged"
    assert hub.entity(b).replaced_by == a
    assert ("instances", "merge", a) in hub.changes(before)
    before = hub.load(Sent("B", "1", book(year="2005", pages="99 tr.")))
    assert hub.instance("B", "1") == b
    assert hub.entity(b).state == "live"
    assert ("instances", "split", a) in hub.changes(before)


def test_deleted_records_withdraw_and_return_under_the_same_id(hub):
    hub.load(Sent("A", "1", book(), items=("b1",)))
    a, w = hub.instance("A", "1"), hub.work("A", "1")
    before = hub.load(Sent("A", "1", None))
    assert {(p, act) for p, act, _ in hub.changes(before)} == {
        ("instances", "withdraw"), ("works", "withdraw"), ("items", "withdraw"),
    }  # fmt: skip
    assert hub.instance("A", "1") is None
    hub.load(Sent("A", "1", book(), items=("b1",)))
    assert hub.instance("A", "1") == a
    assert hub.work("A", "1") == w
    assert {e.state for e in hub.rows(schema.entity)} == {"live"}


def test_an_instance_survives_the_loss_of_its_anchor(hub):
    hub.load(Sent("A", "1", book()), Sent("B", "1", book()), Sent("C", "1", book()))
    a = hub.instance("A", "1")
    hub.load(Sent("A", "1", None))
    assert hub.instance("B", "1") == hub.instance("C", "1") == a
    hub.load(Sent("A", "1", book("Số đỏ", "Vũ Trọng Phụng", "1938", "240 tr.")))
    assert hub.instance("A", "1") != a
    assert hub.entity(a).state == "live"


def test_a_bridge_that_changes_splits_what_it_held_together(hub):
    hub.load(Sent("A", "1", book()), Sent("B", "1", book()))
    a = hub.instance("A", "1")
    before = hub.load(Sent("A", "1", book("Số đỏ", "Vũ Trọng Phụng", "1938", "240 tr.")))
    assert hub.instance("A", "1") == a, "the id stays with its anchor"
    assert hub.instance("B", "1") != a
    assert ("instances", "split", a) in hub.changes(before)


def test_records_of_one_member_stay_apart_unless_it_keeps_one_per_copy(hub):
    hub.load(Sent("A", "1", book()), Sent("A", "2", book()))
    assert hub.instance("A", "1") != hub.instance("A", "2")
    hub.load(Sent("K", "1", book(), copies=True), Sent("K", "2", book(), copies=True))
    assert hub.instance("K", "1") == hub.instance("K", "2")


@pytest.mark.parametrize("first", ["bib", "holdings"])
def test_holdings_find_their_bibliographic_record_in_any_order(hub, first):
    bib = Sent("A", "1", book())
    mfhd = Sent("A", "h1", "852 ## $bX", kind="holdings", bib_number="1", items=("h1",))
    for sent in (bib, mfhd) if first == "bib" else (mfhd, bib):
        hub.load(sent)
    (item,) = hub.rows(schema.entity, schema.entity.c.place == "items")
    assert item.parent == hub.instance("A", "1")
    hub.load(Sent("A", "1", None))
    (item,) = hub.rows(schema.entity, schema.entity.c.place == "items")
    assert (item.state, item.parent) == ("live", None)


def test_items_go_and_come_back(hub):
    hub.load(Sent("A", "1", book(), items=("b1", "b2")))
    before = hub.load(Sent("A", "1", book(), items=("b1",)))
    assert ("items", "withdraw", None) in hub.changes(before)
    gone = [e.id for e in hub.rows(schema.entity, schema.entity.c.state == "withdrawn")]
    hub.load(Sent("A", "1", book(), items=("b1", "b2")))
    assert hub.entity(gone[0]).state == "live"
    assert len(hub.rows(schema.item)) == 2


def test_the_same_loads_give_the_same_ids(tmp_path):
    from hub.registry import Registry

    found = []
    for n in (1, 2):
        registry = Registry(f"sqlite:///{tmp_path / f'{n}.sqlite'}")
        hub = Consortium(registry)
        hub.load(Sent("A", "1", book(), items=("b",), headings=(("agents", "Person|Nguyễn Du"),)))
        hub.load(Sent("B", "1", book()))
        found.append(sorted(e.id for e in hub.rows(schema.entity)))
        registry.close()
    assert found[0] == found[1]
    assert all(len(i) == 10 and i == i.lower() for i in found[0])


def test_headings_live_as_long_as_they_are_mentioned(hub):
    hub.load(Sent("A", "1", book(), headings=(("agents", "Nguyễn Du"), ("libraries", "X")), payload="[1]"))
    (row,) = hub.rows(schema.heading)
    before = hub.load(Sent("B", "1", book(), headings=(("agents", "Nguyễn Du"),), payload="[1,2]"))
    assert hub.rows(schema.heading)[0].payload == "[1,2]"
    assert ("agents", "update", None) in hub.changes(before)
    hub.load(Sent("B", "1", None), Sent("A", "1", book()))
    assert hub.entity(row.entity).state == "withdrawn"
    hub.load(Sent("C", "1", book(), headings=(("agents", "Nguyễn Du"),)))
    assert hub.entity(row.entity).state == "live"


def test_an_authority_gathers_its_variants_and_lets_go_of_ambiguous_ones(hub):
    hub.load(
        Sent("A", "1", book(), headings=(("agents", "Tố Như"),)),
        Sent("A", "2", book("Văn chiêu hồn"), headings=(("agents", "Nguyễn Du"),)),
    )
    variant, main = (next(h.entity for h in hub.rows(schema.heading) if h.key == k) for k in ("Tố Như", "Nguyễn Du"))
    before = hub.load(
        Sent(
            "A",
            "a1",
            "100 1# $aNguyễn Du",
            kind="authority",
            establishes=("agents", "Nguyễn Du"),
            variants=(("agents", "Tố Như"),),
        )
    )
    assert hub.entity(variant).replaced_by == main
    assert ("agents", "merge", main) in hub.changes(before)
    assert ("instances", "update", None) in hub.changes(before), "the Instance now links to the authority"
    before = hub.load(
        Sent(
            "B",
            "a2",
            "100 1# $aKhác",
            kind="authority",
            establishes=("agents", "Khác"),
            variants=(("agents", "Tố Như"),),
        )
    )
    assert hub.entity(variant).state == "live"
    assert ("agents", "split", main) in hub.changes(before)
    hub.load(Sent("B", "a2", None, kind="authority"))
    assert hub.entity(variant).replaced_by == main


def test_an_updated_authority_updates_its_entity_once(hub):
    record = Sent("A", "a1", "100 1# $aX", kind="authority", establishes=("agents", "X"))
    hub.load(record, Sent("A", "1", book(), headings=(("agents", "X"),)))
    before = hub.load(record)
    assert hub.changes(before) == [("agents", "update", None)]
    before = hub.load(Sent("A", "a1", None, kind="authority"))
    assert hub.changes(before) == [("agents", "update", None)]


def test_a_variant_that_appears_after_its_authority_joins_it(hub):
    hub.load(Sent("A", "a1", "100 1# $aX", kind="authority", establishes=("agents", "X"), variants=(("agents", "Y"),)))
    hub.load(Sent("A", "1", book(), headings=(("agents", "Y"),)))
    assert len({h.entity for h in hub.rows(schema.heading)}) == 1


def test_copies_described_alike_are_matched_once(hub):
    copies = [Sent("K", str(n), book(), copies=True) for n in range(30)]
    hub.load(*copies[:10])
    hub.load(Sent("B", "1", book()), *copies[10:])
    assert len({hub.instance("K", str(n)) for n in range(30)} | {hub.instance("B", "1")}) == 1
    assert len(hub.rows(schema.edge)) == 1
    before = hub.instance("B", "1")
    hub.load(Sent("K", "0", None))
    assert len({hub.instance("K", str(n)) for n in range(1, 30)} | {before}) == 1, "the next copy takes its place"
    assert len(hub.rows(schema.edge)) == 1
    hub.load(Sent("K", "1", book("Số đỏ", "Vũ, Trọng Phụng"), copies=True))
    assert hub.instance("K", "1") != hub.instance("K", "2")
    assert hub.instance("K", "2") == hub.instance("K", "29") == hub.instance("B", "1")


def test_a_copy_can_be_parted_from_its_like_by_a_person(hub):
    hub.load(*(Sent("K", str(n), book(), copies=True) for n in range(4)))
    with hub.registry.write() as connection:
        decide(connection, ("K", "2"), ("K", "0"), same=False, by="lan", at=9000)
    found = {n: hub.instance("K", str(n)) for n in range(4)}
    assert found[2] != found[0]
    assert found[1] == found[3]
