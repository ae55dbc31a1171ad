"""Instances as BIBFRAME in RDF/XML: each with its Work and its Items, as the triple store has them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree
from pyoxigraph import Literal, RdfFormat, Triple, parse, serialize
from sqlalchemy import Connection, select

from hub.feeds.log import among
from hub.projection.describe import describe
from hub.projection.tasks import gather
from hub.registry import schema
from ontologies.namespaces import PREFIXES

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def bibframe(connection: Connection, base: str, works: Mapping[str, str]) -> dict[str, etree._Element]:
    """``rdf:RDF`` of each Instance by its id; ``works`` has the Work of each, or nothing.

    Described from the registry. What has nothing to say is absent.
    """
    entity = schema.entity
    items: dict[str, list[str]] = {}
    # What hangs on an Instance are Items. A condition on the place would make SQLite read every Item there is.
    columns = select(entity.c.id, entity.c.parent, entity.c.state)
    for row in among(connection, columns, entity.c.parent, works):
        if row.state == "live":
            items.setdefault(row.parent, []).append(row.id)
    wanted = [("instances", instance) for instance in works]
    wanted += [("works", work) for work in dict.fromkeys(works.values()) if work]
    wanted += [("items", item) for found in items.values() for item in sorted(found)]
    described: dict[str, bytes] = {}
    for task in gather(connection, wanted, base, record_graphs=False).tasks:
        described.update(describe(task).entities)
    made: dict[str, etree._Element] = {}
    for instance, work in works.items():
        names = [f"instances/{instance}", f"works/{work}"]
        names += [f"items/{item}" for item in sorted(items.get(instance, ()))]
        lines = b"".join(described.get(base + name, b"") for name in names)
        if lines:
            made[instance] = _rdf_xml(lines)
    return made


def _rdf_xml(ntriples: bytes) -> etree._Element:
    triples = [_of_xml(quad.triple) for quad in parse(ntriples, RdfFormat.N_TRIPLES)]
    used = {t.predicate.value for t in triples}
    prefixes = {p: iri for p, iri in PREFIXES.items() if any(u.startswith(iri) for u in used)}
    return etree.fromstring(serialize(triples, format=RdfFormat.RDF_XML, prefixes=prefixes) or b"", _parser())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True, huge_tree=True
    )


def _of_xml(triple: Triple) -> Triple:
    """The statement without the characters that RDF allows and XML 1.0 forbids (the serializer writes them)."""
    value = triple.object
    if not isinstance(value, Literal) or not _NOT_XML.search(value.value):
        return triple
    text = _NOT_XML.sub("", value.value)
    if value.language:
        return Triple(triple.subject, triple.predicate, Literal(text, language=value.language))
    return Triple(triple.subject, triple.predicate, Literal(text, datatype=value.datatype))
