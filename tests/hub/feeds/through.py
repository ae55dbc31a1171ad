"""An httpx transport into an ASGI application, so that a client written for the network meets it unchanged."""

from __future__ import annotations

import httpx

from tests.hub.web.visitor import Visitor


class Through(httpx.BaseTransport):
    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.visitor.ask(request.method, str(request.url), headers=request.headers.raw, content=request.read())
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
