"""The process beside the server that loads what members have sent: one at a time, started when there is something."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import subprocess
import sys
from collections.abc import AsyncIterator

from hub.intake.spool import is_waiting
from hub.web.site import Site

log = logging.getLogger(__name__)

_PAUSE = 5.0
"""Seconds between two processes when one ended badly."""


class Loader:
    """Runs ``hub load --queued`` while files wait. Other processes of the hub may, too: a lock orders them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._called = asyncio.Event()
        self._process: subprocess.Popen[bytes] | None = None

    def call(self) -> None:
        """There is something in the queue."""
        self._called.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Load what waits, also from before a restart, until the block ends; what is being loaded then is resumed."""
        self._called.set()
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            process, self._process = self._process, None
            if process is not None:
                process.terminate()
                await asyncio.to_thread(_wait, process)

    async def _run(self) -> None:
        while True:
            await self._called.wait()
            self._called.clear()
            try:
                if not await asyncio.to_thread(is_waiting, self.site.registry):
                    continue
                code = await self._load()
            except Exception:  # the next file, or the next start, tries again
                log.exception("the queue of files cannot be loaded")
                code = -1
            self._called.set()  # something may have come while it ended
            if code:
                log.warning("the process that loads files ended with %s", code)
                await asyncio.sleep(_PAUSE)

    async def _load(self) -> int:
        command = [sys.executable, "-m", "hub.cli.main", "--data", str(self.site.settings.data), "load", "--queued"]
        # Its own session: Ctrl-C at the server's terminal is told to it by us, in good order. Not in a thread: a start
        # that is cancelled half-way would leave a process that nobody knows.
        process = self._process = subprocess.Popen(  # noqa: S603  our own command
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
        )
        code = await asyncio.to_thread(process.wait)
        self._process = None
        return code


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
