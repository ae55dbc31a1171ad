"""What the two text indexes keep: of a Work for readers, of an Instance for those who search records."""

from __future__ import annotations

from typing import Any

from converters import convert
from converters.marc.record import record_of
from converters.profile import Profile
from hub.projection.instance_document import Told, instance_document
from hub.projection.search_document import Said, document
from tests.hub.catalogue import kieu

SERIAL = """
LDR 00000nas a2200000 i 4500
001 s1
008 910101c19919999vm#qr#p#######0###a0vie##
022 ## $a0866-7160
245 00 $aNghiên cứu lịch sử
260 ## $aHà Nội :$bViện Sử học,$c1991-
"""
HOLDINGS = """
LDR 00000nx  a22000001i 4500
001 h1
004 s1
852 ## $aVN-B$bKHO2$hT 12$p777
"""


def told(text: str, member: str = "A", *, holdings: bool = False) -> Told:
    record = record_of(text)
    description = convert(record, Profile(libraries={"KHO2": "B2"}))
    return Told(member, record.control("001"), description, lambda b: {"KHO2": "B2"}.get(b, member), holdings=holdings)


def test_an_issn_finds_the_work() -> None:
    found: dict[str, Any] = document("w", [Said("i", convert(record_of(SERIAL)), lambda b: "A")], [])
    assert "08667160" in found["identifier"]


def test_an_instance_is_found_by_what_all_its_records_say() -> None:
    first, second = kieu("a1"), record_of("001 b1\n245 10 $aKim Vân Kiều\n260 ## $bTrẻ,$c2016\n020 ## $a8935244800012")
    records = [Told(m, r.control("001"), convert(r), lambda b: "A") for m, r in (("A", first), ("B", second))]
    found = instance_document("i", records)
    assert found["title"] == ["Truyện Kiều", "Kim Vân Kiều"]
    assert found["record"] == ["(A)a1", "(B)b1"]
    assert found["publisher"] == ["Văn học", "Trẻ"]
    assert found["year"] == [2015, 2016]
    assert found["isbn"] == ["9786046912345", "8935244800012"]
    assert found["class"] == ["895.9221"]
    assert found["shelfmark"] == ["895.9221 NG527D"]
    assert "Đào Duy Anh khảo đính" in found["text"]


def test_of_a_holdings_record_only_the_items_count() -> None:
    found = instance_document("i", [told(SERIAL), told(HOLDINGS, "B", holdings=True)])
    assert found["record"] == ["(A)s1"]
    assert found["library"] == ["A", "B2"]
    assert (found["shelfmark"], found["title"]) == (["T 12"], ["Nghiên cứu lịch sử"])
    assert {"0866-7160", "777"} <= set(found["identifier"])
    assert {"Serial", "Text"} <= set(found["format"])


def test_without_records_there_is_nothing_to_find() -> None:
    assert instance_document("i", []) == {"id": "i"}
    assert instance_document("i", [told(HOLDINGS, holdings=True)]) == {"id": "i"}
