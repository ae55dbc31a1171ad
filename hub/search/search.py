"""Search over the text index: one box for titles, names, subjects, identifiers and call numbers, in any script."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tantivy
from stdnum import isbn as isbn_number

from hub.projection.index import FACET_FIELDS, open_index
from hub.projection.view import Shelf

_FIELDS = ["title", "title_exact", "creator", "subject", "identifier", "shelfmark", "publisher", "text"]
_BOOSTS = {"title": 3.0, "title_exact": 6.0, "creator": 2.0, "identifier": 5.0, "subject": 1.2, "text": 0.4}
_FUZZY = {"title": (True, 1, True), "creator": (True, 1, True)}
MOST_RESULTS = 10_000
"""How deep one may page; a crawler has the sitemap for the rest."""
MOST_TEXT = 500
MOST_WITH_TOPICS = 20_000
"""Works of a result whose subjects are counted: of more it takes 20 ms, and none listed would narrow much."""
SORTS = ("relevance", "newest", "oldest", "title")


@dataclass(frozen=True, slots=True)
class Hit:
    """A Work found: its id and its card (title, creators, languages, instances with year, format, libraries)."""

    work_id: str
    title: str
    creators: list[str]
    languages: list[str]
    instances: list[dict[str, Any]]
    more: int
    score: float

    @property
    def years(self) -> list[int]:
        """Years of the Instances, newest first."""
        return sorted({i["year"] for i in self.instances if i["year"]}, reverse=True)

    @property
    def libraries(self) -> list[str]:
        """Codes of the libraries that hold any of them."""
        return list(dict.fromkeys(code for i in self.instances for code in i["libraries"]))


@dataclass(frozen=True, slots=True)
class Facet:
    """A value to narrow by, and how many Works of the result have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Results:
    """``fuzzy``: nothing was found as typed, these are near; ``facets`` by field, most frequent first."""

    total: int
    hits: list[Hit]
    facets: dict[str, list[Facet]] = field(default_factory=dict)
    fuzzy: bool = False


class Search:
    """Reads the index in use; follows commits and rebuilds by itself. Safe to call from several threads."""

    def __init__(self, data: Path) -> None:
        self._shelf = Shelf(data, "index")
        self._folder: Path | None = None
        self._index: tantivy.Index | None = None
        self._stamp = 0
        self._facets: tuple[str, ...] = ()

    def _current(self) -> tantivy.Index | None:
        folder = self._shelf.current()
        if folder is None:
            return None
        try:
            stamp = (folder / "meta.json").stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if folder != self._folder or self._index is None:
            self._index, self._facets = open_index(folder)
            self._folder, self._stamp = folder, stamp
        elif stamp != self._stamp:
            self._index.reload()
            self._stamp = stamp
        return self._index

    def count(self) -> int:
        """How many Works the index has."""
        index = self._current()
        return index.searcher().num_docs if index is not None else 0

    def search(
        self,
        text: str,
        *,
        filters: Mapping[str, Sequence[str]] | None = None,
        years: tuple[int | None, int | None] = (None, None),
        sort: str = "relevance",
        offset: int = 0,
        limit: int = 20,
        facets: bool = True,
    ) -> Results:
        """Works for what was typed. Values of one facet widen each other, facets narrow each other.

        ``text`` may hold quoted phrases and ``-`` for words that must not occur; the empty text finds everything.
        ``filters`` has facet fields (library, language, format, availability, topic). Raises ValueError for an unknown
        facet or sort; an index made before a facet was thought of finds nothing by it.
        """
        index = self._current()
        if sort not in SORTS:
            raise ValueError(f"sort by one of {', '.join(SORTS)}")
        unknown = set(filters or ()) - set(FACET_FIELDS)
        if unknown:
            raise ValueError(f"no facet {', '.join(sorted(unknown))}; there are {', '.join(FACET_FIELDS)}")
        if index is None or set(filters or ()) - set(self._facets):
            return Results(0, [])
        text = unicodedata.normalize("NFC", text).strip()[:MOST_TEXT]
        narrow = _narrowing(index.schema, filters or {}, years)
        searcher = index.searcher()
        query = _joined([*_query(index, text), *narrow])
        found = _run(searcher, query, sort, offset, limit)
        fuzzy = False
        if not found.count and text:
            query = _joined([*_near(index, text), *narrow])
            found = _run(searcher, query, sort, offset, limit)
            fuzzy = bool(found.count)
        hits = [_hit(searcher.doc(address), score) for score, address in found.hits]
        fields = tuple(f for f in self._facets if f != "topic" or found.count <= MOST_WITH_TOPICS)
        counted = _facets(searcher, query, fields) if facets and found.count else {}
        return Results(found.count, hits, counted, fuzzy)


def _query(index: tantivy.Index, text: str) -> list[tantivy.Query]:
    if not text:
        return []
    compact = "".join(c for c in text if c.isalnum())
    if isbn_number.is_valid(compact):
        both = {compact.lower(), isbn_number.to_isbn13(compact)}
        if len(compact) == 13 and compact.startswith("978"):
            both.add(isbn_number.to_isbn10(compact).lower())
        return [tantivy.Query.term_set_query(index.schema, "identifier", sorted(both))]
    query, _ = index.parse_query_lenient(text, _FIELDS, field_boosts=_BOOSTS, conjunction_by_default=True)
    return [query]


def _near(index: tantivy.Index, text: str) -> list[tantivy.Query]:
    plain = " ".join(w for w in (_word(w) for w in text.split()) if w)
    if not plain:
        return [tantivy.Query.empty_query()]
    query, _ = index.parse_query_lenient(plain, ["title", "creator"], fuzzy_fields=_FUZZY, conjunction_by_default=True)
    return [query]


def _word(word: str) -> str:
    return "".join(c for c in word if c.isalnum() or unicodedata.combining(c))


def _narrowing(
    fields: tantivy.Schema, filters: Mapping[str, Sequence[str]], years: tuple[int | None, int | None]
) -> list[tantivy.Query]:
    queries = [tantivy.Query.term_set_query(fields, name, list(values)) for name, values in filters.items() if values]
    if years != (None, None):
        low, high = years[0] or 1, years[1] or 9999
        queries.append(tantivy.Query.range_query(fields, "year", tantivy.FieldType.Unsigned, low, high))
    return queries


def _joined(queries: list[tantivy.Query]) -> tantivy.Query:
    if not queries:
        return tantivy.Query.all_query()
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, q) for q in queries])


def _run(searcher: tantivy.Searcher, query: tantivy.Query, sort: str, offset: int, limit: int) -> Any:
    offset = min(offset, MOST_RESULTS)
    if sort == "relevance":
        return searcher.search(query, limit, offset=offset)
    order = tantivy.Order.Desc if sort == "newest" else tantivy.Order.Asc
    by = "sort_title" if sort == "title" else "year"
    return searcher.search(query, limit, offset=offset, order_by_field=by, order=order)


def _hit(found: tantivy.Document, score: Any) -> Hit:
    card = json.loads(str(found.get_first("card")))
    return Hit(
        str(found.get_first("id")),
        card["title"],
        card["creators"],
        card["languages"],
        card["instances"],
        card["more"],
        float(score) if isinstance(score, int | float) else 0.0,
    )


def _facets(searcher: tantivy.Searcher, query: tantivy.Query, fields: tuple[str, ...]) -> dict[str, list[Facet]]:
    wanted = {name: {"terms": {"field": name, "size": 50}} for name in fields}
    found = searcher.aggregate(query, wanted)
    return {name: [Facet(bucket["key"], bucket["doc_count"]) for bucket in found[name]["buckets"]] for name in fields}
