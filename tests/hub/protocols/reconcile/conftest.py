"""One hub for all tests of reconciling: loaded and served by the real commands."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.cli.main import main
from hub.settings import write_setting
from hub.wiring import open_settings
from tests.hub.protocols.reconcile.shelf import shelf
from tests.peers import answers, free_port


@dataclass(frozen=True)
class Served:
    """A running hub: ``url`` its base URI, ``data`` its folder."""

    url: str
    data: Path

    @property
    def service(self) -> str:
        return f"{self.url}reconcile"

    def get(self, path: str, **params: str) -> httpx.Response:
        return httpx.get(self.url + path, params=params or None, timeout=30)

    def hub(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "hub.cli.main", "--data", str(self.data), *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=120)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("reconcile")
    port = free_port()
    hub = Served(f"http://127.0.0.1:{port}/", folder / "hub")
    write_setting(hub.data, "base_uri", hub.url)
    for member, path in shelf(open_settings(hub.data, {}), folder / "files"):
        assert main(["--data", str(hub.data), "load", "--member", member, str(path)]) == 0
    command = [sys.executable, "-m", "hub.cli.main", "--data", str(hub.data), "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            answers(hub.url, 120)
            yield hub
        finally:
            process.terminate()


Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def ask(served: Served) -> Ask:
    """``ask("Truyện Kiều", "Work", author="Nguyễn Du")`` gives the candidates of one 0.2 query."""

    def asked(text: str = "", type: str = "", limit: int = 10, **evidence: Any) -> list[dict[str, Any]]:
        query: dict[str, Any] = {"limit": limit}
        if text:
            query["query"] = text
        if type:
            query["type"] = type
        if evidence:
            query["properties"] = [{"pid": name, "v": value} for name, value in evidence.items()]
        answer = httpx.post(served.service, data={"queries": json.dumps({"q": query})}, timeout=30)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["q"]["result"]
        return found

    return asked
