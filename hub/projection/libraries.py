"""Libraries and their groups as resources: who holds, where, and in which region."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from converters.bibframe.terms import iri as iri_term
from converters.bibframe.terms import literal, segment
from hub.registry import schema
from ontologies.namespaces import BF, FOAF, GEO, RDF, RDFS, SCHEMA, XSD


def describe_libraries(connection: Connection, base: str, codes: list[str]) -> list[tuple[str, bytes]]:
    """(IRI, N-Quads) of each library; one that is not in the registry has nothing to say."""
    rows = {row.code: row for row in connection.execute(select(schema.library))}
    return [_library(base, code, rows.get(code)) for code in codes]


def describe_groups(connection: Connection, base: str, codes: list[str]) -> list[tuple[str, bytes]]:
    """(IRI, N-Quads) of each group of libraries."""
    rows = {row.code: row for row in connection.execute(select(schema.library_group))}
    described = []
    for code in codes:
        row = rows.get(code)
        iri = f"{base}groups/{segment(code)}"
        lines = (
            [] if row is None else [f"{RDF.type} {BF.Organization}", f"{RDF.type} {SCHEMA.Consortium}", *_names(row)]
        )
        described.append(_written(iri, lines))
    return described


def _library(base: str, code: str, row: Row[Any] | None) -> tuple[str, bytes]:
    iri = f"{base}libraries/{segment(code)}"
    if row is None:
        return _written(iri, [])
    lines = [f"{RDF.type} {BF.Organization}", f"{RDF.type} {SCHEMA.Library}", *_names(row)]
    lines.append(f"{BF.code} {literal(code)}")
    if row.group_code:
        lines.append(f"{SCHEMA.memberOf} <{base}groups/{segment(row.group_code)}>")
    if row.place:
        lines.append(f"{SCHEMA.addressLocality} {literal(row.place, 'vi')}")
    if row.latitude is not None and row.longitude is not None:
        lines.append(f"{GEO.lat} {literal(str(row.latitude), None, XSD.decimal)}")
        lines.append(f"{GEO.long} {literal(str(row.longitude), None, XSD.decimal)}")
    website = iri_term(row.website) if row.website else None
    if website:
        lines.append(f"{FOAF.homepage} {website}")
    return _written(iri, lines)


def _names(row: Row[Any]) -> list[str]:
    return [f"{RDFS.label} {literal(row.name_vi, 'vi')}", f"{RDFS.label} {literal(row.name_en, 'en')}"]


def _written(iri: str, lines: list[str]) -> tuple[str, bytes]:
    return iri, "".join(f"<{iri}> {line} .\n" for line in lines).encode()
