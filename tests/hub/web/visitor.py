"""A client that asks an ASGI application from a test without a server; its event loop runs in a thread beside."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

BASE = "http://testserver/"


class Visitor:
    """Asks; follows no redirects, so that a test sees them."""

    def __init__(self, app: FastAPI, portal: BlockingPortal, *, raising: bool = True, host: str = "127.0.0.1") -> None:
        self.app = app
        self.portal = portal
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=raising, client=(host, 123))
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE)

    def ask(self, method: str, url: str, **how: Any) -> httpx.Response:
        """One request."""
        return self.portal.call(partial(self._client.request, method, url, **how))

    def get(self, url: str, **how: Any) -> httpx.Response:
        """GET."""
        return self.ask("GET", url, **how)

    def head(self, url: str, **how: Any) -> httpx.Response:
        """HEAD."""
        return self.ask("HEAD", url, **how)

    def post(self, url: str, **how: Any) -> httpx.Response:
        """POST."""
        return self.ask("POST", url, **how)

    def close(self) -> None:
        """Let go of the client."""
        self.portal.call(self._client.aclose)


@contextlib.contextmanager
def visiting(app: FastAPI, host: str = "127.0.0.1") -> Iterator[Visitor]:
    """A visitor from an address while the application's lifespan lasts."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        visitor = Visitor(app, portal, host=host)
        try:
            yield visitor
        finally:
            visitor.close()
