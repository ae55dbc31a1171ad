"""Clients that others wrote: OpenRefine (Debian) and ``reconciler`` (PyPI)."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.hub.protocols.reconcile.conftest import Ask, Served
from tests.hub.protocols.reconcile.shelf import KIEU_ISBN
from tests.peers import running_openrefine

_ENGINE = json.dumps({"facets": [], "mode": "row-based"})
_TABLE = f"""\
author,title,year,isbn
Nguyễn Du,Truyện Kiều,2015,{KIEU_ISBN}
Jane Austen,Pride and prejudice,1995,
Nguyen Du,Truyện Kiều,1979,
Nguyễn Dữ,Không có trong mục lục,1999,
"""


class OpenRefine:
    """A project in OpenRefine, driven by the commands that its pages send."""

    def __init__(self, url: str, table: str) -> None:
        self.client = httpx.Client(base_url=f"{url}/command/core/", timeout=60)
        options = {"separator": ",", "headerLines": 1, "encoding": "UTF-8"}
        made = self.client.post(
            "create-project-from-upload",
            params={"csrf_token": self._token(), "format": "text/line-based/*sv", "options": json.dumps(options)},
            files={"project-file": ("table.csv", table.encode(), "text/csv")},
            data={"project-name": "t"},
        )
        assert made.status_code == 302, made.text
        self.project = parse_qs(urlsplit(made.headers["location"]).query)["project"][0]

    def __enter__(self) -> OpenRefine:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def _token(self) -> str:
        return str(self.client.get("get-csrf-token").json()["token"])

    def do(self, command: str, **data: str) -> dict[str, Any]:
        """Send a command and wait until what it started is done."""
        answer = self.client.post(command, data={"project": self.project, "csrf_token": self._token(), **data})
        assert answer.status_code == 200, answer.text
        until = time.monotonic() + 60
        while self.client.get("get-processes", params={"project": self.project}).json()["processes"]:
            assert time.monotonic() < until, f"{command} does not end"
            time.sleep(0.1)
        found: dict[str, Any] = answer.json()
        assert found["code"] in ("ok", "pending"), found
        return found

    def types(self, column: str, service: str) -> list[str]:
        """The types that OpenRefine guesses for a column, the likeliest first."""
        return [t["id"] for t in self.do("guess-types-of-column", columnName=column, service=service)["types"]]

    def reconcile(self, column: str, manifest: dict[str, Any], service: str, type: str, **others: str) -> None:
        """Reconcile a column; ``others`` are properties and the columns that have them."""
        spaces = {name: manifest[name] for name in ("identifierSpace", "schemaSpace")}
        details = [{"column": c, "propertyName": p, "propertyID": p} for p, c in others.items()]
        config = {"mode": "standard-service", "service": service, **spaces, "autoMatch": True, "limit": 5}
        config |= {"type": {"id": type, "name": type}, "columnDetails": details, "batchSize": manifest["batchSize"]}
        self.do("reconcile", columnName=column, config=json.dumps(config), engine=_ENGINE)

    def extend(self, column: str, manifest: dict[str, Any], service: str, *properties: str) -> None:
        """Put columns with properties of the reconciled things behind a column."""
        spaces = {name: manifest[name] for name in ("identifierSpace", "schemaSpace")}
        wanted = {"properties": [{"id": p, "name": p} for p in properties]}
        self.do(
            "extend-data",
            baseColumnName=column,
            endpoint=service,
            extension=json.dumps(wanted),
            columnInsertIndex="1",
            engine=_ENGINE,
            **spaces,
        )

    def rows(self) -> list[list[tuple[Any, str]]]:
        """The cells of each row, those of new columns last: value and the id of what it is matched with."""
        params = {"project": self.project, "start": "0", "limit": "50", "engine": _ENGINE}
        got = self.client.get("get-rows", params=params).json()
        known = got["pool"].get("recons", {})

        def cell(c: dict[str, Any] | None) -> tuple[Any, str]:
            recon = known.get(str((c or {}).get("r")), {})
            return (c or {}).get("v"), recon.get("m", {}).get("id", "") if recon.get("j") == "matched" else ""

        width = len(_TABLE.splitlines()[0].split(",")) + 2
        return [[cell(c) for c in [*row["cells"], *[None] * width][:width]] for row in got["rows"]]


@pytest.mark.peer
@pytest.mark.needs("openrefine")
@pytest.mark.slow
def test_openrefine_guesses_reconciles_and_extends(served: Served, ask: Ask, tmp_path: Path) -> None:
    manifest = served.get("reconcile").json()
    du, austen = (ask(name, "Person")[0]["id"] for name in ("Nguyễn Du", "Jane Austen"))
    book = ask(KIEU_ISBN, "Instance")[0]["id"]
    with running_openrefine(tmp_path) as url:
        with OpenRefine(url, _TABLE) as authors:
            assert authors.types("author", served.service)[0] == "Person"
            assert set(authors.types("title", served.service)[:2]) == {"Work", "Instance"}
            authors.reconcile("author", manifest, served.service, "Person")
            assert [row[0][1] for row in authors.rows()][:3] == [du, austen, ""]
            authors.extend("author", manifest, served.service, "birth", "works")
            assert [row[4][0] for row in authors.rows()] == [1765, 1775, None, None]
        with OpenRefine(url, _TABLE) as books:
            evidence = {"author": "author", "date": "year", "isbn": "isbn"}
            books.reconcile("title", manifest, served.service, "Instance", **evidence)
            matched = [row[1][1] for row in books.rows()]
            assert matched[0] == book
            assert matched[1].startswith("instances/")
            assert matched[2:] == ["", ""]
            books.extend("title", manifest, served.service, "isbn", "library")
            held = {row[5] for row in books.rows()}
            assert ("Thư viện tỉnh Huế", "libraries/TVH") in held


_RECONCILER = """
import json, sys
import pandas as pd
from reconciler import reconcile

table = pd.DataFrame({"title": ["Truyện Kiều", "Số đỏ", "Sóng"], "author": ["Nguyễn Du", "Vũ Trọng Phụng", "Ai đó"]})
found = reconcile(
    table["title"], type_id="Work", top_res=1, property_mapping={"author": table["author"]},
    reconciliation_endpoint=sys.argv[1],
)
print(json.dumps(found[["input_value", "id", "match", "type_id"]].to_dict("records")))
"""


@pytest.mark.peer
def test_the_reconciler_of_pypi(served: Served, ask: Ask) -> None:
    done = subprocess.run([sys.executable, "-c", _RECONCILER, served.service], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    found = {row["input_value"]: row for row in json.loads(done.stdout)}
    assert {title: (row["match"], row["type_id"]) for title, row in found.items()} == {
        "Truyện Kiều": (True, "Work"),
        "Số đỏ": (True, "Work"),
        "Sóng": (False, "Work"),
    }
    assert found["Số đỏ"]["id"] == ask("Số đỏ", "Work")[0]["id"]
