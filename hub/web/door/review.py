"""The review queue on the web: pairs that rules leave to a person, side by side, judged and taken back.

A member judges pairs in which it has a record, the office all. Decisions are signed with the token's label.
"""

from __future__ import annotations

import asyncio
import unicodedata
import zlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select
from starlette.requests import Request
from starlette.responses import Response

from converters.marc import MarcError, parse
from hub.catalog.records import record_iri, stored_record
from hub.identity import decide, queue, side_by_side, undo
from hub.members.tokens import Grant
from hub.registry.registry import now
from hub.registry.schema import decision, edge, postponed, record
from hub.registry.schema import member as member_table
from hub.web.door.beside import beside
from hub.web.door.desk import Desk
from hub.web.door.session import allowed
from hub.web.problem import Problem

A_PAGE = 25
LATER = 7 * 86400
"""Seconds for which a desk does not see a pair that it put off."""
MOST_REASON = 500
DECISIONS = 200


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records and how they were compared; ``decided`` is the standing decision of a person, if there is one."""

    a: Row[Any]
    b: Row[Any]
    verdict: str
    decided: Row[Any] | None


class Review:
    """The routes of the review queue."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.registry = desk.site.registry

    async def queue(self, request: Request) -> Response:
        """GET /door/review: pairs to judge, likeliest first; ``member`` narrows, ``after`` goes on."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        grant = allowed(visit.grant, "review")
        member = grant.member or request.query_params.get("member") or None
        after = _after(request.query_params.get("after", ""))
        pairs, codes = await asyncio.to_thread(self._queue, grant, member, after)
        title = self.desk.site.tongue(request).gettext("Is this the same?")
        following = _cursor(pairs[A_PAGE - 1]["at"]) if len(pairs) > A_PAGE else ""
        return self.desk.page(
            request, "door_review.html", title, visit, pairs=pairs[:A_PAGE], members=codes, member=member or "",
            following=following, begun=after is not None,
        )  # fmt: skip

    def _queue(
        self, grant: Grant, member: str | None, after: tuple[float, int, int] | None, limit: int = A_PAGE + 1
    ) -> tuple[list[dict[str, Any]], list[str]]:
        with self.registry.read() as connection:
            found = queue(connection, after=after, limit=limit, member=member, desk=grant.desk, at=now())
            pairs = list(found)
            titles = _titles(connection, [p[side]["record"] for p in pairs for side in ("a", "b")])
            codes: list[str] = []
            if grant.member is None:
                codes = list(connection.execute(select(member_table.c.code).order_by(member_table.c.code)).scalars())
        for pair in pairs:
            for side in ("a", "b"):
                pair[side]["title"] = titles.get(pair[side]["record"], "")
        return pairs, codes

    # One pair

    async def pair(self, request: Request) -> Response:
        """GET /door/review/{a}-{b}: fields beside each other, features with their scores, the buttons."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        grant = allowed(visit.grant, "review")
        found = await asyncio.to_thread(self._pair, request, grant)
        shown = await asyncio.to_thread(self._shown, found)
        title = self.desk.site.tongue(request).gettext("Is this the same?")
        return self.desk.page(request, "door_pair.html", title, visit, pair=found, **shown)

    def _pair(self, request: Request, grant: Grant) -> Pair:
        """The pair of a path. Raises Problem 404 for records that were never compared, 403 for those of others."""
        with self.registry.read() as connection:
            return _compared(connection, request.path_params["a"], request.path_params["b"], grant)

    def _shown(self, pair: Pair) -> dict[str, Any]:
        with self.registry.read() as connection:
            evidence = side_by_side(connection, pair.a.id, pair.b.id)
        one, two = (stored_record(self.registry, row._mapping).record for row in (pair.a, pair.b))
        base = self.desk.site.base
        features = sorted(evidence["features"].items(), key=lambda item: -abs(item[1]))
        return {
            "lines": beside(one, two),
            "score": evidence["score"],
            "features": features,
            "veto": evidence.get("veto", ""),
            "doubts": evidence.get("doubts", []),
            "iris": [record_iri(base, row.member, row.control_number) for row in (pair.a, pair.b)],
            "instances": [f"{base}instances/{row.instance}" if row.instance else "" for row in (pair.a, pair.b)],
        }

    async def judge(self, request: Request) -> Response:
        """POST /door/review/{a}-{b}: ``act`` is same, different or later; then the next pair of the queue."""
        visit, fields = await self.desk.posted(request)
        grant = allowed(visit.grant, "review")
        act = fields.get("act", "")
        if act not in ("same", "different", "later"):
            raise Problem(400, "bad-request", "act is same, different or later")
        reason = _one_line(fields.get("reason", ""))

        def apply() -> tuple[int, int] | None:
            a, b = request.path_params["a"], request.path_params["b"]
            with self.registry.write() as connection:
                found = _compared(connection, a, b, grant)
                if act == "later":
                    _postpone(connection, found, grant)
                else:
                    _decide(connection, found, grant, same=act == "same", reason=reason)
            pairs, _ = self._queue(grant, grant.member, None, 1)
            return (pairs[0]["a"]["record"], pairs[0]["b"]["record"]) if pairs else None

        following = await asyncio.to_thread(apply)
        if following is None:
            return self.desk.go(request, "/door/review")
        return self.desk.go(request, f"/door/review/{following[0]}-{following[1]}", after=act)

    # Decisions

    async def decisions(self, request: Request) -> Response:
        """GET /door/decisions: what this desk decided, newest first; the office sees everybody's."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        grant = allowed(visit.grant, "review")
        rows = await asyncio.to_thread(self._decisions, grant)
        title = self.desk.site.tongue(request).gettext("Decisions")
        return self.desk.page(request, "door_decisions.html", title, visit, decisions=rows)

    def _decisions(self, grant: Grant) -> list[Any]:
        statement = select(decision).order_by(decision.c.id.desc()).limit(DECISIONS)
        if not grant.office:
            statement = statement.where(decision.c.by == grant.signature)
        with self.registry.read() as connection:
            return list(connection.execute(statement).mappings())

    async def take_back(self, request: Request) -> Response:
        """POST /door/decisions/{id}/undo: the rules decide again. One's own decisions; the office takes back any."""
        visit, _ = await self.desk.posted(request)
        grant = allowed(visit.grant, "review")
        number = request.path_params["id"]

        def revoke() -> None:
            with self.registry.write() as connection:
                row = connection.execute(select(decision).where(decision.c.id == number)).first()
                if row is None:
                    raise Problem(404, "not-found")
                if row.by != grant.signature and not grant.office:
                    raise Problem(403, "forbidden")
                if row.revoked is None:  # the button pressed twice does it once
                    undo(connection, number, at=now())

        await asyncio.to_thread(revoke)
        return self.desk.go(request, "/door/decisions")


def _compared(connection: Connection, a: int, b: int, grant: Grant) -> Pair:
    rows = {r.id: r for r in connection.execute(select(record).where(record.c.id.in_([a, b])))}
    compared = connection.execute(select(edge).where(edge.c.a == a, edge.c.b == b)).first()
    if compared is None or len(rows) != 2 or any(r.deleted for r in rows.values()):
        raise Problem(404, "not-found")
    one, two = rows[a], rows[b]
    if grant.member not in (None, one.member, two.member):
        raise Problem(403, "forbidden")
    sides = [
        and_(
            decision.c.a_member == x.member, decision.c.a_number == x.control_number,
            decision.c.b_member == y.member, decision.c.b_number == y.control_number,
        )
        for x, y in ((one, two), (two, one))
    ]  # fmt: skip
    standing = select(decision).where(decision.c.level == "instance", decision.c.revoked.is_(None), or_(*sides))
    return Pair(one, two, compared.verdict, connection.execute(standing.order_by(decision.c.id.desc())).first())


def _decide(connection: Connection, pair: Pair, grant: Grant, *, same: bool, reason: str) -> None:
    """Store a decision. Raises Problem 409 when somebody else's stands."""
    before = pair.decided
    if before is not None and before.by != grant.signature and not grant.office:
        raise Problem(409, "conflict", f"{before.by} has decided this pair; only they or the office can change it")
    names = ((pair.a.member, pair.a.control_number), (pair.b.member, pair.b.control_number))
    decide(connection, *names, same=same, by=grant.signature, at=now(), reason=reason)


def _postpone(connection: Connection, pair: Pair, grant: Grant) -> None:
    key = {"a": pair.a.id, "b": pair.b.id, "desk": grant.desk}
    table = postponed
    connection.execute(delete(table).where(and_(*(table.c[name] == value for name, value in key.items()))))
    connection.execute(delete(table).where(table.c.until < now()))
    connection.execute(insert(table).values(**key, until=now() + LATER))


def _titles(connection: Connection, numbers: list[int]) -> dict[int, str]:
    """How the queue names records: what matching knows as their title."""
    rows = connection.execute(select(record.c.id, record.c.raw, record.c.format).where(record.c.id.in_(numbers)))
    return {r.id: _title(r) for r in rows}


def _title(row: Any) -> str:  # Any: a row with raw and format
    try:
        found = parse(zlib.decompress(row.raw), row.format)
    except MarcError:
        return ""
    field = found.first("245")
    if field is None:
        return ""
    return " ".join(text for code, text in field.subfields if code in "abnpc").strip(" /:")[:200]


def _one_line(text: str) -> str:
    clean = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", text))
    return " ".join(clean.split())[:MOST_REASON]


def _cursor(at: tuple[float, int, int]) -> str:
    return f"{at[0]!r}_{at[1]}_{at[2]}"


def _after(text: str) -> tuple[float, int, int] | None:
    """Where to go on, from a link of ours; what is no such place is no place."""
    try:
        score, a, b = text.split("_")
        found = (float(score), int(a), int(b))
    except ValueError:
        return None
    return found if 0 <= found[0] <= 1 and all(0 <= n < 1 << 62 for n in found[1:]) else None
