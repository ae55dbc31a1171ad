"""``python -m sparql serve FOLDER``: a SPARQL 1.1 endpoint over an Oxigraph folder."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sparql import metrics
from sparql.budgets import Budgets
from sparql.endpoint import Endpoint
from sparql.errors import SparqlError
from sparql.oxigraph import open_store
from sparql.pool import Pool
from sparql.writer import Writer, WriterProcess

PART = 64 << 20
"""Bytes of a file that are loaded at a time; each part whole or not at all."""


def application(
    folder: Path,
    *,
    token: str | None,
    size: int = 2,
    deadline: float = 10,
    memory: int = 2 << 30,
    budgets: Budgets | None = None,
    store: Writer | None = None,
) -> Starlette:
    """An ASGI application over ``folder`` (``store`` and ``generations`` inside); writable when ``token`` is given."""
    generations = folder / "generations"
    pool = Pool(generations, size=size, deadline=deadline, memory=memory, name="sparql")
    endpoint = Endpoint(pool, store=store, token=token, budgets=budgets)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        if store is not None:
            store.publish(generations)
        async with pool:
            yield

    async def numbers(_: Request) -> Response:
        return PlainTextResponse(metrics.render(), media_type=metrics.CONTENT_TYPE)

    async def health(_: Request) -> Response:
        await pool.ask("ASK {}")
        return PlainTextResponse("ok\n")

    routes = [*endpoint.routes(), Route("/metrics", numbers), Route("/healthz", health)]
    return Starlette(routes=routes, lifespan=lifespan)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m sparql", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    serve = verbs.add_parser("serve", help="serve FOLDER (made if it is not there) at http://HOST:PORT/sparql")
    serve.add_argument("folder", type=Path)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=7878)
    serve.add_argument(
        "--token", default=os.environ.get("SPARQL_TOKEN"), help="lets its bearer write (or SPARQL_TOKEN)"
    )
    serve.add_argument("--readers", type=int, default=2, help="queries at a time (default: %(default)s)")
    serve.add_argument("--seconds", type=float, default=10, help="deadline of a query (default: %(default)s)")
    serve.add_argument("--update-seconds", type=float, default=60, help="of an update (default: %(default)s)")
    serve.add_argument("--memory", type=int, default=2048, metavar="MIB", help="of a reader (default: %(default)s)")
    serve.add_argument("--budget", type=float, default=0, help="query seconds a minute per client (default: no limit)")
    serve.add_argument("--quiet", action="store_true", help="no line for each query on standard error")
    load = verbs.add_parser("load", help="load N-Quads or N-Triples files into FOLDER")
    load.add_argument("folder", type=Path)
    load.add_argument("files", type=Path, nargs="+")
    given = parser.parse_args(arguments)
    level = logging.WARNING if getattr(given, "quiet", False) else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        if given.verb == "load":
            _load(given.folder, given.files)
            return 0
        import uvicorn

        from sparql.connections import ImpatientProtocol

        writer = WriterProcess(given.folder / "store", deadline=given.update_seconds)
        with contextlib.closing(writer) as store:
            budgets = Budgets(seconds=given.budget, burst=2 * given.budget) if given.budget else None
            app = application(
                given.folder,
                token=given.token,
                size=given.readers,
                deadline=given.seconds,
                memory=given.memory << 20,
                budgets=budgets,
                store=store,
            )
            uvicorn.run(
                app,
                host=given.host,
                port=given.port,
                log_level="warning",
                access_log=False,
                http=ImpatientProtocol,
                timeout_keep_alive=20,
                h11_max_incomplete_event_size=64 << 10,
            )
            return 0
    except SparqlError as error:
        logging.error("%s", error)
        return 3


def _load(folder: Path, files: list[Path]) -> None:
    with contextlib.closing(open_store(folder / "store")) as store:
        for file in files:
            with file.open("rb") as lines:
                while part := lines.read(PART):
                    store.load(part + lines.readline())
            logging.info("loaded %s", file)
        store.publish(folder / "generations")


if __name__ == "__main__":
    sys.exit(main())
