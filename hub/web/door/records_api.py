"""One record of a member: read by all, written and withdrawn by the member (RFC 9110 §9.3, §13.1).

The ETag names the state of the record as sent. Strangers read the public part, whose ETag ends in ``-public``: it
fits no If-Match, because writing it back would lose what the member keeps private.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import zlib
from typing import Any
from urllib.parse import quote

from sqlalchemy import Row, RowMapping
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import Response

from converters.marc import Damaged, Frame, MarcError, UnknownFormat, frames
from converters.marc import parse as parse_marc
from converters.marc.frame import FRAME_LIMIT
from converters.marc.record import Record
from converters.marc.write import to_iso2709, to_json, to_marcxml
from hub.catalog.records import KINDS, record_iri, stored_record
from hub.intake import single
from hub.members.tokens import Grant
from hub.web.conditional import tags
from hub.web.door.desk import PRIVATE, Desk
from hub.web.door.forms import body
from hub.web.door.session import allowed
from hub.web.negotiation import media_type
from hub.web.paths import segments
from hub.web.problem import Problem
from hub.wiring import intake_lock

log = logging.getLogger(__name__)

_TYPES = {
    "application/marc": "iso2709",
    "application/marcxml+xml": "marcxml",
    "application/marc-in-json": "marc-in-json",
    "application/json": "marc-in-json",
    "application/xml": "marcxml",
    "text/xml": "marcxml",
}
ACCEPTED = {"Accept": "application/marc, application/marcxml+xml, application/marc-in-json"}
_PUBLIC = "-public"


class RecordsApi:
    """The routes of single records."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.registry = desk.site.registry

    @staticmethod
    def _named(request: Request) -> tuple[str, str]:
        """Member and control number of a path; a number may hold slashes, as they are or as %2F."""
        _, _, member, _, *rest = segments(request)
        return member, "/".join(rest)

    # Reading

    async def read(self, request: Request) -> Response:
        """One record of a member as ISO 2709, MARCXML or MARC-in-JSON (by Accept), with its ETag.

        With the member's token the record as it was sent, in UTF-8; without, its public part. `kind` (bibliographic,
        holdings, authority) where the member uses one number for several.
        """
        member, number = self._named(request)
        grant = await self.desk.sessions.program(request)
        row = await asyncio.to_thread(self._row, member, number, request.query_params.get("kind", ""))
        if row.deleted:
            raise Problem(410, "not-found", f"{member} has withdrawn this record")
        wanted = media_type(request.headers.get("accept"), list(_TYPES))
        if wanted is None:
            raise Problem(406, "not-acceptable", ACCEPTED["Accept"])
        own = grant is not None and grant.may("records", member)
        if not own:
            self.desk.site.courtesy.ask(request)
        tag = row.digest.hex() + ("" if own else _PUBLIC)
        if _TYPES[wanted] != "iso2709":
            tag += "." + _TYPES[wanted]
        headers = {"ETag": f'"{tag}"', "Vary": "Accept, Authorization", "Cache-Control": "private, no-cache"}
        if tag in tags(request.headers.get("if-none-match")):
            return Response(status_code=304, headers=headers)
        made = await asyncio.to_thread(self._written, row, own, _TYPES[wanted])
        return Response(made, 200, headers, wanted)

    def _row(self, member: str, number: str, kind: str) -> Row[Any]:
        if kind and kind not in KINDS:
            raise Problem(400, "bad-request", f"kind is one of {', '.join(KINDS)}")
        with self.registry.read() as connection:
            rows = single.find(connection, member, number, kind)
        live = [r for r in rows if not r.deleted]
        if len(live) > 1:
            several = ", ".join(r.kind for r in live)
            raise Problem(409, "conflict", f"the member has several records of this number: add ?kind= ({several})")
        if not rows:
            raise Problem(404, "not-found", f"{member} has no record {number}")
        return (live or rows)[0]

    def _written(self, row: Row[Any], own: bool, form: str) -> bytes:
        mapping: RowMapping = row._mapping
        found = self._as_sent(row) if own else stored_record(self.registry, mapping).record
        if form == "marcxml":
            return b'<?xml version="1.0" encoding="UTF-8"?>\n' + to_marcxml(found).encode("utf-8", "replace")
        if form == "marc-in-json":
            return json.dumps(to_json(found), ensure_ascii=False).encode("utf-8", "replace")
        try:
            return to_iso2709(found)
        except MarcError as error:
            raise Problem(409, "too-long-for-iso2709", str(error)) from error

    def _as_sent(self, row: Row[Any]) -> Record:
        with self.registry.read() as connection:
            text = single.profile_json(connection, row.member) or "{}"
        encoding = single.profile_of(text).encoding
        return parse_marc(zlib.decompress(row.raw), row.format, encoding=encoding)

    # Writing

    async def write(self, request: Request) -> Response:
        """Store one record of the member: ISO 2709, MARCXML or MARC-in-JSON by Content-Type, numbered as the path.

        201 for a new record, 200 for a changed or equal one, with the Instance it stands on and what is odd in it.
        `If-Match` with the ETag that was read refuses (412) to overwrite somebody else's change, `If-None-Match: *` to
        overwrite anything; 422 names the field that must be mended, 409 a load of the member that is running.
        """
        member, number = self._named(request)
        grant = allowed(await self.desk.sessions.program(request), "records", member)
        form = self._form(request)
        data = await body(request, FRAME_LIMIT)
        changed = await self._in_turn(lambda: self._put(request, grant, member, number, form, data))
        row = changed.row
        iri = record_iri(self.desk.site.base, member, number)
        shown = {
            "member": member,
            "control_number": number,
            "kind": row.kind,
            "act": changed.act,
            "record": iri,
            "instance": f"{self.desk.site.base}instances/{row.instance}" if row.instance else None,
            "problems": [{"code": c, "place": w, "message": m} for c, w, m in changed.problems],
        }
        headers = {**PRIVATE, "ETag": f'"{row.digest.hex()}"'}
        if changed.act == "created":
            headers["Location"] = f"{self.desk.site.base}api/members/{quote(member)}/records/{quote(number, safe='')}"
        text = json.dumps(shown, ensure_ascii=False, indent=1).encode("utf-8", "replace")
        return Response(text, 201 if changed.act == "created" else 200, headers, "application/json")

    def _put(self, request: Request, grant: Grant, member: str, number: str, form: str, data: bytes) -> single.Changed:
        with self.registry.read() as connection:
            profile = single.profile_json(connection, member)
            others = single.Others.of(connection, member)
        if profile is None:
            raise Problem(404, "not-found", f"no member {member}")
        (prepared,) = single.prepare(profile, [_only_frame(data, form)], others)
        if prepared.reason:
            raise Problem(422, "bad-record", prepared.reason)
        if prepared.control_number != number:
            places = ", ".join(single.profile_of(profile).identity)
            said = f"says {prepared.control_number!r}" if not prepared.control_number.startswith("sha-") else "is empty"
            raise Problem(
                422, "bad-record",
                f"the number of the record ({places}) {said}, the address says {number!r}: make them the same",
            )  # fmt: skip
        loading = single.is_loading(intake_lock(self.desk.site.settings))
        new = request.headers.get("if-none-match", "").strip() == "*"
        with self.registry.write() as connection:
            return single.put(
                connection, member, prepared, grant.signature, expected=_expected(request), new=new, loading=loading
            )

    async def remove(self, request: Request) -> Response:
        """Withdraw one record of the member: its Items go and it answers 410. `If-Match` as with PUT. 204 when done."""
        member, number = self._named(request)
        grant = allowed(await self.desk.sessions.program(request), "records", member)

        def withdraw() -> None:
            row = self._row(member, number, request.query_params.get("kind", ""))
            if row.deleted:
                raise Problem(410, "not-found", f"{member} has withdrawn this record before")
            loading = single.is_loading(intake_lock(self.desk.site.settings))
            with self.registry.write() as connection:
                (now,) = single.find(connection, member, number, row.kind)
                single.withdraw(connection, now, grant.signature, expected=_expected(request), loading=loading)

        await self._in_turn(withdraw)
        return Response(status_code=204, headers=PRIVATE)

    @staticmethod
    async def _in_turn(act: Any) -> Any:  # Any: a callable and what it gives
        """Do it in a thread, when the registry's one writer lets us; refusals become problems."""
        try:
            return await asyncio.to_thread(act)
        except single.Stale as stale:
            raise Problem(412, "stale", str(stale)) from stale
        except single.Busy as busy:
            raise Problem(409, "conflict", f"{busy}; send this again when it is done", {"Retry-After": "60"}) from busy
        except OperationalError as error:
            log.warning("a record could not be written: %s", error.orig)
            raise Problem(503, "busy", headers={"Retry-After": "10"}) from error

    @staticmethod
    def _form(request: Request) -> str:
        """The format of the body. Raises Problem 415 for one that is not taken."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _TYPES:
            raise Problem(415, "unsupported-type", f"Content-Type is {kind or 'missing'}", ACCEPTED)
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise Problem(
                415, "unsupported-type", "send the record without Content-Encoding", {"Accept-Encoding": "identity"}
            )
        return _TYPES[kind]


def _expected(request: Request) -> frozenset[str] | None:
    """The digests that If-Match allows, None without the header; a form's suffix (``.marcxml``) is left aside."""
    header = request.headers.get("if-match")
    if header is None:
        return None
    if header.strip() == "*":
        return frozenset("*")
    return frozenset(tag.partition(".")[0] for tag in tags(header))


def _only_frame(data: bytes, form: str) -> Frame:
    """The one record of a body. Raises Problem 422 for none, several, or a damaged one."""
    if data[:2] == b"\x1f\x8b":
        raise Problem(415, "unsupported-type", "the body is packed with gzip: send the record as it is", ACCEPTED)
    try:
        found = []
        for frame in frames(io.BytesIO(data), format=form):
            found.append(frame)
            if len(found) > 1:
                break
    except UnknownFormat as error:
        raise Problem(422, "bad-record", str(error)) from error
    if not found:
        raise Problem(422, "bad-record", f"there is no record in the body, read as {form}")
    first = found[0]
    if isinstance(first, Damaged):
        raise Problem(422, "bad-record", first.reason)
    if len(found) > 1:
        second = found[1]
        if isinstance(second, Damaged):
            raise Problem(422, "bad-record", second.reason)
        raise Problem(422, "bad-record", "the body holds several records: send one, or a file to the member's loads")
    return first
