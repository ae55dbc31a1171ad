"""A copy or a holding as its fields describe it, and the bf:Item made of it.

Fields of many forms (852, 876–878, Koha 952, Sierra 945 …) end in the same :class:`Copy`; only :func:`item_of` knows
how an Item looks in the graph. Source of the terms: BIBFRAME 3.0 (Item, ShelfMark, Sublocation,
EnumerationAndChronology); bh: terms of the hub where BIBFRAME has none (copy number, item type, circulation status,
sort key).
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as datafield

from converters.bibframe.conversion import Conversion
from converters.bibframe.holdings.captions import Level, Run, edtf, merged, sort_key, texts
from converters.bibframe.node import Heading, Node, name
from converters.bibframe.terms import literal
from converters.marc.record import Field
from converters.profile import DEFAULT_PROFILE
from ontologies.namespaces import BF, EDTF, HUB, RDF, RDFS, SCHEMA

Statement = tuple[str, str | Node]

UNITS = {"3": "", "4": HUB.supplements, "5": HUB.indexes}
"""What a holdings field is about by the last digit of 853–855 and 863–865: basic unit, supplements, indexes."""
MNOTETYPE = "http://id.loc.gov/vocabulary/mnotetype/"


@dataclass(slots=True)
class Extent:
    """What a holding has of one kind of unit: encoded runs, and the statement as text where the cataloguer wrote
    one.
    """

    unit: str = ""
    apart: bool = False
    runs: list[Run] = datafield(default_factory=list)
    words: list[tuple[str, str | None]] = datafield(default_factory=list)
    notes: list[str] = datafield(default_factory=list)

    def labels(self) -> list[str]:
        """The statement as literal terms: the cataloguer's own words when there are any, else the expanded runs."""
        if self.words:
            main = ", ".join(text for text, tag in self.words if tag is None)
            twins = [literal(text, tag) for text, tag in self.words if tag is not None]
            return ([literal(main)] if main else []) + twins
        return [literal(t, tag or None) for tag, t in texts(merged(self.runs)).items() if t]

    def node(self) -> Node | None:
        """The bf:EnumerationAndChronology, or None when it would say nothing."""
        labels = self.labels()
        if not labels:
            return None
        node = Node("holdings", BF.EnumerationAndChronology).add(RDFS.label, *labels)
        if self.unit:
            node.add(HUB.unit, self.unit)
        joined = merged(self.runs)
        keys = map(sort_key, joined) if joined else (text_key(text) for text, _ in self.words[:1])
        key = min(filter(None, keys), default="")
        node.add(HUB.sortKey, literal(key) if key else None)
        if joined:
            for date in dict.fromkeys(edtf(run) for run in joined):
                node.add(BF.date, literal(date, datatype=EDTF.edtf) if date else None)
        return node.add(BF.note, *(note(text) for text in self.notes))


@dataclass(slots=True)
class Copy:
    """One copy (or one library's holding) in plain values; see the module's text. Empty values are not stated.

    ``library`` is the code of the holding library as the record has it ("" is the member itself), ``institution``
    the body it is part of when the record names both. ``named`` says that the field names an institution (852 $a),
    ``link`` is the link number of $8, ``part`` $3, ``position`` the place of the field in the record.
    """

    library: str = ""
    institution: str = ""
    addresses: list[str] = datafield(default_factory=list)
    sublocations: list[str] = datafield(default_factory=list)
    shelfmark: str = ""
    shelfmark_type: str = BF.ShelfMark
    shelfmark_source: str = ""
    barcodes: list[str] = datafield(default_factory=list)
    copy: str = ""
    enumeration: str = ""
    extents: list[Extent] = datafield(default_factory=list)
    status: str = ""
    status_text: str = ""
    item_type: str = ""
    also: list[Statement] = datafield(default_factory=list)
    link: str = ""
    part: str = ""
    named: bool = False
    position: int = 0

    def extent(self, unit: str, *, apart: bool = False) -> Extent:
        """The extent of one kind of unit (``apart``: the one of text without encoded values), made when first asked
        for.
        """
        for found in self.extents:
            if found.unit == unit and found.apart == apart:
                return found
        made = Extent(unit, apart)
        self.extents.append(made)
        return made

    def key(self) -> str:
        """The name of the Item within its record: its barcode, else a name by what tells copies apart."""
        if self.barcodes:
            return self.barcodes[0]
        return name("\x1f".join((self.library, *self.sublocations, self.shelfmark, self.copy, self.enumeration)))


def within(copy: Copy, other: Copy) -> bool:
    """Whether library, sublocations and shelf mark of ``copy`` are those of ``other``, as far as it states them."""
    places = {text.casefold() for text in other.sublocations}
    mark = "".join(copy.shelfmark.split()).casefold()
    return (
        copy.library.casefold() == other.library.casefold()
        and all(text.casefold() in places for text in copy.sublocations)
        and "".join(other.shelfmark.split()).casefold().startswith(mark)
    )


@dataclass(slots=True)
class HoldingsFields:
    """What the holdings fields of one record said, until all are read."""

    places: dict[int, int] = datafield(default_factory=dict)
    """The place of each field in the record, by its id()."""
    locations: list[Copy] = datafield(default_factory=list)
    captions: list[tuple[str, str, int, dict[str, Level]]] = datafield(default_factory=list)
    """853–855: the tag's last digit, the link number of $8, the place in the record, the levels."""
    extents: list[tuple[Field, int]] = datafield(default_factory=list)
    """863–868 with their place in the record."""
    pieces: list[tuple[Field, int]] = datafield(default_factory=list)
    """876–878 with their place in the record."""
    institutions: list[str] = datafield(default_factory=list)
    """Libraries of the member that 850 names."""
    common: list[Statement] = datafield(default_factory=list)
    """What is true of every Item of the record (reproduction, terms of use, retention …)."""


def fields_of(c: Conversion) -> HoldingsFields:
    """The gathered holdings fields of the record, begun at the first."""
    if c.holdings is None:
        c.holdings = HoldingsFields({id(field): n for n, field in enumerate(c.record.fields)})
    return c.holdings


def position(field: Field, c: Conversion) -> int:
    """The place of a field in its record."""
    return fields_of(c).places.get(id(field), len(c.record.fields))


def library(copy: Copy, c: Conversion) -> Node | None:
    """The holding library: its heading is the code as the record has it, ``bf:code`` what the profile makes of it.

    Without a code it is the member itself, by the organization code of its profile; None when that is not known
    either (a conversion on its own): the hub, which knows the member, then states it.
    """
    shown = c.profile.libraries.get(copy.library, copy.library) or c.profile.organization
    if not shown and not copy.institution and not copy.addresses:
        return None
    node = Node("library", BF.Organization, heading=Heading("libraries", copy.library))
    if shown:
        node.add(BF.code, literal(shown))
    if copy.institution:
        parent = Node("institution", BF.Organization).add(BF.code, literal(copy.institution))
        node.add(SCHEMA.parentOrganization, parent)
    for text in copy.addresses:
        node.add(BF.place, Node("place", BF.Place).add(RDFS.label, literal(text)))
    return node


def note(text: str, kind: str = "", tag: str | None = None) -> Node:
    """A bf:Note; ``kind`` is a code of LC's list of note types."""
    node = Node("note", BF.Note)
    if kind:
        node.typed(f"<{MNOTETYPE}{kind}>")
    return node.add(RDFS.label, literal(text, tag))


def policy(text: str, kind: str = BF.UsageAndAccessPolicy) -> Node:
    """Terms of use, access or retention."""
    return Node("policy", kind).add(RDFS.label, literal(text))


def identifier(value: str, kind: str) -> Node:
    """An identifier of an Item (bf:Barcode, bf:AccessionNumber, bf:Local)."""
    return Node("identifier", kind).add(RDF.value, literal(value))


def item_of(copy: Copy, c: Conversion) -> Node:
    """The bf:Item of a copy, added to the conversion."""
    item = c.new_item(copy.key())
    item.add(BF.heldBy, library(copy, c))
    places = [*_unknown_branch(copy, c), *copy.sublocations] if copy.library else copy.sublocations
    for text in dict.fromkeys(places) if len(places) > 1 else places:
        item.add(BF.sublocation, Node("sublocation", BF.Sublocation).add(RDFS.label, literal(text)))
    if copy.shelfmark:
        mark = Node("shelfmark", copy.shelfmark_type).add(RDFS.label, literal(copy.shelfmark))
        if copy.shelfmark_source:
            mark.add(BF.source, Node("source", BF.Source).add(BF.code, literal(copy.shelfmark_source)))
        item.add(BF.shelfMark, mark)
    for value in dict.fromkeys(copy.barcodes) if len(copy.barcodes) > 1 else copy.barcodes:
        item.add(BF.identifiedBy, identifier(value, BF.Barcode))
    if copy.copy:
        item.add(HUB.copyNumber, literal(copy.copy))
    if copy.enumeration:
        item.add(BF.enumerationAndChronology, enumeration(copy.enumeration))
    for extent in copy.extents:
        item.add(BF.enumerationAndChronology, extent.node())
    if copy.item_type:
        item.add(HUB.itemType, literal(copy.item_type))
    if copy.status:
        item.add(HUB.itemStatus, copy.status)
    elif copy.status_text:
        item.add(BF.status, Node("status", BF.Status).add(RDFS.label, literal(copy.status_text)))
    for predicate, statement in copy.also:
        item.add(predicate, statement)
    return item


def _unknown_branch(copy: Copy, c: Conversion) -> list[str]:
    """A code that the profile maps to no library: the hub gives the copy to the member, so where it is must be said
    too.
    """
    code = copy.library
    alone = c.profile is DEFAULT_PROFILE  # a conversion on its own: bf:heldBy says the code itself
    known = alone or not code or code == c.profile.organization or code in c.profile.libraries
    return [] if known else [code]


def enumeration(text: str) -> Node:
    """Enumeration and chronology that the record gives as one text (Koha 952 $h, HathiTrust 974 $z, 852 $3)."""
    key = text_key(text)
    node = Node("holdings", BF.EnumerationAndChronology).add(RDFS.label, literal(text))
    return node.add(HUB.sortKey, literal(key) if key else None)


def text_key(text: str) -> str:
    """All numbers of a text, padded to six digits: ``v.28 (1942)`` → ``000028.001942``."""
    numbers: list[str] = []
    digits = ""
    for ch in f"{text} ":
        if "0" <= ch <= "9":
            digits += ch
        elif digits:
            numbers.append(digits.rjust(6, "0"))
            digits = ""
    return ".".join(numbers)
