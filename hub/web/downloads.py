"""What a reader saves: MARC of member records and of Instances (hub.web.copies), RIS and BibTeX."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from hub.catalog import Resource
from hub.catalog.citation import bibtex, ris
from hub.catalog.models import EntityPage, InstancePage
from hub.catalog.records import record_rows, stored_record
from hub.web.copies import copy_of, written
from hub.web.problem import Problem
from hub.web.representations import CITATIONS, MARC, PROFILES
from hub.web.site import CORS, Site


class Downloads:
    """Files of one site's Instances and records."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def record(self, request: Request, found: Resource, extension: str) -> Response:
        """A member's record as ISO 2709, MARCXML or MARC-in-JSON, without its private fields."""
        member, _, number = found.id.partition("/")
        kind = request.query_params.get("kind", "")
        rows = [r for r in record_rows(self.site.registry, member, number) if not r["deleted"]]
        row = next((r for r in rows if r["kind"] == kind), rows[0])

        async def make() -> bytes:
            return written(stored_record(self.site.registry, row).record, extension)

        headers = {
            "Content-Disposition": f'attachment; filename="record.{extension}"',
            "Content-Profile": f"<{PROFILES['marc']}>",
            **CORS,
        }
        return await self.site.answer(
            request, f"{found.token} {extension}", MARC[extension], make, changed=found.changed, headers=headers
        )

    async def instance(
        self, request: Request, found: Resource, extension: str, page: Callable[[], Awaitable[EntityPage | None]]
    ) -> Response:
        """An Instance as RIS or BibTeX, or as MARC to copy. ``page`` is asked only when needed."""
        if extension in MARC:
            return await copy_of(self.site, request, found, extension)

        async def make() -> bytes:
            made = await page()
            if not isinstance(made, InstancePage):
                raise Problem(404, "not-found")
            text = ris(made) if extension == "ris" else bibtex(made)
            return text.encode("utf-8", "replace")

        headers = {"Content-Disposition": f'attachment; filename="{found.id}.{extension}"', **CORS}
        media = f"{CITATIONS[extension]}; charset=utf-8"
        return await self.site.answer(
            request, f"{found.token} {extension}", media, make, changed=found.changed, headers=headers
        )
