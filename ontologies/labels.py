"""Names for people: labels of vocabulary terms, classes and properties, loaded once into the store.

Records link to LC's terms by their URI and carry no labels of them; a page or a query finds the words here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from ontologies.codes import codes, lists, vocabulary
from ontologies.namespaces import PREFIXES, RDFS

GENRE_FORMS = "http://id.loc.gov/authorities/genreForms/"
"""Where LC's genre terms stand that coded values lead to (008 and 006); their names are in genre_forms.tsv."""
_SCHEMES = (
    ("<http://id.loc.gov/authorities/subjects>", "Library of Congress subject headings", "Đề mục chủ đề LCSH"),
    ("<http://id.loc.gov/authorities/childrensSubjects>", "LC children's subject headings", "Đề mục thiếu nhi của LC"),
    ("<http://id.loc.gov/authorities/genreForms>", "LC genre/form terms", "Thuật ngữ thể loại của LC"),
    ("<http://id.loc.gov/authorities/names>", "LC name authority file", "Hồ sơ tên chuẩn của LC"),
    (
        "<http://id.loc.gov/authorities/performanceMediums>",
        "LC medium of performance terms",
        "Phương tiện biểu diễn LC",
    ),
)


@cache
def terms() -> MappingProxyType[str, tuple[str, str]]:
    """English and Vietnamese names of the classes and properties the hub uses, by CURIE (``bf:heldBy``)."""
    text = (files("ontologies") / "terms.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return MappingProxyType({curie: (en, vi) for curie, en, vi in rows})


def term_iri(curie: str) -> str:
    """``bf:Work`` as an IRI in angle brackets. Raises KeyError for a prefix that the hub does not use."""
    prefix, _, name = curie.partition(":")
    return f"<{PREFIXES[prefix]}{name}>"


def labels() -> Iterator[str]:
    """N-Triples lines: ``rdfs:label`` in English and Vietnamese of every listed code, class and property.

    Sorted by list and code, without repetition. A discontinued code has none: records link to its successor.
    """
    for name in lists():
        for code, term in codes(name).items():
            iri = vocabulary(name, code)
            if iri is not None and not term.instead:
                yield _line(iri, term.en, "en")
                if term.vi:
                    yield _line(iri, term.vi, "vi")
    for line in (files("ontologies") / "genre_forms.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        code, en, vi = line.split("\t")
        yield _line(f"<{GENRE_FORMS}{code}>", en, "en")
        yield _line(f"<{GENRE_FORMS}{code}>", vi, "vi")
    for iri, en, vi in _SCHEMES:
        yield _line(iri, en, "en")
        yield _line(iri, vi, "vi")
    for curie, (en, vi) in terms().items():
        iri = term_iri(curie)
        yield _line(iri, en, "en")
        yield _line(iri, vi, "vi")


def _line(iri: str, text: str, language: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{iri} {RDFS.label} "{escaped}"@{language} .'
