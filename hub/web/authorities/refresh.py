"""Refreshing links: addresses in, their current label, status and replacement out, many at a time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import unquote

from sqlalchemy import Connection, select

from hub.catalog.catalog import PLACES
from hub.identity.marks import of_iri
from hub.registry import Registry, schema
from hub.registry.registry import CHUNK
from hub.search import Headings
from hub.search.headings import Heading

MOST = 5000
"""Addresses of one request."""
_EXTENSIONS = (".html", ".ttl", ".jsonld", ".nt", ".rdf", ".xml", ".json")
_STEPS = 20
"""Merges that are followed one after the other."""
_ENTITIES = frozenset(PLACES) - {"libraries", "groups", "records"}


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What became of an address. ``status``: current, merged, withdrawn, unknown, or linked (an address elsewhere that
    a heading of this hub stands for); ``label`` is of what it is now, empty for what is no heading.
    """

    uri: str
    status: str
    label: str = ""
    replacement: str = ""
    established: bool | None = None


def refresh(registry: Registry, headings: Headings, base: str, uris: Sequence[str]) -> list[Refreshed]:
    """What became of each address, in their order."""
    own = {uri: found for uri in uris if (found := _own(uri, base)) is not None}
    with registry.read() as connection:
        ends = _followed(connection, {number for _, number in own.values()})
        elsewhere = _linked(connection, [u for u in uris if u not in own])
    now = {number for number, _ in ends.values() if number} | {number for number, _ in elsewhere.values()}
    known = headings.some(sorted(now))
    return [_one(uri, own.get(uri), ends, elsewhere, known, base) for uri in uris]


def _one(
    uri: str,
    own: tuple[str, str] | None,
    ends: dict[str, tuple[str, str]],
    elsewhere: dict[str, tuple[str, str]],
    known: dict[str, Heading],
    base: str,
) -> Refreshed:
    if own is None:
        number, place = elsewhere.get(uri, ("", ""))
        if not number:
            return Refreshed(uri, "unknown")
        heading = known.get(number)
        there = f"{base}{place}/{number}"
        return Refreshed(
            uri, "linked", heading.label if heading else "", there, heading.established if heading else None
        )
    place, number = own
    if number not in ends or ends[number][1] != place:
        return Refreshed(uri, "unknown")
    end = ends[number][0]
    if not end:
        return Refreshed(uri, "withdrawn")
    heading = known.get(end)
    label, established = (heading.label, heading.established) if heading else ("", None)
    if end == number:
        return Refreshed(uri, "current", label, "", established)
    return Refreshed(uri, "merged", label, f"{base}{place}/{end}", established)


def _own(uri: str, base: str) -> tuple[str, str] | None:
    """Place and id of an address of this hub, with http or https, with or without a document's extension."""
    text = uri.split("#")[0].split("?")[0]
    stem = base.partition("://")[2]
    scheme, mark, rest = text.partition("://")
    if not mark or scheme not in ("http", "https") or not rest.startswith(stem):
        return None
    place, _, number = rest.removeprefix(stem).partition("/")
    for extension in _EXTENSIONS:
        number = number.removesuffix(extension)
    return (place, unquote(number)) if place in _ENTITIES else None


def _followed(connection: Connection, numbers: Iterable[str]) -> dict[str, tuple[str, str]]:
    """For each id that there is: the live one that it leads to (empty: withdrawn), and its place."""
    table = schema.entity
    rows: dict[str, tuple[str, str, str]] = {}
    frontier = set(numbers)
    asked = set(frontier)
    for _ in range(_STEPS):
        found: dict[str, tuple[str, str, str]] = {}
        wanted = sorted(frontier)
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            columns = select(table.c.id, table.c.place, table.c.state, table.c.replaced_by).where(table.c.id.in_(part))
            found |= {r.id: (r.place, r.state, r.replaced_by or "") for r in connection.execute(columns)}
        rows |= found
        frontier = {to for _, _, to in found.values() if to} - rows.keys()
        if not frontier:
            break
    made = {}
    for number in asked & rows.keys():
        end, steps = number, 0
        while end in rows and rows[end][1] == "merged" and steps < _STEPS:
            end, steps = rows[end][2], steps + 1
        live = end in rows and rows[end][1] == "live"
        made[number] = (end if live else "", rows[number][0])
    return made


def _linked(connection: Connection, uris: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Id and place of the one heading that bears an address elsewhere ($0, $1, 024), by the address."""
    marks = {of_iri(uri): uri for uri in uris if uri.startswith(("http://", "https://"))}
    bearing, heading, entity = schema.bearing, schema.heading, schema.entity
    found: dict[str, set[tuple[str, str]]] = {}
    wanted = sorted(m for m in marks if m)
    for start in range(0, len(wanted), CHUNK):
        statement = (
            select(bearing.c.mark, entity.c.id, entity.c.place)
            .join(heading, heading.c.id == bearing.c.heading)
            .join(entity, entity.c.id == heading.c.entity)
            .where(bearing.c.mark.in_(wanted[start : start + CHUNK]), entity.c.state == "live")
            .distinct()
        )
        for row in connection.execute(statement):
            found.setdefault(row.mark, set()).add((row.id, row.place))
    # An address that several headings bear tells nothing.
    return {marks[mark]: next(iter(those)) for mark, those in found.items() if len(those) == 1}


def read_uris(text: str) -> list[str]:
    """Addresses from a text (one a line, or a CSV's first column) or from JSON: a list, or ``{"uris": […]}``.

    Raises ValueError for JSON that holds none, and for more than :data:`MOST`.
    """
    text = text.lstrip("\ufeff")
    if text.lstrip()[:1] in ("[", "{"):
        data = json.loads(text)
        given = data.get("uris") if isinstance(data, dict) else data
        if not isinstance(given, list) or not all(isinstance(u, str) for u in given):
            raise ValueError('send a list of addresses, or {"uris": [...]}')
        lines = given
    else:
        lines = [next(csv.reader([line]), [""])[0] for line in text.replace("\x00", "").splitlines() if line.strip()]
    found = [line.strip().strip("<>")[:2000] for line in lines]
    found = [u for u in found if u and u.lower() not in ("uri", "url")]
    if len(found) > MOST:
        raise ValueError(f"at most {MOST} addresses at a time; these are {len(found)}")
    return found


def to_csv(rows: Iterable[Refreshed]) -> str:
    """The answer as CSV (RFC 4180) with a line of names."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["uri", "status", "label", "replacement", "established"])
    for r in rows:
        established = "" if r.established is None else str(r.established).lower()
        writer.writerow([harmless(c) for c in (r.uri, r.status, r.label, r.replacement, established)])
    return out.getvalue()


def to_json(rows: Iterable[Refreshed]) -> str:
    """The answer as JSON: a list of objects."""
    return json.dumps([asdict(r) for r in rows], ensure_ascii=False, indent=1)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def entity_of(text: str, base: str) -> str:
    """The id in an address of this hub, or the id itself; what is neither stays as it is."""
    found = _own(text.strip(), base)
    return found[1] if found is not None else text.strip()[:200]
