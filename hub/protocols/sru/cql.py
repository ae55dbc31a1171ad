"""CQL, the query language of SRU, read into a tree: linear in the length of the query, and bounded.

Source: CQL 1.2 (Library of Congress) and OASIS searchRetrieve 1.0 part 5; prefixes, booleans with modifiers,
relations with modifiers, sortBy. What a word means (index, relation, mask) is not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.protocols.sru.diagnostics import SruError

LONGEST_QUERY = 10_000
MOST_CLAUSES = 200
DEEPEST = 40
MOST_PREFIXES = 20
MOST_MODIFIERS = 20

COMPARISONS = ("==", "<=", ">=", "<>", "=", "<", ">")
_BOOLEANS = frozenset({"and", "or", "not", "prox"})
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted>"[^"\\]*(?:\\.[^"\\]*)*")
    | (?P<symbol>==|<=|>=|<>|[=<>()/])
    | (?P<word>[^\s()=<>"/]+)
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Modifier:
    """``/name=value`` of a relation, boolean or sort key; name and value in lower case as to the name only."""

    name: str
    comparison: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of an index or relation: the URI of its context set where the query maps the prefix, else the prefix."""

    prefix: str
    uri: str
    name: str

    def __str__(self) -> str:
        return f"{self.prefix}.{self.name}" if self.prefix else self.name


@dataclass(frozen=True, slots=True)
class Clause:
    """``index relation/modifiers term``; a term alone has neither index nor relation. ``term`` keeps its
    backslashes: they tell a mask from a letter.
    """

    index: Name | None
    relation: Name
    modifiers: tuple[Modifier, ...]
    term: str


@dataclass(frozen=True, slots=True)
class Boolean:
    """Operands of ``and`` or ``or`` in a row, or the two of ``not``."""

    operator: str
    operands: tuple[Tree, ...]


Tree = Clause | Boolean


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of sortBy."""

    index: Name
    modifiers: tuple[Modifier, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A query and what its result is sorted by."""

    tree: Tree
    sort: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int

    def says(self, *words: str) -> bool:
        return self.kind == "word" and self.text.lower() in words


def parse(text: str) -> Query:
    """Read a query. Raises SruError: 10 with the place for what is no CQL, 12, 13, 38 for what is too much."""
    if len(text) > LONGEST_QUERY:
        raise SruError(12, str(LONGEST_QUERY))
    found = _CONTROL.search(text)
    if found is not None:
        raise SruError(10, f"control character at {found.start() + 1}")
    return _Parser(_tokens(text)).query()


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while True:
        found = _TOKEN.match(text, at)
        if found is None:  # only a quote without its end is no token
            raise SruError(14, f"the quote at {text.index(chr(34), at) + 1} does not end")
        kind = str(found.lastgroup)
        token = found.group(kind)
        tokens.append(_Token(kind, token[1:-1] if kind == "quoted" else token, found.start(kind)))
        if kind == "end":
            return tokens
        at = found.end()


class _Parser:
    """Recursive descent; only parentheses recurse, and these are counted."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.clauses = 0
        self.prefixes = 0
        self.scope: dict[str, str] = {}

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def symbol(self, *symbols: str) -> bool:
        return self.next.kind == "symbol" and self.next.text in symbols

    def wrong(self, expected: str) -> SruError:
        token = self.next
        found = "the end" if token.kind == "end" else f"“{token.text}”"
        return SruError(10, f"{expected} expected, {found} found at {token.at + 1}")

    def query(self) -> Query:
        tree = self.scoped()
        sort = self.sort() if self.next.says("sortby") else ()
        if self.next.kind != "end":
            if self.symbol(")"):
                raise SruError(13, f"“)” at {self.next.at + 1} closes nothing")
            raise self.wrong("and, or, not or the end")
        return Query(tree, sort)

    def scoped(self) -> Tree:
        """Prefix assignments, then clauses joined by booleans; the prefixes hold to the end of this query."""
        outer = self.scope
        while self.symbol(">"):
            self.assignment()
        tree = self.clause()
        while self.next.kind == "word" and self.next.text.lower() in _BOOLEANS:
            operator = self.take().text.lower()
            modifiers = self.modifiers()
            if operator == "prox":
                raise SruError(39)
            if modifiers:
                raise SruError(46, modifiers[0].name)
            right = self.clause()
            if operator != "not" and isinstance(tree, Boolean) and tree.operator == operator:
                tree = Boolean(operator, (*tree.operands, right))
            else:
                tree = Boolean(operator, (tree, right))
        self.scope = outer
        return tree

    def assignment(self) -> None:
        self.take()
        self.prefixes += 1
        if self.prefixes > MOST_PREFIXES:
            raise SruError(48, f"more than {MOST_PREFIXES} prefix assignments")
        name = self.text("a prefix or the URI of a context set")
        if self.symbol("="):
            self.take()
            self.scope = {**self.scope, name.lower(): self.text("the URI of a context set")}
        else:
            self.scope = {**self.scope, "": name}

    def clause(self) -> Tree:
        if self.symbol("("):
            opened = self.take()
            self.depth += 1
            if self.depth > DEEPEST:
                raise SruError(13, f"more than {DEEPEST} deep")
            tree = self.scoped()
            if not self.symbol(")"):
                if self.next.kind == "end":
                    raise SruError(13, f"“(” at {opened.at + 1} does not end")
                raise self.wrong("“)”")
            self.take()
            self.depth -= 1
            return tree
        self.clauses += 1
        if self.clauses > MOST_CLAUSES:
            raise SruError(38, str(MOST_CLAUSES - 1))
        return self.search_clause()

    def search_clause(self) -> Clause:
        first = self.next
        text = self.text("a search term")
        following = self.next
        if following.kind == "symbol" and following.text in COMPARISONS:
            relation = Name("", "", self.take().text)
        elif following.kind == "word" and not following.says("sortby", *_BOOLEANS):
            relation = self.name(self.take().text)
        else:
            return Clause(None, Name("", "", "scr"), (), text)
        if first.kind == "word" and first.says("sortby", *_BOOLEANS):
            self.at -= 2
            raise self.wrong("an index")
        modifiers = self.modifiers()
        return Clause(self.name(text), relation, modifiers, self.text("a search term"))

    def modifiers(self) -> tuple[Modifier, ...]:
        found: list[Modifier] = []
        while self.symbol("/"):
            self.take()
            name = self.text("a modifier").lower()
            comparison = value = ""
            if self.symbol(*COMPARISONS):
                comparison, value = self.take().text, self.text("the modifier's value")
            found.append(Modifier(name, comparison, value))
            if len(found) > MOST_MODIFIERS:
                raise SruError(48, f"more than {MOST_MODIFIERS} modifiers")
        return tuple(found)

    def sort(self) -> tuple[SortKey, ...]:
        self.take()
        keys: list[SortKey] = []
        while self.next.kind in ("word", "quoted"):
            keys.append(SortKey(self.name(self.take().text), self.modifiers()))
            if len(keys) > MOST_MODIFIERS:
                raise SruError(84, str(MOST_MODIFIERS))
        if not keys:
            raise self.wrong("an index to sort by")
        return tuple(keys)

    def text(self, expected: str) -> str:
        if self.next.kind not in ("word", "quoted"):
            raise self.wrong(expected)
        return self.take().text

    def name(self, text: str) -> Name:
        prefix, dot, name = text.partition(".")
        if not dot:
            return Name("", self.scope.get("", ""), text)
        return Name(prefix.lower(), self.scope.get(prefix.lower(), ""), name)
