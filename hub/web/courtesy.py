"""How much work one visitor may cause: pages that must be made and searches are counted, what lies ready is free.

A robot that says who it is (an address or e-mail in its User-Agent) gets four times as much as one that does not; a
browser never notices. 429 with Retry-After (RFC 6585 §4) tells when to come again, and the sitemap tells a cheaper way.
"""

from __future__ import annotations

import ipaddress
import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

from hub.web.problem import Problem
from sparql.budgets import client_of

PER_SECOND = 8.0
"""Pages made for one visitor in the long run."""
BURST = 400.0
"""Pages made for one visitor at once: a person with many tabs, a crawler's first look."""
IDENTIFIED = 4.0
MOST_VISITORS = 50_000
_SAYS_WHO = re.compile(r"https?://|[\w.+-]+@[\w-]+\.\w|mailto:", re.IGNORECASE)


class Courtesy:
    """A bucket of pages for each visitor (an IPv4 address or IPv6 /64) that fills evenly."""

    def __init__(
        self, *, per_second: float = PER_SECOND, burst: float = BURST, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.per_second = per_second
        self.burst = burst
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def ask(self, request: Request) -> None:
        """Count one page. Raises :class:`Problem` 429 when the visitor has had its share; this machine has no limit."""
        host = request.client.host if request.client else None
        if _is_here(host):
            return
        visitor = client_of(host)
        times = IDENTIFIED if _SAYS_WHO.search(request.headers.get("user-agent", "")) else 1.0
        now = self._clock()
        left, at = self._left.pop(visitor, (self.burst * times, now))
        left = min(self.burst * times, left + (now - at) * self.per_second * times)
        refused = left < 1
        self._left[visitor] = (left if refused else left - 1, now)
        while len(self._left) > MOST_VISITORS:
            self._left.popitem(last=False)
        if refused:
            wait = max(1, math.ceil((1 - left) / (self.per_second * times)))
            raise Problem(429, "too-many", headers={"Retry-After": str(wait)})


def _is_here(host: str | None) -> bool:
    """Whether the visitor is this machine itself (a proxy on it passes on whose request it is)."""
    if host is None:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
