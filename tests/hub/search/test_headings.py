"""The index of headings: what is typed, known labels, browse lists, and that it follows changes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.projection import headings_index
from hub.projection.collation import sort_key
from hub.projection.headings_index import FILE, HeadingsView, open_folder, opened, sorting
from hub.projection.view import Applied, Shelf
from hub.search.headings import Ambiguous, Headings, Narrowed


def heading(identity: str, label: str, *forms: str, uses: int = 0, **more: Any) -> tuple[dict[str, Any], int]:
    made: dict[str, Any] = {
        "place": "agents", "id": identity, "scheme": "names", "kind": "PersonalName", "source": "", "established": True,
        "label": label, "forms": list(forms), "marc_keys": [f"1001 $a{label}"],
    }  # fmt: skip
    return made | more, uses


TOPIC = {"place": "concepts", "scheme": "subjects", "kind": "Topic", "established": False}
HEADINGS = [
    heading("du", "Nguyễn, Du, 1765-1820", "Tố Như", "Nguyen, Du", "阮攸", uses=50),
    heading("dử", "Nguyễn Dữ", "Nguyễn Dư", uses=6),
    heading("ho", "Hồ Chí Minh, 1890-1969", "Nguyễn, Ái Quốc", uses=200),
    heading("ha", "Hà", uses=3),
    heading("hạ", "Hạ", uses=40),
    heading("to", "Tô Hoài", uses=11, established=False),
    heading("un", "Đại học Huế", kind="CorporateName", uses=7),
    heading("t1", "Thơ", uses=30, source="lcsh", **TOPIC),
    heading("t2", "Thơ", uses=90, source="local", **TOPIC),
    heading("t3", "Thơ Nôm", uses=5, source="local", **TOPIC),
    heading("g1", "Thơ", uses=1, place="concepts", scheme="genreForms", kind="GenreForm"),
    heading("a1", "An", "Bí danh chung"),
    heading("a2", "Ân", "Bí danh chung"),
]


@pytest.fixture
def view(tmp_path: Path) -> Iterator[HeadingsView]:
    made = HeadingsView(Shelf(tmp_path, "headings").open())
    made.apply(Applied(headings=[d for d, _ in HEADINGS], uses={d["id"]: uses for d, uses in HEADINGS}))
    made.flush()
    yield made
    made.close()


@pytest.fixture
def headings(view: HeadingsView, tmp_path: Path) -> Headings:
    return Headings(tmp_path)


def keyword(headings: Headings, text: str, narrowed: Narrowed | None = None, **how: Any) -> list[str]:
    return [f.heading.id for f in headings.keyword(text, narrowed or Narrowed(), **how)[1]]


def left(headings: Headings, text: str, narrowed: Narrowed | None = None, **how: Any) -> list[str]:
    return [f.form or f.heading.label for f in headings.left(text, narrowed or Narrowed(), **how)[1]]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("nguyen", ["ho", "du", "dử"]),
        ("NGUYỄN, d", ["du", "dử"]),
        ("1765 nguyen", ["du"]),
        ("tố như", ["du"]),
        ("阮", ["du"]),
        ("ha", ["hạ", "ha"]),
        ("hà", ["ha", "hạ"]),
        ("hạ", ["hạ", "ha"]),
        ("dai hoc", ["un"]),
        ("zzz", []),
        ("", []),
        ("?!", []),
        ('"tho" OR *', []),
    ],
)
def test_words_in_any_order_with_or_without_diacritics(headings: Headings, typed: str, found: list[str]) -> None:
    assert keyword(headings, typed) == found
    assert keyword(headings, unicodedata.normalize("NFD", typed)) == found


def test_the_form_that_was_found_is_told(headings: Headings) -> None:
    (hit,) = headings.keyword("ai quoc", Narrowed())[1]
    assert (hit.heading.id, hit.form) == ("ho", "Nguyễn, Ái Quốc")
    assert headings.keyword("chi minh", Narrowed())[1][0].form == ""


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        (Narrowed("subjects"), ["t2", "t1", "t3"]),
        (Narrowed("genreForms"), ["g1"]),
        (Narrowed("", ("GenreForm",)), ["g1"]),
        (Narrowed("", (), "lcsh"), ["t1"]),
        (Narrowed("", (), "", True), ["g1"]),
        (Narrowed("names"), []),
        (Narrowed("subjects", ("",)), []),
    ],
)
def test_narrowing_is_the_same_for_both_searches(headings: Headings, narrowed: Narrowed, found: list[str]) -> None:
    assert keyword(headings, "tho", narrowed) == found
    assert sorted(f.heading.id for f in headings.left("tho", narrowed)[1]) == sorted(found)


def test_left_is_alphabetical_over_all_lists_and_pages(headings: Headings) -> None:
    assert left(headings, "nguyen") == [
        "Nguyễn, Ái Quốc", "Nguyen, Du", "Nguyễn Dữ", "Nguyễn, Du, 1765-1820",
    ]  # fmt: skip
    assert headings.left("tho", Narrowed())[0] == 4
    assert left(headings, "tho", limit=2) + left(headings, "tho", offset=2, limit=2) == left(headings, "tho")
    assert headings.keyword("tho", Narrowed())[0] == 4
    assert keyword(headings, "tho", limit=2) + keyword(headings, "tho", offset=2, limit=2) == keyword(headings, "tho")


@pytest.mark.parametrize(
    ("label", "identity"),
    [
        ("Nguyễn, Du, 1765-1820", "du"),
        ("NGUYỄN DU 1765-1820.", "du"),
        ("  tố   như ", "du"),
        ("Hà", "ha"),
        ("HẠ", "hạ"),
        ("Ha", None),
        ("Nguyễn Dư", "dử"),
        ("", None),
        ("%", None),
    ],
)
def test_known_labels_keep_diacritics_and_nothing_else(headings: Headings, label: str, identity: str | None) -> None:
    for text in (label, unicodedata.normalize("NFD", label)):
        found = headings.labelled(text)
        assert (found.id if found else None) == identity


def test_one_label_of_several_vocabularies_is_the_most_used(headings: Headings) -> None:
    found = headings.labelled("thơ", "subjects")
    assert found is not None
    assert found.id == "t2"
    other = headings.labelled("thơ", "genreForms")
    assert other is not None
    assert other.id == "g1"


def test_a_form_of_two_headings_is_not_guessed(headings: Headings) -> None:
    with pytest.raises(Ambiguous) as several:
        headings.labelled("bí danh chung")
    assert {h.id for h in several.value.headings} == {"a1", "a2"}


def test_a_list_runs_in_vietnamese_order_forwards_and_backwards(headings: Headings) -> None:
    lines = headings.browse("names")
    labels = [line.label for line in lines]
    assert labels == sorted(labels, key=lambda t: sort_key(t, "vi"))
    assert {"Tố Như", "Nguyễn, Ái Quốc"} <= {line.label for line in lines if line.see}
    for n, line in enumerate(lines):
        rest = headings.browse("names", line.label, number=line.number, limit=3)
        assert [x.number for x in rest] == [x.number for x in lines[n : n + 3]]
        before = headings.browse("names", line.label, number=line.number, back=True, limit=2)
        assert [x.number for x in before] == [x.number for x in lines[max(0, n - 2) : n]]
    assert headings.browse("names", headings.place_of("names", "to"))[0].label == "Tô Hoài"
    assert headings.browse("names", headings.place_of("names", "hạ"))[0].label == "Hà", "letters first, then tones"


@pytest.mark.parametrize("text", ["Nguyễn, Du", "Đặng (1-2)", "e\u0302\u0301x", "中国 abc", "ß ꝟ", "", "\u0301"])
def test_sorting_is_what_the_collation_says(text: str) -> None:
    letters, tones, _ = sort_key(unicodedata.normalize("NFC", text), "vi")
    assert sorting(text) == "".join(map(chr, letters)) + "\x01" + "".join(chr(t + 2) for t in tones)


def test_headings_without_authority_by_use(headings: Headings) -> None:
    assert [h.id for h in headings.wanting("subjects")] == ["t2", "t1", "t3"]
    assert [h.id for h in headings.wanting("names")] == ["to"]
    assert headings.counts()["names"] == (9, 8)


def test_the_index_follows_changes(view: HeadingsView, headings: Headings) -> None:
    changed, _ = heading("du", "Nguyễn Du", "Tố Như")
    view.apply(Applied(headings=[changed], uses={"du": 1, "dử": 900}, gone=[("agents", "ho"), ("works", "ha")]))
    assert keyword(headings, "nguyen") == ["ho", "du", "dử"], "nothing shows before it is flushed"
    view.flush()
    assert keyword(headings, "nguyen") == ["dử", "du"]
    assert keyword(headings, "1765") == []
    assert headings.labelled("Hồ Chí Minh, 1890-1969") is None
    assert keyword(headings, "ha") == ["hạ", "ha"]
    view.apply(Applied(headings=[{"place": "agents", "id": "du"}]))
    view.flush()
    assert keyword(headings, "nguyen") == ["dử"]


def test_applying_twice_changes_nothing(view: HeadingsView, headings: Headings) -> None:
    before = [(line.label, line.heading.id) for line in headings.browse("names")]
    view.apply(Applied(headings=[d for d, _ in HEADINGS], uses={d["id"]: uses for d, uses in HEADINGS}))
    view.flush()
    assert [(line.label, line.heading.id) for line in headings.browse("names")] == before
    assert keyword(headings, "nguyen") == ["ho", "du", "dử"]


def test_uses_alone_move_a_heading(view: HeadingsView, headings: Headings) -> None:
    view.apply(Applied(uses={"t3": 5000}))
    view.flush()
    assert keyword(headings, "tho", Narrowed("subjects")) == ["t3", "t2", "t1"]
    assert headings.wanting("subjects")[0].uses == 5000


def test_a_file_of_another_release_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(tmp_path, "headings")
    old = HeadingsView(open_folder(shelf))
    old.apply(Applied(headings=[HEADINGS[0][0]]))
    old.close()
    assert open_folder(shelf).name == old.name
    connection = opened((shelf.open() / FILE).resolve(), write=True)
    connection.execute(f"PRAGMA user_version={headings_index.VERSION + 1}")
    connection.close()
    assert Headings(tmp_path).browse("names") == []
    assert open_folder(shelf).name != old.name
