"""W3C's SPARQL 1.0 and 1.1 query evaluation tests, over HTTP beside the engine in process.

They are not in the project. ``BIBHUB_W3C`` names a folder that holds ``sparql10`` and ``sparql11`` of w3c/rdf-tests.
What must hold: every query that Oxigraph answers in process gets the same answer through guard, reader and HTTP, but
for those that a stated limit refuses (SERVICE). What Oxigraph itself fails is no concern here; it is counted.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, RdfFormat

from .conftest import Server

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
FOLDER = os.environ.get("BIBHUB_W3C")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.needs("w3c"),
]
CHANGES = ("rand", "uuid", "struuid", "now", "bnode", "random")
"""Tests by name whose answer is another one each time."""


@dataclass(frozen=True)
class Case:
    name: str
    query: Path
    data: tuple[Path, ...]
    named: tuple[Path, ...]


def cases(folder: Path) -> Iterator[Case]:
    for manifest in sorted(folder.rglob("manifest.ttl")):
        store = ox.Store()
        base = manifest.as_uri()
        store.load(path=str(manifest), format=RdfFormat.TURTLE, base_iri=base)

        def objects(subject: object, predicate: str, store: ox.Store = store) -> list[object]:
            return [q.object for q in store.quads_for_pattern(subject, NamedNode(predicate), None)]  # type: ignore[arg-type]

        for quad in list(store.quads_for_pattern(None, NamedNode(RDF + "type"), NamedNode(MF + "QueryEvaluationTest"))):
            for action in objects(quad.subject, MF + "action"):
                queries = paths(objects(action, QT + "query"))
                if queries and queries[0].suffix == ".rq":
                    data, named = paths(objects(action, QT + "data")), paths(objects(action, QT + "graphData"))
                    name = f"{manifest.parent.name}/{str(quad.subject).rpartition('#')[2].rstrip('>')}"
                    yield Case(name, queries[0], tuple(data), tuple(named))


def paths(nodes: list[object]) -> list[Path]:
    return [Path(httpx.URL(node.value).path) for node in nodes if isinstance(node, NamedNode)]


def read(path: Path, graph: NamedNode | DefaultGraph) -> list[ox.Quad]:
    format = RdfFormat.from_extension(path.suffix[1:])
    assert format is not None
    base = path.as_uri()
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, graph)
        for quad in ox.parse(path=str(path), format=format, base_iri=base, rename_blank_nodes=True)
    ]


def neutral(term: object) -> str:
    """A term as text; blank nodes are all alike."""
    return "_:b" if isinstance(term, BlankNode) else str(term)


def comparable(results: object) -> object:
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    if isinstance(results, ox.QuerySolutions):
        names = [variable.value for variable in results.variables]
        return Counter(tuple(sorted((name, neutral(row[name])) for name in names)) for row in results)
    assert isinstance(results, ox.QueryTriples)
    return triples(results)


def triples(found: object) -> Counter[tuple[str, ...]]:
    return Counter((neutral(t.subject), neutral(t.predicate), neutral(t.object)) for t in found)  # type: ignore[attr-defined]


def over_http(server: Server, client: httpx.Client, query: str) -> object:
    accept = "application/sparql-results+json, application/n-triples"
    answer = client.post(server.url, data={"query": query}, headers={"Accept": accept})
    if answer.status_code != 200:
        return answer
    if "n-triples" in answer.headers["content-type"]:
        return triples(quad.triple for quad in ox.parse(answer.content, RdfFormat.N_TRIPLES))
    return comparable(ox.parse_query_results(answer.content, ox.QueryResultsFormat.JSON))


def test_every_answer_of_the_engine_arrives_over_http(writable: Server, client: httpx.Client) -> None:
    token = {"Authorization": "Bearer secret"}
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for case in cases(Path(str(FOLDER))):
        if any(word in case.name.lower() for word in CHANGES):
            counts["left out: random"] += 1
            continue
        try:
            quads = [q for path in case.data for q in read(path, DefaultGraph())]
            quads += [q for path in case.named for q in read(path, NamedNode(path.as_uri()))]
        except SyntaxError:
            counts["left out: data the engine cannot read"] += 1
            continue
        query = f"BASE <{case.query.as_uri()}>\n" + case.query.read_text("utf-8")
        store = ox.Store()
        store.extend(quads)
        try:
            expected = comparable(store.query(query))
        except (SyntaxError, OSError, RuntimeError, ValueError):
            counts["the engine fails in process"] += 1
            continue
        client.post(f"{writable.url}/update", data={"update": "DROP ALL"}, headers=token).raise_for_status()
        for name in {None, *(path.as_uri() for path in case.named)}:
            target = DefaultGraph() if name is None else NamedNode(name)
            body = b"".join(f"{q.triple} .\n".encode() for q in quads if q.graph_name == target)
            where = {"graph": name} if name else {"default": ""}
            headers = {**token, "Content-Type": "application/n-triples"}
            client.put(f"{writable.url}/graphs", params=where, content=body, headers=headers).raise_for_status()
        got = over_http(writable, client, query)
        if isinstance(got, httpx.Response) and got.status_code == 403 and got.json()["limit"] == "service":
            counts["refused: SERVICE"] += 1
        elif got == expected:
            counts["equal"] += 1
        else:
            wrong.append(f"{case.name}: {got.text if isinstance(got, httpx.Response) else got} != {expected}"[:400])
    print(f"\nW3C query evaluation over HTTP: {dict(counts)}, different: {len(wrong)}")
    assert wrong == []
    assert counts["equal"] > 300
