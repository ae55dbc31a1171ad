"""The schemas in which a record can be had, and the record in each, as text of XML without a declaration."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree
from sqlalchemy import Connection, select

from converters.marc.record import Record
from converters.marc.write import to_marcxml
from hub.feeds.bibframe import bibframe
from hub.feeds.dublin_core import dublin_core
from hub.feeds.log import among
from hub.feeds.union_record import Stands, standing, union_records
from hub.protocols.sru.holdings import Holders, with_holdings, without_holdings
from hub.protocols.sru.mods import mods
from hub.registry import schema

_DC = "http://purl.org/dc/elements/1.1/"
_SRW_DC = "info:srw/schema/1/dc-schema"
_MODS = re.compile(r"info:srw/schema/1/mods-v3\.[0-8]")


@dataclass(frozen=True, slots=True)
class Instances:
    """The Instances of a page that still live: their Works and times of change, and their records, best first."""

    connection: Connection
    base: str
    known: dict[str, tuple[str, int]]
    standings: dict[str, list[Stands]]

    @classmethod
    def read(cls, connection: Connection, base: str, ids: Sequence[str]) -> Instances:
        """From the registry; what an index that lags behind still names is absent."""
        entity = schema.entity
        columns = select(entity.c.id, entity.c.parent, entity.c.changed, entity.c.state)
        rows = among(connection, columns, entity.c.id, ids)
        known = {row.id: (row.parent or "", row.changed) for row in rows if row.state == "live"}
        standings = standing(connection, known)
        return cls(connection, base, {i: known[i] for i in known if i in standings}, standings)

    def uri(self, identity: str) -> str:
        """The Instance's URI."""
        return f"{self.base}instances/{identity}"

    def marc(self) -> dict[str, Record]:
        """The union record of each, with who holds it."""
        records = union_records(self.connection, self.base, self.known, self.standings)
        fields = Holders(self.connection).fields({i: self.standings[i] for i in records})
        return {i: with_holdings(record, fields[i]) for i, record in records.items()}


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema of records: its short name, its identifier (others name the same), its title, and how it is made.

    ``most``: records of one answer at most.
    """

    name: str
    uri: str
    title: str
    location: str
    make: Callable[[Instances], dict[str, str]]
    most: int = 200


def _marcxml(instances: Instances) -> dict[str, str]:
    return {i: to_marcxml(record) for i, record in instances.marc().items()}


def _marcxml_alone(instances: Instances) -> dict[str, str]:
    records = union_records(instances.connection, instances.base, instances.known, instances.standings)
    return {i: to_marcxml(without_holdings(record)) for i, record in records.items()}


def _dc(instances: Instances) -> dict[str, str]:
    made = {}
    records = union_records(instances.connection, instances.base, instances.known, instances.standings)
    for i, record in records.items():
        root = etree.Element(f"{{{_SRW_DC}}}dc", nsmap={"srw_dc": _SRW_DC, "dc": _DC})
        for name, text in dublin_core(record, instances.uri(i)):
            etree.SubElement(root, f"{{{_DC}}}{name}").text = _NOT_XML.sub("", text)
        made[i] = etree.tostring(root, encoding="unicode")
    return made


_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def _mods(instances: Instances) -> dict[str, str]:
    return {
        i: etree.tostring(mods(record, instances.uri(i)), encoding="unicode") for i, record in instances.marc().items()
    }


def _bibframe(instances: Instances) -> dict[str, str]:
    works = {i: work for i, (work, _) in instances.known.items()}
    made = bibframe(instances.connection, instances.base, works)
    return {i: etree.tostring(root, encoding="unicode") for i, root in made.items()}


SCHEMAS = (
    Schema(
        "marcxml", "info:srw/schema/1/marcxml-v1.1", "MARCXML, with who holds it (852, 999)",
        "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd", _marcxml,
    ),
    Schema(
        "marcxml-bib", "https://bibhub.org/schema/marcxml-bib", "MARCXML of the description alone, for copying",
        "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd", _marcxml_alone,
    ),
    Schema(
        "dc", "info:srw/schema/1/dc-v1.1", "Dublin Core",
        "http://www.loc.gov/standards/sru/recordSchemas/dc-schema.xsd", _dc,
    ),
    Schema(
        "mods", "info:srw/schema/1/mods-v3.6", "MODS 3.6", "http://www.loc.gov/standards/mods/v3/mods-3-6.xsd", _mods,
    ),
    Schema(
        "bibframe", "http://id.loc.gov/ontologies/bibframe/", "BIBFRAME 2 (RDF/XML): Instance, Work and Items",
        "http://id.loc.gov/ontologies/bibframe.rdf", _bibframe, most=50,
    ),
)  # fmt: skip
"""What is served; the first when nothing is asked for."""

_ALIASES = {
    "http://www.loc.gov/marc21/slim": "marcxml", "marc21": "marcxml", "info:srw/schema/1/marcxml-v1.0": "marcxml",
    "info:srw/schema/1/dc-v1.0": "dc", _SRW_DC: "dc", "http://www.loc.gov/mods/v3": "mods",
    "http://www.loc.gov/mods": "mods", "bibframe2": "bibframe", "http://id.loc.gov/ontologies/bibframe": "bibframe",
}  # fmt: skip


def schema_of(name: str) -> Schema | None:
    """The schema of a short name or identifier, None for one that is not served."""
    low = name.strip().lower()
    low = "mods" if _MODS.fullmatch(low) else _ALIASES.get(low, low)
    return next((s for s in SCHEMAS if low in (s.name, s.uri)), None)
