"""What a reader process may not do: use the network, start programs, grow without bound.

Two independent walls keep it from the network; each is enough, and where the system forbids one (containers often
forbid namespaces) the other stands: an empty network namespace (unshare(2)) and a system-call filter (seccomp(2)).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import socket
import struct
from collections.abc import Sequence

NAMESPACE = "namespace"
SECCOMP = "seccomp"
WALLS = (NAMESPACE, SECCOMP)

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_ARCHITECTURES = {  # audit number; socket, execve, execveat, ptrace, io_uring_setup
    "x86_64": (0xC000003E, (41, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 221, 281, 117, 425)),
}
_THREAD_STACK = 8 << 20


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def isolate(walls: Sequence[str] = WALLS) -> tuple[list[str], list[str]]:
    """Cut this (single-threaded) process and its children off the network. Returns walls that stand, and warnings."""
    standing: list[str] = []
    warnings: list[str] = []
    for wall, build in ((NAMESPACE, _empty_namespace), (SECCOMP, _forbid_calls)):
        if wall in walls:
            try:
                build()
                standing.append(wall)
            except (OSError, AttributeError) as error:
                warnings.append(f"readers have no {wall} wall around them: {error}")
    return standing, warnings


def _empty_namespace() -> None:
    libc = _libc()
    for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return
    number = ctypes.get_errno()
    raise OSError(number, f"unshare: {os.strerror(number)}")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _forbid_calls() -> None:
    """Make socket, exec, ptrace and io_uring fail with EACCES, for this process and all it forks."""
    try:
        audit, calls = _ARCHITECTURES[platform.machine()]
    except KeyError:
        raise OSError(errno.ENOSYS, f"no filter written for {platform.machine()}") from None
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    steps = [(load, 0, 0, 4), (equal, 0, len(calls) + 2, audit), (load, 0, 0, 0)]
    for index, call in enumerate(calls):
        steps.append((equal, len(calls) - index + 1, 0, call))
    steps.append((at_least, 1, 0, 0x40000000))  # the x32 table would offer the same calls under other numbers
    steps.append((answer, 0, 0, 0x7FFF0000))
    steps.append((answer, 0, 0, 0x00050000 | errno.EACCES))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = _Program(len(steps), ctypes.addressof(code))
    libc = _libc()
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(program), 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")
    try:
        socket.socket().close()
    except PermissionError:
        return
    raise OSError(errno.EPERM, "the filter does not hold")


def small_thread_stacks() -> None:
    """Keep threads (RocksDB's) from taking the main thread's large stack limit as their own size (glibc does)."""
    libc = _libc()
    attributes = ctypes.create_string_buffer(256)
    with contextlib.suppress(AttributeError):  # not glibc: its threads are small already
        libc.pthread_attr_init(attributes)
        libc.pthread_attr_setstacksize(attributes, ctypes.c_size_t(_THREAD_STACK))
        libc.pthread_setattr_default_np(attributes)


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends (Linux; elsewhere the closed socket ends it)."""
    with contextlib.suppress(AttributeError):
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def limit_memory(size: int) -> None:
    """No more than ``size`` bytes of private memory: an allocation past it ends the process. No core files."""
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_time(wall: float, cpu: int) -> None:
    """From now on this process has ``wall`` seconds by the clock and ``cpu`` of the processor; the kernel ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + cpu
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_REAL, wall)


def unlimit_time() -> None:
    """End what :func:`limit_time` began, between two queries."""
    signal.setitimer(signal.ITIMER_REAL, 0)
