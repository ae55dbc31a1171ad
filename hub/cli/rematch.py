"""``hub rematch``: stored records judged again by the extraction and rules of this release."""

from __future__ import annotations

import argparse
import time
from typing import Any

from sqlalchemy import select

from hub import wiring
from hub.cli.load import bring_up_to_date
from hub.cli.output import DONE, USAGE, say
from hub.intake.rematch import rematch
from hub.intake.running import only_one
from hub.registry import schema

_EVERY = 5.0

_HELP = """\
Extract again what matching compares from the stored records' own bytes, and judge them by the rules of this release.
Only records that an earlier release extracted are read, in batches; it may be stopped at any time and goes on from
there. People's decisions stand.

  hub rematch                     after an upgrade
  hub rematch --member VN-NLV     one member's records
  hub rematch --all               every record, also those that are up to date (starts anew each time)"""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "rematch",
        help="judge stored records again",
        description=_HELP,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    p.add_argument("--member", metavar="CODE", help="only this member's records")
    p.add_argument("--all", action="store_true", dest="everything", help="also records that are up to date")
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Rematch, then bring the views up to date."""
    settings = wiring.open_settings(a.data)
    registry = wiring.open_registry(settings)
    if a.member is not None:
        with registry.read() as connection:
            known = connection.execute(select(schema.member.c.code).where(schema.member.c.code == a.member)).scalar()
        if known is None:
            say(f"hub rematch: no member {a.member!r}")
            return USAGE
    said = started = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal said
        if time.monotonic() - said >= _EVERY:
            said = time.monotonic()
            say(f"  {done:,} of {total:,} records, {done / (said - started):,.0f}/s")

    with only_one(wiring.intake_lock(settings)):
        done = rematch(registry, member=a.member, everything=a.everything, progress=progress)
    say(f"{done:,} records read again" if done else "every record is up to date")
    return bring_up_to_date(settings, registry) if done else DONE
