"""Text search inside SPARQL: ``?work bh:search "truyen kieu"`` becomes a VALUES block with the hits of the text index.

``docs/sparql-text.md`` tells what may be asked; :mod:`hub.search.text_patterns` finds it in a query.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hub.search.search import Search
from hub.search.text_patterns import Change, Wanted, changes, rewritten


class TextInSparql:
    """Answers the text search patterns of queries from a text index.

    :param search: the index; it is asked in another thread
    :param base_uri: of the hub, with its final slash: Works are ``{base_uri}works/{id}``
    """

    def __init__(self, search: Search, base_uri: str) -> None:
        self._search = search
        self._works = f"{base_uri}works/"

    async def rewrite(self, query: str) -> str:
        """The query with hits in place of its text search patterns; byte for byte the same when it has none.

        Raises :class:`sparql.QueryRefused` for a pattern that cannot be answered.
        """
        found = changes(query)
        return await asyncio.to_thread(self._rewritten, query, found) if found else query

    def _rewritten(self, query: str, found: Sequence[Change]) -> str:
        hits: dict[tuple[str, int], list[tuple[str, float]]] = {}

        def block(wanted: Wanted) -> str:
            key = (wanted.text, wanted.limit)
            if key not in hits:
                hits[key] = self._hits(*key)
            return values(wanted, hits[key])

        return rewritten(query, found, block)

    def _hits(self, text: str, limit: int) -> list[tuple[str, float]]:
        """IRIs of Works and their scores, best first; only what fits as typed (a page may guess, a query must not)."""
        results = self._search.search(text, limit=limit, facets=False)
        return [] if results.fuzzy else [(self._works + hit.work_id, hit.score) for hit in results.hits]


def values(wanted: Wanted, hits: Sequence[tuple[str, float]]) -> str:
    """A VALUES block; an empty one has no solutions, as is right for no hits."""
    if wanted.score is None:
        return f"VALUES ?{wanted.work} {{ {' '.join(f'<{iri}>' for iri, _ in hits)} }}"
    rows = " ".join(f"(<{iri}> {score:.3f})" for iri, score in hits)
    return f"VALUES (?{wanted.work} ?{wanted.score}) {{ {rows} }}"
