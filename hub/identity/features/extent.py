"""Pages or other extent: 300 $a."""

from __future__ import annotations

import re
from typing import Any

from converters.marc.record import Record
from hub.identity.features.text import fold, strict

name = "extent"

_PAGES = re.compile(
    r"(?<![\w.])(\d{1,5})(?:\s*\[\d+\])?\s*(?:tr|trang|p|pp|pages|s|S|Seiten|sivua|sider|str|c|blz|l|leaves|to|tờ|f)\b"
)
_NUMBER = re.compile(r"\d+")
_PARENTHESES = re.compile(r"\(([^)]*)\)")
_VOLUME = re.compile(r"^\s*(?:T|Tập|Q|Quyển|V|Vol)\.?\s*\d+\s*[.:,;(]?", re.IGNORECASE)


def extract(record: Record) -> dict[str, Any] | None:
    """``p`` the greatest number of pages, ``t`` the folded statement when it has no pages."""
    texts = [t for t in record.values("300", "a") if t.strip()]
    if not texts:
        return None
    text = _VOLUME.sub("", texts[0]) or texts[0]
    pages = [int(n) for n in _PAGES.findall(text)]
    if not pages:
        bare = _NUMBER.findall(_PARENTHESES.sub(" ", text))
        if (
            len(text) < 16
            and len(bare) == 1
            and not re.search(r"\d\s*(?:v|t|tập|cd|dvd|film|reel)", text, re.IGNORECASE)
        ):
            pages = [int(bare[0][:6])]
    value: dict[str, Any] = {}
    if pages:
        value["p"] = max(pages)
    else:
        value["t"] = fold(strict(text))
    return value


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 the same number of pages, less for small differences, −1 for another extent; None when not comparable."""
    if not a or not b:
        return None
    one, two = a.get("p"), b.get("p")
    if one and two:
        far = abs(one - two)
        if far == 0:
            return 1.0
        if far <= 3:
            return 0.8
        if far <= max(4, 0.03 * max(one, two)):
            return 0.4
        if far <= max(10, 0.08 * max(one, two)):
            return -0.4
        return -1.0
    if one or two:
        return None
    return 0.5 if a.get("t") == b.get("t") else 0.0


def doubt(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """Extents far apart need a person's look."""
    return "extent" if compare(a, b) == -1.0 else None
