"""What the editor of the query page completes: prefixes, and the classes and properties in use, with their names.

Whether a term is in use is one seek for each known term, whatever the size of the store; how often is told by a sample
of fixed size. Both are asked once for a generation.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import Response

from hub.web.site import Site
from ontologies.labels import term_iri, terms
from ontologies.namespaces import PREFIXES, RDF
from sparql import Pool, SparqlError

log = logging.getLogger("hub.web")

SAMPLE = 100_000
"""Triples that tell how often terms are used."""
_ONLY_IN_QUERIES = ("bh:search",)


class Completion:
    """The route /sparql/terms.json."""

    def __init__(self, site: Site, pool: Pool) -> None:
        self.site = site
        self.pool = pool
        self._kept: tuple[str, list[dict[str, object]]] | None = None
        self._asking = asyncio.Lock()

    async def terms(self, request: Request) -> Response:
        """GET /sparql/terms.json: prefixes, and terms as ``name``, ``kind``, ``en``, ``vi``, ``seen`` (in a sample)."""

        async def make() -> bytes:
            made = {"prefixes": PREFIXES, "terms": await self._terms()}
            return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()

        return await self.site.answer(request, f"terms {self.site.catalog.generation()}", "application/json", make)

    async def _terms(self) -> list[dict[str, object]]:
        generation = self.site.catalog.generation()
        async with self._asking:
            if self._kept is None or self._kept[0] != generation:
                self._kept = (generation, await self._asked())
            return self._kept[1]

    async def _asked(self) -> list[dict[str, object]]:
        names = {term_iri(curie)[1:-1]: curie for curie in terms()}
        found = []
        for kind, pattern in (("class", f"?s {RDF.type} ?x"), ("property", "?s ?x ?o")):
            used = await self._used(list(names), pattern)
            seen = await self._seen(pattern)
            for iri in used:
                en, vi = terms()[names[iri]]
                found.append({"name": names[iri], "kind": kind, "en": en, "vi": vi, "seen": seen.get(iri, 0)})
        for curie in _ONLY_IN_QUERIES:
            en, vi = terms()[curie]
            found.append({"name": curie, "kind": "property", "en": en, "vi": vi, "seen": SAMPLE // 100})
        return sorted(found, key=lambda term: (-int(str(term["seen"])), str(term["name"])))

    async def _used(self, iris: Sequence[str], pattern: str) -> list[str]:
        values = " ".join(str(NamedNode(iri)) for iri in iris)
        query = f"SELECT ?x WHERE {{ VALUES ?x {{ {values} }} FILTER EXISTS {{ {pattern} }} }}"
        return [iri for row in await self._select(query) if (iri := _text(row.get("x")))]

    async def _seen(self, pattern: str) -> dict[str, int]:
        query = (
            f"SELECT ?x (COUNT(*) AS ?n) WHERE {{ {{ SELECT ?x WHERE {{ {pattern} }} LIMIT {SAMPLE} }} }} GROUP BY ?x"
        )
        return {_text(row.get("x")): int(_text(row.get("n")) or 0) for row in await self._select(query)}

    async def _select(self, query: str) -> list[dict[str, object]]:
        try:
            return [dict(row) for row in await self.pool.select(query)]
        except SparqlError as error:
            log.warning("completion: %s", error)
            return []


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
