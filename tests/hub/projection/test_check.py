"""`hub check` sees what is wrong in the indexes of headings, Works and Instances, and `hub rebuild` mends it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import tantivy

from hub.projection.index import register
from hub.settings import Settings
from tests.hub.catalogue import catalogue, kieu, written
from tests.hub.conftest import Run


@pytest.fixture(autouse=True)
def _loaded(settings: Settings, hub: Run, tmp_path: Path) -> None:
    hub("load", "--member", "A", catalogue(tmp_path / "a.mrc", 20), check=True)
    hub("load", "--member", "B", "-", stdin=written(kieu("kb")), check=True)


def findings(hub: Run) -> dict[str, list[str]]:
    """Sentences by kind."""
    done = hub("check")
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        said = json.loads(line)
        found.setdefault(said["kind"], []).append(said["what"])
    assert done.returncode == (3 if found else 0)
    return found


def sql(text: str) -> Callable[[Path], None]:
    def harm(hub: Path) -> None:
        connection = sqlite3.connect(hub / "headings" / "headings.sqlite")
        with connection:
            assert connection.execute(text).rowcount
        connection.close()

    return harm


def emptied(hub: Path) -> None:
    (hub / "headings" / "headings.sqlite").unlink()


def overwritten(hub: Path) -> None:
    path = hub / "headings" / "headings.sqlite"
    path.write_bytes(b"\0" * 4096 + path.read_bytes()[4096:])


def torn(hub: Path) -> None:
    path = hub / "headings" / "headings.sqlite"
    data = bytearray(path.read_bytes())
    data[4096:20480] = b"\x5a" * 16384
    path.write_bytes(data)


def dropped(kind: str) -> Callable[[Path], None]:
    """One document less in an index."""

    def harm(hub: Path) -> None:
        index = tantivy.Index.open(str(hub / kind))
        searcher = index.searcher()
        hit = searcher.search(tantivy.Query.all_query(), 1).hits[0][1]
        writer = index.writer(32 << 20, 1)
        writer.delete_documents_by_term("id", searcher.doc(hit)["id"][0])
        writer.commit()
        writer.wait_merging_threads()

    return harm


def doubled(kind: str, identity: str = "") -> Callable[[Path], None]:
    """One document more: of the same thing, or of one that is none."""

    def harm(hub: Path) -> None:
        index = register(tantivy.Index.open(str(hub / kind)))
        searcher = index.searcher()
        same = searcher.doc(searcher.search(tantivy.Query.all_query(), 1).hits[0][1])["id"][0]
        made = tantivy.Document()
        made.add_text("id", identity or same)
        writer = index.writer(32 << 20, 1)
        writer.add_document(made)
        writer.commit()
        writer.wait_merging_threads()

    return harm


def lost(kind: str) -> Callable[[Path], None]:
    def harm(hub: Path) -> None:
        folder = (hub / kind).resolve()
        shutil.rmtree(folder)
        folder.mkdir()

    return harm


KIEU = "WHERE label = 'Nguyễn, Du, 1765-1820'"
OF_KIEU = f"WHERE heading = (SELECT number FROM heading {KIEU})"


@pytest.mark.parametrize(
    ("harm", "kind", "sentence"),
    [
        (sql(f"UPDATE heading SET label = 'Nguyễn Dữ' {KIEU}"), "wrong-heading", "differs in the index: label"),
        (sql(f"UPDATE heading SET uses = 7 {KIEU}"), "wrong-heading", "differs in the index: uses"),
        (sql(f"UPDATE heading SET shown = '{{}}' {KIEU}"), "wrong-heading", "differs in the index: other forms"),
        (sql(f"UPDATE heading SET established = 1 {KIEU}"), "wrong-heading", "differs in the index: established"),
        (sql(f"DELETE FROM form {OF_KIEU}"), "wrong-heading", "differs in the index: forms"),
        (sql(f"UPDATE form SET folded = 'x' {OF_KIEU}"), "wrong-heading", "differs in the index: forms"),
        (sql("INSERT INTO folded_words (folded_words) VALUES ('delete-all')"), "wrong-heading", "index: words"),
        (sql(f"DELETE FROM heading {KIEU}"), "missing-heading", "(Nguyễn, Du, 1765-1820) is not in the index"),
        (sql(f"UPDATE heading SET id = 'zzzz' {KIEU}"), "surplus-heading", "Nguyễn, Du, 1765-1820 (zzzz)"),
        (emptied, "no-index", "there is no index of headings"),
        (overwritten, "unreadable-index", "index of headings"),
        (torn, "unreadable-index", "index of headings"),
        (lost("headings"), "no-index", "there is no index of headings"),
        (dropped("index"), "missing-document", "is not in the index of works"),
        (dropped("instances"), "missing-document", "is not in the index of instances"),
        (doubled("index"), "repeated-document", "more than once in the index of works"),
        (doubled("instances", "zzzz"), "surplus-document", "1 documents in the index of instances"),
        (lost("instances"), "no-index", "there is no index of instances"),
    ],
)
def test_harm_is_seen_and_mended(
    hub: Run, tmp_path: Path, harm: Callable[[Path], None], kind: str, sentence: str
) -> None:
    assert findings(hub) == {}
    harm(tmp_path / "hub")
    found = findings(hub)
    assert any(sentence in said for said in found[kind]), found
    hub("rebuild", check=True)
    assert findings(hub) == {}


def test_what_was_looked_at_is_counted(hub: Run) -> None:
    said = hub("check").stderr
    for what in ("headings", "documents of works", "documents of instances"):
        assert f" {what}" in said
