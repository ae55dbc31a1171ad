"""Who is at the door: a program with its token in ``Authorization: Bearer`` (RFC 6750), a person with a signed cookie.

The cookie holds the number of the token, never the token, and is signed with a key of the hub's folder. The token is
looked up at every request, so that revoking it ends its sessions. Wrong tokens are counted by client; a right one is
always let in, since nobody guesses 256 bits and members share addresses.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from hub.members.tokens import Grant, end_session, note_use, session_ended, token, token_of
from hub.registry.registry import now
from hub.web.problem import Problem
from hub.web.site import Site
from sparql.budgets import client_of

log = logging.getLogger(__name__)

HOURS = 8
FAILURES = 10
"""Wrong tokens of one client in WINDOW seconds before it is told to wait."""
WINDOW = 600.0
_MOST_CLIENTS = 20_000
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="BibHub"'}
_WRONG = {"WWW-Authenticate": 'Bearer realm="BibHub", error="invalid_token"'}


@dataclass(frozen=True, slots=True)
class Session:
    """A signed cookie: the number of a token (0: nobody yet) and what its forms must carry."""

    token: int
    form: str
    name: str
    """What the registry knows it by once it is over: a MAC, which opens nothing."""
    until: int
    """Unix time at which it ends by itself."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who may write: the token, and what forms must carry (empty for programs, which send none)."""

    grant: Grant
    form: str = ""


class Failures:
    """Counts the wrong tokens of each client."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def count(self, request: Request) -> None:
        """Note a failure. Raises Problem 429 with Retry-After when there were too many."""
        client = client_of(request.client.host if request.client else None)
        at = self._clock()
        times, since = self._known.pop(client, (0, at))
        if at - since >= WINDOW:
            times, since = 0, at
        self._known[client] = (times + 1, since)
        while len(self._known) > _MOST_CLIENTS:
            self._known.popitem(last=False)
        if times >= FAILURES:
            wait = max(1, round(WINDOW - (at - since)))
            raise Problem(429, "too-many-failures", headers={"Retry-After": str(wait), **CHALLENGE})


class Sessions:
    """Tokens and cookies of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.failures = Failures()
        self.secure = site.base.startswith("https:")
        # The prefix binds the cookie to this very host (RFC 6265bis §4.1.3.2); browsers allow it with Secure only.
        self.name = "__Host-bibhub" if self.secure else "bibhub"
        self._key: bytes | None = None
        self._notes: set[asyncio.Task[None]] = set()

    # Cookies

    def _mac(self, purpose: str, text: str) -> str:
        if self._key is None:
            self._key = _read_key(self.site.settings.data / "door.key")
        made = hmac.new(self._key, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()

    def begin(self, response: Response, number: int) -> str:
        """Set the cookie of a new session: of a token, or of nobody (0) for the sign-in form; gives what its forms
        must carry."""
        payload = f"{number}.{now()}.{secrets.token_urlsafe(16)}"
        response.set_cookie(
            self.name, f"{payload}.{self._mac('session', payload)}", max_age=HOURS * 3600, path="/",
            secure=self.secure, httponly=True, samesite="strict",
        )  # fmt: skip
        return self._mac("form", payload)

    async def end(self, request: Request, response: Response) -> None:
        """End the session and take its cookie away; copies of the cookie open nothing from now on."""
        session = self.session(request)
        if session is not None:
            await asyncio.to_thread(end_session, self.site.registry, session.name, session.until)
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="strict")

    def session(self, request: Request) -> Session | None:
        """The session of a request's cookie, None for a missing, forged or old one."""
        payload, _, mac = request.cookies.get(self.name, "").rpartition(".")
        if not payload or not hmac.compare_digest(mac.encode(), self._mac("session", payload).encode()):
            return None
        number, since, _ = payload.split(".", 2)
        if not 0 <= now() - int(since) < HOURS * 3600:
            return None
        until = int(since) + HOURS * 3600
        return Session(int(number), self._mac("form", payload), self._mac("ended", payload), until)

    @staticmethod
    def check_form(expected: str, given: str) -> None:
        """Raise Problem 403 unless a form carries what its session's forms must carry."""
        if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
            raise Problem(403, "form-expired")

    # Tokens

    async def grant_of(self, request: Request, secret: str) -> Grant:
        """The valid token of a secret. Raises Problem 401, or 429 after too many wrong ones."""
        found = await asyncio.to_thread(self._lookup, secret)
        if found is None or found.state(now()) != "valid":
            self.failures.count(request)
            raise Problem(401, "sign-in", headers=_WRONG)
        self._note(found)
        return found

    def _lookup(self, secret: str) -> Grant | None:
        with self.site.registry.read() as connection:
            return token_of(connection, secret)

    def _note(self, grant: Grant) -> None:
        """Keep when the token was used, beside the answer: a load may hold the registry for a moment."""

        async def note() -> None:
            try:
                await asyncio.to_thread(note_use, self.site.registry, grant)
            except Exception:  # noqa: BLE001  the visit is good all the same
                log.warning("the use of token %s could not be noted", grant.id)

        task = asyncio.get_running_loop().create_task(note())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def settle(self) -> None:
        """Wait for the notes under way."""
        await asyncio.gather(*self._notes)

    async def program(self, request: Request) -> Grant | None:
        """The token of an Authorization header, None without one; cookies do not open the API (RFC 6750 §2.1)."""
        header = request.headers.get("authorization")
        if header is None:
            return None
        scheme, _, secret = header.partition(" ")
        return await self.grant_of(request, secret.strip() if scheme.lower() == "bearer" else "")

    async def person(self, request: Request) -> Visit | None:
        """Who is signed in, None for nobody."""
        session = self.session(request)
        if session is None or not session.token:
            return None

        def lookup() -> Grant | None:
            with self.site.registry.read() as connection:
                return None if session_ended(connection, session.name) else token(connection, session.token)

        found = await asyncio.to_thread(lookup)
        if found is None or found.state(now()) != "valid":
            return None
        self._note(found)
        return Visit(found, session.form)


def allowed(grant: Grant | None, scope: str, member: str | None = None) -> Grant:
    """The token, when it opens a scope (of a member's data). Raises Problem 401 or 403."""
    if grant is None:
        raise Problem(401, "sign-in", headers=CHALLENGE)
    if not grant.may(scope, member):
        lacking = {"WWW-Authenticate": f'Bearer realm="BibHub", error="insufficient_scope", scope="{scope}"'}
        raise Problem(403, "forbidden", headers=lacking)
    return grant


def _read_key(path: Path) -> bytes:
    """The key that signs cookies; the first process that needs it makes it, readable by its owner only."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            os.link(draft, path)  # fails where another process was first: its key is the key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
