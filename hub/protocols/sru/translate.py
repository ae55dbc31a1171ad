"""From CQL to the index: what each relation, modifier, mask and anchor means here; where nothing, the diagnostic."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import tantivy

from hub.protocols.sru.cql import Boolean, Clause, Modifier, Query, SortKey, Tree
from hub.protocols.sru.diagnostics import SruError
from hub.protocols.sru.indexes import Index, index_of, set_of
from hub.search.instances import ANY_LETTERS, ONE_LETTER, InstanceSearch, MaskTooShort, Matching

LONGEST_TERM = 1000
MOST_WORDS = 60
MOST_MASKS = 10
MOST_MASKED = 20
"""Masked terms of a query: each looks at every word with its beginning."""
MOST_SORT_KEYS = 3

_RELATIONS = frozenset({"=", "==", "exact", "<>", "any", "all", "adj", "<", ">", "<=", ">=", "within", "scr"})
_ORDERED = frozenset({"<", ">", "<=", ">=", "within"})
_MODIFIERS = frozenset(
    {"word", "string", "masked", "unmasked", "ignorecase", "ignoreaccents", "relevant", "isodate", "number"}
)
"""Relation modifiers that are served; of those that only say what is done anyhow nothing more is made."""
_YEAR = re.compile(r"([0-9]{1,4})(?:-[0-9]{2}(?:-[0-9]{2})?)?(?:T.*)?\Z", re.ASCII)
_BRANCH = re.compile(r"[\s/]+")

Survivor = Callable[[str], str]
"""Gives the id that an Instance has now: itself, or what it was merged into."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term whose masks are letters of :mod:`hub.search.instances`, and whether it is anchored at its ends."""

    text: str
    masked: bool
    begins: bool
    ends: bool


class Translation:
    """Makes queries of the index from trees of CQL. ``base``: the hub's URI, for identifiers given as URIs."""

    def __init__(self, matching: Matching, base: str, survivor: Survivor) -> None:
        self.matching = matching
        self.base = base
        self.survivor = survivor
        self.masked = 0

    def query(self, tree: Tree) -> tantivy.Query:
        """The query of a tree. Raises SruError."""
        if isinstance(tree, Boolean):
            return self.matching.joined(tree.operator, [self.query(operand) for operand in tree.operands])
        try:
            return self._clause(tree)
        except MaskTooShort as error:
            raise SruError(29, tree.term) from error

    def _clause(self, clause: Clause) -> tantivy.Query:
        index = index_of(clause.index) if clause.index is not None else Index("any", (), "")
        relation = _relation(clause)
        modifiers = _modifiers(clause.modifiers)
        if not clause.term.strip():
            raise SruError(27)
        if len(clause.term) > LONGEST_TERM:
            raise SruError(23, str(LONGEST_TERM))
        if index.kind == "all":
            return self.matching.everything()
        if (relation in _ORDERED) != (index.kind == "year") and relation in _ORDERED:
            raise SruError(22, f"{clause.relation} {clause.index}")
        term = _term(clause.term, masks="unmasked" not in modifiers)
        if term.masked:
            self.masked += 1
            if self.masked > MOST_MASKED:
                raise SruError(48, f"more than {MOST_MASKED} masked terms")
        if (term.begins or term.ends) and not index.whole:
            raise SruError(31, str(clause.index or ""))
        if relation == "<>":
            return self.matching.joined("not", [self.matching.everything(), self._fits(index, "==", term, clause)])
        return self._fits(index, relation, term, clause)

    def _fits(self, index: Index, relation: str, term: Term, clause: Clause) -> tantivy.Query:
        if index.kind == "year":
            return self._years(relation, term, clause)
        if index.kind == "key":
            return self._keys(index, relation, term)
        if not any(c.isalnum() for c in term.text):
            raise SruError(36, clause.term)
        if index.kind == "any":
            return self._anything(relation, term)
        return self._texts(index, relation, term)

    def _texts(self, index: Index, relation: str, term: Term) -> tantivy.Query:
        matching, (field,) = self.matching, index.fields
        if term.ends and not term.begins:
            raise SruError(32, "at the end only")
        if term.begins:
            if relation in ("any", "all"):
                raise SruError(32, f"with {relation}")
            return matching.whole(field, term.text, begins=not term.ends and relation not in ("==", "exact"))
        if index.kind == "whole":
            texts = term.text.split() if relation in ("any", "all") else [term.text]
            return matching.joined("and" if relation == "all" else "or", [matching.whole(field, t) for t in texts])
        if relation in ("==", "exact"):
            if not index.whole:
                return matching.phrase(index.fields, term.text)
            return matching.whole(field, term.text)
        if relation in ("any", "all"):
            return matching.words(index.fields, term.text, every=relation == "all")
        return matching.phrase(index.fields, term.text)

    def _anything(self, relation: str, term: Term) -> tantivy.Query:
        matching, fields = self.matching, InstanceSearch.fields
        if relation in ("==", "exact", "adj"):
            found = matching.phrase(fields, term.text)
        else:
            found = matching.words(fields, term.text, every=relation != "any")
        if term.masked:
            return found
        return matching.joined("or", [found, matching.key(("isbn", "identifier"), term.text)])

    def _keys(self, index: Index, relation: str, term: Term) -> tantivy.Query:
        texts = term.text.split() if relation in ("any", "all") else [term.text]
        if index.fields == ("id",):
            texts = [self.survivor(t.removeprefix(f"{self.base}instances/")) for t in texts]
        queries = [self.matching.key(index.fields, text) for text in texts]
        return self.matching.joined("and" if relation == "all" else "or", queries)

    def _years(self, relation: str, term: Term, clause: Clause) -> tantivy.Query:
        matching = self.matching
        if relation == "within":
            parts = _BRANCH.split(term.text.strip())
            if len(parts) != 2:
                raise SruError(36, clause.term)
            return matching.years(_year(parts[0], clause), _year(parts[1], clause))
        if relation in ("any", "all"):
            years = [_year(text, clause) for text in term.text.split()]
            return matching.joined("and" if relation == "all" else "or", [matching.years(y, y) for y in years])
        if term.masked and relation not in _ORDERED:
            return matching.years(*_decade(term, clause))
        year = _year(term.text, clause)
        low, high = {"<": (None, year - 1), "<=": (None, year), ">": (year + 1, None), ">=": (year, None)}.get(
            relation, (year, year)
        )
        return matching.years(low, high)


def _relation(clause: Clause) -> str:
    relation = clause.relation
    if set_of(relation) not in ("", "cql"):
        raise SruError(19, str(relation))
    name = relation.name.lower()
    if name not in _RELATIONS:
        raise SruError(19, str(relation))
    return name


def _modifiers(modifiers: tuple[Modifier, ...]) -> set[str]:
    names = {m.name.removeprefix("cql.").removeprefix("rel.") for m in modifiers}
    for name in sorted(names - _MODIFIERS):
        raise SruError(20, name)
    return names


def _term(raw: str, *, masks: bool) -> Term:
    """A term of CQL: ``*`` any letters, ``?`` one, ``^`` the end of the text, a backslash before what is itself."""
    raw = raw.replace(ANY_LETTERS, " ").replace(ONE_LETTER, " ")
    if not masks:
        return Term(raw, masked=False, begins=False, ends=False)
    out: list[str] = []
    anchors: list[int] = []
    masked = 0
    escaped = False
    for letter in raw.strip():
        if escaped:
            out.append(letter)
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter in "*?":
            masked += 1
            out.append(ANY_LETTERS if letter == "*" else ONE_LETTER)
        elif letter == "^":
            anchors.append(len(out))
            out.append(" ")
        else:
            out.append(letter)
    if masked > MOST_MASKS:
        raise SruError(30, str(MOST_MASKS))
    if any(at not in (0, len(out) - 1) for at in anchors):
        raise SruError(32, raw)
    text = "".join(out)
    if len(text.split()) > MOST_WORDS:
        raise SruError(23, f"more than {MOST_WORDS} words")
    begins = 0 in anchors
    return Term(text, masked=masked > 0, begins=begins, ends=bool(anchors) and (len(anchors) > 1 or not begins))


def _year(text: str, clause: Clause) -> int:
    found = _YEAR.match(text.strip())
    if found is None:
        raise SruError(36, clause.term)
    return int(found[1])


def _decade(term: Term, clause: Clause) -> tuple[int, int]:
    """``199?`` and ``19*`` as the first and last year they can be."""
    text = term.text.strip()
    begin = text.rstrip(ANY_LETTERS + ONE_LETTER)
    if not begin.isascii() or not begin.isdecimal() or not 2 <= len(begin) <= 4:
        raise SruError(36, clause.term)
    return int(begin.ljust(4, "0")), int(begin.ljust(4, "9"))


def order(query: Query, sort_keys: str) -> list[tuple[str, bool]]:
    """What a result is sorted by: (field of the index, ascending). ``sort_keys`` is the parameter of SRU 1.1 and 2.0,
    which yields to the query's own sortBy. Raises SruError.
    """
    keys = [_sort_by(key) for key in query.sort] or [_sort_key(text) for text in sort_keys.split()]
    if len(keys) > MOST_SORT_KEYS:
        raise SruError(84, str(MOST_SORT_KEYS))
    return keys


def _sort_by(key: SortKey) -> tuple[str, bool]:
    index = index_of(key.index)
    if not index.sort:
        raise SruError(88, str(key.index))
    ascending = True
    for modifier in key.modifiers:
        name = modifier.name.removeprefix("sort.")
        if name in ("ascending", "descending"):
            ascending = name == "ascending"
        elif name == "respectcase":
            raise SruError(91, modifier.name)
        elif name.startswith("missing"):
            if name not in ("missinghigh", "missinglow"):
                raise SruError(92, modifier.name)
        elif name not in ("ignorecase", "ignoreaccents"):
            raise SruError(82, modifier.name)
    return index.sort, ascending


def _sort_key(text: str) -> tuple[str, bool]:
    """``path,schema,ascending,caseSensitive,missingValue`` (SRU 1.1, sort)."""
    path, schema, ascending, case, missing, *more = (*text.split(","), "", "", "", "")
    if any(more):
        raise SruError(82, text)
    if schema and schema not in ("dc", "info:srw/schema/1/dc-v1.1", "marcxml", "mods"):
        raise SruError(87, schema)
    if case not in ("", "0"):
        raise SruError(91, case)
    if missing not in ("", "highValue", "lowValue"):
        raise SruError(92, missing)
    if ascending not in ("", "0", "1"):
        raise SruError(82, text)
    name = path.strip('"').rpartition("/")[2].rpartition(":")[2].rpartition(".")[2].lower()
    field = {
        "title": "sort_title", "author": "sort_creator", "creator": "sort_creator", "date": "year", "year": "year",
        "dateissued": "year",
    }.get(name)  # fmt: skip
    if field is None:
        raise SruError(88, path)
    return field, ascending != "0"
