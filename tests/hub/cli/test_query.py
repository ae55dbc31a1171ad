"""``hub query``: text search inside SPARQL, limits and formats are those of the web."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.settings import Settings
from tests.hub.catalogue import kieu, written
from tests.hub.conftest import Run

SEARCH = "SELECT ?title { ?w bh:search %s ; bf:title/bf:mainTitle ?title }"


@pytest.fixture
def loaded(hub: Run, settings: Settings, tmp_path: Path) -> Run:
    assert settings.data == tmp_path / "hub"
    (tmp_path / "a.mrc").write_bytes(written(kieu("1")))
    hub("load", "--member", "A", tmp_path / "a.mrc", check=True)
    return hub


def test_text_search_is_understood(loaded: Run) -> None:
    found = loaded("query", SEARCH % '"truyen kieu"', check=True)
    assert found.stdout.splitlines()[1:] == ['"Truyện Kiều"']
    assert loaded("query", SEARCH % '"khong co"', check=True).stdout.splitlines()[1:] == []
    scored = "SELECT ?score { (?w ?score) bh:search ('kieu' 5) FILTER(?score > 0) }"
    assert len(loaded("query", "--format", "csv", scored, check=True).stdout.splitlines()) == 2


def test_it_comes_from_standard_input_and_refuses_as_the_web_does(loaded: Run) -> None:
    query = (SEARCH % '"kieu"').encode()
    assert "Truyện Kiều" in loaded("query", "--format", "json", "-", stdin=query, check=True).stdout
    for refused, said in (
        (SEARCH % "?words", "bh:search"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * {", "expected"),
    ):
        done = loaded("query", refused)
        assert done.returncode == 3
        assert said.lower() in done.stderr.lower()
        assert done.stdout == ""
