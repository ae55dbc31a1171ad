"""Agents, Concepts and Hubs: one entity for each strict heading; an authority's variants redirect to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from hub.identity import statements
from hub.identity.arrival import Arrival, HeadingClaim
from hub.identity.ledger import Ledger
from hub.identity.minting import anchor_text
from hub.registry.schema import authority, heading, mention, record, variant

_IGNORED = frozenset({"libraries"})  # libraries are rows of the library table

Key = tuple[str, str]


def heading_anchor(place: str, key: str) -> str:
    """The anchor of a heading's own entity: the heading itself, so that no order of loading shows in its id."""
    return anchor_text(place, "heading", key)


def link_headings(connection: Connection, ledger: Ledger, arrivals: Mapping[int, Arrival]) -> None:
    """Bring headings, mentions and authority links of the batch's records up to date."""
    claims: dict[Key, list[HeadingClaim]] = {}
    mentions: set[tuple[int, Key]] = set()
    for n, arrival in arrivals.items():
        if arrival.deleted:
            continue
        for claim in (*arrival.headings, *([arrival.establishes] if arrival.establishes else ())):
            if claim.place not in _IGNORED:
                key = (claim.place, claim.key)
                claims.setdefault(key, []).append(claim)
                mentions.add((n, key))
    rows = _present(connection, ledger, claims)

    old = [n for n, a in arrivals.items() if not a.new]
    was = {(r.record, r.heading) for r in statements.rows_where(connection, mention.c.record, old, mention)}
    now = {(n, rows[key]["id"]) for n, key in mentions}
    statements.remove_pairs(connection, mention, "record", "heading", sorted(was - now))
    statements.add(connection, mention, [{"record": n, "heading": h} for n, h in sorted(now - was)])

    touched = _authorities(connection, ledger, arrivals, rows)
    resolve(connection, ledger, touched | set(claims))
    _rest(connection, ledger, {h for _, h in was - now} | {h for _, h in now - was})


def _load(connection: Connection, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    wanted = set(keys)
    return {
        (r.place, r.key): dict(r._mapping)
        for r in statements.rows_where(connection, heading.c.key, (k for _, k in wanted), heading)
        if (r.place, r.key) in wanted
    }


def _present(
    connection: Connection, ledger: Ledger, claims: Mapping[Key, list[HeadingClaim]]
) -> dict[Key, dict[str, Any]]:
    """The rows of all claimed headings; new ones are made, changed payloads written."""
    rows = _load(connection, claims)
    ledger.load(r["entity"] for r in rows.values())
    updates = []
    for key, row in rows.items():
        payload = best(row["payload"], *(c.payload for c in claims[key]))
        if payload != row["payload"]:
            updates.append({"id": row["id"], "payload": payload})
            ledger.touch(row["entity"])
    statements.change(connection, heading, "id", updates)
    missing = {heading_anchor(*key): key for key in claims if key not in rows}
    if missing:
        stood: dict[str, str] = {}
        for place in sorted({place for place, _ in missing.values()}):
            stood |= ledger.stand(place, [a for a, key in missing.items() if key[0] == place])
        statements.add(
            connection,
            heading,
            [
                {"place": key[0], "key": key[1], "entity": stood[a], "payload": best(*(c.payload for c in claims[key]))}
                for a, key in missing.items()
            ],
        )
        rows |= _load(connection, missing.values())
    return rows


def best(*payloads: str) -> str:
    """The payload that says most: the longest, of equals the smallest, whatever the order."""
    return min(payloads, key=lambda p: (-len(p), p))


def _authorities(
    connection: Connection, ledger: Ledger, arrivals: Mapping[int, Arrival], rows: Mapping[Key, dict[str, Any]]
) -> set[Key]:
    """Replace what the batch's authority records establish and claim; gives the headings this may concern."""
    numbers = [n for n, a in arrivals.items() if a.kind == "authority"]
    if not numbers:
        return set()
    concerned: set[Key] = set()
    for r in statements.rows_where(connection, variant.c.record, numbers, variant.c.place, variant.c.key):
        concerned.add((r.place, r.key))
    linked = authority.join(heading, authority.c.heading == heading.c.id)
    established = select(heading.c.id, heading.c.place, heading.c.key, heading.c.entity).select_from(linked)
    former = list(statements.rows_of(connection, established, authority.c.record, numbers))
    concerned |= {(r.place, r.key) for r in former}
    described = {r.entity for r in former}
    statements.remove(connection, variant, variant.c.record, numbers)
    statements.remove(connection, authority, authority.c.record, numbers)
    links, variants = [], set()
    for n in numbers:
        arrival = arrivals[n]
        claim = arrival.establishes
        if arrival.deleted or claim is None or claim.place in _IGNORED:
            continue
        key = (claim.place, claim.key)
        concerned.add(key)
        links.append({"record": n, "heading": rows[key]["id"]})
        described.add(rows[key]["entity"])
        variants |= {(place, k, n) for place, k in arrival.variants if (place, k) != key and place not in _IGNORED}
    ledger.load(described)
    for number in sorted(described):
        ledger.touch(number)  # what the authority record says is part of the description
    statements.add(connection, authority, links)
    statements.add(connection, variant, [{"place": p, "key": k, "record": n} for p, k, n in sorted(variants)])
    return concerned | {(p, k) for p, k, _ in variants}


def resolve(connection: Connection, ledger: Ledger, keys: Iterable[Key]) -> None:
    """Let each heading stand for its own entity, or for the one authority that claims it as a variant.

    A heading that is itself established, or that two different authorities claim, stays with its own entity.
    """
    rows = _load(connection, keys)
    if not rows:
        return
    by_id = {r["id"]: key for key, r in rows.items()}
    established = {
        r.heading for r in statements.rows_where(connection, authority.c.heading, by_id, authority.c.heading)
    }
    claimed: dict[Key, set[int]] = {}
    join = variant.join(authority, authority.c.record == variant.c.record)
    statement = select(variant.c.place, variant.c.key, authority.c.heading).select_from(join)
    for r in statements.rows_of(connection, statement, variant.c.key, (k for _, k in rows)):
        claimed.setdefault((r.place, r.key), set()).add(r.heading)
    single = {key: next(iter(found)) for key, found in claimed.items() if key in rows and len(found) == 1}
    owners = {r.id: r for r in statements.rows_where(connection, heading.c.id, single.values(), heading)}
    ledger.load(r["entity"] for r in rows.values())
    ledger.load(r.entity for r in owners.values())

    joining: list[tuple[dict[str, Any], str]] = []
    leaving: list[dict[str, Any]] = []
    for key, row in rows.items():
        own = ledger[row["entity"]].anchor == heading_anchor(*key)
        owner = owners.get(single[key]) if key in single and row["id"] not in established else None
        if owner is not None and owner.place == key[0] and owner.id != row["id"]:
            if row["entity"] != owner.entity:
                joining.append((row, owner.entity))
        elif not own:
            leaving.append(row)
    updates = []
    stood: dict[str, str] = {}
    for place in sorted({r["place"] for r in leaving}):
        stood |= ledger.stand(place, [heading_anchor(place, r["key"]) for r in leaving if r["place"] == place])
    for row in leaving:
        number = stood[heading_anchor(row["place"], row["key"])]
        ledger.split(number, row["entity"])
        ledger.touch(row["entity"])
        updates.append({"id": row["id"], "entity": number})
    for row, target in joining:
        own_entity = ledger[row["entity"]]
        if own_entity.anchor == heading_anchor(row["place"], row["key"]):
            ledger.merge(own_entity.id, target)
        updates.append({"id": row["id"], "entity": target})
    statements.change(connection, heading, "id", updates)
    _touch_users(connection, ledger, [u["id"] for u in updates])


def _touch_users(connection: Connection, ledger: Ledger, headings: Iterable[int]) -> None:
    """The Works and Instances that name a heading now link to another entity."""
    statement = (
        select(record.c.instance)
        .select_from(mention.join(record, mention.c.record == record.c.id))
        .where(record.c.instance.is_not(None))
        .distinct()
    )
    instances = {r.instance for r in statements.rows_of(connection, statement, mention.c.heading, headings)}
    ledger.load(instances)
    works = {ledger[i].parent for i in instances}
    ledger.load(works)
    for number in (*sorted(instances), *sorted(w for w in works if w)):
        ledger.touch(number)


def _rest(connection: Connection, ledger: Ledger, headings: Iterable[int]) -> None:
    """Withdraw entities that nothing mentions any more, and bring back those mentioned again."""
    changed = set(headings)
    if not changed:
        return
    entities = {r.entity for r in statements.rows_where(connection, heading.c.id, changed, heading.c.entity)}
    counted = select(heading.c.entity).select_from(heading.join(mention, mention.c.heading == heading.c.id)).distinct()
    mentioned = {r.entity for r in statements.rows_of(connection, counted, heading.c.entity, entities)}
    ledger.load(entities)
    for number in sorted(entities):
        e = ledger[number]
        if number in mentioned and e.state == "withdrawn":
            ledger.revive(number)
        elif number not in mentioned and e.live:
            ledger.withdraw(number)
