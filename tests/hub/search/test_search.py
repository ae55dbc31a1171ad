"""Finding Works: with and without diacritics, by number, in any script, with a typing error."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.projection.index import IndexView
from hub.projection.view import Applied, Shelf
from hub.search import Search


def document(work: str, title: str, creator: str = "", **more: Any) -> dict[str, Any]:
    card = {"title": title, "creators": [creator], "languages": ["vie"], "instances": [], "more": 0}
    made: dict[str, Any] = {
        "id": work, "title": [title], "creator": [creator], "subject": [], "identifier": [], "publisher": [],
        "shelfmark": [], "text": "", "language": ["vie"], "format": ["book"], "library": ["A"], "year": 2000,
        "card": card,
    }  # fmt: skip
    return made | more


WORKS = [
    document("w1", "Truyện Kiều", "Nguyễn Du", identifier=["9786046912347"], year=2015, library=["A", "B"]),
    document("w2", "Truyện ngắn Nam Cao", "Nam Cao", year=1998),
    document("w3", "Số đỏ", "Vũ Trọng Phụng", year=1936, library=["B"]),
    document("w4", "斷腸新聲 Đoạn trường tân thanh", "阮攸", language=["chi"]),
    document("w5", "Đại Việt sử ký toàn thư", "Ngô Sĩ Liên", shelfmark=["959.7 Đ103V"]),
    document("w6", "Sổ đỏ và quyền sử dụng đất", "Nguyễn Văn A"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def view(data: Path) -> Iterator[IndexView]:
    made = IndexView(Shelf(data, "index").open())
    made.apply(Applied(documents=WORKS))
    made.flush()
    yield made
    made.close()


@pytest.fixture
def search(view: IndexView, data: Path) -> Search:
    return Search(data)


def found(search: Search, text: str, **options: Any) -> list[str]:
    return [hit.work_id for hit in search.search(text, **options).hits]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("truyen kieu", "w1"),
        ("Truyện Kiều", "w1"),
        (unicodedata.normalize("NFD", "Truyện Kiều"), "w1"),
        ("TRUYEN KIEU nguyen du", "w1"),
        ("978-604-69-1234-7", "w1"),
        ("6046912342", "w1"),
        ("dai viet su ky", "w5"),
        ("đại việt", "w5"),
        ("959.7 Đ103V", "w5"),
        ("新聲", "w4"),
        ("阮攸", "w4"),
        ('"nam cao"', "w2"),
    ],
)
def test_what_is_typed_finds_the_work(search: Search, typed: str, first: str) -> None:
    assert found(search, typed)[0] == first


def test_marks_typed_rank_those_who_have_them(search: Search) -> None:
    assert set(found(search, "so do")) == {"w3", "w6"}
    assert found(search, "Số đỏ")[0] == "w3"
    assert found(search, "Sổ đỏ")[0] == "w6"


def test_typing_error_finds_what_is_near_and_says_so(search: Search) -> None:
    result = search.search("truyen kieuu")
    assert result.fuzzy
    assert result.hits[0].work_id == "w1"


def test_facets_narrow_and_count(search: Search) -> None:
    result = search.search("")
    assert result.total == 6
    assert {f.value: f.count for f in result.facets["library"]} == {"A": 5, "B": 2}
    assert sorted(found(search, "", filters={"library": ["B"]})) == ["w1", "w3"]
    assert found(search, "", years=(None, 1950)) == ["w3"]


def test_order_by_year_and_title(search: Search) -> None:
    assert found(search, "", sort="oldest")[0] == "w3"
    assert found(search, "", sort="newest")[0] == "w1"
    assert found(search, "", sort="title")[:3] == ["w5", "w3", "w6"]


@pytest.mark.parametrize("hostile", ['"', "title:", "AND OR (", "[* TO *]", "a:b:c", "\\", "*", "-", "card:x", "\x00"])
def test_any_text_is_an_answer(search: Search, hostile: str) -> None:
    search.search(hostile)


def test_unknown_facet_is_refused(search: Search) -> None:
    with pytest.raises(ValueError, match="no facet card"):
        search.search("x", filters={"card": ["y"]})


def test_changed_and_withdrawn_works_are_followed(search: Search, view: IndexView) -> None:
    assert found(search, "nam cao") == ["w2"]
    view.apply(Applied(documents=[document("w2", "Chí Phèo", "Nam Cao")], gone=[("works", "w3")]))
    view.flush()
    assert found(search, "chi pheo") == ["w2"]
    assert found(search, "so do vu trong phung") == []
    assert search.count() == 5


def test_works_are_narrowed_by_whether_a_copy_can_be_had(search: Search, view: IndexView) -> None:
    states = {"w1": ["available", "onLoan"], "w2": ["onLoan"]}
    view.apply(Applied(documents=[w | {"availability": states.get(w["id"], [])} for w in WORKS]))
    view.flush()
    facets = {f.value: f.count for f in search.search("").facets["availability"]}
    assert facets == {"available": 1, "onLoan": 2}
    assert found(search, "", filters={"availability": ["available"]}) == ["w1"]


def test_works_are_narrowed_by_their_subjects(search: Search, view: IndexView) -> None:
    poetry = ["Thơ Việt Nam"]
    view.apply(Applied(documents=[w | {"topic": poetry} for w in WORKS if w["id"] in ("w1", "w4")]))
    view.flush()
    assert {f.value: f.count for f in search.search("").facets["topic"]} == {"Thơ Việt Nam": 2}
    assert found(search, "kieu", filters={"topic": poetry}) == ["w1"]
    assert found(search, "", filters={"topic": ["Thơ"]}) == [], "a subject is a whole heading"


def test_an_index_of_an_earlier_release_lacks_a_facet_and_still_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import hub.projection.index as fields

    with monkeypatch.context() as earlier:
        earlier.setattr(fields, "FACET_FIELDS", ("library", "language", "format"))
        made = IndexView(Shelf(tmp_path, "index").open())
        made.apply(Applied(documents=WORKS[:1]))
        made.close()
    later = IndexView(Shelf(tmp_path, "index").open())
    later.apply(Applied(documents=[w | {"availability": ["available"]} for w in WORKS[1:2]]))
    later.close()
    old = Search(tmp_path)
    assert set(found(old, "truyen")) == {"w1", "w2"}
    assert "availability" not in old.search("truyen").facets
    assert found(old, "", filters={"availability": ["available"]}) == []
