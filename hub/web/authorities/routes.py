"""The addresses of the authority file."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Security
from fastapi.security import HTTPBearer
from starlette.responses import Response

from hub.search import Headings
from hub.search.headings import SCHEMES
from hub.web.authorities.browse import Browse
from hub.web.authorities.proposing import Proposing
from hub.web.door import Desk

_SCHEME = HTTPBearer(auto_error=False, scheme_name="token", description="A token of the member: `hub tokens add`")
_TEXT = {"type": "string"}
_LIST = {"name": "scheme", "in": "path", "required": True, "schema": {"type": "string", "enum": list(SCHEMES)}}
_URIS = {
    "application/json": {"schema": {"type": "array", "items": _TEXT}},
    "text/plain": {"schema": _TEXT},
    "text/csv": {"schema": _TEXT},
}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "No token, or not a valid one"},
    403: {"description": "The token is of another member, or lacks the scope"},
    409: {"description": "Something stands against it: established, proposed or judged already"},
    422: {"description": "No proposal that could be accepted: what is wrong"},
}


def _query(**about: str) -> list[dict[str, Any]]:
    return [{"name": n.rstrip("_"), "in": "query", "description": a, "schema": _TEXT} for n, a in about.items()]


def routes(desk: Desk, headings: Headings) -> APIRouter:
    """All routes; those of suggest and known label stand before them."""
    router = APIRouter()
    browse, proposing = Browse(desk.site, headings), Proposing(desk, headings)

    def read(path: str, handler: Any, method: str = "GET", extra: dict[str, Any] | None = None) -> None:
        router.add_api_route(
            path, handler, methods=[method], response_class=Response, openapi_extra=extra, tags=["headings"]
        )

    def page(path: str, handler: Any, method: str = "GET") -> None:
        router.add_api_route(path, handler, methods=[method], include_in_schema=False, response_class=Response)

    def api(path: str, handler: Any, method: str, status: int, extra: dict[str, Any]) -> None:
        router.add_api_route(
            path, handler, methods=[method], response_class=Response, status_code=status, responses=_REFUSALS,
            openapi_extra=extra, tags=["members"], dependencies=[Security(_SCHEME)],
        )  # fmt: skip

    read("/authorities", browse.overview)
    page("/authorities/refresh", browse.refresh_page)
    read(
        "/authorities/refresh", browse.refresh, "POST",
        {"parameters": _query(format="json or csv"), "requestBody": {"required": True, "content": _URIS}},
    )  # fmt: skip
    more = _query(from_="Where to begin", q="Words to find", all="1: a file with all headings in use")
    read("/authorities/{scheme}", browse.listed, extra={"parameters": [_LIST, *more]})
    read("/authorities/{scheme}/unestablished", browse.wanting, extra={"parameters": [_LIST, *_query(page="From 1")]})
    read("/authorities/{scheme}/unestablished.csv", browse.wanting_csv, extra={"parameters": [_LIST]})

    page("/door/proposals", proposing.queue)
    page("/door/proposals/new", proposing.draft)
    page("/door/proposals/new", proposing.send, "POST")
    page("/door/proposals/{id:int}", proposing.page)
    page("/door/proposals/{id:int}", proposing.judge, "POST")

    member = {"name": "member", "in": "path", "required": True, "schema": _TEXT}
    number = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    taken = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    listed = _query(state="open, accepted, rejected, taken-back", before="Number to go on from")
    api(
        "/api/members/{member}/proposals", proposing.receive, "POST", 201,
        {"parameters": [member], "requestBody": taken},
    )  # fmt: skip
    api("/api/members/{member}/proposals", proposing.own, "GET", 200, {"parameters": [member, *listed]})
    api("/api/proposals/{id:int}", proposing.one, "GET", 200, {"parameters": [number]})
    api("/api/proposals/{id:int}", proposing.decide, "POST", 200, {"parameters": [number], "requestBody": taken})
    return router
