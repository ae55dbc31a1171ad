"""Which records describe one thing: features, score, vetoes, clusters, URIs.

:func:`assign` is what intake calls; :func:`features`, :func:`rank` and :func:`work_keys` prepare a record for it;
:func:`compare` judges a pair. People overrule with :func:`decide`, and :func:`why` explains.
"""

from hub.identity.arrival import Arrival, HeadingClaim
from hub.identity.assign import assign
from hub.identity.decisions import decide, queue, reconsider, undo
from hub.identity.evidence import Evidence, compare
from hub.identity.explanation import side_by_side, why
from hub.identity.features import features
from hub.identity.keys import keys
from hub.identity.rank import rank
from hub.identity.trial import cluster, match
from hub.identity.works import work_keys

__all__ = [
    "Arrival",
    "Evidence",
    "HeadingClaim",
    "assign",
    "cluster",
    "compare",
    "decide",
    "features",
    "keys",
    "match",
    "queue",
    "rank",
    "reconsider",
    "side_by_side",
    "undo",
    "why",
    "work_keys",
]
