"""Pages of the authority file: its lists, a stretch of one with counts and references, headings without authority."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Iterator
from typing import Any

from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from hub.authorities.export import FORMS, export
from hub.search.headings import KINDS, SCHEMES, Heading, Headings, Narrowed
from hub.web.authorities import refresh
from hub.web.authorities.messages import KINDS as KIND_NAMES
from hub.web.authorities.messages import LISTS
from hub.web.door.forms import body, form
from hub.web.i18n import chosen
from hub.web.negotiation import media_type, prefers_page
from hub.web.problem import Problem
from hub.web.site import Site

LINES = 50
"""Lines of a stretch."""
MOST_ROWS = 10_000
"""Rows of the table of headings without an authority."""
MOST_BODY = 1 << 20
_DOWNLOADS = 2
"""Downloads of the authority file at one time: each reads the registry for minutes."""
_LETTERS = tuple("AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY")
CORS = {"Access-Control-Allow-Origin": "*"}
_OFFERED = ("application/json", "text/csv", "text/html")


class Browse:
    """The routes that everybody may read."""

    def __init__(self, site: Site, headings: Headings) -> None:
        self.site = site
        self.headings = headings
        self._downloads = asyncio.Semaphore(_DOWNLOADS)

    def _page(self, request: Request, template: str, title: str, **context: Any) -> Response:
        code, _ = chosen(request)
        context.setdefault("robots", "")
        made = self.site.html(request, template, title=title, lists=LISTS, kinds=KIND_NAMES, **context)
        headers = {"Vary": "Accept-Language", "Content-Language": code, "Cache-Control": "public, max-age=30"}
        return Response(made, 200, headers, "text/html; charset=utf-8")

    def _scheme(self, request: Request) -> str:
        scheme = str(request.path_params["scheme"])
        if scheme not in SCHEMES:
            raise Problem(404, "not-found")
        return scheme

    async def overview(self, request: Request) -> Response:
        """The lists of headings: how many there are, how many have an authority, and how to get them."""
        self.site.courtesy.ask(request)
        counts = await asyncio.to_thread(self.headings.counts)
        title = self.site.tongue(request).gettext("Authority file")
        return self._page(request, "authorities.html", title, counts=counts, forms=FORMS)

    async def listed(self, request: Request) -> Response:
        """A list of headings: a stretch from `from` on, with counts and references, or with `q` what has its words.

        With an extension (`.mrc`, `.xml`, `.mads.nt`, `.skos.nt`) the whole list as a file; `all=1` with those headings
        that no authority establishes.
        """
        scheme, dot, extension = request.path_params["scheme"].partition(".")
        if dot:
            return await self._download(request, scheme, extension)
        scheme = self._scheme(request)
        self.site.courtesy.ask(request)
        given = request.query_params
        text, typed = given.get("q", "").strip()[:200], given.get("from", "").strip()[:200]
        title = self.site.tongue(request).gettext(LISTS[scheme])
        context: dict[str, Any] = {
            "scheme": scheme,
            "q": text,
            "typed": typed,
            "letters": _LETTERS,
            "robots": "noindex",
        }
        if text:
            page = _number(given.get("page", ""), 1, 200)
            total, hits = await asyncio.to_thread(
                self.headings.keyword, text, Narrowed(scheme), offset=(page - 1) * LINES, limit=LINES
            )
            return self._page(
                request, "authority_list.html", title, hits=hits, total=total, page=page, more=total > page * LINES,
                lines=[], before=None, after=None, **context,
            )  # fmt: skip
        number, back = _number(given.get("at", ""), 0, 1 << 60), given.get("back", "") == "1"
        lines, before, after = await asyncio.to_thread(self._stretch, scheme, typed, number, back)
        if not typed and not number:
            context["robots"] = ""
        return self._page(
            request, "authority_list.html", title, hits=None, total=0, page=1, more=False, lines=lines, before=before,
            after=after, **context,
        )  # fmt: skip

    def _stretch(self, scheme: str, start: str, number: int, back: bool) -> tuple[list[Any], Any, Any]:
        """Lines, and where the stretches before and after them begin."""
        if not number and not back:
            start = self.headings.place_of(scheme, start)
        found = self.headings.browse(scheme, start, number=number, back=back, limit=LINES + 1)
        if back:
            here = (start, number)
            earlier = len(found) > LINES
            lines = found[-LINES:]
            before = (lines[0].label, lines[0].number) if earlier and lines else None
            return lines, before, here
        lines = found[:LINES]
        after = (found[LINES].label, found[LINES].number) if len(found) > LINES else None
        first = (lines[0].label, lines[0].number) if lines else (start, number)
        earlier = bool(self.headings.browse(scheme, first[0], number=first[1], back=True, limit=1))
        return lines, first if earlier else None, after

    async def wanting(self, request: Request) -> Response:
        """Headings in use that no authority record establishes, the most used first."""
        scheme = self._scheme(request)
        self.site.courtesy.ask(request)
        page = _number(request.query_params.get("page", ""), 1, MOST_ROWS // LINES)
        found = await asyncio.to_thread(self.headings.wanting, scheme, offset=(page - 1) * LINES, limit=LINES + 1)
        title = self.site.tongue(request).gettext("Headings without an authority")
        return self._page(
            request, "authority_wanting.html", title, scheme=scheme, headings=found[:LINES], page=page,
            more=len(found) > LINES, rows=MOST_ROWS, robots="noindex",
        )  # fmt: skip

    async def wanting_csv(self, request: Request) -> Response:
        """The same as a table (CSV): address, heading, kind, vocabulary, records that use it, MARC field."""
        scheme = self._scheme(request)
        self.site.courtesy.ask(request)

        def rows() -> Iterator[bytes]:
            yield _csv(["uri", "heading", "kind", "vocabulary", "records", "marc"])
            for start in range(0, MOST_ROWS, 500):
                found = self.headings.wanting(scheme, offset=start, limit=500)
                for h in found:
                    yield _csv([self._uri(h), h.label, h.kind, h.source, str(h.uses), next(iter(h.marc_keys), "")])
                if len(found) < 500:
                    return

        name = f"unestablished-{scheme}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', **CORS}
        return StreamingResponse(iterate_in_threadpool(rows()), 200, headers, "text/csv; charset=utf-8")

    def _uri(self, heading: Heading) -> str:
        return f"{self.site.base}{heading.place}/{heading.id}"

    async def _download(self, request: Request, scheme: str, form: str) -> Response:
        """A whole list as a file; refused with 503 while as many are being sent as the hub can do beside its work."""
        if scheme not in (*SCHEMES, "all") or form not in FORMS:
            raise Problem(404, "not-found")
        if self._downloads.locked():
            raise Problem(503, "busy", headers={"Retry-After": "120"})
        self.site.courtesy.ask(request)
        wanted = SCHEMES if scheme == "all" else (scheme,)
        whole = request.query_params.get("all", "") == "1"
        pieces = export(self.site.registry, self.headings, self.site.base, form, wanted, whole=whole)

        async def sent() -> Any:
            async with self._downloads:
                async for piece in iterate_in_threadpool(pieces):
                    yield piece

        headers = {"Content-Disposition": f'attachment; filename="{scheme}.{form}"', **CORS}
        return StreamingResponse(sent(), 200, headers, FORMS[form])

    # Refreshing

    async def refresh_page(self, request: Request) -> Response:
        """A form for many addresses: their current labels, statuses and replacements."""
        title = self.site.tongue(request).gettext("Refresh links")
        return self._page(request, "authority_refresh.html", title, rows=None, given="", most=refresh.MOST)

    async def refresh(self, request: Request) -> Response:
        """Current label, status (current, merged, withdrawn, linked, unknown) and replacement of many addresses.

        The body is a list: one address a line (text/plain, text/csv) or JSON (`[…]` or `{"uris": […]}`). Answers JSON,
        or CSV by Accept or `format=csv`. Addresses elsewhere (id.loc.gov, VIAF …) lead to the heading that bears them.
        """
        self.site.courtesy.ask(request)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        wanted = request.query_params.get("format", "")
        if kind == "application/x-www-form-urlencoded":
            fields = await form(request, most=MOST_BODY)
            text, wanted = fields.get("uris", ""), fields.get("format", wanted)
        else:
            text = (await body(request, MOST_BODY)).decode("utf-8", "replace")
        try:
            uris = refresh.read_uris(text)
        except ValueError as error:
            raise Problem(400, "bad-request", str(error)[:300]) from error
        rows = await asyncio.to_thread(refresh.refresh, self.site.registry, self.headings, self.site.base, uris)
        if not wanted:
            page = kind == "application/x-www-form-urlencoded" and prefers_page(request.headers)
            chosen_type = media_type(request.headers.get("accept"), _OFFERED)
            wanted = "html" if page else "csv" if chosen_type == "text/csv" else "json"
        headers = {"Cache-Control": "no-store", "Vary": "Accept", **CORS}
        if wanted == "csv":
            headers["Content-Disposition"] = 'attachment; filename="refreshed.csv"'
            return Response(refresh.to_csv(rows).encode("utf-8", "replace"), 200, headers, "text/csv; charset=utf-8")
        if wanted == "html":
            title = self.site.tongue(request).gettext("Refresh links")
            answer = self._page(
                request, "authority_refresh.html", title, rows=rows, given="\n".join(uris), most=refresh.MOST
            )
            answer.headers["Cache-Control"] = "no-store"
            return answer
        return Response(refresh.to_json(rows).encode("utf-8", "replace"), 200, headers, "application/json")


def _number(text: str, default: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return default
    return max(default, min(int(text), most))


def _csv(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([refresh.harmless(c) for c in cells])
    return out.getvalue().encode("utf-8", "replace")


__all__ = ["KINDS", "Browse"]
