"""Questions in, candidates out: what the protocol's routes, the command and the page have in common."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from urllib.parse import unquote

from sqlalchemy import Connection, select

from converters.marc import parse
from hub.protocols.reconcile.bibliographic import Bibliographic
from hub.protocols.reconcile.libraries import find_libraries, library_names, library_rows
from hub.protocols.reconcile.names import Names
from hub.protocols.reconcile.query import MOST_CANDIDATES, Candidate, Query
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
        """The candidates of each query, best first, in the queries' order; ``language`` (vi, en) of libraries' names."""
        with self.registry.read() as connection:
            libraries = library_rows(connection)
            books = Bibliographic(self.search, library_names(libraries))
            found = []
            for query in queries:
                types = narrowed(query.types)
                ids = [*query.ids, query.text] if self.path_of(query.text) else list(query.ids)
                made = self._by_id(connection, ids, types, language) if ids else []
                if not made and not query.ids:
                    made = books.find(connection, query, types)
                    made += self.names.find(connection, query, types)
                    if "Library" in types:
                        made += find_libraries(libraries, query, language)
                found.append(_best(made, query.limit))
            return found

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
        """The entities that some ids name, each certain; ids of the hub's other things and unknown ones give nothing."""
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


def _best(made: list[Candidate], limit: int) -> list[Candidate]:
    """The best ``limit`` candidates; where several are certain only one of a Work and its Instance stays so."""
    made.sort(key=lambda c: -c.score)  # stable: each kind has its own order among equals
    certain = [c for c in made if c.match]
    if len(certain) > 1:
        numbered = [c for c in certain if c.types[0] == "Instance" and max(_number(c, "isbn"), _number(c, "issn")) >= 1]
        kept = numbered if {c.types[0] for c in certain} == {"Work", "Instance"} else []
        for candidate in certain:
            candidate.match = len(kept) == 1 and candidate is kept[0]
    return made[: max(1, min(limit, MOST_CANDIDATES))]


def _number(candidate: Candidate, name: str) -> float:
    return float(candidate.features.get(name, 0.0))
