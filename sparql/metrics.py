"""Counters of this process in Prometheus' text format 0.0.4, and the list of slow queries."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger("sparql.query")

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.02, 0.1, 0.5, 1.0, 5.0, 20.0, 60.0)
"""Upper bounds of the histogram of query seconds."""

Labels = tuple[tuple[str, str], ...]


class Metrics:
    """A few named families of numbers. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._help: dict[str, tuple[str, str]] = {}
        self._values: dict[str, dict[Labels, float]] = {}
        self._buckets: dict[str, dict[Labels, list[float]]] = {}
        self._gauges: dict[str, dict[Labels, Callable[[], float]]] = {}

    def declare(self, name: str, kind: str, help: str) -> None:
        """Name a family before its use; ``kind`` is counter, gauge or histogram."""
        self._help[name] = (kind, help)

    def count(self, name: str, amount: float = 1, /, **labels: str) -> None:
        """Add to a counter."""
        key = tuple(sorted(labels.items()))
        with self._lock:
            family = self._values.setdefault(name, {})
            family[key] = family.get(key, 0) + amount

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """Put a value into a histogram."""
        key = tuple(sorted(labels.items()))
        with self._lock:
            # one place per bucket, then +Inf, the count and the sum
            row = self._buckets.setdefault(name, {}).setdefault(key, [0.0] * (len(BUCKETS) + 2))
            row[bisect_left(BUCKETS, value)] += 1
            row[-1] += value

    def watch(self, name: str, read: Callable[[], float], /, **labels: str) -> None:
        """Have a gauge read at each :meth:`render`."""
        with self._lock:
            self._gauges.setdefault(name, {})[tuple(sorted(labels.items()))] = read

    def unwatch(self, **labels: str) -> None:
        """Forget the gauges that carry all of these labels."""
        wanted = set(labels.items())
        with self._lock:
            for family in self._gauges.values():
                for key in [key for key in family if wanted <= set(key)]:
                    del family[key]

    def value(self, name: str, /, **labels: str) -> float:
        """What a counter stands at."""
        return self._values.get(name, {}).get(tuple(sorted(labels.items())), 0.0)

    def family(self, name: str) -> list[tuple[dict[str, str], int]]:
        """A counter's numbers by their labels, in the labels' order."""
        with self._lock:
            return sorted(
                ((dict(key), int(value)) for key, value in self._values.get(name, {}).items()),
                key=lambda row: tuple(row[0].items()),
            )

    def render(self) -> str:
        """All families as text."""
        lines: list[str] = []
        with self._lock:
            values = {name: dict(family) for name, family in self._values.items()}
            buckets = {name: {k: list(v) for k, v in family.items()} for name, family in self._buckets.items()}
            gauges = {name: dict(family) for name, family in self._gauges.items()}
        for name, (kind, help) in self._help.items():
            lines += [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]
            for key, value in values.get(name, {}).items():
                lines.append(f"{name}{_labels(key)} {value:g}")
            for key, read in gauges.get(name, {}).items():
                lines.append(f"{name}{_labels(key)} {read():g}")
            for key, row in buckets.get(name, {}).items():
                total = 0.0
                for bound, count in zip((*BUCKETS, float("inf")), row, strict=False):
                    total += count
                    edge = "+Inf" if bound == float("inf") else f"{bound:g}"
                    lines.append(f"{name}_bucket{_labels((*key, ('le', edge)))} {total:g}")
                lines += [f"{name}_sum{_labels(key)} {row[-1]:g}", f"{name}_count{_labels(key)} {total:g}"]
        return "\n".join(lines) + "\n"


def _labels(key: Labels) -> str:
    if not key:
        return ""
    escaped = ((n, v.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")) for n, v in key)
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped) + "}"


METRICS = Metrics()
METRICS.declare("sparql_queries_total", "counter", "Requests to readers by pool and outcome.")
METRICS.declare("sparql_query_seconds", "histogram", "Seconds a reader was held by one request.")
METRICS.declare("sparql_readers_killed_total", "counter", "Reader processes ended before their time, by reason.")
METRICS.declare("sparql_refused_total", "counter", "Requests refused before a reader saw them, by limit.")
METRICS.declare("sparql_http_responses_total", "counter", "HTTP answers by status.")
METRICS.declare("sparql_readers", "gauge", "Reader processes by pool and state.")
METRICS.declare("sparql_waiting", "gauge", "Requests waiting for a reader.")
METRICS.declare("sparql_generation", "gauge", "Number of the generation that is read.")
METRICS.declare("sparql_generation_age_seconds", "gauge", "Seconds since that generation was published.")


def render() -> str:
    """This process's numbers, for ``/metrics``."""
    return METRICS.render()


@dataclass(frozen=True)
class SlowQuery:
    """One query that took long."""

    hash: str
    text: str
    seconds: float
    outcome: str
    """``ok`` or the code of the error."""
    at: float
    """When it ended, in seconds since the epoch."""


SLOW_SECONDS = 1.0
SLOW: deque[SlowQuery] = deque(maxlen=100)


def query_hash(text: str) -> str:
    """Twelve hexadecimal digits that name a query in logs (spaces at the ends and their width do not matter)."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def note_slow(text: str, seconds: float, outcome: str) -> None:
    """Keep a query that took a second or more."""
    if seconds >= SLOW_SECONDS:
        SLOW.append(SlowQuery(query_hash(text), text[:4000], seconds, outcome, time.time()))


def note_query(pool: str, do: str, text: str | None, outcome: str, seconds: float) -> None:
    """Count one request to readers; a query's is logged by its hash, a slow one as a warning, and kept."""
    METRICS.count("sparql_queries_total", pool=pool, outcome=outcome)
    METRICS.observe("sparql_query_seconds", seconds, pool=pool)
    if text is None:
        return
    note_slow(text, seconds, outcome)
    facts = {"pool": pool, "query": query_hash(text), "seconds": round(seconds, 4), "outcome": outcome}
    level = logging.INFO if seconds < SLOW_SECONDS else logging.WARNING
    if log.isEnabledFor(level):
        told = " ".join(f"{name}={value}" for name, value in facts.items())
        log.log(level, "%s %s", do, told, extra={"sparql": facts})


def slow_queries() -> list[SlowQuery]:
    """The last hundred slow queries, slowest first."""
    return sorted(SLOW, key=lambda query: -query.seconds)
