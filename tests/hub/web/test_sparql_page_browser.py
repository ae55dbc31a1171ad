"""The query page in a real browser: the editor under the site's content policy, the keyboard, and life without it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

from tests.hub.web.test_browser import _CONTRAST, SITE, browser, port, pytestmark  # noqa: F401  # fixture and marks

Open = Callable[..., WebDriver]


@pytest.fixture
def opened(port: int, tmp_path: Path) -> Iterator[Open]:  # noqa: F811
    drivers: list[WebDriver] = []

    def start(**how: object) -> WebDriver:
        drivers.append(browser(port, tmp_path / f"profile{len(drivers)}", **how))  # type: ignore[arg-type]
        return drivers[-1]

    yield start
    for driver in drivers:
        driver.quit()


def content(driver: WebDriver) -> WebElement:
    root = driver.find_element(By.CSS_SELECTOR, ".editor").shadow_root
    return root.find_element(By.CSS_SELECTOR, ".cm-content")


def write(driver: WebDriver, *keys: str) -> None:
    """Type where the focus is. (Keys sent to an element in a shadow root put the caret at its end first.)"""
    ActionChains(driver).send_keys(*keys).perform()


def clear(driver: WebDriver) -> None:
    content(driver).click()
    ActionChains(driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(Keys.DELETE).perform()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def field(driver: WebDriver) -> str:
    return str(driver.execute_script("return document.getElementById('query').value"))


def options(driver: WebDriver) -> list[str]:
    script = "return [...arguments[0].shadowRoot.querySelectorAll('.cm-completionLabel')].map(e => e.textContent)"
    return list(driver.execute_script(script, driver.find_element(By.CSS_SELECTOR, ".editor")))


def offered(driver: WebDriver, name: str) -> None:
    """Wait until the list offers ``name`` first, and is ready: for 75 ms after it opens it takes no key."""
    until(lambda: options(driver)[:1] == [name])
    time.sleep(0.3)


def complaints(driver: WebDriver) -> list[str]:
    """What the browser holds against the page; that the test's host has no TLS is left out."""
    found = [str(entry["message"]) for entry in driver.get_log("browser")]  # type: ignore[attr-defined]
    return [message for message in found if "Cross-Origin-Opener-Policy header has been ignored" not in message]


def test_the_editor_writes_completes_and_asks(opened: Open) -> None:
    driver = opened(language="en")
    driver.get(f"{SITE}/sparql")
    assert not driver.find_element(By.ID, "query").is_displayed()
    assert content(driver).get_attribute("aria-label") == "Query"
    styled = "return getComputedStyle(arguments[0].shadowRoot.querySelector('.cm-scroller')).display"
    assert driver.execute_script(styled, driver.find_element(By.CSS_SELECTOR, ".editor")) == "flex", "no style came in"
    clear(driver)
    write(driver, "SELECT ?w WHERE { ?w a bf:Wor")
    offered(driver, "bf:Work")
    write(driver, Keys.ENTER)
    until(lambda: "bf:Work" in field(driver))
    assert field(driver).startswith("PREFIX bf: <http://id.loc.gov/ontologies/bibframe/>\n"), "its prefix is declared"
    write(driver, " ; titl")
    offered(driver, "bf:title")
    write(driver, Keys.ENTER, " ?t")
    ActionChains(driver).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()
    assert "Result" in driver.find_element(By.ID, "result").text
    assert driver.find_elements(By.CSS_SELECTOR, "#result tbody a")
    assert "bf:Work ; bf:title ?t" in field(driver)
    driver.back()
    until(lambda: content(driver).text.replace("\n", "") == field(driver).replace("\n", ""))
    assert complaints(driver) == []


def test_escape_and_tab_leave_the_editor_and_tab_alone_indents(opened: Open) -> None:
    driver = opened(language="en")
    driver.get(f"{SITE}/sparql")
    clear(driver)
    write(driver, Keys.TAB)
    until(lambda: field(driver) == "  ")
    write(driver, Keys.ESCAPE, Keys.TAB)
    assert driver.switch_to.active_element.text == "Run"


def test_the_label_leads_into_the_editor(opened: Open) -> None:
    driver = opened(language="vi")
    driver.get(f"{SITE}/sparql/examples/by-isbn")
    driver.find_element(By.ID, "query-label").click()
    write(driver, Keys.HOME, "# xin chào ")
    until(lambda: "# xin chào" in field(driver))
    assert driver.find_element(By.ID, "query-help").is_displayed()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_an_example_is_filled_in_and_asked(opened: Open, script: bool) -> None:
    driver = opened(language="vi", script=script)
    driver.get(f"{SITE}/sparql")
    driver.find_element(By.LINK_TEXT, "Mục lục tìm thấy gì với những từ này, và có bao nhiêu bản?").click()
    words = driver.find_element(By.NAME, "words")
    words.clear()
    words.send_keys("tap chi van hoc")
    driver.find_element(By.CSS_SELECTOR, "form.fill button").click()
    assert "Tạp chí Văn học" in driver.find_element(By.CSS_SELECTOR, "#result table").text
    assert driver.find_element(By.ID, "query").is_displayed() is not script
    assert complaints(driver) == []


def test_a_query_is_written_and_asked_without_script(opened: Open) -> None:
    driver = opened(language="en", script=False)
    driver.get(f"{SITE}/sparql")
    text = driver.find_element(By.ID, "query")
    text.clear()
    text.send_keys("SELECT ?x { VALUES ?x { 41 42 } }")
    driver.find_element(By.CSS_SELECTOR, "form.query button").click()
    assert "42" in driver.find_element(By.CSS_SELECTOR, "#result table").text
    assert driver.find_element(By.ID, "query").get_attribute("value") == "SELECT ?x { VALUES ?x { 41 42 } }"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_results_fit_the_screen_and_can_be_read(opened: Open, scheme: str, width: int) -> None:
    driver = opened(language="vi", width=width)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    for path in ("library-map?run=1", "library-sizes?run=1", "who-holds?run=1", "work-as-graph?run=1", "maps"):
        driver.get(f"{SITE}/sparql/examples/{path}")
        content(driver)
        assert driver.execute_script("return document.documentElement.scrollWidth") <= width, path
        assert driver.execute_script(_CONTRAST) == [], path
    driver.get(f"{SITE}/sparql/examples")
    assert driver.execute_script(_CONTRAST) == []
    shadow = _CONTRAST.replace("document.querySelectorAll('body *')", "arguments[0].shadowRoot.querySelectorAll('*')")
    shadow = shadow.replace("e = e.parentElement", "e = e.parentElement || (e.getRootNode().host ?? null)")
    driver.get(f"{SITE}/sparql")
    bad = driver.execute_script(shadow, driver.find_element(By.CSS_SELECTOR, ".editor"))
    assert [b for b in bad if not b.startswith("STYLE")] == []
