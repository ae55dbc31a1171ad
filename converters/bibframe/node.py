"""The tree a record is converted into, and its N-Triples.

There are no blank nodes. A node is either a *root* (Work, Instance, Item … with an IRI of its own), a *heading*
(Agent, Concept, Hub … which the hub may give an IRI of its own), or it is *owned* and becomes a fragment of its
root, named by its content: ``…/works/9#title-5e2a91c04f``. Names by content stay when fields are added or move, so
that two conversions differ only where the record differs, and equal nodes of two records fall together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from operator import eq
from typing import Any, NamedTuple

from converters.kept import kept
from ontologies.namespaces import RDF

TYPE = RDF.type


class Heading(NamedTuple):
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

    def add(self, predicate: str, value: str | Node | None = None, *more: str | Node | None) -> Node:
        """Append statements; None and the empty literal are passed over, so that a rule may add what it found."""
        if value and value != '""':
            self.out.append((predicate, value))
        for value in more:
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


@kept(8192)
def name(text: str) -> str:
    """A short name for a content: ten hexadecimal digits of its BLAKE2b digest."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def ntriples(root: Node, resolve: Resolve | None = None, document: str | None = None) -> list[str]:
    """The statements of a root (its ``iri`` set) and all it owns, one N-Triples line each, without repetition.

    Owned nodes are fragments of ``document`` (an IRI in angle brackets), by default of the root; a root that is itself
    a fragment (``…/9#instance-2``) gives them to its document (``…/9#title-…``).
    """
    written = written_out([root], resolve, document or root.iri)
    return written.split("\n") if written else []


def written_out(roots: Sequence[Node], resolve: Resolve | None, document: str) -> str:
    """The N-Triples of several roots of one document, without repetition and without a line end after the last; a
    statement stands where it is first made. Other things as in :func:`ntriples`.
    """
    page = _Page(f"{document[:-1].partition('#')[0]}#", resolve, {root.iri for root in roots})
    page.again = len(page.roots) < len(roots)
    for root in roots:
        page.write(root)
    written = "\n".join(page.blocks)
    if page.again:
        return "\n".join(dict.fromkeys(written.split("\n")))
    return written


class _Page:
    """What is written of one document so far: blocks of whole lines, one block for each owned node.

    A name by content tells that a node was written before; what bears an IRI may be described in several places, so
    its single lines are known. When one root is described twice, or by another node, ``again`` is set and repeated
    lines are taken out at the end.
    """

    __slots__ = ("again", "blocks", "known", "resolve", "roots", "stem")

    def __init__(self, stem: str, resolve: Resolve | None, roots: set[str]) -> None:
        self.stem = stem
        self.resolve = resolve
        self.roots = roots
        self.blocks: list[str] = []
        self.known: set[str] = set()
        self.again = False

    def write(self, root: Node) -> None:
        subject = root.iri
        blocks = self.blocks
        said: dict[str, str] = {}  # predicate by term: few terms are said twice, and long lines are slow to compare
        more: set[tuple[str, str]] = set()
        for predicate, value in root.out:
            term = value if isinstance(value, str) else self.term(value)
            if term not in said:
                said[term] = predicate
            elif said[term] == predicate or (predicate, term) in more:
                continue
            else:
                more.add((predicate, term))
            blocks.append(f"{subject} {predicate} {term} .")

    def term(self, node: Node) -> str:
        """The term that stands for a node; an owned node's statements become a block."""
        if node.root:
            return node.iri
        if node.heading is not None and self.resolve is not None:
            known = self.resolve(node.heading)
            if known:
                return known
        body = []
        for predicate, value in node.out:
            body.append(f"{predicate} {value if isinstance(value, str) else self.term(value)}")
        if node.iri:
            own = f" {node.iri}"
            for said in body:
                line = f"{node.iri} {said} ."
                if line not in self.known and not said.endswith(own):
                    self.known.add(line)
                    self.blocks.append(line)
            if node.iri in self.roots:
                self.again = True
            return node.iri
        if len(body) == 1:
            content = body[0]
        else:
            ordered = sorted(body)
            if any(map(eq, ordered, ordered[1:])):
                body = list(dict.fromkeys(body))
            content = "\n".join(ordered)
        subject = f"{self.stem}{node.kind}-{name(content)}>"
        if subject not in self.known and body:
            self.known.add(subject)
            between = f" .\n{subject} "
            self.blocks.append(f"{subject} {between.join(body)} .")
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
