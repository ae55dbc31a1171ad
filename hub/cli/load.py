"""``hub load``: MARC of one member into the hub."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import func, select

from hub import wiring
from hub.cli.output import DONE, FAILED, REJECTS, LoadDisplay, display, say
from hub.identity import astray
from hub.intake import LoadReport, copied, load
from hub.intake.running import LOADING, close_interrupted, only_one
from hub.intake.spool import load_waiting
from hub.projection import ProjectionProgress
from hub.projection.projector import AlreadyProjecting
from hub.registry import Registry, schema
from hub.settings import Settings

_HELP = """\
Load MARC files of one member: ISO 2709, MARCXML, MARC-in-JSON and the text forms met in the region, .gz or not,
bibliographic, holdings and authority records mixed as they come. `-` reads standard input.

Every record is stored, or found unchanged, or rejected with its reason, byte offset and bytes; the counts add up.
The same file may be loaded again at any time: it changes nothing. A load that was killed is simply repeated.

  hub load --member VN-NLV nlv-2026.mrc holdings.xml.gz
  hub load --member VN-NLV --full complete-export.mrc      records that are not in it are withdrawn
  hub load --member VN-NLV --rejects                       list what was rejected, and why

Beside a running server this reads and stores the records, and the server brings its pages up to date."""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "load", help="MARC records of a member in", description=_HELP, formatter_class=argparse.RawTextHelpFormatter
    )
    p.add_argument("--member", metavar="CODE", help="whose records these are")
    p.add_argument("files", nargs="*", metavar="FILE", help="files to load, - for standard input")
    p.add_argument("--full", action="store_true", help="the files are all that the member has: withdraw the rest")
    p.add_argument("--force", action="store_true", help="with --full: also when more than a fifth would vanish")
    p.add_argument("--format", metavar="NAME", help="do not recognise the format, take this one")
    p.add_argument("--rejects", action="store_true", help="list the member's rejected records and stop")
    p.add_argument("--queued", action="store_true", help="load what members have sent to the server, and stop")
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Load the files, then bring the views up to date."""
    settings = wiring.open_settings(a.data)
    registry = wiring.open_registry(settings)
    if a.queued:
        return load_queued(settings)
    if not a.member:
        say("hub load: --member CODE tells whose records these are")
        return 2
    if a.rejects:
        return _list_rejects(registry, a.member)
    if not a.files:
        say("hub load: name at least one file, or - for standard input")
        return 2
    if a.full and len(a.files) > 1:
        say("hub load: --full takes one file (a full load withdraws what that one file does not hold)")
        return 2
    options = {"full": a.full, "force": a.force, "format": a.format}
    return load_files(settings, [(a.member, a.files)], **options)


def load_files(settings: Settings, files: Sequence[tuple[str, Sequence[Path | str]]], **options: Any) -> int:
    """Load files of members in order, then bring the views up to date; gives the exit code."""
    registry = wiring.open_registry(settings)
    lock = wiring.intake_lock(settings)
    with only_one(lock, LOADING):
        close_interrupted(registry, lock.parent)
        reports = [_load(settings, registry, member, str(f), options) for member, found in files for f in found]
    result = bring_up_to_date(settings, registry)
    return result or (REJECTS if any(r.rejected for r in reports) else DONE)


def load_queued(settings: Settings) -> int:
    """Load what members have sent (hub.intake.spool); a server that runs brings its pages up to date by itself."""
    registry = wiring.open_registry(settings)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(FAILED))  # the server ends: the load says so, and is resumed
    lock = wiring.intake_lock(settings)
    with only_one(lock, LOADING):
        close_interrupted(registry, lock.parent)
        load_waiting(registry, wiring.spool(settings), wiring.workers(settings))
    try:
        with wiring.projector(settings, registry) as projector:
            projector.run()
    except AlreadyProjecting:
        pass
    return DONE


def _load(settings: Settings, registry: Registry, member: str, name: str, options: dict[str, Any]) -> LoadReport:
    title = "standard input" if name == "-" else Path(name).name
    with display(title) as shown:
        stream: BinaryIO = sys.stdin.buffer if name == "-" else open(name, "rb")  # noqa: SIM115  stdin stays open
        try:
            report = load(
                registry,
                member,
                stream,
                title,
                workers=wiring.workers(settings),
                progress=shown.loading,
                **options,
            )
        finally:
            if name != "-":
                stream.close()
    withdrawn = f", {report.withdrawn:,} withdrawn" if report.withdrawn else ""
    say(
        f"{title} ({report.format or 'empty'}): read {report.read:,} = stored {report.stored:,} + "
        f"unchanged {report.unchanged:,} + rejected {report.rejected:,}{withdrawn}"
    )
    if report.rejected:
        _say_rejects(registry, report)
    say_left_out(registry, report)
    _say_astray(registry, report)
    return report


def say_left_out(registry: Registry, report: LoadReport) -> None:
    """Tell of holdings of other members in records that were copied from the hub."""
    with registry.read() as connection:
        count, shown = copied.told(connection, report.job)
    if count:
        say(f"  records copied from the hub with other libraries' holdings, which were left out: {count:,}")
    for number, sentence in shown:
        say(f"    001 {number}: {sentence}")


def _say_astray(registry: Registry, report: LoadReport) -> None:
    """Tell of headings whose $0 names an authority of another name."""
    with registry.read() as connection:
        count, shown = astray.astray(connection, schema.record.c.job == report.job)
    if count:
        say(f"  numbers in $0 that are those of another name, not followed: {count:,}")
    for found in shown:
        say(f"    001 {found.control_number}: {astray.message(found)}")


def _say_rejects(registry: Registry, report: LoadReport, most: int = 20) -> None:
    table = schema.quarantine
    with registry.read() as connection:
        rows = connection.execute(select(table).where(table.c.job == report.job).order_by(table.c.id).limit(most)).all()
    for row in rows:
        number = f" 001 {row.control_number}" if row.control_number else ""
        say(f"  rejected: {row.source}, record {row.number}, byte {row.offset}{number}: {row.reason}")
    if report.rejected > len(rows):
        say(f"  … and {report.rejected - len(rows):,} more: hub load --member CODE --rejects")


def _list_rejects(registry: Registry, member: str) -> int:
    table = schema.quarantine
    with registry.read() as connection:
        print("job\tfile\trecord\tbyte\tcontrol number\treason")  # noqa: T201  the verb's result
        for row in connection.execute(select(table).where(table.c.member == member).order_by(table.c.id)):
            print(  # noqa: T201  the verb's result
                row.job, row.source, row.number, row.offset, row.control_number, row.reason, sep="\t"
            )
    return DONE


def bring_up_to_date(settings: Settings, registry: Registry) -> int:
    """Bring the views up to the registry's last change, or wait for the server that does; gives the exit code."""
    with display("catalogue") as shown:
        try:
            with wiring.projector(settings, registry) as projector:
                projector.run(shown.projecting)
        except AlreadyProjecting:
            return _wait_for_server(registry, wiring.views_in_use(settings), shown)
    return DONE


def _wait_for_server(registry: Registry, names: tuple[str | None, ...], shown: LoadDisplay) -> int:
    """A running server writes the views: show how far it is, and stop when it has our last change."""
    last = registry.last_change()
    start: int | None = None
    idle = time.monotonic()
    while True:
        with registry.read() as connection:
            seq = connection.execute(
                select(func.min(schema.view.c.seq)).where(schema.view.c.name.in_([n for n in names if n]))
            ).scalar()
        seq = seq or 0
        if start is None or seq > start:
            idle = time.monotonic()
        start = seq if start is None else max(start, seq)
        shown.projecting(ProjectionProgress(seq, last, 0))
        if seq >= last:
            return DONE
        if time.monotonic() - idle > 120:
            say("the server has not followed for two minutes; the records are stored, look at its log")
            return FAILED
        time.sleep(0.5)
