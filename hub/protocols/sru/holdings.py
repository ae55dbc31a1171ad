"""Who holds an Instance, as fields of its MARC record: 999 11 for brokers, 852 for people.

999 11 ``$l`` the member's own control number, ``$s`` its symbol (what CrossLink, ReShare and Reservoir read); one for
each member's record. 852 ``$a`` the same symbol, ``$b`` the branch, ``$c`` where in it, ``$h`` the call number, ``$p``
the barcode, ``$t`` the copy, ``$3`` what of it; one for each Item, and one for a member whose copies are not known.
The symbol is the member's organization code or ISIL (``organization`` of its profile), else its code in the hub.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, select

from converters import convert
from converters.bibframe.node import Node
from converters.bibframe.terms import text_of
from converters.marc import MarcError, parse
from converters.marc.record import Field, Record
from converters.profile import Profile
from hub.feeds.log import among
from hub.feeds.union_record import Stands
from hub.intake.copied import NOTHING, LeftOut, left_out, without
from hub.registry import schema
from ontologies.namespaces import BF, HUB, RDF, RDFS

MOST_COPIES = 300
"""852 fields of one record: beyond it neither ISO 2709 nor a reader follows."""

# What says nothing of copies need not be converted to find them: tags of holdings, and numbers.
_HOLDINGS = frozenset(
    {"001", "003", "004", "014", "850"}
    | {str(t) for t in (*range(841, 846), *range(852, 856), *range(863, 869), *range(876, 879))}
)
_SCHEMES = {BF.ShelfMarkLcc: "0", BF.ShelfMarkDdc: "1", BF.ShelfMarkNlm: "2"}


@dataclass(frozen=True, slots=True)
class Copy:
    """One Item: the member that has it and the 852 that describes it."""

    member: str
    field: Field


@dataclass(frozen=True, slots=True)
class Told:
    """What a record tells of one Item: its library code and, for 852, the first indicator and the subfields."""

    library: str
    indicator: str
    subfields: tuple[tuple[str, str], ...]


class Holders:
    """Reads from the registry who holds some Instances."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        member = schema.member
        self.profiles = {row.code: row.profile for row in connection.execute(select(member.c.code, member.c.profile))}

    def symbol(self, member: str) -> str:
        """The member as brokers know it."""
        return _profile(self.profiles.get(member, "{}")).organization or member

    def fields(self, standings: dict[str, list[Stands]]) -> dict[str, list[Field]]:
        """The 852 and 999 fields of each Instance by the records that stand for it."""
        copies = self._copies(standings)
        found: dict[str, list[Field]] = {}
        for instance, records in standings.items():
            mine = copies.get(instance, [])
            told = {copy.member for copy in mine}
            silent = sorted({r.member for r in records} - told)
            fields = [copy.field for copy in mine[:MOST_COPIES]]
            fields += [Field("852", " ", " ", [("a", self.symbol(member))]) for member in silent]
            fields += [Field("999", "1", "1", [("l", r.control_number), ("s", self.symbol(r.member))]) for r in records]
            found[instance] = fields
        return found

    def _copies(self, instances: Iterable[str]) -> dict[str, list[Copy]]:
        entity, item, record = schema.entity, schema.item, schema.record
        columns = (
            select(entity.c.parent, item.c.record, item.c.key)
            .join(item, item.c.entity == entity.c.id)
            .where(entity.c.state == "live")
        )
        wanted: dict[int, list[tuple[str, str]]] = {}
        for row in among(self.connection, columns, entity.c.parent, instances):
            wanted.setdefault(row.record, []).append((row.parent, row.key))
        raw = select(record.c.id, record.c.member, record.c.format, record.c.raw).where(record.c.deleted.is_(False))
        found: dict[str, list[Copy]] = {}
        left = left_out(self.connection, wanted)
        for row in sorted(among(self.connection, raw, record.c.id, wanted), key=lambda r: (r.member, r.id)):
            told = copies_told(row.raw, row.format, self.profiles.get(row.member, "{}"), left.get(row.id, NOTHING))
            for instance, key in wanted[row.id]:
                if key in told:
                    found.setdefault(instance, []).append(Copy(row.member, self._field(row.member, told[key])))
        for copies in found.values():
            copies.sort(key=lambda c: (c.member, *(c.field.get(code) or "" for code in "bhp")))
        return found

    def _field(self, member: str, told: Told) -> Field:
        subfields = [("a", self.symbol(member))]
        if told.library and told.library != member:
            subfields.append(("b", told.library))
        return Field("852", told.indicator, " ", [*subfields, *told.subfields])


@lru_cache(maxsize=64)
def _profile(text: str) -> Profile:
    return Profile.from_json(json.loads(text))


@lru_cache(maxsize=8192)  # the same record is shown in many results, and stays what it is
def copies_told(raw: bytes, form: str, profile: str, left: LeftOut = NOTHING) -> dict[str, Told]:
    """What a record as the registry has it (zlib, its format) tells of its Items, by their key in it.

    ``profile`` is the member's, as JSON; ``left`` what of the record is another member's. Nothing of a
    record that cannot be read.
    """
    ways = _profile(profile)
    try:
        record = without(parse(zlib.decompress(raw), form, encoding=ways.encoding), left)
    except MarcError:
        return {}
    if record.kind == "bibliographic":
        tags = _HOLDINGS | {fields.tag for fields in ways.items}
        record = Record(
            record.leader, [f for f in record.fields if f.tag in tags], format=record.format, encoding=record.encoding
        )
    return {item.key: _told(item, ways) for item in convert(record, ways).items}


def _told(item: Node, profile: Profile) -> Told:
    mark = next((v for v in item.values(BF.shelfMark) if isinstance(v, Node)), None)
    kind = next((_SCHEMES[t] for t in mark.types if t in _SCHEMES), " ") if mark is not None else " "
    branch = next((v.heading.key for v in item.values(BF.heldBy) if isinstance(v, Node) and v.heading), "")
    subfields = [("c", text) for text in _labels(item, BF.sublocation)]
    subfields += [("h", text) for text in _labels(item, BF.shelfMark)[:1]]
    subfields += [("p", text) for text in _barcodes(item)[:1]]
    subfields += [("t", text_of(v)) for v in item.values(HUB.copyNumber) if isinstance(v, str)]
    subfields += [("3", text) for text in _labels(item, BF.enumerationAndChronology)[:1]]
    return Told(profile.libraries.get(branch, ""), kind, tuple(subfields))


def with_holdings(record: Record, fields: Sequence[Field]) -> Record:
    """The record with these holdings in place of its own 852 fields."""
    kept = [f for f in record.fields if f.tag != "852"]
    for field in fields:
        place = next((n for n, f in enumerate(kept) if f.tag > field.tag), len(kept))
        kept.insert(place, field)
    return Record(record.leader, kept, format=record.format, encoding=record.encoding)


def without_holdings(record: Record) -> Record:
    """The bibliographic record alone: what another library loads as its own."""
    kept = [f for f in record.fields if f.tag != "852"]
    return Record(record.leader, kept, format=record.format, encoding=record.encoding)


def _labels(item: Node, predicate: str) -> list[str]:
    return [
        text_of(v)
        for value in item.values(predicate)
        if isinstance(value, Node)
        for v in value.values(RDFS.label)[:1]
        if isinstance(v, str)
    ]


def _barcodes(item: Node) -> list[str]:
    return [
        text_of(v)
        for value in item.values(BF.identifiedBy)
        if isinstance(value, Node) and BF.Barcode in value.types
        for v in value.values(RDF.value)
        if isinstance(v, str)
    ]
