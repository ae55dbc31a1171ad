"""The SPARQL 1.1 Graph Store HTTP Protocol: ``/graphs?graph=IRI``, ``/graphs?default``, or a graph's own URL below."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sparql.answers import Answer
from sparql.errors import NoSuchGraph, NotAcceptable
from sparql.formats import GRAPH_ALIASES, GRAPH_FORMATS
from sparql.negotiation import choose, result_formats
from sparql.requests import BadRequest, body, decode, media_type

if TYPE_CHECKING:
    from sparql.endpoint import Endpoint

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
"""What a browser asks before it lets a page of another site send a request."""
MOST = 64 << 20
"""Bytes of a graph sent to us."""
METHODS = "GET, HEAD, PUT, POST, DELETE, OPTIONS"


class GraphStore:
    """Reads are open, writes need the token."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        await self.endpoint.serve(scope, receive, send, self._respond)

    async def _respond(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={**PREFLIGHT, "Allow": METHODS})
        graph = self._graph(request)
        if request.method in ("GET", "HEAD"):
            return await self._get(request, graph)
        if request.method == "PUT":
            return await self._put(request, graph, replace=True)
        if request.method == "POST":
            return await self._put(request, graph, replace=False)
        if request.method == "DELETE":
            return await self._delete(request, graph)
        response = self.endpoint.problem(BadRequest(f"{request.method} is not for graphs.", 405), request)
        response.headers["Allow"] = METHODS
        return response

    def _graph(self, request: Request) -> str | None:
        """The IRI of the graph, ``""`` for a new one, ``None`` for the default graph."""
        parameters = request.query_params
        named = parameters.getlist("graph")
        if len(named) + ("default" in parameters) > 1:
            raise BadRequest("Name one graph.")
        if "default" in parameters:
            return None
        if named:
            iri = named[0]
            if ":" not in iri or any(character in '<>"{}|^`\\' or character <= " " for character in iri):
                raise BadRequest(f"{iri[:100]!r} is no absolute IRI.")
            return iri
        below = request.path_params.get("rest", "")
        if below:
            return str(request.url.replace(query=""))
        if request.method == "POST":
            return ""
        raise BadRequest("Name the graph: ?graph=IRI or ?default.")

    async def _get(self, request: Request, graph: str | None) -> Response:
        accept, asked = request.headers.get("accept"), request.query_params.get("format")
        format = result_formats(accept, asked)[1] if asked else choose(accept, GRAPH_FORMATS, GRAPH_ALIASES)
        if format is None:
            raise NotAcceptable("A graph is RDF: " + ", ".join(GRAPH_FORMATS.values()) + ".")
        client = self.endpoint.client(request)

        async def run() -> Answer:
            return await self.endpoint.pool.graph(graph, format, head=request.method == "HEAD", client=client)

        return await self.endpoint.answer(request, client, run, {})

    async def _exists(self, graph: str | None) -> bool:
        if graph is None:
            return True
        try:
            await self.endpoint.pool.graph(graph, head=True)
        except NoSuchGraph:
            return False
        return True

    async def _put(self, request: Request, graph: str | None, *, replace: bool) -> Response:
        store = self.endpoint.writer(request)
        headers = {}
        if graph == "":
            graph = f"{request.url.replace(query='')}/{uuid4()}"
            headers["Location"] = graph
        parts = await self._parts(request)
        existed = await self._exists(graph)
        base = graph or str(request.url.replace(query=""))
        nquads = b""
        for text, format in parts:
            if format == "rdfxml" and "<!doctype" in text.lower():
                raise BadRequest("RDF/XML with a DOCTYPE is not read: entities can grow without bound.")
            nquads += await self.endpoint.pool.parse(text, format, base=base, graph=graph)

        def change() -> None:
            store.put_graph(graph, nquads, replace=replace)

        await self.endpoint.write(change)
        return Response(status_code=204 if existed else 201, headers=headers)

    async def _parts(self, request: Request) -> list[tuple[str, str]]:
        kind = media_type(request)
        if kind == "multipart/form-data":
            form = await request.form(max_files=20, max_part_size=MOST)
            try:
                files = [value for value in form.values() if not isinstance(value, str)]
                return [(decode(await file.read()), _format(file.content_type or "")) for file in files]
            finally:
                await form.close()
        return [(decode(await body(request, MOST)), _format(kind))]

    async def _delete(self, request: Request, graph: str | None) -> Response:
        store = self.endpoint.writer(request)
        if not await self._exists(graph):
            raise NoSuchGraph(f"There is no graph <{graph}>.")
        await self.endpoint.write(lambda: store.drop_graph(graph))
        return Response(status_code=204)


def _format(kind: str) -> str:
    name = GRAPH_ALIASES.get(kind.partition(";")[0].strip().lower())
    if name is None:
        raise BadRequest(
            f"A graph is sent as {', '.join(GRAPH_FORMATS.values())}, not {kind or 'without a type'}.", 415
        )
    return name
