"""Questions librarians ask, as SPARQL: the examples of the query page. Each is run by the tests."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hub.web.i18n import mark
from ontologies.namespaces import PREFIXES

_USED = re.compile(r"(?<![\w:/])([a-z]+):[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Example:
    """A named query; ``key`` is its name in links, ``question`` a message."""

    key: str
    question: str
    query: str


def _example(key: str, question: str, body: str) -> Example:
    used = [p for p in dict.fromkeys(_USED.findall(body)) if p in PREFIXES]
    prologue = "".join(f"PREFIX {p}: <{PREFIXES[p]}>\n" for p in used)
    return Example(key, question, f"{prologue}\n{body.strip()}\n")


EXAMPLES: tuple[Example, ...] = (
    _example(
        "who-holds",
        mark("Which libraries hold an edition of this work, in which languages, under which call number?"),
        """
SELECT DISTINCT ?work ?title ?language ?library ?callNumber WHERE {
  VALUES ?wanted { "Truyện Kiều" }
  ?titleNode bf:mainTitle ?wanted .
  ?first bf:title ?titleNode .
  # the work itself and its translations, through their common Hub
  { ?first a bf:Work . BIND(?first AS ?work) }
  UNION { ?first bf:expressionOf ?hub . ?work bf:expressionOf ?hub }
  UNION { ?work bf:expressionOf ?first }
  ?work bf:hasInstance ?instance .
  ?instance bf:title/bf:mainTitle ?title ; bf:hasItem ?item .
  ?item bf:heldBy ?holder .
  ?holder rdfs:label ?library . FILTER(LANG(?library) = "vi")
  OPTIONAL { ?item bf:shelfMark/rdfs:label ?callNumber }
  OPTIONAL { ?work bf:language/rdfs:label ?language . FILTER(LANG(?language) = "vi") }
}
ORDER BY ?language ?library ?callNumber
LIMIT 200
""",
    ),
    _example(
        "by-isbn",
        mark("What is the book with this ISBN, and who holds it?"),
        """
SELECT ?instance ?title ?library WHERE {
  VALUES ?isbn { "9786041017559" }
  ?identifier rdf:value ?isbn ; a bf:Isbn .
  ?instance bf:identifiedBy ?identifier ; bf:title/bf:mainTitle ?title .
  OPTIONAL {
    ?instance bf:hasItem/bf:heldBy ?holder .
    ?holder rdfs:label ?library . FILTER(LANG(?library) = "vi")
  }
}
LIMIT 100
""",
    ),
    _example(
        "library-sizes",
        mark("How many items does each library hold?"),
        """
SELECT ?holder ?library (COUNT(?item) AS ?items) WHERE {
  ?item bf:heldBy ?holder .
  ?holder rdfs:label ?library . FILTER(LANG(?library) = "vi")
}
GROUP BY ?holder ?library
ORDER BY DESC(?items)
""",
    ),
    _example(
        "languages",
        mark("In which languages are the works?"),
        """
SELECT ?language ?name (COUNT(?work) AS ?works) WHERE {
  ?work a bf:Work ; bf:language ?language .
  OPTIONAL { ?language rdfs:label ?name . FILTER(LANG(?name) = "vi") }
}
GROUP BY ?language ?name
ORDER BY DESC(?works)
LIMIT 50
""",
    ),
    _example(
        "last-copies",
        mark("Which editions are held by one library only?"),
        """
SELECT ?instance (MIN(?t) AS ?title) (MIN(?l) AS ?library) WHERE {
  ?instance bf:hasItem/bf:heldBy ?holder ; bf:title/bf:mainTitle ?t .
  ?holder rdfs:label ?l . FILTER(LANG(?l) = "vi")
}
GROUP BY ?instance
HAVING (COUNT(DISTINCT ?holder) = 1)
LIMIT 100
""",
    ),
    _example(
        "most-held",
        mark("Which editions are held by most libraries?"),
        """
SELECT ?instance (MIN(?t) AS ?title) (COUNT(DISTINCT ?holder) AS ?libraries) WHERE {
  ?instance bf:hasItem/bf:heldBy ?holder ; bf:title/bf:mainTitle ?t .
}
GROUP BY ?instance
ORDER BY DESC(?libraries)
LIMIT 50
""",
    ),
    _example(
        "by-person",
        mark("What has this person written or taken part in?"),
        """
SELECT ?work ?title ?role WHERE {
  VALUES ?name { "Nguyễn Du, 1765-1820" }
  ?person rdfs:label ?name .
  ?contribution bf:agent ?person .
  ?work bf:contribution ?contribution ; bf:title/bf:mainTitle ?title .
  OPTIONAL { ?contribution bf:role/rdfs:label ?role . FILTER(LANG(?role) = "vi") }
}
ORDER BY ?title
LIMIT 200
""",
    ),
    _example(
        "by-subject",
        mark("Which works are about this subject?"),
        """
SELECT ?work ?title ?subject WHERE {
  VALUES ?name { "Truyện thơ Nôm" }
  ?subject rdfs:label ?name .
  ?work bf:subject ?subject ; bf:title/bf:mainTitle ?title .
}
ORDER BY ?title
LIMIT 200
""",
    ),
    _example(
        "translations",
        mark("Which works exist in more than one language?"),
        """
SELECT ?hub (MIN(?t) AS ?title) (COUNT(DISTINCT ?language) AS ?languages) WHERE {
  ?work bf:expressionOf ?hub ; bf:language ?language .
  ?hub bf:title/bf:mainTitle ?t .
}
GROUP BY ?hub
HAVING (COUNT(DISTINCT ?language) > 1)
ORDER BY DESC(?languages)
LIMIT 100
""",
    ),
    _example(
        "online",
        mark("What can be read online?"),
        """
SELECT ?instance ?title ?link WHERE {
  ?instance bf:electronicLocator ?link ; bf:title/bf:mainTitle ?title .
}
LIMIT 100
""",
    ),
    _example(
        "overlap",
        mark("How many editions do two libraries have in common?"),
        """
SELECT ?one ?other (COUNT(DISTINCT ?instance) AS ?editions) WHERE {
  ?instance bf:hasItem/bf:heldBy ?one , ?other .
  FILTER(STR(?one) < STR(?other))
}
GROUP BY ?one ?other
ORDER BY DESC(?editions)
LIMIT 100
""",
    ),
    _example(
        "sources",
        mark("From which members' records does this edition come?"),
        """
SELECT ?instance ?title ?record WHERE {
  ?instance bf:derivedFrom ?record, ?second ; bf:title/bf:mainTitle ?title .
  FILTER(?record != ?second)
}
LIMIT 100
""",
    ),
)
