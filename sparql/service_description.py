"""What the endpoint says of itself on a bare GET (SPARQL 1.1 Service Description), its limits included."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import pyoxigraph as ox
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from ontologies.namespaces import DCTERMS, HUB, RDF, VOID, XSD
from sparql.formats import GRAPH_FORMATS, SOLUTION_FORMATS
from sparql.generations import Generation
from sparql.guard import Limits

SD = "http://www.w3.org/ns/sparql-service-description#"
W3 = "http://www.w3.org/ns/formats/"
FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "trig": "TriG",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
}
PREFIXES = {"sd": SD, "formats": W3, "dcterms": DCTERMS.base, "bh": HUB.base, "void": VOID.base, "xsd": XSD.base}


def describe(
    endpoint: str,
    *,
    limits: Limits,
    deadline: float,
    budget: float | None,
    writable: bool,
    union: bool,
    generation: Generation | None,
    property_features: Sequence[str] = (),
) -> Iterator[Triple]:
    """The triples of the description. ``endpoint`` is the absolute URL that was asked.

    ``property_features``: IRIs of predicates that do more than match triples (sd:propertyFeature, §3.2.6).
    """
    service, dataset, graph = NamedNode(endpoint), BlankNode(), BlankNode()

    def sd(name: str) -> NamedNode:
        return NamedNode(SD + name)

    kind = NamedNode(RDF.base + "type")
    yield Triple(service, kind, sd("Service"))
    yield Triple(service, sd("endpoint"), service)
    yield Triple(service, sd("supportedLanguage"), sd("SPARQL11Query"))
    if writable:
        yield Triple(service, sd("supportedLanguage"), sd("SPARQL11Update"))
    if union:
        yield Triple(service, sd("feature"), sd("UnionDefaultGraph"))
    for name in (*SOLUTION_FORMATS, *GRAPH_FORMATS):
        yield Triple(service, sd("resultFormat"), NamedNode(W3 + FORMAT_NAMES[name]))
    if writable:
        for name in GRAPH_FORMATS:
            yield Triple(service, sd("inputFormat"), NamedNode(W3 + FORMAT_NAMES[name]))
    for iri in property_features:
        yield Triple(service, sd("propertyFeature"), NamedNode(iri))
        yield Triple(NamedNode(iri), kind, sd("Feature"))
    yield Triple(service, sd("defaultDataset"), dataset)
    yield Triple(dataset, kind, sd("Dataset"))
    yield Triple(dataset, sd("defaultGraph"), graph)
    yield Triple(graph, kind, sd("Graph"))
    if generation is not None:
        stamp = Literal(_time(generation.published), datatype=NamedNode(XSD.base + "dateTime"))
        yield Triple(dataset, NamedNode(DCTERMS.base + "modified"), stamp)
    integer = NamedNode(XSD.base + "integer")
    numbers: dict[str, float] = {"seconds": deadline, **asdict(limits)}
    if budget is not None:
        numbers["secondsPerMinute"] = budget
    for name, value in numbers.items():
        yield Triple(
            service,
            NamedNode(f"{HUB.base}limit{name[0].upper()}{name[1:]}"),
            Literal(str(int(value)), datatype=integer),
        )


def render(triples: Iterator[Triple], format: str) -> bytes:
    """The description in one of :data:`sparql.formats.GRAPH_FORMATS`."""
    out = io.BytesIO()
    rdf = RdfFormat.from_media_type(GRAPH_FORMATS[format])
    assert rdf is not None
    prefixes = PREFIXES if format in ("turtle", "trig", "rdfxml") else None
    ox.serialize(triples, out, rdf, prefixes=prefixes)
    return out.getvalue()


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
