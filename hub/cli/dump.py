"""``hub dump``: everything as files for those who want all of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub import wiring
from hub.authorities.export import FORMS, write_export
from hub.cli.output import DONE, FAILED, USAGE, say
from hub.feeds import AlreadyDumping, NothingPublished, make_dump
from hub.feeds.dumps import KEPT, Further
from hub.feeds.marc_files import Out
from hub.registry import Registry
from hub.search import Headings
from hub.settings import Settings

_HELP = """\
Write a dump: the graph (N-Quads), each library's Items with their Instances and Works (N-Triples), each member's public
MARC (MARCXML), the authority file (MARCXML, MADS/RDF, SKOS), labels of vocabularies, redirects; with checksums and a
manifest that names the change to follow from. The hub goes on meanwhile; /dumps/ serves what lies in the hub's own
folder. Prints the folder of the new dump.

  hub dump                    into dumps/ in the hub's folder
  hub dump /srv/dumps         elsewhere
  hub dump --keep 7           keep the newest seven (default: 3)"""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "dump", help="everything as files", description=_HELP, formatter_class=argparse.RawTextHelpFormatter
    )
    p.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="where to (default: dumps in the hub's folder)")
    p.add_argument("--keep", type=int, default=KEPT, metavar="N", help="dumps that stay, the new one included")
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Make one dump."""
    if a.keep < 1:
        say("--keep: at least 1, the dump just made")
        return USAGE
    settings = wiring.open_settings(a.data)
    registry = wiring.open_registry(settings)
    try:
        with wiring.at_hand(settings) as here:
            further = _authority_file(registry, settings)
            folder = a.folder or settings.data / "dumps"
            made = make_dump(registry, here, folder, keep=a.keep, further=further, said=say)
    except (NothingPublished, AlreadyDumping) as error:
        say(f"hub: {error}")
        return FAILED
    finally:
        registry.close()
    print(made)  # noqa: T201  # the answer of the command
    return DONE


_AUTHORITIES = {
    "xml": "the authority file: a MARC 21 record for each heading that a member has established",
    "mads.nt": "the authority file in MADS/RDF",
    "skos.nt": "the authority file in SKOS",
}


def _authority_file(registry: Registry, settings: Settings) -> list[Further]:
    """The authority file in the forms that hold every heading (ISO 2709 does not hold the largest)."""
    headings = Headings(settings.data)

    def writer(form: str) -> Callable[[Out], dict[str, int]]:
        return lambda out: write_export(registry, headings, settings.base_uri, form, out.write)

    return [Further(f"authorities.{form}", about, FORMS[form], writer(form)) for form, about in _AUTHORITIES.items()]
