"""A description in the RDF formats: N-Triples in, a document out. Deterministic, so that a digest can be its ETag."""

from __future__ import annotations

import json

from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from hub.catalog.graph import Graph
from hub.catalog.jsonld import Context, compact
from ontologies.namespaces import BF, BFLC, DCTERMS, FOAF, MADS, OWL, PREFIXES, VOID, XSD

FORMATS: dict[str, str] = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
}
"""Extension → media type of the data documents; ``.xml`` is another name of ``.rdf`` where no MARCXML is meant."""

_VOCABULARIES = (BF.base, BFLC.base, MADS.base)
_RDF_FORMATS = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML}


def document(ntriples: bytes, form: str, iri: str, base: str, context: Context) -> bytes:
    """The description of ``iri`` as a document of one format (a key of :data:`FORMATS`).

    Says of the document itself what it describes and which data set it belongs to (void:inDataset, Cool URIs §4.4).
    ``context`` is the published JSON-LD context.
    """
    graph = Graph().extend(t for t in parse(_in_order(ntriples, iri), RdfFormat.N_TRIPLES) if not _of_vocabulary(t))
    about = f"{iri}.{form}"
    graph.add(iri, FOAF.isPrimaryTopicOf[1:-1], NamedNode(about))
    graph.add(about, VOID.inDataset[1:-1], NamedNode(f"{base}.well-known/void#dataset"))
    if form == "jsonld":
        made = compact(graph, iri, about, f"{base}context.jsonld", context)
        return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
    prefixes = None
    if form != "nt":
        used = {p for out in (graph.out(s) for s in graph.subjects()) for p in out}
        used |= {v.value for s in graph.subjects() for p in graph.out(s).values() for v in p}
        prefixes = {k: v for k, v in PREFIXES.items() if any(u.startswith(v) for u in used)}
        prefixes["rdf"] = PREFIXES["rdf"]
    made_bytes = serialize(graph.triples(), format=_RDF_FORMATS[form], prefixes=prefixes)
    assert made_bytes is not None
    return made_bytes


def _in_order(ntriples: bytes, iri: str) -> bytes:
    """The lines in an order of their own, the entity first: the same statements always make the same bytes."""
    first, owned = f"<{iri}> ".encode(), f"<{iri}#".encode()
    lines = set(ntriples.splitlines(keepends=True))
    ordered: list[bytes] = sorted(lines, key=lambda n: (not n.startswith(first), not n.startswith(owned), n))
    return b"".join(ordered)


def _of_vocabulary(statement: Quad) -> bool:
    """Labels of classes and properties are the vocabulary's affair, not each document's."""
    subject = statement.subject
    return isinstance(subject, NamedNode) and subject.value.startswith(_VOCABULARIES)


def tombstone(iri: str, replaced_by: str = "") -> bytes:
    """What is said of a withdrawn or merged entity, as N-Triples."""
    lines = f'<{iri}> {OWL.deprecated} "true"^^{XSD.boolean} .\n'
    if replaced_by:
        lines += f"<{iri}> {DCTERMS.isReplacedBy} <{replaced_by}> .\n"
    return lines.encode()
