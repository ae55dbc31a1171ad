"""A description as plain sentences, for rule examples, golden files and the mapping reference.

``W bf:title/bf:mainTitle "Truyện Kiều"`` says: from the Work, along this path, stands this value. Links from one
root to another end there and are written as ``→work``, ``→instance``, ``→item``.
"""

from __future__ import annotations

from collections.abc import Iterator

from converters.bibframe.conversion import Description
from converters.bibframe.node import Node
from ontologies.namespaces import PREFIXES, RDF

_ROLES = {"work": "W", "instance": "I", "item": "T", "authority": "A"}


def curie(term: str) -> str:
    """``<http://id.loc.gov/ontologies/bibframe/title>`` → ``bf:title``; literals and foreign IRIs stay as they are."""
    if term.startswith('"'):
        text, mark, datatype = term.rpartition("^^")
        return f"{text}^^{curie(datatype)}" if mark and datatype.startswith("<") else term
    for prefix, base in PREFIXES.items():
        if term.startswith(f"<{base}"):
            return f"{prefix}:{term[len(base) + 1 : -1]}"
    return term


def facts(description: Description) -> list[str]:
    """All statements of a description, root by root, as ``ROLE path value``; classes as ``ROLE path/a class``."""
    found: list[str] = []
    for root in description.roots():
        role = _ROLES[root.kind]
        found.extend(f"{role} {sentence}" for sentence in _sentences(root, ""))
    return found


def _sentences(node: Node, path: str) -> Iterator[str]:
    for predicate, value in node.out:
        step = path + ("a" if predicate == RDF.type else curie(predicate))
        if isinstance(value, str):
            yield f"{step} {curie(value)}"
        elif value.root:
            yield f"{step} →{value.kind}"
        else:
            if value.iri:
                yield f"{step} {curie(value.iri)}"
            yield from _sentences(value, f"{step}/")
