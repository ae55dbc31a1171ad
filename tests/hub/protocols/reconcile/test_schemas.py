"""Every answer of both versions against what the specifications ask, in our words and in the group's own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from referencing import Registry, Resource

from tests.hub.protocols.reconcile import constraints
from tests.hub.protocols.reconcile.conftest import Ask, Served
from tests.hub.protocols.reconcile.shelf import KIEU_ISBN

_QUERIES_02 = {
    "q0": {"query": "Truyện Kiều", "type": "Work", "limit": 5, "properties": [{"pid": "author", "v": "Nguyễn Du"}]},
    "q1": {"query": "Nguyễn Du"},
    "q2": {"query": KIEU_ISBN, "type": ["Instance", "Work"], "type_strict": "any"},
    "q3": {"query": "không có gì như thế này cả"},
    "q4": {"properties": [{"pid": "isbn", "v": [KIEU_ISBN, 5]}]},
    "q5": {"query": "Thư viện tỉnh Huế", "type": "Library"},
    "q6": {"query": "Poetry", "type": "Concept"},
}
_QUERIES_10 = {
    "queries": [
        {"type": "Work", "limit": 5, "conditions": [{"matchType": "name", "propertyValue": "Truyện Kiều"}]},
        {"conditions": [{"matchType": "name", "propertyValue": ["Nguyễn Du", "Tố Như"], "matchQuantifier": "any"}]},
        {
            "type": "Instance",
            "conditions": [
                {"matchType": "name", "propertyValue": "Truyện Kiều", "required": True},
                {"matchType": "property", "propertyId": "date", "propertyValue": 2015, "required": True},
            ],
        },
    ]
}
_IDS = """
isbn title author date publisher place edition language library subject shelfmark extent work instance birth death
variant works broader code group website latitude sameAs uri unknown
"""
_PROPERTIES = [{"id": p} for p in _IDS.split()]


def _answers(served: Served, ask: Ask) -> dict[str, Any]:
    """One answer of each kind: name of the published schema with its version → answer."""
    made: dict[str, Any] = {}
    ids = [
        ask("Truyện Kiều", "Work", author="Nguyễn Du")[0]["id"],
        ask(KIEU_ISBN, "Instance")[0]["id"],
        ask("Nguyễn Du", "Person")[0]["id"],
        ask("Poetry", "Concept")[0]["id"],
        "libraries/TVH",
        "items/never-given",
    ]
    extend = {"ids": ids, "properties": _PROPERTIES}
    made["0.2 manifest"] = served.get("reconcile").json()
    made["0.2 reconciliation-result-batch"] = httpx.post(
        served.service, data={"queries": json.dumps(_QUERIES_02)}, timeout=30
    ).json()
    made["0.2 data-extension-response"] = httpx.post(
        served.service, data={"extend": json.dumps(extend)}, timeout=30
    ).json()
    made["1.0-draft manifest"] = served.get("reconcile/1.0", lang="en").json()
    made["1.0-draft reconciliation-result-batch"] = httpx.post(
        f"{served.service}/1.0/match", json=_QUERIES_10, timeout=30
    ).json()
    made["1.0-draft data-extension-response"] = httpx.post(
        f"{served.service}/1.0/extend", json=extend, timeout=30
    ).json()
    for version, root in (("0.2", "reconcile"), ("1.0-draft", "reconcile/1.0")):
        made[f"{version} suggest-entities-response"] = served.get(f"{root}/suggest/entity", prefix="Nguyễn").json()
        made[f"{version} suggest-properties-response"] = served.get(f"{root}/suggest/property", prefix="năm").json()
        made[f"{version} suggest-types-response"] = served.get(f"{root}/suggest/type", prefix="").json()
        made[f"{version} data-extension-property-proposal"] = served.get(
            f"{root}/extend/propose", type="Instance", limit="3"
        ).json()
    return made


_OURS = {
    "0.2 manifest": constraints.MANIFEST_02,
    "0.2 reconciliation-result-batch": constraints.RESULTS_02,
    "0.2 data-extension-response": constraints.EXTENSION_02,
    "1.0-draft manifest": constraints.MANIFEST_10,
    "1.0-draft reconciliation-result-batch": constraints.RESULTS_10,
    "1.0-draft data-extension-response": constraints.EXTENSION_10,
    **{
        f"{version} {name}": schema
        for version in ("0.2", "1.0-draft")
        for name, schema in (
            ("suggest-entities-response", constraints.SUGGEST_ENTITY),
            ("suggest-properties-response", constraints.SUGGEST_PROPERTY),
            ("suggest-types-response", constraints.SUGGEST_TYPE),
            ("data-extension-property-proposal", constraints.PROPOSED),
        )
    },
}


def _first(results: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = results["results"][0]["candidates"][0]
    return found


@pytest.fixture(scope="module")
def answers(served: Served, ask: Ask) -> dict[str, Any]:
    return _answers(served, ask)


@pytest.mark.parametrize("name", _OURS)
def test_each_answer_has_the_form_that_is_asked(answers: dict[str, Any], name: str) -> None:
    jsonschema.Draft202012Validator(_OURS[name]).validate(answers[name])


def test_the_answers_are_not_empty(answers: dict[str, Any]) -> None:
    batch = answers["0.2 reconciliation-result-batch"]
    assert list(batch) == list(_QUERIES_02)
    assert [bool(batch[key]["result"]) for key in batch] == [True, True, True, False, True, True, True]
    assert all(r["candidates"] for r in answers["1.0-draft reconciliation-result-batch"]["results"])
    rows = answers["0.2 data-extension-response"]["rows"]
    filled = {id.partition("/")[0]: {p for p, found in row.items() if found} for id, row in rows.items()}
    book = {"title", "author", "date", "publisher", "place", "language", "library", "isbn", "uri"}
    assert filled["instances"] == book | {"extent", "shelfmark", "subject", "work"}
    assert filled["works"] == book | {"instance", "subject"}
    assert filled["agents"] == {"title", "birth", "death", "variant", "works", "sameAs", "uri"}
    assert filled["concepts"] == {"title", "works", "uri"}
    assert filled["libraries"] == {"place", "code", "group", "website", "latitude", "uri"}
    assert not any(rows["items/never-given"].values())
    assert all(answers[n]["result"] for n in answers if "suggest" in n)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("0.2 manifest", lambda a: a.pop("identifierSpace")),
        ("0.2 manifest", lambda a: a["view"].update(url="http://x/{id}")),
        ("0.2 reconciliation-result-batch", lambda a: a["q0"]["result"][0].pop("score")),
        ("0.2 reconciliation-result-batch", lambda a: a["q0"]["result"][0].update(score=101)),
        ("1.0-draft manifest", lambda a: a.pop("view")),
        (
            "1.0-draft reconciliation-result-batch",
            lambda a: _first(a)["features"][0].pop("name"),
        ),
        ("1.0-draft data-extension-response", lambda a: a["rows"][0].pop("id")),
    ],
)
def test_the_constraints_can_fail(answers: dict[str, Any], name: str, spoil: Any) -> None:
    spoiled = json.loads(json.dumps(answers[name]))
    spoil(spoiled)
    assert not jsonschema.Draft202012Validator(_OURS[name]).is_valid(spoiled)


@pytest.mark.conformance
@pytest.mark.skipif("BIBHUB_RECONCILIATION" not in os.environ, reason="BIBHUB_RECONCILIATION names no specifications")
@pytest.mark.parametrize("name", _OURS)
def test_each_answer_fits_the_published_schema(answers: dict[str, Any], name: str) -> None:
    version, _, file = name.partition(" ")
    folder = Path(os.environ["BIBHUB_RECONCILIATION"]) / version / "schemas"
    schemas = {path.name: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    base = schemas[f"{file}.json"]["$id"].rpartition("/")[0]
    # The schemas name no draft ("http://json-schema.org/schema#"): read as 2019-09, whose keywords they use.
    found = {
        f"{base}/{n}": Resource.from_contents({**s, "$schema": "https://json-schema.org/draft/2019-09/schema"})
        for n, s in schemas.items()
    }
    # A schema of another body, for authentication, which the hub does not have.
    found["http://swagger.io/v2/schema.json"] = Resource.from_contents(
        {"$schema": "https://json-schema.org/draft/2019-09/schema"}
    )
    schema = {k: v for k, v in schemas[f"{file}.json"].items() if k != "$schema"}
    jsonschema.Draft201909Validator(schema, registry=Registry().with_resources(found.items())).validate(answers[name])
