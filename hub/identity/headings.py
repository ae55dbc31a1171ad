"""Agents, Concepts and Hubs: one entity for each strict heading; an authority's variants redirect to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select, text

from hub.identity import statements
from hub.identity.arrival import Arrival, HeadingClaim
from hub.identity.families import loose_form
from hub.identity.kin import Kin
from hub.identity.ledger import Ledger
from hub.identity.minting import anchor_parts, anchor_text
from hub.identity.names import bare_words
from hub.registry.schema import authority, bearing, entity, heading, loose, mention, nested, record, variant

_IGNORED = frozenset({"libraries"})  # libraries are rows of the library table

Key = tuple[str, str]


def heading_anchor(place: str, key: str) -> str:
    """The anchor of a heading's own entity: the heading itself, so that no order of loading shows in its id."""
    return anchor_text(place, "heading", key)


def link_headings(connection: Connection, ledger: Ledger, arrivals: Mapping[int, Arrival]) -> set[int]:
    """Bring headings, mentions, marks and authority links of the batch's records up to date.

    Gives the Agents' headings that stand for another entity than before: works named after them are keyed anew.
    """
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
    rows, fresh = _present(connection, ledger, claims)

    old = [n for n, a in arrivals.items() if not a.new]
    was = {(r.record, r.heading) for r in statements.rows_where(connection, mention.c.record, old, mention)}
    now = {(n, rows[key]["id"]) for n, key in mentions}
    statements.remove_pairs(connection, mention, "record", "heading", sorted(was - now))
    statements.add(connection, mention, [{"record": n, "heading": h} for n, h in sorted(now - was)])
    count_uses(connection, arrivals, was, now)

    remarked = _bear(connection, arrivals, old, rows)
    touched = _authorities(connection, ledger, arrivals, rows)
    known = _load(connection, touched - rows.keys()) | rows
    seeds = fresh | remarked | {known[key]["id"] for key in touched if key in known}
    seeds |= {h for _, h in was - now}
    # A further record may bring the title that two forms of a name have in common.
    seeds |= {row["id"] for key, row in rows.items() if key[0] == "agents"}
    moved = resolve(connection, ledger, seeds)
    dropped = {h for _, h in was - now}
    _touch_entities(connection, ledger, dropped)  # so that the index learns that they are used less
    _rest(connection, ledger, dropped | {h for _, h in now - was} | moved)
    return moved


def count_uses(
    connection: Connection, arrivals: Mapping[int, Arrival], was: set[tuple[int, int]], now: set[tuple[int, int]]
) -> None:
    """Keep the number of bibliographic records that mention each heading, from what the batch's records did and do."""
    change: dict[int, int] = {}
    for pairs, one in ((now - was, 1), (was - now, -1)):
        for n, h in pairs:
            if arrivals[n].kind == "bibliographic":
                change[h] = change.get(h, 0) + one
    rows = [{"heading": h, "more": more} for h, more in sorted(change.items()) if more]
    if rows:
        connection.execute(
            text(
                "INSERT INTO usage (heading, uses) VALUES (:heading, :more) "
                "ON CONFLICT (heading) DO UPDATE SET uses = usage.uses + excluded.uses"
            ),
            rows,
        )


def _bear(
    connection: Connection, arrivals: Mapping[int, Arrival], old: Iterable[int], rows: Mapping[Key, dict[str, Any]]
) -> set[int]:
    """Replace the marks that the batch's records give; the headings whose marks changed."""
    columns = (bearing.c.mark, bearing.c.heading, bearing.c.record)
    was = {tuple(r) for r in statements.rows_where(connection, bearing.c.record, old, *columns)}
    now = set()
    for n, arrival in arrivals.items():
        if arrival.deleted:
            continue
        for claim in (*arrival.headings, *([arrival.establishes] if arrival.establishes else ())):
            if claim.place not in _IGNORED:
                now |= {(mark, rows[claim.place, claim.key]["id"], n) for mark in claim.marks}
    changed = {r for _, _, r in was - now}
    statements.remove(connection, bearing, bearing.c.record, changed)
    wanted = (now - was) | {b for b in now & was if b[2] in changed}
    statements.add(connection, bearing, [{"mark": m, "heading": h, "record": n} for m, h, n in sorted(wanted)])
    return {h for _, h, _ in was ^ now}


def _load(connection: Connection, keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    wanted = set(keys)
    return {
        (r.place, r.key): dict(r._mapping)
        for r in statements.rows_where(connection, heading.c.key, (k for _, k in wanted), heading)
        if (r.place, r.key) in wanted
    }


def _present(
    connection: Connection, ledger: Ledger, claims: Mapping[Key, list[HeadingClaim]]
) -> tuple[dict[Key, dict[str, Any]], set[int]]:
    """The rows of all claimed headings, and which are new to the hub; changed payloads are written."""
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
    fresh = {rows[key]["id"] for key in missing.values()}
    return rows, fresh | _shapes(connection, claims, rows)


def _shapes(
    connection: Connection, claims: Mapping[Key, list[HeadingClaim]], rows: Mapping[Key, dict[str, Any]]
) -> set[int]:
    """Write loose forms and inner headings that are not yet there; the headings that gained any."""
    numbers = [row["id"] for row in rows.values()]
    inside = {
        (rows[key]["id"], i) for key, said in claims.items() for claim in said[:1] for i in claim.inner if i in rows
    }
    pairs = {(outer, rows[i]["id"]) for outer, i in inside}
    outer = {o for o, _ in pairs}
    stored = {(r.outer, r.inner) for r in statements.rows_where(connection, nested.c.outer, outer, nested)}
    statements.add(connection, nested, [{"outer": o, "inner": i} for o, i in sorted(pairs - stored)])
    forms = {row["id"]: form for key, row in rows.items() if (form := loose_form(*key)) is not None}
    known = {r.heading for r in statements.rows_where(connection, loose.c.heading, forms, loose.c.heading)}
    gained = forms.keys() - known
    statements.add(connection, loose, [{"key": forms[n], "heading": n} for n in numbers if n in gained])
    return gained | {o for o, _ in pairs - stored}


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


def resolve(connection: Connection, ledger: Ledger, seeds: Iterable[int]) -> set[int]:
    """Let each heading, and all that meet it, stand for the entity that the linking ladder gives (identity.families).

    Hubs are looked at after Agents, because their creators tell which of them are one. Gives the headings that stand
    for another entity than before.
    """
    wanted = set(seeds)
    moved = _settle(connection, ledger, wanted, "agents")
    outer = {r.outer for r in statements.rows_where(connection, nested.c.inner, moved, nested.c.outer)}
    _touch_entities(connection, ledger, outer)  # their descriptions link what is inside
    wanted |= _key_hubs(connection, wanted | outer)
    return moved | _settle(connection, ledger, wanted, "concepts", "hubs")


def reconsider(connection: Connection, ledger: Ledger, numbers: Iterable[int]) -> set[int]:
    """Judge headings again outside a load; those that stand for another entity than before."""
    wanted = set(numbers)
    moved = resolve(connection, ledger, wanted)
    _rest(connection, ledger, wanted | moved)
    return moved


def _key_hubs(connection: Connection, headings: set[int]) -> set[int]:
    """Write the loose forms of Hubs: creator's entity and title. Gives those that have another one than before."""
    hub = heading.alias()
    creator = heading.alias()
    statement = select(
        hub.c.id, hub.c.place, hub.c.key, creator.c.place.label("by"), creator.c.key.label("creator"), creator.c.entity
    ).select_from(nested.join(hub, hub.c.id == nested.c.outer).join(creator, creator.c.id == nested.c.inner))
    forms: dict[int, str] = {}
    for r in statements.rows_of(connection, statement, nested.c.outer, headings):
        # Places are looked at here: asked of SQLite, it would read every Hub there is by the index of places.
        if (r.place, r.by) == ("hubs", "agents") and r.key.split("|")[1] == r.creator.partition("|")[2]:
            form = loose_form("hubs", r.key, r.entity)
            if form is not None:
                forms[r.id] = form
    was = {r.heading: r.key for r in statements.rows_where(connection, loose.c.heading, forms, loose)}
    changed = {n for n, form in forms.items() if was.get(n) != form}
    former = [k for n, k in was.items() if n in changed]
    beside = {r.heading for r in statements.rows_where(connection, loose.c.key, former, loose.c.heading)}
    statements.remove(connection, loose, loose.c.heading, changed)
    statements.add(connection, loose, [{"key": forms[n], "heading": n} for n in sorted(changed)])
    return changed | beside


def _settle(connection: Connection, ledger: Ledger, seeds: set[int], *places: str) -> set[int]:
    """Give the headings of some places, and their kin, the entities they stand for; those that changed."""
    columns = (heading.c.id, heading.c.place)
    mine = {r.id for r in statements.rows_where(connection, heading.c.id, seeds, *columns) if r.place in places}
    if not mine:
        return set()
    kin = Kin(connection, mine)
    ledger.load(r.entity for r in kin.rows.values())
    own = {n: heading_anchor(r.place, r.key) for n, r in kin.rows.items()}
    targets = {n: v.target for n, v in kin.verdicts.items()}
    entity_of = {n: r.entity for n, r in kin.rows.items()}
    leaving = [n for n, t in targets.items() if t == n and ledger[entity_of[n]].anchor != own[n]]
    stood: dict[str, str] = {}
    for place in places:
        stood |= ledger.stand(place, sorted(own[n] for n in leaving if kin.rows[n].place == place))
    moved: dict[int, str] = {}
    for n in leaving:
        number = stood[own[n]]
        ledger.split(number, entity_of[n])
        ledger.touch(entity_of[n])
        moved[n] = entity_of[n] = number
    joining = [n for n, t in targets.items() if t != n and entity_of[n] != entity_of[t]]
    elsewhere = [own[n] for n in joining if ledger[entity_of[n]].anchor != own[n]]
    # A heading that leaves one entity for another takes its own id's redirect along.
    resting = {e.anchor: e.id for place in places for e in ledger.load_where(entity.c.anchor, elsewhere, place)}
    for n in sorted(joining):
        target = entity_of[targets[n]]
        before = ledger[entity_of[n]]
        if before.anchor == own[n]:
            ledger.merge(before.id, target)
        else:
            ledger.touch(before.id)
            if own[n] in resting:
                ledger.merge(resting[own[n]], target)
        moved[n] = target
    for n in sorted(joining):
        entity_of[n] = moved[n]
    _forward(kin, ledger, own, entity_of, moved)
    statements.change(connection, heading, "id", [{"id": n, "entity": e} for n, e in moved.items()])
    _touch_users(connection, ledger, moved)
    return set(moved)


def _forward(
    kin: Kin, ledger: Ledger, own: Mapping[int, str], entity_of: dict[int, str], moved: dict[int, str]
) -> None:
    """Unused headings go where their former companions went, so that the URI they stood for redirects to them."""
    for n in sorted(kin.unused):
        e = ledger[entity_of[n]]
        if e.anchor != own[n] or not e.live:
            continue
        went = sorted(m for m in moved if m not in kin.unused and kin.rows[m].entity == e.id and moved[m] != e.id)
        if went:
            ledger.merge(e.id, moved[went[0]])
            moved[n] = moved[went[0]]


def _touch_entities(connection: Connection, ledger: Ledger, headings: Iterable[int]) -> None:
    entities = {r.entity for r in statements.rows_where(connection, heading.c.id, headings, heading.c.entity)}
    ledger.load(entities)
    for number in sorted(entities):
        ledger.touch(number)


def creators(connection: Connection, ledger: Ledger, keys: Iterable[str]) -> dict[str, str]:
    """For the keys of Agents' headings that stand for another heading's entity: the words of that heading's name."""
    rows = _load(connection, {("agents", key) for key in keys if key})
    ledger.load(row["entity"] for row in rows.values())
    found = {}
    for key, row in rows.items():
        anchor = ledger[row["entity"]].anchor
        if anchor != heading_anchor(*key):
            found[key[1]] = bare_words(anchor_parts(anchor)[-1])
    return found


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
