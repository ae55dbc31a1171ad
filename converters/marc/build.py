"""Building a Record from the parts every exchange format has: a leader, tags, and text with 0x1F before subfields.

Problem codes of reading, which are stable words for counting:

======================== ==========================================================================================
blank-sign               blanks of the leader or 006-008 were written as # or ^
character-reference      &#7879; and the like became the characters they stand for
control-character        control characters were taken out of text (tab and line ends became spaces)
control-number-missing   no 001; the member profile or the content's digest names the record
control-number-repeated  more than one 001; the first counts
control-number-supplied  001 was missing and taken from the format's own record number (Aleph)
decomposed-text          decomposed Unicode was composed (NFC)
directory-repaired       the ISO 2709 directory lies; fields were told apart by their terminators
encoding-repaired        text encoded twice, or stored in an ordered encoding, was repaired
encoding-suspect         the encoding is neither what the leader says nor UTF-8; text may be wrong
field-form               a control field with subfields, a data field without, or a field outside the format
fixed-field-length       008 is not 40 characters long (holdings: 32)
indicator                indicators are missing or no letters, digits or blanks
leader-encoding          leader/09 says MARC-8, the bytes are valid UTF-8
leader-missing           no leader; one for a book was supplied
leader-repaired          the leader is not 24 characters long or its base address is wrong
marc8-character          bytes that mean nothing in MARC-8 became U+FFFD
nonsorting-mark          marks U+0098 and U+009C around an article were taken out
replacement-character    text holds U+FFFD: characters were lost before it came here
subfield-code            a subfield code is missing or no letter or digit
tag                      a tag is not three letters or digits
title-missing            a bibliographic record without 245 $a, $k or $p
tone-order               a Vietnamese tone stood before the circumflex or breve; put in order
unimarc                  no 245, but a title in 200: UNIMARC, which is not converted
xml-repaired             the record's XML was not well-formed and could be mended
======================== ==========================================================================================
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from converters.marc.frame import MarcError
from converters.marc.record import Field, Problem, Record
from converters.marc.text import clean

_BLANK_SIGN = "blanks were written as # or ^; read as blanks"
BOOK_LEADER = "00000nam a2200000   4500"
"""For formats without a leader: a printed text, since that is what they come from."""

_LETTERS = " 0123456789abcdefghijklmnopqrstuvwxyz|"
INDICATORS = frozenset(a + b for a in _LETTERS for b in _LETTERS)
"""Two indicators as they should be."""
_ODD_CODE = re.compile("\x1f(?![0-9a-z])")
_NUMBERS = frozenset(f"{n:03d}" for n in range(1000))
_TAG = re.compile(r"[0-9A-Za-z]{3}\Z")


def split_fields(tags: Sequence[str], contents: Sequence[str], problems: list[Problem]) -> list[Field]:
    """Fields of tags and their contents (indicators, then 0x1F and code before each subfield). Nothing is lost:
    what is missing or odd is a problem, and the text stays."""
    fields: list[Field] = []
    append = fields.append
    for tag, content in zip(tags, contents, strict=True):
        if tag < "010" and tag[:2] == "00":
            if "\x1f" in content:
                problems.append(Problem("field-form", tag, "a control field with subfields; the first one was taken"))
                pieces = content.split("\x1f")
                content = pieces[1][1:] if len(pieces[1]) > 1 else pieces[0]
            append(Field(tag, value=content))
            continue
        indicators, *pieces = content.split("\x1f")
        if indicators not in INDICATORS or not pieces:
            append(_odd_field(tag, indicators, pieces, problems))
            continue
        append(Field(tag, indicators[0], indicators[1], [(p[0], p[1:]) for p in pieces if p]))
    return fields


def without_delimiters(text: str, problems: list[Problem]) -> str:
    """Text of a format that does not use them, without ISO 2709's delimiters."""
    if "\x1e" not in text and "\x1f" not in text:
        return text
    problems.append(Problem("control-character", "", "control characters were taken out"))
    return text.replace("\x1e", "").replace("\x1f", "")


def _odd_field(tag: str, head: str, rest: list[str], problems: list[Problem]) -> Field:
    """A data field whose indicators or subfields are not as they should be."""
    if not rest:
        # Local fields of eMicLib and Libol have neither indicators nor subfields: the text becomes $a.
        text = head[2:] if head[:2] in ("  ", "##") and len(head) > 2 else head
        if text.strip():
            problems.append(Problem("field-form", tag, "a data field without subfields; its text was read as $a"))
        return Field(tag, subfields=[("a", text)] if text.strip() else [])
    subfields = [(p[0], p[1:]) for p in rest if p]
    if len(head) == 2:
        odd_indicators(tag, head, problems)
        return Field(tag, head[0], head[1], subfields)
    if len(head) > 2:
        problems.append(Problem("field-form", tag, "text before the first subfield; it was read as $a"))
        return Field(tag, head[0], head[1], [("a", head[2:]), *subfields])
    problems.append(Problem("indicator", tag, "indicators are missing; read as blank"))
    padded = head.ljust(2)
    return Field(tag, padded[0], padded[1], subfields)


def odd_indicators(tag: str, both: str, problems: list[Problem]) -> None:
    """Note two indicators that are none; they are kept."""
    problems.append(Problem("indicator", tag, f"indicators {both!r} are no letters, digits or blanks; kept"))


def finish(record: Record, text: str) -> Record:
    """Clean the text and note what a whole record lacks. ``text`` is all of its text, however delimited.

    Raises MarcError for a record without any field.
    """
    if not record.fields:
        raise MarcError("a leader without any field: nothing to describe; take the record out or export it again")
    clean(record, text)
    return checked(record, odd_codes=_ODD_CODE.search(text) is not None)


def checked(record: Record, *, odd_codes: bool) -> Record:
    """A record of clean text, with its problems: what is odd about its tags and codes, and what it lacks."""
    problems = record.problems
    if odd_codes:
        _odd_codes(record)
    if not _NUMBERS.issuperset(record.tags):
        for tag in record.tags:
            if not _TAG.match(tag):
                problems.append(
                    Problem("tag", tag, f"tag {tag!r} is not three letters or digits; the field is kept as it is")
                )
    numbers = record.all("001")
    if not numbers or not numbers[0].value.strip():
        message = "no control number (001); the member profile or the content's digest will name the record"
        problems.append(Problem("control-number-missing", "001", message))
    elif len(numbers) > 1:
        problems.append(Problem("control-number-repeated", "001", f"{len(numbers)} control numbers; the first counts"))
    for field in record.all("006", "007", "008"):
        if "#" in field.value or "^" in field.value:
            # Neither sign is a value anywhere in these fields; both are how manuals print a blank.
            field.value = field.value.replace("#", " ").replace("^", " ")
            problems.append(Problem("blank-sign", field.tag, _BLANK_SIGN))
    kind = record.kind
    fixed = record.control("008")
    if fixed and len(fixed) != (32 if kind == "holdings" else 40):
        problems.append(Problem("fixed-field-length", "008", f"008 has {len(fixed)} characters"))
    if kind == "bibliographic" and not _is_titled(record):
        problems.append(Problem("title-missing", "245", "no title (245 $a)"))
        if any(f.get("a") for f in record.all("200")):
            message = "no 245, but a title in 200: this seems to be UNIMARC; export it as MARC 21"
            problems.append(Problem("unimarc", "200", message))
    if len(problems) > 1:
        _join_equal(problems)
    return record


def _is_titled(record: Record) -> bool:
    for field in record.all("245", "880"):
        if field.tag == "245" or (field.get("6") or "").startswith("245"):
            for code, text in field.subfields:
                if code in "akp" and text and not text.isspace():
                    return True
    return False


def _join_equal(problems: list[Problem]) -> None:
    """One problem for what happened in several fields: local systems leave it in every local field."""
    places: dict[tuple[str, str], dict[str, None]] = {}
    for problem in problems:
        places.setdefault((problem.code, problem.message), {})[problem.where] = None
    if len(places) < len(problems):
        problems[:] = [Problem(code, ", ".join(where), message) for (code, message), where in places.items()]


def _odd_codes(record: Record) -> None:
    tags: dict[str, None] = {}
    for field in record.fields:
        if any(not ("a" <= code <= "z" or "0" <= code <= "9") for code, _ in field.subfields):
            tags[field.tag] = None
    where = ", ".join(tags)
    message = "a subfield code is missing or is no lower-case letter or digit; the subfield is kept"
    record.problems.append(Problem("subfield-code", where, message))


def checked_leader(leader: str, problems: list[Problem]) -> str:
    """A leader of 24 printable characters; ``#`` and ``^`` for blanks are undone."""
    if "#" in leader or "^" in leader:
        leader = leader.replace("#", " ").replace("^", " ")
        problems.append(Problem("blank-sign", "LDR", _BLANK_SIGN))
    if not (leader.isascii() and leader.isprintable()):
        leader = "".join(c if " " <= c <= "~" else " " for c in leader)
        problems.append(
            Problem("leader-repaired", "LDR", "the leader held characters that are not ASCII; read as blanks")
        )
    if not leader.strip():
        problems.append(Problem("leader-missing", "LDR", "no leader; read as a printed text"))
        return BOOK_LEADER
    if len(leader) != 24:
        problems.append(Problem("leader-repaired", "LDR", f"the leader has {len(leader)} characters instead of 24"))
    return leader[:24].ljust(24)
