"""schema.org JSON-LD for search engines: a Book that is a Product, with one Offer for each Item.

Source: W3C Schema Bib Extend group, "Holdings via Offer"; exampleOfWork and workExample for the two levels.
"""

from __future__ import annotations

import json
from typing import Any

from hub.catalog.models import AgentPage, EntityPage, InstancePage, LibraryPage, Volume, WorkPage

OFFERS = 200
"""Items that are offered one by one; a page with more lists the first ones."""

_AGENTS = {"Person": "Person", "Family": "Person", "Organization": "Organization", "Jurisdiction": "Organization"}
_WORKS = {
    "Cartography": "Map", "NotatedMusic": "MusicComposition", "Audio": "AudioObject", "MovingImage": "Movie",
    "Serial": "Periodical", "Dissertation": "Thesis",
}  # fmt: skip


def schema_org(page: EntityPage) -> dict[str, Any] | None:
    """The page in schema.org's words, or None for kinds that search engines do not ask about."""
    if isinstance(page, InstancePage):
        return _clean(_instance(page))
    if isinstance(page, WorkPage):
        return _clean(_work(page))
    if isinstance(page, LibraryPage):
        return _clean(_library(page))
    if isinstance(page, AgentPage):
        kind = next((_AGENTS[t] for t in page.types if t in _AGENTS), "Thing")
        made: dict[str, Any] = {"@type": kind, "@id": page.iri, "name": page.title, "url": page.iri}
        made["alternateName"] = [t.text for t in page.variants[:20]]
        made["sameAs"] = [link.iri for link in page.same if link.iri.startswith("http")]
        return _clean(made)
    return None


def _work(page: WorkPage) -> dict[str, Any]:
    kind = next((_WORKS[t] for t in page.types if t in _WORKS), "CreativeWork")
    made: dict[str, Any] = {"@type": kind, "@id": page.iri, "url": page.iri, "name": page.title}
    made.update(_people(page))
    made["inLanguage"] = [link.iri.rpartition("/")[2] for link in page.languages if link.iri]
    made["about"] = [{"@type": "Thing", "@id": s.iri, "name": s.label("vi")} for s in page.subjects]
    made["workExample"] = [{"@type": "Book", "@id": i.iri, "name": i.title} for i in page.instances]
    made["abstract"] = " ".join(t.text for t in page.summary)
    return made


def _people(page: WorkPage) -> dict[str, Any]:
    authors: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for c in page.contributions:
        (authors if c.primary else others).append({"@type": "Thing", "@id": c.agent.iri, "name": c.agent.label()})
    return {"author": authors, "contributor": others}


def _instance(page: InstancePage) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": ["Book", "Product"], "@id": page.iri, "url": page.iri, "name": page.title}
    if page.work:
        made.update(_people(page.work))
        made["exampleOfWork"] = {"@type": "CreativeWork", "@id": page.work.iri, "name": page.work.title}
        made["inLanguage"] = [link.iri.rpartition("/")[2] for link in page.work.languages if link.iri]
    made["isbn"] = [i.value for i in page.identifiers if i.kind == "Isbn" and not i.status]
    made["bookEdition"] = "; ".join(t.text for t in page.edition)
    made["datePublished"] = page.date
    if page.publisher:
        made["publisher"] = {"@type": "Organization", "name": page.publisher}
    offers: list[dict[str, Any]] = []
    for holding in page.holdings:
        library = {"@type": "Library", "@id": holding.library.iri, "name": holding.library.label("vi")}
        offers += [_offer(item, library) for item in holding.items]
    made["offers"] = offers[:OFFERS]
    return made


def _offer(item: Volume, library: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": "Offer",
        "@id": item.iri,
        "businessFunction": "http://purl.org/goodrelations/v1#LeaseOut",
        "offeredBy": library,
        "sku": next(iter(item.shelfmarks), ""),
        "serialNumber": next(iter(item.barcodes), ""),
    }
    if item.sublocations:
        made["availableAtOrFrom"] = {"@type": "Place", "name": ", ".join(item.sublocations)}
    return _clean(made)


def _library(page: LibraryPage) -> dict[str, Any]:
    assert page.card is not None
    card = page.card
    made: dict[str, Any] = {"@type": "Library", "@id": page.iri, "url": card.website or page.iri}
    made["name"] = card.names.label("vi")
    made["alternateName"] = card.names.label("en")
    made["address"] = card.place
    if card.latitude is not None and card.longitude is not None:
        made["geo"] = {"@type": "GeoCoordinates", "latitude": card.latitude, "longitude": card.longitude}
    if page.group:
        made["memberOf"] = {"@type": "Organization", "@id": page.group.iri, "name": page.group.label("vi")}
    return made


def _clean(made: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in made.items() if v not in ("", [], None)}


def script_text(made: dict[str, Any]) -> str:
    """JSON-LD for a ``<script>`` element: no text of a record can end the element or begin a comment in it."""
    text = json.dumps({"@context": "https://schema.org", **made}, ensure_ascii=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text
