"""What feeds need of a hub, and how their answers say that nothing is new (RFC 9110 §13)."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from hub.registry import Registry
from sparql import Generations

CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Link, Location"}
_TAG = re.compile(r'"([^"]*)"')


class FeedSettings(Protocol):
    """The settings that feeds read."""

    @property
    def data(self) -> Path:
        """The hub's folder."""

    @property
    def base_uri(self) -> str:
        """What every URI of the hub begins with; ends in a slash."""

    @property
    def title_en(self) -> str:
        """The hub's name."""

    @property
    def contact(self) -> str:
        """E-mail address of who runs the hub, may be empty."""


class FeedHub(Protocol):
    """A hub as feeds and protocols see it; ``hub.wiring`` makes one."""

    @property
    def settings(self) -> FeedSettings:
        """The settings in force."""

    @property
    def registry(self) -> Registry:
        """The system of record."""


class Published:
    """How much of the change log readers can see: nothing is announced before its URI answers with it."""

    def __init__(self, data: Path) -> None:
        self.generations = Generations(data / "generations")

    def seq(self) -> int:
        """The number of the last change in the current generation; 0 before the first."""
        current = self.generations.current()
        return int(current.note.get("seq", "0")) if current else 0


def moment(seconds: int) -> str:
    """Seconds since 1970 as ``2026-11-22T03:04:05Z``."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def has_it(request: Request, tag: str) -> bool:
    """Whether If-None-Match names this entity tag (without quotes)."""
    header = request.headers.get("if-none-match", "")
    return header.strip() == "*" or tag in _TAG.findall(header)[:32]


def answer_json(request: Request, value: Any, media_type: str, caching: str) -> Response:
    """A JSON document with the digest of its bytes as ETag, or 304."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    headers = {"ETag": f'"{tag}"', "Cache-Control": caching, **CORS}
    if has_it(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
