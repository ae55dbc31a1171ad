"""The members' own door: tokens and sessions, files, single records, the review queue.

:class:`Desk` is a site's door, :func:`routes` its addresses.
"""

from hub.web.door.desk import Desk
from hub.web.door.routes import routes

__all__ = ["Desk", "routes"]
