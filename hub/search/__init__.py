"""Finding Works by words, identifiers and facets (:meth:`Search.search`), and the same inside SPARQL."""

from hub.search.search import Facet, Hit, Results, Search
from hub.search.text_in_sparql import TextInSparql

__all__ = ["Facet", "Hit", "Results", "Search", "TextInSparql"]
