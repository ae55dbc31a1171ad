"""What was loaded: each job with its counts and what it rejected. Reading only, and no record's content."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import func, select
from starlette.requests import Request
from starlette.responses import Response

from hub.intake.running import told
from hub.intake.single import KIND
from hub.registry.schema import job, problem, quarantine, record, view
from hub.web.problem import Problem
from hub.web.site import Site
from hub.wiring import intake_lock

LATEST = 100
REJECTS = 200


class Jobs:
    """The office's view of loading."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def jobs(self, request: Request) -> Response:
        """GET /admin/jobs."""
        context = await asyncio.to_thread(self._overview)
        title = self.site.tongue(request).gettext("Loads")
        return self._fresh(self.site.html(request, "jobs.html", title=title, robots="noindex", **context))

    def _overview(self) -> dict[str, Any]:
        with self.site.registry.read() as connection:
            rows = (
                connection.execute(select(job).where(job.c.kind != KIND).order_by(job.c.id.desc()).limit(LATEST))
                .mappings()
                .all()
            )
            jobs = told(connection, rows, intake_lock(self.site.settings).parent)
            views = connection.execute(select(view)).mappings().all()
            problems = connection.execute(
                select(record.c.member, problem.c.code, func.count().label("n"))
                .join(record, record.c.id == problem.c.record)
                .group_by(record.c.member, problem.c.code)
                .order_by(func.count().desc())
                .limit(50)
            ).all()
        return {
            "jobs": jobs,
            "views": views,
            "problems": problems,
            "last_change": self.site.registry.last_change(),
            "generation": self.site.catalog.generation().partition(".")[0],
        }

    async def job(self, request: Request) -> Response:
        """GET /admin/jobs/{id}: the rejected records of one job."""
        number = request.path_params["id"]
        with self.site.registry.read() as connection:
            rows = connection.execute(select(job).where(job.c.id == number)).mappings().all()
            found = next(iter(told(connection, rows, intake_lock(self.site.settings).parent)), None)
            rejects = connection.execute(
                select(
                    quarantine.c.number, quarantine.c.offset, quarantine.c.control_number, quarantine.c.reason,
                    func.length(quarantine.c.data).label("bytes"),
                )
                .where(quarantine.c.job == number)
                .order_by(quarantine.c.number)
                .limit(REJECTS)
            ).mappings().all()  # fmt: skip
        if found is None:
            raise Problem(404, "not-found")
        title = self.site.tongue(request).gettext("Load") + f" {number}"
        page = self.site.html(
            request, "job.html", title=title, job=found, rejects=rejects, most=REJECTS, robots="noindex"
        )
        return self._fresh(page)

    @staticmethod
    def _fresh(page: bytes) -> Response:
        return Response(page, 200, {"Cache-Control": "no-store"}, "text/html; charset=utf-8")
