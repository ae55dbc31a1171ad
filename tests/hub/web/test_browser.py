"""A reader walks through the site in Debian's Chromium: both languages, no JavaScript, keyboard, small and dark."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from hub.settings import Settings
from tests.hub.web.served import serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        shutil.which("chromedriver") is None or shutil.which("chromium") is None, reason="chromium-driver is missing"
    ),
]
SITE = "http://testserver"


@pytest.fixture(scope="module")
def port(settings: Settings) -> Iterator[int]:
    """The small hub's site on a port of this machine."""
    with serving(settings) as (number, _):
        yield number


def browser(port: int, folder: Path, *, language: str = "vi", width: int = 1200, script: bool = True) -> WebDriver:
    """A new Chromium that knows the test's site under the name its URIs have."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage",
        f"--user-data-dir={folder}", f"--window-size={width},900",
        f"--host-resolver-rules=MAP testserver 127.0.0.1:{port}",
    ):  # fmt: skip
        options.add_argument(argument)
    options.add_experimental_option(
        "prefs",
        {
            "intl.accept_languages": language,
            "profile.managed_default_content_settings.javascript": 1 if script else 2,
        },
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    driver.set_page_load_timeout(30)
    driver.implicitly_wait(10)
    return driver


WORDS = {
    "vi": ("Các ấn bản bằng tiếng Việt", "Có ở đâu", "Mới bổ sung", "Kết quả", "Thư viện Đại học thử nghiệm"),
    "en": ("Editions in Vietnamese", "Where to find it", "Added last", "Result", "University test library"),
}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_from_start_to_sparql(port: int, tmp_path: Path, language: str, script: bool) -> None:
    editions, where, recent, result, library = WORDS[language]
    driver = browser(port, tmp_path / "profile", language=language, script=script)
    try:
        driver.get(f"{SITE}/")
        assert driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == language
        box = driver.find_element(By.ID, "q")
        box.send_keys("truyen kieu")
        box.send_keys(Keys.ENTER)
        driver.find_element(By.CSS_SELECTOR, "ol.hits > li:first-child > a.title").click()
        driver.find_element(By.ID, "editions")
        assert "Truyện Kiều" in driver.find_element(By.TAG_NAME, "h1").text
        assert editions in driver.find_element(By.TAG_NAME, "main").text
        driver.find_element(By.CSS_SELECTOR, "ul.editions a.title").click()
        driver.find_element(By.ID, "holdings")
        assert where in driver.find_element(By.TAG_NAME, "main").text
        driver.find_element(By.LINK_TEXT, library).click()
        driver.find_element(By.ID, "recent")
        assert driver.find_element(By.TAG_NAME, "h1").text == library
        assert recent in driver.find_element(By.TAG_NAME, "main").text
        driver.find_element(By.LINK_TEXT, "SPARQL").click()
        driver.find_element(By.CSS_SELECTOR, "form.query button").click()
        assert result in driver.find_element(By.ID, "result").text
        driver.find_element(By.CSS_SELECTOR, "#result td a").click()
        assert driver.current_url.startswith(f"{SITE}/works/")
        driver.back()
        assert "query=" in driver.current_url
        refused = [e for e in driver.get_log("browser") if "Content Security Policy" in e["message"]]
        assert refused == []
    finally:
        driver.quit()


def test_the_switch_keeps_the_page_and_the_language(port: int, tmp_path: Path) -> None:
    driver = browser(port, tmp_path / "profile", language="vi")
    try:
        driver.get(f"{SITE}/libraries")
        driver.find_element(By.LINK_TEXT, "English").click()
        assert driver.find_element(By.TAG_NAME, "h1").text == "Libraries"
        driver.find_element(By.LINK_TEXT, "National test library").click()
        assert driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == "en"
    finally:
        driver.quit()


def test_the_keyboard_is_enough(port: int, tmp_path: Path) -> None:
    driver = browser(port, tmp_path / "profile", language="en")
    try:
        driver.get(f"{SITE}/libraries")
        driver.switch_to.active_element.send_keys(Keys.TAB)
        first = driver.switch_to.active_element
        assert first.get_attribute("textContent") == "Skip to content"
        WebDriverWait(driver, 10).until(lambda _: first.text == "Skip to content")  # it slides into the page
        outline = driver.execute_script("return getComputedStyle(document.activeElement).outlineWidth")
        assert float(outline.removesuffix("px")) >= 2
        first.send_keys(Keys.ENTER)
        seen = set()
        for _ in range(12):
            driver.switch_to.active_element.send_keys(Keys.TAB)
            seen.add(driver.switch_to.active_element.text)
        assert "National test library" in seen
    finally:
        driver.quit()


def tab_to(driver: WebDriver, matches: Callable[[WebElement], bool], most: int = 80) -> None:
    """Press Tab until the focus stands on something, seen by its outline, then leave it there."""
    for _ in range(most):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        focus = driver.switch_to.active_element
        if matches(focus):
            outline = driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", focus.text
            return
    raise AssertionError("the focus never came there")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_whole_walk_with_the_keyboard_alone(port: int, tmp_path: Path, language: str) -> None:
    editions, _, recent, result, library = WORDS[language]
    driver = browser(port, tmp_path / "profile", language=language, script=False)

    def enter(matches: Callable[[WebElement], bool]) -> None:
        before = driver.current_url
        tab_to(driver, matches)
        driver.switch_to.active_element.send_keys(Keys.ENTER)
        WebDriverWait(driver, 10).until(lambda d: d.current_url != before)

    def leads(start: str) -> Callable[[WebElement], bool]:
        return lambda e: (e.get_dom_attribute("href") or "").startswith(start)

    try:
        driver.get(f"{SITE}/")
        tab_to(driver, lambda e: e.get_dom_attribute("id") == "q")
        driver.switch_to.active_element.send_keys("truyen kieu", Keys.ENTER)
        WebDriverWait(driver, 10).until(lambda d: "/search" in d.current_url)
        enter(leads("/works/"))
        assert editions in driver.find_element(By.TAG_NAME, "main").text
        enter(leads("/instances/"))
        enter(lambda e: e.text == library)
        assert recent in driver.find_element(By.TAG_NAME, "main").text
        enter(lambda e: e.text == "SPARQL")
        enter(lambda e: e.tag_name == "button" and e.get_dom_attribute("name") != "lang" and "query" in _form(e))
        assert result in driver.find_element(By.ID, "result").text
        driver.back()
        driver.back()
        assert driver.find_element(By.TAG_NAME, "h1").text == library
    finally:
        driver.quit()


def _form(element: WebElement) -> str:
    found = element.find_elements(By.XPATH, "ancestor::form")
    return (found[0].get_dom_attribute("class") or "") if found else ""


_CONTRAST = """
const lum = c => { const [r,g,b] = c.map(v => { v /= 255; return v <= .03928 ? v/12.92 : ((v+.055)/1.055)**2.4; });
  return .2126*r + .7152*g + .0722*b; };
const rgb = s => (s.match(/[\\d.]+/g) || []).map(Number);
const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
  if (c.length === 3 || c[3] > 0) return c.slice(0, 3); } return [255,255,255]; };
const bad = [];
for (const e of document.querySelectorAll('body *')) {
  if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
  if (e.closest('svg, .hidden, .skip') || !e.offsetParent) continue;
  const a = lum(rgb(getComputedStyle(e).color).slice(0, 3)), b = lum(ground(e));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) bad.push([e.tagName, e.className, ratio.toFixed(2), e.textContent.trim().slice(0, 40)].join(' '));
}
return bad;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_every_page_fits_the_screen_and_can_be_read(port: int, tmp_path: Path, scheme: str, width: int) -> None:
    driver = browser(port, tmp_path / "profile", language="vi", width=width)
    try:
        feature = {"name": "prefers-color-scheme", "value": scheme}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})  # type: ignore[attr-defined]
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)  # type: ignore[attr-defined]
        paths = ["/", "/search?q=kieu", "/libraries", "/libraries/TVQG.html", "/sparql", "/records/TVQG/kieu-2015.html"]
        paths += ["/admin/jobs", "/docs", "/works/none"]
        driver.get(f"{SITE}/search?q=kieu")
        paths += [
            a.get_attribute("href").removeprefix(SITE) for a in driver.find_elements(By.CSS_SELECTOR, ".hits a")[:2]
        ]
        for path in paths:
            driver.get(SITE + path)
            assert driver.execute_script("return document.documentElement.scrollWidth") <= width, path
            assert driver.execute_script(_CONTRAST) == [], path
    finally:
        driver.quit()
