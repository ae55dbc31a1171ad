"""The registry-facing verb: which entities a batch of stored records means."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence

from sqlalchemy import Connection, select

from hub.identity import groups, headings, instances, items
from hub.identity.arrival import Arrival
from hub.identity.ledger import Ledger
from hub.registry.schema import member

log = logging.getLogger(__name__)


def copying_members(connection: Connection, arrivals: Sequence[Arrival] = ()) -> frozenset[str]:
    """Members that keep one record per copy, by their profiles and by what the arrivals say."""
    by_profile = {
        r.code
        for r in connection.execute(select(member.c.code, member.c.profile))
        if json.loads(r.profile or "{}").get("copies")
    }
    return frozenset(by_profile | {a.member for a in arrivals if a.copies})


def assign(connection: Connection, arrivals: Sequence[Arrival], *, job: int | None, at: int) -> int:
    """Give the records of a batch their Instances, Works, Items and headings, and log what changed.

    Runs inside the caller's transaction; intake has written the ``record`` rows. Every entity whose description may
    have changed gets one change row (``at`` seconds since 1970, of ``job``). Of several arrivals of one record the last
    counts. Returns how many candidate keys had more records than are looked at.
    """
    by_record = {a.record: a for a in arrivals}
    if not by_record:
        return 0
    copying = copying_members(connection, arrivals)
    ledger = Ledger(connection, job, at)
    bibliographic = {n: a for n, a in by_record.items() if a.kind == "bibliographic"}
    settled = instances.settle(connection, ledger, bibliographic, copying)
    groups.key_arrivals(connection, bibliographic)
    renamed = headings.link_headings(connection, ledger, by_record)
    groups.group(connection, ledger, bibliographic, settled, renamed)
    holding = {n: a for n, a in by_record.items() if a.kind in ("bibliographic", "holdings")}
    items.place_items(connection, ledger, holding, settled)
    ledger.flush()
    if settled.overflow:
        log.info("%d candidate keys have more records than are compared", settled.overflow)
    return settled.overflow
