"""The dataset of an update that the protocol names outside of its text (SPARQL 1.1 Protocol §2.2.3)."""

from __future__ import annotations

from collections.abc import Sequence

from sparql.errors import QuerySyntaxError
from sparql.lexer import Token, tokens


def with_dataset(update: str, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> str:
    """The update with USING clauses put before each WHERE. Raises :class:`QuerySyntaxError` if it has its own.

    The IRIs must be absolute and hold none of the characters that end an IRI.
    """
    if not default_graphs and not named_graphs:
        return update
    clauses = "".join(f" USING <{iri}>" for iri in default_graphs)
    clauses += "".join(f" USING NAMED <{iri}>" for iri in named_graphs)
    out: list[str] = []
    copied = 0
    for at, text, drop in _insertions(update, clauses):
        out += [update[copied:at], text]
        copied = at + drop
    return "".join((*out, update[copied:]))


def _insertions(update: str, clauses: str) -> list[tuple[int, str, int]]:
    """Where to put what, and how many characters to drop there."""
    found: list[tuple[int, str, int]] = []
    depth = 0
    before: Token | None = None
    in_template = False  # between INSERT or DELETE with a template, and its WHERE
    shorthand = False  # DELETE WHERE {…}: its pattern is its template, and the grammar has no USING there
    opened = 0
    for token in tokens(update):
        word = token.text.upper() if token.kind == "word" else ""
        if token.text == "{":
            depth += 1
            if depth == 1:
                opened = token.at
        elif token.text == "}":
            depth -= 1
            if depth == 0 and shorthand:
                pattern = update[opened : token.at + 1]
                found.append((token.at + 1, f"{clauses} WHERE {pattern}", 0))
                shorthand = False
        elif depth == 0 and word in ("USING", "WITH"):
            raise QuerySyntaxError(
                f"The update has {word}, and the request names using-graph-uri as well: one of them."
            )
        elif depth == 0 and word in ("INSERT", "DELETE"):
            in_template = True
        elif depth == 0 and word == "DATA":
            in_template = False
        elif depth == 0 and word == "WHERE":
            if before is not None and before.text.upper() == "DELETE":
                shorthand = True
                found.append((token.at, "", len("WHERE")))
            elif in_template:
                found.append((token.at, clauses.lstrip() + " ", 0))
            in_template = False
        before = token
    return found
