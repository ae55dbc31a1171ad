"""Clients of others: YAZ, its ZOOM shell, Catmandu, and Debian's gateway from Z39.50 to SRU."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.harvest.served import Served
from tests.hub.protocols.sru.client import Sru
from tests.peers import ROOT, free_port

pytestmark = pytest.mark.peer
needs_yaz = pytest.mark.needs("yaz")

GUIDE = ROOT / "docs" / "sru.md"


def run(*command: str) -> str:
    surroundings = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, capture_output=True, check=False, timeout=60, env=surroundings, stdin=subprocess.DEVNULL
    )
    return done.stdout.decode("utf-8", "replace") + done.stderr.decode("utf-8", "replace")


def yaz(folder: Path, *lines: str) -> str:
    script = folder / "yaz.txt"
    script.write_text("\n".join([*lines, "quit", ""]), "utf-8")
    return run("yaz-client", "-f", str(script))


def url(shelf: Served) -> str:
    return f"{shelf.settings.base_uri}sru"


@needs_yaz
@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_yaz_client_searches_and_pages(shelf: Served, tmp_path: Path, version: str, method: str) -> None:
    said = yaz(
        tmp_path, f"sru {method} {version}", f"open {url(shelf)}", "querytype cql", "schema marcxml",
        'find cql.allRecords=1 sortBy date', "show 1+3", "show 4+4", 'find title = "truyện kiều"', "find nothing = x",
    )  # fmt: skip
    assert "Number of hits: 7" in said
    assert "Number of hits: 2" in said
    assert [said.count(f"pos={n} schema=info:srw/schema/1/marcxml-v1.1") for n in range(1, 8)] == [1] * 7
    assert said.index("Số đỏ") < said.index("斷腸新聲") < said.index("Truyện Kiều /")
    assert "SRW diagnostic info:srw/diagnostic/1/16" in said


@needs_yaz
@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
def test_zoomsh_pages_through_a_result(shelf: Served, version: str) -> None:
    said = run(
        "zoomsh", "set sru get", f"set sru_version {version}", "set schema dc", "set step 3", f"connect {url(shelf)}",
        "search cql:cql.allRecords=1", "show 0 7", "quit",
    )  # fmt: skip
    assert "7 hits" in said
    assert [f"{n} database" in said for n in range(8)] == [True] * 7 + [False]
    assert said.count("info:srw/schema/1/dc-schema") == 7
    refused = run("zoomsh", "set sru get", f"connect {url(shelf)}", "search cql:dc.nothing=x", "quit")
    assert "Unsupported index" in refused


@pytest.fixture(scope="module")
def gateway(shelf: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Simple2ZOOM before the hub, set up as the guide says: host:port/database."""
    settings = tmp_path_factory.mktemp("gateway") / "hub.xml"
    _, _, rest = GUIDE.read_text("utf-8").partition("```xml\n")
    told = rest.partition("```")[0].replace("http://127.0.0.1:8000/sru", url(shelf))
    assert url(shelf) in told
    settings.write_text(told, "utf-8")
    port = free_port()
    command = ["simple2zoom", "-c", str(settings), "--", "-S", f"tcp:127.0.0.1:{port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 20
            while True:
                with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                    break
                assert time.monotonic() < until, "the gateway did not start"
                time.sleep(0.1)
            yield f"127.0.0.1:{port}/hub"
        finally:
            process.terminate()


@needs_yaz
@pytest.mark.needs("simple2zoom")
def test_marc_is_had_over_z39_50_through_simple2zoom(gateway: str, tmp_path: Path) -> None:
    said = yaz(
        tmp_path, f"open {gateway}", "format usmarc", "find @attr 1=4 kieu", "show 1+2",
        'find @attr 1=4 "truyện kiều"', "find @attr 1=7 9786046912345",
        'find @and @attr 1=1003 "nguyen du" @attr 1=31 @attr 2=1 2000', 'find @attr 1=1016 @attr 5=1 phụ',
    )  # fmt: skip
    hits = [line for line in said.splitlines() if line.startswith("Number of hits")]
    assert [int(h.split()[3].rstrip(",")) for h in hits] == [2, 2, 1, 1, 2]
    assert "Record type: USmarc" in said
    assert "245 10 $a Truyện Kiều / $c Nguyễn Du" in said
    assert "$a (B)b1" in said
    assert "\n852 " not in said


@pytest.mark.needs("catmandu-sru")
def test_catmandu_reads_everything(shelf: Served, sru: Sru) -> None:
    said = run(
        "catmandu", "convert", "SRU", "--base", url(shelf), "--query", "cql.allRecords=1", "--recordSchema", "marcxml",
        "--parser", "marcxml", "--limit", "3", "to", "JSON", "--line_delimited", "1",
    )  # fmt: skip
    rows = [json.loads(line) for line in said.splitlines()]
    assert len(rows) == 7
    titles = {f[4] for row in rows for f in row["record"] if f[0] == "245"}
    assert {"Truyện Kiều /", "斷腸新聲 =", "Nghiên cứu lịch sử"} <= titles
    assert {row["_id"] for row in rows} == {r["001"][0][0][1] for r in sru.find("cql.allRecords=1").marc()}
