"""Finding Works by words, identifiers and facets (:meth:`Search.search`), the same inside SPARQL, and headings."""

from hub.search.headings import Headings
from hub.search.search import Facet, Hit, Results, Search
from hub.search.text_in_sparql import TextInSparql

__all__ = ["Facet", "Headings", "Hit", "Results", "Search", "TextInSparql"]
