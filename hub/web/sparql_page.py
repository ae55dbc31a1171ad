"""The query page and its library of examples: a form that works without JavaScript, an editor where there is some."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results
from starlette.requests import Request
from starlette.responses import Response

from hub.web.documents import CORS
from hub.web.examples import BY_KEY, EXAMPLES, GROUPS, Example
from hub.web.i18n import LANGUAGES, Tongue
from hub.web.negotiation import media_type
from hub.web.problem import Problem
from hub.web.site import Site
from hub.web.sparql_results import Table, table
from ontologies.namespaces import PREFIXES
from sparql import SparqlError
from sparql.endpoint import Endpoint

log = logging.getLogger("hub.web")

SOLUTIONS = (("csv", "CSV"), ("tsv", "TSV"), ("json", "JSON"), ("xml", "XML"))
GRAPHS = (("turtle", "Turtle"), ("ntriples", "N-Triples"), ("rdfxml", "RDF/XML"), ("jsonld", "JSON-LD"))
QUERY_TYPE = "application/sparql-query"
NAMING_SECONDS = 3.0
"""Deadline of the query for names of IRIs; a table without names is better than none."""
_NAMES = """SELECT ?x ?label WHERE {{
  {{ VALUES ?x {{ {iris} }} ?x <http://www.w3.org/2000/01/rdf-schema#label> ?label }}
  UNION {{ VALUES ?x {{ {iris} }} ?x <{bf}title> ?title . ?title <{bf}mainTitle> ?label }}
}} LIMIT 4000"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a query gave: a truth value, RDF as text, or a table."""

    truth: bool | None = None
    text: str = ""
    table: Table | None = None

    @property
    def downloads(self) -> tuple[tuple[str, str], ...]:
        """Formats that the answer can be had in, with their names."""
        return GRAPHS if self.text else SOLUTIONS


class QueryPage:
    """The HTML side of /sparql, and /sparql/examples; ``endpoint`` is set once it exists."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.endpoint: Endpoint | None = None

    async def page(self, request: Request, query: str) -> Response:
        """The form, and below it what ``query`` (empty: none yet) answers. An error is shown beside the query."""
        speech = self.site.tongue(request)
        example = BY_KEY.get(request.query_params.get("example", ""))
        shown = query or (example or EXAMPLES[0]).filled({}, speech.code)
        permanent = "/sparql?" + urlencode({"query": query}, quote_via=quote) if query else ""
        return await self._render(request, shown, run=bool(query), permanent=permanent, title=speech.gettext("SPARQL"))

    async def examples(self, request: Request) -> Response:
        """GET /sparql/examples: the library, for people or as JSON."""
        if _wanted(request, "text/html", "application/json") == "application/json":
            return self._data([self._described(example, {}) for example in EXAMPLES])
        speech = self.site.tongue(request)
        return await self.site.page(request, "examples", "sparql_examples.html", lambda: self._library(speech))

    async def _library(self, speech: Tongue) -> dict[str, Any]:
        return {"title": speech.gettext("Example queries"), "groups": self._groups(speech)}

    async def example(self, request: Request) -> Response:
        """GET /sparql/examples/{id}: one question as a page; ``.rq`` and ``.json`` as data. Parameters fill it in."""
        key, _, suffix = request.path_params["id"].partition(".")
        example = BY_KEY.get(key)
        if example is None or suffix not in ("", "rq", "json"):
            raise Problem(404, "not-found")
        values = {p.name: request.query_params.get(p.name, "").strip() for p in example.parameters}
        speech = self.site.tongue(request)
        try:
            query = example.filled(values, speech.code)
        except ValueError as error:
            raise Problem(400, "bad-query", str(error)) from error
        wanted = {"rq": QUERY_TYPE, "json": "application/json"}.get(suffix) or _wanted(
            request, "text/html", QUERY_TYPE, "application/json"
        )
        if wanted == "application/json":
            return self._data(self._described(example, values))
        if wanted == QUERY_TYPE:
            head = "".join(f"# {example.titles[code]}\n" for code in LANGUAGES)
            text = f"{head}# {self._uri(example)}\n\n{example.filled(values, speech.code)}"
            headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "public, max-age=60", **CORS}
            return Response(text, 200, headers, f"{QUERY_TYPE}; charset=utf-8")
        given = {name: value for name, value in values.items() if value}
        permanent = f"/sparql/examples/{key}?" + urlencode({**given, "run": "1"}, quote_via=quote)
        return await self._render(
            request,
            query,
            run=bool(given) or "run" in request.query_params,
            permanent=permanent,
            title=example.titles[speech.code],
            example=example,
            values=values,
        )

    async def _render(
        self,
        request: Request,
        query: str,
        *,
        run: bool,
        permanent: str,
        title: str,
        example: Example | None = None,
        values: dict[str, str] | None = None,
    ) -> Response:
        speech = self.site.tongue(request)
        status, problem, found = 200, "", None
        if run:
            try:
                found = await self._answer(request, query, speech)
                if found is None:
                    problem = speech.gettext("The result is too large for a page. Download it.")
            except SparqlError as error:
                problem = str(error)
                status = getattr(error, "status", 400)
        formats = found.downloads if found else SOLUTIONS
        page = self.site.html(
            request,
            "sparql.html",
            title=title,
            query=query,
            example=example,
            values=values or {},
            groups=self._groups(speech),
            problem=problem,
            found=found,
            permanent=permanent,
            downloads=[(name, f"sparql?query={quote(query, safe='')}&format={form}") for form, name in formats],
            prefixes=PREFIXES,
            robots="noindex" if run or example is None else "",
        )
        kept = "no-store" if run else "public, max-age=60"
        headers = {"Vary": "Accept, Accept-Language", "Cache-Control": kept, "Content-Language": speech.code}
        return Response(page, status, headers, "text/html; charset=utf-8")

    # Examples

    def _groups(self, speech: Tongue) -> list[tuple[str, list[tuple[str, str, str]]]]:
        """Sections of the library with (key, title, description) of their examples."""
        lang = speech.code
        return [
            (speech.gettext(name), [(e.key, e.titles[lang], e.about[lang]) for e in EXAMPLES if e.group == group])
            for group, name in GROUPS.items()
        ]

    def _uri(self, example: Example) -> str:
        return f"{self.site.base}sparql/examples/{example.key}"

    def _described(self, example: Example, values: dict[str, str]) -> dict[str, Any]:
        return {
            "id": example.key,
            "uri": self._uri(example),
            "group": example.group,
            "title": dict(example.titles),
            "description": dict(example.about),
            "parameters": [{"name": p.name, "default": p.default, "label": p.labels} for p in example.parameters],
            "query": example.filled(values),
            "endpoint": f"{self.site.base}sparql",
        }

    def _data(self, described: Any) -> Response:
        headers = {"Vary": "Accept", "Cache-Control": "public, max-age=60", **CORS}
        text = json.dumps(described, ensure_ascii=False, indent=1)
        return Response(text.encode("utf-8", "replace"), 200, headers, "application/json")

    # Answers

    async def _answer(self, request: Request, query: str, speech: Tongue) -> Found | None:
        """What the query gives; None when it is too large to be shown."""
        endpoint = self.endpoint
        assert endpoint is not None
        query = await endpoint.admitted(query)
        client = endpoint.client(request)
        charge = endpoint.budgets.charge(client) if endpoint.budgets else contextlib.nullcontext()
        with charge:
            answer = await endpoint.pool.query(
                query,
                solutions="json",
                graph="turtle",
                base=str(request.url.replace(query="")),
                prefixes=PREFIXES,
                client=client,
            )
            if answer.body is None:
                await answer.close()
                return None
            if not answer.media_type.startswith("application/sparql-results+json"):
                return Found(text=answer.body.decode("utf-8", "replace") or "# —")
            results = parse_query_results(answer.body, QueryResultsFormat.JSON)
            if not isinstance(results, QuerySolutions):
                return Found(truth=bool(results))

            async def names(iris: Sequence[str]) -> dict[str, str]:
                return await _names(endpoint, iris, speech.code)

            return Found(table=await table(results, names, speech))


async def _names(endpoint: Endpoint, iris: Sequence[str], language: str) -> dict[str, str]:
    """Labels or titles of IRIs in the reader's language, or without language, or in English, or any."""
    listed = " ".join(str(NamedNode(iri)) for iri in iris)
    query = _NAMES.format(iris=listed, bf=PREFIXES["bf"])
    try:
        rows = await endpoint.pool.select(query, deadline=NAMING_SECONDS)
    except SparqlError as error:
        log.warning("names for a result: %s", error)
        return {}
    order = (language, "", "en")
    best: dict[str, tuple[int, str]] = {}
    for row in rows:
        subject, label = row.get("x"), row.get("label")
        if isinstance(subject, NamedNode) and isinstance(label, Literal):
            tag = label.language or ""
            rank = order.index(tag) if tag in order else len(order)
            known = best.get(subject.value)
            if known is None or (rank, label.value) < known:
                best[subject.value] = (rank, label.value)
    return {iri: text for iri, (_, text) in best.items()}


def _wanted(request: Request, *offered: str) -> str:
    found = media_type(request.headers.get("accept"), offered)
    if found is None:
        raise Problem(406, "not-acceptable")
    return found
