"""Conversion takes the same memory however long the input is: nothing is kept of a record that was written."""

import functools
import gc
import io
import os
import sys
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from benchmarks.memory import MARK, WRITERS, marked
from converters.__main__ import main as converters_main
from converters.marc import record_of
from hub.cli.main import main as hub_main

RECORDS = 1_200
PIECE = 50
ALLOWED = 30
"""Bytes a record may leave behind: half of what Python takes to keep the shortest text in a list or a set."""

TEMPLATES = [
    """001 x
       008 000111s1920    vm            000 0 vie||
       100 1# $aVũ Trọng Phụng,$d1912-1939.
       245 10 $aSố đỏ :$btiểu thuyết /$cVũ Trọng Phụng.
       260 ## $aHà Nội :$bVăn học,$c1920.
       650 #4 $aVăn học Việt Nam$xTiểu thuyết
       700 1# $aNguyễn Du,$eeditor.""",
    """001 x
       008 short
       020 ## $a123-no-isbn
       041 0# $avieeng
       245 00 $aAnh em
       490 0# $aTủ sách
       856 40 $uno url at all$zxem
       999 ## $aof no rule
       9ZZ ## $aneither""",
    """001 x
       110 2# $aViện Sử học
       240 10 $aTuyển tập$f1990
       245 10 $aLịch sử
       773 0# $tTạp chí$w(VN)12
       880 10 $6245-01/$1$a歴史
       700 12 $aHồ Chí Minh$tNhật ký trong tù""",
]


class Endless(io.RawIOBase):
    """An input made while it is read, which takes the memory of its reader as it is asked for more."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.taken: list[int] = []
        self._pieces = self._made(form)
        found = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
        # What is kept by content is bounded by number; what is bounded by nothing is not forgiven.
        self._caches = [one for one in found if (one.cache_parameters()["maxsize"] or sys.maxsize) <= 65_536]

    def readable(self) -> bool:
        return True

    def _made(self, form: str) -> Iterator[bytes]:
        head, write, tail = WRITERS[form.removesuffix(".gz")]
        parts = [write(marked(record_of(text))) for text in TEMPLATES]
        pack = zlib.compressobj(1, wbits=31) if form.endswith(".gz") else None
        for first in range(0, RECORDS, PIECE):
            numbers = range(first, first + PIECE)
            piece = b"".join(parts[n % len(parts)].replace(MARK.encode(), b"%08d" % n) for n in numbers)
            piece = (head if first == 0 else b"") + piece
            yield pack.compress(piece) + pack.flush(zlib.Z_SYNC_FLUSH) if pack else piece
        yield pack.compress(tail) + pack.flush() if pack else tail

    def read(self, _size: int = -1) -> bytes:
        for cache in self._caches:
            cache.cache_clear()
        gc.collect()
        self.taken.append(tracemalloc.get_traced_memory()[0])
        return next(self._pieces, b"")

    def left_behind(self) -> float:
        """Bytes a record, from the second third of the input to its last."""
        third = len(self.taken) // 3
        grown = min(self.taken[2 * third :]) - min(self.taken[third : 2 * third])
        return grown / (third * PIECE)


COMMANDS = {
    "converters": lambda out: converters_main(["--report", "-"], out),
    "hub convert": lambda out: hub_main(["convert", "-"]),
    "hub convert --report": lambda out: hub_main(["convert", "--report", "-"]),
}


@pytest.mark.parametrize(
    ("form", "command"),
    [
        ("mrc", "converters"),
        ("xml.gz", "converters"),
        ("mrk", "converters"),
        ("xml", "hub convert"),
        ("mrc", "hub convert --report"),
    ],
)
def test_a_record_leaves_nothing_behind(form, command, monkeypatch):
    stream = Endless(form)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": stream}))
        monkeypatch.setattr(sys, "stdout", nowhere)
        monkeypatch.setattr(sys, "stderr", nowhere)
        gc.freeze()  # what was there before is not looked through again at every collection
        tracemalloc.start()
        try:
            assert COMMANDS[command](nowhere) == 0
        finally:
            tracemalloc.stop()
            gc.unfreeze()
    assert len(stream.taken) > RECORDS // PIECE
    assert stream.left_behind() < ALLOWED
