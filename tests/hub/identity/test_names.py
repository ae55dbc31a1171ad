"""The linking ladder: which headings name one person, and what keeps them apart."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hub.identity import Arrival, why
from hub.identity.families import Form, decide, loose_form
from hub.identity.marks import of_iri, of_number
from hub.identity.names import name_of
from hub.registry import Registry, schema
from tests.hub.identity.consortium import Consortium, Sent, book

DU = "Person|Nguyễn, Du, 1765-1820"


def _families(*forms: Form, titles: frozenset[frozenset[int]] = frozenset()) -> set[frozenset[str]]:
    by_id = {f.id: f for f in forms}

    def shares(one: object, other: object) -> bool:
        return any(frozenset((a, b)) in titles for a in one for b in other)  # type: ignore[attr-defined]

    found: dict[int, set[str]] = {}
    for n, verdict in decide(by_id, shares).items():
        found.setdefault(verdict.target, set()).add(by_id[n].key)
    return {frozenset(g) for g in found.values()}


def _form(n: int, key: str, *marks: str, established: bool = False, claims: tuple[int, ...] = ()) -> Form:
    return Form(n, "agents", key, established, frozenset(marks), loose_form("agents", key), frozenset(claims))


@pytest.mark.parametrize(
    ("key", "words", "birth", "death"),
    [
        (DU, "nguyễn du", "1765", "1820"),
        ("Person|Nguyễn Du 1765-1820", "nguyễn du", "1765", "1820"),
        ("Person|Nguyễn Du (1765-1820)", "nguyễn du", "1765", "1820"),
        ("Person|Bảo Ninh, 1952-", "bảo ninh", "1952", None),
        ("Person|Lê Văn A, mất 1870", "lê văn a", None, "1870"),
        ("Person|Nguyễn Dữ", "nguyễn dữ", None, None),
        ("Organization|Hội nghị 1990", "hội nghị 1990", None, None),
    ],
)
def test_a_heading_is_taken_apart(key: str, words: str, birth: str | None, death: str | None) -> None:
    name = name_of(key)
    assert (" ".join(name.words), name.birth, name.death) == (words, birth, death)


def test_marks_are_one_however_they_are_written() -> None:
    assert of_iri("<https://id.loc.gov/rwo/agents/n80013187>") == of_iri(
        "<http://id.loc.gov/authorities/names/n80013187>"
    )
    assert of_number("(DLC)n 80013187") == of_iri("<http://id.loc.gov/authorities/names/n80013187>")
    assert of_number("(VN-NLV) tg 12") == "(VN-NLV)tg12"
    assert of_number("12") is None


def test_comma_and_dates_alone_keep_nobody_apart() -> None:
    assert (
        len(_families(_form(1, DU), _form(2, "Person|Nguyễn Du, 1765-1820"), _form(3, "Person|Nguyễn Du 1765-"))) == 1
    )
    assert len(_families(_form(1, "Person|Nguyễn, Du"), _form(2, "Person|Nguyễn Du"))) == 1


@pytest.mark.parametrize(
    "other",
    [
        "Person|Nguyễn, Dữ",
        "Person|Nguyen, Du",
        "Person|Nguyễn, Du, 1766-1820",
        "Family|Nguyễn, Du",
        "Person|Nguyễn, Du, 1950-",
    ],
)
def test_tones_kinds_and_other_dates_keep_apart(other: str) -> None:
    titles = frozenset({frozenset((1, 2))})
    assert len(_families(_form(1, DU), _form(2, other), titles=titles)) == 2


def test_an_undated_name_needs_a_common_title() -> None:
    dated, plain = _form(1, DU), _form(2, "Person|Nguyễn Du")
    assert len(_families(dated, plain)) == 2
    assert len(_families(dated, plain, titles=frozenset({frozenset((1, 2))}))) == 1
    namesake = _form(3, "Person|Nguyễn Du, 1950-")
    assert len(_families(dated, plain, namesake, titles=frozenset({frozenset((1, 2))}))) == 3


def test_an_order_turned_needs_dates_or_a_title() -> None:
    assert len(_families(_form(1, "Person|Hugo, Victor"), _form(2, "Person|Victor Hugo"))) == 2
    assert len(_families(_form(1, "Person|Hugo, Victor, 1802-1885"), _form(2, "Person|Victor Hugo 1802-1885"))) == 1


def test_a_known_number_goes_before_the_text_but_not_against_it() -> None:
    authority = _form(1, DU, "(X)1", established=True)
    assert len(_families(authority, _form(2, "Person|Du, Nguyễn, -1820", "(X)1"))) == 1
    assert len(_families(authority, _form(2, "Person|阮攸", "(X)1"))) == 1
    found = decide({1: authority, 2: _form(2, "Person|Trần, Tế Xương", "(X)1")}, lambda one, other: False)
    assert found[2].target == 2
    assert found[2].candidates == {1: "both bear (X)1, but their texts do not agree"}


def test_two_authorities_that_claim_a_variant_leave_it_alone() -> None:
    one, two = _form(1, DU, established=True), _form(2, "Person|Phạm, Quý Thích", established=True)
    assert len(_families(one, two, _form(3, "Person|Tố Như", claims=(1,)))) == 2
    assert len(_families(one, two, _form(3, "Person|Tố Như", claims=(1, 2)))) == 3


def _written(member: str, author: str, agent: tuple[str, str]) -> Sent:
    hub = ("hubs", f"Hub|{agent[1].partition('|')[2]}|Truyện Kiều")
    return Sent(member, "1", book(author=author, year="1999" if member < "C" else "2005"), headings=(agent, hub))


def _histories() -> list[Sent]:
    return [
        _written("A", "Nguyễn, Du,$d1765-1820", ("agents", DU)),
        _written("B", "Nguyễn Du", ("agents", "Person|Nguyễn Du")),
        _written("C", "Nguyễn Du,$d1765-1820", ("agents", "Person|Nguyễn Du, 1765-1820")),
        _written("D", "Tố Như", ("agents", "Person|Tố Như")),
        Sent("Z", "a1", "=", kind="authority", establishes=("agents", DU), variants=(("agents", "Person|Tố Như"),)),
    ]


class _Consortium(Consortium):
    """Headings with what is inside them, as intake gives them."""

    def _store(self, connection: Any, sent: Sent) -> Arrival:
        arrival = super()._store(connection, replace(sent, marc=book() if sent.marc == "=" else sent.marc))
        for claim in arrival.headings:
            if claim.place == "hubs":
                claim.inner = [(h.place, h.key) for h in arrival.headings if h.place == "agents"]
        return arrival

    def standing(self) -> tuple[dict[str, str], set[str]]:
        """The entity of each heading, and the Works of the four records."""
        found = {h.key: h.entity for h in self.rows(schema.heading)}
        return found, {self.work(m, "1") for m in "ABCD"}


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Callable[[], _Consortium]]:
    """Makes empty consortia."""
    made: list[_Consortium] = []

    def make() -> _Consortium:
        made.append(_Consortium(Registry.in_folder(tmp_path / str(len(made)))))
        return made[-1]

    yield make
    for c in made:
        c.registry.close()


@pytest.mark.parametrize("seed", range(8))
def test_the_order_of_loading_does_not_show(new: Callable[[], _Consortium], seed: int) -> None:
    straight, turned = new(), new()
    history = _histories()
    straight.load(*history)
    random.Random(seed).shuffle(history)
    for sent in history:
        turned.load(sent)
    headings, works = straight.standing()
    assert turned.standing()[0] == headings
    assert len({e for k, e in headings.items() if k.startswith("Person")}) == 1
    assert len({e for k, e in headings.items() if k.startswith("Hub")}) == 1
    assert len(works) == 1 == len(turned.standing()[1])


def test_an_authority_that_comes_later_unites_hubs_and_works_and_one_that_goes_parts_them(
    new: Callable[[], _Consortium],
) -> None:
    c = new()
    *records, authority = _histories()
    c.load(*records)
    before, works = c.standing()
    assert before["Person|Tố Như"] != before[DU]
    assert len(works) == 2
    c.load(authority)
    after, united = c.standing()
    assert after["Person|Tố Như"] == after[DU] == before[DU]
    assert len(united) == 1
    assert c.answers(before["Person|Tố Như"]) == "live"
    assert after["Hub|Tố Như|Truyện Kiều"] == after["Hub|Nguyễn, Du, 1765-1820|Truyện Kiều"]
    since = c.load(Sent("Z", "a1", None, kind="authority"))
    assert c.standing() == (before, works)
    assert {(place, action) for place, action, _ in c.changes(since)} >= {
        ("agents", "split"), ("hubs", "split"), ("works", "split"),
    }  # fmt: skip


def test_a_hub_whose_creator_was_merged_is_told_to_the_views(new: Callable[[], _Consortium]) -> None:
    c = new()
    c.load(_written("D", "Tố Như", ("agents", "Person|Tố Như")))
    since = c.load(_histories()[-1])
    assert ("hubs", "update", None) in c.changes(since)


def test_why_lists_the_candidates(new: Callable[[], _Consortium]) -> None:
    c = new()
    one = Sent("A", "1", book("Thơ chữ Hán"), headings=(("agents", DU),))
    two = Sent("B", "1", book("Luật đất đai", pages="90 tr."), headings=(("agents", "Person|Nguyễn Du"),))
    c.load(one, two)
    found = {h.key: h.entity for h in c.rows(schema.heading)}
    with c.registry.read() as connection:
        said = why(connection, found["Person|Nguyễn Du"])
    assert said["candidates"] == [{"key": DU, "entity": found[DU], "reason": "one name, but no common title"}]
