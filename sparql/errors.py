"""What can go wrong, each with the HTTP status it becomes (SPARQL 1.1 Protocol §2.1.4; RFC 9110)."""

from __future__ import annotations


class SparqlError(Exception):
    """Base of all errors of this package; ``status`` is the HTTP status, ``str()`` a sentence for a person."""

    status = 500
    code = "failed"


class QuerySyntaxError(SparqlError):
    """The text is not SPARQL. ``line`` and ``column`` count from 1; ``None`` where the parser gave none."""

    status = 400
    code = "syntax"

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class QueryRefused(SparqlError):
    """A stated limit or rule refuses the query before it runs. ``limit`` names it (docs/sparql.md lists them all)."""

    status = 400
    code = "refused"

    def __init__(self, limit: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.limit = limit
        self.status = status


class QueryTimeout(SparqlError):
    """The deadline passed; the reader was killed and replaced. ``seconds`` is the deadline."""

    status = 504
    code = "timeout"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"The query was stopped after {seconds:g} seconds. Name an IRI or a type early, avoid ORDER BY over "
            "everything, or ask in parts with LIMIT."
        )
        self.seconds = seconds


class ReaderDied(SparqlError):
    """The reader process ended while it ran the query: memory or CPU limit, or a fault of the engine."""

    status = 503
    code = "reader-died"

    def __init__(self, why: str) -> None:
        super().__init__(f"The query ended its reader process ({why}). It needs more than a query may use.")
        self.why = why


class PoolFull(SparqlError):
    """Every reader is busy and the queue is full. ``retry_after`` is in seconds."""

    status = 503
    code = "busy"

    def __init__(self, retry_after: int = 5) -> None:
        super().__init__("Every reader is busy and the queue is full. Ask again in a few seconds.")
        self.retry_after = retry_after


class BudgetSpent(SparqlError):
    """This client has used its share of query time. ``retry_after`` is in seconds."""

    status = 429
    code = "budget"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QueryFailed(SparqlError):
    """The engine refused or failed to evaluate a well-formed query."""

    status = 500
    code = "evaluation"


class NotAcceptable(SparqlError):
    """None of the formats asked for fits this kind of result."""

    status = 406
    code = "not-acceptable"


class NoSuchGraph(SparqlError):
    """Graph Store Protocol: the named graph does not exist."""

    status = 404
    code = "no-such-graph"


class StoreError(SparqlError):
    """The writer's side: the store could not be opened, read or written."""


class StoreLocked(StoreError):
    """Another process has the store open for writing."""

    status = 503
    code = "locked"


class BadQuads(StoreError, ValueError):
    """N-Quads (or another RDF text) that a strict parser refuses. ``line`` counts from 1. Nothing was stored."""

    status = 400
    code = "bad-data"

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line
