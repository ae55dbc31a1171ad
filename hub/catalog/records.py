"""Record pages: what a member sent, without what its profile keeps private, beside what it was converted to."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from urllib.parse import quote

from pyoxigraph import RdfFormat, parse
from sqlalchemy import RowMapping, case, select

from converters import Profile, convert
from converters.bibframe.node import ntriples
from converters.marc import parse as parse_marc
from converters.marc.record import Record
from converters.public import public
from hub.catalog.bibliographic import more
from hub.catalog.cards import name_of, short_types
from hub.catalog.graph import TYPE, Graph, Link
from hub.catalog.models import MarcLine, RecordPage, Statement
from hub.intake.copied import NOTHING, LeftOut, left_out, without
from hub.registry import Registry
from hub.registry.schema import member, problem, record
from ontologies.namespaces import BF, FOAF

KINDS = ("bibliographic", "holdings", "authority")


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A member's record, decoded and without private fields; ``hidden`` counts those left out. ``left_out`` names
    fields that are shown as sent but are no holdings of the member (hub.intake.copied).
    """

    row: RowMapping
    record: Record
    profile: Profile
    hidden: int
    left_out: LeftOut = NOTHING


def record_iri(base: str, member_code: str, control_number: str) -> str:
    """The URI of a member's record."""
    return f"{base}records/{quote(member_code, safe='')}/{quote(control_number, safe='')}"


def record_rows(registry: Registry, member_code: str, control_number: str) -> list[RowMapping]:
    """The records a member has under a control number, the bibliographic one first."""
    order = case({kind: n for n, kind in enumerate(KINDS)}, value=record.c.kind, else_=len(KINDS))
    with registry.read() as connection:
        return list(
            connection.execute(
                select(record)
                .where(
                    record.c.member == member_code,
                    record.c.control_number == control_number,
                    record.c.kind.in_(KINDS),
                )
                .order_by(order)
            ).mappings()
        )


def stored_record(registry: Registry, row: RowMapping) -> StoredRecord:
    """The record of a row, its public part (converters.public): copies stay, notes for staff and local fields go."""
    with registry.read() as connection:
        text = connection.execute(select(member.c.profile).where(member.c.code == row["member"])).scalar()
        left = left_out(connection, [row["id"]]).get(row["id"], NOTHING)
    profile = Profile.from_json(json.loads(text)) if text else Profile()
    found = parse_marc(zlib.decompress(row["raw"]), row["format"], encoding=profile.encoding)
    shown = public(found, profile)
    return StoredRecord(row, shown, profile, len(found.fields) - len(shown.fields), left)


def record_graph(stored: StoredRecord, iri: str) -> bytes:
    """What one member said: the conversion of its record alone, as N-Triples with fragments of the record's URI."""
    d = convert(without(stored.record, stored.left_out), stored.profile, key=stored.row["control_number"])
    seen: dict[str, int] = {}
    for root in d.roots():
        seen[root.kind] = n = seen.get(root.kind, 0) + 1
        root.iri = f"<{iri}#{root.kind}>" if n == 1 else f"<{iri}#{root.kind}-{n}>"
    lines: list[str] = []
    for root in d.roots():
        lines.append(f"<{iri}> {FOAF.topic} {root.iri} .")
        lines.extend(ntriples(root))
    return "".join(f"{line}\n" for line in dict.fromkeys(lines)).encode("utf-8", "replace")


def _lines(found: Record) -> tuple[MarcLine, ...]:
    lines = []
    for f in found.fields:
        if f.tag < "010":
            lines.append(MarcLine(f.tag, "", f.value))
        else:
            lines.append(MarcLine(f.tag, f.ind1 + f.ind2, "", tuple(f.subfields)))
    return tuple(lines)


def record_page(registry: Registry, row: RowMapping, kinds: tuple[str, ...], base: str) -> tuple[RecordPage, bytes]:
    """The page of a member's record and its graph as N-Triples."""
    iri = record_iri(base, row["member"], row["control_number"])
    stored = stored_record(registry, row)
    ntriples = record_graph(stored, iri)
    graph = Graph().extend(parse(ntriples, RdfFormat.N_TRIPLES))
    with registry.read() as connection:
        problems = connection.execute(
            select(problem.c.code, problem.c.place, problem.c.message)
            .where(problem.c.record == row["id"])
            .order_by(problem.c.id)
        ).all()
    title = next(stored.record.values("245", "a"), "") or row["control_number"]
    page = RecordPage(
        iri,
        title.rstrip(" /:;,"),
        (),
        member=row["member"],
        control_number=row["control_number"],
        kind=row["kind"],
        kinds=kinds,
        format=row["format"],
        leader=stored.record.leader,
        fields=_lines(stored.record),
        hidden=stored.hidden,
        instance=f"{base}instances/{row['instance']}" if row["instance"] else "",
        created=row["created"],
        changed=row["changed"],
        deleted=bool(row["deleted"]),
        problems=tuple((p.code, p.place, p.message) for p in problems),
        nodes=_nodes(graph, iri),
    )
    return page, ntriples


def _nodes(graph: Graph, record: str) -> tuple[tuple[str, tuple[Statement, ...]], ...]:
    """The nodes of a record's graph as tables, owned nodes spelled out in their owner's."""
    roots = graph.nodes(record, FOAF.topic)
    everyone = frozenset(roots)
    made = []
    for root in roots:
        types = Statement(TYPE, tuple(Link(t) for t in graph.types(root)))
        name = name_of(graph, root) if graph.nodes(root, BF.title) else ""
        head = " — ".join(t for t in (", ".join(short_types(graph, root)), name) if t)
        made.append((head, (types, *more(graph, root, {TYPE}, everyone))))
    return tuple(made)
