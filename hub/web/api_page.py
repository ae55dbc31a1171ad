"""/docs: the routes and what they answer, from the OpenAPI description, without a script from anywhere."""

from __future__ import annotations

import inspect
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from hub.web.errors import MESSAGES
from hub.web.site import Site


class ApiPage:
    """The page for those who write programs."""

    def __init__(self, site: Site, app: FastAPI) -> None:
        self.site = site
        self.app = app

    async def page(self, request: Request) -> Response:
        """GET /docs."""

        async def make() -> dict[str, Any]:
            speech = self.site.tongue(request)
            paths = self.app.openapi()["paths"]
            routes = []
            for path, operations in paths.items():
                for method, operation in operations.items():
                    text = inspect.cleandoc(operation.get("description", "")).partition("\n")[0]
                    routes.append((method.upper(), path, text))
            problems = [(code, *(speech.gettext(m) for m in messages)) for code, messages in sorted(MESSAGES.items())]
            return {"problems": problems, "title": speech.gettext("For programs"), "routes": routes}

        return await self.site.page(request, "docs", "docs.html", make)
