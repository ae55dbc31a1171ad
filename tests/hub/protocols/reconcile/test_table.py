"""Tables and lists: columns by their headers, parting, queries of rows, and cells that come back."""

from __future__ import annotations

import csv
import io

import pytest

from hub.protocols.reconcile.query import Candidate, Condition, Query
from hub.protocols.reconcile.table import (
    BOOK,
    TableError,
    added,
    answer,
    columns_of,
    portions,
    rows_of,
    types_of,
    written,
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Nhan đề", "Tác giả", "Năm XB", "ISBN"], {"": (0,), "author": (1,), "date": (2,), "isbn": (3,)}),
        (["STT", "Tên sách", "NXB"], {"": (1,), "publisher": (2,)}),
        (["id", "Title", "Author(s)", "Publication Year"], {"": (1,), "date": (3,)}),
        (["ISBN-13", "ISBN-10"], {"": (), "isbn": (0, 1)}),
        (["NHAN ĐỀ", "Nhan đề chính"], {"": (0,)}),
        (["Họ và tên", "Năm sinh", "Năm mất"], {"": (0,), "birth": (1,), "death": (2,)}),
        (["Mã thư viện"], {"": (), "code": (0,)}),
    ],
)
def test_headers_in_both_languages(header: list[str], expected: dict[str, tuple[int, ...]]) -> None:
    found = columns_of(header)
    assert found is not None
    assert dict(found.of) == expected


@pytest.mark.parametrize("header", [["Truyện Kiều", "Nguyễn Du"], ["a", "b"], ["Năm"], []])
def test_what_is_no_header(header: list[str]) -> None:
    assert columns_of(header) is None


@pytest.mark.parametrize(
    ("text", "header", "rows"),
    [
        ("title,isbn\nA,1\nB,2\n", ["title", "isbn"], [["A", "1"], ["B", "2"]]),
        ('Nhan đề;Năm\r\n"A; hay B";2000\r\n', ["Nhan đề", "Năm"], [["A; hay B", "2000"]]),
        ("title\tyear\nA\t1\n", ["title", "year"], [["A", "1"]]),
        ("ISBN\n978\n", ["ISBN"], [["978"]]),
        ("Hôm qua, hôm nay; ngày mai\nSố đỏ\n", None, [["Hôm qua, hôm nay; ngày mai"], ["Số đỏ"]]),
        ("\n\n978\n\n", None, [["978"]]),
        ("A\tx\nB\ty\n", None, [["A", "x"], ["B", "y"]]),
        ('title,year\n"hai\ndòng",1999\n', ["title", "year"], [["hai\ndòng", "1999"]]),
    ],
)
def test_tables_and_lists(text: str, header: list[str] | None, rows: list[list[str]]) -> None:
    found, columns, every = rows_of(text.splitlines(keepends=True))
    assert found == header
    assert [row for row in every if any(row)] == rows
    assert columns.query(rows[0], ("Work",), 5) is not None


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_list_is_refused(text: str) -> None:
    with pytest.raises(TableError):
        rows_of(text.splitlines(keepends=True))


def test_a_row_becomes_a_query() -> None:
    columns = columns_of(["Nhan đề", "Tác giả", "Năm", "ISBN"])
    assert columns is not None
    query = columns.query([" Truyện Kiều ", "Nguyễn Du; Ai đó", "2015", "978-1 ; 978-2"], ("Work",), 3)
    assert query == Query(
        "Truyện Kiều",
        ("Work",),
        (
            Condition("author", ("Nguyễn Du; Ai đó",)),
            Condition("date", ("2015",)),
            Condition("isbn", ("978-1", "978-2")),
        ),
        limit=3,
    )
    assert columns.query(["", " ", ""], (), 3) is None
    assert columns.query([], (), 3) is None
    only = columns.query(["", "", "", "978-1"], (), 3)
    assert only is not None
    assert only.text == ""


def test_rows_are_answered_in_order_and_empty_ones_not_asked() -> None:
    columns = columns_of(["title", "year"])
    assert columns is not None
    asked: list[str] = []

    def match(queries: list[Query]) -> list[list[Candidate]]:
        asked.extend(q.text for q in queries)
        return [
            [Candidate("works/a", q.text, ("Work",), 90.0), Candidate("works/b", "b", ("Work",), 10.0)] for q in queries
        ]

    found = answer([["A", ""], ["", ""], ["B", ""]], columns, ("Work",), match)
    assert asked == ["A", "B"]
    assert [[c.name for c in candidates] for candidates in found] == [["A"], [], ["B"]]


def test_what_is_certain_comes_first() -> None:
    columns = columns_of(["title"])
    assert columns is not None
    edition = Candidate("instances/i", "x", ("Instance",), 100.0)
    work = Candidate("works/w", "x", ("Work",), 100.0, match=True)
    found = answer([["x"]], columns, types_of(BOOK), lambda _: [[edition, work]])
    assert found == [[work, edition]]
    assert types_of(BOOK) == ("Instance", "Work")
    assert types_of("Person") == ("Person",)


def test_cells_that_are_added() -> None:
    best = Candidate("works/a", "=1+1", ("Work",), 97.5, match=True, libraries=("A", "B"))
    assert added([best], "http://h/", {"A": "Thư viện A"}) == [
        "http://h/works/a",
        "'=1+1",
        "97.5",
        "yes",
        "Thư viện A; B",
    ]
    best.match = False
    assert added([best], "http://h/", {})[3] == "maybe"
    assert added([], "http://h/", {}) == ["", "", "", "no", ""]


def test_portions_and_csv() -> None:
    rows = [[str(n)] for n in range(7)]
    assert [len(p) for p in portions([*rows, [""], [" "]], 3)] == [3, 3, 1]
    table = [["a", 'b "c"'], ["d\ne", "f,g"]]
    assert list(csv.reader(io.StringIO(written(table)))) == table
