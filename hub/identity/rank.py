"""Which member's record describes best."""

from __future__ import annotations

from converters.marc.record import Record

# Encoding level (leader/17, MARC 21 Bibliographic): full, examined less, minimal, prepublication …
_LEVELS = {
    " ": 60,
    "1": 55,
    "I": 50,
    "4": 45,
    "2": 35,
    "K": 30,
    "7": 30,
    "M": 25,
    "L": 30,
    "3": 20,
    "5": 15,
    "8": 10,
    "E": 10,
    "J": 5,
}
_WEIGHED = {
    "100": 6,
    "110": 6,
    "130": 3,
    "240": 4,
    "245": 6,
    "250": 3,
    "260": 4,
    "264": 5,
    "300": 4,
    "336": 2,
    "337": 2,
    "338": 2,
    "020": 4,
    "022": 4,
    "082": 3,
    "050": 3,
    "490": 2,
    "505": 4,
    "520": 5,
    "600": 4,
    "610": 4,
    "650": 5,
    "651": 4,
    "655": 3,
    "700": 4,
    "710": 3,
    "880": 4,
    "041": 2,
}


def rank(record: Record) -> int:
    """How well a record describes its manifestation (0 … about 200): encoding level first, then completeness."""
    score = _LEVELS.get(record.leader[17], 20)
    for tag, weight in _WEIGHED.items():
        count = len(record.all(tag))
        if count:
            score += weight + min(count - 1, 3)
    if record.leader[18] in "ai":
        score += 3
    return score
