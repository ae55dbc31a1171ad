"""The one route of all entities, asked first: documents are nearly all that crawlers want.

FastAPI tries its routes one after the other, with some work for each; the entities' come last, after more specific
ones. They stay there for the API's documentation; requests are told apart here by the first segment of their path.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, request_response
from starlette.types import Receive, Scope, Send


class EntityRoute(BaseRoute):
    """GET of ``/{place}/…`` goes to ``endpoint`` for some ``places``."""

    def __init__(self, places: Iterable[str], endpoint: Callable[[Request], Awaitable[Response]]) -> None:
        self.places = frozenset(places)
        self.app = request_response(endpoint)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a request asks for an entity; other methods are left to the routes that refuse them."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return Match.NONE, {}
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        place, slash, _ = path[1:].partition("/")
        if slash and place in self.places:
            return Match.FULL, {}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        await self.app(scope, receive, send)
