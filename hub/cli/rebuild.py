"""``hub rebuild``: all views anew from the registry, swapped in when they are complete."""

from __future__ import annotations

import argparse
from typing import Any

from hub import wiring
from hub.cli.output import DONE, display, say

_HELP = """\
Make the views (triple store, text index) anew from the registry, beside the old ones, and swap them in when they are
complete. Readers go on meanwhile. Do it after HUB_BASE_URI changed, after an upgrade that says so, or once a year
to drop the strings that Oxigraph keeps of deleted statements."""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "rebuild", help="all views anew", description=_HELP, formatter_class=argparse.RawTextHelpFormatter
    )
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Rebuild and swap."""
    settings = wiring.open_settings(a.data)
    registry = wiring.open_registry(settings)
    with display("rebuild") as shown, wiring.rebuilder(settings, registry) as projector:
        projector.rebuild(shown.projecting)
    say("the new views are in use")
    return DONE
