"""What crawlers are told: robots.txt, an index of sitemaps, and every live document with its last change."""

from __future__ import annotations

import asyncio
import gzip
import io
import re
from datetime import UTC, datetime
from itertools import product
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
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # of ids (hub.identity)
_PREFIX = re.compile(f"[{_LETTERS}]{{0,5}}")
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
_INDEX = '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'

ROBOTS = """\
# Every page is in the sitemap; the data itself is cheaper than the pages: see {base}dumps/ and {base}activity
{contact}User-agent: *
Disallow: /search
Disallow: /linkset/
Disallow: /sparql
Allow: /sparql/examples
Disallow: /sparql/examples/*?
Disallow: /admin/
Disallow: /records/
Disallow: /why/
Disallow: /door
Disallow: /api/
Disallow: /oai
Disallow: /sru
Disallow: /reconcile
Disallow: /openapi.json
Disallow: /*.ttl$
Disallow: /*.nt$
Disallow: /*.rdf$
Disallow: /*.jsonld$
Disallow: /*.ris$
Disallow: /*.bib$
Disallow: /*.mrc$
Disallow: /*?*near=
Disallow: /*?*lang=
Sitemap: {base}sitemap.xml
"""


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _beginnings(total: int) -> list[str]:
    """The beginnings of ids that have a sitemap each, as long as it takes for none to be half full.

    Ids are spread evenly over their letters, so that a sitemap is one short range of the primary key, however many
    entities there are; pages by OFFSET would read all before them.
    """
    depth = 0
    while total / 32**depth > SIZE / 2:
        depth += 1
    return ["".join(letters) for letters in product(_LETTERS, repeat=depth)]


class Sitemaps:
    """The crawler's routes."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def robots(self, request: Request) -> Response:
        """GET /robots.txt."""
        contact = self.site.settings.contact
        written = ROBOTS.format(base=self.site.base, contact=f"# Questions: {contact}\n" if contact else "")

        async def make() -> bytes:
            return written.encode()

        headers = {"Cache-Control": "public, max-age=3600"}
        media = "text/plain; charset=utf-8"
        return await self.site.answer(request, f"robots {contact}", media, make, headers=headers, counted=False)

    async def index(self, request: Request) -> Response:
        """GET /sitemap.xml: the sitemaps."""

        async def make() -> bytes:
            lines = await asyncio.to_thread(self._parts)
            return "".join([_INDEX, *lines, "</sitemapindex>\n"]).encode()

        return await self.site.answer(request, self._token("index"), "application/xml", make)

    def _parts(self) -> list[str]:
        """The lines of the index, each with the last change of any document in its sitemap."""
        sitemaps = f"{escape(self.site.base)}sitemaps/"
        lines = [f"<sitemap><loc>{sitemaps}institutions.xml.gz</loc></sitemap>\n"]
        with self.site.registry.read() as connection:
            for place in MAPPED:
                live = (entity.c.place == place) & (entity.c.state == "live")
                total = connection.execute(select(func.count()).where(live)).scalar() or 0
                beginnings = _beginnings(total)
                start = func.substr(entity.c.id, 1, len(beginnings[0]))
                last = select(start, func.max(entity.c.changed)).where(live).group_by(start)
                for beginning, changed in sorted(map(tuple, connection.execute(last))):
                    name = f"{place}-{beginning}" if beginning else place
                    lines.append(
                        f"<sitemap><loc>{sitemaps}{name}.xml.gz</loc><lastmod>{_day(changed)}</lastmod></sitemap>\n"
                    )
        return lines

    def _token(self, name: str) -> str:
        return f"sitemap {name} {self.site.catalog.generation()}"

    async def sitemap(self, request: Request) -> Response:
        """GET /sitemaps/{place}-{beginning of ids}.xml.gz: at most 50,000 documents, from the registry alone."""
        name = request.path_params["name"]
        place, _, prefix = name.partition("-")
        if name != "institutions" and (place not in MAPPED or not _PREFIX.fullmatch(prefix)):
            raise Problem(404, "not-found")

        async def make() -> bytes:
            lines = (
                self._institutions()
                if name == "institutions"
                else await asyncio.to_thread(self._entities, place, prefix)
            )
            if not lines:
                raise Problem(404, "not-found")
            packed = io.BytesIO()
            with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
                file.write(_HEAD)
                file.writelines(lines)
                file.write(b"</urlset>\n")
            return packed.getvalue()

        return await self.site.answer(request, self._token(name), "application/gzip", make)

    def _entities(self, place: str, prefix: str) -> list[bytes]:
        """The lines of the live entities whose id begins with ``prefix``, in order of their ids."""
        base = f"{self.site.base}{place}/"
        with self.site.registry.read() as connection:
            rows = connection.execute(
                select(entity.c.id, entity.c.changed)
                .where(
                    entity.c.id.between(prefix, prefix + "z" * 16),
                    entity.c.place == place,
                    entity.c.state == "live",
                )
                .order_by(entity.c.id)
                .limit(SIZE)
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
