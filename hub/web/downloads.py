"""What a reader saves: MARC of member records and of the best record of an Instance, RIS and BibTeX."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from converters.marc import MarcError
from converters.marc.write import to_iso2709, to_marcxml
from hub.catalog import Resource
from hub.catalog.citation import bibtex, ris
from hub.catalog.models import EntityPage, InstancePage
from hub.catalog.records import record_rows, stored_record
from hub.web.problem import Problem
from hub.web.representations import CITATIONS, MARC, PROFILES
from hub.web.site import CORS, Site


class Downloads:
    """Files of one site's Instances and records."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def record(self, request: Request, found: Resource, extension: str) -> Response:
        """A member's record as ISO 2709 or MARCXML, without its private fields."""
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
        """An Instance as RIS or BibTeX; for MARC, where its best record is. ``page`` is asked only when needed."""
        if extension in MARC:
            made = await page()
            if not isinstance(made, InstancePage) or not made.sources:
                raise Problem(404, "not-found")
            return RedirectResponse(f"{made.sources[0].iri}.{extension}", 303, headers=CORS)

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
