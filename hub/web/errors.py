"""Errors: RFC 9457 problem+json for programs, a page for people; never a trace."""

from __future__ import annotations

import json
import logging
import secrets
from typing import Any, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hub.web.authorities.messages import MESSAGES as AUTHORITY_MESSAGES
from hub.web.door.messages import MESSAGES as DOOR_MESSAGES
from hub.web.i18n import mark
from hub.web.negotiation import prefers_page
from hub.web.problem import Problem
from hub.web.site import Site
from sparql import PoolFull, QueryFailed, QueryTimeout, ReaderDied

log = logging.getLogger("hub.web")

PROBLEM = "application/problem+json"

MESSAGES: dict[str, tuple[str, str]] = {
    **DOOR_MESSAGES,
    **AUTHORITY_MESSAGES,
    "not-found": (
        mark("There is nothing here"),
        mark("This address has never been given to anything in the catalogue. Check it for typing errors, or search."),
    ),
    "not-acceptable": (
        mark("None of the formats you accept is available"),
        mark("Available are HTML, Turtle, JSON-LD, N-Triples and RDF/XML."),
    ),
    "not-published": (
        mark("Not published yet"),
        mark("This has just been loaded and will appear within a minute."),
    ),
    "bad-page": (
        mark("There is no such page"),
        mark("Page numbers are whole numbers from 1; a search shows 500 pages at most."),
    ),
    "no-such-page": (
        mark("There is no such page"),
        mark("The list has fewer pages. Go back to its first page."),
    ),
    "bad-search": (
        mark("The search cannot be read"),
        mark("Search for words of at most 500 characters in all, without control characters."),
    ),
    "bad-filter": (
        mark("The search cannot be narrowed by this"),
        mark("Choose what narrows the search on the search page, at most 24 values."),
    ),
    "bad-sort": (
        mark("There is no such order"),
        mark("Results are sorted by relevance, newest, oldest or title."),
    ),
    "bad-year": (mark("This is no year"), mark("Years are whole numbers from 1 to 9999.")),
    "bad-query": (mark("The query cannot be read"), mark("Check the query; the message says where it went wrong.")),
    "busy": (
        mark("Too much to do at the moment"),
        mark("The server is answering as many questions as it can. Please try again in a few seconds."),
    ),
    "too-many": (
        mark("Too many pages at once"),
        mark("Please come again in a moment. Programs find everything in the sitemap and may say who they are."),
    ),
    "too-slow": (mark("This took too long"), mark("The question was stopped at its time limit. Ask for less at once.")),
    "method-not-allowed": (mark("This cannot be done here"), mark("This address can only be read.")),
    "too-long-for-iso2709": (
        mark("Too long for ISO 2709"),
        mark("The record has more bytes than the format can hold. MARCXML has no such limit."),
    ),
    "search-missing": (mark("Search is not available"), mark("The text index of this hub has not been built yet.")),
    "internal": (
        mark("Something went wrong here"),
        mark("The fault is ours. It has been noted under the number below."),
    ),
    "bad-request": (mark("The request cannot be understood"), mark("Something in the address is not as it should be.")),
}
_BY_STATUS = {
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    400: "bad-request",
    422: "bad-request",
}


def install(app: FastAPI, site: Site) -> None:
    """Let the site answer errors."""

    def answer(
        request: Request, status: int, code: str, detail: str = "", headers: dict[str, str] | None = None
    ) -> Response:
        speech = site.tongue(request)
        title, advice = (speech.gettext(m) for m in MESSAGES[code])
        own = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-store", **(headers or {})}
        if prefers_page(request.headers):
            try:
                page = site.html(
                    request, "error.html", title=title, advice=advice, status=status, detail=detail, robots="noindex"
                )
                return Response(page, status, own, "text/html; charset=utf-8")
            except Exception:  # an error page that fails must not hide the first error
                log.exception("the error page failed")
        body: dict[str, Any] = {
            "type": f"{site.base}docs#{code}",
            "title": title,
            "status": status,
            "detail": detail or advice,
            "instance": str(request.url.path),
        }
        own["Access-Control-Allow-Origin"] = "*"
        return Response(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), status, own, PROBLEM)

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code = error.code if isinstance(error, Problem) else _BY_STATUS.get(error.status_code, "bad-request")
        detail = error.detail if isinstance(error, Problem) else ""
        return answer(request, error.status_code, code, detail, dict(error.headers or {}))

    async def invalid(request: Request, error: Exception) -> Response:
        return answer(request, 400, "bad-request", str(error)[:500])

    async def busy(request: Request, error: Exception) -> Response:
        return answer(request, 503, "busy", str(error), {"Retry-After": "5"})

    async def slow(request: Request, error: Exception) -> Response:
        return answer(request, 503, "too-slow", str(error), {"Retry-After": "30"})

    async def locked(request: Request, error: Exception) -> Response:
        log.warning("the registry was not free at %s: %s", request.url.path, cast(OperationalError, error).orig)
        return answer(request, 503, "busy", headers={"Retry-After": "10"})

    async def fault(request: Request, error: Exception) -> Response:
        number = secrets.token_hex(4)
        log.error("fault %s at %s", number, request.url.path, exc_info=error)
        return answer(request, 500, "internal", number)

    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(PoolFull, busy)
    app.add_exception_handler(QueryTimeout, slow)
    app.add_exception_handler(ReaderDied, busy)
    app.add_exception_handler(QueryFailed, busy)
    app.add_exception_handler(OperationalError, locked)
    app.add_exception_handler(Exception, fault)
