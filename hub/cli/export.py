"""``hub export``: everything out again."""

from __future__ import annotations

import argparse
import sys
import zlib
from typing import Any

import pyoxigraph as ox
from sqlalchemy import select

from converters.marc import MarcError, parse
from converters.marc.write import marcxml_collection, to_iso2709
from converters.profile import Profile
from hub import wiring
from hub.cli.output import DONE, FAILED, REJECTS, say
from hub.members import show_member
from hub.registry import Registry, schema
from hub.settings import Settings

_HELP = """\
Write out what the hub holds.

  hub export > catalogue.nq                            the graph, N-Quads
  hub export --member VN-NLV --format raw              a member's records, each as it was sent
  hub export --member VN-NLV --format marcxml          the same as MARCXML
  hub export --member VN-NLV --format mrc              the same as ISO 2709, UTF-8"""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "export", help="everything out again", description=_HELP, formatter_class=argparse.RawTextHelpFormatter
    )
    p.add_argument("--member", metavar="CODE", help="a member's records instead of the graph")
    p.add_argument("--format", choices=("nq", "raw", "marcxml", "mrc"), default=None)
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Export to stdout, in constant memory."""
    settings = wiring.open_settings(a.data)
    if a.member is None:
        return _graph(settings)
    return _records(wiring.open_registry(settings), a.member, a.format or "raw")


def _graph(settings: Settings) -> int:
    if settings.store:
        wiring.dump_remote(settings, sys.stdout.buffer)
        return DONE
    generation = wiring.generations(settings).current()
    if generation is None:
        say("nothing is published yet: load something first")
        return FAILED
    store = ox.Store.read_only(str(generation.path))
    store.dump(sys.stdout.buffer, ox.RdfFormat.N_QUADS)
    return DONE


def _records(registry: Registry, member: str, format: str) -> int:
    out = sys.stdout.buffer
    skipped = 0
    table = schema.record
    with registry.read() as connection:
        known = show_member(connection, member)
        if known is None:
            say(f"no member {member!r}")
            return FAILED
        profile = Profile.from_json(known.profile)
        rows = connection.execution_options(stream_results=True).execute(
            select(table.c.raw, table.c.format, table.c.control_number)
            .where(table.c.member == member, table.c.deleted.is_(False))
            .order_by(table.c.id)
        )
        if format == "raw":
            for row in rows:
                out.write(zlib.decompress(row.raw))
        elif format == "marcxml":
            records = (parse(zlib.decompress(r.raw), r.format, encoding=profile.encoding) for r in rows)
            for part in marcxml_collection(records):
                out.write(part.encode())
        else:
            for row in rows:
                try:
                    out.write(to_iso2709(parse(zlib.decompress(row.raw), row.format, encoding=profile.encoding)))
                except MarcError as error:
                    skipped += 1
                    say(f"not written: {row.control_number}: {error}")
    return REJECTS if skipped else DONE
