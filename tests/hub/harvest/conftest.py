"""A hub with member A, and a repository that it harvests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hub.registry.schema import job, quarantine, record
from hub.settings import Settings
from hub.wiring import open_registry
from tests.hub.conftest import Done, Run
from tests.hub.harvest.repository import Repository, serving


@pytest.fixture
def repository() -> Iterator[Repository]:
    with serving(Repository()) as made:
        yield made


class Kept:
    """Member A's side: harvest, and look into the registry."""

    def __init__(self, hub: Run, settings: Settings, repository: Repository) -> None:
        self.hub, self.settings, self.repository = hub, settings, repository
        hub("harvest", "A", "--url", repository.url, "--keep-only", check=True)

    def harvest(self, *options: str) -> Done:
        return self.hub("harvest", "A", *options)

    def rows(self, table: Any) -> list[Any]:
        registry = open_registry(self.settings)
        with registry.read() as connection:
            found = list(connection.execute(table.select().order_by(table.c.id)))
        registry.close()
        return found

    @property
    def live(self) -> set[str]:
        """Control numbers of A's live records."""
        return {r.control_number for r in self.rows(record) if not r.deleted and r.member == "A"}

    @property
    def job(self) -> Any:
        """The last job."""
        return self.rows(job)[-1]

    @property
    def rejects(self) -> list[str]:
        return [r.reason for r in self.rows(quarantine)]


@pytest.fixture
def kept(hub: Run, settings: Settings, repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """What the views make of it is the business of other tests (test_between_hubs)."""
    monkeypatch.setattr("hub.cli.harvest.bring_up_to_date", lambda settings, registry: 0)
    return Kept(hub, settings, repository)
