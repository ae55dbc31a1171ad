"""Rules: one function for a field, with its specification, what it does with each subfield, and its proof.

A rule reads one field and adds to the conversion::

    @rule("250", "ab", spec="ConvSpec-250-270", target="I bf:editionStatement",
          examples=[Example("250 ## $aTái bản lần thứ 2", 'I bf:editionStatement "Tái bản lần thứ 2"')])
    def edition_statement(field: Field, c: Conversion) -> None: ...

The examples are its tests (tests/converters/test_rules.py) and its row of docs/mapping.md. The second argument
lists the subfields that the rule converts; ``notes`` those kept only as text of a note, ``drops`` those left out on
purpose with the reason. A subfield in none of them is *unknown* and shows in the loss ledger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as datafield
from typing import TYPE_CHECKING

from converters.marc.record import Field

if TYPE_CHECKING:
    from converters.bibframe.conversion import Conversion

RuleFunction = Callable[[Field, "Conversion"], None]
StepFunction = Callable[["Conversion"], None]


@dataclass(frozen=True, slots=True)
class Example:
    """MARC lines in (as :func:`converters.marc.record.record_of` reads them), statements out.

    A statement is ``ROLE path value``: role W (Work), I (Instance), T (Item) or A (authority), a path of CURIEs joined
    by ``/``, and a literal in quotes (with its language tag or ``^^`` datatype CURIE) or an IRI or CURIE.
    A statement that starts with ``!`` must *not* hold.
    """

    marc: str
    statements: tuple[str, ...]

    def __init__(self, marc: str, *statements: str) -> None:
        object.__setattr__(self, "marc", marc)
        object.__setattr__(self, "statements", statements)


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered rule; ``where`` is the place to edit (module:function)."""

    tags: tuple[str, ...]
    converts: str
    notes: str
    drops: Mapping[str, str]
    spec: str
    target: str
    examples: tuple[Example, ...]
    where: str
    apply: RuleFunction


@dataclass
class RuleBook:
    """The rules of one record kind by tag, and the steps that need the whole record, run after all fields."""

    by_tag: dict[str, list[Rule]] = datafield(default_factory=lambda: defaultdict(list))
    rules: list[Rule] = datafield(default_factory=list)
    before: list[StepFunction] = datafield(default_factory=list)
    after: list[StepFunction] = datafield(default_factory=list)

    def rule(
        self,
        tags: str,
        converts: str = "",
        *,
        spec: str,
        target: str,
        notes: str = "",
        drops: Mapping[str, str] | None = None,
        examples: Iterable[Example] = (),
    ) -> Callable[[RuleFunction], RuleFunction]:
        """Register a rule for fields with one of ``tags`` (separated by spaces). Rules run in field order of the
        record and, for one field, in the order of registration.
        """

        def register(function: RuleFunction) -> RuleFunction:
            where = f"{function.__module__}:{function.__name__}"
            made = Rule(
                tuple(tags.split()), converts, notes, dict(drops or {}), spec, target, tuple(examples), where, function
            )
            self.rules.append(made)
            for tag in made.tags:
                self.by_tag[tag].append(made)
            return function

        return register

    def step(self, function: StepFunction) -> StepFunction:
        """Register work on the whole record, done after all fields (Work titles, provision activity, 880 leftovers)."""
        self.after.append(function)
        return function

    def preparation(self, function: StepFunction) -> StepFunction:
        """Register work on the whole record, done before any field (types of the Work, pairing of 880)."""
        self.before.append(function)
        return function


BIB = RuleBook()
HOLDINGS = RuleBook()
AUTHORITY = RuleBook()
