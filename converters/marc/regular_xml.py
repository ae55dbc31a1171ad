"""A MARCXML record as programs write it, cut at its subfields without an XML parser.

Nearly all MARCXML is written by programs that put the same few characters between two subfields. Whatever looks
otherwise is left to the XML parser, which then tells what is odd about it. Measured at three times its speed.
"""

from __future__ import annotations

import re
from functools import lru_cache

from converters.marc.build import INDICATORS, checked, checked_leader, odd_indicators, split_fields
from converters.marc.record import Field, Problem, Record
from converters.marc.text import clean, composed

ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)([A-Za-z][A-Za-z0-9]*;)?")
"""An ampersand that begins no reference of XML, with the name of HTML's entity where it begins one."""

_PREFIX = re.compile(r"[ \t\n]*<([A-Za-z_][A-Za-z0-9_.-]*):record[ \t\n>]")
_NAMED = r"""[ \t\n]+[A-Za-z_:][A-Za-z0-9_:.-]*=(?:"[^<>&"]*"|'[^<>&']*')"""
_OUTER = re.compile(
    rf"[ \t\n]*<record((?:{_NAMED})*)[ \t\n]*>[ \t\n]*"
    r"(?:<!--[^<>&-]*-->[ \t\n]*)*"  # YAZ writes what it found odd as comments before the leader
    r"(?:<leader>([^<>&]*)</leader>[ \t\n]*)?"
)
_CONTROLFIELD = re.compile(r'<controlfield tag="([^"<>&\t\n]+)">([^<]*)</controlfield>[ \t\n]*')
_SUBFIELD = re.compile(r'<subfield code="([!#-%\'-;=?-~ ])">([^<]*)</subfield>[ \t\n]*')
_BETWEEN = re.compile(
    rf"(</datafield>[ \t\n]*)?(?:<datafield((?:{_NAMED})+)[ \t\n]*>[ \t\n]*|(</record[ \t\n]*>[ \t\n]*))\Z"
)
_ATTRIBUTE = re.compile(r"""([A-Za-z_:][A-Za-z0-9_:.-]*)=(?:"([^"]*)"|'([^']*)')""")
_MARKUP = 1000
"""Characters between two subfields, at most: what is kept by its text must not be as long as a record."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
"""What XML 1.0 has no place for (section 2.2, Char), and the carriage return, which it would make a line end."""
_CODES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


def regular_record(text: str, name: str, problems: list[Problem], *, compose: bool) -> Record | None:
    """The record in the text of a record element, or None for anything unusual. ``name`` is its encoding's;
    ``compose`` tells that the text may not be NFC yet, which its contents then become.
    """
    prefix = _PREFIX.match(text)
    if prefix:
        opening, closing = f"<{prefix.group(1)}:", f"</{prefix.group(1)}:"
        prefixed = text.count(opening) + text.count(closing) + text.count("<!--")
        if text.count("<") != prefixed or f"{opening}/" in text or f"{opening}!" in text:
            return None
        text = text.replace(opening, "<").replace(closing, "</")
    outer = _OUTER.match(text)
    if outer is None or "\r" in text or "\x1e" in text or not _is_markup(outer.group()):
        return None
    if outer.group(1) and (len(outer.group(1)) > _MARKUP or _attributes(outer.group(1)) is None):
        return None
    before, *parts = _SUBFIELD.split(text[outer.end() :])
    controls, mark, opening = before.rpartition("<datafield")
    values = _CONTROLFIELD.split(controls)
    heads = _heads(mark + opening, parts[2::3])
    if heads is None or any(values[::3]) or not _is_markup("".join(values[1::3])):
        return None
    codes = parts[::3]
    joined = "\x1e".join(["", *values[2::3], *parts[1::3]])
    if ("&" in joined and ("&#" in joined or ENTITY.search(joined))) or "]]>" in joined:
        return None
    whole = joined.replace("\x1e", "")
    if not whole.isprintable() and _CONTROL.search(whole):
        return None
    if compose:
        joined = composed(joined, problems)
    if "&" in joined:
        joined = _unescaped(joined)
    texts = joined.split("\x1e")[1:]
    count = len(values) // 3
    fields = _control_fields(values[1::3], texts[:count], problems) if count else []
    subfields = list(zip(codes, texts[count:], strict=True))
    for (_, tag, one, two, odd), start, end in heads:
        fields.append(Field(tag, one, two, subfields[start:end]))
        if odd:
            odd_indicators(tag, one + two, problems)
    leader = checked_leader(leader_text(outer.group(2) or ""), problems)
    record = Record(leader, fields, format="marcxml", encoding=name, problems=problems)
    clean(record, joined)
    return checked(record, odd_codes=not _CODES.issuperset(codes))


_Between = tuple[bool, str, str, str, bool]


def _heads(first: str, gaps: list[str]) -> list[tuple[_Between, int, int]] | None:
    """How each data field begins, and the range of its subfields, from what stands before the first subfield and
    after each; None when that is anything else than the tags of data fields and the record's end.
    """
    found = _between(first) if len(first) <= _MARKUP else None
    if found is None or found[0] or not gaps:
        return None
    heads = []
    start = 0
    for end, gap in enumerate(gaps, 1):
        if gap:
            if not found[1] or len(gap) > _MARKUP:
                return None
            heads.append((found, start, end))
            found = _between(gap)
            if found is None or not found[0]:
                return None
            start = end
    return None if found[1] or start < len(gaps) else heads


@lru_cache(maxsize=4096)
def _between(text: str) -> _Between | None:
    """What stands between two subfields: whether a field ends, the tag and indicators of the field that begins
    (empty at the record's end), and whether these are odd. None when it is anything else.
    """
    match = _BETWEEN.match(text)
    if match is None or not _is_markup(text):
        return None
    closes, attributes, ends = match.groups()
    if ends:
        return bool(closes), "", "", "", False
    found = _attributes(attributes) or {}
    tag, one, two = found.get("tag", ""), found.get("ind1", ""), found.get("ind2", "")
    if not tag or tag[:2] == "00" or len(one) != 1 or len(two) != 1:
        return None
    return bool(closes), tag, one, two, one + two not in INDICATORS


@lru_cache(maxsize=256)
def _attributes(text: str) -> dict[str, str] | None:
    """Attributes by their names, each white space a blank (XML 1.0, 3.3.3); None when one is there twice."""
    found = _ATTRIBUTE.findall(text)
    by_name = {name: (one or two).replace("\t", " ").replace("\n", " ") for name, one, two in found}
    return by_name if len(by_name) == len(found) else None


def _is_markup(text: str) -> bool:
    """Whether tags and attributes hold nothing but ASCII without control characters."""
    return text.isascii() and (text.isprintable() or not _CONTROL.search(text))


def _control_fields(tags: list[str], values: list[str], problems: list[Problem]) -> list[Field]:
    fields = []
    for tag, value in zip(tags, values, strict=True):
        if tag[:2] == "00" and tag < "010":
            fields.append(Field(tag, value=value))
        else:
            fields.extend(split_fields([tag], [value], problems))
    return fields


def _unescaped(text: str) -> str:
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&apos;", "'")
    return text.replace("&amp;", "&")


def leader_text(text: str) -> str:
    """A leader without the white space of pretty-printing, but with its own blanks."""
    if len(text) == 24:
        return text
    bare = text.strip("\r\n\t")
    if len(bare) == 24:
        return bare
    return text.strip() if "\n" in text and bare.strip() else text
