"""Searches for other programs: Atom feeds (RFC 4287) with OpenSearch numbers, and the OpenSearch description."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from hub.web.i18n import Tongue
from hub.web.search_request import LAST, SIZE, Asked

ATOM = "application/atom+xml"
DESCRIPTION = "application/opensearchdescription+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_OPEN_SEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NAMES: dict[Any, str] = {None: _ATOM, "opensearch": _OPEN_SEARCH}
_OPEN_SEARCH_NAMES: dict[Any, str] = {None: _OPEN_SEARCH}
_SHORT = 16
"""Characters of an OpenSearch short name."""


def atom(
    base: str,
    title: str,
    asked: Asked,
    results: Any,  # Any: hub.search.Results, which stands below and may be absent
    changed: Mapping[str, int],
    address: Callable[[str, int], str],
    speech: Tongue,
) -> bytes:
    """One page of results as a feed, a Work an entry.

    ``changed`` gives the time of last change (seconds since 1970) by id; ``address`` makes the URL of this search from
    a path and a page number.
    """
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap=_NAMES)
    root.set(_XML_LANG, speech.code)
    total = results.total if results else 0
    hits = results.hits if results else []
    last = min(LAST, max(1, -(-total // SIZE)))
    _add(root, "id", address("search.atom", asked.page))
    _add(root, "title", f"{title}: {asked.text}" if asked.text else title)
    newest = max((changed.get(h.work_id, 0) for h in hits), default=0)
    _add(root, "updated", _moment(newest))
    _add(_add(root, "author"), "name", title)
    links = {"self": asked.page, "first": 1, "last": last}
    if asked.page > 1:
        links["previous"] = asked.page - 1
    if asked.page < last:
        links["next"] = asked.page + 1
    for rel, page in links.items():
        _add(root, "link", rel=rel, href=address("search.atom", page), type=ATOM)
    _add(root, "link", rel="alternate", href=address("search", asked.page), type="text/html")
    _add(root, "link", rel="search", href=f"{base}opensearch.xml", type=DESCRIPTION)
    for name, value in (("totalResults", total), ("startIndex", asked.offset + 1), ("itemsPerPage", SIZE)):
        etree.SubElement(root, f"{{{_OPEN_SEARCH}}}{name}").text = str(value)
    etree.SubElement(root, f"{{{_OPEN_SEARCH}}}Query", role="request", searchTerms=_plain(asked.text))
    for hit in hits:
        iri = f"{base}works/{hit.work_id}"
        entry = _add(root, "entry")
        _add(entry, "id", iri)
        _add(entry, "title", hit.title or iri)
        _add(entry, "updated", _moment(changed.get(hit.work_id, 0)))
        for creator in hit.creators:
            _add(_add(entry, "author"), "name", creator)
        _add(entry, "link", rel="alternate", href=f"{iri}.html", type="text/html")
        _add(entry, "link", rel="alternate", href=f"{iri}.jsonld", type="application/ld+json")
        count = len(hit.instances) + hit.more
        editions = speech.ngettext("%(num)s edition", "%(num)s editions", count) % {"num": speech.number(count)}
        years = ", ".join(map(str, hit.years[:5]))
        _add(entry, "summary", "; ".join(t for t in (editions, years) if t))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def description(base: str, title: str, about: str) -> bytes:
    """The OpenSearch 1.1 description of the hub's search: pages and feeds."""
    root = etree.Element(f"{{{_OPEN_SEARCH}}}OpenSearchDescription", nsmap=_OPEN_SEARCH_NAMES)

    def add(name: str, text: str | None = None, **attributes: str) -> None:
        etree.SubElement(root, f"{{{_OPEN_SEARCH}}}{name}", attributes).text = text

    add("ShortName", title if len(title) <= _SHORT else title[: _SHORT - 1].rstrip() + "…")
    add("LongName", title[:48])
    add("Description", about[:1024])
    for path, media in (("search", "text/html"), ("search.atom", ATOM)):
        add("Url", type=media, template=f"{base}{path}?q={{searchTerms}}&page={{startPage?}}", rel="results")
    add("Url", type=DESCRIPTION, template=f"{base}opensearch.xml", rel="self")
    add("Image", f"{base}static/icon.svg", type="image/svg+xml")
    add("Language", "vi")
    add("Language", "en")
    add("InputEncoding", "UTF-8")
    add("OutputEncoding", "UTF-8")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    if text:
        made.text = _plain(text)
    return made


def _plain(text: str) -> str:
    """Text that XML 1.0 can hold."""
    return _NOT_XML.sub("", text)


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
