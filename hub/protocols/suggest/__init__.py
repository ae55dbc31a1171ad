"""Suggest and known label as id.loc.gov has them, over the hub's headings. The verb is :func:`routes`."""

from hub.protocols.suggest.routes import routes

__all__ = ["routes"]
