"""The process the readers are forked from: it has imported Oxigraph but never opened a store, and has no network.

Started by :mod:`sparql.pool` as ``python -m sparql.zygote FD SETTINGS``. It reads lines of JSON from the socket FD:
``{"spawn": id}`` with the reader's socket attached, ``{"slow": id}``, ``{"kill": id}``. It writes ``{"ready": …}``,
``{"born": id}`` and ``{"dead": id, "signal": n}``. As the parent of the readers it alone kills them, so that no process
number is ever mistaken for another. When the socket closes it kills them all and ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import socket
import sys
from typing import Any, NoReturn

from sparql import reader, sandbox

_SLOW = 10
"""The priority (nice value) of a reader whose query takes long."""
_EXECED = "BIBHUB_ZYGOTE_STACK_SET"


def main(arguments: list[str]) -> None:
    """Grow the stack (that needs an exec), build the walls, then fork and reap readers until the socket closes."""
    fd, settings = int(arguments[0]), json.loads(arguments[1])
    if _EXECED not in os.environ:
        _exec_with_stack(int(settings["stack"]), arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sandbox.small_thread_stacks()
    standing, warnings = sandbox.isolate(settings["walls"])
    control = socket.socket(fileno=fd)
    Zygote(control, settings).run({"ready": standing, "warnings": warnings})


def _exec_with_stack(size: int, arguments: list[str]) -> NoReturn:
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))
    os.set_inheritable(int(arguments[0]), True)
    environment = {**os.environ, _EXECED: "1"}
    os.execve(sys.executable, [sys.executable, "-P", "-m", "sparql.zygote", *arguments], environment)  # noqa: S606 - itself


class Zygote:
    """Forks readers on request and reports their ends."""

    def __init__(self, control: socket.socket, settings: dict[str, Any]) -> None:
        self.control = control
        self.settings = settings
        self.readers: dict[int, int] = {}  # process number → the pool's number
        self.text = b""
        self.fds: list[int] = []

    def run(self, greeting: dict[str, Any]) -> None:
        """Serve until the control socket closes."""
        wake_r, wake_w = os.pipe()
        os.set_blocking(wake_w, False)
        os.set_blocking(wake_r, False)
        signal.set_wakeup_fd(wake_w, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.say(greeting)
        waiting = select.poll()
        waiting.register(self.control, select.POLLIN)
        waiting.register(wake_r, select.POLLIN)
        while True:
            ready = {fd for fd, _ in waiting.poll()}
            if wake_r in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake_r, 4096)
                self.reap()
            if self.control.fileno() in ready and not self.listen((wake_r, wake_w)):
                break
        for pid in self.readers:
            os.kill(pid, signal.SIGKILL)
        for pid in self.readers:
            os.waitpid(pid, 0)

    def say(self, message: dict[str, Any]) -> None:
        """Send one line to the pool; a pool that is gone hears nothing."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.control.sendall(json.dumps(message).encode() + b"\n")

    def listen(self, private: tuple[int, ...]) -> bool:
        """Take in and carry out what the pool says. ``False`` when it has closed the socket."""
        try:
            data, fds, _, _ = socket.recv_fds(self.control, 65536, 16)
        except ConnectionResetError:
            return False
        if not data:
            return False
        self.fds += fds
        *lines, self.text = (self.text + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "spawn" in message:
                self.spawn(message["spawn"], self.fds.pop(0), private)
            for pid, number in self.readers.items():
                if number == message.get("kill"):
                    os.kill(pid, signal.SIGKILL)
                elif number == message.get("slow"):
                    os.setpriority(os.PRIO_PROCESS, pid, _SLOW)
        return True

    def spawn(self, number: int, fd: int, private: tuple[int, ...]) -> None:
        """Fork one reader that talks over the socket ``fd``."""
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                sandbox.die_with_parent()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                self.control.close()
                for other in (*private, *self.fds):
                    os.close(other)
                reader.serve(socket.socket(fileno=fd), memory=self.settings["memory"])
                code = 0
            except (BrokenPipeError, ConnectionResetError):
                code = 0  # the pool went away
            finally:
                os._exit(code)
        os.close(fd)
        self.readers[pid] = number
        self.say({"born": number})

    def reap(self) -> None:
        """Report every reader that has ended, with the signal that ended it (0: by itself)."""
        while self.readers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            self.say({"dead": self.readers.pop(pid), "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0})


if __name__ == "__main__":
    main(sys.argv[1:])
