"""The title proper and its remainder: 245 $a $b; $n and $p belong to the part."""

from __future__ import annotations

import re
from typing import Any

from converters.marc.record import Record
from hub.identity.features import language, part
from hub.identity.features.text import alike, fold, marked, strict, vietnamese

name = "title"

_BRACKETS = re.compile(
    r"\[(?:microform|electronic resource|sound recording|videorecording|texte imprimé|h)\]|[<>\x98\x9c\x88\x89]", re.I
)
# Words that may be left out before the first word, by language (MARC language codes).
ARTICLES = {
    "eng": ("the", "a", "an"),
    "fre": ("le", "la", "les", "l", "un", "une"),
    "ger": ("der", "die", "das", "ein", "eine"),
    "spa": ("el", "la", "los", "las", "un", "una"),
    "ita": ("il", "lo", "la", "i", "gli", "le", "l", "un", "una"),
    "swe": ("den", "det", "en", "ett"),
    "dut": ("de", "het", "een"),
}


def extract(record: Record) -> dict[str, Any] | None:
    """``a`` strict title proper without a leading article, ``b`` strict remainder, ``o`` titles in original script."""
    field = record.first("245")
    if field is None:
        return None
    main = " ".join(field.all("a")).strip()
    rest = " ".join(field.all("b")).strip()
    if not main:
        main, rest = " ".join(field.all("bkfgnp")).strip(), ""
    main, rest = _BRACKETS.sub(" ", main), _BRACKETS.sub(" ", rest)
    for mark in (" / ", " /"):  # responsibility typed into $a
        if mark in main and not main.endswith(mark):
            main = main.partition(mark)[0]
            break
    for mark in (" : ", " ; ", " = ", ": "):
        head, found, tail = main.partition(mark)
        if found and len(head) > 2 and tail.strip():
            main, rest = head, f"{tail} {rest}"
            break
    skip = int(field.ind2) if field.ind2.isdigit() else 0
    if 0 < skip < len(main) - 1 and main[skip - 1] in " '’\"([":
        main = main[skip:]
    named = part.without_numbers(without_article(strict(main), record.control("008")[35:38]))
    value = {"a": named, "b": part.without_numbers(strict(rest))}
    originals = [
        strict(" ".join(f.all("ab"))) for f in record.all("880") if (f.get("6") or "").startswith("245") and f.all("a")
    ]
    result: dict[str, Any] = {k: v for k, v in value.items() if v}
    if originals:
        result["o"] = originals
    if result and (language.extract(record) == "vie" or vietnamese(f"{main} {rest}".casefold())):
        result["vi"] = 1
    return result or None


def without_article(title: str, language: str) -> str:
    """A strict title without its leading article (English ones in any language: leader defaults lie)."""
    head, _, rest = title.partition(" ")
    if rest and (head in ("the", "an") or head in ARTICLES.get(language, ())):
        return rest
    return title


_SMALL = frozenset(("the", "a", "an", "of", "and", "or", "in", "de", "la", "le", "und", "der", "die", "das", "va"))


def _numbers(text: str) -> set[str]:
    return {w for w in text.split() if w.isdigit()}


def tones_differ(a: str, b: str) -> bool:
    """Whether two strict Vietnamese texts have the same letters but other tones or vowels in some word."""
    return a != b and fold(a) == fold(b) and marked(a) and marked(b)


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 equal in the strict form, down to −1 for different titles; None when one has no title."""
    if not a or not b:
        return None
    if a.get("o") and b.get("o"):
        best = max(alike(x, y) for x in a["o"] for y in b["o"])
        if best < 0.7:
            return -1.0
        if best == 1.0:
            return 1.0
    vi = "vi" in a or "vi" in b
    return _compare(a.get("a", ""), a.get("b", ""), b.get("a", ""), b.get("b", ""), vi)


def _compare(a: str, ab: str, b: str, bb: str, vi: bool) -> float:
    if a == b:
        return _remainders(ab, bb)
    whole_a, whole_b = f"{a} {ab}".strip(), f"{b} {bb}".strip()
    if whole_a == whole_b or whole_a.replace(" ", "") == whole_b.replace(" ", ""):
        return 1.0
    if vi and (tones_differ(a, b) or tones_differ(whole_a, whole_b)):
        return -1.0
    fa, fb = fold(a), fold(b)
    if fa == fb:
        return min(0.7 if vi else 0.9, _remainders(ab, bb))
    if whole_a == b or whole_b == a:
        return 0.9
    fwa, fwb = fold(whole_a), fold(whole_b)
    short, long = sorted((fwa, fwb), key=len)
    rest = long[len(short) + 1 :].split() if long.startswith(f"{short} ") else []
    if len(short) >= 12 and rest and not (rest[0].isdigit() and len(rest) < 3):
        return 0.6 if _numbers(fwa) == _numbers(fwb) else 0.5
    one_numbers, two_numbers = _numbers(whole_a), _numbers(whole_b)
    if _numbers(a) != _numbers(b) and one_numbers != two_numbers:
        return -1.0
    if not (one_numbers <= two_numbers or two_numbers <= one_numbers):
        return -1.0
    one, two = set(fwa.split()) - _SMALL, set(fwb.split()) - _SMALL
    if one == two and len(one) > 1:
        return 0.7
    smaller = max(1, min(len(one), len(two)))
    common = len(one & two) / smaller
    if common >= 0.34 or smaller < 4:  # far fewer shared words cannot be a matter of spelling
        close = max(alike(fa, fb), alike(fwa, fwb))
        if close >= 0.9:
            return 0.7
        if close >= 0.8:
            return 0.2
    if common == 1.0 and smaller > 1:
        return 0.2
    return 0.0 if common >= 0.8 and smaller >= 3 else -1.0


def _remainders(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if not a or not b:
        return 0.8
    one, two = _numbers(a), _numbers(b)
    if not (one <= two or two <= one):
        return 0.0
    fa, fb = fold(a), fold(b)
    if fa == fb:
        return 0.9
    if fa.startswith(fb) or fb.startswith(fa):
        return 0.9
    close = alike(fa, fb)
    if close >= 0.85:
        return 0.9
    one, two = set(fa.split()) - _SMALL, set(fb.split()) - _SMALL
    common = len(one & two) / max(1, min(len(one), len(two)))
    return 0.1 + 0.7 * common


def veto(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """``tones``: the same letters with other tones are other words; ``title``: no title at all in one of them."""
    if not a or not b or not a.get("a") or not b.get("a"):
        return "no title"
    if ("vi" in a or "vi" in b) and tones_differ(a["a"], b["a"]):
        return "tones of the title"
    return None


def doubt(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """A title typed without diacritics cannot be told from another of the same letters."""
    if a and b and a.get("a", "") != b.get("a", "") and fold(a.get("a", "")) == fold(b.get("a", "")):
        one, two = a.get("a", ""), b.get("a", "")
        if ("vi" in a or "vi" in b) and marked(one) != marked(two):
            return "title without diacritics"
    return None
