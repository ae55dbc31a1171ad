"""The records: who holds them, each schema, and that a copied record lands on the same Instance."""

from __future__ import annotations

import io
import shutil

import httpx
import pymarc
import pytest
from lxml import etree
from pyoxigraph import RdfFormat, parse

from converters.marc.record import record_of
from hub.members import put_member
from hub.protocols.sru.mods import mods
from hub.protocols.sru.records import SCHEMAS
from hub.registry.schema import entity, item, record
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.catalogue import kieu
from tests.hub.conftest import Run
from tests.hub.feeds.story import book, deleted, load
from tests.hub.harvest.served import Served
from tests.hub.protocols.sru.client import Answered, Sru, read
from tests.hub.protocols.sru.shelf import CHART, TALE

DC = "{http://purl.org/dc/elements/1.1/}"
MODS = "{http://www.loc.gov/mods/v3}"
ISBN = "isbn = 9786046912345"


def test_a_record_says_who_holds_it_to_brokers_and_to_people(sru: Sru) -> None:
    (marc,) = sru.find(ISBN).marc()
    assert sorted(marc["999"]) == [[("l", "a1"), ("s", "A")], [("l", "b1"), ("s", "VN-B")]]
    assert sorted(marc["852"]) == [
        [("a", "A"), ("c", "MAIN"), ("h", "895.9221 NG527D"), ("p", "a1B")],
        [("a", "VN-B"), ("b", "B2"), ("h", "895.9221 NG527D"), ("p", "b1B")],
    ]


def test_brokers_find_999_with_the_indicators_they_look_for(sru: Sru) -> None:
    answer = sru.ask(query=f"rec.id = x or {ISBN}", maximumRecords=1000, recordSchema="marcxml")
    fields = answer.data[0].findall("{*}datafield[@tag='999']")
    assert [(f.get("ind1"), f.get("ind2")) for f in fields] == [("1", "1"), ("1", "1")]


def test_a_member_without_copies_is_still_named(sru: Sru) -> None:
    (marc,) = sru.find("issn = 0866-7160").marc()
    assert (marc["852"], marc["999"]) == ([[("a", "C")]], [[("l", "c1"), ("s", "C")]])


def test_the_description_alone_has_no_holders(sru: Sru) -> None:
    (marc,) = sru.find(ISBN, recordSchema="marcxml-bib").marc()
    assert "852" not in marc
    assert "999" not in marc
    assert "952" not in marc
    assert marc["245"][0][0] == ("a", "Truyện Kiều /")


def test_marcxml_is_read_by_pymarc(sru: Sru) -> None:
    answer = sru.find("cql.allRecords=1")
    for data in answer.data:
        xml = etree.tostring(data)
        (parsed,) = pymarc.parse_xml_to_array(
            io.BytesIO(b'<collection xmlns="http://www.loc.gov/MARC21/slim">' + xml + b"</collection>")
        )
        assert parsed.as_marc()


def test_dublin_core(sru: Sru) -> None:
    answer = sru.find("title = bản", recordSchema="info:srw/schema/1/dc-v1.1")
    (data,) = answer.data
    assert data.tag == "{info:srw/schema/1/dc-schema}dc"
    assert data.findtext(f"{DC}title") == "Bản đồ hành chính Việt Nam"
    assert 'Phụ lục: <quần đảo> & "đảo"' in [e.text for e in data.iter(f"{DC}description")]


def test_bibframe_is_rdf_of_instance_work_and_items(sru: Sru, shelf: Served) -> None:
    (data,) = sru.find(ISBN, recordSchema="bibframe").data
    assert data.tag == "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
    triples = [q.triple for q in parse(etree.tostring(data), RdfFormat.RDF_XML)]
    held = [t for t in triples if t.predicate.value.endswith("/bibframe/heldBy")]
    base = shelf.settings.base_uri
    assert {t.object.value for t in held} == {f"{base}libraries/A", f"{base}libraries/B2"}
    (work,) = {t.object.value for t in triples if t.predicate.value.endswith("/bibframe/instanceOf")}
    assert any(t.subject.value == work and t.predicate.value.endswith("/title") for t in triples)


def test_mods_of_a_translation() -> None:
    root = mods(record_of(TALE), "http://example.org/instances/x")
    assert root.get("version") == "3.6"
    titles = [
        (t.get("type"), t.findtext(f"{MODS}nonSort"), t.findtext(f"{MODS}title"))
        for t in root.findall(f"{MODS}titleInfo")
    ]
    assert titles == [(None, "The", "tale of Kiều"), ("uniform", None, "Truyện Kiều.")]
    assert root.findtext(f"{MODS}titleInfo/{MODS}subTitle") == "a bilingual edition"
    names = {
        n.findtext(f"{MODS}namePart"): (n.get("type"), n.get("usage"), [r.text for r in n.iter(f"{MODS}roleTerm")])
        for n in root.findall(f"{MODS}name")
    }
    assert names == {
        "Nguyễn, Du": ("personal", "primary", []),
        "Huỳnh, Sanh Thông": ("personal", None, ["translator", "trl"]),
    }
    assert root.findtext(f"{MODS}typeOfResource") == "text"
    origin = root.find(f"{MODS}originInfo")
    assert origin is not None
    assert [p.text for p in origin.iter(f"{MODS}placeTerm")] == ["ctu", "New Haven"]
    assert origin.findtext(f"{MODS}publisher") == "Yale University Press"
    assert [(d.get("encoding"), d.text) for d in origin.iter(f"{MODS}dateIssued")] == [(None, "1983"), ("marc", "1983")]
    assert (origin.findtext(f"{MODS}edition"), origin.findtext(f"{MODS}issuance")) == ("2nd ed.", "monographic")
    assert root.findtext(f"{MODS}language/{MODS}languageTerm") == "eng"
    assert root.findtext(f"{MODS}abstract") == "An eighteenth-century verse novel."
    subject = root.find(f"{MODS}subject")
    assert subject is not None
    assert subject.get("authority") == "lcsh"
    assert [(etree.QName(e).localname, e.text) for e in subject] == [
        ("topic", "Vietnamese poetry"),
        ("genre", "Translations into English"),
    ]
    numbers = {(e.get("type"), e.text) for e in root.findall(f"{MODS}identifier")}
    assert numbers == {("uri", "http://example.org/instances/x"), ("isbn", "0300028733"), ("lccn", "82010979")}
    assert root.findtext(f"{MODS}recordInfo/{MODS}recordIdentifier") == "a2"


def test_mods_of_a_map_and_of_nothing() -> None:
    root = mods(record_of(CHART), "x")
    assert root.findtext(f"{MODS}typeOfResource") == "cartographic"
    assert [p.text for p in root.iter(f"{MODS}namePart")] == ["Việt Nam.", "Cục Đo đạc và Bản đồ"]
    assert [e.text for e in root.iter(f"{MODS}geographic")] == ["Việt Nam"]
    empty = mods(record_of("001 1"), "x")
    assert [etree.QName(e).localname for e in empty] == ["typeOfResource", "originInfo", "identifier", "recordInfo"]


def found(web: httpx.Client, query: str, **more: str) -> Answered:
    answer = web.get("/sru", params={"version": "1.2", "operation": "searchRetrieve", "query": query, **more})
    assert answer.status_code == 200
    return read(answer.content)


def copied(web: httpx.Client, query: str, schema: str) -> bytes:
    """The one record found, as a copying ILS keeps it: ISO 2709, under its own number, without the source's."""
    (data,) = found(web, query, recordSchema=schema).data
    xml = b'<collection xmlns="http://www.loc.gov/MARC21/slim">' + etree.tostring(data) + b"</collection>"
    (marc,) = pymarc.parse_xml_to_array(io.BytesIO(xml))
    marc.remove_fields("001", "003")
    marc.add_ordered_field(pymarc.Field(tag="001", data="koha-77"))
    marc.add_ordered_field(
        pymarc.Field("952", pymarc.Indicators(" ", " "), [pymarc.Subfield("a", "CPL"), pymarc.Subfield("p", "39999")])
    )
    return bytes(marc.as_marc())


@pytest.mark.parametrize("numbered", [True, False])
def test_a_record_copied_over_sru_lands_on_the_same_instance(
    web: httpx.Client, hub: Run, settings: Settings, numbered: bool
) -> None:
    load(hub, "A", kieu("a1") if numbered else book("a1", "Tìm hiểu kho sách Hán Nôm"))
    query = ISBN if numbered else 'title = "kho sách"'
    data = copied(web, query, "marcxml-bib")
    hub("load", "--member", "B", "-", stdin=data, check=True)
    registry = open_registry(settings)
    with registry.read() as connection:
        rows = connection.execute(record.select()).all()
        items = connection.execute(item.select().join(record, record.c.id == item.c.record)).all()
    registry.close()
    assert {(r.member, r.control_number) for r in rows} == {("A", "a1"), ("B", "koha-77")}
    assert len({r.instance for r in rows}) == 1
    assert len(items) == 2  # B has its own copy and not A's
    answer = found(web, query)
    assert answer.total == 1
    (marc,) = answer.marc()
    assert sorted(marc["999"]) == [[("l", "a1"), ("s", "A")], [("l", "koha-77"), ("s", "B")]]
    assert sorted(dict(f)["p"] for f in marc["852"]) == ["39999", "a1B"]


def test_a_record_in_the_index_that_is_gone_from_the_registry_is_a_diagnostic(
    web: httpx.Client, hub: Run, settings: Settings
) -> None:
    load(hub, "A", kieu("a1"), book("a2", "Kiều học"))
    registry = open_registry(settings)
    with registry.write() as connection:
        (gone,) = connection.execute(record.select().where(record.c.control_number == "a2")).all()
        connection.execute(entity.update().where(entity.c.id == gone.instance).values(state="withdrawn"))
    registry.close()
    answer = found(web, "title = kieu sortBy date", recordSchema="dc")
    assert answer.total == 2
    schemas = [r.findtext(f"{answer.ns}recordSchema") for r in answer.records]
    assert schemas == ["info:srw/schema/1/diagnostics-v1.1", "info:srw/schema/1/dc-v1.1"]
    assert answer.data[0].findtext("{*}uri") == "info:srw/diagnostic/1/65"
    assert answer.diagnostics == []


def test_what_changes_is_found_as_it_is(web: httpx.Client, hub: Run, settings: Settings) -> None:
    load(hub, "A", book("a1", "Lịch triều hiến chương"), book("a2", "Đại Nam thực lục", year=1962))
    assert found(web, "title = trieu").total == 1
    load(hub, "A", book("a1", "Phủ biên tạp lục"))
    assert found(web, "title = trieu").total == 0
    assert found(web, "title = bien").total == 1
    load(hub, "A", deleted(book("a2", "Đại Nam thực lục", year=1962)))
    assert found(web, "cql.allRecords = 1").total == 1
    hub("rebuild", check=True)
    assert found(web, "title = bien").total == 1
    assert found(web, "cql.allRecords = 1").total == 1


def test_a_hub_from_before_gets_its_index_with_the_next_load(web: httpx.Client, hub: Run, settings: Settings) -> None:
    load(hub, "A", book("a1", "Lịch triều hiến chương"))
    for path in settings.data.glob("instances*"):
        path.unlink() if path.is_symlink() else shutil.rmtree(path)
    assert found(web, "cql.allRecords = 1").total == 0
    load(hub, "B", book("b1", "Đại Nam thực lục", year=1962))
    assert found(web, "cql.allRecords = 1").total == 2


def test_the_id_of_a_merged_instance_finds_what_it_was_merged_into(
    web: httpx.Client, hub: Run, settings: Settings
) -> None:
    load(hub, "A", kieu("a1"), book("a2", "Đại Nam thực lục", year=1962))
    registry = open_registry(settings)
    with registry.write() as connection:
        rows = {r.control_number: r.instance for r in connection.execute(record.select())}
        connection.execute(
            entity.update().where(entity.c.id == rows["a2"]).values(state="merged", replaced_by=rows["a1"])
        )
    registry.close()
    assert found(web, f"rec.id = {rows['a2']}").marc()[0]["001"] == [[("", rows["a1"])]]


def test_nothing_private_leaves(web: httpx.Client, hub: Run, settings: Settings) -> None:
    registry = open_registry(settings)
    with registry.write() as connection:
        put_member(connection, "A", {"private": ["9XX", "590"]})
    registry.close()
    private = book("a1", "Tìm hiểu kho sách Hán Nôm")
    private.fields += record_of("541 0# $aMua$h90000\n590 ## $aGhi chú nội bộ\n852 ## $aA$xNội bộ$hKHO 1").fields
    load(hub, "A", private)
    for schema in SCHEMAS:
        body = web.get("/sru", params={"query": "title = kho", "recordSchema": schema.name}).text
        assert "Hán Nôm" in body
        for secret in ("Nguyễn Thị Nhân Viên", "90000", "nội bộ", "Nội bộ"):
            assert secret not in body
    assert found(web, '"nội bộ"').total == 0
    assert found(web, '"nhân viên"').total == 0


def test_before_the_first_load_there_is_nothing(web: httpx.Client) -> None:
    answer = found(web, "kieu")
    assert (answer.total, answer.diagnostics) == (0, [])
    assert web.get("/sru").status_code == 200
