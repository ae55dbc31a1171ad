"""A record in flight: what rules read and write, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as datafield

from converters.bibframe.node import Node, Resolve, ntriples
from converters.bibframe.punctuation import chopped
from converters.bibframe.terms import literal, segment
from converters.marc.record import Field, Problem, Record
from converters.profile import DEFAULT_PROFILE, Profile
from ontologies.namespaces import BF


class ConversionError(ValueError):
    """A record that cannot be converted at all; the message names the field and what to do."""


class Conversion:
    """The record being converted and the nodes made of it so far.

    ``work`` and ``instance`` are the main roots; rules for holdings append to ``items``; a rule that finds a second
    manifestation in the record (856 of a reproduction, 533) appends to ``instances``.
    """

    __slots__ = ("authority", "instance", "instances", "items", "profile", "record", "twins", "work")

    def __init__(self, record: Record, profile: Profile) -> None:
        self.record = record
        self.profile = profile
        self.work = Node("work", root=True)
        self.instance = Node("instance", root=True)
        self.instances: list[Node] = [self.instance]
        self.items: list[Node] = []
        self.authority: Node | None = None
        self.twins: dict[int, list[tuple[Field, str]]] = {}
        """880 fields by id() of the field they stand beside, each with its language-script tag."""

    def new_item(self) -> Node:
        """A further Item of the record's (main) Instance."""
        item = Node("item", BF.Item, root=True)
        self.items.append(item)
        return item

    def new_instance(self) -> Node:
        """A further manifestation that the same record describes (a reproduction, an online version)."""
        instance = Node("instance", BF.Instance, root=True)
        self.instances.append(instance)
        return instance

    def problem(self, code: str, where: str, message: str) -> None:
        """Note something a person should know; the value itself must have been kept as a literal."""
        self.record.problems.append(Problem(code, where, message))

    def in_scripts(self, field: Field) -> Iterator[tuple[Field, str | None]]:
        """The field itself (no tag) and then each 880 that repeats it in another script, with its language tag."""
        yield field, None
        yield from self.twins.get(id(field), ())

    def literals(self, field: Field, codes: str, *, separator: str = " ", chop: bool = True) -> list[str]:
        """The text of some subfields as literal terms: one for the field, one for each 880 paired with it.

        Subfields are joined in the field's own order; with ``chop`` the ISBD punctuation at the end is left out.
        """
        found = []
        for source, tag in self.in_scripts(field):
            text = separator.join(t for t in source.all(codes) if t)
            if chop:
                text = chopped(text)
            if text:
                found.append(literal(text, tag))
        return found


@dataclass(slots=True)
class Description:
    """What one record says, as nodes: no store, no base URI, no decision about identity in it.

    ``control_number`` is the key the caller gave; ``kind`` the record's; ``authority`` is set for authority records,
    the other roots for bibliographic and holdings records (a holdings record has only items).
    """

    control_number: str
    kind: str
    work: Node | None = None
    instances: list[Node] = datafield(default_factory=list)
    items: list[Node] = datafield(default_factory=list)
    authority: Node | None = None
    problems: list[Problem] = datafield(default_factory=list)

    def roots(self) -> list[Node]:
        """All roots of the description."""
        found = [*self.instances, *self.items]
        if self.work is not None:
            found.insert(0, self.work)
        if self.authority is not None:
            found.append(self.authority)
        return found

    def headings(self) -> Iterator[Node]:
        """Every node that the hub may promote to an entity of its own, nested ones included."""
        for root in self.roots():
            for node in root.walk():
                if node.heading is not None:
                    yield node

    def name(self, base: str) -> None:
        """Give the roots the URIs of a single-record conversion: ``{base}works/{key}``, ``{base}instances/{key}`` …"""
        key = segment(self.control_number)
        if self.work is not None:
            self.work.iri = f"<{base}works/{key}>"
        for n, node in enumerate(self.instances):
            node.iri = f"<{base}instances/{key}>" if n == 0 else f"<{base}instances/{key}-{n + 1}>"
        for n, node in enumerate(self.items):
            node.iri = f"<{base}items/{key}-{n + 1}>"
        if self.authority is not None:
            self.authority.iri = f"<{base}authorities/{key}>"

    def ntriples(self, base: str, resolve: Resolve | None = None) -> str:
        """N-Triples of the whole record under ``base`` (ending in ``/`` or ``#``)."""
        self.name(base)
        lines: list[str] = []
        for root in self.roots():
            lines.extend(ntriples(root, resolve))
        return "\n".join(dict.fromkeys(lines)) + "\n" if lines else ""


__all__ = ["DEFAULT_PROFILE", "Conversion", "ConversionError", "Description", "chopped"]
