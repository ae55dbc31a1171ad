"""The read side of entities: what is behind a URI, and what its page shows. The verb is :meth:`Catalog.describe`."""

from hub.catalog.catalog import Catalog
from hub.catalog.models import Gone, Moved, Resource

__all__ = ["Catalog", "Gone", "Moved", "Resource"]
