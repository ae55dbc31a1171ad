"""RDF terms over the pipe to a reader: JSON objects as in SPARQL 1.1 Query Results JSON §3.2.2."""

from __future__ import annotations

from typing import Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

Term: TypeAlias = "NamedNode | Literal | BlankNode"


def term_to_json(term: NamedNode | Literal) -> dict[str, Any]:
    """An IRI or literal as JSON. Raises ``TypeError`` for anything else, plain strings too: say which you mean."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, Literal):
        if term.language:
            return {"type": "literal", "value": term.value, "xml:lang": term.language}
        return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
    raise TypeError(f"bind a NamedNode or a Literal, not {type(term).__name__}")


def term_from_json(given: dict[str, Any]) -> NamedNode | Literal:
    """The reverse of :func:`term_to_json`."""
    if given["type"] == "uri":
        return NamedNode(given["value"])
    if "xml:lang" in given:
        return Literal(given["value"], language=given["xml:lang"])
    return Literal(given["value"], datatype=NamedNode(given["datatype"]))
