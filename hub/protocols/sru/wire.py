"""SRU on the wire: its parameters, and its answers as XML in the words of version 1.1, 1.2 or 2.0.

Sources: SRU 1.1 and 1.2 (Library of Congress), OASIS searchRetrieve 1.0 part 3 (SRU 2.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from hub.protocols.sru.diagnostics import SruError

VERSIONS = ("1.1", "1.2", "2.0")
DEFAULT_RECORDS = 10
DIAGNOSTICS_SCHEMA = "info:srw/schema/1/diagnostics-v1.1"
EXPLAIN_SCHEMA = "http://explain.z3950.org/dtd/2.0/"
_EXACT = "info:srw/vocabulary/resultCountPrecision/1/exact"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NUMBER = re.compile("[0-9]{1,9}", re.ASCII)

_ONE = frozenset(
    {"operation", "version", "query", "startRecord", "maximumRecords", "recordPacking", "recordSchema", "recordXPath"}
    | {"resultSetTTL", "sortKeys", "stylesheet", "extraRequestData", "scanClause", "responsePosition", "maximumTerms"}
)
_TWO = frozenset(
    {"queryType", "recordXMLEscaping", "httpAccept", "responseType", "renderedBy", "facetLimit", "facetStart"}
    | {"facetSort", "facetCount", "facetRangeField"}
)
_ONLY_TWO = frozenset({"queryType", "recordXMLEscaping", "httpAccept", "responseType", "renderedBy", "facetLimit"})


@dataclass(frozen=True, slots=True)
class Request:
    """A request as understood: searchRetrieve or explain.

    ``escaped``: records are to come as text; ``maximum``: None when not said.
    """

    version: str
    operation: str
    query: str = ""
    start: int = 1
    maximum: int | None = None
    schema: str = ""
    sort_keys: str = ""
    escaped: bool = False


def version_of(given: dict[str, str]) -> str:
    """The version to answer in: the one asked for; without it 2.0, which has neither version nor operation, unless
    the request has an operation and nothing that only 2.0 knows. Never raises: see :func:`request`.
    """
    asked = given.get("version", "").strip()
    if asked:
        return asked if asked in VERSIONS else "1.1" if asked[:1] == "1" else "2.0"
    return "1.2" if "operation" in given and not _ONLY_TWO & given.keys() else "2.0"


def request(given: dict[str, str]) -> Request:
    """Read the parameters. Raises SruError with diagnostics 4 to 8, 71, 72 and 110."""
    version = version_of(given)
    if given.get("version", version).strip() not in ("", *VERSIONS):
        raise SruError(5, VERSIONS[-1])
    operation = given.get("operation", "").strip()
    if not operation:
        operation = "searchRetrieve" if "query" in given else "scan" if "scanClause" in given else "explain"
    if operation not in ("searchRetrieve", "explain"):
        raise SruError(4, operation)
    for name in given:
        if name not in _ONE and not (version == "2.0" and name in _TWO) and not name.startswith("x-"):
            raise SruError(8, name)
    if given.get("stylesheet"):
        raise SruError(110)
    if given.get("recordXPath"):
        raise SruError(72)
    if operation == "searchRetrieve" and not given.get("query", "").strip():
        raise SruError(7, "query")
    if given.get("queryType", "cql") not in ("", "cql"):
        raise SruError(11, given["queryType"])
    return Request(
        version,
        operation,
        once(given.get("query", "")),
        _number(given, "startRecord", 1) or 1,
        _number(given, "maximumRecords", 0),
        given.get("recordSchema", ""),
        given.get("sortKeys", ""),
        _escaped(given, version),
    )


def once(text: str) -> str:
    """Text that was encoded in UTF-8 twice, decoded once more; other text as it is.

    Simple2ZOOM passes the bytes of Z39.50 terms on as if they were Latin-1. Text whose Latin-1 bytes happen to be
    UTF-8 is in no language written.
    """
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _number(given: dict[str, str], name: str, least: int) -> int | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or int(text) < least:
        raise SruError(6, name)
    return int(text)


def _escaped(given: dict[str, str], version: str) -> bool:
    """``recordPacking`` of 1.x, ``recordXMLEscaping`` of 2.0; clients send the one for the other."""
    packing = given.get("recordPacking", "").strip()
    if version == "2.0":
        if packing == "unpacked":
            raise SruError(71, packing)
        packing = given.get("recordXMLEscaping", "").strip() or ("" if packing == "packed" else packing)
    if packing not in ("", "xml", "string"):
        raise SruError(71, packing)
    return packing == "string"


@dataclass(frozen=True, slots=True)
class Packed:
    """A record of an answer: the identifier of its schema, its XML, its place in the result."""

    schema: str
    xml: str
    position: int
    identifier: str = ""


def text(value: str) -> str:
    """Text as XML has it: without what XML 1.0 forbids, escaped."""
    return escape(_NOT_XML.sub("", value))


class Answer:
    """Writes answers of one version."""

    def __init__(self, version: str, *, escaped: bool = False) -> None:
        self.version = version
        self.escaped = escaped
        two = version == "2.0"
        self.two = two
        self.namespace = (
            "http://docs.oasis-open.org/ns/search-ws/sruResponse" if two else "http://www.loc.gov/zing/srw/"
        )
        self.diagnostics_namespace = (
            "http://docs.oasis-open.org/ns/search-ws/diagnostic" if two else "http://www.loc.gov/zing/srw/diagnostic/"
        )
        self.scan_namespace = "http://docs.oasis-open.org/ns/search-ws/scan" if two else self.namespace

    def search(
        self,
        total: int,
        records: Sequence[Packed],
        following: int | None,
        echo: Iterable[tuple[str, str]],
        problems: Sequence[SruError] = (),
    ) -> bytes:
        """searchRetrieveResponse; ``following`` is the nextRecordPosition."""
        body = [_element("numberOfRecords", str(total))]
        if records:
            body += ["<zs:records>", *(self._record(r) for r in records), "</zs:records>"]
        if following is not None:
            body.append(_element("nextRecordPosition", str(following)))
        body.append(_group("echoedSearchRetrieveRequest", echo))
        body.append(self._diagnostics(problems))
        if self.two:
            body.append(_element("resultCountPrecision", _EXACT))
        return self._whole("searchRetrieveResponse", body)

    def explain(self, xml: str, echo: Iterable[tuple[str, str]], problems: Sequence[SruError] = ()) -> bytes:
        """explainResponse with the ZeeRex record."""
        body = [self._record(Packed(EXPLAIN_SCHEMA, xml, 0)), _group("echoedExplainRequest", echo)]
        return self._whole("explainResponse", [*body, self._diagnostics(problems)])

    def scan(self, echo: Iterable[tuple[str, str]], problems: Sequence[SruError]) -> bytes:
        """scanResponse; there is none without a diagnostic, for terms are not listed here."""
        body = [_group("echoedScanRequest", echo), self._diagnostics(problems)]
        return self._whole("scanResponse", body, self.scan_namespace)

    def surrogate(self, problem: SruError, position: int) -> Packed:
        """A record's place taken by a diagnostic."""
        return Packed(DIAGNOSTICS_SCHEMA, self._diagnostic(problem), position)

    def _record(self, record: Packed) -> str:
        packing = "recordXMLEscaping" if self.two else "recordPacking"
        data = escape(record.xml) if self.escaped else record.xml
        parts = [
            "<zs:record>",
            _element("recordSchema", record.schema),
            _element(packing, "string" if self.escaped else "xml"),
            f"<zs:recordData>{data}</zs:recordData>",
        ]
        if self.two and record.identifier:
            parts.append(_element("recordIdentifier", record.identifier))
        if record.position:
            parts.append(_element("recordPosition", str(record.position)))
        return "".join([*parts, "</zs:record>"])

    def _diagnostics(self, problems: Sequence[SruError]) -> str:
        if not problems:
            return ""
        return "".join(["<zs:diagnostics>", *(self._diagnostic(p) for p in problems), "</zs:diagnostics>"])

    def _diagnostic(self, problem: SruError) -> str:
        details = f"<details>{text(problem.details)}</details>" if problem.details else ""
        return (
            f'<diagnostic xmlns="{self.diagnostics_namespace}"><uri>{problem.uri}</uri>{details}'
            f"<message>{text(str(problem))}</message></diagnostic>"
        )

    def _whole(self, name: str, body: Sequence[str], namespace: str = "") -> bytes:
        written = "".join(
            [
                f'<?xml version="1.0" encoding="UTF-8"?>\n<zs:{name} xmlns:zs="{namespace or self.namespace}">',
                _element("version", self.version),
                *body,
                f"</zs:{name}>\n",
            ]
        )
        return written.encode("utf-8", "replace")


def _element(name: str, value: str) -> str:
    return f"<zs:{name}>{text(value)}</zs:{name}>"


def _group(name: str, pairs: Iterable[tuple[str, str]]) -> str:
    return "".join([f"<zs:{name}>", *(_element(n, v) for n, v in pairs), f"</zs:{name}>"])


def echoed(given: dict[str, str], version: str, operation: str) -> list[tuple[str, str]]:
    """The parameters of a request as its echo has them, in the order of the schema."""
    order = {
        "searchRetrieve": "query startRecord maximumRecords recordXMLEscaping recordPacking recordSchema recordXPath "
        "resultSetTTL sortKeys stylesheet",
        "scan": "scanClause responsePosition maximumTerms stylesheet",
        "explain": "recordXMLEscaping recordPacking stylesheet",
    }[operation].split()
    names = [n for n in order if given.get(n) and (version == "2.0" or n != "recordXMLEscaping")]
    if operation == "searchRetrieve" and "query" not in names:
        names.insert(0, "query")  # required by the schema
    numbers = ("startRecord", "maximumRecords", "resultSetTTL", "responsePosition", "maximumTerms")
    names = [n for n in names if n not in numbers or _NUMBER.fullmatch(given[n].strip())]
    return [("version", version), *((name, given.get(name, "").strip()) for name in names)]
