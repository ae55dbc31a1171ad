"""/search: one box, Works with their Instances, facets that are links for readers and not for crawlers."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from hub.catalog.institutions import labelled, library_row
from hub.web.negotiation import prefers_page
from hub.web.problem import Problem
from hub.web.site import Site

SIZE = 20
MOST_FILTERS = 8
FACETS = ("library", "language", "format")
SORTS = ("relevance", "newest", "oldest", "title")


class SearchPage:
    """The search route."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def search(self, request: Request) -> Response:
        """GET /search?q=…&page=…&FIELD=VALUE…; a page for people, JSON for programs."""
        search = self.site.hub.search
        text = request.query_params.get("q", "")[:500].strip()
        page = self._page(request)
        filters = self._filters(request)
        sort = request.query_params.get("sort", "relevance")
        if sort not in SORTS:
            raise Problem(400, "bad-request")
        if search is None:
            raise Problem(503, "search-missing")
        results: Any = None
        if text or filters:
            self.site.courtesy.ask(request)
            results = await asyncio.to_thread(
                search.search, text, filters=filters, sort=sort, limit=SIZE, offset=(page - 1) * SIZE
            )
        if not prefers_page(request.headers) and request.headers.get("accept", "*/*") != "*/*":
            return self._json(request, page, results)
        names = await self._names(request, results)
        context = {
            "title": text or self.site.tongue(request).gettext("Search"),
            "q": text,
            "results": results,
            "filters": filters,
            "names": names,
            "sort": sort,
            "number": page,
            "last": max(1, -(-results.total // SIZE)) if results else 1,
            "robots": "noindex, nofollow",
            "here": lambda n: (
                "/search?"
                + urlencode(
                    [(k, v) for k, v in request.query_params.multi_items() if k not in ("page", "lang")] + [("page", n)]
                )
            ),
        }
        made = self.site.html(request, "search.html", **context)
        headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "public, max-age=30"}
        return Response(made, 200, headers, "text/html; charset=utf-8")

    @staticmethod
    def _page(request: Request) -> int:
        text = request.query_params.get("page", "1")
        if not text.isascii() or not text.isdigit() or len(text) > 4 or int(text) < 1:
            raise Problem(400, "bad-page")
        return int(text)

    @staticmethod
    def _filters(request: Request) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items()[: MOST_FILTERS * 2]:
            if name in FACETS and value:
                found.setdefault(name, []).append(value[:200])
        return found

    async def _names(self, request: Request, results: Any) -> dict[str, dict[str, str]]:
        """Labels of the facet values that are codes: libraries and languages."""
        code = self.site.tongue(request).code
        names: dict[str, dict[str, str]] = {}
        if results is None:
            return names
        wanted = {f: [x.value for x in values] for f, values in results.facets.items()}
        wanted.setdefault("library", []).extend(c for hit in results.hits for c in hit.libraries)
        wanted.setdefault("language", []).extend(c for hit in results.hits for c in hit.languages)
        for value in dict.fromkeys(wanted["library"]):
            row = library_row(self.site.registry, value)
            if row is not None:
                names.setdefault("library", {})[value] = row["name_vi"] if code == "vi" else row["name_en"]
        for value in dict.fromkeys(wanted["language"]):
            if value.isalnum() and len(value) == 3:
                link = await labelled(self.site.catalog.reader, f"http://id.loc.gov/vocabulary/languages/{value}")
                names.setdefault("language", {})[value] = link.label(code)
        return names

    def _json(self, request: Request, page: int, results: Any) -> Response:
        """Hydra paging over the found Works."""
        base = self.site.base
        total = results.total if results else 0
        members = [
            {
                "id": f"{base}works/{hit.work_id}",
                "title": hit.title,
                "creators": hit.creators,
                "languages": hit.languages,
                "instances": [{**i, "id": f"{base}instances/{i['id']}"} if "id" in i else i for i in hit.instances],
            }
            for hit in (results.hits if results else ())
        ]
        body = {
            "@context": "http://www.w3.org/ns/hydra/context.jsonld",
            "@id": str(request.url),
            "@type": "Collection",
            "totalItems": total,
            "member": members,
            "view": {
                "@id": str(request.url.include_query_params(page=page)),
                "@type": "PartialCollectionView",
                "first": str(request.url.include_query_params(page=1)),
                **({"next": str(request.url.include_query_params(page=page + 1))} if page * SIZE < total else {}),
                **({"previous": str(request.url.include_query_params(page=page - 1))} if page > 1 else {}),
            },
        }
        headers = {"Vary": "Accept", "Access-Control-Allow-Origin": "*"}
        return Response(json.dumps(body, ensure_ascii=False).encode(), 200, headers, "application/ld+json")
