"""Hostile queries: each gets its diagnostic at once, and the next one is answered as ever."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest

from tests.hub.protocols.sru.client import Answered, Sru, read

MEGABYTE = 1 << 20
DEEP = 5000

HOSTILE = {
    "a megabyte of words": "x " * (MEGABYTE // 2),
    "a megabyte of one word": "x" * MEGABYTE,
    "a megabyte of quotes": '"' * MEGABYTE,
    "a megabyte of backslashes": "\\" * MEGABYTE,
    "a megabyte of booleans": "a and " * (MEGABYTE // 6),
    "deep": "(" * DEEP + "a" + ")" * DEEP,
    "deep and open": "(" * DEEP,
    "a quote": '"',
    "a quote inside": 'title = "a"b"',
    "a control character": "title = a\x01b",
    "a null": "\x00",
    "an escape": "title = \x1b[31m",
    "nothing but masks": "title = ****",
    "masks all over": 'title = "' + "ab* " * 40 + '"',
    "many masked terms": " or ".join(f"title = ab{n}*" for n in range(60)),
    "many prefixes": '> a = "b" ' * 200 + "c",
    "many modifiers": "title =" + "/a" * 500 + " x",
    "a regular expression": 'title =/regexp "(a+)+$"',
    "many sort keys": "a sortBy " + "title " * 300,
}


def asked(sru: Sru, query: str, **more: str) -> tuple[Answered, float]:
    """By POST: a megabyte goes into no URL."""
    body = urlencode({"query": query, **more}, errors="surrogatepass")
    begun = time.monotonic()
    answer = sru.post(sru.url, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    taken = time.monotonic() - begun
    assert answer.status_code == 200
    return read(answer.content), taken


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_query_gets_a_diagnostic_at_once(sru: Sru, query: str) -> None:
    answer, taken = asked(sru, query)
    assert answer.diagnostics
    assert set(answer.diagnostics) <= {10, 12, 13, 14, 20, 29, 30, 38, 48, 84}
    assert taken < 1
    assert sorted(sru.books("title = kieu")) == ["kieu", "tale"]


@pytest.mark.parametrize(
    "query",
    [
        '"</zs:query><zs:numberOfRecords>9</zs:numberOfRecords>"',
        "\"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>\"",
        '"&amp;&lt;]]>"',
        "title = <script>alert(1)</script>",
        '"\ufffe\uffff\ud800"',
        '"\u202e\u0000"',
        "title = \U00010480\U00010481",
        "title = (.*)",
        'title = "(.*|a)+[b-"',
        'hub.record = "(A.*)"',
        'rec.id = "\' or 1=1 --"',
        '"title:kieu AND *:*"',
        "key:id*",
        "a=b=c",
        "> = x",
        "isbn = ٩٧٨٦٠٤",
        'date within "0 99999"',
        'title = "' + "\u0301" * 500 + '"',
    ],
)
def test_queries_are_never_more_than_text(sru: Sru, query: str) -> None:
    answer, taken = asked(sru, query)
    assert taken < 1
    assert 1 not in answer.diagnostics
    assert answer.diagnostics or answer.total == 0
    records = answer.root.findall(f"{answer.ns}numberOfRecords")
    assert len(records) == 1


def test_hostile_parameters(sru: Sru) -> None:
    for body in (
        "&" * 100_000,
        "a=1&" * 5000,
        "query",
        "=",
        "%",
        "%ff=%ff",
        "query=%00%ff%fe",
        "version=1.2&x-y=" + "z" * MEGABYTE,
    ):
        answer = sru.post(sru.url, content=body)
        assert answer.status_code == 200
        assert read(answer.content).version in ("1.2", "2.0")
    assert read(sru.post(sru.url, content="q=1&" * 5000).content).diagnostics == [8]
    assert sru.post(sru.url, content=b"x" * (5 * MEGABYTE)).status_code == 413


def test_large_legal_queries_are_answered(sru: Sru) -> None:
    answer, taken = asked(sru, " or ".join(f'title = "tap {n}"' for n in range(199)))
    assert (answer.diagnostics, answer.total) == ([], 0)
    assert taken < 1
    answer, taken = asked(sru, " or ".join(f"isbn = 97860469{n:05d}" for n in range(199)) + " or isbn=9786046912345")
    assert answer.books() == ["kieu"]
    assert taken < 1
    answer, taken = asked(sru, 'any any "' + "kieu so " * 30 + '"')
    assert answer.total >= 3
    assert taken < 1
