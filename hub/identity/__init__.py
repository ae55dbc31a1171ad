"""Which records describe one thing: features, score, vetoes, clusters, URIs.

:func:`assign` is what intake calls; :func:`features`, :func:`rank` and :func:`work_keys` prepare a record for it;
:func:`compare` judges a pair.
"""

from hub.identity.arrival import Arrival, HeadingClaim
from hub.identity.assign import assign
from hub.identity.evidence import Evidence, compare
from hub.identity.features import features
from hub.identity.keys import keys
from hub.identity.rank import rank
from hub.identity.works import work_keys

__all__ = ["Arrival", "Evidence", "HeadingClaim", "assign", "compare", "features", "keys", "rank", "work_keys"]
