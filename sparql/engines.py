"""What differs between SPARQL 1.1 stores behind HTTP, as far as it was seen; one profile each (docs/sparql.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import httpx

from sparql.errors import StoreError


@dataclass(frozen=True)
class Engine:
    """How to speak to one kind of store."""

    name: str
    query: str
    """URL of the query endpoint, or its path below the server's base URL; likewise the next two."""
    update: str
    graphs: str | None
    merged: str | None = None
    """The named graph that stands for the default graph, where that cannot be written."""
    batch: int = 5000
    """Quads in one INSERT DATA or DELETE DATA."""
    atomic: bool = True
    """Whether an update of several operations is one transaction."""
    own: tuple[str, ...] = ()
    """How the names of graphs begin that the engine keeps for itself; they are neither copied nor dropped."""
    untyped: tuple[str, ...] = ()
    """Datatypes it cannot hold: their values become plain strings."""


ENGINES = {
    "oxigraph": Engine("oxigraph", "query", "update", "store"),
    "sparql": Engine("sparql", "sparql", "sparql/update", "sparql/graphs"),
    "fuseki": Engine("fuseki", "query", "update", "data"),
    "qlever": Engine("qlever", "", "", "", atomic=False),
    "virtuoso": Engine(
        "virtuoso",
        "sparql",
        "sparql",
        None,
        merged="urn:bibhub:merged",
        batch=800,
        atomic=False,
        own=(
            "http://www.openlinksw.com/",
            "http://localhost:8890/",
            "http://localuriqaserver/",
            "http://www.w3.org/2002/07/owl#",
            "http://www.w3.org/ns/ldp#",
            "urn:activitystreams-owl:",
            "urn:core:services:",
            "urn:rules.",
            "b3s",
            "facets",
            "virtrdf-",
        ),
        untyped=("http://www.w3.org/2001/XMLSchema#duration",),
    ),
    "generic": Engine("generic", "query", "update", None, batch=1000, atomic=False),
}
"""By the word before the colon in ``HUB_STORE=oxigraph:http://host:7878/``; ``sparql`` is this package served."""

GENERIC = ENGINES["generic"]


@dataclass(frozen=True)
class Access:
    """Where a store is and how to get in: base URL without credentials, its engine, and what each request carries."""

    url: str
    engine: Engine
    auth: httpx.Auth | None = None
    token: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Of every request."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def at(self, endpoint: str) -> str:
        """The absolute URL of one of the engine's endpoints."""
        return urljoin(self.url, endpoint)


def access(address: str, *, token: str | None = None) -> Access:
    """Read the address of a store. Raises :class:`StoreError` if it is none.

    ``engine:URL`` with an engine of :data:`ENGINES` and the server's base URL; or for any other store the URLs of its
    query endpoint, its update endpoint and, if it has one, its graph store, with spaces between. User and password may
    stand in the (first) URL; Virtuoso then gets them as a digest, at the endpoints that ask for it.
    """
    urls = address.split()
    if len(urls) in (2, 3) and all(url.startswith(("http://", "https://")) for url in urls):
        url, auth = _credentials(urls[0])
        return Access(url, replace(GENERIC, query="", update=urls[1], graphs="".join(urls[2:]) or None), auth, token)
    word, _, given = address.partition(":")
    if word not in ENGINES or not given.startswith(("http://", "https://")):
        known = ", ".join(ENGINES)
        raise StoreError(
            f"{word!r} is no engine. The address of a store is one of {known}, a colon and a URL; or two or three "
            "URLs: of queries, of updates, and of the graph store."
        )
    url, auth = _credentials(given.rstrip("/") + "/")
    engine = ENGINES[word]
    if auth is not None and word == "virtuoso":
        engine = replace(engine, query="sparql-auth", update="sparql-auth")
        auth = httpx.DigestAuth(*_names(given))
    return Access(url, engine, auth, token)


def _names(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return unquote(parts.username or ""), unquote(parts.password or "")


def _credentials(url: str) -> tuple[str, httpx.Auth | None]:
    """The URL without user and password, which would be told in messages; and what they become."""
    parts = urlsplit(url)
    if not parts.username:
        return url, None
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return bare, httpx.BasicAuth(*_names(url))
