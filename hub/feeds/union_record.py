"""One MARC record of an Instance: its best member record without what is local, with the hub's URIs and holders.

What a copying library wants: 001 the Instance's id, 005 its last change, 024 its URI, 035 the control number of every
member, 758 its Work, 852 $a each member that holds it (as Evergreen's union OAI sets have it).
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from converters.marc import MarcError, parse
from converters.marc.record import Field, Record
from converters.profile import Profile
from converters.public import public
from hub.feeds.log import among
from hub.registry import schema
from ontologies.namespaces import BF

# Tags, indicators and codes that MARC21slim.xsd allows; what is outside cannot stand in a record others validate.
_TAG = re.compile("00[1-9A-Za-z]|0[1-9A-Z][0-9A-Z]|0[1-9a-z][0-9a-z]|[1-9A-Z][0-9A-Z]{2}|[1-9a-z][0-9a-z]{2}")
_CODE = re.compile(r"[0-9A-Za-z!\"#$%&'()*+,\-./:;<=>?{}_^`~\[\]\\]")
_INDICATOR = re.compile("[0-9a-z ]")
_LEADER = re.compile("[^0-9A-Za-z ]")
# Holdings embedded in bibliographic records (MARC 21: 841–845, 852–855, 863–868, 876–878); 856 is everybody's.
_HOLDINGS = frozenset(str(t) for t in (*range(841, 846), *range(852, 856), *range(863, 869), *range(876, 879)))


@dataclass(frozen=True, slots=True)
class Stands:
    """A live member record of an Instance; ``type`` is that of matching (``text``, ``map`` …), empty when unknown."""

    id: int
    member: str
    control_number: str
    type: str


def standing(connection: Connection, instances: Iterable[str]) -> dict[str, list[Stands]]:
    """The live bibliographic records of Instances, the best first (rank, then age)."""
    record = schema.record
    columns = select(
        record.c.instance, record.c.id, record.c.member, record.c.control_number, record.c.rank, record.c.features
    ).where(record.c.deleted.is_(False), record.c.kind == "bibliographic")
    rows: dict[str, list[Row[Any]]] = {}
    for row in among(connection, columns, record.c.instance, instances):
        rows.setdefault(row.instance, []).append(row)
    found = {}
    for instance, mine in rows.items():
        mine.sort(key=lambda row: (-row.rank, row.id))
        found[instance] = [Stands(r.id, r.member, r.control_number, _type(r.features)) for r in mine]
    return found


def _type(features: str | None) -> str:
    form = json.loads(features).get("form") if features else None
    return str(form.get("t", "")) if form else ""


def union_records(
    connection: Connection, base: str, instances: dict[str, tuple[str, int]], standings: dict[str, list[Stands]]
) -> dict[str, Record]:
    """The union record of each Instance (id → its Work's id or empty, its change in seconds since 1970).

    An Instance none of whose records can be read is absent.
    """
    record = schema.record
    best = {standings[i][0].id: i for i in instances if standings.get(i)}
    profiles = {r.code: Profile.from_json(json.loads(r.profile)) for r in connection.execute(select(schema.member))}
    found: dict[str, Record] = {}
    columns = select(record.c.id, record.c.member, record.c.raw, record.c.format)
    for row in among(connection, columns, record.c.id, best):
        instance = best[row.id]
        profile = profiles.get(row.member, Profile())
        try:
            parsed = parse(zlib.decompress(row.raw), row.format, encoding=profile.encoding)
        except MarcError:
            continue
        work, changed = instances[instance]
        found[instance] = _union(parsed, profile, base, instance, work, changed, standings[instance])
    return found


def _union(
    record: Record, profile: Profile, base: str, instance: str, work: str, changed: int, records: Sequence[Stands]
) -> Record:
    local = _HOLDINGS | {items.tag for items in profile.items} | {"001", "003", "005"}
    fields = [shown for f in public(record, profile).fields if f.tag not in local and (shown := _valid(f))]
    own = [
        Field("001", value=instance),
        Field("005", value=datetime.fromtimestamp(changed, UTC).strftime("%Y%m%d%H%M%S.0")),
        Field("024", "7", " ", [("a", f"{base}instances/{instance}"), ("2", "uri")]),
    ]
    own += [Field("035", " ", " ", [("a", f"({r.member}){r.control_number}")]) for r in records]
    if work:
        own.append(Field("758", " ", " ", [("4", BF.instanceOf[1:-1]), ("1", f"{base}works/{work}")]))
    own += [Field("852", " ", " ", [("a", member)]) for member in sorted({r.member for r in records})]
    for field in own:
        place = next((n for n, f in enumerate(fields) if f.tag > field.tag), len(fields))
        fields.insert(place, field)
    old = _LEADER.sub(" ", record.leader.ljust(24))
    kind = old[6] if old[6] != " " else "a"
    return Record(f"00000{old[5]}{kind}{old[7:9]}a2200000{old[17:20]}4500", fields)


def _valid(field: Field) -> Field | None:
    """The field as MARCXML's schema has it, None when nothing of it could stand there."""
    if not _TAG.fullmatch(field.tag):
        return None
    if field.tag[:2] == "00":
        return field
    subfields = [(code, text) for code, text in field.subfields if _CODE.fullmatch(code)]
    if not subfields:
        return None
    ind1, ind2 = (i if _INDICATOR.fullmatch(i) else " " for i in (field.ind1, field.ind2))
    return Field(field.tag, ind1, ind2, subfields)
