"""``python -m benchmarks.memory [FILE …]``: the largest memory of a conversion, for inputs of growing length.

The records of the files (by default a synthetic catalogue) are repeated until an input is as long as asked for, each
time with another control number and other words in its headings, titles and notes, so that nothing that is kept by
content is met twice. Memory is what the kernel counts as the process's own peak (VmHWM of proc(5)); a row whose
figures grow with the number of records tells of a leak.
"""

from __future__ import annotations

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from converters.marc import Damaged, Record, read
from converters.marc.write import to_iso2709, to_marcxml
from tests.hub.catalogue import catalogue

SIZES = (1_000, 10_000, 100_000, 1_000_000)
TEMPLATES = 1_000
MARK = "@@@@@@@@"
"""Where each copy of a record gets its own eight digits: as many bytes, so that ISO 2709 lengths stay true."""

COMMANDS: dict[str, list[str]] = {
    "converters": ["converters"],
    "hub convert": ["hub.cli.main", "convert"],
    "hub convert --report": ["hub.cli.main", "convert", "--report"],
}

_CHILD = """
import os, re, runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
finally:
    peak = re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read()).group(1)
    open(os.environ["PEAK_FILE"], "w").write(peak)
"""


def marked(record: Record) -> Record:
    """The record with a place for its copy's number in 001 and in what headings, titles and notes say."""
    for field in record.fields:
        if field.tag == "001":
            field.value = f"m{MARK}"
        elif field.tag[0] in "124567":
            field.subfields = [(c, f"{text} {MARK}" if c == "a" else text) for c, text in field.subfields]
    return record


def mrk(record: Record) -> str:
    """The record as MARCMaker text, which the converters read but do not write."""
    lines = ["=LDR  " + record.leader.replace(" ", "\\")]
    for field in record.fields:
        if field.value:
            lines.append(f"={field.tag}  " + field.value.replace(" ", "\\"))
        else:
            body = "".join(f"${code}{_mnemonic(text)}" for code, text in field.subfields)
            lines.append(f"={field.tag}  " + (field.ind1 + field.ind2).replace(" ", "\\") + body)
    return "\n".join(lines) + "\n\n"


def _mnemonic(text: str) -> str:
    return text.replace("{", "\x00").replace("}", "{rcub}").replace("\x00", "{lcub}").replace("$", "{dollar}")


WRITERS: dict[str, tuple[bytes, Callable[[Record], bytes], bytes]] = {
    "mrc": (b"", to_iso2709, b""),
    "xml": (b"<collection>", lambda record: to_marcxml(record).encode(), b"</collection>"),
    "mrk": (b"", lambda record: mrk(record).encode(), b""),
}
"""Beginning, record and end of an input, by the ending of its name; ``.gz`` may follow."""


def templates(files: list[Path]) -> list[Record]:
    """Marked records of the files, as many of each."""
    found: list[Record] = []
    for file in files:
        with file.open("rb") as stream:
            records = (one[1] for one in read(stream) if not isinstance(one, Damaged))
            found += map(marked, islice(records, TEMPLATES // len(files)))
    return found


def write(path: Path, records: list[Record], size: int) -> None:
    """An input of ``size`` records, in the form that the name's ending tells."""
    head, form, tail = WRITERS[path.suffixes[0][1:]]
    parts = [form(record) for record in records]
    with gzip.open(path, "wb", compresslevel=1) if path.suffix == ".gz" else path.open("wb") as out:
        out.write(head)
        for number in range(size):
            out.write(parts[number % len(parts)].replace(MARK.encode(), b"%08d" % number))
        out.write(tail)


def peak(arguments: list[str], out: BinaryIO | int = subprocess.DEVNULL) -> tuple[float, float, int]:
    """Largest memory (MiB), wall seconds and exit code of a Python module with its arguments."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "peak"
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, *arguments],
            stdout=out,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PEAK_FILE": str(told)},
            check=False,
        )
        return int(told.read_text()) / 1024, time.perf_counter() - started, done.returncode


def rows(files: list[Path], forms: list[str], commands: list[str], sizes: list[int]) -> Iterator[str]:
    """The table's rows as Markdown, each as soon as it is measured."""
    records = templates(files)
    with tempfile.TemporaryDirectory() as folder:
        for form in forms:
            for command in commands:
                cells = []
                for size in sizes:
                    path = Path(folder) / f"input.{form}"
                    write(path, records, size)
                    memory, seconds, code = peak([*COMMANDS[command], str(path)])
                    path.unlink()
                    print(f"{form} {command} {size:,}: {memory:.1f} MiB, {seconds:.0f} s, exit {code}", file=sys.stderr)
                    cells.append(f"{memory:.1f}")
                yield f"| {form} | `{command}` | {' | '.join(cells)} |"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("files", nargs="*", type=Path)
    arguments.add_argument("--forms", nargs="+", default=["mrc", "xml", "xml.gz", "mrk"])
    arguments.add_argument("--commands", nargs="+", choices=COMMANDS, default=list(COMMANDS))
    arguments.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = given.files or [catalogue(Path(folder) / "synthetic.mrc", TEMPLATES)]
        print("| input | command | " + " | ".join(f"{size:,}" for size in given.sizes) + " |")
        print("|---" * (len(given.sizes) + 2) + "|")
        for line in rows(files, given.forms, given.commands, given.sizes):
            print(line, flush=True)


if __name__ == "__main__":
    main()
