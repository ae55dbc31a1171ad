"""The demo loaded from end to end: what the hub finds out about editions, against what its source knows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.cli.main import main
from hub.demo.build import records_by_edition

BF = "PREFIX bf: <http://id.loc.gov/ontologies/bibframe/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
Ask = Callable[[str], list[dict[str, str]]]


@pytest.fixture
def ask(folder: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    def rows(query: str) -> list[dict[str, str]]:
        capsys.readouterr()
        assert main(["--data", str(folder), "query", "--format", "json", BF + query]) == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return [{name: term["value"] for name, term in row.items()} for row in answer["results"]["bindings"]]

    return rows


def test_one_edition_is_one_instance(ask: Ask) -> None:
    instance_of: dict[tuple[str, str], str] = {}
    for row in ask("SELECT ?i ?r { ?i a bf:Instance ; bf:derivedFrom ?r }"):
        _, _, record = row["r"].partition("/records/")
        member, _, number = record.partition("/")
        instance_of[member, number] = row["i"]
    editions: dict[str, set[int]] = defaultdict(set)
    whole = 0
    truth = records_by_edition()
    for n, (_, records) in enumerate(truth):
        found = {instance_of[record] for record in records}
        whole += len(found) == 1
        for instance in found:
            editions[instance].add(n)
    mixed = [[truth[n][0].where for n in numbers] for numbers in editions.values() if len(numbers) > 1]
    assert mixed == [], "two editions under one Instance"
    assert whole >= 0.97 * len(truth), f"only {whole} of {len(truth)} editions are one Instance each"


def test_who_holds_an_edition_of_this_work_in_which_language_under_which_call_number(ask: Ask) -> None:
    found = ask(
        "SELECT DISTINCT ?library ?language ?mark {"
        ' ?hub a bf:Hub ; bf:title/bf:mainTitle "Truyện Kiều" . ?work bf:expressionOf ?hub ; bf:language ?language ;'
        " bf:hasInstance/bf:hasItem ?item . ?item bf:heldBy ?library ; bf:shelfMark/rdfs:label ?mark }"
    )
    libraries = {row["library"].rpartition("/")[2] for row in found}
    languages = {row["language"].rpartition("/")[2] for row in found}
    assert {"VN-NLV", "VN-VNU", "VN-GSL"} <= libraries
    assert {"eng", "fre", "chi", "jpn", "kor", "ger", "rus"} <= languages
    assert all(row["mark"].startswith("895.922") for row in found)


def test_every_copy_is_an_item_of_its_library(ask: Ask) -> None:
    counted: dict[str, int] = defaultdict(int)
    for row in ask("SELECT ?l (COUNT(?t) AS ?n) { ?t a bf:Item ; bf:heldBy ?l } GROUP BY ?l"):
        counted[row["l"].rpartition("/")[2][:6]] += int(row["n"])
    copies: dict[str, int] = defaultdict(int)
    for edition, records in records_by_edition():
        for (member, _), (_, number) in zip(records, edition.holders, strict=True):
            copies[member] += 1 if edition.get("type", "am")[1] == "s" and member == "VN-GSL" else number
    assert counted["VN-NLV"] == copies["VN-NLV"]
    assert counted["VN-CON"] == copies["VN-CON"]
    assert counted["VN-GSL"] == copies["VN-GSL"]
    assert counted["VN-VNU"] == copies["VN-VNU"]
    dirty, run_of_a_newspaper = 13, 1
    assert counted["VN-BNP"] == copies["VN-BNP"] + dirty + run_of_a_newspaper
