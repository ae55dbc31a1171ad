"""Which format a client wants (RFC 9110 §12.5.1): q-values, wildcards, ``?format=``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from sparql.errors import NotAcceptable
from sparql.formats import GRAPH_ALIASES, GRAPH_FORMATS, SHORT_NAMES, SOLUTION_ALIASES, SOLUTION_FORMATS

MOST_RANGES = 100
"""Ranges of an Accept header that are read; nobody has more to say."""


def parse_accept(header: str) -> list[tuple[str, float]]:
    """Media ranges, lower case, with their q (0 to 1); a q that is no number counts as 0, parameters are dropped."""
    ranges = []
    for part in header.split(",", MOST_RANGES)[:MOST_RANGES]:
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                try:
                    quality = min(1.0, max(0.0, float(value)))
                except ValueError:
                    quality = 0.0
        if "/" in name:
            ranges.append((name, quality if quality == quality else 0.0))  # NaN is a float, too
    return ranges


def quality(media_type: str, ranges: list[tuple[str, float]]) -> tuple[float, int]:
    """The q that an Accept header gives a media type, and how exactly it names it (2: wholly, 1: ``text/*``, 0)."""
    major = media_type.partition("/")[0] + "/*"
    best = (-1, 0.0)
    for name, value in ranges:
        exact = 2 if name == media_type else 1 if name == major else 0 if name == "*/*" else -1
        if exact > best[0]:
            best = (exact, value)
    return best[1], max(0, best[0])


def choose(accept: str | None, formats: Mapping[str, str], aliases: Mapping[str, str]) -> str | None:
    """The name of the format that serves the client best; the first one on a tie; ``None`` if none serves at all."""
    ranges = parse_accept(accept) if accept else []
    if not ranges:
        return next(iter(formats))
    rank: dict[str, tuple[float, int]] = {}
    for name, media_type in formats.items():
        found = quality(media_type.partition(";")[0], ranges)
        if found[1] < 2:  # its other names count only where they are named in full
            also = (quality(other, ranges) for other, meant in aliases.items() if meant == name)
            found = max((one for one in also if one[1] == 2), default=found)
        rank[name] = found
    best = max(formats, key=lambda name: rank[name])  # max keeps the first of equals
    return best if rank[best][0] > 0 else None


@lru_cache(maxsize=512)
def result_formats(accept: str | None, asked: str | None) -> tuple[str | None, str | None]:
    """Formats for solutions and for graphs, from ``?format=`` (a short name or a media type) or else the Accept header.

    Raises :class:`NotAcceptable` for a name that is unknown, or a header that fits neither.
    """
    if asked:
        short = SHORT_NAMES.get(asked.lower())
        if short is not None:
            return short
        if "/" not in asked:
            raise NotAcceptable(f"{asked[:50]!r} is no format; there are {', '.join(SHORT_NAMES)}.")
        accept = asked.replace(" ", "+")  # a + in a query string arrives as a space
    found = choose(accept, SOLUTION_FORMATS, SOLUTION_ALIASES), choose(accept, GRAPH_FORMATS, GRAPH_ALIASES)
    if found == (None, None):
        raise NotAcceptable(f"None of {accept[:200] if accept else ''} can be served; there are " + names() + ".")
    return found


def names() -> str:
    """All formats, for messages."""
    return ", ".join((*SOLUTION_FORMATS.values(), *GRAPH_FORMATS.values()))


def prefers_html(accept: str | None) -> bool:
    """Whether a page for people is wanted: text/html with a higher q than every RDF or results format."""
    ranges = parse_accept(accept or "")
    page = max(quality("text/html", ranges), quality("application/xhtml+xml", ranges))
    if page[0] <= 0 or page[1] == 0:
        return False
    data = {*SOLUTION_ALIASES, *GRAPH_ALIASES} - {"application/xml", "text/xml", "text/plain", "application/json"}
    return all(page >= quality(media_type.partition(";")[0], ranges) for media_type in data)
