"""Every URI of the graph: 303 to a document, 301 after a merge, 410 after a withdrawal; and the documents."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any
from unicodedata import combining, normalize
from urllib.parse import quote, urlencode

from pyoxigraph import RdfFormat, parse, serialize
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hub.catalog import Gone, Moved, Resource
from hub.catalog.cards import contributions, name_of
from hub.catalog.catalog import PLACES
from hub.catalog.graph import description
from hub.catalog.jsonld import DEFAULT_CONTEXT, Context
from hub.catalog.models import EntityPage, InstancePage, WorkCard, WorkPage
from hub.catalog.schema_org import schema_org, schema_org_document, script_text
from hub.catalog.serialization import FORMATS, document, tombstone
from hub.web.conditional import Made, token_of
from hub.web.distance import Whereabouts, asked_origin
from hub.web.downloads import Downloads
from hub.web.i18n import Tongue, chosen
from hub.web.links import (
    LINKSET_JSON,
    LINKSET_TEXT,
    WebLink,
    entity_links,
    link_header,
    linkset_json,
    linkset_links,
    linkset_text,
)
from hub.web.negotiation import media_type
from hub.web.neighbourhood import picture
from hub.web.paths import segments
from hub.web.problem import Problem
from hub.web.representations import (
    CITATIONS,
    MARC,
    SCHEMA_JSONLD,
    Form,
    asked_in_query,
    chosen_form,
    extensions,
    forms,
)
from hub.web.search_request import page_number
from hub.web.site import CORS, Site
from ontologies.namespaces import BF

_VARY = "Accept, Accept-Language, Accept-Profile"
ITEMS_IN_HEADER = 20
"""Items of an Instance that its Link header names; the link set has all."""
_TEMPLATES = {
    "works": "work.html",
    "instances": "instance.html",
    "items": "item.html",
    "agents": "heading.html",
    "concepts": "heading.html",
    "hubs": "heading.html",
    "libraries": "library.html",
    "groups": "group.html",
    "records": "record.html",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a path asks for: an entity, and a document's extension (empty: the thing itself)."""

    place: str
    id: str
    extension: str
    path: str
    """The entity's path below the base, as it stands in its IRI."""


def read_context() -> dict[str, Any]:
    """The published JSON-LD context: ontologies/context.jsonld, else one of plain prefixes."""
    found = files("ontologies") / "context.jsonld"
    return json.loads(found.read_text("utf-8")) if found.is_file() else DEFAULT_CONTEXT


class Documents:
    """The routes of one site's entities."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.context_data = read_context()
        self.context_names = Context(self.context_data)
        self.downloads = Downloads(site)
        self.whereabouts = Whereabouts(site.registry, site.base)

    # Which entity

    async def _asked(self, request: Request, named: list[str]) -> tuple[Asked, Resource | Moved | Gone | None]:
        """The entity of a path's segments. A control number that ends like an extension is tried whole first."""
        place, *rest = named
        if place not in PLACES or not all(rest) or len(rest) != (2 if place == "records" else 1):
            return Asked(place, "", "", ""), None
        kind = request.query_params.get("kind", "")
        *before, last = rest
        extension = next((e for e in extensions(place) if last.endswith(f".{e}") and len(last) > len(e) + 1), "")
        if extension and place in ("libraries", "groups", "records"):
            whole = Asked(place, "/".join(rest), "", _path(place, rest))
            found = await self.site.catalog.state(place, whole.id, kind)
            if found is not None:
                return whole, found
        parts = [*before, last[: -len(extension) - 1]] if extension else rest
        asked = Asked(place, "/".join(parts), extension, _path(place, parts))
        return asked, await self.site.catalog.state(place, asked.id, kind)

    async def entity(self, request: Request) -> Response:
        """GET of a thing or of one of its documents."""
        asked, found = await self._asked(request, segments(request))
        if found is None:
            raise Problem(404, "not-found")
        iri = self.site.base + asked.path
        if isinstance(found, Moved):
            return self._moved(request, asked, found, iri)
        if isinstance(found, Gone):
            return self._gone(request, asked, iri)
        if not asked.extension:
            return await self._titled(self._see_other(request, asked, found), asked, request, found)
        extension = asked.extension
        if extension in MARC and asked.place == "records":
            return await self.downloads.record(request, found, extension)
        if extension in (*CITATIONS, *MARC) and asked.place == "instances":

            async def page() -> EntityPage | None:
                return await self.site.catalog.page(await self._described(asked, request, found))

            return await self.downloads.instance(request, found, extension, page)
        if extension == "html":
            return await self._page(request, asked, found)
        return await self._data(request, asked, found, "rdf" if extension == "xml" else extension)

    # Not here, but there

    def _see_other(self, request: Request, asked: Asked, found: Resource) -> Response:
        kind, profile = asked_in_query(request.query_params)
        if profile == "<all>":
            location = f"{self.site.base}linkset/{asked.path}"
        else:
            accept, wanted = kind or request.headers.get("accept"), profile or request.headers.get("accept-profile")
            form = chosen_form(asked.place, accept, wanted)
            if form is None:
                raise Problem(406, "not-acceptable", headers={"Vary": _VARY, **CORS})
            query = {k: v for k, v in request.query_params.items() if k in ("lang", "kind", "page")}
            location = f"{self.site.base}{asked.path}.{form.extension}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Vary": _VARY, "X-URI": found.iri, "Link": self._links(asked, found.iri), **CORS}
        return RedirectResponse(location, 303, headers={**headers, "Cache-Control": "public, max-age=300"})

    def _moved(self, request: Request, asked: Asked, found: Moved, iri: str) -> Response:
        suffix = f".{asked.extension}" if asked.extension else ""
        headers = {"Vary": _VARY, "Location": found.to + suffix, "Link": f'<{found.to}>; rel="successor-version"'}
        body, kind = self._tomb(request, asked, iri, found.to)
        return Response(body, 301, {**headers, **CORS}, media_type=kind)

    def _gone(self, request: Request, asked: Asked, iri: str) -> Response:
        body, kind = self._tomb(request, asked, iri, "")
        return Response(body, 410, {"Vary": _VARY, "X-URI": iri, **CORS}, media_type=kind)

    def _tomb(self, request: Request, asked: Asked, iri: str, survivor: str) -> tuple[bytes, str]:
        """The little that is left to say of an entity, in the form asked for."""
        extension = "rdf" if asked.extension == "xml" else asked.extension
        if extension not in ("html", *FORMATS):
            form = chosen_form(asked.place, request.headers.get("accept"), None)
            extension = form.extension if form is not None and form.extension in ("html", *FORMATS) else "ttl"
        if extension == "html":
            page = self.site.html(request, "gone.html", iri=iri, survivor=survivor, robots="noindex", title="")
            return page, "text/html; charset=utf-8"
        ntriples = tombstone(iri, survivor)
        if extension == "jsonld":
            body = document(ntriples, "jsonld", iri, self.site.base, self.context_names)
        else:
            written = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}[extension]
            body = serialize(parse(ntriples, RdfFormat.N_TRIPLES), format=written) or b""
        return body, FORMATS[extension]

    # Documents

    def _links(self, asked: Asked, iri: str) -> str:
        """The Link header: what is known of an entity without asking the store."""
        links = entity_links(asked.place, iri, self.site.base + asked.path)
        links.append(WebLink("linkset", f"{self.site.base}linkset/{asked.path}", LINKSET_JSON))
        return link_header(links)

    def _headers(self, asked: Asked, found: Resource, extension: str) -> dict[str, str]:
        made = {"X-URI": found.iri, "Link": self._links(asked, found.iri), **CORS}
        form: Form | None = next((f for f in forms(asked.place) if f.extension == extension), None)
        if form is not None and form.profiles:
            made["Content-Profile"] = form.content_profile
        return made

    async def _described(self, asked: Asked, request: Request, found: Resource) -> Resource:
        """The resource with its description, kept beside the documents made of it."""
        token = token_of("description", found.token, self.site.release)
        kept = self.site.shelf.get(token)
        if kept is not None:
            return replace(found, ntriples=kept.body)
        described = await self.site.catalog.describe(asked.place, asked.id, request.query_params.get("kind", ""))
        if not isinstance(described, Resource):
            raise Problem(404, "not-found")
        if not described.ntriples:
            # Registered, but the readers' generation does not have it yet.
            raise Problem(503, "not-published", headers={"Retry-After": "30"})
        if described.token == found.token:
            self.site.shelf.put(token, Made(described.ntriples, ""))
        return described

    async def _titled(self, response: Response, asked: Asked, request: Request, found: Resource) -> Response:
        """X-PrefLabel as id.loc.gov gives it, and links to the Items, on answers that bring something."""
        if response.status_code == 304:
            return response
        token = token_of("title", found.token, self.site.release)
        kept = self.site.shelf.get(token)
        if kept is None:
            described = await self._described(asked, request, found)
            graph = description(described.ntriples)
            items = [WebLink("item", i) for i in graph.nodes(found.iri, BF.hasItem)[:ITEMS_IN_HEADER]]
            told = json.dumps([name_of(graph, found.iri), link_header(items)])
            kept = Made(told.encode("utf-8", "replace"), "")
            self.site.shelf.put(token, kept)
        title, items_header = json.loads(kept.body)
        response.headers["X-PrefLabel"] = _latin(title)
        response.headers["X-PrefLabel-Encoded"] = quote(title, safe="", errors="replace")
        if items_header:
            response.headers["Link"] += f", {items_header}"
        return response

    async def _data(self, request: Request, asked: Asked, found: Resource, extension: str) -> Response:
        async def make() -> bytes:
            described = await self._described(asked, request, found)
            if extension == SCHEMA_JSONLD:
                page = await self.site.catalog.page(described, 1, request.query_params.get("kind", ""))
                made = schema_org(page) if page is not None else None
                if made is None:
                    raise Problem(404, "not-found")
                return schema_org_document(made)
            return document(described.ntriples, extension, found.iri, self.site.base, self.context_names)

        media = FORMATS[extension.rpartition(".")[2]]
        media += "" if extension.endswith(("jsonld", "rdf")) else "; charset=utf-8"
        headers = self._headers(asked, found, extension)
        token = f"{found.token} {extension}"
        answer = await self.site.answer(request, token, media, make, changed=found.changed, headers=headers)
        return await self._titled(answer, asked, request, found)

    async def linkset(self, request: Request) -> Response:
        """GET /linkset/{place}/{id}: all typed links of an entity (RFC 9264), as JSON or written as in a header."""
        asked, found = await self._asked(request, segments(request)[1:])
        if found is None or asked.extension:
            raise Problem(404, "not-found")
        if isinstance(found, Moved):
            location = f"{self.site.base}linkset/{found.to.removeprefix(self.site.base)}"
            return RedirectResponse(location, 301, headers=CORS)
        if isinstance(found, Gone):
            return self._gone(request, asked, self.site.base + asked.path)
        wanted = media_type(
            request.headers.get("accept"), (LINKSET_JSON, LINKSET_TEXT, "application/json", "text/plain")
        )
        as_text = wanted in (LINKSET_TEXT, "text/plain")

        async def make() -> bytes:
            described = await self._described(asked, request, found)
            graph = description(described.ntriples)
            links = linkset_links(
                asked.place,
                found.iri,
                self.site.base + asked.path,
                items=graph.nodes(found.iri, BF.hasItem, BF.hasInstance),
                authors=[c.agent.iri for c in contributions(graph, found.iri) if c.primary and c.agent.iri],
                parts_of=graph.nodes(found.iri, BF.itemOf, BF.instanceOf, BF.expressionOf),
            )
            made = linkset_text(links) if as_text else json.dumps({**linkset_json(links)}, ensure_ascii=False, indent=1)
            return made.encode("utf-8", "replace")

        media = LINKSET_TEXT if as_text else LINKSET_JSON
        token = f"{found.token} linkset {as_text}"
        return await self.site.answer(
            request, token, media, make, changed=found.changed, headers={"Vary": "Accept", **CORS}
        )

    async def _page(self, request: Request, asked: Asked, found: Resource) -> Response:
        number = page_number(request.query_params)
        kind = request.query_params.get("kind", "")
        code, explicit = chosen(request)
        near = asked_origin(request) if asked.place == "instances" else ""

        async def make() -> bytes:
            described = await self._described(asked, request, found)
            page = await self.site.catalog.page(described, number, kind)
            if page is None:
                raise Problem(404, "not-found")
            pages = getattr(page, "pages", None)
            if pages is not None and number > pages.last:
                raise Problem(404, "no-such-page")
            made = schema_org(page)
            document = self.site.base + asked.path
            own_forms = [f for f in forms(asked.place) if f.extension != "html"]
            return self.site.html(
                request,
                _TEMPLATES[asked.place],
                **self._arranged(page, self.site.tongue(request), near),
                page=page,
                place=asked.place,
                title=page.title,
                document=document,
                changed=found.changed,
                kind=kind,
                canonical=f"{document}.html" + (f"?page={number}" if number > 1 else ""),
                alternates=[(f"{document}.{f.extension}", f.media) for f in own_forms],
                structured=script_text(made) if made else "",
                robots="noindex" if asked.place == "records" or near else "",
            )

        headers = {**self._headers(asked, found, "html"), "Vary": "Accept-Language", "Content-Language": code}
        if near:  # where a reader is stays with the reader: made once, kept nowhere
            self.site.courtesy.ask(request)
            headers["Cache-Control"] = "private, no-store"
            return Response(await make(), 200, headers, "text/html; charset=utf-8")
        token = f"{found.token} html {number} {kind} {code} {explicit}"
        media = "text/html; charset=utf-8"
        answer = await self.site.answer(request, token, media, make, changed=found.changed, headers=headers)
        return await self._titled(answer, asked, request, found)

    def _arranged(self, page: EntityPage, speech: Tongue, near: str) -> dict[str, Any]:
        """What a page shows in the order of its language or of distance: translations, holdings."""
        if isinstance(page, WorkPage):
            groups: dict[str, list[WorkCard]] = {}
            for card in page.relatives:
                groups.setdefault(", ".join(link.label(speech.code) for link in card.languages), []).append(card)
            relatives = sorted(groups.items(), key=lambda g: (not g[0], speech.key(g[0])))
            return {"picture": picture(page, speech), "relatives": relatives}
        if isinstance(page, InstancePage):
            nearby = self.whereabouts.nearby(near, [h.library.iri for h in page.holdings], speech.code)
            holdings = sorted(
                page.holdings, key=lambda h: (nearby.order(h.library.iri), speech.key(h.library.label(speech.code)))
            )
            return {"picture": picture(page, speech), "holdings": holdings, "nearby": nearby}
        return {}

    async def context(self, request: Request) -> Response:
        """The JSON-LD context that documents name."""

        async def make() -> bytes:
            return json.dumps(self.context_data, ensure_ascii=False, indent=1).encode()

        return await self.site.answer(request, "context", FORMATS["jsonld"], make, headers=CORS)


def _path(place: str, parts: list[str]) -> str:
    return "/".join([place, *(quote(part, safe="") for part in parts)])


def _latin(text: str) -> str:
    """Text for a header, which holds Latin-1 only: other letters lose their diacritics, controls go."""
    made = []
    for c in text:
        if c < " " or c == "\x7f":
            made.append(" ")
        elif c <= "\xff":
            made.append(c)
        else:
            folded = "".join(b for b in normalize("NFD", c.replace("đ", "d").replace("Đ", "D")) if not combining(b))
            made.append(folded if folded.isascii() else "?")
    return "".join(made).strip()
