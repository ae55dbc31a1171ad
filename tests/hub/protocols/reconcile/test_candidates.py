"""What is found, how it is scored, and when it is certain."""

from __future__ import annotations

from typing import Any

import pytest
from stdnum import isbn

from tests.hub.protocols.reconcile.conftest import Ask
from tests.hub.protocols.reconcile.shelf import FREE_ISBN, KIEU_ISBN, TWICE_ISBN


def _features(candidate: dict[str, Any]) -> dict[str, Any]:
    return {f["id"]: f["value"] for f in candidate["features"]}


def _matched(found: list[dict[str, Any]]) -> list[str]:
    return [c["name"] for c in found if c["match"]]


# Works and Instances


def test_an_isbn_of_one_instance_is_certain(ask: Ask) -> None:
    found = ask(KIEU_ISBN, "Instance")
    assert [(c["name"], c["score"], c["match"]) for c in found] == [("Truyện Kiều", 100.0, True)]
    assert _features(found[0]) == {"isbn": 1.0, "copies": 2.0}
    assert found[0]["description"].endswith("2015")


@pytest.mark.parametrize(
    "written", ["978-604-691-234-7", "ISBN 978 604 691 2347 (bìa mềm)", isbn.to_isbn10(KIEU_ISBN), f" {KIEU_ISBN} "]
)
def test_an_isbn_as_people_write_it(ask: Ask, written: str) -> None:
    assert _matched(ask("", "Instance", isbn=written)) == ["Truyện Kiều"]
    assert _matched(ask(written, "Instance")) == ["Truyện Kiều"]


def test_an_isbn_of_two_books_is_certain_only_with_the_title(ask: Ask) -> None:
    assert len(ask(TWICE_ISBN, "Instance")) == 2
    assert _matched(ask(TWICE_ISBN, "Instance")) == []
    assert _matched(ask("Pride and prejudice", "Instance", isbn=TWICE_ISBN)) == ["Pride and prejudice"]
    assert _matched(ask("Nấu ăn chay", "Instance", isbn=TWICE_ISBN)) == ["Nấu ăn chay"]


def test_an_isbn_with_the_title_of_another_book_is_not_certain(ask: Ask) -> None:
    found = ask("Cơ học lượng tử", "Instance", isbn=KIEU_ISBN)
    assert [c["name"] for c in found] == ["Truyện Kiều"]
    assert _matched(found) == []
    assert found[0]["score"] < 50


def test_an_isbn_that_nobody_has_finds_by_title_only(ask: Ask) -> None:
    assert ask(FREE_ISBN, "Instance") == []
    found = ask("Số đỏ", "Instance", isbn=FREE_ISBN)
    assert found[0]["name"] == "Số đỏ"
    assert _matched(found) == []


def test_a_title_alone_is_shown_and_not_certain(ask: Ask) -> None:
    found = ask("Truyện Kiều", "Work")
    assert found[0]["name"] == "Truyện Kiều"
    assert found[0]["score"] == 100.0
    assert _matched(found) == []


def test_a_title_with_its_author_is_a_certain_work(ask: Ask) -> None:
    found = ask("Truyện Kiều", "Work", author="Nguyễn Du")
    assert _matched(found) == ["Truyện Kiều"]
    assert _features(found[0])["author"] >= 0.8


def test_an_instance_needs_its_year_too(ask: Ask) -> None:
    without = ask("Truyện Kiều", "Instance", author="Nguyễn Du")
    assert len([c for c in without if c["score"] > 90]) == 2
    assert _matched(without) == []
    with_year = ask("Truyện Kiều", "Instance", author="Nguyễn Du", date="1979")
    assert [c["description"][-4:] for c in with_year if c["match"]] == ["1979"]
    assert with_year[0]["match"]
    assert with_year[0]["score"] > with_year[1]["score"]
    assert _features(with_year[1])["date"] == -1.0


@pytest.mark.parametrize("typed", ["truyen kieu", "TRUYEN KIEU", "Truyen Kiều"])
def test_what_is_typed_without_diacritics_is_found_and_not_certain(ask: Ask, typed: str) -> None:
    found = ask(typed, "Work", author="Nguyễn Du")
    assert found[0]["name"] == "Truyện Kiều"
    assert _matched(found) == []


def test_other_tones_are_another_title(ask: Ask) -> None:
    found = ask("Số đỏ", "Work")
    assert [(c["name"], c["score"]) for c in found] == [("Số đỏ", 100.0), ("Sổ đỏ", 30.0)]
    assert _features(found[1])["tones"] is False
    assert "tones" not in _features(found[0])
    assert _matched(ask("Sổ đỏ", "Work", author="Vũ Trọng Phụng")) == []


def test_decomposed_letters_are_the_same_letters(ask: Ask) -> None:
    assert ask("So\u0302\u0301 đo\u0309", "Work")[0]["score"] == 100.0


def test_a_title_that_names_a_kind_of_content_is_never_certain(ask: Ask) -> None:
    found = ask("Thơ", "Instance", author="Nguyễn Văn An", date="1990")
    assert found[0]["name"] == "Thơ"
    assert found[0]["score"] > 90
    assert _matched(found) == []


def test_a_title_of_many_words_is_found_by_some_of_them(ask: Ask) -> None:
    found = ask("Pride and prejudice and zombies", "Work")
    assert found[0]["name"] == "Pride and prejudice"
    assert found[0]["score"] < 90
    assert _matched(found) == []


def test_who_wrote_it_may_stand_behind_the_title(ask: Ask) -> None:
    found = ask("Số đỏ / Vũ Trọng Phụng", "Work")
    assert _matched(found) == ["Số đỏ"]
    assert _matched(ask("Số đỏ / Nguyễn Du", "Work")) == []


def test_a_volume_is_not_the_other_one(ask: Ask) -> None:
    right = ask("Lịch sử Việt Nam tập 2", "Instance", author="Phan Huy Sử", date="1982")
    assert _matched(right) == [right[0]["name"]]
    assert "Tập 2" in right[0]["name"]
    assert _features(right[0])["part"] == 1.0
    other = ask("Lịch sử Việt Nam. Tập 3", "Work", author="Phan Huy Sử")
    assert {_features(c)["part"] for c in other} == {-1.0}
    assert max(c["score"] for c in other) < 80
    assert _matched(other) == []
    assert _matched(ask("Lịch sử Việt Nam", "Work", author="Phan Huy Sử")) == []


def test_a_title_proper_that_many_share_is_not_certain(ask: Ask) -> None:
    def maps(title: str) -> list[str]:
        return _matched(ask(title, "Instance", author="Cục Bản đồ", date="1997"))

    assert maps("Bản đồ hành chính") == []
    assert maps("Bản đồ hành chính : tỉnh Trà Vinh") == ["Bản đồ hành chính tỉnh Trà Vinh"]
    assert maps("Bản đồ hành chính : tỉnh Không Có") == []


def test_more_evidence_orders_candidates(ask: Ask) -> None:
    found = ask("Truyện Kiều", "Instance", publisher="NXB Văn học", language="vi", library="Thư viện tỉnh Huế")
    assert [c["description"][-4:] for c in found] == ["2015", "1979"]
    assert _features(found[0])["publisher"] == 1.0
    assert _features(found[0])["library"] == 1.0
    assert _features(found[1])["library"] == -1.0
    assert _features(found[0])["language"] == 1.0


@pytest.mark.parametrize(
    "typed",
    [
        "title:x AND (",
        '"',
        "-Truyện",
        "a" * 3900,
        "\x00\ufffe",
        "🂡",
        "' OR 1=1 --",
        "*",
        "/",
        "../../etc/passwd",
        "[1 TO",
    ],
)
def test_no_text_breaks_the_search(ask: Ask, typed: str) -> None:
    assert all(0 <= c["score"] <= 100 for c in ask(typed))


# Agents, Concepts, Libraries


def test_an_established_name_is_certain(ask: Ask) -> None:
    found = ask("Nguyễn Du", "Person")
    assert found[0]["name"] == "Nguyễn, Du, 1765-1820"
    assert _matched(found) == [found[0]["name"]]
    assert [t["id"] for t in found[0]["type"]] == ["Person", "Agent"]
    assert _features(found[0])["established"] is True


@pytest.mark.parametrize(
    "typed", ["Nguyễn, Du", "Du Nguyễn", "NGUYỄN DU", "Nguyễn Du, 1765-1820", "Nguyễn Du (1765-1820)", "Tố Như"]
)
def test_a_name_in_any_order_and_form(ask: Ask, typed: str) -> None:
    found = ask(typed, "Agent")
    assert found[0]["name"] == "Nguyễn, Du, 1765-1820"
    assert found[0]["match"]


def test_a_western_name_as_it_is_spoken(ask: Ask) -> None:
    assert _matched(ask("Jane Austen", "Person")) == ["Austen, Jane, 1775-1817"]


def test_tones_tell_people_apart(ask: Ask) -> None:
    assert _matched(ask("Nguyễn Dữ", "Person")) == ["Nguyễn, Dữ"]
    found = ask("Nguyễn Dủ", "Person")
    assert {c["name"] for c in found} >= {"Nguyễn, Dữ"}
    assert max(c["score"] for c in found) <= 50
    assert _matched(found) == []


def test_a_name_without_diacritics_is_that_of_several_people(ask: Ask) -> None:
    found = ask("Nguyen Du", "Person")
    assert [c["name"] for c in found[:2]] == ["Nguyễn, Du, 1765-1820", "Nguyễn, Dữ"]
    assert _matched(found) == []
    assert _matched(ask("Nguyen Du", "Person", birth="1765")) == ["Nguyễn, Du, 1765-1820"]


def test_namesakes_are_told_apart_by_year_or_title(ask: Ask) -> None:
    alone = ask("Nguyễn Văn An", "Person")
    assert sorted(c["name"] for c in alone) == ["Nguyễn, Văn An, 1950-", "Nguyễn, Văn An, 1970-"]
    assert _matched(alone) == []
    assert _matched(ask("Nguyễn Văn An", "Person", birth=1970)) == ["Nguyễn, Văn An, 1970-"]
    assert _matched(ask("Nguyễn Văn An", "Person", title="Lúa mùa")) == ["Nguyễn, Văn An, 1970-"]


def test_a_name_without_authority_is_not_certain_by_itself(ask: Ask) -> None:
    found = ask("Vũ Trọng Phụng", "Person")
    assert found[0]["score"] == 100.0
    assert _matched(found) == []
    assert _matched(ask("Vũ Trọng Phụng, 1912-1939", "Person")) == ["Vũ, Trọng Phụng, 1912-1939"]
    assert _matched(ask("Vũ Trọng Phụng", "Person", birth="1899")) == []


def test_a_person_is_found_by_its_number_elsewhere(ask: Ask) -> None:
    assert _matched(ask("", "Person", sameAs="https://viaf.org/viaf/22140434")) == ["Nguyễn, Du, 1765-1820"]


def test_a_concept_in_two_vocabularies_is_certain_only_with_the_vocabulary(ask: Ask) -> None:
    found = ask("Poetry", "Topic")
    assert len(found) == 2
    assert _matched(found) == []
    assert _matched(ask("Poetry", "Topic", source="lcsh")) == ["Poetry"]


@pytest.mark.parametrize("typed", ["TVH", "Thư viện tỉnh Huế", "Huế provincial library", "thư viện tỉnh huế"])
def test_a_library_by_code_or_name(ask: Ask, typed: str) -> None:
    found = ask(typed, "Library")
    assert (found[0]["id"], found[0]["match"]) == ("libraries/TVH", True)


def test_types_narrow(ask: Ask) -> None:
    for type in ("Work", "Instance", "Person", "Agent", "Topic", "Concept", "Library"):
        for text in ("Nguyễn Du", "Truyện Kiều", "Poetry", "Thư viện"):
            assert all(type in {t["id"] for t in c["type"]} for c in ask(text, type)), (type, text)
    assert ask("Nguyễn Du", "Organization") == []


def test_an_id_or_uri_is_its_own_match(ask: Ask) -> None:
    known = ask("Nguyễn Du", "Person")[0]["id"]
    assert [(c["id"], c["score"], c["match"]) for c in ask(known)] == [(known, 100.0, True)]
    work = ask("Truyện Kiều", "Work")[0]
    assert [(c["id"], c["name"]) for c in ask(work["id"])] == [(work["id"], "Truyện Kiều")]
    assert ask("works/never-given", "Person") == []


def test_a_cell_that_was_reconciled_is_evidence(ask: Ask) -> None:
    author = ask("Nguyễn Du", "Person")[0]
    given = {"id": author["id"], "name": author["name"]}
    assert _matched(ask("Truyện Kiều", "Work", author=given)) == ["Truyện Kiều"]


def test_the_limit_is_kept_and_the_best_come_first(ask: Ask) -> None:
    found = ask("Nguyễn", limit=3)
    assert len(found) == 3
    assert [c["score"] for c in found] == sorted((c["score"] for c in found), reverse=True)
