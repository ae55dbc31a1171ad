"""/search: one box, Works with their Instances, facets that are a form for readers and not links for crawlers."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from hub.catalog.graph import Link
from hub.catalog.institutions import all_groups, labelled, library_cards
from hub.registry.schema import entity
from hub.web.negotiation import ranges
from hub.web.problem import Problem
from hub.web.search_feed import ATOM, DESCRIPTION, atom, description
from hub.web.search_request import SIZE, Asked, read_search
from hub.web.site import Site

MOST_LANGUAGES = 1000
NOBODY = ["-"]  # no library's code: what a group without libraries narrows to


class SearchPage:
    """The search routes."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._languages: dict[str, Link] = {}
        self._known_in = ""

    async def search(self, request: Request) -> Response:
        """GET /search?q=…&page=…&FACET=VALUE…: a page for people, JSON-LD or Atom for programs."""
        asked = read_search(request.query_params)
        results = await self._found(request, asked)
        match _wanted(request.headers.get("accept", "*/*")):
            case "json":
                return self._json(request, asked, results)
            case "atom":
                return await self._feed(request, asked, results)
        names = await self._names(request, asked, results)
        others = [(k, v) for k, v in request.query_params.multi_items() if k not in ("page", "lang")]
        context = {
            "title": asked.text or self.site.tongue(request).gettext("Search"),
            "q": asked.text,
            "asked": asked,
            "results": results,
            "filters": {**asked.filters, "group": asked.groups},
            "groups": all_groups(self.site.registry, self.site.base),
            "names": names,
            "size": SIZE,
            "last": max(1, -(-results.total // SIZE)) if results else 1,
            "robots": "noindex, nofollow",
            "alternates": [(self._address(request, "search.atom", asked.page), ATOM)],
            "here": lambda n: "/search?" + urlencode([*others, ("page", n)]),
        }
        made = self.site.html(request, "search.html", **context)
        headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "public, max-age=30"}
        return Response(made, 200, headers, "text/html; charset=utf-8")

    async def feed(self, request: Request) -> Response:
        """GET /search.atom?q=…: the same search as an Atom feed."""
        asked = read_search(request.query_params)
        return await self._feed(request, asked, await self._found(request, asked))

    async def description(self, request: Request) -> Response:
        """GET /opensearch.xml: how browsers and programs search here (OpenSearch 1.1)."""
        speech = self.site.tongue(request)
        about = speech.gettext("Search titles, people, subjects, ISBN, call numbers")
        settings = self.site.settings
        title = settings.title_vi if speech.code == "vi" else settings.title_en

        async def make() -> bytes:
            return description(self.site.base, title, about)

        headers = {"Vary": "Accept-Language", "Cache-Control": "public, max-age=86400"}
        return await self.site.answer(request, f"opensearch {title}", DESCRIPTION, make, headers=headers)

    async def _found(self, request: Request, asked: Asked) -> Any:
        search = self.site.hub.search
        if search is None:
            raise Problem(503, "search-missing")
        if not asked.text and not asked.narrowed:
            return None
        self.site.courtesy.ask(request)
        filters = dict(asked.filters)
        if asked.groups:
            codes = {c.code for c in library_cards(self.site.registry, self.site.base) if c.group in asked.groups}
            filters["library"] = sorted(codes & set(filters.get("library", codes))) or NOBODY
        found = await asyncio.to_thread(
            search.search,
            asked.text,
            filters=filters,
            years=asked.years,
            sort=asked.sort,
            limit=SIZE,
            offset=asked.offset,
        )
        if asked.page > 1 and asked.offset >= found.total:
            raise Problem(404, "no-such-page")
        return found

    async def _names(self, request: Request, asked: Asked, results: Any) -> dict[str, dict[str, str]]:
        """Labels of the facet values that are codes: libraries and languages."""
        code = self.site.tongue(request).code
        names: dict[str, dict[str, str]] = {}
        wanted: dict[str, list[str]] = {f: list(asked.filters.get(f, ())) for f in ("library", "language")}
        if results is not None:
            for facet, values in wanted.items():
                values += [x.value for x in results.facets.get(facet, ())]
            wanted["library"] += [c for hit in results.hits for c in hit.libraries]
            wanted["language"] += [c for hit in results.hits for c in hit.languages]
        known = {card.code: card.names.label(code) for card in library_cards(self.site.registry, self.site.base)}
        for value in dict.fromkeys(wanted["library"]):
            if value in known:
                names.setdefault("library", {})[value] = known[value]
        for value in dict.fromkeys(wanted["language"]):
            if value.isascii() and value.isalnum() and len(value) == 3:
                names.setdefault("language", {})[value] = (await self._language(value)).label(code)
        return names

    async def _language(self, code: str) -> Link:
        """A language with its labels, which are the same as long as nothing is published."""
        generation = self.site.catalog.generation()
        if generation != self._known_in:
            self._languages, self._known_in = {}, generation
        found = self._languages.get(code)
        if found is None:
            found = await labelled(self.site.catalog.reader, f"http://id.loc.gov/vocabulary/languages/{code}")
            if len(self._languages) < MOST_LANGUAGES:
                self._languages[code] = found
        return found

    def _address(self, request: Request, path: str, page: int) -> str:
        """The URL of this search at another path and page, in the hub's own address."""
        query = [(k, v) for k, v in request.query_params.multi_items() if k != "page"]
        return f"{self.site.base}{path}?{urlencode([*query, ('page', page)])}"

    async def _feed(self, request: Request, asked: Asked, results: Any) -> Response:
        ids = [hit.work_id for hit in (results.hits if results else ())]
        changed = await asyncio.to_thread(self._changed, ids)
        speech, settings = self.site.tongue(request), self.site.settings
        title = settings.title_vi if speech.code == "vi" else settings.title_en
        made = atom(self.site.base, title, asked, results, changed, lambda p, n: self._address(request, p, n), speech)
        headers = {
            "Vary": "Accept, Accept-Language",
            "Cache-Control": "public, max-age=300",
            "Access-Control-Allow-Origin": "*",
        }
        return Response(made, 200, headers, ATOM)

    def _changed(self, ids: list[str]) -> dict[str, int]:
        with self.site.registry.read() as connection:
            rows = connection.execute(select(entity.c.id, entity.c.changed).where(entity.c.id.in_(ids))).all()
        return {row.id: row.changed for row in rows}

    def _json(self, request: Request, asked: Asked, results: Any) -> Response:
        """Hydra paging over the found Works."""
        base, page = self.site.base, asked.page
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
        facets = {
            name: {f.value: f.count for f in values} for name, values in (results.facets if results else {}).items()
        }

        def at(number: int) -> str:
            return self._address(request, "search", number)

        body = {
            "@context": "http://www.w3.org/ns/hydra/context.jsonld",
            "@id": at(page),
            "@type": "Collection",
            "totalItems": total,
            "member": members,
            "facets": facets,
            "view": {
                "@id": at(page),
                "@type": "PartialCollectionView",
                "first": at(1),
                **({"next": at(page + 1)} if page * SIZE < total else {}),
                **({"previous": at(page - 1)} if page > 1 else {}),
            },
        }
        headers = {"Vary": "Accept", "Access-Control-Allow-Origin": "*"}
        return Response(
            json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), 200, headers, "application/ld+json"
        )


def _wanted(accept: str) -> str:
    """``page``, ``json`` or ``atom``: what the heaviest range by name asks for; who accepts anything gets the page."""
    weights = {"page": 0.0, "json": 0.0, "atom": 0.0}
    for r in ranges(accept):
        if r.value in ("text/html", "application/xhtml+xml"):
            weights["page"] = max(weights["page"], r.weight)
        elif r.value == ATOM:
            weights["atom"] = max(weights["atom"], r.weight)
        elif r.value.endswith("json"):
            weights["json"] = max(weights["json"], r.weight)
    best = max(weights, key=lambda name: weights[name])
    return best if weights[best] else "page"
