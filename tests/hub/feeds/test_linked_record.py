"""The record to copy: nothing local in it, its headings linked, the hub's URIs where MARC has them; and back again."""

from __future__ import annotations

import io
import json

import httpx
import pymarc

from converters.marc.record import Record, record_of
from hub.registry.schema import record as record_table
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.conftest import Run
from tests.hub.feeds.story import load

RICH = """
001 r1
003 VN-A
008 150101s2015####vm############000#0#vie##
020 ## $a9786046912345
035 ## $a(OCoLC)123456
040 ## $aVN-A$bvie
041 1# $aeng$hvie
082 04 $a895.9221$9kho
100 1# $aNguyễn, Du,$d1765-1820$0http://id.loc.gov/authorities/names/n80013187$9 55$0123
240 10 $aTruyện Kiều.$lEnglish
245 14 $aThe tale of Kiều /$cNguyễn Du
260 ## $aHà Nội :$bVăn học,$c2015
300 ## $a251 tr.
500 ## $aChữ kí của dịch giả$5VN-A
541 0# $aQuà tặng của ông X$h500000
590 ## $aGhi chú nội bộ
600 10 $aNguyễn, Du,$d1765-1820
650 #4 $aThơ$zViệt Nam$9 77
650 #0 $aVietnamese poetry$0http://id.loc.gov/authorities/subjects/sh85143288
700 1# $aHuỳnh, Sanh Thông,$d1926-2008,$etranslator$1http://viaf.org/viaf/109322889
830 #0 $aTủ sách văn học$0(VN-A)ts0007
852 ## $aVN-A$bKHO$p0001
856 40 $uhttps://example.org/kieu
949 ## $xNguyễn Thị Nhân Viên
952 ## $aKHO$p0001$o895.9221
"""
AUTHORITY = """
001 tg1
003 VN-A
024 7# $ahttp://www.wikidata.org/entity/Q332636$2uri
100 1# $aNguyễn, Du,$d1765-1820
"""


def copied(web: httpx.Client, instance: str, form: str = "mrc") -> httpx.Response:
    answer = web.get(f"/instances/{instance}.{form}")
    assert answer.status_code == 200, answer.text
    return answer


def instance_of(settings: Settings, member: str, number: str) -> str:
    registry = open_registry(settings)
    with registry.read() as connection:
        where = (record_table.c.member == member, record_table.c.control_number == number)
        row = connection.execute(record_table.select().where(*where)).one()
    registry.close()
    return str(row.instance)


def rich(hub: Run, settings: Settings) -> str:
    authority = record_of(AUTHORITY, leader="00000nz  a2200000n  4500")
    load(hub, "A", authority, record_of(RICH))
    return instance_of(settings, "A", "r1")


def test_nothing_of_one_library_is_copied(web: httpx.Client, hub: Run, settings: Settings) -> None:
    instance = rich(hub, settings)
    (record,) = pymarc.MARCReader(copied(web, instance).content)
    text = str(record)
    for local in ("Nhân Viên", "Quà tặng", "Ghi chú nội bộ", "Chữ kí", "$9", "KHO", "0001", "$0123"):
        assert local not in text, local
    assert {f.tag for f in record.fields}.isdisjoint({"003", "541", "590", "852", "949", "952"})
    assert record["001"].data == instance
    assert record["856"]["u"] == "https://example.org/kieu"
    assert {f["a"] for f in record.get_fields("035")} == {"(OCoLC)123456", "(A)r1"}
    assert [f.tag for f in record.fields] == sorted(f.tag for f in record.fields)


def test_headings_are_linked(web: httpx.Client, hub: Run, settings: Settings) -> None:
    (record,) = pymarc.MARCReader(copied(web, rich(hub, settings)).content)
    base = settings.base_uri
    person = record["100"]
    assert person.get_subfields("0") == ["http://id.loc.gov/authorities/names/n80013187", "(VN-A)tg1"]
    own, wikidata = person.get_subfields("1")
    assert own.startswith(f"{base}agents/")
    assert wikidata == "http://www.wikidata.org/entity/Q332636"
    assert own in record["600"].get_subfields("1"), "the same person, as a subject"
    local, lcsh = record.get_fields("650")
    assert [u.startswith(f"{base}concepts/") for u in local.get_subfields("0")] == [True]
    assert lcsh.get_subfields("0")[0] == "http://id.loc.gov/authorities/subjects/sh85143288"
    assert lcsh.get_subfields("0")[1].startswith(f"{base}concepts/")
    assert record["700"].get_subfields("1")[0] == "http://viaf.org/viaf/109322889"
    assert record["240"]["1"].startswith(f"{base}hubs/")
    assert record["830"]["0"] == "(VN-A)ts0007"
    for field in record.get_fields("100", "600", "650", "700", "240", "830"):
        for uri in (u for u in [*field.get_subfields("0"), *field.get_subfields("1")] if u.startswith(base)):
            assert web.get(f"{uri}.nt").status_code == 200, "what is given as a link leads somewhere"


def test_the_hubs_uris(web: httpx.Client, hub: Run, settings: Settings) -> None:
    instance = rich(hub, settings)
    (record,) = pymarc.MARCReader(copied(web, instance).content)
    assert (record["024"]["a"], record["024"]["2"]) == (f"{settings.base_uri}instances/{instance}", "uri")
    work = record["758"]
    assert (work["i"], work["a"]) == ("Instance of:", "Truyện Kiều")
    assert work["4"] == "http://id.loc.gov/ontologies/bibframe/instanceOf"
    assert work["1"].startswith(f"{settings.base_uri}works/")


def test_the_three_forms_are_one_record(web: httpx.Client, hub: Run, settings: Settings) -> None:
    instance = rich(hub, settings)
    iso = copied(web, instance)
    xml = copied(web, instance, "xml")
    mij = copied(web, instance, "marc.json")
    assert [a.headers["content-type"].partition(";")[0] for a in (iso, xml, mij)] == [
        "application/marc", "application/marcxml+xml", "application/marc-in-json",
    ]  # fmt: skip
    (a,) = pymarc.MARCReader(iso.content)
    (b,) = pymarc.parse_xml_to_array(io.BytesIO(xml.content))
    (c,) = pymarc.JSONReader(json.dumps([mij.json()]))
    assert [str(f) for f in a.fields] == [str(f) for f in b.fields] == [str(f) for f in c.fields]
    again = web.get(f"/instances/{instance}.mrc", headers={"If-None-Match": iso.headers["etag"]})
    assert again.status_code == 304
    assert (
        web.get(f"/instances/{instance}", headers={"Accept": "application/marc"}).headers["location"].endswith(".mrc")
    )


def test_a_copy_loaded_by_another_member_lands_on_the_same_instance(
    web: httpx.Client, hub: Run, settings: Settings
) -> None:
    instance = rich(hub, settings)
    hub("load", "--member", "B", "-", stdin=copied(web, instance).content, check=True)
    assert instance_of(settings, "B", instance) == instance
    (record,) = pymarc.MARCReader(copied(web, instance).content)
    assert len(record["100"].get_subfields("1")) == 2, "links do not pile up"
    assert len(record.get_fields("758")) == 1
    assert len(record.get_fields("024")) == 1


def test_gone_and_unknown_instances(web: httpx.Client, hub: Run, settings: Settings) -> None:
    instance = rich(hub, settings)
    gone = record_of(RICH)
    gone.leader = gone.leader[:5] + "d" + gone.leader[6:]
    load(hub, "A", gone)
    assert web.get(f"/instances/{instance}.mrc").status_code == 410
    for form in ("mrc", "xml", "marc.json"):
        assert web.get(f"/instances/nothing.{form}").status_code == 404


def test_malice_in_links_is_not_passed_on(web: httpx.Client, hub: Run, settings: Settings) -> None:
    text = RICH.replace("$0http://id.loc.gov/authorities/names/n80013187", '$0javascript:alert(1)$0http://x.org/"><b>')
    load(hub, "A", record_of(text))
    (record,) = pymarc.MARCReader(copied(web, instance_of(settings, "A", "r1")).content)
    assert "alert" not in str(record)
    assert "<b>" not in str(record)


def test_a_record_without_title_or_leader_is_given_all_the_same(
    web: httpx.Client, hub: Run, settings: Settings
) -> None:
    odd = Record("", record_of("001 o1\n100 1# $aAi đó\n260 ## $aHuế").fields)
    load(hub, "A", odd)
    (record,) = pymarc.MARCReader(copied(web, instance_of(settings, "A", "o1")).content)
    assert record["100"]["a"] == "Ai đó"
