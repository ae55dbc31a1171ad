"""Links: IRIs of the hub become paths of this site, and only http(s) links of others are live."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from starlette.requests import Request

from hub.catalog.catalog import PLACES


class Paths:
    """How this site names things: ``base`` is the base URI of the hub."""

    def __init__(self, base: str) -> None:
        self.base = base
        parts = urlsplit(base)
        self.prefix = parts.path or "/"
        self.origin = f"{parts.scheme}://{parts.netloc}"

    def local(self, iri: str) -> str | None:
        """The path of one of the hub's own IRIs, None for an IRI of another."""
        if iri.startswith(self.base):
            return self.prefix + iri[len(self.base) :]
        return None

    def page(self, iri: str) -> str | None:
        """The path of the page about one of the hub's own things, or of a document; None for an IRI of another."""
        local = self.local(iri)
        if local is None:
            return None
        path, mark, fragment = local.partition("#")
        place, _, rest = path.removeprefix(self.prefix).partition("/")
        if place in PLACES and rest and not path.endswith(".html"):
            path += ".html"
        return path + mark + fragment


def is_web(iri: str) -> bool:
    """Whether a link may be live: http or https with a host, nothing that runs or reads files."""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def segments(request: Request) -> list[str]:
    """The decoded segments of the request's path, where ``%2F`` inside a segment does not divide it."""
    raw = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    path = raw.split(b"?")[0].decode("ascii", "replace")
    root = request.scope.get("root_path", "")
    if root and path.startswith(root):
        path = path[len(root) :]
    return [unquote(part, errors="replace") for part in path.lstrip("/").split("/")]


def as_sent(request: Request) -> str:
    """The request's path with its escapes, so that a link to it leads to the same thing (``%2F`` is no division)."""
    raw = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    return quote(raw.split(b"?")[0].decode("ascii", "replace"), safe="/%:@!$&'()*+,;=~")
