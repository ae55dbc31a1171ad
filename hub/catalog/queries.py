"""The read side's SPARQL: fixed texts, few, bounded. Variables ?entity (and ?x) are bound, never written in."""

from __future__ import annotations

from ontologies.namespaces import PREFIXES

PROLOGUE = "".join(f"PREFIX {prefix}: <{base}>\n" for prefix, base in PREFIXES.items())

CARDS = """
SELECT DISTINCT ?s ?p ?o WHERE {
  { VALUES ?s { $TERMS } ?s ?p ?o .
    FILTER(?p IN (rdf:type, bf:title, bf:language, bf:contribution, bf:instanceOf, bf:provisionActivity, rdfs:label,
                  bf:editionStatement, bf:hasInstance, bf:publicationStatement, bf:extent)) }
  UNION { VALUES ?e { $TERMS } ?e ?q ?s .
    FILTER(?q IN (bf:title, bf:provisionActivity, bf:contribution, bf:extent))
    ?s ?p ?o .
    FILTER(?p IN (bf:mainTitle, bf:subtitle, bf:partNumber, bf:partName, bflc:simpleDate, bf:date, bflc:simplePlace,
                  bflc:simpleAgent, bf:agent, rdf:type, rdfs:label)) }
  UNION { VALUES ?e { $TERMS } ?e bf:contribution ?c . ?c bf:agent ?s . ?s rdfs:label ?o . BIND(rdfs:label AS ?p) }
  UNION { VALUES ?e { $TERMS } ?e bf:language ?s . ?s rdfs:label ?o . BIND(rdfs:label AS ?p) }
}
"""
"""What a line in a list shows of each of some entities: title, date, language, creators.

Two VALUES blocks beside one pattern, and alternatives in a path, are planned as scans of the whole store: hence FILTER
and UNION here and below (measured: 100 ms became 14).
"""

HELD_BY = """
SELECT DISTINCT ?s ?o ?label WHERE {
  VALUES ?s { $TERMS }
  ?s bf:hasItem ?item . ?item bf:heldBy ?o . OPTIONAL { ?o rdfs:label ?label }
}
"""
"""Which libraries hold each of some Instances."""

EDITIONS = """
SELECT ?entity ?x (MIN(?d) AS ?date) WHERE {
  ?entity bf:hasInstance ?x .
  OPTIONAL { ?x bf:provisionActivity ?a . ?a ?q ?v . FILTER(?q IN (bflc:simpleDate, bf:date)) BIND(STR(?v) AS ?d) }
} GROUP BY ?entity ?x ORDER BY DESC(?date) ?x
"""
EDITIONS_COUNT = """
SELECT ?entity (COUNT(DISTINCT ?x) AS ?n) WHERE { ?entity bf:hasInstance ?x } GROUP BY ?entity
"""

EXPRESSIONS = """
SELECT DISTINCT ?entity ?x WHERE { ?x bf:expressionOf ?entity } ORDER BY ?x
"""
EXPRESSIONS_COUNT = """
SELECT ?entity (COUNT(DISTINCT ?x) AS ?n) WHERE { ?x bf:expressionOf ?entity } GROUP BY ?entity
"""

HOLDINGS = """
SELECT ?entity ?s ?p ?o WHERE {
  ?entity bf:hasItem ?item .
  { ?item ?p ?o . BIND(?item AS ?s) }
  UNION { ?item ?a ?s . FILTER(STRSTARTS(STR(?s), CONCAT(STR(?item), "#"))) ?s ?p ?o }
}
"""
LIBRARY_LABELS = """
SELECT DISTINCT ?entity ?s ?p ?o WHERE {
  ?entity bf:hasItem ?item . ?item bf:heldBy ?library .
  { VALUES ?p { rdfs:label schema:memberOf foaf:homepage schema:url } ?library ?p ?o . BIND(?library AS ?s) }
  UNION { ?library schema:memberOf ?s . ?s rdfs:label ?o . BIND(rdfs:label AS ?p) }
}
"""
STATUS_LABELS = """
SELECT DISTINCT ?entity ?s ?p ?o WHERE {
  ?entity bf:hasItem ?item . ?item ?q ?s .
  FILTER(?q IN (bh:itemStatus, bf:status, bf:sublocation, bf:usageAndAccessPolicy))
  ?s rdfs:label ?o . BIND(rdfs:label AS ?p)
}
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
