"""The words of the protocol: API 0.2 (final report, 2023) and the 1.0 draft of the W3C Entity Reconciliation group.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/ ·
https://reconciliation-api.github.io/specs/draft/
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from hub.protocols.reconcile.query import (
    LIMIT,
    LONGEST_TEXT,
    MOST_CANDIDATES,
    MOST_CONDITIONS,
    MOST_VALUES,
    Candidate,
    Condition,
    Quantifier,
    Query,
)
from hub.protocols.reconcile.vocabulary import FEATURES, TYPES, Property, Type, property_id

BATCH = 50
"""Queries of one batch."""
MOST_IDS = 200
"""Entities of one data extension query."""
MOST_PROPERTIES = 40
PREVIEW = (430, 300)
"""Width and height of a preview, in pixels."""


class Refused(Exception):
    """A request that cannot be answered: HTTP status and a sentence for who wrote the client."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def read_json(text: str | bytes, what: str) -> Any:
    """A JSON value. Raises Refused when it is none, or one nested too deep."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(400, f"{what} is not JSON: {error}") from error


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused(400, f"{what} must be a JSON object")
    return value


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise Refused(400, f"{what} must be a string")
    if len(value) > LONGEST_TEXT:
        raise Refused(400, f"{what} has {len(value):,} characters; {LONGEST_TEXT:,} are allowed")
    return value


def _array(value: Any, what: str, most: int, status: int = 400) -> list[Any]:
    if not isinstance(value, list):
        raise Refused(400, f"{what} must be an array")
    if len(value) > most:
        raise Refused(status, f"{what} has {len(value):,} members; {most} are allowed")
    return value


def _limit(value: Any) -> int:
    if value is None:
        return LIMIT
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 1 or value != value // 1:
        raise Refused(400, "limit must be a positive whole number")
    return min(int(value), MOST_CANDIDATES)


def _values(given: Any, what: str) -> tuple[str, ...]:
    """Property values as texts; an entity by its id where that is the hub's, else by its name."""
    many = _array(given, what, MOST_VALUES) if isinstance(given, list) else [given]
    found = []
    for value in many:
        if isinstance(value, dict):
            value = value.get("id") or value.get("name")
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, int | float):
            value = f"{value:.15g}"
        if value is None or value == "":
            continue
        found.append(_text(value, what))
    return tuple(found)


def queries_of_02(text: str) -> dict[str, Query]:
    """A 0.2 query batch: key → query. Raises Refused (413 for a batch that is too long)."""
    batch = _object(read_json(text, "queries"), "queries")
    if len(batch) > BATCH:
        raise Refused(413, f"the batch has {len(batch):,} queries; {BATCH} are allowed (batchSize)")
    found = {}
    for key, value in batch.items():
        query = _object(value, f"query {key!r}")
        types = query.get("type") or []
        types = [types] if isinstance(types, str) else _array(types, "type", MOST_VALUES)
        conditions = []
        for given in _array(query.get("properties") or [], "properties", MOST_CONDITIONS):
            given = _object(given, "a property")
            # OpenRefine has sent "p" and "pid" at times; the specification knows "pid".
            name = property_id(_text(given.get("pid") or given.get("p") or "", "pid"))
            if values := _values(given.get("v"), f"the value of {name}"):
                conditions.append(Condition(name, values))
        words = _text(query.get("query") or "", "query")
        if not words.strip() and not conditions:
            raise Refused(400, f"query {key!r} has neither query nor properties")
        found[key] = Query(
            words.strip(),
            tuple(_text(_type_id(t), "type") for t in types),
            tuple(conditions),
            limit=_limit(query.get("limit")),
        )
    return found


def _type_id(value: Any) -> Any:
    return value.get("id", "") if isinstance(value, dict) else value


def queries_of_10(body: bytes) -> list[Query]:
    """A 1.0 query batch. Raises Refused (413 for a batch that is too long)."""
    batch = _object(read_json(body, "the body"), "the body")
    if "queries" not in batch:
        raise Refused(400, "the body must have the field queries")
    found = []
    for number, given in enumerate(_array(batch["queries"], "queries", BATCH, 413)):
        query = _object(given, f"query {number}")
        given_conditions = _array(query.get("conditions"), f"conditions of query {number}", MOST_CONDITIONS)
        if not given_conditions:
            raise Refused(400, f"query {number} has no conditions")
        kind = query.get("type")
        types = (_text(kind, "type"),) if kind else ()
        found.append(_query_10(given_conditions, types, _limit(query.get("limit"))))
    return found


def _query_10(given: Iterable[Any], types: tuple[str, ...], limit: int) -> Query:
    names: list[str] = []
    never: list[str] = []
    ids: list[str] = []
    conditions = []
    named = False
    for value in given:
        condition = _object(value, "a condition")
        kind = condition.get("matchType")
        quantifier = condition.get("matchQuantifier") or "any"
        if quantifier not in ("any", "all", "none"):
            raise Refused(400, "matchQuantifier must be any, all or none")
        values = _values(condition.get("propertyValue"), "propertyValue")
        required = condition.get("required") is True
        match kind:
            case "name":
                (never if quantifier == "none" else names).extend(v.strip() for v in values if v.strip())
                named = named or (required and quantifier != "none")
            case "id":
                ids += values
            case "property":
                name = property_id(_text(condition.get("propertyId"), "propertyId"))
                conditions.append(Condition(name, values, required, cast(Quantifier, quantifier)))
            case _:
                raise Refused(400, "matchType must be name, id or property")
    text, *others = names or [""]
    return Query(text, types, tuple(conditions), tuple(ids), limit, tuple(others), tuple(never), named)


def result_02(candidates: Sequence[Candidate], language: str) -> dict[str, Any]:
    """The candidates of one query as 0.2 writes them."""
    return {"result": [_candidate(c, language) for c in candidates]}


def result_10(candidates: Sequence[Candidate], language: str) -> dict[str, Any]:
    """The candidates of one query as 1.0 writes them: features have names."""
    found = []
    for c in candidates:
        made = _candidate(c, language)
        made["features"] = [{**f, "name": feature_name(f["id"], language)} for f in made["features"]]
        found.append(made)
    return {"candidates": found}


def _candidate(c: Candidate, language: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": c.id,
        "name": c.name,
        "score": c.score,
        "match": c.match,
        "type": [{"id": t, "name": TYPES[t].name(language)} for t in c.types],
        "features": [{"id": name, "value": value} for name, value in c.features.items()],
    }
    if c.description:
        made["description"] = c.description
    return made


def feature_name(id: str, language: str) -> str:
    """What people call a matching feature."""
    en, vi = FEATURES.get(id, (id, id))
    return vi if language == "vi" else en


def type_object(kind: Type, language: str, *, broader: bool = True) -> dict[str, Any]:
    """A type as manifests and suggestions write it."""
    made: dict[str, Any] = {"id": kind.id, "name": kind.name(language)}
    if broader and kind.broader:
        made["broader"] = [type_object(TYPES[kind.broader], language, broader=False)]
    return made


def property_object(known: Property, language: str) -> dict[str, Any]:
    """A property as suggestions and proposals write it."""
    kinds = ", ".join(t.name(language) for t in TYPES.values() if t.place in known.places and not t.broader)
    return {"id": known.id, "name": known.name(language), "description": kinds}


def manifest_02(base: str, title: str, release: str, language: str) -> dict[str, Any]:
    """The 0.2 service manifest (§4.1); ``base`` is the hub's base URI."""
    root = base.rstrip("/")

    def suggest(what: str) -> dict[str, str]:
        return {
            "service_url": root,
            "service_path": f"/reconcile/suggest/{what}",
            "flyout_service_path": f"/reconcile/flyout/{what}?id=${{id}}",
        }

    width, height = PREVIEW
    return {
        "versions": ["0.1", "0.2"],
        "name": title,
        "identifierSpace": base,
        "schemaSpace": f"{base}reconcile#type-",
        "defaultTypes": [type_object(t, language) for t in TYPES.values()],
        "documentation": f"{base}reconcile",
        "logo": f"{base}static/icon.svg",
        "serviceVersion": release,
        "view": {"url": f"{base}reconcile/view?id={{{{id}}}}"},
        "feature_view": {"url": f"{base}reconcile#feature-{{{{id}}}}"},
        "preview": {"url": f"{base}reconcile/preview?id={{{{id}}}}", "width": width, "height": height},
        "suggest": {what: suggest(what) for what in ("entity", "property", "type")},
        "extend": {
            "propose_properties": {"service_url": root, "service_path": "/reconcile/extend/propose"},
            "property_settings": [],
        },
        "batchSize": BATCH,
    }


def manifest_10(base: str, title: str, release: str, language: str) -> dict[str, Any]:
    """The 1.0-draft service manifest; its endpoint is ``/reconcile/1.0``."""
    width, height = PREVIEW
    return {
        "versions": ["1.0-draft"],
        "name": title,
        "lang": language,
        "dir": "ltr",
        "defaultTypes": [type_object(t, language) for t in TYPES.values()],
        "documentation": f"{base}reconcile",
        "logo": f"{base}static/icon.svg",
        "serviceVersion": release,
        "view": {"url": base + "{+id}"},
        "featureView": {"url": f"{base}reconcile#feature-{{id}}"},
        "preview": {"width": width, "height": height},
        "suggest": {"entity": True, "property": True, "type": True},
        "extend": {"proposeProperties": True, "propertySettings": []},
        "batchSize": BATCH,
        "standardizedScore": True,
    }


def extension_query(value: Any) -> tuple[list[str], list[str]]:
    """The ids and property ids of a data extension query (alike in 0.2 and 1.0). Raises Refused."""
    query = _object(value, "the data extension query")
    ids = [_text(i, "an id") for i in _array(query.get("ids"), "ids", MOST_IDS, 413)]
    given = _array(query.get("properties"), "properties", MOST_PROPERTIES, 413)
    return ids, [_text(_object(p, "a property").get("id"), "a property's id") for p in given]


def extension_02(meta: list[dict[str, Any]], rows: Mapping[str, Mapping[str, list[Any]]]) -> dict[str, Any]:
    """A data extension response as 0.2 writes it: rows by id."""
    return {"meta": meta, "rows": rows}


def extension_10(meta: list[dict[str, Any]], rows: Mapping[str, Mapping[str, list[Any]]]) -> dict[str, Any]:
    """A data extension response as 1.0 writes it: rows as an array."""
    return {
        "meta": meta,
        "rows": [
            {"id": id, "properties": [{"id": name, "values": values} for name, values in row.items()]}
            for id, row in rows.items()
        ],
    }
