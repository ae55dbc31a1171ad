"""Sorting names for a reader: the Vietnamese alphabet with its tones (TCVN 6909 order), or plain letters.

Order of a Vietnamese word: its letters first (a ă â b c d đ e ê … o ô ơ … u ư … y), then its tones (none, huyền, hỏi,
ngã, sắc, nặng).
"""

from __future__ import annotations

import unicodedata

_VIETNAMESE = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: n for n, letter in enumerate(_VIETNAMESE, start=100)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = ("\u0302", "\u0306", "\u031b")


def sort_key(text: str, language: str) -> tuple[list[int], list[int], str]:
    """A key that sorts text as readers of a language (``vi``, else Latin order without diacritics) expect."""
    letters: list[int] = []
    tones: list[int] = []
    lowered = text.casefold()
    for cluster in _clusters(unicodedata.normalize("NFD", lowered)):
        base, marks = cluster[0], cluster[1:]
        if not (base.isalnum() or base.isspace()):
            continue
        if language == "vi":
            shape = "".join(m for m in marks if m in _SHAPES)
            letter = unicodedata.normalize("NFC", base + shape)
            letters.append(_RANK.get(letter, _RANK.get(base, ord(base) + (200 if ord(base) > 122 else 0))))
        else:
            letters.append(ord("d" if base == "đ" else base))
        tones.append(next((_TONES[m] for m in marks if m in _TONES), 0))
    return letters, tones, lowered


def _clusters(text: str) -> list[str]:
    found: list[str] = []
    for c in text:
        if found and unicodedata.combining(c):
            found[-1] += c
        else:
            found.append(c)
    return found
