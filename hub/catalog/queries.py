"""The read side's SPARQL: fixed texts, few, bounded. Variables ?entity (and ?x) are bound, never written in."""

from __future__ import annotations

from ontologies.namespaces import PREFIXES

PROLOGUE = "".join(f"PREFIX {prefix}: <{base}>\n" for prefix, base in PREFIXES.items())

EDITIONS = """
SELECT ?entity ?x (MIN(?d) AS ?date) WHERE {
  ?entity bf:hasInstance ?x .
  OPTIONAL { ?x bf:provisionActivity ?a . ?a ?q ?v . FILTER(?q IN (bflc:simpleDate, bf:date)) BIND(STR(?v) AS ?d) }
} GROUP BY ?entity ?x ORDER BY DESC(?date) ?x
"""
EXPRESSIONS = """
SELECT DISTINCT ?entity ?x WHERE { ?x bf:expressionOf ?entity } ORDER BY ?x
"""
EXPRESSIONS_COUNT = """
SELECT ?entity (COUNT(DISTINCT ?x) AS ?n) WHERE { ?x bf:expressionOf ?entity } GROUP BY ?entity
"""

BY_AGENT = """
SELECT ?entity ?x (MIN(?t) AS ?title) WHERE {
  ?c bf:agent ?entity . ?x bf:contribution ?c . FILTER EXISTS { ?x a bf:Work }
  OPTIONAL { ?x bf:title ?n . ?n bf:mainTitle ?m . BIND(STR(?m) AS ?t) }
} GROUP BY ?entity ?x ORDER BY ?title ?x
"""
BY_AGENT_COUNT = """
SELECT ?entity (COUNT(DISTINCT ?x) AS ?n) WHERE {
  ?c bf:agent ?entity . ?x bf:contribution ?c . FILTER EXISTS { ?x a bf:Work }
} GROUP BY ?entity
"""
ABOUT = """
SELECT ?entity ?x (MIN(?t) AS ?title) WHERE {
  { ?x bf:subject ?entity } UNION { ?x bf:genreForm ?entity }
  OPTIONAL { ?x bf:title ?n . ?n bf:mainTitle ?m . BIND(STR(?m) AS ?t) }
} GROUP BY ?entity ?x ORDER BY ?title ?x
"""
ABOUT_COUNT = """
SELECT ?entity (COUNT(DISTINCT ?x) AS ?n) WHERE {
  { ?x bf:subject ?entity } UNION { ?x bf:genreForm ?entity }
} GROUP BY ?entity
"""
NARROWER = """
SELECT DISTINCT ?entity ?x ?label WHERE {
  { ?x skos:broader ?entity . ?x rdfs:label ?label }
  UNION { ?x madsrdf:hasBroaderAuthority ?entity . ?x rdfs:label ?label }
} ORDER BY ?label
"""

LIBRARY_ITEMS = """
SELECT ?entity (COUNT(?item) AS ?n) WHERE { ?item bf:heldBy ?entity } GROUP BY ?entity
"""
LIBRARY_INSTANCES = """
SELECT ?entity (COUNT(DISTINCT ?x) AS ?n) WHERE { ?item bf:heldBy ?entity . ?item bf:itemOf ?x } GROUP BY ?entity
"""
LIBRARY_LANGUAGES = """
SELECT ?entity ?x (COUNT(DISTINCT ?i) AS ?n) WHERE {
  ?item bf:heldBy ?entity . ?item bf:itemOf ?i . ?i bf:instanceOf ?w . ?w bf:language ?x
} GROUP BY ?entity ?x ORDER BY DESC(?n)
"""
LIBRARY_BOOKS = """
SELECT DISTINCT ?entity ?x WHERE { ?item bf:heldBy ?entity . ?item bf:itemOf ?x }
"""
GROUP_MEMBERS = """
SELECT DISTINCT ?entity ?s ?p ?o WHERE {
  ?s schema:memberOf ?entity . VALUES ?p { rdfs:label geo:lat geo:long foaf:homepage } ?s ?p ?o
}
"""
LIBRARY_SIZES = """
SELECT ?x (COUNT(?item) AS ?n) WHERE { ?item bf:heldBy ?x } GROUP BY ?x
"""
