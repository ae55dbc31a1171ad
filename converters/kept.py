"""What the converters keep from one record to the next: results by short texts, forgotten again by the amount read.

A cache that counts its entries is no bound of memory where one entry may be as long as a record: 8,192 texts of a
hostile file would be gigabytes. So all are emptied together whenever so much input has been read; what they held was
part of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

INPUT = 16 * 1024 * 1024
"""Bytes of records that are read before everything is forgotten: 20,000 small ones."""

_forget: list[Callable[[], None]] = []
_met = 0


def kept(entries: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the results of a pure function of texts, at most ``entries`` of them, until :func:`read` empties it."""

    def wrap(function: Callable[P, T]) -> Callable[P, T]:
        made = lru_cache(maxsize=entries)(function)
        _forget.append(made.cache_clear)
        return made  # type: ignore[return-value]  # lru_cache forgets the parameters' types

    return wrap


def read(size: int) -> None:
    """Count a record of ``size`` bytes that was read."""
    global _met
    _met += size
    if _met >= INPUT:
        _met = 0
        for forget in _forget:
            forget()
