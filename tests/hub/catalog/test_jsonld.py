"""Compact JSON-LD says what the triples say, whatever the context coerces (read back by rdflib)."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse

from hub.catalog.graph import Graph
from hub.catalog.jsonld import Context, compact

BF = "http://id.loc.gov/ontologies/bibframe/"
WORK = "http://hub.example/works/w1"
NTRIPLES = f"""
<{WORK}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BF}Work> .
<{WORK}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BF}Text> .
<{WORK}> <{BF}title> <{WORK}#t1> .
<{WORK}#t1> <{BF}mainTitle> "Truyện Kiều" .
<{WORK}#t1> <{BF}mainTitle> "傳翹"@zh-hant .
<{WORK}#t1> <{BF}mainTitle> "The tale of Kiều"@en .
<{WORK}> <{BF}language> <http://id.loc.gov/vocabulary/languages/vie> .
<{WORK}> <{BF}subject> <http://hub.example/concepts/c1> .
<{WORK}> <{BF}subject> <http://hub.example/concepts/c2> .
<http://hub.example/concepts/c1> <http://www.w3.org/2000/01/rdf-schema#label> "Thơ" .
<{WORK}> <{BF}originDate> "1820"^^<http://id.loc.gov/datatypes/edtf> .
<{WORK}> <{BF}originDate> "about 1820" .
<{WORK}> <{BF}count> "7"^^<http://www.w3.org/2001/XMLSchema#integer> .
<{WORK}> <{BF}derivedFrom> "a literal where a link is expected" .
<{WORK}> <{BF}derivedFrom> <http://hub.example/records/A/1> .
<{WORK}> <http://example.org/unknown#p> <{WORK}> .
<{WORK}.jsonld> <http://rdfs.org/ns/void#inDataset> <http://hub.example/d> .
"""

CONTEXTS: dict[str, dict[str, Any]] = {
    "prefixes": {"bf": BF, "rdfs": "http://www.w3.org/2000/01/rdf-schema#"},
    "vocabulary": {"@vocab": BF, "id": "@id", "type": "@type", "label": "http://www.w3.org/2000/01/rdf-schema#label"},
    "coercion": {
        "bf": BF,
        "id": "@id",
        "type": "@type",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "Work": "bf:Work",
        "title": {"@id": "bf:title", "@type": "@id"},
        "mainTitle": {"@id": "bf:mainTitle", "@container": "@set"},
        "language": {"@id": "bf:language", "@type": "@id"},
        "subject": {"@id": "bf:subject", "@type": "@id", "@container": "@set"},
        "originDate": {"@id": "bf:originDate", "@type": "http://id.loc.gov/datatypes/edtf"},
        "derivedFrom": {"@id": "bf:derivedFrom", "@type": "@id"},
        "titleVi": {"@id": "bf:mainTitle", "@language": "en"},
        "byLanguage": {"@id": "bf:mainTitle", "@container": "@language"},
        "isSubjectOf": {"@reverse": "bf:subject"},
        "count": {"@id": "bf:count", "@type": "xsd:integer"},
    },
}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib's own JSON-LD parser uses it
@pytest.mark.parametrize("name", CONTEXTS)
def test_what_is_written_reads_back_the_same(name: str) -> None:
    context = {"@context": CONTEXTS[name]}
    graph = Graph().extend(parse(NTRIPLES, RdfFormat.N_TRIPLES))
    made = compact(graph, WORK, f"{WORK}.jsonld", "http://hub.example/context.jsonld", Context(context))
    assert made["@context"] == "http://hub.example/context.jsonld"
    read = rdflib.Graph().parse(data=json.dumps({**made, **context}), format="json-ld")
    assert set(read) == set(rdflib.Graph().parse(data=NTRIPLES, format="nt"))


def test_short_names_are_used_where_they_say_the_same() -> None:
    graph = Graph().extend(parse(NTRIPLES, RdfFormat.N_TRIPLES))
    made = compact(graph, WORK, "", "c", Context({"@context": CONTEXTS["coercion"]}))
    root = made["@graph"][0]
    assert root["id"] == WORK
    assert root["type"] == ["bf:Text", "Work"] or root["type"] == ["Work", "bf:Text"]
    assert root["language"] == "http://id.loc.gov/vocabulary/languages/vie"
    assert root["title"]["mainTitle"][0] == "Truyện Kiều"
    assert len(root["subject"]) == 2
    assert root["originDate"] == "1820"
    assert root["bf:originDate"] == "about 1820"


def test_a_blank_node_is_refused() -> None:
    with pytest.raises(ValueError, match="blank node"):
        Graph().extend(parse("_:b <http://p> <http://o> .", RdfFormat.N_TRIPLES))
