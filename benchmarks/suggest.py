"""Measures suggest2 and known label: a million synthetic headings, asked letter by letter as people type.

    python -m benchmarks.suggest [HEADINGS] [FOLDER]     default: a million, in a temporary folder; a FOLDER is kept

Names follow the Vietnamese ones (one in five is Nguyễn, one in five has Văn or Thị), so that the words typed most are
the words that occur most. Times are of whole requests through the application (ASGI, in this process), in ms;
cpu is the processor's part of them, which a busy machine does not change.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import FastAPI

from converters.marc import values
from hub.projection.headings_index import FILE, HeadingsView
from hub.projection.view import Applied, Shelf
from hub.protocols import suggest
from hub.search import Headings


def listed(text: str, mark: str | None = None) -> list[str]:
    return text.split(mark)


SURNAMES = listed("Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Lê Lê Phạm Hoàng Huỳnh Vũ Võ Phan Đặng Bùi Đỗ Hồ Ngô Dương Lý")
MIDDLE = listed("Văn Thị Văn Thị Hữu Đức Minh Quang Ngọc Thanh Xuân Công Đình Bá Thế Trọng Như Kim Hồng Mạnh")
GIVEN = listed(
    "An Anh Ánh Bình Châu Chi Cường Dung Dũng Dương Đạt Đông Giang Hà Hạnh Hải Hằng Hiền Hiếu Hoa Hoà Hùng Hương Khánh "
    "Lan Linh Long Mai Minh Nam Nga Ngân Ngọc Nhung Phong Phúc Phương Quân Quý Sơn Tâm Tân Thảo Thắng Thịnh Thu Thuỷ "
    "Tiến Toàn Trang Trí Trung Tú Tuấn Tùng Vân Việt Vinh Xuân Yến"
)
WORDS = listed(
    "văn học lịch sử kinh tế chính trị xã hội giáo dục nông nghiệp công nghệ thông tin pháp luật y tế môi trường thơ "
    "ca truyện ngắn ngôn ngữ triết học toán học vật lý hoá sinh âm nhạc kiến trúc du lịch quản lý ngân hàng thuỷ lợi"
)
PLACES = listed("Việt Nam|Hà Nội|Huế|Đà Nẵng|Cần Thơ|Trung Quốc|Pháp|Nam Bộ|Tây Nguyên|Đông Nam Á", "|")
ORDERED = ("keyword", "leftanchored")


def documents(count: int, seed: int = 7) -> Iterator[tuple[dict[str, Any], int]]:
    """Documents of headings with how often each is used (as 1/rank: few very often, most once or twice)."""
    chance = random.Random(seed)
    for n in range(count):
        name = n % 5 < 3
        if name:
            parts = [chance.choice(SURNAMES), chance.choice(MIDDLE), chance.choice(GIVEN)]
            if chance.random() < 0.3:
                parts.insert(2, chance.choice(GIVEN))
            year = chance.randint(1850, 2004)
            plain = " ".join(parts)
            label = f"{parts[0]}, {' '.join(parts[1:])}, {year}-"
            forms = [values.fold(plain).title()] if chance.random() < 0.4 else []
            kind, scheme, place = "PersonalName", "names", "agents"
        else:
            topic = " ".join(chance.sample(WORDS, chance.randint(2, 5)))
            label = f"{topic.capitalize()} {n % 997}--{chance.choice(PLACES)}"
            forms, kind, scheme, place = [], "Topic", "subjects", "concepts"
        document = {
            "place": place, "id": f"h{n:09d}", "scheme": scheme, "kind": kind, "source": "" if name else "lcsh",
            "established": n % 3 == 0, "label": label, "forms": forms, "marc_keys": [f"1001 $a{label}"],
        }  # fmt: skip
        yield document, int(min(50_000, 1 / (chance.random() + 2e-5)))


def build(folder: Path, count: int) -> None:
    """Write the index as the projection does, 4,000 headings a stretch."""
    shelf = Shelf(folder, "headings")
    view = HeadingsView(shelf.open())
    started = time.perf_counter()
    applied = Applied()
    for document, uses in documents(count):
        applied.headings.append(document)
        applied.uses[document["id"]] = uses
        if len(applied.headings) == 4000:
            view.apply(applied)
            view.flush()
            applied = Applied()
    view.apply(applied)
    view.close()
    size = sum(f.stat().st_size for f in shelf.open().iterdir()) / 1e6
    took = time.perf_counter() - started
    print(f"index of {count:,} headings: {took:,.0f} s ({count / took:,.0f}/s), {size:,.0f} MB")


def typed(count: int) -> Iterator[tuple[str, str]]:
    """(text, kind of typing) letter by letter: names with diacritics and without, the forename first, topics."""
    chance = random.Random(11)
    for _ in range(count):
        parts = [chance.choice(SURNAMES), chance.choice(MIDDLE), chance.choice(GIVEN)]
        for text, kind in (
            (" ".join(parts), "with diacritics"),
            (values.fold(" ".join(parts)), "without diacritics"),
            (values.fold(" ".join(parts[::-1])), "words in any order"),
            (" ".join(chance.sample(WORDS, 3)), "topic"),
        ):
            for end in range(1, len(text) + 1):
                yield text[:end], kind


async def measure(folder: Path, samples: int) -> None:
    """Ask, and print percentiles."""
    app = FastAPI()
    settings = SimpleNamespace(base_uri="http://hub.example/", data=folder, title_en="", contact="")
    headings = Headings(folder)
    app.include_router(suggest.routes(SimpleNamespace(settings=settings, headings=headings)))
    transport = httpx.ASGITransport(app=app)
    times: dict[tuple[str, str], list[tuple[float, float]]] = {}
    slowest: list[tuple[float, str]] = []
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.example") as client:
        for _ in range(8):  # each thread opens the file once
            await asyncio.gather(*(client.get("/suggest2?q=a&searchtype=keyword") for _ in range(8)))

        async def ask(group: tuple[str, str], path: str) -> httpx.Response:
            started, worked = time.perf_counter(), time.process_time()
            answer = await client.get(path)
            took, work = (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000
            times.setdefault(group, []).append((took, work))
            slowest.append((took, path))
            return answer

        for text, kind in typed(samples):
            for order in ORDERED:
                await ask((order, f"all lists, {kind}"), f"/suggest2?searchtype={order}&q={quote(text)}")
                more = (
                    "rdftype=PersonalName&memberOf=http://hub.example/authorities/names/collection_AuthorizedHeadings"
                )
                path = f"/authorities/names/suggest2?searchtype={order}&{more}&q={quote(text)}"
                await ask((order, f"names established, {kind}"), path)
        chance = random.Random(3)
        wanted = [d for d, _ in documents(20_000) if chance.random() < 0.1][: samples * 40]
        for document in wanted:
            label = document["label"].upper().replace(",", "")
            answer = await ask(("known label", "any case"), f"/authorities/{document['scheme']}/label/{quote(label)}")
            assert answer.status_code in (300, 302), (label, answer.status_code)
            await ask(("known label", "none"), f"/authorities/names/label/{quote(label[::-1])}")
            lines = headings.browse(document["scheme"], document["label"][:3], limit=50)
            assert lines
        started = time.perf_counter()
        for document in wanted:
            headings.browse(document["scheme"], headings.place_of(document["scheme"], document["label"][:4]), limit=50)
        browse = (time.perf_counter() - started) / len(wanted) * 1000
    print(f"{'':<52}{'n':>7}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}{'cpu p50':>9}{'cpu p95':>8}")
    everything: list[tuple[float, float]] = []
    for (order, kind), found in sorted(times.items()):
        print(_row(f"{order}: {kind}", found))
        everything += found
    print(_row("all requests", everything))
    print(f"browse list of 50 lines: {browse:.1f} ms on average")
    print("slowest:", *(f"{t:.0f} ms {path}" for t, path in sorted(slowest)[-5:]), sep="\n  ")


def _row(name: str, found: list[tuple[float, float]]) -> str:
    wall, work = sorted(w for w, _ in found), sorted(c for _, c in found)

    def at(ordered: list[float], part: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]

    waited = "".join(f"{at(wall, part):>8.1f}" for part in (0.5, 0.95, 0.99, 1))
    return f"{name:<52}{len(found):>7}{waited}{at(work, 0.5):>9.1f}{at(work, 0.95):>8.1f}"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = Shelf(folder, "headings").current()
        if found is None or not (found / FILE).exists():
            build(folder, count)
        asyncio.run(measure(folder, 12))


if __name__ == "__main__":
    main()
