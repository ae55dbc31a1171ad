"""Where it was published: 260/264 $a, and the country in 008/15-17."""

from __future__ import annotations

from typing import Any

from converters.marc.record import Record
from hub.identity.features.text import fold, strict

name = "place"

_ALIASES = {
    "h": "ha noi",
    "hn": "ha noi",
    "hanoi": "ha noi",
    "tp hcm": "ho chi minh",
    "tp ho chi minh": "ho chi minh",
    "thanh pho ho chi minh": "ho chi minh",
    "tphcm": "ho chi minh",
    "hcm": "ho chi minh",
    "sai gon": "ho chi minh",
    "saigon": "ho chi minh",
    "t p ho chi minh": "ho chi minh",
}


def extract(record: Record) -> dict[str, Any] | None:
    """``c`` the country code, ``p`` the folded first place."""
    value: dict[str, Any] = {}
    country = record.control("008")[15:18].strip().lower().rstrip("|")
    if country.isalpha() and country not in ("xx",):
        value["c"] = country
    places: dict[str, None] = {}
    for text in (*record.values("264", "a"), *record.values("260", "a")):
        place = fold(strict(text))
        if place and place not in ("s l", "sl", "k d", "kd"):
            places[_ALIASES.get(place, place)[:60]] = None
    if places:
        value["p"] = list(places)[:3]
    return value or None


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 the same place, .5 the same country, −1 neither; None when nothing can be compared."""
    if not a or not b:
        return None
    if "p" in a and "p" in b:
        best = -1.0
        for x in a["p"]:
            for y in b["p"]:
                one, two = set(x.split()), set(y.split())
                best = max(best, 1.0 if one <= two or two <= one else 0.5 if one & two else -1.0)
        return -0.5 if best < 0 and a.get("c") and a.get("c") == b.get("c") else best
    if "c" in a and "c" in b:
        return 0.5 if a["c"] == b["c"] else -0.5
    return None
