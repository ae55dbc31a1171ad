"""Pages or other extent: 300 $a."""

from __future__ import annotations

import re
from typing import Any

from converters.marc.record import Record
from hub.identity.features.part import SEVERAL
from hub.identity.features.text import fold, strict

name = "extent"

_NUMBER = re.compile(r"(?<![\w.])\d{1,5}(?![\w])")
_PREFIXED = re.compile(r"(?<![\w.])(?:p|pp|tr|s)\.?\s?(\d{1,5})(?!\w)")
_GLUED = re.compile(r"(?<![\w.])(\d{1,5})(?=(?:p|pp|tr|s|l|f|str)\b)")
_VOLUME = re.compile(r"^\s*(?:T|Tập|Q|Quyển|V|Vol)\.?\s*\d+\s*[.:,;(]?", re.IGNORECASE)
_OTHER_UNIT = re.compile(
    r"\d+\s*(?:cm|mm|x\s*\d+|v|vol|vols|volumes|tập|quyển|cd|dvd|đĩa|discs?|sound|reels?|film|maps?|plates|"
    r"leaves of plates|sheets?)\b",
    re.IGNORECASE,
)


def extract(record: Record) -> dict[str, Any] | None:
    """``p`` numbers of pages, greatest first, ``v`` the number of volumes, ``t`` the folded text without either."""
    texts = [t for t in record.values("300", "a") if t.strip()]
    if not texts:
        return None
    text = _VOLUME.sub("", texts[0]) or texts[0]
    value: dict[str, Any] = {}
    many = SEVERAL.search(fold(strict(text)))
    if many:
        value["v"] = int(many[1][:4])
    else:
        bare = _OTHER_UNIT.sub(" ", text)
        found = _NUMBER.findall(bare) + _GLUED.findall(bare) + _PREFIXED.findall(bare)
        pages = sorted({int(n) for n in found if int(n) > 1}, reverse=True)[:6]
        if pages:
            value["p"] = pages
        else:
            value["t"] = fold(strict(text))
    return value


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 the same number of pages, less for small differences, −1 for another extent; None when not comparable."""
    if not a or not b:
        return None
    one, two = a.get("p"), b.get("p")
    if one and two:
        most = max(one[0], two[0])
        far = abs(one[0] - two[0])
        if far == 0:
            return 1.0
        if far <= 3:
            return 0.8
        if far <= max(4, 0.03 * most):
            return 0.4
        # "283, [8] p." against "291 p.", or the last numbered page of one inside the other's sequence.
        if (min(one[0], two[0]) > 20 and (one[0] in two or two[0] in one)) or sum(one) == two[0] or sum(two) == one[0]:
            return 0.4
        if far <= max(10, 0.08 * most):
            return -0.4
        return -1.0
    if "v" in a and "v" in b:
        return 0.8 if a["v"] == b["v"] else -1.0
    if "t" in a and "t" in b:
        return 0.5 if a["t"] == b["t"] else 0.0
    return None


def doubt(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """Extents far apart need a person's look."""
    return "extent" if compare(a, b) == -1.0 else None
