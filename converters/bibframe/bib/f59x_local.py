"""Local fields (X9X, 9XX) that the member's profile publishes: notes with the profile's labels (not in LC's specs)."""

from __future__ import annotations

from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, RDFS

_TAGS = [f"{n}9{m}" for n in range(1, 9) for m in range(10) if (n, m) != (4, 0)] + [f"9{n:02}" for n in range(100)]
"""All tags that MARC 21 leaves to libraries, 490 (a series statement) is not one of them."""


@BIB.rule(
    " ".join(_TAGS),
    "",
    notes="abcdefghijklmnopqrstuvwxyz0123456789",
    spec="the member's profile (notes)",
    target="I bf:note",
    examples=[Example("590 ## $aQuà tặng của gia đình", '!I bf:note/rdfs:label "Quà tặng của gia đình"')],
)
def local_note(field: Field, c: Conversion) -> None:
    """A local field as a note, only when the profile names its tag: local fields may hold staff names."""
    label = c.profile.notes.get(field.tag)
    if label is None:
        return
    text = spaced(" ".join(text for code, text in field.subfields if code not in "68"))
    if text:
        note = Node("note", BF.Note).add(RDFS.label, literal(f"{label}: {text}" if label else text))
        c.instance.add(BF.note, note)
