"""Candidate keys: cheap and wide, they propose pairs and never decide."""

from __future__ import annotations

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

    ISBN (valid, cancelled, of the set), ISSN, LCCN, OCLC, 024, 035; the start of the folded title with the year, with
    the author's name, and with the number of pages; the title in original script.
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
    letters = main.replace(" ", "")
    years = year.years(features.get("year"))
    when = year.first(features.get("year"))
    if letters:
        for stated in years[:3]:
            found[f"t{letters[:12]}:{stated}"] = None
        # Folded words without order catch other articles, orders and truncations of the title.
        chosen = sorted(sorted({w for w in main.split() if w not in _SHORT}, key=lambda w: (-len(w), w))[:3])
        for who in _surnames(features.get("authors")):
            found[f"a{letters[:16]}:{who}"] = None
            if when:
                found[f"w{who}:{when}:{'.'.join(chosen)[:24]}"] = None
        pages = features.get("extent", {}).get("p")
        if pages and len(letters) > 7:
            found[f"p{letters[:20]}:{pages[0]}"] = None
        if len(letters) >= 30 or not features.get("authors"):
            found[f"f{letters[:35]}"] = None
    for original in title.get("o", ()):
        found[f"x{original.replace(' ', '')[:20]}"] = None
    return list(found)


def _surnames(value: dict[str, Any] | None) -> list[str]:
    """Longest words of the first two names: the same for direct and inverted order and for initials."""
    found = []
    for name in authors.names(value)[:2]:
        words = [w for w in fold(name).split() if len(w) > 1]
        if words:
            found.append("".join(sorted(sorted(words, key=lambda w: (-len(w), w))[:2])))
            found.append(max(words, key=lambda w: (len(w), w)))
    return list(dict.fromkeys(found))
