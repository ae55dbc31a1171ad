"""Headings that may name one thing, gathered from the registry: all that meet by marks, loose forms and variants."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, func, select

from hub.identity import statements
from hub.identity.families import SHARED_MARK, Form, Verdict, decide
from hub.identity.works import title_of
from hub.registry.schema import authority, bearing, heading, joined, loose, mention, record, variant, work_key

log = logging.getLogger(__name__)

MOST = 5000
"""Headings looked at together beyond the ones asked for; real families have fewer than twenty."""

_RECORDS = 300
"""Records of a heading whose titles are asked for a common one."""


class Kin:
    """The headings that meet the given ones, and what each stands for (:attr:`verdicts`)."""

    def __init__(self, connection: Connection, seeds: Iterable[int]) -> None:
        self.connection = connection
        self.rows: dict[int, Any] = {}
        """Rows of the heading table by id."""
        self.unused: set[int] = set()
        """Headings that no record mentions: they meet nobody."""
        self.forms: dict[int, Form] = {}
        self._marks: dict[int, set[str]] = {}
        self._loose: dict[int, str] = {}
        self._claims: dict[int, set[int]] = {}
        self._joined: dict[int, int] = {}
        self._any_joined = connection.execute(select(joined.c.key).limit(1)).first() is not None
        self._established: dict[int, set[str]] = {}
        self._gather(set(seeds))
        for n, row in self.rows.items():
            if n not in self.unused:
                self.forms[n] = Form(
                    n,
                    row.place,
                    row.key,
                    n in self._established,
                    frozenset(self._marks.get(n, ())),
                    self._loose.get(n),
                    frozenset(self._claims.get(n, ())) - self.unused,
                    None if self._joined.get(n) in self.unused else self._joined.get(n),
                    frozenset(self._established.get(n, ())),
                )
        self.verdicts = self._decide()

    def _gather(self, frontier: set[int]) -> None:
        asked = len(frontier)
        while frontier:
            rows = {r.id: r for r in statements.rows_where(self.connection, heading.c.id, frontier, heading)}
            self.rows |= rows
            used = select(mention.c.heading).distinct()
            mentioned = {r.heading for r in statements.rows_of(self.connection, used, mention.c.heading, rows)}
            self.unused |= rows.keys() - mentioned
            met = self._by_loose(rows) | self._by_marks(rows) | self._by_variants(rows) | self._by_joins(rows)
            frontier = met - self.rows.keys()
            if len(self.rows) > asked + MOST:
                log.warning("%d headings meet; the rest of their family is not looked at", len(self.rows))
                return

    def _by_loose(self, rows: dict[int, Any]) -> set[int]:
        own = {r.heading: r.key for r in statements.rows_where(self.connection, loose.c.heading, rows, loose)}
        self._loose |= own
        return {r.heading for r in statements.rows_where(self.connection, loose.c.key, own.values(), loose.c.heading)}

    def _by_marks(self, rows: dict[int, Any]) -> set[int]:
        marks: set[str] = set()
        own = select(bearing.c.heading, bearing.c.mark).distinct()
        for r in statements.rows_of(self.connection, own, bearing.c.heading, rows):
            self._marks.setdefault(r.heading, set()).add(r.mark)
            marks.add(r.mark)
        bearers: dict[str, set[int]] = {}
        for r in statements.rows_of(self.connection, own, bearing.c.mark, marks):
            bearers.setdefault(r.mark, set()).add(r.heading)
        return {n for found in bearers.values() if len(found) <= SHARED_MARK for n in found}

    def _by_variants(self, rows: dict[int, Any]) -> set[int]:
        by_key = {(r.place, r.key): r.id for r in rows.values()}
        met: set[int] = set()
        by = authority.join(record, record.c.id == authority.c.record)
        links = select(authority.c.heading, authority.c.record, record.c.member).select_from(by)
        records = []
        for r in statements.rows_of(self.connection, links, authority.c.heading, rows):
            self._established.setdefault(r.heading, set()).add(r.member)
            records.append(r.record)
        claims = select(variant.c.place, variant.c.key, authority.c.heading).select_from(
            variant.join(authority, authority.c.record == variant.c.record)
        )
        for r in statements.rows_of(self.connection, claims, variant.c.key, (k for _, k in by_key)):
            number = by_key.get((r.place, r.key))
            if number is not None:
                self._claims.setdefault(number, set()).add(r.heading)
                met.add(r.heading)
        wanted = {
            (r.place, r.key)
            for r in statements.rows_where(self.connection, variant.c.record, records, variant.c.place, variant.c.key)
        }
        columns = (heading.c.id, heading.c.place, heading.c.key)
        for r in statements.rows_where(self.connection, heading.c.key, (k for _, k in wanted), *columns):
            if (r.place, r.key) in wanted:
                met.add(r.id)
        return met

    def _by_joins(self, rows: dict[int, Any]) -> set[int]:
        """What people let stand for these headings or these for."""
        if not self._any_joined:
            return set()
        keys = {r.key for r in rows.values()}
        found = list(statements.rows_where(self.connection, joined.c.key, keys, joined))
        found += statements.rows_where(self.connection, joined.c.target, keys, joined)
        pairs = {((r.place, r.key), (r.place, r.target)) for r in found}
        if not pairs:
            return set()
        columns = (heading.c.id, heading.c.place, heading.c.key)
        wanted = {k for pair in pairs for _, k in pair}
        met = {(r.place, r.key): r.id for r in statements.rows_where(self.connection, heading.c.key, wanted, *columns)}
        links = {met[one]: met[other] for one, other in pairs if one in met and other in met}
        self._joined |= links
        return {*links, *links.values()}

    def _decide(self) -> dict[int, Verdict]:
        """Decide once to learn whose titles matter, read those, and decide with them."""
        asked: set[int] = set()

        def ask(one: Iterable[int], other: Iterable[int]) -> bool:
            asked.update(one)
            asked.update(other)
            return False

        verdicts = decide(self.forms, ask)
        if not asked:
            return verdicts
        titles = self._read_titles(asked)

        def shares(one: Iterable[int], other: Iterable[int]) -> bool:
            first = {t for n in one for t in titles.get(n, ())}
            return any(not first.isdisjoint(titles.get(n, ())) for n in other)

        return decide(self.forms, shares)

    def _read_titles(self, numbers: Iterable[int]) -> dict[int, set[str]]:
        """The preferred titles of the records that use each heading, as their work keys have them: none generic."""
        titles: dict[int, set[str]] = {}
        nth = func.row_number().over(partition_by=mention.c.heading, order_by=mention.c.record).label("nth")
        for condition, wanted in statements.among(self.connection, mention.c.heading, numbers):
            ranked = select(mention.c.heading, mention.c.record, nth).where(condition).subquery()
            joined = ranked.join(work_key, work_key.c.record == ranked.c.record)
            statement = select(ranked.c.heading, work_key.c.key).select_from(joined).where(ranked.c.nth <= _RECORDS)
            for number, key in self.connection.execute(statement, wanted).all():
                titles.setdefault(number, set()).add(title_of(key))
        return titles
