"""What the index of Instances keeps of one: the words, numbers and codes that catalogues are searched by (SRU, Z39.50).

An Instance is what a MARC record describes, so that a search that gives records must count Instances; pages and readers
search Works (:mod:`hub.projection.search_document`). Every record of the Instance contributes: what one member
catalogued, all find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from converters.bibframe.conversion import Description
from converters.bibframe.node import Node
from converters.bibframe.terms import text_of
from ontologies.namespaces import BF, BFLC, RDF, RDFS

_MOST_TEXT = 8000
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_TITLE_PARTS = (BF.mainTitle, BF.subtitle, BF.partNumber, BF.partName)
_KINDS = {BF.Isbn: "isbn", BF.Issn: "issn", BF.IssnL: "issn", BF.Lccn: "lccn", BF.Ismn: "ismn"}
_TEXTS = frozenset(
    {BF.summary, BF.tableOfContents, BF.note, BF.seriesStatement, BF.responsibilityStatement, BF.relation}
    | {BF.dissertation, BF.editionStatement, BF.publicationStatement}
)
_LABELS = frozenset([RDFS.label, BF.mainTitle, BF.subtitle])


@dataclass(frozen=True, slots=True)
class Told:
    """What one record tells of an Instance: the member that sent it, its number, and its library codes by branch.

    ``holdings``: a holdings record, of which only the Items count.
    """

    member: str
    control_number: str
    description: Description
    library: Callable[[str], str]
    holdings: bool = False


def instance_document(instance: str, told: list[Told]) -> dict[str, Any]:
    """The document of an Instance from its records, best first; only its ``id`` when no record describes it.

    Lists of texts: ``title creator subject publisher shelfmark``; lists of numbers and codes: ``isbn issn lccn ismn
    identifier class language library format record``; ``text`` and ``year`` (all years, the best record's first).
    """
    if not any(t.description.instances for t in told):
        return {"id": instance}
    words: dict[str, list[str]] = {name: [] for name in ("title", "creator", "subject", "publisher", "shelfmark")}
    codes: dict[str, list[str]] = {
        name: []
        for name in ("isbn", "issn", "lccn", "ismn", "identifier", "class", "language", "library", "format", "record")
    }
    years: list[int] = []
    texts: list[str] = []
    for t in told:
        d = t.description
        roots = [*([d.work] if d.work is not None else []), *d.instances]
        for root in roots:
            words["title"] += _titles(root)
            for hub in root.values(BF.expressionOf):  # 130, 240: by this, too, a book is asked for
                words["title"] += _titles(hub) if isinstance(hub, Node) else []
            words["creator"] += _agents(root)
            words["subject"] += [*_labels(root, BF.subject), *_labels(root, BF.genreForm)]
            codes["class"] += _below(root, BF.classification, BF.classificationPortion)
            codes["language"] += _codes(root.values(BF.language))
            _numbers(root, codes)
            texts += _texts(root)
        for node in d.instances:
            words["publisher"] += _publishers(node)
            years += _years(node)
        if not t.holdings:
            codes["record"].append(f"({t.member}){t.control_number}")
            codes["library"].append(t.member)
            codes["format"] += _formats(roots)
        for item in d.items:
            words["shelfmark"] += _labels(item, BF.shelfMark)
            codes["library"].append(t.library(_branch(item)))
            codes["identifier"] += _below(item, BF.identifiedBy, RDF.value)
    return {
        "id": instance,
        **{name: _unique(found) for name, found in (*words.items(), *codes.items())},
        "year": list(dict.fromkeys(years)),
        "text": " ".join(_unique(texts))[:_MOST_TEXT],
    }


def _numbers(node: Node, codes: dict[str, list[str]]) -> None:
    for value in node.values(BF.identifiedBy):
        if isinstance(value, Node):
            texts = [text_of(v) for v in value.values(RDF.value) if isinstance(v, str)]
            codes["identifier"] += texts
            for kind in {_KINDS[t] for t in value.types if t in _KINDS}:
                codes[kind] += texts


def _titles(node: Node) -> list[str]:
    found = []
    for title in node.values(BF.title):
        if isinstance(title, Node):
            parts = [text_of(v) for p, v in title.out if p in _TITLE_PARTS and isinstance(v, str)]
            if parts:
                found.append(" ".join(parts))
    return found


def _agents(node: Node) -> list[str]:
    return [
        label
        for contribution in node.values(BF.contribution)
        if isinstance(contribution, Node)
        for label in _labels(contribution, BF.agent)
    ]


def _labels(node: Node, predicate: str) -> list[str]:
    found = []
    for value in node.values(predicate):
        if isinstance(value, Node):
            found += [text_of(v) for v in value.values(RDFS.label) if isinstance(v, str)]
        elif value.startswith('"'):
            found.append(text_of(value))
    return found


def _below(node: Node, predicate: str, then: str) -> list[str]:
    return [
        text_of(v)
        for value in node.values(predicate)
        if isinstance(value, Node)
        for v in value.values(then)
        if isinstance(v, str) and v.startswith('"')
    ]


def _publishers(node: Node) -> list[str]:
    return _below(node, BF.provisionActivity, BFLC.simpleAgent)


def _years(node: Node) -> Iterator[int]:
    for predicate in (BF.date, BFLC.simpleDate):
        for text in _below(node, BF.provisionActivity, predicate):
            yield from (int(found) for found in _YEAR.findall(text)[:2])


def _formats(roots: list[Node]) -> list[str]:
    """The local names of the classes of Work and Instance: ``Text``, ``Cartography``, ``Serial`` …"""
    return [t[1:-1].rpartition("/")[2] for root in roots for t in root.types if t.startswith(f"<{BF.base}")]


def _texts(root: Node) -> Iterator[str]:
    for predicate, value in root.out:
        if predicate in _TEXTS:
            if isinstance(value, Node):
                for node in value.walk():
                    yield from (text_of(v) for p, v in node.out if p in _LABELS and isinstance(v, str))
            elif value.startswith('"'):
                yield text_of(value)


def _branch(item: Node) -> str:
    for value in item.values(BF.heldBy):
        if isinstance(value, Node) and value.heading is not None:
            return value.heading.key
    return ""


def _codes(values: Iterable[str | Node]) -> list[str]:
    """Last path segments of IRIs, of nodes that part a value (041) included."""
    found = []
    for value in values:
        parts = [value] if isinstance(value, str) else [v for v in value.values(RDF.value) if isinstance(v, str)]
        found += [part[1:-1].rpartition("/")[2] for part in parts if part.startswith("<")]
    return found


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(v for v in values if v))
