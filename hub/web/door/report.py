"""What a load did, for the member whose it is: rejects with their bytes, problems by code, likely duplicates."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, or_, select

from converters import Profile
from converters.bibframe.ledger import Ledger
from converters.marc import parse
from hub.identity import astray
from hub.registry import Registry
from hub.registry.registry import now
from hub.registry.schema import edge, job, member, problem, quarantine, record, upload

REJECTS = 50
PAIRS = 20
SAMPLE = 300
"""Records that the report's ledger of losses looks at."""
LOST = 30
_CHUNK = 200
_FORMULA = ("=", "+", "-", "@")


def job_row(connection: Connection, number: int) -> RowMapping | None:
    """A job with what is known of its upload (``by``, ``waiting``, ``stop``)."""
    joined = job.outerjoin(upload, upload.c.job == job.c.id)
    columns = (job, upload.c.by, upload.c.waiting, upload.c.stop)
    return connection.execute(select(*columns).select_from(joined).where(job.c.id == number)).mappings().first()


def progress(row: RowMapping | dict[str, Any]) -> dict[str, Any]:
    """How far a job is: ``share`` (0 … 1 or None), ``rate`` (records/s), ``left`` (seconds or None), ``moving``."""
    moving = row["state"] == "running" or bool(row["waiting"])
    seconds = max((row["finished"] or now()) - row["started"], 1)
    share = min(1.0, row["bytes_read"] / row["bytes_total"]) if row["bytes_total"] else None
    left = None
    if row["state"] == "running" and share:
        left = round(seconds * (1 - share) / share)
    rate = row["read"] / seconds if row["state"] != "queued" else 0.0
    return {"share": share, "rate": round(rate, 1), "left": left, "moving": moving, "seconds": seconds}


def found(connection: Connection, row: RowMapping) -> dict[str, Any]:
    """What a load that has ended met: rejects by reason, problems by code with examples, pairs, links gained."""
    return {
        "rejects": _rejects(connection, row["id"]),
        "problems": _problems(connection, row),
        **_neighbours(connection, row),
        **_losses(connection, row),
    }


def _rejects(connection: Connection, number: int) -> list[RowMapping]:
    columns = (quarantine.c.number, quarantine.c.offset, quarantine.c.control_number, quarantine.c.reason)
    rows = connection.execute(
        select(*columns).where(quarantine.c.job == number).order_by(quarantine.c.id).limit(REJECTS)
    )
    return list(rows.mappings())


def _mine(row: RowMapping) -> tuple[ColumnElement[bool], ...]:
    """Records that the load changed, or met unchanged and none has met since."""
    return record.c.member == row["member"], or_(record.c.job == row["id"], record.c.seen == row["id"])


def _problems(connection: Connection, row: RowMapping) -> list[dict[str, Any]]:
    mine = (*_mine(row), record.c.deleted.is_(False))
    joined = problem.join(record, record.c.id == problem.c.record)
    n, first, last = (
        func.count().label("n"),
        func.min(problem.c.id).label("first"),
        func.max(problem.c.id).label("last"),
    )
    counted = connection.execute(
        select(problem.c.code, n, first, last)
        .select_from(joined)
        .where(*mine)
        .group_by(problem.c.code)
        .order_by(n.desc())
        .limit(40)
    ).all()
    wanted = {number for row in counted for number in (row.first, row.last)}
    columns = (problem.c.id, record.c.control_number, record.c.kind, problem.c.place, problem.c.message)
    rows = connection.execute(select(*columns).select_from(joined).where(problem.c.id.in_(wanted))).mappings()
    examples = {row["id"]: row for row in rows}
    found: list[dict[str, Any]] = [
        {"code": c.code, "n": c.n, "examples": [examples[number] for number in sorted({c.first, c.last})]}
        for c in counted
    ]
    wrong, shown = astray.astray(connection, *_mine(row))
    if wrong:
        said = [
            {"control_number": a.control_number, "kind": a.kind, "place": "$0", "message": astray.message(a)}
            for a in shown
        ]
        found.append({"code": astray.CODE, "n": wrong, "examples": said})
    return found


def _neighbours(connection: Connection, row: RowMapping) -> dict[str, Any]:
    """Pairs of the load's records that wait for a person, and how many of its records joined those of others."""
    mine = and_(*_mine(row))
    other = record.alias()
    ours = select(record.c.id).where(mine)
    waiting = select(edge.c.a, edge.c.b, edge.c.score).where(
        edge.c.verdict == "review", or_(edge.c.a.in_(ours), edge.c.b.in_(ours))
    )
    pairs = connection.execute(waiting.order_by(edge.c.score.desc()).limit(PAIRS)).all()
    numbers = {n for p in pairs for n in (p.a, p.b)}
    rows = connection.execute(
        select(record.c.id, record.c.member, record.c.control_number).where(record.c.id.in_(numbers))
    )
    names = {r.id: f"{r.member} {r.control_number}" for r in rows}
    joined = (
        select(func.count())
        .select_from(record)
        .where(
            mine,
            record.c.instance.is_not(None),
            select(other.c.id).where(other.c.instance == record.c.instance, other.c.member != record.c.member).exists(),
        )
    )
    return {
        "pairs": [{"a": p.a, "b": p.b, "score": p.score, "names": (names[p.a], names[p.b])} for p in pairs],
        "linked": connection.execute(joined).scalar() or 0,
    }


def _losses(connection: Connection, row: RowMapping) -> dict[str, Any]:
    """What the hub does not take of these records (converters.bibframe.ledger), counted in the first SAMPLE."""
    text = connection.execute(select(member.c.profile).where(member.c.code == row["member"])).scalar()
    profile = Profile.from_json(json.loads(text)) if text else Profile()
    columns = (record.c.raw, record.c.format)
    rows = connection.execute(
        select(*columns).where(*_mine(row), record.c.deleted.is_(False)).order_by(record.c.id).limit(SAMPLE)
    )
    ledger = Ledger()
    for r in rows:
        ledger.add(parse(zlib.decompress(r.raw), r.format, encoding=profile.encoding), profile)
    lost = [line for line in ledger.report() if line.outcome in ("unknown", "dropped")]
    lost.sort(key=lambda line: (line.outcome != "unknown", -line.count))
    return {"sample": ledger.records, "lost": lost[:LOST]}


def _quarantined(registry: Registry, number: int) -> Iterator[Any]:
    """The rejects of a job in order, a few at a time, no transaction open between them."""
    last = 0
    while True:
        with registry.read() as connection:
            rows = connection.execute(
                select(quarantine)
                .where(quarantine.c.job == number, quarantine.c.id > last)
                .order_by(quarantine.c.id)
                .limit(_CHUNK)
            ).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id


def rejects_tsv(registry: Registry, number: int) -> Iterator[bytes]:
    """The rejects as tab-separated text with a header line, UTF-8."""
    yield _line(["record", "byte", "control number", "reason", "bytes"])
    for row in _quarantined(registry, number):
        size = len(zlib.decompress(row.data))
        yield _line([row.number, row.offset, row.control_number, row.reason, size])


def _line(cells: list[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerow(map(_cell, cells))
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str:
    """One line of text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    text = " ".join(str(value).split())
    return f"'{text}" if text.startswith(_FORMULA) else text


def rejects_bytes(registry: Registry, number: int) -> Iterator[bytes]:
    """The rejected records as they were sent, one after another, each with its end."""
    for row in _quarantined(registry, number):
        data = zlib.decompress(row.data)
        if data:
            yield data if data.endswith((b"\x1d", b"\n")) else data + b"\n"
