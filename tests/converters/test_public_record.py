"""The public part of a record: no staff names, no nonpublic notes, no prices."""

import pytest

from converters.marc.record import Record, record_of
from converters.profile import PRESETS, Profile
from converters.public import public

SECRET = "Trần Thị Cán Bộ"


def lines(record: Record) -> list[str]:
    return [repr(f) for f in record.fields]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"911 ## $a{SECRET}", None),
        (f"998 ## $a{SECRET}", None),
        (f"CAT ## $a{SECRET}", None),
        (f"590 ## $a{SECRET}", None),
        (f"852 ## $aX$hA1$x{SECRET}", "852 ## $aX$hA1"),
        (f"866 30 $a1-9$x{SECRET}", "866 30 $a1-9"),
        (f"856 40 $uhttp://a.org$x{SECRET}", "856 40 $uhttp://a.org"),
        (f"876 ## $pB1$c100$e{SECRET}", "876 ## $pB1"),
        (f"583 1# $aretained$k{SECRET}", "583 1# $aretained"),
        (f"583 0# $aretained$k{SECRET}", None),
        (f"541 0# $a{SECRET}", None),
        (f"952 ## $aCTU$pB1$x{SECRET}$g12.00", "952 ## $aCTU$pB1"),
        (f"952 ## $a{SECRET}", None),
        (f"880 ## $6852-01/$1$aX$x{SECRET}", "880 ## $6852-01/$1$aX"),
        (f"880 ## $6911-01$a{SECRET}", None),
        ("490 1# $aTủ sách vàng$v3", "490 1# $aTủ sách vàng$v3"),
        ("245 10 $aTruyện Kiều$xlạ", "245 10 $aTruyện Kiều$xlạ"),
        ("008 990715s1999", "008 990715s1999"),
    ],
)
def test_public_part(line: str, shown: str | None) -> None:
    assert lines(public(record_of(line))) == ([shown] if shown else [])


def test_the_profile_can_publish_a_local_field() -> None:
    assert len(public(record_of("911 ## $aGhi chú"), Profile(notes={"911": "Ghi chú"})).fields) == 1


def test_sirsi_comments_for_staff_stay_inside() -> None:
    record = record_of(f"999 ## $aA1$iX1$mLIB$o.STAFF. {SECRET}$o.PUBLIC. Hỏi quầy$p10.00")
    assert lines(public(record, PRESETS["sirsi"])) == ["999 ## $aA1$iX1$mLIB$o.PUBLIC. Hỏi quầy"]


def test_authorities_hide_nonpublic_notes_and_addresses() -> None:
    record = record_of(
        f"100 1# $aLê, A\n371 ## $a1 Phố X\n667 ## $a{SECRET}\n678 ## $aNhà thơ", leader="00000nz  a2200000n  4500"
    )
    assert lines(public(record)) == ["100 1# $aLê, A", "678 ## $aNhà thơ"]
    body = record_of("110 2# $aThư viện X\n371 ## $a31 Tràng Thi", leader="00000nz  a2200000n  4500")
    assert len(public(body).fields) == 2


def test_the_record_itself_is_not_changed() -> None:
    record = record_of(f"852 ## $aX$x{SECRET}\n911 ## $aY")
    before = lines(record)
    public(record)
    assert lines(record) == before
