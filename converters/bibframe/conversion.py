"""A record in flight: what rules read and write, and what comes out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as datafield
from typing import TYPE_CHECKING

from converters.bibframe.node import Heading, Node, Resolve, written_out
from converters.bibframe.punctuation import END, chopped
from converters.bibframe.terms import literal, segment
from converters.marc.record import Field, Problem, Record
from converters.profile import DEFAULT_PROFILE, Profile
from ontologies.namespaces import BF

if TYPE_CHECKING:
    from converters.bibframe.holdings.copies import HoldingsFields


class ConversionError(ValueError):
    """A record that cannot be converted at all; the message names the field and what to do."""


class Conversion:
    """The record being converted and the nodes made of it so far.

    ``work`` and ``instance`` are the main roots; rules for holdings append to ``items``; a rule that finds a second
    manifestation in the record (856 of a reproduction, 533) appends to ``instances``.
    """

    __slots__ = (
        "_item_keys",
        "administration",
        "authority",
        "bib_number",
        "holdings",
        "instance",
        "instances",
        "items",
        "later",
        "profile",
        "record",
        "tags",
        "thing",
        "twins",
        "variant_keys",
        "work",
    )

    def __init__(self, record: Record, profile: Profile) -> None:
        self.record = record
        self.profile = profile
        self.work = Node("work", root=True)
        self.instance = Node("instance", root=True)
        self.instances: list[Node] = [self.instance]
        self.items: list[Node] = []
        self._item_keys: set[str] = set()
        self.authority: Node | None = None
        self.thing: Node | None = None
        """Authority records: the person, body, place or work itself, which the authority identifies."""
        self.bib_number = ""
        """Holdings records: control number of the bibliographic record they belong to (004, 014)."""
        self.variant_keys: list[Heading] = []
        """Authority records: what their 4XX would be as headings; the hub finds by them, it never links by them."""
        self.holdings: HoldingsFields | None = None
        """What the holdings fields said, gathered until all are read (converters.bibframe.holdings)."""
        self.twins: dict[int, list[tuple[Field, str]]] = {}
        """880 fields by id() of the field they stand beside, each with its language-script tag."""
        self.tags: dict[int, str] = {}
        """Language tag of a field's own text by id(), where it is known: an 880 without partner, $7 with BCP 47."""
        self.administration = Node("description", BF.AdminMetadata)
        """The bf:AdminMetadata of the description as it now stands (conventions, level, agency)."""
        self.later: dict[str, list[Field]] = {}
        """Fields that a step treats together after all rules, by the step's name."""

    def new_item(self, key: str) -> Node:
        """A further Item of the record's (main) Instance.

        ``key`` names it within the record (a barcode, else a name by content), so that its URI stays when the record
        is converted again; a second item with the same key gets ``-2`` and so on.
        """
        item = Node("item", BF.Item, root=True)
        item.key = key
        n = 1
        while item.key in self._item_keys:
            n += 1
            item.key = f"{key}-{n}"
        self._item_keys.add(item.key)
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

    def in_scripts(self, field: Field) -> Sequence[tuple[Field, str | None]]:
        """The field itself and then each 880 that repeats it in another script, each with its language tag."""
        if not self.twins:
            return ((field, self.tags.get(id(field)) if self.tags else None),)
        return ((field, self.tags.get(id(field))), *self.twins.get(id(field), ()))

    def codes(self, field: Field) -> str:
        """The subfield codes of the field and of the 880s that repeat it."""
        if not self.twins:
            return field.codes
        return "".join([source.codes for source, _ in self.in_scripts(field)])

    def each(self, field: Field, codes: str, *, end: str = END, parentheses: bool = False) -> list[str]:
        """Each subfield among ``codes`` as a literal of its own, first of the field, then of its 880s.

        ``end`` and ``parentheses`` as in :func:`chopped`; ``end=""`` keeps the punctuation.
        """
        found: list[str] = []
        for source, tag in self.in_scripts(field):
            for code, text in source.subfields:
                if code in codes:
                    text = chopped(text, end, parentheses=parentheses) if end else " ".join(text.split())
                    if text:
                        found.append(literal(text, tag))
        return found

    def literals(self, field: Field, codes: str, *, separator: str = " ", chop: bool = True) -> list[str]:
        """The text of some subfields as literal terms: one for the field, one for each 880 paired with it.

        Subfields are joined in the field's own order; with ``chop`` the ISBD punctuation at the end is left out.
        """
        found = []
        for source, tag in self.in_scripts(field):
            text = separator.join([t for code, t in source.subfields if code in codes and t])
            if chop:
                text = chopped(text)
            if text:
                found.append(literal(text, tag))
        return found


@dataclass(slots=True)
class Description:
    """What one record says, as nodes: no store, no base URI, no decision about identity in it.

    ``control_number`` is the key the caller gave; ``kind`` the record's; ``authority`` is set for authority records,
    the other roots for bibliographic and holdings records (a holdings record has only items). ``bib_number`` is the
    control number of the bibliographic record that a holdings record names; ``variant_keys`` are an authority's 4XX.
    """

    control_number: str
    kind: str
    work: Node | None = None
    instances: list[Node] = datafield(default_factory=list)
    items: list[Node] = datafield(default_factory=list)
    authority: Node | None = None
    problems: list[Problem] = datafield(default_factory=list)
    bib_number: str = ""
    variant_keys: list[Heading] = datafield(default_factory=list)

    def roots(self) -> list[Node]:
        """All roots of the description."""
        found = [*self.instances, *self.items]
        if self.work is not None:
            found.insert(0, self.work)
        if self.authority is not None:
            found.append(self.authority)
        return found

    def release(self) -> None:
        """Forget the statements: the roots refer to each other, and without this wait for the garbage collector.

        Measured: a stream of records is converted a quarter faster when each is released after use.
        """
        for root in self.roots():
            root.out.clear()

    def headings(self) -> Iterator[Node]:
        """Every node that the hub may promote to an entity of its own, nested ones included."""
        for root in self.roots():
            for node in root.walk():
                if node.heading is not None:
                    yield node

    def name(self, base: str) -> str:
        """Give the roots the URIs of a single-record conversion: ``{base}works/{key}``, ``{base}instances/{key}`` …

        Gives the record's own document, ``<{base}records/{key}>``: all that the record's things own, a further Instance
        too, is a fragment of it, so that nothing under ``works/`` and ``instances/`` is anything but the main ones.
        """
        key = segment(self.control_number)
        document = f"<{base}records/{key}>"
        if self.work is not None:
            self.work.iri = f"<{base}works/{key}>"
        for n, node in enumerate(self.instances):
            node.iri = f"<{base}instances/{key}>" if n == 0 else f"{document[:-1]}#instance-{n + 1}>"
        for node in self.items:
            node.iri = f"<{base}items/{key}-{segment(node.key)}>"
        if self.authority is not None:
            self.authority.iri = f"<{base}authorities/{key}>"
        return document

    def ntriples(self, base: str, resolve: Resolve | None = None) -> str:
        """N-Triples of the whole record under ``base`` (ending in ``/`` or ``#``)."""
        written = written_out(self.roots(), resolve, self.name(base))
        return f"{written}\n" if written else ""


__all__ = ["DEFAULT_PROFILE", "Conversion", "ConversionError", "Description", "chopped"]
