"""Lists of titles and numbers: which column is what, rows as queries, answers as columns beside them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from converters.marc import values
from hub.protocols.reconcile.query import LONGEST_TEXT, MOST_VALUES, Candidate, Condition, Query

PORTION = 25
"""Rows that are looked for at once."""
ADDED = ("hub_uri", "hub_label", "hub_score", "hub_match", "hub_held_by")
"""The columns that are put behind a table's own."""
LEAST = 25.0
"""Score (0 … 100) below which a candidate is no help to who reads a table; other tones of one title have 30."""
BOOK = "Book"
"""What rows of a table are where nothing else is said: the Instance where it is certain, else the Work."""
_SAMPLE = 16 << 10
_PARTS = re.compile(r"\s*[;|]\s*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

# Headers as libraries write them, folded: property or "" for the name itself.
_HEADERS: dict[str, tuple[str, ...]] = {
    "": ("title", "titles", "nhan de", "nhan de chinh", "ten sach", "ten tai lieu", "ten an pham", "tua", "tua de",
         "tua sach", "tieu de", "name", "ten", "ho ten", "ho va ten", "label", "heading", "tieu de de muc"),
    "isbn": ("isbn", "isbn13", "isbn 13", "isbn10", "isbn 10", "so isbn", "ma isbn"),
    "issn": ("issn", "so issn", "ma issn"),
    "author": ("author", "authors", "creator", "tac gia", "tac gia chinh", "ten tac gia", "nguoi viet", "bien soan"),
    "date": ("year", "date", "publication year", "year of publication", "pub year", "nam", "nam xuat ban", "nam xb",
             "nam in"),
    "publisher": ("publisher", "nha xuat ban", "nxb", "nha xb"),
    "place": ("place", "place of publication", "noi xuat ban", "noi xb", "dia diem"),
    "language": ("language", "lang", "ngon ngu", "tieng"),
    "edition": ("edition", "lan xuat ban", "lan xb", "tai ban", "lan in"),
    "birth": ("birth", "birth year", "year of birth", "born", "nam sinh"),
    "death": ("death", "death year", "year of death", "died", "nam mat"),
    "code": ("code", "library code", "ma thu vien"),
}  # fmt: skip
_PROPERTY = {header: name for name, headers in _HEADERS.items() for header in headers}


class TableError(ValueError):
    """A table that cannot be read; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table say what: property → numbers of its columns, the name or title under ``""``."""

    of: Mapping[str, tuple[int, ...]]

    def query(self, row: Sequence[str], types: tuple[str, ...], limit: int) -> Query | None:
        """The query of a row, None for one that says nothing."""
        said: dict[str, list[str]] = {}
        for name, numbers in self.of.items():
            for number in numbers:
                text = row[number].strip()[:LONGEST_TEXT] if number < len(row) else ""
                if text:
                    said.setdefault(name, []).extend([text] if name in ("", "author") else _PARTS.split(text))
        title = " ".join(said.pop("", []))
        conditions = tuple(Condition(n, tuple(v for v in found if v)[:MOST_VALUES]) for n, found in said.items())
        return Query(title, types, conditions, limit=limit) if title or conditions else None


def types_of(kind: str) -> tuple[str, ...]:
    """The types to ask for, for :data:`BOOK` or a type of the service."""
    return ("Instance", "Work") if kind == BOOK else (kind,)


def columns_of(header: Sequence[str]) -> Columns | None:
    """The columns of a table by its first row, Vietnamese or English; None when none has a title, name or number."""
    found: dict[str, list[int]] = {}
    for number, text in enumerate(header):
        plain = " ".join(re.findall(r"[a-z0-9]+", values.fold(text)))
        name = _PROPERTY.get(plain)
        if name is not None:
            found.setdefault(name, []).append(number)
    if not found.keys() & {"", "isbn", "issn", "code"}:
        return None
    found[""] = found.get("", [])[:1]
    return Columns({name: tuple(numbers) for name, numbers in found.items()})


def rows_of(lines: Iterable[str]) -> tuple[list[str] | None, Columns, Iterator[list[str]]]:
    """(header or None, columns, rows) of a table with commas, semicolons or tabs, or of a list with a thing on a line.

    Without a header that tells, the first column is the title, name, ISBN or ISSN. Raises TableError for an empty one.
    """
    stream = iter(lines)
    head = list(islice(stream, 20))
    if not any(line.strip() for line in head):
        raise TableError("there is nothing in this list")
    delimiter = _delimiter(head)
    every = chain(head, stream)
    if delimiter is None:
        return _listed(every)
    reader = csv.reader(every, delimiter=delimiter)
    first = next((row for row in reader if any(cell.strip() for cell in row)), [])
    columns = columns_of(first)
    if columns is not None:
        return first, columns, reader
    return None, Columns({"": (0,)}), chain([first], reader)


def _listed(lines: Iterable[str]) -> tuple[list[str] | None, Columns, Iterator[list[str]]]:
    """A list with one thing on a line; its first line may be a header of one word."""
    rows = ([line.rstrip("\r\n").strip().strip('"')] for line in lines if line.strip())
    first = next(rows)
    columns = columns_of(first)
    return (first, columns, rows) if columns is not None else (None, Columns({"": (0,)}), chain([first], rows))


def _delimiter(head: Sequence[str]) -> str | None:
    """What parts the columns, None for a list with one thing on a line: a known header tells, or tabs everywhere."""
    first = next(line for line in head if line.strip())
    for delimiter in ("\t", ";", ",", "|"):
        row = next(csv.reader([first], delimiter=delimiter), [])
        if len(row) > 1 and columns_of(row) is not None:
            return delimiter
    lines = [line for line in head if line.strip()]
    return "\t" if all("\t" in line for line in lines) else None


def portions(rows: Iterable[list[str]], size: int = PORTION) -> Iterator[list[list[str]]]:
    """Rows in portions; empty ones at the end of a file are left out."""
    portion: list[list[str]] = []
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        portion.append(row)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion


def answer(
    portion: Sequence[Sequence[str]],
    columns: Columns,
    types: tuple[str, ...],
    match: Callable[[list[Query]], list[list[Candidate]]],
    *,
    limit: int = 3,
    least: float = LEAST,
) -> list[list[Candidate]]:
    """The candidates of each row, best first, those below ``least`` left out; none for a row that says nothing."""
    queries = [columns.query(row, types, limit) for row in portion]
    found = iter(match([q for q in queries if q is not None]))
    kept = [[] if q is None else [c for c in next(found) if c.score >= least] for q in queries]
    return [sorted(candidates, key=lambda c: not c.match) for candidates in kept]


def added(candidates: Sequence[Candidate], base: str, names: Mapping[str, str]) -> list[str]:
    """The cells of :data:`ADDED` for a row; ``names`` of libraries by code.

    A text of a record that a spreadsheet would run as a formula gets an apostrophe.
    """
    if not candidates:
        return ["", "", "", "no", ""]
    best = candidates[0]
    held = "; ".join(names.get(code, code) for code in best.libraries)
    match = "yes" if best.match else "maybe"
    return [base + best.id, _unformula(best.name), f"{best.score:g}", match, _unformula(held)]


def _unformula(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def written(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV (RFC 4180)."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
