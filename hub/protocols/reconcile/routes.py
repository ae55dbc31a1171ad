"""``/reconcile`` over HTTP: 0.2 at the root, 1.0-draft below ``/reconcile/1.0``; one service behind both."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import version
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from converters.marc import values
from hub.catalog import Catalog
from hub.feeds.served import FeedSettings
from hub.protocols.reconcile import preview, wire
from hub.protocols.reconcile.extension import Extension, meta_of
from hub.protocols.reconcile.query import MOST_CANDIDATES, Candidate, Query
from hub.protocols.reconcile.reconciler import Reconciler
from hub.protocols.reconcile.vocabulary import PROPERTIES, TYPES, narrowed, properties_of, property_id
from hub.protocols.reconcile.wire import Refused
from hub.registry import Registry
from hub.search import Headings, Search

AT_ONCE = 4
"""Batches that are worked on beside each other; the processor is the limit."""
MOST_WAITING = 64
"""Batches that may wait for their turn; the next is told to come again."""
LONGEST_REQUEST = 2 << 20
SUGGESTED = 10
DEEPEST = 200
"""How far suggestions may be paged."""
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Accept, Accept-Language",
    "Access-Control-Max-Age": "86400",
}
_CALLBACK = re.compile(r"[A-Za-z_$][A-Za-z0-9_$.]{0,127}\Z")
_Handler = Callable[[Request], Awaitable[Response]]
Page = Callable[[Request], Awaitable["Response | None"]]
"""What answers people who come to ``/reconcile`` with a browser; None: it was no person."""


class ReconcileHub(Protocol):
    """A hub as this service sees it; ``hub.wiring`` makes one."""

    @property
    def settings(self) -> FeedSettings:
        """The settings in force."""

    @property
    def registry(self) -> Registry:
        """The system of record."""

    @property
    def catalog(self) -> Catalog:
        """What is said of entities."""

    @property
    def search(self) -> Search:
        """Works by words."""

    @property
    def headings(self) -> Headings:
        """Agents and Concepts by name."""


def language_of(request: Request) -> str:
    """``vi`` or ``en``: what ``?lang=`` asks for, else what Accept-Language prefers, else Vietnamese."""
    asked = request.query_params.get("lang", "")
    if asked in ("vi", "en"):
        return asked
    best, weight = "vi", 0.0
    for part in request.headers.get("accept-language", "").split(",")[:32]:
        tag, _, quality = part.partition(";")
        code = tag.strip().lower().partition("-")[0]
        try:
            given = float(quality.partition("=")[2] or 1.0)
        except ValueError:
            given = 0.0
        if code in ("vi", "en") and given > weight:
            best, weight = code, given
    return best


class Service:
    """Answers clients of one hub."""

    def __init__(self, hub: ReconcileHub) -> None:
        self.base = hub.settings.base_uri
        self.title = hub.settings.title_en
        self.reconciler = Reconciler(hub.registry, hub.search, hub.headings, self.base)
        self.extension = Extension(hub.catalog, hub.registry, self.base)
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def match(self, queries: Sequence[Query], language: str) -> list[list[Candidate]]:
        """The candidates of some queries, when it is their turn. Raises Refused 503 when too many wait."""
        if self._waiting >= MOST_WAITING:
            raise Refused(503, "too many batches at once; come again in a few seconds")
        self._waiting += 1
        try:
            async with self._gate:
                return await run_in_threadpool(self.reconciler.match, queries, language)
        finally:
            self._waiting -= 1

    # 0.2

    async def root(self, request: Request) -> Response:
        """Reconciliation API 0.2: the manifest, or with ``queries`` or ``extend`` their answer (GET or POST)."""
        given = dict(request.query_params)
        if request.method == "POST":
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/x-www-form-urlencoded":
                raise Refused(415, "send the form field queries or extend (application/x-www-form-urlencoded)")
            given |= _form(await _body(request))
        language = language_of(request)
        if "queries" in given:
            batch = wire.queries_of_02(given["queries"])
            found = await self.match(list(batch.values()), language)
            made = {key: wire.result_02(one, language) for key, one in zip(batch, found, strict=True)}
            return _json(request, made)
        if "extend" in given:
            meta, rows = await self._extended(wire.read_json(given["extend"], "extend"), language)
            return _json(request, wire.extension_02(meta, rows))
        if request.method == "POST":
            raise Refused(400, "the form has neither queries nor extend")
        return _json(request, wire.manifest_02(self.base, self.title, version("bibhub"), language), lasting=True)

    # 1.0

    async def manifest(self, request: Request) -> Response:
        """Reconciliation API 1.0 (draft): the service manifest."""
        made = wire.manifest_10(self.base, self.title, version("bibhub"), language_of(request))
        return _json(request, made, lasting=True)

    async def matched(self, request: Request) -> Response:
        """Reconciliation API 1.0 (draft): a query batch as JSON, its candidates in the same order."""
        language = language_of(request)
        queries = wire.queries_of_10(await _json_body(request))
        found = await self.match(queries, language)
        return _json(request, {"results": [wire.result_10(one, language) for one in found]})

    async def extend(self, request: Request) -> Response:
        """Reconciliation API 1.0 (draft): values of properties of some entities."""
        query = wire.read_json(await _json_body(request), "the body")
        meta, rows = await self._extended(query, language_of(request))
        return _json(request, wire.extension_10(meta, rows))

    async def _extended(self, query: Any, language: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        ids, properties = wire.extension_query(query)
        paths = await run_in_threadpool(self.reconciler.known, ids)
        return meta_of(properties, language), await self.extension.rows(paths, properties, language)

    # Both

    async def propose(self, request: Request) -> Response:
        """Properties that entities of a ``type`` have values of."""
        kind = request.query_params.get("type", "")
        language = language_of(request)
        most = _number(request, "limit", len(PROPERTIES), len(PROPERTIES))
        made: dict[str, Any] = {
            "type": kind,
            "properties": [wire.property_object(p, language) for p in properties_of(kind)][:most],
        }
        if "limit" in request.query_params:
            made["limit"] = most
        return _json(request, made)

    async def suggest(self, request: Request) -> Response:
        """Entities, properties or types whose name begins with ``prefix``."""
        prefix = request.query_params.get("prefix", "")[:200].strip()
        language = language_of(request)
        limit = _number(request, "limit", SUGGESTED, MOST_CANDIDATES)
        offset = _number(request, "offset", _number(request, "cursor", 0, DEEPEST), DEEPEST)
        what = request.path_params["what"]
        if what == "entity":
            types = [t for t in request.query_params.getlist("type") if t]
            found: list[Candidate] = []
            if prefix:
                found = await run_in_threadpool(
                    self.reconciler.suggest, prefix, types, language, limit=limit, offset=offset
                )
            return _json(request, {"result": [_suggested(c, language) for c in found]})
        if what == "property":
            places = {TYPES[t].place for t in narrowed((request.query_params.get("type", ""),))}
            named = [
                wire.property_object(p, language)
                for p in PROPERTIES.values()
                if places & set(p.places) and _begins(prefix, p.id, p.en, p.vi)
            ]
        else:
            named = [wire.type_object(t, language) for t in TYPES.values() if _begins(prefix, t.id, t.en, t.vi)]
        return _json(request, {"result": named[offset : offset + limit] if prefix else named[offset:]})

    async def flyout(self, request: Request) -> Response:
        """A few lines of HTML about a suggested entity, property or type (0.2)."""
        id = request.query_params.get("id", "")[:500]
        what = request.path_params["what"]
        language = language_of(request)
        if what == "entity":
            found, row = await self._described(id, language)
            html = preview.flyout(found.name, preview.lines(row, language))
        elif what == "property" and (known := PROPERTIES.get(property_id(id))):
            html = preview.flyout(
                known.name(language), [(known.id, [wire.property_object(known, language)["description"]])]
            )
        elif what == "type" and (kind := TYPES.get(id)):
            html = preview.flyout(kind.name(language), [])
        else:
            raise Refused(404, f"there is no {what} {id!r}")
        return _json(request, {"id": id, "html": html})

    async def preview(self, request: Request) -> Response:
        """A small page about an entity for a frame: without script, and the only page here that may be framed."""
        id = request.query_params.get("id", "")[:500]
        language = language_of(request)
        found, row = await self._described(id, language)
        made = preview.page(found, self.base + found.id, row, language)
        headers = {**CORS, **preview.HEADERS, "Vary": "Accept-Language", "Cache-Control": "public, max-age=300"}
        return Response(made.encode("utf-8", "replace"), 200, headers, "text/html; charset=utf-8")

    async def _described(self, id: str, language: str) -> tuple[Candidate, dict[str, Any]]:
        found = await run_in_threadpool(self.reconciler.one, id, language)
        if found is None:
            raise Refused(404, f"there is no entity {id!r}")
        shown = preview.SHOWN[found.id.partition("/")[0]]
        rows = await self.extension.rows([(id, found.id)], shown, language)
        return found, rows[id]

    async def view(self, request: Request) -> Response:
        """The entity of an id: 303 to its URI (an id has a slash, which clients of 0.2 write as %2F)."""
        path = self.reconciler.path_of(request.query_params.get("id", "")[:500])
        if path is None:
            raise Refused(404, "this is no id of the hub")
        place, _, identity = path.partition("/")
        return RedirectResponse(self.base + f"{place}/{_quoted(identity)}", 303, CORS)


def routes(service: Service, page: Page | None = None) -> APIRouter:
    """The routes of a service; ``page`` answers people who come to ``/reconcile`` itself."""
    router = APIRouter(default_response_class=Response)

    def add(path: str, handler: _Handler, *methods: str, documented: bool = True) -> None:
        answering = _answering(handler)
        for method in methods:
            router.add_api_route(path, answering, methods=[method], include_in_schema=documented)
        router.add_api_route(path, _preflight, methods=["OPTIONS"], include_in_schema=False)

    async def root(request: Request) -> Response:
        """Reconciliation API 0.2: the manifest, or with ``queries`` or ``extend`` their answer (GET or POST)."""
        if (
            page is not None
            and request.method == "GET"
            and not {"queries", "extend", "callback"} & set(request.query_params)
        ):
            shown = await page(request)
            if shown is not None:
                return shown
        return await service.root(request)

    add("/reconcile", root, "GET", "POST")
    add("/reconcile/view", service.view, "GET")
    add("/reconcile/flyout/{what}", service.flyout, "GET", documented=False)
    add("/reconcile/1.0", service.manifest, "GET")
    add("/reconcile/1.0/match", service.matched, "POST")
    add("/reconcile/1.0/extend", service.extend, "POST")
    for root_path in ("/reconcile", "/reconcile/1.0"):
        add(f"{root_path}/suggest/{{what}}", service.suggest, "GET")
        add(f"{root_path}/preview", service.preview, "GET")
        add(f"{root_path}/extend/propose", service.propose, "GET")
    return router


def _answering(handler: _Handler) -> _Handler:
    """The handler, with what it refuses told as RFC 9457 problem, readable across origins."""

    async def answer(request: Request) -> Response:
        if request.path_params.get("what", "entity") not in ("entity", "property", "type"):
            return _problem(request, Refused(404, "entity, property or type can be asked for"))
        try:
            return await handler(request)
        except Refused as refused:
            return _problem(request, refused)

    answer.__name__ = getattr(handler, "__name__", "answer")
    answer.__doc__ = handler.__doc__
    return answer


async def _preflight(_: Request) -> Response:
    return Response(status_code=204, headers=CORS)


def _problem(request: Request, refused: Refused) -> Response:
    body = {
        "type": "about:blank",
        "title": {400: "Bad request", 404: "Not found", 413: "Too large", 415: "Unsupported media type"}.get(
            refused.status, "Not available now"
        ),
        "status": refused.status,
        "detail": str(refused),
        "instance": request.url.path,
    }
    headers = {**CORS, "Cache-Control": "no-store", **({"Retry-After": "5"} if refused.status == 503 else {})}
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(text, refused.status, headers, "application/problem+json")


def _json(request: Request, value: Any, *, lasting: bool = False) -> Response:
    """A JSON answer, wrapped in a call for clients of the time before CORS (0.2 §4.3, JSONP)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    headers = {
        **CORS,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "public, max-age=300" if lasting else "no-store",
    }
    callback = request.query_params.get("callback", "") if request.method == "GET" else ""
    if not callback or request.url.path.startswith("/reconcile/1.0"):
        return Response(text.encode("utf-8", "replace"), 200, headers, "application/json")
    if not _CALLBACK.match(callback):
        raise Refused(400, "callback must be the name of a function")
    safe = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("<", "\\u003c")
    return Response(f"/**/{callback}({safe});".encode("utf-8", "replace"), 200, headers, "text/javascript")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_REQUEST:
            raise Refused(413, f"the request is longer than {LONGEST_REQUEST:,} bytes")
    return bytes(body)


async def _json_body(request: Request) -> bytes:
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(415, "send application/json")
    return await _body(request)


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))
    except ValueError as error:
        raise Refused(400, f"the form cannot be read: {error}") from error


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Refused(400, f"{name} must be a whole number")
    return min(int(text), most)


def _suggested(c: Candidate, language: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": c.id,
        "name": c.name,
        "notable": [{"id": t, "name": TYPES[t].name(language)} for t in c.types],
    }
    if c.description:
        made["description"] = c.description
    return made


def _begins(prefix: str, *names: str) -> bool:
    typed = _plain(prefix)
    return any(_plain(name).startswith(typed) or f" {typed}" in _plain(name) for name in names)


def _plain(text: str) -> str:
    return values.fold(text)


def _quoted(identity: str) -> str:
    return quote(identity, safe="")
