"""What the specifications ask of answers, in our words as JSON Schema, and stricter: no field that they do not name.

Sources: Reconciliation Service API 0.2 §§3–7 (W3C Community Group final report) and the 1.0 draft of the same group.
The group's own schemas are not shipped; BIBHUB_RECONCILIATION names a checkout of them (test_schemas.py).
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
URL: Schema = {"type": "string", "pattern": "^https?://"}


def record(required: Schema, optional: Schema | None = None) -> Schema:
    """An object with these fields and no other."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def many(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


_NAMED = record({"id": TEXT, "name": TEXT})
_TYPE = record({"id": TEXT, "name": TEXT}, {"broader": many(_NAMED, minItems=1)})
_VALUE: Schema = {
    "oneOf": [
        record({"id": TEXT, "name": TEXT}),
        record({"str": TEXT}),
        record({"int": {"type": "integer"}}),
        record({"float": {"type": "number"}}),
    ]
}
_META = many(record({"id": TEXT, "name": TEXT}, {"type": _NAMED}))
_SCORE: Schema = {"type": "number", "minimum": 0, "maximum": 100}
_FEATURE_VALUE: Schema = {"type": ["number", "boolean"]}


def _candidate(feature: Schema) -> Schema:
    fields = {
        "id": TEXT,
        "name": TEXT,
        "score": _SCORE,
        "match": {"type": "boolean"},
        "type": many(_NAMED, minItems=1),
        "features": many(feature),
    }
    return record(fields, {"description": TEXT})


_CANDIDATE_02 = _candidate(record({"id": TEXT, "value": _FEATURE_VALUE}))
_CANDIDATE_10 = _candidate(record({"id": TEXT, "name": TEXT, "value": _FEATURE_VALUE}))
_PATH = record(
    {"service_url": URL, "service_path": {"type": "string", "pattern": "^/"}},
    {"flyout_service_path": {"type": "string", "pattern": r"^/.*\$\{id\}"}},
)
_TEMPLATE_02 = record({"url": {"type": "string", "pattern": r"^https?://[^{}]*\{\{id\}\}[^{}]*$"}})
_TEMPLATE_10 = record({"url": {"type": "string", "pattern": r"^https?://[^{}]*\{\+?id\}[^{}]*$"}})
_SIZE: Schema = {"type": "integer", "minimum": 1}

MANIFEST_02 = record(
    {
        "versions": many(TEXT, contains={"const": "0.2"}),
        "name": TEXT,
        "identifierSpace": URL,
        "schemaSpace": URL,
        "defaultTypes": many(_TYPE, uniqueItems=True),
        "documentation": URL,
        "logo": URL,
        "serviceVersion": TEXT,
        "view": _TEMPLATE_02,
        "feature_view": _TEMPLATE_02,
        "preview": record({**_TEMPLATE_02["properties"], "width": _SIZE, "height": _SIZE}),
        "suggest": record({"entity": _PATH, "property": _PATH, "type": _PATH}),
        "extend": record({"propose_properties": _PATH, "property_settings": many({}, maxItems=0)}),
        "batchSize": _SIZE,
    }
)
MANIFEST_10 = record(
    {
        "versions": many(TEXT, contains={"const": "1.0-draft"}),
        "name": TEXT,
        "lang": {"enum": ["vi", "en"]},
        "dir": {"const": "ltr"},
        "defaultTypes": many(_TYPE, uniqueItems=True),
        "documentation": URL,
        "logo": URL,
        "serviceVersion": TEXT,
        "view": _TEMPLATE_10,
        "featureView": _TEMPLATE_10,
        "preview": record({"width": _SIZE, "height": _SIZE}),
        "suggest": record({"entity": {"const": True}, "property": {"const": True}, "type": {"const": True}}),
        "extend": record({"proposeProperties": {"const": True}, "propertySettings": many({}, maxItems=0)}),
        "batchSize": _SIZE,
        "standardizedScore": {"const": True},
    }
)
RESULTS_02: Schema = {"type": "object", "additionalProperties": record({"result": many(_CANDIDATE_02)})}
RESULTS_10 = record({"results": many(record({"candidates": many(_CANDIDATE_10)}))})
SUGGEST_ENTITY = record(
    {"result": many(record({"id": TEXT, "name": TEXT, "notable": many(_NAMED)}, {"description": TEXT}))}
)
SUGGEST_PROPERTY = record({"result": many(record({"id": TEXT, "name": TEXT, "description": TEXT}))})
SUGGEST_TYPE = record({"result": many(_TYPE)})
FLYOUT = record({"id": TEXT, "html": TEXT})
PROPOSED = record(
    {"type": {"type": "string"}, "properties": many(record({"id": TEXT, "name": TEXT, "description": TEXT}))},
    {"limit": _SIZE},
)
EXTENSION_02 = record(
    {
        "meta": _META,
        "rows": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": many(_VALUE)}},
    }
)
EXTENSION_10 = record(
    {
        "meta": _META,
        "rows": many(record({"id": TEXT, "properties": many(record({"id": TEXT, "values": many(_VALUE)}))})),
    }
)
