"""CQL as its grammar has it, and what is refused with which diagnostic."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.protocols.sru.cql import DEEPEST, LONGEST_QUERY, MOST_CLAUSES, Boolean, Clause, Tree, parse
from hub.protocols.sru.diagnostics import SruError


def said(tree: Tree) -> str:
    """A tree as prefix notation."""
    if isinstance(tree, Boolean):
        return f"({tree.operator} {' '.join(said(t) for t in tree.operands)})"
    modifiers = "".join(f"/{m.name}{m.comparison}{m.value}" for m in tree.modifiers)
    return f"{tree.index or '*'} {tree.relation}{modifiers} [{tree.term}]"


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("kieu", "* scr [kieu]"),
        ('"truyện kiều"', "* scr [truyện kiều]"),
        ("dc.title=kieu", "dc.title = [kieu]"),
        ('dc.title any "fish frog"', "dc.title any [fish frog]"),
        ("dc.title cql.exact x", "dc.title cql.exact [x]"),
        ("date >= 1990", "date >= [1990]"),
        ("date<>1990", "date <> [1990]"),
        ("title==x", "title == [x]"),
        ("title =/stem/locale=vi x", "title =/stem/locale=vi [x]"),
        ("a and b", "(and * scr [a] * scr [b])"),
        ("a AND b and c", "(and * scr [a] * scr [b] * scr [c])"),
        ("a and b or c not d", "(not (or (and * scr [a] * scr [b]) * scr [c]) * scr [d])"),
        ("a not b not c", "(not (not * scr [a] * scr [b]) * scr [c])"),
        ("a and (b or c)", "(and * scr [a] (or * scr [b] * scr [c]))"),
        ("((a))", "* scr [a]"),
        ('"and"', "* scr [and]"),
        ('title="and" and x', "(and title = [and] * scr [x])"),
        (r'"a \"quoted\" one"', r"* scr [a \"quoted\" one]"),
        (r'"ends in \\"', r"* scr [ends in \\]"),
        ('title\t=\n"x"', "title = [x]"),
        ("978-604-69", "* scr [978-604-69]"),
        ("l'art", "* scr [l'art]"),
        ('"title" = x', "title = [x]"),
    ],
)
def test_queries_are_read(query: str, tree: str) -> None:
    assert said(parse(query).tree) == tree


def test_sort_keys_are_read() -> None:
    query = parse("kieu sortBy dc.title/sort.descending date")
    assert [(str(k.index), [m.name for m in k.modifiers]) for k in query.sort] == [
        ("dc.title", ["sort.descending"]),
        ("date", []),
    ]


def test_prefixes_hold_in_their_query_and_not_outside() -> None:
    uri = "info:srw/cql-context-set/1/dc-v1.1"
    tree = parse(f'(> d = "{uri}" d.title = x) and d.title = y').tree
    assert isinstance(tree, Boolean)
    inner, outer = tree.operands
    assert isinstance(inner, Clause)
    assert isinstance(outer, Clause)
    assert inner.index is not None
    assert outer.index is not None
    assert (inner.index.uri, outer.index.uri) == (uri, "")
    default = parse(f'> "{uri}" title = x').tree
    assert isinstance(default, Clause)
    assert default.index is not None
    assert default.index.uri == uri


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 10),
        ("   ", 10),
        ("a b", 10),
        ("a b c d", 10),
        ("title =", 10),
        ("= x", 10),
        ("a and", 10),
        ("and b and", 10),
        ("a and or b", 10),
        ("a sortBy", 10),
        ("title =/ x", 10),
        ("title / x", 10),
        ("> x", 10),
        ('"open', 14),
        ('a and "', 14),
        ("(a", 13),
        ("a)", 13),
        ("()", 10),
        ("a prox b", 39),
        ("a prox/unit=word b", 39),
        ("a and/rel.combine=sum b", 46),
        ("a\x00b", 10),
        ("a\x1bb", 10),
        ("x" * (LONGEST_QUERY + 1), 12),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), 13),
        (" or ".join(["a"] * (MOST_CLAUSES + 1)), 38),
        ("a " + "/x" * 50, 10),
        ("title =" + "/x" * 50 + " a", 48),
        ('> a="b" ' * 50 + "c", 48),
    ],
)
def test_what_is_no_cql_or_too_much_is_refused(query: str, number: int) -> None:
    with pytest.raises(SruError) as refused:
        parse(query)
    assert refused.value.number == number


def test_as_much_as_is_allowed_is_read() -> None:
    parse("(" * DEEPEST + "a" + ")" * DEEPEST)
    parse(" or ".join(["a"] * MOST_CLAUSES))
    parse("x" * LONGEST_QUERY)


@given(st.text(alphabet='ab"\\()=<>/*^ .\n', max_size=200) | st.text(max_size=100))
def test_anything_is_read_or_refused(text: str) -> None:
    refused = 10
    try:
        parse(text)
    except SruError as problem:
        refused = problem.number
    assert refused in (10, 12, 13, 14, 38, 39, 46, 48)


@pytest.mark.parametrize("piece", ["(", '"', "\\", '\\"', "a and ", "title=", "/x", '> a="b" ', "=", "(a or "])
def test_time_grows_with_the_length_at_most(piece: str) -> None:
    text = (piece * LONGEST_QUERY)[:LONGEST_QUERY]
    begun = time.process_time()
    with contextlib.suppress(SruError):
        parse(text)
    assert time.process_time() - begun < 2
