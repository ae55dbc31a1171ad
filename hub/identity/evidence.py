"""Two records' features → a score with its evidence, and what forbids."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from hub.identity.features import ORDER, year
from hub.identity.features.text import fold
from hub.identity.table import (
    ALIKE,
    BIAS,
    GENERIC,
    REVIEW,
    SAME,
    SETTLED_BY_IDENTIFIER,
    TITLE_BORNE_OUT,
    TITLE_ENOUGH,
    VERSION,
    WEIGHTS,
    YEAR_VETO,
)

Verdict = Literal["same", "review", "different"]
Features = dict[str, Any]


@dataclass(slots=True)
class Evidence:
    """Why two records are one manifestation or not.

    ``score`` is the likelihood (0 … 1) without vetoes; ``features`` each comparison (−1 … 1); ``veto`` what forbids the
    pair, ``doubts`` what leaves it to a person though the score is high; ``version`` that of the rules.
    """

    score: float
    verdict: Verdict
    features: dict[str, float] = field(default_factory=dict)
    veto: str | None = None
    doubts: list[str] = field(default_factory=list)
    version: str = VERSION

    def to_json(self) -> dict[str, Any]:
        """As stored with an edge."""
        found: dict[str, Any] = {"features": self.features, "version": self.version}
        if self.veto:
            found["veto"] = self.veto
        if self.doubts:
            found["doubts"] = self.doubts
        return found


_VETOES = [(f.name, f.veto) for f in ORDER if hasattr(f, "veto")]
_DOUBTS = [(f.name, f.doubt) for f in ORDER if hasattr(f, "doubt")]
_COMPARES = [(f.name, f.compare, *WEIGHTS[f.name]) for f in ORDER]


def veto(a: Features, b: Features) -> str | None:
    """What forbids that two records are one manifestation, or None. Symmetric."""
    for name, forbids in _VETOES:
        found: str | None = forbids(a.get(name), b.get(name))
        if found:
            return found
    if "continuing" not in (a.get("form", {}).get("l"), b.get("form", {}).get("l")):
        far = year.gap(a.get("year"), b.get("year"))
        if far is not None and far > YEAR_VETO:
            return "year"
    return None


def doubts(a: Features, b: Features) -> list[str]:
    """What should be left to a person although the score is high. Symmetric."""
    found = []
    for name, doubt in _DOUBTS:
        said = doubt(a.get(name), b.get(name))
        if said:
            found.append(said)
    one, two = a.get("year"), b.get("year")
    far = year.gap(one, two)
    if (far or year.reissued(one, two)) and "continuing" not in (
        a.get("form", {}).get("l"),
        b.get("form", {}).get("l"),
    ):
        found.append("year")
    return found


def _generic(features: Features) -> bool:
    """Whether the title proper names only a kind of content (``Thơ``, ``Annual report``)."""
    return fold(features.get("title", {}).get("a", "")) in GENERIC


_QUICK = ("identifiers", "host", "year", "extent", "language", "part", "publisher", "title", "authors")
"""Features in the order in which they settle most pairs for least work."""
_LEAST = math.log(REVIEW / (1 - REVIEW)) - 0.01
_STEPS: list[tuple[Any, str, float, float, float, float]] = []
_rest = sum(max(good, absent, 0.0) for good, _, absent in WEIGHTS.values())
for _name in _QUICK:
    _good, _bad, _absent = WEIGHTS[_name]
    _rest -= max(_good, _absent, 0.0)
    _STEPS.append((next(f.compare for f in ORDER if f.name == _name), _name, _good, _bad, _absent, _rest))


def unlikely(a: Features, b: Features) -> bool:
    """Whether the score of two records is certainly below REVIEW, found with as few comparisons as may be."""
    odds = BIAS
    for measure, name, good, bad, absent, rest in _STEPS:
        value = measure(a.get(name), b.get(name))
        odds += absent if value is None else value * (good if value > 0 else bad)
        if odds + rest < _LEAST:
            return True
    return False


def compare(a: Features, b: Features) -> Evidence:
    """The evidence for two records being one manifestation. Symmetric; the bands are design.md §4's."""
    values: dict[str, float] = {}
    odds = BIAS
    for name, measure, good, bad, absent in _COMPARES:
        value = measure(a.get(name), b.get(name))
        if value is None:
            odds += absent
        else:
            values[name] = round(value, 3)
            odds += value * (good if value > 0 else bad)
    score = round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds)))), 4)
    if score < REVIEW:
        return Evidence(score, "different", values, veto(a, b))
    forbidden = veto(a, b)
    if forbidden:
        return Evidence(score, "different", values, forbidden)
    open_questions = doubts(a, b)
    if (
        "year" in open_questions
        and year.gap(a.get("year"), b.get("year")) == 0
        and min(values.get(n, 0.0) for n in ("publisher", "extent", "title")) >= ALIKE
        and values.get("edition", 0.0) >= 0
    ):
        open_questions.remove("year")  # the year printed here is the copyright year there
    vietnamese = "vi" in a.get("title", ()) or "vi" in b.get("title", ())
    publisher = values.get("publisher", 1.0)
    if publisher < ALIKE if vietnamese else publisher == -1.0 and values.get("place", 0.0) < 0:
        open_questions.append("publisher")  # Vietnamese publishers are few and named alike: another name is another one
    if values.get("authors", 0.0) < 0.8 and values.get("identifiers", 0.0) <= 0 and _generic(a) and _generic(b):
        open_questions.append("generic title")
    borne_out = not vietnamese and min(values.get(n, 0.0) for n in ("authors", "extent", "year")) >= ALIKE
    if values.get("title", 1.0) < (TITLE_BORNE_OUT if borne_out else TITLE_ENOUGH):
        open_questions.append("title")
    if min(values.get(n, 0.0) for n in ("identifiers", "extent", "year")) >= ALIKE:
        open_questions = [q for q in open_questions if q not in SETTLED_BY_IDENTIFIER]
    verdict: Verdict = "same" if score >= SAME and not open_questions else "review"
    return Evidence(score, verdict, values, None, open_questions)
