"""Which requests go straight to the entities, and which are left to other routes."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match
from starlette.types import Message

from hub.web.entity_route import EntityRoute


async def answer(request: Request) -> Response:
    return PlainTextResponse(request.url.path)


ROUTE = EntityRoute(("works", "libraries"), answer)


@pytest.mark.parametrize(
    ("method", "path", "root", "ours"),
    [
        ("GET", "/works/abc.html", "", True),
        ("GET", "/union/works/abc", "/union", True),
        ("GET", "/libraries/a/b", "", True),
        ("GET", "/libraries", "", False),
        ("GET", "/worksheets/abc", "", False),
        ("GET", "/search", "", False),
        ("POST", "/works/abc", "", False),
    ],
)
def test_the_first_segment_decides(method: str, path: str, root: str, ours: bool) -> None:
    scope = {"type": "http", "method": method, "path": path, "root_path": root}
    assert (ROUTE.matches(scope)[0] is Match.FULL) == ours


def test_other_protocols_are_not_taken() -> None:
    assert ROUTE.matches({"type": "websocket", "path": "/works/abc"})[0] is Match.NONE


def test_the_endpoint_answers() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http", "method": "GET", "path": "/works/a", "query_string": b"",
        "headers": [(b"host", b"hub.example")], "scheme": "http", "server": ("hub.example", 80),
    }  # fmt: skip
    asyncio.run(ROUTE.handle(scope, receive, send))
    assert sent[0]["status"] == 200
    assert sent[1]["body"] == b"/works/a"
