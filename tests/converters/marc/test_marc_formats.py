"""What is particular to each format: envelopes, prefixes, broken XML, mnemonics, local fields without subfields."""

import ast
import io
import json
import re

import pytest
from marc_samples import SAMPLES, hashed

from converters.marc import Damaged, Field, MarcError, Record, UnknownFormat, frames, parse, read, record_of
from converters.marc.write import marcxml_collection, to_iso2709, to_marcxml


def records(text: str | bytes):
    data = text.encode() if isinstance(text, str) else text
    return [f if isinstance(f, Damaged) else f[1] for f in read(io.BytesIO(data))]


def codes(record) -> list[str]:
    return [p.code for p in record.problems]


ONE = (
    '<leader>00000nam a2200000   4500</leader><controlfield tag="001">n1</controlfield>'
    '<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Nhà Nguyễn &amp; Huế</subfield></datafield>'
)
COMMENTED = f"<!-- <record> --><collection><!-- a <record> {'x' * 9000} --><record>{ONE}</record></collection>"


@pytest.mark.parametrize(
    "xml",
    [
        f"<collection xmlns='http://www.loc.gov/MARC21/slim'><record>{ONE}</record></collection>",
        f"<record>{ONE}</record>",
        f"<record type='Bibliographic'\n>{ONE}</record >",
        "<marc:collection xmlns:marc='x'><marc:record>"
        + ONE.replace("<", "<marc:").replace("<marc:/", "</marc:")
        + "</marc:record></marc:collection>",
        (
            f"<OAI-PMH><ListRecords><record><header><identifier>oai:x:1</identifier></header><metadata><record>{ONE}"
            "</record></metadata></record></ListRecords></OAI-PMH>"
        ),
        (
            f"<zs:searchRetrieveResponse><zs:records><zs:record><zs:recordData><record>{ONE}</record></zs:recordData>"
            "</zs:record></zs:records></zs:searchRetrieveResponse>"
        ),
        f"<?xml version='1.0'?>{COMMENTED}",
        f"<bibs><bib><title>x</title><record>{ONE}</record></bib></bibs>",
    ],
)
def test_marcxml_in_every_wrapping(xml):
    (record,) = records(xml)
    assert record.control("001") == "n1"
    assert record.first("245").get("a") == "Nhà Nguyễn & Huế"
    assert codes(record) == []


def test_marcxml_in_another_encoding():
    xml = f"<?xml version='1.0' encoding='ISO-8859-1'?><collection><record>{ONE}</record></collection>"
    (frame,) = frames(io.BytesIO(xml.replace("ễ", "e").replace("ế", "é").encode("latin-1")))
    record = parse(frame.data, frame.format)
    assert record.first("245").get("a") == "Nhà Nguyen & Hué"


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE collection [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;'>]>",
        "<!DOCTYPE collection SYSTEM 'http://127.0.0.1:1/x.dtd'>",
        "<!DOCTYPE x [<!ENTITY % p SYSTEM 'file:///etc/passwd'> %p;]>",
    ],
)
def test_a_doctype_is_refused(head):
    with pytest.raises(UnknownFormat, match="DOCTYPE"):
        list(frames(io.BytesIO(f"<?xml version='1.0'?>{head}<collection><record>{ONE}</record></collection>".encode())))


def test_a_doctype_behind_a_long_comment_is_refused_too():
    xml = f"<?xml version='1.0'?><!--{'x' * 70000}--><!DOCTYPE x []><collection><record>{ONE}</record></collection>"
    with pytest.raises(UnknownFormat, match="DOCTYPE"):
        list(frames(io.BytesIO(xml.encode()), format="marcxml"))
    with pytest.raises(MarcError, match="DOCTYPE"):
        parse(f"<!DOCTYPE x []><record>{ONE}</record>".encode(), "marcxml")


def thousand(bad: str) -> str:
    middle = [f"<record>{ONE.replace('n1', f'n{n}')}</record>" for n in range(1000)]
    middle[499] = f"<record>{ONE.replace('n1', 'n499').replace('Nhà', bad)}</record>"
    return f"<collection>{''.join(middle)}</collection>"


@pytest.mark.parametrize("bad", ["Nh\x07à", "Nh\x1fà", "A & B", "Tr&agrave;", "&nosuch;", "&#x1f;à"])
def test_one_bad_character_among_a_thousand_is_mended(bad):
    found = records(thousand(bad))
    assert len(found) == 1000
    assert not any(isinstance(f, Damaged) for f in found)
    assert [n for n, f in enumerate(found) if f.problems] == [499]
    assert "xml-repaired" in codes(found[499])


def test_one_broken_element_among_a_thousand_costs_one_record():
    found = records(thousand("<b>Nhà</i>"))
    assert [n for n, f in enumerate(found) if isinstance(f, Damaged)] == [499]
    assert found[499].control_number == "n499"
    assert "not well-formed" in found[499].reason


def test_an_unclosed_record_does_not_take_the_next_one_with_it():
    bad, good = records(f"<collection><record>{ONE}<record>{ONE}</record></collection>")
    assert "not closed" in bad.reason
    assert good.control("001") == "n1"


def test_marcxml_cut_short_says_so():
    good, bad = records(f"<collection><record>{ONE}</record>")
    assert good.control("001") == "n1"
    assert "</collection>" in bad.reason
    _, bad, end = records(f"<collection><record>{ONE}</record><record>{ONE[:60]}")
    assert "cut short" in bad.reason
    assert "</collection>" in end.reason


def test_a_deleted_oai_record_is_told():
    (bad,) = records(
        "<OAI-PMH><record><header status='deleted'><identifier>oai:x:7</identifier></header></record></OAI-PMH>"
    )
    assert "oai:x:7" in bad.reason


def test_missing_parts_of_xml_fields_are_problems_not_losses():
    xml = (
        "<record><leader>  </leader><datafield tag='245'><subfield>Một</subfield><subfields code='b'>Hai</subfields>"
        "</datafield><datafield tag='2455' ind1='1' ind2='z'><subfield code='aa'>Ba</subfield></datafield></record>"
    )
    (record,) = records(xml)
    assert [t for f in record.fields for _, t in f.subfields] == ["Một", "Hai", "Ba"]
    assert {"indicator", "subfield-code", "field-form", "tag", "leader-missing", "control-number-missing"} <= set(
        codes(record)
    )


def test_json_lines_an_array_and_objects_in_a_row_read_the_same():
    one = {
        "leader": "00000nam a2200000   4500",
        "fields": [{"001": "n1"}, {"245": {"ind1": "1", "ind2": "0", "subfields": [{"a": 'T{"x}'}]}}],
    }
    line, pretty = json.dumps(one), json.dumps(one, indent=4)
    for text in (
        f"{line}\n{line}\n",
        f"[{line},{line}]",
        f"[{pretty},\n{pretty}]",
        f"{pretty}\n{pretty}",
        f'{{"records": [{line}, {line}]}}',
    ):
        found = records(text)
        assert [r.first("245").get("a") for r in found] == ['T{"x}', 'T{"x}'], text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"leader": "x", "fields": {}}', "list 'fields'"),
        ('{"leader": "x", "fields": [{"245": 5}]}', "245"),
        ('{"leader": "x", "fields": [{"245": {"subfields": 1}}]}', "245"),
        ('{"leader": "x", "fields": [{"245": {"subfields": [5]}}]}', "245"),
        ('{"leader": "x", "fields": ["245"]}', "fields"),
        ('{"leader": "x", "fields": [}', "JSON"),
        ('{"leader": "x", "fields": []}', "without any field"),
    ],
)
def test_json_that_is_no_marc_costs_one_record(line, said):
    good = '{"leader":"00000nam a2200000   4500","fields":[{"001":"n2"}]}'
    bad, second = records(f"{line}\n{good}\n")
    assert said in bad.reason
    assert second.control("001") == "n2"


def test_an_unclosed_json_object_does_not_take_the_next_line():
    good = '{"leader":"00000nam a2200000   4500","fields":[{"001":"n2"}]}'
    bad, second = records(f'{{"leader":"x","fields":[{{"001":"n1"}}\n{good}\n')
    assert bad.control_number == "n1"
    assert second.control("001") == "n2"


def test_lone_surrogates_of_json_become_replacement_characters():
    (record,) = records(
        '{"leader":"00000nam a2200000   4500","fields":[{"001":"n1"},'
        '{"245":{"ind1":"0","ind2":"0","subfields":[{"a":"x\\ud800y"}]}}]}'
    )
    assert record.first("245").get("a") == "x\ufffdy"
    assert codes(record) == ["replacement-character"]


def test_marcmaker_mnemonics_blanks_and_broken_lines():
    (record,) = records(
        "=LDR  00000nam\\a2200000\\\\\\4500\r\n=001  n1\r\n"
        "=245  10$aGi{dollar}a {lcub}x{rcub} Ki{circ}{acute}eu\r\nand on$bb\r\n"
        "=650  \\7$aH{dotb}a{unknown}\r\n"
    )
    assert repr(record.first("245")) == "245 10 $aGi$a {x} Kiếu and on$bb"
    assert repr(record.first("650")) == "650 #7 $aHạ{unknown}"
    assert record.leader == "00000nam a2200000   4500"
    assert "field-form" in codes(record)


def test_marcmaker_without_empty_lines_between_records():
    text = "".join(f"=LDR  00000nam a2200000   4500\n=001  n{n}\n=245  00$aT\n" for n in (1, 2, 3))
    assert [r.control("001") for r in records(text)] == ["n1", "n2", "n3"]


def test_aleph_takes_its_own_number_where_001_is_missing():
    (record,) = records(
        "000000012 LDR   L ^^^^^nam^a22^^^^^^a^4500\n000000012 24510 L $$aĐất nước$$b5$ một bản\n000000012 FMT   L BK\n"
    )
    assert record.control("001") == "000000012"
    assert record.first("245").all("ab") == ["Đất nước", "5$ một bản"]
    assert record.first("FMT").get("a") == "BK"
    assert "control-number-supplied" in codes(record)


def test_emiclib_local_fields_and_prices_with_a_dollar():
    source = (
        to_iso2709(record_of("001 TVL12\n020 ## $c$50.000\n245 00 $aToán C"))
        .replace(b"\x1e\x1d", b"##")
        .replace(b"\x1e", b"#")
        .replace(b"\x1f", b"$")
    )
    (record,) = records(source)
    assert record.format == "hash-iso"
    assert record.control("001") == "TVL12"
    assert record.first("245").get("a") == "Toán C"


def test_fields_without_indicators_and_subfields_keep_their_text():
    body = b"n1\x1eAdministrator\x1e"
    data = b"00000nam a2200049   4500" + b"001000300000" + b"911001400003" + b"\x1e" + body + b"\x1d"
    record = parse(data, "iso2709")
    assert record.first("911").subfields == [("a", "Administrator")]
    assert "field-form" in codes(record)


@pytest.mark.parametrize(
    ("content", "field", "code"),
    [
        (b"\x1faTitle", "245 ## $aTitle", "indicator"),
        (b"1\x1faTitle", "245 1# $aTitle", "indicator"),
        (b"1\xc3\xa9\x1faTitle", "245 1é $aTitle", "indicator"),
        (b"10Title\x1fbrest", "245 10 $aTitle$brest", "field-form"),
        (b"10\x1f\xc3\xa9x", "245 10 $éx", "subfield-code"),
        (b"10\x1f\x1faTitle", "245 10 $aTitle", "subfield-code"),
    ],
)
def test_odd_indicators_and_codes_are_told_and_kept(content, field, code):
    data = (
        b"00000nam a2200049   4500"
        b"001000300000" + b"245%04d00003" % (len(content) + 1) + b"\x1en1\x1e" + content + b"\x1e\x1d"
    )
    record = parse(data, "iso2709")
    assert repr(record.first("245")) == field
    assert code in codes(record)


def test_libol_authority_lines_with_one_blank_less():
    (record,) = records("Ldr 00025nz  a2200024n  4500\n#001 TVL1\n#100   $aTrần Ngọc Oanh\n#911 Administrator\n##\n")
    assert record.kind == "authority"
    assert repr(record.first("100")) == "100 ## $aTrần Ngọc Oanh"


def test_libol_tells_a_record_number_from_a_sum_of_money():
    (record,) = records(
        "Ldr 00025nz  a2200024n  4500\n#001 TVL1\n#400 1 $aHồ$d1890-1969$05\n#020   $c$25.000, $0.50\n##\n"
    )
    assert repr(record.first("400")) == "400 1# $aHồ$d1890-1969$05"
    assert record.first("400").get("0") == "5"
    assert record.first("020").get("c") == "$25.000, $0.50"


def test_opac_text_without_leader():
    (record,) = records("245\t0\t#\ta\tKỹ năng giao tiếp\n\t\t\tb\tTuyển chọn\n300\t#\t#\ta\t408tr.\n941\t#\t#\t\t\n")
    assert repr(record.first("245")) == "245 0# $aKỹ năng giao tiếp$bTuyển chọn"
    assert record.first("300").get("a") == "408tr."
    assert record.kind == "bibliographic"
    assert {"leader-missing", "control-number-missing"} <= set(codes(record))


def test_what_a_whole_record_lacks_is_told():
    record = record_of("008 short\n500 ## $aOnly a note")
    back = parse(to_iso2709(record), "iso2709")
    assert set(codes(back)) == {"control-number-missing", "title-missing", "fixed-field-length"}
    twice = parse(to_iso2709(record_of("001 a\n001 b\n245 00 $aT")), "iso2709")
    assert codes(twice) == ["control-number-repeated"]
    assert twice.control("001") == "a"


def test_a_leader_without_fields_is_no_record():
    with pytest.raises(MarcError, match="without any field"):
        parse(b"00026nam a2200025   4500\x1e\x1d", "iso2709")
    with pytest.raises(MarcError, match="without any field"):
        parse(b"<record><leader>00000nam a2200000   4500</leader></record>", "marcxml")


def test_a_collection_is_written_and_read():
    xml = "".join(marcxml_collection([record_of(f'001 n{n}\n245 00 $aT<&>"{n}') for n in range(3)]))
    assert [r.first("245").get("a") for r in records(xml)] == ['T<&>"0', 'T<&>"1', 'T<&>"2']
    assert to_marcxml(record_of("001 n1")).startswith('<record xmlns="http://www.loc.gov/MARC21/slim">')


def test_an_error_of_an_oai_server_is_told():
    (bad,) = records("<OAI-PMH><request>x</request><error code='noRecordsMatch'>No matching records</error></OAI-PMH>")
    assert "No matching records" in bad.reason
    assert records("<collection></collection>") == []


def test_text_beside_xml_subfields_is_told():
    (record,) = records(f"<record>{ONE.replace('</subfield>', '</subfield>stray')}</record>")
    assert [p.message for p in record.problems] == ["text beside the subfields left out: 'stray'"]


@pytest.mark.parametrize(
    "variant",
    [
        ('code="a"', "code='a'"),
        ("&amp;", "<![CDATA[&]]>"),
        ("&amp;", "&#38;"),
        ("<subfield", "<!-- x --><subfield"),
        (' ind1="1" ind2="0"', ' ind2="0" ind1="1" '),
        ("><", ">\r\n  <"),
    ],
)
def test_regular_and_irregular_xml_read_the_same(variant):
    (record,) = records(f"<record>{ONE.replace(*variant)}</record>")
    (plain,) = records(f"<record>{ONE}</record>")
    assert repr(record) == repr(plain)
    assert codes(record) == []


def test_references_that_a_web_form_left_become_letters():
    record = parse(to_iso2709(record_of("001 n1\n245 10 $aTruy&#7879;n Ki&#x1EC1;u &#38; &amp; &#7;")), "iso2709")
    assert record.first("245").get("a") == "Truyện Kiều &#38; &amp; &#7;"
    assert codes(record) == ["character-reference"]


def test_unimarc_is_told():
    record = parse(to_iso2709(record_of("001 n1\n200 1# $aTruyện Kiều")), "iso2709")
    assert codes(record) == ["title-missing", "unimarc"]


def test_a_hash_inside_emiclib_text_is_text():
    record = parse(hashed(to_iso2709(record_of("001 TVL1\n245 00 $aLập trình C#\n300 ## $a20 tr."))), "hash-iso")
    assert record.first("245").get("a") == "Lập trình C#"
    assert record.first("300").get("a") == "20 tr."


@pytest.mark.parametrize("name", ["marc-in-json", "mrk", "libol", "opac", "aleph", "hash-iso"])
def test_delimiters_of_iso2709_in_other_formats_are_taken_out(name):
    data = SAMPLES[name].replace(b"Truy", b"Tr\x1eu\x1fy" if name != "marc-in-json" else b"Tr\\u001eu\\u001fy")
    for record in records(data):
        assert record.first("245").get("a").strip() == "Truyện Kiều"
        assert "control-character" in codes(record)


def test_the_same_problem_of_many_fields_is_one():
    record = parse(to_iso2709(Record("", [Field(t, subfields=[]) for t in ("245", "900")])), "iso2709")
    assert [p.where for p in record.problems if p.code == "field-form"] == []
    body = "".join(f"#9{n:02d} text\n" for n in range(10))
    (record,) = records(f"Ldr 00000nam a2200000   4500\n#001 n1\n#245 00 $aT\n{body}##\n")
    assert codes(record) == ["field-form"]
    assert record.problems[0].where.startswith("900, 901")


def test_every_problem_code_is_in_the_table():
    from pathlib import Path

    from converters.marc import build
    from converters.marc.text import _MESSAGES

    used = set(_MESSAGES)
    package = Path(build.__file__).parent
    for source in package.glob("*.py"):
        used |= set(re.findall(r'Problem\(\s*"([a-z0-9-]+)"', source.read_text(encoding="utf-8")))
    # From the source: a compiled module has no docstring.
    table = ast.get_docstring(ast.parse(package.joinpath("build.py").read_text(encoding="utf-8"))) or ""
    listed = set(re.findall(r"^([a-z0-9-]+) {2,}\S", table, re.MULTILINE))
    assert used == listed


def test_blanks_written_as_signs_are_blanks():
    xml = ONE.replace("00000nam a2200000   4500", "00000nam#a2200000###4500").replace(
        "<datafield", '<controlfield tag="008">000111s1920####xx############000#0#ger#c</controlfield><datafield', 1
    )
    (record,) = records(f"<record>{xml}</record>")
    assert record.leader == "00000nam a2200000   4500"
    assert record.control("008") == "000111s1920    xx            000 0 ger c"
    assert [(p.code, p.where) for p in record.problems] == [("blank-sign", "LDR, 008")]
    back = parse(to_iso2709(record).replace(b"nam a22", b"nam#a22"), "iso2709")
    assert (back.leader[8], codes(back)) == (" ", ["blank-sign"])


@pytest.mark.parametrize("separator", ["\x1d", "\x1e", "\x1f", "&#30;", "\x00"])
def test_separators_of_iso_2709_inside_marcxml_part_nothing(separator: str) -> None:
    text = (
        '<record><leader>00000nam a2200000 a 4500</leader><controlfield tag="001">1</controlfield>'
        '<datafield tag="245" ind1="1" ind2="0">'
        f'<subfield code="a">Số{separator} đỏ{separator}</subfield><subfield code="b">x</subfield></datafield></record>'
    )
    record = parse(text.encode(), "marcxml")
    assert repr(record).splitlines()[1:] == ["001 1", "245 10 $aSố đỏ$bx"]
    assert "control-character" in {p.code for p in record.problems}
