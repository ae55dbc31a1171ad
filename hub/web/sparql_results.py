"""Solutions of a query as a page shows them: a table with names for IRIs, a map where there are coordinates, bars where
there are counts. Everything is plain HTML and SVG; nothing runs in the browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QuerySolutions
from pyoxigraph import Triple as TripleTerm

from hub.catalog.graph import Link
from hub.catalog.models import LibraryCard
from hub.web.i18n import Tongue
from hub.web.map import Map, draw
from ontologies.namespaces import XSD

ROWS = 500
"""Rows of a result that the page shows; the data formats have all."""
MOST_NAMED = 400
"""IRIs of a result that get names."""
MOST_BARS = 40
MOST_DOTS = 500
_NUMBERS = frozenset(t[1:-1] for t in (XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.int, XSD.long))
_LATITUDE, _LONGITUDE = ("lat", "latitude"), ("long", "lng", "lon", "longitude")
_LETTER, _BAR_WIDTH, _ROW = 7, 330, 22
_LABEL = 34
"""Letters of a bar's label; the whole of it is its tooltip."""
_PLACE = 26
"""Letters of a name on the map."""

Term = NamedNode | Literal | TripleTerm | object | None
Names = Callable[[Sequence[str]], Awaitable[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: an ``iri`` with its ``name`` (empty where none is known or where its row says it already), or text."""

    iri: str = ""
    text: str = ""
    note: str = ""
    name: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart, in the drawing's units; ``iri`` where the label is a link."""

    y: int
    width: float
    label: str
    full: str
    value: str
    iri: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of bars: what they count, its height, and how many rows it leaves out."""

    title: str
    height: int
    start: int
    width: int
    bars: tuple[Bar, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Table:
    """What the page shows of the solutions of a SELECT."""

    columns: list[str]
    numeric: frozenset[int]
    rows: list[list[Cell]]
    total: int
    chart: Chart | None
    map: Map | None


async def table(results: QuerySolutions, names: Names, speech: Tongue) -> Table:
    """The table of some solutions. ``names`` gives labels of IRIs, as far as there are any."""
    columns = [v.value for v in results.variables]
    kept: list[list[Term]] = []
    total = 0
    for solution in results:
        total += 1
        if total <= ROWS:
            kept.append([solution[name] for name in columns])
    iris = list(dict.fromkeys(t.value for row in kept for t in row if isinstance(t, NamedNode)))
    known = await names(iris[:MOST_NAMED]) if iris else {}
    rows = [_row(row, known) for row in kept]
    numeric = frozenset(
        i for i in range(len(columns)) if any(r[i].text for r in rows) and all(r[i].number for r in rows if r[i].text)
    )
    return Table(columns, numeric, rows, total, _chart(columns, numeric, rows, speech), _map(columns, numeric, rows))


def _row(terms: Sequence[Term], known: dict[str, str]) -> list[Cell]:
    said = {t.value for t in terms if isinstance(t, Literal)}
    made = []
    for term in terms:
        if term is None:
            made.append(Cell())
        elif isinstance(term, NamedNode):
            name = known.get(term.value, "")
            made.append(Cell(iri=term.value, name="" if name in said else name))
        elif isinstance(term, Literal):
            made.append(Cell(text=term.value, note=term.language or "", number=term.datatype.value in _NUMBERS))
        else:
            made.append(Cell(text=str(term)))
    return made


def _value(cell: Cell) -> float | None:
    try:
        value = float(cell.text)
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None  # NaN compares false, too


def _coordinates(columns: Sequence[str]) -> tuple[int, int] | None:
    lower = [c.lower() for c in columns]
    north = next((lower.index(n) for n in _LATITUDE if n in lower), None)
    east = next((lower.index(n) for n in _LONGITUDE if n in lower), None)
    return (north, east) if north is not None and east is not None else None


def _amount(columns: Sequence[str], numeric: Iterable[int]) -> int | None:
    """The column to draw: the last with numbers, coordinates left aside."""
    aside = _coordinates(columns) or ()
    return max((i for i in numeric if i not in aside), default=None)


def _texts(rows: Sequence[Sequence[Cell]], width: int) -> list[int]:
    """The columns that name a row: literals that are no numbers, or else the first with IRIs."""
    texts = [i for i in range(width) if any(r[i].text and not r[i].number for r in rows)]
    return texts[:2] or [i for i in range(width) if any(r[i].iri for r in rows)][:1]


def _chart(
    columns: Sequence[str], numeric: frozenset[int], rows: Sequence[Sequence[Cell]], speech: Tongue
) -> Chart | None:
    amount = _amount(columns, numeric)
    if amount is None or len(rows) < 2 or len(columns) > 6:
        return None
    named = _texts(rows, len(columns))
    drawn = [(row, value) for row in rows if (value := _value(row[amount])) is not None and value >= 0]
    most = max((value for _, value in drawn), default=0)
    if not named or len(drawn) < 2 or most <= 0:
        return None
    bars = []
    for number, (row, value) in enumerate(drawn[:MOST_BARS]):
        *first, last = (row[i].text or row[i].name or _end(row[i].iri) for i in named)
        full = " · ".join((*first, last))
        last = _short(last, _LABEL * 2 // 3 if first else _LABEL)  # what tells two rows apart stands at the end
        label = " · ".join((*(_short(part, _LABEL - len(last) - 3) for part in first), last))
        shown = speech.number(int(value) if value == int(value) else round(value, 3))
        iri = next((cell.iri for cell in row if cell.iri), "")
        bars.append(Bar(number * _ROW, round(max(1.0, _BAR_WIDTH * value / most), 1), label, full, shown, iri))
    height = len(bars) * _ROW + 4
    start = max(len(bar.label) for bar in bars) * _LETTER + 16
    return Chart(columns[amount], height, start, start + _BAR_WIDTH + 80, tuple(bars), len(rows) - len(bars))


def _map(columns: Sequence[str], numeric: frozenset[int], rows: Sequence[Sequence[Cell]]) -> Map | None:
    places = _coordinates(columns)
    if places is None:
        return None
    amount = _amount(columns, numeric)
    dots = []
    for row in rows[:MOST_DOTS]:
        latitude, longitude = (_value(row[i]) for i in places)
        first = next((cell for cell in row if cell.iri), None)
        text = next((cell.text for cell in row if cell.text and not cell.number), "")
        count = _value(row[amount]) if amount is not None else None
        iri = first.iri if first else ""
        name = text or (first.name if first else "") or iri
        items = int(count) if count is not None else None
        dots.append(LibraryCard(iri, "", Link(name), "", _short(name, _PLACE), latitude, longitude, items=items))
    return draw(dots)


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _end(iri: str) -> str:
    return iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]
