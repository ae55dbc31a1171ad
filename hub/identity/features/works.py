"""What names the Work: preferred title (130, 240, else 245 $a), first author, language of the text, content type."""

from __future__ import annotations

from typing import Any

from converters.marc.record import Record
from hub.identity.features.text import strict
from hub.identity.features.title import without_article

name = "work"


def extract(record: Record) -> dict[str, Any] | None:
    """``t`` the strict preferred title (130, 240 $a $n $p) when the record gives one, ``l`` its language (240 $l)."""
    field = record.first("130", "240")
    if field is None:
        return None
    skip = (field.ind2 if field.tag == "240" else field.ind1).strip()
    text = " ".join(field.all("anpmr"))
    if skip.isdigit() and 0 < int(skip) < len(text):
        text = text[int(skip) :]
    title = without_article(strict(text), record.control("008")[35:38])
    if not title:
        return None
    value: dict[str, Any] = {"t": title}
    tongue = strict(" ".join(field.all("l")))
    if tongue:
        value["l"] = tongue
    return value
