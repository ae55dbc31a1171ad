"""The year of publication: 008/06-14, 264 $c, 260 $c."""

from __future__ import annotations

import re
from typing import Any

from converters.marc.record import Record

name = "year"

_YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_PARTIAL = re.compile(r"(?<!\d)(1[4-9]\d|20\d)[-?u|]")


def extract(record: Record) -> dict[str, Any] | None:
    """``d`` first date of 008 (``u`` for unknown digits), ``e`` its second, ``t`` the type, ``p`` the printed years."""
    fixed = record.control("008")
    value: dict[str, Any] = {}
    kind, first, second = fixed[6:7], fixed[7:11].replace("|", "u"), fixed[11:15]
    if re.fullmatch(r"[12][\du]{3}", first) and kind not in "b|":
        value["d"] = first
        value["t"] = kind
        if re.fullmatch(r"[12]\d{3}", second):
            value["e"] = second
    printed = [
        y
        for tag in ("264", "260")
        for f in record.all(tag)
        if tag == "260" or f.ind2 in "1 4 30"
        for t in f.all("c")
        for y in _YEAR.findall(t)
    ]
    if printed:
        value["p"] = sorted(set(printed))
    else:
        partial = [y + "u" for tag in ("264", "260") for t in record.values(tag, "c") for y in _PARTIAL.findall(t)]
        if partial and "d" not in value:
            value["d"] = partial[0]
            value["t"] = "q"
    return value or None


def years(value: dict[str, Any] | None) -> set[str]:
    """All years (or patterns with ``u``) that a record gives for its manifestation."""
    if not value:
        return set()
    found = set(value.get("p", ()))
    kind = value.get("t", "")
    if "d" in value:
        found.add(value["d"])
    if kind in ("t", "s", "r", "e", "p") and "e" in value and kind == "t":
        found.add(value["e"])  # the copyright year beside the year of publication
    return found


def first(value: dict[str, Any] | None) -> str:
    """The year for keys: 008's, else the earliest printed one, else the empty string."""
    if not value:
        return ""
    if "d" in value and "u" not in value["d"]:
        return str(value["d"])
    printed = value.get("p")
    return printed[0] if printed else ""


def _fits(x: str, y: str) -> bool:
    return all(m == n or "u" in (m, n) for m, n in zip(x, y, strict=True))


def gap(a: dict[str, Any] | None, b: dict[str, Any] | None) -> int | None:
    """The least number of years between the two, None when one gives none."""
    one, two = years(a), years(b)
    if not one or not two:
        return None
    if one & two or any(_fits(x, y) for x in one for y in two):
        return 0
    return min(abs(int(x.replace("u", "5")) - int(y.replace("u", "5"))) for x in one for y in two)


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 the same year, .2 one year apart, −.5 two, −1 more; None when one gives none."""
    far = gap(a, b)
    if far is None:
        return None
    if far == 0:
        if (
            first(a)
            and first(b)
            and first(a) != first(b)
            and not set((a or {}).get("p", ())) & set((b or {}).get("p", ()))
        ):
            return 0.7
        return 1.0
    return 0.2 if far == 1 else -0.5 if far == 2 else -1.0
