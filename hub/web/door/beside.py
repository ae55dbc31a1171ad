"""Two records beside each other: their fields in pairs, what differs marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from converters.marc.record import Field, Record

_MOST_WORDS = 400
"""Words of one value that are compared one by one; longer values are marked as a whole."""
_NOT_SHOWN = {"001", "003", "005", "FMT"}  # whose record it is, and when it was touched, tells nothing of the book

Piece = tuple[str, bool]
"""Text, and whether it is not in the other record."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the tag, what each record has there (empty: nothing), and whether they say the same."""

    tag: str
    a: tuple[Piece, ...]
    b: tuple[Piece, ...]
    same: bool


def beside(a: Record, b: Record) -> list[Line]:
    """The fields of two records in the order of their tags, those that are most alike in one row."""
    lines = [_line("LDR", _leader(a), _leader(b))]
    for tag in sorted({f.tag for f in (*a.fields, *b.fields)} - _NOT_SHOWN):
        lines.extend(_line(tag, one, two) for one, two in _pairs(_texts(a, tag), _texts(b, tag)))
    return lines


def _leader(record: Record) -> str:
    """The leader without its lengths, which always differ; its codes apart, so that one is marked alone."""
    text = record.leader.ljust(24)
    return " ".join(c if c != " " else "#" for c in text[5:12] + text[17:20])


def _texts(record: Record, tag: str) -> list[str]:
    return [_text(f) for f in record.fields if f.tag == tag]


def _text(field: Field) -> str:
    if field.tag < "010":
        return field.value
    indicators = (field.ind1 + field.ind2).replace(" ", "#")
    return f"{indicators} " + " ".join(f"${code} {text}" for code, text in field.subfields)


def _pairs(one: list[str], two: list[str]) -> Iterable[tuple[str, str]]:
    """Equal values first, then in their order."""
    left, right = list(one), list(two)
    for text in one:
        if text in right:
            left.remove(text)
            right.remove(text)
            yield text, text
    for n in range(max(len(left), len(right))):
        yield (left[n] if n < len(left) else ""), (right[n] if n < len(right) else "")


def _line(tag: str, one: str, two: str) -> Line:
    if one == two:
        return Line(tag, ((one, False),), ((two, False),), same=True)
    words_a, words_b = one.split(" "), two.split(" ")
    if not one or not two or len(words_a) > _MOST_WORDS or len(words_b) > _MOST_WORDS:
        return Line(tag, ((one, True),) if one else (), ((two, True),) if two else (), same=False)
    made_a: list[Piece] = []
    made_b: list[Piece] = []
    for what, a1, a2, b1, b2 in SequenceMatcher(None, words_a, words_b, autojunk=False).get_opcodes():
        differs = what != "equal"
        if a2 > a1:
            made_a.append((" ".join(words_a[a1:a2]), differs))
        if b2 > b1:
            made_b.append((" ".join(words_b[b1:b2]), differs))
    return Line(tag, tuple(made_a), tuple(made_b), same=False)
