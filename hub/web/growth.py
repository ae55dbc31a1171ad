"""How the catalogue has grown: live entities at the end of each day, counted from the change log as it grows.

The log is counted once: what is known is kept in a small file and only newer changes are read, a portion at a time.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, case, cast, func, select

from hub.registry import Registry
from hub.registry.schema import change

PLACES = ("works", "instances", "items")
PORTION = 100_000
"""Changes read at once."""
POINTS = 40
"""Points of the drawing and lines of its table, at most."""
WIDTH, HEIGHT = 520.0, 180.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 12.0, 10.0, 24.0
_DAY = 86_400
_EFFECT = {"create": 1, "split": 1, "revive": 1, "merge": -1, "withdraw": -1}


@dataclass(frozen=True, slots=True)
class Point:
    """How many entities of each place were live at the end of a day."""

    day: date
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of one place's numbers: SVG path data, marks on both axes, and the points for a table."""

    width: float
    height: float
    line: str
    area: str
    levels: tuple[tuple[float, int], ...]
    days: tuple[tuple[float, date, str], ...]
    points: tuple[Point, ...]


class Growth:
    """Numbers by day, kept in ``file`` and brought up to date by :meth:`advance`; every process counts the same."""

    def __init__(self, registry: Registry, file: Path) -> None:
        self.registry = registry
        self.file = file
        self.seq = 0
        self._days: dict[int, dict[str, int]] = {}
        self._counting = threading.Lock()
        self._load()

    def advance(self, upto: int, seconds: float = 0.5) -> None:
        """Count changes up to number ``upto``, for at most ``seconds``; what is left is counted next time.

        A log that is shorter than what was counted is another one (a restored backup) and is counted anew.
        """
        if self.seq == upto or not self._counting.acquire(blocking=False):
            return
        try:
            if self.seq > upto:
                self.seq, self._days = 0, {}
            end = time.monotonic() + seconds
            while self.seq < upto and time.monotonic() < end:
                self._portion(min(upto, self.seq + PORTION))
            self._save()
        finally:
            self._counting.release()

    def _portion(self, last: int) -> None:
        day = cast(change.c.at // _DAY, Integer).label("day")
        effect = func.sum(case(_EFFECT, value=change.c.action, else_=0)).label("effect")
        with self.registry.read() as connection:
            rows = connection.execute(
                select(day, change.c.place, effect)
                .where(change.c.seq > self.seq, change.c.seq <= last, change.c.place.in_(PLACES))
                .group_by(day, change.c.place)
            ).all()
        for row in rows:
            counts = self._days.setdefault(int(row.day), {})
            counts[row.place] = counts.get(row.place, 0) + int(row.effect or 0)
        self.seq = last

    def points(self) -> list[Point]:
        """The totals at the end of each day on which anything changed, in order."""
        totals = dict.fromkeys(PLACES, 0)
        found = []
        for number in sorted(self._days):
            for place, effect in self._days[number].items():
                totals[place] = totals.get(place, 0) + effect
            found.append(Point(date(1970, 1, 1) + timedelta(days=number), dict(totals)))
        return found

    def _load(self) -> None:
        try:
            kept = json.loads(self.file.read_bytes())
            days = {int(day): {str(p): int(n) for p, n in counts.items()} for day, counts in kept["days"].items()}
            self.seq, self._days = int(kept["seq"]), days
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.seq, self._days = 0, {}  # none yet, or not readable: counted anew

    def _save(self) -> None:
        kept: dict[str, Any] = {"seq": self.seq, "days": self._days}
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_name(f"{self.file.name}.{time.monotonic_ns()}")
        draft.write_text(json.dumps(kept), "utf-8")
        draft.replace(self.file)


def drawn(points: list[Point], place: str, today: date | None = None) -> Chart | None:
    """The chart of one place up to ``today``, None where there are not two days to draw a line between."""
    if not points:
        return None
    today = today or datetime.now(UTC).date()
    if today > points[-1].day:
        points = [*points, Point(today, points[-1].counts)]
    points = _thinned(points)
    first, last = points[0].day, points[-1].day
    if first == last:
        return None
    step, top = _steps(max(p.counts[place] for p in points))

    def x(day: date) -> float:
        return round(_LEFT + (day - first).days / (last - first).days * (WIDTH - _LEFT - _RIGHT), 1)

    def y(count: int) -> float:
        return round(HEIGHT - _BOTTOM - max(0, count) / top * (HEIGHT - _TOP - _BOTTOM), 1)

    line = f"M{x(first)} {y(points[0].counts[place])}"
    for point in points[1:]:  # numbers stay until a load changes them: steps, not slopes
        line += f"H{x(point.day)}V{y(point.counts[place])}"
    area = f"{line}V{y(0)}H{x(first)}Z"
    levels = tuple((y(n), n) for n in range(0, top + 1, step))
    middle = first + (last - first) / 2
    days = ((x(first), first, "start"), (x(middle), middle, "middle"), (x(last), last, "end"))
    return Chart(WIDTH, HEIGHT, line, area, levels, days if (last - first).days > 1 else days[::2], tuple(points))


def _thinned(points: list[Point]) -> list[Point]:
    """At most :data:`POINTS` points: the last of each week, month or year where there are more days."""
    for unit in (None, "%G-%V", "%Y-%m", "%Y"):
        kept = points
        if unit:
            kept = [list(group)[-1] for _, group in groupby(points, key=lambda p: p.day.strftime(unit))]
            kept = kept if kept[0] is points[0] else [points[0], *kept]
        if len(kept) <= POINTS:
            return kept
    return [*points[: -1 : len(points) // POINTS + 1], points[-1]]


def _steps(most: int) -> tuple[int, int]:
    """(distance of the marks, height of the drawing): four marks or fewer at 1, 2 or 5 times a power of ten."""
    size = 1
    while True:
        for times in (1, 2, 5):
            step = size * times
            if step * 4 >= most:
                return step, step * max(1, -(-most // step))
        size *= 10
