"""Proposals take effect: a form is found and linked, a merge redirects, a new heading stands; and back again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from sqlalchemy import select

from hub import authorities, wiring
from hub.authorities import BadProposal
from hub.registry import Registry, schema
from hub.search import Headings
from hub.search.headings import Narrowed
from hub.settings import Settings
from tests.hub.authorities.catalogue import ids, open_hub, project, send

AT = 1_800_000_000


class Desk:
    """A filled hub and what its people do."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self.settings, self.registry = settings, registry
        self.headings = Headings(settings.data)
        self.project()
        labels = {
            "du": "Nguyễn, Du, 1765-1820",
            "ho": "Hồ Chí Minh, 1890-1969",
            "thanh": "Nguyễn, Tất Thành, 1890-1969",
        }
        self.ids = ids(self.headings, labels | {"mai": "Đặng Thai Mai", "mái": "Đặng Thái Mai", "rev": "Cách mạng"})

    def project(self) -> None:
        project(self.settings, self.registry)

    def propose(self, kind: str, **given: Any) -> int:
        with self.registry.write() as connection:
            return authorities.propose(connection, kind, member="B", by="thử (B)", at=AT, **given)

    def accept(self, number: int) -> authorities.Proposal:
        with self.registry.write() as connection:
            found = authorities.accept(connection, number, by="office", at=AT)
        self.project()
        return found

    def undo(self, number: int) -> None:
        with self.registry.write() as connection:
            authorities.undo(connection, number, by="office", at=AT)
        self.project()

    def entity(self, number: str) -> Any:
        with self.registry.read() as connection:
            return connection.execute(select(schema.entity).where(schema.entity.c.id == number)).one()

    def authors(self) -> dict[str, str]:
        """Title → id of the agent of each Work, as the graph has it."""
        generation = wiring.generations(self.settings).current()
        assert generation is not None
        rows = ox.Store.read_only(str(generation.path)).query(
            "PREFIX bf: <http://id.loc.gov/ontologies/bibframe/> SELECT ?t ?a WHERE { ?w a bf:Work ; "
            "bf:title/bf:mainTitle ?t ; bf:contribution/bf:agent ?a }"
        )
        return {row["t"].value: row["a"].value.rpartition("/")[2] for row in rows}  # type: ignore[union-attr,index]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(*open_hub(tmp_path / "hub"))
    yield made
    made.registry.close()


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A hub in which nothing is accepted."""
    made = Desk(*open_hub(tmp_path_factory.mktemp("quiet") / "hub"))
    yield made
    made.registry.close()


def test_a_merge_redirects_and_lasts_over_a_reload(desk: Desk) -> None:
    number = desk.propose("merge", entity=desk.ids["mái"], other=desk.ids["mai"], reason="một người")
    assert desk.entity(desk.ids["mai"]).state == "live", "nothing happens before the office says so"
    desk.accept(number)
    gone = desk.entity(desk.ids["mai"])
    assert (gone.state, gone.replaced_by) == ("merged", desk.ids["mái"])
    assert desk.authors()["Văn thơ cách mạng"] == desk.ids["mái"]
    found = desk.headings.labelled("Đặng Thai Mai")
    assert found is not None
    assert (found.id, found.label, found.uses) == (desk.ids["mái"], "Đặng Thái Mai", 3)
    book = "001 c9\n008 150101s2006####vm############000#0#vie##\n100 0# $aĐặng Thai Mai\n245 10 $aSách khác"
    send(desk.registry, "B", [book])
    desk.project()
    assert desk.authors()["Sách khác"] == desk.ids["mái"]
    desk.undo(number)
    assert desk.entity(desk.ids["mai"]).state == "live"
    assert desk.authors()["Sách khác"] == desk.ids["mai"]
    assert desk.authors()["Văn học khái luận"] == desk.ids["mái"]


def test_two_established_headings_become_one_with_one_label(desk: Desk) -> None:
    desk.accept(desk.propose("merge", entity=desk.ids["ho"], other=desk.ids["thanh"]))
    assert desk.entity(desk.ids["thanh"]).replaced_by == desk.ids["ho"]
    assert desk.authors()["Đường kách mệnh"] == desk.ids["ho"]
    found = desk.headings.labelled("Nguyễn, Tất Thành, 1890-1969")
    assert found is not None
    assert found.label == "Hồ Chí Minh, 1890-1969"
    assert set(found.forms) == {"Nguyễn, Ái Quốc, 1890-1969", "Nguyễn, Tất Thành, 1890-1969"}
    generation = wiring.generations(desk.settings).current()
    assert generation is not None
    labels = ox.Store.read_only(str(generation.path)).query(
        f"SELECT ?l WHERE {{ <http://hub.example/agents/{desk.ids['ho']}> "
        "<http://www.w3.org/2004/02/skos/core#prefLabel> ?l }"
    )
    assert [row["l"].value for row in labels] == ["Hồ Chí Minh, 1890-1969"]  # type: ignore[union-attr,index]


def test_merges_follow_each_other(desk: Desk) -> None:
    desk.accept(desk.propose("merge", entity=desk.ids["mái"], other=desk.ids["mai"]))
    desk.accept(desk.propose("merge", entity=desk.ids["du"], other=desk.ids["mái"]))
    assert desk.authors()["Văn thơ cách mạng"] == desk.ids["du"]
    assert desk.authors()["Văn học khái luận"] == desk.ids["du"]


def test_a_form_is_found_linked_and_taken_back(desk: Desk) -> None:
    number = desk.propose("variant", entity=desk.ids["du"], form="Thanh Hiên", source="Từ điển văn học, 2004")
    done = desk.accept(number)
    assert done.record == "h000001"
    found = desk.headings.labelled("thanh hiên")
    assert found is not None
    assert found.id == desk.ids["du"]
    send(
        desk.registry,
        "B",
        ["001 c8\n008 150101s2006####vm############000#0#vie##\n100 0# $aThanh Hiên\n245 10 $aThi tập"],
    )
    desk.project()
    assert desk.authors()["Thi tập"] == desk.ids["du"], "the form links"
    second = desk.accept(desk.propose("variant", entity=desk.ids["du"], form="Nguyễn, Tố Như,$d1765-1820"))
    assert second.record == "h000001", "one record of the hub's own for one heading"
    desk.undo(number)
    assert desk.authors()["Thi tập"] != desk.ids["du"]
    kept = desk.headings.labelled("Nguyễn, Tố Như, 1765-1820")
    assert kept is not None
    assert kept.id == desk.ids["du"]


def test_a_subject_of_any_vocabulary_gets_forms(desk: Desk) -> None:
    desk.accept(desk.propose("variant", entity=desk.ids["rev"], form="Cuộc cách mạng"))
    found = desk.headings.labelled("Cuộc cách mạng", "subjects")
    assert found is not None
    assert (found.id, found.established, found.source) == (desk.ids["rev"], True, "local")


def test_a_new_heading_is_established(desk: Desk) -> None:
    number = desk.propose("new", heading_kind="person", form="Xuân, Diệu,$d1916-1985", source="Thơ thơ, 1938")
    done = desk.accept(number)
    found = desk.headings.labelled("Xuân, Diệu, 1916-1985", "names")
    assert found is not None
    assert (found.id, found.established, found.kind, found.uses) == (done.entity, True, "PersonalName", 0)
    assert found.marc_keys[0] == "1001 $aXuân, Diệu,$d1916-1985"
    desk.undo(number)
    assert desk.headings.labelled("Xuân, Diệu, 1916-1985") is None
    assert desk.entity(done.entity).state == "withdrawn"


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("split", {}, "bad-proposal"),
        ("new", {"heading_kind": "person", "form": "  "}, "bad-form"),
        ("new", {"heading_kind": "person", "form": "A $9 B $u C"}, "bad-form"),
        ("new", {"heading_kind": "spaceship", "form": "A"}, "bad-form"),
        ("new", {"heading_kind": "topic", "form": "Chủ đề", "vocabulary": "a/b"}, "bad-form"),
        ("new", {"heading_kind": "person", "form": "Nguyễn, Du,$d1765-1820"}, "established-already"),
        ("variant", {"entity": "nothing", "form": "A"}, "no-such-heading"),
        ("variant", {"entity": "{du}", "form": "Nguyễn Dư,$d1765-1820."}, None),
        ("variant", {"entity": "{du}", "form": "Nguyễn, Du,$d1765-1820"}, "same-form"),
        ("variant", {"entity": "{mai}", "form": "Hồ Chí Minh,$d1890-1969"}, "established-already"),
        ("merge", {"entity": "{du}", "other": "{du}"}, "same-heading"),
        ("merge", {"entity": "{du}", "other": "{rev}"}, "other-kind"),
        ("merge", {"entity": "{du}", "other": ""}, "no-such-heading"),
    ],
)
def test_what_cannot_be_is_refused_at_once(quiet: Desk, kind: str, given: dict[str, str], code: str | None) -> None:
    filled = {name: value.format(**quiet.ids) for name, value in given.items()}
    if code is None:
        assert quiet.propose(kind, **filled)
        return
    with pytest.raises(BadProposal) as refused:
        quiet.propose(kind, **filled)
    assert refused.value.code == code


def test_only_open_proposals_are_judged_and_the_same_is_not_proposed_twice(quiet: Desk) -> None:
    number = quiet.propose("variant", entity=quiet.ids["du"], form="Thanh Hiên")
    with pytest.raises(BadProposal, match="says the same"):
        quiet.propose("variant", entity=quiet.ids["du"], form="Thanh Hiên")
    with quiet.registry.write() as connection:
        authorities.reject(connection, number, by="office", at=AT, answer="chưa đủ nguồn")
    with pytest.raises(BadProposal, match="is rejected, not open"):
        quiet.accept(number)
    with quiet.registry.read() as connection:
        (kept,) = authorities.proposals(connection, state="rejected", member="B")
        assert authorities.proposals(connection, member="A") == []
    assert (kept.answer, kept.judged_by) == ("chưa đủ nguồn", "office")


def test_hostile_text_stays_text(desk: Desk) -> None:
    form = '<script>alert(1)</script>\x1e\x1f\x00 \u202e" . <http://evil/> ; $d1'
    desk.accept(desk.propose("new", heading_kind="person", form=form))
    total, found = desk.headings.keyword('script" OR words:* NEAR(', Narrowed())
    assert (total, found) == (0, [])
    total, found = desk.headings.keyword("alert script", Narrowed("names"))
    assert total == 1
    assert "<script>" in found[0].heading.label


def test_a_reference_does_not_describe_what_it_refers_to(quiet: Desk) -> None:
    """The authority of Thơ names Poetry (750); Poetry is another heading, without authority."""
    poetry = quiet.headings.labelled("Poetry")
    verse = quiet.headings.labelled("Thi ca")
    assert poetry is not None
    assert verse is not None
    assert (poetry.label, poetry.established) == ("Poetry", False)
    assert (verse.label, verse.established, verse.uses) == ("Thơ", True, 3)
