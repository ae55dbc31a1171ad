"""The matcher measured from outside, without a hub: pairs of records judged, files of records clustered."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from sqlalchemy import Connection, insert, select

from converters.marc import Damaged, Frame, Record, parse, read
from converters.profile import DEFAULT_PROFILE, record_key
from hub.identity.arrival import Arrival
from hub.identity.assign import assign
from hub.identity.evidence import compare
from hub.identity.features import features
from hub.registry import Registry, schema

log = logging.getLogger(__name__)

_BATCH = 1000


def match(a: dict[str, Any] | Record, b: dict[str, Any] | Record) -> dict[str, Any]:
    """Judge two records (MARC-in-JSON objects or records): ``decision``, ``score``, ``features``, ``veto``, ``doubts``.

    ``decision`` is ``same``, ``review`` or ``different``; ``score`` 0 … 1; ``features`` each comparison −1 … 1. Raises
    MarcError when an object is no record.
    """
    found = compare(features(_record(a)), features(_record(b)))
    return {
        "decision": found.verdict,
        "score": found.score,
        "features": found.features,
        "veto": found.veto,
        "doubts": found.doubts,
        "rules": found.version,
    }


def _record(given: dict[str, Any] | Record) -> Record:
    if isinstance(given, Record):
        return given
    return parse(json.dumps(given, ensure_ascii=False).encode(), "marc-in-json")


def cluster(
    files: Iterable[Path], *, level: Literal["instance", "work"] = "instance", member_from: str | None = None
) -> Iterator[tuple[str, str]]:
    """(control number, cluster id) of every bibliographic record of the files, in their order.

    Each file is one member, or with ``member_from="003"`` the member is the record's 003 (the file's where it has
    none). A registry in a temporary folder holds the work, so memory does not grow with the files. Damaged stretches
    are logged and passed over.
    """
    with TemporaryDirectory(prefix="bibhub-cluster-") as folder:
        registry = Registry.in_folder(Path(folder))
        try:
            _load(registry, files, member_from)
            yield from _clusters(registry, level)
        finally:
            registry.close()


def _load(registry: Registry, files: Iterable[Path], member_from: str | None) -> None:
    met: set[tuple[str, str]] = set()
    number = 0
    batch: list[tuple[str, str, Record]] = []
    for place, path in enumerate(files):
        with open(path, "rb") as stream:
            for found in read(stream):
                if isinstance(found, Damaged):
                    log.warning("%s, byte %d: %s", path, found.offset, found.reason)
                    continue
                frame, record = found
                if record.kind != "bibliographic":
                    continue
                member = record.control(member_from).strip() if member_from else ""
                name = _name(frame, record, member or f"file {place + 1}", met)
                batch.append((*name, record))
                if len(batch) == _BATCH:
                    number = _store(registry, batch, number)
                    batch = []
    _store(registry, batch, number)


def _name(frame: Frame, record: Record, member: str, met: set[tuple[str, str]]) -> tuple[str, str]:
    """Member and control number; a number met before in the member gets a tab and a count behind it."""
    number = record_key(frame, record, DEFAULT_PROFILE)
    name, count = (member, number), 1
    while name in met:
        count += 1
        name = (member, f"{number}\t{count}")
    met.add(name)
    return name


def _store(registry: Registry, batch: list[tuple[str, str, Record]], number: int) -> int:
    """Write a batch as intake would, without its bytes; gives the last record number."""
    rows, arrivals = [], []
    for member, control_number, record in batch:
        number += 1
        found = features(record)
        rows.append(
            {
                "id": number,
                "member": member,
                "kind": "bibliographic",
                "control_number": control_number,
                "format": "",
                "raw": b"",
                "digest": b"",
                "rank": 0,
                "features": json.dumps(found, ensure_ascii=False),
                "deleted": False,
                "job": 0,
                "seen": 0,
                "created": number,
                "changed": number,
            }
        )
        arrivals.append(Arrival(number, member, "bibliographic", control_number, new=True, features=found))
    if rows:
        with registry.write() as connection:
            connection.execute(insert(schema.record), rows)
            assign(connection, arrivals, job=None, at=number)
    return number


def _clusters(registry: Registry, level: str) -> Iterator[tuple[str, str]]:
    record, entity = schema.record, schema.entity
    name = record.c.instance if level == "instance" else entity.c.parent
    statement = (
        select(record.c.control_number, name)
        .select_from(record.join(entity, entity.c.id == record.c.instance))
        .order_by(record.c.id)
    )
    with registry.read() as connection:
        for control_number, found in _stream(connection, statement):
            yield control_number.partition("\t")[0], found


def _stream(connection: Connection, statement: Any) -> Iterator[Any]:
    with connection.execution_options(yield_per=_BATCH).execute(statement) as rows:
        yield from rows
