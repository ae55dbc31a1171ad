"""Proposals for the authority file behind the door: made by members, judged by the office, by page and by program."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import Response

from hub import authorities
from hub.authorities import BadProposal, Proposal
from hub.authorities.heading_fields import shown
from hub.intake import single
from hub.members.tokens import Grant
from hub.registry.registry import now
from hub.search import Headings
from hub.web.authorities.messages import HEADING_KINDS, MESSAGES, PROPOSAL_KINDS, STATES
from hub.web.authorities.refresh import entity_of
from hub.web.door.desk import PRIVATE, Desk
from hub.web.door.forms import body
from hub.web.door.session import Visit, allowed
from hub.web.problem import Problem
from hub.wiring import intake_lock

SCOPE = "records"
"""What a token must open to propose: to write records of its member."""
A_PAGE = 30
MOST_BODY = 64 << 10
_FIELDS = ("entity", "other", "form", "heading_kind", "vocabulary", "reason", "source")
_ACTS = ("accept", "reject", "undo", "take-back")


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal with the labels of its headings, as pages and programs see it."""

    proposal: Proposal
    label: str
    other_label: str
    place: str

    @property
    def form(self) -> str:
        """The proposed form, empty for a merge."""
        return shown(self.proposal.field) if self.proposal.kind != "merge" else ""


class Proposing:
    """The routes of proposals."""

    def __init__(self, desk: Desk, headings: Headings) -> None:
        self.desk = desk
        self.registry = desk.site.registry
        self.headings = headings

    # What both do

    def _shown(self, found: list[Proposal]) -> list[Shown]:
        ids = [i for p in found for i in (p.entity, p.other) if i]
        known = self.headings.some(list(dict.fromkeys(ids)))

        def label(number: str, before: str = "") -> str:
            return known[number].label if number in known else before or number

        return [
            Shown(
                p, label(p.entity), label(p.other, p.field.get("a") or ""),
                known[p.entity].place if p.entity in known else "",
            )
            for p in found
        ]  # fmt: skip

    def _list(self, grant: Grant, state: str, before: int) -> list[Shown]:
        """The proposals that a token may see: all for the office, its member's own for others."""
        with self.registry.read() as connection:
            found = authorities.proposals(connection, state=state, member=grant.member, before=before, limit=A_PAGE + 1)
        return self._shown(list(found))

    def _one(self, number: int, grant: Grant) -> Shown:
        """Raises Problem 404 for a number that was never given, 403 for a proposal of another member."""
        with self.registry.read() as connection:
            found = authorities.proposal(connection, number) if number < 1 << 62 else None
        if found is None:
            raise Problem(404, "not-found")
        if grant.member is not None and grant.member != found.member:
            raise Problem(403, "forbidden")
        return self._shown([found])[0]

    async def _propose(self, grant: Grant, member: str | None, given: dict[str, str]) -> int:
        fields = {name: given.get(name, "").strip() for name in _FIELDS}
        for name in ("entity", "other"):
            fields[name] = entity_of(fields[name], self.desk.site.base)

        def keep(connection: Connection) -> int:
            kind = given.get("kind", "")
            return authorities.propose(connection, kind, member=member, by=grant.signature, at=now(), **fields)

        return int(await self._write(keep))

    async def _judge(self, number: int, grant: Grant, act: str, answer: str) -> Proposal:
        """Accept, decline or undo (the office), or take back (who proposed it, or the office)."""
        if act not in _ACTS:
            raise Problem(400, "bad-request", f"act is one of {', '.join(_ACTS)}")
        await asyncio.to_thread(self._one, number, grant)
        if act == "take-back":
            allowed(grant, SCOPE)
        elif not grant.office:
            allowed(grant, "office")
        lock = intake_lock(self.desk.site.settings)

        def judge(connection: Connection) -> Proposal:
            how: dict[str, Any] = {"by": grant.signature, "at": now()}
            if act == "accept":
                return authorities.accept(connection, number, answer=answer, loading=single.is_loading(lock), **how)
            if act == "reject":
                return authorities.reject(connection, number, answer=answer, **how)
            if act == "undo":
                return authorities.undo(connection, number, loading=single.is_loading(lock), **how)
            return authorities.take_back(connection, number, **how)

        done: Proposal = await self._write(judge)
        self.desk.loader.call()
        return done

    async def _write(self, act: Callable[[Connection], Any]) -> Any:
        """Do it in one transaction in a thread; what stands against it becomes a Problem."""

        def run() -> Any:
            with self.registry.write() as connection:
                return act(connection)

        try:
            return await asyncio.to_thread(run)
        except BadProposal as bad:
            there = f" ({self._address(bad.entity)})" if bad.entity else ""
            raise Problem(409 if bad.code in _STANDING else 422, bad.code, f"{bad}{there}") from bad
        except single.Busy as busy:
            raise Problem(409, "conflict", str(busy), {"Retry-After": "60"}) from busy
        except OperationalError as error:
            raise Problem(503, "busy", headers={"Retry-After": "10"}) from error

    def _address(self, number: str) -> str:
        known = self.headings.some([number]).get(number)
        return f"{self.desk.site.base}{known.place}/{number}" if known else number

    # People

    async def queue(self, request: Request) -> Response:
        """GET /door/proposals: those that wait, or of another state; the member's own, for the office all."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        state = request.query_params.get("state", "open")
        state = state if state in STATES else ""
        text = request.query_params.get("before", "")
        before = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
        found = await asyncio.to_thread(self._list, visit.grant, state, before)
        title = self.desk.site.tongue(request).gettext("Proposals")
        return self.desk.page(
            request, "door_proposals.html", title, visit, proposals=found[:A_PAGE], state=state, states=STATES,
            proposal_kinds=PROPOSAL_KINDS, following=found[A_PAGE - 1].proposal.id if len(found) > A_PAGE else 0,
        )  # fmt: skip

    async def draft(self, request: Request) -> Response:
        """GET /door/proposals/new: the form, filled with what the address says."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        allowed(visit.grant, SCOPE)
        given = {n: request.query_params.get(n, "")[:2000] for n in ("kind", *_FIELDS)}
        return self._form(request, visit, given)

    def _form(self, request: Request, visit: Visit, given: dict[str, str], refused: Problem | None = None) -> Response:
        kind = given.get("kind", "")
        given["kind"] = kind if kind in PROPOSAL_KINDS else "new"
        speech = self.desk.site.tongue(request)
        numbers = {n: entity_of(given[n], self.desk.site.base) for n in ("entity", "other")}
        known = self.headings.some([i for i in numbers.values() if i])
        headings = {n: known.get(i) for n, i in numbers.items()}
        said = [*(speech.gettext(m) for m in MESSAGES[refused.code]), refused.detail] if refused else []
        answer = self.desk.page(
            request, "door_propose.html", speech.gettext("Propose a heading"), visit, given=given, headings=headings,
            heading_kinds=HEADING_KINDS, proposal_kinds=PROPOSAL_KINDS, refused=said,
        )  # fmt: skip
        answer.status_code = refused.status_code if refused else 200
        return answer

    async def send(self, request: Request) -> Response:
        """POST /door/proposals/new; a form that cannot be kept comes back with what is wrong."""
        visit, fields = await self.desk.posted(request)
        grant = allowed(visit.grant, SCOPE)
        fields["form"] = fields.pop("form_text", "")  # the page's own form field is the session's mark
        try:
            number = await self._propose(grant, grant.member, fields)
        except Problem as problem:
            if problem.code not in MESSAGES:
                raise
            given = {n: fields.get(n, "")[:2000] for n in ("kind", *_FIELDS)}
            return self._form(request, visit, given, problem)
        return self.desk.go(request, f"/door/proposals/{number}")

    async def page(self, request: Request) -> Response:
        """GET /door/proposals/{id}: what is proposed, why, and the buttons."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        found = await asyncio.to_thread(self._one, request.path_params["id"], visit.grant)
        title = self.desk.site.tongue(request).gettext("Proposal %(id)s") % {"id": found.proposal.id}
        return self.desk.page(
            request, "door_proposal.html", title, visit, shown=found, states=STATES, proposal_kinds=PROPOSAL_KINDS
        )

    async def judge(self, request: Request) -> Response:
        """POST /door/proposals/{id}: ``act`` is accept, reject, undo or take-back."""
        visit, fields = await self.desk.posted(request)
        number = request.path_params["id"]
        await self._judge(number, visit.grant, fields.get("act", ""), fields.get("answer", "").strip())
        return self.desk.go(request, f"/door/proposals/{number}")

    # Programs

    async def receive(self, request: Request) -> Response:
        """Propose a new heading, another form of one, or a merge; the office judges it.

        JSON: `kind` (new, variant, merge); `entity` (the address of the heading that stays), `other` (merge: the one
        that is to lead to it); `form` (as in MARC: `Nguyễn, Du,$d1765-1820`); for a new one `heading_kind` (person,
        family, corporate, jurisdiction, meeting, title, topic, place, period, genre) and a concept's `vocabulary`;
        `reason`, `source` (where the form was found). 201 with the proposal; 409 and 422 say what stands against it.
        """
        member = request.path_params["member"]
        grant = allowed(await self.desk.sessions.program(request), SCOPE, member)
        with self.registry.read() as connection:
            if single.profile_json(connection, member) is None:
                raise Problem(404, "not-found", f"no member {member}")
        number = await self._propose(grant, member, await _json(request))
        found = await asyncio.to_thread(self._one, number, grant)
        return self._answer(found, 201, {"Location": f"/api/proposals/{number}"})

    async def own(self, request: Request) -> Response:
        """The member's proposals, newest first; `state` (open, accepted, rejected, taken-back), `before` a number."""
        member = request.path_params["member"]
        grant = allowed(await self.desk.sessions.program(request), SCOPE, member)
        text = request.query_params.get("before", "")
        before = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
        state = request.query_params.get("state", "")

        def read() -> list[Shown]:
            with self.registry.read() as connection:
                found = authorities.proposals(connection, state=state, member=member, before=before, limit=A_PAGE)
            return self._shown(list(found))

        assert grant is not None
        rows = [self._as_json(s) for s in await asyncio.to_thread(read)]
        return Response(_text({"proposals": rows}), 200, PRIVATE, "application/json")

    async def one(self, request: Request) -> Response:
        """A proposal and what became of it, for its member and the office."""
        grant = allowed(await self.desk.sessions.program(request), SCOPE)
        return self._answer(await asyncio.to_thread(self._one, request.path_params["id"], grant), 200, {})

    async def decide(self, request: Request) -> Response:
        """Judge a proposal (the office): `{"act": "accept" | "reject" | "undo", "answer": "…"}`; its member may
        `take-back`.
        """
        grant = allowed(await self.desk.sessions.program(request), SCOPE)
        given = await _json(request)
        number = request.path_params["id"]
        await self._judge(number, grant, given.get("act", ""), given.get("answer", "").strip())
        return self._answer(await asyncio.to_thread(self._one, number, grant), 200, {})

    def _answer(self, found: Shown, status: int, headers: dict[str, str]) -> Response:
        return Response(_text(self._as_json(found)), status, {**PRIVATE, **headers}, "application/json")

    def _as_json(self, found: Shown) -> dict[str, Any]:
        p = found.proposal
        names = (
            "id", "kind", "state", "reason", "source", "member", "by", "at", "judged_by", "judged", "answer",
            "vocabulary",
        )  # fmt: skip
        made: dict[str, Any] = {name: getattr(p, name) for name in names}
        made["form"] = found.form
        made["entity"] = self._address(p.entity) if p.entity else None
        made["label"] = found.label
        made["other"] = self._address(p.other) if p.other else None
        made["url"] = f"{self.desk.site.base}api/proposals/{p.id}"
        return made


_STANDING = frozenset(
    {"established-already", "proposed-already", "proposal-state", "too-many-proposals", "cannot-join"}
)


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace")


async def _json(request: Request) -> dict[str, str]:
    """The object of a request's body: names and texts. Raises Problem 415 and 400."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "bad-request", "send JSON as application/json", {"Accept": "application/json"})
    try:
        found = json.loads(await body(request, MOST_BODY))
    except ValueError as error:
        raise Problem(400, "bad-request", "the body is not JSON") from error
    if not isinstance(found, dict):
        raise Problem(400, "bad-request", "the body is a JSON object")
    return {str(name): str(value) for name, value in found.items() if isinstance(value, str | int)}
