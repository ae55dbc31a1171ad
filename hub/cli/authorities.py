"""``hub authorities``: the authority file out, proposals of members judged, headings without an authority."""

from __future__ import annotations

import argparse
import csv
import getpass
import json
import sys
from typing import Any

from hub import authorities, wiring
from hub.authorities import BadProposal
from hub.authorities.export import FORMS, export
from hub.authorities.heading_fields import shown
from hub.cli.output import DONE, USAGE, say
from hub.intake import single
from hub.registry.registry import now
from hub.search import Headings
from hub.search.headings import SCHEMES

_HELP = """\
The authority file: the names, subjects and titles of the catalogue, with all their forms.

  hub authorities export --format mrc > authorities.mrc          headings with an authority: mrc, xml, mads.nt, skos.nt
  hub authorities export --format skos.nt --list subjects --all  one list, with headings that no authority establishes
  hub authorities wanting --list names                           headings without an authority, most used first (CSV)
  hub authorities proposals                                      what members propose, as JSON lines
  hub authorities accept 7
  hub authorities reject 8 --answer "no source"
  hub authorities undo 7                                         take an accepted proposal back

A running server follows at once; else the next `hub load` does."""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "authorities", help="the authority file out, and proposals for it", description=_HELP,
        formatter_class=argparse.RawTextHelpFormatter,
    )  # fmt: skip
    actions = p.add_subparsers(dest="action", metavar="ACTION", required=True)
    out = actions.add_parser("export", help="the authority file on standard output")
    out.add_argument("--format", choices=tuple(FORMS), default="mrc")
    out.add_argument("--list", choices=SCHEMES, help="one list (default: all)")
    out.add_argument("--all", action="store_true", help="also headings that no authority establishes")
    out.set_defaults(run=_export)
    wanting = actions.add_parser("wanting", help="headings without an authority, the most used first, as CSV")
    wanting.add_argument("--list", choices=SCHEMES, default="names")
    wanting.add_argument("--limit", type=int, default=1000)
    wanting.set_defaults(run=_wanting)
    listing = actions.add_parser("proposals", help="proposals, newest first, as JSON lines")
    listing.add_argument("--state", choices=authorities.STATES, default="open")
    listing.add_argument("--limit", type=int, default=50)
    listing.set_defaults(run=_proposals)
    for action, about in (("accept", "let it take effect"), ("reject", "decline it"), ("undo", "take it back")):
        judge = actions.add_parser(action, help=about)
        judge.add_argument("number", type=int)
        judge.add_argument("--answer", default="", help="what to tell the member")
        judge.add_argument("--by", default=getpass.getuser(), help="who decides (default: your login name)")
        judge.set_defaults(run=_judge)


def _export(a: argparse.Namespace) -> int:
    settings = wiring.open_settings(a.data)
    registry = wiring.open_registry(settings)
    schemes = (a.list,) if a.list else SCHEMES
    for piece in export(registry, Headings(settings.data), settings.base_uri, a.format, schemes, whole=a.all):
        sys.stdout.buffer.write(piece)
    registry.close()
    return DONE


def _wanting(a: argparse.Namespace) -> int:
    settings = wiring.open_settings(a.data)
    out = csv.writer(sys.stdout)
    out.writerow(["uri", "heading", "kind", "vocabulary", "records"])
    for h in Headings(settings.data).wanting(a.list, limit=a.limit):
        out.writerow([f"{settings.base_uri}{h.place}/{h.id}", h.label, h.kind, h.source, h.uses])
    return DONE


def _proposals(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    with registry.read() as connection:
        found = authorities.proposals(connection, state=a.state, limit=a.limit)
    for p in found:
        row = {
            "id": p.id, "kind": p.kind, "state": p.state, "form": shown(p.field), "entity": p.entity, "other": p.other,
            "reason": p.reason, "source": p.source, "by": p.by, "at": p.at, "answer": p.answer,
        }  # fmt: skip
        print(json.dumps(row, ensure_ascii=False))  # noqa: T201  # the answer of the command
    registry.close()
    return DONE


def _judge(a: argparse.Namespace) -> int:
    settings = wiring.open_settings(a.data)
    registry = wiring.open_registry(settings)
    loading = single.is_loading(wiring.intake_lock(settings))
    how: dict[str, Any] = {"by": f"{a.by} (office)", "at": now()}
    try:
        with registry.write() as connection:
            if a.action == "accept":
                done = authorities.accept(connection, a.number, answer=a.answer, loading=loading, **how)
            elif a.action == "reject":
                done = authorities.reject(connection, a.number, answer=a.answer, **how)
            else:
                done = authorities.undo(connection, a.number, loading=loading, **how)
    except (BadProposal, LookupError, single.Busy) as error:
        say(f"hub: {error}")
        return USAGE
    finally:
        registry.close()
    say(f"proposal {done.id} is {done.state}")
    return DONE
