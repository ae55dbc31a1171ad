"""Relator words and codes, and the MARC relators they mean (MARC Code List for Relators).

A word that the code list and its variants do not know for certain stays a literal.
"""

from __future__ import annotations

from converters.kept import kept
from ontologies.codes import code_of, vocabulary


@kept(4096)
def terms_of(text: str) -> tuple[str, ...]:
    """The single terms of a relator subfield: ``editor and translator,`` holds two (LC ConvSpec names, $e).

    A text that is one term of the list as a whole (``author of introduction, etc.``) stays one.
    """
    whole = _trimmed(text)
    if not whole or code_of("relators", whole):
        return (whole,) if whole else ()
    for mark in (" and ", " & ", " và ", ";", "&"):
        text = text.replace(mark, ",")
    return tuple(term for part in text.split(",") if (term := _trimmed(part)))


def _trimmed(part: str) -> str:
    part = " ".join(part.split()).strip(" :;,/=[]()")
    return part[:-1].rstrip() if part.endswith(".") and not part.endswith("..") else part


@kept(4096)
def role_of_term(term: str) -> str | None:
    """The relator's IRI term, when the word means one relator for certain; else None."""
    code = code_of("relators", term)
    return vocabulary("relators", code) if code else None


@kept(4096)
def role_of_code(code: str) -> str | None:
    """The relator's IRI term for a code of $4, when the code list has it."""
    return vocabulary("relators", code.strip().lower().rstrip(".,;"))
