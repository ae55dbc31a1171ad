"""Measures the matcher: precision and recall on labelled pairs, and speed against a growing registry.

    python benchmarks/matching.py pairs FILE.jsonl[.gz] …   lines {"pair", "label": 1|0|null, "a", "b"} of MARC-in-JSON
    python benchmarks/matching.py speed [RECORDS] [BATCH]   synthetic records of 50 members, one process
    python benchmarks/matching.py against [HELD] [NEW] [FOLDER]   NEW records matched against HELD ones, one process

``pairs`` reports the two halves of each set apart (by a digest of the pair's name): weights were tuned on the first.
"""

from __future__ import annotations

import gc
import gzip
import json
import random
import re
import resource
import sqlite3
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from hashlib import md5
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert

from converters.marc import parse, record_of
from hub.identity import Arrival, HeadingClaim, assign, compare, features, instances, keys, work_keys
from hub.identity.families import loose_form
from hub.identity.features import EXTRACTION
from hub.identity.features.text import strict
from hub.identity.headings import heading_anchor
from hub.identity.keys import hashed
from hub.registry import Registry, schema

# Vietnamese titles as 1,559 real ones are (four catalogues): the lengths, and Zipf–Mandelbrot frequencies fitted to the
# shares of the commonest two opening syllables (5: .27, 20: .50, 100: .78) and of all others (50: .43, 200: .76).
_ONSETS = [*"b c ch d đ g gi h kh l m n ng nh ph qu r s t th tr v x".split(), ""]  # noqa: SIM905  words read as words
_RIMES = """
a ac ach ai am an ang anh ao at au ay ăc ăm ăn ăng ăt âm ân âp âu ây e em en eo ê êm ên ênh êu i ich iêm iên iêt iêu im
in inh it o oai oan oc oi om on ong ô ôc ôi ôm ôn ông ôt ơ ơi ơn u ua uc uê ui um un ung uôc uôi uôn ư ưa ưc ươc ươi
ương ưu
""".split()  # noqa: SIM905  a list of words is read as words
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")


def _vocabulary(size: int) -> list[str]:
    chance = random.Random(0)
    found: dict[str, None] = {}
    while len(found) < size:
        onset, rime, tone = chance.choice(_ONSETS), chance.choice(_RIMES), chance.choice(_TONES)
        vowel = re.search("[ăâêôơ]", rime) or re.search("[aeiouưy]", rime)
        assert vowel is not None
        found[unicodedata.normalize("NFC", f"{onset}{rime[: vowel.end()]}{tone}{rime[vowel.end() :]}")] = None
    return list(found)


SYLLABLES = _vocabulary(1400)
_WEIGHTS = list(accumulate((rank + 25) ** -1.5 for rank in range(1, len(SYLLABLES) + 1)))
_PAIRS = random.Random(1)
OPENINGS = [" ".join(_PAIRS.choices(SYLLABLES, cum_weights=_WEIGHTS, k=2)) for _ in range(2000)]
_OPENING_WEIGHTS = list(accumulate((rank + 5) ** -1.4 for rank in range(1, len(OPENINGS) + 1)))
_LENGTHS = list(range(2, 31))
_LENGTH_WEIGHTS = list(
    accumulate(
        (40, 78, 184, 111, 185, 134, 145, 86, 95, 49, 161, 39, 61, 29, 22, 19, 13, 10, 10, 15, 12, 9, 10, 10, 4, 3, 3,
         4, 2)
    )
)  # fmt: skip
SURNAMES = [
    "Nguyễn",
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Vũ",
    "Võ",
    "Phan",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
]
# Middle names are few, and hardly ever stand where the given name stands.
MIDDLES = ["Văn", "Thị", "Đức", "Hữu", "Ngọc", "Minh", "Quang", "Xuân", "Thanh", "Đình", "Công", "Kim", "Bá", "Trọng"]
PUBLISHERS = [
    "Văn học",
    "Trẻ",
    "Kim Đồng",
    "Giáo dục",
    "Thống kê",
    "Lao động",
    "Phụ nữ",
    "Thanh niên",
    "Chính trị Quốc gia",
    "Hội Nhà văn",
]


def pairs(paths: list[str]) -> None:
    """Print precision, recall, what falls to review, and what proposed pairs cover."""
    for path in paths:
        with gzip.open(path, "rt") if path.endswith(".gz") else open(path, encoding="utf-8") as stream:
            rows = [json.loads(line) for line in stream]
        for half in (0, 1):
            counted: Counter[str] = Counter()
            for row in rows:
                if md5(row["pair"].encode(), usedforsecurity=False).digest()[0] % 2 != half or row["label"] is None:
                    continue
                a, b = (features(parse(json.dumps(row[k]).encode(), "marc-in-json")) for k in "ab")
                said = "positive" if row["label"] else "negative"
                counted[said] += 1
                counted[f"{said} {compare(a, b).verdict}"] += 1
                counted[f"{said} proposed"] += bool(set(keys(a)) & set(keys(b)))
            joined = counted["positive same"] + counted["negative same"]
            print(
                f"{Path(path).name} half {half + 1}: precision {counted['positive same'] / max(1, joined):.4f}"
                f" recall {counted['positive same'] / max(1, counted['positive']):.4f}"
                f" wrong {counted['negative same']} of {counted['negative']}"
                f" review {counted['positive review']}+{counted['negative review']}"
                f" proposed {counted['positive proposed'] / max(1, counted['positive']):.4f}"
            )


def _title(chance: random.Random) -> str:
    length = chance.choices(_LENGTHS, cum_weights=_LENGTH_WEIGHTS)[0]
    opening = chance.choices(OPENINGS, cum_weights=_OPENING_WEIGHTS)[0]
    return " ".join([opening, *chance.choices(SYLLABLES, cum_weights=_WEIGHTS, k=length - 2)])


def _given(chance: random.Random) -> str:
    """A given name of one syllable, or of two as many women's and southern names have."""
    return " ".join(chance.choices(SYLLABLES[:100], k=chance.choice((1, 1, 2)))).title()


def book(chance: random.Random) -> str:
    """A made-up Vietnamese book."""
    title = _title(chance).capitalize()
    author = f"{chance.choice(SURNAMES)}, {chance.choice(MIDDLES)} {_given(chance)}"
    year = chance.randint(1960, 2024)
    return "\n".join(
        (
            f"008 990101s{year}    vm            000 0 vie d",
            f"100 1# $a{author}",
            f"245 10 $a{title}",
            f"260 ## $aHà Nội :$b{chance.choice(PUBLISHERS)},$c{year}",
            f"300 ## $a{chance.randint(40, 900)} tr. ;$c21 cm",
        )
    )


def speed(total: int, size: int) -> None:
    """Print the time a batch takes while the registry grows; a third of the records are another member's book."""
    chance = random.Random(1)
    known: list[dict] = []
    with TemporaryDirectory() as folder:
        registry = Registry.in_folder(Path(folder))
        spent = 0.0
        for start in range(0, total, size):
            found = []
            for _ in range(size):
                if known and chance.random() < 0.33:
                    found.append(chance.choice(known))
                else:
                    found.append(features(record_of(book(chance))))
                    if len(known) < 100_000:
                        known.append(found[-1])
                    else:
                        known[chance.randrange(len(known))] = found[-1]
            rows, arrivals = [], []
            for n, value in enumerate(found, start + 1):
                member = f"M{chance.randrange(50)}"
                rows.append(
                    {
                        "id": n, "member": member, "kind": "bibliographic", "control_number": str(n), "format": "x",
                        "raw": b"", "digest": b"", "rank": 0, "features": json.dumps(value, ensure_ascii=False),
                        "deleted": False, "job": 0, "seen": 0, "created": 0, "changed": 0,
                    }
                )  # fmt: skip
                arrivals.append(Arrival(n, member, "bibliographic", str(n), new=True, features=value, items=["a"]))
            with registry.write() as connection:
                connection.execute(insert(schema.record), rows)
                before = time.perf_counter()
                overflow = assign(connection, arrivals, job=None, at=1)
                took = time.perf_counter() - before
            spent += took
            if (start // size) % max(1, total // size // 10) == 0 or start + size >= total:
                print(f"{start + size:>9} records: {took * 1000:6.0f} ms a batch of {size}, {overflow} full blocks")
        registry.close()
        print(f"{total / spent:.0f} records/s in assign, one process")


def made(chance: random.Random) -> dict:
    """The features of a made-up book without the way through MARC: what ``features(record_of(book(chance)))`` gives."""
    title = strict(_title(chance))
    surname, rest = chance.choice(SURNAMES), f"{chance.choice(MIDDLES)} {_given(chance)}"
    year = chance.randint(1960, 2024)
    publisher = strict(chance.choice(PUBLISHERS))
    return {
        "v": EXTRACTION,
        "form": {"t": "text", "l": "monograph", "assumed": 1, "c": ["print"]},
        "title": {"a": title, "vi": 1},
        "authors": {"m": strict(f"{surname}, {rest}"), "h": f"Person|{surname}, {rest}", "vi": 1},
        "year": {"y": [year], "t": "s"},
        "extent": {"p": [chance.randint(40, 900)]},
        "publisher": [publisher],
        "language": "vie",
        "place": {"c": "vm", "p": ["ha noi"]},
    }


_MEMBERS = 50
_SHARED = 0.33
"""Share of records that describe a book another record describes, as in the overlap of real union catalogues."""


def fill(path: Path, held: int, chance: random.Random) -> list[dict]:
    """Write ``held`` records as if they had been loaded: keys, Instances, Works, edges, headings. Gives a sample."""
    connection = sqlite3.connect(path)
    connection.executescript(
        "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000;"
        "CREATE TABLE filled (key INT, member TEXT, record INT); DROP INDEX ix_candidate_record;"
    )
    known: list[tuple[dict, int, str, str]] = []
    headings: dict[str, int] = {}
    rows: dict[str, list[tuple]] = {}

    def add(table: str, *row: object) -> None:
        rows.setdefault(table, []).append(row)

    columns = {
        "record": "id, member, kind, control_number, format, raw, digest, rank, features, instance, deleted, job, seen,"
        " created, changed",
        "filled": "key, member, record",
        "entity": "id, place, state, parent, anchor, key, created, changed",
        "work_key": "record, key",
        "edge": "a, b, score, verdict, evidence",
        "heading": "id, place, key, entity, payload",
        "loose": "key, heading",
        "mention": "record, heading",
    }

    def write() -> None:
        for table, found in rows.items():
            marks = ",".join("?" * len(found[0]))
            connection.executemany(f"INSERT INTO {table} ({columns[table]}) VALUES ({marks})", found)
        connection.commit()
        rows.clear()

    for n in range(1, held + 1):
        member = f"M{chance.randrange(_MEMBERS)}"
        if known and chance.random() < _SHARED:
            value, first, of, instance = chance.choice(known)
            if of == member:
                continue
            add("edge", first, n, 0.99, "same", '{"features":{},"version":"2"}')
        else:
            value, instance = made(chance), f"i{n:09}"
            work, key = f"w{n:09}", work_keys(value)
            add("entity", instance, "instances", "live", work, f"instances {member} bibliographic {n}", key, 0, 0)
            add("entity", work, "works", "live", None, f"works {member} bibliographic {n}", None, 0, 0)
            if len(known) < 100_000:
                known.append((value, n, member, instance))
            else:
                known[chance.randrange(len(known))] = (value, n, member, instance)
        add("record", n, member, "bibliographic", str(n), "x", b"", b"", 0, json.dumps(value, ensure_ascii=False,
            separators=(",", ":")), instance, 0, 0, 0, 0, 0)  # fmt: skip
        for key in keys(value):
            add("filled", hashed(key), member, n)
        if named := work_keys(value):
            add("work_key", n, named)
        name = value["authors"]["h"]
        if name not in headings:
            headings[name] = len(headings) + 1
            add("entity", f"a{headings[name]:09}", "agents", "live", None, heading_anchor("agents", name), None, 0, 0)
            add("heading", headings[name], "agents", name, f"a{headings[name]:09}", "[]")
            add("loose", loose_form("agents", name), headings[name])
        add("mention", n, headings[name])
        if n % 20_000 == 0:
            write()
    write()
    connection.executescript(
        "INSERT INTO candidate SELECT key, member, record FROM filled ORDER BY key, member, record;"
        "DROP TABLE filled; CREATE INDEX ix_candidate_record ON candidate (record); ANALYZE;"
    )
    connection.close()
    return [value for value, _, _, _ in known]


class Clock:
    """Seconds by the clock and of the processor that a piece of work took."""

    def __init__(self) -> None:
        self.wall = self.busy = 0.0

    def timed(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same work, counted."""

        def counted(*given: Any, **named: Any) -> Any:
            wall, busy = time.perf_counter(), time.process_time()
            try:
                return work(*given, **named)
            finally:
                self.wall += time.perf_counter() - wall
                self.busy += time.process_time() - busy

        return counted

    def rate(self, records: int) -> str:
        """Records a second by the clock, and by the processor."""
        return f"{records / self.wall:.0f} records/s ({records / self.busy:.0f} a CPU second)"


_BATCH = 500
"""Records of one transaction, all of one member: as `hub load` has them."""


def against(held: int, new: int, folder: Path) -> None:
    """Print how fast ``new`` records are matched against a registry of ``held`` ones, and the memory it takes.

    *Matched*: candidate keys made and written, candidates and their features read, pairs compared, edges written,
    clusters and their Instances decided. *Identified*: that and Works, Items, headings, every URI and the change log.
    Neither has reading and converting MARC in it, nor the record's own row (``hub load`` does both, in other processes
    and in this one).
    """
    assert made(random.Random(3)) == features(record_of(book(random.Random(3)))), "the short way gives other features"
    before = time.perf_counter()
    registry = Registry.in_folder(folder)
    chance = random.Random(2)
    sample = fill(folder / "registry.sqlite", held, chance)
    print(f"{held} records written in {time.perf_counter() - before:.0f} s", flush=True)
    gc.collect()
    gc.freeze()  # the sample is the benchmark's own
    matching, identifying, committing, overflow = Clock(), Clock(), Clock(), 0
    settle = instances.settle
    instances.settle = matching.timed(settle)
    identify = identifying.timed(assign)
    for start in range(held, held + new, _BATCH):
        rows, arrivals = [], []
        member = f"M{chance.randrange(_MEMBERS)}"
        for n in range(start + 1, start + _BATCH + 1):
            value = chance.choice(sample) if chance.random() < _SHARED else made(chance)
            rows.append(
                {
                    "id": n, "member": member, "kind": "bibliographic", "control_number": str(n), "format": "x",
                    "raw": b"", "digest": b"", "rank": 0, "deleted": False, "job": 0, "seen": 0, "created": 0,
                    "changed": 0, "features": json.dumps(value, ensure_ascii=False, separators=(",", ":")),
                }
            )  # fmt: skip
            said = [HeadingClaim("agents", value["authors"]["h"], "[]")]
            arrivals.append(
                Arrival(n, member, "bibliographic", str(n), new=True, features=value, items=["a"], headings=said)
            )
        with registry.engine.connect() as connection:
            transaction = connection.begin()
            connection.execute(insert(schema.record), rows)
            overflow += identify(connection, arrivals, job=None, at=1)
            committing.timed(transaction.commit)()
    instances.settle = settle
    registry.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{new} new against {held}: matched {matching.rate(new)}, identified {identifying.rate(new)}")
    print(f"commits {committing.wall:.1f} s, {memory} MB, {overflow} full blocks", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["pairs"]:
        pairs(sys.argv[2:])
    elif sys.argv[1:2] == ["speed"]:
        speed(*(int(n) for n in [*sys.argv[2:4], *("20000", "500")[len(sys.argv) - 2 :]]))
    elif sys.argv[1:2] == ["against"]:
        held, new = (int(n) for n in [*sys.argv[2:4], *("1000000", "20000")[len(sys.argv[2:4]) :]])
        with TemporaryDirectory() as temporary:
            against(held, new, Path(sys.argv[4] if sys.argv[4:] else temporary))
    else:
        sys.exit(__doc__)
