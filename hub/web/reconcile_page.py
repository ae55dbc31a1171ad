"""/reconcile for people: a list of titles or ISBNs is dropped in; what is found, who holds it, what is not found."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from hub.catalog.institutions import library_iri
from hub.protocols.reconcile import Candidate, Service
from hub.protocols.reconcile.libraries import library_rows
from hub.protocols.reconcile.score import WEIGHTS
from hub.protocols.reconcile.table import ADDED, BOOK, TableError, added, answer, portions, rows_of, types_of, written
from hub.protocols.reconcile.vocabulary import FEATURES, PROPERTIES, TYPES
from hub.protocols.reconcile.wire import BATCH, Refused
from hub.web.door.forms import body
from hub.web.negotiation import prefers_page
from hub.web.problem import Problem
from hub.web.site import Site

MOST_ROWS = 500
"""Rows that the page looks for at once; ``hub reconcile`` and OpenRefine take any number."""
MOST_BYTES = 1 << 20
OFFERED = ("Work", "Instance", "Person", "Organization", "Concept", "Library")
"""What the rows of a list may be on the page, besides books."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list as it came, and what may be meant, best first."""

    cells: tuple[str, ...]
    candidates: tuple[Candidate, ...]

    @property
    def text(self) -> str:
        """What stood in the row."""
        return " · ".join(cell.strip() for cell in self.cells if cell.strip())


class ReconcilePage:
    """The page beside the service."""

    def __init__(self, site: Site, service: Service) -> None:
        self.site = site
        self.service = service

    def routes(self) -> APIRouter:
        """The route that takes lists."""
        router = APIRouter(default_response_class=Response)
        router.add_api_route("/reconcile/list", self.listed, methods=["POST"], include_in_schema=False)
        return router

    async def people(self, request: Request) -> Response | None:
        """GET /reconcile: the form and what programs need to know; None for a program, which gets the manifest."""
        if not prefers_page(request.headers):
            return None
        return self._page(request)

    async def listed(self, request: Request) -> Response:
        """POST /reconcile/list: the rows of a text or file, as a page or with ``format=csv`` as a table."""
        text, kind, form = await self._given(request)
        try:
            header, columns, rows = rows_of(text.splitlines(keepends=True))
        except TableError:
            return self._page(request, kind=kind, empty=True)
        language = self.site.tongue(request).code
        found: list[Row] = []
        more = False
        for portion in portions(rows):
            if len(found) + len(portion) > MOST_ROWS:
                more = True
                break
            self.site.courtesy.ask(request)
            try:
                found += [
                    Row(tuple(row), tuple(candidates))
                    for row, candidates in zip(
                        portion,
                        await run_in_threadpool(
                            answer,
                            portion,
                            columns,
                            types_of(kind),
                            lambda queries: self.service.reconciler.match(queries, language),
                            limit=_SHOWN,
                        ),
                        strict=True,
                    )
                ]
            except Refused as refused:
                raise Problem(503, "busy", headers={"Retry-After": "5"}) from refused
        names = await run_in_threadpool(self._libraries, language)
        if form == "csv":
            return self._table(header, found, names)
        return self._page(request, kind=kind, text=text, rows=found, names=names, more=more)

    async def _given(self, request: Request) -> tuple[str, str, str]:
        """(text, type, format) of the form. Raises Problem for a form that is too long or no form."""
        raw = await body(request, MOST_BYTES + (64 << 10))

        async def replayed() -> Message:
            return {"type": "http.request", "body": raw, "more_body": False}

        try:
            async with Request(request.scope, replayed).form(
                max_files=1, max_fields=10, max_part_size=MOST_BYTES
            ) as given:
                sent = given.get("file")
                data = await sent.read() if isinstance(sent, UploadFile) else b""
                text, kind, form = (str(given.get(name) or "") for name in ("list", "type", "format"))
        except HTTPException as error:
            raise Problem(400, "bad-request", "the form is cut short or damaged") from error
        if data:
            try:
                text = _decoded(data)
            except UnicodeDecodeError as error:
                said = self.site.tongue(request).gettext("The file is not UTF-8. Save it as “CSV UTF-8”.")
                raise Problem(400, "bad-request", said) from error
        return text, kind if kind in TYPES else BOOK, form

    def _libraries(self, language: str) -> dict[str, str]:
        with self.site.registry.read() as connection:
            return {row["code"]: row[f"name_{language}"] for row in library_rows(connection)}

    def _table(self, header: Sequence[str] | None, found: Sequence[Row], names: dict[str, str]) -> Response:
        width = max((len(row.cells) for row in found), default=1)
        own = [*(header or ["text"])]
        own += [""] * (width - len(own))
        made = [[*own, *ADDED]]
        for row in found:
            cells = [*row.cells, *[""] * (len(own) - len(row.cells))]
            made.append([*cells, *added(row.candidates, self.site.base, names)])
        headers = {"Content-Disposition": 'attachment; filename="reconciled.csv"', "Cache-Control": "no-store"}
        data = codecs.BOM_UTF8 + written(made).encode("utf-8", "replace")  # spreadsheets know UTF-8 by the mark
        return Response(data, 200, headers, "text/csv; charset=utf-8")

    def _page(
        self,
        request: Request,
        *,
        kind: str = BOOK,
        text: str = "",
        rows: Sequence[Row] | None = None,
        names: dict[str, str] | None = None,
        more: bool = False,
        empty: bool = False,
    ) -> Response:
        speech = self.site.tongue(request)
        code = speech.code
        base = self.site.base
        sections: list[tuple[str, list[Row]]] = []
        if rows is not None:
            sections = [
                ("found", [r for r in rows if r.candidates and r.candidates[0].match]),
                ("maybe", [r for r in rows if r.candidates and not r.candidates[0].match]),
                ("missing", [r for r in rows if not r.candidates]),
            ]
        context: dict[str, Any] = {
            "title": speech.gettext("Who has these?"),
            "kinds": [
                (BOOK, speech.gettext("Books and other resources")),
                *((t, TYPES[t].name(code)) for t in OFFERED),
            ],
            "kind": kind,
            "text": text,
            "sections": sections,
            "counted": len(rows) if rows is not None else None,
            "more": more,
            "empty": empty,
            "most": MOST_ROWS,
            "held": lambda c: [
                (library_iri(base, library), (names or {}).get(library, library)) for library in c.libraries
            ],
            "iri": lambda c: base + c.id,
            "type_of": lambda c: TYPES[c.types[0]].name(code),
            "types": [(t.id, t.name(code)) for t in TYPES.values()],
            "properties": [
                (
                    p.id,
                    p.name(code),
                    ", ".join(t.name(code) for t in TYPES.values() if t.place in p.places and not t.broader),
                )
                for p in PROPERTIES.values()
            ],
            "features": [(f, names_of[code == "vi"], WEIGHTS.get(f)) for f, names_of in FEATURES.items()],
            "batch": BATCH,
            "canonical": f"{base}reconcile",
            "robots": "noindex" if rows is not None else "",
        }
        status = 400 if empty else 200
        headers = {"Vary": "Accept, Accept-Language", "Cache-Control": "no-store", "Content-Language": code}
        return Response(
            self.site.html(request, "reconcile.html", **context), status, headers, "text/html; charset=utf-8"
        )


def _decoded(data: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 with its mark (a spreadsheet's “Unicode text”)."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    return data.decode("utf-8-sig")
