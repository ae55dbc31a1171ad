"""From agreements to a score: what was asked is weighed, what nobody asked is left out (docs/reconcile.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from hub.identity.features import title as titles
from hub.identity.features.text import alike, fold, marked, vietnamese
from hub.protocols.reconcile.query import Condition

WEIGHTS: dict[str, float] = {
    "title": 4.0,
    "name": 4.0,
    "isbn": 4.0,
    "issn": 4.0,
    "sameAs": 4.0,
    "code": 4.0,
    "author": 2.5,
    "part": 2.0,
    "birth": 2.0,
    "death": 2.0,
    "date": 1.5,
    "publisher": 1.0,
    "edition": 1.0,
    "language": 1.0,
    "place": 0.5,
    "library": 0.5,
    "source": 1.0,
}
"""How much each agreement counts; the proportions follow hub.identity.table.WEIGHTS."""

AGAINST = 0.5
"""What speaks against counts so much of its weight: a candidate with another year is still shown, below the others."""

AGREES = 0.8
"""A value from which a feature is taken to agree."""

TONES_DIFFER = 0.3
"""The value of texts with the same letters and other tones: shown, never matched."""


def total(values: Mapping[str, float | None]) -> float:
    """The score (0 … 100) of the features that were asked for; None is one that the candidate says nothing of."""
    said = whole = 0.0
    for name, value in values.items():
        weight = WEIGHTS.get(name)
        if weight is None:
            continue
        if value is None:
            whole += weight * AGAINST
        else:
            whole += weight
            said += weight * value if value > 0 else weight * value * AGAINST
    return round(max(0.0, min(100.0, 100.0 * said / whole)), 1) if whole else 0.0


def tones_differ(a: str, b: str) -> bool:
    """Whether two strict texts, one of them Vietnamese, have the same letters but other tones or vowels."""
    return (vietnamese(a) or vietnamese(b)) and titles.tones_differ(a, b)


def likeness(a: str, b: str) -> float:
    """How alike two strict names are: 1 equal, .7 one typed without diacritics, less for a part, 0 for others."""
    if a == b:
        return 1.0
    one, two = fold(a), fold(b)
    if one == two:
        if tones_differ(a, b):
            return TONES_DIFFER
        return 0.7 if marked(a) != marked(b) else 0.9
    words, others = set(one.split()), set(two.split())
    part = len(words & others) / max(1, len(words), len(others))
    whole = 0.3 if words and (words <= others or others <= words) else 0.0
    return round(max(whole + 0.5 * part, alike(one, two) - 0.2, 0.0), 3)


def agreement(condition: Condition, judge: Callable[[str], float | None]) -> float | None:
    """How well one condition agrees: its best value (any), its worst (all), or the best turned round (none)."""
    found = [value for text in condition.values if (value := judge(text)) is not None]
    if not found:
        return None
    if condition.quantifier == "none":
        return 1.0 if max(found) < AGREES else -1.0
    return max(found) if condition.quantifier == "any" else min(found)


def satisfied(conditions: Iterable[Condition], values: Mapping[str, float | None]) -> bool:
    """Whether a candidate has all that is required."""
    return all((values.get(c.property) or 0.0) >= AGREES for c in conditions if c.required)
