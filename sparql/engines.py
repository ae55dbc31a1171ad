"""What differs between SPARQL 1.1 stores behind HTTP, as far as it was seen; one profile each (docs/sparql.md)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Engine:
    """How to speak to one kind of store."""

    name: str
    query: str
    """Path of the query endpoint below the server's base URL; likewise the next two."""
    update: str
    graphs: str | None
    merged: str | None = None
    """The named graph that stands for the default graph, where that cannot be written."""
    batch: int = 5000
    """Quads in one INSERT DATA or DELETE DATA."""
    atomic: bool = True
    """Whether an update of several operations is one transaction."""
    canonical_numbers: bool = True
    """Whether it gives ``1`` back for ``01``."""


ENGINES = {
    "oxigraph": Engine("oxigraph", "query", "update", "store"),
    "sparql": Engine("sparql", "sparql", "sparql/update", "sparql/graphs"),
    "fuseki": Engine("fuseki", "query", "update", "data"),
    "qlever": Engine("qlever", "", "", "", atomic=False, canonical_numbers=False),
    "virtuoso": Engine("virtuoso", "sparql", "sparql", None, merged="urn:bibhub:merged", batch=800, atomic=False),
    "generic": Engine("generic", "query", "update", None, batch=1000, atomic=False),
}
"""By the word before the colon in ``HUB_STORE=oxigraph:http://host:7878/``; ``sparql`` is this package served."""
