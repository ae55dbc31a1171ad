"""The namespaces of the graph, as N-Triples terms: ``BF.title`` is ``<http://id.loc.gov/ontologies/bibframe/title>``."""

from __future__ import annotations


class Namespace:
    """Terms of one vocabulary. An attribute is the term's IRI in angle brackets, made once and kept."""

    def __init__(self, base: str) -> None:
        self.base = base

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        term = f"<{self.base}{name}>"
        setattr(self, name, term)
        return term

    def __getitem__(self, name: str) -> str:
        return f"<{self.base}{name}>"


BF = Namespace("http://id.loc.gov/ontologies/bibframe/")
BFLC = Namespace("http://id.loc.gov/ontologies/bflc/")
MADS = Namespace("http://www.loc.gov/mads/rdf/v1#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
PROV = Namespace("http://www.w3.org/ns/prov#")
SCHEMA = Namespace("http://schema.org/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
VOID = Namespace("http://rdfs.org/ns/void#")
EDTF = Namespace("http://id.loc.gov/datatypes/")
GEO = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")
HUB = Namespace("https://bibhub.org/ontology/")
"""Terms of our own: few, and only where no published vocabulary has the word (ontologies/hub.ttl)."""

PREFIXES: dict[str, str] = {
    "bf": BF.base,
    "bflc": BFLC.base,
    "madsrdf": MADS.base,
    "rdf": RDF.base,
    "rdfs": RDFS.base,
    "xsd": XSD.base,
    "owl": OWL.base,
    "skos": SKOS.base,
    "dcterms": DCTERMS.base,
    "prov": PROV.base,
    "schema": SCHEMA.base,
    "foaf": FOAF.base,
    "void": VOID.base,
    "lcdt": EDTF.base,
    "geo": GEO.base,
    "bh": HUB.base,
}

LC_VOCABULARY = "http://id.loc.gov/vocabulary/"
