"""Regular MARCXML is cut without an XML parser; whatever that way reads, the parser reads the same."""

import io
import re
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters.marc import Damaged, MarcError, Record, marcxml, parse, read
from converters.marc.regular_xml import regular_record

LEADER = "00000nam a2200000   4500"


def shape(record: Record) -> tuple[object, ...]:
    fields = [(f.tag, f.ind1, f.ind2, f.subfields, f.value) for f in record.fields]
    return record.leader, fields, record.problems, record.encoding, record.format


def regularly(data: bytes) -> tuple[object, ...] | None:
    """What the regular way reads, None where it leaves the bytes to the parser."""
    problems = []
    text, name, raw = marcxml._text_of(data, None, problems)
    record = regular_record(text, name.lower(), problems, compose=raw)
    return shape(record) if record is not None else None


def by_parser(data: bytes) -> tuple[object, ...] | str:
    """What the parser reads, or why it does not."""
    with mock.patch.object(marcxml, "regular_record", return_value=None):
        try:
            return shape(parse(data, "marcxml"))
        except MarcError as error:
            return str(error)


def xml(title: str = "Số đỏ", *, number: str = "n1", leader: str = LEADER) -> str:
    return (
        f'<record><leader>{leader}</leader><controlfield tag="001">{number}</controlfield>'
        f'<datafield tag="245" ind1="1" ind2="0"><subfield code="a">{title}</subfield>'
        '<subfield code="c">Vũ Trọng Phụng</subfield></datafield></record>'
    )


PRETTY = xml("Số đỏ &amp; &lt;Kỹ nghệ&gt;").replace("><", ">\n    <").replace("record>", "record >")
YAZ = '<record xmlns="http://www.loc.gov/MARC21/slim">\n  <!-- Bad leader -->\n' + xml()[8:].replace("><", ">\n  <")
PREFIXED = re.sub(r"<(/?)", r"<\1marc:", xml())
TYPED = xml().replace("<record>", '<record type=\'Bibliographic\'\n xmlns:x="y"\txmlns="z" >')
SHAPES = [
    xml(),
    PRETTY,
    YAZ,
    PREFIXED,
    TYPED,
    xml("", number="", leader=""),
    xml(leader=LEADER[:20]),
    xml("So\u0302\u0301"),
]


@pytest.mark.parametrize("text", SHAPES)
def test_what_programs_write_is_read_the_regular_way_and_as_the_parser_reads_it(text):
    found = regularly(text.encode())
    assert found is not None
    assert found == by_parser(text.encode())


TEXTS = [
    *("Số đỏ", "a", "#^", " \n\t ", "x=y;", ">", "a &amp; b", "&lt;b&gt;", "&quot;&apos;", "&amp;#7879;", "2026", ""),
    *("So\u0302\u0301", "o\u0301\u0302", "\u0301", "\u0338", "\u212b", "\xa0", "\x85", "\u2028", "\u200b", "\ufffd"),
    *("\x7f", "\x98the\x9c ", "\ufeff", "\U0001f600", "Nguyá»…n", "TrÃ¡ÂºÂ§n", "Ã\xa0", "VÅ© Ã ", "Æ¡"),
]
FAULTS = [
    *("]]>", "&", "amp;", "&nbsp;", "&nosuch;", "&#38;", "#38;", "&#7879;", "&#x1e;", "&#0;", "&#xD83D;&#xDE00;"),
    *("&#xFFFE;", "&#x110000;", "\x00", "\x07", "\x0b", "\x1d", "\x1e", "\x1f", "\r\n", "\ufffe", "\uffff", "\ud800"),
    *("<!-- c -->", "<![CDATA[<&]]>", "<?p i?>", "<i>x</i>", "<b/>", '<subfield code="b">in</subfield>'),
]
TAGS = ["00", "24", "2455", "LDR", "9XX", "é45", "", "0\n0", "24\t", "001", "245"]
CODES = ["A", "?", "", "ab", "é", "\u212b", " ", "\n", "&amp;", "\x07", "\uffff"]
GAPS = ["\r\n", "\xa0", "stray", "<!-- c -->", "<extra>text</extra>", "<?p i?>"]
INDICATORS = ["#", "|", "A", "é", "", "10", "\t", "&#49;", "&lt;"]
PLAIN_HEADS = ["", ' type="B"', " xmlns='x' type='B'\n"]
HEADS = [' a="1" a="2"', " a", ' a = "1"', ' a="1"b="2"', ' a="&amp;"', "/", " 1='2'"]
LEADERS = ["\n " + LEADER, LEADER[:23], LEADER + " ", "", "00000nam#a2200000###4500", LEADER[:9] + "é", "a]]>"]


@st.composite
def records(draw) -> str:
    """A record element as a program might write it, odd in a place or two."""
    oddity = draw(st.sampled_from([5, 50, 500]))

    def odd() -> bool:
        return draw(st.integers(0, oddity)) == oddity

    def some(usual: list[str], strange: list[str]) -> str:
        return draw(st.sampled_from(strange if odd() else usual))

    def attributes(*pairs: tuple[str, str]) -> str:
        given = draw(st.permutations(pairs)) if odd() else pairs
        quote = some(['"'], ["'"])
        return "".join(f" {name}={quote}{value}{quote}" for name, value in given if not odd())

    def content() -> str:
        return "".join(some(TEXTS, FAULTS) for _ in range(draw(st.integers(0, 3))))

    gap = some(["", "\n  ", "\t"], GAPS)
    parts = [f"<record{some(PLAIN_HEADS, HEADS)}>{gap}"]
    if not odd():
        parts.append(f"<leader>{some([LEADER], LEADERS)}</leader>{gap}")
    tags = some(["001", "001 008", "001 005 008"], ["", "001 001", "008 245"]).split()
    parts += [f"<controlfield{attributes(('tag', tag))}>{content()}</controlfield>{gap}" for tag in tags]
    for _ in range(draw(st.integers(1, 3))):
        indicators = [(name, some(["1", "0", " "], INDICATORS)) for name in ("ind1", "ind2")]
        parts.append(f"<datafield{attributes(('tag', some(['245', '500', '880'], TAGS)), *indicators)}>{gap}")
        for _ in range(0 if odd() else draw(st.integers(1, 3))):
            code = attributes(("code", some(["a", "b", "6"], CODES)))
            parts.append(f"<subfield{code}>{content()}</subfield>{some([gap], GAPS)}")
        parts.append(f"</datafield>{gap}")
    parts.append("</record>")
    text = "".join(parts)
    return re.sub(r"<(/?)(?=[a-z])", r"<\1m:", text) if odd() else text


PIECES = [
    "<",
    ">",
    '"',
    "&",
    "/",
    "m:",
    "<m:/",
    "</m:",
    "]]>",
    "</record>",
    "</datafield>",
    "<datafield",
    "</subfield>",
    " ind1='1'",
]


@st.composite
def broken(draw) -> str:
    """A record element in which something was put in, left out or written twice."""
    text = draw(st.sampled_from(SHAPES))
    start = draw(st.integers(0, len(text)))
    end = min(len(text), start + draw(st.integers(0, 60)))
    piece = draw(st.sampled_from([*PIECES, "", text[start:end] * 2]))
    return text[:start] + piece + text[end if draw(st.booleans()) else start :]


@settings(deadline=None, max_examples=600)
@given(st.one_of(records(), broken()))
def test_what_is_read_the_regular_way_the_parser_reads_the_same(text):
    data = text.encode("utf-8", "surrogatepass")
    found = regularly(data)
    read_by_parser = by_parser(data)
    assert found is None or found == read_by_parser


@settings(deadline=None, max_examples=200)
@given(
    records(),
    st.sampled_from(["utf-16", "windows-1258", "utf-8", "iso-8859-1", "undefined"]),
)
def test_no_marcxml_stops_the_reading_of_a_file(text, name):
    data = text.encode("utf-8", "surrogatepass")
    whole = b'<?xml version="1.0" encoding="%s"?><collection>%s%s</collection>' % (name.encode(), data, xml().encode())
    found = list(read(io.BytesIO(whole)))
    assert len(found) == 2
    if name in ("utf-8", "utf-16"):
        assert not isinstance(found[1], Damaged)
        assert shape(found[1][1])[:2] == shape(parse(xml().encode(), "marcxml"))[:2]


NOT_WELL_FORMED = {
    "an attribute twice": xml().replace(' tag="245"', ' tag="245" tag="246"'),
    "an attribute of the record twice": xml().replace("<record>", '<record a="1" a="2">'),
    "an attribute without a value": xml().replace("<record>", "<record checked>"),
    "attributes run together": xml().replace("<record>", '<record a="1"b="2">'),
    "a name that begins with a digit": xml().replace(' ind1="1"', ' 1nd="1" ind1="1"'),
    "an end tag without the prefix": PREFIXED.replace("</marc:subfield>", "</subfield>", 1),
    "a prefix before the slash": PREFIXED.replace("</marc:leader>", "<marc:/leader>"),
    "a slash after the prefix, twice": PREFIXED.replace("</marc:leader>", "<marc:/marc:leader>"),
    "a prefix that is no name": PREFIXED.replace("marc:", "m²:"),
    "fields after the record's end": xml().replace('<subfield code="c">', '</datafield></record><subfield code="c">'),
    "a subfield after the record's end": xml() + '<subfield code="a">x</subfield>',
    "an empty record element before fields": xml().replace("<record>", '<record type="x"/>'),
}


@pytest.mark.parametrize("defect", NOT_WELL_FORMED)
def test_what_is_not_well_formed_is_not_regular(defect):
    """XML 1.0: a document that is not well-formed (2.1, 3.1) is told to be so, not guessed at."""
    data = NOT_WELL_FORMED[defect].encode()
    assert regularly(data) is None
    with pytest.raises(MarcError, match="not well-formed"):
        parse(data, "marcxml")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("Số\ufffe đỏ\uffff", "Số đỏ"),
        ("Số ]]> đỏ", "Số ]]> đỏ"),
        ("<![CDATA[A & B]]> ]]> & C", "A & B ]]> & C"),
        ("Số &#xD83D;&#xDE00; &#55357;&#56832;", "Số 😀 😀"),
        ("Số &#xFFFE;đỏ&#65535;", "Số đỏ"),
        ("Số &#x110000;", "Số &#x110000;"),
        ("Số &#xD83D; đỏ", "Số \ufffd đỏ"),
    ],
)
def test_characters_that_xml_has_not_are_mended_and_told(body, title):
    record = parse(xml(body).encode(), "marcxml")
    assert record.first("245").get("a") == title
    assert "xml-repaired" in [p.code for p in record.problems]


def test_half_a_reference_at_the_end_of_a_subfield_is_no_reference():
    text = xml("Nhà &").replace(">Vũ", ">amp; Vũ")
    record = parse(text.encode(), "marcxml")
    assert record.first("245").subfields == [("a", "Nhà &"), ("c", "amp; Vũ Trọng Phụng")]
    assert [p.code for p in record.problems] == ["xml-repaired"]


def test_white_space_in_attributes_is_a_blank():
    """XML 1.0, 3.3.3: tab and line end in an attribute's value are blanks to the one who reads it."""
    record = parse(xml().replace('ind1="1"', 'ind1="\t"').replace('ind2="0"', 'ind2="\n"').encode(), "marcxml")
    assert (record.first("245").ind1, record.first("245").ind2) == (" ", " ")
    assert record.problems == []


def test_a_code_that_is_no_ascii_is_composed_as_text_is():
    record = parse(xml().replace('code="a"', 'code="\u212b"').encode(), "marcxml")
    assert record.first("245").codes == "\xc5c"


def test_long_white_space_between_fields_is_not_kept():
    """Gaps are kept by their text to be understood once; none as long as a record is."""
    from converters.marc import regular_xml

    regular_xml._between.cache_clear()
    for n in range(30):
        text = xml().replace("</datafield>", "</datafield>" + " " * (200_000 + n))
        assert regularly(text.encode()) is None
        assert parse(text.encode(), "marcxml").problems == []
    assert regular_xml._between.cache_info().currsize <= 1


@pytest.mark.parametrize("name", ["utf-16", "UTF-16LE", "utf-32", "cp037"])
def test_utf_8_that_says_it_were_utf_16_is_read(name):
    """.NET declares the encoding of its strings, whatever the file is in; every second record was no UTF-16 at all."""
    both = xml("Số đỏ") + xml("Số đỏ.")
    whole = f'<?xml version="1.0" encoding="{name}"?><collection>{both}</collection>'
    (_, one), (_, two) = read(io.BytesIO(whole.encode()))
    assert [r.first("245").get("a") for r in (one, two)] == ["Số đỏ", "Số đỏ."]
    assert [p.code for p in two.problems] == ["xml-repaired"]


@pytest.mark.parametrize("name", ["undefined", "hex", "nosuch", "idna"])
def test_an_encoding_that_cannot_be_costs_records_not_the_reading(name):
    whole = f'<?xml version="1.0" encoding="{name}"?><collection>{xml()}{xml()}</collection>'
    assert [repr(name) in found.reason for found in read(io.BytesIO(whole.encode()))] == [True, True]


@pytest.mark.parametrize(
    ("old", "new", "fields", "said"),
    [
        ("Số đỏ", "Số <i>đỏ</i> x", ["245 10 $aSố đỏ x$cVũ Trọng Phụng"], "kept where it stands"),
        ("n1", "n<b>1</b>2", ["001 n12"], "kept where it stands"),
        ("n1", '<subfield code="a">n1</subfield>', ["001 n1"], "control field with subfields"),
        ("n1", 'x<subfield code="a">n1</subfield>', ["001 n1"], "left out: 'x'"),
        ("<datafield", '<subfield code="a">x</subfield><datafield', [], "beside the fields left out: 'x'"),
        ("<datafield", "x<datafield", [], "beside the fields left out: 'x'"),
        ("<datafield", "<note>x</note><datafield", [], "beside the fields left out: 'x'"),
        ("đỏ</", 'đỏ<subfield code="b">x</subfield></', ["245 10 $aSố đỏ$bx$cVũ Trọng Phụng"], "inside a subfield"),
        (
            "</data",
            '<datafield tag="500"><subfield code="a">x</subfield></datafield></data',
            ["500 ## $ax"],
            "before it ends",
        ),
        ("<leader>", "<leader>00000cam a2200000   4500</leader><leader>", [], "more than one leader"),
        ('code="a"', 'code="ab"', ["245 10 $aSố đỏ$cVũ Trọng Phụng"], "the subfield code 'ab' was read as 'a'"),
        ('ind1="1"', 'ind1="12"', ["245 10 $aSố đỏ$cVũ Trọng Phụng"], "longer than one character"),
    ],
)
def test_elements_and_text_out_of_place_are_kept_or_told(old, new, fields, said):
    record = parse(xml().replace(old, new, 1).encode(), "marcxml")
    assert set(fields) <= set(repr(record).splitlines())
    assert {"001", "245"} <= set(record.tags)
    assert [p.message for p in record.problems if said in p.message], record.problems
