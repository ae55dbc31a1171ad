"""How far a library is from a reader who says where: a place, a library or coordinates, typed and kept nowhere.

Without JavaScript the server reckons from what was typed; with it the browser may reckon from its own position, which
never leaves it (static/distance.js).
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

from starlette.requests import Request

from hub.catalog.institutions import library_cards
from hub.catalog.models import LibraryCard
from hub.registry import Registry

KEPT_SECONDS = 60.0
SUGGESTED = 120
"""Places and libraries that the field suggests."""
_EARTH_KM = 6371.0
_PLACES = Path(__file__).parent / "outlines"
_COORDINATES = re.compile(r"\s*(-?\d{1,2}(?:\.\d{1,9})?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d{1,9})?)\s*")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where distances are measured from: degrees north and east, and what a reader calls it."""

    latitude: float
    longitude: float
    name: str


@dataclass(frozen=True, slots=True)
class Nearby:
    """What a page shows of distances. ``asked`` is what was typed, ``origin`` None when nothing is known by that name.

    ``places`` are suggestions, ``where`` has (latitude, longitude) and ``distances`` kilometres by library IRI.
    """

    asked: str = ""
    origin: Origin | None = None
    places: tuple[str, ...] = ()
    where: dict[str, tuple[float, float]] = field(default_factory=dict)
    distances: dict[str, float] = field(default_factory=dict)

    def order(self, iri: str) -> float:
        """A sort key: kilometres, libraries without coordinates last."""
        return self.distances.get(iri, math.inf)


def asked_origin(request: Request) -> str:
    """What the reader typed as the place to measure from (``?near=``), the empty string when nothing."""
    return " ".join(request.query_params.get("near", "")[:200].split())


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The great-circle distance between two points in degrees north and east (haversine formula)."""
    north, east = math.radians(b[0] - a[0]), math.radians(b[1] - a[1])
    half = (
        math.sin(north / 2) ** 2 + math.cos(math.radians(a[0])) * math.cos(math.radians(b[0])) * math.sin(east / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


class Whereabouts:
    """The libraries that say where they are, read again once a minute."""

    def __init__(self, registry: Registry, base: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.registry = registry
        self.base = base
        self._clock = clock
        self._read = -math.inf
        self._placed: list[LibraryCard] = []

    def placed(self) -> list[LibraryCard]:
        """The libraries with coordinates."""
        if self._clock() - self._read > KEPT_SECONDS:
            found = library_cards(self.registry, self.base)
            self._placed = [c for c in found if c.latitude is not None and c.longitude is not None]
            self._read = self._clock()
        return self._placed

    def nearby(self, asked: str, iris: Sequence[str], language: str) -> Nearby:
        """Where the libraries ``iris`` are, and how far from what was ``asked``."""
        placed = self.placed()
        where = {c.iri: _point(c) for c in placed}
        where = {i: where[i] for i in iris if i in where}
        names = [c.place for c in placed if c.place] + [c.names.label(language) for c in placed]
        places = tuple(dict.fromkeys(names))[:SUGGESTED]
        origin = self.origin(asked, language) if asked else None
        if origin is None:
            return Nearby(asked, None, places, where)
        here = (origin.latitude, origin.longitude)
        return Nearby(asked, origin, places, where, {i: kilometres(here, point) for i, point in where.items()})

    def origin(self, asked: str, language: str) -> Origin | None:
        """The point that a text means: coordinates, a library's code or name, a place where libraries are, a town.

        A part of a name is enough when only one place or library has it; tones and marks may be left out.
        """
        found = _COORDINATES.fullmatch(asked)
        if found:
            latitude, longitude = float(found.group(1)), float(found.group(2))
            if abs(latitude) <= 90 and abs(longitude) <= 180:
                return Origin(latitude, longitude, f"{latitude:g}, {longitude:g}")
            return None
        wanted = folded(asked)
        known: dict[str, list[LibraryCard]] = {}
        for card in self.placed():
            for name in (card.code, card.place, *(t.text for t in card.names.labels)):
                if name:
                    known.setdefault(folded(name), []).append(card)
        cards = known.get(wanted)
        if cards is None and len(wanted) > 1:
            near = [n for n in known if wanted in n]
            cards = known[near[0]] if len({tuple(c.iri for c in known[n]) for n in near}) == 1 else None
        if not cards:
            return _towns().get(wanted)
        at_place = folded(cards[0].place) == wanted or len(cards) > 1
        name = cards[0].place if at_place and cards[0].place else cards[0].names.label(language)
        points = [_point(c) for c in cards]
        return Origin(sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points), name)


@cache
def _towns() -> dict[str, Origin]:
    """Towns where no library need be: names as :func:`folded` gives them → where they are."""
    found: dict[str, Origin] = {}
    for path in sorted(_PLACES.glob("*-places.tsv")):
        for line in path.read_text("utf-8").splitlines()[1:]:
            name, latitude, longitude = line.split("\t")
            found.setdefault(folded(name), Origin(float(latitude), float(longitude), name))
    return found


def folded(text: str) -> str:
    """Text without case, tones and marks, words parted by one blank: for finding, never for linking."""
    plain = "".join(c for c in normalize("NFD", text.casefold().replace("đ", "d")) if not combining(c))
    return " ".join(plain.split())


def _point(card: LibraryCard) -> tuple[float, float]:
    return (card.latitude or 0.0, card.longitude or 0.0)
