"""``hub review``: the pairs that rules leave to a person, and what people decided."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from typing import Any

from sqlalchemy import select

from hub import wiring
from hub.cli.output import DONE, USAGE, say
from hub.identity import decide, queue, side_by_side, undo
from hub.registry import schema
from hub.registry.registry import now

_HELP = """\
Pairs of records that are likely, not certainly, the same, likeliest first, and what people decided about them: that is
stronger than any rule and any later load.

  hub review list                                       pairs to judge, as JSON lines
  hub review show A:123 B:456                           a pair side by side
  hub review same A:123 B:456 --reason "same printing"
  hub review different A:123 B:456
  hub review undo 7

Records are named MEMBER:CONTROL-NUMBER. A running server follows a decision at once; else the next `hub load` does."""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "review", help="pairs of records for a person to judge", description=_HELP,
        formatter_class=argparse.RawTextHelpFormatter,
    )  # fmt: skip
    actions = p.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="pairs to judge, likeliest first")
    listing.add_argument("--limit", type=int, default=50)
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", help="a pair side by side, with each feature's score")
    show.add_argument("a")
    show.add_argument("b")
    show.set_defaults(run=_show)
    for action, about in (("same", "the two are one thing"), ("different", "the two are not one thing")):
        judge = actions.add_parser(action, help=about)
        judge.add_argument("a")
        judge.add_argument("b")
        judge.add_argument("--level", choices=("instance", "work"), default="instance")
        judge.add_argument("--reason", default="")
        judge.add_argument("--by", default=getpass.getuser(), help="who decides (default: your login name)")
        judge.set_defaults(run=_judge)
    revoke = actions.add_parser("undo", help="revoke a decision by its number")
    revoke.add_argument("number", type=int)
    revoke.set_defaults(run=_undo)


def _name(text: str) -> tuple[str, str]:
    member, _, number = text.partition(":")
    return member, number


def _list(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    with registry.read() as connection:
        for pair in queue(connection, limit=a.limit):
            sys.stdout.write(json.dumps(pair, ensure_ascii=False) + "\n")
    return DONE


def _show(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    table = schema.record
    with registry.read() as connection:
        numbers = []
        for name in (a.a, a.b):
            member, number = _name(name)
            found_id = connection.execute(
                select(table.c.id).where(
                    table.c.member == member, table.c.control_number == number, table.c.kind == "bibliographic"
                )
            ).scalar()
            if found_id is None:
                say(f"hub review: no bibliographic record {name}")
                return USAGE
            numbers.append(found_id)
        found = side_by_side(connection, numbers[0], numbers[1])
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    return DONE


def _judge(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    try:
        with registry.write() as connection:
            number = decide(
                connection,
                _name(a.a),
                _name(a.b),
                same=a.action == "same",
                by=a.by,
                at=now(),
                level=a.level,
                reason=a.reason,
            )
    except ValueError as error:
        say(f"hub review: {error}")
        return USAGE
    say(f"decision {number}: {a.a} and {a.b} are {'one' if a.action == 'same' else 'not one'} {a.level}")
    return DONE


def _undo(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    try:
        with registry.write() as connection:
            undo(connection, a.number, at=now())
    except LookupError as error:
        say(f"hub review: {error}")
        return USAGE
    say(f"decision {a.number} revoked")
    return DONE
