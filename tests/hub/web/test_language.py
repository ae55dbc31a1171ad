"""Two languages: every message translated, names sorted as readers expect, the switch and Accept-Language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import hub.web
from hub.web.i18n import tongue
from tests.hub.web.visitor import Visitor

HERE = Path(hub.web.__file__).parent
_PLACEHOLDER = re.compile(r"%\(\w+\)s")


def _messages() -> set[str]:
    found = extract_from_dir(
        HERE,
        method_map=[("**.py", "python"), ("**.html", "jinja2")],
        keywords={"_": None, "gettext": None, "ngettext": (1, 2), "mark": None},
    )
    return {m if isinstance(m, str) else m[0] for _, _, m, _, _ in found}


def test_every_message_is_translated_and_none_is_left_over() -> None:
    with (HERE / "locale" / "vi" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalog = read_po(file, locale="vi")
    known = {}
    for message in catalog:
        if message.id:
            text = message.string if isinstance(message.string, str) else message.string[0]
            known[message.id if isinstance(message.id, str) else message.id[0]] = text
            assert not message.fuzzy, message.id
    assert _messages() - set(known) == set()
    assert set(known) - _messages() == set()
    assert [k for k, v in known.items() if not v] == []
    for original, translated in known.items():
        assert set(_PLACEHOLDER.findall(original)) == set(_PLACEHOLDER.findall(translated)), original


def test_vietnamese_order_is_letters_first_then_tones() -> None:
    words = ["đá", "da", "dạ", "dá", "ơn", "ôn", "on", "ân", "ăn", "an", "Án", "Huế", "Hà Nội", "ưa", "ua"]
    expected = ["an", "Án", "ăn", "ân", "da", "dá", "dạ", "đá", "Hà Nội", "Huế", "on", "ôn", "ơn", "ua", "ưa"]
    assert sorted(words, key=tongue("vi").key) == expected


def test_numbers_and_dates_follow_the_language() -> None:
    assert tongue("vi").number(56_000_000) == "56.000.000"
    assert tongue("en").number(56_000_000) == "56,000,000"
    assert tongue("vi").date(0) == "1 tháng 1, 1970"
    assert tongue("en").date(0) == "January 1, 1970"


@pytest.mark.parametrize(
    ("path", "header", "expected"),
    [
        ("/", "", "vi"),
        ("/", "en-US,en;q=0.8,vi;q=0.5", "en"),
        ("/?lang=vi", "en", "vi"),
        ("/?lang=en", "vi", "en"),
        ("/?lang=xx", "en", "en"),
        ("/libraries", "en", "en"),
    ],
)
def test_the_language_of_a_page(client: Visitor, path: str, header: str, expected: str) -> None:
    answer = client.get(path, headers={"Accept-Language": header, "Accept": "text/html"})
    assert answer.headers["content-language"] == expected
    assert f'<html lang="{expected}">' in answer.text
    assert "Accept-Language" in answer.headers["vary"]


def test_a_language_once_chosen_stays_in_the_links(client: Visitor) -> None:
    chosen = client.get("/?lang=en", headers={"Accept-Language": "vi"}).text
    assert 'href="/libraries?lang=en"' in chosen
    assert '<input type="hidden" name="lang" value="en">' in chosen
    assert 'href="/libraries"' in client.get("/").text


def test_the_switch_leads_to_the_same_record(client: Visitor) -> None:
    path = "/records/TVH/a%2Fb%20c%252F%3F%23%C3%A9.ttl.html"
    page = client.get(path, headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert f'href="{path}?lang=vi"' in page.text
    assert client.get(f"{path}?lang=vi").status_code == 200
