"""The guard: what would break a reader is refused by name and at once; what people and programs write passes."""

from __future__ import annotations

import contextlib
import time

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparql import QueryRefused, QuerySyntaxError, guard
from sparql.lexer import prefixes, tokens

DEEP = 5000
HOSTILE = {
    "braces": ("nesting", "SELECT * " + "{" * 3000 + "}" * 3000),
    "parentheses": ("nesting", "SELECT * { FILTER(" + "(" * DEEP + "1" + ")" * DEEP + ") }"),
    "optional": ("nesting", "SELECT * " + "{ ?s ?p ?o OPTIONAL " * 2600 + "{}" + "}" * 2600),
    "subselects": ("nesting", "SELECT * {" + "{SELECT * {" * 1500 + "}}" * 1500 + "}"),
    "nested if": ("nesting", "SELECT (" + "IF(true," * 1000 + "1" + ",2)" * 1000 + " AS ?x) {}"),
    "blank node property lists": ("nesting", "SELECT * { ?s ?p " + "[?p " * 1000 + "1" + "]" * 1000 + "}"),
    "not": ("unary", "SELECT * { FILTER(" + "!" * 9900 + "true) }"),
    "minus": ("unary", "SELECT (" + "-" * 9900 + "1 AS ?x) {}"),
    "union": ("unions", "SELECT * { " + " UNION ".join(["{?s ?p ?o}"] * 1000) + " }"),
    "or": ("operators", "SELECT * { FILTER(" + " || ".join(["?x"] * 5000) + ") }"),
    "plus": ("operators", "SELECT (1" + "+1" * 5000 + " AS ?x) {}"),
    "path of alternatives": ("operators", "SELECT * { ?s " + "|".join(["<http://p>"] * 4000) + " ?o }"),
    "path sequence": ("patterns", "SELECT * { ?s " + "/".join(["<http://p>"] * 1000) + " ?o }"),
    "star of 200": ("patterns", "SELECT * { " + " ".join(f"?s <http://p{i}> ?v{i} ." for i in range(200)) + " }"),
    "star with ;": ("patterns", "SELECT * { ?s " + " ; ".join(f"<http://p{i}> ?v{i}" for i in range(200)) + " }"),
    "star with ,": ("patterns", "SELECT * { ?s ?p " + " , ".join(f"?v{i}" for i in range(200)) + " }"),
    "list of 200": ("patterns", "SELECT * { ?s ?p (" + " 1" * 200 + ") }"),
    "length": ("length", "SELECT * { ?s ?p '" + "x" * 70000 + "' }"),
    "bytes, not characters": ("length", "SELECT * { ?s ?p '" + "ế" * 30000 + "' }"),
    "tokens": ("tokens", "SELECT * { VALUES ?x {" + " 1" * 15000 + "} }"),
    "expression disguised as an IRI": ("nesting", "SELECT (1<" + "(" * 500 + "1" + ")" * 500 + " AS ?x) {}"),
    "closed expression disguised": ("nesting", "SELECT (1<" + "(" * 500 + "1" + ")" * 500 + ">0 AS ?x) {}"),
    "signs disguised as an IRI": ("unary", "SELECT (1<" + "!" * 500 + "1>0 AS ?x) {}"),
    "service": ("service", "SELECT * { SERVICE <http://127.0.0.1/> {?s ?p ?o} }"),
    "service silent": ("service", "SELECT * { SERVICE SILENT <http://127.0.0.1/> {?s ?p ?o} }"),
    "service in exists": ("service", "SELECT * { FILTER EXISTS { SERVICE <http://127.0.0.1/> {?s ?p ?o} } }"),
    "service by variable": ("service", "SELECT * { VALUES ?s {<http://127.0.0.1/>} service ?s {?s ?p ?o} }"),
    "service after a comment": ("service", "SELECT * { sErViCe#x\n silent ?x {?s ?p ?o} }"),
    "service escaped": ("service", "SELECT * { SERV\\u0049CE <http://127.0.0.1/> {?s ?p ?o} }"),
    "service escaped wide": ("service", "SELECT * { \\U00000053ERVICE <http://127.0.0.1/> {} }"),
    "service glued to a literal": ("service", "SELECT * { ?a ?b trueSERVICE <http://127.0.0.1/> {} }"),
    "service glued to a number": ("service", "SELECT * { ?a ?b 1SERVICE <http://127.0.0.1/> {} }"),
    "service glued to an IRI": ("service", "SELECT * {SERVICE<http://127.0.0.1/>{}}"),
    "service glued to a name": ("service", "PREFIX : <http://127.0.0.1/> SELECT * { SERVICE:x {} }"),
    "service behind a string": ("service", "SELECT * { ?a ?b '\\'' . SERVICE <http://127.0.0.1/> {} }"),
    "load": ("load", "LOAD <http://169.254.169.254/>"),
    "load silent": ("load", "LOAD SILENT <file:///etc/passwd>"),
    "insert": ("update", "INSERT DATA {<a:a> <b:b> 1}"),
    "drop": ("update", "DROP ALL"),
    "delete": ("update", "DELETE WHERE {?s ?p ?o}"),
}


@pytest.mark.parametrize(("limit", "query"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_queries_are_refused_by_name_within_a_tenth_of_a_second(limit: str, query: str) -> None:
    began = time.perf_counter()
    with pytest.raises(QueryRefused) as caught:
        guard.check(query)
    assert time.perf_counter() - began < 0.1
    assert caught.value.limit == limit
    assert caught.value.status == (403 if limit in ("service", "load", "update") else 400)
    assert len(str(caught.value)) > 30


HONEST = [
    "SELECT * { ?service ?p 'SERVICE LOAD' }",
    "PREFIX ex: <http://ex/SERVICE/> SELECT * { ex:service ex:LOAD ?x } # SERVICE",
    "SELECT * { ?s <http://ex/service> ?load }",
    "ASK { _:service ?p ?o FILTER(STR(?o) = 'DROP ALL') }",
    'SELECT ("a\\"b" AS ?x) ("""c"d""e\\"""" AS ?y) (\'\'\'f\'g\'\'h\'\'\' AS ?z) {}',
    "SELECT ?a WHERE { ?a ?b ?c FILTER(?a<3&&?c>4) }",
    "SELECT ?a WHERE { ?a ?b ?c FILTER(?a < 3 && ?c > 4 || !(?a != -1.5e3) ) }",
    "SELECT * { ?s (<p>|^<q>)*/<r>+/!(<s>|^<t>)? ?o }",
    "PREFIX bf: <http://id.loc.gov/ontologies/bibframe/> SELECT * { ?w a bf:Work ; bf:title/bf:mainTitle ?t, ?u . }",
    "SELECT * { VALUES (?a ?b) { (1 2) (UNDEF 'x'@vi) (<a> 'y'^^<http://t>) } }",
    "SELECT * { VALUES ?x { " + " ".join(f"<http://example.org/{n}>" for n in range(1500)) + " } ?x ?p ?o }",
    "SELECT * { ?x ?p ?o FILTER(?x IN (" + ", ".join(f"<http://e.org/{n}>" for n in range(800)) + ")) }",
    "SELECT * { ?x ?p ?o FILTER(" + " || ".join(f"?o = {n}" for n in range(300)) + ") }",
    "SELECT * { ?s ?p (1 2 ?x ('a' 'b')) , [ ?q 5 ; ?r [] ] }",
    "PREFIX ex.a-b: <http://x/> SELECT * { ex.a-b:c.d%20\\~e-f ex.a-b: ?x ; :1:2 _:b.c }",
    "PREFIX nguyễn: <http://x/> SELECT ?đ { nguyễn:trãi ?đ '阮攸'@zh-Hant }",
    "SELECT * { << ?s ?p ?o >> ?q ?r {| ?a ?b |} }",
    "CONSTRUCT { ?s ?p ?o } FROM <http://g> FROM NAMED <http://h> WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 5 OFFSET 2",
    "DESCRIBE <http://x> ?y { ?y a <http://z> }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) (GROUP_CONCAT(?t; separator=', ') AS ?l) { ?s ?p ?t } GROUP BY ?p HAVING(?n>1)",
    "SELECT * { ?s ?p 1., 2.5, .5, 1e6, 1.e6 }".replace("1.,", "1 ,"),
    "SELECT * { ?s ?p '\\u1EBF \\\\u0041' ; <http://x/\\u1EBF> ?o }",
    "\ufeff".strip("\ufeff") + "select*where{?s?p?o}",
    "SELECT * { ?s ?p ?o FILTER regex(?o, '^[({!]+$', 'i') }",
]


@pytest.mark.parametrize("query", HONEST)
def test_honest_queries_pass(query: str) -> None:
    guard.check(query)


@pytest.mark.parametrize(
    "text", ["SELECT * { ?s ?p 'open }", 'SELECT * { ?s ?p """open" }', "SELECT * { \x01 }", "a`b"]
)
def test_what_is_no_token_is_a_syntax_error_with_its_place(text: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        guard.check(text)
    assert caught.value.line == 1
    assert caught.value.column is not None


@pytest.mark.parametrize(
    "text",
    [
        '"""' * 20000,
        "'" * 60000,
        '"\\' * 30000,
        "<" * 60000,
        "<a" * 30000,
        "a." * 30000,
        "a-" * 30000,
        ":" * 60000,
        ":." * 30000,
        "_:a" + "." * 60000,
        "#" * 60000,
        "1." * 30000,
        "1e" * 30000,
        "@a-" * 20000,
        "?" * 60000,
        "\\u0041" * 10000,
        "{" * 60000,
        " " * 60000,
    ],
)
def test_the_time_is_linear_whatever_comes(text: str) -> None:
    began = time.perf_counter()
    with contextlib.suppress(QueryRefused, QuerySyntaxError):
        guard.check(text)
    assert time.perf_counter() - began < 0.3


@given(st.text(alphabet=st.sampled_from(list("<>\"'\\{}()[]?$_:.a1#@ \n|&!=^-+*/,;uếSERVICE%")), max_size=60))
def test_tokens_cover_the_text_in_order_or_fail_with_a_place(text: str) -> None:
    end = 0
    try:
        for token in tokens(text):
            assert text[token.at : token.at + len(token.text)] == token.text
            assert token.at >= end
            end = token.at + len(token.text)
    except QuerySyntaxError as error:
        place = error.line, error.column
    else:
        place = 1, 1
    assert None not in place


@given(st.text(max_size=40))
def test_any_string_that_oxigraph_writes_is_one_token(value: str) -> None:
    literal = str(ox.Literal(value))
    assert [token.kind for token in tokens(literal)] == ["string"]


def test_updates_may_change_data_but_not_call_out() -> None:
    guard.check("DELETE {?s ?p ?o} INSERT {?s ?p 1} WHERE {?s ?p ?o}; CLEAR ALL", update=True)
    guard.check("INSERT DATA {" + "".join(f"<http://s> <http://p> {n} ." for n in range(5000)) + "}", update=True)
    with pytest.raises(QueryRefused):
        guard.check("INSERT {?s ?p ?o} WHERE {SERVICE <http://x> {?s ?p ?o}}", update=True)


def test_prefixes_are_found_for_turtle() -> None:
    text = "PREFIX a: <http://a/> prefix : <http://b/> PREFIX rel: <c> # PREFIX d: <http://d/>\nSELECT * {}"
    assert prefixes(text) == {"a": "http://a/", "": "http://b/"}
