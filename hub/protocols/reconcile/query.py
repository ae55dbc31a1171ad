"""A question and its answers, whichever protocol version asked: what is looked for, what is known of it, what fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Quantifier = Literal["any", "all", "none"]

LIMIT = 10
"""Candidates of a query that names no limit."""
MOST_CANDIDATES = 50
LONGEST_TEXT = 4000
"""Characters of one text; a longer one is no title and no name, and is refused."""
LONGEST_SEARCHED = 400
"""Characters of a text that candidates are looked for with; all of it is compared."""
MOST_VALUES = 20
"""Values of one condition."""
MOST_CONDITIONS = 20


@dataclass(frozen=True, slots=True)
class Condition:
    """What is known of the thing: a property (an id of vocabulary.PROPERTIES) and values as text.

    ``required`` makes a filter of what is else evidence; ``quantifier`` tells how many of the values must agree.
    """

    property: str
    values: tuple[str, ...]
    required: bool = False
    quantifier: Quantifier = "any"


@dataclass(frozen=True, slots=True)
class Query:
    """One thing looked for: ``text`` its name or title, ``ids`` ids it may have, ``types`` of vocabulary.TYPES.

    ``others`` are further names it may have instead, ``never`` names it must not have; with ``named`` candidates whose
    name or title does not agree are left out.
    """

    text: str = ""
    types: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    ids: tuple[str, ...] = ()
    limit: int = LIMIT
    others: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    named: bool = False

    def values(self, *properties: str) -> list[str]:
        """The texts given for some properties, those of excluding conditions left out."""
        return [v for c in self.conditions if c.property in properties and c.quantifier != "none" for v in c.values]


@dataclass(slots=True)
class Candidate:
    """An entity that may be the thing.

    ``id`` is its path below the hub's base URI (``works/b7k2``); ``types`` the narrowest first; ``score`` 0 … 100;
    ``features`` how well each thing given agrees (−1 … 1, or a truth); ``match`` only when certain; ``libraries`` the
    codes of those who hold it.
    """

    id: str
    name: str
    types: tuple[str, ...]
    score: float
    features: dict[str, float | bool] = field(default_factory=dict)
    description: str = ""
    match: bool = False
    libraries: tuple[str, ...] = ()
