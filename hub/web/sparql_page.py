"""The query page: a plain form that works without JavaScript, questions librarians ask, and answers as a table."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results
from starlette.requests import Request
from starlette.responses import Response

from hub.web.examples import EXAMPLES
from hub.web.site import Site
from sparql import SparqlError
from sparql.endpoint import Endpoint

ROWS = 500
"""Rows of a result that the page shows; the data formats have all."""
DOWNLOADS = (("csv", "CSV"), ("tsv", "TSV"), ("json", "JSON"), ("xml", "XML"))


class QueryPage:
    """The HTML side of /sparql; ``endpoint`` is set once it exists."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.endpoint: Endpoint | None = None

    async def page(self, request: Request, query: str) -> Response:
        """The form, and below it what ``query`` (empty: none yet) answers. An error is shown beside the query."""
        speech = self.site.tongue(request)
        context: dict[str, Any] = {
            "title": speech.gettext("SPARQL"),
            "query": query or self._first(request),
            "asked": bool(query),
            "examples": [(e.key, speech.gettext(e.question), e.query) for e in EXAMPLES],
            "chosen": request.query_params.get("example", ""),
            "problem": "",
            "columns": [],
            "rows": [],
            "total": 0,
            "shown": ROWS,
            "text": "",
            "truth": None,
            "downloads": [],
            "robots": "noindex",
        }
        status = 200
        if query:
            try:
                context.update(await self._answer(request, query))
                context["downloads"] = [
                    (name, f"sparql?query={quote(query, safe='')}&format={form}") for form, name in DOWNLOADS
                ]
            except SparqlError as error:
                context["problem"] = str(error)
                status = getattr(error, "status", 400)
        page = self.site.html(request, "sparql.html", **context)
        headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-store" if query else "public, max-age=60"}
        return Response(page, status, headers, "text/html; charset=utf-8")

    def _first(self, request: Request) -> str:
        key = request.query_params.get("example", "")
        found = next((e for e in EXAMPLES if e.key == key), EXAMPLES[0])
        return found.query

    async def _answer(self, request: Request, query: str) -> dict[str, Any]:
        endpoint = self.endpoint
        assert endpoint is not None
        query = await endpoint.admitted(query)
        client = endpoint.client(request)
        charge = endpoint.budgets.charge(client) if endpoint.budgets else contextlib.nullcontext()
        with charge:
            answer = await endpoint.pool.query(
                query, solutions="json", graph="turtle", base=str(request.url.replace(query="")), client=client
            )
            if answer.body is None:
                await answer.close()
                return {
                    "problem": self.site.tongue(request).gettext("The result is too large for a page. Download it.")
                }
        if not answer.media_type.startswith("application/sparql-results+json"):
            return {"text": answer.body.decode("utf-8", "replace")}
        results = parse_query_results(answer.body, QueryResultsFormat.JSON)
        if not isinstance(results, QuerySolutions):
            return {"truth": bool(results)}
        columns = [v.value for v in results.variables]
        rows: list[list[dict[str, str]]] = []
        total = 0
        for solution in results:
            total += 1
            if total <= ROWS:
                rows.append([_cell(solution[name]) for name in columns])
        return {"columns": columns, "rows": rows, "total": total}


def _cell(term: Any) -> dict[str, str]:  # Any: a term, a triple term or None
    if term is None:
        return {"iri": "", "text": "", "note": ""}
    if isinstance(term, NamedNode):
        return {"iri": term.value, "text": term.value, "note": ""}
    if isinstance(term, Literal):
        note = term.language or ""
        return {"iri": "", "text": term.value, "note": note}
    return {"iri": "", "text": str(term), "note": ""}
