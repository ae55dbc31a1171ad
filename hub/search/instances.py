"""Searching Instances: the queries that a catalogue protocol asks, on the index that :mod:`hub.projection` keeps.

Queries are built of :class:`Matching`'s parts and run by :class:`InstanceSearch`; no text of a user is ever parsed as a
query here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from hub.projection.instance_index import (
    CODES,
    TEXT_FIELDS,
    code_key,
    folded_words,
    number_key,
    open_instances,
    phrase_key,
)
from hub.projection.view import Shelf

MOST_SORTED = 1000
"""Instances that are sorted by more than one key."""
SORTED_BY = ("sort_title", "sort_creator", "year")
# Letters of a dead script in place of a mask: they pass the analyzer as letters, and no catalogue has them.
ANY_LETTERS, ONE_LETTER = "\U00010480", "\U00010481"
"""In a text to :meth:`Matching.words` and :meth:`Matching.key`: any letters, one letter."""
_MASKS = re.compile(f"[{ANY_LETTERS}{ONE_LETTER}]")
_BEGIN_OF_MASKED = 2
_SPECIAL = re.compile(rf"[\\.+*?()|\[\]{{}}^$#&~{ANY_LETTERS}{ONE_LETTER}-]")


class MaskTooShort(ValueError):
    """A masked word that begins with fewer than two letters: it would look at every word there is."""


@dataclass(frozen=True, slots=True)
class Found:
    """``total`` Instances fit; ``ids`` are those of the page asked for."""

    total: int
    ids: list[str]


class TooManyToSort(Exception):
    """More Instances than are sorted by several keys."""


class Matching:
    """The parts of a query."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self.schema = schema

    def phrase(self, fields: Iterable[str], text: str) -> tantivy.Query:
        """The words of the text beside each other in one of the fields."""
        return _any([self._phrase(field, words) for field in fields if (words := _words(text))])

    def words(self, fields: Iterable[str], text: str, *, every: bool) -> tantivy.Query:
        """Every word (or some word) of the text, each in one of the fields."""
        names = list(fields)
        found = [_any([self._word(field, word) for field in names]) for word in _words(text)]
        return _all(found) if every else _any(found)

    def whole(self, kind: str, text: str, *, begins: bool = False) -> tantivy.Query:
        """The whole text of a field, or what it begins with."""
        words = _words(text)
        if not words:
            return tantivy.Query.empty_query()
        _check(" ".join(words))
        key = phrase_key(kind, words)
        if begins:
            return tantivy.Query.regex_query(self.schema, "key", f"{_pattern(key)}( .*)?")
        return tantivy.Query.regex_query(self.schema, "key", _pattern(key)) if _MASKS.search(key) else self._key(key)

    def key(self, kinds: Iterable[str], text: str) -> tantivy.Query:
        """A number or code; masks in it stand for letters and digits."""
        _check(text)
        keys = [code_key(kind, text) if kind in (*CODES, "id") else number_key(kind, text) for kind in kinds]
        if not _MASKS.search(text):
            return tantivy.Query.term_set_query(self.schema, "key", keys)
        return _any([tantivy.Query.regex_query(self.schema, "key", _pattern(key)) for key in keys])

    def years(self, low: int | None, high: int | None) -> tantivy.Query:
        """A year of the Instance lies between, both included."""
        low, high = max(low or 0, 0), min(9999 if high is None else high, 9999)
        if low > high:
            return tantivy.Query.empty_query()
        return tantivy.Query.range_query(self.schema, "year", tantivy.FieldType.Unsigned, low, high)

    def joined(self, operator: str, queries: Sequence[tantivy.Query]) -> tantivy.Query:
        """``and``, ``or``, or ``not``: the first without the others."""
        if operator == "and":
            return _all(list(queries))
        if operator == "or":
            return _any(list(queries))
        without = [(tantivy.Occur.MustNot, query) for query in queries[1:]]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, queries[0]), *without])

    def everything(self) -> tantivy.Query:
        """Every Instance."""
        return tantivy.Query.all_query()

    def _key(self, key: str) -> tantivy.Query:
        return tantivy.Query.term_query(self.schema, "key", key, "basic")

    def _word(self, field: str, word: str) -> tantivy.Query:
        if not _MASKS.search(word):
            return tantivy.Query.term_query(self.schema, field, word)
        _check(word)
        return tantivy.Query.regex_query(self.schema, field, _pattern(word))

    def _phrase(self, field: str, words: list[str]) -> tantivy.Query:
        if len(words) == 1:
            return self._word(field, words[0])
        if not any(_MASKS.search(word) for word in words):
            return tantivy.Query.phrase_query(self.schema, field, [*words])
        for word in words:
            _check(word)
        return tantivy.Query.regex_phrase_query(self.schema, field, [_pattern(word) for word in words])


def _words(text: str) -> list[str]:
    """The words of a text; a mask that stands alone beside others (after a Han sign) says nothing."""
    words = folded_words(text)
    return [word for word in words if _MASKS.sub("", word)] or words


def _check(word: str) -> None:
    begin = _MASKS.split(word)[0]
    if begin != word and len(begin) < _BEGIN_OF_MASKED:
        raise MaskTooShort(word)


def _pattern(text: str) -> str:
    """A regular expression of the index for a text with masks."""
    return _SPECIAL.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    letter = found[0]
    if letter == ANY_LETTERS:
        return ".*"
    if letter == ONE_LETTER:
        return "."
    return f"\\{letter}"


def _any(queries: list[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    if not queries:
        return tantivy.Query.empty_query()
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _all(queries: list[tantivy.Query]) -> tantivy.Query:
    if len(queries) == 1:
        return queries[0]
    if not queries:
        return tantivy.Query.empty_query()
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


class InstanceSearch:
    """Reads the index in use; follows commits and rebuilds by itself. Safe to call from several threads."""

    fields = TEXT_FIELDS

    def __init__(self, data: Path) -> None:
        self._shelf = Shelf(data, "instances")
        self._open: tuple[Path, tantivy.Index] | None = None
        self._stamp = 0

    def index(self) -> tantivy.Index | None:
        """The index as it is now, None before the first load."""
        folder = self._shelf.current()
        if folder is None:
            return None
        try:
            stamp = (folder / "meta.json").stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if self._open is None or self._open[0] != folder:
            self._open = folder, open_instances(folder)
            self._stamp = stamp
        elif stamp != self._stamp:
            self._open[1].reload()
            self._stamp = stamp
        return self._open[1]

    def run(
        self, index: tantivy.Index, query: tantivy.Query, sort: Sequence[tuple[str, bool]], offset: int, limit: int
    ) -> Found:
        """Instances of a query. ``sort`` has (field of SORTED_BY, ascending); without it the best fit is first.

        What lacks the sorted value comes last. Raises TooManyToSort for several keys over more than MOST_SORTED.
        """
        searcher = index.searcher()
        if len(sort) > 1:
            return _sorted(searcher, query, sort, offset, limit)
        options: dict[str, Any] = {}
        if sort:
            field, ascending = sort[0]
            options = {"order_by_field": field, "order": tantivy.Order.Asc if ascending else tantivy.Order.Desc}
        found: Any = searcher.search(query, max(limit, 1), offset=offset, **options)
        hits = found.hits if limit else []
        return Found(found.count, [str(searcher.doc(address).get_first("id")) for _, address in hits])


def _sorted(
    searcher: tantivy.Searcher, query: tantivy.Query, sort: Sequence[tuple[str, bool]], offset: int, limit: int
) -> Found:
    counted: Any = searcher.search(query, 1)
    total = counted.count
    if total > MOST_SORTED:
        raise TooManyToSort
    if not total:
        return Found(0, [])
    order: list[Any] = []
    for field, ascending in reversed(sort):
        way = tantivy.Order.Asc if ascending else tantivy.Order.Desc
        hits = searcher.search(query, total, order_by_field=field, order=way).hits
        values = {(a.segment_ord, a.doc): value for value, a in hits}
        if not order:
            order = [address for _, address in hits]
        else:
            present = [a for a in order if values[a.segment_ord, a.doc] is not None]
            absent = [a for a in order if values[a.segment_ord, a.doc] is None]
            present.sort(key=lambda a: values[a.segment_ord, a.doc], reverse=not ascending)
            order = present + absent
    return Found(total, [str(searcher.doc(a).get_first("id")) for a in order[offset : offset + limit]])
