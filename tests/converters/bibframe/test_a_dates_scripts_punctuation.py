"""Dates are EDTF or plain text, scripts get right language tags, punctuation goes and meaning stays."""

from __future__ import annotations

import itertools
import re
import warnings

import pytest

from converters import convert
from converters.bibframe.edtf import day_time, entered, from_033, from_046, is_edtf, year_of
from converters.bibframe.facts import facts
from converters.bibframe.language_tags import language_tag, own_tag, script_in_6, script_of, tag_of_text
from converters.bibframe.punctuation import chopped
from converters.bibframe.term_labels import labels_of
from converters.marc.record import Field, Record, record_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # edtf-validate calls pyparsing by names that it has deprecated
    from edtf_validate.valid_edtf import is_valid

YEARS = ("1999", "199X", "19XX", "1XXX", "XXXX", "-0207", "0000", "2000", "99", "")
MONTHS = ("", "-01", "-13", "-XX", "-00", "-21", "-1X", "-02")
DAYS = ("", "-01", "-31", "-30", "-29", "-XX", "-00", "-3X")
DATES = sorted({y + m + (d if m else "") + q for y in YEARS for m in MONTHS for d in DAYS for q in ("", "~", "?")})


def test_no_date_is_called_edtf_that_a_parser_refuses() -> None:
    accepted = [d for d in DATES if is_edtf(d)]
    assert len(accepted) > 100
    assert [d for d in accepted if not is_valid(d)] == []


def test_no_interval_is_called_edtf_that_a_parser_refuses() -> None:
    ends = ("1999", "199X", "", "..", "1985~", "XXXX", "-0207", "1990-05", "2000-02-29", "1985-XX", "x")
    accepted = [t for t in (f"{a}/{b}" for a, b in itertools.product(ends, ends)) if is_edtf(t)]
    assert "1990-05/.." in accepted
    assert [t for t in accepted if not is_valid(t)] == []


@pytest.mark.parametrize("kind", list("bcdeikmnpqrstu| x"))
def test_every_date_of_008_is_edtf_or_plain(kind: str) -> None:
    dates = ("1999", "19uu", "uuuu", "    ", "||||", "199 ", "0104", "9999", "12.1")
    for first, second in itertools.product(dates, dates):
        record = Record("00000nam a2200000 i 4500", [Field("008", value=f"990715{kind}{first}{second}vm ".ljust(40))])
        for sentence in facts(convert(record)):
            match = re.search(r'"([^"]*)"\^\^lcdt:edtf', sentence)
            assert match is None or is_valid(match[1]), sentence
            assert '""' not in sentence


def test_marc_dates() -> None:
    assert year_of("19uu") == year_of("19xx") == year_of("19--") == "19XX"
    assert year_of("||||") == year_of("    ") == ""
    assert from_033("19751230") == "1975-12-30"
    assert from_033("1975----") == "1975-XX-XX"
    assert from_033("197504301130+0700") == "1975-04-30T11:30:00+07:00"
    assert from_046("20200101120000") == "2020-01-01T12:00:00"
    assert day_time("20240131094501.0") == "2024-01-31T09:45:01"
    assert day_time("00000000000000.0") == day_time("2024") == day_time("20240231000000") == ""
    assert entered("990715") == "19990715"
    assert entered("240715") == "20240715"
    assert entered("249915") == entered("      ") == ""


@pytest.mark.parametrize(
    ("text", "named", "language", "tag"),
    [
        ("傳翹", "$1", "vie", "vi-hani"),
        ("第三版", "$1", "chi", "zh-hani"),
        ("初版", "$1", "jpn", "ja"),
        ("ひらがな漢字", "$1", "chi", "ja"),
        ("한국사", "$1", "kor", "ko"),
        ("漢城", "$1", "kor", "ko"),
        ("مفتاح", "(3", "ara", "ar"),
        ("نامه", "(3", "per", "fa"),
        ("كتاب", "(3", "ota", "ota-arab"),
        ("ספר", "(2", "heb", "he"),
        ("Книга", "(N", "rus", "ru"),
        ("Книга", "(N", "eng", "und-cyrl"),
        ("Βιβλίο", "(S", "gre", "el"),
        ("หนังสือ", "Thai", "tha", "th"),
        ("1999", "", "eng", "en"),
        ("ספר", "(3", "heb", "he"),
        ("book", "", "", None),
    ],
)
def test_language_tag_follows_the_characters(text: str, named: str, language: str, tag: str | None) -> None:
    assert tag_of_text(text, script_in_6(f"245-01/{named}/r" if named else "245-01"), language) == tag


def test_parts_of_language_tags() -> None:
    assert script_of("Truyện Kiều") == ""
    assert script_in_6("245-01/500") == "hani"
    assert language_tag("mul", "arab") == "und-arab"
    assert language_tag("", "") is None
    assert own_tag("(bcp47)ru-Cyrl") == "ru"
    assert own_tag("(bcp47/dpsfa)vie-Hani") == "vi-hani"
    assert own_tag("rda") is None


def test_unpaired_880_leaves_the_given_record_untouched() -> None:
    record = record_of("880 00 $6245-00/(3/r$aمفتاح")
    first, second = facts(convert(record)), facts(convert(record))
    assert first == second
    assert [f.tag for f in record.fields] == ["880"]


def test_two_880_beside_one_field_and_its_own_tag_from_7() -> None:
    said = facts(
        convert(
            record_of("""008 990715s1999    vm            000 0 vie d
                         250 ## $6880-01$aLần 1$7(bcp47)vie
                         880 ## $6250-01/$1$a初版
                         880 ## $6250-01/(N$aИзд. 1-е""")
        )
    )
    assert 'I bf:editionStatement "Lần 1"@vi' in said
    assert 'I bf:editionStatement "初版"@vi-hani' in said
    assert 'I bf:editionStatement "Изд. 1-е"@vi-cyrl' in said


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Hà Nội :", "Hà Nội"),
        ("304 tr. ;", "304 tr."),
        ("Nguyễn Văn A.", "Nguyễn Văn A."),
        ("A. B. Nguyễn.", "A. B. Nguyễn"),
        ("Một. Hai.", "Một. Hai."),
        ("[Hà Nội", "[Hà Nội]"),
        ("1999]", "[1999]"),
        ("abc) (d)", "abc (d)"),
        ("= Tựa song song /", "Tựa song song"),
        ("ill.", "ill."),
        (" . ", ""),
        ("", ""),
        ("x  y", "x y"),
    ],
)
def test_punctuation(text: str, plain: str) -> None:
    assert chopped(text) == plain


def test_enclosing_parentheses() -> None:
    assert chopped("(bìa mềm)", parentheses=True) == "bìa mềm"
    assert chopped("(bìa mềm)") == "(bìa mềm)"


def test_each_lc_term_is_labelled_once() -> None:
    seen: set[str] = set()
    text = convert(record_of("LDR 00000nam a2200000 a 4500")).ntriples("https://x.vn/")
    first = labels_of(text, seen)
    assert (
        '<http://id.loc.gov/vocabulary/contentTypes/txt> <http://www.w3.org/2000/01/rdf-schema#label> "text"@en'
        in first
    )
    assert labels_of(text, seen) == ""
    assert labels_of("<http://id.loc.gov/vocabulary/contentTypes/nope>", seen) == ""
