"""“This record” to copy: an Instance as MARC in three forms (hub.feeds.linked_record)."""

from __future__ import annotations

import asyncio
import json

from starlette.requests import Request
from starlette.responses import Response

from converters.marc import MarcError
from converters.marc.record import Record
from converters.marc.write import to_iso2709, to_json, to_marcxml
from hub.catalog import Resource
from hub.feeds.linked_record import linked_record
from hub.web.problem import Problem
from hub.web.representations import MARC, PROFILES
from hub.web.site import CORS, Site


async def copy_of(site: Site, request: Request, found: Resource, extension: str) -> Response:
    """An Instance as MARC to copy: cleaned of local fields, headings linked. ``extension`` is one of ``MARC``."""

    def read() -> Record | None:
        with site.registry.read() as connection:
            return linked_record(connection, site.base, found.id)

    async def make() -> bytes:
        record = await asyncio.to_thread(read)
        if record is None:
            raise Problem(404, "not-found", "no member's record of it can be read")
        return written(record, extension)

    headers = {
        "Content-Disposition": f'attachment; filename="{found.id}.{extension}"',
        "Content-Profile": f"<{PROFILES['marc']}>",
        **CORS,
    }
    # Links come with authorities, which change without the Instance.
    token = f"{found.token} copy {extension} {site.registry.last_change()}"
    return await site.answer(request, token, MARC[extension], make, changed=found.changed, headers=headers)


def written(record: Record, extension: str) -> bytes:
    """A record in the form of an extension. Raises Problem 409 where ISO 2709 cannot hold it."""
    if extension == "xml":
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + to_marcxml(record).encode("utf-8", "replace")
    if extension == "marc.json":
        return json.dumps(to_json(record), ensure_ascii=False).encode("utf-8", "replace")
    try:
        return to_iso2709(record)
    except MarcError as error:
        raise Problem(409, "too-long-for-iso2709", str(error)) from error
