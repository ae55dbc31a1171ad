"""The provider: one request in, one complete answer out. An item is an Instance: ``oai:{host}:instances/{id}``.

Why Instances and not the members' records: a harvester of the union wants each manifestation once, with who holds it;
the members' own records are in /dumps/ and at /records/. See docs/feeds.md.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter
from lxml import etree
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from hub.feeds.served import FeedHub
from hub.protocols.oai import wire
from hub.protocols.oai.formats import FORMATS, Made
from hub.protocols.oai.harvest import Listed, Sets, Wanted, earliest, listed, one
from hub.protocols.oai.wire import Header, OaiError
from hub.registry.registry import now

RECORDS = 100
"""Records of one ListRecords answer."""
HEADERS = 500
"""Headers of one ListIdentifiers answer."""
LONGEST_REQUEST = 16 << 10


@dataclass(frozen=True, slots=True)
class Token:
    """A resumption token: all of the request, the last number of the log that was listed, and how many came before.

    The hub keeps nothing of it, so it never expires.
    """

    verb: str
    prefix: str
    wanted: Wanted
    after: int
    cursor: int

    def text(self) -> str:
        """As it is sent."""
        w = self.wanted
        body = json.dumps([self.verb[4], self.prefix, w.spec, w.start, w.end, self.after, self.cursor]).encode()
        return base64.urlsafe_b64encode(_check(body) + body).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, verb: str) -> Token:
        """A token as it comes back. Raises badResumptionToken for one that is damaged or of another verb."""
        try:
            data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            if data[:6] != _check(data[6:]):
                raise ValueError("damaged")
            letter, prefix, spec, start, end, after, cursor = json.loads(data[6:])
        except (ValueError, binascii.Error) as error:
            raise OaiError("badResumptionToken", "this token was not given by this repository") from error
        if letter != verb[4]:
            raise OaiError("badResumptionToken", "this token belongs to another verb")
        return cls(verb, prefix, Wanted(spec, start, end), after, cursor)


def _check(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=6).digest()


def routes(hub: FeedHub) -> APIRouter:
    """``/oai`` of a hub, for GET and POST (§3.1.1)."""
    provider = Provider(hub)
    router = APIRouter(default_response_class=Response)

    async def harvest(request: Request) -> Response:
        """OAI-PMH 2.0: Identify, ListMetadataFormats, ListSets, ListIdentifiers, ListRecords, GetRecord."""
        query = request.url.query
        if request.method == "POST":
            body = bytearray()
            async for chunk in request.stream():
                body += chunk
                if len(body) > LONGEST_REQUEST:
                    raise HTTPException(413)
            query = body.decode("latin-1")
        pairs = parse_qsl(query, keep_blank_values=True, errors="replace", max_num_fields=None)
        answer = await run_in_threadpool(provider.answer, pairs)
        return Response(answer, media_type="text/xml; charset=utf-8", headers={"Access-Control-Allow-Origin": "*"})

    router.add_api_route("/oai", harvest, methods=["GET"])
    router.add_api_route("/oai", harvest, methods=["POST"], include_in_schema=False)
    return router


class Provider:
    """Answers harvesters of one hub."""

    def __init__(self, hub: FeedHub) -> None:
        self.registry = hub.registry
        self.name = hub.settings.title_en
        self.contact = hub.settings.contact
        self.base = hub.settings.base_uri
        self.base_url = f"{self.base}oai"
        self.host = urlsplit(self.base).hostname or "localhost"

    def answer(self, pairs: Sequence[tuple[str, str]]) -> bytes:
        """The XML answer to a request's arguments, as they came."""
        time = now()
        try:
            given = wire.arguments(pairs)
        except OaiError as problem:
            root = wire.envelope(time, self.base_url, {})
            wire.error(root, problem)
            return wire.written(root)
        root = wire.envelope(time, self.base_url, given)
        try:
            with self.registry.read() as connection:
                self._say(connection, root, given)
        except OaiError as problem:
            root = wire.envelope(time, self.base_url, {} if problem.code == "badArgument" else wire.showable(given))
            wire.error(root, problem)
        return wire.written(root)

    def _say(self, connection: Connection, root: etree._Element, given: dict[str, str]) -> None:
        match given["verb"]:
            case "Identify":
                started = earliest(connection)
                sample = self._identifier("b7k2m9q4wz")
                first = now() if started is None else started
                wire.identify(root, self.name, self.base_url, self.host, first, sample, self.contact)
            case "ListMetadataFormats":
                self._formats(connection, root, given.get("identifier"))
            case "ListSets":
                if "resumptionToken" in given:
                    raise OaiError("badResumptionToken", "the sets are listed in one answer")
                wire.list_sets(root, Sets(connection).names.items())
            case "GetRecord":
                self._record(connection, root, given["identifier"], given["metadataPrefix"])
            case verb:
                self._list(connection, root, self._token(connection, verb, given))

    def _identifier(self, identity: str) -> str:
        return f"oai:{self.host}:instances/{identity}"

    def _known(self, connection: Connection, sets: Sets, identifier: str) -> Listed:
        prefix = self._identifier("")
        found = one(connection, sets, identifier.removeprefix(prefix)) if identifier.startswith(prefix) else None
        if found is None:
            raise OaiError("idDoesNotExist", f"{identifier!r} was never given to anything here")
        return found

    def _formats(self, connection: Connection, root: etree._Element, identifier: str | None) -> None:
        if identifier is not None:
            self._known(connection, Sets(connection), identifier)
        wire.list_formats(root, (form for form, _ in FORMATS.values()))

    def _record(self, connection: Connection, root: etree._Element, identifier: str, prefix: str) -> None:
        found = self._known(connection, Sets(connection), identifier)
        self._check_prefix(prefix)
        made = metadata(connection, self.base, prefix, [found])
        if not found.deleted and found.id not in made:
            raise OaiError("cannotDisseminateFormat", f"{identifier} has nothing to say in {prefix}")
        parent = wire.element(root, "GetRecord")
        wire.record(parent, self._header(found), made.get(found.id))

    def _check_prefix(self, prefix: str) -> None:
        if prefix not in FORMATS:
            raise OaiError("cannotDisseminateFormat", f"{prefix!r} is none of {', '.join(FORMATS)}")

    def _header(self, entry: Listed) -> Header:
        return Header(self._identifier(entry.id), entry.at, entry.sets, entry.deleted)

    def _token(self, connection: Connection, verb: str, given: dict[str, str]) -> Token:
        if "resumptionToken" in given:
            token = Token.read(given["resumptionToken"], verb)
        else:
            start, end = wire.period(given.get("from"), given.get("until"))
            token = Token(verb, given["metadataPrefix"], Wanted(given.get("set", ""), start, end), 0, 0)
        self._check_prefix(token.prefix)
        if "set" in given and given["set"] not in Sets(connection).names:
            raise OaiError("noRecordsMatch", f"there is no set {given['set']!r}; ListSets names them")
        return token

    def _list(self, connection: Connection, root: etree._Element, token: Token) -> None:
        whole = token.verb == "ListRecords"
        entries, more = listed(connection, Sets(connection), token.wanted, token.after, RECORDS if whole else HEADERS)
        if not entries and not token.cursor:
            raise OaiError("noRecordsMatch", "nothing in this period and set")
        parent = wire.element(root, token.verb)
        made = metadata(connection, self.base, token.prefix, entries) if whole else {}
        for entry in entries:
            if not whole:
                wire.header(parent, self._header(entry))
            elif entry.deleted or entry.id in made:
                wire.record(parent, self._header(entry), made.get(entry.id))
        if more:
            after = Token(token.verb, token.prefix, token.wanted, entries[-1].seq, token.cursor + len(entries))
            wire.resumption(parent, after.text(), token.cursor)
        elif token.cursor:
            wire.resumption(parent, "", token.cursor)


def metadata(connection: Connection, base: str, prefix: str, entries: Sequence[Listed]) -> Made:
    """Metadata of the entries that are not deleted, by id; what has nothing to say in this format is absent."""
    _, make = FORMATS[prefix]
    return make(connection, base, [e for e in entries if not e.deleted])
