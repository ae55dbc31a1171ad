"""What must hold for any set of records in any order, and after any history."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from consortium import Consortium, Sent, book
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hub.identity import decide, undo
from hub.identity.evidence import veto
from hub.registry import Registry, schema

TEXTS = [
    book(),
    book(author="Nguyễn Du"),
    book(year="2000"),
    book(pages="353 tr."),
    book(pages="215 tr."),
    book("Truyện Kiều. Tập 1"),
    book("Truyện Kiều. Tập 2"),
    book(more=["250 ## $aTái bản lần thứ 2"]),
    book(more=["250 ## $aTái bản lần thứ 3"]),
    book("Truyen Kieu", "Nguyen Du"),
    book("Truyện kiểu"),
    book(author=""),
    book(more=["020 ## $a9786045512340"]),
    book(more=["020 ## $a9786045512340", "300 ## $a351 tr."]),
    book(more=["020 ## $a9786042000017"]),
    book("Kim Vân Kiều", more=["240 10 $aTruyện Kiều"]),
    book("Thơ", ""),
]
# An example loads registries, so shrinking would take minutes: a failing history is printed as it is.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
MEMBERS = "ABCDE"
numbers = st.tuples(st.sampled_from(MEMBERS), st.sampled_from("12"))
catalogues = st.dictionaries(numbers, st.sampled_from(range(len(TEXTS))), min_size=2, max_size=9)


class Fresh:
    """A consortium that is thrown away."""

    def __enter__(self) -> Consortium:
        self.folder = TemporaryDirectory()
        self.registry = Registry(f"sqlite:///{Path(self.folder.name) / 'r.sqlite'}")
        return Consortium(self.registry)

    def __exit__(self, *_: object) -> None:
        self.registry.close()
        self.folder.cleanup()


def sent(name: tuple[str, str], text: int | None) -> Sent:
    """The record as sent, or its deletion; member E keeps one record per copy."""
    return Sent(
        *name, None if text is None else TEXTS[text], copies=name[0] == "E", items=("i",) if text is not None else ()
    )


def works(hub: Consortium) -> set[frozenset[tuple[str, str]]]:
    """The partition of live records into Works."""
    found: dict[str, set[tuple[str, str]]] = {}
    parents = {e.id: e.parent for e in hub.rows(schema.entity, schema.entity.c.place == "instances")}
    for r in hub.rows(schema.record, schema.record.c.deleted.is_(False)):
        found.setdefault(parents[r.instance], set()).add((r.member, r.control_number))
    return {frozenset(w) for w in found.values()}


@settings(max_examples=15, deadline=None, phases=PHASES)
@given(catalogues, st.randoms(use_true_random=False), st.integers(1, 5))
def test_clusters_and_works_do_not_depend_on_the_order_of_import(catalogue, random, size):
    names = sorted(catalogue)
    with Fresh() as hub:
        hub.load(*(sent(n, catalogue[n]) for n in names))
        expected = hub.clusters(), works(hub)
    random.shuffle(names)
    with Fresh() as hub:
        for start in range(0, len(names), size):
            hub.load(*(sent(n, catalogue[n]) for n in names[start : start + size]))
        assert (hub.clusters(), works(hub)) == expected


batches = st.dictionaries(numbers, st.none() | st.sampled_from(range(len(TEXTS))), min_size=1, max_size=4)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("load"), batches),
        st.tuples(st.just("decide"), st.tuples(numbers, numbers, st.booleans(), st.sampled_from(["instance", "work"]))),
        st.tuples(st.just("undo"), st.integers(0, 5)),
    ),
    min_size=2,
    max_size=9,
)  # fmt: skip


def play(hub: Consortium, kind: str, what) -> None:
    """One step of a history."""
    if kind == "load":
        hub.load(*(sent(n, text) for n, text in what.items()))
        return
    hub.time += 1
    standing = hub.rows(schema.decision, schema.decision.c.revoked.is_(None))
    with hub.registry.write() as connection:
        if kind == "decide" and what[0] != what[1]:
            decide(connection, what[0], what[1], same=what[2], level=what[3], by="t", at=hub.time)
        elif kind == "undo" and len(standing) > what:
            undo(connection, standing[what].id, at=hub.time)


@settings(max_examples=15, deadline=None, phases=PHASES)
@given(steps)
def test_every_history_keeps_every_promise(history):
    catalogue: dict[tuple[str, str], int | None] = {}
    with Fresh() as hub:
        last = 0
        for kind, what in history:
            play(hub, kind, what)
            if kind == "load":
                catalogue |= what
            entities = {e.id: e for e in hub.rows(schema.entity)}
            _every_id_answers(hub, entities)
            _items_stand_under_their_instance(hub, entities)
            last = _the_log_is_true(hub, entities, last)
            if not hub.rows(schema.decision, schema.decision.c.revoked.is_(None)):
                _no_vetoed_pair(hub)
        standing = hub.rows(schema.decision, schema.decision.c.revoked.is_(None))
        found = hub.clusters(), works(hub)
    with Fresh() as hub:
        hub.load(*(sent(n, text) for n, text in sorted(catalogue.items()) if text is not None))
        hub.time += 1
        with hub.registry.write() as connection:
            for d in standing:
                a, b = (d.a_member, d.a_number), (d.b_member, d.b_number)
                decide(connection, a, b, same=d.same, level=d.level, by="t", at=hub.time)
        if not standing:
            assert (hub.clusters(), works(hub)) == found, "the past does not show in the present"
        else:
            assert hub.clusters() == found[0]


def _every_id_answers(hub, entities):
    for number, e in entities.items():
        assert hub.answers(number) in ("live", "withdrawn")
        if e.state == "live" and e.place in ("instances", "items") and e.parent:
            assert entities[e.parent].state == "live"
        if e.state == "live" and e.place == "instances":
            assert e.parent, "every Instance has a Work"
    inhabited = {
        r.instance for r in hub.rows(schema.record, schema.record.c.deleted.is_(False)) if r.kind == "bibliographic"
    }
    assert inhabited == {i for i, e in entities.items() if e.place == "instances" and e.state == "live"}
    parents = {entities[i].parent for i in inhabited}
    assert parents == {i for i, e in entities.items() if e.place == "works" and e.state == "live"}


def _items_stand_under_their_instance(hub, entities):
    records = {r.id: r for r in hub.rows(schema.record)}
    rows = hub.rows(schema.item)
    for row in rows:
        assert entities[row.entity].state == "live"
        assert entities[row.entity].parent == records[row.record].instance
    assert {r.entity for r in rows} == {i for i, e in entities.items() if e.place == "items" and e.state == "live"}


def _the_log_is_true(hub, entities, last):
    rows = sorted(hub.rows(schema.change), key=lambda c: c.seq)
    batch = [c for c in rows if c.seq > last]
    assert len({c.entity for c in batch}) == len(batch), "one change row for each entity of a batch"
    logged = {c.entity: c for c in rows}
    assert logged.keys() == entities.keys()
    for number, e in entities.items():
        action = logged[number].action
        if e.state == "merged":
            assert action == "merge"
        elif e.state == "withdrawn":
            assert action == "withdraw"
        else:
            assert action in ("create", "update", "split")
    return rows[-1].seq if rows else last


def _no_vetoed_pair(hub):
    records = {
        (r.member, r.control_number): json.loads(r.features)
        for r in hub.rows(schema.record, schema.record.c.deleted.is_(False))
    }
    for cluster in hub.clusters():
        for a, b in combinations(sorted(cluster), 2):
            assert veto(records[a], records[b]) is None
            assert a[0] != b[0] or a[0] == "E"
