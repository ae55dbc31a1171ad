"""The SPARQL 1.1 Protocol as an ASGI application over a pool of readers, and one writer if there is one.

Mount it with :meth:`Endpoint.routes`; ``python -m sparql serve FOLDER`` runs it alone.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Message, Receive, Scope, Send

from sparql import guard, service_description, updates
from sparql.answers import Answer
from sparql.budgets import Budgets, client_of
from sparql.errors import NotAcceptable, QueryRefused, QuerySyntaxError, SparqlError
from sparql.formats import GRAPH_ALIASES, GRAPH_FORMATS
from sparql.graphstore import PREFLIGHT, GraphStore
from sparql.lexer import prefixes
from sparql.metrics import METRICS, query_hash
from sparql.negotiation import choose, prefers_html, result_formats
from sparql.pool import Pool
from sparql.requests import BadRequest, ClientGone, ProtocolRequest, read, unless_gone
from sparql.writer import Writer

log = logging.getLogger("sparql.http")

READ_ONLY = (
    "This endpoint answers queries only. Its store is a view of the libraries' records and is made anew from them: an "
    "update would be lost. Change the records."
)
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After, RateLimit, RateLimit-Policy, SPARQL-Limits, Location",
}
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)

_GRAPH = re.compile(r"\b(?:CONSTRUCT|DESCRIBE)\b", re.IGNORECASE)

HtmlPage = Callable[[Request, str], Awaitable[Response]]
Rewrite = Callable[[str], Awaitable[str]]


class BrokenAnswer(Exception):
    """Raised through the server after the status line: it closes the connection, so that the client sees a break."""


class Endpoint:
    """One endpoint: ``/`` for queries and updates, ``/update``, and ``/graphs`` for the Graph Store Protocol.

    :param pool: a started pool (or a remote one)
    :param store: the writer; ``None`` makes the endpoint read-only
    :param generations: where the writer publishes after each update, so that the next query sees it
    :param token: what a writer must send as ``Authorization: Bearer …``; without one nobody writes
    :param limits: what :func:`sparql.guard.check` allows a query; ``None`` switches the guard off
    :param budgets: shares of clients; ``None``: unlimited
    :param html_page: what a browser gets that asks for a page; called with the query, ``""`` on a bare GET
    :param rewrite: makes of a query that the guard has passed the one that readers run (text search, for instance)
    :param property_features: IRIs of predicates that ``rewrite`` understands, for the service description
    :param client: names the client of a request; by default its address (behind a proxy: let the server set it)
    """

    def __init__(
        self,
        pool: Pool,
        *,
        store: Writer | None = None,
        generations: Path | None = None,
        token: str | None = None,
        limits: guard.Limits | None = guard.QUERY,
        update_limits: guard.Limits = guard.UPDATE,
        budgets: Budgets | None = None,
        html_page: HtmlPage | None = None,
        read_only_reason: str = READ_ONLY,
        client: Callable[[Request], str] | None = None,
        rewrite: Rewrite | None = None,
        property_features: Sequence[str] = (),
    ) -> None:
        self.property_features = property_features
        self.rewrite = rewrite
        self.pool, self.store, self.token = pool, store, token
        self.generations = generations or pool.generations.folder
        self.limits, self.update_limits, self.budgets = limits, update_limits, budgets
        self.html_page, self.read_only_reason = html_page, read_only_reason
        self.client = client or (lambda request: client_of(request.client.host if request.client else None))
        self._writing = asyncio.Lock()
        self.graph_store = GraphStore(self)

    def routes(self, prefix: str = "/sparql") -> list[BaseRoute]:
        """The routes for a Starlette or FastAPI application: ``app.router.routes += endpoint.routes()``."""
        graphs = [Route(f"{prefix}/graphs{rest}", self.graph_store) for rest in ("", "/{rest:path}")]
        return [Route(prefix, self), Route(f"{prefix}/update", self), *graphs]

    @property
    def writable(self) -> bool:
        """Whether anybody may write."""
        return self.store is not None and self.token is not None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        await self.serve(scope, receive, send, self._respond)

    async def serve(
        self, scope: Scope, receive: Receive, send: Send, respond: Callable[[Request], Awaitable[Response]]
    ) -> None:
        """Answer with what ``respond`` makes of the request, or with the problem it raises."""
        request = Request(scope, receive)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                METRICS.count("sparql_http_responses_total", status=str(message["status"]))
            await send(message)

        try:
            response = await respond(request)
        except ClientGone:
            return
        except SparqlError as error:
            response = self.problem(error, request)
        for name, value in CORS.items():
            response.headers.setdefault(name, value)
        await response(scope, receive, sending)

    async def _respond(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={**PREFLIGHT, "Allow": "GET, HEAD, POST, OPTIONS"})
        if request.method not in ("GET", "HEAD", "POST"):
            error = BadRequest(f"{request.method} is not for this address.", 405)
            response = self.problem(error, request)
            response.headers["Allow"] = "GET, HEAD, POST, OPTIONS"
            return response
        limits = self.limits or guard.QUERY
        most = self.update_limits.length if self.writable and self._may_write(request) else 3 * limits.length + 65536
        asked = await read(request, most)
        if asked.update is not None:
            return await self._update(request, asked)
        accept = request.headers.get("accept")
        if self.html_page is not None and asked.format is None and request.method != "POST" and prefers_html(accept):
            return await self.html_page(request, asked.query or "")
        if asked.query is None:
            return self._description(request, asked)
        return await self._query(request, asked, asked.query)

    # Queries

    async def _query(self, request: Request, asked: ProtocolRequest, query: str) -> Response:
        if asked.using_graphs or asked.using_named_graphs:
            raise BadRequest("using-graph-uri and using-named-graph-uri are for updates.")
        solutions, graph = result_formats(request.headers.get("accept"), asked.format)
        query = await self.admitted(query)
        tag = self._tag(query, asked, (solutions, graph))
        if tag and request.method != "POST" and tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"ETag": tag, "Vary": "Accept"})
        client = self.client(request)
        deadline = min(self.pool.deadline, asked.timeout or self.pool.deadline)

        async def run() -> Answer:
            return await self.pool.query(
                query,
                solutions=solutions,
                graph=graph,
                default_graphs=asked.default_graphs,
                named_graphs=asked.named_graphs,
                deadline=deadline,
                base=str(request.url.replace(query="")),
                prefixes=prefixes(query) if graph in ("turtle", "trig", "rdfxml") and _GRAPH.search(query) else None,
                client=client,
            )

        return await self.answer(request, client, run, {"ETag": tag} if tag else {})

    async def admitted(self, query: str) -> str:
        """The query as readers are to run it. Raises what the guard or ``rewrite`` refuses."""
        self.check(query)
        return query if self.rewrite is None else await self.rewrite(query)

    def check(self, query: str) -> None:
        """Let the guard look at a query."""
        if self.limits is not None:
            try:
                guard.check(query, self.limits)
            except QueryRefused as error:
                METRICS.count("sparql_refused_total", limit=error.limit)
                raise

    def _tag(self, query: str, asked: ProtocolRequest, formats: tuple[str | None, str | None]) -> str | None:
        """The ETag of an answer: it changes with the generation. ``None`` where the answer changes by itself."""
        current = self.pool.generations.current()
        if current is None or _CHANGING.search(query):
            return None
        graphs = " ".join((*asked.default_graphs, "|", *asked.named_graphs))
        return f'W/"{current.number}-{query_hash(query + graphs + str(formats))}"'

    async def answer(
        self, request: Request, client: str, run: Callable[[], Awaitable[Answer]], headers: dict[str, str]
    ) -> Response:
        """Run a reading request within the client's budget; small answers are sent whole, large ones streamed."""
        charge = self.budgets.charge(client) if self.budgets else None
        if charge is not None:
            charge.__enter__()

        def settle() -> None:
            nonlocal charge
            if charge is not None:
                charge.__exit__(None, None, None)
                charge = None

        async def running() -> Answer:
            return await run()

        try:
            answer = await unless_gone(request.receive, running())
        except BaseException:
            settle()
            raise
        headers = {**headers, "Vary": "Accept", **self.announced(client)}
        if answer.body is not None:
            settle()
            body = b"" if request.method == "HEAD" else answer.body
            length = {"Content-Length": str(len(answer.body))}
            return Response(body, media_type=answer.media_type, headers={**headers, **length})
        if request.method == "HEAD":
            await answer.close()
            settle()
            return Response(media_type=answer.media_type, headers=headers)
        if request.scope.get("http_version") == "1.0":
            await answer.close()
            settle()
            raise BadRequest(
                f"The result is larger than {self.pool.cap:,} bytes, and over HTTP/1.0 a broken one looks like a whole "
                "one. Ask over HTTP/1.1, or add a LIMIT.",
                505,
            )
        return _Streamed(answer, headers, settle)

    def announced(self, client: str) -> dict[str, str]:
        """The limits, as headers."""
        limits = self.limits or guard.QUERY
        headers = {
            "SPARQL-Limits": f"seconds={self.pool.deadline:g}, bytes={limits.length}, patterns={limits.patterns}, "
            f"nesting={limits.nesting}"
        }
        if self.budgets is not None:
            headers["RateLimit-Policy"] = f'"query-seconds";q={self.budgets.seconds:g};w=60'
            headers["RateLimit"] = f'"query-seconds";r={max(0, int(self.budgets.left(client)))}'
        return headers

    def _description(self, request: Request, asked: ProtocolRequest) -> Response:
        _, graph = (
            result_formats(request.headers.get("accept"), asked.format)
            if asked.format
            else (
                None,
                choose(request.headers.get("accept"), GRAPH_FORMATS, GRAPH_ALIASES),
            )
        )
        if graph is None:
            raise NotAcceptable("The service description is RDF: " + ", ".join(GRAPH_FORMATS.values()) + ".")
        triples = service_description.describe(
            str(request.url.replace(query="")),
            limits=self.limits or guard.QUERY,
            deadline=self.pool.deadline,
            budget=self.budgets.seconds if self.budgets else None,
            writable=self.writable,
            union=self.pool.union,
            generation=self.pool.generations.current(),
            property_features=self.property_features,
        )
        headers = {"Vary": "Accept", **self.announced(self.client(request))}
        return Response(service_description.render(triples, graph), media_type=GRAPH_FORMATS[graph], headers=headers)

    # Updates

    def _may_write(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        token = (self.token or "").encode()
        return bool(token) and scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token)

    def writer(self, request: Request) -> Writer:
        """The store, if this request may write. Raises :class:`QueryRefused` with 403 or 401."""
        if self.store is None or self.token is None:
            raise QueryRefused("read-only", self.read_only_reason, status=403)
        if not self._may_write(request):
            raise QueryRefused("token", "Writing needs the header Authorization: Bearer TOKEN.", status=401)
        return self.store

    async def _update(self, request: Request, asked: ProtocolRequest) -> Response:
        store, text = self.writer(request), asked.update or ""
        if asked.default_graphs or asked.named_graphs:
            raise BadRequest("An update names its graphs by using-graph-uri and using-named-graph-uri.")
        guard.check(text, self.update_limits, update=True)
        text = updates.with_dataset(text, asked.using_graphs, asked.using_named_graphs)
        base = str(request.url.replace(query=""))
        await self.write(lambda: store.update(text, base=base))
        return Response(status_code=204)

    async def write(self, change: Callable[[], None]) -> None:
        """Make a change, one at a time, and publish it: when this returns, every new query sees it."""
        assert self.store is not None
        async with self._writing:
            await asyncio.to_thread(change)
            await asyncio.to_thread(self.store.publish, self.generations)

    # Errors

    def problem(self, error: SparqlError, request: Request) -> Response:
        """An error as RFC 9457 problem details."""
        detail: dict[str, object] = {
            "type": f"https://bibhub.org/problems/sparql/{error.code}",
            "title": TITLES.get(error.status, "The request failed"),
            "status": error.status,
            "detail": str(error),
        }
        for name in ("limit", "seconds"):
            if (value := getattr(error, name, None)) is not None:
                detail[name] = value
        if isinstance(error, QuerySyntaxError) and error.line is not None:
            detail.update(line=error.line, column=error.column)
        headers = {"Cache-Control": "no-store", **self.announced(self.client(request))}
        wait = getattr(error, "retry_after", 5 if error.status == 503 else None)
        if wait is not None:
            headers["Retry-After"] = str(wait)
        if error.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="sparql"'
        if error.status >= 500:
            log.warning("%s %s: %s", error.status, error.code, error)
        return JSONResponse(detail, error.status, headers, media_type="application/problem+json")


TITLES = {
    400: "The request is not right",
    401: "A token is needed",
    403: "Not allowed here",
    404: "There is no such graph",
    405: "Not this method",
    406: "No such format",
    408: "Too slow",
    413: "Too large",
    415: "Not this type",
    429: "Your share is used up",
    503: "Busy, or too much for one query",
    504: "The query took too long",
    505: "HTTP/1.1 is needed",
}


class _Streamed(Response):
    """A large answer in pieces. A reader that dies breaks the connection; a client that leaves frees the reader."""

    def __init__(self, answer: Answer, headers: dict[str, str], settle: Callable[[], None]) -> None:
        self.status_code = 200
        self.background = None
        self.media_type = answer.media_type
        self.body = b""
        self.init_headers(headers)
        del self.headers["content-length"]
        self._answer, self._settle = answer, settle

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        chunks = self._answer.chunks()
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async with asyncio.timeout_at(self._answer.exchange.until):  # who does not read must not keep a reader
                await unless_gone(receive, self._pump(chunks, send))
        except TimeoutError as error:
            raise BrokenAnswer("the client did not take the answer before the deadline") from error
        except (ClientGone, OSError):
            return
        except SparqlError as error:
            raise BrokenAnswer(f"after the first bytes were sent: {error}") from error
        finally:
            await chunks.aclose()  # type: ignore[attr-defined]  # it is a generator
            await self._answer.close()
            self._settle()

    async def _pump(self, chunks: AsyncIterator[bytes], send: Send) -> None:
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def create_endpoint(pool: Pool, **settings: object) -> Endpoint:
    """An :class:`Endpoint`; the settings are its parameters."""
    return Endpoint(pool, **settings)  # type: ignore[arg-type]
