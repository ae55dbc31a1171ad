"""Accept and Accept-Language by RFC 9110 and RFC 4647."""

from __future__ import annotations

import pytest

from hub.web.negotiation import language, media_type, prefers_page

OFFERED = ("text/html", "text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        (BROWSER, "text/html"),
        ("text/turtle", "text/turtle"),
        ("TEXT/Turtle", "text/turtle"),
        ("application/rdf+xml, text/turtle;q=0.9", "application/rdf+xml"),
        ("text/turtle;q=0.2, application/ld+json;q=0.7", "application/ld+json"),
        ("text/*;q=0.5, application/ld+json;q=0.4", "text/html"),
        ("text/*, text/html;q=0", "text/turtle"),
        ("*/*;q=0.1, application/n-triples", "application/n-triples"),
        ("application/ld+json;profile=\"http://www.w3.org/ns/json-ld#compacted\"", "application/ld+json"),
        ("text/html;level=1, text/turtle;q=0.3", "text/turtle"),
        ("image/png", None),
        ("text/turtle;q=0", None),
        ("text/turtle;q=nan", None),
        ("text/turtle;q=x, application/ld+json;q=0.1", "application/ld+json"),
        (";;,,text/turtle", "text/turtle"),
        ("," * 100_000 + "text/turtle", None),
    ],
)  # fmt: skip
def test_media_type(accept: str | None, expected: str | None) -> None:
    assert media_type(accept, OFFERED) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "vi"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr, en;q=0.3, vi;q=0.4", "vi"),
        ("fr", "vi"),
        ("*", "vi"),
        ("en;q=0.1, *;q=0.5", "vi"),
        ("en;q=0", "vi"),
    ],
)
def test_language(header: str | None, expected: str) -> None:
    assert language(header, ("vi", "en"), "vi") == expected


def test_pages_are_for_those_who_ask_for_html_by_name() -> None:
    assert prefers_page({"accept": BROWSER})
    assert not prefers_page({"accept": "*/*"})
    assert not prefers_page({"accept": "application/json, text/html;q=0.5"})
    assert not prefers_page({})
