"""Finds the text search patterns of a SPARQL query: triples whose predicate is ``bh:search``.

    ?work bh:search "truyen kieu"                    (?work ?score) bh:search ("truyen kieu" 50)

Both are triples of plain SPARQL 1.1 (§4.2.3 for the collections), so that clients' parsers take them. This reads the
tokens once, without recursion, and knows of the grammar only where a triple begins, where its predicate stands and
where it ends; what is no SPARQL is left to the engine, which says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from ontologies.namespaces import HUB
from sparql import QueryRefused
from sparql.lexer import Token, place, tokens

SEARCH = HUB["search"][1:-1]
"""The predicate."""
DEFAULT_LIMIT = 100
MOST_HITS = 1000
MOST_PATTERNS = 8
MOST_CHARACTERS = 500

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_STRING_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_CLOSER = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}"}
_OPENS_GROUP = frozenset(("FILTER", "BIND", "OPTIONAL", "UNION", "MINUS", "GRAPH", "SERVICE", "LATERAL"))
_TERMS = frozenset(("variable", "iri", "name", "blank", "string", "number"))


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


@dataclass(slots=True)
class _Entry:
    """A predicate with its objects, as numbers of tokens; ``last`` is the last token of the objects."""

    first: int
    search: bool
    objects: int = -1
    last: int = -1


@dataclass(slots=True)
class _Statement:
    """Triples of one subject."""

    subject: int
    subject_last: int
    last: int
    entries: list[_Entry] = field(default_factory=list)


@dataclass(slots=True)
class _Frame:
    """An open bracket. ``kind``: query, select, group, values, list, blank, path, other; ``state``: what comes next."""

    kind: str
    closer: str
    state: str = ""
    statement: _Statement | None = None
    template: bool = False


def changes(query: str) -> list[Change]:
    """What is to be replaced in a query, in its order; empty when it has no text search pattern.

    Raises :class:`sparql.QueryRefused` (400) for one that cannot be answered, :class:`sparql.QuerySyntaxError` for
    text that has no SPARQL tokens.
    """
    if "bibhub.org" not in query and "\\" not in query:  # whoever writes the IRI in parts needs a backslash
        return []
    return _Reading(query).run()


def rewritten(query: str, found: Sequence[Change], hits: Callable[[Wanted], str]) -> str:
    """The query with its changes made; ``hits`` gives the VALUES block of a search. Lines keep their numbers."""
    parts, at = [], 0
    for change in found:
        blocks = "".join(f"{hits(wanted)} " for wanted in change.wanted)
        lines = "\n" * query.count("\n", change.start, change.end)
        parts += [query[at : change.start], blocks, lines]
        at = change.end
    return "".join([*parts, query[at:]])


class _Reading:
    """One pass over the tokens of a query."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens: list[Token] = list(tokens(query))
        self.prefixes: dict[str, str] = {}
        self.base = ""
        self.found: list[Change] = []
        self.count = 0
        self.stack = [_Frame("query", "")]
        self.construct = False

    def run(self) -> list[Change]:
        """The changes, in the order of the text."""
        fits = all(self._read(number, token) for number, token in enumerate(self.tokens)) and len(self.stack) == 1
        if not fits and (search := next(filter(self._is_search, self.tokens), None)):
            raise self._refuse(search, "the brackets of the query do not match, so that its group cannot be told.")
        return sorted(self.found, key=lambda change: change.start) if fits else []

    # Terms

    def _is_search(self, token: Token) -> bool:
        return token.kind in ("iri", "name") and self._iri(token) == SEARCH

    def _iri(self, token: Token) -> str:
        if token.kind == "iri":
            written = _unescaped(token.text[1:-1])
            return written if written == SEARCH or not self.base else urljoin(self.base, written)
        prefix, _, local = token.text.partition(":")
        return self.prefixes.get(prefix, "\0") + re.sub(r"\\(.)", r"\1", local)

    def _refuse(self, token: Token, why: str) -> QueryRefused:
        line, column = place(self.query, token.at)
        return QueryRefused("text-search", f"bh:search (line {line}, column {column}): {why}")

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
            raise self._refuse(token, "it is a predicate of its own and cannot be a part of a property path.")

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
        iri = urljoin(self.base, _unescaped(token.text[1:-1])) if self.base else _unescaped(token.text[1:-1])
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
            frame.statement = _Statement(number, number, number)
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
                raise self._refuse(token, "it is a predicate of its own and cannot be a part of a property path.")
            frame.state = "after_step"

    def _at_after_step(self, frame: _Frame, number: int, token: Token) -> None:
        if token.text in ("/", "|", "*", "+", "?"):
            entry = self._statement(frame).entries[-1]
            if entry.search:
                raise self._refuse(token, "it is a predicate of its own and cannot be a part of a property path.")
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
            raise self._refuse(token, 'a limit stands in brackets behind the text: ("truyen kieu" 50).')
        else:
            self._end_and_read(frame, number, token)

    def _statement(self, frame: _Frame) -> _Statement:
        if frame.statement is None:
            frame.statement = _Statement(-1, -1, -1)  # of a blank node in brackets
        return frame.statement

    def _reach(self, frame: _Frame, number: int) -> None:
        self._statement(frame).last = number

    def _entry(self, frame: _Frame, number: int, *, search: bool) -> None:
        token = self.tokens[number]
        if search and frame.kind == "blank":
            raise self._refuse(token, "what it finds needs a variable: write ?work bh:search … outside of [ ].")
        if search and frame.template:
            raise self._refuse(token, "CONSTRUCT WHERE { … } cannot hold it; write CONSTRUCT { … } WHERE { … }.")
        self._statement(frame).entries.append(_Entry(number, search))

    def _end_and_read(self, frame: _Frame, number: int, token: Token) -> None:
        self._end_statement(frame)
        if frame.kind == "group":
            frame.state = "subject"
            self._at_subject(frame, number, token)

    def _end_statement(self, frame: _Frame) -> None:
        statement, frame.statement = frame.statement, None
        if statement is not None and frame.kind == "group" and any(e.search for e in statement.entries):
            self.found += self._replacing(statement)

    # Patterns

    def _replacing(self, statement: _Statement) -> Iterator[Change]:
        searches = [entry for entry in statement.entries if entry.search]
        others = [entry for entry in statement.entries if not entry.search]
        wanted = tuple(w for entry in searches for w in self._wanted(statement, entry, alone=not others))
        start = self.tokens[statement.subject].at
        if not others:
            yield Change(start, self._end(statement.last), wanted)
            return
        yield Change(start, start, wanted)
        for entry, then in zip(statement.entries, [*statement.entries[1:], None], strict=True):
            if entry.search:
                leading = entry.first < others[0].first
                # A subject needs a predicate right behind it; later ones may leave their semicolon: a ; ; b.
                end = self.tokens[then.first].at if leading and then else self._end(entry.last)
                yield Change(self.tokens[entry.first].at, end)

    def _end(self, number: int) -> int:
        token = self.tokens[number]
        return token.at + len(token.text)

    def _wanted(self, statement: _Statement, entry: _Entry, *, alone: bool) -> Iterator[Wanted]:
        at = self.tokens[entry.first]
        subject = self.tokens[statement.subject : statement.subject_last + 1]
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

    def _objects(self, at: Token, entry: _Entry) -> Iterator[tuple[str, int]]:
        """The texts and limits of ``"a", ("b" 50)``."""
        rest = self.tokens[entry.objects : entry.last + 1] if entry.objects >= 0 else []
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


def _unescaped(text: str) -> str:
    """Without ``\\u`` and string escapes."""

    def character(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if code is None:
            return _STRING_ESCAPES.get(found[3], found[3])
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "\ufffd"

    return _ESCAPE.sub(character, text) if "\\" in text else text


def _string(written: str) -> str:
    """The value of a string token."""
    quotes = 3 if len(written) >= 6 and written[:3] in ('"""', "'''") else 1
    return _unescaped(written[quotes:-quotes])
