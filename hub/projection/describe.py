"""Describing entities: records and headings in, N-Triples out. Runs in worker processes; knows no registry, no store.

A :class:`Task` is a Work with what hangs on it, so that a record is read and converted once however many of its
entities changed.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from functools import lru_cache

from converters import convert
from converters.bibframe.conversion import Description
from converters.bibframe.node import Heading, Node, from_json, ntriples
from converters.bibframe.node import name as content_name
from converters.bibframe.terms import segment
from converters.marc import parse
from converters.profile import Profile
from hub.projection.merge import merge
from ontologies.namespaces import BF, DCTERMS, FOAF, OWL


@dataclass(slots=True)
class Source:
    """A member's record as the registry has it, and the entities its headings stand for (``place key`` → id)."""

    member: str
    control_number: str
    format: str
    raw: bytes
    profile: str
    headings: dict[tuple[str, str], str]


@dataclass(slots=True)
class Task:
    """What to describe. Record numbers are in the order of their rank, best first; ids are entity ids.

    ``works``: id → records; ``instances``: id → (work, records, items); ``items``: id → (instance, record, key);
    ``headings``: (place, id) → payloads, authority records; ``records``: those whose own graph is wanted;
    ``nested``: entities of headings inside headings.
    """

    base: str
    sources: dict[int, Source] = field(default_factory=dict)
    works: dict[str, list[int]] = field(default_factory=dict)
    work_instances: dict[str, list[str]] = field(default_factory=dict)
    instances: dict[str, tuple[str, list[int], list[str]]] = field(default_factory=dict)
    items: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    headings: dict[tuple[str, str], tuple[list[str], list[int]]] = field(default_factory=dict)
    nested: dict[tuple[str, str], str] = field(default_factory=dict)
    graphs: list[int] = field(default_factory=list)
    libraries: dict[str, str] = field(default_factory=dict)
    """Library code by member code and by ``member branch-code``; what is not here is the member's own library."""


Described = list[tuple[str, bytes]]
"""(IRI without brackets, N-Quads) of each entity; empty N-Quads mean that nothing is to be said of it."""


def describe(task: Task) -> Described:
    """Describe all entities of a task."""
    made: Described = []
    read: dict[int, Description] = {}

    def description(number: int) -> Description:
        if number not in read:
            source = task.sources[number]
            profile = _profile(source.profile)
            record = parse(zlib.decompress(source.raw), source.format, encoding=profile.encoding)
            read[number] = convert(record, profile, key=source.control_number)
        return read[number]

    for work, numbers in task.works.items():
        made.append(_work(task, work, [(n, description(n)) for n in numbers]))
    for instance, (work, numbers, items) in task.instances.items():
        made.append(_instance(task, instance, work, [(n, description(n)) for n in numbers], items))
    for item, (instance, number, key) in task.items.items():
        made.append(_item(task, item, instance, number, description(number), key))
    for (place, identity), (payloads, authorities) in task.headings.items():
        made.append(_heading(task, place, identity, payloads, [(n, description(n)) for n in authorities]))
    read.clear()  # the trees above were given hub IRIs; a record's own graph starts from a fresh conversion
    for number in task.graphs:
        made.append(_graph(task, task.sources[number], description(number)))
    return made


@lru_cache(maxsize=64)
def _profile(text: str) -> Profile:
    return Profile.from_json(json.loads(text))


def record_iri(base: str, member: str, control_number: str) -> str:
    """The URI of a member's record, as a term."""
    return f"<{base}records/{segment(member)}/{segment(control_number)}>"


def _lines(iri: str, lines: list[str]) -> tuple[str, bytes]:
    unique = dict.fromkeys(lines)
    return iri[1:-1], ("\n".join(unique) + "\n").encode("utf-8", "surrogatepass") if unique else b""


class _Resolver:
    """Heading → term of its entity, for the headings of some records."""

    def __init__(self, task: Task, numbers: list[int]) -> None:
        self.task = task
        self.sources = [task.sources[n] for n in numbers]

    def __call__(self, heading: Heading) -> str | None:
        base = self.task.base
        if heading.group == "libraries":
            member = self.sources[0].member if self.sources else ""
            libraries = self.task.libraries
            code = libraries.get(f"{member} {heading.key}") or libraries.get(member) or member
            return f"<{base}libraries/{segment(code)}>"
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
    task: Task, place: str, identity: str, payloads: list[str], authorities: list[tuple[int, Description]]
) -> tuple[str, bytes]:
    iri = f"<{task.base}{place}/{identity}>"
    nodes: list[Node] = []
    for _, d in authorities:
        if d.authority is not None:
            nodes.append(d.authority)
    nodes += [from_json(json.loads(p)) for p in payloads if p]
    if not nodes:
        return _lines(iri, [])
    for node in nodes:
        node.iri = iri
        node.root = True
    merged = merge(nodes)
    merged.heading = None
    lines = ntriples(merged, _Resolver(task, [n for n, _ in authorities]))
    for number, _ in authorities:
        source = task.sources[number]
        lines.append(f"{iri} {BF.derivedFrom} {record_iri(task.base, source.member, source.control_number)} .")
    return _lines(iri, lines)


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
