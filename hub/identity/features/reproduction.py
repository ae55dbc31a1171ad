"""Reproductions: 533, 534, 008/06 r."""

from __future__ import annotations

from typing import Any

from converters.marc.record import Record
from hub.identity.features.text import fold, strict

name = "reproduction"


def extract(record: Record) -> dict[str, Any] | None:
    """``r`` the folded kind of reproduction (533 $a), ``o`` 1 when an original is described (534)."""
    value: dict[str, Any] = {}
    for text in record.values("533", "a"):
        value["r"] = fold(strict(text))[:40] or "reproduction"
        break
    if record.first("534") is not None:
        value["o"] = 1
    return value or None


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 both are reproductions, −1 only one is; None when neither."""
    if not a and not b:
        return None
    if ("r" in (a or {})) == ("r" in (b or {})):
        return 1.0 if a and b else 0.0
    return -1.0


def veto(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """``reproduction``: one of the two is a reproduction."""
    return "reproduction" if compare(a, b) == -1.0 else None


def doubt(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """An original described by one only."""
    return "original described by one only" if ("o" in (a or {})) != ("o" in (b or {})) else None
