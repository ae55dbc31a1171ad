"""The loss ledger says of every subfield what became of it."""

from converters.bibframe.ledger import Ledger, Row, ledger_of
from converters.marc.record import Field, record_of
from converters.profile import PRESETS, Profile

RECORD = record_of(
    """001 r1
       245 10 $aTruyện Kiều /$cNguyễn Du
       852 ## $aVN-X$hA1$pB1$xTên cán bộ$zRách bìa
       852 ## $aVN-X$pB2$QLỗi
       911 ## $aTrần Thị Cán Bộ
       777 ## $aX
       888 ## $aTrường lạ"""
)


def row(ledger: Ledger, tag: str, code: str) -> Row:
    (found,) = [r for r in ledger.report() if (r.tag, r.code) == (tag, code)]
    return found


def test_outcomes_counts_reasons_and_examples() -> None:
    ledger = ledger_of([RECORD])
    assert row(ledger, "852", "p") == Row("bibliographic", "852", "p", "converted", 2, "", "r1", "B1")
    assert row(ledger, "852", "z") == Row("bibliographic", "852", "z", "note", 1, "", "r1", "Rách bìa")
    assert row(ledger, "852", "x") == Row("bibliographic", "852", "x", "dropped", 1, "nonpublic note", "r1", "")
    assert row(ledger, "852", "Q").outcome == "unknown"
    assert row(ledger, "888", "a") == Row("bibliographic", "888", "a", "unknown", 1, "", "r1", "Trường lạ")
    assert row(ledger, "001", "").outcome == "converted"


def test_every_subfield_is_counted_once() -> None:
    ledger = ledger_of([RECORD, RECORD])
    fields = sum(len(f.subfields) if f.tag >= "010" else 1 for f in RECORD.fields)
    assert sum(ledger.totals().values()) == 2 * fields
    assert ledger.records == 2


def test_private_text_is_never_shown() -> None:
    text = ledger_of([RECORD]).text()
    assert row(ledger_of([RECORD]), "911", "a").outcome == "local"
    assert "Cán Bộ" not in text
    assert "Tên cán bộ" not in text
    assert "Rách bìa" in text


def test_local_fields_that_the_profile_publishes_are_notes() -> None:
    ledger = ledger_of([RECORD], Profile(notes={"911": "Ghi chú"}))
    assert row(ledger, "911", "a").outcome == "note"


def test_item_fields_are_read_as_the_profile_says() -> None:
    record = record_of("952 ## $aCTU$pB1$zQuý$xriêng$g12.00\n952 ## $aMinor ill.")
    ledger = ledger_of([record])
    assert row(ledger, "952", "p").outcome == "converted"
    assert row(ledger, "952", "z").outcome == "note"
    assert row(ledger, "952", "x").outcome == "dropped"
    assert row(ledger, "952", "g").reason == "not public: the member profile names no fact for it"
    assert {r.outcome: r.count for r in ledger.report() if (r.tag, r.code) == ("952", "a")} == {
        "converted": 1,
        "local": 1,
    }
    assert row(ledger_of([record], PRESETS["plain"]), "952", "p").outcome == "local"


def test_text_in_another_script_counts_with_the_field_it_repeats() -> None:
    ledger = ledger_of([record_of("852 ## $6880-01$aX$zRách\n880 ## $6852-01/$1$z破$x私")])
    assert row(ledger, "880/852", "z").outcome == "note"
    assert row(ledger, "880/852", "x").outcome == "dropped"


def test_kinds_are_kept_apart() -> None:
    ledger = Ledger()
    ledger.add(record_of("LDR 00000nz  a2200000n  4500\n100 1# $aNguyễn, Du\n667 ## $aHỏi cô Lan"))
    ledger.add(record_of("LDR 00000nx  a2200000zi 4500\n004 b1\n852 ## $aX"))
    kinds = {(r.kind, r.tag) for r in ledger.report()}
    assert ("authority", "667") in kinds
    assert ("holdings", "004") in kinds
    assert "cô Lan" not in ledger.text()


def test_ledgers_of_several_processes_add_up() -> None:
    whole = ledger_of([RECORD, RECORD, RECORD])
    parts = ledger_of([RECORD])
    parts.merge(Ledger.from_json(ledger_of([RECORD, RECORD]).to_json()))
    assert parts.report() == whole.report()
    assert parts.records == 3


def test_table_is_plain_text() -> None:
    lines = ledger_of([record_of("001 r1\n852 ## $aX$zdòng\tmới\x1b")]).text().splitlines()
    assert lines[0].startswith("1 records: ")
    assert lines[2].split() == ["kind", "field", "outcome", "count", "reason", "record", "example"]
    assert not any(not c.isprintable() for line in lines for c in line)


def test_a_nine_in_a_standard_field_is_the_librarys_own() -> None:
    ledger = ledger_of([record_of("001 r1\n245 10 $aX$923\n100 1# $aY$Z1")])
    assert row(ledger, "245", "9").outcome == "local"
    assert row(ledger, "100", "Z").outcome == "unknown"


def test_tags_that_are_none_are_one_row() -> None:
    record = record_of("001 " + "x" * 500)
    record.fields += [Field(f"odd{n}", subfields=[("a", "x")]) for n in range(50)]
    ledger = ledger_of([record])
    assert row(ledger, "???", "a").count == 50
    assert len(row(ledger, "???", "a").record) == 80
