"""The authority file on the web: lists, what lacks an authority, refreshing of links, proposals, downloads."""

from hub.web.authorities.routes import routes

__all__ = ["routes"]
