"""SRU 1.1, 1.2, 2.0 at ``/sru``: Instances as MARCXML, Dublin Core, MODS, BIBFRAME. The verb is :func:`routes`."""

from hub.protocols.sru.server import routes

__all__ = ["routes"]
