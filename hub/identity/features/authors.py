"""Who made it: 100, 110, 111, 700, 710, 711, 720 and the statement of responsibility 245 $c.

Vietnamese names are written directly (Nguyễn Du) or inverted with a comma (Nguyễn, Du): the words are compared, not
their order. Hà and Hạ are different people.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from converters.bibframe.bib.names import agent_label, name_type
from converters.marc.record import Record
from hub.identity.features import language, publisher
from hub.identity.features.text import alike, fold, marked, strict, vietnamese

name = "authors"

_TITLES = frozenset(
    [
        "gs",
        "pgs",
        "ts",
        "ths",
        "pts",
        "bs",
        "ks",
        "tskh",
        "cn",
        "sir",
        "dr",
        "prof",
        "mrs",
        "mr",
        "rev",
        "saint",
        "st",
        "nha",
        "van",
        "tac",
        "gia",
        "nguoi",
        "dich",
        "chu",
        "bien",
        "bien",
        "soan",
    ]
)
_RELATIONS = re.compile(r"\((?:cb|ch\.?b|chủ biên|bs|biên soạn|dịch)\)|(?:cb|b\.s|ch\.b|chủ biên)\.?$", re.IGNORECASE)
_DEPARTMENT = re.compile(r"(?<!\w)dept(?!\w)")
_DATES = re.compile(r"\b(1[0-9]{3}|20\d\d)\b")


def _name(text: str) -> str:
    return _DEPARTMENT.sub("department", strict(_RELATIONS.sub(" ", text)))


def extract(record: Record) -> dict[str, Any] | None:
    """``m`` main heading, ``h`` its key in the hub, ``x`` further ones (strict), ``c`` responsibility, ``y`` birth.

    ``p`` 1 when the main heading is a body with the publisher's name: some libraries enter a book under its publisher
    where they know no author.
    """
    value: dict[str, Any] = {}
    main = record.first("100", "110", "111")
    if main is not None:
        text = _name(" ".join(main.all("abq" if main.tag == "100" else "abn")))
        if text:
            value["m"] = text
            value["h"] = f"{name_type(main)}|{agent_label(main)}"
            dates = _DATES.findall(main.get("d") or "")
            if dates:
                value["y"] = dates[0]
            if main.tag == "110" and any(
                publisher.plain(text) == publisher.plain(p) for p in publisher.extract(record) or ()
            ):
                value["p"] = 1
    others = []
    for field in record.all("700", "710", "711", "720"):
        if field.get("t"):
            continue
        text = _name(" ".join(field.all("abq" if field.tag in ("700", "720") else "abn")))
        if text and text not in others:
            others.append(text)
    if others:
        value["x"] = others[:12]
    title = record.first("245")
    if language.extract(record) == "vie" or vietnamese(" ".join([value.get("m", ""), *others])):
        value["vi"] = 1
    if title is not None:
        said = " ".join(title.all("c"))
        if not said:
            said = " ".join(title.all("a")).partition(" / ")[2]
        if strict(said):
            value["c"] = strict(said)[:300]
    return value or None


def names(value: dict[str, Any] | None) -> list[str]:
    """Headings of a value, the main one first."""
    if not value:
        return []
    return ([value["m"]] if "m" in value else []) + list(value.get("x", ()))


@lru_cache(maxsize=65536)
def _words(name_of_one: str) -> tuple[list[str], list[str], frozenset[str]]:
    """The words of a strict name in order, the folded ones in order, and these as a set."""
    folded = sorted(fold(name_of_one).split())
    return sorted(name_of_one.split()), folded, frozenset(folded)


def person(a: str, b: str, vi: bool = True) -> float:
    """How well two strict names agree: 1 the same words, .8 one is short for the other, 0 none, −1 other tones."""
    if a == b:
        return 1.0
    one, fa, wa = _words(a)
    two, fb, wb = _words(b)
    if vi and wa.isdisjoint(wb) and a.replace(" ", "") != b.replace(" ", ""):
        return 0.0  # most pairs that are compared at all: no word in common, nothing to find
    if one == two or a.replace(" ", "") == b.replace(" ", ""):
        return 1.0
    if fa == fb:
        if vi:
            return -1.0 if marked(a) and marked(b) and not _untyped(a, b) else 0.5
        return 0.9
    small, large = sorted((fa, fb), key=len)
    rest = list(large)
    whole = [w for w in small if w in large]
    for word in whole:
        if word in rest:
            rest.remove(word)
    fitting = True
    for word in small:
        if word in whole:
            continue
        initial = next((w for w in rest if w[0] == word[0] and (len(w) == 1 or len(word) == 1)), None)
        if initial is None:
            fitting = False
            break
        rest.remove(initial)
    if fitting and whole:
        return 0.8 if len(small) > 1 else 0.5
    if vi:
        return 0.0
    said_alike = alike(" ".join(fa), " ".join(fb))
    if said_alike >= 0.88 and len(" ".join(fa)) > 9:
        return 0.6
    telling = [w for w in whole if len(w) > 3]
    if said_alike or len(telling) * 2 >= len(small):  # transliterations, bodies named by another unit
        return 0.3
    return 0.0


def _untyped(a: str, b: str) -> bool:
    """Whether words of a long name differ only where one side has no mark at all (``Bo Giáo dục và Đào tạo``)."""
    one, two = a.split(), b.split()
    return len(one) == len(two) > 4 and all(x == y or marked(x) != marked(y) for x, y in zip(one, two, strict=True))


def _said(who: str, statement: str) -> bool:
    """Whether the words of a name stand in a statement of responsibility."""
    if not statement:
        return False
    parts = [w for w in fold(who).split() if len(w) > 1]
    if not parts:
        return False
    strictly = statement.split()
    if all(w in strictly for w in who.split() if len(w) > 1):
        return True
    return not marked(who) and parts[0] in fold(statement).split()


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 the same main author, down to −1 for different ones; None when one names nobody, or its publisher only."""
    if not a or not b:
        return None
    value = _compare(a, b)
    if value is not None and value < 0 and ("p" in a) != ("p" in b) and ("vi" in a or "vi" in b):
        return None
    return value


def _compare(a: dict[str, Any], b: dict[str, Any]) -> float | None:
    one, two = names(a), names(b)
    vi = "vi" in a or "vi" in b
    if one and two:
        ma, mb = a.get("m"), b.get("m")
        if ma and mb:
            best = person(ma, mb, vi)
            if best == -1.0:
                return -1.0
            if best >= 0.8:
                if a.get("y") and b.get("y") and a["y"] != b["y"]:
                    return 0.3
                return best
            crossed = best if len(one) == len(two) == 1 else max(person(x, y, vi) for x in one for y in two)
            if crossed >= 0.8:
                return 0.4 if best <= 0 else max(best, 0.6)
            if best > 0:
                return best
            if _said(ma, b.get("c", "")) or _said(mb, a.get("c", "")):
                return 0.3
            return -1.0
        best = max(person(x, y, vi) for x in one for y in two)
        if best >= 0.8:
            return 0.9
        if best < 0:
            return -1.0
        if any(_said(x, b.get("c", "")) for x in one) or any(_said(y, a.get("c", "")) for y in two):
            return 0.5
        return best if best > 0 else -0.7
    ca, cb = a.get("c", ""), b.get("c", "")
    if one or two:
        who, statement = (one, cb) if one else (two, ca)
        if not statement:
            return None
        return 0.8 if any(_said(w, statement) for w in who) else -0.5
    if not ca or not cb:
        return None
    if ca == cb:
        return 0.9
    wa, wb = set(fold(ca).split()) - _TITLES, set(fold(cb).split()) - _TITLES
    common = len(wa & wb) / max(1, min(len(wa), len(wb)))
    return 0.7 if common >= 0.7 else 0.0 if common >= 0.3 else -0.6


def veto(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """``tones of the author``: two main headings with the same letters but other tones."""
    ma, mb = (a or {}).get("m"), (b or {}).get("m")
    if ma and mb and person(ma, mb, "vi" in (a or {}) or "vi" in (b or {})) == -1.0:
        return "tones of the author"
    return None


def doubt(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """Different people, or names that agree without their diacritics only: a person should look."""
    ma, mb = (a or {}).get("m", ""), (b or {}).get("m", "")
    strict_words, folded_words = ([sorted(x.split()) for x in pair] for pair in ((ma, mb), (fold(ma), fold(mb))))
    vi = "vi" in (a or {}) or "vi" in (b or {})
    if vi and strict_words[0] != strict_words[1] and folded_words[0] == folded_words[1]:
        return "author without diacritics"
    found = compare(a, b)
    return "authors" if found is not None and found <= -0.7 else None
