"""``hub serve``: pages, documents and SPARQL, with the writer of the views beside them."""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from hub import wiring
from hub.cli.output import DONE, FAILED, say
from hub.projection.projector import AlreadyProjecting
from hub.web import create_app

log = logging.getLogger(__name__)

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
    p.set_defaults(run=run)


def run(a: argparse.Namespace) -> int:
    """Serve until stopped."""
    return serve(a.data, a.host, a.port)


def serve(data: Path, host: str, port: int) -> int:
    """Start the writer of the views and the web server; gives the exit code when both have ended."""
    settings = wiring.open_settings(data)
    wiring.open_registry(settings).close()  # migrate before two processes look at it
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    writer = context.Process(target=_follow, args=(data, stop), name="hub-writer", daemon=False)
    writer.start()
    say(f"BibHub serves {settings.data} on http://{host}:{port}/ (stop with Ctrl-C)")
    try:
        config = uvicorn.Config(
            create_app(wiring.hub(settings)),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=True,
            timeout_keep_alive=20,
            limit_concurrency=400,
            h11_max_incomplete_event_size=64 << 10,
        )
        server = uvicorn.Server(config)
        try:
            server.run()
        except KeyboardInterrupt:  # uvicorn has ended in good order and passes the signal on
            return DONE
        return DONE if server.started else FAILED
    finally:
        stop.set()
        writer.join(30)
        if writer.is_alive():
            writer.kill()
            writer.join()


def _end_with_parent(stop: Any) -> None:
    """A server that is killed takes its writer with it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        stop.set()


def _follow(data: Path, stop: Any) -> None:
    """The writer process: apply changes as they come; look for a rebuild; end with the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server tells us to stop

    def end(_: int, __: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    threading.Thread(target=_end_with_parent, args=(stop,), daemon=True).start()
    settings = wiring.open_settings(data)
    registry = wiring.open_registry(settings)
    while not stop.is_set():
        try:
            with wiring.projector(settings, registry) as projector:
                names = wiring.views_in_use(settings)
                while not stop.is_set() and wiring.views_in_use(settings) == names:
                    projector.run()
                    stop.wait(0.5)
        except AlreadyProjecting:
            stop.wait(1.0)  # a load that began before us finishes its own projection
        except Exception:
            log.exception("the writer of the views failed; trying again in five seconds")
            stop.wait(5.0)
