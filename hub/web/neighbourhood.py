"""A small picture of what stands around a Work or an edition: Hub, works, editions, libraries, as SVG coordinates."""

from __future__ import annotations

from dataclasses import dataclass

from hub.catalog.models import EntityPage, InstancePage, WorkPage
from hub.web.i18n import Tongue

ROW = 30.0
COLUMNS = (0.0, 172.0, 392.0, 612.0)
WIDTHS = (150.0, 198.0, 198.0, 188.0)
WIDTH = COLUMNS[-1] + WIDTHS[-1]
MOST = 7
"""Boxes in one column; the lists of the page have the others."""
_LETTER = 6.6


@dataclass(frozen=True, slots=True)
class Box:
    """One thing of the picture; ``here`` marks the page's own."""

    x: float
    y: float
    width: float
    text: str
    full: str
    iri: str
    here: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and the curves between them (SVG path data)."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    curves: tuple[str, ...]


def picture(page: EntityPage, speech: Tongue) -> Picture | None:
    """The picture for a page, None where there is nothing around it worth drawing."""
    columns: list[list[tuple[str, str]]] = [[], [], [], []]
    edges: list[tuple[str, str]] = []
    if isinstance(page, WorkPage):
        own, editions = page, page.instances[: MOST - 1]
    elif isinstance(page, InstancePage) and page.work is not None:
        own, editions = page.work, page.siblings[: MOST - 2]
    else:
        return None
    hub = next((link for link in own.hubs if link.iri), None)
    columns[1].append((own.iri, own.title))
    if hub is not None:
        columns[0].append((hub.iri, hub.label(speech.code)))
        edges.append((hub.iri, own.iri))
        for card in own.relatives[: MOST - 1]:
            columns[1].append((card.iri, card.title))
            edges.append((hub.iri, card.iri))
    libraries: dict[str, str] = {}
    if isinstance(page, InstancePage):
        columns[2].append((page.iri, " ".join(t for t in (page.date, page.title) if t)))
        edges.append((own.iri, page.iri))
        for holding in page.holdings[:MOST]:
            if holding.library.iri:
                libraries[holding.library.iri] = holding.library.label(speech.code)
                edges.append((page.iri, holding.library.iri))
    for edition in editions:
        columns[2].append((edition.iri, " ".join(t for t in (edition.date, edition.title) if t)))
        edges.append((own.iri, edition.iri))
        for library in edition.libraries:
            if library.iri in libraries or len(libraries) < MOST:
                libraries[library.iri] = library.label(speech.code)
                edges.append((edition.iri, library.iri))
    columns[3] = list(libraries.items())
    if len(columns[1]) + len(columns[2]) + len(columns[3]) < 4:
        return None
    return _drawn(columns, edges, page.iri)


def _drawn(columns: list[list[tuple[str, str]]], edges: list[tuple[str, str]], here: str) -> Picture:
    height = max(len(column) for column in columns) * ROW
    first = 0 if columns[0] else 1
    shift = COLUMNS[first]
    boxes: dict[str, Box] = {}
    for n, column in enumerate(columns):
        top = (height - len(column) * ROW) / 2
        for row, (iri, text) in enumerate(column):
            room = int((WIDTHS[n] - 16) / _LETTER)
            short = text if len(text) <= room else text[: room - 1].rstrip() + "…"
            boxes[iri] = Box(COLUMNS[n] - shift, top + row * ROW, WIDTHS[n], short, text, iri, iri == here)
    curves = []
    for start, end in dict.fromkeys(edges):
        if start in boxes and end in boxes:
            a, b = boxes[start], boxes[end]
            x1, y1, x2, y2 = a.x + a.width, a.y + ROW / 2, b.x, b.y + ROW / 2
            middle = (x1 + x2) / 2
            curves.append(f"M{x1:.0f} {y1:.0f}C{middle:.0f} {y1:.0f} {middle:.0f} {y2:.0f} {x2:.0f} {y2:.0f}")
    return Picture(WIDTH - shift, height, tuple(boxes.values()), tuple(curves))
