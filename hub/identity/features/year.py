"""The year of publication: 008/06-14, 264 $c, 260 $c."""

from __future__ import annotations

import re
from typing import Any

from converters.marc.record import Record

name = "year"

_YEAR = re.compile(r"(?<!\d)(?P<c>[c©℗p]\s?|copyright\s)?(?P<y>1[4-9]\d\d|20\d\d)(?!\d)", re.IGNORECASE)
_PARTIAL = re.compile(r"(?<!\d)(1[4-9]\d|20\d)[-?u|]")
_CENTURY = re.compile(r"(?<!\d)(1[4-9]|20)(?:--|\?\?|-\?|uu|\?)")


def extract(record: Record) -> dict[str, Any] | None:
    """``y`` years of publication, ``c`` copyright years, ``r`` [from, to] when the year is uncertain, ``t`` 008/06.

    Continuing resources and works in several volumes have the first year in ``y`` and the last in ``e``.
    """
    fixed = record.control("008")
    kind, first, second = fixed[6:7], fixed[7:11].replace("|", "u"), fixed[11:15]
    texts = [t for f in record.all("264") if f.ind2 in "1 " for t in f.all("c")]
    rights = [t for f in record.all("264") if f.ind2 == "4" for t in f.all("c")]
    texts += list(record.values("260", "c"))
    published: set[int] = set()
    copyrighted: set[int] = set()
    for text in texts:
        for found in _YEAR.finditer(text):
            (copyrighted if found["c"] else published).add(int(found["y"]))
    copyrighted |= {int(found["y"]) for text in rights for found in _YEAR.finditer(text)}
    value: dict[str, Any] = {}
    full = re.fullmatch(r"[12]\d{3}", first) is not None
    if kind == "q" and full and re.fullmatch(r"[12]\d{3}", second):
        value["r"] = [int(first), int(second)]
    elif kind in "st|e ipr" and full and not (published or copyrighted) and _uncertain(texts):
        value["r"] = _uncertain(texts)
    elif full and kind not in "bnq":
        year = int(first)
        if kind in "cdum":
            value["e"] = int(second) if second.isdigit() else 0
            published = {year}
        elif not published and year in copyrighted:
            pass  # only a copyright year is known
        elif year not in published:
            published = published | {year} if kind in "str|e ip" and not published else published
        if kind == "t" and second.isdigit():
            copyrighted.add(int(second))
    elif re.fullmatch(r"[12][\du]{3}", first) and "u" in first and not published:
        value["r"] = [int(first.replace("u", "0")), int(first.replace("u", "9"))]
    elif not published and not copyrighted and _uncertain(texts):
        value["r"] = _uncertain(texts)
    if published:
        value["y"] = sorted(published)
    if copyrighted - published:
        value["c"] = sorted(copyrighted - published)
    if not value:
        return None
    if kind.isalpha():
        value["t"] = kind
    return value


def _uncertain(texts: list[str]) -> list[int] | None:
    """The span of ``[189-?]`` or ``[18--]``, None when there is none."""
    for text in texts:
        decade = _PARTIAL.search(text)
        if decade:
            return [int(decade[1]) * 10, int(decade[1]) * 10 + 9]
        century = _CENTURY.search(text)
        if century:
            return [int(century[1]) * 100, int(century[1]) * 100 + 99]
    return None


def first(value: dict[str, Any] | None) -> str:
    """The year for keys: the first of publication, else of copyright, else the empty string."""
    found = (value or {}).get("y") or (value or {}).get("c")
    return str(found[0]) if found else ""


def years(value: dict[str, Any] | None) -> list[str]:
    """All single years, for keys."""
    return [str(y) for y in (*(value or {}).get("y", ()), *(value or {}).get("c", ()))]


def gap(a: dict[str, Any] | None, b: dict[str, Any] | None) -> int | None:
    """The least number of years between the two, 0 inside an uncertain span; None when one gives none."""
    if not a or not b:
        return None
    one, two = [*a.get("y", ()), *a.get("c", ())], [*b.get("y", ()), *b.get("c", ())]
    spans = [v["r"] for v in (a, b) if "r" in v]
    if len(spans) == 2:
        return max(0, max(s[0] for s in spans) - min(s[1] for s in spans))
    if spans:
        (low, high), singles = spans[0], one or two
        return min(max(0, low - y, y - high) for y in singles) if singles else None
    if not one or not two:
        return None
    return min(abs(x - y) for x in one for y in two)


def uncertain(a: dict[str, Any] | None, b: dict[str, Any] | None) -> bool:
    """Whether one of the two gives a span only."""
    return "r" in (a or {}) or "r" in (b or {})


def reissued(a: dict[str, Any] | None, b: dict[str, Any] | None) -> bool:
    """Whether both state a year of publication and these differ, though a copyright year may agree."""
    one, two = (a or {}).get("y"), (b or {}).get("y")
    return bool(one and two and not set(one) & set(two))


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 the same year, .5 possibly, .2 one year apart, −.5 two, −1 more; None when one gives none."""
    far = gap(a, b)
    if far is None:
        return None
    if far == 0:
        if uncertain(a, b):
            return 0.5
        return 0.3 if reissued(a, b) else 1.0
    return 0.2 if far == 1 else -0.5 if far == 2 else -1.0
