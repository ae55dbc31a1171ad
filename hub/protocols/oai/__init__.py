"""OAI-PMH 2.0 provider at ``/oai``: Instances as marcxml, oai_dc and bibframe. The verb is :func:`routes`."""

from hub.protocols.oai.provider import routes

__all__ = ["routes"]
