"""H17: what a lying flag, an old encoding or a double one does to text, and what the record says about it."""

import unicodedata

import pytest

from converters.marc import MarcError, parse, record_of
from converters.marc.marc8 import decode
from converters.marc.vietnamese import (
    decode_cp1258,
    decode_tcvn3,
    decode_vni,
    decode_vps,
    is_syllable,
    vietnamese_share,
)
from converters.marc.write import to_iso2709

TITLE = "Truyện Kiều của Nguyễn Du: những điều trông thấy mà đau đớn lòng"
LETTERS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"

# The same letters as the documents of each encoding give them, written out (not by our tables).
IN_TCVN3 = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉËÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ®"
IN_VNI = [
    "aø",
    "aù",
    "aû",
    "aõ",
    "aï",
    "aê",
    "aè",
    "aé",
    "aú",
    "aü",
    "aë",
    "aâ",
    "aà",
    "aá",
    "aå",
    "aã",
    "aä",
    "eø",
    "eù",
    "eû",
    "eõ",
    "eï",
    "eâ",
    "eà",
    "eá",
    "eå",
    "eã",
    "eä",
    "ì",
    "í",
    "æ",
    "ó",
    "ò",
    "oø",
    "où",
    "oû",
    "oõ",
    "oï",
    "oâ",
    "oà",
    "oá",
    "oå",
    "oã",
    "oä",
    "ô",
    "ôø",
    "ôù",
    "ôû",
    "ôõ",
    "ôï",
    "uø",
    "uù",
    "uû",
    "uõ",
    "uï",
    "ö",
    "öø",
    "öù",
    "öû",
    "öõ",
    "öï",
    "yø",
    "yù",
    "yû",
    "yõ",
    "î",
    "ñ",
]


def raw(title: bytes, flag: str = " ", more: bytes = b"") -> bytes:
    """A record with this 245 $a, as bytes."""
    body = b"n1\x1e10\x1fa" + title + b"\x1e" + more
    directory = b"001000300000" + b"245%04d00003" % (len(title) + 5)
    if more:
        directory += b"500%04d%05d" % (len(more), len(title) + 8)
    base = 25 + len(directory)
    return b"00000nam " + flag.encode() + b"22%05d   4500" % base + directory + b"\x1e" + body + b"\x1d"


def read(data: bytes, encoding=None):
    record = parse(data, "iso2709", encoding=encoding)
    return record.first("245").get("a"), [p.code for p in record.problems], record.encoding


def test_valid_utf8_wins_over_a_blank_flag():
    assert read(raw(TITLE.encode())) == (TITLE, ["leader-encoding"], "utf-8")
    assert read(raw(TITLE.encode(), "a")) == (TITLE, [], "utf-8")


def test_decomposed_text_is_composed_and_counted_once():
    text, codes, _ = read(
        raw(unicodedata.normalize("NFD", TITLE).encode(), "a", b"  \x1fa" + "e\u0302".encode() + b"\x1e")
    )
    assert text == TITLE
    assert codes == ["decomposed-text"]


@pytest.mark.parametrize("marks", ["\u0301", "\u05b0\u0301", "\u0323\u05b0\u0302"])
def test_marks_at_the_beginning_of_a_subfield_never_change_its_code(marks):
    body = b"  \x1fa" + unicodedata.normalize("NFD", marks + TITLE).encode() + b"\x1e"
    record = parse(raw(TITLE.encode(), "a", body), "iso2709")
    assert [field.codes for field in record.fields if field.subfields] == ["a", "a"]


def test_marc8_with_the_tone_before_the_circumflex():
    # ANSEL: 0xE2 acute, 0xE1 grave, 0xE3 circumflex, 0xF2 dot below; each stands before its letter.
    assert read(raw(b"Ki\xe1\xe3eu"))[:2] == ("Kiều", ["tone-order"])
    assert read(raw(b"Ki\xe3\xe1eu"))[:2] == ("Kiều", [])
    assert read(raw(b"Vi\xf2\xe3et, Vi\xe3\xf2et"))[:2] == ("Việt, Việt", [])


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"M\xe8uller", "Mu\u0308ller"),
        (b"\x1b(NABC\x1b(B abc", "абц abc"),
        (b"\xb5u, \xb3\xb2\xbc\xbd\xac\xad", "æu, đøơưƠƯ"),
        (b"\x1b$1!0!\x1b(B.", "一."),
        (b"H\x1bb2\x1bsO", "H₂O"),
        (b"\xe2&#x03B1;&#x03B2;", "α\u0301β"),
    ],
)
def test_marc8(data, text):
    assert decode(data)[0] == text
    assert decode(data)[1:] == (0, 0)


def test_marc8_tells_what_it_could_not_read():
    assert decode(b"abc\xffdef") == ("abc\ufffddef", 1, 0)
    assert decode(b"abc\x1b")[1] == 1
    assert decode(b"abc\xe2")[2] == 1


@pytest.mark.parametrize(
    ("name", "decoder", "codes"), [("tcvn3", decode_tcvn3, list(IN_TCVN3)), ("vni", decode_vni, IN_VNI)]
)
def test_every_letter_of_the_old_encodings(name, decoder, codes):
    assert len(codes) == len(LETTERS)
    for letter, code in zip(LETTERS, codes, strict=True):
        assert decoder(code.encode("latin-1")) == letter, (name, code)


def test_tcvn3_capitals_come_from_a_capitals_font():
    assert decode_tcvn3("NGUYÔN DU, TruyÖn KiÒu".encode("latin-1")) == "NGUYỄN DU, Truyện Kiều"


def test_vps_and_cp1258():
    assert decode_vps(b"Ng\xdc\xb6i Vi\x8ct, \xf1\xdc\xa9ng") == "Ngưội Việt, Đường"
    assert decode_cp1258("Ti\u00ea\u0301ng Vi\u00ea\u0323t".encode("cp1258")) == "Tiếng Việt"


SENTENCES = {
    "tcvn3": "TruyÖn KiÒu cña NguyÔn Du: nh÷ng ®iÒu tr«ng thÊy".encode("latin-1"),
    "vni": "Truyeän Kieàu cuûa Nguyeãn Du: nhöõng ñieàu troâng thaáy".encode("latin-1"),
}


@pytest.mark.parametrize("name", SENTENCES)
@pytest.mark.parametrize("flag", [" ", "a"])
def test_an_old_encoding_is_never_guessed_but_named(name, flag):
    record = parse(raw(SENTENCES[name], flag), "iso2709")
    assert [p.code for p in record.problems] == ["encoding-suspect"]
    assert name in record.problems[0].message
    ordered = parse(raw(SENTENCES[name], flag), "iso2709", encoding=name)
    assert ordered.first("245").get("a") == "Truyện Kiều của Nguyễn Du: những điều trông thấy"
    assert ordered.problems == []
    assert ordered.encoding == name


@pytest.mark.parametrize(
    ("title", "name"),
    [("Haø Noäi", "vni"), ("Tuyeån taäp Nam Cao", "vni"), ("Th¬ Tè H÷u", "tcvn3"), ("TuyÓn tËp Nam Cao", "tcvn3")],
)
def test_two_words_are_enough_to_doubt_marc8(title, name):
    record = parse(raw(title.encode("cp1252")), "iso2709")
    assert [p.code for p in record.problems] == ["encoding-suspect"]
    assert name in record.problems[0].message
    assert record.first("245").get("a") == title


@pytest.mark.parametrize("name", SENTENCES)
def test_an_old_encoding_stored_as_utf8_is_repaired_by_order(name):
    data = raw(SENTENCES[name].decode("cp1252").encode(), "a")
    text, codes, _ = read(data, name)
    assert text == "Truyện Kiều của Nguyễn Du: những điều trông thấy"
    assert codes == ["encoding-repaired"]


def test_an_order_leaves_real_utf8_alone():
    assert read(raw(TITLE.encode(), "a"), "tcvn3") == (TITLE, [], "utf-8")


def test_an_order_is_followed_field_by_field():
    data = raw(TITLE.encode(), "a", b"  \x1fa" + SENTENCES["tcvn3"] + b"\x1e")
    record = parse(data, "iso2709", encoding="tcvn3")
    assert record.first("245").get("a") == TITLE
    assert record.first("500").get("a") == "Truyện Kiều của Nguyễn Du: những điều trông thấy"
    assert record.problems == []


def test_an_unknown_ordered_encoding_says_which_are_known():
    with pytest.raises(MarcError, match="tcvn3"):
        read(raw(b"x"), "klingon")


@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
def test_western_bytes_under_a_unicode_flag_are_suspect_and_kept(codec):
    text, codes, _ = read(raw("Über die Größe, œuvre".encode(codec, "ignore"), "a"))
    assert text.startswith("Über die Größe")
    assert codes == ["encoding-suspect"]


def test_good_fields_of_a_mixed_record_stay_good():
    data = raw(TITLE.encode(), "a", b"  \x1fa" + "Größe".encode("latin-1") + b"\x1e")
    record = parse(data, "iso2709")
    assert record.first("245").get("a") == TITLE
    assert record.first("500").get("a") == "Größe"
    assert [p.code for p in record.problems] == ["encoding-suspect"]


def test_cyrillic_of_windows_1251_is_suspect():
    _, codes, _ = read(raw("Основы строительства".encode("cp1251")))
    assert codes == ["encoding-suspect"]


def doubled(text: str) -> bytes:
    """UTF-8 read as Windows-1252 (undefined bytes as C1 controls) and encoded again."""
    return "".join(
        bytes([b]).decode("latin-1") if b in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes([b]).decode("cp1252")
        for b in text.encode()
    ).encode()


def test_text_encoded_twice_is_repaired():
    assert read(raw(doubled(TITLE), "a")) == (TITLE, ["encoding-repaired"], "utf-8")
    assert read(raw(doubled("Đinh Văn Quế"), "a"))[0] == "Đinh Văn Quế"
    # The no-break space that is the second byte of à became a plain space on its way.
    assert read(raw(doubled("Nhà xuất bản Hà Nội").replace(b"\xc2\xa0", b" "), "a"))[0] == "Nhà xuất bản Hà Nội"


@pytest.mark.parametrize("text", ["São Tomé â€", "ÃO LOURENÇO", "Zürich Ä–Ö", "Århus ÆØ"])
def test_text_that_only_looks_encoded_twice_is_left(text):
    assert read(raw(text.encode(), "a"))[0] == text


def test_control_characters_leave_text_and_are_told():
    text, codes, _ = read(raw(b"Truy\x07en\x00 th\to", "a"))
    assert text == "Truyen th o"
    assert codes == ["control-character"]


def test_the_articles_marks_of_german_records_are_told_apart_from_junk():
    text, codes, _ = read(raw("\x98Die\x9c Zeit".encode(), "a"))
    assert (text, codes) == ("Die Zeit", ["nonsorting-mark"])


def test_lost_characters_are_told():
    assert read(raw("Ki\ufffdu".encode(), "a"))[1] == ["replacement-character"]


def test_reading_prints_nothing(capfd):
    read(raw(b"\x1b$1!0\x1b(B\xff\xe2 bad"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "word",
    [
        "Nguyễn",
        "nghiêng",
        "quý",
        "thuở",
        "khuya",
        "giặt",
        "Viện",
        "hoẵng",
        "quyển",
        "quyết",
        "oai",
        "xoáy",
        "ngoằn",
        "Đắk",
    ],
)
def test_vietnamese_syllables(word):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["Müller", "Größe", "Ngñyen", "théâtre", "łódź"])
def test_words_of_other_languages(word):
    assert not is_syllable(word)


def test_share_of_vietnamese_words():
    assert vietnamese_share("plain ASCII only") == 0
    assert vietnamese_share(TITLE) == 1
    assert vietnamese_share("Việt Müller") == 0.5


def test_a_written_record_reads_back_without_problems():
    record = record_of(f"001 n1\n245 10 $a{TITLE}")
    assert parse(to_iso2709(record), "iso2709").problems == []
