"""What a search asks for, read from an address: nothing is guessed, what cannot be meant is refused with a reason."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from starlette.datastructures import QueryParams

from hub.search.search import MOST_RESULTS, MOST_TEXT, SORTS
from hub.web.problem import Problem

SIZE = 20
"""Works on one page."""
LAST = MOST_RESULTS // SIZE
"""The last page there can be; who wants all of a catalogue finds it in the sitemap and the dumps."""
FACETS = ("library", "language", "format", "availability", "topic")
MOST_FILTERS = 24
_LONGEST_VALUE = 200
_YEARS = range(1, 10_000)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search: text, what narrows it (values by facet, groups of libraries, years), its order and its page from 1."""

    text: str = ""
    filters: dict[str, list[str]] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    years: tuple[int | None, int | None] = (None, None)
    sort: str = "relevance"
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether anything but the text narrows the search."""
        return bool(self.filters or self.groups or self.years != (None, None))

    @property
    def offset(self) -> int:
        """Works before this page."""
        return (self.page - 1) * SIZE


def read_search(query: QueryParams) -> Asked:
    """The search of a query string; parameters that no search has are left aside.

    Raises Problem 400 (bad-search, bad-page, bad-filter, bad-sort, bad-year).
    """
    text = query.get("q", "")
    if len(text) > MOST_TEXT or not _writable(text):
        raise Problem(400, "bad-search")
    filters: dict[str, list[str]] = {}
    groups: list[str] = []
    for name, value in query.multi_items():
        if value and (name in FACETS or name == "group"):
            values = groups if name == "group" else filters.setdefault(name, [])
            if len(value) > _LONGEST_VALUE or not _writable(value):
                raise Problem(400, "bad-filter")
            if value not in values:
                values.append(value)
    if sum(map(len, filters.values())) + len(groups) > MOST_FILTERS:
        raise Problem(400, "bad-filter")
    sort = query.get("sort", SORTS[0])
    if sort not in SORTS:
        raise Problem(400, "bad-sort")
    return Asked(
        text.strip(), filters, groups, (_year(query, "from"), _year(query, "to")), sort, page_number(query, LAST)
    )


def page_number(query: QueryParams, last: int = 999_999) -> int:
    """The number of a page of a list, from 1 to ``last``. Raises Problem 400 bad-page."""
    text = query.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 6) or not 1 <= int(text) <= last:
        raise Problem(400, "bad-page")
    return int(text)


def _year(query: QueryParams, name: str) -> int | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4) or int(text) not in _YEARS:
        raise Problem(400, "bad-year")
    return int(text)


def _writable(text: str) -> bool:
    """Whether a person can have typed this: no controls but white space, no bytes that were no UTF-8."""
    return "\ufffd" not in text and all(c.isspace() or unicodedata.category(c) not in ("Cc", "Cs", "Cn") for c in text)
