"""The small hub's site on a port of this machine."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.settings import Settings
from hub.web import create_app
from hub.wiring import hub as open_hub


@dataclass
class Sent:
    """One answer: its status and the bytes of its headers and body."""

    path: str
    status: int = 0
    headers: int = 0
    body: int = 0


class Whole:
    """Takes whole addresses in the request line (RFC 9112 §3.2.2), which clients send to what they think a proxy."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.sent: list[Sent] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # the lifespan, without which nothing would end the readers
            await self.app(scope, receive, send)
            return
        if scope["path"].startswith("http://"):
            raw = scope["raw_path"].partition(b"//")[2]
            raw = raw[raw.index(b"/") :]
            scope = {**scope, "raw_path": raw, "path": unquote(raw.decode("ascii"))}
        answer = Sent(scope["path"])
        self.sent.append(answer)

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = sum(len(n) + len(v) + 4 for n, v in message["headers"])
            elif message["type"] == "http.response.body":
                answer.body += len(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, counted)


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[tuple[int, list[Sent]]]:
    """A server in a thread: its port, and what it sends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    app = Whole(create_app(open_hub(settings)))
    config = uvicorn.Config(app, host="127.0.0.1", port=number, log_level="warning", lifespan="on")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.05)
    try:
        yield number, app.sent
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        assert not thread.is_alive(), "the server did not end"
