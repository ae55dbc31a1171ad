"""``hub check``: do registry and views agree?"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from hub import wiring
from hub.cli.output import DONE, FAILED, say

_HELP = """\
Hold the views against the registry: every live entity is described, every URI in the store resolves, every Item has a
library, every heading stands in the index of headings as the registry has it, every Work and Instance in its index
once, the counts of every load add up, and the views have followed to the last change. Prints findings as JSON
lines, at most 100 of a kind; exit code 0 when there is none, 3 otherwise."""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "check", help="do registry and views agree?", description=_HELP, formatter_class=argparse.RawTextHelpFormatter
    )
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Check and list what is wrong."""
    settings = wiring.open_settings(a.data)
    found = 0
    with wiring.at_hand(settings) as here:
        checker = wiring.checker(settings, wiring.open_registry(settings), here)
        for finding in checker.run():
            found += 1
            sys.stdout.write(json.dumps({"kind": finding.kind, "what": finding.what}, ensure_ascii=False) + "\n")
    counted = ", ".join(f"{n:,} {what}" for what, n in checker.counts.items())
    say(f"checked {counted}: {'nothing wrong' if not found else f'{found} findings'}")
    return FAILED if found else DONE
