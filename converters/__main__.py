"""``python -m converters FILE``: MARC in any format that is read, BIBFRAME as N-Triples out. Needs no hub.

One record at a time, in constant memory. Triples on standard output, messages on standard error. Exit codes:
0 all records converted, 1 some were rejected (listed), 2 the command or a file is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from converters.bibframe.term_labels import labels_of
from converters.marc import Damaged, UnknownFormat
from converters.profile import DEFAULT_PROFILE, Profile
from converters.stream import described


class Tally:
    """What became of the records of a run: counts, and for each problem code the first place it was met."""

    def __init__(self) -> None:
        self.formats: Counter[str] = Counter()
        self.converted = 0
        self.rejected = 0
        self.problems: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.labelled: set[str] = set()

    @property
    def read(self) -> int:
        """Records met, damaged ones included."""
        return self.converted + self.rejected

    def lines(self) -> Iterator[str]:
        """The report, a line at a time."""
        formats = ", ".join(f"{name} {count:,}" for name, count in self.formats.most_common())
        sums = f"read {self.read:,} = converted {self.converted:,} + rejected {self.rejected:,}"
        yield f"{sums}   ({formats or 'no format'})"
        for code, count in self.problems.most_common():
            yield f"{count:>9,}  {code:<24} {self.examples[code]}"


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m converters",
        description="Convert MARC 21 records to BIBFRAME 2 (N-Triples on standard output).",
        epilog="Reads ISO 2709, MARCXML, MARC-in-JSON, .mrk, Aleph sequential, eMicLib, Libol and OPAC text, also "
        "gzipped; the format is recognised from the bytes. Example: python -m converters export.mrc > export.nt",
    )
    parser.add_argument(
        "files", nargs="*", default=["-"], metavar="FILE", help="files to read, - for standard input (default)"
    )
    parser.add_argument("--format", choices=["nt"], default="nt", help="form of the output (default: nt)")
    parser.add_argument(
        "--base-uri", default="http://example.org/", metavar="URI", help="what URIs begin with, ending in / or #"
    )
    parser.add_argument("--profile", metavar="JSON", help="the member's profile, a JSON file")
    parser.add_argument("--report", action="store_true", help="count what was met, on standard error")
    options = parser.parse_args(arguments)
    if not options.base_uri.startswith(("http://", "https://")) or options.base_uri[-1] not in "/#":
        parser.error(f"--base-uri must be an http(s) URI that ends in / or #, not {options.base_uri!r}")
    try:
        profile = _profile(options.profile)
    except (OSError, ValueError, TypeError, KeyError) as error:
        parser.error(f"--profile {options.profile}: {error}")
    target = out if out is not None else open(1, "w", encoding="utf-8", newline="\n", closefd=False)  # noqa: SIM115 - not ours to close
    tally = Tally()
    failed = False
    try:
        for name in options.files:
            failed = not _convert_file(name, options.base_uri, profile, target, tally) or failed
        target.flush()
    except BrokenPipeError:
        # The reader has what it wanted (| head). Keep the interpreter from flushing into the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if options.report:
        for line in tally.lines():
            _say(line)
    if failed:
        return 2
    return 1 if tally.rejected else 0


def _profile(name: str | None) -> Profile:
    return DEFAULT_PROFILE if name is None else Profile.from_json(json.loads(Path(name).read_text(encoding="utf-8")))


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
    else:
        with open(name, "rb") as stream:
            yield stream


def _convert_file(name: str, base: str, profile: Profile, out: TextIO, tally: Tally) -> bool:
    """Convert one file; False when it could not be read at all."""
    shown = "standard input" if name == "-" else name
    try:
        with _opened(name) as stream:
            for found in described(stream, profile):
                if isinstance(found, Damaged):
                    tally.rejected += 1
                    number = f" ({found.control_number})" if found.control_number else ""
                    _say(f"{shown}: record {found.number}{number} at byte {found.offset:,} rejected: {found.reason}")
                    continue
                frame, record, description = found
                text = description.ntriples(base)
                description.release()
                out.write(text)
                out.write(labels_of(text, tally.labelled))
                tally.converted += 1
                tally.formats[frame.format] += 1
                _count(tally, description.control_number, record.problems)
    except UnknownFormat as error:
        _say(f"{shown}: {error}")
        return False
    except BrokenPipeError:
        raise
    except OSError as error:
        _say(f"{shown}: {error.strerror or error}")
        return False
    return True


def _count(tally: Tally, key: str, problems: Sequence[object]) -> None:
    for problem in problems:
        code = getattr(problem, "code", "")
        tally.problems[code] += 1
        if code not in tally.examples:
            tally.examples[code] = f"{key} {getattr(problem, 'where', '')}: {getattr(problem, 'message', '')}"


def _say(message: str) -> None:
    print(message, file=sys.stderr)  # noqa: T201 - this is the command's voice


if __name__ == "__main__":
    sys.exit(main())
