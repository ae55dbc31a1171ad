"""The demo, loaded once for all tests about what is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.cli.main import main


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with the demo in it; nobody changes it."""
    made = tmp_path_factory.mktemp("demo") / "hub"
    assert main(["--data", str(made), "demo", "--no-serve"]) in (0, 1), "1: loaded, the dirty file's reject listed"
    return made
