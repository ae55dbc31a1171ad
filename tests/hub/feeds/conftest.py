"""A served hub beside the command line: loads publish, the site reads."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from hub.settings import Settings
from hub.web import create_app
from hub.wiring import hub as open_hub
from tests.hub.conftest import Run
from tests.hub.feeds.through import Through
from tests.hub.web.visitor import visiting


@pytest.fixture(autouse=True)
def _members(settings: Settings) -> None:
    """A and B are members."""


@pytest.fixture
def web(settings: Settings, hub: Run) -> Iterator[httpx.Client]:
    """A client of the hub's site, which follows no redirects; there is nothing loaded yet."""
    with (
        visiting(create_app(open_hub(settings))) as visitor,
        httpx.Client(transport=Through(visitor), base_url=settings.base_uri) as client,
    ):
        yield client
