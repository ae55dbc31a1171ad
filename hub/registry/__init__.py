"""The system of record: every byte a member sent, every identity decision, every URI ever minted.

:class:`Registry` opens it; the tables are in :mod:`hub.registry.schema`.
"""

from hub.registry.registry import Registry

__all__ = ["Registry"]
