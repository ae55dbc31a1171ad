"""Kind and carrier: LDR/06-07, 008/23 or 29, 007/00-04, 336, 337, 338 $b, 245 $h, 300 $a, 533.

Values are kept as sets of carriers named with plain words; a record that says nothing is taken for print only when
its type is one that is printed by default.
"""

from __future__ import annotations

import re
from typing import Any

from converters.marc.record import Record
from hub.identity.features.text import fold, strict

name = "form"

_FORM_OF_ITEM = {
    "a": "micro",
    "b": "micro",
    "c": "micro",
    "d": "large print",
    "f": "braille",
    "o": "online",
    "q": "direct electronic",
    "s": "electronic",
    "r": "print",
}
_CARRIER = {
    "cr": "online",
    "cb": "computer chip",
    "cd": "computer disc",
    "ce": "computer disc",
    "cf": "computer tape",
    "ck": "computer card",
    "sd": "audio disc",
    "ss": "audio cassette",
    "st": "audio tape",
    "sg": "audio cartridge",
    "si": "audio track",
    "vd": "videodisc",
    "vf": "videocassette",
    "vr": "videoreel",
    "vc": "videocartridge",
    "mr": "film",
    "mf": "film",
    "mc": "film",
    "ha": "micro",
    "hb": "micro",
    "hc": "micro",
    "hd": "micro",
    "he": "micro",
    "hf": "micro",
    "hg": "micro",
    "hh": "micro",
    "hj": "micro",
    "nc": "print",
    "nb": "print",
    "nr": "object",
    "no": "print",
    "nn": "print",
}
_SAID = (
    (re.compile(r"(?<!\w)(?:microfi|micro(?:form|film|fiche|card)|vi phim)"), "micro"),
    (re.compile(r"(?<!\w)(?:online|verkko\w*|elektroninen aineisto|truc tuyen|website)(?!\w)"), "online"),
    (re.compile(r"(?<!\w)(?:electronic|computer file|tai lieu dien tu|elektroni\w*)"), "electronic"),
    (re.compile(r"(?<!\w)(?:cd rom|dvd rom|dia cd rom)(?!\w)"), "computer disc"),
    (re.compile(r"(?<!\w)(?:blu ray|bluray)"), "blu-ray"),
    (re.compile(r"(?<!\w)(?:dvd)(?!\w)"), "dvd"),
    (re.compile(r"(?<!\w)(?:videoca\w+|videokas\w+|vhs)"), "videocassette"),
    (re.compile(r"(?<!\w)(?:videodis\w*|video\w*)(?!\w)"), "video"),
    (re.compile(r"(?<!\w)(?:lp levy\w*|lp|lp aanilev\w*|vinyl\w*)(?!\w)"), "audio lp"),
    (
        re.compile(
            r"(?<!\w)(?:cd (?:aanilev\w*|ljudskiv\w*|levy\w*)|(?:dia )?cd|audio cd|compact dis\w*|aani cd)(?!\w)"
        ),
        "audio cd",
    ),
    (
        re.compile(r"(?<!\w)(?:c kasetti|cassette\w*|aanikasett\w*|kasett\w*|bang cassette|sound cassett\w*)(?!\w)"),
        "audio cassette",
    ),
    (re.compile(r"(?<!\w)(?:aanikela\w*|sound tape reel\w*)"), "audio tape"),
    (re.compile(r"(?<!\w)(?:aanilev\w*|ljudskiv\w*|sound dis\w+|audio dis\w+|dia hat)"), "audio disc"),
    (re.compile(r"(?<!\w)(?:sound recording|aanite|talking book|sach noi)"), "audio"),
    (re.compile(r"(?<!\w)(?:braille|chu noi|pistekirjoitus)"), "braille"),
    (re.compile(r"(?<!\w)(?:large print|chu lon|isotekst\w*)"), "large print"),
)
_DAISY = re.compile(r"(?<!\w)daisy")
_CELIA = re.compile(r"(?<!\w)celia(?!\w)")
_DAISY_FIELDS = (("020", "aq"), ("245", "b"), ("300", "a"), ("347", "ab"), ("500", "a"), ("516", "a"), ("538", "a"))
_FAMILY = {
    "online": "electronic",
    "direct electronic": "electronic",
    "computer disc": "electronic",
    "computer chip": "electronic",
    "audio disc": "audio",
    "audio cd": "audio disc",
    "audio lp": "audio disc",
    "audio cassette": "audio",
    "audio tape": "audio",
    "videodisc": "video",
    "dvd": "videodisc",
    "blu-ray": "videodisc",
    "videocassette": "video",
    "videoreel": "video",
}
_TYPES = {
    "a": "text",
    "t": "manuscript",
    "c": "notated music",
    "d": "notated music manuscript",
    "e": "map",
    "f": "map manuscript",
    "g": "projected",
    "i": "spoken",
    "j": "music",
    "k": "picture",
    "m": "computer",
    "o": "kit",
    "p": "mixed",
    "r": "object",
}
_LEVELS = {
    "a": "part",
    "b": "part",
    "c": "collection",
    "d": "collection",
    "i": "continuing",
    "m": "monograph",
    "s": "continuing",
}


def extract(record: Record) -> dict[str, Any]:
    """``t`` type of record, ``l`` bibliographic level, ``c`` carriers, ``x`` content types (336 $b), ``daisy``."""
    leader = record.leader
    value: dict[str, Any] = {}
    kind = _TYPES.get(leader[6])
    level = _LEVELS.get(leader[7])
    if kind:
        value["t"] = kind
    if level:
        value["l"] = level
    fixed = record.control("008")
    place = 29 if leader[6] in "efgkor" else 23
    coded = _FORM_OF_ITEM.get(fixed[place : place + 1])
    carriers = _stated(record)
    if coded in ("micro", "electronic") and not carriers:
        value["w"] = coded  # 008 alone: often copied with the original's record
    elif coded:
        carriers.add(coded)
    if not carriers and leader[6] in "acdeft":
        carriers.add("print")
        value["assumed"] = 1
    if carriers:
        value["c"] = sorted(_narrowest(carriers))
    content = sorted({t.strip() for t in record.values("336", "b") if len(t.strip()) == 3})
    if content:
        value["x"] = content
    if _daisy(record):
        value["daisy"] = 1
    if any("TEST" in t.upper() for t in record.values("STA", "a")):
        value["test"] = 1
    return value


def _stated(record: Record) -> set[str]:
    """Carriers that the record states itself: 337, 338, 007, 245 $h, 300 $a, 533."""
    carriers = {_CARRIER[c] for tag in ("337", "338") for t in record.values(tag, "b") if (c := t.strip()) in _CARRIER}
    for field in record.all("007"):
        carriers |= _of_007(field.value)
    extent = next(record.values("300", "a"), "")
    for text in (" ".join(record.values("245", "h")), extent, " ".join(record.values("533", "a"))):
        folded = fold(strict(text))
        found = next((word for pattern, word in _SAID if folded and pattern.search(folded)), None)
        if found:
            carriers.add(found)
    return carriers


def _daisy(record: Record) -> bool:
    """A Daisy talking book; Celia's own imprint counts only without an ISBN (then it is the trade edition)."""
    said = [t for tag, codes in _DAISY_FIELDS for t in record.values(tag, codes)]
    if _DAISY.search(fold(strict(" ".join(said)))):
        return True
    imprint = [*record.values("260", "b"), *record.values("264", "b"), *record.values("028", "b")]
    return record.first("020") is None and bool(_CELIA.search(fold(strict(" ".join(imprint)))))


def _of_007(value: str) -> set[str]:
    first, second = value[:1], value[1:2]
    if first == "h":
        return {"micro"}
    if first == "c":
        return {"online"} if second == "r" else {"computer disc"} if second in "o" else {"electronic"}
    if first == "s":
        if second == "d":
            return (
                {"audio cd"}
                if value[3:4] == "f"
                else {"audio lp"}
                if value[3:4] in "abcde" and value[3:4]
                else {"audio disc"}
            )
        return {"audio cassette"} if second == "s" else {"audio tape"} if second == "t" else {"audio"}
    if first == "v":
        kind = value[4:5]
        return (
            {"dvd"}
            if kind == "v"
            else {"blu-ray"}
            if kind == "s"
            else {"videocassette"}
            if second == "f"
            else {"video"}
        )
    return set()


def _broad(carrier: str) -> set[str]:
    """A carrier with all broader ones: dvd → videodisc → video."""
    found = {carrier}
    while carrier in _FAMILY:
        carrier = _FAMILY[carrier]
        found.add(carrier)
    return found


def _narrowest(carriers: set[str]) -> set[str]:
    """Carriers without those that another one implies: RDA's 338 says ``audio disc`` where 007 says ``audio cd``."""
    return carriers - {broad for c in carriers for broad in _broad(c) if broad != c}


def _fit(x: str, y: str) -> bool:
    return x in _broad(y) or y in _broad(x)


def compare(a: dict[str, Any] | None, b: dict[str, Any] | None) -> float | None:
    """1 the same kind and carrier, .5 compatible ones, −1 different ones."""
    a, b = a or {}, b or {}
    if veto(a, b):
        return -1.0
    return 1.0 if a.get("c") == b.get("c") and a.get("t") == b.get("t") else 0.5


_COPIES = frozenset({"micro", "braille", "large print", "online", "electronic", "direct electronic"})


def veto(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """``type of record``, ``bibliographic level``, ``carrier``, ``content type``, ``Daisy``, ``test record``."""
    a, b = a or {}, b or {}
    if a.get("t") and b.get("t") and a["t"] != b["t"] and {a["t"], b["t"]} != {"text", "manuscript"}:
        return "type of record"
    if a.get("l") and b.get("l") and a["l"] != b["l"] and {a["l"], b["l"]} != {"monograph", "collection"}:
        return "bibliographic level"
    one, two = set(a.get("c", ())), set(b.get("c", ()))
    if one and two:
        if not any(_fit(x, y) for x in one for y in two):
            guessed = (one if a.get("assumed") else set()) | (two if b.get("assumed") else set())
            if not guessed or (one | two) & _COPIES:
                return "carrier"
        for mine, other in ((one, two), (two, one)):
            # A record with a micro carrier beside print, against print alone, is the reproduction.
            if other == {"print"} and {"micro", "braille", "large print"} & mine:
                return "carrier"
    if a.get("x") and b.get("x") and not set(a["x"]) & set(b["x"]):
        return "content type"
    for fact, name_of_fact in (("daisy", "Daisy"), ("test", "test record")):
        if bool(a.get(fact)) != bool(b.get(fact)):
            return name_of_fact
    return None


def doubt(a: dict[str, Any] | None, b: dict[str, Any] | None) -> str | None:
    """Text against manuscript, collection against monograph, a carrier that only one names or names more closely."""
    a, b = a or {}, b or {}
    if a.get("t") and b.get("t") and a["t"] != b["t"]:
        return "type of record"
    if a.get("l") and b.get("l") and a["l"] != b["l"]:
        return "bibliographic level"
    one, two = set(a.get("c", ())), set(b.get("c", ()))
    if one and two and not any(_fit(x, y) for x in one for y in two):
        return "carrier"
    for mine, other in ((one, two), (two, one)):
        if other == {"print"} and {"online", "electronic", "direct electronic"} & mine:
            return "carrier"
    if a.get("w") != b.get("w"):
        return "carrier"
    discs = {"audio disc", "videodisc"}
    if (one & discs) != (two & discs) and any(_FAMILY.get(x) in discs for x in one | two):
        return "carrier"
    return None
