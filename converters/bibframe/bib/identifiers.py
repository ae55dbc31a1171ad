"""Identifiers as nodes: what the rules for numbers (010–037, 074, 088) have in common (ConvSpec-010-048)."""

from __future__ import annotations

from converters.bibframe.coded_values import term
from converters.bibframe.control_subfields import iri_of
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, RDF, RDFS

PAIRING = {"6": "pairs the field with an 880", "8": "links fields within the record"}
CANCELLED, INCORRECT = term("mstatus", "cancinv"), term("mstatus", "incorrect")
_STATUS = {"z": CANCELLED, "y": INCORRECT, "m": CANCELLED}


def numbers(field: Field, kind: str, codes: str = "ayz", *, plain: bool = False) -> list[Node]:
    """One identifier for each number in the field; $z and $m are cancelled or invalid, $y is incorrect.

    With ``plain`` ISBD punctuation goes and what stands in parentheses becomes the qualifier.
    """
    found = []
    for code, raw in field.subfields:
        if code not in codes:
            continue
        text, qualifier = raw, ""
        if plain and "(" in raw and ")" in raw:
            before, _, rest = raw.partition("(")
            qualifier, _, after = rest.partition(")")
            text = before + after
        text = chopped(text) if plain else spaced(text)
        if not text:
            continue
        node = Node("identifier", kind).add(RDF.value, literal(text))
        if code in _STATUS:
            node.add(BF.status, _STATUS[code])
        if qualifier and chopped(qualifier):
            node.add(BF.qualifier, literal(chopped(qualifier)))
        found.append(node)
    return found


def give(c: Conversion, nodes: list[Node], to: Node | None = None) -> None:
    """The identifiers to the Instance, or to the root named."""
    (to or c.instance).add(BF.identifiedBy, *nodes)


def qualified(field: Field, c: Conversion, nodes: list[Node], *, terms: bool = False) -> None:
    """$q on each number, and with ``terms`` $c (price and terms); without any number they still say how it is sold."""
    qualifiers = c.each(field, "q", parentheses=True)
    prices = c.each(field, "c") if terms else []
    for node in nodes:
        node.add(BF.qualifier, *qualifiers).add(BF.acquisitionTerms, *prices)
    if prices and not nodes:
        offer = Node("source", BF.AcquisitionSource).add(BF.acquisitionTerms, *prices)
        for qualifier in qualifiers:
            offer.add(BF.note, Node("note", BF.Note).add(RDFS.label, qualifier))
        c.instance.add(BF.acquisitionSource, offer)


def uris(field: Field, root: Node) -> None:
    """$0 and $1 that are URIs of the number itself (``http://issn.org/resource/ISSN/…``)."""
    for text in field.all("01"):
        root.add(BF.identifiedBy, iri_of(text.rpartition(")")[2].replace(" ", "")))
