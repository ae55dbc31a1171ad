"""Files of members: sent in a form or by a program, watched while they are loaded, reported when they are."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

from sqlalchemy import RowMapping, select
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from hub.intake.running import told
from hub.intake.spool import Draft, Refused, stop
from hub.members.tokens import Grant
from hub.registry.schema import member as member_table
from hub.web.door import report
from hub.web.door.desk import PRIVATE, Desk
from hub.web.door.forms import FileForm, announced, save
from hub.web.door.session import CHALLENGE, Visit, allowed
from hub.web.i18n import mark
from hub.web.problem import Problem
from hub.wiring import intake_lock

REFRESH = 3
"""Seconds after which the page of a job that moves asks again."""
_STATUS = {"too-large": 413, "no-room": 507, "not-marc": 415, "queue-full": 409}
_STATES = (mark("queued"),)


class Uploads:
    """The routes of files and their jobs."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.limit = desk.site.settings.upload_mib << 20
        self.folder = desk.site.settings.data / "spool"

    def _members(self, grant: Grant) -> list[str]:
        if grant.member is not None:
            return [grant.member]
        with self.desk.site.registry.read() as connection:
            return list(connection.execute(select(member_table.c.code).order_by(member_table.c.code)).scalars())

    # People

    async def choose(self, request: Request) -> Response:
        """GET /door/load: the form with the file."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        allowed(visit.grant, "load")
        codes = await asyncio.to_thread(self._members, visit.grant)
        title = self.desk.site.tongue(request).gettext("Send a file")
        return self.desk.page(request, "door_load.html", title, visit, members=codes, most=self.limit >> 20)

    async def send(self, request: Request) -> Response:
        """POST /door/load: the form's fields are checked before the first byte of the file is kept."""
        visit = await self.desk.sessions.person(request)
        if visit is None:
            raise Problem(401, "sign-in", headers=CHALLENGE)
        allowed(visit.grant, "load")
        codes = await asyncio.to_thread(self._members, visit.grant)
        size = announced(request)

        def draft(fields: dict[str, str]) -> Draft:
            self.desk.sessions.check_form(visit.form, fields.get("form", ""))
            member = fields.get("member", visit.grant.desk)
            if member not in codes:
                raise Problem(403, "forbidden")
            return Draft(self.folder, self.limit, size)

        sent = FileForm(draft)
        async with self._refusing() as drafts:
            try:
                await sent.read(request)
            finally:
                drafts.extend(d for d in (sent.draft,) if d)
            if sent.draft is None or not sent.draft.size:
                raise Problem(400, "bad-request", "no file was chosen")
            member, fields = sent.fields.get("member", visit.grant.desk), sent.fields
            flags = {"full": bool(fields.get("full")), "force": bool(fields.get("force"))}
            number = await self._queue(sent.draft, member, sent.filename, visit.grant, **flags)
        return self.desk.go(request, f"/door/jobs/{number}")

    async def job(self, request: Request) -> Response:
        """GET /door/jobs/{id}: progress while it moves, then the report."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        row = await self._own(request, visit.grant)
        now = await asyncio.to_thread(self._told, row)
        moving = report.progress(now)
        shown: dict[str, Any] = {"job": now, "progress": moving, "refresh": REFRESH if moving["moving"] else 0}
        shown["found"] = None if moving["moving"] else await asyncio.to_thread(self._found, row)
        title = self.desk.site.tongue(request).gettext("Load %(id)s") % {"id": row["id"]}
        return self.desk.page(request, "door_job.html", title, visit, **shown)

    def _told(self, row: RowMapping) -> dict[str, Any]:
        """The job in the state that it is in: one that was killed cannot say so."""
        with self.desk.site.registry.read() as connection:
            return told(connection, [row], intake_lock(self.desk.site.settings).parent)[0]

    def _found(self, row: RowMapping) -> dict[str, Any]:
        with self.desk.site.registry.read() as connection:
            return report.found(connection, row)

    async def stop(self, request: Request) -> Response:
        """POST /door/jobs/{id}/stop."""
        visit, _ = await self.desk.posted(request)
        row = await self._own(request, allowed(visit.grant, "load"))

        def end() -> None:
            with self.desk.site.registry.write() as connection:
                stop(connection, row["id"])

        await asyncio.to_thread(end)
        self.desk.loader.call()
        return self.desk.go(request, f"/door/jobs/{row['id']}")

    async def _own(self, request: Request, grant: Grant) -> RowMapping:
        """The job of the path, when the token is of its member or of the office. Raises Problem 404 or 403."""
        row = await asyncio.to_thread(self._row, request)
        if grant.member not in (None, row["member"]):
            raise Problem(403, "forbidden")
        return row

    def _row(self, request: Request) -> RowMapping:
        number = request.path_params["id"]
        with self.desk.site.registry.read() as connection:
            row = report.job_row(connection, number) if number < 1 << 62 else None
        if row is None:
            raise Problem(404, "not-found")
        return row

    # Programs

    async def receive(self, request: Request) -> Response:
        """Send a file of the member's records: the body is the file (any MARC form, plain or gzip).

        `full=1` says that it is all that the member has: what is not in it is withdrawn, unless that is more than a
        fifth and `force=1` is missing. `name` is the file's name in reports. Answers 202 with the address of the job.
        """
        member = request.path_params["member"]
        grant = allowed(await self.desk.sessions.program(request), "load", member)
        if member not in await asyncio.to_thread(self._members, grant):
            raise Problem(404, "not-found", f"no member {member}")
        query = request.query_params
        flags = {name: query.get(name, "").lower() in ("1", "true", "yes") for name in ("full", "force")}
        async with self._refusing() as drafts:
            drafts.append(Draft(self.folder, self.limit, announced(request)))
            await save(request, drafts[0])
            number = await self._queue(drafts[0], member, query.get("name", ""), grant, **flags)
        row = await asyncio.to_thread(lambda: self._told(self._job(number)))
        return self._json(row, 202, {"Location": f"/api/jobs/{number}"})

    def _job(self, number: int) -> RowMapping:
        with self.desk.site.registry.read() as connection:
            row = report.job_row(connection, number)
        assert row is not None
        return row

    async def status(self, request: Request) -> Response:
        """A load's state, counts and progress; `rejects` is where its rejected records are (for the member)."""
        await self.desk.sessions.program(request)
        return self._json(await asyncio.to_thread(lambda: self._told(self._row(request))), 200, {})

    def _json(self, row: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
        names = (
            "id", "kind", "member", "source", "state", "started", "finished", "bytes_total", "bytes_read", "format",
            "read", "stored", "unchanged", "rejected", "deleted", "message",
        )  # fmt: skip
        base = self.desk.site.base
        shown = {name: row[name] for name in names}
        shown["progress"] = report.progress(row)
        shown["url"] = f"{base}api/jobs/{row['id']}"
        shown["rejects"] = f"{base}api/jobs/{row['id']}/rejects"
        text = json.dumps(shown, ensure_ascii=False, indent=1).encode("utf-8", "replace")
        return Response(text, status, {**PRIVATE, **headers}, "application/json")

    async def rejects(self, request: Request) -> Response:
        """The rejected records of a load: a table (TSV), or with `form=marc` the bytes as they were sent.

        They may hold what the member keeps private: with the member's token, or signed in.
        """
        grant = await self.desk.sessions.program(request)
        if grant is None:
            visit: Visit | None = await self.desk.sessions.person(request)
            grant = visit.grant if visit else None
        if grant is None:
            raise Problem(401, "sign-in", headers=CHALLENGE)
        row = await self._own(request, grant)
        registry, number = self.desk.site.registry, row["id"]
        pieces: Iterator[bytes]
        if request.query_params.get("form") == "marc":
            extension = {"iso2709": "mrc", "marcxml": "xml", "marc-in-json": "json"}.get(row["format"] or "", "txt")
            pieces, media = report.rejects_bytes(registry, number), "application/octet-stream"
        else:
            extension, pieces, media = "tsv", report.rejects_tsv(registry, number), "text/tab-separated-values"
        name = quote(f"rejects-{number}.{extension}")
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingResponse(pieces, 200, headers, media)

    @contextlib.asynccontextmanager
    async def _refusing(self) -> AsyncIterator[list[Draft]]:
        """Around the receiving of files: what is refused becomes a Problem, and nothing of it stays on the disk."""
        drafts: list[Draft] = []
        try:
            yield drafts
        except Refused as refused:
            headers = {"Connection": "close"} if refused.code in ("too-large", "no-room") else {}
            raise Problem(_STATUS[refused.code], refused.code, str(refused), headers) from refused
        except ClientDisconnect as gone:
            raise Problem(400, "bad-request", "the connection ended before the file did") from gone
        finally:
            for draft in drafts:
                await asyncio.to_thread(draft.discard)

    async def _queue(self, draft: Draft, member: str, source: str, grant: Grant, *, full: bool, force: bool) -> int:
        """Look at a file that is there and put it into the queue; gives the number of its job."""
        registry = self.desk.site.registry

        def keep() -> int:
            draft.finish()
            return draft.keep(registry, member, source, full=full, force=force, by=grant.signature)

        number = await asyncio.to_thread(keep)
        self.desk.loader.call()
        return number
