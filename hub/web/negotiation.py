"""Content negotiation (RFC 9110 §12.5): which of the forms we have does the client want most?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_RANGES = 64
"""Ranges of one header that are looked at; a longer list is cut, never an error."""


@dataclass(frozen=True, slots=True)
class Range:
    """One media range or language range with its weight (0 to 1) and parameters."""

    value: str
    weight: float
    parameters: tuple[tuple[str, str], ...] = ()


def ranges(header: str) -> list[Range]:
    """The ranges of an ``Accept`` or ``Accept-Language`` header; what cannot be read is passed over."""
    found = []
    for part in header.split(",")[:MOST_RANGES]:
        value, *rest = (p.strip() for p in part.split(";"))
        if not value:
            continue
        weight, parameters = 1.0, []
        for parameter in rest:
            name, _, given = parameter.partition("=")
            name, given = name.strip().lower(), given.strip().strip('"')
            if name == "q":
                weight = _weight(given)
                break  # what follows q are extensions of Accept, not of the media type
            parameters.append((name, given.lower()))
        found.append(Range(value.lower(), weight, tuple(parameters)))
    return found


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return min(1.0, weight) if weight > 0 else 0.0  # nan compares false and becomes 0


def media_type(header: str | None, offered: Sequence[str]) -> str | None:
    """The best of the ``offered`` media types, None when the client accepts none of them.

    The most specific range that fits an offer gives its weight; of offers with equal weight the first wins. Without a
    header everything is welcome.
    """
    if not header or not header.strip():
        return offered[0]
    asked = ranges(header)
    best, best_weight = None, 0.0
    for offer in offered:
        weight = _media_weight(offer, asked)
        if weight > best_weight:
            best, best_weight = offer, weight
    return best


def _media_weight(offer: str, asked: Sequence[Range]) -> float:
    kind = offer.partition("/")[0]
    weight, specific = 0.0, -1
    for r in asked:
        if r.value == offer:
            level = 2 + (1 if r.parameters else 0)
            if r.parameters and any(name not in ("charset", "profile") for name, _ in r.parameters):
                continue  # a parameter we do not offer (level=1)
        elif r.value == f"{kind}/*":
            level = 1
        elif r.value in ("*/*", "*"):
            level = 0
        else:
            continue
        if level > specific or (level == specific and r.weight > weight):
            weight, specific = r.weight, level
    return weight


def language(header: str | None, offered: Sequence[str], default: str) -> str:
    """The best of the ``offered`` languages (``vi``, ``en``) by RFC 4647 lookup, ``default`` when none fits."""
    best, best_weight = default, 0.0
    for r in ranges(header or ""):
        primary = r.value.partition("-")[0]
        candidate = default if primary == "*" else primary
        if candidate in offered and r.weight > best_weight:
            best, best_weight = candidate, r.weight
    return best


def prefers_page(headers: Mapping[str, str]) -> bool:
    """Whether an answer should be a page for a person rather than data: browsers ask for text/html by name."""
    asked = ranges(headers.get("accept", ""))
    html = max((r.weight for r in asked if r.value in ("text/html", "application/xhtml+xml")), default=0.0)
    data = max(
        (r.weight for r in asked if r.value.endswith(("json", "+xml")) and r.value != "application/xhtml+xml"),
        default=0.0,
    )
    return html > 0 and html >= data
