"""Previews: a small page without script that others show in a frame, and the flyouts of suggestions."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hub.protocols.reconcile.query import Candidate
from hub.protocols.reconcile.vocabulary import PROPERTIES, TYPES

SHOWN: dict[str, tuple[str, ...]] = {
    "works": ("author", "language", "date", "subject", "library"),
    "instances": ("author", "publisher", "date", "edition", "isbn", "library"),
    "agents": ("birth", "death", "variant", "works", "title"),
    "concepts": ("variant", "broader", "works", "title"),
    "libraries": ("code", "place", "group", "website"),
}
"""The properties of a preview, by place; with most values a few."""
_FEW = 4

STYLE = (
    "body{font:14px/1.45 system-ui,sans-serif;margin:0;padding:.75rem 1rem;color:#1d2a33;background:#fff}"
    "h1{font-size:1.1rem;margin:0 0 .15rem}a{color:#0b5c7a}p{margin:0 0 .5rem;color:#51616c}dl{margin:0}"
    "dl div{display:flex;gap:.6rem;padding:.15rem 0;border-top:1px solid #e3e8eb}dt{flex:0 0 34%;color:#51616c}"
    "dd{margin:0;overflow-wrap:anywhere}"
)
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors *; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""No script and no form can run in a preview, whoever frames it; only previews may be framed."""

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def lines(row: Mapping[str, Sequence[Mapping[str, Any]]], language: str) -> list[tuple[str, list[str]]]:
    """Labels and texts of the properties that have values, a few of each."""
    made = []
    for name, values in row.items():
        texts = [str(value.get("name") or next(iter(value.values()))) for value in values if value]
        if texts:
            shown = texts[:_FEW] + (["…"] if len(texts) > _FEW else [])
            made.append((PROPERTIES[name].name(language), shown))
    return made


def page(found: Candidate, iri: str, row: Mapping[str, Sequence[Mapping[str, Any]]], language: str) -> str:
    """The preview page of an entity."""
    return _ENVIRONMENT.get_template("preview.html").render(
        language=language,
        name=found.name,
        iri=iri,
        types=[TYPES[t].name(language) for t in found.types],
        lines=lines(row, language),
        style=Markup(STYLE),  # noqa: S704  a constant; its digest stands in the policy
    )


def flyout(name: str, row: list[tuple[str, list[str]]]) -> str:
    """A few lines of HTML about a suggested thing: no attribute, no link, nothing that runs."""
    text = "".join(f"<dt>{escape(label)}</dt><dd>{escape('; '.join(texts))}</dd>" for label, texts in row)
    return f"<p><b>{escape(name)}</b></p>" + (f"<dl>{text}</dl>" if text else "")
