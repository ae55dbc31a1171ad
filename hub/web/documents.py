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

from converters.marc import MarcError
from converters.marc.write import to_iso2709, to_marcxml
from hub.catalog import Gone, Moved, Resource
from hub.catalog.cards import name_of
from hub.catalog.catalog import PLACES
from hub.catalog.citation import bibtex, ris
from hub.catalog.graph import Graph
from hub.catalog.jsonld import DEFAULT_CONTEXT, Context
from hub.catalog.models import EntityPage, InstancePage, WorkCard, WorkPage
from hub.catalog.records import record_rows, stored_record
from hub.catalog.schema_org import schema_org, script_text
from hub.catalog.serialization import FORMATS, document, tombstone
from hub.web.conditional import Made, token_of
from hub.web.i18n import Tongue, chosen
from hub.web.negotiation import media_type
from hub.web.neighbourhood import picture
from hub.web.paths import segments
from hub.web.problem import Problem
from hub.web.site import Site
from ontologies.namespaces import BF

HTML = "text/html"
_EXTENSIONS = {"html": HTML, **FORMATS}
_BY_TYPE = {media: extension for extension, media in _EXTENSIONS.items()}
_ALIASES = {"application/json": "jsonld", "application/xhtml+xml": "html", "text/plain": "nt", "application/xml": "rdf"}
_OFFERED = (*_EXTENSIONS.values(), *_ALIASES)
_CITATIONS = {"ris": "application/x-research-info-systems", "bib": "application/x-bibtex"}
_MARC = {"mrc": "application/marc", "xml": "application/marcxml+xml"}
_VARY = "Accept, Accept-Language"
EXPOSED = "Link, ETag, Last-Modified, Location, Content-Location, X-URI, X-PrefLabel, X-PrefLabel-Encoded"
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
_CLASSES = {
    "works": (BF.Work[1:-1],),
    "hubs": (BF.Hub[1:-1],),
    "instances": (BF.Instance[1:-1], "https://schema.org/Book"),
    "items": (BF.Item[1:-1],),
    "agents": (BF.Agent[1:-1],),
    "libraries": ("https://schema.org/Library",),
}
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

    # Which entity

    async def _asked(self, request: Request) -> tuple[Asked, Resource | Moved | Gone | None]:
        """The entity of a path. Where a control number ends like an extension, the exact number is tried first."""
        place, *rest = segments(request)
        if place not in PLACES or not all(rest) or len(rest) != (2 if place == "records" else 1):
            return Asked(place, "", "", ""), None
        kind = request.query_params.get("kind", "")
        last = rest[-1]
        stem, dot, extension = last.rpartition(".")
        known = set(_EXTENSIONS) | {"xml"} | set(_CITATIONS if place == "instances" else ())
        known |= set(_MARC) if place in ("records", "instances") else set()
        if dot and extension in known and stem:
            if place in ("libraries", "groups", "records"):
                whole = Asked(place, "/".join(rest), "", _path(place, rest))
                found = await self.site.catalog.state(place, whole.id, kind)
                if found is not None:
                    return whole, found
            parts = [*rest[:-1], stem]
            asked = Asked(place, "/".join(parts), extension, _path(place, parts))
        else:
            asked = Asked(place, "/".join(rest), "", _path(place, rest))
        return asked, await self.site.catalog.state(place, asked.id, kind)

    async def entity(self, request: Request) -> Response:
        """GET of a thing or of one of its documents."""
        asked, found = await self._asked(request)
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
        if extension in _MARC and asked.place == "records":
            return await self._marc(request, found, extension)
        if extension in (*_CITATIONS, *_MARC) and asked.place == "instances":
            return await self._instance_download(request, found, extension)
        if extension == "html":
            return await self._page(request, asked, found)
        return await self._data(request, asked, found, "rdf" if extension == "xml" else extension)

    # Not here, but there

    def _see_other(self, request: Request, asked: Asked, found: Resource) -> Response:
        wanted = media_type(request.headers.get("accept"), _OFFERED)
        if wanted is None:
            raise Problem(406, "not-acceptable", headers={"Vary": _VARY, **CORS})
        extension = _BY_TYPE.get(wanted) or _ALIASES[wanted]
        query = {k: v for k, v in request.query_params.items() if k in ("lang", "kind", "page")}
        location = f"{self.site.base}{asked.path}.{extension}" + (f"?{urlencode(query)}" if query else "")
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
        wanted = _EXTENSIONS.get("rdf" if asked.extension == "xml" else asked.extension)
        wanted = wanted or media_type(request.headers.get("accept"), _OFFERED) or FORMATS["ttl"]
        extension = _BY_TYPE.get(wanted) or _ALIASES[wanted]
        if extension == "html":
            page = self.site.html(request, "gone.html", iri=iri, survivor=survivor, robots="noindex", title="")
            return page, "text/html; charset=utf-8"
        ntriples = tombstone(iri, survivor)
        if extension == "jsonld":
            body = document(ntriples, "jsonld", iri, self.site.base, self.context_names)
        else:
            form = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}[extension]
            body = serialize(parse(ntriples, RdfFormat.N_TRIPLES), format=form) or b""
        return body, FORMATS[extension]

    # Documents

    def _links(self, asked: Asked, iri: str) -> str:
        """Signposting and alternates (RFC 8288): cite-as, describedby, license."""
        document = self.site.base + asked.path
        links = [f'<{iri}>; rel="cite-as"', f'<{LICENCE}>; rel="license"']
        links += [f'<{c}>; rel="type"' for c in ("https://schema.org/AboutPage", *_CLASSES.get(asked.place, ()))]
        for extension, media in FORMATS.items():
            links.append(f'<{document}.{extension}>; rel="describedby alternate"; type="{media}"')
        if asked.place == "records":
            links += [f'<{document}.{e}>; rel="alternate"; type="{m}"' for e, m in _MARC.items()]
        links.append(f'<{document}.html>; rel="alternate"; type="text/html"')
        return ", ".join(links)

    def _headers(self, asked: Asked, found: Resource) -> dict[str, str]:
        return {"X-URI": found.iri, "Link": self._links(asked, found.iri), **CORS}

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
        """X-PrefLabel as id.loc.gov gives it, on answers that bring something."""
        if response.status_code == 304:
            return response
        token = token_of("title", found.token, self.site.release)
        kept = self.site.shelf.get(token)
        if kept is None:
            described = await self._described(asked, request, found)
            title = name_of(Graph().extend(parse(described.ntriples, RdfFormat.N_TRIPLES)), found.iri)
            kept = Made(title.encode("utf-8", "replace"), "")
            self.site.shelf.put(token, kept)
        title = kept.body.decode()
        response.headers["X-PrefLabel"] = _latin(title)
        response.headers["X-PrefLabel-Encoded"] = quote(title, safe="", errors="replace")
        return response

    async def _data(self, request: Request, asked: Asked, found: Resource, extension: str) -> Response:
        async def make() -> bytes:
            described = await self._described(asked, request, found)
            return document(described.ntriples, extension, found.iri, self.site.base, self.context_names)

        media = FORMATS[extension] + ("" if extension in ("jsonld", "rdf") else "; charset=utf-8")
        headers = self._headers(asked, found)
        token = f"{found.token} {extension}"
        answer = await self.site.answer(request, token, media, make, changed=found.changed, headers=headers)
        return await self._titled(answer, asked, request, found)

    async def _page(self, request: Request, asked: Asked, found: Resource) -> Response:
        number = _page_number(request)
        kind = request.query_params.get("kind", "")
        code, explicit = chosen(request)

        async def make() -> bytes:
            described = await self._described(asked, request, found)
            page = await self.site.catalog.page(described, number, kind)
            if page is None:
                raise Problem(404, "not-found")
            made = schema_org(page)
            document = self.site.base + asked.path
            return self.site.html(
                request,
                _TEMPLATES[asked.place],
                **arranged(page, self.site.tongue(request)),
                page=page,
                place=asked.place,
                title=page.title,
                document=document,
                changed=found.changed,
                kind=kind,
                canonical=f"{document}.html",
                alternates=[(f"{document}.{e}", m) for e, m in FORMATS.items()],
                structured=script_text(made) if made else "",
                robots="noindex" if asked.place == "records" else "",
            )

        headers = {**self._headers(asked, found), "Vary": "Accept-Language", "Content-Language": code}
        token = f"{found.token} html {number} {kind} {code} {explicit}"
        return await self.site.answer(
            request, token, "text/html; charset=utf-8", make, changed=found.changed, headers=headers
        )

    # Records and citations

    async def _marc(self, request: Request, found: Resource, extension: str) -> Response:
        member, _, number = found.id.partition("/")
        kind = request.query_params.get("kind", "")
        rows = [r for r in record_rows(self.site.registry, member, number) if not r["deleted"]]
        row = next((r for r in rows if r["kind"] == kind), rows[0])

        async def make() -> bytes:
            record = stored_record(self.site.registry, row).record
            if extension == "xml":
                return b'<?xml version="1.0" encoding="UTF-8"?>\n' + to_marcxml(record).encode("utf-8", "replace")
            try:
                return to_iso2709(record)
            except MarcError as error:
                raise Problem(409, "too-long-for-iso2709", str(error)) from error

        headers = {"Content-Disposition": f'attachment; filename="record.{extension}"', **CORS}
        return await self.site.answer(
            request, f"{found.token} {extension}", _MARC[extension], make, changed=found.changed, headers=headers
        )

    async def _instance_download(self, request: Request, found: Resource, extension: str) -> Response:
        asked = Asked("instances", found.id, extension, f"instances/{found.id}")
        described = await self._described(asked, request, found)
        page = await self.site.catalog.page(described)
        if not isinstance(page, InstancePage):
            raise Problem(404, "not-found")
        if extension in _MARC:
            if not page.sources:
                raise Problem(404, "not-found")
            return RedirectResponse(f"{page.sources[0].iri}.{extension}", 303, headers=CORS)

        async def make() -> bytes:
            text = ris(page) if extension == "ris" else bibtex(page)
            return text.encode("utf-8", "replace")

        headers = {"Content-Disposition": f'attachment; filename="{found.id}.{extension}"', **CORS}
        return await self.site.answer(
            request,
            f"{found.token} {extension}",
            f"{_CITATIONS[extension]}; charset=utf-8",
            make,
            changed=found.changed,
            headers=headers,
        )

    async def context(self, request: Request) -> Response:
        """The JSON-LD context that documents name."""

        async def make() -> bytes:
            return json.dumps(self.context_data, ensure_ascii=False, indent=1).encode()

        return await self.site.answer(request, "context", FORMATS["jsonld"], make, headers=CORS)


def arranged(page: EntityPage, speech: Tongue) -> dict[str, Any]:
    """What a page shows in an order that depends on the language: translations by language, holdings by library."""
    if isinstance(page, WorkPage):
        groups: dict[str, list[WorkCard]] = {}
        for card in page.relatives:
            groups.setdefault(", ".join(link.label(speech.code) for link in card.languages), []).append(card)
        relatives = sorted(groups.items(), key=lambda g: (not g[0], speech.key(g[0])))
        return {"picture": picture(page, speech), "relatives": relatives}
    if isinstance(page, InstancePage):
        holdings = sorted(page.holdings, key=lambda h: speech.key(h.library.label(speech.code)))
        return {"picture": picture(page, speech), "holdings": holdings}
    return {}


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


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    if not text.isascii() or not text.isdigit() or not 1 <= len(text) <= 6 or int(text) < 1:
        raise Problem(400, "bad-page")
    return int(text)
