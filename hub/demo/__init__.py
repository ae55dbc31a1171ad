"""The demo consortium: five Vietnamese libraries in two groups, with their records in every common form.

The files under ``files/`` are built from ``source/`` by ``python -m hub.demo.build`` and shipped.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def consortium() -> dict[str, Any]:
    """Groups, members (with their profile and files) and libraries, as ``consortium.json`` has them."""
    described: dict[str, Any] = json.loads((_HERE / "consortium.json").read_text(encoding="utf-8"))
    return described


def files() -> list[tuple[str, Path]]:
    """Each member's files in load order: member code and path. Authority records come first."""
    return [(member["code"], _HERE / "files" / name) for member in consortium()["members"] for name in member["files"]]


__all__ = ["consortium", "files"]
