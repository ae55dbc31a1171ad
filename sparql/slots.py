"""A fair queue for a limited number of places: clients take turns, however many requests each has waiting."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque

from sparql.errors import PoolFull


class Slots:
    """``size`` places, ``queue`` that may wait for them. One event loop only."""

    def __init__(self, size: int, queue: int) -> None:
        self.free = size
        self.size = size
        self.queue = queue
        self.waiting = 0
        self._turns: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def acquire(self, client: str, patience: float) -> None:
        """Take a place; waits at most ``patience`` seconds. Raises :class:`PoolFull`."""
        if self.free > 0:  # then nobody waits: a place given back goes to a waiter first
            self.free -= 1
            return
        if self.waiting >= self.queue:
            raise PoolFull
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._turns.setdefault(client, deque()).append(place)
        self.waiting += 1
        try:
            await asyncio.wait_for(place, patience)
        except TimeoutError:
            raise PoolFull from None
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.release()  # it was ours in the very moment we stopped wanting it
            raise
        finally:
            self.waiting -= 1

    def release(self) -> None:
        """Give a place back, or rather on to the client whose turn it is."""
        while self._turns:
            client, places = self._turns.popitem(last=False)
            place = places.popleft()
            if places:
                self._turns[client] = places  # to the end of the round
            if not place.done():
                place.set_result(None)
                return
        self.free += 1
