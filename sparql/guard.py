"""Looks at a query before any reader does, in time linear in its length, and refuses what would break or block one.

Why each limit (measured on Oxigraph 0.5.13): its parser recurses, so about 2,000 nested braces or 9,000 operators in a
row end the process; planning a group of n triple patterns takes time like n³ (100: 0.7 s, 200: 11 s). The guard spares
a reader and gives a helpful message; what holds when it errs are the walls, limits and deadline of the reader.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, replace

from sparql.errors import QueryRefused, QuerySyntaxError
from sparql.lexer import Token, place, tokens


@dataclass(frozen=True)
class Limits:
    """What a query may have at most. ``docs/sparql.md`` explains each."""

    length: int = 64 << 10
    """Bytes of UTF-8."""
    tokens: int = 12_000
    """Names, numbers, marks …, VALUES included."""
    nesting: int = 32
    """Brackets of any kind inside each other."""
    patterns: int = 100
    """Triple patterns, and steps of property paths."""
    unions: int = 64
    """UNION keywords."""
    operators: int = 400
    """Operators in expressions and paths."""
    unary: int = 8
    """The same sign in a row: ``!!!``."""


QUERY = Limits()
UPDATE = replace(QUERY, length=4 << 20, tokens=600_000, patterns=200_000, operators=4_000)
"""For updates, which come from holders of a token and carry data."""

_OPEN = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}"}
_CLOSE = frozenset(_OPEN.values())
_UPDATE_WORDS = frozenset(("INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"))
_CALLS_OUT = ("SERVICE", "LOAD")
_UNARY = frozenset("!-+^")
_BINARY = frozenset(("||", "&&", "+", "-", "*", "|", "^"))
_TERMS = frozenset(("iri", "string", "variable", "blank", "name", "number"))
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def check(query: str, limits: Limits | None = None, *, update: bool = False) -> None:
    """Return if the text may go to a reader (``update``: to the writer).

    :param limits: by default :data:`QUERY` or :data:`UPDATE`
    :raises QueryRefused: names the limit, and how to stay under it; status 403 for SERVICE, LOAD and update verbs
    :raises QuerySyntaxError: a character or an unclosed string that no SPARQL text can have
    """
    limits = limits or (UPDATE if update else QUERY)
    size = len(query.encode("utf-8", "surrogatepass"))
    if size > limits.length:
        raise QueryRefused("length", f"The text has {size:,} bytes; {limits.length:,} are allowed. Ask in parts.")
    # SPARQL §19.2 lets \u0049 stand for I in keywords, too. Oxigraph knows it in strings and IRIs only; others obey.
    unescaped = _CODE_POINT.sub(_character, query) if "\\" in query else query
    if unescaped != query:
        with contextlib.suppress(QuerySyntaxError):  # an escaped quotation mark, perhaps: as written it may be right
            _Count(unescaped, limits, update).run()
    _Count(query, limits, update).run()


def _character(found: re.Match[str]) -> str:
    return chr(min(int(found[1] or found[2], 16), 0x10FFFF))


class _Count:
    """One pass over the tokens with a count for each limit."""

    def __init__(self, text: str, limits: Limits, update: bool) -> None:
        self.text, self.limits, self.update = text, limits, update
        self.open: list[str] = []
        self.in_values = 0
        """Depth of brackets at which a VALUES block ends; 0 outside of one."""
        self.values_next = False
        self.patterns = self.unions = self.operators = self.run_length = 0

    def run(self) -> None:
        """Raise at the first limit passed."""
        before: Token | None = None
        for count, token in enumerate(tokens(self.text), 1):
            self._most("tokens", count, token, "names, numbers and marks", "Send long VALUES lists in parts.")
            if token.kind == "mark":
                self._mark(token, before)
            elif token.kind == "word":
                self._word(token)
            elif token.kind == "iri":
                self._iri(token)
            elif token.kind == "name" and token.text.partition(":")[0].upper().endswith("SERVICE"):
                self._calls_out("SERVICE", token)  # Oxigraph reads SERVICE:x as SERVICE :x
            if before is not None and token.kind in _TERMS and before.kind in _TERMS:
                self._side_by_side(token)
            if token.text not in _UNARY:
                self.run_length = 0
            before = token

    def _most(self, limit: str, value: int, token: Token, what: str, advice: str) -> None:
        allowed: int = getattr(self.limits, limit)
        if value > allowed:
            line, column = place(self.text, token.at)
            raise QueryRefused(
                limit, f"More than {allowed:,} {what} (the one too many is at line {line}, column {column}). {advice}"
            )

    def _mark(self, token: Token, before: Token | None) -> None:
        mark = token.text
        if mark in _OPEN:
            self.open.append(mark)
            self._deep(token, len(self.open))
            if self.values_next and mark == "{":
                self.in_values, self.values_next = len(self.open), False
        elif mark in _CLOSE:
            if self.open:
                self.open.pop()
            if len(self.open) < self.in_values:
                self.in_values = 0
        elif mark in (".", ";") or (mark == "," and self.open and self.open[-1] not in ("(", "<<(")) or mark == "/":
            self._pattern(token)
        if mark in _BINARY:
            self._operator(token)
        if mark in _UNARY:
            self.run_length = self.run_length + 1 if before is not None and before.text == mark else 1
            self._most("unary", self.run_length, token, f"{mark} signs in a row", "One or none says the same.")

    def _word(self, token: Token) -> None:
        word = token.text.upper()
        for verb in _CALLS_OUT:
            if verb in word:  # in, not ==: Oxigraph reads trueSERVICE as true SERVICE
                self._calls_out(verb, token)
        if word in _UPDATE_WORDS and not self.update:
            line, column = place(self.text, token.at)
            raise QueryRefused(
                "update",
                f"{word} (line {line}, column {column}) changes data; this is the place for queries.",
                status=403,
            )
        if word == "UNION":
            self.unions += 1
            self._most("unions", self.unions, token, "UNIONs", "A VALUES block or a path with | often says the same.")
        elif word == "VALUES":
            self.values_next = True

    def _calls_out(self, verb: str, token: Token) -> None:
        line, column = place(self.text, token.at)
        raise QueryRefused(
            verb.lower(),
            f"{verb} (line {line}, column {column}) would make this server call another one, which it does not do. "
            "Ask the other endpoint yourself and join the answers, with VALUES for instance.",
            status=403,
        )

    def _iri(self, token: Token) -> None:
        # What looks like an IRI may be read as "less than" with an expression behind it: 1<((((1))))
        inner = token.text
        if "(" in inner or "!" in inner or "+" in inner or "*" in inner or "&" in inner or "-" in inner:
            self._deep(token, len(self.open) + inner.count("("))
            if any(sign * (self.limits.unary + 1) in inner for sign in "!+-"):
                raise QueryRefused("unary", f"An IRI has too many signs in a row: {inner[:60]}…")
            if sum(map(inner.count, "!+*-&")) > 4 * self.limits.unary + 100:
                raise QueryRefused("operators", f"An IRI has too many operator signs: {inner[:60]}…")
            self.operators += inner.count("&&")

    def _side_by_side(self, token: Token) -> None:
        # (1 2 3) in a graph pattern is a list: each member costs two patterns. In VALUES it is a row.
        if self.open and self.open[-1] == "(" and not self.in_values:
            self._pattern(token)

    def _deep(self, token: Token, depth: int) -> None:
        self._most("nesting", depth, token, "brackets inside each other", "Take the query apart, or use VALUES.")

    def _pattern(self, token: Token) -> None:
        self.patterns += 1
        self._most(
            "patterns", self.patterns, token, "triple patterns and path steps", "Ask in two steps, or use VALUES."
        )

    def _operator(self, token: Token) -> None:
        self.operators += 1
        self._most("operators", self.operators, token, "operators", "IN (…) or VALUES replaces a chain of ||.")
