"""Works and Instances: found by number or words (hub.search), compared as matching compares records (hub.identity)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from converters.marc import values
from converters.marc.record import Field, Record
from hub.identity.features import authors
from hub.identity.features.text import strict
from hub.protocols.reconcile.comparison import Said, certain, extracted, judge, part_agreement, title_agreement
from hub.protocols.reconcile.query import LONGEST_SEARCHED, Candidate, Condition, Query
from hub.protocols.reconcile.score import agreement, satisfied, total
from hub.registry.registry import CHUNK
from hub.registry.schema import record
from hub.search import Hit, Search

_HITS = 12
"""Works that one search may bring."""
_NARROWED = 40
"""Works that a search for title and author together may bring."""
_EDITIONS = 8
"""Instances of one Work that are compared, those of the year asked for first."""
_MOST_INSTANCES = 80
_RECORDS = 4
"""Records of one Instance that are compared, the best first."""
_MOST_WORDS = 24


@dataclass(slots=True)
class _Found:
    """An Instance with its Work and the values of its comparison."""

    hit: Hit
    card: Mapping[str, Any]
    values: dict[str, float | None] = field(default_factory=dict)
    tones: bool = True


@dataclass(slots=True)
class _Looked:
    """What was looked at: Works, and whether these are all that have the number (``number``) or title (``title``).

    Where there are more, none is certain.
    """

    hits: dict[str, Hit] = field(default_factory=dict)
    every: set[str] = field(default_factory=set)


class Bibliographic:
    """Finds Works and Instances; ``names`` gives the code of a library for its code or name."""

    def __init__(self, search: Search, names: Mapping[str, str]) -> None:
        self.search = search
        self.names = names

    def find(self, connection: Connection, query: Query, types: frozenset[str]) -> list[Candidate]:
        """Candidates of the types Work and Instance, best first; ``connection`` reads the registry."""
        if not types & {"Work", "Instance"}:
            return []
        numbers, text, conditions = _numbers(query)
        looked = self._look(query, numbers, text)
        found = self._compared(connection, looked, numbers, text, conditions)
        made: list[Candidate] = []
        if "Instance" in types:
            judged = [(_instance(one), one) for one in found]
            made += _decided(judged, looked, text, [*numbers, *conditions], ("author", "date"))
        if "Work" in types:
            judged = [(_work(work, one), one) for work, one in _best_of_each(found).items()]
            made += _decided(judged, looked, text, [*numbers, *conditions], ("author",))
        made.sort(key=lambda c: (-c.score, -len(c.libraries), c.id))
        return made

    def beginning(self, prefix: str, types: frozenset[str], limit: int) -> list[Candidate]:
        """Works and Instances that have the words typed so far, the last one perhaps unfinished."""
        if not types & {"Work", "Instance"}:
            return []
        words = searchable(prefix)
        hits = self.search.search(words, limit=limit, facets=False).hits if words else []
        made = []
        for hit in hits:
            one = _Found(hit, {})
            if "Work" in types:
                made.append(_work(hit.work_id, one))
            if "Instance" in types:
                made += [_instance(_Found(hit, card)) for card in hit.instances]
        return made[:limit]

    def _look(self, query: Query, numbers: Sequence[Condition], text: str) -> _Looked:
        looked = _Looked()

        def look(words: str, limit: int = _HITS) -> int:
            results = self.search.search(words, limit=limit, facets=False)
            for hit in results.hits:
                looked.hits.setdefault(hit.work_id, hit)
            return 0 if results.fuzzy else results.total

        for condition in numbers:
            for value in condition.values:
                number = values.isbn13(value) if condition.property == "isbn" else values.issn(value)
                if number and look("".join(c for c in number if c.isalnum())) <= _HITS:
                    looked.every.add("number")
        words = searchable(text)
        who = searchable(" ".join(query.values("author")[:1]) or text.partition(" / ")[2])
        if words:
            count = look(words)
            if count <= _HITS or (who and 0 < look(f"{words} {who}", _NARROWED) <= _NARROWED):
                looked.every.add("title")
            if not count and not numbers:
                main = searchable(text.partition(" : ")[0].partition(". ")[0])
                if main != words:
                    count = look(main)
                if not count and len(words.split()) > 1:
                    look(" OR ".join(words.split()))
                looked.every.discard("title")
        elif who and not numbers:
            look(who)
        return looked

    def _compared(
        self,
        connection: Connection,
        looked: _Looked,
        numbers: Sequence[Condition],
        text: str,
        conditions: Sequence[Condition],
    ) -> list[_Found]:
        asked = extracted("title", text) if strict(text) else None
        statement = authors.extract(Record("", [Field("245", "0", "0", [("a", text)])])) if " / " in text else None
        years = {y for c in conditions if c.property == "date" for v in c.values if (y := values.year(v))}
        words = set(values.fold(text).split())

        def apart(card: Mapping[str, Any]) -> tuple[int, int]:
            """How far an edition's line is from what is asked: years, and words of the title that it has not."""
            far = min((abs((card["year"] or 0) - y) for y in years), default=0)
            return far, len(words - set(values.fold(card["title"]).split()))

        chosen: list[_Found] = []
        for hit in looked.hits.values():
            near = sorted(hit.instances, key=apart)
            kept = near if numbers else near[:_EDITIONS]
            chosen += [_Found(hit, card) for card in kept]
            if hit.more or (len(kept) < len(near) and apart(near[len(kept)]) == apart(near[0])):
                looked.every.discard("title")  # an edition that was not looked at may be the one that is meant
        most = _MOST_INSTANCES * (2 if numbers else 1)
        if len(chosen) > most:
            looked.every.clear()
        chosen = chosen[:most]
        said = _said(connection, [f.card["id"] for f in chosen])
        for one in chosen:
            for features in said.get(one.card["id"], ())[:_RECORDS]:
                new, tones = self._values(features, one.card, asked, statement, [*numbers, *conditions])
                if asked is not None and (agrees := part_agreement(text, features)) is not None:
                    new["part"] = agrees
                for name, value in new.items():
                    known = one.values.get(name)
                    if name not in one.values or (value is not None and (known is None or value > known)):
                        one.values[name] = value
                        if name == "title":
                            one.tones = tones
        return [f for f in chosen if f.values]

    def _values(
        self,
        said: Said,
        card: Mapping[str, Any],
        asked: dict[str, Any] | None,
        statement: dict[str, Any] | None,
        conditions: Sequence[Condition],
    ) -> tuple[dict[str, float | None], bool]:
        """The value of each thing asked for in one record, and whether the tones of the titles agree."""
        found: dict[str, float | None] = {}
        tones = True
        if asked is not None:
            found["title"], tones = title_agreement(asked, said)
        if statement is not None:
            found["author"] = authors.compare(statement, said.get("authors"))
        for condition in conditions:
            value = agreement(condition, partial(judge, said, card["libraries"], self.names, condition.property))
            known = found.get(condition.property)
            found[condition.property] = value if known is None or value is None else min(known, value)
        return found, tones


def searchable(text: str) -> str:
    """The words of a text for hub.search: no operator, quotation mark or field name is left in them."""
    before = text[:LONGEST_SEARCHED].partition(" / ")[0]
    plain = "".join(c if c.isalnum() or _combines(c) else " " for c in before)
    return " ".join(plain.lower().split()[:_MOST_WORDS])


def _combines(letter: str) -> bool:
    return "\u0300" <= letter <= "\u036f"


def _numbers(query: Query) -> tuple[list[Condition], str, list[Condition]]:
    """What identifies (ISBN, ISSN), the title, and the other conditions; a text that is a number is no title."""
    numbers = [c for c in query.conditions if c.property in ("isbn", "issn")]
    rest = [c for c in query.conditions if c.property not in ("isbn", "issn")]
    text = query.text.strip()
    if isbn := values.isbn13(text):
        numbers.append(Condition("isbn", (isbn,)))
        text = ""
    elif len(text) < 20 and (issn := values.issn(text)):
        numbers.append(Condition("issn", (issn,)))
        text = ""
    if not text:
        text = next(iter(query.values("title")), "")
        rest = [c for c in rest if c.property != "title" or c.required or c.quantifier != "any"]
    return numbers, text, rest


def _said(connection: Connection, instances: Iterable[str]) -> dict[str, list[Said]]:
    """The features of the records of some Instances, best record first."""
    wanted = list(dict.fromkeys(instances))
    found: dict[str, list[Said]] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = connection.execute(
            select(record.c.instance, record.c.features)
            .where(record.c.instance.in_(wanted[start : start + CHUNK]), record.c.deleted.is_(False))
            .order_by(record.c.rank.desc(), record.c.id)
        )
        for row in rows:
            known = found.setdefault(row.instance, [])
            if row.features and len(known) < _RECORDS:
                known.append(json.loads(row.features))
    return found


def _best_of_each(found: Iterable[_Found]) -> dict[str, _Found]:
    """Each Work with the Instance of it that agrees best: so well the Work agrees."""
    best: dict[str, _Found] = {}
    for one in found:
        known = best.get(one.hit.work_id)
        if known is None or total(one.values) > total(known.values):
            best[one.hit.work_id] = one
    return best


def _decided(
    judged: Iterable[tuple[Candidate, _Found]],
    looked: _Looked,
    text: str,
    conditions: Sequence[Condition],
    needed: Sequence[str],
) -> list[Candidate]:
    """The candidates that are any and have what is required; the only one that can be meant is marked."""
    made: list[Candidate] = []
    sure: list[tuple[Candidate, str]] = []
    for candidate, one in judged:
        if candidate.score > 0 and satisfied(conditions, one.values):
            made.append(candidate)
            if reason := certain(one.values, text, needed):
                sure.append((candidate, reason))
    if len(sure) == 1 and sure[0][1] in looked.every:
        sure[0][0].match = True
    return made


def _instance(one: _Found) -> Candidate:
    card = one.card
    line = [", ".join(one.hit.creators[:2]), card["publication"] or str(card["year"] or ""), card["edition"]]
    made = _candidate(f"instances/{card['id']}", card["title"] or one.hit.title, "Instance", one, line)
    made.libraries = tuple(card["libraries"])
    made.features["copies"] = float(len(made.libraries))
    return made


def _work(identity: str, one: _Found) -> Candidate:
    hit = one.hit
    years = hit.years
    span = "" if not years else f"{years[-1]}–{years[0]}" if years[-1] != years[0] else str(years[0])
    made = _candidate(
        f"works/{identity}", hit.title, "Work", one, [", ".join(hit.creators), span, ", ".join(hit.languages)]
    )
    made.libraries = tuple(hit.libraries)
    made.features["copies"] = float(len(made.libraries))
    return made


def _candidate(id: str, name: str, type: str, one: _Found, line: Sequence[str]) -> Candidate:
    features: dict[str, float | bool] = {n: round(v, 3) for n, v in one.values.items() if v is not None}
    if "title" in features and not one.tones:
        features["tones"] = False
    description = " · ".join(part for part in line if part)
    return Candidate(id, name or id, (type,), total(one.values), features, description)
