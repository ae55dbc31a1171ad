"""What the pages behind the door share: who visits, forms that are theirs, pages that nobody keeps."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hub.web.door.forms import form
from hub.web.door.loader import Loader
from hub.web.door.session import CHALLENGE, Sessions, Visit
from hub.web.i18n import chosen
from hub.web.problem import Problem
from hub.web.site import Site

PRIVATE = {"Cache-Control": "no-store"}


class Desk:
    """A site's door: its sessions and the process that loads."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.sessions = Sessions(site)
        self.loader = Loader(site)

    async def visit(self, request: Request) -> Visit | Response:
        """Who is signed in; the way to the sign-in page for nobody."""
        found = await self.sessions.person(request)
        if found is not None:
            return found
        return self.go(request, "/door/sign-in", next=request.url.path)

    async def posted(self, request: Request) -> tuple[Visit, dict[str, str]]:
        """Who sent a form, and its fields. Raises Problem 401 for nobody, 403 for a form of another session."""
        found = await self.sessions.person(request)
        if found is None:
            raise Problem(401, "sign-in", headers=CHALLENGE)
        fields = await form(request)
        self.sessions.check_form(found.form, fields.get("form", ""))
        return found, fields

    def page(self, request: Request, template: str, title: str, visit: Visit | None, **context: Any) -> Response:
        """A page for one visitor, kept by no cache."""
        context.setdefault("form", visit.form if visit else "")
        context.setdefault("grant", visit.grant if visit else None)
        made = self.site.html(request, template, title=title, robots="noindex", **context)
        headers = {**PRIVATE, "Content-Language": chosen(request)[0], "Referrer-Policy": "same-origin"}
        return Response(made, 200, headers, "text/html; charset=utf-8")

    @staticmethod
    def go(request: Request, path: str, **query: str) -> Response:
        """303 to a page of this site, in the language that the reader asked for."""
        code, asked = chosen(request)
        if asked:
            query["lang"] = code
        return RedirectResponse(path + (f"?{urlencode(query)}" if query else ""), 303, PRIVATE)
