"""``hub query``: SPARQL from the command line, with the same guard and readers as the web."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any

from hub import wiring
from hub.cli.output import DONE
from hub.search import Search, TextInSparql
from hub.settings import Settings
from ontologies.namespaces import PREFIXES
from sparql.guard import check
from sparql.pool import whole

_HELP = """\
Ask the hub's triple store (the newest generation). Prefixes bf, bflc, rdfs, schema … may be used undeclared.

  hub query 'SELECT ?title { ?w a bf:Work ; bf:title/bf:mainTitle ?title } LIMIT 10'
  hub query --format csv - < overlap.rq
  hub query 'SELECT ?work ?score { (?work ?score) bh:search ("truyen kieu" 20) } ORDER BY DESC(?score)'"""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser("query", help="ask SPARQL", description=_HELP, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("query", help="the query, - to read it from standard input")
    p.add_argument("--format", choices=("json", "csv", "tsv", "xml"), default="tsv", help="of a table (default: tsv)")
    p.add_argument("--seconds", type=float, default=600.0, help="deadline (default: 600)")
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Run the query and write its result to stdout."""
    text = sys.stdin.read() if a.query == "-" else a.query
    settings = wiring.open_settings(a.data)
    sys.stdout.buffer.write(asyncio.run(_ask(settings, declared(text), a.format, a.seconds)))
    sys.stdout.buffer.flush()
    return DONE


def declared(text: str) -> str:
    """The query with a declaration of each known prefix that it uses and does not declare."""
    lower = text.lower()
    missing = [
        f"PREFIX {prefix}: <{base}>"
        for prefix, base in PREFIXES.items()
        if f"{prefix}:" in text and f"prefix {prefix}:" not in " ".join(lower.split())
    ]
    return "\n".join([*missing, text])


async def _ask(settings: Settings, text: str, format: str, seconds: float) -> bytes:
    check(text)
    text = await TextInSparql(Search(settings.data), settings.base_uri).rewrite(text)
    async with wiring.readers(settings, "command", size=1, spares=0, deadline=seconds) as pool:
        return await whole(await pool.query(text, solutions=format, graph="turtle", prefixes=PREFIXES))
