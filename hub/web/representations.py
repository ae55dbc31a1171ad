"""The forms in which an entity is given: extension, media type, and the profiles (models of content) they keep to.

Negotiation by profile is that of the W3C working draft "Content Negotiation by Profile" (headers and query string): a
form that keeps to a profile the client lists is better than any other form; a profile that none has is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.catalog.serialization import FORMATS
from hub.web.negotiation import MOST_RANGES, media_type

HTML = "text/html"
SCHEMA_JSONLD = "schema.jsonld"
MARC = {"mrc": "application/marc", "xml": "application/marcxml+xml", "marc.json": "application/marc-in-json"}
CITATIONS = {"ris": "application/x-research-info-systems", "bib": "application/x-bibtex"}

PROFILES: dict[str, str] = {
    "hub": "https://bibhub.org/ontology/shapes",
    "bibframe": "http://id.loc.gov/ontologies/bibframe/",
    "mads": "http://www.loc.gov/mads/rdf/v1",
    "schema": "https://schema.org/",
    "marc": "http://www.loc.gov/MARC21/slim",
}
"""Token (for ``?_profile=``) → the profile's URI. ``hub`` are the shapes of ontologies/profile.ttl."""

_MODELS = {
    "works": ("hub", "bibframe"),
    "hubs": ("hub", "bibframe"),
    "instances": ("hub", "bibframe"),
    "items": ("hub", "bibframe"),
    "records": ("hub", "bibframe"),
    "agents": ("hub", "bibframe", "mads"),
    "concepts": ("hub", "bibframe", "mads"),
    "libraries": ("hub",),
    "groups": ("hub",),
}
_IN_SCHEMA_ORG = ("works", "instances", "items", "agents", "libraries")
_ALIASES = {"application/json": "jsonld", "application/xhtml+xml": "html", "text/plain": "nt", "application/xml": "rdf"}
_WANTED = re.compile(r"\s*<([^<>\s]{1,500})>\s*(?:;\s*q\s*=\s*([0-9.]{1,8})\s*)?")


@dataclass(frozen=True, slots=True)
class Form:
    """One form of an entity; ``profiles`` are the URIs of what its content keeps to, the narrowest first."""

    extension: str
    media: str
    profiles: tuple[str, ...] = ()

    @property
    def content_profile(self) -> str:
        """The value of the Content-Profile header, empty where no profile is known."""
        return ", ".join(f"<{p}>" for p in self.profiles)


def forms(place: str) -> tuple[Form, ...]:
    """The forms of an entity of a place (``works``), the default first."""
    return _FORMS[place]


def _made(place: str) -> tuple[Form, ...]:
    own = tuple(PROFILES[name] for name in _MODELS[place])
    found = [Form("html", HTML), *(Form(extension, media, own) for extension, media in FORMATS.items())]
    if place in _IN_SCHEMA_ORG:
        found.append(Form(SCHEMA_JSONLD, FORMATS["jsonld"], (PROFILES["schema"],)))
    if place in ("instances", "records"):
        found += [Form(extension, media, (PROFILES["marc"],)) for extension, media in MARC.items()]
    return tuple(found)


_FORMS = {place: _made(place) for place in _MODELS}


def extensions(place: str) -> tuple[str, ...]:
    """What may follow an entity's URI and a dot, long ones first; ``xml`` is RDF/XML where there is no MARC."""
    known = [f.extension for f in _FORMS[place]]
    known += [e for e in ("xml", *(CITATIONS if place == "instances" else ())) if e not in known]
    return tuple(sorted(known, key=len, reverse=True))


def chosen_form(place: str, accept: str | None, wanted: str | None) -> Form | None:
    """The best form for the headers Accept and Accept-Profile, None when no media type is acceptable."""
    offered = _FORMS[place]
    for uris in _by_weight(wanted):
        fitting = [f for f in offered if uris & set(f.profiles)]
        found = _best(fitting, accept) if fitting else None
        if found is not None:
            return found
    return _best(offered, accept)


def asked_in_query(query: Mapping[str, str]) -> tuple[str | None, str | None]:
    """(media type, profile) as headers would say them, from ``?_mediatype=`` and ``?_profile=`` (a token or a URI)."""
    kind, name = query.get("_mediatype"), query.get("_profile")
    return kind, f"<{PROFILES.get(name, name)}>" if name else None


def _best(offered: Sequence[Form], accept: str | None) -> Form | None:
    medias: dict[str, Form] = {}
    for form in offered:
        medias.setdefault(form.media, form)
    for alias, extension in _ALIASES.items():
        for form in offered:
            if form.extension == extension:
                medias.setdefault(alias, form)
    kind = media_type(accept, tuple(medias))
    return medias[kind] if kind is not None else None


def _by_weight(header: str | None) -> list[set[str]]:
    """The profiles of an Accept-Profile header, those of equal weight together, the heaviest first; weight 0 is out."""
    groups: dict[float, set[str]] = {}
    for part in (header or "").split(",")[:MOST_RANGES]:
        found = _WANTED.fullmatch(part)
        if found is None:
            continue
        try:
            weight = min(1.0, float(found.group(2) or 1))
        except ValueError:
            continue
        if weight > 0:
            groups.setdefault(weight, set()).add(found.group(1))
    return [groups[weight] for weight in sorted(groups, reverse=True)]
