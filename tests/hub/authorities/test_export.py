"""The authority file as MARC, MADS/RDF and SKOS: one heading one record, all its forms, nothing private."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, Graph, Namespace, URIRef

from converters.marc import frames, parse
from converters.marc.record import Record
from hub import authorities
from hub.authorities.export import export
from hub.search import Headings
from tests.hub.authorities.catalogue import AUTHORITY, ids, open_hub, project, send

MADS = Namespace("http://www.loc.gov/mads/rdf/v1#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
BASE = "http://hub.example/"


class File:
    """The authority file of a small hub."""

    def __init__(self, folder: Path) -> None:
        self.settings, self.registry = open_hub(folder)
        # A second library has its own authority record of one heading, with a note that is not for the public.
        other = "001 z1\n003 VN-B\n008 090422n||aznnnaabn          |a ana     c\n100 1# $aNguyễn, Du,$d1765-1820"
        send(self.registry, "B", [other + "\n400 0# $aThanh Hiên\n400 0# $aTố Như\n667 ## $aBí mật"], leader=AUTHORITY)
        self.headings = Headings(self.settings.data)
        project(self.settings, self.registry)
        with self.registry.write() as connection:
            du = ids(self.headings, {"du": "Nguyễn, Du, 1765-1820"})["du"]
            how: dict[str, Any] = {"by": "x", "at": 1_800_000_000}
            number = authorities.propose(connection, "variant", member=None, entity=du, form="Hồng Sơn liệp hộ", **how)
            authorities.accept(connection, number, **how)
        project(self.settings, self.registry)
        self.ids = ids(self.headings, {"du": "Nguyễn, Du, 1765-1820", "tho": "Thơ", "rev": "Cách mạng"})

    def written(self, form: str, **how: Any) -> bytes:
        return b"".join(export(self.registry, self.headings, BASE, form, **how))

    def records(self, form: str, **how: Any) -> dict[str, Record]:
        found = [parse(f.data, f.format) for f in frames(io.BytesIO(self.written(form, **how)))]  # type: ignore[union-attr]
        return {r.control("001"): r for r in found}

    def graph(self, form: str, **how: Any) -> Graph:
        return Graph().parse(data=self.written(form, **how), format="nt")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[File]:
    made = File(tmp_path_factory.mktemp("file") / "hub")
    yield made
    made.registry.close()


@pytest.mark.parametrize("form", ["mrc", "xml"])
def test_one_marc_record_for_a_heading_with_what_all_say(file: File, form: str) -> None:
    records = file.records(form)
    assert len(records) == 4, "four headings are established"
    record = records[file.ids["du"]]
    assert record.kind == "authority"
    assert [repr(f) for f in record.all("100")] == ["100 1# $aNguyễn, Du,$d1765-1820"]
    forms = [" ".join(f.all("ad")) for f in record.all("400")]
    assert sorted(forms) == ["Hồng Sơn liệp hộ", "Nguyen, Du, 1765-1820", "Thanh Hiên", "Tố Như"]
    assert set(record.values("035", "a")) == {"(A)a1", "(B)z1", "(authority-file)h000001"}
    assert list(record.values("024", "a")) == [f"{BASE}agents/{file.ids['du']}"]
    assert not record.all("667"), "what is not for the public stays with the member"


def test_the_whole_list_has_headings_without_authority_marked_as_incomplete(file: File) -> None:
    assert file.ids["rev"] not in file.records("mrc")
    record = file.records("mrc", schemes=("subjects",), whole=True)[file.ids["rev"]]
    assert record.leader[17] == "o"
    assert [repr(f) for f in record.all("150")] == ["150 ## $aCách mạng"]


def test_mads_has_class_label_variants_and_list(file: File) -> None:
    graph = file.graph("mads.nt")
    du = URIRef(f"{BASE}agents/{file.ids['du']}")
    assert {MADS.PersonalName, MADS.Authority} <= set(graph.objects(du, RDF.type))
    assert [str(o) for o in graph.objects(du, MADS.authoritativeLabel)] == ["Nguyễn, Du, 1765-1820"]
    variants = {str(graph.value(n, MADS.variantLabel)) for n in graph.objects(du, MADS.hasVariant)}
    assert {"Tố Như", "Hồng Sơn liệp hộ", "Thanh Hiên"} <= variants
    assert URIRef(f"{BASE}authorities/names") in set(graph.objects(du, MADS.isMemberOfMADSScheme))
    assert {p for _, p, _ in graph if str(p).startswith("http://id.loc.gov/ontologies/bibframe/")} == set()


def test_skos_is_consistent(file: File) -> None:
    graph = file.graph("skos.nt", whole=True)
    concepts = set(graph.subjects(RDF.type, SKOS.Concept))
    assert len(concepts) >= 8
    for concept in concepts:
        preferred = list(graph.objects(concept, SKOS.prefLabel))
        assert len({p.language for p in preferred}) == len(preferred) >= 1, "one label a language (SKOS S14)"
        assert set(preferred).isdisjoint(graph.objects(concept, SKOS.altLabel)), "SKOS S13"
    du = URIRef(f"{BASE}agents/{file.ids['du']}")
    assert "Hồng Sơn liệp hộ" in {str(o) for o in graph.objects(du, SKOS.altLabel)}


def test_the_command_writes_the_same(file: File, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from hub.cli.main import main

    file.registry.close()
    code = main(["--data", str(file.settings.data), "authorities", "export", "--format", "mrc", "--list", "names"])
    assert code == 0
    out = capfdbinary.readouterr().out
    assert len(list(frames(io.BytesIO(out)))) == 3
