"""Signing in with a token, signing out, and the first page behind the door."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from hub.intake.running import told
from hub.intake.single import KIND
from hub.members.tokens import Grant
from hub.registry.schema import job, library
from hub.web.door.desk import Desk
from hub.web.door.forms import form
from hub.web.problem import Problem
from hub.wiring import intake_lock

LATEST = 30
_NEXT = re.compile(r"/door(?:/[A-Za-z0-9/_-]*)?\Z")


class Entrance:
    """The routes that let people in and out."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def sign_in(self, request: Request) -> Response:
        """GET /door/sign-in: the form that takes the token."""
        return self._sign_in_page(request)

    def _sign_in_page(self, request: Request, failed: bool = False, following: str = "") -> Response:
        sessions = self.desk.sessions
        session = sessions.session(request)
        title = self.desk.site.tongue(request).gettext("Sign in")
        following = following or request.query_params.get("next", "")
        shown = {"failed": failed, "following": following if _NEXT.match(following) else ""}
        if session is not None and not session.token:
            return self.desk.page(request, "door_sign_in.html", title, None, form=session.form, **shown)
        # A session of nobody ties the form to this browser, so that no other site can sign a visitor in.
        cookie = Response()
        form_token = sessions.begin(cookie, 0)
        answer = self.desk.page(request, "door_sign_in.html", title, None, form=form_token, **shown)
        answer.headers["set-cookie"] = cookie.headers["set-cookie"]
        return answer

    async def enter(self, request: Request) -> Response:
        """POST /door/sign-in."""
        sessions = self.desk.sessions
        fields = await form(request)
        session = sessions.session(request)
        sessions.check_form(session.form if session else "", fields.get("form", ""))
        following = fields.get("next", "")
        try:
            grant = await sessions.grant_of(request, fields.get("token", "").strip())
        except Problem as problem:
            if problem.status_code != 401:
                raise
            answer = self._sign_in_page(request, failed=True, following=following)
            answer.status_code = 401
            return answer
        answer = self.desk.go(request, following if _NEXT.match(following) else "/door")
        sessions.begin(answer, grant.id)
        return answer

    async def leave(self, request: Request) -> Response:
        """POST /door/sign-out."""
        await self.desk.posted(request)
        answer = self.desk.go(request, "/")
        await self.desk.sessions.end(request, answer)
        return answer

    async def start(self, request: Request) -> Response:
        """GET /door: what the visitor may do, and the latest loads."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        shown = await asyncio.to_thread(self._overview, visit.grant)
        title = self.desk.site.tongue(request).gettext("For members")
        return self.desk.page(request, "door_start.html", title, visit, **shown)

    def _overview(self, grant: Grant) -> dict[str, Any]:
        statement = select(job).where(job.c.kind != KIND).order_by(job.c.id.desc()).limit(LATEST)
        if grant.member is not None:
            statement = statement.where(job.c.member == grant.member)
        with self.desk.site.registry.read() as connection:
            rows = connection.execute(statement).mappings().all()
            jobs = told(connection, rows, intake_lock(self.desk.site.settings).parent)
            own = connection.execute(select(library).where(library.c.code == grant.desk)).mappings().first()
        return {"jobs": jobs, "library": own}
