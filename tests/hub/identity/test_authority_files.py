"""Authority files of several members: when two established headings are one Agent, and when a person is asked."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path

import pytest

from hub.identity import assign, why
from hub.identity.astray import Astray, astray, message
from hub.identity.families import Form, Verdict, decide, loose_form
from hub.registry import Registry, schema
from tests.hub.identity.consortium import Consortium, Sent, book

DU = "Person|Nguyễn, Du, 1765-1820"
VIAF = "viaf.org/viaf/27083279"


def _form(n: int, key: str, *marks: str, of: str = "", claims: tuple[int, ...] = ()) -> Form:
    loose = loose_form("agents", key)
    return Form(n, "agents", key, bool(of), frozenset(marks), loose, frozenset(claims), owners=frozenset(of))


def _decide(*forms: Form) -> dict[str, Verdict]:
    """The verdicts by heading; the same whatever numbers the headings have and in whatever order they come."""
    found: list[dict[str, tuple[str, str, dict[str, str]]]] = []
    keys = {f.id: f.key for f in forms}
    verdicts = decide({f.id: f for f in forms}, lambda one, other: False)
    for order in permutations(range(len(forms))):
        number = {forms[place].id: n for n, place in enumerate(order, 100)}
        turned = {
            number[forms[place].id]: Form(
                number[forms[place].id], "agents", forms[place].key, forms[place].established, forms[place].marks,
                forms[place].loose, frozenset(number[c] for c in forms[place].claims), owners=forms[place].owners,
            )
            for place in order
        }  # fmt: skip
        back = {n: keys[old] for old, n in number.items()}
        said = decide(turned, lambda one, other: False)
        found.append(
            {back[n]: (back[v.target], v.rule, {back[c]: r for c, r in v.candidates.items()}) for n, v in said.items()}
        )
    assert all(f == found[0] for f in found)
    return {keys[n]: v for n, v in verdicts.items()}


def _people(verdicts: dict[str, Verdict]) -> int:
    return len({v.target for v in verdicts.values()})


def test_one_number_of_a_register_makes_two_established_headings_one() -> None:
    found = _decide(_form(1, DU, VIAF, of="A"), _form(2, "Person|阮攸", VIAF, of="B"), _form(3, "Person|Du", VIAF))
    assert _people(found) == 1
    assert found["Person|阮攸"].rule == f"$0 {VIAF}"


def test_a_librarys_own_number_does_not() -> None:
    found = _decide(_form(1, DU, "(X)1", of="A"), _form(2, "Person|Nguyễn Du", "(X)1", of="B"))
    assert _people(found) == 2
    assert found[DU].candidates


def test_a_register_number_does_not_go_against_the_texts() -> None:
    found = _decide(_form(1, DU, VIAF, of="A"), _form(2, "Person|Trần, Tế Xương", VIAF, of="B"))
    assert _people(found) == 2
    assert found[DU].candidates == {2: f"several established headings bear {VIAF}"}


@pytest.mark.parametrize(
    "other", [f"Person|{name}" for name in ("Nguyễn Du, 1765-1820", "Nguyễn Du (1765-)", "Du Nguyễn, 1765-")]
)
def test_one_name_with_its_dates_is_one(other: str) -> None:
    found = _decide(_form(1, DU, of="A"), _form(2, other, of="B"))
    assert _people(found) == 1
    assert found[other].rule == "one name and dates in several authority files"


@pytest.mark.parametrize("other", ["Person|Nguyễn Du", "Person|Nguyễn Du, 1950-", "Person|Nguyễn, Dữ, 1765-1820"])
def test_without_the_dates_a_person_is_asked_and_other_dates_or_tones_are_others(other: str) -> None:
    found = _decide(_form(1, DU, of="A"), _form(2, other, of="B"))
    assert _people(found) == 2
    assert bool(found[DU].candidates) == (other == "Person|Nguyễn Du")


def test_what_one_file_tells_apart_is_never_united() -> None:
    one, two = _form(1, DU, VIAF, of="A"), _form(2, "Person|Nguyễn Du, 1765-", VIAF, of="A")
    assert _people(_decide(one, two)) == 2
    other = _form(3, "Person|Nguyễn Du (1765-1820)", VIAF, of="B")
    found = _decide(one, two, other)
    assert _people(found) == 3  # B's may be either of A's
    assert set(found[other.key].candidates) == {1, 2}


def test_a_year_that_tells_two_apart_is_not_bridged_by_a_heading_without_it() -> None:
    found = _decide(
        _form(1, DU, of="A"),
        _form(2, "Person|Nguyễn Du, 1765-1790", of="B"),
        _form(3, "Person|Nguyễn Du, 1765-", of="C"),
    )
    assert _people(found) == 3


def test_a_variant_of_two_files_that_mean_one_person_leads_there() -> None:
    found = _decide(
        _form(1, DU, VIAF, of="A"), _form(2, "Person|Nguyễn Du, 1765-1820", VIAF, of="B"),
        _form(3, "Person|Tố Như", claims=(1, 2)),
    )  # fmt: skip
    assert _people(found) == 1
    assert found["Person|Tố Như"].rule == "4XX"


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Callable[[], Consortium]]:
    """Makes empty consortia."""
    made: list[Consortium] = []

    def make() -> Consortium:
        made.append(Consortium(Registry.in_folder(tmp_path / str(len(made)))))
        return made[-1]

    yield make
    for c in made:
        c.registry.close()


TURNED = "Person|Nguyễn Du (1765-1820)"


def _history() -> list[Sent]:
    pen_name = (("agents", "Person|Tố Như"),)
    return [
        Sent("A", "1", book(author="Nguyễn, Du,$d1765-1820"), headings=(("agents", DU),)),
        Sent("B", "1", book("Thơ chữ Hán", author="Nguyễn Du"), headings=(("agents", TURNED),)),
        Sent("C", "1", book("Văn chiêu hồn", author="Tố Như"), headings=pen_name),
        Sent("A", "a", book(), kind="authority", establishes=("agents", DU), variants=pen_name),
        Sent(
            "B", "a", book(), kind="authority", establishes=("agents", TURNED), variants=(("agents", "Person|Tố Như"),)
        ),
    ]


OTHER = book("Vị Xuyên thi văn tập", "Trần, Tế Xương", "1931", "80 tr.")


def _bear(c: Consortium, *batch: Sent) -> None:
    """Load records each of whose headings bears the number."""
    with c.registry.write() as connection:
        arrivals = [c._store(connection, sent) for sent in batch]
        for arrival in arrivals:
            for claim in (*arrival.headings, *([arrival.establishes] if arrival.establishes else ())):
                claim.marks = [VIAF]
        assign(connection, arrivals, job=1, at=2000)


def _entities(c: Consortium) -> dict[str, str]:
    return {h.key: h.entity for h in c.rows(schema.heading)}


@pytest.mark.parametrize("seed", range(6))
def test_two_files_are_one_agent_in_whatever_order_they_come(new: Callable[[], Consortium], seed: int) -> None:
    straight, turned = new(), new()
    history = _history()
    straight.load(*history)
    random.Random(seed).shuffle(history)
    for sent in history:
        turned.load(sent)
    assert _entities(turned) == _entities(straight)
    assert len(set(_entities(straight).values())) == 1


def test_a_number_of_another_name_is_told(new: Callable[[], Consortium]) -> None:
    c = new()
    wrong = ("agents", "Person|Trần, Tế Xương")
    _bear(c, Sent("A", "1", book(), headings=(("agents", DU),)), Sent("A", "2", OTHER, headings=(wrong,)))
    _bear(c, Sent("N", "a", book(), kind="authority", establishes=("agents", DU)))
    with c.registry.read() as connection:
        count, found = astray(connection, schema.record.c.member == "A")
        assert astray(connection, schema.record.c.member == "N") == (0, [])
    assert count == 1
    assert found == [Astray("2", "bibliographic", wrong[1], VIAF, DU)]
    assert message(found[0]).startswith("'Trần, Tế Xương' bears the number viaf.org/viaf/27083279, which is that of")


def test_a_file_that_goes_parts_what_it_united_and_every_uri_answers(new: Callable[[], Consortium]) -> None:
    c = new()
    *records, first, second = _history()
    c.load(*records, first)
    before = _entities(c)
    c.load(second)
    assert len(set(_entities(c).values())) == 1
    with c.registry.read() as connection:
        said = why(connection, _entities(c)[DU])
    assert {r["rule"] for r in said["rules"]} >= {"one name and dates in several authority files"}
    c.load(Sent("B", "a", None, kind="authority"))
    assert _entities(c) == before
    assert {c.answers(e) for e in before.values()} == {"live"}
