"""A map of libraries without a map service: dots at their places over the outline of their country, as SVG.

Outlines lie in ``outlines/`` (built by frontend/outline.mjs from Natural Earth, which is in the public domain). Where
no outline fits, the dots stand on a plain grid of degrees.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hub.catalog.models import LibraryCard

WIDTH = 320.0
_MARGIN = 28.0
_MOST = 380.0
_LEAST = 160.0
_OUTLINES = Path(__file__).parent / "outlines"


@dataclass(frozen=True, slots=True)
class Dot:
    """A library on the map: centre and radius in the drawing's units."""

    x: float
    y: float
    radius: float
    library: LibraryCard


@dataclass(frozen=True, slots=True)
class Name:
    """A place's name on the map: where it begins, or ends when it stands ``left`` of its dot."""

    x: float
    y: float
    left: bool
    text: str


@dataclass(frozen=True, slots=True)
class Islands:
    """An archipelago too small to be drawn: its name by language, where that stands, and dots for it."""

    x: float
    y: float
    names: dict[str, str]
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Map:
    """The drawing: its size, its dots (large ones first, so that small ones lie on top), its lines of degrees.

    ``outline`` is SVG path data, empty where no outline fits.
    """

    width: float
    height: float
    dots: tuple[Dot, ...]
    named: tuple[Name, ...]
    parallels: tuple[tuple[float, str], ...]
    meridians: tuple[tuple[float, str], ...]
    outline: str = ""
    islands: tuple[Islands, ...] = ()


@cache
def _outlines() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(path.read_text("utf-8")) for path in sorted(_OUTLINES.glob("*.json")))


def _points(outline: dict[str, Any]) -> list[tuple[float, float]]:
    """The (longitude, latitude) of everything an outline has."""
    parts = [*outline["rings"], *(a["points"] for a in outline["archipelagos"])]
    return [(point[0], point[1]) for part in parts for point in part]


def _fitting(libraries: Sequence[LibraryCard]) -> dict[str, Any] | None:
    """The outline in whose rectangle all libraries lie."""
    for outline in _outlines():
        found = _points(outline)
        west, east = min(p[0] for p in found), max(p[0] for p in found)
        south, north = min(p[1] for p in found), max(p[1] for p in found)
        if all(south <= (c.latitude or 0) <= north and west <= (c.longitude or 0) <= east for c in libraries):
            return outline
    return None


def draw(libraries: Sequence[LibraryCard]) -> Map | None:
    """The map of the libraries that have coordinates, None when none has. Equirectangular projection."""
    placed = [
        (c, c.latitude, c.longitude)
        for c in libraries
        if c.latitude is not None and c.longitude is not None and -90 <= c.latitude <= 90 and -180 <= c.longitude <= 180
    ]
    if not placed:
        return None
    outline = _fitting([p[0] for p in placed])
    framed = _points(outline) if outline else [(p[2], p[1]) for p in placed]
    margin = _MARGIN if outline is None else _MARGIN / 2
    south, north = min(p[1] for p in framed), max(p[1] for p in framed)
    west, east = min(p[0] for p in framed), max(p[0] for p in framed)
    middle = (south + north) / 2
    squeeze = max(0.2, math.cos(math.radians(middle)))
    rise, run = max(north - south, 0.5), max((east - west) * squeeze, 0.5)
    scale = min((WIDTH - 2 * margin) / run, (_MOST - 2 * margin) / rise)
    height = max(_LEAST, rise * scale + 2 * margin)
    left = (WIDTH - (east - west) * squeeze * scale) / 2
    top = (height - (north - south) * scale) / 2

    def x(longitude: float) -> float:
        return round(left + (longitude - west) * squeeze * scale, 1)

    def y(latitude: float) -> float:
        return round(top + (north - latitude) * scale, 1)

    most = max((c.items or 0 for c, _, _ in placed), default=0) or 1
    largest = 7 if outline is None else 5
    smallest = 4 if outline is None else 2.5
    dots = [
        Dot(x(lon), y(lat), round(smallest + largest * math.sqrt((c.items or 0) / most), 1), c)
        for c, lat, lon in placed
    ]
    step = next((s for s in (1, 2, 5, 10, 20, 45) if max(rise, run) / s <= 8), 45)
    parallels = [(y(d), f"{abs(d)}°{'N' if d >= 0 else 'S'}") for d in range(-90, 91, step) if 12 < y(d) < height]
    meridians = [(x(d), f"{abs(d)}°{'E' if d >= 0 else 'W'}") for d in range(-180, 181, step) if 0 < x(d) < WIDTH - 20]
    dots.sort(key=lambda d: -d.radius)
    path, islands = "", []
    if outline is not None:
        for ring in outline["rings"]:
            path += "M" + "L".join(f"{x(lon)} {y(lat)}" for lon, lat in ring) + "Z"
        for part in outline["archipelagos"]:
            at = tuple((x(lon), y(lat)) for lon, lat in part["points"])
            names = {code: name for code, name in part.items() if isinstance(name, str)}
            centre = min(max(sum(p[0] for p in at) / len(at), 45.0), WIDTH - 45.0)
            islands.append(Islands(round(centre, 1), round(min(p[1] for p in at) - 5, 1), names, at))
    return Map(
        WIDTH,
        round(height, 1),
        tuple(dots),
        _names(dots),
        tuple(parallels),
        tuple(meridians),
        path,
        tuple(islands),
    )


def _names(dots: Sequence[Dot]) -> tuple[Name, ...]:
    """The names of places beside their dots, right or left of them, where no other name stands yet."""
    found: list[Name] = []
    taken: list[tuple[float, float, float]] = []
    for place in dict.fromkeys(d.library.place for d in dots if d.library.place):
        there = [d for d in dots if d.library.place == place]
        at, reach, length = there[0], max(d.radius for d in there) + 3, 5.2 * len(place)
        for left in (False, True):
            start = at.x - reach - length if left else at.x + reach
            free = all(abs(at.y - y) > 10 or start > end or begin > start + length for begin, end, y in taken)
            if free and start >= 0 and start + length <= WIDTH:
                taken.append((start, start + length, at.y))
                found.append(Name(round(at.x - reach if left else at.x + reach, 1), round(at.y + 3, 1), left, place))
                break
    return tuple(found)
