"""Dumps: complete, checkable, made beside the service, fetched in parts, advertised."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import io
import json
import os
from pathlib import Path
from typing import Any

import httpx
import pymarc
import pytest
from pyoxigraph import RdfFormat, Store, parse

from converters.marc.record import record_of
from hub.settings import Settings
from tests.hub.catalogue import kieu
from tests.hub.conftest import Run
from tests.hub.feeds.story import book, changes, deleted, first_loads, load

VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"
BF = "http://id.loc.gov/ontologies/bibframe/"


@pytest.fixture
def dump(hub: Run) -> Path:
    """The folder of a dump of a small hub."""
    first_loads(hub)
    return Path(hub("dump", check=True).stdout.strip())


def manifest(dump: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((dump / "manifest.json").read_text("utf-8"))
    return found


def unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def subjects(ntriples: bytes) -> set[str]:
    return {str(quad.subject.value) for quad in parse(ntriples, RdfFormat.N_TRIPLES)}  # type: ignore[union-attr]


def test_every_file_is_listed_with_its_checksum(dump: Path) -> None:
    listed = manifest(dump)["files"]
    assert {f["name"] for f in listed} | {"manifest.json", "SHA256SUMS"} == set(os.listdir(dump))
    sums = dict(line.split("  ")[::-1] for line in (dump / "SHA256SUMS").read_text().splitlines())
    for file in listed:
        content = (dump / file["name"]).read_bytes()
        assert file["bytes"] == len(content)
        assert file["sha256"] == sums[file["name"]] == hashlib.sha256(content).hexdigest()
        assert content[4:8] == b"\0\0\0\0"  # no time in it: equal contents give equal files


def test_the_graph_is_the_published_graph(dump: Path, hub: Run, settings: Settings) -> None:
    graph = unpacked(dump / "graph.nq.gz").decode()
    assert sorted(graph.splitlines()) == sorted(hub("export", check=True).stdout.splitlines())
    facts = manifest(dump)
    assert facts["change"] == changes(settings)[-1][0]
    (listed,) = (f for f in facts["files"] if f["name"] == "graph.nq.gz")
    assert listed["counts"] == {"statements": len(graph.splitlines())}


def test_a_library_gets_its_items_with_their_instances_and_works(dump: Path) -> None:
    store = Store()
    store.bulk_load(unpacked(dump / "graph.nq.gz"), RdfFormat.N_QUADS)
    for code, other in (("A", "B"), ("B", "A")):
        text = unpacked(dump / f"library-{code}.nt.gz")
        wanted = {
            row[name].value  # type: ignore[index]  # rows of a SELECT
            for row in store.query(
                f"""PREFIX bf: <{BF}> SELECT ?item ?instance ?work WHERE {{
                ?item bf:heldBy ?library ; bf:itemOf ?instance . ?instance bf:instanceOf ?work
                FILTER(STRENDS(STR(?library), "/libraries/{code}")) }}"""
            )
            for name in ("item", "instance", "work")
        }
        assert {s.partition("#")[0] for s in subjects(text)} == wanted
        lines = text.splitlines()
        assert len(set(lines)) == len(lines)
        everything = set(unpacked(dump / "graph.nq.gz").splitlines())
        assert set(lines) <= everything
        assert not any(f"/libraries/{other}>".encode() in line for line in lines)
        (listed,) = (f for f in manifest(dump)["files"] if f["name"] == f"library-{code}.nt.gz")
        assert listed["counts"]["statements"] == len(lines)
        assert listed["counts"]["items"] == {"A": 3, "B": 2}[code]


def test_marc_of_a_member_is_its_public_part(dump: Path) -> None:
    text = unpacked(dump / "marc-A.xml.gz")
    records = pymarc.parse_xml_to_array(io.BytesIO(text))
    assert [r["001"].data for r in records] == ["a1", "a2", "a3"]
    assert "Nhân Viên".encode() not in text
    assert records[1]["245"]["a"] == "Tìm hiểu kho sách Hán Nôm /"


def test_the_authority_file_is_in_it_and_catalogued(hub: Run, web: httpx.Client) -> None:
    first_loads(hub)
    load(
        hub,
        "A",
        record_of("LDR 00000nz  a2200000n  4500\n001 n1\n100 1# $aTrần, Văn Giáp\n400 0# $aThúc Ngọc\n667 ## $aNội bộ"),
        record_of("LDR 00000nz  a2200000n  4500\n001 n2\n150 ## $aLịch sử\n450 ## $aSử học"),
    )
    dump = Path(hub("dump", check=True).stdout.strip())
    listed = {f["name"]: f for f in manifest(dump)["files"]}
    records = pymarc.parse_xml_to_array(io.BytesIO(unpacked(dump / "authorities.xml.gz")))
    assert [(r.get("100") or r["150"])["a"] for r in records] == ["Trần, Văn Giáp", "Lịch sử"]
    assert [f["a"] for f in records[0].get_fields("400")] == ["Thúc Ngọc"]
    assert records[0].get_fields("667") == []
    assert listed["authorities.xml.gz"]["counts"] == {"headings": 2}
    for form, label, count in (("mads", "authoritativeLabel", 2), ("skos", "prefLabel", 2)):
        text = unpacked(dump / f"authorities.{form}.nt.gz")
        said = [q.object.value for q in parse(text, RdfFormat.N_TRIPLES) if q.predicate.value.endswith(label)]
        assert {"Trần, Văn Giáp", "Lịch sử"} <= set(said)
        counts = listed[f"authorities.{form}.nt.gz"]["counts"]
        assert counts == {"headings": count, "statements": len(text.splitlines())}
        assert text.decode() == hub("authorities", "export", "--format", f"{form}.nt", check=True).stdout
    store = Store()
    store.load(web.get("/.well-known/void", headers={"Accept": "text/turtle"}).content, RdfFormat.TURTLE)
    told = {
        (row["url"].value.rpartition("/")[2], row["type"].value.rpartition("media-types/")[2])  # type: ignore[index]
        for row in store.query(f"SELECT ?url ?type {{ ?d <{DCAT}downloadURL> ?url ; <{DCAT}mediaType> ?type }}")
    }
    assert {
        ("authorities.xml.gz", "application/marcxml+xml"),
        ("authorities.mads.nt.gz", "application/n-triples"),
        ("authorities.skos.nt.gz", "application/n-triples"),
    } <= told
    page = web.get("/dumps/", headers={"Accept": "text/html"}).text
    assert "authorities.skos.nt.gz" in page
    served = web.get("/dumps/current/authorities.skos.nt.gz", follow_redirects=True)
    assert served.content == (dump / "authorities.skos.nt.gz").read_bytes()


def test_a_dump_continues_in_the_change_feed(dump: Path, web: httpx.Client, hub: Run) -> None:
    facts = manifest(dump)
    page = web.get(facts["activity"]).json()
    last = int(page["orderedItems"][-1]["id"].rpartition("/")[2])
    assert last == facts["change"]
    assert web.get("/activity").json()["url"].endswith(f"/dumps/{facts['name']}/graph.nq.gz")
    assert web.get("/activity/heldBy/B").json()["url"].endswith("/library-B.nt.gz")


def test_files_are_served_whole_in_ranges_and_not_again(dump: Path, web: httpx.Client) -> None:
    name = manifest(dump)["name"]
    content = (dump / "graph.nq.gz").read_bytes()
    whole = web.get(f"/dumps/{name}/graph.nq.gz")
    assert (whole.status_code, whole.content) == (200, content)
    assert "content-encoding" not in whole.headers
    tag = whole.headers["etag"]
    part = web.get(f"/dumps/{name}/graph.nq.gz", headers={"Range": "bytes=10-", "If-Range": tag})
    assert (part.status_code, part.content) == (206, content[10:])
    assert part.headers["content-range"] == f"bytes 10-{len(content) - 1}/{len(content)}"
    stale = web.get(f"/dumps/{name}/graph.nq.gz", headers={"Range": "bytes=10-", "If-Range": '"other"'})
    assert (stale.status_code, stale.content) == (200, content)
    assert web.get(f"/dumps/{name}/graph.nq.gz", headers={"Range": "bytes=999999999-"}).status_code == 416
    assert web.get(f"/dumps/{name}/graph.nq.gz", headers={"If-None-Match": tag}).status_code == 304
    assert web.head(f"/dumps/{name}/graph.nq.gz").headers["content-length"] == str(len(content))
    moved = web.get("/dumps/current/graph.nq.gz")
    assert moved.status_code == 302
    assert web.get(moved.headers["location"]).content == content


ELSEWHERE = [
        "/dumps/../registry.sqlite", "/dumps/%2e%2e/registry.sqlite", "/dumps/..%2fregistry.sqlite/x",
        "/dumps/{name}/../../registry.sqlite", "/dumps/{name}/%2e%2e%2f%2e%2e%2fregistry.sqlite",
        "/dumps/{name}/..%5c..%5cregistry.sqlite", "/dumps/{name}/nothing.gz", "/dumps/19700101T000000Z-1/graph.nq.gz",
        "/dumps/.lock/x", "/dumps/{name}/", "/dumps//etc/passwd",
    ]  # fmt: skip


def test_nothing_but_listed_files_is_served(dump: Path, web: httpx.Client) -> None:
    assert (dump.parents[1] / "registry.sqlite").is_file()
    for path in ELSEWHERE:
        assert web.get(path.format(name=dump.name)).status_code == 404, path


def test_the_list_and_the_description_name_the_newest_dump(dump: Path, web: httpx.Client) -> None:
    listed = web.get("/dumps/", headers={"Accept": "application/json"}).json()["dumps"]
    assert [d["name"] for d in listed] == [dump.name]
    page = web.get("/dumps/", headers={"Accept": "text/html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f"{dump.name}/graph.nq.gz" in page.text
    void = Store()
    void.load(web.get("/.well-known/void", headers={"Accept": "text/turtle"}).content, RdfFormat.TURTLE)
    rows = void.query(
        f"""PREFIX dcat: <{DCAT}> PREFIX void: <{VOID}> PREFIX spdx: <http://spdx.org/rdf/terms#>
        SELECT ?url ?sum WHERE {{ ?set void:dataDump ?graph ; dcat:distribution ?d .
        ?d dcat:downloadURL ?url ; spdx:checksum/spdx:checksumValue ?sum }}"""
    )
    advertised = {row["url"].value: row["sum"].value for row in rows}  # type: ignore[union-attr,index]  # rows
    assert len(advertised) == len(manifest(dump)["files"])
    for url, digest in advertised.items():
        assert hashlib.sha256(web.get(url).content).hexdigest() == digest


def test_old_dumps_go_and_a_killed_one_leaves_nothing(hub: Run, tmp_path: Path) -> None:
    folder = tmp_path / "dumps"
    (folder / "making-19990101T000000Z-1").mkdir(parents=True)
    names = []
    for pages in (100, 101, 102):
        load(hub, "A", book("a2", "Tìm hiểu kho sách Hán Nôm", pages=pages))
        names.append(Path(hub("dump", folder, "--keep", "2", check=True).stdout.strip()).name)
    assert sorted(p.name for p in folder.iterdir() if not p.name.startswith(".")) == sorted([*names[1:], "current"])
    assert os.readlink(folder / "current") == names[-1]
    again = hub("dump", folder, "--keep", "2", check=True)
    assert Path(again.stdout.strip()).name == names[-1]


def test_the_same_hub_gives_the_same_bytes(dump: Path, hub: Run) -> None:
    before = {f["name"]: f["sha256"] for f in manifest(dump)["files"]}
    hub("dump", check=True)
    assert {f["name"]: f["sha256"] for f in manifest(dump)["files"]} == before


def test_withdrawn_records_are_in_no_file_but_the_redirects(hub: Run) -> None:
    first_loads(hub)
    load(hub, "A", deleted(kieu("a1")))
    made = Path(hub("dump", check=True).stdout.strip())
    assert b"records/A/a1\t410" in unpacked(made / "redirects.tsv.gz")
    assert b">a1<" not in unpacked(made / "marc-A.xml.gz")
    assert b"records/A/a1>" not in unpacked(made / "library-A.nt.gz")


def test_what_cannot_be_done_is_said(hub: Run, settings: Settings) -> None:
    nothing = hub("dump")
    assert nothing.returncode == 3
    assert "nothing is published" in nothing.stderr
    load(hub, "A", kieu("a1"))
    assert hub("dump", "--keep", "0").returncode == 2
    (settings.data / "dumps").mkdir(exist_ok=True)
    with (settings.data / "dumps" / ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        busy = hub("dump")
    assert busy.returncode == 3
    assert "another process" in busy.stderr
