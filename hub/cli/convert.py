"""``hub convert``: MARC to BIBFRAME on stdout, without a hub."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox

from converters import Profile
from converters.bibframe.ledger import Ledger
from converters.bibframe.term_labels import labels_of
from converters.marc import Damaged
from converters.profile import DEFAULT_PROFILE
from converters.stream import described
from hub.cli.output import DONE, REJECTS, say
from hub.members import MemberError, read_profile
from ontologies.namespaces import PREFIXES

FORMATS = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}

_HELP = """\
Convert MARC to BIBFRAME 2 on standard output, one record at a time, in constant memory; needs no hub.

  hub convert catalogue.mrc > catalogue.nt
  hub convert --format ttl one-record.xml
  hub convert --report catalogue.mrc            what of the MARC was converted, kept as note, dropped, unknown

Works are {base}works/{key} and Instances {base}instances/{key}, key being the percent-encoded control number.
Formats ttl, jsonld and rdf write one document for each record when a file has several."""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "convert", help="MARC to BIBFRAME, without a hub", description=_HELP,
        formatter_class=argparse.RawTextHelpFormatter,
    )  # fmt: skip
    p.add_argument("files", nargs="+", metavar="FILE", help="files to convert, - for standard input")
    p.add_argument("--format", choices=sorted(FORMATS), default="nt", help="how to write it (default: nt)")
    p.add_argument("--base-uri", default="http://bib.example/", metavar="URI", help="what minted URIs begin with")
    p.add_argument("--profile", type=Path, metavar="JSON", help="a member profile: where items and numbers stand")
    p.add_argument("--report", action="store_true", help="write the ledger of subfields instead of the graph")
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Convert the files; exit code 1 when records were rejected."""
    profile = _profile(a.profile) if a.profile else DEFAULT_PROFILE
    ledger = Ledger() if a.report else None
    out = sys.stdout.buffer
    read = rejected = 0
    labelled: set[str] = set()
    for name in a.files:
        with _open(name) as stream:
            for found in described(stream, profile):
                read += 1
                if isinstance(found, Damaged):
                    rejected += 1
                    say(f"rejected: {name}, record {found.number}, byte {found.offset}: {found.reason}")
                    continue
                frame, record, description = found
                if ledger is not None:
                    ledger.add(record, profile)
                else:
                    text = description.ntriples(a.base_uri)
                    labels = labels_of(text, labelled if a.format == "nt" else set())
                    out.write(_written(text + labels, a.format))
                description.release()
                for p in description.problems:
                    say(f"note: {name}, record {frame.number} ({description.control_number}), {p.where}: {p.message}")
    if ledger is not None:
        out.write(ledger.text().encode())
    say(f"read {read:,} = converted {read - rejected:,} + rejected {rejected:,}")
    return REJECTS if rejected else DONE


def _profile(path: Path) -> Profile:
    given = read_profile(path)
    try:
        return Profile.from_json(given)
    except (ValueError, TypeError, KeyError) as error:
        raise MemberError(f"{path}: {error}") from error


def _written(ntriples: str, format: str) -> bytes:
    data = ntriples.encode("utf-8", "surrogatepass")
    if format == "nt":
        return data
    triples = (q.triple for q in ox.parse(data, ox.RdfFormat.N_TRIPLES))
    chosen = FORMATS[format]
    # Only Turtle and RDF/XML have prefixes; pyoxigraph refuses them elsewhere.
    prefixes = PREFIXES if format in ("ttl", "rdf") else None
    return (ox.serialize(triples, format=chosen, prefixes=prefixes) or b"") + b"\n"


@contextmanager
def _open(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
    else:
        with open(name, "rb") as stream:
            yield stream
