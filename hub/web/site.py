"""What all routes share: the hub, the templates in each language, and answers with ETags."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import unquote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import Response

from hub.catalog import Catalog
from hub.catalog.graph import Link
from hub.registry import Registry
from hub.settings import Settings
from hub.web import words
from hub.web.conditional import KEPT_IN_304, Made, Shelf, http_date, not_modified_since, tags, token_of
from hub.web.courtesy import Courtesy
from hub.web.i18n import LANGUAGES, Tongue, chosen, tongue
from hub.web.paths import Paths, as_sent, is_web

HERE = Path(__file__).parent
CACHING = "public, max-age=60"
EXPOSED = (
    "Link, ETag, Last-Modified, Location, Content-Location, Content-Profile, X-URI, X-PrefLabel, X-PrefLabel-Encoded"
)
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED}


class Hub(Protocol):
    """What the site needs of a hub; ``hub.wiring`` makes one."""

    @property
    def settings(self) -> Settings:
        """The settings in force."""

    @property
    def registry(self) -> Registry:
        """The system of record."""

    @property
    def catalog(self) -> Catalog:
        """Entities and their pages."""

    @property
    def search(self) -> Any:
        """The full-text search, None when there is none. Any: hub.search may be absent."""


def _release() -> str:
    """A digest of the code that makes documents: a new release has new ETags."""
    found = hashlib.blake2b(digest_size=8)
    for folder in (HERE, HERE.parent / "catalog"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".html", ".css", ".js", ".po", ".rq"):
                found.update(path.read_bytes())
    return found.hexdigest()


class Site:
    """The hub as a web site."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.settings = hub.settings
        self.catalog = hub.catalog
        self.registry = hub.registry
        self.base = hub.settings.base_uri
        self.paths = Paths(self.base)
        self.release = _release()
        self.shelf = Shelf()
        self.courtesy = Courtesy()
        self._environments = {code: self._environment(tongue(code)) for code in LANGUAGES}

    def _environment(self, speech: Tongue) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the i18n extension
            speech.gettext, speech.ngettext, newstyle=True
        )
        environment.globals.update(gettext=speech.say, _=speech.say)  # the same, without a look into the context
        code = speech.code
        environment.filters["number"] = speech.number
        environment.filters["date"] = speech.date
        environment.filters["day"] = speech.day
        environment.filters["moment"] = speech.moment
        environment.filters["label"] = lambda link: cast(Link, link).label(code)
        environment.filters["sorted_links"] = lambda links: sorted(links, key=lambda x: speech.key(x.label(code)))
        environment.filters["type_name"] = lambda name: words.type_name(name, speech)
        environment.filters["predicate"] = lambda iri: words.predicate_name(iri, speech)
        environment.filters["role"] = lambda link: words.role_name(cast(Link, link), speech)
        environment.filters["evidence"] = lambda name: words.evidence_name(name, speech)
        environment.filters["curie"] = words.curie
        environment.filters["linkset"] = lambda document, base: f"{base}linkset/{document.removeprefix(base)}"
        environment.filters["unquoted"] = unquote
        environment.filters["kilometres"] = speech.kilometres
        environment.filters["availability"] = lambda state: words.availability_name(state, speech)
        environment.tests["web"] = is_web
        environment.globals.update(
            lang=code,
            languages=LANGUAGES,
            base=self.base,
            origin=self.paths.origin,
            release=self.release[:8],
            contact=self.settings.contact,
            site_title=self.settings.title_vi if code == "vi" else self.settings.title_en,
        )
        return environment

    def tongue(self, request: Request) -> Tongue:
        """The language of a request."""
        return tongue(chosen(request)[0])

    def html(self, request: Request, template: str, **context: Any) -> bytes:
        """A page in the request's language. ``context`` goes to the template as it is."""
        code, asked = chosen(request)
        suffix = f"lang={code}" if asked else ""

        def href(target: str, **query: Any) -> str:
            """The path of an IRI or path of this site, with the language the reader asked for.

            The IRI of a thing becomes the path of its page: a reader, or a robot, is spared the redirect.
            """
            path = self.paths.page(target) or target
            if not query and not suffix:
                return path
            given = urlencode([(k, v) for k, v in query.items() if v not in (None, "")])
            path, mark, fragment = path.partition("#")
            tail = "&".join(t for t in (given, suffix) if t)
            if tail:
                path += ("&" if "?" in path else "?") + tail
            return path + mark + fragment

        def is_ours(iri: str) -> bool:
            return self.paths.local(iri) is not None

        here = as_sent(request)
        others = [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
        context.setdefault("canonical", self.base.rstrip("/") + "/" + here.lstrip("/"))
        context.setdefault("alternates", [])
        context.setdefault("robots", "")
        made = (
            self._environments[code]
            .get_template(template)
            .render(
                href=href,
                is_ours=is_ours,
                explicit=asked,
                switch={c: f"{here}?{urlencode([*others, ('lang', c)])}" for c in LANGUAGES},
                **context,
            )
        )
        return made.encode("utf-8", "replace")

    async def answer(
        self,
        request: Request,
        token: str,
        media_type: str,
        make: Callable[[], Awaitable[bytes]],
        *,
        changed: int = 0,
        headers: dict[str, str] | None = None,
        counted: bool = True,
    ) -> Response:
        """A representation with its ETag, or 304 where the client has it already.

        ``token`` tells all that the bytes depend on but the release; ``changed`` (seconds since 1970) becomes
        Last-Modified when not 0; what is not ``counted`` is given to visitors who had their share, too.
        """
        token = token_of(token, media_type, self.release)
        own = {"Cache-Control": CACHING, **(headers or {})}
        if changed:
            own["Last-Modified"] = http_date(changed)
        brief = {k: v for k, v in own.items() if k.lower() in KEPT_IN_304}
        asked = tags(request.headers.get("if-none-match"))
        for tag in asked:
            if tag.partition(".")[0] == token:
                return Response(status_code=304, headers={**brief, "ETag": f'"{tag}"'})
        if not asked and not_modified_since(request.headers.get("if-modified-since"), changed):
            return Response(status_code=304, headers=brief)
        made = self.shelf.get(token)
        if made is None:
            if counted:
                self.courtesy.ask(request)
            made = Made.of(token, await make())
            self.shelf.put(token, made)
        digest = made.etag.partition(".")[2]
        for tag in asked:
            if tag.partition(".")[2] == digest:
                return Response(status_code=304, headers={**brief, "ETag": f'"{tag}"'})
        return Response(made.body, media_type=media_type, headers={**own, "ETag": f'"{made.etag}"'})

    async def page(
        self, request: Request, token: str, template: str, make: Callable[[], Awaitable[dict[str, Any]]]
    ) -> Response:
        """An HTML page that lasts as long as the generation: ``make`` gives the template's context."""
        code, asked = chosen(request)

        async def body() -> bytes:
            return self.html(request, template, **await make())

        return await self.answer(
            request,
            token_of(self.catalog.generation(), token, code, asked),
            "text/html; charset=utf-8",
            body,
            headers={"Vary": "Accept-Language", "Content-Language": code},
        )
