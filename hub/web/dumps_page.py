"""/dumps/: the dumps there are, as a page for people and as their manifests for programs."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from hub.feeds import Dumps
from hub.feeds.served import answer_json
from hub.web.negotiation import prefers_page
from hub.web.site import Site


class DumpsPage:
    """The route of the list; the files themselves are served by hub.feeds."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.dumps = Dumps(site.settings.data / "dumps")

    async def overview(self, request: Request) -> Response:
        """GET /dumps/: newest first; a page, or the manifests as JSON."""
        found = await asyncio.to_thread(self.dumps.all)
        if not prefers_page(request.headers):
            answer = answer_json(request, {"dumps": found}, "application/json", "public, max-age=60")
            answer.headers["Vary"] = "Accept, Accept-Language"
            return answer
        speech = self.site.tongue(request)
        page = self.site.html(request, "dumps.html", title=speech.gettext("Everything at once"), dumps=found)
        headers = {
            "Vary": "Accept, Accept-Language",
            "Content-Language": speech.code,
            "Cache-Control": "public, max-age=60",
        }
        return Response(page, 200, headers, "text/html; charset=utf-8")
