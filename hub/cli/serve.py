"""``hub serve``: pages, documents and SPARQL, with the writer of the views beside them."""

from __future__ import annotations

import argparse
import gc
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from hub import wiring
from hub.cli.output import DONE, FAILED, say
from hub.projection.projector import AlreadyProjecting
from hub.web import create_app
from sparql.connections import ImpatientProtocol

log = logging.getLogger(__name__)
_WORKERS = "HUB_WEB_WORKERS"
"""Tells a web process how many there are."""

_HELP = """\
Serve the hub: pages for people, documents for crawlers, SPARQL for systems. A second process follows the change log and
keeps the pages up to date; `hub load` may run beside it at any time.

  hub serve                                         on http://127.0.0.1:8000/
  hub serve --host 0.0.0.0 --port 80                reachable from outside (put a TLS proxy before it)

The URIs of the hub begin with the setting base_uri, whatever the address it is served on."""


def register(verbs: Any) -> None:
    """Add the verb to the command line."""
    p = verbs.add_parser(
        "serve", help="pages, documents and SPARQL out", description=_HELP,
        formatter_class=argparse.RawTextHelpFormatter,
    )  # fmt: skip
    p.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    p.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
    p.add_argument(
        "--workers", type=int, default=1, metavar="N",
        help="web processes on that port (default: 1; one a processor is most); they share the readers that the\n"
        "settings allow, while limits on visitors are each process's own",
    )  # fmt: skip
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Serve until stopped."""
    return serve(a.data, a.host, a.port, max(1, a.workers))


def serve(data: Path, host: str, port: int, workers: int = 1) -> int:
    """Start the writer of the views and ``workers`` web processes; gives the exit code when all have ended."""
    settings = wiring.open_settings(data)
    wiring.open_registry(settings).close()  # migrate before two processes look at it
    context = multiprocessing.get_context("spawn")
    writer = context.Process(target=_follow, args=(data,), name="hub-writer", daemon=False)
    writer.start()
    say(f"BibHub serves {settings.data} on http://{host}:{port}/ (stop with Ctrl-C)")
    try:
        if workers > 1:
            return _several(data, host, port, workers)
        server = uvicorn.Server(_config(_ready(create_app(wiring.hub(settings))), host, port))
        try:
            server.run()
        except KeyboardInterrupt:  # uvicorn has ended in good order and passes the signal on
            return DONE
        return DONE if server.started else FAILED
    finally:
        writer.terminate()
        writer.join(30)
        if writer.is_alive():
            writer.kill()
            writer.join()


def _config(app: FastAPI | str, host: str, port: int, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=True,
        timeout_keep_alive=20,
        limit_concurrency=400,
        h11_max_incomplete_event_size=64 << 10,
        http=ImpatientProtocol,
        **more,
    )


class _OwnSocket(list[socket.socket]):
    """What uvicorn hands to each web process: it becomes, there, a listening socket of that process's own.

    The kernel shares connections out among the sockets of one port (SO_REUSEPORT). Of one socket that all accept from,
    the process that happens to be asked first takes nearly every connection, and keeps it.
    """

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self.address = (host, port)

    def __reduce__(self) -> tuple[Any, ...]:
        return _own_socket, self.address


def _own_socket(host: str, port: int) -> list[socket.socket]:
    return [_bound(host, port)]


def _bound(host: str, port: int) -> socket.socket:
    """A socket bound to an address that others may be bound to as well. Raises OSError when it cannot be had."""
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    # Only of a socket that says TCP does asyncio switch Nagle's algorithm off: without it each answer waits 40 ms.
    made = socket.socket(family, kind, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made


def _several(data: Path, host: str, port: int, workers: int) -> int:
    """Web processes on one port; one that dies is replaced. They know the folder by HUB_DATA."""
    os.environ["HUB_DATA"], os.environ[_WORKERS] = str(data), str(workers)
    try:
        kept = _bound(host, port)  # while no process listens, for instance when the last has died, the port stays ours
    except OSError as error:
        say(f"cannot listen on {host}, port {port}: {error.strerror}")
        return FAILED
    with kept:
        config = _config(f"{__name__}:application", host, port, factory=True, workers=workers)
        Multiprocess(config, sockets=_OwnSocket(host, port)).run()
    return DONE


def application() -> FastAPI:
    """The application of one of several web processes; each has its part of the readers, at least one."""
    threading.Thread(target=_end_with_parent, args=(lambda: os.kill(os.getpid(), signal.SIGTERM),), daemon=True).start()
    settings = wiring.open_settings(Path(os.environ["HUB_DATA"]))
    workers = int(os.environ[_WORKERS])
    shared = {name: max(1, getattr(settings, name) // workers) for name in ("readers", "site_readers")}
    return _ready(create_app(wiring.hub(replace(settings, **shared))))


def _ready(app: FastAPI) -> FastAPI:
    """What an application is made of stays as long as the process: the collector of garbage need not look at it."""
    gc.collect()
    gc.freeze()
    return app


def _end_with_parent(end: Callable[[], object]) -> None:
    """A server that is killed takes its other processes with it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        end()


class _Stop:
    """Whether to end. No lock is in it: a signal may come while this very process waits."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, *_: object) -> None:
        """End soon."""
        self.asked = True

    def wait(self, seconds: float) -> None:
        """Wait, in steps of half a second at most."""
        until = time.monotonic() + seconds
        while not self.asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(0.5, left))


def _follow(data: Path) -> None:
    """The writer process: apply changes as they come; look for a rebuild; end with the server, or when told to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server tells us to stop
    stop = _Stop()
    signal.signal(signal.SIGTERM, stop.ask)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    threading.Thread(target=_end_with_parent, args=(stop.ask,), daemon=True).start()
    settings = wiring.open_settings(data)
    registry = wiring.open_registry(settings)
    while not stop.asked:
        try:
            with wiring.projector(settings, registry) as projector:
                names = wiring.views_in_use(settings)
                while not stop.asked and wiring.views_in_use(settings) == names:
                    projector.run()
                    stop.wait(0.5)
        except AlreadyProjecting:
            stop.wait(1.0)  # a load that began before us finishes its own projection
        except Exception:
            log.exception("the writer of the views failed; trying again in five seconds")
            stop.wait(5.0)
