"""Which Work each Instance belongs to."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from hub.identity import statements
from hub.identity.arrival import Arrival
from hub.identity.headings import creators
from hub.identity.instances import Settled
from hub.identity.ledger import Entity, Ledger
from hub.identity.works import common_key, creator_of, work_keys
from hub.registry.schema import decision, entity, heading, mention, record, work_key


def key_arrivals(connection: Connection, arrivals: Mapping[int, Arrival]) -> None:
    """Write the work keys of the arrived records by their own words, for headings to find common titles by."""
    statements.remove(connection, work_key, work_key.c.record, [n for n, a in arrivals.items() if not a.new])
    keyed = [(n, work_keys(a.features or {})) for n, a in arrivals.items() if not a.deleted]
    statements.add(connection, work_key, [{"record": n, "key": k} for n, k in keyed if k])


def group(
    connection: Connection,
    ledger: Ledger,
    arrivals: Mapping[int, Arrival],
    settled: Settled,
    renamed: Collection[int] = (),
) -> None:
    """Bring the Works of the touched Instances up to date: one Work for all Instances with one work key.

    The arrived records have been keyed (:func:`key_arrivals`).

    ``renamed`` are the Agents' headings that stand for another entity than before: records whose main entry is one of
    them are keyed anew.
    """
    described = {n: a.features or {} for n, a in arrivals.items() if not a.deleted}
    named_anew = _records_by(connection, renamed, described)
    described |= named_anew
    named = creators(connection, ledger, {key for f in described.values() if (key := creator_of(f))})
    anew = {n: f for n, f in described.items() if n in named_anew or (f.get("authors") or {}).get("h") in named}
    statements.remove(connection, work_key, work_key.c.record, anew)
    keyed = [(n, work_keys(f, named)) for n, f in anew.items()]
    statements.add(connection, work_key, [{"record": n, "key": k} for n, k in keyed if k])
    if named_anew:
        rows = statements.rows_where(connection, record.c.id, named_anew, record.c.instance)
        settled.instances |= {r.instance for r in rows if r.instance}
    affected = settled.instances | settled.gone
    if not affected:
        return
    ledger.load(affected)
    decisions = _decisions(connection)
    if decisions:
        settled.instances |= _shared(connection, ledger, arrivals, decisions)
        affected = settled.instances | settled.gone
        ledger.load(affected)
    own = _keys_of(connection, settled.instances, decisions)
    concerned_keys: set[str] = set()
    for number in affected:
        if (old := ledger[number].key) is not None:
            concerned_keys.add(old)
    # Keys of merged and withdrawn Instances are cleared in memory; the registry still has them.
    for row in statements.rows_where(connection, entity.c.id, settled.gone, entity.c.key, entity.c.parent):
        if row.key is not None:
            concerned_keys.add(row.key)
    left = {r.parent for r in statements.rows_where(connection, entity.c.id, affected, entity.c.parent) if r.parent}
    for number in settled.instances:
        ledger.key_is(number, own.get(number))
        if own.get(number):
            concerned_keys.add(str(own[number]))
    concerned = {e.id: e for e in ledger.load_where(entity.c.key, concerned_keys, "instances") if e.live}
    concerned |= {number: ledger[number] for number in settled.instances if ledger[number].live}
    left |= {e.parent for e in concerned.values() if e.parent}
    ledger.load(left)

    groups: dict[str, list[Entity]] = {}
    for number in sorted(concerned):
        instance = concerned[number]
        groups.setdefault(f"key {instance.key}" if instance.key else f"own {number}", []).append(instance)
    _name(ledger, groups, {w for w in left if ledger[w].live}, settled.instances)


def _records_by(connection: Connection, headings: Collection[int], known: Collection[int]) -> dict[int, dict[str, Any]]:
    """The features of live records, other than ``known``, whose main entry is one of the headings."""
    if not headings:
        return {}
    columns = (heading.c.key, record.c.id, record.c.features)
    joined = mention.join(heading, heading.c.id == mention.c.heading).join(record, record.c.id == mention.c.record)
    statement = (
        select(*columns)
        .select_from(joined)
        .where(heading.c.place == "agents", record.c.kind == "bibliographic", record.c.deleted.is_(False))
    )
    found = {}
    for r in statements.rows_of(connection, statement, mention.c.heading, headings):
        if r.id not in known:
            value = json.loads(r.features or "{}")
            if creator_of(value) == r.key:
                found[r.id] = value
    return found


@dataclass(frozen=True, slots=True)
class _Decision:
    """A standing decision about Works: numbers of the two records, their own work keys and their Instances."""

    a: int
    b: int
    same: bool
    a_key: str | None
    b_key: str | None
    a_in: str | None
    b_in: str | None


def _decisions(connection: Connection) -> list[_Decision]:
    """Standing decisions of level ``work`` whose two records are both here and live, oldest first. They are few."""
    rows = connection.execute(
        select(decision).where(decision.c.level == "work", decision.c.revoked.is_(None)).order_by(decision.c.id)
    ).all()
    if not rows:
        return []
    names = {(r.a_member, r.a_number) for r in rows} | {(r.b_member, r.b_number) for r in rows}
    joined = record.outerjoin(work_key, work_key.c.record == record.c.id)
    statement = (
        select(record.c.id, record.c.member, record.c.control_number, record.c.instance, work_key.c.key)
        .select_from(joined)
        .where(record.c.kind == "bibliographic", record.c.deleted.is_(False))
    )
    known = {
        (r.member, r.control_number): r
        for r in statements.rows_of(connection, statement, record.c.control_number, {n for _, n in names})
    }
    found = []
    for r in rows:
        a, b = known.get((r.a_member, r.a_number)), known.get((r.b_member, r.b_number))
        if a is not None and b is not None:
            found.append(_Decision(a.id, b.id, r.same, a.key, b.key, a.instance, b.instance))
    return found


def _shared(
    connection: Connection, ledger: Ledger, arrivals: Mapping[int, Arrival], decisions: list[_Decision]
) -> set[str]:
    """Instances that a decision about an arrived record reaches: all that share a Work with either of its records."""
    reached = {n for d in decisions if d.a in arrivals or d.b in arrivals for n in (d.a, d.b)}
    return _beside(connection, ledger, reached)


def sharing(connection: Connection, ledger: Ledger, arrivals: Mapping[int, Arrival]) -> set[str]:
    """Instances in one Work with the Instance of an arrived record."""
    return _beside(connection, ledger, set(arrivals))


def _beside(connection: Connection, ledger: Ledger, records: set[int]) -> set[str]:
    also = record.c.instance.is_not(None)
    found = {r.instance for r in statements.rows_where(connection, record.c.id, records, record.c.instance, also=also)}
    ledger.load(found)
    works = {e.parent for i in found if (e := ledger.get(i)) is not None and e.parent}
    found |= {e.id for e in ledger.load_where(entity.c.parent, works, "instances") if e.live}
    return {i for i in found if (e := ledger.get(i)) is not None and e.live}


def _keys_of(connection: Connection, instances: set[str], decisions: list[_Decision]) -> dict[str, str | None]:
    """The work key of each Instance: from its live records, then as people decided."""
    found: dict[str, list[str]] = {}
    wanted = instances | {i for d in decisions for i in (d.a_in, d.b_in) if i}
    joined = record.outerjoin(work_key, work_key.c.record == record.c.id)
    statement = select(record.c.id, record.c.instance, work_key.c.key).select_from(joined)
    statement = statement.where(record.c.deleted.is_(False))
    for row in statements.rows_of(connection, statement, record.c.instance, sorted(wanted)):
        if row.key is not None:
            found.setdefault(row.instance, []).append(row.key)
    keys: dict[str, str | None] = {instance: common_key(found.get(instance, ())) for instance in wanted}
    if decisions:
        _overrule(keys, decisions)
    return {instance: keys[instance] for instance in instances}


def _overrule(keys: dict[str, str | None], decisions: list[_Decision]) -> None:
    """Change keys so that Instances unite and part as people decided. Every decided Instance is in ``keys``."""
    canonical: dict[str, str] = {}

    def root(key: str) -> str:
        while key in canonical:
            key = canonical[key]
        return key

    for d in decisions:
        if d.same:
            for instance, key, other in ((d.a_in, d.a_key, d.b_key), (d.b_in, d.b_key, d.a_key)):
                if key is None and instance is not None:
                    keys[instance] = other or f"decided {min(d.a, d.b)}"
            if d.a_key and d.b_key:
                first, second = sorted((root(d.a_key), root(d.b_key)))
                if first != second:
                    canonical[second] = first
    for instance, key in keys.items():
        if key:
            keys[instance] = root(key)
    for instance, place in _parted(keys, decisions).items():
        if place:
            keys[instance] = f"apart {place} {keys[instance]}"


def _parted(keys: Mapping[str, str | None], decisions: list[_Decision]) -> dict[str, int]:
    """In which of the Works that people parted of one key each decided Instance stands; 0 is where undecided ones are.

    Instances that people said to be the same go together, those they said to differ never; who was decided about
    first stays. So all that was said to differ from the first, and not from each other, is one further Work.
    """
    within = [(d, d.a_in, d.b_in) for d in decisions if d.a_in and d.b_in and d.a_in != d.b_in]
    within = [(d, a, b) for d, a, b in within if keys[a] is not None and keys[a] == keys[b]]
    different = {frozenset((a, b)) for d, a, b in within if not d.same}
    together: dict[str, set[str]] = {}
    for _, a, b in within:
        for instance in (a, b):
            together.setdefault(instance, {instance})

    def apart(one: set[str], two: set[str]) -> bool:
        return any(frozenset((x, y)) in different for x in one for y in two)

    for d, a, b in within:
        one, two = together[a], together[b]
        if d.same and one is not two and not apart(one, two):
            one |= two
            together.update(dict.fromkeys(two, one))
    works: dict[str, list[set[str]]] = {}
    placed: dict[str, int] = {}
    for instance, group in together.items():
        if instance in placed:
            continue
        made = works.setdefault(str(keys[instance]), [])
        place = next((n for n, work in enumerate(made) if not apart(work, group)), len(made))
        if place == len(made):
            made.append(set())
        made[place] |= group
        placed |= dict.fromkeys(group, place)
    return placed


def _name(ledger: Ledger, groups: Mapping[str, list[Entity]], works: set[str], changed: set[str]) -> None:
    """Give each group of Instances its Work, merge and withdraw the Works left over."""
    holders: dict[str, tuple[str, Entity]] = {}
    for name, instances in groups.items():
        for instance in sorted(instances, key=_age):
            work = instance.parent
            if work not in works:
                continue
            stands = ledger[work].anchor == _anchor(instance)
            if work not in holders or (stands and ledger[work].anchor != _anchor(holders[work][1])):
                holders[work] = (name, instance)
    claims: dict[str, list[str]] = {}
    for work, (name, instance) in holders.items():
        claims.setdefault(name, []).append(work)
        ledger.anchor_is(work, _anchor(instance))
    names: dict[str, str] = {}
    unnamed: dict[str, str] = {}
    for name, instances in groups.items():
        claimants = sorted(claims.get(name, ()), key=lambda w: _age(ledger[w]))
        if claimants:
            names[name] = claimants[0]
            for loser in claimants[1:]:
                ledger.merge(loser, claimants[0])
        else:
            unnamed[name] = _anchor(min(instances, key=_age))
    stood = ledger.stand("works", unnamed.values())
    for name, anchor in unnamed.items():
        names[name] = stood[anchor]
        origins = sorted(i.parent for i in groups[name] if i.parent in works)
        if origins:
            ledger.split(stood[anchor], origins[0])
    for name, instances in groups.items():
        for instance in instances:
            before = instance.parent
            if ledger.place_under(instance.id, names[name]):
                ledger.touch(before)
                ledger.touch(names[name])
            elif instance.id in changed:
                ledger.touch(names[name])
    for work in works - set(names.values()):
        if ledger[work].live:
            ledger.withdraw(work)
    for work in works:
        # An Instance that was merged away or withdrawn leaves its Work with one less.
        ledger.touch(work)


def _age(e: Entity) -> tuple[int, str]:
    return (e.created, e.id)


def _anchor(instance: Entity) -> str:
    return "works" + instance.anchor.removeprefix("instances")
