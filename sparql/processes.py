"""The pool's end of the zygote and of its readers: starting, hearing, killing."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from sparql.errors import QueryFailed, ReaderDied
from sparql.reader import HEAD

log = logging.getLogger("sparql.pool")

_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "TZ", "VIRTUAL_ENV")
_REASONS = {
    signal.SIGABRT: "out of memory, or a fault of the engine",
    signal.SIGSEGV: "nested too deeply",
    signal.SIGBUS: "nested too deeply",
    signal.SIGXCPU: "processor time used up",
    signal.SIGALRM: "time used up",
    signal.SIGKILL: "killed",
}


class Zygote:
    """A running ``sparql.zygote``. Belongs to one event loop."""

    def __init__(self, *, memory: int, stack: int, walls: Sequence[str]) -> None:
        ours, theirs = socket.socketpair()
        settings = json.dumps({"memory": memory, "stack": stack, "walls": list(walls)})
        command = [sys.executable, "-P", "-m", "sparql.zygote", str(theirs.fileno()), settings]
        path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
        kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}  # and no token or password
        environment = {**kept, "PYTHONPATH": path, "RUST_BACKTRACE": "0"}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env=environment, start_new_session=True
            )
        finally:
            theirs.close()
        ours.setblocking(False)
        self._control = ours
        self._text = b""
        self._numbers = 0
        self.walls: list[str] = []
        self.ended: dict[int, asyncio.Future[int]] = {}
        self.alive = True
        loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[None] = loop.create_future()
        loop.add_reader(ours, self._hear)
        self._loop = loop

    async def ready(self) -> None:
        """Wait until it can fork."""
        try:
            await asyncio.wait_for(asyncio.shield(self._ready), 30)
        except TimeoutError as error:
            raise no_reader("the zygote was not ready within 30 seconds") from error

    def _hear(self) -> None:
        try:
            data = self._control.recv(65536)
        except BlockingIOError:
            return
        except ConnectionResetError:
            data = b""
        if not data:
            self._lost()
            return
        *lines, self._text = (self._text + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "ready" in message:
                self.walls = message["ready"]
                for warning in message["warnings"]:
                    log.warning("%s", warning)
                if not self._ready.done():
                    self._ready.set_result(None)
            elif "dead" in message and (end := self.ended.pop(message["dead"], None)) and not end.done():
                end.set_result(message["signal"])

    def _lost(self) -> None:
        self.alive = False
        self._loop.remove_reader(self._control)
        if not self._ready.done():
            self._ready.set_exception(no_reader("the zygote could not start"))
        for end in self.ended.values():
            if not end.done():
                end.set_result(int(signal.SIGKILL))
        self.ended.clear()

    async def spawn(self) -> ReaderProcess:
        """A new reader, ready for its first request."""
        self._numbers += 1
        number = self._numbers
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise no_reader(str(error)) from error
        try:
            self.ended[number] = self._loop.create_future()
            with theirs:
                socket.send_fds(self._control, [json.dumps({"spawn": number}).encode() + b"\n"], [theirs.fileno()])
            ours.setblocking(False)
            streams = await asyncio.open_connection(sock=ours, limit=1 << 20)
        except BaseException as error:
            ours.close()
            self.ended.pop(number, None)
            if isinstance(error, OSError):
                raise no_reader(str(error)) from error
            raise
        reader = ReaderProcess(self, number, *streams)
        try:
            letter, _ = await asyncio.wait_for(reader.frame(), 30)
            assert letter == b"R"
        except BaseException as error:
            await reader.kill()
            if isinstance(error, TimeoutError):
                raise no_reader("it was not ready within 30 seconds") from error
            raise
        return reader

    def tell(self, what: str, number: int) -> None:
        """Have one reader killed (``kill``: at once; its end is heard later) or run behind the others (``slow``)."""
        if self.alive:
            with contextlib.suppress(OSError):
                self._control.send(json.dumps({what: number}).encode() + b"\n")

    async def close(self) -> None:
        """End it and with it every reader; wait until it is gone."""
        if self.alive:
            self._loop.remove_reader(self._control)
            self.alive = False
        self._control.close()
        if self._ready.done() and not self._ready.cancelled():
            self._ready.exception()  # heard, if anyone
        try:
            await asyncio.to_thread(self._process.wait, 5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)


def no_reader(why: str) -> QueryFailed:
    """The error for a reader that could not be made: the machine's fault, and perhaps over soon."""
    error = QueryFailed(f"No reader could be started: {why}.")
    error.status = 503
    return error


class ReaderProcess:
    """One reader: its socket, and the generation it has open."""

    def __init__(self, zygote: Zygote, number: int, stream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.zygote = zygote
        self.number = number
        self.store: str | None = None
        self.slowed = False
        self._stream = stream
        self._writer = writer
        self._end = zygote.ended[number]

    @property
    def alive(self) -> bool:
        """Whether it has neither ended nor been told to."""
        return not self._end.done() and not self._writer.is_closing() and self.zygote.alive

    def ask(self, request: dict[str, Any]) -> None:
        """Send a request."""
        body = json.dumps(request).encode()
        self._writer.write(len(body).to_bytes(4) + body)

    async def frame(self) -> tuple[bytes, bytes]:
        """The next frame. Raises :class:`ReaderDied` when the process has ended."""
        try:
            letter, size = HEAD.unpack(await self._stream.readexactly(HEAD.size))
            return letter, await self._stream.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise ReaderDied(await self.reason()) from None

    async def reason(self) -> str:
        """Why it ended, in words."""
        try:
            number = await asyncio.wait_for(asyncio.shield(self._end), 1)
        except TimeoutError:
            return "lost"
        return _REASONS.get(signal.Signals(number), f"signal {number}") if number else "lost"

    def slow(self) -> None:
        """Its query takes long: let quick ones have the processor first. It cannot be made quick again."""
        self.slowed = True
        self.zygote.tell("slow", self.number)

    async def kill(self) -> None:
        """Kill it and close the socket. Calling again does nothing."""
        if not self._end.done():
            self.zygote.tell("kill", self.number)
        self._writer.transport.abort()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
