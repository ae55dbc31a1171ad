"""Rebuilding, backing up, exporting: what cannot be made again is kept, everything else is made again the same."""

import io
import json
from pathlib import Path

import pytest

from converters.marc import Frame, frames
from hub.registry import Registry, schema
from hub.settings import Settings
from tests.hub.catalogue import catalogue, kieu, written
from tests.hub.conftest import Run


@pytest.fixture(autouse=True)
def _loaded(settings: Settings, hub: Run, tmp_path: Path) -> None:
    """A and B are members with some records, one edition shared."""
    hub("load", "--member", "A", catalogue(tmp_path / "a.mrc", 12), check=True)
    hub("load", "--member", "A", "-", stdin=written(kieu("ka")), check=True)
    hub("load", "--member", "B", "-", stdin=written(kieu("kb")), check=True)


def graph(hub: Run) -> list[str]:
    return sorted(hub("export", check=True).stdout.splitlines())


def test_rebuild_makes_the_same_graph(hub: Run, tmp_path: Path) -> None:
    before = graph(hub)
    old = (tmp_path / "hub" / "triples").resolve()
    hub("rebuild", check=True)
    assert graph(hub) == before
    assert (tmp_path / "hub" / "triples").resolve() != old
    assert not old.exists()
    assert hub("check").returncode == 0


def test_rebuild_says_of_the_withdrawn_what_the_log_said(hub: Run) -> None:
    gone = kieu("kb")
    gone.leader = gone.leader[:5] + "d" + gone.leader[6:]
    hub("load", "--member", "B", "-", stdin=written(gone), check=True)
    before = graph(hub)
    assert any("/items/" in line and "owl#deprecated" in line for line in before)
    hub("rebuild", check=True)
    assert graph(hub) == before
    assert hub("check").returncode == 0


def test_lost_view_is_made_again_by_the_next_load(hub: Run, tmp_path: Path) -> None:
    before = graph(hub)
    (tmp_path / "hub" / "triples").unlink()
    hub("load", "--member", "B", "-", stdin=written(kieu("kb")), check=True)
    assert graph(hub) == before
    assert hub("check").returncode == 0


def test_another_base_uri_takes_a_rebuild(hub: Run) -> None:
    hub("settings", "base_uri", "https://catalogue.example.org/", check=True)
    hub("rebuild", check=True)
    assert not any("127.0.0.1" in line for line in graph(hub))
    assert any("<https://catalogue.example.org/works/" in line for line in graph(hub))
    assert hub("check").returncode == 0


def test_restored_backup_is_the_same_hub(hub: Run, tmp_path: Path) -> None:
    before = graph(hub)
    hub("backup", tmp_path / "backup", check=True)
    (tmp_path / "hub").rename(tmp_path / "lost")
    hub("restore", tmp_path / "backup", check=True)
    assert graph(hub) == before
    assert hub("check").returncode == 0


def test_damaged_backup_is_refused(hub: Run, tmp_path: Path) -> None:
    hub("backup", tmp_path / "backup", check=True)
    registry = tmp_path / "backup" / "registry.sqlite"
    data = bytearray(registry.read_bytes())
    data[len(data) // 2] ^= 1
    registry.write_bytes(data)
    (tmp_path / "hub").rename(tmp_path / "lost")
    done = hub("restore", tmp_path / "backup")
    assert done.returncode == 3
    assert "damaged" in done.stderr


def test_records_come_out_as_they_went_in(hub: Run) -> None:
    assert hub("export", "--member", "B", check=True).stdout.encode() == written(kieu("kb"))
    xml = hub("export", "--member", "A", "--format", "marcxml", check=True).stdout
    found = list(frames(io.BytesIO(xml.encode())))
    assert len(found) == 13
    assert all(isinstance(f, Frame) for f in found)


def test_record_graphs_hold_what_each_member_said(hub: Run) -> None:
    hub("settings", "record_graphs", "true", check=True)
    hub("rebuild", check=True)
    asked = hub(
        "query",
        'SELECT DISTINCT ?g { GRAPH ?g { ?t bf:mainTitle "Truyện Kiều" } } ORDER BY ?g',
        "--format",
        "csv",
        check=True,
    )
    assert [line.rpartition("/records/")[2] for line in asked.stdout.split()[1:]] == ["A/ka", "B/kb"]
    assert hub("check").returncode == 0


def test_check_sees_what_is_missing_from_the_store(hub: Run, tmp_path: Path) -> None:
    registry = Registry.in_folder(tmp_path / "hub")
    with registry.write() as connection:
        connection.execute(
            schema.entity.insert().values(
                id="0000000000", place="works", state="live", anchor="A bibliographic x", created=0, changed=0
            )
        )
    registry.close()
    done = hub("check")
    assert done.returncode == 3
    assert json.loads(done.stdout.splitlines()[0])["kind"] == "not-described"


def test_settings_tell_what_they_are_for(hub: Run) -> None:
    listed = hub("settings", check=True).stdout
    assert "base_uri = http://127.0.0.1:8000/" in listed
    assert "HUB_QUERY_SECONDS" in listed
    refused = hub("settings", "base_uri", "nonsense")
    assert refused.returncode == 2


def test_convert_needs_no_hub(hub: Run) -> None:
    done = hub("convert", "--base-uri", "https://hub/", "--format", "ttl", "-", stdin=written(kieu("k 1")))
    assert done.returncode == 0
    assert "<https://hub/works/k%201>" in done.stdout
    assert 'bf:mainTitle "Truyện Kiều"' in done.stdout
    report = hub("convert", "--report", "-", stdin=written(kieu("k1")), check=True).stdout
    assert "245" in report


def test_profile_that_is_no_json_is_named(hub: Run, tmp_path: Path) -> None:
    bad = tmp_path / "profile.json"
    bad.write_text('{"preset": ', "utf-8")
    for done in (
        hub("members", "add", "C", "--name", "C", "--profile", bad),
        hub("convert", "--profile", bad, "-", stdin=written(kieu("k1"))),
    ):
        assert done.returncode == 2
        assert "profile.json is no JSON" in done.stderr
