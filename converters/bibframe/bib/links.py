"""Small statements that many fields share: typed notes, statuses, URLs of $u."""

from __future__ import annotations

from functools import lru_cache

from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
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
