"""schema.org JSON-LD for search engines: a Book that is a Product, with one Offer for each Item.

Source: W3C Schema Bib Extend group, "Holdings via Offer"; exampleOfWork and workExample for the two levels.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from babel.core import get_global

from hub.catalog.citation import year
from hub.catalog.graph import Link
from hub.catalog.models import AgentPage, EntityPage, InstancePage, ItemPage, LibraryPage, Volume, WorkPage
from ontologies.namespaces import LC_VOCABULARY

CONTEXT = "https://schema.org"
OFFERS = 200
"""Items that are offered one by one; a page with more lists the first ones."""

_AGENTS = {"Person": "Person", "Family": "Person", "Organization": "Organization", "Jurisdiction": "Organization"}
# The hub's states of a copy as schema:ItemAvailability.
_AVAILABILITY = {
    "available": "InStock", "referenceOnly": "InStoreOnly", "onLoan": "OutOfStock", "inProcess": "PreOrder",
    "lost": "OutOfStock", "withdrawn": "Discontinued",
}  # fmt: skip
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
    if isinstance(page, ItemPage):
        return _item(page)
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
    made["inLanguage"] = _languages(page.languages)
    made["about"] = [_clean({"@type": "Thing", "@id": s.iri, "name": s.label("vi")}) for s in page.subjects]
    made["workExample"] = [{"@type": "Book", "@id": i.iri, "name": i.title} for i in page.instances]
    made["abstract"] = " ".join(t.text for t in page.summary)
    return made


def _people(page: WorkPage) -> dict[str, Any]:
    authors: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    for c in page.contributions:
        # Person or Organization: a Work's description does not tell, the agent's own document does.
        (authors if c.primary else others).append(_clean({"@id": c.agent.iri, "name": c.agent.label()}))
    return {"author": authors, "contributor": others}


def _instance(page: InstancePage) -> dict[str, Any]:
    made: dict[str, Any] = {"@type": ["Book", "Product"], "@id": page.iri, "url": page.iri, "name": page.title}
    if page.work:
        made.update(_people(page.work))
        made["exampleOfWork"] = {"@type": "CreativeWork", "@id": page.work.iri, "name": page.work.title}
        made["inLanguage"] = _languages(page.work.languages)
    made["isbn"] = [i.value for i in page.identifiers if i.kind == "Isbn" and not i.status]
    made["bookEdition"] = "; ".join(t.text for t in page.edition)
    made["datePublished"] = year(page)
    if page.publisher:
        made["publisher"] = {"@type": "Organization", "name": page.publisher}
    offers: list[dict[str, Any]] = []
    for holding in page.holdings:
        offers += [_offer(item, holding.library) for item in holding.items]
    made["offers"] = offers[:OFFERS]
    return made


def _item(page: ItemPage) -> dict[str, Any]:
    assert page.item is not None
    made = _offer(page.item, page.libraries[0] if page.libraries else Link(""))
    made["itemOffered"] = [{"@type": ["Book", "Product"], "@id": i.iri, "name": i.title} for i in page.instances[:1]]
    return {"name": page.title, **_clean(made)}


def _offer(item: Volume, library: Link) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": "Offer",
        "@id": item.iri,
        "url": item.iri,
        "businessFunction": {"@id": "http://purl.org/goodrelations/v1#LeaseOut"},
        "sku": next(iter(item.shelfmarks), ""),
        "serialNumber": next(iter(item.barcodes), ""),
    }
    if library.iri:
        made["offeredBy"] = {"@type": "Library", "@id": library.iri, "name": library.label("vi")}
    if item.availability in _AVAILABILITY:
        made["availability"] = {"@id": f"https://schema.org/{_AVAILABILITY[item.availability]}"}
    if item.sublocations:
        made["availableAtOrFrom"] = {"@type": "Place", "name": ", ".join(item.sublocations)}
    return _clean(made)


def _languages(links: Sequence[Link]) -> list[str]:
    """Codes of LC's list (ISO 639-2/B) as BCP 47 has them: ``vie`` → ``vi``, ``fre`` → ``fr``."""
    stem = f"{LC_VOCABULARY}languages/"
    codes = [link.iri.removeprefix(stem) for link in links if link.iri.startswith(stem)]
    aliases = get_global("language_aliases")
    return [aliases.get(code, code) for code in codes]


def _library(page: LibraryPage) -> dict[str, Any]:
    assert page.card is not None
    card = page.card
    made: dict[str, Any] = {
        "@type": "Library",
        "@id": page.iri,
        "url": card.website if _is_link(card.website) else page.iri,
    }
    made["name"] = card.names.label("vi")
    made["alternateName"] = card.names.label("en")
    made["address"] = card.place
    if card.latitude is not None and card.longitude is not None:
        made["geo"] = {"@type": "GeoCoordinates", "latitude": card.latitude, "longitude": card.longitude}
    if page.group:
        made["memberOf"] = {"@type": "Organization", "@id": page.group.iri, "name": page.group.label("vi")}
    return made


def _is_link(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _clean(made: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in made.items() if v not in ("", [], None)}


def schema_org_document(made: dict[str, Any]) -> bytes:
    """JSON-LD as a document of its own."""
    text = json.dumps({"@context": CONTEXT, **made}, ensure_ascii=False, indent=1)
    return (text + "\n").encode("utf-8", "replace")


def script_text(made: dict[str, Any]) -> str:
    """JSON-LD for a ``<script>`` element: no text of a record can end the element or begin a comment in it."""
    text = json.dumps({"@context": CONTEXT, **made}, ensure_ascii=False)
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text
