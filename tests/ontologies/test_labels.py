"""Labels: valid N-Triples in two languages for every term a record may link to."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.namespace import OWL

from ontologies.labels import labels, term_iri, terms
from ontologies.namespaces import HUB

BF = Namespace("http://id.loc.gov/ontologies/bibframe/")


def test_labels_are_distinct_valid_ntriples_with_one_label_a_language() -> None:
    lines = list(labels())
    assert len(lines) == len(set(lines))
    graph = Graph().parse(data="\n".join(lines), format="nt")
    assert len(graph) == len(lines) > 5000
    counted = Counter((s, o.language) for s, _, o in graph if isinstance(o, Literal))
    assert [k for k, n in counted.items() if n > 1] == []
    assert {language for _, language in counted} == {"en", "vi"}
    translator = URIRef("http://id.loc.gov/vocabulary/relators/trl")
    assert set(graph.objects(translator, RDFS.label)) == {Literal("translator", "en"), Literal("người dịch", "vi")}
    assert Literal("nơi lưu giữ", "vi") in set(graph.objects(BF.heldBy, RDFS.label))


def test_every_class_and_property_has_both_names() -> None:
    for curie, (en, vi) in terms().items():
        assert en, curie
        assert vi, curie
        assert term_iri(curie).startswith("<http")


def own_terms() -> Graph:
    return Graph().parse(data=(files("ontologies") / "hub.ttl").read_text(encoding="utf-8"), format="turtle")


def test_own_terms_are_defined_labelled_and_in_our_namespace() -> None:
    graph = own_terms()
    named = {s for s in graph.subjects(RDF.type, None) if (s, RDF.type, OWL.Ontology) not in graph}
    assert URIRef(HUB.base + "LibraryGroup") in named
    for term in named:
        assert str(term).startswith(HUB.base)
        assert list(graph.objects(term, RDFS.comment)), f"{term} does not say what it means"
        words = {o.language: str(o) for o in graph.objects(term, RDFS.label) if isinstance(o, Literal)}
        assert (words["en"], words["vi"]) == terms()["bh:" + str(term).removeprefix(HUB.base)]


def test_every_own_term_that_the_code_uses_is_defined() -> None:
    defined = {str(s).removeprefix(HUB.base) for s in own_terms().subjects(RDF.type, None)}
    root = Path(__file__).resolve().parents[2]
    used = {
        name
        for room in ("converters", "hub", "sparql")
        for source in (root / room).rglob("*.py")
        for name in re.findall(r"\bHUB\.([A-Za-z]\w+)", source.read_text(encoding="utf-8"))
    } - {"base"}
    assert used - defined == set(), "define these in ontologies/hub.ttl and name them in ontologies/terms.tsv"


def test_genre_terms_that_coded_values_lead_to_have_both_names() -> None:
    root = Path(__file__).resolve().parents[2]
    used = {
        code
        for source in (root / "converters").rglob("*.py")
        for code in re.findall(r"\bgf20\d{8}\b", source.read_text(encoding="utf-8"))
    }
    rows = (files("ontologies") / "genre_forms.tsv").read_text(encoding="utf-8").splitlines()[1:]
    named = {row.split("\t")[0] for row in rows if all(row.split("\t"))}
    assert len(used) > 100
    assert used - named == set()
