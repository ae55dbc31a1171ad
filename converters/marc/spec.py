"""A small language to say which text of a record is meant: ``245abk:880[245]abk:008[35-37]:700|1*|a``.

The idea is traject's: a part names a tag, then perhaps indicators between bars (``*`` for any, a blank or ``#`` for
blank), then subfield codes; ``880[245]`` are the 880 fields that repeat a 245 in another script; a control field
takes a range of characters, counted from 0 as MARC does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from converters.marc.record import Field, Record

_DATA = re.compile(r"([0-9A-Z]{3})(?:\[([0-9A-Z]{3})\])?(?:\|([0-9a-z #*])([0-9a-z #*])\|)?([0-9a-z]*)\Z")
_CONTROL = re.compile(r"(00[1-9A-Z])(?:\[(\d{1,2})(?:-(\d{1,2}))?\])?\Z")


@dataclass(frozen=True, slots=True)
class _Part:
    tag: str
    codes: str = ""
    ind1: str = "*"
    ind2: str = "*"
    linked: str = ""
    first: int = 0
    last: int | None = None

    def texts(self, record: Record) -> list[str]:
        if self.tag < "010":
            values = [f.value[self.first : self.last] for f in record.all(self.tag)]
            return [v for v in values if v.strip()]
        found: list[str] = []
        for field in record.all(self.tag):
            if not self._fits(field):
                continue
            texts = [t for c, t in field.subfields if (c in self.codes if self.codes else c not in "0123456789") and t]
            if len(self.codes) == 1:
                found.extend(texts)
            elif texts:
                found.append(" ".join(texts))
        return found

    def _fits(self, field: Field) -> bool:
        if self.ind1 not in ("*", field.ind1) or self.ind2 not in ("*", field.ind2):
            return False
        return not self.linked or (field.get("6") or "")[:3] == self.linked


@lru_cache(maxsize=1024)
def _parts(text: str) -> tuple[_Part, ...]:
    parts = []
    for piece in text.split(":"):
        control = _CONTROL.match(piece)
        if control:
            first = int(control.group(2) or 0)
            end = control.group(3) or control.group(2)
            if end is not None and int(end) < first:
                raise ValueError(f"in the specification {text!r}: the range of {piece!r} runs backwards")
            parts.append(_Part(control.group(1), first=first, last=None if end is None else int(end) + 1))
            continue
        data = _DATA.match(piece)
        if data is None or data.group(1) < "010" or (data.group(2) and data.group(1) != "880"):
            raise ValueError(
                f"in the specification {text!r}: {piece!r} is no part such as "
                "'245ab', '700|1*|a', '880[245]a' or '008[35-37]'"
            )
        tag, linked, one, two, codes = data.groups()
        parts.append(_Part(tag, codes, (one or "*").replace("#", " "), (two or "*").replace("#", " "), linked or ""))
    return tuple(parts)


class Spec:
    """A specification compiled once; ValueError when it cannot be understood."""

    __slots__ = ("_all", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._all = _parts(text)

    def texts(self, record: Record) -> list[str]:
        """The texts meant, part by part: one for each field (its subfields joined by a space), or one for each
        subfield where a part names a single code. Without codes all subfields but the numbered ones count."""
        return [text for part in self._all for text in part.texts(record)]

    def first(self, record: Record) -> str:
        """The first text meant, or the empty string."""
        return next(iter(self.texts(record)), "")

    def __repr__(self) -> str:
        return f"Spec({self.text!r})"
