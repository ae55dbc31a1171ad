"""What framing gives: the bytes of one record, or the bytes that cannot be one and why."""

from __future__ import annotations

from typing import NamedTuple

FRAME_LIMIT = 4 * 1024 * 1024
"""Bytes. No record is longer: the largest known MARC record is under 1 MB. Keeps memory constant on any input."""

SAMPLE = 64 * 1024
"""Bytes kept of a stretch that is too long to be a record."""

FORMATS: dict[str, str] = {
    "iso2709": "MARC 21 exchange format (ISO 2709)",
    "hash-iso": "eMicLib export (ISO 2709 with # after a field, ## after a record, $ before a subfield)",
    "marcxml": "MARCXML",
    "marc-in-json": "MARC-in-JSON",
    "mrk": "MARCMaker text (.mrk)",
    "aleph": "Aleph sequential",
    "libol": "Libol tagged text",
    "opac": "MARC copied from an OPAC page (tab-separated)",
}
"""The formats that are read, by the name that frames, records and reports carry."""


class MarcError(ValueError):
    """These bytes cannot be a record. The message says what is wrong, where, and what to do."""


class UnknownFormat(MarcError):
    """The whole input is in no format that is read; the message names what it seems to be and what to send."""


class Frame(NamedTuple):
    """One record's own bytes in its own encoding: all that :func:`converters.marc.parse` needs.

    ``offset`` counts bytes in the uncompressed input, ``number`` counts from 1 in the input (damaged ones too),
    ``format`` is a key of :data:`FORMATS`.
    """

    data: bytes
    offset: int
    format: str
    number: int


class Damaged(NamedTuple):
    """A stretch of input that is no readable record: its bytes (at most :data:`SAMPLE` of an endless one), its byte
    offset in the uncompressed input, its place in the count, the reason as a sentence for the cataloguer, and the
    control number where one can still be seen (else empty)."""

    data: bytes
    offset: int
    number: int
    reason: str
    control_number: str = ""
