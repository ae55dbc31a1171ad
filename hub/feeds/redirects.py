"""Every URI that no longer stands for a thing of its own: where it leads (301) or that it is gone (410).

Read in portions by key, each in its own transaction: any number of rows in constant memory, no long-held snapshot.
"""

from __future__ import annotations

import gzip
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import and_, exists, select

from converters.bibframe.terms import segment
from hub.registry import Registry, schema

PORTION = 5000
MOST_MERGES = 100
"""Steps of a chain of merges that are followed (hub.catalog follows as many)."""
KINDS = ("bibliographic", "holdings", "authority")
HEAD = "uri\tstatus\tsurvivor\n"


def redirects(registry: Registry, base: str) -> Iterator[str]:
    """Lines ``old URI⇥301⇥survivor`` and ``old URI⇥410⇥``: entities by their id, then withdrawn member records.

    The survivor is the live one at the end of the chain; a chain that ends in a withdrawn entity is gone altogether,
    which is what its URIs answer, too.
    """
    yield from _entities(registry, base)
    yield from _records(registry, base)


def _entities(registry: Registry, base: str) -> Iterator[str]:
    entity = schema.entity
    columns = select(entity.c.id, entity.c.place, entity.c.state, entity.c.replaced_by)
    after = ""
    while True:
        with registry.read() as connection:
            rows = connection.execute(
                columns.where(entity.c.id > after, entity.c.state != "live").order_by(entity.c.id).limit(PORTION)
            ).all()
            ends = {row.id: (row.state, row.replaced_by or "") for row in rows}
            waiting = {end for state, end in ends.values() if state == "merged"} - ends.keys()
            for _ in range(MOST_MERGES):
                if not waiting:
                    break
                found = {}
                for part in _parts(sorted(waiting)):
                    for row in connection.execute(columns.where(entity.c.id.in_(part))):
                        found[row.id] = (row.state, row.replaced_by or "")
                ends |= found
                waiting = {end for state, end in found.values() if state == "merged"} - ends.keys()
        for row in rows:
            survivor = _survivor(ends, row.id)
            old = f"{base}{row.place}/{row.id}"
            yield f"{old}\t301\t{base}{row.place}/{survivor}\n" if survivor else f"{old}\t410\t\n"
        if len(rows) < PORTION:
            return
        after = rows[-1].id


def _parts(ids: list[str], size: int = 500) -> Iterator[list[str]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _survivor(ends: dict[str, tuple[str, str]], identity: str) -> str:
    """The live entity at the end of a chain of merges, empty when it ends in nothing."""
    for _ in range(MOST_MERGES):
        state, after = ends.get(identity, ("withdrawn", ""))
        if state == "live":
            return identity
        if state != "merged" or not after:
            return ""
        identity = after
    return ""


def _records(registry: Registry, base: str) -> Iterator[str]:
    record, other = schema.record, schema.record.alias()
    same = and_(
        other.c.member == record.c.member,
        other.c.kind.in_(KINDS),  # all there are: with them the unique index finds the number
        other.c.control_number == record.c.control_number,
        # A live record of another kind keeps the URI; of several withdrawn ones the first names it.
        (other.c.deleted.is_(False)) | (other.c.id < record.c.id),
    )
    after = 0
    while True:
        with registry.read() as connection:
            rows = connection.execute(
                select(record.c.id, record.c.member, record.c.control_number)
                .where(record.c.id > after, record.c.deleted.is_(True), ~exists().where(same))
                .order_by(record.c.id)
                .limit(PORTION)
            ).all()
        for row in rows:
            yield f"{base}records/{segment(row.member)}/{segment(row.control_number)}\t410\t\n"
        if len(rows) < PORTION:
            return
        after = rows[-1].id


def write_redirects(registry: Registry, base: str, out: BinaryIO) -> int:
    """Write the gzip file of all redirects to ``out``, the same bytes for the same registry; gives their number."""
    count = 0
    with gzip.GzipFile(fileobj=out, mode="wb", filename="", mtime=0) as file:
        file.write(HEAD.encode())
        for line in redirects(registry, base):
            file.write(line.encode("utf-8", "replace"))
            count += 1
    return count


class RedirectFile:
    """``redirects.tsv.gz`` as it is served: made when asked for, and again when the log has gone on since.

    To make it is one pass over the registry, so that is done at most every ``lasting`` seconds, whoever asks.
    """

    def __init__(self, registry: Registry, base: str, folder: Path, lasting: float = 600.0) -> None:
        self.registry = registry
        self.base = base
        self.path = folder / "redirects.tsv.gz"
        self.lasting = lasting
        self._making = threading.Lock()
        self._seq = -1

    def current(self) -> Path:
        """The file, made or renewed where needed."""
        with self._making:
            seq = self.registry.last_change()
            if seq != self._seq and (self._seq < 0 or self._age() > self.lasting):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
                with draft.open("wb") as out:
                    write_redirects(self.registry, self.base, out)
                draft.replace(self.path)
                self._seq = seq
            return self.path

    def _age(self) -> float:
        try:
            return time.time() - self.path.stat().st_mtime
        except FileNotFoundError:
            return float("inf")
