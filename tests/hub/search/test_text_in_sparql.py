"""Text search inside SPARQL: the rewriting against an engine that holds the hits as triples, and what is refused."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from time import process_time

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.search.text_in_sparql import TextInSparql, values
from hub.search.text_patterns import MOST_PATTERNS, SEARCH, Wanted, changes, rewritten
from sparql import QueryRefused
from tests.hub.search.test_search import Search, data, search, view  # noqa: F401  # fixtures

PREFIXES = "PREFIX bh: <https://bibhub.org/ontology/>\nPREFIX : <http://x/>\n"
HITS = {"a": ["w1", "w2"], "b": ["w2", "w3"], 'q"u\\o': ["w1", "w4"], "none": []}


def graph(*, with_hits: bool) -> ox.Store:
    """Four Works that know each other; ``with_hits``: what a search finds stands there as triples."""
    lines = []
    for number in range(1, 5):
        lines += [
            f"<http://x/w{number}> <http://x/title> '''t{number}''' ; <http://x/near> <http://x/w{number % 4 + 1}> ."
        ]
        lines += [f"<http://x/w{number}> <http://x/year> {1990 + number} ; a <http://x/Work> ."]
    if with_hits:
        for text, works in HITS.items():
            literal = ox.Literal(text)
            lines += [f"<http://x/{work}> <{SEARCH}> {literal} ." for work in works]
    store = ox.Store()
    store.load("\n".join(lines).encode(), format=ox.RdfFormat.TURTLE)
    return store


PLAIN, FILLED = graph(with_hits=False), graph(with_hits=True)


def found(wanted: Wanted) -> str:
    return values(wanted, [(f"http://x/{work}", 1.0) for work in HITS[wanted.text][: wanted.limit]])


def rewrite(query: str) -> str:
    return rewritten(query, changes(query), found)


def rows(store: ox.Store, query: str) -> Counter[str]:
    result = store.query(query)
    if isinstance(result, ox.QueryBoolean):
        return Counter([str(bool(result))])
    assert isinstance(result, ox.QuerySolutions)
    names = sorted(v.value for v in result.variables)
    return Counter(str([(name, str(row[name])) for name in names]) for row in result)


# Queries in all the shapes that a search may stand in

VARIABLES = st.sampled_from(["?w", "?v", "$w", "?x_1"])
TEXTS = st.sampled_from(['"a"', "'b'", '"""a"""', '"none"', "'q\"u\\\\o'", '"\\u0061"'])
SEARCHES = st.builds(
    lambda name, texts, space: f"{name}{space}{f' ,{space}'.join(texts)}",
    st.sampled_from(["bh:search", f"<{SEARCH}>", "<https://bibhub.org/ontology/\\u0073earch>"]),
    st.lists(TEXTS, min_size=1, max_size=2),
    st.sampled_from([" ", "\n", " # bh:search \"none\" } {\n"]),
)  # fmt: skip
OTHERS = st.one_of(
    st.just("a :Work"),
    st.builds("{} {}".format, st.sampled_from([":near", ":near/:near", "^:near", "(:near|^:near)+"]), VARIABLES),
    st.builds(":near [ :title {} ; :year ?y ]".format, st.sampled_from(['"t1"', "'t2'", "?t", '"bh:search"'])),
    st.just(":year 1991 , ?y"),
    st.just(":title ?t , \"t1\""),
)  # fmt: skip
STATEMENTS = st.builds(
    lambda subject, parts, tail: f"{subject} {' ; '.join(parts)}{tail}",
    VARIABLES,
    st.lists(st.one_of(SEARCHES, OTHERS), min_size=1, max_size=4),
    st.sampled_from(["", " ;", " ; ;"]),
)
FILTERS = st.sampled_from(
    [
        "FILTER(BOUND(?w))", "FILTER REGEX(STR(?w), '[{(w]')", "FILTER(?y < 1994 && ?y>1990)",
        "BIND(\"bh:search\" AS ?s)",
        "VALUES ?w { :w1 :w2 }", "VALUES (?w ?y) { (:w2 UNDEF) (:w1 1991) }", "FILTER(?w IN (:w1, :w2, bh:search))",
    ]
)  # fmt: skip


def group(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{{ {} }}".format, inner),
        st.builds("OPTIONAL {{ {} }}".format, inner),
        st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner),
        st.builds("FILTER EXISTS {{ {} }}".format, STATEMENTS),
        st.builds("FILTER(?w = :w1 || NOT EXISTS {{ {} }})".format, STATEMENTS),
        st.builds("MINUS {{ {} }}".format, STATEMENTS),
        st.builds(
            "{{ SELECT DISTINCT ?w (COUNT(?w) AS ?n) {{ {} }} GROUP BY ?w HAVING(COUNT(?w) > 0) }}".format, inner
        ),
    )


def joined(parts: Sequence[str]) -> str:
    return " ".join(f"{text} ." if text[0] in "?$" else text for text in parts)


GROUPS = st.recursive(
    st.lists(st.one_of(STATEMENTS, STATEMENTS, FILTERS), min_size=1, max_size=4).map(joined),
    lambda inner: st.lists(st.one_of(STATEMENTS, FILTERS, group(inner)), min_size=1, max_size=3).map(joined),
    max_leaves=4,
)
QUERIES = st.builds(
    lambda form, body, end: PREFIXES + form.format(body) + end,
    st.sampled_from(["SELECT * {{ {} }}", "SELECT ?w WHERE {{ {} }} ORDER BY ?w", "ASK {{ {} }}"]),
    GROUPS,
    st.sampled_from(["", " # ?w bh:search 'a'"]),
)


def countable(query: str) -> bool:
    try:
        FILLED.query(query)
    except SyntaxError:
        return False  # a variable bound twice, for instance
    try:
        return bool(changes(query))
    except QueryRefused as error:
        if f"may have {MOST_PATTERNS}" in str(error):
            return False
        raise


@settings(deadline=None, max_examples=300)
@given(QUERIES.filter(countable))
def test_a_rewritten_query_answers_as_if_the_hits_were_triples(query: str) -> None:
    made = rewrite(query)
    assert made.count("\n") == query.count("\n")
    assert rows(PLAIN, made) == rows(FILLED, query)


DECOYS = st.sampled_from(
    [
        '?w :title "?w bh:search \\"a\\""', "?w :title '''bh:search 'a' '''", "# ?w bh:search 'a'\n",
        "bh:search :title ?t",
        "?w :near bh:search", "FILTER(?w != bh:search)", "VALUES ?w { bh:search }", "?w bh:searching 'a'",
        "?w :search 'a'",
        "?w <https://bibhub.org/ontology/search/> 'a'", "?w bh:search\\/ 'a'", "?w ?p 'a'", "BIND(bh:search AS ?p)",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.lists(st.one_of(DECOYS, FILTERS), min_size=1, max_size=5), st.booleans())
def test_a_query_without_the_pattern_stays_as_it_is(parts: list[str], inside: bool) -> None:
    body = " ".join(f"{p} ." if p[0] in "?b" else p for p in parts)
    query = f"{PREFIXES}SELECT * {{ {f'OPTIONAL {{ {body} }}' if inside else body} }}"
    assert asyncio.run(TextInSparql(None, "http://x/").rewrite(query)) is query  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('?w bh:search "a"', "VALUES ?w { <http://x/w1> <http://x/w2> } "),
        ('?w bh:search ("a" 1) .', "VALUES ?w { <http://x/w1> }  ."),
        ('(?w ?s) bh:search ("a" 1)', "VALUES (?w ?s) { (<http://x/w1> 1.000) } "),
        ('(?w ?s) bh:search "none"', "VALUES (?w ?s) {  } "),
        ('?w bh:search "a"@vi ; :year ?y', "VALUES ?w { <http://x/w1> <http://x/w2> } ?w :year ?y"),
        ('GRAPH ?g { ?w :year ?y ; bh:search ("b" 01) }', "GRAPH ?g { VALUES ?w { <http://x/w2> } ?w :year ?y ;  }"),
    ],
)
def test_what_becomes_of_it(body: str, expected: str) -> None:
    assert rewrite(f"{PREFIXES}SELECT * {{ {body} }}") == f"{PREFIXES}SELECT * {{ {expected} }}"


@pytest.mark.parametrize(
    "prologue",
    [
        "PREFIX s: <https://bibhub.org/ontology/> SELECT * { ?w s:search 'a' }",
        "PREFIX s: <https://bibhub.org/> SELECT * { ?w s:ontology\\/search 'a' }",
        "BASE <https://bibhub.org/> PREFIX : <ontology/> SELECT * { ?w :search 'a' }",
        "base <https://bibhub.org/ontology/> SELECT * { ?w <search> 'a' }",
        "PREFIX s: <other:> PREFIX s: <https://bibhub.org/ontology/> CONSTRUCT { ?w s:search 1 } { ?w s:search 'a' }",
        "PREFIX : <https://bibhub.org/ontology/> DESCRIBE ?w FROM <http://g/> WHERE { ?w :search 'a' }",
    ],
)
def test_the_predicate_is_known_however_it_is_written(prologue: str) -> None:
    assert len(changes(prologue)) == 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("?w bh:search ?text", "in quotation marks"),
        ("?w bh:search :iri", "in quotation marks"),
        ("?w bh:search 5", "in quotation marks"),
        ("?w bh:search (?text 5)", "in quotation marks"),
        ("?w bh:search ()", "in quotation marks"),
        ("?w bh:search [ :a 'b' ]", "in quotation marks"),
        ("?w bh:search ' '", "is empty"),
        (f"?w bh:search '{'a' * 501}'", "500 are allowed"),
        ("?w bh:search ('a' 1001)", "1 to 1,000"),
        ("?w bh:search ('a' 0)", "1 to 1,000"),
        (f"?w bh:search ('a' {'9' * 5000})", "1 to 1,000"),
        ("?w bh:search ('a' ?n)", "one whole number"),
        ("?w bh:search ('a' 1.5)", "one whole number"),
        ("?w bh:search ('a' 5 6)", "one whole number"),
        ("?w bh:search ('a' 'b')", "one whole number"),
        ("?w bh:search 'a' 50", "in brackets behind"),
        ("?w bh:search/:title 'a'", "property path"),
        ("?w :near/bh:search 'a'", "property path"),
        ("?w ^bh:search 'a'", "property path"),
        ("?w (:near|bh:search)* 'a'", "property path"),
        ("?w bh:search+ 'a'", "property path"),
        (":w1 bh:search 'a'", "a variable for the Work"),
        ("'w1' bh:search 'a'", "a variable for the Work"),
        ("[] bh:search 'a'", "a variable for the Work"),
        ("(?w ?s ?t) bh:search 'a'", "a variable for the Work"),
        ("() bh:search 'a'", "a variable for the Work"),
        ("(?w :s) bh:search 'a'", "a variable for the Work"),
        ("(?w ?w) bh:search 'a'", "cannot be both"),
        ("(?w ?s) bh:search 'a' ; :year 5", "of its own"),
        ("(?w ?s) bh:search 'a' , 'b'", "several scores"),
        ("?w :near [ bh:search 'a' ]", "outside of [ ]"),
        ("[ bh:search 'a' ] :near ?w", "outside of [ ]"),
        ("(1 [ bh:search 'a' ]) :near ?w", "outside of [ ]"),
        ("?w bh:search 'a' )", "brackets of the query do not match"),
        (" . ".join(["?w bh:search 'a'"] * (MOST_PATTERNS + 1)), f"may have {MOST_PATTERNS}"),
        ("?w bh:search " + ", ".join(["'a'"] * (MOST_PATTERNS + 1)), f"may have {MOST_PATTERNS}"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_with_its_place(body: str, why: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        changes(f"{PREFIXES}SELECT * {{ {body} }}")
    assert why in str(refused.value)
    assert "line 3, column" in str(refused.value)
    assert (refused.value.status, refused.value.limit) == (400, "text-search")


def test_construct_where_has_no_room_for_hits() -> None:
    with pytest.raises(QueryRefused, match="write CONSTRUCT"):
        changes(f"{PREFIXES}CONSTRUCT WHERE {{ ?w bh:search 'a' }}")


def test_reading_takes_time_in_proportion_to_length() -> None:
    def seconds(count: int) -> float:
        query = f"{PREFIXES}SELECT * {{ {'?w :near [ :a (1 2) ] ; :b ?c . ' * count} ?w bh:search 'a' }}"
        began = process_time()
        assert len(changes(query)) == 1
        return process_time() - began

    seconds(10)
    assert min(seconds(2000) for _ in range(3)) < 30 * min(seconds(200) for _ in range(3))


def test_hits_of_the_index_with_and_without_diacritics(search: Search) -> None:  # noqa: F811
    text = TextInSparql(search, "https://hub.example/")

    def made(words: str) -> str:
        return asyncio.run(text.rewrite(f"{PREFIXES}SELECT * {{ ?w bh:search '{words}' }}")).removeprefix(PREFIXES)

    assert made("truyen kieu") == "SELECT * { VALUES ?w { <https://hub.example/works/w1> }  }"
    assert made("Truyện Kiều") == made("truyen kieu")
    assert "works/w5>" in made("dai viet su ky")
    assert "works/w3>" in made("so do")
    assert "works/w6>" in made("so do")
    assert made("truyen kieuu") == "SELECT * { VALUES ?w {  }  }"  # near is not the same
    assert made("khong co gi nhu the") == "SELECT * { VALUES ?w {  }  }"
