"""Entity Reconciliation at ``/reconcile``: API 0.2 and, beside it, the 1.0 draft. The verb is :func:`routes`.

:class:`Reconciler` answers the same questions without HTTP, for ``hub reconcile`` and the page.
"""

from hub.protocols.reconcile.query import Candidate, Condition, Query
from hub.protocols.reconcile.reconciler import Reconciler
from hub.protocols.reconcile.routes import Service, routes

__all__ = ["Candidate", "Condition", "Query", "Reconciler", "Service", "routes"]
