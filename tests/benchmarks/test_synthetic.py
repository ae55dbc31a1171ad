"""What the benchmarks measure is what a hub has: drafts are the same each time, and described by the projection."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from stdnum import isbn

from benchmarks import synthetic_hub
from benchmarks.search import folded, searches
from benchmarks.synthetic import draft
from benchmarks.synthetic_hub import build, described, search_document
from benchmarks.web import MIX, addresses
from hub.projection.check import Checker
from hub.search import Search
from hub.wiring import generations, open_registry, open_settings, views_in_use

SOME = 40


def test_a_draft_is_the_same_each_time_and_its_numbers_are_valid() -> None:
    drafts = [draft(n) for n in range(500)]
    assert drafts == [draft(n) for n in range(500)]
    assert len({d.title for d in drafts}) > 450
    numbers = [e.isbn for d in drafts for e in d.editions if e.isbn]
    assert all(isbn.is_valid(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert 600 < sum(len(d.editions) for d in drafts) < 900
    assert Counter(d.language for d in drafts).most_common(1)[0][0] == "vie"


def test_a_search_document_without_its_records_is_what_the_projection_makes_of_them() -> None:
    made = {document["id"]: document for document in described(0, SOME).applied.documents}
    assert len(made) == SOME
    for n in range(SOME):
        ours = search_document(draft(n))
        theirs = made[ours["id"]]
        assert ours.keys() == theirs.keys()
        for name, value in ours.items():
            if isinstance(value, list):  # the order of records of equal rank is the registry's
                assert sorted(value) == sorted(theirs[name]), (n, name)
            else:
                assert value == theirs[name], (n, name)


def test_a_small_hub_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic_hub, "WORKS_A_PART", 40)
    made = build(tmp_path, entities=400, workers=1)
    assert made["entities"] >= 400
    settings = open_settings(tmp_path, {})
    current = generations(settings).current()
    assert current is not None
    registry = open_registry(settings)
    names = [name for name in views_in_use(settings) if name]
    assert not list(Checker(registry, current.path, settings.base_uri, names).run())
    registry.close()
    assert Search(tmp_path).search(folded(draft(3).title)).total >= 1
    paths = addresses(tmp_path, 50)
    assert len(set(paths)) == len(paths) > 45
    assert {path.split("/")[1] for path in paths} == set(MIX)
    assert build(tmp_path, entities=400, workers=1) == made  # a build goes on where it stood


def test_searches_are_of_every_kind() -> None:
    asked = searches(1000)
    assert sum(bool(filters) for _, filters in asked) == len(asked) // 10
    assert any(text.isdigit() for text, _ in asked)
    assert all(text for text, _ in asked)
