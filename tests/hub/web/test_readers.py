"""Readers of other projects (rdflib, pyoxigraph, PyLD) find the same graph in every form of a document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld
from sqlalchemy import select

from hub.registry.schema import entity
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.web.visitor import BASE, Visitor

FORMATS = {
    "ttl": ("turtle", ox.RdfFormat.TURTLE),
    "nt": ("nt", ox.RdfFormat.N_TRIPLES),
    "rdf": ("xml", ox.RdfFormat.RDF_XML),
    "jsonld": ("json-ld", ox.RdfFormat.JSON_LD),
}
TOPIC_OF = "http://xmlns.com/foaf/0.1/isPrimaryTopicOf"
IN_DATASET = "http://rdfs.org/ns/void#inDataset"


@pytest.fixture(scope="module")
def paths(settings: Settings) -> list[str]:
    """Up to six entities of each place, a library, a group and records, one of them with an odd number."""
    registry = open_registry(settings)
    found: dict[str, list[str]] = {}
    with registry.read() as connection:
        for row in connection.execute(select(entity.c.place, entity.c.id).where(entity.c.state == "live")):
            found.setdefault(row.place, []).append(f"/{row.place}/{row.id}")
    registry.close()
    assert set(found) == {"works", "instances", "items", "agents", "concepts", "hubs"}
    entities = [path for place in found.values() for path in place[:6]]
    odd = "/records/TVH/a%2Fb%20c%252F%3F%23%C3%A9.ttl"
    return [*entities, "/libraries/TVQG", "/groups/bac", "/records/TVQG/kieu-2015", odd]


def said(statements: Iterator[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    """The statements but those about the document itself, which differ from form to form."""
    return {s for s in statements if s[1] not in (TOPIC_OF, IN_DATASET)}


def by_rdflib(text: bytes, form: str) -> set[tuple[str, str, str]]:
    graph = rdflib.Graph().parse(data=text, format=FORMATS[form][0])
    return said((s.n3(), str(p), o.n3()) for s, p, o in graph)


def by_oxigraph(text: bytes, form: str) -> set[tuple[str, str, str]]:
    read = ox.parse(text, FORMATS[form][1], base_iri=BASE)
    return said((_n3(q.subject), q.predicate.value, _n3(q.object)) for q in read)


def _n3(term: Any) -> str:
    if isinstance(term, ox.Literal):
        language = rdflib.Literal(term.value, lang=term.language) if term.language else None
        plain = term.datatype.value == "http://www.w3.org/2001/XMLSchema#string"
        datatype = None if plain else rdflib.URIRef(term.datatype.value)
        return (language or rdflib.Literal(term.value, datatype=datatype, normalize=False)).n3()
    return f"<{term.value}>"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own JSON-LD parser uses it
def test_all_readers_find_the_same_graph_in_all_forms(client: Visitor, paths: list[str]) -> None:
    context = client.get("/context.jsonld").json()["@context"]

    def published(url: str, _: dict[str, Any]) -> dict[str, Any]:
        assert url == f"{BASE}context.jsonld"
        return {"contextUrl": None, "documentUrl": url, "document": {"@context": context}}

    for path in paths:
        found: dict[str, set[tuple[str, str, str]]] = {}
        for form in FORMATS:
            text = client.get(f"{path}.{form}").content
            if form == "jsonld":
                data = json.loads(text)
                assert data["@context"] == f"{BASE}context.jsonld"
                nquads = jsonld.to_rdf(data, {"format": "application/n-quads", "documentLoader": published})
                found["pyld"] = by_oxigraph(nquads.encode(), "nt")
                text = json.dumps({**data, "@context": context}).encode()
            found[f"rdflib {form}"] = by_rdflib(text, form)
            found[f"oxigraph {form}"] = by_oxigraph(text, form)
        expected = found["oxigraph nt"]
        assert len(expected) > 2, path
        for reader, statements in found.items():
            assert statements == expected, (path, reader, statements ^ expected)
