"""Records written back: ISO 2709, MARCXML and MARC-in-JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from converters.marc.frame import MarcError
from converters.marc.record import Field, Record

NAMESPACE = "http://www.loc.gov/MARC21/slim"
"""The namespace of MARCXML."""

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DELIMITER = re.compile("[\x1d-\x1f]")


def to_iso2709(record: Record) -> bytes:
    """The record in MARC 21's exchange format, UTF-8 (leader/09 is set to ``a``).

    Raises MarcError when a field is over 9,999 bytes or the record over 99,999 (ISO 2709 cannot hold more; others
    write a wrong directory), when a tag is not three ASCII characters, or a subfield code not one.
    """
    directory: list[bytes] = []
    body: list[bytes] = []
    start = 0
    for field in record.fields:
        data = _field(field)
        if len(data) > 9999:
            raise MarcError(f"field {field.tag} has {len(data):,} bytes; ISO 2709 allows 9,999: use MARCXML")
        directory.append(f"{field.tag}{len(data):04d}{start:05d}".encode("ascii"))
        body.append(data)
        start += len(data)
    base = 24 + 12 * len(directory) + 1
    length = base + start + 1
    if length > 99999:
        raise MarcError(f"the record has {length:,} bytes; ISO 2709 allows 99,999: use MARCXML")
    old = record.leader.ljust(24)
    leader = f"{length:05d}{old[5:9]}a22{base:05d}{old[17:20]}4500"
    return b"".join([leader.encode("ascii", "replace"), *directory, b"\x1e", *body, b"\x1d"])


def _field(field: Field) -> bytes:
    if len(field.tag) != 3 or not field.tag.isascii() or not field.tag.isalnum():
        raise MarcError(f"tag {field.tag!r} is not three letters or digits; ISO 2709 cannot hold it: use MARCXML")
    if field.tag[:2] == "00":
        return _DELIMITER.sub("", field.value).encode() + b"\x1e"
    parts = [_indicator(field.ind1) + _indicator(field.ind2)]
    for code, text in field.subfields:
        if len(code) != 1 or not " " < code <= "~":
            raise MarcError(f"subfield code {code!r} in {field.tag} is not one ASCII character: use MARC-in-JSON")
        parts.append(f"\x1f{code}{_DELIMITER.sub('', text)}")
    return "".join(parts).encode("utf-8", "replace") + b"\x1e"


def _indicator(text: str) -> str:
    return text if len(text) == 1 and " " <= text <= "~" else " "


def to_marcxml(record: Record) -> str:
    """One ``record`` element of MARCXML with its namespace. Characters that XML forbids are left out."""
    out = [f'<record xmlns="{NAMESPACE}">\n  <leader>{_text(record.leader)}</leader>\n']
    for field in record.fields:
        if field.tag[:2] == "00":
            out.append(f"  <controlfield tag={_attribute(field.tag)}>{_text(field.value)}</controlfield>\n")
            continue
        indicators = f"ind1={_attribute(field.ind1)} ind2={_attribute(field.ind2)}"
        out.append(f"  <datafield tag={_attribute(field.tag)} {indicators}>\n")
        out.extend(
            f"    <subfield code={_attribute(code)}>{_text(text)}</subfield>\n" for code, text in field.subfields
        )
        out.append("  </datafield>\n")
    out.append("</record>\n")
    return "".join(out)


def marcxml_collection(records: Iterable[Record]) -> Iterator[str]:
    """A MARCXML document of many records, piece by piece."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{NAMESPACE}">\n'
    for record in records:
        yield to_marcxml(record)
    yield "</collection>\n"


def to_json(record: Record) -> dict[str, Any]:
    """The record as MARC-in-JSON, ready for :func:`json.dumps`."""
    fields: list[dict[str, Any]] = []
    for field in record.fields:
        if field.tag[:2] == "00":
            fields.append({field.tag: field.value})
        else:
            subfields = [{code: text} for code, text in field.subfields]
            fields.append({field.tag: {"ind1": field.ind1, "ind2": field.ind2, "subfields": subfields}})
    return {"leader": record.leader, "fields": fields}


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text)).replace("\r", "&#13;")


@lru_cache(maxsize=1024)  # tags, indicators and codes are few
def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text))
