"""For the office: queries that took long, what became of queries, and which limits refused them."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from hub.web.door.desk import Desk
from hub.web.i18n import mark
from hub.web.problem import Problem
from sparql.metrics import METRICS, SLOW_SECONDS, SlowQuery, slow_queries

OUTCOMES = {
    "ok": mark("Answered"),
    "error": mark("Failed"),
    "timeout": mark("Stopped at the deadline"),
    "reader-died": mark("Stopped at the memory limit"),
    "abandoned": mark("Left by the client"),
    "busy": mark("Turned away: all readers busy"),
}


@dataclass(frozen=True, slots=True)
class Slow:
    """One text with the times it took long; ``worst`` in seconds, ``last`` in seconds since 1970."""

    hash: str
    text: str
    times: int
    worst: float
    last: int
    outcomes: tuple[str, ...]


class SlowQueries:
    """The route of the list."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def page(self, request: Request) -> Response:
        """GET /admin/queries: of this process, since it started. Texts of strangers: the office alone sees them."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        if not visit.grant.office:
            raise Problem(403, "forbidden")
        speech = self.desk.site.tongue(request)
        return self.desk.page(
            request,
            "door_queries.html",
            speech.gettext("Slow queries"),
            visit,
            queries=gathered(slow_queries()),
            seconds=SLOW_SECONDS,
            outcomes=OUTCOMES,
            counts=METRICS.family("sparql_queries_total"),
            refused=METRICS.family("sparql_refused_total"),
        )


def gathered(found: list[SlowQuery]) -> list[Slow]:
    """Queries of the same text together, the slowest first."""
    texts: dict[str, list[SlowQuery]] = {}
    for query in found:
        texts.setdefault(query.hash, []).append(query)
    return [
        Slow(
            name,
            same[0].text,
            len(same),
            max(q.seconds for q in same),
            int(max(q.at for q in same)),
            tuple(dict.fromkeys(q.outcome for q in same)),
        )
        for name, same in texts.items()
    ]
