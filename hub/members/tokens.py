"""Tokens: what lets a member's people and programs write, each with its scopes, revocable, its secret kept nowhere.

A secret is 256 random bits, so a plain SHA-256 of it is kept: slow password hashes guard guessable secrets only
(OWASP Password Storage, NIST SP 800-63B §5.1.2).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from hub.members.members import MemberError
from hub.registry import schema
from hub.registry.registry import Registry, now

SCOPES = ("load", "review", "records", "office")
"""``load`` files, ``review`` pairs, write single ``records``; ``office`` is all of these for every member."""
DAYS = 366
"""Days that a token lasts when nothing else is said."""
COARSE = 60
"""Seconds between two notes of when a token was used."""
_PREFIX = "bibhub_"  # lets scanners of public code find a token that has strayed there
_SECRET = re.compile(rf"{_PREFIX}[A-Za-z0-9_-]{{43}}\Z")


@dataclass(frozen=True, slots=True)
class Grant:
    """A token as everybody may see it; times are seconds since 1970. ``member`` None: the consortium's office."""

    id: int
    member: str | None
    scopes: tuple[str, ...]
    label: str
    created: int
    expires: int
    revoked: int | None = None
    used: int | None = None

    @property
    def office(self) -> bool:
        """Whether it may do everything for every member."""
        return self.member is None and "office" in self.scopes

    @property
    def desk(self) -> str:
        """The member's code, empty for the office."""
        return self.member or ""

    @property
    def signature(self) -> str:
        """How its acts are signed."""
        return f"{self.label} ({self.member or 'office'})"

    def state(self, at: int) -> str:
        """``valid``, ``expired`` or ``revoked`` at a time."""
        if self.revoked is not None:
            return "revoked"
        return "expired" if at >= self.expires else "valid"

    def may(self, scope: str, member: str | None = None) -> bool:
        """Whether it opens a scope, for a member's data where one is named. Does not look at its time."""
        return (self.office or scope in self.scopes) and (member is None or self.member in (None, member))


def add_token(
    connection: Connection, member: str | None, scopes: Iterable[str], label: str, *, expires: int | None = None
) -> tuple[Grant, str]:
    """Make a token; gives it and its secret, which nobody can ever show again.

    Raises MemberError for an unknown member or scope, ``office`` for a member, a label that is empty, too long or in
    use by a valid token of the same member, and an end in the past.
    """
    wanted = set(scopes)
    if not wanted or wanted - set(SCOPES):
        raise MemberError(f"scopes are {', '.join(SCOPES)}; not {', '.join(sorted(wanted - set(SCOPES))) or 'none'}")
    if member is not None:
        _known(connection, member)
        if "office" in wanted:
            raise MemberError("the scope office belongs to the consortium's office: leave the member out")
    label = _label(label)
    at = now()
    end = at + DAYS * 86400 if expires is None else expires
    if end <= at:
        raise MemberError("a token cannot end in the past")
    if any(t.label == label and t.state(at) == "valid" for t in tokens(connection, member) if t.member == member):
        raise MemberError(
            f"a valid token is called {label!r} already; what it decides is signed so: take another label"
        )
    secret = _PREFIX + secrets.token_urlsafe(32)
    ordered = tuple(s for s in SCOPES if s in wanted)
    values: dict[str, Any] = {
        "member": member,
        "scopes": " ".join(ordered),
        "label": label,
        "digest": _digest(secret),
        "created": at,
        "expires": end,
    }
    number = connection.execute(insert(schema.token).values(values)).inserted_primary_key
    return Grant(int(number[0]), member, ordered, label, at, end), secret  # type: ignore[index]  # one row was added


def tokens(connection: Connection, member: str | None = None) -> Sequence[Grant]:
    """All tokens in the order they were made, or those of one member."""
    statement = select(schema.token).order_by(schema.token.c.id)
    if member is not None:
        statement = statement.where(schema.token.c.member == member)
    return [_grant(row) for row in connection.execute(statement)]


def revoke_token(connection: Connection, number: int) -> Grant:
    """End a token for good; sessions that began with it end too. Raises LookupError for one that is not valid."""
    found = token(connection, number)
    if found is None or found.revoked is not None:
        raise LookupError(f"no token {number} that could be revoked; `hub tokens list` shows them")
    connection.execute(update(schema.token).where(schema.token.c.id == number).values(revoked=now()))
    return found


def token(connection: Connection, number: int) -> Grant | None:
    """The token of a number, in whatever state."""
    row = connection.execute(select(schema.token).where(schema.token.c.id == number)).first()
    return _grant(row) if row else None


def token_of(connection: Connection, secret: str) -> Grant | None:
    """The token that a secret opens, in whatever state; None for what was never one."""
    if not _SECRET.match(secret):
        return None
    row = connection.execute(select(schema.token).where(schema.token.c.digest == _digest(secret))).first()
    return _grant(row) if row else None


def note_use(registry: Registry, grant: Grant) -> None:
    """Keep when a token was last used, at most once in :data:`COARSE` seconds."""
    at = now()
    if grant.used is not None and at - grant.used < COARSE:
        return
    with registry.write() as connection:
        connection.execute(update(schema.token).where(schema.token.c.id == grant.id).values(used=at))


def end_session(registry: Registry, session: str, until: int) -> None:
    """Note that a session (named by a MAC of it) is over; notes of sessions that are old anyway go."""
    ended = schema.ended_session
    with registry.write() as connection:
        connection.execute(delete(ended).where(or_(ended.c.until < now(), ended.c.session == session)))
        connection.execute(insert(ended).values(session=session, until=until))


def session_ended(connection: Connection, session: str) -> bool:
    """Whether somebody signed out of this session."""
    ended = schema.ended_session
    return connection.execute(select(ended.c.session).where(ended.c.session == session)).first() is not None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("ascii")).digest()


def _known(connection: Connection, member: str) -> None:
    if not connection.execute(select(schema.member.c.code).where(schema.member.c.code == member)).first():
        raise MemberError(f"no member {member!r}: add it with `hub members add {member} --name …`")


def _label(text: str) -> str:
    label = " ".join(unicodedata.normalize("NFC", text).split())
    if not 1 <= len(label) <= 80 or any(unicodedata.category(c)[0] == "C" for c in label):
        raise MemberError("the label tells who or what uses the token: 1 to 80 characters, without control characters")
    return label


def _grant(row: Any) -> Grant:
    scopes = tuple(row.scopes.split())
    return Grant(row.id, row.member, scopes, row.label, row.created, row.expires, row.revoked, row.used)
