"""The index of Instances as a view: one document for what one MARC record describes, for SRU and Z39.50.

Two kinds of field. Texts (``title`` …) are words with positions, folded: found with and without diacritics. ``key`` has
what must fit as a whole: numbers, codes and whole headings, each behind the letter of its kind (``isbn:9786046912345``,
``title:truyen kieu``), so that a new kind of key needs no new field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tantivy
from stdnum import isbn as isbn_number

from hub.projection.index import FollowingIndex, folding, register, sorted_by
from hub.projection.view import Applied

TEXT_FIELDS = ("title", "creator", "subject", "publisher", "shelfmark", "text")
"""Fields of words."""
NUMBERS = ("isbn", "issn", "lccn", "ismn", "identifier")
"""Keys in which only letters and digits count."""
CODES = ("language", "library", "format", "record")
"""Keys in which case does not count."""
PHRASES = ("title", "creator", "subject", "publisher", "shelfmark", "class")
"""Keys that are a whole heading, title or mark: its folded words with a space between."""
_MOST_LETTERS = 200
_WORD = re.compile(r"[^\W_]", re.UNICODE)


def schema() -> tantivy.Schema:
    """The fields of the index; ``year`` sorts by its first value."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="folded")
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("year", indexed=True, fast=True)
    for name in ("sort_title", "sort_creator"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def open_instances(folder: Path) -> tantivy.Index:
    """The index in a folder, made when there is none."""
    return register(tantivy.Index(schema(), str(folder), reuse=True))


_folding = folding()


def folded_words(text: str) -> list[str]:
    """The words of a text as the fields of words have them."""
    return list(_folding.analyze(text))


def number_key(kind: str, text: str) -> str:
    """The key of a number: an ISBN as its thirteen digits however it is written, else its letters and digits."""
    plain = "".join(_WORD.findall(text)).lower()
    if kind == "isbn" and isbn_number.is_valid(plain):
        plain = isbn_number.to_isbn13(plain).lower()
    return f"{kind}:{plain[:_MOST_LETTERS]}"


def code_key(kind: str, text: str) -> str:
    """The key of a code."""
    return f"{kind}:{text.strip().lower()[:_MOST_LETTERS]}"


def phrase_key(kind: str, words: list[str]) -> str:
    """The key of a whole text by its folded words."""
    return f"{kind}:{' '.join(words)[:_MOST_LETTERS]}"


class InstanceIndex(FollowingIndex):
    """The index of Instances."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, open_instances(folder), 32 << 20)

    def apply(self, applied: Applied) -> None:
        """Replace the documents of changed Instances and drop those of Instances that are gone."""
        self.replace(
            (identity for place, identity in applied.gone if place == "instances"),
            ((d["id"], _document(d) if "title" in d else None) for d in applied.instances),
        )


def _document(given: dict[str, Any]) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("id", given["id"])
    for name in TEXT_FIELDS[:-1]:
        for value in given[name]:
            made.add_text(name, value)
    made.add_text("text", given["text"])
    for key in dict.fromkeys(_keys(given)):
        made.add_text("key", key)
    for year in given["year"]:
        made.add_unsigned("year", year)
    for name in ("title", "creator"):
        if given[name]:
            made.add_text(f"sort_{name}", sorted_by(given[name][0]))
    return made


def _keys(given: dict[str, Any]) -> Iterator[str]:
    yield code_key("id", given["id"])
    for kind in NUMBERS:
        for text in given[kind]:
            yield number_key(kind, text)
    for kind in CODES:
        for text in given[kind]:
            yield code_key(kind, text)
    for kind in PHRASES:
        for text in given[kind]:
            yield phrase_key(kind, folded_words(text))
