"""One MARC record of an Instance to copy into another system: cleaned, its headings linked, the hub's URIs in it.

What it is, beyond the union record (hub.feeds.union_record):

- nothing that is of one library only: no holdings, no fields for one institution ($5), no local numbers in $0 or $9;
- headings bear the URIs of the hub and of the authorities that the hub knows for them. By the PCC's practice
  (Formulating and Obtaining URIs, 2020) $1 holds what identifies the thing itself (the hub's agents and hubs, VIAF,
  ISNI, Wikidata), $0 what identifies its heading (the hub's concepts, id.loc.gov, GND, numbers with their source);
- 758 the Work ($i and $4: instance of), 024 with second source ``uri`` the Instance: MARC 21 gives 024 to what the
  record describes, 758 to what it is related to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from converters import Profile, convert
from converters.bibframe.conversion import ConversionError
from converters.marc import MarcError
from converters.marc.record import Field, Record
from hub.feeds.union_record import Stands, standing, union_records
from hub.registry import schema

Key = tuple[str, str]
"""Place and strict key of a heading."""

_LINKED = re.compile(r"1(?:00|10|11|30)|240|6(?:00|10|11|30|47|48|50|51|55)|7(?:00|10|11|30)|8(?:00|10|11|30)")
_MOST = 8
"""URIs of other authorities in one field."""
_SOURCED = re.compile(r"\([A-Za-z0-9][A-Za-z0-9-]{1,15}\)[A-Za-z0-9./_-]{1,40}\Z")
_URI = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?/[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*\Z")
# Where a mark's authority lives (hub.identity.marks has neither scheme nor www), and the subfield that is its place.
_REGISTERS = (
    ("id.loc.gov/authorities/", "0", "http://"),
    ("d-nb.info/gnd/", "0", "https://"),
    ("vocab.getty.edu/", "0", "http://"),
    ("id.worldcat.org/fast/", "0", "http://"),
    ("viaf.org/viaf/", "1", "http://"),
    ("isni.org/isni/", "1", "https://"),
    ("wikidata.org/entity/", "1", "http://www."),
)


@dataclass(frozen=True, slots=True)
class _Links:
    """What a field is given: codes and values."""

    parts: tuple[tuple[str, str], ...]


def linked_record(connection: Connection, base: str, instance: str) -> Record | None:
    """The record of a live Instance; None when it has none that can be read."""
    entity = schema.entity
    row = connection.execute(
        select(entity.c.parent, entity.c.changed).where(entity.c.id == instance, entity.c.state == "live")
    ).first()
    found = standing(connection, [instance])
    if row is None or not found:
        return None
    union = union_records(connection, base, {instance: (row.parent or "", row.changed)}, found).get(instance)
    if union is None:
        return None
    fields = [kept for f in union.fields if (kept := _kept(f)) is not None]
    links = _links(connection, base, found[instance][0], union.leader, fields)
    title = _title(union)
    fields = [_finished(f, links.get(n), title) for n, f in enumerate(fields)]
    return Record(f"{union.leader[:5]}n{union.leader[6:]}", fields)


def _kept(field: Field) -> Field | None:
    """The field without what is of one library; None when nothing is left, or it is for one institution."""
    if field.tag[:2] == "00":
        return field
    if field.tag == "852" or field.get("5"):
        return None
    parts = [(c, t) for c, t in field.subfields if c != "9" and (c not in "01" or _tells(t))]
    return Field(field.tag, field.ind1, field.ind2, parts) if any(c not in "0126" for c, _ in parts) else _alone(field)


def _alone(field: Field) -> Field | None:
    """A field that has nothing but links is one in 758 only."""
    return field if field.tag == "758" else None


def _tells(text: str) -> bool:
    """Whether a $0 or $1 means the same to everybody: a URI, or a number with its source."""
    return bool(_URI.match(text.strip()) or _SOURCED.match("".join(text.split())))


def _title(record: Record) -> str:
    field = record.first("240", "130", "245")
    return (field.get("a") or "").rstrip(" /:;=,.") if field is not None else ""


def _finished(field: Field, links: _Links | None, title: str) -> Field:
    if field.tag == "758" and any(code == "4" for code, _ in field.subfields) and not field.get("a"):
        return Field("758", " ", " ", [("i", "Instance of:"), ("a", title or "[Work]"), *field.subfields])
    if links is None:
        return field
    have = {text for _, text in field.subfields}
    own = [(code, text) for code, text in links.parts if text not in have]
    return Field(field.tag, field.ind1, field.ind2, [*field.subfields, *sorted(own, key=lambda part: part[0])])


def _links(connection: Connection, base: str, best: Stands, leader: str, fields: list[Field]) -> dict[int, _Links]:
    """The links of each field, by its place among ``fields``."""
    headings = {n: key for n, f in enumerate(fields) if (key := _heading(leader, fields, f)) is not None}
    entities = _entities(connection, best.id, set(headings.values()))
    marks = _marks(connection, entities.values())
    found = {}
    for n, key in headings.items():
        identity = entities.get(key)
        if identity is not None:
            code = "0" if key[0] == "concepts" else "1"
            found[n] = _Links(((code, f"{base}{key[0]}/{identity}"), *marks.get(identity, ())))
    return found


def _heading(leader: str, fields: list[Field], field: Field) -> Key | None:
    """The heading that a field stands for: what the conversion makes of it alone (a uniform title with its author)."""
    if not _LINKED.fullmatch(field.tag):
        return None
    beside = [f for f in fields if field.tag == "240" and f.tag in ("100", "110", "111")]
    before = set(_headings(Record(leader, beside))) if beside else set()
    return next((key for key in _headings(Record(leader, [*beside, field])) if key not in before), None)


def _headings(record: Record) -> list[Key]:
    try:
        description = convert(record, Profile(), key="x")
    except (MarcError, ConversionError):
        return []
    found = [(n.heading.group, n.heading.key) for n in description.headings() if n.heading is not None]
    description.release()
    return [key for key in found if key[0] in ("agents", "concepts", "hubs")]


def _entities(connection: Connection, number: int, wanted: set[Key]) -> dict[Key, str]:
    """The entities of a record's headings, as identity has decided."""
    heading, mention, entity = schema.heading, schema.mention, schema.entity
    rows = connection.execute(
        select(heading.c.place, heading.c.key, heading.c.entity)
        .join(mention, mention.c.heading == heading.c.id)
        .join(entity, entity.c.id == heading.c.entity)
        .where(mention.c.record == number, entity.c.state == "live")
    )
    return {(r.place, r.key): r.entity for r in rows if (r.place, r.key) in wanted}


def _marks(connection: Connection, entities: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """What other authorities call the entities, from what any record says of them: (subfield, value)."""
    heading, bearing = schema.heading, schema.bearing
    rows = connection.execute(
        select(heading.c.entity, bearing.c.mark)
        .join(bearing, bearing.c.heading == heading.c.id)
        .where(heading.c.entity.in_(sorted(set(entities))))
        .distinct()
        .order_by(heading.c.entity, bearing.c.mark)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        part = _part(row.mark)
        if part is not None and len(found.setdefault(row.entity, [])) < _MOST:
            found[row.entity].append(part)
    return found


def _part(mark: str) -> tuple[str, str] | None:
    if _SOURCED.match(mark):
        return "0", mark
    for host, code, scheme in _REGISTERS:
        if mark.startswith(host) and _URI.match(scheme + mark):
            return code, scheme + mark
    return None
