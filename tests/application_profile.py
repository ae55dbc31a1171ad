"""The application profile of the hub's graph, applied: what is wrong with a graph, as SHACL says it."""

from __future__ import annotations

import warnings
from importlib.resources import files

from rdflib import RDF, Graph, Namespace

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pyshacl's own imports of deprecated parts of rdflib
    from pyshacl import validate

SH = Namespace("http://www.w3.org/ns/shacl#")
SHAPES = Graph().parse(data=(files("ontologies") / "profile.ttl").read_text(encoding="utf-8"), format="turtle")


def findings(data: Graph) -> list[tuple[bool, str, str]]:
    """Each result of the validation: whether it is a violation, the node, the messages in all languages."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pyshacl uses rdflib's ConjunctiveGraph
        _, report, _ = validate(data, shacl_graph=SHAPES, inference="none")
    assert isinstance(report, Graph)
    return [
        (
            report.value(result, SH.resultSeverity) == SH.Violation,
            str(report.value(result, SH.focusNode)),
            " ".join(str(m) for m in report.objects(result, SH.resultMessage)),
        )
        for result in report.subjects(RDF.type, SH.ValidationResult)
    ]
