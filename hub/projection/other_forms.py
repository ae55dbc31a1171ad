"""An entity that several headings stand for has one form to use; what the others call it becomes a variant."""

from __future__ import annotations

from collections.abc import Iterable

from converters.bibframe.node import Node
from converters.bibframe.terms import text_of
from converters.marc import values
from ontologies.namespaces import MADS, RDFS, SKOS

_LABELS = (MADS.authoritativeLabel, SKOS.prefLabel, RDFS.label)


def in_order(nodes: Iterable[Node], key: str) -> list[Node]:
    """The nodes of an entity, best first as given, those of its own heading (``key``) before those of others.

    Labels of the others become skos:altLabel and madsrdf:hasVariant, or nothing where only punctuation differs.
    """
    found = list(nodes)
    own = [n for n in found if n.heading is not None and n.heading.key == key]
    others = [n for n in found if not (n.heading is not None and n.heading.key == key)]
    if not own or not others:
        return found
    known = {values.strict(text) for node in own for text in _labels(node)}
    if not known:
        return found
    for node in others:
        _demote(node, known)
    return own + others


def _labels(node: Node) -> Iterable[str]:
    return (text_of(v) for p, v in node.out if p in _LABELS and isinstance(v, str))


def _demote(node: Node, known: set[str]) -> None:
    variants = [
        v for p, v in node.out if p in _LABELS and isinstance(v, str) and values.strict(text_of(v)) not in known
    ]
    node.out = [(p, v) for p, v in node.out if p not in _LABELS]
    for term in dict.fromkeys(variants):
        node.add(SKOS.altLabel, term)
        node.add(MADS.hasVariant, Node("variant", MADS.Variant).add(MADS.variantLabel, term))
