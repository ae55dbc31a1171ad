"""Which part of a whole: 245 $n $p, numbers inside the title, ``T. 1`` in 300 $a, 490 $v.

Vietnamese cataloguers write the volume as ``Tập 1``, ``T.1``, ``Quyển 2``, ``Q. 2``, ``Phần thứ nhất`` in 245 $n,
in the title itself or before the extent.
"""

from __future__ import annotations

import re
from typing import Any

from converters.marc.record import Record
from hub.identity.features.text import fold, strict

name = "part"

_WORDS = (
    "tap|quyen|phan|chuong|so|t|q|ph|k|vol|volume|volumes|v|part|parts|pt|book|bk|no|nr|number|issue|band|bd|teil|tl|"
    "heft|tome|tom|tomo|livre|osa|del|deel|dl|kniha|kn|cast|c|ch|series|ser|serie|seria|sarja"
)
_ORDINALS = {
    **{w: n for n, w in enumerate(["nhat", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi"], 1)},
    "nhi": 2,
    "mot": 1,
    "bon": 4,
    **{
        w: n
        for n, w in enumerate(
            ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], 1
        )
    },
    **{w: n for n, w in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1)},
    **{w: n for n, w in enumerate(["erster", "zweiter", "dritter", "vierter", "funfter"], 1)},
    "premiere": 1,
    "premier": 1,
    "deuxieme": 2,
    "troisieme": 3,
}
_ROMAN = re.compile(r"(?=[ivxl])(x{0,4})(l?)(ix|iv|v?i{0,3})$")
_MARKED = re.compile(rf"(?<!\w)(?:{_WORDS})\s+(?:thu\s+)?(\d+|[ivxl]+|{'|'.join(_ORDINALS)})(?!\w)")
_STRONG = re.compile(
    r"(?<!\w)(?:tap|quyen|phan|vol|volume|v|part|pt|book|band|bd|teil|tome|tom|tomo|osa|deel|t|q)\s+(?:thu\s+)?"
    rf"(\d+|[ivx]+|{'|'.join(_ORDINALS)})(?!\w)"
)
_EXTENT = re.compile(r"^\s*(?:T|t|Tập|tập|Q|Quyển|quyển|V|v|Vol|vol)\.?\s*(\d+)\b(?!\s*(?:v\.|tr|p))")
SEVERAL = re.compile(
    r"(?<!\w)([2-9]|[1-9]\d+)\s*(?:v|vol|vols|volumes|tap|quyen|bd|bde|osaa|osa|t|tomes|parts|nidetta|dl|sv)(?!\w)"
)
_OPEN = re.compile(r"^\s*(?:v\.|volumes?|vol\.|tập|t\.|\d*\s*v\.\s*<|<)(?!.*\d\s*(?:p|tr)\b)", re.IGNORECASE)


def number(text: str) -> str:
    """The plain number of a part designation (``Tập 1``, ``phần thứ nhất``, ``Vol. IV`` → ``1``, ``1``, ``4``).

    Returns the folded text when there is no number in it.
    """
    folded = fold(strict(text))
    found = re.search(r"\d+", folded)
    if found:
        return found[0].lstrip("0") or "0"
    for word in reversed(folded.split()):
        if word in _ORDINALS:
            return str(_ORDINALS[word])
        value = roman(word)
        if value:
            return str(value)
    return folded


def roman(word: str) -> int:
    """The value of a Roman number up to 89 in lower case, else 0."""
    found = _ROMAN.match(word)
    if not found:
        return 0
    tens, fifty, ones = found.groups()
    small = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}[ones]
    return (50 - 10 * len(tens) if fifty and tens else 50 if fifty else 10 * len(tens)) + small


def without_numbers(text: str) -> str:
    """A strict title without the part designations that stand in it: ``truyện kiều tập 2`` → ``truyện kiều``."""
    words, folded = text.split(), fold(text)
    if len(words) != len(folded.split()):
        return text
    for found in reversed(list(_STRONG.finditer(folded))):
        first = folded[: found.start()].count(" ")
        last = first + found[0].count(" ") + 1
        if first:
            del words[first:last]
    return " ".join(words)


def in_title(folded: str) -> list[str]:
    """Numbers of parts that stand inside a folded title: ``truyen kieu tap 1`` → ``["1"]``."""
    return [number(found) for found in _STRONG.findall(folded)]


def extract(record: Record) -> dict[str, Any] | None:
    """``n`` numbers and ``p`` names of the part, ``s`` series numbers by title, ``set`` the number of volumes."""
    numbers: list[str] = []
    names: list[str] = []
    title = record.first("245")
    if title is not None:
        numbers += [number(t) for t in title.all("n") if t.strip()]
        names += [strict(t) for t in title.all("p") if strict(t)]
        if not numbers:
            numbers += in_title(fold(strict(" . ".join(title.all("abp")).partition(" / ")[0])))
    several = 0
    for text in record.values("300", "a"):
        found = _EXTENT.match(text)
        if found and not numbers:
            numbers.append(found[1].lstrip("0") or "0")
        many = SEVERAL.search(fold(strict(text)))
        if many:
            several = max(several, int(many[1][:4]))
        elif _OPEN.match(text) and not found:
            several = max(several, 2)
    series: dict[str, str] = {}
    for field in record.all("490", "440", "830"):
        head, volume = strict(" ".join(field.all("a"))), field.get("v")
        if head and volume and number(volume):
            series.setdefault(head, number(volume))
    value = {"n": numbers, "p": names, "s": series, "set": several}
    return {k: v for k, v in value.items() if v} or None


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 the same part, −1 different parts, −.5 when only one names a part, None when neither does."""
    a, b = a or {}, b or {}
    an, bn = a.get("n", []), b.get("n", [])
    ap, bp = a.get("p", []), b.get("p", [])
    if an and bn:
        return 1.0 if set(an) & set(bn) and len(set(an)) == len(set(bn)) else -1.0
    if ap and bp:
        folded = fold(" ".join(ap)), fold(" ".join(bp))
        return 1.0 if folded[0] == folded[1] else 0.3 if folded[0] in folded[1] or folded[1] in folded[0] else -1.0
    if an or bn or ap or bp:
        return -0.5
    return None


def veto(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """``part`` for two different parts, ``part and set`` for one volume against the whole, ``series number``."""
    a, b = a or {}, b or {}
    value = compare(a, b)
    if value == -1.0:
        return "part"
    single = bool(a.get("n")) != bool(b.get("n"))
    if (a.get("set", 0) > 1) != (b.get("set", 0) > 1) and (single or a.get("n")):
        return "part and set"
    one, two = a.get("s"), b.get("s")
    if one and two:
        shared = one.keys() & two.keys()
        if shared and all(one[k] != two[k] for k in shared):
            return "series number"
    return None


def doubt(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """A part that only one of the two names, or one volume against several."""
    if compare(a, b) == -0.5:
        return "part named by one only"
    if ((a or {}).get("set", 0) > 1) != ((b or {}).get("set", 0) > 1):
        return "one volume against several"
    return None
