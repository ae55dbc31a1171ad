"""A hub in a temporary folder, driven as its users drive it: through the command line's verbs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.members import Library, put_library, put_member
from hub.settings import Settings
from hub.wiring import open_registry, open_settings

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hub(tmp_path: Path) -> Run:
    """``hub("load", "--member", "A", file)`` runs the real command on this test's hub; stdout and stderr are text."""

    def run(*arguments: str | Path, stdin: bytes | None = None, check: bool = False) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "hub.cli.main", "--data", str(tmp_path / "hub"), *map(str, arguments)]
        done = subprocess.run(command, input=stdin, capture_output=True, check=False)
        result = subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in result.stderr, result.stderr
        if check:
            assert result.returncode == 0, result.stderr
        return result

    return run


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a hub with two members, A and B."""
    made = open_settings(tmp_path / "hub", {"HUB_WORKERS": "1"})
    registry = open_registry(made)
    with registry.write() as connection:
        for code, name in (("A", "Thư viện A"), ("B", "Thư viện B")):
            put_member(connection, code, {})
            put_library(connection, Library(code, code, name, f"Library {code}"))
    registry.close()
    return made
