"""Headers on every answer, and HEAD for every GET. No inline script or style runs: injected text cannot either."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guarded:
    """ASGI middleware: security headers on each response; HEAD is answered as GET without its body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        if head:
            scope = {**scope, "method": "GET", "head": True}  # who sends files reads none of them then

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != 304:  # what is kept has them
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                # A page made to be framed says so in a policy of its own, which this older header would contradict.
                framed = "frame-ancestors *" in headers.get("content-security-policy", "")
                for name, value in HEADERS.items():
                    if name not in headers and not (framed and name == "X-Frame-Options"):
                        headers[name] = value
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app(scope, receive, guarded)
