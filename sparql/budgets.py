"""Each client's share: seconds of query time per minute, and queries at a time."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sparql.errors import BudgetSpent

MOST_CLIENTS = 20_000


@dataclass
class _Account:
    seconds: float
    at: float
    running: int = 0


class Budgets:
    """A bucket of query seconds for each client that fills evenly.

    :param seconds: what a client may use in a minute, in the long run
    :param burst: what it may use at once
    :param parallel: queries it may have running or waiting
    """

    def __init__(
        self, *, seconds: float = 60, burst: float = 120, parallel: int = 8, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.seconds, self.burst, self.parallel = seconds, burst, parallel
        self._clock = clock
        self._accounts: OrderedDict[str, _Account] = OrderedDict()

    def _account(self, client: str) -> _Account:
        now = self._clock()
        account = self._accounts.pop(client, None)
        if account is None:
            account = _Account(self.burst, now)
            while len(self._accounts) >= MOST_CLIENTS:
                self._accounts.popitem(last=False)  # the one unseen for longest: most likely full again
        account.seconds = min(self.burst, account.seconds + (now - account.at) * self.seconds / 60)
        account.at = now
        self._accounts[client] = account
        return account

    def left(self, client: str) -> float:
        """Seconds this client may use now."""
        return self._account(client).seconds

    @contextmanager
    def charge(self, client: str) -> Iterator[None]:
        """Around a query: counts it and its time. Raises :class:`BudgetSpent` before it starts."""
        account = self._account(client)
        if account.running >= self.parallel:
            raise BudgetSpent(f"You have {account.running} queries running; {self.parallel} are allowed.", 1)
        if account.seconds <= 0:
            wait = math.ceil((0.1 - account.seconds) * 60 / self.seconds)
            raise BudgetSpent(
                f"You have used your share of {self.seconds:g} seconds of query time a minute. Come back in {wait} s; "
                "for everything, take the dumps.",
                wait,
            )
        account.running += 1
        began = self._clock()
        try:
            yield
        finally:
            account.running -= 1
            account.seconds -= self._clock() - began


def client_of(host: str | None) -> str:
    """Who counts as one client: an IPv4 address, or an IPv6 network of 64 bits (one subscriber has all of it)."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return host or "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
