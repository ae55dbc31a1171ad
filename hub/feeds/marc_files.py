"""A member's records as MARCXML, their public part only, in portions by record number."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Protocol

from sqlalchemy import select

from converters.marc import MarcError, parse
from converters.marc.record import Record
from converters.marc.write import marcxml_collection
from converters.profile import Profile
from converters.public import public
from hub.registry import Registry, schema

PORTION = 200


class Out(Protocol):
    """What a file is written to."""

    def write(self, data: bytes, /) -> int:
        """Write all of it."""


def member_codes(registry: Registry) -> list[str]:
    """The members by code."""
    with registry.read() as connection:
        return list(connection.execute(select(schema.member.c.code).order_by(schema.member.c.code)).scalars())


def write_marc(registry: Registry, member: str, out: Out) -> dict[str, int]:
    """Write the member's live records of all kinds as one MARCXML collection; gives how many, and how many not.

    Fields that the member's profile or MARC itself calls private are left out (converters.public).
    """
    counts = {"records": 0, "unreadable": 0}

    def counted() -> Iterator[Record]:
        for record in records(registry, member):
            counts["records" if record is not None else "unreadable"] += 1
            if record is not None:
                yield record

    for part in marcxml_collection(counted()):
        out.write(part.encode("utf-8", "replace"))
    if not counts["unreadable"]:
        del counts["unreadable"]
    return counts


def records(registry: Registry, member: str) -> Iterator[Record | None]:
    """The public part of each live record, in the order of arrival; None for one that cannot be read any more."""
    table = schema.record
    with registry.read() as connection:
        text = connection.execute(select(schema.member.c.profile).where(schema.member.c.code == member)).scalar()
    profile = Profile.from_json(json.loads(text)) if text else Profile()
    after = 0
    while True:
        with registry.read() as connection:
            rows = connection.execute(
                select(table.c.id, table.c.raw, table.c.format)
                .where(table.c.member == member, table.c.id > after, table.c.deleted.is_(False))
                .order_by(table.c.id)
                .limit(PORTION)
            ).all()
        for row in rows:
            try:
                yield public(parse(zlib.decompress(row.raw), row.format, encoding=profile.encoding), profile)
            except MarcError:
                yield None
        if len(rows) < PORTION:
            return
        after = rows[-1].id
