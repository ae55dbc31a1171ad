"""The server: a request in, one complete answer out; whatever goes wrong is a diagnostic, never an HTTP error."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import parse_qsl

from fastapi import APIRouter
from sqlalchemy import Connection, select
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hub.feeds.served import FeedSettings
from hub.protocols.sru import wire
from hub.protocols.sru.cql import parse
from hub.protocols.sru.diagnostics import SruError
from hub.protocols.sru.explain import Database, zeerex
from hub.protocols.sru.records import SCHEMAS, Instances, Schema, schema_of
from hub.protocols.sru.translate import Translation, order
from hub.registry import Registry, schema
from hub.search.instances import MOST_SORTED, Found, InstanceSearch, Matching, TooManyToSort

DEEPEST_PAGE = 20_000
"""Records that can be paged to; who wants all of them harvests (/oai) or takes a dump."""
LONGEST_BODY = 4 << 20
"""Bytes that are read of a request; who sends more is no client."""
LONGEST_REQUEST = 128 << 10
"""Bytes of a request that is understood; of a longer one only the version is looked for."""
_BEGIN = 4096
_MOST_PARAMETERS = 100
_LOG = logging.getLogger(__name__)


class SruSettings(FeedSettings, Protocol):
    """The settings that this protocol reads."""

    @property
    def title_vi(self) -> str:
        """The hub's name in Vietnamese."""


class SruHub(Protocol):
    """A hub as this protocol sees it; ``hub.wiring`` makes one."""

    @property
    def settings(self) -> SruSettings:
        """The settings in force."""

    @property
    def registry(self) -> Registry:
        """The system of record."""


def routes(hub: SruHub) -> APIRouter:
    """``/sru`` of a hub, and ``/sru/{library}`` for what one library holds; GET and POST."""
    server = Server(hub)
    router = APIRouter(default_response_class=Response)

    async def search(request: Request) -> Response:
        """SRU 1.1, 1.2 and 2.0: explain and searchRetrieve, with CQL."""
        query = request.url.query
        if request.method == "POST":
            body = bytearray()
            async for chunk in request.stream():
                body += chunk
                if len(body) > LONGEST_BODY:
                    raise HTTPException(413)
            query = body.decode("latin-1")
        library = str(request.path_params.get("library", ""))
        accept = request.headers.get("accept", "")
        answer, accepted = await run_in_threadpool(server.answer, query, library)
        # Old clients know XML only by its old name; the new one is for those who ask for it.
        new = "application/sru+xml" in f"{accepted},{accept}"
        media_type = f"{'application/sru+xml' if new else 'text/xml'}; charset=utf-8"
        return Response(answer, media_type=media_type, headers={"Access-Control-Allow-Origin": "*", "Vary": "Accept"})

    for path in ("/sru", "/sru/{library}"):
        router.add_api_route(path, search, methods=["GET"])
        router.add_api_route(path, search, methods=["POST"], include_in_schema=False)
    return router


class Server:
    """Answers the clients of one hub."""

    def __init__(self, hub: SruHub) -> None:
        self.registry = hub.registry
        self.settings = hub.settings
        self.base = hub.settings.base_uri
        self.search = InstanceSearch(hub.settings.data)

    def answer(self, query: str, library: str = "") -> tuple[bytes, str]:
        """The XML answer to a query string (percent-encoded), and the media types that its ``httpAccept`` names.

        ``library``: the database is what this library holds.
        """
        if len(query) > LONGEST_REQUEST:
            begin = dict(parse_qsl(query[:_BEGIN], errors="replace"))
            return self._refused({k: v for k, v in begin.items() if k in ("version", "operation")}, SruError(12)), ""
        try:
            pairs = parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=_MOST_PARAMETERS)
            given = dict(reversed(pairs))  # of what is said twice the first counts
        except ValueError:
            return self._refused({}, SruError(8, f"more than {_MOST_PARAMETERS} parameters")), ""
        try:
            body = self._answer(given, library)
        except Exception:  # noqa: BLE001 - whatever it was: the client gets a diagnostic, the log the reason
            _LOG.exception("SRU request failed")
            body = self._refused(given, SruError(1))
        return body, given.get("httpAccept", "")

    def _answer(self, given: dict[str, str], library: str) -> bytes:
        try:
            request = wire.request(given)
            with self.registry.read() as connection:
                if library and not self._is_library(connection, library):
                    raise SruError(65, library)
                if request.operation == "explain":
                    return self._explain(connection, request.version, request.escaped, given, library)
                return self._search(connection, request, given, library)
        except SruError as problem:
            return self._refused(given, problem, library)

    def _refused(self, given: dict[str, str], problem: SruError, library: str = "") -> bytes:
        version = wire.version_of(given)
        operation = given.get("operation", "").strip()
        if operation == "scan" or (not operation and "scanClause" in given):
            return wire.Answer(version).scan(wire.echoed(given, version, "scan"), [problem])
        if operation == "explain":
            echo = wire.echoed(given, version, "explain")
            return wire.Answer(version).explain(zeerex(self._database(library, 0, ""), version), echo, [problem])
        return wire.Answer(version).search(0, [], None, wire.echoed(given, version, "searchRetrieve"), [problem])

    def _explain(
        self, connection: Connection, version: str, escaped: bool, given: dict[str, str], library: str
    ) -> bytes:
        total = 0
        index = self.search.index()
        if index is not None:
            matching = Matching(index.schema)
            query = matching.key(["library"], library) if library else matching.everything()
            total = self.search.run(index, query, [], 0, 0).total
        change = schema.change
        last = connection.execute(select(change.c.at).order_by(change.c.seq.desc()).limit(1)).scalar()
        modified = datetime.fromtimestamp(last, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if last else ""
        echo = wire.echoed(given, version, "explain")
        return wire.Answer(version, escaped=escaped).explain(
            zeerex(self._database(library, total, modified), version), echo
        )

    def _database(self, library: str, records: int, modified: str) -> Database:
        suffix = f"/{library}" if library else ""
        titles = [f"{title}{f': {library}' if library else ''}" for title in self._titles()]
        return Database(f"{self.base}sru{suffix}", titles[0], titles[1], records, modified)

    def _titles(self) -> tuple[str, str]:
        return self.settings.title_en, self.settings.title_vi

    def _is_library(self, connection: Connection, code: str) -> bool:
        library = schema.library
        return connection.execute(select(library.c.code).where(library.c.code == code)).first() is not None

    def _search(self, connection: Connection, request: wire.Request, given: dict[str, str], library: str) -> bytes:
        wanted = schema_of(request.schema) if request.schema.strip() else SCHEMAS[0]
        if wanted is None:
            raise SruError(66, request.schema)
        query = parse(request.query)
        sort = order(query, request.sort_keys)
        maximum = min(wire.DEFAULT_RECORDS if request.maximum is None else request.maximum, wanted.most)
        index = self.search.index()
        found = Found(0, [])
        if index is not None:
            matching = Matching(index.schema)
            translation = Translation(matching, self.base, lambda identity: survivor(connection, identity))
            made = translation.query(query.tree)
            if library:
                made = matching.joined("and", [made, matching.key(["library"], library)])
            try:
                found = self.search.run(index, made, sort, min(request.start, DEEPEST_PAGE + 1) - 1, maximum)
            except TooManyToSort as error:
                raise SruError(83, str(MOST_SORTED)) from error
        answer = wire.Answer(request.version, escaped=request.escaped)
        echo = wire.echoed(given, request.version, "searchRetrieve")
        if request.start > max(found.total, 1) or request.start > DEEPEST_PAGE:
            return answer.search(found.total, [], None, echo, [SruError(61, str(min(found.total, DEEPEST_PAGE)))])
        records = self._records(connection, answer, wanted, found.ids, request.start)
        following = request.start + len(records)
        more = bool(records) and following <= min(found.total, DEEPEST_PAGE)
        return answer.search(found.total, records, following if more else None, echo)

    def _records(
        self, connection: Connection, answer: wire.Answer, wanted: Schema, ids: Sequence[str], start: int
    ) -> list[wire.Packed]:
        if not ids:
            return []
        instances = Instances.read(connection, self.base, ids)
        made = wanted.make(instances)
        records = []
        for position, identity in enumerate(ids, start):
            if identity in made:
                records.append(wire.Packed(wanted.uri, made[identity], position, instances.uri(identity)))
            else:
                # Gone since it was indexed, or none of its records can be read.
                problem = SruError(67 if identity in instances.known else 65, identity)
                records.append(answer.surrogate(problem, position))
        return records


def survivor(connection: Connection, identity: str) -> str:
    """The id of what an Instance has been merged into, itself when it was not."""
    entity = schema.entity
    for _ in range(20):
        row = connection.execute(select(entity.c.replaced_by).where(entity.c.id == identity)).first()
        if row is None or not row.replaced_by:
            break
        identity = row.replaced_by
    return identity
