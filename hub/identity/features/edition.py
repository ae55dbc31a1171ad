"""The number of the edition or printing: 250 $a (``Tái bản lần thứ 2``, ``In lần thứ 3``, ``2nd ed.``)."""

from __future__ import annotations

import re
from typing import Any

from converters.marc.record import Record
from hub.identity.features.part import _ORDINALS
from hub.identity.features.text import fold, strict

name = "edition"

_VIETNAMESE = re.compile(r"(?:tai ban|in|xuat ban|an ban|tb|xb)\s+(?:lan\s+)?(?:thu\s+)?(\w+)")
_DIGITS = re.compile(r"(?<!\w)(\d{1,3})(?:st|nd|rd|th|e|eme|a|o|er|re|de|ste)?(?!\w)")
_REVISED = re.compile(
    r"(?<!\w)(?:rev|revised|enl|enlarged|augm|corr|corrected|sua chua|bo sung|chinh li|chinh sua|hieu dinh|"
    r"verb|uberarb|erw|uud|muutm|taydennetty)"
)
_REPRINT = re.compile(r"(?<!\w)(?:tai ban|repr|reprint|reimpr|facsim)")


def extract(record: Record) -> dict[str, Any] | None:
    """``n`` the number, ``k`` its kind (``tái bản``, ``in``, ``ed``), ``r`` revised, ``t`` the strict statement."""
    statement = " ".join(t for t in record.values("250", "ab") if t.strip())
    text = strict(statement)
    if not text:
        return None
    folded = fold(text)
    value: dict[str, Any] = {"t": text}
    found = _VIETNAMESE.search(folded)
    if found and found[1] in _ORDINALS | {"dau": 1}:
        value["n"] = (_ORDINALS | {"dau": 1})[found[1]]
    elif found and found[1].isdigit() and len(found[1]) < 4:
        value["n"] = int(found[1])
    else:
        digits = _DIGITS.search(folded)
        if digits:
            value["n"] = int(digits[1])
        else:
            value["n"] = next(
                (_ORDINALS[w] for w in folded.split() if w in _ORDINALS and w not in ("tu", "nam", "sau", "ba")), 0
            )
    value["k"] = "tái bản" if folded.startswith(("tai ban", "tb")) else "in" if found else "ed"
    if _REVISED.search(folded):
        value["r"] = 1
    if _REPRINT.search(folded):
        value["reprint"] = 1
    if not value["n"]:
        del value["n"]
    return value


def _ordinal(value: dict[str, Any] | None) -> int | None:
    """The number of the printing counted from one; a record without a statement is taken for a first."""
    if not value:
        return None
    return value.get("n")


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 the same edition, −1 another one, between when one is silent; None when neither has a statement."""
    if not a and not b:
        return None
    one, two = _ordinal(a), _ordinal(b)
    if a and b:
        if one is not None and two is not None:
            if one == two:
                return 1.0
            return 0.0 if _same_printing(a, b) else -1.0
        if one is None and two is None:
            return 1.0 if fold(a["t"]) == fold(b["t"]) else 0.0
        return -0.2
    number = one if a else two
    stated = a or b or {}
    if number == 1 and stated.get("k") != "tái bản":
        return 0.0
    return -0.4 if number or stated.get("reprint") else -0.2


def _same_printing(a: dict[str, Any], b: dict[str, Any]) -> bool:
    """Tái bản lần thứ 1 is the second printing: In lần thứ 2."""
    kinds = {a["k"]: a["n"], b["k"]: b["n"]}
    return (
        "tái bản" in kinds
        and len(kinds) == 2
        and min(kinds.values()) + 1 == max(kinds.values())
        and (kinds["tái bản"] == min(kinds.values()))
    )


def veto(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """``edition``: two numbers that differ."""
    return "edition" if compare(a, b) == -1.0 else None
