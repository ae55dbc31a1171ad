"""A hub in a temporary folder, driven as its users drive it: through the command line's verbs."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.cli.main import main
from hub.members import Library, put_library, put_member
from hub.settings import Settings
from hub.wiring import open_registry, open_settings

Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """What a command left: exit code and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """``hub("load", "--member", "A", file)`` runs the command on this test's hub."""

    def run(*arguments: str | Path, stdin: bytes = b"", check: bool = False) -> Done:
        out, err = io.BytesIO(), io.StringIO()
        with monkeypatch.context() as patched:
            standard_input, standard_output = io.TextIOWrapper(io.BytesIO(stdin)), io.TextIOWrapper(out)
            patched.setattr(sys, "stdin", standard_input)
            patched.setattr(sys, "stdout", standard_output)
            patched.setattr(sys, "stderr", err)
            code = main(["--data", str(tmp_path / "hub"), *map(str, arguments)])
            standard_output.flush()
        done = Done(code, out.getvalue().decode(), err.getvalue())
        if check:
            assert code == 0, done.stderr
        return done

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
