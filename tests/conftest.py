"""Tests that need a program of another project are deselected where it is missing, and a notice says so."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.peers import NEEDED

_missing: Counter[str] = Counter()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, dropped = [], []
    for item in items:
        needed = [word for mark in item.iter_markers("needs") for word in mark.args]
        missing = [word for word in needed if not NEEDED[word][0]()]
        _missing.update(missing)
        (dropped if missing else kept).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def pytest_report_collectionfinish() -> list[str]:
    return [f"{count} tests are left out: they need {NEEDED[word][1]}" for word, count in _missing.items()]
