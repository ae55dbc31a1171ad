"""Clients that others wrote, as they come: SPARQLWrapper, rdflib, curl as the documents show it, and Comunica."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, RDFXML, TURTLE, XML, SPARQLWrapper

from tests.peers import ROOT, comunica

from .conftest import EX, Server

AUTHORS = f"SELECT ?work ?label {{ ?work <{EX}author> ?a . ?a <{EX}label> ?label }} ORDER BY ?work LIMIT 3"
EXPECTED = [f"{EX}works/0", f"{EX}works/1", f"{EX}works/10"]
DESCRIBED = f"CONSTRUCT {{ <{EX}works/7> ?p ?o }} WHERE {{ <{EX}works/7> ?p ?o }}"


@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper(read_only: Server, method: str) -> None:
    client = SPARQLWrapper(read_only.url)
    client.setMethod(method)
    client.setQuery(AUTHORS)
    client.setReturnFormat(JSON)
    rows = client.query().convert()["results"]["bindings"]  # type: ignore[index]  # JSON results are a mapping
    assert [row["work"]["value"] for row in rows] == EXPECTED
    client.setReturnFormat(XML)
    assert len(client.query().convert().getElementsByTagName("result")) == 3  # type: ignore[union-attr]  # a document
    client.setReturnFormat(CSV)
    assert client.query().convert().decode().splitlines()[1].startswith(EXPECTED[0])  # type: ignore[union-attr]  # bytes
    client.setQuery(DESCRIBED)
    for format, parser in (
        (TURTLE, ox.RdfFormat.TURTLE),
        (N3, ox.RdfFormat.N3),
        (RDFXML, ox.RdfFormat.RDF_XML),
        (JSONLD, ox.RdfFormat.JSON_LD),
    ):
        client.setReturnFormat(format)
        text = client.query().response.read()  # its own conversion uses what rdflib deprecates
        assert len(list(ox.parse(text, parser))) == 3


def test_rdflib_reads_and_writes(read_only: Server, writable: Server) -> None:
    graph = Graph(SPARQLStore(read_only.url))
    assert [str(row[0]) for row in graph.query(AUTHORS)] == EXPECTED  # type: ignore[index]  # rows
    assert (URIRef(f"{EX}works/7"), URIRef(f"{EX}author"), URIRef(f"{EX}agents/7")) in graph
    assert len(list(graph.triples((URIRef(f"{EX}works/7"), None, None)))) == 3
    store = SPARQLUpdateStore(
        writable.url, f"{writable.url}/update", headers={"Authorization": "Bearer secret"}, autocommit=True
    )
    triple = (URIRef("urn:a"), URIRef("urn:b"), URIRef("urn:c"))
    written = Graph(store, identifier=DATASET_DEFAULT_GRAPH_ID)
    written.add(triple)
    assert triple in written
    written.remove(triple)
    assert triple not in written


def curls(document: str) -> list[list[str]]:
    """The calls of curl on /sparql in a document, as words; a call goes on while a quotation is open."""
    lines = (ROOT / document).read_text("utf-8").replace("\\\n", " ").splitlines()
    found = []
    for n, line in enumerate(lines):
        if re.match(r"\s*curl .*/sparql", line):
            for end in range(n + 1, n + 6):
                with contextlib.suppress(ValueError):
                    found.append(shlex.split("\n".join(lines[n:end])))
                    break
    return found


@pytest.mark.parametrize("document", ["README.md", "docs/sparql.md"])
def test_curl_as_the_documents_show_it(read_only: Server, tmp_path: Path, document: str) -> None:
    (tmp_path / "query.rq").write_text(DESCRIBED)
    calls = curls(document)
    assert calls
    for call in calls:
        command = [re.sub(r"http://[\w.]+(?::\d+)?/sparql", read_only.url, word) for word in call]
        command[1:1] = ["--silent", "--show-error", "--write-out", "\n%{http_code} %{content_type}"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=30, check=True)
        *body, status = done.stdout.splitlines()
        assert status.startswith("200 "), f"{call}\n{done.stdout}"
        if any("text/csv" in word for word in call):
            assert "text/csv" in status
        elif any("ttl" in word for word in call):
            assert "text/turtle" in status
        else:
            assert json.loads("\n".join(body))["results"]["bindings"]


@pytest.mark.peer
@pytest.mark.needs("comunica")
def test_comunica(read_only: Server) -> None:
    folder = comunica()
    assert folder is not None
    program = Path(folder) / "node_modules" / ".bin" / "comunica-sparql"

    def ask(query: str, *options: str) -> str:
        command = [str(program), f"sparql@{read_only.url}", query, *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    rows = json.loads(ask(AUTHORS, "-t", "application/sparql-results+json"))["results"]["bindings"]
    assert [row["work"]["value"] for row in rows] == EXPECTED
    assert len(Graph().parse(data=ask(DESCRIBED, "-t", "text/turtle"), format="turtle")) == 3
    # without being told what it is: Comunica finds the endpoint by its description
    found = subprocess.run(
        [str(program), read_only.url, AUTHORS], capture_output=True, text=True, timeout=90, check=False
    )
    assert EXPECTED[0] in found.stdout, found.stderr
