"""What is written is read back the same, in every format, for any text."""

import io
import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marc_samples import SAMPLES

from converters.marc import Damaged, Field, MarcError, Record, UnknownFormat, frames, parse, read, record_of
from converters.marc.write import to_iso2709, to_json, to_marcxml

TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=30).map(
    lambda t: unicodedata.normalize("NFC", t)
)
CODE = st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789")
INDICATOR = st.sampled_from(" 0123456789")
DATA = st.builds(
    Field,
    st.integers(10, 999).map("{:03d}".format),
    INDICATOR,
    INDICATOR,
    st.lists(st.tuples(CODE, TEXT), min_size=1, max_size=5),
)
CONTROL = st.builds(lambda tag, value: Field(tag, value=value), st.sampled_from(["001", "003", "008"]), TEXT)
RECORD = st.lists(CONTROL | DATA, min_size=1, max_size=8).map(lambda fields: Record("00000nam a2200000 i 4500", fields))


def said(record: Record):
    return [(f.tag, f.ind1, f.ind2, f.subfields, f.value) for f in record.fields]


# Text that is rightly read otherwise than it was written: it would be put in order or undone on reading.
TOUCHED = {"encoding-repaired", "tone-order", "decomposed-text", "blank-sign", "character-reference"}


def is_touched(record: Record) -> bool:
    return not TOUCHED.isdisjoint(p.code for p in record.problems)


@settings(max_examples=150, deadline=None)
@given(RECORD)
def test_iso2709_round_trip(record):
    data = to_iso2709(record)
    assert int(data[:5]) == len(data)
    back = parse(data, "iso2709")
    assert is_touched(back) or said(back) == said(record)


@settings(max_examples=150, deadline=None)
@given(RECORD)
def test_marcxml_round_trip(record):
    back = parse(to_marcxml(record).encode(), "marcxml")
    assert is_touched(back) or said(back) == said(record)


@settings(max_examples=150, deadline=None)
@given(RECORD)
def test_marc_in_json_round_trip(record):
    back = parse(json.dumps(to_json(record)).encode(), "marc-in-json")
    assert is_touched(back) or said(back) == said(record)


@settings(max_examples=60, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=4))
def test_a_file_of_any_records_gives_them_all(many):
    data = b"\r\n".join(to_iso2709(r) for r in many)
    found = list(read(io.BytesIO(data), format="iso2709"))
    assert not any(isinstance(f, Damaged) for f in found)
    assert len(found) == len(many)


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["iso2709", "hash-iso", "marcxml", "marc-in-json", "mrk", "aleph", "libol", "opac"]),
)
def test_any_bytes_are_a_record_or_an_error_with_a_reason(data, name):
    try:
        record = parse(data, name)
    except MarcError as error:
        reason = str(error)
    else:
        reason = "" if record.fields else "a record without fields"
        assert not reason
        return
    assert len(reason) > 10


GOOD = to_iso2709(record_of("001 n1\n245 10 $aTruyện Kiều\n650 #4 $aThơ"))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_changed_byte_never_stops_a_file(place, byte):
    damaged = GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    found = list(read(io.BytesIO(GOOD + damaged + GOOD), format="iso2709"))
    whole = [f for f in found if not isinstance(f, Damaged) and f[1].control("001") == "n1"]
    assert len(whole) >= 2 or byte in (0x1D, 0x1E) or place >= len(GOOD) - 2
    assert found


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_input_is_read_or_refused(data):
    try:
        found = list(frames(io.BytesIO(data)))
    except UnknownFormat as error:
        found = [error]
    assert found


def test_iso2709_refuses_what_it_cannot_hold():
    with pytest.raises(MarcError, match="field 245 has 10,005 bytes"):
        to_iso2709(record_of(f"245 10 $a{'x' * 10000}"))
    with pytest.raises(MarcError, match="99,999: use MARCXML"):
        to_iso2709(Record("", [Field("500", subfields=[("a", "x" * 9000)])] * 12))
    with pytest.raises(MarcError, match="2455"):
        to_iso2709(Record("", [Field("2455", subfields=[("a", "x")])]))
    with pytest.raises(MarcError, match="subfield code"):
        to_iso2709(Record("", [Field("245", subfields=[("é", "x")])]))


def test_marcxml_leaves_out_what_xml_forbids():
    record = Record("", [Field("245", subfields=[("a", "a\x00b\x1fc\ud800d")])])
    assert '<subfield code="a">abcd</subfield>' in to_marcxml(record)


MUTATION = st.tuples(st.integers(0, 10_000), st.integers(0, 3), st.binary(min_size=1, max_size=4))


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=80, deadline=None)
@given(mutations=st.lists(MUTATION, min_size=1, max_size=6), encoding=st.sampled_from([None, "tcvn3", "vni", "marc-8"]))
def test_damaged_files_of_every_format_are_read_without_an_exception(name, mutations, encoding):
    data = SAMPLES[name]
    for place, cut, new in mutations:
        at = place % len(data)
        data = data[:at] + new + data[at + cut :]
    for found in read(io.BytesIO(data), format=name, encoding=encoding):
        if isinstance(found, Damaged):
            assert found.reason
            continue
        for field in found[1].fields:
            for text in (field.value, *(t for _, t in field.subfields)):
                assert not any(c < " " or "\x7f" <= c < "\xa0" or "\ud800" <= c < "\ue000" for c in text)
