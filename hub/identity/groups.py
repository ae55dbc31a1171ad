"""Which Work each Instance belongs to."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from hub.identity import statements
from hub.identity.arrival import Arrival
from hub.identity.instances import Settled
from hub.identity.ledger import Entity, Ledger
from hub.identity.works import common_key, work_keys
from hub.registry.schema import entity, record, work_key


def group(connection: Connection, ledger: Ledger, arrivals: Mapping[int, Arrival], settled: Settled) -> None:
    """Bring the Works of the touched Instances up to date: one Work for all Instances with one work key."""
    statements.remove(connection, work_key, work_key.c.record, [n for n, a in arrivals.items() if not a.new])
    keyed = [(n, work_keys(a.features or {})) for n, a in arrivals.items() if not a.deleted]
    statements.add(connection, work_key, [{"record": n, "key": k} for n, k in keyed if k])
    affected = settled.instances | settled.gone
    if not affected:
        return
    ledger.load(affected)
    own = _keys_of(connection, settled.instances)
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


def _keys_of(connection: Connection, instances: set[str]) -> dict[str, str | None]:
    """The work key of each Instance, from its live records."""
    found: dict[str, list[str]] = {}
    joined = record.outerjoin(work_key, work_key.c.record == record.c.id)
    for chunk in statements.chunks(sorted(instances)):
        statement = (
            joined.select()
            .with_only_columns(record.c.instance, work_key.c.key)
            .where(record.c.instance.in_(chunk), record.c.deleted.is_(False))
        )
        for row in connection.execute(statement):
            if row.key is not None:
                found.setdefault(row.instance, []).append(row.key)
    return {instance: common_key(keys) for instance, keys in found.items()}


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
