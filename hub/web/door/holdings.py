"""“We hold this too”: a member's copy on a shared Instance in one act, by a page or by the API (hub.intake.attach)."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection
from sqlalchemy import select as select_rows
from starlette.requests import Request
from starlette.responses import Response

from converters.marc.record import Field, Record
from converters.profile import Profile
from hub.catalog.records import record_iri
from hub.feeds.linked_record import linked_record
from hub.feeds.union_record import standing, union_records
from hub.intake import attach, single
from hub.intake.attach import STANDARD_852, Attached, Elsewhere, Holding, Unfit, copy_field
from hub.members.tokens import Grant
from hub.registry import schema
from hub.web.copies import written
from hub.web.door.desk import PRIVATE, Desk
from hub.web.door.forms import MOST_FORM, body
from hub.web.door.records_api import RecordsApi
from hub.web.door.session import Visit, allowed
from hub.web.i18n import mark
from hub.web.problem import Problem
from hub.web.representations import MARC
from hub.wiring import intake_lock

FACTS = ("barcode", "call_number", "library", "location", "note", "copy")
REFUSALS = {
    "no-barcode": mark("The barcode is missing."),
    "no-place": mark("A call number or a location is needed: readers could not find the copy."),
    "too-long": mark("One of the fields is too long."),
    "no-text": mark("One of the fields holds characters that are no text."),
    "elsewhere": mark("A copy with this barcode stands in a record of yours already."),
}
"""What people are told of a refused copy (programs get the exact sentence)."""
_INSTANCE = re.compile(r"(?:.*/)?([0-9a-z]{1,40})(?:\.[a-z.]{1,12})?\Z")


class Holdings:
    """The routes of holdings that members attach to Instances."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.site = desk.site
        self.registry = desk.site.registry

    # Programs

    async def write(self, request: Request) -> Response:
        """“We hold this too”: keep a copy of the member on an edition of the hub, by its barcode.

        The body is JSON: `instance` (its URI), `call_number`, `location`, `library` (a code of the hub, for a branch),
        `note`, `copy`. 201 for a new one, 200 for a changed or equal one: the same request again changes nothing. The
        answer tells the Item and where the MARC is that the member's own system can import. 409 when the copy stands
        in a record of the member already.
        """
        member, barcode = self._named(request)
        grant = allowed(await self.desk.sessions.program(request), "records", member)
        said = await self._json(request)
        if said.get("barcode", barcode) != barcode:
            raise Problem(422, "bad-holding", "the barcode of the body is not that of the address")
        facts = {name: said.get(name, "") for name in FACTS if name != "barcode"}
        for name, value in {**facts, "instance": said.get("instance")}.items():
            if not isinstance(value, str):
                raise Problem(422, "bad-holding", f"{name} is missing or no text")
        made, act = await self._attach(grant, member, Holding(self._identity(said["instance"]), barcode, **facts))
        headers = {**PRIVATE, "Location": self._address(member, barcode)} if act == "created" else PRIVATE
        return self._answer({**self._report(member, made), "act": act}, 201 if act == "created" else 200, headers)

    async def read(self, request: Request) -> Response:
        """A copy that the member has attached, as it stands; with `form` (mrc, xml, marc.json) the record to import."""
        member, barcode = self._named(request)
        allowed(await self.desk.sessions.program(request), "records", member)
        found = await asyncio.to_thread(self._one, member, barcode)
        form = request.query_params.get("form", "")
        if form:
            return await self._marc(member, found, form)
        return self._answer(self._report(member, found), 200, PRIVATE)

    async def remove(self, request: Request) -> Response:
        """Withdraw a copy that the member has attached: its Item goes. 204 when done."""
        member, barcode = self._named(request)
        grant = allowed(await self.desk.sessions.program(request), "records", member)
        await self._detach(grant, member, barcode)
        return Response(status_code=204, headers=PRIVATE)

    async def listing(self, request: Request) -> Response:
        """All copies that the member has attached and that stand, newest first."""
        member = request.path_params["member"]
        allowed(await self.desk.sessions.program(request), "records", member)
        found = await asyncio.to_thread(self._all, member)
        return self._answer({"member": member, "holdings": [self._report(member, a) for a in found]}, 200, PRIVATE)

    @staticmethod
    def _named(request: Request) -> tuple[str, str]:
        return request.path_params["member"], request.path_params["barcode"]

    @staticmethod
    async def _json(request: Request) -> dict[str, Any]:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Problem(415, "bad-request", "send the holding as application/json")
        try:
            said = json.loads(await body(request, MOST_FORM))
        except (ValueError, RecursionError) as error:
            raise Problem(400, "bad-request", "the body is no JSON") from error
        if not isinstance(said, dict):
            raise Problem(400, "bad-request", "the body is no JSON object")
        unknown = sorted(set(said) - {"instance", *FACTS})
        if unknown:
            known = ", ".join(("instance", *FACTS))
            raise Problem(422, "bad-holding", f"unknown: {', '.join(unknown)[:200]}; known: {known}")
        return said

    @staticmethod
    def _answer(said: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
        text = json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8", "replace")
        return Response(text, status, headers, "application/json")

    def _address(self, member: str, barcode: str) -> str:
        return f"{self.site.base}api/members/{quote(member)}/holdings/{quote(barcode, safe='')}"

    def _report(self, member: str, a: Attached) -> dict[str, Any]:
        """What a member is told of a holding. ``state``: ``standing``, ``waiting`` for its Instance, ``withdrawn``."""
        base, address = self.site.base, self._address(member, a.holding.barcode)
        state = "withdrawn" if a.row.deleted else "standing" if a.instance else "waiting"
        return {
            "member": member,
            **{name: getattr(a.holding, name) for name in FACTS},
            "state": state,
            "instance": f"{base}instances/{a.instance}" if a.instance else None,
            "instance_named": f"{base}instances/{a.holding.instance}",
            "item": f"{base}items/{a.item}" if a.item and state != "withdrawn" else None,
            "record": record_iri(base, member, a.row.control_number),
            "to_import": {form: f"{address}?form={form}" for form in MARC} if a.instance else None,
        }

    # People

    async def choose(self, request: Request) -> Response:
        """GET /door/hold/{instance}: the form."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        allowed(visit.grant, "records")
        identity = await asyncio.to_thread(self._live, request.path_params["instance"])
        if identity != request.path_params["instance"]:
            return self.desk.go(request, f"/door/hold/{identity}")
        return await self._form(request, visit, identity, {})

    async def _form(
        self, request: Request, visit: Visit, identity: str, said: dict[str, str], refusal: str = "", status: int = 200,
        item: str = "",
    ) -> Response:  # fmt: skip
        grant = visit.grant
        shown = await asyncio.to_thread(self._shown, grant, identity)
        values = {name: said.get(name, "") for name in (*FACTS, "member")}
        title = self.site.tongue(request).gettext("We hold this too")
        answer = self.desk.page(
            request, "door_hold.html", title, visit, instance=identity, said=values, refusal=refusal, item=item, **shown
        )
        answer.status_code = status
        return answer

    async def keep(self, request: Request) -> Response:
        """POST /door/hold/{instance}."""
        visit, fields = await self.desk.posted(request)
        member = visit.grant.member or fields.get("member", "")
        grant = allowed(visit.grant, "records", member)
        identity = await asyncio.to_thread(self._live, request.path_params["instance"])
        facts = {name: fields.get(name, "") for name in FACTS}
        try:
            made, _ = await self._attach(grant, member, Holding(identity, **facts))
        except NotKept as problem:
            said = (
                self.site.tongue(request).gettext(REFUSALS[problem.why]) if problem.why in REFUSALS else problem.detail
            )
            return await self._form(request, visit, identity, fields, said, problem.status_code, problem.item)
        return self.desk.go(request, f"/door/held/{made.row.id}")

    async def held(self, request: Request) -> Response:
        """GET /door/held: what the member has attached."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        allowed(visit.grant, "records")
        codes = [visit.grant.member] if visit.grant.member else await asyncio.to_thread(self._members)
        found = [(code, a) for code in codes for a in await asyncio.to_thread(self._all, code)]
        titles = await asyncio.to_thread(self._titles, [a.instance for _, a in found if a.instance])
        title = self.site.tongue(request).gettext("Copies we have told of")
        return self.desk.page(request, "door_held.html", title, visit, found=found, titles=titles)

    async def report(self, request: Request) -> Response:
        """GET /door/held/{id}: the report of one holding."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        member, found = await self._own(request, visit.grant)
        shown = await asyncio.to_thread(self._titled, found.instance or found.holding.instance)
        title = self.site.tongue(request).gettext("Copy %(barcode)s") % {"barcode": found.holding.barcode}
        return self.desk.page(
            request, "door_holding.html", title, visit, report=self._report(member, found), a=found, forms=MARC, **shown
        )

    async def record(self, request: Request) -> Response:
        """GET /door/held/{id}/record.{form}: the record to import."""
        visit = await self.desk.visit(request)
        if isinstance(visit, Response):
            return visit
        member, found = await self._own(request, visit.grant)
        return await self._marc(member, found, request.path_params["form"])

    async def withdraw(self, request: Request) -> Response:
        """POST /door/held/{id}/withdraw."""
        visit, _ = await self.desk.posted(request)
        member, found = await self._own(request, visit.grant)
        await self._detach(visit.grant, member, found.holding.barcode)
        return self.desk.go(request, "/door/held")

    async def _own(self, request: Request, grant: Grant) -> tuple[str, Attached]:
        """The holding of the path and its member, when the token is of that or of the office."""
        number = request.path_params["id"]

        def read() -> tuple[str, str] | None:
            table = schema.record
            with self.registry.read() as connection:
                row = connection.execute(
                    select_rows(table.c.member, table.c.control_number).where(table.c.id == number)
                ).first()
            return (row.member, row.control_number) if row is not None else None

        row = await asyncio.to_thread(read) if number < 1 << 62 else None
        prefix = attach.number_of("")
        if row is None or not row[1].startswith(prefix):
            raise Problem(404, "not-found")
        allowed(grant, "records", row[0])
        return row[0], await asyncio.to_thread(self._one, row[0], row[1].removeprefix(prefix))

    # What both do

    def _identity(self, text: str) -> str:
        """The id in an Instance's URI (with or without a document's extension), or the id itself."""
        known = text.removeprefix(self.site.base)
        found = _INSTANCE.match(known)
        if found is None or ("/" in known and not known.lstrip("/").startswith("instances/")):
            raise Problem(422, "bad-holding", f"instance is no URI of an edition: {self.site.base}instances/…")
        return found.group(1)

    async def _attach(self, grant: Grant, member: str, holding: Holding) -> tuple[Attached, str]:
        def act() -> tuple[Attached, str]:
            loading = single.is_loading(intake_lock(self.site.settings))
            with self.registry.write() as connection:
                return attach.attach(connection, member, holding, grant.signature, loading=loading)

        try:
            made: tuple[Attached, str] = await RecordsApi._in_turn(act)
        except Unfit as error:
            raise NotKept(422, "bad-holding", str(error), error.code) from error
        except LookupError as error:
            raise Problem(404, "not-found", str(error.args[0])) from error
        except Elsewhere as error:
            item = f"{self.site.base}items/{error.item}"
            raise NotKept(409, "held-already", f"{error}: {item}", "elsewhere", item) from error
        return made

    async def _detach(self, grant: Grant, member: str, barcode: str) -> None:
        def act() -> None:
            loading = single.is_loading(intake_lock(self.site.settings))
            with self.registry.write() as connection:
                attach.detach(connection, member, barcode, grant.signature, loading=loading)

        try:
            await RecordsApi._in_turn(act)
        except LookupError as error:
            raise Problem(404, "not-found", str(error.args[0])) from error

    def _one(self, member: str, barcode: str) -> Attached:
        with self.registry.read() as connection:
            found = attach.one(connection, member, barcode)
        if found is None:
            raise Problem(404, "not-found", f"{member} has attached no copy {barcode}")
        return found

    def _all(self, member: str) -> list[Attached]:
        with self.registry.read() as connection:
            return list(attach.attached_by(connection, member))

    def _members(self) -> list[str]:
        with self.registry.read() as connection:
            return list(connection.execute(select_rows(schema.member.c.code).order_by(schema.member.c.code)).scalars())

    def _live(self, identity: str) -> str:
        with self.registry.read() as connection:
            found = attach.live_instance(connection, identity)
        if found is None:
            raise Problem(404, "not-found")
        return found

    def _shown(self, grant: Grant, identity: str) -> dict[str, Any]:
        """What the form shows: the edition, the libraries to choose from, for the office the members."""
        with self.registry.read() as connection:
            profile = single.profile_of(single.profile_json(connection, grant.desk) or "{}")
            codes = attach.branches(grant.desk, profile) if grant.member else {}
            table = schema.library
            rows = connection.execute(select_rows(table).where(table.c.code.in_(sorted(codes))).order_by(table.c.code))
            libraries = [row for row in rows.mappings() if row["code"] != grant.member]
        members = [] if grant.member else self._members()
        return {"libraries": libraries, "members": members, **self._titled(identity)}

    def _titles(self, instances: list[str]) -> dict[str, str]:
        """The titles of editions, by id."""
        with self.registry.read() as connection:
            standings = standing(connection, instances)
            records = union_records(connection, self.site.base, dict.fromkeys(instances, ("", 0)), standings)
        return {i: _title(record) or i for i, record in records.items()}

    def _titled(self, identity: str) -> dict[str, Any]:
        with self.registry.read() as connection:
            record = linked_record(connection, self.site.base, identity)
        imprint = record.first("264", "260") if record is not None else None
        return {
            "name": (_title(record) if record is not None else "") or identity,
            "imprint": " ".join(imprint.all("abc")) if imprint is not None else "",
        }

    async def _marc(self, member: str, found: Attached, form: str) -> Response:
        if form not in MARC:
            raise Problem(404, "not-found", f"form is one of {', '.join(MARC)}")

        def make() -> bytes:
            with self.registry.read() as connection:
                record = to_import(connection, self.site.base, member, found)
            if record is None:
                raise Problem(404, "not-found", "the edition is withdrawn")
            return written(record, form)

        name = re.sub(r"[^A-Za-z0-9_-]", "-", found.holding.barcode)
        headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}.{form}"'}
        return Response(await asyncio.to_thread(make), 200, headers, MARC[form])


class NotKept(Problem):
    """A copy that was refused: ``why`` is a key of :data:`REFUSALS`, ``item`` the URI of the one that is there."""

    def __init__(self, status: int, code: str, message: str, why: str, item: str = "") -> None:
        super().__init__(status, code, message)
        self.why, self.item = why, item


def _title(record: Record) -> str:
    field = record.first("245")
    return " ".join(field.all("abcnp")).rstrip(" /") if field is not None else ""


def to_import(connection: Connection, base: str, member: str, found: Attached) -> Record | None:
    """The edition's record with the copy in the field in which the member's system keeps its copies."""
    if found.instance is None:
        return None
    record = linked_record(connection, base, found.instance)
    if record is None:
        return None
    profile: Profile = single.profile_of(single.profile_json(connection, member) or "{}")
    own = profile.items[0] if profile.items else STANDARD_852
    codes = {library: code for code, library in profile.libraries.items()}
    copy: Field = copy_field(own, found.holding, codes.get(found.holding.library, ""))
    place = next((n for n, f in enumerate(record.fields) if f.tag > copy.tag), len(record.fields))
    return Record(record.leader, [*record.fields[:place], copy, *record.fields[place:]])
