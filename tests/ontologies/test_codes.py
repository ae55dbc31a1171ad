"""The code lists: complete, well formed, and the way from a code to its term."""

from __future__ import annotations

import re
import unicodedata

import pytest

from ontologies.codes import code_of, codes, label, lists, organization, vocabulary


@pytest.mark.parametrize("name", lists())
def test_each_list_is_well_formed(name: str) -> None:
    for code, term in codes(name).items():
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", code), f"{name}/{code} would not be a plain path segment"
        assert term.code == code
        assert term.en, f"{name}/{code} has no English label"
        for text in (term.en, term.vi):
            assert text == unicodedata.normalize("NFC", text).strip()
        if term.instead not in ("", "-"):
            assert not codes(name)[term.instead].instead, f"{name}/{code} points to a code that is itself discontinued"


@pytest.mark.parametrize(
    ("name", "least"),
    [("languages", 485), ("countries", 330), ("relators", 300), ("geographicAreas", 535), ("carriers", 55)],
)
def test_the_large_lists_are_complete(name: str, least: int) -> None:
    assert sum(1 for t in codes(name).values() if not t.instead) >= least


@pytest.mark.parametrize("name", ["contentTypes", "mediaTypes", "carriers", "issuance", "maudience", "frequencies"])
def test_lists_shown_to_readers_are_wholly_in_vietnamese(name: str) -> None:
    assert [c for c, t in codes(name).items() if not t.vi and c not in ("oth", "unk")] == []


def test_a_code_becomes_a_term_only_when_listed() -> None:
    assert vocabulary("languages", "vie") == "<http://id.loc.gov/vocabulary/languages/vie>"
    for wrong in ("vn", "VIE", "vie ", "|||", "", "../x"):
        assert vocabulary("languages", wrong) is None
    with pytest.raises(KeyError, match="no code list"):
        vocabulary("nonsense", "a")


def test_a_discontinued_code_gives_the_term_to_use_instead() -> None:
    assert vocabulary("countries", "vn") == "<http://id.loc.gov/vocabulary/countries/vm>"
    assert vocabulary("languages", "scr") == "<http://id.loc.gov/vocabulary/languages/hrv>"
    assert vocabulary("countries", "yu") is None
    assert label("countries", "vn") == "Vietnam, North"


def test_labels_in_two_languages() -> None:
    assert label("relators", "trl") == "translator"
    assert label("relators", "trl", "vi") == "người dịch"
    assert label("languages", "afa", "vi") == "Afroasiatic (Other)", "no Vietnamese label: the English one"
    assert label("relators", "zzz") is None


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("relators", "dịch", "trl"),
        ("relators", "Dịch.", "trl"),
        ("relators", "TRANSLATOR,", "trl"),
        ("relators", unicodedata.normalize("NFD", "người dịch"), "trl"),
        ("relators", "ch.b.", "edt"),
        ("relators", "hướng  dẫn", "ths"),
        ("relators", "vocalist", "sng"),
        ("relators", "dich", None),
        ("carriers", "volume", "nc"),
        ("carriers", "tập", "nc"),
        ("contentTypes", "Văn bản", "txt"),
        ("mediaTypes", "không trung gian", "n"),
    ],
)
def test_a_label_leads_back_to_its_code(name: str, text: str, code: str | None) -> None:
    assert code_of(name, text) == code


def test_variants_lead_to_codes_that_exist() -> None:
    from importlib.resources import files

    for source in (files("ontologies") / "codes" / "variants").iterdir():
        name = source.name.removesuffix(".tsv")
        for line in source.read_text(encoding="utf-8").splitlines()[1:]:
            text, code = line.split("\t")
            assert code in codes(name), f"{text} → {code}"
            assert code_of(name, text) == code


def test_organizations_are_checked_by_form() -> None:
    assert organization("DLC") == "<http://id.loc.gov/vocabulary/organizations/dlc>"
    assert organization("VN-HaNLV") == "<http://id.loc.gov/vocabulary/organizations/vnhanlv>"
    for wrong in ("", "a b", "Thư viện", "<x>", "x" * 30):
        assert organization(wrong) is None
