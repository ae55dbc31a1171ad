"""The addresses of the door: pages for people, an API for programs."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Security
from fastapi.security import HTTPBearer
from starlette.responses import Response

from hub.web.door.desk import Desk
from hub.web.door.entrance import Entrance
from hub.web.door.holdings import Holdings
from hub.web.door.lists import Lists
from hub.web.door.records_api import RecordsApi
from hub.web.door.review import Review
from hub.web.door.upload import Uploads

_SCHEME = HTTPBearer(auto_error=False, scheme_name="token", description="A token of the member: `hub tokens add`")
_MARC = {
    "application/marc": {"schema": {"type": "string", "format": "binary"}},
    "application/marcxml+xml": {"schema": {"type": "string"}},
    "application/marc-in-json": {"schema": {"type": "object"}},
}
_HOLDING = {
    "type": "object",
    "required": ["instance"],
    "additionalProperties": False,
    "properties": {
        name: {"type": "string"} for name in ("instance", "call_number", "library", "location", "note", "copy")
    },
}
_FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
_REFUSALS = {
    401: "No token, or not a valid one",
    403: "The token is of another member, or lacks the scope",
    429: "Too many wrong tokens",
}


def _answers(**more: str) -> dict[int | str, dict[str, Any]]:
    said = {**_REFUSALS, **{int(name[1:]): text for name, text in more.items()}}
    return {status: {"description": text} for status, text in sorted(said.items())}


def _extra(
    *query: tuple[str, str],
    path: tuple[str, ...] = (),
    content: dict[str, Any] | None = None,
    conditional: bool = False,
) -> dict[str, Any]:
    """What OpenAPI says of a route beyond its description."""
    text = {"type": "string"}
    parameters = [{"name": name, "in": "path", "required": True, "schema": text} for name in path]
    parameters += [{"name": name, "in": "query", "description": about, "schema": text} for name, about in query]
    if conditional:
        parameters += [{"name": name, "in": "header", "schema": text} for name in ("If-Match", "If-None-Match")]
    made: dict[str, Any] = {"parameters": parameters}
    if content is not None:
        made["requestBody"] = {"required": True, "content": content}
    return made


def routes(desk: Desk) -> APIRouter:
    """All routes of the door of one site."""
    router = APIRouter()
    entrance, uploads, records, review = Entrance(desk), Uploads(desk), RecordsApi(desk), Review(desk)

    holdings = Holdings(desk)

    def page(path: str, handler: Any, method: str = "GET") -> None:  # Any: handlers differ in their signature
        router.add_api_route(path, handler, methods=[method], include_in_schema=False, response_class=Response)

    page("/door", entrance.start)
    page("/door/sign-in", entrance.sign_in)
    page("/door/sign-in", entrance.enter, "POST")
    page("/door/sign-out", entrance.leave, "POST")
    page("/door/load", uploads.choose)
    page("/door/load", uploads.send, "POST")
    page("/door/jobs/{id:int}", uploads.job)
    page("/door/jobs/{id:int}/stop", uploads.stop, "POST")
    page("/door/review", review.queue)
    page("/door/review/{a:int}-{b:int}", review.pair)
    page("/door/review/{a:int}-{b:int}", review.judge, "POST")
    page("/door/hold/{instance}", holdings.choose)
    page("/door/hold/{instance}", holdings.keep, "POST")
    page("/door/held", holdings.held)
    page("/door/held/{id:int}", holdings.report)
    page("/door/held/{id:int}/record.{form}", holdings.record)
    page("/door/held/{id:int}/withdraw", holdings.withdraw, "POST")
    page("/door/decisions", review.decisions)
    page("/door/decisions/{id:int}/undo", review.take_back, "POST")

    def api(path: str, handler: Any, method: str, status: int, answers: Any, extra: Any) -> None:
        router.add_api_route(
            path, handler, methods=[method], response_class=Response, status_code=status, responses=answers,
            openapi_extra=extra, tags=["members"], dependencies=[Security(_SCHEME)],
        )  # fmt: skip

    one, kind = "/api/members/{member}/records/{number:path}", ("kind", "bibliographic, holdings or authority")
    named = ("member", "number")
    api(
        "/api/members/{member}/loads", uploads.receive, "POST", 202,
        _answers(s404="No such member", s409="Too many waiting", s413="Too large", s415="No MARC", s507="No room"),
        _extra(
            ("name", "The file's name in reports"), ("full", "1: this is all that the member has"),
            ("force", "1: also when more than a fifth of its records would vanish"), path=("member",), content=_FILE,
        ),
    )  # fmt: skip
    api("/api/jobs/{id:int}", uploads.status, "GET", 200, _answers(s404="No such job"), _extra(path=("id",)))
    api(
        "/api/jobs/{id:int}/rejects", uploads.rejects, "GET", 200, _answers(s404="No such job"),
        _extra(("form", "marc: the bytes as they were sent; else a table"), path=("id",)),
    )  # fmt: skip
    lists = Lists(uploads)
    for name, handler in (
        ("corrections", lists.corrections), ("links", lists.links), ("duplicates", lists.duplicates),
    ):  # fmt: skip
        api(f"/api/jobs/{{id:int}}/{name}", handler, "GET", 200, _answers(s404="No such job"), _extra(path=("id",)))
    api(
        one, records.read, "GET", 200,
        _answers(s304="Not modified", s404="No such record", s406="Not in this form", s410="Withdrawn"),
        _extra(kind, path=named),
    )  # fmt: skip
    api(
        one, records.write, "PUT", 200,
        _answers(
            s201="New", s404="No such member", s409="A load of the member is running", s412="Changed since it was read",
            s413="Too large", s415="No such form", s422="The record cannot be stored: which field, and why",
        ),
        _extra(path=named, content=_MARC, conditional=True),
    )  # fmt: skip
    api(
        one, records.remove, "DELETE", 204,
        _answers(
            s404="No such record", s409="A load is running, or several kinds", s410="Withdrawn before", s412="Changed",
        ),
        _extra(kind, path=named, conditional=True),
    )  # fmt: skip
    copies = "/api/members/{member}/holdings"
    api(copies, holdings.listing, "GET", 200, _answers(), _extra(path=("member",)))
    held = ("member", "barcode")
    api(
        f"{copies}/{{barcode:path}}", holdings.write, "PUT", 200,
        _answers(
            s201="New", s404="No such edition", s409="In a record of the member already, or a load is running",
            s415="No JSON", s422="The copy cannot be kept: which field, and why",
        ),
        _extra(path=held, content={"application/json": {"schema": _HOLDING}}),
    )  # fmt: skip
    api(
        f"{copies}/{{barcode:path}}", holdings.read, "GET", 200, _answers(s404="No such copy"),
        _extra(("form", "mrc, xml or marc.json: the record to import"), path=held),
    )  # fmt: skip
    api(
        f"{copies}/{{barcode:path}}", holdings.remove, "DELETE", 204,
        _answers(s404="No such copy", s409="A load of the member is running"), _extra(path=held),
    )  # fmt: skip
    return router
