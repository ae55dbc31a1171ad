"""A registry with members that send records: what intake does, without the files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update

from converters.marc.record import Record, record_of
from hub.identity import Arrival, HeadingClaim, assign, features, rank
from hub.registry import Registry, schema


@dataclass
class Sent:
    """A member's record in a test: MARC as lines, or None to delete it."""

    member: str
    number: str
    marc: str | Record | None
    kind: str = "bibliographic"
    bib_number: str = ""
    items: tuple[str, ...] = ()
    headings: tuple[tuple[str, str], ...] = ()
    establishes: tuple[str, str] | None = None
    variants: tuple[tuple[str, str], ...] = ()
    payload: str = "[]"
    copies: bool = False


@dataclass
class Consortium:
    """Loads batches the way intake does."""

    registry: Registry = field(default_factory=lambda: Registry("sqlite://"))
    time: int = 1000

    def load(self, *batch: Sent) -> int:
        """Store the batch and let identity decide; returns the number of the newest change before it."""
        self.time += 1
        before = self.registry.last_change()
        with self.registry.write() as connection:
            arrivals = [self._store(connection, sent) for sent in batch]
            assign(connection, arrivals, job=1, at=self.time)
        return before

    def _store(self, connection: Any, sent: Sent) -> Arrival:
        record, member = schema.record, schema.member
        if connection.execute(select(member.c.code).where(member.c.code == sent.member)).scalar() is None:
            profile = json.dumps({"copies": sent.copies})
            connection.execute(insert(member).values(code=sent.member, profile=profile, created=self.time))
        marc = record_of(sent.marc) if isinstance(sent.marc, str) else sent.marc
        found = features(marc) if marc is not None and sent.kind == "bibliographic" else None
        values = {
            "format": "test", "raw": b"", "digest": b"", "bib_number": sent.bib_number or None,
            "rank": rank(marc) if marc else 0, "features": json.dumps(found) if found is not None else None,
            "deleted": sent.marc is None, "job": 1, "changed": self.time,
        }  # fmt: skip
        same = (
            (record.c.member == sent.member) & (record.c.kind == sent.kind) & (record.c.control_number == sent.number)
        )
        number = connection.execute(select(record.c.id).where(same)).scalar()
        new = number is None
        if new:
            key = {"member": sent.member, "kind": sent.kind, "control_number": sent.number, "created": self.time}
            if "seen" in record.c:
                key["seen"] = 1
            number = connection.execute(insert(record).values(**key, **values)).inserted_primary_key[0]
        else:
            connection.execute(update(record).where(same).values(**values))
        return Arrival(
            number, sent.member, sent.kind, sent.number, new=new, deleted=sent.marc is None, copies=sent.copies,
            bib_number=sent.bib_number, features=json.loads(json.dumps(found)), items=list(sent.items),
            headings=[HeadingClaim(p, k, sent.payload) for p, k in sent.headings],
            establishes=HeadingClaim(*sent.establishes, sent.payload) if sent.establishes else None,
            variants=list(sent.variants),
        )  # fmt: skip

    def rows(self, table: Any, *where: Any) -> list[Any]:
        """Rows of a table."""
        with self.registry.read() as connection:
            return list(connection.execute(select(table).where(*where)).all())

    def entity(self, number: str) -> Any:
        """One entity's row."""
        return self.rows(schema.entity, schema.entity.c.id == number)[0]

    def instance(self, member: str, number: str) -> str | None:
        """The Instance of a record."""
        record = schema.record
        found = self.rows(
            record, record.c.member == member, record.c.control_number == number, record.c.kind == "bibliographic"
        )
        return found[0].instance if found else None

    def work(self, member: str, number: str) -> str:
        """The Work of a record's Instance."""
        return self.entity(str(self.instance(member, number))).parent

    def clusters(self) -> set[frozenset[tuple[str, str]]]:
        """The partition of live bibliographic records into Instances."""
        found: dict[str, set[tuple[str, str]]] = {}
        record = schema.record
        for r in self.rows(record, record.c.deleted.is_(False), record.c.kind == "bibliographic"):
            found.setdefault(r.instance, set()).add((r.member, r.control_number))
        return {frozenset(g) for g in found.values()}

    def changes(self, after: int = 0) -> list[tuple[str, str, str | None]]:
        """(place, action, target) of change rows after a number."""
        change = schema.change
        return [
            (c.place, c.action, c.target) for c in sorted(self.rows(change, change.c.seq > after), key=lambda c: c.seq)
        ]

    def answers(self, number: str) -> str:
        """What an id answers in the end: ``live`` or ``withdrawn``; a redirect is followed."""
        seen = set()
        while True:
            e = self.entity(number)
            if e.state != "merged":
                return str(e.state)
            assert number not in seen, "a redirect runs in a circle"
            seen.add(number)
            number = e.replaced_by


def book(
    title: str = "Truyện Kiều",
    author: str = "Nguyễn, Du",
    year: str = "1999",
    pages: str = "351 tr.",
    *,
    more: Iterable[str] = (),
) -> str:
    """A plain Vietnamese book as MARC lines."""
    lines = [
        f"008 990101s{year}    vm a     b    000 0 vie d",
        *([f"100 1# $a{author}"] if author else []),
        f"245 10 $a{title}",
        f"260 ## $aHà Nội :$bVăn học,$c{year}",
        f"300 ## $a{pages} ;$c21 cm",
        *more,
    ]
    return "\n".join(lines)
