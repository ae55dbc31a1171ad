"""Agents and Concepts: found in the index of headings by any form of the name, compared with every tone and year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, select

from converters.marc import values
from hub.identity.features.authors import person
from hub.identity.features.text import marked, strict, vietnamese
from hub.identity.marks import of_iri
from hub.identity.names import Name, name_of
from hub.protocols.reconcile.bibliographic import searchable
from hub.protocols.reconcile.query import LONGEST_SEARCHED, Candidate, Condition, Query
from hub.protocols.reconcile.score import AGREES, TONES_DIFFER, agreement, likeness, satisfied, tones_differ, total
from hub.protocols.reconcile.vocabulary import TYPES, types_of
from hub.registry.schema import bearing, heading
from hub.search import Headings, Search
from hub.search.headings import Heading, Narrowed

_PEOPLE = frozenset({"Person", "Family"})
_TYPES = {
    "PersonalName": "Person", "FamilyName": "Family", "CorporateName": "Organization", "ConferenceName": "Meeting",
    "Topic": "Topic", "Geographic": "Place", "Temporal": "Temporal", "GenreForm": "GenreForm",
    "ComplexSubject": "ComplexSubject",
}  # fmt: skip
"""Class in the index of headings → type of the service; a CorporateName may be a Jurisdiction, too."""
_BEGINNING = 12
"""Headings that begin as the text does which are looked at, for each order of its words."""
_ORDERS = 5
"""Words of a name of which each may stand first (Nguyễn Du, Du Nguyễn; Jane Austen, Austen Jane)."""
_WORDS = 40
"""Headings with all words of the text that are looked at, the most used first."""
_MOST_WORDS = 8
"""Words of a text of which one may be left out when no heading has all."""
_NEARLY = 0.9
"""A name from which a year, a title or a number may make it certain."""


@dataclass(frozen=True, slots=True)
class _Named:
    """A heading with its type; ``forms`` begin with the one to use."""

    id: str
    place: str
    type: str
    source: str
    established: bool
    forms: tuple[str, ...]
    uses: int


class Names:
    """Finds Agents and Concepts among the headings."""

    def __init__(self, headings: Headings, search: Search) -> None:
        self.headings = headings
        self.search = search

    def find(self, connection: Connection, query: Query, types: frozenset[str]) -> list[Candidate]:
        """Candidates among the ``types`` that are Agents or Concepts, best first; ``connection`` reads the registry."""
        wanted = frozenset(t for t in types if TYPES[t].place in ("agents", "concepts"))
        if not wanted:
            return []
        same = self._same(connection, query)
        # Where Works are looked for, too, a text is more likely a title: headings with some of its words are no help.
        found = {h.id: h for h in self._by_name(query.text, wanted, nearly=wanted == types)}
        found |= self.headings.some(sorted(same))
        judged = []
        for one in _told_apart(connection, found.values()):
            if one.type in wanted:
                candidate, values_of = self._judge(one, query, same)
                if candidate.score > 0 and satisfied(query.conditions, values_of):
                    judged.append((candidate, one))
        judged.sort(key=lambda j: (-j[0].score, -j[1].uses, j[0].id))
        _decide(judged)
        return [candidate for candidate, _ in judged]

    def named(self, connection: Connection, identity: str) -> Candidate | None:
        """The heading of an entity as a candidate not yet judged, None when the index does not have it."""
        found = _told_apart(connection, self.headings.some([identity]).values())
        return next((_shown(one) for one in found), None)

    def beginning(self, connection: Connection, prefix: str, types: frozenset[str], limit: int) -> list[Candidate]:
        """Agents and Concepts that have the words typed so far, the last one perhaps unfinished."""
        if not any(TYPES[t].place in ("agents", "concepts") for t in types):
            return []
        _, hits = self.headings.keyword(prefix, Narrowed(_list_of(types)), limit=limit * 2)
        found = _told_apart(connection, [hit.heading for hit in hits])
        return [_shown(one) for one in found if one.type in types][:limit]

    def _by_name(self, text: str, types: frozenset[str], *, nearly: bool) -> list[Heading]:
        """Headings some form of which has all words of the text; with ``nearly``, if there are none, all but one."""
        asked = name_of(f"Person|{text[:LONGEST_SEARCHED]}").words
        if not asked:
            return []
        narrowed = Narrowed(_list_of(types))
        count, found = self.headings.keyword(" ".join(asked), narrowed, limit=_WORDS)
        if count > _WORDS:
            # The most used of many are not those that are called just so: they begin with the text.
            for n in range(len(asked) if len(asked) <= _ORDERS else 1):
                found += self.headings.left(" ".join([*asked[n:], *asked[:n]]), narrowed, limit=_BEGINNING)[1]
        if nearly and not found and 2 < len(asked) <= _MOST_WORDS:
            for n in range(len(asked)):
                found += self.headings.keyword(" ".join(asked[:n] + asked[n + 1 :]), narrowed, limit=_BEGINNING)[1]
        return [hit.heading for hit in found]

    def _same(self, connection: Connection, query: Query) -> set[str]:
        """The entities that bear one of the marks (VIAF, ISNI, Wikidata, LC) that were given."""
        marks = {mark for text in query.values("sameAs") if (mark := of_iri(text.strip()))}
        if not marks:
            return set()
        rows = connection.execute(
            select(heading.c.entity).join(bearing, bearing.c.heading == heading.c.id).where(bearing.c.mark.in_(marks))
        )
        return set(rows.scalars())

    def _judge(self, one: _Named, query: Query, same: set[str]) -> tuple[Candidate, dict[str, float | None]]:
        features: dict[str, float | bool] = {}
        judged: dict[str, float | None] = {}
        asked = name_of(f"{one.type}|{query.text}")
        if query.text.strip():
            value, variant, tones = _best(asked, one)
            judged["name"] = value
            if variant:
                features["variant"] = True
            if not tones:
                features["tones"] = False
        conditions = list(query.conditions)
        for name, year in (("birth", asked.birth), ("death", asked.death)):
            if year and not query.values(name):
                conditions.append(Condition(name, (year,)))
        for c in conditions:
            judged[c.property] = agreement(c, partial(self._agrees, one, same, c.property))
        features |= {n: round(v, 3) for n, v in judged.items() if v is not None}
        features["established"] = one.established
        features["uses"] = float(one.uses)
        made = _shown(one)
        made.score, made.features = total(judged), features
        return made, judged

    def _agrees(self, one: _Named, same: set[str], name: str, text: str) -> float | None:
        """How well one text agrees with a heading, None when the heading says nothing of it."""
        match name:
            case "birth" | "death":
                year = values.year(text)
                known = {y for n in _names(one) if (y := n.birth if name == "birth" else n.death)}
                return None if not known or year is None else 1.0 if str(year) in known else -1.0
            case "title":
                return self._wrote(text, one)
            case "sameAs":
                return 1.0 if one.id in same else None
            case "source":
                return 1.0 if values.fold(text) == values.fold(one.source) else -1.0 if one.source else None
        return None

    def _wrote(self, title: str, one: _Named) -> float | None:
        """1 when a Work of this title names the heading among its creators, else None: the hub has not everything."""
        asked = f"{searchable(title)} {searchable(_undated(one.forms[0]))}"
        forms = {strict(f) for f in one.forms}
        hits = self.search.search(asked, limit=10, facets=False).hits
        return 1.0 if any(strict(creator) in forms for hit in hits for creator in hit.creators) else None


def _shown(one: _Named) -> Candidate:
    line = " · ".join(part for part in (one.source, "; ".join(one.forms[1:4])) if part)
    return Candidate(f"{one.place}/{one.id}", one.forms[0], types_of(one.type), 0.0, description=line)


def _best(asked: Name, one: _Named) -> tuple[float, bool, bool]:
    """The best agreement of a name with the forms of a heading, whether by a variant, and whether the tones agree."""
    text = " ".join(asked.words)
    best, variant, tones = -2.0, False, True
    for n, known in enumerate(_names(one)):
        form = " ".join(known.words)
        if one.type in _PEOPLE:
            value = person(form, text, vietnamese(form) or vietnamese(text))
        else:
            value = likeness(form, text)
        if value == 1.0 and n and not marked(text) and any(vietnamese(strict(f)) for f in one.forms):
            value = _NEARLY  # a form without diacritics is that of namesakes, too
        apart = tones_differ(form, text) or value < 0
        value = TONES_DIFFER if apart else value
        if value > best:
            best, variant, tones = value, n > 0, not apart
    return best, variant, tones


def _names(one: _Named) -> list[Name]:
    return [name_of(f"{one.type}|{form}") for form in one.forms]


def _undated(label: str) -> str:
    return " ".join(w for w in label.split() if not any(c.isdigit() for c in w))


def _decide(judged: Sequence[tuple[Candidate, _Named]]) -> None:
    """Mark the one candidate that is certain, if there is one.

    The name agrees with every tone and nothing speaks against. A person must besides be established by an authority
    record or be told by a year, a title or a number: namesakes are many, and the hub does not know them all.
    """
    fitting = [
        (c, one)
        for c, one in judged
        if (c.features.get("name", 0.0) >= _NEARLY or c.features.get("sameAs") == 1.0)
        and not any(type(v) is float and v < 0 for v in c.features.values())
    ]
    told = [
        c for c, _ in fitting if any(c.features.get(n, 0.0) >= AGREES for n in ("birth", "death", "title", "sameAs"))
    ]
    equal = [(c, one) for c, one in fitting if c.features.get("name", 0.0) >= 1.0]
    if len(told) == 1:
        told[0].match = True
    elif len(equal) == 1 and not told:
        candidate, one = equal[0]
        candidate.match = one.established or one.type not in _PEOPLE


def _list_of(types: frozenset[str]) -> str:
    """The one list of headings in which all of these types stand, empty when they stand in several."""
    lists = {
        "names" if TYPES[t].place == "agents" else "genreForms" if t == "GenreForm" else "subjects"
        for t in types
        if TYPES[t].place in ("agents", "concepts") and t != "Concept"
    }
    return lists.pop() if len(lists) == 1 else ""


def _told_apart(connection: Connection, found: Iterable[Heading]) -> list[_Named]:
    """Headings with their types: what the index calls a CorporateName is an Organization or a Jurisdiction."""
    every = [h for h in found if h.place in ("agents", "concepts")]
    corporate = {h.id for h in every if h.kind == "CorporateName"}
    rows = connection.execute(select(heading.c.entity, heading.c.key).where(heading.c.entity.in_(corporate)))
    places = {row.entity for row in rows if row.key.startswith("Jurisdiction|")} if corporate else set()
    return [_typed(h, "Jurisdiction" if h.id in places else "") for h in every]


def _typed(one: Heading, type: str) -> _Named:
    known = type or _TYPES.get(one.kind, "Organization" if one.place == "agents" else "Topic")
    return _Named(one.id, one.place, known, one.source, one.established, (one.label, *one.forms), one.uses)
