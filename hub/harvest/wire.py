"""OAI-PMH 2.0 as an answer of strangers: strict XML without entities, its records as the bytes of their MARC.

Source: http://www.openarchives.org/OAI/openarchivesprotocol.html

A list that cannot be read whole is an error, not a shorter list: a mending parser would lose records and say nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree

from converters.marc.frame import FRAME_LIMIT
from converters.marc.write import NAMESPACE as MARC

OAI = "http://www.openarchives.org/OAI/2.0/"
LONGEST = 2000
"""Characters of an identifier or token."""
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_WITH_DOCTYPE = "the answer declares a document type, which OAI-PMH has not (§3.2); nothing of it was taken"
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
OVERLAP = timedelta(hours=12)
"""How far an increment goes back before the last run: what was being written then may have been seen late, and some
systems stamp records in local time as if it were UTC, which is at most so far behind it."""


class HarvestError(Exception):
    """A harvest that cannot go on; the message says what to do. What was stored stays, the next run goes on from it."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One OAI record: what its header says, and the bytes of the MARC records in it (none of a deleted one).

    ``fault`` says why it cannot be taken, else it is empty.
    """

    identifier: str
    datestamp: str
    deleted: bool
    records: tuple[bytes, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer to ListRecords. ``token`` is None at the end; ``size`` is completeListSize, 0 when it is not told."""

    date: str
    records: list[Sent] = field(default_factory=list)
    token: str | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """What Identify says that a harvester must know."""

    name: str
    days: bool
    """Datestamps have days only."""
    deletes: str
    """``no``, ``transient`` or ``persistent`` (§2.5.1)."""


def root_of(data: bytes) -> etree._Element:
    """The root of an answer. Raises HarvestError for what is not well-formed, declares entities, or is no OAI-PMH."""
    before = data.find(b"responseDate")
    if _DOCTYPE.search(data[: before if before >= 0 else len(data)]):
        raise HarvestError(_WITH_DOCTYPE)
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise HarvestError(f"the answer is no well-formed XML ({error}); nothing of it was taken") from error
    if getattr(root.getroottree().docinfo, "doctype", ""):  # one that was hidden from the look above, e.g. in UTF-16
        raise HarvestError(_WITH_DOCTYPE)
    if root.tag != f"{{{OAI}}}OAI-PMH":
        raise HarvestError(f"the answer is no OAI-PMH 2.0: its root is {str(root.tag)[:100]!r}. Is the address right?")
    return root


def identity(root: etree._Element) -> Identity:
    """What an answer to Identify says."""
    said = root.find(_oai("Identify"))
    if said is None:
        raise HarvestError("the source does not answer Identify")
    days = len(_text(said, "granularity")) == len("YYYY-MM-DD")
    return Identity(_text(said, "repositoryName")[:200], days, _text(said, "deletedRecord") or "no")


def page(root: etree._Element) -> Page:
    """The records of an answer to ListRecords. Raises HarvestError when there is no such list."""
    date = _text(root, "responseDate")
    listing = root.find(_oai("ListRecords"))
    if listing is None:
        raise HarvestError("the answer holds neither records nor an error")
    end = listing.find(_oai("resumptionToken"))
    token = (end.text or "").strip() if end is not None else ""
    if len(token) > LONGEST:
        raise HarvestError(f"the resumption token has more than {LONGEST} characters")
    size = end.get("completeListSize", "") if end is not None else ""
    count = int(size) if size.isascii() and size.isdigit() and len(size) < 12 else 0
    return Page(date, [_sent(element) for element in listing.iterfind(_oai("record"))], token or None, count)


def _sent(element: etree._Element) -> Sent:
    header = element.find(_oai("header"))
    identifier = " ".join(_text(header, "identifier").split()) if header is not None else ""
    datestamp = _text(header, "datestamp") if header is not None else ""
    if header is None or not identifier or len(identifier) > LONGEST:
        return Sent(identifier[:200], datestamp, deleted=False, fault="the OAI record has no usable identifier")
    if header.get("status") == "deleted":
        return Sent(identifier, datestamp, deleted=True)
    metadata = element.find(_oai("metadata"))
    found = _marc(metadata) if metadata is not None else []
    if not found:
        return Sent(identifier, datestamp, deleted=False, fault="the OAI record holds no MARCXML: is the prefix right?")
    records = tuple(etree.tostring(one, method="c14n", exclusive=True) for one in found)
    if any(len(data) > FRAME_LIMIT for data in records):
        return Sent(identifier, datestamp, deleted=False, fault=f"the MARC record has more than {FRAME_LIMIT:,} bytes")
    return Sent(identifier, datestamp, deleted=False, records=records)


def _marc(metadata: etree._Element) -> list[etree._Element]:
    """The record elements in a metadata element: one, or those of a collection; with MARC's namespace or none."""
    wanted = {f"{{{MARC}}}record", "record"}
    for child in metadata:
        if child.tag in wanted:
            return [child]
        return [inner for inner in child if inner.tag in wanted]
    return []


def moment(text: str | None) -> datetime | None:
    """A datestamp as a time, None for what is none (§3.3)."""
    if text is None:
        return None
    try:
        if _SECOND.match(text):
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if _DAY.match(text):
            return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return None


def earlier(since: str, *, days: bool) -> str:
    """The ``from`` of an increment after a datestamp, with the overlap, in the source's granularity."""
    at = moment(since)
    if at is None:
        raise HarvestError(f"{since!r} is no datestamp; harvest once with --full")
    if days:
        return (at - timedelta(days=1)).strftime("%Y-%m-%d")
    return (at - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")


def _oai(name: str) -> str:
    return f"{{{OAI}}}{name}"


def _text(element: Any, name: str) -> str:  # Any: lxml's stubs have no optional element here
    found = element.find(_oai(name))
    return (found.text or "").strip() if found is not None else ""
