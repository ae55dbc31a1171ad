"""A triple store with one writer, snapshots, and disposable readers, behind the SPARQL 1.1 Protocol. Knows no MARC.

The HTTP side is imported by those who need it: ``from sparql.endpoint import Endpoint``,
``from sparql.budgets import Budgets``, ``from sparql import guard, metrics``. ``docs/sparql.md`` shows all of it.
"""

from sparql.answers import Answer
from sparql.blocking import SyncPool
from sparql.errors import (
    BadQuads,
    BudgetSpent,
    NoSuchGraph,
    NotAcceptable,
    PoolFull,
    QueryFailed,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ReaderDied,
    SparqlError,
    StoreError,
    StoreLocked,
)
from sparql.generations import Generation, Generations
from sparql.oxigraph import MemoryStore, OxigraphStore, canonical, open_store, parse_quads
from sparql.pool import Pool
from sparql.store import Difference, QuadLike, WritableStore

__all__ = [
    "Answer",
    "BadQuads",
    "BudgetSpent",
    "Difference",
    "Generation",
    "Generations",
    "MemoryStore",
    "NoSuchGraph",
    "NotAcceptable",
    "OxigraphStore",
    "Pool",
    "PoolFull",
    "QuadLike",
    "QueryFailed",
    "QueryRefused",
    "QuerySyntaxError",
    "QueryTimeout",
    "ReaderDied",
    "SparqlError",
    "StoreError",
    "StoreLocked",
    "SyncPool",
    "WritableStore",
    "canonical",
    "open_store",
    "parse_quads",
]
