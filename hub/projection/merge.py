"""One description out of what several records say: a pure function of the records, whatever their order of arrival.

Records come best first (identity.rank, then age). What can be said once is taken from the best record that says it;
what records may add to each other is united. Owned nodes are named by content, so equal ones fall together.
"""

from __future__ import annotations

from collections.abc import Sequence

from converters.bibframe.node import TYPE, Node
from converters.bibframe.terms import text_of
from converters.marc.values import isbn13
from ontologies.namespaces import BF, BFLC, RDF, RDFS

# Said once per thing. A second member's wording of the same imprint or extent is a variant of no use to a reader; it
# stands in that member's record. All other predicates are united.
_ONCE = frozenset(
    {
        BF.responsibilityStatement,
        BF.editionStatement,
        BF.publicationStatement,
        BF.distributionStatement,
        BF.manufactureStatement,
        BF.productionStatement,
        BF.copyrightDate,
        BF.provisionActivity,
        BF.extent,
        BF.dimensions,
        BF.issuance,
        BF.frequency,
        BF.summary,
        BF.tableOfContents,
        BF.duration,
        BF.scale,
        BF.originDate,
        BFLC.marcKey,
        BFLC.aap,
        RDFS.label,
    }
)
# Of the record, not of the thing: it stays in the record's own document.
_OF_THE_RECORD = frozenset({BF.adminMetadata})
_MAIN_TITLE = frozenset({BF.Title})
_PRIMARY = BF.PrimaryContribution


def merge(nodes: Sequence[Node]) -> Node:
    """One node out of the same thing's nodes, best first; the first gives kind, IRI and heading."""
    first = nodes[0]
    merged = Node(first.kind, heading=first.heading, root=first.root)
    merged.iri = first.iri
    decided: set[str] = set()
    numbers: set[str] = set()
    for node in nodes:
        here: set[str] = set()
        for predicate, value in node.out:
            if predicate in _OF_THE_RECORD:
                continue
            if predicate == BF.identifiedBy and isinstance(value, Node):
                number = _book_number(value)
                if number is not None:
                    if number in numbers:
                        continue
                    numbers.add(number)
            key = _once(predicate, value)
            if key is not None:
                if key in decided:
                    continue
                here.add(key)
            merged.out.append((predicate, value))
        decided |= here
    return merged


def _book_number(identifier: Node) -> str | None:
    """The ISBN-13 of an identifier: one number, whether written with 10 digits or 13, with hyphens or without.

    None for other identifiers and for cancelled ones (020 $z), which are evidence and no number of the thing.
    """
    if BF.Isbn not in identifier.types or identifier.values(BF.status):
        return None
    return next((found for v in identifier.values(RDF.value) if (found := isbn13(text_of(str(v))))), None)


def _once(predicate: str, value: str | Node) -> str | None:
    """The name of the question that this statement answers, if it may be answered only once; else None."""
    if predicate in _ONCE:
        return predicate
    if isinstance(value, Node):
        if predicate == BF.title and set(value.types) <= _MAIN_TITLE:
            return "main title"
        if predicate == BF.contribution and (TYPE, _PRIMARY) in value.out:
            return "primary contribution"
    return None
