"""Keeping a member in step with its own OAI-PMH repository. The one verb is :func:`harvest`."""

from hub.harvest.run import HarvestReport, harvest
from hub.harvest.sources import Source, add_source, remove_source, sources
from hub.harvest.wire import HarvestError

__all__ = ["HarvestError", "HarvestReport", "Source", "add_source", "harvest", "remove_source", "sources"]
