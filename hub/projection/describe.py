"""Describing entities: records and headings in, N-Triples out. Runs in worker processes; knows no registry, no store.

A :class:`Task` is a Work with what hangs on it, so that a record is read and converted once however many of its
entities changed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from converters import convert
from converters.bibframe.conversion import Description
from converters.bibframe.node import Heading, Node, from_json, ntriples
from converters.bibframe.node import name as content_name
from converters.bibframe.terms import segment
from converters.marc import parse
from converters.marc.record import Record
from converters.profile import Profile
from hub.intake.copied import NOTHING, LeftOut, without
from hub.projection.heading_document import heading_document
from hub.projection.instance_document import Told, instance_document
from hub.projection.merge import merge
from hub.projection.other_forms import in_order
from hub.projection.search_document import Said, document
from ontologies.namespaces import BF, DCTERMS, FOAF, OWL


@dataclass(slots=True)
class Source:
    """A member's record as the registry has it: its Instance, the entities that its headings stand for, and the
    holdings in it that are not the member's.
    """

    member: str
    control_number: str
    format: str
    raw: bytes
    profile: str
    instance: str
    headings: dict[tuple[str, str], str]
    left_out: LeftOut = NOTHING


@dataclass(slots=True)
class Task:
    """What to describe. Record numbers are in the order of their rank, best first; ids are entity ids.

    ``works``: id → records; ``work_holdings``: id → (instance, holdings record); ``instances``: id → (work, records,
    items); ``instance_holdings``: id → holdings records; ``items``: id → (instance, record, key); ``headings``:
    (place, id) → payloads, authority records; ``graphs``: records whose own graph is wanted; ``nested``: entities of
    headings inside headings.
    """

    base: str
    sources: dict[int, Source] = field(default_factory=dict)
    works: dict[str, list[int]] = field(default_factory=dict)
    work_instances: dict[str, list[str]] = field(default_factory=dict)
    work_holdings: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    instances: dict[str, tuple[str, list[int], list[str]]] = field(default_factory=dict)
    instance_holdings: dict[str, list[int]] = field(default_factory=dict)
    items: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    headings: dict[tuple[str, str], tuple[list[str], list[int], str]] = field(default_factory=dict)
    nested: dict[tuple[str, str], str] = field(default_factory=dict)
    graphs: list[int] = field(default_factory=list)
    libraries: dict[str, str] = field(default_factory=dict)
    """Library code by member code and by ``member branch-code``; what is not here is the member's own library."""


@dataclass(slots=True)
class Described:
    """``entities``: (IRI, N-Quads), empty when nothing is to be said; ``graphs``: those of records, if asked for;
    ``documents``: search documents of Works; ``headings``: those of Agents, Concepts and Hubs; ``instances``: those of
    Instances.
    """

    entities: list[tuple[str, bytes]] = field(default_factory=list)
    graphs: list[tuple[str, bytes]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    headings: list[dict[str, Any]] = field(default_factory=list)
    instances: list[dict[str, Any]] = field(default_factory=list)


def describe(task: Task) -> Described:
    """Describe all entities of a task."""
    result = Described()
    made = result.entities
    read: dict[int, Description] = {}

    def description(number: int) -> Description:
        if number not in read:
            source = task.sources[number]
            read[number] = convert(_record(source), _profile(source.profile), key=source.control_number)
        return read[number]

    for work, numbers in task.works.items():
        records = [(n, description(n)) for n in numbers]
        result.documents.append(_search_document(task, work, records, description))
        made.append(_work(task, work, records))
    for instance, (work, numbers, items) in task.instances.items():
        result.instances.append(_instance_document(task, instance, numbers, description))
        made.append(_instance(task, instance, work, [(n, description(n)) for n in numbers], items))
    for item, (instance, number, key) in task.items.items():
        made.append(_item(task, item, instance, number, description(number), key))
    for (place, identity), (payloads, authorities, key) in task.headings.items():
        heading = _heading(task, place, identity, payloads, [(n, description(n)) for n in authorities], key)
        made.append(heading[0])
        result.headings.append(heading[1])
    for d in read.values():
        d.release()
    read.clear()  # the trees above were given hub IRIs; a record's own graph starts from a fresh conversion
    for number in task.graphs:
        result.graphs.append(_graph(task, task.sources[number], description(number)))
        read.pop(number).release()
    return result


@lru_cache(maxsize=64)
def _profile(text: str) -> Profile:
    return Profile.from_json(json.loads(text))


def _record(source: Source) -> Record:
    record = parse(zlib.decompress(source.raw), source.format, encoding=_profile(source.profile).encoding)
    return without(record, source.left_out)


def record_iri(base: str, member: str, control_number: str) -> str:
    """The URI of a member's record, as a term."""
    return f"<{base}records/{segment(member)}/{segment(control_number)}>"


def _lines(iri: str, lines: list[str]) -> tuple[str, bytes]:
    unique = dict.fromkeys(lines)
    return iri[1:-1], ("\n".join(unique) + "\n").encode("utf-8", "surrogatepass") if unique else b""


def library_code(task: Task, member: str, branch: str) -> str:
    """The library that a member's branch code means; the member's own when its profile does not map it."""
    return task.libraries.get(f"{member} {branch}") or task.libraries.get(member) or member


def _search_document(
    task: Task, work: str, records: list[tuple[int, Description]], description: Callable[[int], Description]
) -> dict[str, Any]:
    def said(instance: str, number: int, d: Description) -> Said:
        member = task.sources[number].member
        return Said(instance, d, lambda branch: library_code(task, member, branch))

    return document(
        work,
        [said(task.sources[n].instance, n, d) for n, d in records],
        [said(instance, n, description(n)) for instance, n in task.work_holdings.get(work, [])],
    )


def _instance_document(
    task: Task, instance: str, numbers: list[int], description: Callable[[int], Description]
) -> dict[str, Any]:
    def told(number: int, *, holdings: bool) -> Told:
        source = task.sources[number]
        member = source.member
        code = source.control_number
        return Told(member, code, description(number), lambda b: library_code(task, member, b), holdings=holdings)

    records = [told(n, holdings=False) for n in numbers]
    return instance_document(
        instance, records + [told(n, holdings=True) for n in task.instance_holdings.get(instance, [])]
    )


class _Resolver:
    """Heading → term of its entity, for the headings of some records."""

    def __init__(self, task: Task, numbers: list[int]) -> None:
        self.task = task
        self.sources = [task.sources[n] for n in numbers]

    def __call__(self, heading: Heading) -> str | None:
        base = self.task.base
        if heading.group == "libraries":
            member = self.sources[0].member if self.sources else ""
            return f"<{base}libraries/{segment(library_code(self.task, member, heading.key))}>"
        for source in self.sources:
            identity = source.headings.get((heading.group, heading.key))
            if identity:
                return f"<{base}{heading.group}/{identity}>"
        identity = self.task.nested.get((heading.group, heading.key))
        return f"<{base}{heading.group}/{identity}>" if identity else None


def _name_roots(task: Task, number: int, d: Description, work: str, instance: str) -> None:
    """Give the roots of one record's description their hub IRIs; further manifestations become fragments."""
    source = task.sources[number]
    if d.work is not None:
        d.work.iri = f"<{task.base}works/{work}>"
    for n, node in enumerate(d.instances):
        own = f"<{task.base}instances/{instance}"
        node.iri = f"{own}>" if n == 0 else f"{own}#instance-{content_name(f'{source.member} {d.control_number} {n}')}>"


def _work(task: Task, work: str, records: list[tuple[int, Description]]) -> tuple[str, bytes]:
    iri = f"<{task.base}works/{work}>"
    nodes = []
    for _, d in records:
        if d.work is not None:
            d.work.iri = iri
            nodes.append(d.work)
    if not nodes:
        return _lines(iri, [])
    merged = merge(nodes)
    # Which Instances there are is the registry's to say, not the records'.
    merged.out = [(p, v) for p, v in merged.out if p != BF.hasInstance]
    lines = ntriples(merged, _Resolver(task, [n for n, _ in records]))
    lines += [f"{iri} {BF.hasInstance} <{task.base}instances/{i}> ." for i in task.work_instances.get(work, [])]
    return _lines(iri, lines)


def _instance(
    task: Task, instance: str, work: str, records: list[tuple[int, Description]], items: list[str]
) -> tuple[str, bytes]:
    iri = f"<{task.base}instances/{instance}>"
    mains: list[Node] = []
    others: list[Node] = []
    for number, d in records:
        _name_roots(task, number, d, work, instance)
        for n, node in enumerate(d.instances):
            node.out = [(p, v) for p, v in node.out if p not in (BF.hasItem, BF.instanceOf)]
            (others if n else mains).append(node)
    if not mains:
        return _lines(iri, [])
    resolve = _Resolver(task, [n for n, _ in records])
    work_term = f"<{task.base}works/{work}>"
    lines = ntriples(merge(mains), resolve)
    lines.append(f"{iri} {BF.instanceOf} {work_term} .")
    for other in others:
        # A further manifestation in a member's record (a reproduction, an online copy) is a fragment of this one.
        lines.append(f"{iri} {BF.otherPhysicalFormat} {other.iri} .")
        lines.extend(ntriples(other, resolve))
        lines.append(f"{other.iri} {BF.instanceOf} {work_term} .")
    lines += [f"{iri} {BF.hasItem} <{task.base}items/{i}> ." for i in items]
    for number, _ in records:
        source = task.sources[number]
        lines.append(f"{iri} {BF.derivedFrom} {record_iri(task.base, source.member, source.control_number)} .")
    return _lines(iri, lines)


def _item(task: Task, item: str, instance: str, number: int, d: Description, key: str) -> tuple[str, bytes]:
    iri = f"<{task.base}items/{item}>"
    source = task.sources[number]
    for node in d.items:
        if node.key == key:
            node.iri = iri
            node.out = [(p, v) for p, v in node.out if p != BF.itemOf]
            lines = ntriples(node, _Resolver(task, [number]))
            if not any(f" {BF.heldBy} " in line for line in lines):
                own = segment(task.libraries.get(source.member) or source.member)
                lines.append(f"{iri} {BF.heldBy} <{task.base}libraries/{own}> .")
            if instance:
                lines.append(f"{iri} {BF.itemOf} <{task.base}instances/{instance}> .")
            lines.append(f"{iri} {BF.derivedFrom} {record_iri(task.base, source.member, source.control_number)} .")
            return _lines(iri, lines)
    return _lines(iri, [])


def _heading(
    task: Task,
    place: str,
    identity: str,
    payloads: list[str],
    authorities: list[tuple[int, Description]],
    key: str,
) -> tuple[tuple[str, bytes], dict[str, Any]]:
    """The statements of a heading's entity, and its document for the index of headings."""
    iri = f"<{task.base}{place}/{identity}>"
    nodes: list[Node] = []
    for _, d in authorities:
        if d.authority is not None:
            nodes.append(d.authority)
    nodes += [from_json(json.loads(p)) for p in payloads if p]
    if not nodes:
        return _lines(iri, []), {"place": place, "id": identity}
    nodes = in_order(nodes, key)
    for node in nodes:
        node.iri = iri
        node.root = True
    merged = merge(nodes)
    merged.heading = None
    records = (_record(task.sources[n]) for n, _ in authorities)
    document = heading_document(place, identity, merged, nodes, records)
    lines = ntriples(merged, _Resolver(task, [n for n, _ in authorities]))
    for number, _ in authorities:
        source = task.sources[number]
        lines.append(f"{iri} {BF.derivedFrom} {record_iri(task.base, source.member, source.control_number)} .")
    return _lines(iri, lines), document


def _graph(task: Task, source: Source, d: Description) -> tuple[str, bytes]:
    """What one member said, as the named graph of its record: the single-record conversion with fragment URIs."""
    graph = record_iri(task.base, source.member, source.control_number)
    stem = graph[:-1]
    if d.work is not None:
        d.work.iri = f"{stem}#work>"
    for n, node in enumerate(d.instances):
        node.iri = f"{stem}#instance>" if n == 0 else f"{stem}#instance-{n + 1}>"
    for n, node in enumerate(d.items):
        node.iri = f"{stem}#item-{n + 1}>"
    if d.authority is not None:
        d.authority.iri = f"{stem}#authority>"
    lines: list[str] = []
    for root in d.roots():
        lines.append(f"{graph} {FOAF.topic} {root.iri} .")
        lines.extend(ntriples(root))
    return _lines(graph, [f"{line[:-1]}{graph} ." for line in lines])


def tombstone(base: str, place: str, identity: str, replaced_by: str | None) -> tuple[str, bytes]:
    """What is left to say of an entity that was merged (its survivor) or withdrawn."""
    iri = f"<{base}{place}/{identity}>"
    lines = [f'{iri} {OWL.deprecated} "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .']
    if replaced_by:
        lines.append(f"{iri} {DCTERMS.isReplacedBy} <{base}{place}/{replaced_by}> .")
    return _lines(iri, lines)
