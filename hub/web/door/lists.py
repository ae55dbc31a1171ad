"""What a load found, whole and to download: corrections to make, links gained, duplicates suspected (TSV, UTF-8).

A report's page shows the first of each; these lists go to the cataloguers who work them off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import RowMapping, or_, select
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hub.registry import Registry
from hub.registry.schema import edge, problem, record
from hub.web.door import report
from hub.web.door.desk import PRIVATE
from hub.web.door.session import CHALLENGE, Visit
from hub.web.door.upload import Uploads
from hub.web.problem import Problem

_CHUNK = 500
Rows = Callable[[Registry, RowMapping, str], Iterator[list[object]]]


class Lists:
    """The lists of a job; who may see it may have them."""

    def __init__(self, uploads: Uploads) -> None:
        self.uploads = uploads
        self.site = uploads.desk.site

    async def corrections(self, request: Request) -> Response:
        """What to correct in the records of a load: every problem found, record by record (TSV; for the member)."""
        return await self._send(request, "corrections", corrections)

    async def links(self, request: Request) -> Response:
        """The records of a load that stand on an edition with records of other members (TSV; for the member)."""
        return await self._send(request, "links", links)

    async def duplicates(self, request: Request) -> Response:
        """The pairs of a load that a person should judge, likeliest first (TSV; for the member)."""
        return await self._send(request, "duplicates", duplicates)

    async def _send(self, request: Request, name: str, rows: Rows) -> Response:
        sessions = self.uploads.desk.sessions
        grant = await sessions.program(request)
        if grant is None:
            visit: Visit | None = await sessions.person(request)
            grant = visit.grant if visit else None
        if grant is None:
            raise Problem(401, "sign-in", headers=CHALLENGE)
        row = await self.uploads._own(request, grant)
        found = rows(self.site.registry, row, self.site.base)
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}-{row["id"]}.tsv"'}
        return StreamingResponse((report._line(cells) for cells in found), 200, headers, "text/tab-separated-values")


def _ids(registry: Registry, row: RowMapping, *more: Any) -> Iterator[list[int]]:
    """Numbers of the load's live records in portions, no transaction open between them."""
    last = 0
    while True:
        with registry.read() as connection:
            found = list(
                connection.execute(
                    select(record.c.id)
                    .where(*report._mine(row), record.c.deleted.is_(False), record.c.id > last, *more)
                    .order_by(record.c.id)
                    .limit(_CHUNK)
                ).scalars()
            )
        if not found:
            return
        yield found
        last = found[-1]


def corrections(registry: Registry, row: RowMapping, _: str) -> Iterator[list[object]]:
    """Each problem of the load's records, below a heading line."""
    yield ["kind", "control number", "problem", "where", "what"]
    columns = (record.c.kind, record.c.control_number, problem.c.code, problem.c.place, problem.c.message)
    joined = problem.join(record, record.c.id == problem.c.record)
    for numbers in _ids(registry, row):
        with registry.read() as connection:
            rows = connection.execute(
                select(*columns).select_from(joined).where(problem.c.record.in_(numbers)).order_by(problem.c.id)
            ).all()
        yield from (list(r) for r in rows)


def links(registry: Registry, row: RowMapping, base: str) -> Iterator[list[object]]:
    """Each record that shares its Instance with others, with these and the Instance's URI, below a heading line."""
    yield ["control number", "edition", "also held by", "their records"]
    other = record.alias()
    joined = record.join(other, (other.c.instance == record.c.instance) & (other.c.member != record.c.member))
    columns = (record.c.control_number, record.c.instance, other.c.member, other.c.control_number.label("theirs"))
    for numbers in _ids(registry, row, record.c.instance.is_not(None)):
        with registry.read() as connection:
            rows = connection.execute(
                select(*columns)
                .select_from(joined)
                .where(record.c.id.in_(numbers), other.c.deleted.is_(False))
                .order_by(record.c.id, other.c.member, other.c.id)
            ).all()
        shared: dict[tuple[str, str], list[Any]] = {}
        for r in rows:
            shared.setdefault((r.control_number, r.instance), []).append(r)
        for (number, instance), found in shared.items():
            members = " ".join(dict.fromkeys(r.member for r in found))
            theirs = " ".join(f"({r.member}){r.theirs}" for r in found)
            yield [number, f"{base}instances/{instance}", members, theirs]


def duplicates(registry: Registry, row: RowMapping, base: str) -> Iterator[list[object]]:
    """Each pair that waits for a person, with the address where it is judged, below a heading line."""
    yield ["score", "record", "other record", "judge at"]
    one, two = record.alias(), record.alias()
    ours = select(record.c.id).where(*report._mine(row))
    with registry.read() as connection:
        rows = connection.execute(
            select(
                edge.c.a, edge.c.b, edge.c.score, one.c.member.label("ma"), one.c.control_number.label("na"),
                two.c.member.label("mb"), two.c.control_number.label("nb"),
            )
            .select_from(edge.join(one, one.c.id == edge.c.a).join(two, two.c.id == edge.c.b))
            .where(edge.c.verdict == "review", or_(edge.c.a.in_(ours), edge.c.b.in_(ours)))
            .order_by(edge.c.score.desc(), edge.c.a, edge.c.b)
            .limit(100_000)
        ).all()  # fmt: skip
    for r in rows:
        where = f"{base}door/review/{r.a}-{r.b}"
        yield [f"{r.score:.3f}", f"({r.ma}){r.na}", f"({r.mb}){r.nb}", where]
