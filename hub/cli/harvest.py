"""``hub harvest``: members kept in step with their own OAI-PMH repositories."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from sqlalchemy import select

from hub import wiring
from hub.cli.load import bring_up_to_date, say_left_out
from hub.cli.output import DONE, FAILED, REJECTS, USAGE, display, say
from hub.harvest import HarvestError, HarvestReport, Source, add_source, harvest, remove_source, sources
from hub.harvest.client import Repository
from hub.harvest.sources import PREFIX
from hub.intake.running import GOES_ON, told
from hub.registry import Registry, schema
from hub.settings import Settings

_HELP = """\
Fetch what has changed in a member's own OAI-PMH repository since the last time: new and changed records, deletions.

  hub harvest VN-NLV --url https://koha.example.org/cgi-bin/koha/oai.pl --prefix marcxml    the first time: everything
  hub harvest VN-NLV                                                                   from then on: what changed
  hub harvest --all                                                                    every member, for cron

Address, set and format are kept. A run that was cut off, at whatever point, goes on where it was. Nothing is withdrawn
when more than 5 % of the member's records would vanish (--vanish, or the setting vanish_percent): look first, then
--force. docs/harvest.md explains."""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "harvest", help="members in step with their repositories", description=_HELP,
        formatter_class=argparse.RawTextHelpFormatter,
    )  # fmt: skip
    p.add_argument("member", nargs="?", metavar="MEMBER", help="whose repository")
    p.add_argument("--all", action="store_true", help="all members that have a source")
    p.add_argument("--url", help="base URL of the repository, kept with the member; a further one is a further source")
    p.add_argument("--set", default="", metavar="SPEC", help="only this set")
    p.add_argument("--prefix", default=PREFIX, help=f"metadataPrefix of its MARCXML (default: {PREFIX})")
    p.add_argument("--vanish", type=float, metavar="PERCENT", help="the guard's limit for this source")
    p.add_argument("--keep-only", action="store_true", help="keep the address, harvest later")
    p.add_argument("--full", action="store_true", help="read everything; what is not there any more is withdrawn")
    p.add_argument("--force", action="store_true", help="withdraw although more than the limit would vanish")
    p.add_argument("--list", action="store_true", help="the sources and how far they are (tab-separated), and stop")
    p.add_argument("--remove", type=int, metavar="NUMBER", help="forget a source (its records stay), and stop")
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Harvest, then bring the views up to date."""
    settings = wiring.open_settings(a.data)
    registry = wiring.open_registry(settings)
    try:
        if a.list:
            return _list(settings, registry, a.member)
        if a.remove is not None:
            with registry.write() as connection:
                remove_source(connection, a.remove)
            return DONE
        if bool(a.member) == a.all or (a.all and a.url):
            say("hub harvest: name one MEMBER, or --all (a new --url belongs to one member)")
            return USAGE
        if not a.url and (a.set or a.prefix != PREFIX or a.vanish is not None or a.keep_only):
            say("hub harvest: --set, --prefix, --vanish and --keep-only belong to a source: give its --url, too")
            return USAGE
        if a.url:
            with registry.write() as connection:
                add_source(connection, a.member, a.url, set_spec=a.set, prefix=a.prefix, vanish_percent=a.vanish)
            if a.keep_only:
                return DONE
        with registry.read() as connection:
            wanted = sources(connection, a.member)
        if not wanted and a.member:
            say(f"hub harvest: {a.member} has no source yet; give --url (docs/harvest.md)")
            return USAGE
        return _harvest(settings, registry, wanted, full=a.full, force=a.force)
    finally:
        registry.close()


def _harvest(settings: Settings, registry: Registry, wanted: list[Source], *, full: bool, force: bool) -> int:
    """Harvest sources one after another; a source that fails does not keep the others waiting."""
    failed = rejected = False
    for found in wanted:
        agent = f"BibHub/{version('bibhub')} (+{settings.base_uri})"
        with Repository(found.url, agent) as repository, display(found.member) as shown:
            try:
                report = harvest(
                    registry, found.id, repository, locks=wiring.intake_lock(settings).parent,
                    vanish_percent=settings.vanish_percent, full=full, force=force, progress=shown.loading,
                )  # fmt: skip
            except HarvestError as error:
                say(f"{found.member}: {error}")
                failed = True
                continue
        _say(registry, found, report)
        rejected = rejected or bool(report.rejected)
    result = bring_up_to_date(settings, registry)
    return FAILED if failed else result or (REJECTS if rejected else DONE)


def _say(registry: Registry, found: Source, report: HarvestReport, most: int = 20) -> None:
    for sentence in report.said:
        say(f"{found.member}: {sentence}")
    what = "everything" if report.full or not report.since else f"changes since {report.since}"
    resumed = ", taken up where it was cut off" if report.resumed else ""
    say(
        f"{found.member} from {found.name} ({what}{resumed}): read {report.read:,} = stored {report.stored:,} + "
        f"unchanged {report.unchanged:,} + rejected {report.rejected:,}; withdrawn {report.withdrawn:,}"
    )
    say_left_out(registry, report)
    if not report.rejected:
        return
    table = schema.quarantine
    with registry.read() as connection:
        rows = connection.execute(
            select(table.c.reason).where(table.c.job == report.job).order_by(table.c.id).limit(most)
        ).all()
    for row in rows:
        say(f"  rejected: {row.reason}")
    if report.rejected > len(rows):
        say(f"  … and {report.rejected - len(rows):,} more: hub load --member {found.member} --rejects")


def _list(settings: Settings, registry: Registry, member: str | None) -> int:
    job, locks = schema.job, wiring.intake_lock(settings).parent
    with registry.read() as connection:
        found = sources(connection, member)
        rows = connection.execute(select(job).where(job.c.id.in_([s.job for s in found if s.job is not None])))
        shown = {row["id"]: row["shown"] for row in told(connection, rows.mappings(), locks)}
    sys.stdout.write("number\tmember\turl\tset\tprefix\tvanish\tup to\tlast complete\tunder way\n")
    for s in found:
        full = datetime.fromtimestamp(s.full_at, UTC).strftime("%Y-%m-%dT%H:%MZ") if s.full_at else ""
        vanish = f"{s.vanish_percent:g} %" if s.vanish_percent is not None else ""
        under_way = f"job {s.job}: {shown.get(s.job, GOES_ON)}" if s.job is not None else ""
        cells = (str(s.id), s.member, s.url, s.set_spec, s.prefix, vanish, s.since or "", full, under_way)
        sys.stdout.write("\t".join(cells) + "\n")
    return DONE
