"""The protocol: versions, operations, parameters, paging, packing, explain, and diagnostics by the book."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from lxml import etree

from tests.hub.harvest.served import Served
from tests.hub.protocols.sru.client import NAMESPACES, Sru, read


def canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False)


ZEEREX = "{http://explain.z3950.org/dtd/2.0/}"


@pytest.mark.parametrize(
    ("parameters", "version"),
    [
        ({"version": "1.1", "operation": "searchRetrieve", "query": "kieu"}, "1.1"),
        ({"version": "1.2", "operation": "searchRetrieve", "query": "kieu"}, "1.2"),
        ({"version": "2.0", "operation": "searchRetrieve", "query": "kieu"}, "2.0"),
        ({"version": "2.0", "query": "kieu"}, "2.0"),
        ({"operation": "searchRetrieve", "query": "kieu"}, "1.2"),
        ({"query": "kieu"}, "2.0"),
        ({"query": "kieu", "maximumRecords": "1000", "recordSchema": "marcxml"}, "2.0"),
        ({"operation": "searchRetrieve", "query": "kieu", "queryType": "cql"}, "2.0"),
        ({"query": "kieu", "recordXMLEscaping": "xml", "httpAccept": "application/sru+xml"}, "2.0"),
    ],
)
def test_the_version_is_the_one_asked_for_or_known_by_its_parameters(
    sru: Sru, parameters: dict[str, str], version: str
) -> None:
    answer = sru.ask(**parameters)
    assert (answer.version, answer.diagnostics, answer.total) == (version, [], 2)
    assert answer.root.tag == f"{{{NAMESPACES[version][0]}}}searchRetrieveResponse"
    packing = "recordXMLEscaping" if version == "2.0" else "recordPacking"
    (first, *_) = answer.records
    assert first.findtext(f"{answer.ns}{packing}") == "xml"
    assert first.findtext(f"{answer.ns}recordSchema") == "info:srw/schema/1/marcxml-v1.1"
    assert first.findtext(f"{answer.ns}recordPosition") == "1"
    assert (answer.root.find(f"{answer.ns}resultCountPrecision") is not None) == (version == "2.0")


@pytest.mark.parametrize(
    ("parameters", "number", "details"),
    [
        ({"version": "1.0", "operation": "searchRetrieve", "query": "a"}, 5, "2.0"),
        ({"version": "3.0", "query": "a"}, 5, "2.0"),
        ({"version": "1.2", "operation": "update"}, 4, "update"),
        ({"version": "1.2", "operation": "searchRetrieve"}, 7, "query"),
        ({"query": " "}, 7, "query"),
        ({"query": "a", "startRecord": "0"}, 6, "startRecord"),
        ({"query": "a", "startRecord": "1x"}, 6, "startRecord"),
        ({"query": "a", "maximumRecords": "-1"}, 6, "maximumRecords"),
        ({"query": "a", "maximumRecords": "９"}, 6, "maximumRecords"),
        ({"query": "a", "maximumRecords": "1" * 5000}, 6, "maximumRecords"),
        ({"query": "a", "maxRecords": "1"}, 8, "maxRecords"),
        ({"query": "a", "version": "1.1", "operation": "searchRetrieve", "queryType": "cql"}, 8, "queryType"),
        ({"query": "a", "queryType": "pqf"}, 11, "pqf"),
        ({"query": "a", "recordSchema": "isohold"}, 66, "isohold"),
        ({"query": "a", "version": "1.2", "operation": "searchRetrieve", "recordPacking": "json"}, 71, "json"),
        ({"query": "a", "recordPacking": "unpacked"}, 71, "unpacked"),
        ({"query": "a", "version": "1.1", "operation": "searchRetrieve", "recordXPath": "//a"}, 72, ""),
        ({"query": "a", "version": "1.1", "operation": "searchRetrieve", "stylesheet": "http://x/y.xsl"}, 110, ""),
    ],
)
def test_parameters_that_cannot_be_served(sru: Sru, parameters: dict[str, str], number: int, details: str) -> None:
    answer = sru.ask(**parameters)
    assert (answer.diagnostics, answer.details, answer.total) == ([number], details, 0)


def test_extensions_are_passed_over(sru: Sru) -> None:
    answer = sru.find("kieu", **{"x-username": "koha", "resultSetTTL": "300"})
    assert (answer.diagnostics, answer.total) == ([], 2)


def test_scan_is_answered_as_a_scan(sru: Sru) -> None:
    for version, namespace in (("1.1", NAMESPACES["1.1"][0]), ("2.0", "http://docs.oasis-open.org/ns/search-ws/scan")):
        answer = sru.ask(version=version, operation="scan", scanClause="title = a")
        assert answer.root.tag == f"{{{namespace}}}scanResponse"
        ns = NAMESPACES[version][1]
        assert answer.root.findtext(f".//{{{ns}}}uri") == "info:srw/diagnostic/1/4"


@pytest.mark.parametrize("version", NAMESPACES)
def test_pages_follow_each_other_to_the_end(sru: Sru, version: str) -> None:
    seen: list[str] = []
    start: int | None = 1
    while start is not None:
        answer = sru.find("cql.allRecords=1 sortBy date", version=version, startRecord=start, maximumRecords=3)
        assert answer.total == 7
        positions = [int(r.findtext(f"{answer.ns}recordPosition") or 0) for r in answer.records]
        assert positions == list(range(start, start + len(positions)))
        seen += answer.books()
        assert answer.next == (start + 3 if start < 7 else None)
        start = answer.next
    assert len(seen) == len(set(seen)) == 7


def test_what_lies_behind_the_last_record(sru: Sru) -> None:
    answer = sru.find("cql.allRecords=1", startRecord=8)
    assert (answer.diagnostics, answer.total, answer.records) == ([61], 7, [])
    answer = sru.find("cql.allRecords=1", startRecord=999_999_999)
    assert (answer.diagnostics, answer.total) == ([61], 7)
    answer = sru.find("title = nowhere")
    assert (answer.diagnostics, answer.total, answer.next) == ([], 0, None)


def test_only_the_number_may_be_asked_for(sru: Sru) -> None:
    answer = sru.find("cql.allRecords=1", maximumRecords=0)
    assert (answer.total, answer.records, answer.next, answer.diagnostics) == (7, [], None, [])


def test_ten_records_come_when_none_are_asked_for_and_a_limit_holds(sru: Sru) -> None:
    assert len(sru.find("cql.allRecords=1").records) == 7
    assert len(sru.find("cql.allRecords=1", maximumRecords=100_000).records) == 7


@pytest.mark.parametrize(
    "parameters",
    [
        {"version": "1.1", "operation": "searchRetrieve", "recordPacking": "string"},
        {"version": "2.0", "recordXMLEscaping": "string"},
        {"version": "2.0", "recordPacking": "string"},
    ],
)
@pytest.mark.parametrize("schema", ["marcxml", "dc", "mods", "bibframe"])
def test_records_as_text_are_the_same_records(sru: Sru, parameters: dict[str, str], schema: str) -> None:
    plain = sru.find("title = chart or title = bản", recordSchema=schema)
    answer = sru.ask(query="title = chart or title = bản", recordSchema=schema, **parameters)
    (record,) = answer.records
    data = record.find(f"{answer.ns}recordData")
    assert data is not None
    assert len(data) == 0
    again = etree.fromstring(data.text or "")
    assert canonical(again) == canonical(plain.data[0])


def test_the_request_is_echoed(sru: Sru) -> None:
    hostile = '"<x>&]]></zs:query>"'
    answer = sru.find(hostile, startRecord=1, maximumRecords=2, recordSchema="dc", recordPacking="xml")
    echo = answer.root.find(f"{answer.ns}echoedSearchRetrieveRequest")
    assert echo is not None
    assert [(etree.QName(e).localname, e.text) for e in echo] == [
        ("version", "1.2"),
        ("query", hostile),
        ("startRecord", "1"),
        ("maximumRecords", "2"),
        ("recordPacking", "xml"),
        ("recordSchema", "dc"),
    ]


def test_post_is_as_good_as_get(sru: Sru) -> None:
    body = urlencode({"version": "1.1", "operation": "searchRetrieve", "query": 'title = "truyện kiều"'})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = sru.post(sru.url, content=body, headers=headers)
    assert answer.status_code == 200
    assert sorted(read(answer.content).books()) == ["kieu", "tale"]


def test_media_types(sru: Sru) -> None:
    assert sru.get(f"{sru.url}?query=a").headers["content-type"] == "text/xml; charset=utf-8"
    for url, accept in (("?query=a&httpAccept=application/sru%2Bxml", "*/*"), ("?query=a", "application/sru+xml")):
        answer = sru.get(sru.url + url, headers={"Accept": accept})
        assert answer.headers["content-type"] == "application/sru+xml; charset=utf-8"
        assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("parameters", "version"),
    [({}, "2.0"), ({"operation": "explain", "version": "1.1"}, "1.1"), ({"operation": "explain"}, "1.2")],
)
def test_explain_tells_what_there_is(sru: Sru, shelf: Served, parameters: dict[str, str], version: str) -> None:
    answer = sru.ask(**parameters)
    assert answer.version == version
    record = answer.root.find(f"{answer.ns}record")
    assert record is not None
    assert record.findtext(f"{answer.ns}recordSchema") == "http://explain.z3950.org/dtd/2.0/"
    told = record.find(f"{answer.ns}recordData/{ZEEREX}explain")
    assert told is not None
    sections = ["serverInfo", "databaseInfo", "metaInfo", "indexInfo", "schemaInfo", "configInfo"]
    assert [etree.QName(e).localname for e in told] == sections
    server = told[0]
    assert (server.get("protocol"), server.get("version")) == ("SRU", version)
    where = f"http://{server.findtext(f'{ZEEREX}host')}:{server.findtext(f'{ZEEREX}port')}/"
    assert where + (server.findtext(f"{ZEEREX}database") or "") == f"{shelf.settings.base_uri}sru"
    assert {t.get("lang") for t in told[1].iter(f"{ZEEREX}title")} == {"en", "vi"}
    assert told.findtext(f"{ZEEREX}databaseInfo/{ZEEREX}extent") == "7 records"


def test_every_index_that_explain_names_can_be_searched_and_sorted_by_as_it_says(sru: Sru) -> None:
    told = sru.ask(operation="explain", version="1.2").root
    sets = {s.get("name"): s.get("identifier") for s in told.iter(f"{ZEEREX}set")}
    assert {"cql", "dc", "bath", "bib", "rec"} <= sets.keys()
    count = 0
    for index in told.iter(f"{ZEEREX}index"):
        for name in index.iter(f"{ZEEREX}name"):
            prefix = name.get("set")
            shown = f"{prefix}.{name.text}" if prefix else f"{name.text}"
            for query in (f"{shown} = 1990", f'> q = "{sets.get(prefix)}" q.{name.text} = 1990' if prefix else shown):
                answer = sru.find(query, maximumRecords=0)
                assert answer.diagnostics == [], query
            sorted_by = sru.find(f"kieu sortBy {shown}", maximumRecords=0)
            assert sorted_by.diagnostics == ([] if index.get("sort") == "true" else [88]), shown
            count += 1
    assert count > 60


def test_every_schema_that_explain_names_can_be_had_by_name_and_identifier(sru: Sru) -> None:
    told = sru.ask(operation="explain", version="1.2").root
    schemas = list(told.iter(f"{ZEEREX}schema"))
    assert {s.get("name") for s in schemas} == {"marcxml", "marcxml-bib", "dc", "mods", "bibframe"}
    for schema in schemas:
        for name in (schema.get("name"), schema.get("identifier")):
            answer = sru.find("title = kieu", recordSchema=str(name))
            assert len(answer.data) == 2
            assert answer.records[0].findtext(f"{answer.ns}recordSchema") == schema.get("identifier")


def test_what_one_library_holds_is_a_database_of_its_own(sru: Sru) -> None:
    assert sorted(sru.ask("/C", query="cql.allRecords=1").books()) == ["chart", "review"]
    assert sru.ask("/C", query="title = kieu").total == 0
    assert sorted(sru.ask("/B2", query="title = kieu").books()) == ["kieu"]
    told = sru.ask("/B2").root
    assert told.findtext(f".//{ZEEREX}database") == "sru/B2"
    assert told.findtext(f".//{ZEEREX}extent") == "3 records"
    nowhere = sru.ask("/NOWHERE", query="kieu")
    assert (nowhere.total, len(nowhere.diagnostics)) == (0, 1)
