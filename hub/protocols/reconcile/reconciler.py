"""Questions in, candidates out: what the protocol's routes, the command and the page have in common."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote

from sqlalchemy import Connection, RowMapping, select

from converters.marc import parse
from hub.identity.features.text import fold, strict
from hub.protocols.reconcile.bibliographic import Bibliographic
from hub.protocols.reconcile.libraries import find_libraries, library_names, library_rows
from hub.protocols.reconcile.names import Names
from hub.protocols.reconcile.query import MOST_CANDIDATES, Candidate, Query
from hub.protocols.reconcile.score import AGREES
from hub.protocols.reconcile.vocabulary import TYPES, narrowed
from hub.registry import Registry
from hub.registry.schema import entity, library, record
from hub.search import Headings, Search

_MERGES = 100
_PLACES = frozenset(t.place for t in TYPES.values())


class Reconciler:
    """Finds what things are called in the hub; ``base`` is what its URIs begin with.

    May be called from several threads.
    """

    def __init__(self, registry: Registry, search: Search, headings: Headings, base: str) -> None:
        self.registry = registry
        self.search = search
        self.base = base
        self.names = Names(headings, search)

    def match(self, queries: Sequence[Query], language: str = "vi") -> list[list[Candidate]]:
        """The candidates of each query, best first, in the queries' order; libraries are named in ``language``."""
        with self.registry.read() as connection:
            libraries = library_rows(connection)
            books = Bibliographic(self.search, library_names(libraries))
            return [self._match(connection, libraries, books, query, language) for query in queries]

    def _match(
        self,
        connection: Connection,
        libraries: list[RowMapping],
        books: Bibliographic,
        query: Query,
        language: str,
    ) -> list[Candidate]:
        types = narrowed(query.types)
        ids = [*query.ids, query.text] if self.path_of(query.text) else list(query.ids)
        made = self._by_id(connection, ids, types, language) if ids else []
        if not made and (query.text or not query.ids):
            query = self._resolved(connection, query, language)
            for text in (query.text, *query.others):
                asked = replace(query, text=text)
                made += books.find(connection, asked, types)
                made += self.names.find(connection, asked, types)
                if "Library" in types:
                    made += find_libraries(libraries, asked, language)
        if query.others:
            made = _each_once(made)
        never = {strict(name) for name in query.never}
        made = [c for c in made if strict(c.name) not in never]
        if query.named:
            made = [c for c in made if max(_value(c, "name"), _value(c, "title"), _value(c, "id")) >= AGREES]
        return _best(made, query.limit)

    def _resolved(self, connection: Connection, query: Query, language: str) -> Query:
        """The query with names in place of the hub's own ids among its values (a cell that was reconciled before)."""

        def name_of(text: str) -> str:
            path = self.path_of(text)
            named = self._named(connection, path, language) if path else None
            return named.name if named is not None else text

        conditions = tuple(replace(c, values=tuple(map(name_of, c.values))) for c in query.conditions)
        return replace(query, conditions=conditions)

    def suggest(
        self, prefix: str, types: Sequence[str], language: str, *, limit: int = 10, offset: int = 0
    ) -> list[Candidate]:
        """Entities whose name begins with what was typed, or has its words; an id gives its entity first."""
        allowed = narrowed(tuple(types))
        with self.registry.read() as connection:
            found = self._by_id(connection, [prefix], allowed, language)
            found += self.names.beginning(connection, prefix, allowed, offset + limit)
            found += Bibliographic(self.search, {}).beginning(prefix, allowed, offset + limit)
            if "Library" in allowed:
                found += find_libraries(library_rows(connection), Query(prefix), language)
        typed = fold(strict(prefix))
        found.sort(key=lambda c: (not c.match, not fold(strict(c.name)).startswith(typed)))
        return list({c.id: c for c in found}.values())[offset : offset + limit]

    def known(self, ids: Sequence[str]) -> list[tuple[str, str | None]]:
        """Ids with the paths of the live entities they stand for, None for those that stand for none."""
        with self.registry.read() as connection:
            return [(id, self.live(connection, path) if (path := self.path_of(id)) else None) for id in ids]

    def one(self, id: str, language: str) -> Candidate | None:
        """The entity that an id names, with its name and types; None when there is none."""
        with self.registry.read() as connection:
            found = self._by_id(connection, [id], frozenset(TYPES), language)
        return found[0] if found else None

    def path_of(self, text: str) -> str | None:
        """The path below the base (``works/b7k2``) that an id or URI names, None when it names nothing of the hub."""
        text = text.strip()
        path = text.removeprefix(self.base) if text.startswith(self.base) else text
        place, slash, identity = path.partition("/")
        for ending in (".html", ".ttl", ".jsonld", ".nt", ".rdf", ".xml"):
            identity = identity.removesuffix(ending)
        if not slash or not identity or place not in _PLACES or (" " in identity) or "#" in identity:
            return None
        return f"{place}/{unquote(identity)}"

    def live(self, connection: Connection, path: str) -> str | None:
        """The path of the live entity that a path leads to (the survivor of a merge), None when there is none."""
        place, _, identity = path.partition("/")
        if place == "libraries":
            found = connection.execute(select(library.c.code).where(library.c.code == identity)).scalar()
            return path if found else None
        for _ in range(_MERGES):
            row = connection.execute(
                select(entity.c.state, entity.c.replaced_by).where(entity.c.id == identity, entity.c.place == place)
            ).first()
            if row is None or row.state == "withdrawn":
                return None
            if row.state == "live":
                return f"{place}/{identity}"
            identity = row.replaced_by
        return None

    def _by_id(
        self, connection: Connection, ids: Sequence[str], types: frozenset[str], language: str
    ) -> list[Candidate]:
        """The entities that some ids name, certain when it is one; unknown ids and those of other things give none."""
        made: dict[str, Candidate] = {}
        for text in ids[:MOST_CANDIDATES]:
            path = self.path_of(text)
            found = self.live(connection, path) if path else None
            if found is None or found in made:
                continue
            named = self._named(connection, found, language)
            if named is not None and named.types[0] in types:
                named.score, named.features, named.match = 100.0, {"id": True}, True
                made[found] = named
        if len(made) > 1:
            for candidate in made.values():
                candidate.match = False
        return list(made.values())

    def _named(self, connection: Connection, path: str, language: str) -> Candidate | None:
        place, _, identity = path.partition("/")
        if place in ("agents", "concepts"):
            return self.names.named(connection, identity)
        if place == "libraries":
            row = connection.execute(select(library).where(library.c.code == identity)).mappings().first()
            if row is None:
                return None
            name = row["name_vi"] if language == "vi" else row["name_en"]
            return Candidate(path, name, ("Library",), 0.0, description=row["place"] or "")
        instances = [identity]
        if place == "works":
            query = select(entity.c.id).where(entity.c.parent == identity, entity.c.place == "instances")
            instances = list(connection.execute(query.where(entity.c.state == "live").limit(MOST_CANDIDATES)).scalars())
        stored = connection.execute(
            select(record.c.member, record.c.raw, record.c.format)
            .where(record.c.instance.in_(instances), record.c.deleted.is_(False))
            .order_by(record.c.rank.desc(), record.c.id)
            .limit(1)
        ).first()
        name = title_in(stored.raw, stored.format) if stored is not None else ""
        return Candidate(path, name or path, ("Work" if place == "works" else "Instance",), 0.0)


def title_in(raw: bytes, form: str) -> str:
    """The title proper and its remainder in a stored record, without ISBD punctuation at its end."""
    field = parse(zlib.decompress(raw), form).first("245")
    return " ".join(field.all("abnp")).rstrip(" /:;,.=") if field is not None else ""


def _each_once(made: list[Candidate]) -> list[Candidate]:
    """Candidates that several names led to, once, with their best score; certain only where no name led elsewhere."""
    found: dict[str, Candidate] = {}
    for candidate in sorted(made, key=lambda c: -c.score):
        found.setdefault(candidate.id, candidate)
    certain = {c.id for c in made if c.match}
    for candidate in found.values():
        candidate.match = certain == {candidate.id}
    return list(found.values())


def _best(made: list[Candidate], limit: int) -> list[Candidate]:
    """The best ``limit`` candidates. Where an Instance and its Work are both certain, the Instance is what is meant."""
    certain = [c for c in made if c.match]
    if len(certain) > 1:
        instances = [c for c in certain if c.types[0] == "Instance"]
        both = {c.types[0] for c in certain} == {"Instance", "Work"} and len(certain) == 2
        for candidate in certain:
            candidate.match = both and candidate is instances[0]
    made.sort(key=lambda c: (-c.score, not c.match))  # stable: each kind has its own order among equals
    return made[: max(1, min(limit, MOST_CANDIDATES))]


def _value(candidate: Candidate, name: str) -> float:
    return float(candidate.features.get(name, 0.0))
