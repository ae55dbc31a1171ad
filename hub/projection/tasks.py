"""From changed entities to tasks: what the registry knows of them, gathered in few statements."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from converters.bibframe.node import from_json
from hub.identity.headings import heading_anchor
from hub.intake.copied import left_out
from hub.projection.describe import Source, Task, record_iri
from hub.registry import schema
from hub.registry.registry import CHUNK

MOST_RECORDS = 50
"""A Work or heading is described by its best so many records; an Instance by all of its own."""

_TASK_RECORDS = 100


@dataclass(slots=True)
class Changed:
    """Entities of one stretch of the change log: live ones as tasks, the others as (place, id, survivor).

    ``uses``: how many records use each heading that changed or that a changed record names.
    """

    tasks: list[Task] = field(default_factory=list)
    uses: dict[str, int] = field(default_factory=dict)
    gone: list[tuple[str, str, str | None]] = field(default_factory=list)
    libraries: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    entities: int = 0


def rows_in(connection: Connection, statement: Select[Any], column: Any, values: Iterable[Any]) -> list[Row[Any]]:
    """The rows of ``statement`` whose ``column`` is among ``values``, asked for in portions."""
    wanted = list(dict.fromkeys(values))
    found: list[Row[Any]] = []
    for start in range(0, len(wanted), CHUNK):
        found.extend(connection.execute(statement.where(column.in_(wanted[start : start + CHUNK]))))
    return found


def gather(connection: Connection, changed: Sequence[tuple[str, str]], base: str, *, record_graphs: bool) -> Changed:
    """Everything needed to describe the changed entities (``(place, id)``), as tasks of bounded size."""
    result = Changed()
    result.libraries = [i for p, i in changed if p == "libraries"]
    result.groups = [i for p, i in changed if p == "groups"]
    ids = [i for p, i in changed if p not in ("libraries", "groups")]
    entity = schema.entity
    columns = select(
        entity.c.id, entity.c.place, entity.c.state, entity.c.replaced_by, entity.c.parent, entity.c.anchor
    )
    live: dict[str, dict[str, Row[Any]]] = defaultdict(dict)
    for row in rows_in(connection, columns, entity.c.id, ids):
        if row.state == "live":
            live[row.place][row.id] = row
        else:
            result.gone.append((row.place, row.id, row.replaced_by))
    result.entities = len(set(changed))
    libraries = _libraries(connection)
    _bibliographic(connection, live, base, result, record_graphs=record_graphs)
    _headings(connection, [r for p in ("agents", "concepts", "hubs") for r in live[p].values()], base, result)
    for task in result.tasks:
        task.libraries = libraries
    result.uses = _uses(connection, result.tasks)
    return result


def _uses(connection: Connection, tasks: list[Task]) -> dict[str, int]:
    """How many bibliographic records use the headings of the tasks, by entity."""
    heading, usage = schema.heading, schema.usage
    wanted = {identity for task in tasks for _, identity in task.headings}
    wanted |= {e for task in tasks for source in task.sources.values() for e in source.headings.values()}
    found = dict.fromkeys(wanted, 0)
    counted = select(heading.c.entity, usage.c.uses).join(usage, usage.c.heading == heading.c.id)
    for row in rows_in(connection, counted, heading.c.entity, wanted):
        found[row.entity] += row.uses
    return found


def _libraries(connection: Connection) -> dict[str, str]:
    """Library codes by member, and by ``member branch-code`` as the members' profiles map them."""
    found: dict[str, str] = {}
    known = {row.code for row in connection.execute(select(schema.library.c.code))}
    for row in connection.execute(select(schema.member.c.code, schema.member.c.profile)):
        if row.code in known:
            found[row.code] = row.code
        for branch, library in json.loads(row.profile).get("libraries", {}).items():
            if library in known:
                found[f"{row.code} {branch}"] = library
    return found


def _bibliographic(
    connection: Connection,
    live: dict[str, dict[str, Row[Any]]],
    base: str,
    result: Changed,
    *,
    record_graphs: bool,
) -> None:
    entity, record, item = schema.entity, schema.record, schema.item
    works = set(live["works"])
    instances = {i: row.parent or "" for i, row in live["instances"].items()}
    items = {i: row.parent or "" for i, row in live["items"].items()}

    work_instances: dict[str, list[str]] = defaultdict(list)
    for row in rows_in(
        connection,
        select(entity.c.id, entity.c.parent).where(entity.c.place == "instances", entity.c.state == "live"),
        entity.c.parent,
        works,
    ):
        work_instances[row.parent].append(row.id)
    instance_records: dict[str, list[tuple[int, int]]] = defaultdict(list)
    wanted = set(instances) | {i for found in work_instances.values() for i in found}
    for row in rows_in(
        connection,
        select(record.c.id, record.c.instance, record.c.rank).where(record.c.deleted.is_(False)),
        record.c.instance,
        wanted,
    ):
        instance_records[row.instance].append((-row.rank, row.id))
    instance_items: dict[str, list[str]] = defaultdict(list)
    for row in rows_in(
        connection,
        select(entity.c.id, entity.c.parent).where(entity.c.place == "items", entity.c.state == "live"),
        entity.c.parent,
        instances,
    ):
        instance_items[row.parent].append(row.id)
    item_rows = {
        row.entity: row
        for row in rows_in(connection, select(item.c.entity, item.c.record, item.c.key), item.c.entity, items)
    }

    holdings = _holdings(connection, wanted)

    # One task for a Work and what hangs on it, so that each record is converted once.
    parts: dict[str, Task] = {}

    def part(work: str) -> Task:
        return parts.setdefault(work, Task(base))

    for work in works:
        best = sorted(r for i in work_instances[work] for r in instance_records[i])[:MOST_RECORDS]
        task = part(work)
        task.works[work] = [number for _, number in best]
        task.work_instances[work] = sorted(work_instances[work])
        task.work_holdings[work] = [(i, n) for i in task.work_instances[work] for n in holdings[i]][:MOST_RECORDS]
    for instance, work in instances.items():
        numbers = [number for _, number in sorted(instance_records[instance])]
        part(work).instances[instance] = (work, numbers, sorted(instance_items[instance]))
        if instance in holdings:
            part(work).instance_holdings[instance] = sorted(holdings[instance])
        if record_graphs:
            part(work).graphs.extend(numbers)
    for identity, parent in items.items():
        found = item_rows.get(identity)
        if found is not None:
            work = instances.get(parent, parent)
            part(work).items[identity] = (parent, found.record, found.key)
    bundled = _bundle(parts.values(), base)
    _fill(connection, bundled)
    result.tasks.extend(bundled)


def _holdings(connection: Connection, instances: set[str]) -> dict[str, list[int]]:
    """The holdings records (MFHD) whose Items belong to these Instances."""
    entity, record, item = schema.entity, schema.record, schema.item
    statement = (
        select(entity.c.parent, item.c.record)
        .join(item, item.c.entity == entity.c.id)
        .join(record, record.c.id == item.c.record)
        .where(entity.c.state == "live", record.c.kind == "holdings", record.c.deleted.is_(False))
        .distinct()
    )
    found: dict[str, list[int]] = defaultdict(list)
    for row in rows_in(connection, statement, entity.c.parent, instances):
        found[row.parent].append(row.record)
    return found


def _bundle(parts: Iterable[Task], base: str) -> list[Task]:
    """Small tasks put together, so that a worker gets enough to do at a time."""
    bundled: list[Task] = []
    size = _TASK_RECORDS
    for part in parts:
        needed = _numbers(part)
        if size + len(needed) > _TASK_RECORDS or not bundled:
            bundled.append(Task(base))
            size = 0
        size += len(needed)
        into = bundled[-1]
        into.works.update(part.works)
        into.work_instances.update(part.work_instances)
        into.work_holdings.update(part.work_holdings)
        into.instances.update(part.instances)
        into.instance_holdings.update(part.instance_holdings)
        into.items.update(part.items)
        into.graphs.extend(part.graphs)
    return bundled


def _numbers(task: Task) -> set[int]:
    numbers = {n for found in task.works.values() for n in found}
    numbers.update(n for found in task.work_holdings.values() for _, n in found)
    numbers.update(n for _, found, _ in task.instances.values() for n in found)
    numbers.update(n for found in task.instance_holdings.values() for n in found)
    numbers.update(n for _, n, _ in task.items.values())
    numbers.update(n for _, found, _ in task.headings.values() for n in found)
    numbers.update(task.graphs)
    return numbers


def _fill(connection: Connection, tasks: list[Task]) -> None:
    """Give the tasks their records and the entities of the records' headings."""
    record, member = schema.record, schema.member
    numbers = {task_number for task in tasks for task_number in _numbers(task)}
    profiles = {row.code: row.profile for row in connection.execute(select(member.c.code, member.c.profile))}
    sources: dict[int, Source] = {}
    for row in rows_in(
        connection,
        select(
            record.c.id,
            record.c.member,
            record.c.control_number,
            record.c.format,
            record.c.raw,
            record.c.instance,
        ),
        record.c.id,
        numbers,
    ):
        sources[row.id] = Source(
            row.member, row.control_number, row.format, row.raw, profiles[row.member], row.instance or "", {}
        )
    heading, mention = schema.heading, schema.mention
    for row in rows_in(
        connection,
        select(mention.c.record, heading.c.place, heading.c.key, heading.c.entity).join(
            heading, heading.c.id == mention.c.heading
        ),
        mention.c.record,
        numbers,
    ):
        sources[row.record].headings[row.place, row.key] = row.entity
    for number, left in left_out(connection, sources).items():
        sources[number].left_out = left
    for task in tasks:
        task.sources = {n: sources[n] for n in _numbers(task) if n in sources}


def _headings(connection: Connection, entities: list[Row[Any]], base: str, result: Changed) -> None:
    if not entities:
        return
    heading, authority, record = schema.heading, schema.authority, schema.record
    place = {row.id: row.place for row in entities}
    anchors = {row.id: row.anchor for row in entities}
    payloads: dict[str, list[str]] = defaultdict(list)
    of_heading: dict[int, str] = {}
    own: dict[str, str] = {}
    for row in rows_in(
        connection, select(heading.c.id, heading.c.entity, heading.c.key, heading.c.payload), heading.c.entity, place
    ):
        of_heading[row.id] = row.entity
        if heading_anchor(place[row.entity], row.key) == anchors[row.entity]:
            own[row.entity] = row.key
        if row.payload:
            payloads[row.entity].append(row.payload)
    authorities: dict[str, list[tuple[int, int]]] = defaultdict(list)
    # Those that establish the heading: one that only refers to it (5XX, 7XX) describes another.
    statement = (
        select(authority.c.heading, record.c.id, record.c.rank)
        .join(record, record.c.id == authority.c.record)
        .where(record.c.deleted.is_(False))
    )
    for row in rows_in(connection, statement, authority.c.heading, of_heading):
        authorities[of_heading[row.heading]].append((-row.rank, row.id))
    nested = _nested(connection, payloads)
    tasks: list[Task] = []
    for n, identity in enumerate(place):
        if n % (_TASK_RECORDS * 10) == 0:
            tasks.append(Task(base, nested=nested))
        numbers = [number for _, number in sorted(set(authorities[identity]))][:MOST_RECORDS]
        said = sorted(payloads[identity])[:MOST_RECORDS]
        tasks[-1].headings[place[identity], identity] = (said, numbers, own.get(identity, ""))
    _fill(connection, tasks)
    result.tasks.extend(tasks)


def _nested(connection: Connection, payloads: dict[str, list[str]]) -> dict[tuple[str, str], str]:
    """The entities of headings that stand inside other headings' payloads (a Hub's agent, a subject's parts)."""
    wanted: set[tuple[str, str]] = set()
    for found in payloads.values():
        for payload in found:
            for node in from_json(json.loads(payload)).walk():
                if node.heading is not None:
                    wanted.add((node.heading.group, node.heading.key))
    heading = schema.heading
    columns = select(heading.c.place, heading.c.key, heading.c.entity)
    rows = rows_in(connection, columns, heading.c.key, [key for _, key in wanted])
    return {(row.place, row.key): row.entity for row in rows if (row.place, row.key) in wanted}


def all_entities(connection: Connection, after: str, limit: int) -> list[tuple[str, str]]:
    """Every entity there ever was in the order of their ids, for a rebuild: (place, id) after the id ``after``.

    Those that are merged or withdrawn say so in the graph, as they do in a view that has followed the log.
    """
    entity = schema.entity
    rows = connection.execute(
        select(entity.c.place, entity.c.id).where(entity.c.id > after).order_by(entity.c.id).limit(limit)
    )
    return [(row.place, row.id) for row in rows]


def ended_records(connection: Connection, acts: Iterable[tuple[int, int]], base: str) -> list[str]:
    """IRIs of the bibliographic records that were withdrawn by these acts (a job and its time, as changes bear them),
    and have not come back since.
    """
    record = schema.record
    by_job: dict[int, set[int]] = defaultdict(set)
    for job, at in acts:
        by_job[job].add(at)
    found: list[str] = []
    columns = select(record.c.member, record.c.control_number).where(
        record.c.deleted.is_(True), record.c.kind == "bibliographic"
    )
    for job, times in by_job.items():
        rows = rows_in(connection, columns.where(record.c.job == job), record.c.changed, times)
        found += [record_iri(base, row.member, row.control_number)[1:-1] for row in rows]
    return found
