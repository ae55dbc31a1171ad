"""``hub why``: which records stand behind an entity, and by what evidence."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from hub import wiring
from hub.cli.output import DONE, USAGE, say
from hub.identity import why


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser("why", help="why records are one thing", description="Why is this one thing? As JSON.")
    p.add_argument("uri", help="the entity's URI, or its id")
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Print the evidence."""
    registry = wiring.open_registry(wiring.open_settings(a.data))
    identity = a.uri.rstrip("/").rpartition("/")[2].partition(".")[0].partition("#")[0]
    with registry.read() as connection:
        found = why(connection, identity)
    if not found:
        say(f"no entity {identity!r}")
        return USAGE
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    return DONE
