"""Candidate pairs of a batch, compared and kept as edges."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, literal, select

from hub.identity import statements, stored
from hub.identity.evidence import compare, unlikely
from hub.identity.keys import hashed, keys
from hub.identity.table import BLOCK, BLOCK_OF_MEMBER, COMPARED, COMPARED_OF_MEMBER
from hub.registry.schema import decision, edge, match_key, record

log = logging.getLogger(__name__)

JOINS = frozenset({"same", "must"})
FORBIDS = frozenset({"veto", "cannot"})


@dataclass(slots=True)
class Member:
    """A live bibliographic record as matching sees it."""

    id: int
    member: str
    number: str
    instance: str | None
    features: dict[str, Any]


def propose(
    connection: Connection, arrived: Mapping[int, Member], copying: Collection[str]
) -> tuple[set[tuple[int, int]], int]:
    """Pairs (a < b) to compare that hold an arrived record, and how many keys had more records than are looked at.

    Writes the arrived records' keys; the caller has removed their old ones. Two records of one member are no pair
    unless the member keeps one record per copy.
    """
    proposed = {n: [hashed(k) for k in keys(m.features)] for n, m in arrived.items()}
    rows = [{"key": k, "member": arrived[n].member, "record": n} for n, found in proposed.items() for k in found]
    statements.add(connection, match_key, rows)
    blocks, overflow = _blocks(connection, {k for found in proposed.values() for k in found})
    pairs: set[tuple[int, int]] = set()
    for n, found in proposed.items():
        mine = arrived[n].member
        own = mine in copying
        counted: Counter[tuple[str, int]] = Counter()
        for key in found:
            counted.update(islice((c for c in blocks[key] if own or c[0] != mine), BLOCK))
        del counted[(mine, n)]
        pairs.update((min(n, c), max(n, c)) for c in _fittest(counted))
    return pairs, overflow


def _blocks(connection: Connection, wanted: Collection[int]) -> tuple[dict[int, list[tuple[str, int]]], int]:
    """The (member, record) of each key, members taking turns in those of more than BLOCK; how many keys have more.

    Of one member the BLOCK_OF_MEMBER oldest are taken.
    """
    nth = func.row_number().over(partition_by=(match_key.c.key, match_key.c.member), order_by=match_key.c.record)
    columns = (match_key.c.key, match_key.c.member, match_key.c.record, nth.label("nth"))
    ranked: dict[int, list[tuple[int, int, str]]] = {}
    for condition, values in statements.among(connection, match_key.c.key, wanted):
        numbered = select(*columns).where(condition).subquery()
        statement = select(numbered).where(numbered.c.nth <= BLOCK_OF_MEMBER + 1)
        for key, member, number, place in connection.execute(statement, values).all():
            ranked.setdefault(key, []).append((place, number, member))
    blocks = {}
    overflow = 0
    for key, block in ranked.items():
        if len(block) > BLOCK:
            block.sort()
        overflow += len(block) > BLOCK or any(place > BLOCK_OF_MEMBER for place, _, _ in block)
        blocks[key] = [(member, number) for place, number, member in block if place <= BLOCK_OF_MEMBER]
    return blocks, overflow


def _fittest(counted: Counter[tuple[str, int]]) -> list[int]:
    """The candidates to compare: all, or of many those that share most keys, at most COMPARED_OF_MEMBER of a member."""
    if len(counted) <= COMPARED_OF_MEMBER:
        return [number for _, number in counted]
    chosen = []
    taken: Counter[str] = Counter()
    for _, number, member in sorted((-times, number, member) for (member, number), times in counted.items()):
        if taken[member] < COMPARED_OF_MEMBER:
            taken[member] += 1
            chosen.append(number)
            if len(chosen) == COMPARED:
                break
    return chosen


def load_members(connection: Connection, numbers: Iterable[int], *, light: bool = False) -> dict[int, Member]:
    """Live bibliographic records with their features (``light``: without); those of another extraction are renewed."""
    kept = literal("{}").label("features") if light else record.c.features
    columns = (record.c.id, record.c.member, record.c.control_number, record.c.instance, kept)
    live = (record.c.deleted.is_(False)) & (record.c.kind == "bibliographic")
    found = {
        r.id: Member(r.id, r.member, r.control_number, r.instance, json.loads(r.features or "{}"))
        for r in statements.rows_where(connection, record.c.id, numbers, *columns, also=live)
    }
    if not light:
        renewed = stored.renew(connection, {n: m.features for n, m in found.items()})
        for n, value in renewed.items():
            found[n].features = value
        statements.remove(connection, match_key, match_key.c.record, renewed)
        rows = [
            {"key": hashed(k), "member": found[n].member, "record": n}
            for n, value in renewed.items()
            for k in keys(value)
        ]
        statements.add(connection, match_key, rows)
    return found


def judge(pairs: Iterable[tuple[int, int]], members: Mapping[int, Member]) -> list[dict[str, Any]]:
    """Compare pairs and give the edges worth keeping: same, review and vetoed ones of a likely score."""
    edges = []
    for a, b in sorted(pairs):
        one, two = members[a], members[b]
        if one.member == two.member and one.features == two.features and one.features.get("title"):
            # Only members that keep one record per copy come here with two of their own.
            said = json.dumps({"copies": one.member})
            edges.append({"a": a, "b": b, "score": 1.0, "verdict": "same", "evidence": said})
            continue
        if unlikely(one.features, two.features):
            continue
        found = compare(one.features, two.features)
        if found.verdict == "different":
            if found.veto is None or found.score < 0.3:
                continue
            verdict = "veto"
        else:
            verdict = found.verdict
        edges.append(
            {
                "a": a,
                "b": b,
                "score": found.score,
                "verdict": verdict,
                "evidence": json.dumps(found.to_json(), ensure_ascii=False),
            }
        )
    return edges


def decided(connection: Connection, arrived: Mapping[int, Member]) -> list[dict[str, Any]]:
    """Edges that people decided (level ``instance``) and that hold an arrived record; the latest word counts."""
    names = {(m.member, m.number): n for n, m in arrived.items()}
    standing = (decision.c.level == "instance") & decision.c.revoked.is_(None)
    rows = {}
    numbers = {number for _, number in names}
    for column in (decision.c.a_number, decision.c.b_number):
        for row in statements.rows_where(connection, column, numbers, decision, also=standing):
            if (row.a_member, row.a_number) in names or (row.b_member, row.b_number) in names:
                rows[row.id] = row
    if not rows:
        return []
    foreign = {(r.a_member, r.a_number) for r in rows.values()} | {(r.b_member, r.b_number) for r in rows.values()}
    known = dict(names)
    live = record.c.deleted.is_(False) & (record.c.kind == "bibliographic")
    for r in statements.rows_where(
        connection,
        record.c.control_number,
        {n for _, n in foreign},
        record.c.id,
        record.c.member,
        record.c.control_number,
        also=live,
    ):
        if (r.member, r.control_number) in foreign:
            known[(r.member, r.control_number)] = r.id
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for number in sorted(rows):
        row = rows[number]
        x, y = known.get((row.a_member, row.a_number)), known.get((row.b_member, row.b_number))
        if x is None or y is None or x == y:
            continue
        pair = (min(x, y), max(x, y))
        found[pair] = {
            "a": pair[0],
            "b": pair[1],
            "score": 1.0 if row.same else 0.0,
            "verdict": "must" if row.same else "cannot",
            "evidence": json.dumps(
                {"decision": row.id, "by": row.by, "at": row.at, "reason": row.reason}, ensure_ascii=False
            ),
        }
    return list(found.values())


def keep(connection: Connection, edges: Iterable[dict[str, Any]], people: Iterable[dict[str, Any]]) -> None:
    """Write the edges of a batch; a person's word replaces the rules' (its evidence keeps what the rules found)."""
    by_pair = {(e["a"], e["b"]): e for e in edges}
    for said in people:
        before = by_pair.get((said["a"], said["b"]))
        if before is not None:
            evidence = json.loads(said["evidence"]) | {
                "rules": json.loads(before["evidence"]) | {"score": before["score"]}
            }
            said = said | {"evidence": json.dumps(evidence, ensure_ascii=False)}
        by_pair[(said["a"], said["b"])] = said
    pairs = list(by_pair)
    statements.remove_pairs(connection, edge, "a", "b", pairs)
    statements.add(connection, edge, list(by_pair.values()))


def forget(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Remove the edges and keys of records; gives the other records that were joined to them."""
    neighbours: set[int] = set()
    for column in (edge.c.a, edge.c.b):
        joined = statements.rows_where(connection, column, numbers, edge.c.a, edge.c.b, also=edge.c.verdict.in_(JOINS))
        neighbours.update(n for row in joined for n in row)
    for column in (edge.c.a, edge.c.b):
        statements.remove(connection, edge, column, numbers)
    statements.remove(connection, match_key, match_key.c.record, numbers)
    return neighbours - set(numbers)
