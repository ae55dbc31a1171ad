"""``hub match`` and ``hub cluster``: the matcher measured from outside, without a hub."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from hub.cli.output import DONE, USAGE, say
from hub.identity import cluster, match

_MATCH = """\
Judge pairs of records. Reads lines {"pair": …, "a": MARC-in-JSON, "b": MARC-in-JSON}, further keys ignored; prints for
each, as JSON lines: pair, decision (same, review, different), score, features with their scores, veto.

  hub match pairs.jsonl"""
_CLUSTER = """\
Cluster the records of MARC files, each file one member unless --member-from 003 is given.
Prints control number<TAB>cluster.

  hub cluster a.mrc b.mrc c.xml --level work"""


def register(verbs: Any) -> None:
    """Add the verbs to the command line."""
    p = verbs.add_parser(
        "match", help="judge pairs of records", description=_MATCH, formatter_class=argparse.RawTextHelpFormatter
    )
    p.add_argument("pairs", help="file of JSON lines, - for standard input")
    p.set_defaults(run=run_match)
    p = verbs.add_parser(
        "cluster", help="cluster records of files", description=_CLUSTER,
        formatter_class=argparse.RawTextHelpFormatter,
    )  # fmt: skip
    p.add_argument("files", nargs="+", type=Path)
    p.add_argument("--level", choices=("instance", "work"), default="instance")
    p.add_argument("--member-from", choices=("003",), default=None)
    p.set_defaults(run=run_cluster)


def run_match(a: argparse.Namespace) -> int:
    """Judge each pair."""
    stream = sys.stdin if a.pairs == "-" else open(a.pairs, encoding="utf-8")  # noqa: SIM115  stdin stays open
    try:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                pair = json.loads(line)
                judged = match(pair["a"], pair["b"])
            except (ValueError, KeyError, TypeError) as error:
                say(f"{a.pairs}, line {number}: {type(error).__name__}: {error}")
                return USAGE
            sys.stdout.write(json.dumps({"pair": pair.get("pair"), **judged}, ensure_ascii=False) + "\n")
    finally:
        if stream is not sys.stdin:
            stream.close()
    return DONE


def run_cluster(a: argparse.Namespace) -> int:
    """Cluster the files."""
    for number, name in cluster(a.files, level=a.level, member_from=a.member_from):
        sys.stdout.write(f"{number}\t{name}\n")
    return DONE
