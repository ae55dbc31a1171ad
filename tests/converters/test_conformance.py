"""The converter beside LC's marc2bibframe2 3.1.0, on real records.

The data is not part of the project: BIBHUB_REFERENCE names a folder with ``NAME.xml.gz`` (MARCXML), ``NAME.ref.nt.gz``
(the reference's graph), ``facts.json`` and its inputs under ``xspec/``. Deliberate differences and what they cost
stand in docs/decisions/0010 to 0012.
"""

from __future__ import annotations

import gzip
import json
import os
from itertools import islice
from pathlib import Path

import pytest
from rdflib import Graph
from reference_comparison import Side, agreement, spelled

from converters import Profile, convert
from converters.bibframe.term_labels import labels_of
from converters.marc import Damaged, read
from converters.profile import DEFAULT_PROFILE, record_key
from tests.application_profile import findings

FOLDER = Path(os.environ.get("BIBHUB_REFERENCE", "."))
ROOTS = r"^https://hub/(?P<role>work|instance)s/(?P<key>.*)$"
THEIRS = r"^http://bib\.example/(?P<key>[^/#]+)#(?P<role>Work|Instance)$"
ITEMS = "http://id.loc.gov/ontologies/bibframe/hasItem"

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.timeout(600),
    pytest.mark.skipif("BIBHUB_REFERENCE" not in os.environ, reason="BIBHUB_REFERENCE names no reference data"),
]


def converted(path: Path, profile: Profile = DEFAULT_PROFILE, limit: int | None = None) -> list[str]:
    """Each record of a file as N-Triples."""
    texts = []
    labelled: set[str] = set()
    with path.open("rb") as stream:
        for found in islice(read(stream), limit):
            assert not isinstance(found, Damaged)
            frame, record = found
            description = convert(record, profile, key=record_key(frame, record, profile))
            text = description.ntriples("https://hub/")
            description.release()
            texts.append(text + labels_of(text, labelled))
    return texts


@pytest.mark.parametrize(("name", "bundles"), [("dataset693", 0.92), ("koha1000", 0.92)])
def test_agreement_with_the_reference(name: str, bundles: float) -> None:
    """Items are left out of precision: the reference has next to none, and ours are a gain (decision 12)."""
    ours = "".join(converted(FOLDER / f"{name}.xml.gz")).encode()
    theirs = gzip.decompress((FOLDER / f"{name}.ref.nt.gz").read_bytes())
    reference = Side(theirs, THEIRS, "http://bib.example/").records()
    found = agreement(reference, Side(ours, ROOTS, "https://hub/").records())
    assert found.path_recall >= 0.97, found
    assert found.bundle_recall >= bundles, found
    without = {"http://id.loc.gov/ontologies/bflc/marcKey", ITEMS}
    left = Side(ours, ROOTS, "https://hub/", ignored=without).records()
    assert (
        agreement(Side(theirs, THEIRS, "http://bib.example/", ignored=without).records(), left).path_precision >= 0.95
    )


def test_facts_of_the_reference_tests() -> None:
    """1,183 facts of LC's own tests, written for release 2.10; release 3.1.0 holds 96.2 % of them itself."""
    facts = json.loads((FOLDER / "facts.json").read_text("utf-8"))
    holding: dict[str, set[tuple[str | None, str, str]]] = {}
    held = 0
    for fact in facts:
        if fact["data"] not in holding:
            data = "".join(converted(FOLDER / "xspec" / fact["data"])).encode()
            holding[fact["data"]] = _stated(Side(data, ROOTS, "https://hub/", ignored=()))
        held += (fact["role"], fact["path"], fact["value"]) in holding[fact["data"]]
    assert held / len(facts) >= 0.95


def _stated(side: Side) -> set[tuple[str | None, str, str]]:
    """Every statement, without language and datatype, of its role and of any, also by the end of its path."""
    found: set[tuple[str | None, str, str]] = set()
    for said in side.records().values():
        for role, path, value in {*said.own, *said.others}:
            if value[0] == '"':
                value = value[: value.rindex('"')]
            elif path.rpartition("/")[2] == "a":
                path, value = f"{path[:-1]}rdf:type", f"<{spelled(value)}>"
            steps = path.split("/")
            found |= {(role, path, value), *((None, "/".join(steps[n:]), value) for n in range(len(steps)))}
    return found


def test_real_records_keep_to_the_application_profile() -> None:
    """1,000 real records, converted as a member's, against the shapes that the hub's graph is held to."""
    for name in ("dataset693", "koha1000"):
        texts = converted(FOLDER / f"{name}.xml.gz", Profile(organization="VN-X"), limit=500)
        graph = Graph().parse(data="".join(texts), format="nt")
        assert [found for found in findings(graph) if found[0]] == [], name
