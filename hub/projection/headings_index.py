"""The index of headings as a view: one SQLite file with what suggest, known-label and browse lists need.

Three ways in, each an index read in order, so that none sorts or counts a large result:

- ``form`` by its folded text (left-anchored, diacritics optional) and by its place in the Vietnamese alphabet (browse);
- ``form`` by its strict text: case, NFC and punctuation made one, diacritics kept (known label);
- words (FTS5): a heading's row number begins with how *little* it is used, so that the index gives the most used first
  and stops at the end of the page; the next bits say what it is, so that narrowing reads nothing else.

Beginnings of words are indexed up to six letters; longer ones are so rare that they are put together on request.
"""

from __future__ import annotations

import math
import re
import sqlite3
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from converters.marc import values
from hub.projection.collation import sort_key
from hub.projection.heading_document import KINDS, SCHEMES, packed
from hub.projection.view import Applied, Shelf

FILE = "headings.sqlite"
VERSION = 2
"""Of tables and keys: a file of another version is not read."""
PLACES = frozenset({"agents", "concepts", "hubs"})
TAG = "\ue000"
"""First letter of words that are no words of a heading (its vocabulary); no folded text has it."""
_BUCKETS = 63
_NUMBER_BITS = 34
_CODE_BITS = 7
NUMBER = (1 << _NUMBER_BITS) - 1
"""The bits of a row that are the heading's number."""
_KINDS = {kind: n for n, kind in enumerate((*dict.fromkeys(KINDS.values()), "Hub", "Agent"))}
_CJK = re.compile("([\u2e80-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff])")

_TABLES = """
CREATE TABLE IF NOT EXISTS heading (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, place TEXT NOT NULL, scheme TEXT NOT NULL, kind TEXT NOT NULL,
  source TEXT NOT NULL, established INTEGER NOT NULL, label TEXT NOT NULL, shown TEXT NOT NULL, uses INTEGER NOT NULL,
  row INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS form (
  number INTEGER PRIMARY KEY, heading INTEGER NOT NULL, scheme TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL,
  established INTEGER NOT NULL, preferred INTEGER NOT NULL, twin INTEGER NOT NULL, label TEXT NOT NULL,
  folded TEXT NOT NULL, strict TEXT NOT NULL, sort TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS form_heading ON form (heading);
CREATE INDEX IF NOT EXISTS form_scheme ON form (scheme, folded, number, kind, established) WHERE NOT twin;
CREATE INDEX IF NOT EXISTS form_strict ON form (strict);
CREATE INDEX IF NOT EXISTS form_sort ON form (scheme, sort, number);
CREATE INDEX IF NOT EXISTS heading_wanting ON heading (scheme, uses, number) WHERE NOT established;
CREATE INDEX IF NOT EXISTS heading_list ON heading (scheme, established, id);
CREATE VIRTUAL TABLE IF NOT EXISTS folded_words USING fts5(
  words, content='', detail=none, columnsize=0, prefix='1 2 3 4 5 6', tokenize='ascii');
CREATE VIRTUAL TABLE IF NOT EXISTS strict_words USING fts5(
  words, content='', detail=none, columnsize=0, prefix='1 2 3 4 5 6', tokenize='ascii');
"""


def words(text: str) -> list[str]:
    """The words of a folded or strict text; each Han, Kana or Hangul sign is a word.

    The texts are nothing but words and blanks, so the index parts them at blanks (its tokenizer ``ascii``
    takes any other letter as part of a word) and knows no release of Unicode.
    """
    return list(dict.fromkeys(_CJK.sub(r" \1 ", text).split()))


@lru_cache(maxsize=8192)
def _letter(c: str) -> tuple[str, str] | None:
    """The parts of one letter in :func:`sorting`; None for a mark that belongs to the letter before it."""
    if unicodedata.combining(c):
        return None
    letters, tones, _ = sort_key(c, "vi")
    return "".join(map(chr, letters)), "".join(chr(tone + 2) for tone in tones)


def sorting(text: str) -> str:
    """A text whose code points sort as ``text`` does in the Vietnamese alphabet, tones last."""
    text = unicodedata.normalize("NFC", text[:200])
    parts = [_letter(c) for c in text]
    if None in parts:
        letters, tones, _ = sort_key(text, "vi")
        return "".join(map(chr, letters)) + "\x01" + "".join(chr(tone + 2) for tone in tones)
    known = [p for p in parts if p is not None]
    return "".join(p[0] for p in known) + "\x01" + "".join(p[1] for p in known)


def beginning(text: str) -> str:
    """What the :func:`sorting` of every text that begins with ``text`` begins with."""
    return sorting(text).partition("\x01")[0]


def code_of(scheme: str, kind: str, established: bool) -> int:
    """What a heading is, as the bits of its row say it."""
    return (SCHEMES.index(scheme) << 4 | _KINDS.get(kind, _KINDS["Agent"])) << 1 | established


def codes(schemes: Iterable[str], kinds: Collection[str], established: bool | None) -> list[int]:
    """The codes of some lists and classes (none: all), with an authority, without, or (None) both."""
    wanted = [k for k in _KINDS if not kinds or k in kinds]
    both = (True, False) if established is None else (established,)
    return sorted(code_of(scheme, kind, e) for scheme in schemes for kind in wanted for e in both)


CODE_OF_ROW = f"((rowid >> {_NUMBER_BITS}) & {(1 << _CODE_BITS) - 1})"
"""The code in a row, for SQL."""


def row_of(number: int, code: int, uses: int) -> int:
    """The row of a heading among the words: headings in use come first, in steps of a quarter more."""
    rank = _BUCKETS - min(_BUCKETS, int(3 * math.log2(1 + max(0, uses))))
    return (rank << _CODE_BITS | code) << _NUMBER_BITS | number


def forms_of(document: dict[str, Any]) -> list[tuple[bool, bool, str, str, str, str]]:
    """The forms by which a heading is found: preferred, twin of an earlier one, label, folded, strict, sorted by."""
    forms: list[tuple[bool, bool, str, str, str, str]] = []
    stricts: set[str] = set()
    seen: set[str] = set()
    for label in (document["label"], *document["forms"]):
        strict, folded = values.strict(label), values.fold(label)
        if strict in stricts:
            continue  # differs in punctuation only
        forms.append((not forms, folded in seen, label, folded, strict, sorting(label)))
        stricts.add(strict)
        seen.add(folded)
    return forms


def vocabulary(source: str) -> list[str]:
    """The word by which headings of a vocabulary are found."""
    folded = values.fold(source).replace(" ", "")
    return [f"{TAG}{folded}"] if folded else []


def opened(path: Path, *, write: bool = False) -> sqlite3.Connection:
    """A connection to an index; a reader's can write nothing."""
    if write:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA cache_size=-131072")
        connection.execute("PRAGMA wal_autocheckpoint=16384")
    else:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA cache_size=-32768")
        connection.execute("PRAGMA mmap_size=4294967296")
    connection.execute("PRAGMA busy_timeout=10000")
    return connection


def open_folder(shelf: Shelf) -> Path:
    """The folder in use; a new one, to be filled from the log, where an older release has written it."""
    folder = shelf.open()
    if (folder / FILE).exists():
        connection = opened((folder / FILE).resolve())
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        connection.close()
        if version != VERSION:
            folder = shelf.new()
            shelf.use(folder)
            shelf.clear()
    return folder


class HeadingsView:
    """The file of headings that follows the log."""

    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self._connection = opened(folder / FILE, write=True)
        self._connection.executescript(_TABLES)
        self._connection.execute(f"PRAGMA user_version={VERSION}")
        self._open = False

    def apply(self, applied: Applied) -> None:
        """Replace the headings that changed, drop those that are gone, and note how often headings are used."""
        if not self._open:
            self._connection.execute("BEGIN IMMEDIATE")
            self._open = True
        self._forget(identity for place, identity in applied.gone if place in PLACES)
        self.replace(applied.headings, applied.uses)
        described = {document["id"] for document in applied.headings}
        for identity, uses in applied.uses.items():
            if identity not in described:
                self._used(identity, uses)

    def replace(self, documents: Iterable[dict[str, Any]], uses: dict[str, int]) -> None:
        """Write documents (heading_document) with how often each is used."""
        for document in documents:
            known = self._forget([document["id"]])
            if "label" in document:
                self._write(document, uses.get(document["id"], known))

    def _forget(self, identities: Iterable[str]) -> int:
        """Drop headings; gives how often the last one was used."""
        run = self._connection.execute
        uses = 0
        for identity in identities:
            found = run("SELECT number, row, uses FROM heading WHERE id = ?", (identity,)).fetchone()
            if found is None:
                continue
            number, row, uses = found
            self._unword(number, row)
            run("DELETE FROM form WHERE heading = ?", (number,))
            run("DELETE FROM heading WHERE number = ?", (number,))
        return uses

    def _write(self, document: dict[str, Any], uses: int) -> None:
        run = self._connection.execute
        number = run("SELECT coalesce(max(number), 0) + 1 FROM heading").fetchone()[0]
        row = row_of(number, code_of(document["scheme"], document["kind"], document["established"]), uses)
        names = ("id", "place", "scheme", "kind", "source", "established", "label")
        run(
            "INSERT INTO heading (number, id, place, scheme, kind, source, established, label, shown, uses, row) "
            "VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (number, *(document[n] for n in names), packed(document), uses, row),
        )
        head = (number, *(document[n] for n in ("scheme", "kind", "source", "established")))
        forms = [(*head, *form) for form in forms_of(document)]
        self._connection.executemany(
            "INSERT INTO form (heading, scheme, kind, source, established, preferred, twin, label, folded, strict, "
            "sort) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            forms,
        )
        self._word(row, [f[-3] for f in forms], [f[-2] for f in forms], vocabulary(document["source"]))

    def _word(self, row: int, folded: list[str], strict: list[str], marks: list[str]) -> None:
        run = self._connection.execute
        for table, text in (("folded_words", folded), ("strict_words", strict)):
            said = " ".join(dict.fromkeys([*(w for t in text for w in words(t)), *marks]))
            run(f"INSERT INTO {table} (rowid, words) VALUES (?, ?)", (row, said))  # noqa: S608  a table of ours

    def _unword(self, number: int, row: int) -> None:
        """Take a heading out of the words; an index without content is told what it holds."""
        run = self._connection.execute
        (source,) = run("SELECT source FROM heading WHERE number = ?", (number,)).fetchone()
        marks = vocabulary(source)
        forms = run("SELECT folded, strict FROM form WHERE heading = ? ORDER BY number", (number,)).fetchall()
        for n, table in enumerate(("folded_words", "strict_words")):
            said = " ".join(dict.fromkeys([*(w for f in forms for w in words(f[n])), *marks]))
            run(f"INSERT INTO {table} ({table}, rowid, words) VALUES ('delete', ?, ?)", (row, said))  # noqa: S608  same

    def _used(self, identity: str, uses: int) -> None:
        run = self._connection.execute
        columns = "number, row, uses, scheme, kind, established, source"
        found = run(f"SELECT {columns} FROM heading WHERE id = ?", (identity,)).fetchone()  # noqa: S608  ours
        if found is None or found[2] == uses:
            return
        number, row, _, scheme, kind, established, source = found
        moved = row_of(number, code_of(scheme, kind, bool(established)), uses)
        if moved != row:
            forms = run("SELECT folded, strict FROM form WHERE heading = ? ORDER BY number", (number,)).fetchall()
            self._unword(number, row)
            self._word(moved, [f[0] for f in forms], [f[1] for f in forms], vocabulary(source))
        run("UPDATE heading SET uses = ?, row = ? WHERE number = ?", (uses, moved, number))

    def flush(self) -> None:
        """Commit, which is durable."""
        if self._open:
            self._connection.execute("COMMIT")
            self._open = False

    def publish(self, seq: int) -> None:
        """Readers see a commit by themselves."""

    def compact(self) -> None:
        """Merge the parts in which the words were written."""
        for table in ("folded_words", "strict_words"):
            self._connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608  ours

    def close(self) -> None:
        """Let go of the file."""
        self.flush()
        self._connection.close()
