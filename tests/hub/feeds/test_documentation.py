"""What docs/feeds.md promises is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from hub.feeds import activity
from hub.feeds.log import PLACES
from hub.protocols.oai import provider
from hub.protocols.oai.formats import FORMATS

DOCS = Path(__file__).parents[3] / "docs"


def test_numbers_and_names_are_those_of_the_code() -> None:
    text = (DOCS / "feeds.md").read_text("utf-8")
    assert f"500·(n−1)+1 to {activity.PAGE}·n" in text
    assert f"{provider.RECORDS} records or {provider.HEADERS} headers" in text
    assert all(f"`/activity/{p}`" in text or f"`…/{p}`" in text for p in PLACES)
    assert all(f"`{prefix}`" in text for prefix in FORMATS)


def test_the_example_is_short_enough_to_read() -> None:
    code = (DOCS / "examples" / "follow.py").read_text("utf-8")
    body = re.sub(r'""".*?"""', "", code, flags=re.DOTALL)
    lines = [line for line in body.splitlines() if line.strip()]
    assert len(lines) <= 45
    assert set(re.findall(r"^import (\w+)", code, re.M)) == {"httpx", "sqlite3", "sys"}
