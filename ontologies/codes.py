"""The Library of Congress's code lists: from the code in a MARC field to the term at id.loc.gov, and back.

One file a list, ``ontologies/codes/<list>.tsv``, named as the list is at ``http://id.loc.gov/vocabulary/``:
code, English label, Vietnamese label (may be empty), and for a code that LC has discontinued but older records carry,
the code to use instead (``-`` where there is none). A code that is not in its list never becomes a URI. Source:
MARC Code Lists and the id.loc.gov vocabularies.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from ontologies.namespaces import LC_VOCABULARY

_ORGANIZATION = re.compile(r"[A-Za-z]{1,3}(?:-[A-Za-z0-9]+)+\Z|[A-Z][A-Za-z0-9]{1,11}(?:-[A-Za-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True)
class Term:
    """One code of a list with its labels; ``vi`` is empty where there is no Vietnamese one.

    ``instead`` is empty for a current code, else the code that LC says to use instead, or ``-`` for none.
    """

    code: str
    en: str
    vi: str = ""
    instead: str = ""


@cache
def codes(list_name: str) -> Mapping[str, Term]:
    """The terms of one list by code. Raises KeyError for a list that is not shipped."""
    source = files("ontologies") / "codes" / f"{list_name}.tsv"
    if not source.is_file():
        raise KeyError(f"no code list {list_name!r} in ontologies/codes")
    terms: dict[str, Term] = {}
    for line in source.read_text(encoding="utf-8").splitlines()[1:]:
        terms[line.partition("\t")[0]] = Term(*line.split("\t"))
    return MappingProxyType(terms)


@cache
def _iris(list_name: str) -> dict[str, str]:
    return {
        term.code: f"<{LC_VOCABULARY}{list_name}/{term.instead or term.code}>"
        for term in codes(list_name).values()
        if term.instead != "-"
    }


def vocabulary(list_name: str, code: str) -> str | None:
    """The term's IRI in angle brackets, or None when the code is not in the list. Runs several times a record.

    ``code`` comes without its fill (``vm`` for 008/15–17 ``vm#``, ``a-vt`` for 043 ``a-vt---``). A discontinued code
    gives the term to use instead (008 country ``vn`` of older Vietnamese records: Vietnam), or None.
    """
    return _iris(list_name).get(code)


def label(list_name: str, code: str, language: str = "en") -> str | None:
    """The label of a code in English (``en``) or Vietnamese (``vi``, else the English one); None for no such code."""
    term = codes(list_name).get(code)
    if term is None:
        return None
    return (term.vi or term.en) if language == "vi" else term.en


def plain(text: str) -> str:
    """A label as it is compared: NFC, lower case, single spaces, without the punctuation that ends a subfield.

    Diacritics stay: they distinguish words.
    """
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()).strip(" .,;:")


@cache
def _by_label(list_name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    extra = files("ontologies") / "codes" / "variants" / f"{list_name}.tsv"
    if extra.is_file():
        for line in extra.read_text(encoding="utf-8").splitlines()[1:]:
            text, code = line.split("\t")
            found[plain(text)] = code
    terms = sorted(codes(list_name).values(), key=lambda t: bool(t.instead))
    for term in terms:
        for text in (term.en, term.vi):
            if text:
                found.setdefault(plain(text), term.instead.strip("-") or term.code)
    return found


def code_of(list_name: str, text: str) -> str | None:
    """The code whose English or Vietnamese label this is, or a variant that cataloguers write (``dịch``, ``ed.``).

    Case, spaces and the full stop or comma that ends a subfield do not count (MARC 336–338 $a, $e of names).
    """
    return _by_label(list_name).get(plain(text))


def organization(code: str) -> str | None:
    """The id.loc.gov IRI of a MARC organization code (``DLC``, ``VN-HaNLV``), or None when it has not such a form.

    The list itself (over 30,000) is not shipped: the form is checked, the code is not. LC's URIs are lower case
    without hyphens: ``DLC-MRC`` is ``…/organizations/dlcmrc``. Source: MARC Code List for Organizations.
    """
    code = code.strip()
    if len(code) > 20 or not _ORGANIZATION.match(code):
        return None
    return f"<{LC_VOCABULARY}organizations/{code.replace('-', '').lower()}>"


@cache
def lists() -> tuple[str, ...]:
    """The names of all lists shipped, in alphabetical order."""
    folder = files("ontologies") / "codes"
    return tuple(sorted(f.name[:-4] for f in folder.iterdir() if f.name.endswith(".tsv")))
