"""``hub tokens``: who may write, and what."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, time
from typing import Any

from hub import wiring
from hub.cli.output import DONE, USAGE, say
from hub.members import MemberError
from hub.members.tokens import DAYS, SCOPES, add_token, revoke_token, tokens
from hub.registry.registry import now

_HELP = """\
Tokens let a member's people and programs write: send files (load), judge pairs of records (review), write single
records (records). A token of the consortium's office has no member; its scope office is all of that for every member.

  hub tokens add --member VN-NLV --scope load,review --label "Lan, cataloguing"
  hub tokens add --scope office --label "Consortium office" --expires 2027-06-30
  hub tokens list
  hub tokens revoke 7

The token is printed once, on standard output, and kept nowhere: a lost one is revoked and replaced. People sign in with
it at /door, programs send it as `Authorization: Bearer …`. docs/tokens.md explains."""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "tokens", help="who may write", description=_HELP, formatter_class=argparse.RawTextHelpFormatter
    )
    actions = p.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="make a token and show it once")
    add.add_argument("--member", metavar="CODE", help="whose data it opens (default: the consortium's office)")
    add.add_argument("--scope", required=True, metavar="LIST", help=f"of {', '.join(SCOPES)}, with commas between")
    add.add_argument("--label", required=True, help="who or what uses it; decisions are signed with it")
    add.add_argument("--expires", type=date.fromisoformat, metavar="DAY", help=f"YYYY-MM-DD (default: in {DAYS} days)")
    add.set_defaults(run=_add)
    listing = actions.add_parser("list", help="all tokens with their state and last use (tab-separated)")
    listing.add_argument("--member", metavar="CODE")
    listing.set_defaults(run=_list)
    revoke = actions.add_parser("revoke", help="end a token, and the sessions that began with it, at once")
    revoke.add_argument("number", type=int)
    revoke.set_defaults(run=_revoke)


def _add(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    end = int(datetime.combine(a.expires, time(), UTC).timestamp()) if a.expires else None
    try:
        with registry.write() as connection:
            scopes = [s.strip() for s in a.scope.split(",") if s.strip()]
            grant, secret = add_token(connection, a.member, scopes, a.label, expires=end)
    except MemberError as error:
        say(f"hub tokens: {error}")
        return USAGE
    finally:
        registry.close()
    say(f"token {grant.id} of {grant.member or 'the office'} ({', '.join(grant.scopes)}), until {_day(grant.expires)}.")
    say("This is the only time that it is shown:")
    sys.stdout.write(secret + "\n")
    return DONE


def _list(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    with registry.read() as connection:
        found = tokens(connection, a.member)
    registry.close()
    sys.stdout.write("number\tmember\tscopes\tlabel\tcreated\texpires\tlast used\tstate\n")
    for t in found:
        cells = (
            str(t.id), t.desk, ",".join(t.scopes), t.label, _day(t.created), _day(t.expires),
            datetime.fromtimestamp(t.used, UTC).strftime("%Y-%m-%dT%H:%MZ") if t.used else "", t.state(now()),
        )  # fmt: skip
        sys.stdout.write("\t".join(cells) + "\n")
    return DONE


def _revoke(a: argparse.Namespace) -> int:
    registry = wiring.open_registry(wiring.open_settings(a.data))
    try:
        with registry.write() as connection:
            grant = revoke_token(connection, a.number)
    except LookupError as error:
        say(f"hub tokens: {error}")
        return USAGE
    finally:
        registry.close()
    say(f"token {grant.id} ({grant.label}) is revoked")
    return DONE


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
