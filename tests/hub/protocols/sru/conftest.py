"""A served hub of three members with a shelf of books, and a small SRU client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hub.members import Library, put_library, put_member
from hub.wiring import open_registry
from tests.hub.feeds.conftest import web
from tests.hub.harvest.served import Served, serving
from tests.hub.protocols.sru.client import Sru
from tests.hub.protocols.sru.shelf import SHELF

__all__ = ["web"]


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A, B (an organization with a branch B2) and C, each with its books of the shelf."""
    with serving(tmp_path_factory.mktemp("sru") / "hub", "A", "B", "C") as hub:
        registry = open_registry(hub.settings)
        with registry.write() as connection:
            put_member(connection, "B", {"organization": "VN-B", "libraries": {"KHTN": "B2"}})
            put_library(connection, Library("B2", "B", "Cơ sở 2", "Branch 2"))
        registry.close()
        for member, records in SHELF.items():
            hub.load(member, *records())
        yield hub


@pytest.fixture(scope="session")
def sru(shelf: Served) -> Iterator[Sru]:
    """Asks the served hub."""
    with Sru(f"{shelf.settings.base_uri}sru") as client:
        yield client
