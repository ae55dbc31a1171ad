"""The text index as a view: one document for a Work, found with and without diacritics, in any script.

Text is NFC before it comes here. Latin letters are folded for finding (đ, ơ, ư included); Han, Kana and Hangul are
single-letter words, so that a phrase finds any part of a title.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tantivy

from hub.projection.collation import sort_key
from hub.projection.view import Applied

TEXT_FIELDS = ("title", "creator", "subject", "publisher", "text")
FACET_FIELDS = ("library", "language", "format", "availability", "topic")
_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}"
_WORDS = rf"[{_CJK}]|[[\p{{L}}\p{{N}}\p{{M}}]--[{_CJK}]]+"


def schema() -> tantivy.Schema:
    """The fields of the index. ``title_exact`` keeps diacritics: what is typed with them ranks those who have them."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="folded")
    builder.add_text_field("title_exact", tokenizer_name="exact")
    builder.add_text_field("identifier", tokenizer_name="code")
    builder.add_text_field("shelfmark", tokenizer_name="folded")
    for name in FACET_FIELDS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("sort_title", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("year", indexed=True, fast=True)
    builder.add_text_field("card", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def open_index(folder: Path) -> tuple[tantivy.Index, tuple[str, ...]]:
    """The index in a folder, made when there is none, and the facets it has.

    One made before a facet was thought of is read and written without it until ``hub rebuild`` makes a new one.
    """
    if not tantivy.Index.exists(str(folder)):
        return register(tantivy.Index(schema(), str(folder), reuse=True)), FACET_FIELDS
    kept = {field["name"] for field in json.loads((folder / "meta.json").read_bytes())["schema"]}
    return register(tantivy.Index.open(str(folder))), tuple(name for name in FACET_FIELDS if name in kept)


def folding() -> tantivy.TextAnalyzer:
    """The analyzer of texts that are found without diacritics."""
    words = tantivy.Tokenizer.regex(_WORDS)
    folded = tantivy.TextAnalyzerBuilder(words).filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
    return folded.build()


def register(index: tantivy.Index) -> tantivy.Index:
    """Give an opened index its analyzers; they are not kept in it."""
    index.register_tokenizer("folded", folding())
    exact = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_WORDS)).filter(tantivy.Filter.lowercase())
    index.register_tokenizer("exact", exact.build())
    code = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.lowercase())
    index.register_tokenizer("code", code.build())
    return index


class FollowingIndex:
    """A tantivy folder that follows the log; what it indexes, a subclass says."""

    def __init__(self, folder: Path, index: tantivy.Index, heap: int) -> None:
        """``heap``: bytes that the writer gathers before it writes."""
        self.name = folder.name
        self.index = index
        self._writer = index.writer(heap, 1)
        self._dirty = False

    def replace(self, gone: Iterable[str], documents: Iterable[tuple[str, tantivy.Document | None]]) -> None:
        """Drop the documents of entities that are gone, put those of changed ones (None: none) in place."""
        for identity in gone:
            self._writer.delete_documents_by_term("id", identity)
            self._dirty = True
        for identity, document in documents:
            self._writer.delete_documents_by_term("id", identity)
            if document is not None:
                self._writer.add_document(document)
            self._dirty = True

    def flush(self) -> None:
        """Commit, which is durable."""
        if self._dirty:
            self._writer.commit()
            self._dirty = False

    def publish(self, seq: int) -> None:
        """Readers see a commit by themselves."""

    def compact(self) -> None:
        """Segments are merged as they come."""

    def close(self) -> None:
        """End the writer and let go of its lock."""
        self.flush()
        self._writer.wait_merging_threads()


class IndexView(FollowingIndex):
    """The index of Works."""

    def __init__(self, folder: Path) -> None:
        index, self._facets = open_index(folder)
        super().__init__(folder, index, 64 << 20)

    def apply(self, applied: Applied) -> None:
        """Replace the documents of changed Works and drop those of Works that are gone."""
        self.replace(
            (identity for place, identity in applied.gone if place == "works"),
            ((d["id"], _document(d, self._facets) if "card" in d else None) for d in applied.documents),
        )


def _document(given: dict[str, Any], facets: tuple[str, ...]) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("id", given["id"])
    for name in ("title", "creator", "subject", "publisher", "identifier", "shelfmark", *facets):
        for value in given.get(name, ()):
            made.add_text(name, value)
    for value in given["title"]:
        made.add_text("title_exact", value)
    made.add_text("text", given["text"])
    made.add_text("sort_title", sorted_by(given["card"]["title"]))
    made.add_unsigned("year", given["year"])
    made.add_text("card", json.dumps(given["card"], ensure_ascii=False, separators=(",", ":")))
    return made


def sorted_by(title: str) -> str:
    """A text whose code points sort as the title does in the Vietnamese alphabet."""
    letters, tones, _ = sort_key(title[:200], "vi")
    return "".join(map(chr, letters)) + "\x01" + "".join(chr(tone + 2) for tone in tones)
