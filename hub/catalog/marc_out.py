"""A record for download: ISO 2709 in UTF-8 and MARCXML. Only public fields come this far (records.stored_record)."""

from __future__ import annotations

import re

from lxml import etree

from converters.marc.record import Record

_SLIM = "http://www.loc.gov/MARC21/slim"
_DELIMITERS = re.compile("[\x00-\x1f\x7f]")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class TooLong(ValueError):
    """A record beyond what ISO 2709 can hold: 9,999 bytes a field, 99,999 a record. MARCXML has no such limit."""


def iso2709(record: Record) -> bytes:
    """ISO 2709 with leader/09 ``a`` (UTF-8), lengths computed anew. Raises :class:`TooLong`."""
    directory = body = b""
    for field in record.fields:
        tag = field.tag.encode("ascii", "replace")[:3].ljust(3, b"?")
        if field.tag < "010":
            content = _plain(field.value)
        else:
            content = _plain(field.ind1[:1] or " ") + _plain(field.ind2[:1] or " ")
            content += b"".join(b"\x1f" + (_plain(c)[:1] or b"?") + _plain(t) for c, t in field.subfields)
        content += b"\x1e"
        if len(content) > 9999:
            raise TooLong(f"field {field.tag} has {len(content)} bytes")
        directory += b"%s%04d%05d" % (tag, len(content), len(body))
        body += content
    start = 24 + len(directory) + 1
    length = start + len(body) + 1
    if length > 99999:
        raise TooLong(f"the record has {length} bytes")
    leader = _DELIMITERS.sub(" ", record.leader).encode("ascii", "replace").ljust(24)
    head = b"%05d%sa22%05d%s4500" % (length, leader[5:9], start, leader[17:20])
    return head + directory + b"\x1e" + body + b"\x1d"


def _plain(text: str) -> bytes:
    return _DELIMITERS.sub(" ", text).encode("utf-8", "replace")


def marcxml(record: Record) -> bytes:
    """A MARCXML document (http://www.loc.gov/standards/marcxml/) with this one record."""
    root = etree.Element(f"{{{_SLIM}}}record", nsmap={None: _SLIM})  # type: ignore[dict-item]  # the default namespace has no prefix; the stubs do not know
    leader = record.leader[:9] + "a" + record.leader[10:]
    etree.SubElement(root, f"{{{_SLIM}}}leader").text = _NOT_XML.sub(" ", leader)
    for field in record.fields:
        if field.tag < "010":
            control = etree.SubElement(root, f"{{{_SLIM}}}controlfield", tag=_NOT_XML.sub(" ", field.tag))
            control.text = _NOT_XML.sub("\ufffd", field.value)
            continue
        data = etree.SubElement(
            root,
            f"{{{_SLIM}}}datafield",
            tag=_NOT_XML.sub(" ", field.tag),
            ind1=_NOT_XML.sub(" ", field.ind1),
            ind2=_NOT_XML.sub(" ", field.ind2),
        )
        for code, text in field.subfields:
            subfield = etree.SubElement(data, f"{{{_SLIM}}}subfield", code=_NOT_XML.sub(" ", code))
            subfield.text = _NOT_XML.sub("\ufffd", text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
