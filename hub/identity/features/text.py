"""Two readings of a text: strict (tones and đ kept, decides) and folded (for finding candidates only).

Vietnamese spelling has two placements of the tone mark (hòa, hoà) and two letters for one vowel (kỹ, kĩ): both are the
same word, so the strict reading makes them one. Hà and Hạ, Số and Sổ stay different.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from converters.marc import values

_LOOSE_MARKS = re.compile("[\u0300-\u036f]")  # underlining and marks no letter was composed with
_TONES = ("\u0300", "\u0301", "\u0309", "\u0303", "\u0323")  # huyền, sắc, hỏi, ngã, nặng
_CLUSTERS = ("oa", "oe", "uy")
_PLACEMENT = {
    unicodedata.normalize("NFC", pair[0] + tone + pair[1]): unicodedata.normalize("NFC", pair[0] + pair[1] + tone)
    for pair in _CLUSTERS
    for tone in _TONES
}
_OLD_PLACEMENT = re.compile("|".join(_PLACEMENT))
_Y_FOR_I = re.compile(r"(?<!\w)([hklmst])([yỳýỷỹỵ])(?!\w)")
_I = dict(zip("yỳýỷỹỵ", "iìíỉĩị", strict=True))
# Letters that hardly any other language writes; à, é, ô and their like prove nothing.
_VIETNAMESE = re.compile("[ăđơưảạằắẳẵặầấẩẫậẻẽẹềếểễệỉịỏọồốổỗộờớởỡợủụừứửữựỷỹỵ]")


@lru_cache(maxsize=65536)
def strict(text: str) -> str:
    """The strict form of converters.marc.values with Vietnamese spelling variants made one, ``&`` read as ``and``."""
    text = _LOOSE_MARKS.sub("", values.strict(text.replace("&amp;", "&").replace("&", " and ")))
    if not text.isascii():
        text = _OLD_PLACEMENT.sub(lambda m: _PLACEMENT[m[0]], text)
        text = _Y_FOR_I.sub(lambda m: m[1] + _I[m[2]], text)
    return text


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """A strict text without diacritics and with plain letters (đ → d): for candidates, never for a decision."""
    if text.isascii():
        return text
    return values.fold(text)


def marked(text: str) -> bool:
    """Whether a strict text has any letter that folding would change."""
    return not text.isascii() and fold(text) != text


def vietnamese(text: str) -> bool:
    """Whether a strict text has letters that only Vietnamese writes."""
    return _VIETNAMESE.search(text) is not None


def distance(a: str, b: str, most: int) -> int:
    """Levenshtein distance of two texts, or ``most + 1`` as soon as it is known to be greater than ``most``."""
    if a == b:
        return 0
    if abs(len(a) - len(b)) > most:
        return most + 1
    if len(a) > len(b):
        a, b = b, a
    start = 0
    while start < len(a) and a[start] == b[start]:
        start += 1
    a, b = a[start:], b[start:]
    row = list(range(len(a) + 1))
    for j, cb in enumerate(b, 1):
        before, row[0] = row[0], j
        best = j
        for i, ca in enumerate(a, 1):
            cost = before if ca == cb else 1 + min(before, row[i], row[i - 1])
            before, row[i] = row[i], cost
            best = min(best, cost)
        if best > most:
            return most + 1
    return row[-1]


def alike(a: str, b: str) -> float:
    """Likeness of two folded texts from 0 to 1: one less the share of letters to change (0 when more than a fifth)."""
    longest = max(len(a), len(b))
    if not longest:
        return 0.0
    most = longest // 5
    far = distance(a, b, most)
    return 0.0 if far > most else 1.0 - far / longest
