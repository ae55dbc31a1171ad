"""“We hold this too”: a member's holding of an Instance of the hub, kept as a holdings record (MFHD) of that member.

Why a record, and why this one: what a record says survives every rebuild and re-reading, and it is the member's like
all its others. A second bibliographic record would stand in the way of the member's own when that is loaded (two
records of one member are never one Instance); a holdings record does not. It names the Instance (014), not another
member's record, and so follows merges and splits; the member's own record with the same barcode takes its Item over
(hub.identity.attached).
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, Row, select

from converters.marc import Frame, parse
from converters.marc.record import Field, Record
from converters.marc.write import to_iso2709
from converters.profile import ItemFields, Profile
from hub.identity.attached import PREFIX, named
from hub.intake import single
from hub.intake.copied import NOBODY
from hub.intake.preparation import prepare_again
from hub.intake.records import TOLD_HERE
from hub.registry import schema

SOURCE = "BibHub"
"""014 $b: whose number the linkage number is."""
_STANDARD = {"library": "b", "sublocation": "c", "shelfmark": "h", "barcode": "p", "copy": "t", "note": "z"}
"""The facts of a copy in 852 as MARC 21 Holdings has it."""
STANDARD_852 = ItemFields("852", _STANDARD)
_FACTS = {"call_number": "shelfmark", "library": "library", "location": "sublocation", "note": "note", "copy": "copy"}
_LENGTHS = {"barcode": 64, "call_number": 200, "library": 40, "location": 200, "note": 1000, "copy": 20}


class Unfit(ValueError):
    """A holding that cannot be kept; the message names what is wrong, ``code`` says it in one word.

    Codes: ``no-barcode``, ``no-place``, ``too-long``, ``no-text``, ``no-branch``, ``no-record``.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Elsewhere(Exception):
    """The member has a copy with this barcode in a record of its own: ``record`` is its row, ``item`` the Item's id,
    ``instance`` where it stands."""

    def __init__(self, record: Row[Any], item: str, instance: str | None) -> None:
        super().__init__(f"the barcode is that of a copy in record {record.control_number}")
        self.record, self.item, self.instance = record, item, instance


@dataclass(frozen=True, slots=True)
class Holding:
    """A copy: its Instance (entity id), barcode, and where it stands; ``library`` is a library code of the hub."""

    instance: str
    barcode: str
    call_number: str = ""
    library: str = ""
    location: str = ""
    note: str = ""
    copy: str = ""

    def checked(self) -> Holding:
        """The same with trimmed text. Raises Unfit for what is missing, too long, or holds control characters."""
        said = {}
        for name, text in _facts(self).items():
            if any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") and c not in "\t\r\n" for c in text):
                raise Unfit("no-text", f"{name} holds characters that are no text")
            said[name] = " ".join(unicodedata.normalize("NFC", text).split())
            if len(said[name]) > _LENGTHS.get(name, 40):
                raise Unfit("too-long", f"{name} has more than {_LENGTHS.get(name, 40)} characters")
        if not said["barcode"]:
            raise Unfit(
                "no-barcode",
                "barcode is missing: it tells this copy from others, now and when your own record is loaded",
            )
        if not said["call_number"] and not said["location"]:
            raise Unfit("no-place", "call_number or location is missing: readers could not find the copy")
        return Holding(**said)


@dataclass(frozen=True, slots=True)
class Attached:
    """An attached holding as it stands: its record's row, what it says, its Item, and the Instance of that."""

    row: Row[Any]
    holding: Holding
    item: str | None
    instance: str | None


def number_of(barcode: str) -> str:
    """The control number of the holdings record of a barcode."""
    return f"{TOLD_HERE}{barcode}"


def record_of_holding(holding: Holding, profile: Profile) -> Record:
    """The holdings record (MARC 21 Holdings: 014, 852) in which the member's profile finds the copy again.

    Raises Unfit for a library that the profile has no code for.
    """
    own = profile.item_fields("852")
    location = copy_field(own[0] if own else STANDARD_852, holding, _branch(holding.library, profile))
    return Record(
        "00000nx  a2200000zn 4500",
        [
            Field("001", value=number_of(holding.barcode)),
            Field("014", "1", " ", [("a", f"{PREFIX}{holding.instance}"), ("b", SOURCE)]),
            location,
        ],
    )


def branches(member: str, profile: Profile) -> dict[str, str]:
    """Library codes of the hub in which the member can place a copy, each with the member's own code for it."""
    found = {member: ""}
    for code, library in sorted(profile.libraries.items()):
        if found.get(library, "") == "":
            found[library] = code
    return found


def _branch(library: str, profile: Profile) -> str:
    if not library:
        return ""
    for code, known in sorted(profile.libraries.items()):
        if known == library:
            return code
    raise Unfit(
        "no-branch", f"library {library!r} has no code in the member's profile; leave it out for the member itself"
    )


def copy_field(own: ItemFields, holding: Holding, branch: str) -> Field:
    """The copy in the item field that the member's system writes (Koha 952, Sierra 945 …)."""
    facts = {
        "library": branch, "sublocation": holding.location, "shelfmark": holding.call_number,
        "barcode": holding.barcode, "copy": holding.copy,
        "note": f"{own.public_note}{holding.note}" if holding.note else "",
    }  # fmt: skip
    parts = [(own.codes[fact][0], text) for fact, text in facts.items() if text and own.codes.get(fact)]
    if branch and len(own.codes.get("library", "")) > 1:  # Koha: home and holding library
        parts.insert(1, (own.codes["library"][1], branch))
    return Field(own.tag, own.first_indicator or " ", " ", parts)


def attach(
    connection: Connection, member: str, holding: Holding, by: str, *, loading: bool, replace: bool = True
) -> tuple[Attached, str]:
    """Keep a holding in the caller's transaction; gives it as it stands and ``created``, ``replaced`` or ``unchanged``.

    ``holding.instance`` may be one that was merged. Raises Unfit; LookupError for no such (or a withdrawn) Instance;
    Elsewhere when the member has the copy in a record of its own; single.Stale (``replace`` False) and single.Busy.
    """
    text = single.profile_json(connection, member)
    if text is None:
        raise LookupError(f"no member {member}")
    holding = holding.checked()
    standing = live_instance(connection, holding.instance)
    if standing is None:
        raise LookupError(f"no Instance {holding.instance}")
    _nowhere_else(connection, member, holding.barcode)
    known = single.find(connection, member, number_of(holding.barcode), "holdings")
    if known and not known[0].deleted:
        # What leads to the same Instance today is the same holding: a repeated request changes nothing.
        before = said_by(known[0], single.profile_of(text))
        if before is not None and live_instance(connection, before.instance) == standing:
            standing = before.instance
    data = to_iso2709(record_of_holding(Holding(**{**_facts(holding), "instance": standing}), single.profile_of(text)))
    (prepared,) = prepare_again(text, [(number_of(holding.barcode), Frame(data, 0, "iso2709", 1))], NOBODY)
    if prepared.reason:
        raise Unfit("no-record", prepared.reason)
    changed = single.put(connection, member, prepared, by, expected=None, new=not replace, loading=loading)
    found = one(connection, member, holding.barcode)
    assert found is not None
    return found, changed.act


def _facts(holding: Holding) -> dict[str, str]:
    return {f.name: getattr(holding, f.name) for f in fields(holding)}


def detach(connection: Connection, member: str, barcode: str, by: str, *, loading: bool) -> None:
    """Withdraw a holding in the caller's transaction. Raises LookupError, single.Busy."""
    rows = [r for r in single.find(connection, member, number_of(barcode), "holdings") if not r.deleted]
    if not rows:
        raise LookupError(f"{member} has attached no copy {barcode}")
    single.withdraw(connection, rows[0], by, expected=None, loading=loading)


def one(connection: Connection, member: str, barcode: str) -> Attached | None:
    """The attached holding of a barcode, a withdrawn one too."""
    rows = single.find(connection, member, number_of(barcode), "holdings")
    return _attached(connection, rows[0], _profile(connection, member)) if rows else None


def attached_by(connection: Connection, member: str, limit: int = 500) -> Sequence[Attached]:
    """The member's attached holdings that stand, newest first."""
    record, mine = schema.record, schema.attachment
    rows = connection.execute(
        select(record)
        .join(mine, mine.c.record == record.c.id)
        .where(mine.c.member == member, record.c.deleted.is_(False), record.c.control_number.startswith(TOLD_HERE))
        .order_by(record.c.changed.desc(), record.c.id.desc())
        .limit(limit)
    ).all()
    profile = _profile(connection, member)
    found = (_attached(connection, row, profile) for row in rows)
    return [a for a in found if a is not None]


def _profile(connection: Connection, member: str) -> Profile:
    return single.profile_of(single.profile_json(connection, member) or "{}")


def _attached(connection: Connection, row: Row[Any], profile: Profile) -> Attached | None:
    holding = said_by(row, profile)
    if holding is None:
        return None
    item, entity = schema.item, schema.entity
    stands = connection.execute(
        select(entity.c.id, entity.c.parent).join(item, item.c.entity == entity.c.id).where(item.c.record == row.id)
    ).first()
    return Attached(row, holding, stands.id if stands else None, stands.parent if stands else None)


def said_by(row: Row[Any], profile: Profile) -> Holding | None:
    """What an attached record says, None for a record that is none."""
    record = parse(zlib.decompress(row.raw), row.format)
    instance = named(next(record.values("014", "a"), ""))
    field = record.first("852")
    if not instance or field is None:
        return None
    own = profile.item_fields("852")
    codes = own[0].codes if own else _STANDARD
    said = {name: field.get(codes[fact][0]) or "" for name, fact in _FACTS.items() if codes.get(fact)}
    said["library"] = profile.libraries.get(said.get("library", ""), "")
    if own and said.get("note"):
        said["note"] = said["note"].removeprefix(own[0].public_note)
    return Holding(instance, row.control_number.removeprefix(TOLD_HERE), **said)


def live_instance(connection: Connection, identity: str) -> str | None:
    """The Instance of an id, or what it was merged into; None for one that is withdrawn or never was."""
    entity = schema.entity
    for _ in range(50):
        row = connection.execute(
            select(entity.c.state, entity.c.replaced_by).where(entity.c.id == identity, entity.c.place == "instances")
        ).first()
        if row is None:
            return None
        if row.state == "live":
            return identity
        if row.replaced_by is None:
            return None
        identity = row.replaced_by
    return None


def _nowhere_else(connection: Connection, member: str, barcode: str) -> None:
    """Raise Elsewhere when a record of the member that is no attachment has a copy with this barcode."""
    record, item, entity, mine = schema.record, schema.item, schema.entity, schema.attachment
    row = connection.execute(
        select(record, entity.c.id.label("item_id"), entity.c.parent)
        .join(item, item.c.record == record.c.id)
        .join(entity, entity.c.id == item.c.entity)
        .outerjoin(mine, mine.c.record == record.c.id)
        .where(
            item.c.key == barcode, record.c.member == member, record.c.deleted.is_(False), mine.c.record.is_(None),
            entity.c.state == "live",
        )
        .limit(1)
    ).first()  # fmt: skip
    if row is not None:
        raise Elsewhere(row, row.item_id, row.parent)
