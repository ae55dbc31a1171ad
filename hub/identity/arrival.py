"""What intake hands to identity: one stored, changed or deleted member record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class HeadingClaim:
    """A heading that a record uses: its place in the hub, strict key, and what the record's node says of it.

    ``payload`` is JSON text: a list of [predicate, term] pairs (nested nodes as lists), the same for every record that
    has the heading except for what one cataloguer adds (``$0``, dates).
    """

    place: str
    key: str
    payload: str
    marks: list[str] = field(default_factory=list)
    """What identifies the heading besides its text (identity.marks)."""
    inner: list[tuple[str, str]] = field(default_factory=list)
    """(place, key) of the headings inside this one: a Hub's creator, the parts of a complex subject."""


@dataclass(slots=True)
class Arrival:
    """One record of a batch, already in the registry under ``record``; ``features`` is None for a deleted one."""

    record: int
    member: str
    kind: str
    control_number: str
    new: bool
    deleted: bool = False
    copies: bool = False
    bib_number: str = ""
    features: dict[str, Any] | None = None
    headings: list[HeadingClaim] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    """Keys of the record's Items, unique within the record (barcode or content)."""
    establishes: HeadingClaim | None = None
    """Authority records: the heading they establish."""
    variants: list[tuple[str, str]] = field(default_factory=list)
    """Authority records: (place, key) of the 4XX forms."""
