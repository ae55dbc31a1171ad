"""OAI-PMH 2.0 by the book: verbs, errors, sets, dates, tokens, deletions, formats."""

from __future__ import annotations

import io
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import httpx
import pymarc
import pytest
from lxml import etree
from pyoxigraph import RdfFormat, parse

from converters.marc.record import Field
from hub.cli.main import main
from hub.members import Group, Library, put_group, put_library, put_member
from hub.protocols.oai import harvest as harvesting
from hub.protocols.oai import provider
from hub.registry import Registry
from hub.registry.schema import change, entity
from hub.settings import Settings, read_settings
from hub.wiring import open_registry
from tests.hub.catalogue import kieu, written
from tests.hub.conftest import Run
from tests.hub.feeds.story import book, deleted, first_loads, load
from tests.hub.protocols.oai.harvester import OAI, Record, ask, errors, harvest, parts

DC = "{http://purl.org/dc/elements/1.1/}"
HOST = "127.0.0.1"


def instances(settings: Settings) -> dict[str, str]:
    """State by the OAI identifier of every Instance there ever was."""
    registry = open_registry(settings)
    with registry.read() as connection:
        rows = connection.execute(entity.select().where(entity.c.place == "instances")).all()
    registry.close()
    return {f"oai:{HOST}:instances/{r.id}": r.state for r in rows}


def dublin_core(record: Record) -> list[tuple[str, str]]:
    assert record.metadata is not None
    return [(str(e.tag).removeprefix(DC), e.text or "") for e in record.metadata]


def by_title(records: list[Record], title: str) -> Record:
    (found,) = [r for r in records if r.metadata is not None and title in dict(dublin_core(r)).get("title", "")]
    return found


def test_identify_says_what_harvesters_ask_first(web: httpx.Client, hub: Run, settings: Settings) -> None:
    first_loads(hub)
    root = ask(web, verb="Identify")
    said = root.find(f"{OAI}Identify")
    assert said is not None
    facts = {str(e.tag).removeprefix(OAI): e.text for e in said}
    order = "repositoryName baseURL protocolVersion adminEmail earliestDatestamp deletedRecord granularity"
    assert list(facts) == order.split()
    assert facts["baseURL"] == f"{settings.base_uri}oai"
    assert (facts["protocolVersion"], facts["deletedRecord"]) == ("2.0", "persistent")
    assert facts["granularity"] == "YYYY-MM-DDThh:mm:ssZ"
    assert (facts["earliestDatestamp"] or "") <= min(r.datestamp for r in harvest(web))
    request = root.find(f"{OAI}request")
    assert request is not None
    assert (request.text, dict(request.attrib)) == (f"{settings.base_uri}oai", {"verb": "Identify"})


def test_formats_are_listed_and_each_can_be_had(web: httpx.Client, hub: Run) -> None:
    first_loads(hub)
    root = ask(web, verb="ListMetadataFormats")
    listed = {
        f.findtext(f"{OAI}metadataPrefix") or "": f.findtext(f"{OAI}metadataNamespace")
        for f in root.iter(f"{OAI}metadataFormat")
    }
    assert set(listed) == {"oai_dc", "marcxml", "bibframe"}
    for prefix, namespace in listed.items():
        for record in harvest(web, metadataPrefix=prefix):
            assert record.metadata is not None
            assert etree.QName(record.metadata).namespace == namespace


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=Nothing", "badVerb"),
        ("verb=identify", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&set=x", "badArgument"),
        ("verb=GetRecord", "badArgument"),
        ("verb=GetRecord&identifier=x", "badArgument"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=oai_dc", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=2020", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-02-30", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-01&until=2020-01-02T00:00:00Z", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2020-01-02&until=2020-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=0000-01-01", "badArgument"),
        ("verb=ListRecords&metadataPrefix=mods", "cannotDisseminateFormat"),
        ("verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=%FF%00", "badResumptionToken"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=oai_dc&until=1999-01-01", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2999-01-01", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&set=library:NOBODY", "noRecordsMatch"),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&set=type:map", "noRecordsMatch"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:127.0.0.1:instances/none", "idDoesNotExist"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=%00", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=oai:other:1", "idDoesNotExist"),
    ],
)
def test_errors_are_the_protocols(oai: provider.Provider, query: str, code: str) -> None:
    root = etree.fromstring(oai.answer(pairs(query)))
    assert errors(root) == [code]
    request = root.find(f"{OAI}request")
    assert request is not None
    assert (len(request.attrib) == 0) == (code in ("badVerb", "badArgument"))


def pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True, errors="replace")


@pytest.fixture(scope="module")
def oai(tmp_path_factory: pytest.TempPathFactory) -> provider.Provider:
    """A provider without a site, over one record."""
    folder = tmp_path_factory.mktemp("oai")
    (folder / "a.mrc").write_bytes(written(kieu("a1")))
    settings = read_settings(folder / "hub", {})
    registry = open_registry(settings)
    with registry.write() as connection:
        put_member(connection, "A", {})
        put_library(connection, Library("A", "A", "Thư viện A", "Library A"))
    assert main(["--data", str(folder / "hub"), "load", "--member", "A", str(folder / "a.mrc")]) == 0

    @dataclass
    class Small:
        settings: Settings
        registry: Registry

    return provider.Provider(Small(settings, registry))


def test_a_request_by_post_is_the_same(web: httpx.Client, hub: Run) -> None:
    first_loads(hub)
    arguments = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    by_post = web.post(
        "/oai", content=urlencode(arguments), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    found = etree.fromstring(by_post.content).iter(f"{OAI}identifier")
    assert [e.text for e in found] == [r.identifier for r in harvest(web, "ListIdentifiers")]
    assert web.post("/oai", content=b"x" * 20_000).status_code == 413


def test_a_harvest_in_parts_meets_every_instance_once(
    web: httpx.Client, hub: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_loads(hub)
    load(hub, "A", deleted(book("a3", "Lịch triều hiến chương", year=1992)))
    whole = harvest(web)
    assert {r.identifier: "withdrawn" if r.deleted else "live" for r in whole} == instances(settings)
    assert len(whole) == 4
    monkeypatch.setattr(provider, "RECORDS", 1)
    monkeypatch.setattr(provider, "HEADERS", 2)
    monkeypatch.setattr(harvesting, "WINDOW", 3)
    assert [r.identifier for r in harvest(web)] == [r.identifier for r in whole]
    sizes = [len(p) for p in parts(web, "ListIdentifiers", metadataPrefix="oai_dc")]
    assert sizes == [2, 2]
    monkeypatch.setattr(harvesting, "BUDGET", 0)
    assert [r.identifier for r in harvest(web)] == [r.identifier for r in whole]


def test_what_changes_during_a_harvest_is_met_at_its_end(
    web: httpx.Client, hub: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_loads(hub)
    monkeypatch.setattr(provider, "RECORDS", 1)
    walk = parts(web, "ListRecords", metadataPrefix="oai_dc")
    seen = next(walk)
    load(hub, "A", book("a2", "Tìm hiểu kho sách Hán Nôm : bổ sung"), deleted(kieu("a1")))
    load(hub, "B", deleted(kieu("b1")), book("b7", "Gia Định thành thông chí", author="Trịnh Hoài Đức"))
    for part in walk:
        seen += part
    newest = {r.identifier: r for r in seen}
    assert {i: "withdrawn" if r.deleted else "live" for i, r in newest.items()} == instances(settings)
    again = {r.identifier: (r.datestamp, r.deleted) for r in harvest(web)}
    assert {i: (r.datestamp, r.deleted) for i, r in newest.items()} == again
    titles = {dict(dublin_core(r))["title"] for r in newest.values() if not r.deleted}
    assert any("bổ sung" in t for t in titles)


def test_from_and_until_choose_by_datestamp(web: httpx.Client, hub: Run, settings: Settings) -> None:
    first_loads(hub)
    registry = open_registry(settings)
    days = ("2026-01-01T10:00:00Z", "2026-01-02T00:00:00Z", "2026-01-02T23:59:59Z", "2026-01-03T08:00:00Z")
    with registry.write() as connection:
        found = sorted(row.id for row in connection.execute(entity.select().where(entity.c.place == "instances")))
        for n, identity in enumerate(found):
            at = 1_767_261_600 + (0, 50_400, 136_799, 165_600)[n]
            connection.execute(entity.update().where(entity.c.id == identity).values(changed=at))
            connection.execute(change.insert().values(entity=identity, place="instances", action="update", at=at))
        # The log began before: its older rows lie in the past, too.
        last = connection.execute(change.select().order_by(change.c.seq.desc())).first()
        assert last is not None
        connection.execute(change.update().where(change.c.seq <= last.seq - len(found)).values(at=1_767_200_000))
    registry.close()
    assert [r.datestamp for r in harvest(web, "ListIdentifiers")] == list(days)
    for start, end, wanted in (
        ("2026-01-02", None, days[1:]),
        (None, "2026-01-02", days[:3]),
        ("2026-01-02", "2026-01-02", days[1:3]),
        (days[1], days[1], days[1:2]),
        ("2026-01-02T00:00:01Z", None, days[2:]),
        (None, "2026-01-01T09:59:59Z", ()),
    ):
        arguments = {k: v for k, v in (("from_", start), ("until", end)) if v}
        assert tuple(r.datestamp for r in harvest(web, "ListIdentifiers", **arguments)) == wanted


def test_sets_are_libraries_groups_and_types(web: httpx.Client, hub: Run, settings: Settings) -> None:
    registry = open_registry(settings)
    with registry.write() as connection:
        put_group(connection, Group("bac", "Miền Bắc", "North"))
        put_library(connection, Library("A", "A", "Thư viện A", "Library A", "bac"))
        put_library(connection, Library("A-2", "A", "Chi nhánh", "Branch of A", "bac"))
    registry.close()
    first_loads(hub)
    names = {
        s.findtext(f"{OAI}setSpec"): s.findtext(f"{OAI}setName") for s in ask(web, verb="ListSets").iter(f"{OAI}set")
    }
    assert {"library:A": "Library A", "library:B": "Library B", "group:bac": "North", "type:text": "Text"}.items() <= (
        names.items()
    )
    assert "library:A-2" not in names
    everything = harvest(web)
    shared = by_title(everything, "Truyện Kiều")
    assert shared.sets == {"library:A", "library:B", "group:bac", "type:text"}
    for spec in ("library:A", "library:B", "group:bac", "type:text"):
        assert [r.identifier for r in harvest(web, set=spec)] == [r.identifier for r in everything if spec in r.sets]
    assert len(harvest(web, set="library:B")) == 2


def test_a_library_that_holds_something_no_more_finds_it_deleted_in_its_set(web: httpx.Client, hub: Run) -> None:
    first_loads(hub)
    shared = by_title(harvest(web), "Truyện Kiều").identifier
    load(hub, "B", deleted(kieu("b1")))
    # A later change by the other holder must not hide it.
    changed = kieu("a1")
    changed.fields.append(Field("500", " ", " ", [("a", "Có bản đồ")]))
    load(hub, "A", changed)
    assert [r.identifier for r in harvest(web, set="library:B") if r.deleted] == [shared]
    assert not any(r.deleted for r in harvest(web, set="library:A"))
    assert not any(r.deleted for r in harvest(web))


def test_deletions_are_remembered_for_ever(web: httpx.Client, hub: Run) -> None:
    load(hub, "A", book("a2", "Tìm hiểu kho sách Hán Nôm"))
    (before,) = harvest(web)
    load(hub, "A", deleted(book("a2", "Tìm hiểu kho sách Hán Nôm")))
    (after,) = harvest(web, set="library:A")
    assert (after.identifier, after.deleted, after.metadata) == (before.identifier, True, None)
    root = ask(web, verb="GetRecord", identifier=after.identifier, metadataPrefix="marcxml")
    header = root.find(f"{OAI}GetRecord/{OAI}record/{OAI}header")
    assert header is not None
    assert header.get("status") == "deleted"
    assert errors(ask(web, verb="ListMetadataFormats", identifier=after.identifier)) == []


def test_marcxml_is_the_union_record(web: httpx.Client, hub: Run, settings: Settings) -> None:
    first_loads(hub)
    shared = by_title(harvest(web), "Truyện Kiều").identifier
    root = ask(web, verb="GetRecord", identifier=shared, metadataPrefix="marcxml")
    (found,) = root.iter("{http://www.loc.gov/MARC21/slim}record")
    (record,) = pymarc.parse_xml_to_array(io.BytesIO(etree.tostring(found)))
    identity = shared.rpartition("/")[2]
    assert record["001"].data == identity
    assert record["245"]["a"] == "Truyện Kiều /"
    assert record["024"]["a"] == f"{settings.base_uri}instances/{identity}"
    assert {f["a"] for f in record.get_fields("035")} == {"(A)a1", "(B)b1"}
    assert [f["a"] for f in record.get_fields("852")] == ["A", "B"]
    assert record.get_fields("952") == []
    assert record["758"]["1"].startswith(f"{settings.base_uri}works/")
    assert [f.tag for f in record.fields] == sorted(f.tag for f in record.fields)
    assert str(record.leader)[9:12] == "a22"
    assert "Nhân Viên" not in etree.tostring(root, encoding="unicode")


def test_dublin_core_says_the_same_in_fifteen_words(web: httpx.Client, hub: Run, settings: Settings) -> None:
    load(hub, "A", kieu("a1"))
    (record,) = harvest(web)
    uri = f"{settings.base_uri}instances/{record.identifier.rpartition('/')[2]}"
    assert dublin_core(record) == [
        ("title", "Truyện Kiều"),
        ("creator", "Nguyễn, Du, 1765-1820"),
        ("subject", "Thơ -- Việt Nam"),
        ("publisher", "Văn học"),
        ("date", "2015"),
        ("type", "Text"),
        ("format", "251 tr. ; 21 cm"),
        ("identifier", uri),
        ("identifier", "urn:isbn:9786046912345"),
        ("language", "vie"),
    ]


def test_bibframe_is_what_the_documents_say(web: httpx.Client, hub: Run) -> None:
    first_loads(hub)
    for record in harvest(web, metadataPrefix="bibframe"):
        assert record.metadata is not None
        got = {str(q.triple) for q in parse(etree.tostring(record.metadata), RdfFormat.RDF_XML)}
        about = {line.split(" ", 1)[0].strip("<>").partition("#")[0] for line in got}
        assert {iri.split("/")[3] for iri in about} == {"instances", "works", "items"}
        said = set()
        for iri in about:
            for quad in parse(web.get(f"{iri}.nt").content, RdfFormat.N_TRIPLES):
                if str(quad.subject).strip("<>").partition("#")[0] == iri and "isPrimaryTopicOf" not in str(quad):
                    said.add(str(quad.triple))
        assert got == said


def test_what_xml_cannot_hold_does_not_break_it(web: httpx.Client, hub: Run) -> None:
    record = book("<&>\"'", "]]> & <script>alert(1)</script> \ufffe\u202e")
    load(hub, "A", record)
    for prefix in ("oai_dc", "marcxml", "bibframe"):
        (found,) = harvest(web, metadataPrefix=prefix)
        assert found.metadata is not None
        assert "<script>alert(1)</script>" in "".join(found.metadata.itertext())
    root = ask(web, verb="GetRecord", identifier="<x>\x00", metadataPrefix="<b>")
    assert errors(root) == ["idDoesNotExist"]
