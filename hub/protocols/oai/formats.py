"""An Instance in the three formats: MARCXML of its union record, Dublin Core of that, BIBFRAME as RDF/XML."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lxml import etree
from sqlalchemy import Connection

from converters.marc.record import Record
from converters.marc.write import NAMESPACE, to_marcxml
from hub.feeds.bibframe import bibframe as described
from hub.feeds.dublin_core import dublin_core
from hub.feeds.union_record import union_records
from hub.protocols.oai.harvest import Listed
from hub.protocols.oai.wire import OAI, XSI, Format, clean
from ontologies.namespaces import RDF

_OAI_DC = f"{OAI}oai_dc/"
_DC = "http://purl.org/dc/elements/1.1/"
_MARC_SCHEMA = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"
_DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

Made = dict[str, etree._Element]
"""Metadata by the id of its Instance."""


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True, huge_tree=True
    )


def marcxml(connection: Connection, base: str, instances: Sequence[Listed]) -> Made:
    """The union record of each Instance (hub.feeds.union_record)."""
    made: Made = {}
    for identity, record in _records(connection, base, instances).items():
        root = etree.fromstring(to_marcxml(record).encode("utf-8", "replace"), _parser())
        root.set(f"{{{XSI}}}schemaLocation", f"{NAMESPACE} {_MARC_SCHEMA}")
        made[identity] = root
    return made


def oai_dc(connection: Connection, base: str, instances: Sequence[Listed]) -> Made:
    """The union record of each Instance as unqualified Dublin Core."""
    made: Made = {}
    for identity, record in _records(connection, base, instances).items():
        root = etree.Element(f"{{{_OAI_DC}}}dc", nsmap={"oai_dc": _OAI_DC, "dc": _DC, "xsi": XSI})
        root.set(f"{{{XSI}}}schemaLocation", f"{_OAI_DC} {_DC_SCHEMA}")
        for name, text in dublin_core(record, f"{base}instances/{identity}"):
            etree.SubElement(root, f"{{{_DC}}}{name}").text = clean(text)
        made[identity] = root
    return made


def _records(connection: Connection, base: str, instances: Sequence[Listed]) -> dict[str, Record]:
    return union_records(
        connection, base, {i.id: (i.work, i.at) for i in instances}, {i.id: list(i.records) for i in instances}
    )


def bibframe(connection: Connection, base: str, instances: Sequence[Listed]) -> Made:
    """Each Instance with its Work and its Items (hub.feeds.bibframe)."""
    return described(connection, base, {i.id: i.work for i in instances})


FORMATS: dict[str, tuple[Format, Callable[[Connection, str, Sequence[Listed]], Made]]] = {
    "oai_dc": (Format("oai_dc", _DC_SCHEMA, _OAI_DC), oai_dc),
    "marcxml": (Format("marcxml", _MARC_SCHEMA, NAMESPACE), marcxml),
    # RDF has no XML Schema of its own; this one is the archives' usual name for "any RDF/XML".
    "bibframe": (
        Format("bibframe", "http://www.openarchives.org/OAI/2.0/rdf.xsd", RDF.type[1:-1].removesuffix("type")),
        bibframe,
    ),
}
"""What can be disseminated, by metadataPrefix; oai_dc is what every provider must have (§2.3)."""
