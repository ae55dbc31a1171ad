"""One small hub for all tests of the site: loaded by the real command, served by the real readers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.registry.schema import entity
from hub.settings import Settings, write_setting
from hub.web import create_app
from hub.wiring import hub as open_hub
from hub.wiring import open_registry, open_settings
from tests.hub.web.door import door  # noqa: F401  # a fixture
from tests.hub.web.shelves import consortium
from tests.hub.web.visitor import BASE, Visitor, visiting


def load(folder: Path, base: str) -> Settings:
    """A hub in ``folder`` with the small consortium loaded."""
    write_setting(folder, "base_uri", base)
    settings = open_settings(folder, {})
    for member, path in consortium(settings, folder.parent / "files").items():
        command = [sys.executable, "-m", "hub.cli.main", "--data", str(folder), "load", "--member", member, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    registry = open_registry(settings)
    with registry.write() as connection:
        kept = connection.execute(entity.select().where(entity.c.place == "works")).first()
        assert kept is not None
        facts = {"place": "works", "anchor": "test", "created": 1, "changed": 1_700_000_000}
        connection.execute(entity.insert().values(id="zzmerged", state="merged", replaced_by=kept.id, **facts))
        connection.execute(entity.insert().values(id="zztwice", state="merged", replaced_by="zzmerged", **facts))
        connection.execute(entity.insert().values(id="zzgone", state="withdrawn", **facts))
    registry.close()
    return settings


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of the small hub."""
    return load(tmp_path_factory.mktemp("site") / "hub", BASE)


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[Visitor]:
    """A client of the small hub's site that follows no redirects."""
    with visiting(create_app(open_hub(settings))) as made:
        yield made


@pytest.fixture(scope="session")
def find(client: Visitor) -> Callable[[str], str]:
    """``find("Truyện Kiều", "works")`` gives the path of the first entity of a place with such a title."""

    def found(title: str, place: str = "works") -> str:
        answer = client.get("/search", params={"q": title}, headers={"Accept": "application/ld+json"}).json()
        first = answer["member"][0]
        iri: str = first["id"] if place == "works" else first["instances"][0]["id"]
        return "/" + iri.removeprefix(BASE)

    return found
