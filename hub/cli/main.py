"""``hub``: reads the command line, calls the verb, turns known errors into one clear line."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from converters import ConversionError
from converters.marc import MarcError, UnknownFormat
from hub.cli import (
    backup,
    check,
    convert,
    demo,
    export,
    load,
    match,
    members,
    query,
    rebuild,
    serve,
    settings,
    why,
)
from hub.cli.output import FAILED, USAGE, say
from hub.intake.load import LoadError
from hub.members import MemberError
from hub.registry.migrations import RegistryTooNew
from hub.settings import SettingError
from sparql import SparqlError

VERBS = (load, convert, serve, query, members, demo, rebuild, check, export, backup, match, why, settings)

_ABOUT = """\
BibHub makes one linked-data union catalogue of the MARC records of many libraries.

  hub members add VN-NLV --name "Thư viện Quốc gia Việt Nam"    who sends records
  hub load --member VN-NLV catalogue.mrc                        MARC in
  hub serve                                                     pages, documents and SPARQL out
  hub query 'SELECT (COUNT(*) AS ?n) { ?w a bf:Work }'          ask from the command line

`hub VERB --help` explains each verb and shows examples. A hub keeps everything in its folder (--data or HUB_DATA)."""


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    made = argparse.ArgumentParser(prog="hub", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("HUB_DATA", "hub-data")),
        metavar="DIR",
        help="the hub's folder (default: HUB_DATA, else ./hub-data)",
    )
    made.add_argument("--verbose", action="store_true", help="say more, with tracebacks of failures")
    verbs = made.add_subparsers(dest="verb", metavar="VERB", required=True)
    for verb in VERBS:
        verb.register(verbs)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; gives its exit code."""
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as stop:
        return USAGE if stop.code not in (0, None) else 0
    logging.basicConfig(
        level=logging.DEBUG if arguments.verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    try:
        return int(arguments.run(arguments))
    except BrokenPipeError:
        # The reader of our output has seen enough (| head): that is success.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        say("stopped; what was counted is kept, and the same command goes on from there")
        return FAILED
    except (SettingError, MemberError, UnknownFormat) as error:
        say(f"hub: {error}")
        return USAGE
    except (LoadError, RegistryTooNew, SparqlError, MarcError, ConversionError, OSError) as error:
        if arguments.verbose:
            raise
        say(f"hub: {error}")
        return FAILED


if __name__ == "__main__":
    sys.exit(main())
