"""Terms for variables in the text of a query, for engines that know no substitutions."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from sparql.errors import QueryRefused
from sparql.lexer import Token, tokens


def bind(query: str, bindings: Mapping[str, NamedNode | Literal]) -> str:
    """The SELECT or ASK with ``VALUES`` at the head of its outermost group. The terms write themselves, escaped.

    Raises :class:`QueryRefused` when the query has no group, or the name is none of a variable.
    """
    if not bindings:
        return query
    for name, term in bindings.items():
        if not name.isidentifier():
            raise QueryRefused("binding", f"{name!r} is no name of a variable.")
        if not isinstance(term, NamedNode | Literal):
            raise TypeError(f"bind a NamedNode or a Literal, not {type(term).__name__}")
    names = " ".join(f"?{name}" for name in bindings)
    values = f" VALUES ({names}) {{ ({' '.join(str(term) for term in bindings.values())}) }} "
    opened: Token | None = None
    depth = 0
    sub_select = False
    for token in tokens(query):
        if token.text == "{":
            depth += 1
            if opened is None:
                opened = token
                continue
        elif token.text == "}":
            depth -= 1
            if depth == 0 and opened is not None:
                head, group, rest = query[: opened.at + 1], query[opened.at + 1 : token.at], query[token.at :]
                return head + values + (f"{{{group}}}" if sub_select else group) + rest
        elif opened is not None and depth == 1 and token.kind == "word" and token.text.upper() == "SELECT":
            sub_select = True
    raise QueryRefused("binding", "The query has no { … } to bind its variables in.")
