"""Small statements that many fields share: typed notes, statuses, URLs of $u."""

from __future__ import annotations

from functools import lru_cache

from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, RDFS


@lru_cache(maxsize=64)
def note(kind: str = "") -> tuple[str, ...]:
    """Classes of a note: bf:Note and its type (https://id.loc.gov/vocabulary/mnotetype) when the list has it."""
    typed = vocabulary("mnotetype", kind) if kind else None
    return (BF.Note, typed) if typed else (BF.Note,)


def remark(text: str, language: str | None = None, kind: str = "") -> Node | None:
    """A bf:Note with one text; None without text."""
    return Node("note", *note(kind)).add(RDFS.label, literal(text, language)) if text else None


def mstatus(code: str) -> str | None:
    """Status (https://id.loc.gov/vocabulary/mstatus), as a term."""
    return vocabulary("mstatus", code)


def electronic_locators(field: Field, node: Node, c: Conversion) -> None:
    """$u as ``bf:electronicLocator``; what is no URI stays as a note and is reported."""
    for text in field.all("u"):
        text = text.strip()
        if not text:
            continue
        term = iri(text)
        if term is None:
            c.problem("invalid-uri", f"{field.tag}$u", f"“{text}” is not a URI; it was kept as a note.")
            node.add(BF.note, remark(text))
        else:
            node.add(BF.electronicLocator, term)


def labels(field: Field, c: Conversion, codes: str, *, before: str = "") -> list[str]:
    """The text of a field as literals, with single spaces and its punctuation: one, and one for each script more."""
    found = []
    for value, tag in c.in_scripts(field):
        text = spaced(" ".join(value.all(codes)))
        if text:
            found.append(literal(before + text, tag))
    return found


def each(field: Field, c: Conversion, code: str) -> list[str]:
    """Every subfield with this code as a chopped literal, in all scripts."""
    return [
        literal(part, tag) for value, tag in c.in_scripts(field) for text in value.all(code) if (part := chopped(text))
    ]


def typed(field: Field, c: Conversion, codes: str, kind: str) -> Node:
    """A typed note with the field's text, perhaps without any yet."""
    return Node("note", *note(kind)).add(RDFS.label, *labels(field, c, codes))
