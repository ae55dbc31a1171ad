"""Heading fields (1XX, 4XX) as people type them, as JSON keeps them, and as bflc:marcKey writes them."""

from __future__ import annotations

import json
import re
import unicodedata

from converters.marc.record import Field

KINDS: dict[str, tuple[str, str, str]] = {
    "person": ("100", "", " "),
    "family": ("100", "3", " "),
    "corporate": ("110", "2", " "),
    "jurisdiction": ("110", "1", " "),
    "meeting": ("111", "2", " "),
    "title": ("130", " ", "0"),
    "topic": ("150", " ", " "),
    "place": ("151", " ", " "),
    "period": ("148", " ", " "),
    "genre": ("155", " ", " "),
}
"""What people may propose: tag and indicators; a person's first indicator follows from the comma (100, 1st)."""
MOST = 500
"""Letters of a form."""
_CODE = re.compile(r"\$(?=[a-z0-9])")
_ALLOWED = {"00": "abcdfgklmnopqrstvxyz", "10": "abcdfgklmnoprstvxyz", "11": "acdefgklnpqstvxyz"}
_CONCEPT = "abgvxyz"
_TITLE = "adfghklmnoprstvxyz"


class Unreadable(ValueError):
    """A form that is no heading; the message says why."""


def typed(kind: str, text: str) -> Field:
    """A heading as it is typed: ``Nguyễn, Du,$d1765-1820``; without ``$`` all is $a.

    Raises Unreadable for an unknown kind, an empty or too long text, and subfields that the field does not have.
    """
    if kind not in KINDS:
        raise Unreadable(f"a heading is one of {', '.join(KINDS)}")
    tag, one, two = KINDS[kind]
    field = like(Field(tag, one or "1", two), text)
    if kind == "person":
        field.ind1 = "1" if "," in (field.get("a") or "").rstrip(", ") else "0"
    return field


def like(model: Field, text: str) -> Field:
    """Another form of the heading in ``model``: its tag and indicators, the text as typed. Raises Unreadable."""
    clean = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in unicodedata.normalize("NFC", text))
    clean = " ".join(clean.split())
    if not any(c.isalnum() for c in clean):
        raise Unreadable("the form is empty")
    if len(clean) > MOST:
        raise Unreadable(f"the form has more than {MOST} letters")
    first, *rest = _CODE.split(clean)
    subfields = [("a", first.strip())] if first.strip() else []
    subfields += [(part[0], part[1:].strip()) for part in rest if part[1:].strip()]
    field = Field(model.tag, model.ind1, model.ind2, subfields)
    last = model.tag[1:]
    allowed = _ALLOWED.get(last, _TITLE if last == "30" else _CONCEPT)
    wrong = sorted({code for code, _ in subfields} - set(allowed))
    if wrong or not any(code == "a" for code, _ in subfields):
        raise Unreadable(f"{model.tag} has $a and may have other of ${', $'.join(allowed)}; not ${', $'.join(wrong)}")
    if last == "00" and field.ind1 in "01":
        field.ind1 = "1" if "," in (field.get("a") or "").rstrip(", ") else "0"
    return field


def of_key(key: str) -> Field | None:
    """The field that a bflc:marcKey writes (``1001 $aNguyễn, Du,$d1765-1820``), None for what is none."""
    head, *rest = _CODE.split(key)
    if len(head) != 5 or not head[:3].isdigit() or not rest:
        return None
    return Field(head[:3], head[3], head[4], [(part[0], part[1:]) for part in rest])


def to_text(field: Field, vocabulary: str = "") -> str:
    """A field and the code of its vocabulary as JSON."""
    made = {"tag": field.tag, "ind1": field.ind1, "ind2": field.ind2, "subfields": field.subfields}
    return json.dumps({**made, "vocabulary": vocabulary}, ensure_ascii=False)


def of_text(text: str) -> tuple[Field, str]:
    """The field and vocabulary that :func:`to_text` wrote."""
    made = json.loads(text)
    subfields = [(code, value) for code, value in made["subfields"]]
    return Field(made["tag"], made["ind1"], made["ind2"], subfields), made["vocabulary"]


def shown(field: Field) -> str:
    """A field for people: ``Nguyễn, Du, $d 1765-1820``."""
    return " ".join(
        text if n == 0 and code == "a" else f"${code} {text}" for n, (code, text) in enumerate(field.subfields)
    )
