"""Tests that need a program of another project are deselected where it is missing, and a notice says so."""

from __future__ import annotations

import pytest

from tests.peers import NEEDED


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    there = {word: bool(find()) for word, (find, _) in NEEDED.items()}
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        needed = [word for mark in item.iter_markers("needs") for word in mark.args]
        (kept if all(there[word] for word in needed) else dropped).append(item)
    if dropped:
        config.hook.pytest_deselected(items=dropped)
        items[:] = kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for find, what in NEEDED.values():
        if not find():
            terminalreporter.write_line(f"NOTICE: tests that need {what} are left out")
