"""The names of result and graph formats in this package, and their media types."""

from __future__ import annotations

SOLUTION_FORMATS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
"""SELECT and ASK results. The first is the default."""

GRAPH_FORMATS = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "nquads": "application/n-quads",
    "trig": "application/trig",
    "rdfxml": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
"""CONSTRUCT and DESCRIBE results, and graphs up and down. The first is the default."""

SOLUTION_ALIASES = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    **{media_type: name for name, media_type in SOLUTION_FORMATS.items()},
}

GRAPH_ALIASES = {
    "application/x-turtle": "turtle",
    "application/turtle": "turtle",
    "text/n3": "turtle",  # Turtle is N3
    "text/rdf+n3": "turtle",
    "text/plain": "ntriples",
    "text/x-nquads": "nquads",
    "application/xml": "rdfxml",
    "text/xml": "rdfxml",
    "application/json": "jsonld",
    **{media_type: name for name, media_type in GRAPH_FORMATS.items()},
}

SHORT_NAMES = {
    "json": ("json", "jsonld"),
    "srj": ("json", None),
    "xml": ("xml", "rdfxml"),
    "srx": ("xml", None),
    "csv": ("csv", None),
    "tsv": ("tsv", None),
    "ttl": (None, "turtle"),
    "turtle": (None, "turtle"),
    "nt": (None, "ntriples"),
    "ntriples": (None, "ntriples"),
    "nq": (None, "nquads"),
    "nquads": (None, "nquads"),
    "trig": (None, "trig"),
    "rdf": (None, "rdfxml"),
    "rdfxml": (None, "rdfxml"),
    "jsonld": (None, "jsonld"),
    "n3": (None, "turtle"),  # this and the next two are what SPARQLWrapper says
    "rdf+xml": (None, "rdfxml"),
    "json-ld": (None, "jsonld"),
}
"""What ``?format=`` takes: the format for solutions and the one for graphs; ``None``: not for that kind."""
