"""/why/{id}: from which records an entity comes, why they are one thing, and what has happened to it."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from hub.catalog.records import record_iri
from hub.identity import why
from hub.web.negotiation import prefers_page
from hub.web.problem import Problem
from hub.web.site import CORS, Site

PAIRS = 200
"""Compared pairs that the page shows; JSON has all."""


class WhyPage:
    """The route that explains."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def _why(self, identity: str) -> dict[str, Any]:
        with self.site.registry.read() as connection:
            return why(connection, identity)

    async def why(self, request: Request) -> Response:
        """GET /why/{id}: records, evidence of each compared pair, and history; a page for people, JSON for programs."""
        identity = request.path_params["id"]
        found = await asyncio.to_thread(self._why, identity)
        if not found:
            raise Problem(404, "not-found")
        headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-store", **CORS}
        if not prefers_page(request.headers):
            text = json.dumps(found, ensure_ascii=False, indent=1)
            return Response(text.encode("utf-8", "replace"), 200, headers, "application/json")
        speech = self.site.tongue(request)
        iri = f"{self.site.base}{found['place']}/{quote(identity, safe='')}"
        shown: dict[str, Any] = {
            "title": speech.gettext("History and evidence"),
            "iri": iri,
            "records": [
                (f"{r['member']} {r['control_number']}", record_iri(self.site.base, r["member"], r["control_number"]))
                for r in found.get("records", ())
            ],
            "pairs": found.get("evidence", ())[:PAIRS],
            "apart": found.get("not_joined", ())[:PAIRS],
            "headings": [h["key"].partition("|")[2] for h in found.get("headings", ())],
            "history": found.get("history", ()),
            "target": lambda target: f"{self.site.base}{found['place']}/{quote(target, safe='')}",
            "robots": "noindex",
        }
        return Response(self.site.html(request, "why.html", **shown), 200, headers, "text/html; charset=utf-8")
