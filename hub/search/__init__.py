"""Finding Works by words, identifiers and facets. The verb is :meth:`Search.search`."""

from hub.search.search import Facet, Hit, Results, Search

__all__ = ["Facet", "Hit", "Results", "Search"]
