"""The last step of holdings: what all fields said together becomes bf:Items.

- Each 852 is one Item. With one 876–878 for all it holds the two are one; with several, each piece is an Item, and
  the 852 stays as an Item of its own (which the pieces are part of) only when it states holdings that no piece took.
- In a holdings record the 852 fields without a library of their own say more about the one that has it.
- Copies from the member's local fields (profile) stand beside them; an 852 that says only where such a copy stands
  is left out, it would count the copy twice.
"""

from __future__ import annotations

from converters.bibframe.conversion import Conversion
from converters.bibframe.holdings.copies import Copy, HoldingsFields, Statement, item_of, library, within
from converters.bibframe.holdings.enumeration import link_number, owner, place_extents
from converters.bibframe.holdings.local import local_copies
from converters.bibframe.holdings.pieces import piece_of
from converters.bibframe.node import Node
from converters.bibframe.rules import BIB, HOLDINGS
from ontologies.namespaces import BF


def bibliographic_items(c: Conversion) -> None:
    """Items of holdings embedded in a bibliographic record; none when it has no holdings field at all.

    Items that other rules made (856 of an online resource) are held by the member.
    """
    for item in c.items:
        if not item.values(BF.heldBy):
            item.add(BF.heldBy, library(Copy(), c))
    local = local_copies(c)
    held = c.holdings
    if held is None:
        for copy in local:
            item_of(copy, c)
        return
    others = len(c.items)
    locations = _with_institutions(held)
    if not locations and (held.extents or held.pieces):
        locations = [Copy()]
    if local:
        locations = [copy for copy in locations if not _repeats(copy, local, held)]
    _items(locations, held, c)
    for copy in local:
        item_of(copy, c)
    _add_common(held.common, c.items[others:])


BIB.after.insert(0, bibliographic_items)  # before the steps that look for the record's Items (541)


@HOLDINGS.step
def holdings_items(c: Conversion) -> None:
    """Items of a holdings record: at least one, for the record is about a holding."""
    held = c.holdings or HoldingsFields()
    held.locations = _one_place(held.locations)
    local = local_copies(c)
    told = bool(local) and not (held.extents or held.pieces)  # the member's own form of 852 is the whole holding
    _items(_with_institutions(held) or ([] if told else [Copy()]), held, c)
    for copy in local:
        item_of(copy, c)
    _add_common(held.common, c.items)


def _with_institutions(held: HoldingsFields) -> list[Copy]:
    """The locations, and those libraries of 850 that no location names."""
    named = {code for copy in held.locations for code in (copy.library, copy.institution)}
    return held.locations + [Copy(library=code) for code in dict.fromkeys(held.institutions) if code not in named]


def _add_common(common: list[Statement], items: list[Node]) -> None:
    for item in items:
        for predicate, value in common:
            item.add(predicate, value)


def _repeats(copy: Copy, local: list[Copy], held: HoldingsFields) -> bool:
    """Whether an 852 says no more than a copy of the local fields: the same barcode, or only where such a copy
    stands.
    """
    if held.extents or held.pieces:
        return False
    if copy.barcodes:
        return any(barcode in other.barcodes for barcode in copy.barcodes for other in local)
    return not copy.also and any(within(copy, other) for other in local)


def _one_place(locations: list[Copy]) -> list[Copy]:
    """The locations of a holdings record, those without an institution merged into the one that names it.

    Some systems spread one location over several fields (ZDB: ``852 #1 $c…``, ``852 #2 $b…``, ``852 ## $a…``).
    """
    placed = [copy for copy in locations if copy.named] or [copy for copy in locations if copy.library]
    if len(placed) != 1 or len(locations) == 1:
        return locations
    main = placed[0]
    for copy in locations:
        if copy is main:
            continue
        main.sublocations.extend([copy.library] if copy.library else [])
        main.sublocations.extend(copy.sublocations)
        main.barcodes.extend(copy.barcodes)
        main.also.extend(copy.also)
        main.copy = main.copy or copy.copy
        if not main.shelfmark:
            main.shelfmark, main.shelfmark_type = copy.shelfmark, copy.shelfmark_type
            main.shelfmark_source = copy.shelfmark_source
        main.link = main.link or copy.link
        main.part = main.part or copy.part
    return placed


def _items(locations: list[Copy], held: HoldingsFields, c: Conversion) -> None:
    if not locations:
        return
    by_owner: dict[int, list[Copy]] = {}
    by_link: dict[tuple[int, str, str], Copy] = {}
    for field, _ in held.pieces:
        location = owner(field, held, locations)
        piece = piece_of(field, location)
        by_owner.setdefault(id(location), []).append(piece)
        link, sequence = link_number(field)
        if link and sequence:
            by_link.setdefault((id(location), link, sequence), piece)
    place_extents(held, locations, by_link, c)
    for location in locations:
        pieces = by_owner.get(id(location), [])
        if len(pieces) == 1 and not (pieces[0].extents and location.extents):
            pieces[0].extents.extend(location.extents)
            pieces[0].barcodes.extend(b for b in location.barcodes if b not in pieces[0].barcodes)
            pieces[0].enumeration = pieces[0].enumeration or location.part
            item_of(pieces[0], c)
            continue
        whole: Node | None = None
        if location.extents or not pieces:
            location.enumeration = location.enumeration or location.part
            whole = item_of(location, c)
        for piece in pieces:
            item = item_of(piece, c)
            if whole is not None:
                item.add(BF.partOf, whole)
