"""axe-core, which others wrote, finds no serious fault on any kind of page: both languages, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.remote.webdriver import WebDriver
from selenium_axe_python import Axe

from tests.hub.web.shelves import ODD_NUMBER
from tests.hub.web.test_browser import SITE, browser, port, pytestmark  # noqa: F401  # fixture and marks

Find = Callable[..., str]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = (
    "/", "/libraries", "/libraries?near=Hue", "/groups", "/groups/bac.html", "/libraries/TVQG.html", "/search",
    "/search?q=kieu", "/search?q=nothing-has-this-name", "/search?q=kieu&page=99999", "/sparql", "/sparql/examples",
    "/sparql?query=SELECT+*+{+?s+?p+?o+}+LIMIT+3", "/docs", "/admin/jobs", "/admin/jobs/1", "/door",
    "/records/TVQG/kieu-2015.html", "/works/zzgone.html", "/works/none",
)  # fmt: skip


@pytest.fixture
def paths(find: Find) -> list[str]:
    """Every kind of page there is."""
    work, instance = find("Truyện Kiều thơ"), find("Truyện Kiều thơ", "instances")
    return [*PAGES, f"{work}.html", f"{instance}.html", f"{instance}.html?near=Hue", f"/why/{work.rpartition('/')[2]}"]


def faults(driver: WebDriver) -> list[tuple[str, str, str]]:
    """(rule, element, what is wrong) of each serious or critical violation on the page shown."""
    axe = Axe(driver)
    axe.inject()
    found: dict[str, Any] = axe.run(options={"runOnly": STANDARDS, "resultTypes": ["violations"]})
    return [
        (violation["id"], node["html"][:160], node["failureSummary"][:300])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("language", "scheme"), [("vi", "light"), ("en", "dark")])
def test_no_serious_fault(port: int, tmp_path: Path, paths: list[str], language: str, scheme: str) -> None:  # noqa: F811
    driver = browser(port, tmp_path / "profile", language=language)
    try:
        feature = {"name": "prefers-color-scheme", "value": scheme}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})  # type: ignore[attr-defined]
        driver.implicitly_wait(0)
        driver.get(f"{SITE}{paths[-3]}")
        links = [a.get_attribute("href") or "" for a in driver.find_elements("css selector", "main a")]
        kinds = {place: h for h in links for place in ("agents", "concepts", "items", "hubs") if f"/{place}/" in h}
        assert {"agents", "items"} <= set(kinds)
        found = {}
        for address in [*(SITE + p for p in paths), *kinds.values()]:
            driver.get(address)
            assert driver.find_element("tag name", "html").get_attribute("lang") == language
            for details in driver.find_elements("css selector", "details:not([open]) > summary"):
                details.click()
            wrong = faults(driver)
            if wrong:
                found[address] = wrong
        assert not found
    finally:
        driver.quit()


def test_the_checker_sees_a_fault(port: int, tmp_path: Path) -> None:  # noqa: F811
    driver = browser(port, tmp_path / "profile")
    try:
        driver.get(f"{SITE}/libraries")
        driver.execute_script("document.querySelector('#find').labels[0].remove()")
        driver.execute_script("document.querySelector('#find').removeAttribute('placeholder')")
        assert "label" in {rule for rule, _, _ in faults(driver)}
    finally:
        driver.quit()


def test_an_odd_record_is_read_as_it_stands(port: int, tmp_path: Path) -> None:  # noqa: F811
    from urllib.parse import quote

    driver = browser(port, tmp_path / "profile", language="en")
    try:
        driver.get(f"{SITE}/records/TVH/{quote(ODD_NUMBER, safe='')}.html")
        assert ODD_NUMBER in driver.find_element("tag name", "main").text
        assert faults(driver) == []
    finally:
        driver.quit()
