"""SPARQL's tokens (SPARQL 1.1 Query §19.8) in linear time and without recursion, as far as the guard needs them.

Every pattern reads forward only and nothing is read twice: possessive quantifiers (``*+``) never give back, and strings
are scanned by hand, because an unclosed one would otherwise be tried again from each quotation mark. A prefix may have
250 characters, because one without its colon would be tried again from each of its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sparql.errors import QuerySyntaxError

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_WORD = _BASE + "_0-9\u00b7\u0300-\u036f\u203f\u2040"
_NAME = _WORD + r"\-"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"

_TOKEN = re.compile(
    rf"""
      (?P<space>   [\x20\t\r\n]++ | \#[^\r\n]*+ )
    | (?P<iri>     <[^<>"{{}}|^`\\\x00-\x20]*+
                    (?:\\(?:u[0-9A-Fa-f]{{4}}|U[0-9A-Fa-f]{{8}})[^<>"{{}}|^`\\\x00-\x20]*+)*+> )
    | (?P<string>  \"\"\"|'''|\"|' )
    | (?P<variable>[?$][{_BASE}_0-9][{_WORD}]*+ )
    | (?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)? )
    | (?P<blank>   _:[{_BASE}_0-9](?:[{_NAME}]|\.++(?=[{_NAME}]))*+ )
    | (?P<name>    (?:[{_BASE}](?:[{_NAME}]|\.++(?=[{_NAME}])){{0,250}}+)?:
                   (?:(?:[{_BASE}_0-9:]|{_ESCAPE})(?:[{_NAME}:]|{_ESCAPE}|\.++(?=[{_NAME}:%\\]))*+)? )
    | (?P<number>  (?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?|[0-9]++\.[eE][+-]?[0-9]++ )
    | (?P<word>    [A-Za-z][A-Za-z0-9_]*+ )
    | (?P<mark>    \{{\||\|\}}|<<\(|\)>>|<<|>>|\|\||&&|!=|<=|>=|\^\^|[{{}}()\[\].;,|/^*+?!=<>\-&~@] )
    """,
    re.VERBOSE,
)
_IN_STRING = {
    mark: re.compile(rf"\\.|{mark}" + ("" if len(mark) == 3 else "|[\r\n]"), re.DOTALL)
    for mark in ('"', "'", '"""', "'''")
}
"""What counts within a string: an escape, its end, and for a short one the end of the line, which it may not hold.

One pattern for a whole string would need possessive quantifiers within each other: Python before 3.11.5 errs there.
"""


class Token(NamedTuple):
    """One token. ``kind`` is iri, string, variable, language, blank, name, number, word or mark."""

    kind: str
    text: str
    at: int
    """Where it begins, in characters."""


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query or update without space and comments. Raises :class:`QuerySyntaxError` at what is none."""
    at, end = 0, len(text)
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None:
            raise unreadable(text, at)
        kind, stop = found.lastgroup or "", found.end()
        if kind == "string":
            stop = _string_end(text, at, found.group(), stop)
        if kind != "space":
            yield Token(kind, text[at:stop], at)
        at = stop


def _string_end(text: str, at: int, mark: str, stop: int) -> int:
    """Where the string that began at ``at`` with ``mark`` ends. Raises :class:`QuerySyntaxError` when it does not."""
    counts = _IN_STRING[mark]
    while found := counts.search(text, stop):
        stop = found.end()
        if found.group() == mark:
            return stop
        if found.group() in "\r\n":
            break
    raise unreadable(text, at, "a string that does not end")


def place(text: str, at: int) -> tuple[int, int]:
    """Line and column, from 1, of a character."""
    before = text[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1


def unreadable(text: str, at: int, what: str = "") -> QuerySyntaxError:
    """The error for text that is no token."""
    line, column = place(text, at)
    shown = what or f"{text[at]!r} cannot stand here"
    return QuerySyntaxError(f"error at {line}:{column}: {shown}", line, column)


def prefixes(text: str) -> dict[str, str]:
    """The PREFIX declarations of a query: name without colon → absolute IRI."""
    found: dict[str, str] = {}
    window: list[Token] = []
    for token in tokens(text):
        window = [*window[-2:], token]
        if (
            len(window) == 3
            and window[0].kind == "word"
            and window[0].text.upper() == "PREFIX"
            and window[1].kind == "name"
            and token.kind == "iri"
            and ":" in token.text
        ):
            found[window[1].text[:-1]] = token.text[1:-1]
    return found
