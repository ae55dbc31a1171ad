"""Features of an earlier release are extracted again from the record's own bytes before they are compared."""

from __future__ import annotations

import json
import logging
import zlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, not_, select

from converters.marc import MarcError, parse
from converters.profile import DEFAULT_PROFILE, Profile
from hub.identity import statements
from hub.identity.features import EXTRACTION, features
from hub.registry.schema import member, record

log = logging.getLogger(__name__)


def is_stale() -> ColumnElement[bool]:
    """Whether a record row's features are not of today's extraction; the version stands first in their text."""
    written = [record.c.features.like(f'{{"v":{space}"{EXTRACTION}"%') for space in ("", " ")]
    return and_(record.c.features.is_not(None), *(not_(w) for w in written))


def renew(connection: Connection, known: Mapping[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """As :func:`current`, and writes them to the registry."""
    found = current(connection, known)
    statements.change(connection, record, "id", [{"id": n, "features": text_of(f)} for n, f in found.items()])
    return found


def current(connection: Connection, known: Mapping[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """Today's features of those records whose known ones are of another extraction.

    A record whose bytes cannot be read any more has no features and meets nothing.
    """
    stale = [n for n, value in known.items() if value.get("v") != EXTRACTION]
    if not stale:
        return {}
    profiles = profiles_of(connection)
    found: dict[int, dict[str, Any]] = {}
    columns = (record.c.id, record.c.member, record.c.format, record.c.raw)
    for r in statements.rows_where(connection, record.c.id, stale, *columns):
        profile = profiles.get(r.member, DEFAULT_PROFILE)
        try:
            marc = parse(zlib.decompress(r.raw), r.format, encoding=profile.encoding)
            found[r.id] = features(marc, profile)
        except (MarcError, zlib.error, KeyError) as error:
            log.warning("record %d of %s cannot be read again: %s", r.id, r.member, error)
            found[r.id] = {"v": EXTRACTION}
    return found


def profiles_of(connection: Connection) -> dict[str, Profile]:
    """The members' profiles by code."""
    rows = connection.execute(select(member.c.code, member.c.profile))
    return {r.code: Profile.from_json(json.loads(r.profile or "{}")) for r in rows}


def text_of(value: dict[str, Any]) -> str:
    """Features as the registry keeps them."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
