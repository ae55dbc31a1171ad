"""Every subfield that MARC 21 defines in 010–388 (save names and titles of others) and 856–887 has its place."""

from __future__ import annotations

import re

import pyoxigraph
import pytest

from converters import convert
from converters.bibframe.ledger import verdict
from converters.marc.record import Field, Record
from converters.profile import DEFAULT_PROFILE, Profile

# MARC 21 Format for Bibliographic Data, update 38 (2024); without $6 and $8, which every field may have.
DEFINED = """
010 abz  013 abcdef  015 aqz2  016 az2  017 abdiz2  018 a  020 acqz  022 almyz012  023 ayz012  024 acdqz2  025 a
026 abcde25  027 aqz  028 abq  030 az  032 ab  033 abcp0123  034 abcdefghjkmnprstxyz0123  035 az  036 ab
037 abcfgn35  038 a  040 abcde  041 abdefghijkmnpqrt23  042 a  043 abc012  044 abc2  045 abc  046 abcdeijklmnopxz23
047 a2  048 ab2  050 ab013  051 abc01  052 abd012  055 ab012  060 ab01  061 abc01  070 ab01  071 abc01  072 ax012
074 az  080 abx012  082 abmq012  083 acmqyz012  084 abq012  085 abcfrstuvwyz01  086 az012  088 az
210 ab2  222 ab  242 abchnpy  243 adfghklmnoprs  245 abcfghknps  246 abfghinp5  247 abfghnpx
250 ab3  251 a0123  254 a  255 abcdefg  256 a  257 a012  258 ab  260 abcefg3  263 a  264 abc3  270 abcdefghijklmnpqrz4
300 abcefg3  306 a  307 ab  310 ab012  321 ab012  334 ab012  336 ab0123  337 ab0123  338 ab0123
340 abcdefghijklmnopq0123  341 abcde23  344 abcdefghij0123  345 abcd0123  346 ab0123  347 abcdef0123  348 ac0123
351 abc3  352 abcdefgiq  353 ab012  355 abcdefghj  357 abcgh  362 az  363 abcdefghijklmuvxz  365 abcdefghijkm2
366 abcdefgjkm2  370 cfgistuv0123  377 al012  380 a0123  381 auv0123  382 abdenprstv0123  383 abcde23  384 a3
385 abmn0123  386 abimn01234  388 a0123  856 acdefghlmnopqrstuvwxyz2357  857 bcdefghmnqrstuxyz2357  881 abcdefghijklmn3
882 aiw  883 acdqux01w  884 agkqu  885 abcdwxz025  886 abcdefghijklmnopqrstuvwxyz025  887 a2
"""
WORDS = DEFINED.split()
FIELDS = dict(zip(WORDS[::2], WORDS[1::2], strict=True))
# Codes, numbers and dates that are looked up: a word there is reported, and kept unless it says which it cannot be.
LOOKED_UP = {"033": "c", "034": "a", "353": "b"}
_EMPTY = re.compile(r'> ""[ @^]')
HOSTILE = ("", "  ", '"', "\\", ">", "a> <b", "\u202e\x07", "http://x y", "(uri)javascript:x", "/.,:;=", "$a", "\ud800")


@pytest.mark.parametrize("tag", FIELDS)
def test_no_defined_subfield_is_unknown(tag: str) -> None:
    unknown = [
        code for code in FIELDS[tag] + "68" if verdict("bibliographic", DEFAULT_PROFILE, tag, code)[0] == "unknown"
    ]
    assert unknown == []


@pytest.mark.parametrize("tag", FIELDS)
def test_each_published_subfield_leaves_its_text(tag: str) -> None:
    lost = []
    for code in FIELDS[tag]:
        said = verdict("bibliographic", DEFAULT_PROFILE, tag, code)[0]
        if code in "0123456789" or code in LOOKED_UP.get(tag, "") or said not in ("converted", "note"):
            continue
        main = [] if code == "a" else [("u", "http://a.vn/b")] if tag in ("856", "857") else [("a", "Tên")]
        field = Field(tag, " ", " ", [*main, (code, "Thuật")])
        text = convert(Record("00000nam a2200000 i 4500", [Field("001", value="1"), field])).ntriples("https://x.vn/")
        if "Thuật" not in text and "thuật" not in text:
            lost.append(code)
    assert lost == []


@pytest.mark.parametrize("tag", FIELDS)
def test_hostile_values_give_valid_output_without_empty_literals(tag: str) -> None:
    for indicators in ("  ", "00", "17", "42"):
        for value in HOSTILE:
            fields = [Field("001", value="1"), Field("008", value="990715r19uu    vm af  g b    011 i vie d")]
            for code in FIELDS[tag]:
                other = [] if code == "a" else [("a", value)]
                fields.append(Field(tag, indicators[0], indicators[1], [*other, (code, value)]))
            text = convert(Record("00000nam a2200000 i 4500", fields)).ntriples("https://x.vn/")
            list(pyoxigraph.parse(text.encode("utf-8", "replace"), format=pyoxigraph.RdfFormat.N_TRIPLES))
            assert not _EMPTY.search(text)


@pytest.mark.parametrize("value", ["", "x", "|" * 40, "u" * 40, "\x00" * 40, "990715s1999    vm", "é" * 40, "9" * 12])
@pytest.mark.parametrize("tag", ["001", "003", "005", "006", "007", "008"])
@pytest.mark.parametrize("kind", list("acdefgijkmoprtq"))
def test_control_fields_of_any_length_and_content(tag: str, value: str, kind: str) -> None:
    fields = [Field(tag, value=value), Field("264", " ", "1", [("c", "1999")])]
    record = Record(f"00000n{kind}s a2200000 i 4500", fields)
    text = convert(record).ntriples("https://x.vn/")
    list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES))
    assert not _EMPTY.search(text)


def test_a_leader_of_any_content() -> None:
    for leader in ("", "?" * 24, " " * 24, "\ud800" * 24):
        text = convert(Record(leader, [Field("245", "0", "0", [("a", "Kiều")])])).ntriples("https://x.vn/")
        assert "Kiều" in text


def test_only_a_conversion_without_profile_takes_a_number_for_lc() -> None:
    fields = [Field("001", value="TVL120001661")]
    given = "organizations/dlc"
    assert given in convert(Record("00000nam a2200000 i 4500", fields)).ntriples("https://x.vn/")
    assert given not in convert(Record("00000nam a2200000 i 4500", fields), Profile()).ntriples("https://x.vn/")
    named = convert(Record("00000nam a2200000 i 4500", fields), Profile(organization="VN-HaNLV"))
    assert '"VN-HaNLV"' in named.ntriples("https://x.vn/")
