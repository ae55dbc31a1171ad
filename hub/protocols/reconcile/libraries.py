"""Libraries: few, so all of them are compared; by code, name (both languages) and place."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, RowMapping, select

from hub.identity.features.text import strict
from hub.protocols.reconcile.query import Candidate, Query
from hub.protocols.reconcile.score import agreement, likeness, satisfied, tones_differ, total
from hub.registry.schema import library

_WORTH = 20.0
"""The least score of a library that is worth showing."""


def library_rows(connection: Connection) -> list[RowMapping]:
    """All libraries of the hub."""
    return list(connection.execute(select(library).order_by(library.c.code)).mappings())


def library_names(rows: list[RowMapping]) -> dict[str, str]:
    """Code of a library by its code and by its names in strict form."""
    found: dict[str, str] = {}
    for row in rows:
        for name in (row["name_vi"], row["name_en"]):
            found.setdefault(strict(name), row["code"])
    return found | {row["code"]: row["code"] for row in rows}


def find_libraries(rows: list[RowMapping], query: Query, language: str) -> list[Candidate]:
    """Candidates for a library, best first; ``language`` (vi, en) of the names given back."""
    asked = strict(query.text)
    made = []
    for row in rows:
        names = [strict(row["name_vi"]), strict(row["name_en"])]
        judged: dict[str, float | None] = {}
        if asked:
            by_code = strict(row["code"]) == asked
            judged["code" if by_code else "name"] = 1.0 if by_code else max(likeness(n, asked) for n in names)
        for c in query.conditions:
            judged[c.property] = agreement(c, partial(_agrees, row, c.property))
        features = {n: round(v, 3) for n, v in judged.items() if v is not None}
        made.append(
            Candidate(
                f"libraries/{row['code']}",
                row["name_vi"] if language == "vi" else row["name_en"],
                ("Library",),
                total(judged),
                {**features, **({"tones": False} if all(tones_differ(n, asked) for n in names) else {})},
                " · ".join(part for part in (row["code"], row["place"]) if part),
            )
        )
    made = [c for c in made if c.score >= _WORTH and satisfied(query.conditions, {**c.features})]
    made.sort(key=lambda c: (-c.score, c.id))
    certain = [c for c in made if max(c.features.get("name", 0.0), c.features.get("code", 0.0)) >= 1.0]
    if len(certain) == 1 and not any(type(v) is float and v < 0 for v in certain[0].features.values()):
        certain[0].match = True
    return made


def _agrees(row: RowMapping, name: str, text: str) -> float | None:
    match name:
        case "code":
            return 1.0 if strict(text) == strict(row["code"]) else -1.0
        case "place":
            known = strict(row["place"] or "")
            return None if not known else 1.0 if strict(text) == known else likeness(known, strict(text)) - 0.5
    return None
