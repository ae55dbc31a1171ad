"""What the text index keeps of a Work: the words to find it by, the facets to narrow it, and the card to show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from converters.bibframe.conversion import Description
from converters.bibframe.node import Node
from converters.bibframe.terms import text_of
from ontologies.namespaces import BF, BFLC, HUB, RDF, RDFS

_MOST_TEXT = 4000
_MOST_INSTANCES = 40
_LONGEST_TOPIC = 200
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_TITLE_PARTS = (BF.mainTitle, BF.subtitle, BF.partNumber, BF.partName)

# What a reader calls it, from what BIBFRAME calls it; the first that fits.
_FORMATS: tuple[tuple[str, frozenset[str]], ...] = (
    ("map", frozenset({BF.Cartography})),
    ("score", frozenset({BF.NotatedMusic})),
    ("music", frozenset({BF.MusicAudio})),
    ("sound", frozenset({BF.NonMusicAudio, BF.Audio})),
    ("video", frozenset({BF.MovingImage})),
    ("image", frozenset({BF.StillImage})),
    ("object", frozenset({BF.Object})),
    ("software", frozenset({BF.Multimedia})),
    ("serial", frozenset({BF.Serial})),
)


# States in which a reader can get a copy, now or later: what one narrows a search by.
_OBTAINABLE = {HUB[state]: state for state in ("available", "referenceOnly", "onLoan", "inProcess")}


@dataclass(frozen=True, slots=True)
class Said:
    """What one record says of an Instance; ``library`` gives the library's code for the record's branch code."""

    instance: str
    description: Description
    library: Callable[[str], str]


def document(work: str, records: list[Said], holdings: list[Said]) -> dict[str, Any]:
    """The search document of a Work from its bibliographic records, best first, and its holdings records.

    Only its ``id`` when no record describes the Work: then the index forgets it.
    """
    if not records:
        return {"id": work}
    works = [r.description.work for r in records if r.description.work is not None]
    cards: dict[str, dict[str, Any]] = {}
    words: dict[str, list[str]] = {"title": [], "creator": [], "subject": [], "identifier": [], "publisher": []}
    other: list[str] = []
    for node in works:
        words["title"] += _titles(node)
        words["identifier"] += _identifiers(node)  # an ISSN is the Work's
        words["creator"] += _agents(node)
        words["subject"] += _labels(node, BF.subject) + _labels(node, BF.genreForm)
        other += _labels(node, BF.summary) + _labels(node, BF.tableOfContents)
    for said in records:
        for node in said.description.instances:
            words["title"] += _titles(node)
            words["identifier"] += _identifiers(node)
            words["publisher"] += [text_of(v) for v in _below(node, BF.provisionActivity, BFLC.simpleAgent)]
            other += [text_of(v) for v in node.values(BF.responsibilityStatement) if isinstance(v, str)]
        if said.instance not in cards:
            cards[said.instance] = _card(said.instance, said.description)
    shelfmarks: list[str] = []
    states: list[str] = []
    for said in [*records, *holdings]:
        held = cards.get(said.instance)
        for item in said.description.items:
            shelfmarks += _labels(item, BF.shelfMark)
            words["identifier"] += _identifiers(item)
            states += [_OBTAINABLE[v] for v in item.values(HUB.itemStatus) if isinstance(v, str) and v in _OBTAINABLE]
            code = said.library(_branch(item))
            if held is not None and code not in held["libraries"]:
                held["libraries"].append(code)
    languages = _codes(v for node in works for v in node.values(BF.language))
    first = records[0].description.instances[0]
    best = works[0] if works else first
    titles = _titles(best) or _titles(first) or [""]
    instances = sorted(cards.values(), key=lambda c: (-(c["year"] or 0), c["id"]))
    return {
        "id": work,
        "title": _unique(words["title"]),
        "creator": _unique(words["creator"]),
        "subject": _unique(words["subject"]),
        "identifier": _unique(words["identifier"]),
        "publisher": _unique(words["publisher"]),
        "shelfmark": _unique(shelfmarks),
        "topic": _unique(label[:_LONGEST_TOPIC] for node in works for label in _labels(node, BF.subject)),
        "text": " ".join(_unique(other))[:_MOST_TEXT],
        "language": languages,
        "format": _unique(c["format"] for c in instances),
        "library": _unique(code for c in instances for code in c["libraries"]),
        "availability": _unique(states),
        "year": max((c["year"] for c in instances if c["year"]), default=0),
        "card": {
            "title": titles[0],
            "creators": _agents(best)[:3],
            "languages": languages,
            "instances": instances[:_MOST_INSTANCES],
            "more": max(0, len(instances) - _MOST_INSTANCES),
        },
    }


def _card(instance: str, d: Description) -> dict[str, Any]:
    node = d.instances[0]
    statement = [text_of(v) for v in node.values(BF.publicationStatement) if isinstance(v, str)]
    dates = [*_below(node, BF.provisionActivity, BF.date), *_below(node, BF.provisionActivity, BFLC.simpleDate)]
    years = [int(m.group()) for v in dates if (m := _YEAR.search(text_of(v)))]
    edition = [text_of(v) for v in node.values(BF.editionStatement) if isinstance(v, str)]
    return {
        "id": instance,
        "title": (_titles(node) or [""])[0],
        "publication": statement[0] if statement else "",
        "edition": edition[0] if edition else "",
        "year": years[0] if years else None,
        "format": _format(d),
        "libraries": [],
    }


def _format(d: Description) -> str:
    types = set(d.work.types) if d.work is not None else set()
    types.update(d.instances[0].types)
    if d.work is not None and any(True for _ in d.work.values(BF.dissertation)):
        return "thesis"
    for name, classes in _FORMATS:
        if types & classes:
            return name
    carriers = _codes(v for v in d.instances[0].values(BF.carrier))
    if "cr" in carriers or BF.Electronic in types:
        return "ebook"
    return "book"


def _titles(node: Node) -> list[str]:
    found = []
    for title in node.values(BF.title):
        if isinstance(title, Node):
            parts = [text_of(v) for p, v in title.out if p in _TITLE_PARTS and isinstance(v, str)]
            if parts:
                found.append(" ".join(parts))
    return found


def _agents(node: Node) -> list[str]:
    found = []
    for contribution in node.values(BF.contribution):
        if isinstance(contribution, Node):
            found += _labels(contribution, BF.agent)
    return _unique(found)


def _labels(node: Node, predicate: str) -> list[str]:
    found = []
    for value in node.values(predicate):
        if isinstance(value, Node):
            found += [text_of(v) for p, v in value.out if p == RDFS.label and isinstance(v, str)]
        elif value.startswith('"'):
            found.append(text_of(value))
    return found


def _identifiers(node: Node) -> list[str]:
    return ["".join(c for c in text_of(v) if c.isalnum()) for v in _below(node, BF.identifiedBy, RDF.value)]


def _below(node: Node, predicate: str, then: str) -> Iterator[str]:
    for value in node.values(predicate):
        if isinstance(value, Node):
            yield from (v for v in value.values(then) if isinstance(v, str))


def _branch(item: Node) -> str:
    for value in item.values(BF.heldBy):
        if isinstance(value, Node) and value.heading is not None:
            return value.heading.key
    return ""


def _codes(values: Iterable[str | Node]) -> list[str]:
    """Last path segments of IRIs, of nodes that part a value (041) included."""
    found = []
    for value in values:
        if isinstance(value, str):
            if value.startswith("<"):
                found.append(value[1:-1].rpartition("/")[2])
        else:
            found += [v[1:-1].rpartition("/")[2] for v in value.values(RDF.value) if isinstance(v, str) and v[0] == "<"]
    return _unique(found)


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(v for v in values if v))
