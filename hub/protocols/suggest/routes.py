"""``/suggest2``, ``/authorities/{scheme}/suggest2``, the older ``suggest``, ``/authorities/{scheme}/label/{label}``.

The lists are names, subjects, genreForms (of concepts) and hubs (names with titles, and titles): what the hub keeps.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Protocol
from urllib.parse import quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hub.feeds.served import FeedSettings, has_it
from hub.protocols.suggest import wire
from hub.search.headings import SCHEMES, Ambiguous, Found, Headings

_EXPOSED = "X-URI, X-PrefLabel, X-PrefLabel-Encoded, Location, Link, ETag"
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _EXPOSED}
_KEPT = {"Cache-Control": "public, max-age=60", **CORS}
_LABEL = re.compile(rb"^.*?/label/(.*)$", re.DOTALL)
_PARAMETERS: list[tuple[str, str]] = [
    ("q", "What was typed; diacritics, case and punctuation are optional"),
    ("searchtype", "leftanchored (the form begins so) or keyword (all words, the last may be unfinished)"),
    ("count", f"Hits of the answer, at most {wire.MOST}"),
    ("offset", "Hits to leave out, for the next page"),
    ("rdftype", "PersonalName, CorporateName, ConferenceName, FamilyName, Topic, Geographic, Temporal, GenreForm, …"),
    ("memberOf", "IRI of a list (…/authorities/names), of its established headings, or of an LC vocabulary"),
]


class SuggestHub(Protocol):
    """A hub as suggest sees it."""

    @property
    def settings(self) -> FeedSettings:
        """The settings in force."""

    @property
    def headings(self) -> Headings:
        """The index of headings."""


def routes(hub: SuggestHub) -> APIRouter:
    """The routes, to be included in the application. They answer the same with and without a slash at the end."""
    router = APIRouter(default_response_class=Response)
    service = _Suggest(hub)
    query = {
        "parameters": [
            {"name": n, "in": "query", "description": a, "schema": {"type": "string"}} for n, a in _PARAMETERS
        ]
    }
    scheme = {"name": "scheme", "in": "path", "required": True, "schema": {"type": "string", "enum": list(SCHEMES)}}
    label = {"name": "label", "in": "path", "required": True, "schema": {"type": "string"}}
    listed = {"parameters": [scheme, *query["parameters"]]}

    def get(path: str, handler: Any, extra: dict[str, Any] | None = None, tag: str = "headings") -> None:
        documented = extra is not None
        router.add_api_route(
            path, handler, methods=["GET"], include_in_schema=documented, openapi_extra=extra, tags=[tag]
        )

    for slash in ("", "/"):
        get(f"/suggest2{slash}", service.suggest2, None if slash else query)
        get(f"/authorities/suggest2{slash}", service.suggest2)
        get(f"/authorities/{{scheme}}/suggest2{slash}", service.suggest2, None if slash else listed)
        get(f"/suggest{slash}", service.suggest, None if slash else query)
        get(f"/authorities/{{scheme}}/suggest{slash}", service.suggest, None if slash else listed)
    get("/authorities/label/{label:path}", service.label)
    get("/authorities/{scheme}/label/{label:path}", service.label, {"parameters": [scheme, label]})
    return router


class _Suggest:
    def __init__(self, hub: SuggestHub) -> None:
        self.headings = hub.headings
        self.base = hub.settings.base_uri

    @staticmethod
    def _scheme(request: Request) -> str:
        scheme = request.path_params.get("scheme", "")
        if scheme and scheme not in SCHEMES:
            raise HTTPException(404)
        return str(scheme)

    async def _found(self, request: Request) -> tuple[wire.Asked, str, int, list[Found]]:
        scheme = self._scheme(request)
        try:
            asked = wire.read(request.query_params, scheme, self.base)
        except wire.BadParameter as error:
            raise HTTPException(400, str(error)) from error
        look = self.headings.left if asked.kind == wire.LEFT else self.headings.keyword
        total, found = await run_in_threadpool(look, asked.text, asked.narrowed, offset=asked.offset, limit=asked.count)
        return asked, scheme, total, found

    async def suggest2(self, request: Request) -> Response:
        """Headings for what is typed, as id.loc.gov's suggest2 gives them: forms that lead to a heading as `X (USE Y)`.

        `more.marcKeys` has the heading as a MARC field; `contributions` and `subject-of` count the records that use it.
        """
        asked, scheme, total, found = await self._found(request)
        return _json(request, wire.answer(asked, scheme, total, found, self.base))

    async def suggest(self, request: Request) -> Response:
        """The older form of suggest (OpenSearch Suggestions): `[text, labels, counts, URIs]`."""
        asked, _, _, found = await self._found(request)
        return _json(request, wire.old_answer(asked.text, found, self.base))

    async def label(self, request: Request) -> Response:
        """The heading that bears a label: 302 with `X-URI` and `X-PrefLabel`, 404 where none does.

        Case, composition of letters and punctuation do not matter, diacritics do; other forms (4XX) lead to their
        heading. Where several headings bear it, 300 with their URIs: nothing is guessed.
        """
        scheme = self._scheme(request)
        raw = _LABEL.match(request.scope.get("raw_path") or quote(request.scope["path"]).encode())
        text = wire.label_of_path(raw.group(1).split(b"?")[0].decode("ascii", "replace")) if raw else ""
        try:
            found = await run_in_threadpool(self.headings.labelled, text, scheme)
        except Ambiguous as several:
            links = [(wire.uri(h, self.base), h.label) for h in several.headings[:50]]
            body = {"label": text, "headings": [{"uri": u, "label": label} for u, label in links]}
            named = ", ".join(f'<{u}>; rel="alternate"' for u, _ in links)
            return Response(_text(body), 300, {**_KEPT, "Link": named}, "application/json")
        if found is None:
            raise HTTPException(404)
        there = wire.uri(found, self.base)
        return RedirectResponse(there, 302, {**_KEPT, "X-URI": there, **wire.label_headers(found.label)})


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _json(request: Request, value: Any) -> Response:
    body = _text(value)
    tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    headers = {**_KEPT, "ETag": f'"{tag}"'}
    if has_it(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, "application/json")
