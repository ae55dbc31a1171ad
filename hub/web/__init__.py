"""The hub on the web: documents for every URI, pages in two languages, sitemaps. The verb is :func:`create_app`."""

from hub.web.app import create_app

__all__ = ["create_app"]
