"""The start page, the lists of libraries and groups, and what the hub says about itself."""

from __future__ import annotations

import asyncio
from typing import Any

from pyoxigraph import NamedNode
from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from hub.catalog.institutions import all_groups, all_libraries
from hub.registry.schema import entity, library, member, record
from hub.web.distance import Whereabouts, asked_origin
from hub.web.growth import Growth, drawn
from hub.web.map import draw
from hub.web.site import Site

SHOWN = ("works", "instances", "items", "agents", "concepts", "hubs")


class Start:
    """Pages about the whole hub."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.growth = Growth(site.registry, site.settings.data / "feeds" / "growth.json")
        self.whereabouts = Whereabouts(site.registry, site.base)

    def numbers(self) -> dict[str, int]:
        """How many live entities, records, members and libraries there are."""
        with self.site.registry.read() as connection:
            live = connection.execute(
                select(entity.c.place, func.count()).where(entity.c.state == "live").group_by(entity.c.place)
            ).all()
            counts = dict.fromkeys(SHOWN, 0) | {row[0]: row[1] for row in live}
            for name, table in (("libraries", library), ("members", member)):
                counts[name] = connection.execute(select(func.count()).select_from(table)).scalar() or 0
            counts["records"] = (
                connection.execute(select(func.count()).select_from(record).where(record.c.deleted.is_(False))).scalar()
                or 0
            )
        return counts

    async def start(self, request: Request) -> Response:
        """GET /: what this is, what is in it, how to use it by machine."""

        upto = self.site.registry.last_change()
        if self.growth.seq != upto:
            await asyncio.to_thread(self.growth.advance, upto)

        async def make() -> dict[str, Any]:
            libraries = await all_libraries(self.site.registry, self.site.catalog.reader, self.site.base)
            example = self.example()
            return {
                "title": "",
                "numbers": self.numbers(),
                "libraries": libraries,
                "map": draw(libraries),
                "chart": drawn(self.growth.points(), "instances"),
                "example": example,
                "canonical": self.site.base,
            }

        return await self.site.page(request, f"start {self.growth.seq}", "start.html", make)

    def example(self) -> str:
        """The IRI of a Work to try: the first that exists."""
        with self.site.registry.read() as connection:
            found = connection.execute(
                select(entity.c.id).where(entity.c.place == "works", entity.c.state == "live").limit(1)
            ).scalar()
        return f"{self.site.base}works/{found}" if found else ""

    async def libraries(self, request: Request) -> Response:
        """GET /libraries."""

        near = asked_origin(request)
        speech = self.site.tongue(request)

        async def make() -> dict[str, Any]:
            libraries = await all_libraries(self.site.registry, self.site.catalog.reader, self.site.base)
            nearby = self.whereabouts.nearby(near, [c.iri for c in libraries], speech.code)
            libraries.sort(key=lambda c: (nearby.order(c.iri), speech.key(c.names.label(speech.code))))
            return {
                "nearby": nearby,
                "title": speech.gettext("Libraries"),
                "libraries": libraries,
                "map": draw(libraries),
                "groups": {
                    link.iri.rpartition("/")[2]: link for link, _ in all_groups(self.site.registry, self.site.base)
                },
            }

        if near:  # where a reader is stays with the reader: made once, kept nowhere
            self.site.courtesy.ask(request)
            page = self.site.html(request, "libraries.html", robots="noindex", **await make())
            headers = {"Vary": "Accept-Language", "Content-Language": speech.code, "Cache-Control": "private, no-store"}
            return Response(page, 200, headers, "text/html; charset=utf-8")
        return await self.site.page(request, "libraries", "libraries.html", make)

    async def groups(self, request: Request) -> Response:
        """GET /groups."""

        async def make() -> dict[str, Any]:
            title = self.site.tongue(request).gettext("Groups of libraries")
            return {"title": title, "groups": all_groups(self.site.registry, self.site.base)}

        return await self.site.page(request, "groups", "groups.html", make)

    async def healthz(self) -> Response:
        """GET /healthz: 200 when registry and store answer, else 503."""
        problems = []
        try:
            self.site.registry.last_change()
        except Exception as error:  # noqa: BLE001  # whatever fails, this page says so
            problems.append(f"registry: {type(error).__name__}")
        try:
            base = NamedNode(self.site.base)
            await self.site.catalog.reader.select("SELECT ?entity WHERE { ?entity ?p ?o } LIMIT 1", {"entity": base})
        except Exception as error:  # noqa: BLE001  # same
            problems.append(f"store: {type(error).__name__}")
        text = "; ".join(problems) or "ok"
        headers = {"Cache-Control": "no-store"}
        return Response(text + "\n", 503 if problems else 200, headers, "text/plain; charset=utf-8")
