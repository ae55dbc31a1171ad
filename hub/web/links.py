"""Typed links (RFC 8288) of an entity: what Signposting and negotiation by profile ask for, as header and as link set.

The header has what is known without the store; the link set (RFC 9264) has all, with Items and creators.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hub.web.representations import Form, forms
from ontologies.namespaces import BF

LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
LINKSET_JSON = "application/linkset+json"
LINKSET_TEXT = "application/linkset"
_PAGE = "https://schema.org/AboutPage"
_CLASSES = {
    "works": (BF.Work[1:-1], "https://schema.org/CreativeWork"),
    "hubs": (BF.Hub[1:-1],),
    "instances": (BF.Instance[1:-1], "https://schema.org/Book"),
    "items": (BF.Item[1:-1],),
    "agents": (BF.Agent[1:-1],),
    "libraries": ("https://schema.org/Library",),
}


@dataclass(frozen=True, slots=True)
class WebLink:
    """A link from ``anchor`` (empty: what was asked for) to ``href``; ``media`` and ``profiles`` are the target's."""

    rel: str
    href: str
    media: str = ""
    profiles: tuple[str, ...] = ()
    anchor: str = ""


def entity_links(place: str, iri: str, document: str) -> list[WebLink]:
    """The links of an entity ``iri`` whose documents are ``document`` and an extension; all relative to its page."""
    links = [WebLink("cite-as", iri), WebLink("license", LICENCE)]
    links += [WebLink("type", c) for c in (_PAGE, *_CLASSES.get(place, ()))]
    for form in forms(place):
        # What describes the entity in the hub's own model is its metadata; other models are alternates of the page.
        default = form is forms(place)[0]
        rel = "canonical alternate" if default else "describedby alternate" if _describes(form) else "alternate"
        links.append(WebLink(rel, f"{document}.{form.extension}", form.media, form.profiles))
    return links


def _describes(form: Form) -> bool:
    return form.extension in ("ttl", "jsonld", "nt", "rdf", "schema.jsonld")


def linkset_links(
    place: str, iri: str, document: str, *, items: Sequence[str], authors: Sequence[str], parts_of: Sequence[str]
) -> list[WebLink]:
    """All links of an entity, each with its anchor: from its page, and back to it from each document."""
    page = f"{document}.html"
    links = [replace(link, anchor=page) for link in entity_links(place, iri, document)]
    links += [WebLink("item", i, "text/html", (), page) for i in items]
    links += [WebLink("author", a, "", (), page) for a in authors]
    links += [WebLink("collection", c, "text/html", (), page) for c in parts_of]
    for form in forms(place):
        if form.extension != "html":
            at = f"{document}.{form.extension}"
            links += [WebLink("describes", page, "text/html", (), at), WebLink("cite-as", iri, "", (), at)]
    return links


def link_header(links: Iterable[WebLink]) -> str:
    """The links as the value of a Link header."""
    return ", ".join(map(_field, links))


def linkset_text(links: Iterable[WebLink]) -> str:
    """The links as an ``application/linkset`` document (RFC 9264 §4.1)."""
    return ",\n".join(map(_field, links)) + "\n"


def linkset_json(links: Iterable[WebLink]) -> dict[str, Any]:
    """The links as an ``application/linkset+json`` document (RFC 9264 §4.2): contexts, relations, targets."""
    contexts: dict[str, dict[str, Any]] = {}
    for link in links:
        context = contexts.setdefault(link.anchor, {"anchor": link.anchor})
        target: dict[str, Any] = {"href": link.href}
        if link.media:
            target["type"] = link.media
        if link.profiles:
            target["profile"] = list(link.profiles)
        for rel in link.rel.split():
            context.setdefault(rel, []).append(target)
    return {"linkset": list(contexts.values())}


def _field(link: WebLink) -> str:
    made = f'<{link.href}>; rel="{link.rel}"'
    if link.media:
        made += f'; type="{link.media}"'
    if link.profiles:
        made += f'; profile="{" ".join(link.profiles)}"'
    return made + (f'; anchor="{link.anchor}"' if link.anchor else "")
