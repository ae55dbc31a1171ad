"""Members, libraries and groups in the registry; each change is logged, so that the views follow."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from converters.profile import Profile
from hub.registry import schema
from hub.registry.registry import now

# ISO 15511 (ISIL): at most 16 characters, letters, digits, - / :. We leave out / and :, which would be path signs.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,15}\Z")


class MemberError(ValueError):
    """A member, library or group that cannot be kept as given; the message says why."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of libraries (a region, a network)."""

    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Library:
    """A library that holds Items; ``member`` sends its records. Latitude and longitude in degrees (WGS 84)."""

    code: str
    member: str
    name_vi: str
    name_en: str
    group_code: str | None = None
    place: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    website: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A member with its counts: records by kind, rejected ones of all its loads."""

    code: str
    profile: dict[str, Any]
    libraries: list[Library]
    records: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0


def read_profile(path: Path) -> dict[str, Any]:
    """The profile in a JSON file. Raises MemberError telling file and line when it is none."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (ValueError, UnicodeDecodeError) as error:
        raise MemberError(f"{path} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise MemberError(f"{path}: a profile is a JSON object, {{…}}")
    return found


def put_group(connection: Connection, group: Group) -> None:
    """Add a group or change its names. Raises MemberError for a code that could not stand in a URI."""
    _check(group.code, "group")
    _put(connection, schema.library_group, asdict(group))
    _log(connection, "groups", group.code)


def put_member(connection: Connection, code: str, profile: dict[str, Any]) -> None:
    """Add a member or change its profile (see converters.profile). Raises MemberError naming what is wrong."""
    _check(code, "member")
    try:
        text = json.dumps(Profile.from_json(profile).to_json(), ensure_ascii=False, sort_keys=True)
    except (ValueError, TypeError, KeyError) as error:
        raise MemberError(f"profile of {code}: {error}") from error
    values: dict[str, Any] = {"code": code, "profile": text}
    if connection.execute(select(schema.member.c.code).where(schema.member.c.code == code)).first() is None:
        values["created"] = now()
    _put(connection, schema.member, values)


def put_library(connection: Connection, library: Library) -> None:
    """Add a library of a member or change it. Raises MemberError for a bad code or an unknown member or group."""
    _check(library.code, "library")
    if not connection.execute(select(schema.member.c.code).where(schema.member.c.code == library.member)).first():
        raise MemberError(f"library {library.code}: no member {library.member!r}")
    groups = schema.library_group
    if (
        library.group_code
        and not connection.execute(select(groups.c.code).where(groups.c.code == library.group_code)).first()
    ):
        raise MemberError(f"library {library.code}: no group {library.group_code!r}")
    _put(connection, schema.library, asdict(library))
    _log(connection, "libraries", library.code)


def members(connection: Connection) -> Sequence[Member]:
    """All members by code, with their libraries and counts."""
    codes = connection.execute(select(schema.member.c.code).order_by(schema.member.c.code)).scalars().all()
    return [found for code in codes if (found := show_member(connection, code)) is not None]


def show_member(connection: Connection, code: str) -> Member | None:
    """One member, or None."""
    row = connection.execute(select(schema.member).where(schema.member.c.code == code)).first()
    if row is None:
        return None
    library, record, quarantine = schema.library, schema.record, schema.quarantine
    libraries = [
        Library(**r._mapping)
        for r in connection.execute(select(library).where(library.c.member == code).order_by(library.c.code))
    ]
    counted = connection.execute(
        select(record.c.kind, func.count())
        .where(record.c.member == code, record.c.deleted.is_(False))
        .group_by(record.c.kind)
    )
    rejected = connection.execute(select(func.count()).where(quarantine.c.member == code)).scalar() or 0
    return Member(code, json.loads(row.profile), libraries, {row[0]: row[1] for row in counted}, rejected)


def _check(code: str, what: str) -> None:
    if not _CODE.match(code):
        raise MemberError(f"{what} code {code!r}: use 1 to 16 letters, digits and hyphens, as an ISIL has")


def _put(connection: Connection, table: Table, values: dict[str, Any]) -> None:
    where = table.c.code == values["code"]
    if connection.execute(select(table.c.code).where(where)).first() is None:
        connection.execute(insert(table).values(values))
    else:
        connection.execute(update(table).where(where).values({k: v for k, v in values.items() if k != "code"}))


def _log(connection: Connection, place: str, code: str) -> None:
    connection.execute(insert(schema.change).values(entity=code, place=place, action="update", at=now()))
