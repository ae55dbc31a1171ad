"""Captions and patterns expand to text, sort key and EDTF: known cases, and what must hold for any input."""

import string
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converters.bibframe.holdings.captions import Run, edtf, levels_of, merged, run_of, sort_key, span, texts
from converters.marc.record import Field, record_of

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the validator uses names that its parser library has deprecated
    from edtf_validate.valid_edtf import is_valid


def field(line: str) -> Field:
    return record_of(line).fields[0]


def runs_of(captions: str, *values: str) -> list[Run]:
    levels = levels_of(field(captions) if captions else None)
    return [run for value in values if (run := run_of(field(value), levels)) is not None]


def statement(captions: str, *values: str, language: str = "") -> str:
    found = texts(merged(runs_of(captions, *values)))
    return found.get(language) or found["en"]


@pytest.mark.parametrize(
    ("captions", "values", "expected"),
    [
        ("853 03 $81$av.$i(year)", ["863 40 $81$a1-49$i1950-1998"], "v. 1-49 (1950-1998)"),
        ("853 20 $aT.$i(year)", ["863 41 $a3$i1998"], "T. 3 (1998)"),
        ("853 20 $av.$bno.", ["863 40 $a5$b1-12"], "v. 5:no. 1-12"),
        ("853 20 $av.$bno.", ["863 40 $a1-5$b1-12"], "v. 1:no. 1-v. 5:no. 12"),
        ("853 20 $av.", ["863 40 $a1-"], "v. 1-"),
        ("853 20 $a(*)", ["863 40 $a7"], "7"),
        ("853 20 $a(year)", ["863 40 $a1851-2004"], "(1851-2004)"),
        ("853 20 $av.$gno.", ["863 41 $a3$g30"], "v. 3=no. 30"),
        ("853 20 $av.", ["863 40 $a1-3", "863 40 $a6-9"], "v. 1-3, v. 6-9"),
        ("853 20 $av.", ["863 40 $a1-3$wn", "863 40 $a6-9"], "v. 1-3; v. 6-9"),
        ("853 20 $av.", ["863 40 $a1-3$wg", "863 40 $a4"], "v. 1-3, v. 4"),
        ("853 20 $av.", ["863 41 $a1", "863 41 $a2", "863 41 $a4"], "v. 1-2, v. 4"),
        ("853 20 $av.$bno.$u4$vr", ["863 41 $a1$b4", "863 41 $a2$b1"], "v. 1:no. 4-v. 2:no. 1"),
        ("853 20 $av.$bno.$u4$vr", ["863 41 $a1$b3", "863 41 $a2$b1"], "v. 1:no. 3, v. 2:no. 1"),
        ("853 20 $av.$bno.$u4$vc", ["863 41 $a1$b4", "863 41 $a2$b5"], "v. 1:no. 4-v. 2:no. 5"),
        ("", ["863 41 $a1$i2001"], "1 (2001)"),
    ],
)
def test_statement(captions: str, values: list[str], expected: str) -> None:
    assert statement(captions, *values) == expected


@pytest.mark.parametrize(
    ("values", "english", "vietnamese"),
    [
        ("863 41 $i1998$j03", "(1998 Mar.)", "(tháng 3/1998)"),
        ("863 41 $i1998$j03$k15", "(1998 Mar. 15)", "(15/3/1998)"),
        ("863 41 $i1998$j21", "(1998 Spring)", "(mùa xuân 1998)"),
        ("863 41 $i1998$j01/02", "(1998 Jan./Feb.)", "(tháng 1-2/1998)"),
        ("863 40 $i1990-1994$j01-12", "(1990 Jan.-1994 Dec.)", "(tháng 1/1990-tháng 12/1994)"),
    ],
)
def test_months_and_seasons_are_named_in_both_languages(values: str, english: str, vietnamese: str) -> None:
    captions = "853 20 $i(year)$j(month)$k(day)"
    assert statement(captions, values, language="en") == english
    assert statement(captions, values, language="vi") == vietnamese


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("863 40 $i1990-1994", "1990/1994"),
        ("863 40 $i1990-91", "1990/1991"),
        ("863 40 $i1990-", "1990/.."),
        ("863 41 $i1998$j03$k15", "1998-03-15"),
        ("863 41 $i1998$j02$k31", "1998-02"),
        ("863 41 $i1998$j21", "1998-21"),
        ("863 40 $i1990-1992$j21-24", "1990/1992"),
        ("863 41 $i1990/1991", "1990/1991"),
        ("863 40 $i1994-1990", ""),
        ("863 41 $ikhoảng 1990", ""),
    ],
)
def test_dates_are_edtf_or_none(values: str, expected: str) -> None:
    (run,) = runs_of("853 20 $i(year)$j(month)$k(day)", values)
    assert edtf(run) == expected
    assert not expected or is_valid(expected)


def test_sort_key_orders_volumes_as_numbers() -> None:
    runs = runs_of(
        "853 20 $av.$bno.$i(year)", *(f"863 41 $a{a}$b{b}$i{1990 + a}" for a in (1, 2, 10) for b in (1, 2, 10))
    )
    keys = [sort_key(run) for run in runs]
    assert keys == sorted(keys)
    assert len(set(keys)) == 9


numbers = st.integers(min_value=1, max_value=99999)


@given(st.sets(st.integers(min_value=1, max_value=60), min_size=1))
def test_single_issues_join_into_runs_that_cover_exactly_them(held: set[int]) -> None:
    """No gap is hidden and none invented: the runs' numbers are the issues held."""
    runs = merged(runs_of("853 20 $ano.", *(f"863 41 $a{n}" for n in sorted(held))))
    covered = [n for run in runs for n in range(run.start[0].number or 0, (run.end[0].number or 0) + 1)]
    assert covered == sorted(held)
    assert texts(runs)[""].count(",") == len(runs) - 1


@given(st.integers(1, 6), st.sets(st.tuples(st.integers(1, 4), st.integers(1, 6)), min_size=1))
def test_two_levels_join_only_over_complete_volumes(units: int, parts: set[tuple[int, int]]) -> None:
    held = sorted((v, n) for v, n in parts if n <= units)
    runs = merged(runs_of(f"853 20 $av.$bno.$u{units}$vr", *(f"863 41 $a{v}$b{n}" for v, n in held)))
    covered = []
    for run in runs:
        v, n = (x.number or 0 for x in run.start)
        last = tuple(x.number or 0 for x in run.end)
        while (v, n) <= last:
            covered.append((v, n))
            v, n = (v, n + 1) if n < units else (v + 1, 1)
    assert covered == held


@given(numbers, numbers, st.sampled_from(["v.", "T.", "Jg.", ""]))
def test_a_range_shows_both_its_ends(a: int, b: int, caption: str) -> None:
    first, last = sorted((a, b))
    text = statement(f"853 20 $a{caption or '(*)'}", f"863 40 $a{first}-{last}")
    assert str(first) in text
    assert str(last) in text
    assert text.startswith(caption)


@given(st.integers(1000, 9999), st.integers(1000, 9999), st.integers(1, 12), st.integers(1, 12))
def test_any_range_of_months_is_valid_edtf_or_none(y1: int, y2: int, m1: int, m2: int) -> None:
    (run,) = runs_of("853 20 $i(year)$j(month)", f"863 40 $i{y1}-{y2}$j{m1:02}-{m2:02}")
    date = edtf(run)
    assert (date == "") == ((y1, m1) > (y2, m2))
    assert not date or is_valid(date)


text = st.text(alphabet=string.ascii_letters + string.digits + " -/().,:àđẫ[]+*=|\\", max_size=12)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.sampled_from("abcdefghijklmnopuvwxyz8"), text), max_size=8),
    st.lists(st.lists(st.tuples(st.sampled_from("abcdefghijklmnopwxz8"), text), max_size=8), max_size=4),
)
def test_any_input_expands_without_failing(
    captions: list[tuple[str, str]], values: list[list[tuple[str, str]]]
) -> None:
    levels = levels_of(Field("853", subfields=captions))
    runs = merged(run for v in values if (run := run_of(Field("863", subfields=v), levels)) is not None)
    for found in texts(runs).values():
        assert found == found.strip()
    for run in runs:
        assert sort_key(run) is not None
        date = edtf(run)
        assert not date or is_valid(date)


@given(text)
def test_a_span_keeps_its_text(value: str) -> None:
    first, last, goes_on = span(value)
    if goes_on:
        assert value.strip().startswith(first)
        assert first == last
    elif first != last:
        assert value.partition("-")[0].strip() == first
        assert value.partition("-")[2].strip() == last
    else:
        assert first in value
