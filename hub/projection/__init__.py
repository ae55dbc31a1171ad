"""The change log into views: the only writer of triple store and text index. The verb is :meth:`Projector.run`."""

from hub.projection.projector import ProjectionProgress, Projector
from hub.projection.view import View

__all__ = ["ProjectionProgress", "Projector", "View"]
