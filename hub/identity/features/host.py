"""The host of a component part: 773, leader/07 a or b."""

from __future__ import annotations

import re
from typing import Any

from converters.marc.record import Record
from hub.identity.features.text import fold, strict

name = "host"

_CONTROL = re.compile(r"^\s*(?:\(([^)]+)\)|([A-Z]{3,})(?=\d))?\s*(.+?)\s*$")


def extract(record: Record) -> dict[str, Any] | None:
    """``t`` the folded title of the host, ``g`` its folded part, ``w`` control numbers with their source; ``part``."""
    value: dict[str, Any] = {}
    hosts = record.all("773")
    if record.leader[7] in "ab" or hosts:
        value["part"] = 1
    for field in hosts[:1]:
        title = fold(strict(" ".join(field.all("at"))))
        where = fold(strict(" ".join(field.all("gq"))))
        control = []
        for text in field.all("w"):
            found = _CONTROL.match(text)
            if found:
                control.append(f"{(found[1] or found[2] or '').upper()} {found[3]}")
        value |= {k: v for k, v in (("t", title), ("g", where), ("w", control)) if v}
    return value or None


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 the same place in the same host, −1 another host; None when neither is a component."""
    if not a and not b:
        return None
    if not a or not b:
        return -1.0
    if (
        a.get("g")
        and b.get("g")
        and a["g"] != b["g"]
        and set(re.findall(r"\d+", a["g"])) != set(re.findall(r"\d+", b["g"]))
    ):
        return -1.0
    one, two = a.get("w"), b.get("w")
    if one and two:
        if set(one) & set(two):
            return 1.0
        return -1.0
    if a.get("t") and b.get("t"):
        return 1.0 if a["t"] == b["t"] else 0.0 if a["t"] in b["t"] or b["t"] in a["t"] else -1.0
    return 0.0


def veto(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """``component`` for a part against a whole, ``host`` for parts of different hosts."""
    if bool(a) != bool(b):
        return "component"
    return "host" if compare(a, b) == -1.0 else None
