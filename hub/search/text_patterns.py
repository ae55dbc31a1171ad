"""Finds the text search patterns of a SPARQL query: triples whose predicate is ``bh:search``.

    ?work bh:search "truyen kieu"                    (?work ?score) bh:search ("truyen kieu" 50)

Both are triples of plain SPARQL 1.1 (§4.2.3 for the collections), so that clients' parsers take them;
:mod:`hub.search.query_statements` finds where they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hub.search.query_statements import Entry, Reading, Statement, unescaped
from ontologies.namespaces import HUB
from sparql.lexer import Token

SEARCH = HUB["search"][1:-1]
"""The predicate."""
DEFAULT_LIMIT = 100
MOST_HITS = 1000
MOST_PATTERNS = 8
MOST_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """One search: the words, how many hits at most, and the variables (without ``?``) of the Work and its score."""

    text: str
    limit: int
    work: str
    score: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """Characters ``start`` to ``end`` of the query give way to what the searches find, or to nothing."""

    start: int
    end: int
    wanted: tuple[Wanted, ...] = ()


def changes(query: str) -> list[Change]:
    """What is to be replaced in a query, in its order; empty when it has no text search pattern.

    Raises :class:`sparql.QueryRefused` (400) for one that cannot be answered, :class:`sparql.QuerySyntaxError` for
    text that has no SPARQL tokens.
    """
    if "bibhub.org" not in query and "\\" not in query:  # whoever writes the IRI in parts needs a backslash
        return []
    reading = Reading(query, SEARCH, "bh:search")
    return sorted(_Patterns(reading).changes(), key=lambda change: change.start)


def rewritten(query: str, found: Sequence[Change], hits: Callable[[Wanted], str]) -> str:
    """The query with its changes made; ``hits`` gives the VALUES block of a search. Lines keep their numbers."""
    parts, at = [], 0
    for change in found:
        blocks = "".join(f"{hits(wanted)} " for wanted in change.wanted)
        lines = "\n" * query.count("\n", change.start, change.end)
        parts += [query[at : change.start], blocks, lines]
        at = change.end
    return "".join([*parts, query[at:]])


class _Patterns:
    """What the statements of a reading ask the text index for."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._tokens = reading.tokens
        self._refuse = reading.refuse
        self.count = 0

    def changes(self) -> Iterator[Change]:
        """What is to be replaced."""
        for statement in self._reading.run():
            yield from self._replacing(statement)

    def _replacing(self, statement: Statement) -> Iterator[Change]:
        searches = [entry for entry in statement.entries if entry.search]
        others = [entry for entry in statement.entries if not entry.search]
        wanted = tuple(w for entry in searches for w in self._wanted(statement, entry, alone=not others))
        start = self._tokens[statement.subject].at
        if not others:
            yield Change(start, self._end(statement.last), wanted)
            return
        yield Change(start, start, wanted)
        for entry, then in zip(statement.entries, [*statement.entries[1:], None], strict=True):
            if entry.search:
                leading = entry.first < others[0].first
                # A subject needs a predicate right behind it; later ones may leave their semicolon: a ; ; b.
                end = self._tokens[then.first].at if leading and then else self._end(entry.last)
                yield Change(self._tokens[entry.first].at, end)

    def _end(self, number: int) -> int:
        token = self._tokens[number]
        return token.at + len(token.text)

    def _wanted(self, statement: Statement, entry: Entry, *, alone: bool) -> Iterator[Wanted]:
        at = self._tokens[entry.first]
        subject = self._tokens[statement.subject : statement.subject_last + 1]
        in_list = subject[0].text == "("
        variables = subject[1:-1] if in_list else subject
        if not 1 <= len(variables) <= 2 or any(v.kind != "variable" for v in variables):
            raise self._refuse(at, "before it stand a variable for the Work, or two in brackets: (?work ?score).")
        names = [v.text[1:] for v in variables]
        if len(names) == 2 and names[0] == names[1]:
            raise self._refuse(at, f"?{names[0]} cannot be both the Work and its score.")
        if in_list and not alone:
            raise self._refuse(at, "after (?work ?score) only bh:search may stand; say the rest in ?work … of its own.")
        score = names[1] if len(names) == 2 else None
        for count, (text, limit) in enumerate(self._objects(at, entry)):
            if count and score:
                raise self._refuse(at, "several texts have several scores: give each a bh:search of its own.")
            self.count += 1
            if self.count > MOST_PATTERNS:
                raise self._refuse(at, f"a query may have {MOST_PATTERNS} of them.")
            yield Wanted(text, limit, names[0], score)

    def _objects(self, at: Token, entry: Entry) -> Iterator[tuple[str, int]]:
        """The texts and limits of ``"a", ("b" 50)``."""
        rest = self._tokens[entry.objects : entry.last + 1] if entry.objects >= 0 else []
        number = 0
        while number < len(rest):
            if rest[number].text == "(":
                close = next((i for i in range(number, len(rest)) if rest[i].text == ")"), len(rest))
                inner = rest[number + 1 : close]
                number = close + 1
            else:
                ends = next((i for i in range(number, len(rest)) if rest[i].text == ","), len(rest))
                inner = rest[number:ends]
                number = ends
            yield self._text_and_limit(at, inner)
            if number < len(rest) and rest[number].text == ",":
                number += 1

    def _text_and_limit(self, at: Token, inner: list[Token]) -> tuple[str, int]:
        if not inner or inner[0].kind != "string":
            raise self._refuse(
                at, "the text to find is written in quotation marks; a variable, an IRI or a number cannot be searched."
            )
        text = _string(inner[0].text).strip()
        if not text:
            raise self._refuse(at, "the text to find is empty.")
        if len(text) > MOST_CHARACTERS:
            raise self._refuse(at, f"the text to find has {len(text):,} characters; {MOST_CHARACTERS} are allowed.")
        rest = inner[1:]
        while rest and (rest[0].kind == "language" or rest[0].text == "^^"):
            rest = rest[1:] if rest[0].kind == "language" else rest[2:]
        if not rest:
            return text, DEFAULT_LIMIT
        if len(rest) != 1 or rest[0].kind != "number" or not rest[0].text.isascii() or not rest[0].text.isdigit():
            raise self._refuse(at, 'behind the text may stand one whole number, the limit: ("truyen kieu" 50).')
        digits = rest[0].text.lstrip("0")
        if len(digits) > len(str(MOST_HITS)) or not 1 <= int(digits or 0) <= MOST_HITS:
            raise self._refuse(at, f"the limit is {digits or 0}; 1 to {MOST_HITS:,} hits may be asked for.")
        return text, int(digits)


def _string(written: str) -> str:
    """The value of a string token."""
    quotes = 3 if len(written) >= 6 and written[:3] in ('"""', "'''") else 1
    return unescaped(written[quotes:-quotes])
