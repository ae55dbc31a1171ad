"""The language of the content: 041 $a, else 008/35-37."""

from __future__ import annotations

from converters.marc.record import Record

name = "language"

_UNKNOWN = frozenset(("und", "   ", "|||", "zxx", "mul", "", "xxx"))


def extract(record: Record) -> str | None:
    """The MARC code of the first language, or None."""
    fixed = record.control("008")[35:38].lower()
    first = next((t.strip().lower()[:3] for t in record.values("041", "a") if t.strip()), "")
    for code in (fixed, first):
        if len(code) == 3 and code.isalpha() and code not in _UNKNOWN:
            return code
    return None


def compare(a: str | None, b: str | None) -> float | None:
    """1 the same, −1 another language, None when one is unknown."""
    if not a or not b:
        return None
    return 1.0 if a == b else -1.0


def doubt(a: str | None, b: str | None) -> str | None:
    """``language``: a translation, or a code typed wrongly."""
    return "language" if compare(a, b) == -1.0 else None
