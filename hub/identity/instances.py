"""Which Instance each member record belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from hub.identity import pairs, statements, twins
from hub.identity.arrival import Arrival
from hub.identity.components import Link, agglomerate, connected
from hub.identity.evidence import veto
from hub.identity.ledger import Ledger
from hub.identity.minting import anchor_text
from hub.identity.pairs import FORBIDS, JOINS, Member
from hub.registry.schema import edge, record, twin


@dataclass(slots=True)
class Settled:
    """What a batch did to Instances: records that moved (old, new Instance) and Instances whose records changed."""

    moved: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)
    instances: set[str] = field(default_factory=set)
    """Live Instances with an arrived, new or lost record."""
    gone: set[str] = field(default_factory=set)
    """Instances merged or withdrawn."""
    overflow: int = 0


def instance_anchor(member: str, number: str) -> str:
    """The anchor of the Instance that stands on a record."""
    return anchor_text("instances", member, "bibliographic", number)


def settle(
    connection: Connection, ledger: Ledger, arrivals: Mapping[int, Arrival], copying: Collection[str]
) -> Settled:
    """Match the arrived bibliographic records and re-evaluate the components they touch."""
    settled = Settled()
    if not arrivals:
        return settled
    before = {
        r.id: r.instance
        for r in statements.rows_where(connection, record.c.id, arrivals, record.c.id, record.c.instance)
    }
    arrived = {
        n: Member(n, a.member, a.control_number, before.get(n), a.features or {})
        for n, a in arrivals.items()
        if not a.deleted
    }
    old = [n for n, a in arrivals.items() if not a.new]
    neighbours = pairs.forget(connection, old)
    arrived.update(pairs.load_members(connection, twins.release(connection, old)))
    people = pairs.decided(connection, arrived)
    decided = {n for e in people for n in (e["a"], e["b"])}
    # A record that people decided about stands for itself, neither twin nor followed by twins.
    apart = {
        n
        for n, m in pairs.load_members(connection, decided - arrived.keys(), light=True).items()
        if m.member in copying
    }
    if apart:
        neighbours |= pairs.forget(connection, apart)
        arrived.update(pairs.load_members(connection, apart | twins.release(connection, apart)))
        people = pairs.decided(connection, arrived)
        decided = {n for e in people for n in (e["a"], e["b"])}
    following = twins.pair_off(connection, arrived, copying, decided)
    everyone = dict(arrived)
    arrived = {n: m for n, m in arrived.items() if n not in following}
    proposed, settled.overflow = pairs.propose(connection, arrived, copying)
    members = dict(arrived)
    members.update(pairs.load_members(connection, {n for pair in proposed for n in pair} - arrived.keys()))
    proposed = {(a, b) for a, b in proposed if a in members and b in members}
    pairs.keep(connection, pairs.judge(proposed, members), people)

    held = {i for i in before.values() if i}
    beside = {r.id for r in statements.rows_where(connection, record.c.instance, held, record.c.id)}
    leaders = {r.of for r in statements.rows_where(connection, twin.c.record, following, twin.c.of)}
    seeds = (neighbours | beside | arrived.keys() | leaders) - {n for n, a in arrivals.items() if a.deleted}
    clusters = _clusters(connection, seeds - twins.among(connection, seeds), members, copying)
    members.update(everyone)
    _with_followers(connection, clusters, members)
    _name(connection, ledger, clusters, members, before, set(arrivals), settled)
    return settled


def _with_followers(connection: Connection, clusters: list[set[int]], members: dict[int, Member]) -> None:
    """Let twins join the cluster of the record they follow."""
    followers = twins.followers(connection, {n for cluster in clusters for n in cluster})
    unknown = {n for found in followers.values() for n in found} - members.keys()
    members.update(pairs.load_members(connection, unknown, light=True))
    for cluster in clusters:
        for n in list(cluster):
            cluster.update(followers.get(n, ()))


def _clusters(
    connection: Connection, seeds: Iterable[int], members: dict[int, Member], copying: Collection[str]
) -> list[set[int]]:
    """The clusters of all components that hold a seed; ``members`` gains the records of the components."""
    seen: set[int] = set()
    frontier = set(seeds)
    verdicts: dict[tuple[int, int], tuple[str, float]] = {}
    columns = (edge.c.a, edge.c.b, edge.c.verdict, edge.c.score)
    while frontier:
        seen |= frontier
        found = set()
        for side in (edge.c.a, edge.c.b):
            for row in statements.rows_where(connection, side, frontier, *columns):
                verdicts[(row.a, row.b)] = (row.verdict, row.score)
                if row.verdict in JOINS:
                    found |= {row.a, row.b}
        frontier = found - seen
    members.update(pairs.load_members(connection, seen - members.keys()))
    links = [
        Link(a, b, score, verdict == "must")
        for (a, b), (verdict, score) in verdicts.items()
        if verdict in JOINS and a in members and b in members
    ]
    known: dict[tuple[int, int], bool] = {}

    def cannot(x: int, y: int) -> bool:
        return verdicts.get((min(x, y), max(x, y)), ("", 0.0))[0] == "cannot"

    def vetoed(x: int, y: int) -> bool:
        pair = (min(x, y), max(x, y))
        if pair in verdicts:
            return verdicts[pair][0] in FORBIDS
        if pair not in known:
            known[pair] = veto(members[x].features, members[y].features) is not None
        return known[pair]

    clusters: list[set[int]] = []
    by_node: dict[int, list[Link]] = {}
    for link in links:
        by_node.setdefault(link.a, []).append(link)
    for component in connected((n for n in seen if n in members), links):
        names = {n: (members[n].member, members[n].number) for n in component}
        inside = [link for n in component for link in by_node.get(n, ())]
        clusters += agglomerate(names, inside, cannot=cannot, vetoed=vetoed, copying=copying)
    return clusters


def _name(
    connection: Connection,
    ledger: Ledger,
    clusters: list[set[int]],
    members: Mapping[int, Member],
    before: Mapping[int, str | None],
    arrived: set[int],
    settled: Settled,
) -> None:
    """Give each cluster its Instance: the one whose anchor it holds, the oldest of several, or a new one."""
    was: dict[int, str | None] = {n: members[n].instance for cluster in clusters for n in cluster} | dict(before)
    ledger.load(was.values())
    live = {i for i in was.values() if i and ledger[i].live}
    anchors = {instance_anchor(m.member, m.number): n for n in was if (m := members.get(n)) is not None}
    clustered = {n: k for k, cluster in enumerate(clusters) for n in cluster}
    holders: dict[str, int] = {}
    for number in sorted(clustered):
        instance = was[number]
        if instance is not None and instance in live:
            holders.setdefault(instance, number)
    for instance in live:
        standing = anchors.get(ledger[instance].anchor)
        if standing is not None and was.get(standing) == instance and standing in clustered:
            holders[instance] = standing
    claims: dict[int, list[str]] = {}
    for instance, number in holders.items():
        claims.setdefault(clustered[number], []).append(instance)
        m = members[number]
        ledger.anchor_is(instance, instance_anchor(m.member, m.number))

    names: dict[int, str] = {}
    unnamed: dict[int, str] = {}
    for k, cluster in enumerate(clusters):
        claimants = sorted(claims.get(k, ()), key=lambda i: (ledger[i].created, holders[i], i))
        if claimants:
            names[k] = claimants[0]
            for loser in claimants[1:]:
                ledger.merge(loser, claimants[0])
                settled.gone.add(loser)
        else:
            oldest = members[min(cluster)]
            unnamed[k] = instance_anchor(oldest.member, oldest.number)
    stood = ledger.stand("instances", (unnamed[k] for k in sorted(unnamed)))
    for k, anchor in unnamed.items():
        names[k] = stood[anchor]
        origins = [was[n] for n in sorted(clusters[k]) if was[n] in live]
        if origins:
            ledger.split(names[k], str(origins[0]))

    updates: list[dict[str, Any]] = []
    for k, cluster in enumerate(clusters):
        name = names[k]
        for number in sorted(cluster):
            if was[number] != name:
                updates.append({"id": number, "instance": name})
                settled.moved[number] = (was[number], name)
        if any(n in arrived or was[n] != name for n in cluster):
            settled.instances.add(name)
            ledger.touch(name)
    for number in arrived - clustered.keys():
        if was.get(number) is not None:
            updates.append({"id": number, "instance": None})
            settled.moved[number] = (was[number], None)
    statements.change(connection, record, "id", updates)
    for instance in live - set(names.values()) - settled.gone:
        ledger.withdraw(instance)
        settled.gone.add(instance)
    for origin, _ in settled.moved.values():
        if origin is not None and origin in live and origin not in settled.gone:
            settled.instances.add(origin)
            ledger.touch(origin)
