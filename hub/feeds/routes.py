"""The routes of the feeds: ``/activity…``, ``/redirects.tsv.gz``, ``/dumps/…``."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from converters.bibframe.terms import segment
from hub.feeds import activity
from hub.feeds.activity import Feed
from hub.feeds.dump_files import Dumps
from hub.feeds.log import PLACES
from hub.feeds.redirects import RedirectFile
from hub.feeds.served import CORS, FeedHub, Published, answer_json, has_it
from hub.registry import schema

_NUMBER = re.compile("[0-9]{1,15}")
_GROWING = "public, max-age=10"
_FIXED = "public, max-age=31536000, immutable"


def routes(hub: FeedHub) -> APIRouter:
    """The feeds of a hub, to be included in its application. Handlers block, and so run in threads."""
    router = APIRouter(default_response_class=Response)
    feeds, files = _Activities(hub), _Files(hub)

    def get(path: str, handler: Any, *, documented: bool = True) -> None:  # Any: handlers differ in their parameters
        router.add_api_route(path, handler, methods=["GET"], include_in_schema=documented)

    general = ("/activity", "/activity/heldBy/{code}")
    for path in (*general, *(f"/activity/{place}" for place in PLACES)):
        documented = path in general  # those of a type differ in nothing else
        get(path, feeds.collection, documented=documented)
        get(f"{path}/page/{{number}}", feeds.page, documented=documented)
        get(f"{path}/newest", feeds.newest, documented=documented)
        get(f"{path}/newest/{{number}}", feeds.newest_page, documented=documented)
    get("/activity/changes/{number}", feeds.single)
    get("/redirects.tsv.gz", files.redirects)
    get("/dumps/", files.list)
    get("/dumps/{dump}/{name}", files.file)
    return router


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise HTTPException(404)
    return int(text)


class _Activities:
    def __init__(self, hub: FeedHub) -> None:
        self.hub = hub
        self.base = hub.settings.base_uri
        self.published = Published(hub.settings.data)
        self.dumps = Dumps(hub.settings.data / "dumps")

    def _feed(self, request: Request, rest: str) -> Feed | Response:
        """The feed that a path names; a branch is sent to the feed of its member. Raises 404 for unknown libraries."""
        name = self.hub.settings.title_en
        code = request.path_params.get("code")
        if code is not None:
            library = schema.library
            with self.hub.registry.read() as connection:
                member = connection.execute(select(library.c.member).where(library.c.code == code)).scalar()
            if member is None:
                raise HTTPException(404)
            if member != code:
                return RedirectResponse(f"{self.base}activity/heldBy/{segment(member)}{rest}", 307, CORS)
            path = f"activity/heldBy/{segment(code)}"
            return Feed(path, f"{name}: changes of what library {code} holds", member=code)
        place = request.url.path.partition("/activity")[2].strip("/").partition("/")[0]
        if place in PLACES:
            return Feed(f"activity/{place}", f"{name}: changes of {place}", place=place)
        return Feed("activity", f"{name}: all changes")

    def collection(self, request: Request) -> Response:
        """Entry point of a change feed (Entity Metadata Management 1.0, ActivityStreams OrderedCollection)."""
        feed = self._feed(request, "")
        if isinstance(feed, Response):
            return feed
        made = activity.collection(self.base, feed, self.published.seq(), self._downloads(feed))
        return answer_json(request, made, activity.MEDIA_TYPE, _GROWING)

    def _downloads(self, feed: Feed) -> list[str]:
        """Where to get everything before following changes: the newest dump."""
        manifest = self.dumps.current()
        if manifest is None:
            return []
        wanted = f"library-{feed.member}.nt.gz" if feed.member else "graph.nq.gz"
        at = f"{self.base}dumps/{manifest['name']}/"
        return [at + f["name"] for f in manifest["files"] if f["name"] == wanted]

    def page(self, request: Request) -> Response:
        """One change set, oldest first; a full one never changes."""
        number = _number(request.path_params["number"])
        feed = self._feed(request, f"/page/{number}")
        if isinstance(feed, Response):
            return feed
        upto = self.published.seq()
        with self.hub.registry.read() as connection:
            made = activity.page(connection, self.base, feed, number, upto)
        full = number * activity.PAGE <= upto
        return self._answer(request, made, _FIXED if full and feed.immutable else _GROWING)

    def newest(self, request: Request) -> Response:
        """Entry point of the newest-first view of a feed."""
        feed = self._feed(request, "/newest")
        if isinstance(feed, Response):
            return feed
        return self._answer(request, activity.newest(self.base, feed, self.published.seq()), _GROWING)

    def newest_page(self, request: Request) -> Response:
        """The changes up to a number, newest first."""
        number = _number(request.path_params["number"])
        feed = self._feed(request, f"/newest/{number}")
        if isinstance(feed, Response):
            return feed
        with self.hub.registry.read() as connection:
            made = activity.newest_page(connection, self.base, feed, number, self.published.seq())
        return self._answer(request, made, _GROWING)

    def single(self, request: Request) -> Response:
        """One activity."""
        number = _number(request.path_params["number"])
        with self.hub.registry.read() as connection:
            made = activity.single(connection, self.base, number, self.published.seq())
        return self._answer(request, made, _FIXED)

    def _answer(self, request: Request, made: dict[str, Any] | None, caching: str) -> Response:
        if made is None:
            raise HTTPException(404)
        return answer_json(request, made, activity.MEDIA_TYPE, caching)


class _Files:
    def __init__(self, hub: FeedHub) -> None:
        self.base = hub.settings.base_uri
        self.dumps = Dumps(hub.settings.data / "dumps")
        self.redirect_file = RedirectFile(hub.registry, self.base, hub.settings.data / "feeds")

    def redirects(self, request: Request) -> Response:
        """All redirects (301, with the survivor) and withdrawals (410): gzip, tab-separated, one heading line."""
        path = self.redirect_file.current()
        stat = path.stat()
        return _sent(request, path, "application/gzip", f"{stat.st_mtime_ns:x}-{stat.st_size:x}", _GROWING)

    def list(self, request: Request) -> Response:
        """The dumps there are, newest first: their manifests as JSON, or a page for people."""
        found = self.dumps.all()
        if "text/html" in request.headers.get("accept", ""):
            headers = {"Vary": "Accept", "Cache-Control": "public, max-age=60"}
            return Response(_page(found).encode("utf-8", "replace"), 200, headers, "text/html; charset=utf-8")
        answer = answer_json(request, {"dumps": found}, "application/json", "public, max-age=60")
        answer.headers["Vary"] = "Accept"
        return answer

    def file(self, request: Request) -> Response:
        """A file of a dump, whole or in ranges; ``current`` leads to the newest dump."""
        dump, name = request.path_params["dump"], request.path_params["name"]
        found = self.dumps.file(dump, name)
        if found is None:
            raise HTTPException(404)
        path, media_type, tag = found
        if dump != path.parent.name:
            return RedirectResponse(f"{self.base}dumps/{path.parent.name}/{name}", 302, CORS)
        return _sent(request, path, media_type, tag, "public, max-age=86400")


def _sent(request: Request, path: Path, media_type: str, tag: str, caching: str) -> Response:
    headers = {"ETag": f'"{tag}"', "Cache-Control": caching, **CORS}
    if has_it(request, tag):
        return Response(status_code=304, headers=headers)
    return _File(path, headers=headers, media_type=media_type, stat_result=path.stat())


class _File(FileResponse):
    """A file that is not read for HEAD, which reaches the routes as GET."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__({**scope, "method": "HEAD"} if scope.get("head") else scope, receive, send)


def _page(dumps: list[dict[str, Any]]) -> str:
    """The list for people: plain and without style, so that it depends on nothing."""
    parts = ["<!DOCTYPE html><html lang=en><meta charset=utf-8><title>Dumps</title><h1>Dumps</h1>"]
    for dump in dumps:
        at = escape(dump["name"])
        parts.append(f"<h2 id={at}>{escape(dump['published'])} · change {dump['change']:,}</h2><table>")
        parts.append("<tr><th scope=col>File<th scope=col>What<th scope=col>Bytes<th scope=col>SHA-256")
        for file in dump["files"]:
            name = escape(file["name"])
            counts = ", ".join(f"{n:,} {what}" for what, n in file["counts"].items())
            parts.append(
                f'<tr><td><a href="{at}/{name}">{name}</a><td>{escape(file["about"])} ({escape(counts)})'
                f"<td>{file['bytes']:,}<td><code>{escape(file['sha256'])}</code>"
            )
        parts.append(
            f'</table><p><a href="{at}/manifest.json">manifest.json</a> <a href="{at}/SHA256SUMS">SHA256SUMS</a>'
        )
    if not dumps:
        parts.append("<p>None has been made yet (<code>hub dump</code>).")
    return "".join(parts) + "</html>\n"
