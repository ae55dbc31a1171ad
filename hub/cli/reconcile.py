"""``hub reconcile``: a table of titles, numbers or names, and what the hub has of each."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from hub import wiring
from hub.cli.output import DONE, REJECTS, USAGE, display, say
from hub.protocols.reconcile import Reconciler
from hub.protocols.reconcile.libraries import library_rows
from hub.protocols.reconcile.table import ADDED, BOOK, LEAST, TableError, added, answer, portions, rows_of, types_of
from hub.protocols.reconcile.vocabulary import TYPES
from hub.search import Headings, Search

_HELP = """\
Look up every row of a table in the hub. Columns are known by their headers, Vietnamese or English: title / nhan đề,
ISBN, ISSN, author / tác giả, year / năm xuất bản, publisher / nhà xuất bản, place, language, edition, year of birth ….
A file without such a header is a list: one title, name or ISBN on a line. UTF-8; `-` reads standard input.

A row is looked for as a Book: its Instance (edition) where that is certain, else its Work; --type asks for one of these
or for Agents, Concepts or Libraries.

Writes the table as CSV with five columns more: hub_uri, hub_label, hub_score (0 to 100), hub_match (yes: certain;
maybe: look at it; no: not found) and hub_held_by. Constant memory; rows come out as they are found.

  hub reconcile wanted.csv > found.csv
  hub reconcile isbns.txt --lang en -o found.csv
  hub reconcile authors.csv --type Person                 Agents, with year of birth when there is a column of it"""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "reconcile", help="a table of titles or ISBNs: who holds what", description=_HELP,
        formatter_class=argparse.RawTextHelpFormatter,
    )  # fmt: skip
    p.add_argument("file", metavar="FILE", help="table or list, - for standard input")
    p.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to write (default: standard output)")
    p.add_argument("--type", choices=(BOOK, *TYPES), default=BOOK, help="what the rows are (default: Book)")
    p.add_argument("--lang", choices=("vi", "en"), default="vi", help="of the libraries' names (default: vi)")
    p.add_argument(
        "--least", type=float, default=LEAST, metavar="SCORE", help=f"least score that is written (default: {LEAST:g})"
    )
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Look up the rows; REJECTS when some were not found."""
    settings = wiring.open_settings(a.data)
    registry = wiring.open_registry(settings)
    reconciler = Reconciler(registry, Search(settings.data), Headings(settings.data), settings.base_uri)
    with registry.read() as connection:
        names = {row["code"]: row[f"name_{a.lang}"] for row in library_rows(connection)}
    counts = {"yes": 0, "maybe": 0, "no": 0}
    read = 0
    match = partial(reconciler.match, language=a.lang)
    with ExitStack() as stack:
        stack.callback(registry.close)
        source = stack.enter_context(_opened(a.file))
        lines = _Counted(source)
        try:
            header, columns, rows = rows_of(lines)
        except (TableError, UnicodeDecodeError) as error:
            say(f"{a.file}: {_said(error)}")
            return USAGE
        out = stack.enter_context(_writing(a.output))
        writer = csv.writer(out)
        writer.writerow([*(header or ["text"]), *ADDED])
        shown = stack.enter_context(display(f"reconciling {a.file}"))
        size = Path(a.file).stat().st_size if a.file != "-" else None
        try:
            for portion in portions(rows):
                found = answer(portion, columns, types_of(a.type), match, least=a.least)
                for row, candidates in zip(portion, found, strict=True):
                    cells = added(candidates, settings.base_uri, names)
                    counts[cells[3]] += 1
                    writer.writerow([*row, *cells])
                out.flush()
                read += len(portion)
                shown.counted(f"{read:,} rows, {counts['yes']:,} found, {counts['no']:,} not", lines.bytes, size)
        except (csv.Error, UnicodeDecodeError) as error:
            say(f"{a.file}, after row {read}: {_said(error)}")
            return USAGE
    say(f"{read} rows: {counts['yes']} found, {counts['maybe']} to look at, {counts['no']} not found")
    return REJECTS if counts["no"] else DONE


def _said(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8: save the table as “CSV UTF-8”"
    return str(error)


class _Counted:
    """The lines of a file, and how many bytes they had."""

    def __init__(self, source: IO[str]) -> None:
        self._source = source
        self.bytes = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._source:
            self.bytes += len(line.encode())
            yield line


@contextmanager
def _opened(name: str) -> Iterator[IO[str]]:
    if name == "-":
        yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", newline="")
        return
    with open(name, "rb") as probe:
        wide = probe.read(2) in (b"\xff\xfe", b"\xfe\xff")  # what spreadsheets call Unicode text
    with open(name, encoding="utf-16" if wide else "utf-8-sig", newline="") as source:
        yield source


@contextmanager
def _writing(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    # With a byte order mark, by which spreadsheets know UTF-8.
    with output.open("w", encoding="utf-8-sig", newline="") as out:
        yield out
