"""Reads the triples of a SPARQL query as far as a predicate is looked for: where its statements stand in the text.

One pass over the tokens, without recursion. Of the grammar it knows where a triple begins, where its predicate stands
and where it ends (SPARQL 1.1 §4.2, §19.8); what is no SPARQL is left to the engine, which says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from sparql import QueryRefused
from sparql.lexer import Token, place, tokens

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_STRING_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_CLOSER = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}"}
_OPENS_GROUP = frozenset(("FILTER", "BIND", "OPTIONAL", "UNION", "MINUS", "GRAPH", "SERVICE", "LATERAL"))
_TERMS = frozenset(("variable", "iri", "name", "blank", "string", "number"))


@dataclass(slots=True)
class Entry:
    """A predicate with its objects, as numbers of tokens; ``last`` is the last token of the objects."""

    first: int
    search: bool
    objects: int = -1
    last: int = -1


@dataclass(slots=True)
class Statement:
    """Triples of one subject."""

    subject: int
    subject_last: int
    last: int
    entries: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class _Frame:
    """An open bracket. ``kind``: query, select, group, values, list, blank, path, other; ``state``: what comes next."""

    kind: str
    closer: str
    state: str = ""
    statement: Statement | None = None
    template: bool = False


class Reading:
    """One pass over the tokens of a query, in search of statements with the predicate ``wanted`` (an IRI).

    ``name`` is what messages call it.
    """

    def __init__(self, query: str, wanted: str, name: str) -> None:
        self.query, self.wanted, self.name = query, wanted, name
        self.tokens: list[Token] = list(tokens(query))
        self.prefixes: dict[str, str] = {}
        self.base = ""
        self.found: list[Statement] = []
        self.stack = [_Frame("query", "")]
        self.construct = False

    def run(self) -> list[Statement]:
        """The statements, in the order of their ends; none when the text has no triples that could be told.

        Raises :class:`sparql.QueryRefused` where the predicate stands but cannot.
        """
        fits = all(self._read(number, token) for number, token in enumerate(self.tokens)) and len(self.stack) == 1
        if not fits and (search := next(filter(self._is_search, self.tokens), None)):
            raise self.refuse(search, "the brackets of the query do not match, so that its group cannot be told.")
        return self.found if fits else []

    # Terms

    def _is_search(self, token: Token) -> bool:
        return token.kind in ("iri", "name") and self._iri(token) == self.wanted

    def _iri(self, token: Token) -> str:
        if token.kind == "iri":
            written = unescaped(token.text[1:-1])
            return written if written == self.wanted or not self.base else urljoin(self.base, written)
        prefix, _, local = token.text.partition(":")
        return self.prefixes.get(prefix, "\0") + re.sub(r"\\(.)", r"\1", local)

    def refuse(self, token: Token, why: str) -> QueryRefused:
        """What to raise for the predicate at a token; ``why`` tells how to write it."""
        line, column = place(self.query, token.at)
        return QueryRefused("text-search", f"{self.name} (line {line}, column {column}): {why}")

    # Brackets

    def _push(self, kind: str, opened: str, state: str = "", *, template: bool = False) -> None:
        template = template or self.stack[-1].template
        self.stack.append(_Frame(kind, _CLOSER[opened], state, template=template))

    def _read(self, number: int, token: Token) -> bool:
        """Take one token. False when a bracket closes that is not open."""
        frame = self.stack[-1]
        if token.kind == "mark" and token.text in _CLOSER.values():
            if frame.closer != token.text:
                return False
            self._end_statement(frame)
            self.stack.pop()
            self._after_bracket(self.stack[-1], number)
        elif frame.kind in ("group", "blank"):
            self._in_triples(frame, number, token)
        elif frame.kind in ("query", "select"):
            self._between_groups(frame, number, token)
        else:
            self._inside(frame, token)
        return True

    def _after_bracket(self, frame: _Frame, number: int) -> None:
        """A bracket inside ``frame`` has been closed by token ``number``."""
        statement = frame.statement
        if statement is not None:
            statement.last = number
            if not statement.entries:
                statement.subject_last = number
            elif frame.state == "after":
                statement.entries[-1].last = number

    def _inside(self, frame: _Frame, token: Token) -> None:
        """Expressions, collections, paths and data: only what may stand in them and have triples is looked at."""
        if token.text == "{" and frame.kind != "values":
            self._push("group", "{", "subject")  # of an EXISTS
        elif token.text == "[" and frame.kind == "list":
            self._push("blank", "[", "verb")
        elif token.text in _CLOSER:
            self._push(frame.kind, token.text)
        elif frame.kind == "path" and self._is_search(token):
            raise self.refuse(token, "it is a predicate of its own and cannot be a part of a property path.")

    def _between_groups(self, frame: _Frame, number: int, token: Token) -> None:
        word = token.text.upper() if token.kind == "word" else ""
        if word == "CONSTRUCT":
            self.construct = True
        elif word == "VALUES":
            frame.state = "values"
        elif token.text == "{":
            if frame.state == "values":
                self._push("values", "{")
            elif self.construct:
                before = self.tokens[number - 1]
                short = before.text.upper() != "CONSTRUCT"  # CONSTRUCT WHERE { … }: the group is the template, too
                self.construct = False
                self._push("group" if short else "other", "{", "subject", template=short)
            else:
                self._push("group", "{", "subject")
        elif token.text in _CLOSER:
            self._push("other", token.text)
        elif token.kind == "iri" and frame.kind == "query":
            self._declared(number, token)

    def _declared(self, number: int, token: Token) -> None:
        before = self.tokens[max(0, number - 2) : number]
        iri = urljoin(self.base, unescaped(token.text[1:-1])) if self.base else unescaped(token.text[1:-1])
        if before and before[-1].kind == "word" and before[-1].text.upper() == "BASE":
            self.base = iri
        elif len(before) == 2 and before[0].text.upper() == "PREFIX" and before[1].kind == "name":
            self.prefixes[before[1].text[:-1]] = iri

    # Triples

    def _in_triples(self, frame: _Frame, number: int, token: Token) -> None:
        step = getattr(self, f"_at_{frame.state}")
        step(frame, number, token)

    def _at_subject(self, frame: _Frame, number: int, token: Token) -> None:
        text = token.text
        if token.kind == "word":
            word = text.upper()
            if word == "SELECT":
                frame.kind = "select"
            elif word == "VALUES":
                frame.state = "values"
            elif word in _OPENS_GROUP:
                frame.state = "bracket"
        elif text == "{":
            self._push("group", "{", "subject")
        elif text in _CLOSER or token.kind in _TERMS:
            frame.statement = Statement(number, number, number)
            frame.state = "verb"
            if text in _CLOSER:
                self._open_term(text)

    def _open_term(self, opened: str) -> None:
        if opened == "[":
            self._push("blank", "[", "verb")
        else:
            self._push("list" if opened == "(" else "other", opened)

    def _at_bracket(self, frame: _Frame, _: int, token: Token) -> None:
        """After FILTER, OPTIONAL, GRAPH …: its bracket is awaited."""
        if token.text == "{":
            frame.state = "subject"
            self._push("group", "{", "subject")
        elif token.text == "(":
            frame.state = "subject"
            self._push("other", "(")

    def _at_values(self, frame: _Frame, _: int, token: Token) -> None:
        if token.text == "{":
            frame.state = "subject"
            self._push("values", "{")
        elif token.text == "(":
            self._push("values", "(")

    def _at_verb(self, frame: _Frame, number: int, token: Token) -> None:
        if token.text == ";":
            self._reach(frame, number)
        elif token.kind == "variable":
            self._entry(frame, number, search=False)
            frame.state = "object"
        elif token.kind in ("iri", "name") or token.text == "a":
            self._entry(frame, number, search=self._is_search(token))
            frame.state = "after_step"
        elif token.text in ("^", "!", "("):
            self._entry(frame, number, search=False)
            frame.state = "step"
            self._at_step(frame, number, token)
        else:
            self._end_and_read(frame, number, token)

    def _at_step(self, frame: _Frame, _: int, token: Token) -> None:
        """In a property path, where a step is awaited."""
        if token.text == "(":
            frame.state = "after_step"
            self._push("path", "(")
        elif token.kind in ("iri", "name") or token.text == "a":
            if self._is_search(token):
                raise self.refuse(token, "it is a predicate of its own and cannot be a part of a property path.")
            frame.state = "after_step"

    def _at_after_step(self, frame: _Frame, number: int, token: Token) -> None:
        if token.text in ("/", "|", "*", "+", "?"):
            entry = self._statement(frame).entries[-1]
            if entry.search:
                raise self.refuse(token, "it is a predicate of its own and cannot be a part of a property path.")
            if token.text in ("/", "|"):
                frame.state = "step"
        else:
            frame.state = "object"
            self._at_object(frame, number, token)

    def _at_object(self, frame: _Frame, number: int, token: Token) -> None:
        if token.text in ("+", "-"):
            return
        if token.text in _CLOSER and token.text != "{":
            self._object(frame, number)
            self._open_term(token.text)
        elif token.kind in _TERMS or token.text.lower() in ("true", "false"):
            self._object(frame, number)
        else:
            self._end_and_read(frame, number, token)

    def _object(self, frame: _Frame, number: int) -> None:
        entry = self._statement(frame).entries[-1]
        if entry.objects < 0:
            entry.objects = number
        entry.last = number
        self._reach(frame, number)
        frame.state = "after"

    def _at_after(self, frame: _Frame, number: int, token: Token) -> None:
        """After an object."""
        if token.text == ",":
            frame.state = "object"
        elif token.text == ";":
            frame.state = "verb"
            self._reach(frame, number)
        elif token.kind == "language" or token.text in ("^", "^^") or self.tokens[number - 1].text == "^^":
            self._statement(frame).entries[-1].last = number
            self._reach(frame, number)
        elif token.text == "{|":
            self._push("other", "{|")
        elif token.kind == "number" and self._statement(frame).entries[-1].search:
            raise self.refuse(token, 'a limit stands in brackets behind the text: ("truyen kieu" 50).')
        else:
            self._end_and_read(frame, number, token)

    def _statement(self, frame: _Frame) -> Statement:
        if frame.statement is None:
            frame.statement = Statement(-1, -1, -1)  # of a blank node in brackets
        return frame.statement

    def _reach(self, frame: _Frame, number: int) -> None:
        self._statement(frame).last = number

    def _entry(self, frame: _Frame, number: int, *, search: bool) -> None:
        token = self.tokens[number]
        if search and frame.kind == "blank":
            raise self.refuse(token, f"what it finds needs a variable: write ?work {self.name} … outside of [ ].")
        if search and frame.template:
            raise self.refuse(token, "CONSTRUCT WHERE { … } cannot hold it; write CONSTRUCT { … } WHERE { … }.")
        self._statement(frame).entries.append(Entry(number, search))

    def _end_and_read(self, frame: _Frame, number: int, token: Token) -> None:
        self._end_statement(frame)
        if frame.kind == "group":
            frame.state = "subject"
            self._at_subject(frame, number, token)

    def _end_statement(self, frame: _Frame) -> None:
        statement, frame.statement = frame.statement, None
        if statement is not None and frame.kind == "group" and any(e.search for e in statement.entries):
            self.found.append(statement)


def unescaped(text: str) -> str:
    """Text of a token without ``\\u`` and string escapes."""

    def character(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if code is None:
            return _STRING_ESCAPES.get(found[3], found[3])
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "\ufffd"

    return _ESCAPE.sub(character, text) if "\\" in text else text
