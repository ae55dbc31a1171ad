"""ISBD punctuation at the edges of a subfield (LC marc2bibframe2, Process 7; ISBD A.3).

MARC records of the AACR2 tradition end each subfield with the punctuation that introduces the next one. As data it
is noise: ``Hà Nội :`` and ``Hà Nội`` are one place.
"""

from __future__ import annotations

import re

from converters.kept import kept

END = ".:;,/="
"""Marks that end a subfield without belonging to it."""

_LEAD = ";="
_ENCLOSING = re.compile(r'[()\[\]{}"]')
_PAIRS = (("(", ")"), ("{", "}"))
# Abbreviations whose full stop stays: LC's list, and the Vietnamese ones of AACR2 descriptions (tr. = trang, pages).
_ABBREVIATION = re.compile(r"(?:(?:\A|\s)(?:arr|ed|etc|ft|ill|p|s\.n|s\.l|b\.s|k\.đ|k\.n|k\.nxb)|(?:\A|[\s\d])tr)\.\Z")
_SENTENCE = re.compile(r"[.?!]")


@kept(8192)
def chopped(text: str, end: str = END, *, parentheses: bool = False) -> str:
    """Text without the ISBD punctuation around it; white space is made single.

    ``end`` lists the marks taken from the end; ``parentheses`` also takes one pair that encloses the whole. Unpaired
    parentheses, braces and quotation marks go, unpaired square brackets are completed. A full stop stays after an
    initial (``Nguyễn Văn A.``), an abbreviation (``304 tr.``) and in text of several sentences.
    """
    if text.isalnum():
        return text
    text = " ".join(text.split())
    if parentheses:
        text = _without_parentheses(text)
    while text and text[0] in _LEAD:
        text = text[1:].lstrip()
    enclosed = _ENCLOSING.search(text) is not None
    while text:
        if enclosed:
            text = _paired(text)
        if not text or text[-1] not in end:
            break
        if text[-1] == "." and _stop_belongs(text):
            break
        text = text[:-1].rstrip()
    return _bracketed(text) if enclosed else text


def spaced(text: str) -> str:
    """Text with single spaces, nothing else changed."""
    return " ".join(text.split())


def _without_parentheses(text: str) -> str:
    while text.startswith("("):
        close = text.rfind(")")
        text = (text[1:close] + text[close + 1 :] if close > 1 else text[1:]).strip()
    return text


def _paired(text: str) -> str:
    """Text without the first opening mark that is never closed and the first closing mark that was never opened."""
    for opening, closing in _PAIRS:
        while opening in text and closing not in text.partition(opening)[2]:
            before, _, after = text.partition(opening)
            text = f"{before}{after}"
        while closing in text and opening not in text.partition(closing)[0]:
            before, _, after = text.partition(closing)
            text = f"{before}{after}"
    if text.count('"') == 1:
        text = text.replace('"', "")
    return text.strip()


def _stop_belongs(text: str) -> bool:
    """Whether the full stop at the end is part of the text: after an initial, an abbreviation, several sentences."""
    body = text[:-1]
    if _initial(body):
        return True
    if any(_initial(body[:i]) for i in _stops(body)):
        return False  # initials earlier in the text are no sentences
    return _ABBREVIATION.search(text) is not None or _SENTENCE.search(body) is not None


def _stops(text: str) -> list[int]:
    return [i for i, c in enumerate(text) if c == "."] if "." in text else []


def _initial(text: str) -> bool:
    """Whether text ends with one upper-case letter that stands alone."""
    return bool(text) and text[-1].isupper() and (len(text) == 1 or text[-2] in " .")


def _bracketed(text: str) -> str:
    if "[" in text and "]" not in text.partition("[")[2]:
        return f"{text}]"
    if "]" in text and "[" not in text.partition("]")[0]:
        return f"[{text}"
    return text
