"""What crawlers are told: robots.txt, an index of sitemaps, and every live document with its last change."""

from __future__ import annotations

import gzip
import io
import re
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from hub.catalog.institutions import all_groups, library_iri
from hub.registry.schema import entity, library
from hub.web.problem import Problem
from hub.web.site import Site

SIZE = 50_000
"""URLs in one sitemap (sitemaps.org)."""
MAPPED = ("works", "instances", "agents", "concepts", "hubs", "items")
_COUNT = re.compile("[1-9][0-9]{0,5}")
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
_INDEX = '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'

ROBOTS = """\
# Every page is in the sitemap; the data itself is cheaper than the pages: see /.well-known/void
User-agent: *
Disallow: /search
Disallow: /sparql
Disallow: /admin/
Disallow: /records/
Disallow: /why/
Disallow: /*.ttl$
Disallow: /*.nt$
Disallow: /*.rdf$
Disallow: /*.jsonld$
Disallow: /*.ris$
Disallow: /*.bib$
Disallow: /*?*lang=
Sitemap: {base}sitemap.xml
"""


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Sitemaps:
    """The crawler's routes."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def robots(self) -> Response:
        """GET /robots.txt."""
        headers = {"Cache-Control": "public, max-age=3600"}
        return Response(ROBOTS.format(base=self.site.base), 200, headers, "text/plain; charset=utf-8")

    async def index(self, request: Request) -> Response:
        """GET /sitemap.xml: the sitemaps, each with the time of its newest change."""

        async def make() -> bytes:
            lines = [_INDEX, f"<sitemap><loc>{escape(self.site.base)}sitemaps/institutions.xml.gz</loc></sitemap>\n"]
            with self.site.registry.read() as connection:
                for place in MAPPED:
                    total, newest = connection.execute(
                        select(func.count(), func.max(entity.c.changed)).where(
                            entity.c.place == place, entity.c.state == "live"
                        )
                    ).one()
                    for number in range(-(-total // SIZE)):
                        location = f"{self.site.base}sitemaps/{place}-{number + 1}.xml.gz"
                        lines.append(
                            f"<sitemap><loc>{escape(location)}</loc><lastmod>{_day(newest)}</lastmod></sitemap>\n"
                        )
            return "".join([*lines, "</sitemapindex>\n"]).encode()

        return await self.site.answer(request, self._token("index"), "application/xml", make)

    def _token(self, name: str) -> str:
        return f"sitemap {name} {self.site.catalog.generation()}"

    async def sitemap(self, request: Request) -> Response:
        """GET /sitemaps/{place}-{n}.xml.gz: at most 50,000 documents, compressed, from the registry alone."""
        name = request.path_params["name"]
        place, _, number = name.partition("-")
        if name != "institutions" and (place not in MAPPED or not _COUNT.fullmatch(number)):
            raise Problem(404, "not-found")

        async def make() -> bytes:
            lines = self._institutions() if name == "institutions" else self._entities(place, int(number))
            if not lines:
                raise Problem(404, "not-found")
            packed = io.BytesIO()
            with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
                file.write(_HEAD)
                file.writelines(lines)
                file.write(b"</urlset>\n")
            return packed.getvalue()

        return await self.site.answer(request, self._token(name), "application/gzip", make)

    def _entities(self, place: str, number: int) -> list[bytes]:
        base = f"{self.site.base}{place}/"
        with self.site.registry.read() as connection:
            rows = connection.execute(
                select(entity.c.id, entity.c.changed)
                .where(entity.c.place == place, entity.c.state == "live")
                .order_by(entity.c.id)
                .limit(SIZE)
                .offset((number - 1) * SIZE)
            ).all()
        return [
            f"<url><loc>{escape(base + row.id)}.html</loc><lastmod>{_day(row.changed)}</lastmod></url>\n".encode()
            for row in rows
        ]

    def _institutions(self) -> list[bytes]:
        with self.site.registry.read() as connection:
            codes = connection.execute(select(library.c.code).order_by(library.c.code)).scalars().all()
        found = [library_iri(self.site.base, code) for code in codes]
        found += [link.iri for link, _ in all_groups(self.site.registry, self.site.base)]
        pages = [self.site.base, f"{self.site.base}libraries", f"{self.site.base}groups"]
        return [f"<url><loc>{escape(i)}</loc></url>\n".encode() for i in [*pages, *(f"{i}.html" for i in found)]]
