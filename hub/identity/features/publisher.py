"""The publisher: 264 _1 $b, 260 $b, without ``NXB`` / ``Nhà xuất bản`` and words that say only "publisher"."""

from __future__ import annotations

import re
from functools import lru_cache

from converters.marc.record import Record
from hub.identity.features.text import alike, fold, strict

name = "publisher"

_NAMELESS = frozenset(
    [
        "the",
        "and",
        "inc",
        "co",
        "company",
        "ltd",
        "limited",
        "publishers",
        "publisher",
        "publishing",
        "publications",
        "publication",
        "press",
        "pub",
        "verlag",
        "editions",
        "edition",
        "edizioni",
        "editorial",
        "kustannus",
        "kustantaja",
        "forlag",
        "uitgeverij",
        "s",
        "n",
        "sn",
        "sons",
        "brothers",
        "bros",
        "et",
        "cie",
        "de",
        "la",
        "house",
        "books",
        "gmbh",
        "corp",
        "corporation",
        "oy",
        "ab",
        "as",
        "for",
        "by",
        "of",
        "und",
        "der",
        "die",
    ]
)
_HOUSE = re.compile(r"^(?:nxb|nha xb|nha xuat ban|cong ti|cty)\s+|\s+(?:nxb|publ?)$")


def extract(record: Record) -> list[str] | None:
    """The strict names of up to three publishers, or None."""
    texts = [t for f in record.all("264") if f.ind2 in "1 " for t in f.all("b")]
    texts += list(record.values("260", "b"))
    found: dict[str, None] = {}
    for text in texts:
        for name_of_one in text.split(" ; ")[:3]:
            known = strict(re.sub(r"^\s*\[?(?:NXB|Nxb|nxb|Nhà xuất bản|Nhà XB)\b[.:]?", " ", name_of_one))
            if known and known not in ("s n", "k n", "k nxb", "sn"):
                found[known[:100]] = None
    return list(found)[:3] or None


@lru_cache(maxsize=16384)
def plain(publisher: str) -> tuple[str, ...]:
    """The words that distinguish a publisher, folded."""
    folded = _HOUSE.sub(" ", fold(publisher)).strip()
    found = tuple(w for w in folded.split() if w not in _NAMELESS)
    return found or tuple(folded.split())


def compare(a: list[str] | None, b: list[str] | None) -> float | None:
    """1 the same name, .8 one holds the other, −1 another publisher; None when one is missing. The best pair counts."""
    if not a or not b:
        return None
    return max(_compare(plain(x), plain(y)) for x in a for y in b)


@lru_cache(maxsize=16384)  # publishers are few
def _compare(one: tuple[str, ...], two: tuple[str, ...]) -> float:
    if one == two:
        return 1.0
    small, large = sorted((set(one), set(two)), key=len)
    if small <= large:
        return 0.8
    if "".join(w[0] for w in one) == "".join(two) or "".join(w[0] for w in two) == "".join(one):
        return 0.7
    shared = small & large
    if any(len(w) > 4 for w in shared) or len(shared) * 3 >= 2 * len(small):
        return 0.4
    if any(len(x) >= 3 and len(y) >= 3 and (x.startswith(y) or y.startswith(x)) for x in one for y in two):
        return 0.3
    return 0.3 if alike(" ".join(one), " ".join(two)) > 0.75 else -1.0
