from __future__ import annotations

import pytest
from consortium import Consortium, Sent, book

from hub.identity import decide, queue, undo, why
from hub.registry import Registry, schema

A, B, C = ("A", "1"), ("B", "1"), ("C", "1")
OTHER = book("Số đỏ", "Vũ Trọng Phụng", "1938", "240 tr.")


@pytest.fixture
def hub(tmp_path):
    registry = Registry(f"sqlite:///{tmp_path / 'r.sqlite'}")
    yield Consortium(registry)
    registry.close()


def test_a_person_parts_what_the_rules_joined_for_good(hub):
    hub.load(Sent(*A, book()), Sent(*B, book()))
    together = hub.instance(*A)
    assert hub.instance(*B) == together
    with hub.registry.write() as connection:
        number = decide(connection, A, B, same=False, by="lan", at=5005, reason="khác bìa")
    assert hub.instance(*A) == together
    apart = hub.instance(*B)
    assert apart != together
    hub.load(Sent(*B, book(pages="352 tr.")))
    assert hub.instance(*B) == apart, "a re-import does not undo a person"
    with hub.registry.read() as connection:
        said = [e for e in why(connection, together)["not_joined"] if e["verdict"] == "cannot"]
    assert said[0]["decided_by"] == "lan"
    with hub.registry.write() as connection:
        undo(connection, number, at=5009)
    assert hub.instance(*B) == together
    assert hub.entity(apart).replaced_by == together


def test_a_person_joins_what_a_veto_parted(hub):
    hub.load(Sent(*A, book(more=["245 10 $aKiều"])), Sent(*B, OTHER), Sent(*C, OTHER))
    with hub.registry.write() as connection:
        decide(connection, A, B, same=True, by="lan", at=5005)
    assert hub.instance(*A) == hub.instance(*B)
    hub.load(Sent(*B, None))
    hub.load(Sent(*B, OTHER))
    assert hub.instance(*A) == hub.instance(*B), "the decision outlives a deletion"


def test_the_latest_word_on_a_pair_counts(hub):
    hub.load(Sent(*A, book()), Sent(*B, book()))
    with hub.registry.write() as connection:
        decide(connection, A, B, same=False, by="lan", at=5005)
        decide(connection, B, A, same=True, by="minh", at=5006)
    assert hub.instance(*A) == hub.instance(*B)
    assert len(hub.rows(schema.decision, schema.decision.c.revoked.is_(None))) == 1


def test_a_decision_before_the_second_record_arrives_waits_for_it(hub):
    hub.load(Sent(*A, book()))
    with hub.registry.write() as connection:
        decide(connection, A, B, same=True, by="lan", at=5005)
    hub.load(Sent(*B, OTHER))
    assert hub.instance(*A) == hub.instance(*B)


def test_works_unite_and_part_by_decision(hub):
    hub.load(Sent(*A, book()), Sent(*B, OTHER), Sent(*C, book(year="2010", pages="99 tr.")))
    work, other = hub.work(*A), hub.work(*B)
    assert hub.work(*C) == work != other
    with hub.registry.write() as connection:
        united = decide(connection, A, B, same=True, by="lan", at=5005, level="work")
    assert hub.work(*A) == hub.work(*B) == hub.work(*C)
    hub.load(Sent("D", "1", book("Số đỏ", "Vũ Trọng Phụng", "1990", "300 tr.")))
    assert hub.work("D", "1") == hub.work(*A), "a further edition follows the decision"
    with hub.registry.write() as connection:
        undo(connection, united, at=5006)
        parted = decide(connection, A, C, same=False, by="lan", at=5007, level="work")
    assert hub.work(*A) == work
    assert hub.work(*B) == hub.work("D", "1") != work
    assert hub.work(*C) not in (work, hub.work(*B))
    with hub.registry.write() as connection:
        undo(connection, parted, at=5008)
    assert hub.work(*C) == work
    assert {hub.answers(e.id) for e in hub.rows(schema.entity)} == {"live"}


def _editions(hub, *members: str) -> None:
    for n, m in enumerate(members):
        hub.load(Sent(m, "1", book(year=str(1960 + 9 * n), pages=f"{100 + 60 * n} tr.")))


def _differ(hub, *pairs: tuple[str, str], same: bool = False) -> list[int]:
    with hub.registry.write() as connection:
        return [
            decide(connection, (a, "1"), (b, "1"), same=same, by="lan", at=6000 + n, level="work")
            for n, (a, b) in enumerate(pairs)
        ]


def test_all_that_differs_from_one_work_is_one_other_work(hub):
    _editions(hub, "A", "B", "C", "D")
    work = hub.work(*A)
    assert {hub.work(m, "1") for m in "ABCD"} == {work}
    first, second = _differ(hub, ("A", "B"), ("A", "C"))
    assert hub.work(*A) == hub.work("D", "1") == work
    assert hub.work(*B) == hub.work(*C) != work
    (third,) = _differ(hub, ("B", "C"))
    assert len({hub.work(*A), hub.work(*B), hub.work(*C)}) == 3
    for number in (third, second, first):
        with hub.registry.write() as connection:
            undo(connection, number, at=6009)
    assert {hub.work(m, "1") for m in "ABCD"} == {work}


def test_what_is_the_same_as_the_parted_one_goes_with_it_and_stays_there(hub):
    _editions(hub, "A", "B", "C", "D")
    _differ(hub, ("A", "B"))
    _differ(hub, ("C", "B"), same=True)
    assert hub.work(*B) == hub.work(*C) != hub.work(*A) == hub.work("D", "1")
    hub.load(Sent(*C, book(year="1978", pages="221 tr.")))
    hub.load(Sent("E", "1", book(year="2020", pages="500 tr.")))
    assert hub.work(*B) == hub.work(*C) != hub.work(*A) == hub.work("E", "1")


def test_what_already_are_two_works_stay_whole(hub):
    hub.load(Sent(*A, book()), Sent(*B, OTHER), Sent("D", "1", book("Số đỏ", "Vũ Trọng Phụng", "1990", "300 tr.")))
    assert hub.work(*B) == hub.work("D", "1")
    _differ(hub, ("A", "B"))
    assert hub.work(*B) == hub.work("D", "1") != hub.work(*A)


@pytest.mark.parametrize("order", ["ABCD", "DCBA", "CADB"])
def test_the_works_that_people_parted_do_not_depend_on_the_order_of_loading(hub, order):
    _differ(hub, ("A", "B"), ("A", "C"))
    _differ(hub, ("D", "C"), same=True)
    for m in order:
        n = ord(m) - ord("A")
        hub.load(Sent(m, "1", book(year=str(1960 + 9 * n), pages=f"{100 + 60 * n} tr.")))
    assert hub.work(*B) == hub.work(*C) == hub.work("D", "1") != hub.work(*A)


def test_the_queue_gives_doubtful_pairs_likeliest_first(hub):
    hub.load(
        Sent(*A, book()), Sent(*B, book(pages="215 tr.")), Sent(*C, book(year="2000", pages="349 tr.")),
    )  # fmt: skip
    with hub.registry.read() as connection:
        found = list(queue(connection))
        rest = list(queue(connection, after=found[0]["at"]))
    scores = [p["score"] for p in found]
    assert len(found) >= 2
    assert scores == sorted(scores, reverse=True)
    assert [p["at"] for p in rest] == [p["at"] for p in found[1:]]
    assert found[0]["doubts"]
    with hub.registry.write() as connection:
        decide(connection, A, B, same=True, by="lan", at=5001)
        decide(connection, A, C, same=True, by="lan", at=5002)
    with hub.registry.read() as connection:
        assert list(queue(connection)) == []


def test_a_record_is_not_decided_against_itself(hub):
    with hub.registry.write() as connection, pytest.raises(ValueError, match="two records"):
        decide(connection, A, A, same=True, by="lan", at=5001)
    with hub.registry.write() as connection, pytest.raises(LookupError):
        undo(connection, 7, at=5001)
