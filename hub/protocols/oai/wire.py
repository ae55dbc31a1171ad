"""OAI-PMH 2.0 on the wire: its verbs, arguments, error codes, dates and XML.

Source: http://www.openarchives.org/OAI/openarchivesprotocol.html

Sections in the comments are those of the protocol.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

OAI = "http://www.openarchives.org/OAI/2.0/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = f"{OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
_IDENTIFIER = "http://www.openarchives.org/OAI/2.0/oai-identifier"
GRANULARITY = "YYYY-MM-DDThh:mm:ssZ"
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SECOND = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMS = {
    "metadataPrefix": re.compile(r"[A-Za-z0-9_.!~*'()-]+"),
    "set": re.compile(r"[A-Za-z0-9_.!~*'()-]+(:[A-Za-z0-9_.!~*'()-]+)*"),
    "identifier": re.compile(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+"),
}
"""What the values of arguments are made of (§2.4, §2.6, §3.4)."""
_HOST = re.compile(r"[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+")


@dataclass(frozen=True, slots=True)
class Verb:
    """What a verb takes (§4): arguments it needs, arguments it may have, and whether a resumption token may stand
    instead of them all.
    """

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    resumable: bool = False


_LIST = Verb(("metadataPrefix",), ("from", "until", "set"), resumable=True)
VERBS: Mapping[str, Verb] = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb((), ("identifier",)),
    "ListSets": Verb(resumable=True),
    "GetRecord": Verb(("identifier", "metadataPrefix")),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}


class OaiError(Exception):
    """An error condition of §3.6: ``code`` is one of its words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Format:
    """A metadata format (§3.4)."""

    prefix: str
    schema: str
    namespace: str


@dataclass(frozen=True, slots=True)
class Header:
    """A record's header (§2.5)."""

    identifier: str
    datestamp: int
    sets: tuple[str, ...]
    deleted: bool


def arguments(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The arguments of a request with its verb, held against :data:`VERBS`. Raises badVerb and badArgument."""
    given = dict(pairs)
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiError("badVerb", "give one verb: " + ", ".join(VERBS))
    if len(given) != len(pairs):
        raise OaiError("badArgument", "an argument is given more than once")
    verb = VERBS[verbs[0]]
    names = given.keys() - {"verb"}
    if verb.resumable and "resumptionToken" in names:
        if len(names) > 1:
            raise OaiError("badArgument", "resumptionToken stands alone")
        return given
    unknown = names - {*verb.needs, *verb.may}
    if unknown:
        raise OaiError("badArgument", f"{verbs[0]} does not take {', '.join(sorted(unknown))}")
    missing = [name for name in verb.needs if not given.get(name)]
    if missing:
        raise OaiError("badArgument", f"{verbs[0]} needs {', '.join(missing)}")
    return given


def showable(given: Mapping[str, str]) -> dict[str, str]:
    """The arguments that an answer may repeat as attributes of its request element: those of the protocol's form.

    Only an answer without error must repeat them all (§3.2); the schema allows no others.
    """
    return {name: value for name, value in given.items() if name not in _FORMS or _FORMS[name].fullmatch(value)}


def period(start: str | None, end: str | None) -> tuple[int | None, int | None]:
    """``from`` and ``until`` (§3.3) as seconds since 1970, both included. Raises badArgument."""
    if start is not None and end is not None and len(start) != len(end):
        raise OaiError("badArgument", "from and until differ in granularity")
    first = _seconds(start, last=False) if start is not None else None
    last = _seconds(end, last=True) if end is not None else None
    if first is not None and last is not None and first > last:
        raise OaiError("badArgument", "from is later than until")
    return first, last


def _seconds(text: str, *, last: bool) -> int:
    form = "%Y-%m-%d" if _DAY.fullmatch(text) else "%Y-%m-%dT%H:%M:%SZ" if _SECOND.fullmatch(text) else None
    if form is None:
        raise OaiError("badArgument", f"{text!r} is no date: YYYY-MM-DD or {GRANULARITY}")
    try:
        found = int(datetime.strptime(text, form).replace(tzinfo=UTC).timestamp())
    except (ValueError, OverflowError) as error:
        raise OaiError("badArgument", f"{text!r} is no date") from error
    return found + 86399 if last and form == "%Y-%m-%d" else found


def utc(seconds: int) -> str:
    """Seconds since 1970 as a UTCdatetime."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clean(text: str) -> str:
    """Text without the characters that XML 1.0 forbids."""
    return _NOT_XML.sub("", text)


def element(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """A child in the protocol's namespace."""
    made = etree.SubElement(parent, f"{{{OAI}}}{name}", {k: clean(v) for k, v in attributes.items()})
    if text:
        made.text = clean(text)
    return made


def _nsmap(default: str) -> Any:  # Any: lxml takes None as the default prefix, its stubs do not
    return {None: default, "xsi": XSI}


def envelope(now: int, base_url: str, request: Mapping[str, str]) -> etree._Element:
    """The root of an answer (§3.2); ``request`` are the attributes of its request element."""
    root = etree.Element(f"{{{OAI}}}OAI-PMH", nsmap=_nsmap(OAI))
    root.set(f"{{{XSI}}}schemaLocation", _SCHEMA)
    element(root, "responseDate", utc(now))
    element(root, "request", base_url, **request)
    return root


def error(root: etree._Element, problem: OaiError) -> None:
    """An error element (§3.6)."""
    element(root, "error", str(problem), code=problem.code)


def identify(
    root: etree._Element, name: str, base_url: str, host: str, earliest: int, sample: str, contact: str = ""
) -> None:
    """Identify (§4.2). Where no ``contact`` is set, the mailbox is the one that RFC 2142 gives a web site."""
    made = element(root, "Identify")
    element(made, "repositoryName", name)
    element(made, "baseURL", base_url)
    element(made, "protocolVersion", "2.0")
    element(made, "adminEmail", contact or f"webmaster@{host if '.' in host else host + '.localdomain'}")
    element(made, "earliestDatestamp", utc(earliest))
    element(made, "deletedRecord", "persistent")
    element(made, "granularity", GRANULARITY)
    if _HOST.fullmatch(host):  # the oai-identifier scheme wants a domain name
        about = etree.SubElement(
            element(made, "description"), f"{{{_IDENTIFIER}}}oai-identifier", nsmap=_nsmap(_IDENTIFIER)
        )
        about.set(f"{{{XSI}}}schemaLocation", f"{_IDENTIFIER} {_IDENTIFIER}.xsd")
        for tag, text in (
            ("scheme", "oai"),
            ("repositoryIdentifier", host),
            ("delimiter", ":"),
            ("sampleIdentifier", sample),
        ):
            etree.SubElement(about, f"{{{_IDENTIFIER}}}{tag}").text = text


def list_formats(root: etree._Element, formats: Iterable[Format]) -> None:
    """ListMetadataFormats (§4.4)."""
    made = element(root, "ListMetadataFormats")
    for form in formats:
        entry = element(made, "metadataFormat")
        element(entry, "metadataPrefix", form.prefix)
        element(entry, "schema", form.schema)
        element(entry, "metadataNamespace", form.namespace)


def list_sets(root: etree._Element, sets: Iterable[tuple[str, str]]) -> None:
    """ListSets (§4.6): (setSpec, setName) pairs."""
    made = element(root, "ListSets")
    for spec, name in sets:
        entry = element(made, "set")
        element(entry, "setSpec", spec)
        element(entry, "setName", name)


def header(parent: etree._Element, given: Header) -> None:
    """A header element."""
    made = element(parent, "header", **({"status": "deleted"} if given.deleted else {}))
    element(made, "identifier", given.identifier)
    element(made, "datestamp", utc(given.datestamp))
    for spec in given.sets:
        element(made, "setSpec", spec)


def record(parent: etree._Element, given: Header, metadata: etree._Element | None) -> None:
    """A record element: a deleted record has no metadata (§2.5.1)."""
    made = element(parent, "record")
    header(made, given)
    if metadata is not None:
        element(made, "metadata").append(metadata)


def resumption(parent: etree._Element, token: str, cursor: int) -> None:
    """A resumptionToken element (§3.5), an empty one at the end of a list that came in parts."""
    element(parent, "resumptionToken", token, cursor=str(cursor))


def written(root: etree._Element) -> bytes:
    """The answer as XML, UTF-8."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
