"""Measures the matcher: precision and recall on labelled pairs, and speed against a growing registry.

    python benchmarks/matching.py pairs FILE.jsonl[.gz] …   lines {"pair", "label": 1|0|null, "a", "b"} of MARC-in-JSON
    python benchmarks/matching.py speed [RECORDS] [BATCH]   synthetic records of 50 members, one process

``pairs`` reports the two halves of each set apart (by a digest of the pair's name): weights were tuned on the first.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
import time
from collections import Counter
from hashlib import md5
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert

from converters.marc import parse, record_of
from hub.identity import Arrival, assign, compare, features, keys
from hub.registry import Registry, schema

# Word frequencies fall like 1/rank, as in real titles; two names in five share a surname (Nguyễn).
SYLLABLES = [
    "văn",
    "học",
    "việt",
    "nam",
    "lịch",
    "sử",
    "giáo",
    "trình",
    "kinh",
    "tế",
    "toán",
    "cao",
    "cấp",
    "truyện",
    "ngắn",
    "kỹ",
    "thuật",
    "cơ",
    "sở",
    "nhà",
    "nước",
    "pháp",
    "luật",
    "quản",
    "trị",
    "đại",
    "cương",
    "hóa",
    "vật",
    "lý",
    "sinh",
    "điện",
    "tử",
    "tin",
    "ứng",
    "dụng",
    "nghiên",
    "cứu",
    "phát",
    "triển",
    "xã",
    "hội",
    "con",
    "người",
    "thế",
    "giới",
    "thơ",
    "tuyển",
    "tập",
    "ký",
    "sự",
    "đất",
    "rừng",
    "biển",
    "sông",
    "núi",
    "mùa",
    "xuân",
    "hạ",
    "thu",
    "đông",
    "trăng",
    "gió",
    "mưa",
    "nắng",
    "chiến",
    "tranh",
    "hòa",
    "bình",
]
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


def book(chance: random.Random) -> str:
    """A made-up Vietnamese book."""
    weights = [1 / n for n in range(1, len(SYLLABLES) + 1)]
    title = " ".join(chance.choices(SYLLABLES, weights, k=chance.randint(2, 6))).capitalize()
    author = f"{chance.choice(SURNAMES)}, {' '.join(chance.choices(SYLLABLES, k=2)).title()}"
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


if __name__ == "__main__":
    if sys.argv[1:2] == ["pairs"]:
        pairs(sys.argv[2:])
    elif sys.argv[1:2] == ["speed"]:
        speed(*(int(n) for n in [*sys.argv[2:4], *("20000", "500")[len(sys.argv) - 2 :]]))
    else:
        sys.exit(__doc__)
