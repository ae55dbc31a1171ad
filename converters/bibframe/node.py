"""The tree a record is converted into, and its N-Triples.

There are no blank nodes. A node is either a *root* (Work, Instance, Item … with an IRI of its own), a *heading*
(Agent, Concept, Hub … which the hub may give an IRI of its own), or it is *owned* and becomes a fragment of its
root, named by its content: ``…/works/9#title-5e2a91c04f``. Names by content stay when fields are added or move, so
that two conversions differ only where the record differs, and equal nodes of two records fall together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from ontologies.namespaces import RDF

TYPE = RDF.type


@dataclass(frozen=True, slots=True)
class Heading:
    """What makes a node more than a part of its record: the hub keeps one entity for each heading.

    ``group`` is the entity's place in the hub (``agents``, ``concepts``, ``hubs``, ``libraries``), ``key`` the strict
    form of the heading: type and NFC text with its diacritics (folding finds, it never links).
    """

    group: str
    key: str


class Node:
    """A resource under construction: ``kind`` names its fragment, ``out`` holds (predicate, value) in order.

    A ``root`` has an ``iri`` of its own, given before it is written; every other node is owned or a heading. A
    heading may have the ``iri`` that its $0 or $1 gives: it names the node where no entity of the hub's own does.
    ``key`` names an Item within its record.
    """

    __slots__ = ("heading", "iri", "key", "kind", "out", "root")

    def __init__(self, kind: str, *types: str, heading: Heading | None = None, root: bool = False) -> None:
        self.kind = kind
        self.iri = ""
        self.key = ""
        self.root = root
        self.heading = heading
        known = _TYPES.get(types)
        if known is None:
            known = _TYPES[types] = [(TYPE, t) for t in types]
        self.out: list[tuple[str, str | Node]] = known.copy()

    def add(self, predicate: str, *values: str | Node | None) -> Node:
        """Append statements; None and the empty literal are passed over, so that a rule may add what it found."""
        for value in values:
            if value and value != '""':
                self.out.append((predicate, value))
        return self

    def typed(self, *types: str) -> Node:
        """Add classes that are not yet there."""
        for t in types:
            if (TYPE, t) not in self.out:
                self.out.append((TYPE, t))
        return self

    @property
    def types(self) -> list[str]:
        """The classes of the node, as terms."""
        return [v for p, v in self.out if p == TYPE and isinstance(v, str)]

    @property
    def bare(self) -> bool:
        """True when the node says nothing but its classes."""
        return all(p == TYPE for p, _ in self.out)

    def values(self, predicate: str) -> list[str | Node]:
        """The values of one predicate, in order."""
        return [v for p, v in self.out if p == predicate]

    def walk(self) -> Iterator[Node]:
        """This node and all nodes it owns, parents first."""
        yield self
        for _, value in self.out:
            if isinstance(value, Node) and not value.root:
                yield from value.walk()


_TYPES: dict[tuple[str, ...], list[tuple[str, str | Node]]] = {}
"""Type statements by the classes asked for: few in number, copied for every node."""

Resolve = Callable[[Heading], str | None]
"""Gives the term of a heading's own entity (``<…/agents/x>``), or None: then the node stays owned."""


def name(text: str) -> str:
    """A short name for a content: ten hexadecimal digits of its BLAKE2b digest."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def ntriples(root: Node, resolve: Resolve | None = None, document: str | None = None) -> list[str]:
    """The statements of a root (its ``iri`` set) and all it owns, one N-Triples line each, without repetition.

    Owned nodes are fragments of ``document`` (an IRI in angle brackets), by default of the root; a root that is itself
    a fragment (``…/9#instance-2``) gives them to its document (``…/9#title-…``).
    """
    lines: list[str] = []
    _write(root, root.iri, (document or root.iri)[:-1].partition("#")[0], lines, resolve)
    return list(dict.fromkeys(lines))


def _write(node: Node, subject: str, stem: str, lines: list[str], resolve: Resolve | None) -> None:
    for predicate, value in node.out:
        if isinstance(value, str):
            lines.append(f"{subject} {predicate} {value} .")
        else:
            lines.append(f"{subject} {predicate} {_term(value, stem, lines, resolve)} .")


def _term(node: Node, stem: str, lines: list[str], resolve: Resolve | None) -> str:
    """The term that stands for a node; an owned node's statements are appended to ``lines``."""
    if node.root:
        return node.iri
    if node.heading is not None and resolve is not None:
        known = resolve(node.heading)
        if known:
            return known
    body = [f"{p} {v if isinstance(v, str) else _term(v, stem, lines, resolve)}" for p, v in node.out]
    if node.iri:
        own = f" {node.iri}"
        lines.extend([f"{node.iri} {said} ." for said in body if not said.endswith(own)])
        return node.iri
    subject = f"{stem}#{node.kind}-{name(chr(10).join(sorted(body)))}>"
    lines.extend([f"{subject} {said} ." for said in body])
    return subject


def to_json(node: Node) -> list[Any]:
    """A node as JSON data: ``[kind, [[predicate, value] …], place, key, iri]``, as far as it has them.

    A root among its values is left out, and so is a root's own IRI, which the hub gives.
    """
    out: list[list[Any]] = []
    for predicate, value in node.out:
        if isinstance(value, str):
            out.append([predicate, value])
        elif not value.root:
            out.append([predicate, to_json(value)])
    iri = "" if node.root else node.iri
    if node.heading is None:
        return [node.kind, out, "", "", iri] if iri else [node.kind, out]
    data = [node.kind, out, node.heading.group, node.heading.key]
    return [*data, iri] if iri else data


def from_json(data: list[Any]) -> Node:
    """The node that :func:`to_json` wrote."""
    node = Node(data[0])
    if len(data) > 3 and data[2]:
        node.heading = Heading(data[2], data[3])
    if len(data) > 4:
        node.iri = data[4]
    node.out = [(p, v if isinstance(v, str) else from_json(v)) for p, v in data[1]]
    return node
