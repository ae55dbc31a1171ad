"""Hostile text becomes a term or stays text; nothing leaves its quotes."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.bibframe.terms import iri, literal, segment, text_of


@given(st.text())
def test_any_text_is_one_literal_and_comes_back(text: str) -> None:
    line = f"<http://s> <http://p> {literal(text)} ."
    (quad,) = ox.parse(line.encode(), ox.RdfFormat.N_TRIPLES)
    kept = "".join("\ufffd" if (c < " " and c not in "\n\r\t") or c in "\ufffe\uffff" else c for c in text)
    assert quad.object == ox.Literal(kept)
    assert text_of(literal(text)) == kept


@given(st.text())
def test_any_literal_survives_rdf_xml(text: str) -> None:
    line = f"<http://s> <http://p/p> {literal(text)} ."
    triples = [q.triple for q in ox.parse(line.encode(), ox.RdfFormat.N_TRIPLES)]
    xml = ox.serialize(triples, format=ox.RdfFormat.RDF_XML)
    again = [q.triple for q in ox.parse(xml, ox.RdfFormat.RDF_XML)]
    # XML folds line ends (XML 1.0 §2.11); everything else is the same.
    folded = [t.object.value.replace("\r\n", "\n").replace("\r", "\n") for t in triples]
    assert [t.object.value.replace("\r\n", "\n").replace("\r", "\n") for t in again] == folded


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://a b/", "http://a>b",
        'http://a"b', "http://a\\b", "http://a^b", "http://a`b", "http://{a}", "http://a|b", "http://[::1", "http://",
        "http:///x", "relative/path", "http://a\u202eb", "http://a\x00b", "http://a%zz", "http://a/[b]", "", "urn:",
        "http://a:port/",
    ],
)  # fmt: skip
def test_what_is_no_safe_iri_stays_text(text: str) -> None:
    assert iri(text) is None


@given(st.text())
def test_an_iri_is_accepted_by_a_strict_parser(text: str) -> None:
    for candidate in (text, f"http://{text}", f"https://example.org/{text}", f"urn:{text}"):
        term = iri(candidate)
        if term is not None:
            list(ox.parse(f"<http://s> <http://p> {term} .".encode(), ox.RdfFormat.N_TRIPLES))


@given(st.text(min_size=1))
def test_a_segment_is_one_step_of_a_path(text: str) -> None:
    made = segment(text.encode("utf-8", "ignore").decode())
    assert not set(made) & set("/?#<> ")
