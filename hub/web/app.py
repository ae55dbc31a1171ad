"""The web application: :func:`create_app` puts the routes together."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from hub import feeds
from hub.catalog.catalog import PLACES
from hub.protocols import oai, reconcile, sru, suggest
from hub.search import TextInSparql
from hub.search.text_patterns import SEARCH
from hub.web import authorities as authority_pages
from hub.web import door, errors
from hub.web.api_page import ApiPage
from hub.web.completion import Completion
from hub.web.conditional import Digests
from hub.web.documents import Documents
from hub.web.dumps_page import DumpsPage
from hub.web.entity_route import EntityRoute
from hub.web.jobs import Jobs
from hub.web.reconcile_page import ReconcilePage
from hub.web.search_page import SearchPage
from hub.web.security import Guarded
from hub.web.site import HERE, Site
from hub.web.sitemaps import Sitemaps
from hub.web.slow_queries import SlowQueries
from hub.web.sparql_page import QueryPage
from hub.web.start import Start
from hub.web.well_known import WellKnown
from hub.web.why_page import WhyPage
from sparql import metrics
from sparql.budgets import Budgets
from sparql.endpoint import Endpoint


def create_app(hub: Any) -> FastAPI:  # Any: hub.wiring.Hub, which stands below this package and is built by it alone
    """The hub as an ASGI application. ``hub`` has settings, registry, catalog, search, public_pool, start(), aclose().

    The hub is started with the application and closed with it.
    """
    site = Site(hub)
    desk = door.Desk(site)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            await hub.start()
            async with desk.loader.running():
                yield
            await desk.sessions.settle()
        finally:
            await hub.aclose()

    app = FastAPI(
        title=site.settings.title_en,
        version=version("bibhub"),
        description="Union catalogue as linked data: BIBFRAME documents, SPARQL and search.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=lifespan,
    )
    errors.install(app, site)
    documents, start = Documents(site), Start(site)
    sitemaps, jobs, queries = Sitemaps(site), Jobs(site), QueryPage(site)

    if hub.public_pool is not None:
        budgets = Budgets(seconds=site.settings.query_budget)
        text = TextInSparql(hub.search, site.base).rewrite if hub.search is not None else None
        understood = (SEARCH,) if text is not None else ()
        endpoint = Endpoint(
            hub.public_pool, budgets=budgets, html_page=queries.page, rewrite=text, property_features=understood
        )
        queries.endpoint = endpoint
        app.router.routes += endpoint.routes()
        completion = Completion(site, hub.public_pool)
        app.add_api_route("/sparql/terms.json", completion.terms, methods=["GET"], response_class=Response)

    async def numbers() -> Response:
        """The counters of this process (Prometheus text format)."""
        return Response(metrics.render(), media_type=metrics.CONTENT_TYPE)

    async def favicon() -> Response:
        """The icon browsers ask for."""
        return RedirectResponse("/static/icon.svg", 301)

    def get(path: str, handler: Any, *, documented: bool = True) -> None:  # Any: handlers differ in their signature
        app.add_api_route(path, handler, methods=["GET"], include_in_schema=documented, response_class=Response)

    get("/", start.start)
    get("/libraries", start.libraries)
    get("/groups", start.groups)
    search = SearchPage(site)
    get("/search", search.search)
    get("/search.atom", search.feed)
    get("/opensearch.xml", search.description)
    get("/sparql/examples", queries.examples)
    get("/sparql/examples/{id}", queries.example)
    get("/healthz", start.healthz)
    get("/metrics", numbers)
    get("/robots.txt", sitemaps.robots)
    get("/sitemap.xml", sitemaps.index)
    get("/sitemaps/{name}.xml.gz", sitemaps.sitemap)
    get("/.well-known/void", WellKnown(site, start).void)
    get("/context.jsonld", documents.context)
    get("/linkset/{place}/{id:path}", documents.linkset)
    get("/admin/jobs", jobs.jobs)
    get("/admin/jobs/{id:int}", jobs.job)
    get("/admin/queries", SlowQueries(desk).page, documented=False)
    get("/docs", ApiPage(site, app).page, documented=False)
    get("/favicon.ico", favicon, documented=False)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    get("/why/{id}", WhyPage(site).why)
    get("/dumps/", DumpsPage(site).overview, documented=False)
    app.include_router(feeds.routes(hub))
    app.include_router(oai.routes(hub))
    app.include_router(sru.routes(hub))
    app.include_router(suggest.routes(hub))
    reconciliation = reconcile.Service(hub)
    lists = ReconcilePage(site, reconciliation)
    app.include_router(reconcile.routes(reconciliation, lists.people))
    app.include_router(lists.routes())
    app.include_router(door.routes(desk))
    app.include_router(authority_pages.routes(desk, hub.headings))
    for place in PLACES:
        get(f"/{place}/{{id:path}}", documents.entity)
    app.router.routes.insert(0, EntityRoute(PLACES, documents.entity))
    app.add_middleware(Digests)
    app.add_middleware(Guarded)
    return app
