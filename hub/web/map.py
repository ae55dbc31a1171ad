"""A map of libraries without a map service: dots at their places on a plain grid of degrees, as SVG coordinates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from hub.catalog.models import LibraryCard

WIDTH = 320.0
_MARGIN = 28.0
_MOST = 380.0
_LEAST = 160.0


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
class Map:
    """The drawing: its size, its dots (large ones first, so that small ones lie on top) and its lines of degrees."""

    width: float
    height: float
    dots: tuple[Dot, ...]
    named: tuple[Name, ...]
    parallels: tuple[tuple[float, str], ...]
    meridians: tuple[tuple[float, str], ...]


def draw(libraries: Sequence[LibraryCard]) -> Map | None:
    """The map of those libraries that have coordinates, None when none has. Equirectangular projection."""
    placed = [
        (c, c.latitude, c.longitude)
        for c in libraries
        if c.latitude is not None and c.longitude is not None and -90 <= c.latitude <= 90 and -180 <= c.longitude <= 180
    ]
    if not placed:
        return None
    south, north = min(p[1] for p in placed), max(p[1] for p in placed)
    west, east = min(p[2] for p in placed), max(p[2] for p in placed)
    middle = (south + north) / 2
    squeeze = max(0.2, math.cos(math.radians(middle)))
    rise, run = max(north - south, 0.5), max((east - west) * squeeze, 0.5)
    scale = min((WIDTH - 2 * _MARGIN) / run, (_MOST - 2 * _MARGIN) / rise)
    height = max(_LEAST, rise * scale + 2 * _MARGIN)
    left = (WIDTH - (east - west) * squeeze * scale) / 2
    top = (height - (north - south) * scale) / 2

    def x(longitude: float) -> float:
        return round(left + (longitude - west) * squeeze * scale, 1)

    def y(latitude: float) -> float:
        return round(top + (north - latitude) * scale, 1)

    most = max((c.items or 0 for c, _, _ in placed), default=0) or 1
    dots = [Dot(x(lon), y(lat), round(4 + 7 * math.sqrt((c.items or 0) / most), 1), c) for c, lat, lon in placed]
    step = next((s for s in (1, 2, 5, 10, 20, 45) if max(rise, run) / s <= 8), 45)
    parallels = [(y(d), f"{abs(d)}°{'N' if d >= 0 else 'S'}") for d in range(-90, 91, step) if 12 < y(d) < height]
    meridians = [(x(d), f"{abs(d)}°{'E' if d >= 0 else 'W'}") for d in range(-180, 181, step) if 0 < x(d) < WIDTH - 20]
    dots.sort(key=lambda d: -d.radius)
    return Map(WIDTH, round(height, 1), tuple(dots), _names(dots), tuple(parallels), tuple(meridians))


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
