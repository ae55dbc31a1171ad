"""Which Work an Instance belongs to: author, preferred title, language and content, never a generic title alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from hub.identity.features.text import fold
from hub.identity.table import GENERIC

_CONTENT = {"manuscript": "text", "notated music manuscript": "notated music", "map manuscript": "map"}


def creator_of(features: dict[str, Any]) -> str | None:
    """The key of the main entry's heading (place ``agents``)."""
    key = features.get("authors", {}).get("h")
    return str(key) if key else None


def work_keys(features: dict[str, Any], creators: Mapping[str, str] | None = None) -> str | None:
    """The key of the Work that a record's features name, or None when it must stay alone.

    Author (strict, words in any order), preferred title (240, 130, else 245 $a), part, language and content type. None
    for a record without an author or uniform title, for generic titles (``Thơ``, ``Works``) and parts of a host.
    A map without a preferred title is told apart by 245 $b too: one body makes many maps of one name.
    ``creators`` has the words to use for main entries that stand for another heading (an authority's variant).
    """
    preferred = features.get("work") or {}
    title = preferred.get("t") or features.get("title", {}).get("a", "")
    if not title:
        return None
    form = features.get("form", {})
    content = ".".join(form.get("x", ())) if form.get("t") is None else _CONTENT.get(form["t"], form["t"])
    if content == "map" and not preferred:
        title = f"{title} {features['title'].get('b', '')}".strip()
    folded = fold(title)
    if folded in GENERIC or len(folded) < 2:
        return None
    if form.get("l") == "part" or features.get("host"):
        return None
    makers = features.get("authors", {})
    author = (creators or {}).get(makers.get("h", ""), makers.get("m", ""))
    if not author and not (preferred and form.get("l") != "continuing"):
        return None
    part = features.get("part", {})
    language = preferred.get("l") or features.get("language") or ""
    return "|".join(
        (
            " ".join(sorted(author.split())),
            title,
            ".".join(part.get("n", ())) + ":" + ".".join(part.get("p", ())),
            features.get("language") or language,
            content,
        )
    )


def title_of(key: str) -> str:
    """The preferred title in a work key."""
    return key.split("|")[1]


def common_key(keys: Iterable[str | None]) -> str | None:
    """The work key of an Instance: the one most of its records have, of equals the smallest; None when none has one."""
    counted = Counter(key for key in keys if key)
    return min(counted, key=lambda k: (-counted[k], k)) if counted else None
