"""Many libraries take several passes, and give the same files."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from converters.marc.record import Field
from hub.feeds import library_files
from tests.hub.catalogue import kieu
from tests.hub.conftest import Run
from tests.hub.feeds.story import first_loads, load


def test_files_do_not_depend_on_how_many_are_open(hub: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    first_loads(hub)
    once = Path(hub("dump", tmp_path / "once", check=True).stdout.strip())
    monkeypatch.setattr(library_files, "FILES_AT_ONCE", 1)
    twice = Path(hub("dump", tmp_path / "twice", check=True).stdout.strip())
    for code in "AB":
        name = f"library-{code}.nt.gz"
        assert (once / name).read_bytes() == (twice / name).read_bytes()
        assert gzip.decompress((once / name).read_bytes())


def test_an_item_that_waits_for_its_record_is_in_its_librarys_file(hub: Run) -> None:
    holdings = kieu("h1")
    holdings.leader = holdings.leader[:6] + "x" + holdings.leader[7:]
    holdings.fields = [f for f in holdings.fields if f.tag in ("001", "008")]
    holdings.fields += [
        Field("004", value="not-there"),
        Field("852", " ", " ", [("a", "A"), ("h", "895.9221"), ("p", "A0001")]),
    ]
    load(hub, "A", holdings)
    made = Path(hub("dump", check=True).stdout.strip())
    assert b"A0001" in gzip.decompress((made / "library-A.nt.gz").read_bytes())
