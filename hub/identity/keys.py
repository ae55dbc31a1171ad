"""Candidate keys: cheap and wide, they propose pairs and never decide."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from hub.identity.features import authors, year
from hub.identity.features.text import fold

_SHORT = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "and",
        "in",
        "to",
        "for",
        "on",
        "la",
        "le",
        "les",
        "de",
        "der",
        "die",
        "das",
        "und",
        "et",
        "el",
        "y",
        "i",
        "o",
    ]
)


def keys(features: dict[str, Any]) -> list[str]:
    """The candidate keys of a bibliographic record's features, without repeats, in a fixed order.

    ISBN (valid, cancelled, of the set), ISSN, LCCN, OCLC, 024, 035; the start of the folded title and remainder with
    the year, with a name, and with the number of pages; a name with year and pages; the title in original script.
    """
    found: dict[str, None] = {}
    ids = features.get("identifiers", {})
    for isbn in (*ids.get("isbn", ()), *ids.get("set", ()), *ids.get("cancelled", ())):
        found[f"b{isbn}"] = None
    for mark, kind in (("s", "issn"), ("l", "lccn"), ("c", "oclc"), ("o", "other"), ("y", "system")):
        for value in ids.get(kind, ()):
            found[f"{mark}{value}"] = None
    title = features.get("title", {})
    main = fold(title.get("a", ""))
    # Where the title proper ends is a matter of taste, and small words come and go.
    words = main.split() + fold(title.get("b", "")).split()
    letters = "".join([w for w in words if w not in _SHORT] or words)
    proper = "".join(w for w in main.split() if w not in _SHORT) or letters
    when = year.first(features.get("year"))
    pages = features.get("extent", {}).get("p")
    if letters:
        for stated in year.years(features.get("year"))[:3]:
            found[f"t{letters[:12]}:{stated}"] = None
        for who in _names(features.get("authors")):
            found[f"a{proper[:16]}:{who}"] = None
            if when and pages:
                found[f"n{who}:{when}:{pages[0]}"] = None
            elif when:
                # Folded words without order catch other orders and truncations of the title.
                chosen = sorted(sorted({w for w in main.split() if w not in _SHORT}, key=lambda w: (-len(w), w))[:3])
                found[f"w{who}:{when}:{'.'.join(chosen)[:24]}"] = None
        if pages and len(letters) > 7:
            found[f"p{proper[:20]}:{pages[0]}"] = None
        if len(letters) >= 30 or not features.get("authors"):
            found[f"f{letters[:35]}"] = None
    for original in title.get("o", ()):
        found[f"x{original.replace(' ', '')[:20]}"] = None
    return list(found)


def hashed(key: str) -> int:
    """A candidate key as the registry keeps it: the first 64 bits of its BLAKE2b digest, signed."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def _names(value: dict[str, Any] | None) -> list[str]:
    """The first two names by letters that direct and inverted order share: a Vietnamese name by all its words (two in
    five begin with Nguyễn), another by its two longest, because given names are shortened and left out.
    """
    found = []
    whole = "vi" in (value or ())
    for name in authors.names(value)[:2]:
        words = [w for w in fold(name).split() if len(w) > 1]
        if words:
            found.append("".join(sorted(words if whole else sorted(words, key=lambda w: (-len(w), w))[:2])))
    return list(dict.fromkeys(found))
