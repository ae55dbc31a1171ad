"""Entities of a batch: loaded once, changed in memory, written at the end with one change row each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row

from hub.identity import statements
from hub.identity.minting import mint
from hub.registry.schema import change, entity


@dataclass(slots=True)
class Entity:
    """A row of the entity table in memory."""

    id: str
    place: str
    state: str
    replaced_by: str | None
    parent: str | None
    anchor: str
    key: str | None
    created: int

    @property
    def live(self) -> bool:
        """Whether the entity is neither merged nor withdrawn."""
        return self.state == "live"


class Ledger:
    """What a batch does to entities."""

    def __init__(self, connection: Connection, job: int | None, at: int) -> None:
        self.connection = connection
        self.job = job
        self.at = at
        self._entities: dict[str, Entity] = {}
        self._new: set[str] = set()
        self._dirty: set[str] = set()
        self._changes: dict[str, tuple[str, str | None]] = {}

    def load(self, ids: Iterable[str | None]) -> None:
        """Read entities that are not yet in memory."""
        missing = [i for i in ids if i is not None and i not in self._entities]
        for row in statements.rows_where(self.connection, entity.c.id, missing, entity):
            self._remember(row)

    def load_where(self, column: ColumnElement[Any], values: Iterable[str], place: str) -> list[Entity]:
        """Read the entities of a place by another column; those in memory stay as they are there."""
        found = []
        rows = statements.rows_where(self.connection, column, values, entity, also=entity.c.place == place)
        for row in rows:
            self._remember(row)
            found.append(self._entities[row.id])
        return found

    def _remember(self, row: Row[Any]) -> None:
        if row.id not in self._entities:
            self._entities[row.id] = Entity(
                row.id, row.place, row.state, row.replaced_by, row.parent, row.anchor, row.key, row.created
            )

    def __getitem__(self, number: str) -> Entity:
        return self._entities[number]

    def get(self, number: str | None) -> Entity | None:
        """An entity in memory, or None."""
        return self._entities.get(number) if number is not None else None

    def stand(self, place: str, anchors: Iterable[str]) -> dict[str, str]:
        """For each anchor a live entity of its own: a merged or withdrawn one that stood there returns, else a new one.

        A live entity with the same anchor is never given: the caller has none left for this anchor.
        """
        wanted = list(dict.fromkeys(anchors))
        resting: dict[str, Entity] = {}
        for old in self.load_where(entity.c.anchor, wanted, place):
            known = resting.get(old.anchor)
            if not old.live and (known is None or (old.created, old.id) < (known.created, known.id)):
                resting[old.anchor] = old
        found = {}
        for anchor in wanted:
            if anchor in resting:
                self.revive(resting[anchor].id)
                found[anchor] = resting[anchor].id
        fresh = mint(self.connection, [a for a in wanted if a not in resting], self._entities.keys())
        for anchor, number in fresh.items():
            self._entities[number] = Entity(number, place, "live", None, None, anchor, None, self.at)
            self._new.add(number)
            self._changes[number] = ("create", None)
            found[anchor] = number
        return found

    def revive(self, number: str) -> None:
        """Make a merged (then it is split off its survivor) or withdrawn entity live again."""
        e = self._entities[number]
        origin = e.replaced_by if e.state == "merged" else None
        e.state, e.replaced_by = "live", None
        self._dirty.add(number)
        self._changes[number] = ("split", origin) if origin else ("create", None)

    def split(self, number: str, origin: str) -> None:
        """Say that an entity was taken out of another one."""
        self._changes[number] = ("split", origin)

    def merge(self, loser: str, survivor: str) -> None:
        """Let an entity be replaced by another one."""
        e = self._entities[loser]
        e.state, e.replaced_by, e.parent, e.key = "merged", survivor, None, None
        self._dirty.add(loser)
        self._changes[loser] = ("merge", survivor)
        self.touch(survivor)

    def withdraw(self, number: str) -> None:
        """Say that nothing stands behind an entity any more."""
        e = self._entities[number]
        if e.state != "live":
            return
        e.state, e.parent, e.key = "withdrawn", None, None
        self._dirty.add(number)
        self._changes[number] = ("withdraw", None)

    def touch(self, number: str | None) -> None:
        """Say that the description of a live entity may have changed."""
        e = self.get(number)
        if e is not None and e.live:
            self._changes.setdefault(e.id, ("update", None))

    def place_under(self, number: str, parent: str | None) -> bool:
        """Set the parent; True when it is another one than before."""
        e = self._entities[number]
        if e.parent == parent:
            return False
        e.parent = parent
        self._dirty.add(number)
        self.touch(number)
        return True

    def key_is(self, number: str, key: str | None) -> None:
        """Set the work key of an Instance."""
        e = self._entities[number]
        if e.key != key:
            e.key = key
            self._dirty.add(number)

    def anchor_is(self, number: str, anchor: str) -> None:
        """Let an entity stand on another record, because its own is gone."""
        e = self._entities[number]
        if e.anchor != anchor:
            e.anchor = anchor
            self._dirty.add(number)

    def flush(self) -> None:
        """Write entities and change rows."""
        fields = ("state", "replaced_by", "parent", "anchor", "key")
        new = [self._entities[i] for i in self._entities if i in self._new]
        statements.add(
            self.connection,
            entity,
            [
                {
                    "id": e.id,
                    "place": e.place,
                    **{f: getattr(e, f) for f in fields},
                    "created": e.created,
                    "changed": self.at,
                }
                for e in new
            ],
        )
        dirty = [self._entities[i] for i in sorted((self._dirty | self._changes.keys()) - self._new)]
        statements.change(
            self.connection,
            entity,
            "id",
            [{"id": e.id, **{f: getattr(e, f) for f in fields}, "changed": self.at} for e in dirty],
        )
        statements.add(
            self.connection,
            change,
            [
                {
                    "entity": i,
                    "place": self._entities[i].place,
                    "action": action,
                    "target": target,
                    "job": self.job,
                    "at": self.at,
                }
                for i, (action, target) in self._changes.items()
            ],
        )
        self._new.clear()
        self._dirty.clear()
        self._changes.clear()
