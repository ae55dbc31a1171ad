"""``hub``: reads the command line, calls the verb, turns known errors into one clear line."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from hub.cli.output import FAILED, USAGE, say

# verb: (module, what it does). Only the module of the verb in use is imported: a command line answers at once.
VERBS: dict[str, tuple[str, str]] = {
    "load": ("load", "MARC records of a member in"),
    "harvest": ("harvest", "members in step with their OAI-PMH repositories"),
    "serve": ("serve", "pages, documents and SPARQL out"),
    "convert": ("convert", "MARC to BIBFRAME, without a hub"),
    "query": ("query", "ask SPARQL"),
    "members": ("members", "who sends records"),
    "tokens": ("tokens", "who may write"),
    "demo": ("demo", "the demo consortium, loaded and served"),
    "review": ("review", "pairs of records for a person to judge"),
    "authorities": ("authorities", "the authority file, and proposals for it"),
    "why": ("why", "why records are one thing"),
    "rematch": ("rematch", "judge stored records again by the rules of this release"),
    "check": ("check", "do registry and views agree?"),
    "rebuild": ("rebuild", "all views anew"),
    "backup": ("backup", "copy what cannot be rebuilt"),
    "restore": ("backup", "a hub out of a backup"),
    "dump": ("dump", "everything as files for all"),
    "export": ("export", "everything out again"),
    "match": ("match", "judge pairs of records, without a hub"),
    "cluster": ("match", "cluster records of files, without a hub"),
    "reconcile": ("reconcile", "a table of titles, ISBNs or names: who holds what"),
    "settings": ("settings", "what can be set"),
}

_ABOUT = """\
BibHub makes one linked-data union catalogue of the MARC records of many libraries.

  hub members add VN-NLV --name "Thư viện Quốc gia Việt Nam"    who sends records
  hub load --member VN-NLV catalogue.mrc                        MARC in
  hub serve                                                     pages, documents and SPARQL out
  hub query 'SELECT (COUNT(*) AS ?n) { ?w a bf:Work }'          ask from the command line

`hub VERB --help` explains each verb and shows examples. A hub keeps everything in its folder (--data or HUB_DATA)."""


def parser(verb: str | None = None) -> argparse.ArgumentParser:
    """The command line: all verbs with one line each, and everything about ``verb``."""
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
    wanted = VERBS[verb][0] if verb in VERBS else None
    for name, (module, about) in VERBS.items():
        if module != wanted:
            verbs.add_parser(name, help=about)
    if wanted:
        import_module(f"hub.cli.{wanted}").register(verbs)
    return made


def _verb(argv: Sequence[str]) -> str | None:
    """The verb of a command line, without knowing the verbs' options."""
    first = argparse.ArgumentParser(add_help=False)
    first.add_argument("--data")
    first.add_argument("--verbose", action="store_true")
    _, rest = first.parse_known_args(argv)
    return next((word for word in rest if not word.startswith("-")), None)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; gives its exit code."""
    given = sys.argv[1:] if argv is None else list(argv)
    try:
        arguments = parser(_verb(given)).parse_args(given)
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
    except Exception as error:
        code = _known(error)
        if code is None or arguments.verbose:
            raise
        say(f"hub: {error}")
        return code


def _known(error: Exception) -> int | None:
    """The exit code of an error that explains itself to the user; None for a defect of ours."""
    from converters import ConversionError
    from converters.marc import MarcError, UnknownFormat
    from hub.intake.load import LoadError
    from hub.members import MemberError
    from hub.registry.migrations import RegistryTooNew
    from hub.settings import SettingError
    from sparql import SparqlError

    if isinstance(error, SettingError | MemberError | UnknownFormat):
        return USAGE
    if isinstance(error, LoadError | RegistryTooNew | SparqlError | MarcError | ConversionError | OSError):
        return FAILED
    return None


if __name__ == "__main__":
    sys.exit(main())
