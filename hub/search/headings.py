"""Finding headings: as they are typed (suggest), by their text (known label), in the order of the alphabet (browse)."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from converters.marc import values
from hub.projection.heading_document import KINDS, SCHEMES
from hub.projection.headings_index import (
    CODE_OF_ROW,
    FILE,
    NUMBER,
    VERSION,
    beginning,
    codes,
    opened,
    sorting,
    vocabulary,
    words,
)
from hub.projection.view import Shelf

__all__ = ["KINDS", "SCHEMES", "Ambiguous", "Found", "Heading", "Headings", "Line", "Narrowed"]

MOST_COUNTED = 5_000
"""Hits beyond this many are not counted: nobody pages so far, and every letter typed would pay for it."""
_MOST_WORDS = 12
_MOST_LETTERS = 200
_COLUMNS = "h.number, h.id, h.place, h.scheme, h.kind, h.source, h.established, h.label, h.shown, h.uses"
_LAST = "\U0010ffff"


@dataclass(frozen=True)
class Heading:
    """A heading: ``label`` is the form to use; ``uses`` how many bibliographic records have it."""

    id: str
    place: str
    scheme: str
    kind: str
    source: str
    established: bool
    label: str
    shown: str
    uses: int

    @cached_property
    def _shown(self) -> dict[str, list[str]]:
        return json.loads(self.shown)

    @property
    def forms(self) -> list[str]:
        """The forms that lead to it."""
        return self._shown["forms"]

    @property
    def marc_keys(self) -> list[str]:
        """The heading as a MARC field, ``1001 $aNguyễn, Du,$d1765-1820``; the first is the authority's own."""
        return self._shown["marc_keys"]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which headings: of one list, of classes, of a vocabulary (``lcsh``), with an authority or without."""

    scheme: str = ""
    kinds: tuple[str, ...] = ()
    source: str = ""
    established: bool | None = None

    def codes(self) -> list[int] | None:
        """The codes of rows (headings_index) that fit; None when all do."""
        if not self.scheme and not self.kinds and self.established is None:
            return None
        return codes([self.scheme] if self.scheme else SCHEMES, self.kinds, self.established)

    def sql(self) -> tuple[str, list[Any]]:
        """The condition on rows of ``form`` (f), the list itself left out."""
        text = ""
        given: list[Any] = []
        if self.kinds:
            text += f" AND f.kind IN ({','.join('?' * len(self.kinds))})"
            given += self.kinds
        if self.source:
            text += " AND f.source = ?"
            given.append(self.source)
        if self.established is not None:
            text += " AND f.established = ?"
            given.append(self.established)
        return text, given


@dataclass(frozen=True, slots=True)
class Found:
    """A hit: the heading, and the form by which it was found (empty: the form to use itself)."""

    heading: Heading
    form: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a browse list: a heading, or a form that leads to it (``see``); ``number`` says where to go on."""

    label: str
    number: int
    see: bool
    heading: Heading


class Ambiguous(Exception):
    """A label names several headings; ``headings`` are they."""

    def __init__(self, headings: Sequence[Heading]) -> None:
        super().__init__(f"{len(headings)} headings bear this label")
        self.headings = headings


class Headings:
    """Reads the index of headings in use; follows commits and rebuilds by itself. Safe to call from several threads."""

    def __init__(self, data: Path) -> None:
        self._shelf = Shelf(data, "headings")
        self._local = threading.local()

    def _run(self, statement: str, given: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a statement; none while there is no index."""
        folder = self._shelf.current()
        if folder is None or not (folder / FILE).exists():
            return []
        if getattr(self._local, "folder", None) != folder:
            connection = opened((folder / FILE).resolve())
            if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
                connection.close()
                return []
            self._local.folder, self._local.connection = folder, connection
        connection = self._local.connection
        return connection.execute(statement, given).fetchall()

    # Suggest

    def keyword(self, text: str, narrowed: Narrowed, *, offset: int = 0, limit: int = 10) -> tuple[int, list[Found]]:
        """Headings that have all words, in any of their forms; the last word may be unfinished.

        Diacritics are optional; headings that have them as typed come first, then those most used. Gives how many there
        are (at most :data:`MOST_COUNTED` are counted) and one page.
        """
        typed = unicodedata.normalize("NFC", text)[:_MOST_LETTERS]
        folded = words(values.fold(typed))[:_MOST_WORDS]
        if not folded:
            return 0, []
        rows = self._rows("folded_words", folded, narrowed, MOST_COUNTED)
        total = len(rows)
        strict = words(values.strict(typed))[:_MOST_WORDS]
        if strict != folded and total > 1:
            # The exact ones first: all that a page so deep could need, then the others behind them.
            exact = self._rows("strict_words", strict, narrowed, offset + limit)
            known = set(exact)
            rows = exact + [r for r in rows if r not in known]
        page = rows[offset : offset + limit]
        return total, [Found(h, _form_with(h, strict, folded)) for h in self._by_row(page)]

    def _rows(self, table: str, asked: Sequence[str], narrowed: Narrowed, limit: int) -> list[int]:
        """Rows that have all words (the last may be unfinished), most used headings first."""
        *whole, last = asked
        match = " AND ".join([*map(_quoted, (*whole, *vocabulary(narrowed.source))), _quoted(last) + "*"])
        wanted = narrowed.codes()
        narrow = "" if wanted is None else f" AND {CODE_OF_ROW} IN ({','.join(map(str, wanted))})"
        statement = f"SELECT rowid FROM {table} WHERE {table} MATCH ?{narrow} ORDER BY rowid LIMIT ?"  # noqa: S608  ours
        return [r[0] for r in self._run(statement, (match, limit))]

    def _by_row(self, rows: Sequence[int]) -> list[Heading]:
        numbers = [row & NUMBER for row in rows]
        marks = ",".join("?" * len(rows))
        found = self._run(f"SELECT {_COLUMNS} FROM heading h WHERE h.number IN ({marks})", numbers)  # noqa: S608  marks
        known = {r[0]: _heading(r) for r in found}
        return [known[n] for n in numbers if n in known]

    def left(self, text: str, narrowed: Narrowed, *, offset: int = 0, limit: int = 10) -> tuple[int, list[Found]]:
        """Forms that begin with the text, in the order of the plain alphabet; diacritics and punctuation are optional.

        Gives how many there are (at most :data:`MOST_COUNTED` are counted) and one page.
        """
        folded = values.fold(unicodedata.normalize("NFC", text)[:_MOST_LETTERS])
        if not folded:
            return 0, []
        condition, given = narrowed.sql()
        where = f"f.scheme = ? AND f.folded >= ? AND f.folded < ? AND NOT f.twin{condition}"
        total = 0
        found: list[tuple[str, int]] = []
        most = min(offset, MOST_COUNTED) + limit
        for scheme in [narrowed.scheme] if narrowed.scheme else SCHEMES:
            bound = [scheme, folded, folded + _LAST, *given]
            counted = f"SELECT count(*) FROM (SELECT 1 FROM form f WHERE {where} LIMIT ?)"  # noqa: S608  ours, bound
            total += sum(r[0] for r in self._run(counted, [*bound, MOST_COUNTED]))
            picked = f"SELECT f.folded, f.number FROM form f WHERE {where} ORDER BY f.folded, f.number LIMIT ?"  # noqa: S608
            found += self._run(picked, [*bound, most])
        numbers = [number for _, number in sorted(found)[offset : offset + limit]]
        lines = self._lines(numbers)
        return min(total, MOST_COUNTED), [Found(line.heading, line.label if line.see else "") for line in lines]

    def _lines(self, numbers: Sequence[int]) -> list[Line]:
        """Forms with their headings, in the order given."""
        marks = ",".join("?" * len(numbers))
        rows = self._run(
            f"SELECT {_COLUMNS}, f.label, f.number, f.preferred FROM form f "  # noqa: S608  marks
            f"JOIN heading h ON h.number = f.heading WHERE f.number IN ({marks})",
            numbers,
        )
        known = {r[-2]: Line(r[-3], r[-2], not r[-1], _heading(r)) for r in rows}
        return [known[n] for n in numbers if n in known]

    # Known label

    def labelled(self, label: str, scheme: str = "") -> Heading | None:
        """The heading that a label names: case, composition of letters and punctuation aside, diacritics kept.

        The form to use goes before other forms, the very text before one that is alike, an authority's heading before
        one without. One label in several vocabularies is one answer: the most used. Raises Ambiguous where several
        different headings answer equally well: nothing is linked by guessing.
        """
        label = unicodedata.normalize("NFC", label).strip()[:1000]
        strict = values.strict(label)
        if not strict:
            return None
        condition = " AND +f.scheme = ?" if scheme else ""  # + keeps SQLite from reading the list by its own index
        rows = self._run(
            f"SELECT {_COLUMNS}, f.label, f.preferred FROM form f CROSS JOIN heading h ON h.number = f.heading "  # noqa: S608
            f"WHERE f.strict = ?{condition} ORDER BY h.uses DESC, h.id LIMIT 200",
            [strict, scheme] if scheme else [strict],
        )
        best: dict[str, Heading] = {}
        rank = (-1, -1, -1)
        for row in rows:
            found = _heading(row)
            this = (int(row[-1]), int(unicodedata.normalize("NFC", row[-2]) == label), int(found.established))
            if this > rank:
                best, rank = {}, this
            if this == rank:
                best.setdefault(found.id, found)
        answers = list(best.values())
        if not answers:
            return None
        if len({(a.place, a.label) for a in answers}) > 1:
            raise Ambiguous(answers)
        return answers[0]

    # Browse

    def browse(
        self, scheme: str, start: str = "", *, number: int = 0, back: bool = False, limit: int = 50
    ) -> list[Line]:
        """A stretch of a list in the Vietnamese alphabet: from the text ``start`` on (and the form ``number`` of those
        with the same text), or with ``back`` the stretch before it. Forms that lead to a heading stand among them.
        """
        start = unicodedata.normalize("NFC", start)[:_MOST_LETTERS]
        key = sorting(start) if number else beginning(start)
        order, compare = ("DESC", "<") if back else ("ASC", ">=")
        rows = self._run(
            f"SELECT number FROM form WHERE scheme = ? AND (sort, number) {compare} (?, ?) "  # noqa: S608  two words
            f"ORDER BY sort {order}, number {order} LIMIT ?",
            (scheme, key, number, limit),
        )
        numbers = [r[0] for r in rows]
        return self._lines(numbers[::-1] if back else numbers)

    def place_of(self, scheme: str, text: str) -> str:
        """Where a browse list should begin for what was typed: the text itself when something begins so, else the
        first heading that begins so without diacritics.
        """
        text = unicodedata.normalize("NFC", text)[:_MOST_LETTERS].strip()
        key, folded = beginning(text), values.fold(text)
        if not folded:
            return text
        exact = "SELECT 1 FROM form WHERE scheme = ? AND sort >= ? AND sort < ? LIMIT 1"
        if self._run(exact, (scheme, key, key + _LAST)):
            return text
        near = self._run(
            "SELECT label FROM form WHERE scheme = ? AND folded >= ? AND folded < ? AND NOT twin "
            "ORDER BY folded, number LIMIT 1",
            (scheme, folded, folded + _LAST),
        )
        return str(near[0][0]) if near else text

    # Lists

    def wanting(self, scheme: str, *, offset: int = 0, limit: int = 50) -> list[Heading]:
        """Headings in use that no authority establishes, the most used first."""
        rows = self._run(
            f"SELECT {_COLUMNS} FROM heading h WHERE h.scheme = ? AND NOT h.established AND h.uses > 0 "  # noqa: S608
            "ORDER BY h.uses DESC, h.number LIMIT ? OFFSET ?",
            (scheme, limit, offset),
        )
        return [_heading(r) for r in rows]

    def some(self, identities: Sequence[str]) -> dict[str, Heading]:
        """Headings by their ids, as far as there are any."""
        found: dict[str, Heading] = {}
        for start in range(0, len(identities), 500):
            part = identities[start : start + 500]
            marks = ",".join("?" * len(part))
            rows = self._run(f"SELECT {_COLUMNS} FROM heading h WHERE h.id IN ({marks})", part)  # noqa: S608  marks
            found |= {r[1]: _heading(r) for r in rows}
        return found

    def all(self, scheme: str, *, established: bool = True, after: str = "", portion: int = 500) -> Iterator[Heading]:
        """All headings of a list in the order of their ids, with an authority or (``established=False``) all."""
        only = "h.established AND " if established else ""
        while True:
            rows = self._run(
                f"SELECT {_COLUMNS} FROM heading h WHERE h.scheme = ? AND {only}h.id > ? "  # noqa: S608  ours
                "ORDER BY h.id LIMIT ?",
                (scheme, after, portion),
            )
            yield from map(_heading, rows)
            if len(rows) < portion:
                return
            after = rows[-1][1]

    def counts(self) -> dict[str, tuple[int, int]]:
        """For each list: how many headings it has, and how many of them have an authority."""
        rows = self._run("SELECT scheme, count(*), sum(established) FROM heading GROUP BY scheme")
        return dict.fromkeys(SCHEMES, (0, 0)) | {r[0]: (r[1], r[2]) for r in rows}


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _heading(row: Sequence[Any]) -> Heading:
    return Heading(row[1], row[2], row[3], row[4], row[5], bool(row[6]), row[7], row[8], row[9])


def _form_with(heading: Heading, strict: Sequence[str], folded: Sequence[str]) -> str:
    """The form by which the words were found: empty for the form to use, as typed before without diacritics."""
    for asked, read in ((strict, values.strict), (folded, values.fold)):
        for label in (heading.label, *heading.forms):
            have = words(read(label))
            *whole, last = asked
            if set(whole) <= set(have) and any(w.startswith(last) for w in have):
                return label if label != heading.label else ""
    return ""
