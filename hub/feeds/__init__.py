"""What the hub tells followers: activities, redirects, dumps. All of it is the registry and its log, read out.

:func:`routes` gives the routes of a hub; :func:`make_dump` is the verb behind ``hub dump``.
"""

from hub.feeds.dump_files import Dumps, dump_triples
from hub.feeds.dumps import AlreadyDumping, NothingPublished, make_dump
from hub.feeds.routes import routes

__all__ = ["AlreadyDumping", "Dumps", "NothingPublished", "dump_triples", "make_dump", "routes"]
