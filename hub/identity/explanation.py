"""Why is this one thing? The records behind an entity, by which evidence, decided by rule or by whom."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from hub.identity import statements, stored
from hub.identity.evidence import compare
from hub.identity.kin import Kin
from hub.identity.table import VERSION
from hub.registry.schema import authority, change, edge, entity, heading, item, mention, record, twin, variant

_MOST = 100


def why(connection: Connection, number: str) -> dict[str, Any]:
    """All that explains an entity, as JSON; an empty dictionary for an id that was never minted.

    ``records`` (member, control number), ``evidence`` pairs with features, score, veto and who or what decided,
    ``history`` the change rows, and by place: ``instances`` of a Work, ``headings`` of an Agent or Concept.
    """
    row = connection.execute(select(entity).where(entity.c.id == number)).first()
    if row is None:
        return {}
    found: dict[str, Any] = {
        "id": row.id,
        "place": row.place,
        "state": row.state,
        "anchor": row.anchor,
        "replaced_by": row.replaced_by,
        "parent": row.parent,
    }
    if row.place == "instances":
        found |= _instance(connection, number)
    elif row.place == "works":
        found["key"] = None
        instances = list(
            connection.execute(
                select(entity.c.id, entity.c.key).where(entity.c.parent == number, entity.c.place == "instances")
            )
        )
        found["key"] = next((i.key for i in instances if i.key), None)
        found["instances"] = {i.id: _instance(connection, i.id)["records"] for i in instances[:_MOST]}
    elif row.place == "items":
        columns = (record.c.member, record.c.kind, record.c.control_number, item.c.key)
        joined = item.join(record, record.c.id == item.c.record)
        rows = connection.execute(select(*columns).select_from(joined).where(item.c.entity == number))
        found["records"] = [dict(r._mapping) for r in rows]
    else:
        found |= _heading(connection, number)
    rows = connection.execute(
        select(change.c.seq, change.c.action, change.c.target, change.c.job, change.c.at)
        .where(change.c.entity == number, change.c.action != "update")
        .order_by(change.c.seq)
    )
    found["history"] = [dict(r._mapping) for r in rows]
    return found


def _instance(connection: Connection, number: str) -> dict[str, Any]:
    columns = (record.c.id, record.c.member, record.c.control_number, record.c.features)
    rows = connection.execute(select(*columns).where(record.c.instance == number).order_by(record.c.id)).all()
    names = {r.id: f"{r.member} {r.control_number}" for r in rows}
    edges: dict[tuple[int, int], dict[str, Any]] = {}
    for e in statements.rows_where(connection, edge.c.a, names, edge, also=edge.c.b.in_(list(names)[:_MOST])):
        edges[(e.a, e.b)] = _said(e, names)
    beyond: list[Any] = []
    for side in (edge.c.a, edge.c.b):
        near = statements.rows_where(connection, side, names, edge)
        beyond.extend(e for e in near if e.a not in names or e.b not in names)
    others = {n for e in beyond for n in (e.a, e.b)} - names.keys()
    known = dict(names)
    columns_of = (record.c.id, record.c.member, record.c.control_number, record.c.instance)
    for r in statements.rows_where(connection, record.c.id, others, *columns_of):
        known[r.id] = f"{r.member} {r.control_number}"
    copies = statements.rows_where(connection, twin.c.record, list(names)[:_MOST], twin)
    return {
        "records": [{"member": r.member, "control_number": r.control_number} for r in rows],
        "copies": [{"record": names[t.record], "of": names.get(t.of)} for t in copies],
        "evidence": list(edges.values()),
        "not_joined": [_said(e, known) for e in beyond[:_MOST]],
    }


def _said(e: Any, names: dict[int, str]) -> dict[str, Any]:
    evidence = json.loads(e.evidence)
    by = str(evidence["by"]) if "decision" in evidence else f"rules {evidence.get('version', VERSION)}"
    return {
        "a": names.get(e.a),
        "b": names.get(e.b),
        "verdict": e.verdict,
        "score": e.score,
        "decided_by": by,
        **evidence,
    }


def _heading(connection: Connection, number: str) -> dict[str, Any]:
    rows = connection.execute(select(heading).where(heading.c.entity == number).order_by(heading.c.id)).all()
    found: dict[str, Any] = {"headings": [{"place": r.place, "key": r.key} for r in rows]}
    names = (record.c.member, record.c.kind, record.c.control_number)
    ids = [r.id for r in rows]
    mentions = select(*names).select_from(mention.join(record, record.c.id == mention.c.record))
    users = list(statements.rows_of(connection, mentions.order_by(record.c.id).limit(_MOST), mention.c.heading, ids))
    found["records"] = [dict(r._mapping) for r in users]
    links = select(*names).select_from(authority.join(record, record.c.id == authority.c.record))
    found["authorities"] = [dict(r._mapping) for r in statements.rows_of(connection, links, authority.c.heading, ids)]
    claimed: list[dict[str, Any]] = []
    for r in rows:
        claims = select(*names).select_from(variant.join(record, record.c.id == variant.c.record))
        found_claims = connection.execute(claims.where(variant.c.place == r.place, variant.c.key == r.key))
        claimed.extend({"key": r.key, **c._mapping} for c in found_claims)
    found["claimed_as_variant"] = claimed
    found |= _ladder(connection, ids)
    return found


def _ladder(connection: Connection, headings: list[int]) -> dict[str, Any]:
    """By which rule each heading stands for its entity, and which others it may mean but was not linked to."""
    kin = Kin(connection, headings)
    rules, candidates = [], {}
    for n in headings:
        verdict = kin.verdicts.get(n)
        if verdict is None:
            continue
        rules.append({"key": kin.rows[n].key, "rule": verdict.rule, "stands_for": kin.rows[verdict.target].key})
        for other, reason in verdict.candidates.items():
            row = kin.rows[other]
            candidates[row.key] = {"key": row.key, "entity": row.entity, "reason": reason}
    return {"rules": rules, "candidates": [candidates[k] for k in sorted(candidates)]}


def side_by_side(connection: Connection, a: int, b: int) -> dict[str, Any]:
    """Two records' features and what the rules say of them now, for a person to judge."""
    rows = {r.id: r for r in connection.execute(select(record).where(record.c.id.in_([a, b])))}
    known = {n: json.loads(r.features or "{}") for n, r in rows.items()}
    known |= stored.current(connection, known)
    one, two = known[a], known[b]
    found = compare(one, two)
    return {
        "a": {"member": rows[a].member, "control_number": rows[a].control_number, "features": one},
        "b": {"member": rows[b].member, "control_number": rows[b].control_number, "features": two},
        "score": found.score,
        "verdict": found.verdict,
        **found.to_json(),
    }
