"""A real hub in a process of its own, on loopback."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from converters.marc.record import Record
from hub.members import Library, put_library, put_member
from hub.settings import Settings, write_setting
from hub.wiring import open_registry, open_settings
from tests.hub.catalogue import written


@dataclass(frozen=True)
class Served:
    """``oai`` is the base URL of its OAI-PMH provider."""

    data: Path
    oai: str

    @property
    def settings(self) -> Settings:
        return open_settings(self.data)

    def run(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "hub.cli.main", "--data", str(self.data), *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=120)
        return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())

    def load(self, member: str, *records: Record) -> None:
        done = self.run("load", "--member", member, "-", stdin=written(*records))
        assert done.returncode == 0, done.stderr


def new_hub(folder: Path, *members: str) -> Settings:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        write_setting(folder, "base_uri", f"http://127.0.0.1:{s.getsockname()[1]}/")
    write_setting(folder, "workers", 1)
    settings = open_settings(folder)
    registry = open_registry(settings)
    with registry.write() as connection:
        for code in members:
            put_member(connection, code, {})
            put_library(connection, Library(code, code, f"Thư viện {code}", f"Library {code}"))
    registry.close()
    return settings


@contextmanager
def serving(folder: Path, *members: str) -> Iterator[Served]:
    settings = new_hub(folder, *members)
    port = settings.base_uri.rstrip("/").rpartition(":")[2]
    server = subprocess.Popen(
        [sys.executable, "-m", "hub.cli.main", "--data", str(folder), "serve", "--port", port],
        stderr=subprocess.PIPE,
    )
    try:
        for _ in range(300):
            try:
                if httpx.get(f"{settings.base_uri}healthz").status_code < 500:
                    break
            except httpx.TransportError:
                pass
            assert server.poll() is None
            time.sleep(0.2)
        yield Served(folder, f"{settings.base_uri}oai")
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(40)
        except subprocess.TimeoutExpired:
            server.kill()
        assert server.stderr is not None
        said = server.stderr.read().decode()
        server.stderr.close()
    assert "Traceback" not in said, said
