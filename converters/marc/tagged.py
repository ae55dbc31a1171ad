"""MARC as lines of text: MARCMaker, Aleph sequential, Libol tagged text, and what one copies from an OPAC page.

Sources: LC's MARCMaker manual; Ex Libris' Aleph sequential format; Libol and OPAC text as Vietnamese libraries'
files have it (measured, not documented anywhere).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from converters.marc.build import checked_leader, finish, split_fields, without_delimiters
from converters.marc.frame import FRAME_LIMIT, SAMPLE, Damaged, Frame, MarcError
from converters.marc.record import Problem, Record
from converters.marc.source import Source, lines
from converters.marc.text import decode_body

_Lines = tuple[str, list[str], list[str]]

_MRK = re.compile(r"=([0-9A-Za-z]{3,4})(?:  ?(.*))?\Z", re.DOTALL)
_ALEPH = re.compile(r"(\d{9}) ([0-9A-Za-z]{3})(.)(.) (.) (.*)\Z", re.DOTALL)
_LIBOL = re.compile(r"#([0-9A-Za-z]{3,4})(?: (.*))?\Z", re.DOTALL)
_LIBOL_DATA = re.compile(r"(.)(.) ?(\$[a-z0-9].*)\Z", re.DOTALL)
# A sum of money ("$25.000", "$0.50") is none: $1–$9 before a digit part nothing, $0 does but before a decimal mark.
_DOLLAR = re.compile(r"\$(?=[a-z]|0(?![.,])|[1-9](?![0-9.,]))")
_MNEMONIC = re.compile(r"\{([a-zA-Z0-9]{2,8})\}")

# MARCMaker's mnemonics: characters, and marks that stand before their letter.
_CHARACTERS = {
    "dollar": "$", "lcub": "{", "rcub": "}", "bsol": "\\", "AElig": "Æ", "aelig": "æ", "OElig": "Œ", "oelig": "œ",
    "Lstrok": "Ł", "lstrok": "ł", "Ostrok": "Ø", "ostrok": "ø", "Dstrok": "Đ", "dstrok": "đ", "THORN": "Þ",
    "thorn": "þ", "eth": "ð", "Ohorn": "Ơ", "ohorn": "ơ", "Uhorn": "Ư", "uhorn": "ư", "inodot": "ı", "pound": "£",
    "copy": "©", "reg": "®", "phono": "℗", "deg": "°", "plusmn": "±", "flat": "♭", "sharp": "♯", "iexcl": "¡",
    "iquest": "¿", "middot": "·", "softsign": "ʹ", "hardsign": "ʺ", "mlrhring": "ʼ", "mllhring": "ʻ", "scriptl": "ℓ",
    "szlig": "ß", "euro": "€",
}  # fmt: skip
_MARKS = {
    "grave": "\u0300", "acute": "\u0301", "circ": "\u0302", "tilde": "\u0303", "macr": "\u0304", "breve": "\u0306",
    "dot": "\u0307", "uml": "\u0308", "hooka": "\u0309", "ring": "\u030a", "caron": "\u030c", "dblac": "\u030b",
    "dotb": "\u0323", "cedil": "\u0327", "ogon": "\u0328",
}  # fmt: skip
_MARK = re.compile(r"((?:\{(?:" + "|".join(_MARKS) + r")\})+)(.)", re.DOTALL)


def _frame_lines(
    source: Source, form: str, starts: Callable[[bytes, bytes], bool], ends: Callable[[bytes], bool]
) -> Iterator[Frame | Damaged]:
    """Group lines to records: a new one begins where ``starts(line, lines so far)`` says so, the present one ends
    with a line for which ``ends`` is true (that line belongs to none)."""
    number = 0
    held: list[bytes] = []
    size = 0
    offset = source.offset
    skipping = False
    for at, line in lines(source):
        if skipping and (len(line) > SAMPLE or not _LOOKS[form].match(line)):
            continue
        skipping = False
        final = ends(line)
        if held and (final or starts(line, held[0])):
            number += 1
            yield _line_record(b"".join(held), offset, form, number)
            held, size = [], 0
        if final:
            continue
        if not held:
            offset = at
        held.append(line)
        size += len(line)
        if size > FRAME_LIMIT:
            number += 1
            data = b"".join(held)[:SAMPLE]
            yield Damaged(
                data, offset, number, "more than 4 MiB without the end of a record: no MARC record is so long"
            )
            held, size, skipping = [], 0, True
    if held:
        yield _line_record(b"".join(held), offset, form, number + 1)


def _line_record(data: bytes, offset: int, form: str, number: int) -> Frame | Damaged:
    if _LOOKS[form].search(data):
        return Frame(data.rstrip(b"\r\n\x1a") + b"\n", offset, form, number)
    return Damaged(data[:SAMPLE], offset, number, "lines that are no fields of this format")


_LOOKS = {
    "mrk": re.compile(rb"^=[0-9A-Za-z]{3}", re.MULTILINE),
    "aleph": re.compile(rb"^\d{9} [0-9A-Za-z]{3}", re.MULTILINE),
    "libol": re.compile(rb"^(?:#[0-9A-Za-z]{3}|Ldr)", re.MULTILINE),
    "opac": re.compile(rb"^[0-9A-Z]{3}\t", re.MULTILINE),
}


def _blank(line: bytes) -> bool:
    return not line.strip(b" \t\r\n\x1a\x00")


def frame_mrk(source: Source) -> Iterator[Frame | Damaged]:
    """Records of MARCMaker text: parted by an empty line, or by the next leader."""
    return _frame_lines(source, "mrk", lambda line, _: line.startswith((b"=LDR", b"=000")), _blank)


def frame_aleph(source: Source) -> Iterator[Frame | Damaged]:
    """Records of Aleph sequential: lines that begin with the same system number."""
    return _frame_lines(source, "aleph", lambda line, first: line[:9] != first[:9], _blank)


def frame_libol(source: Source) -> Iterator[Frame | Damaged]:
    """Records of Libol tagged text: ended by ``##``, begun by ``Ldr``."""
    return _frame_lines(
        source, "libol", lambda line, _: line[:4].lower() == b"ldr ", lambda line: line.rstrip(b"\r\n $") == b"##"
    )


def frame_opac(source: Source) -> Iterator[Frame | Damaged]:
    """Records copied from an OPAC page: parted by an empty line (a line of only tabs is an empty subfield)."""
    return _frame_lines(source, "opac", lambda _line, _first: False, lambda line: not line.strip(b" \r\n\x1a"))


def parse_tagged(data: bytes, form: str, encoding: str | None) -> Record:
    """One record of lines in the format ``form``. Raises MarcError when no line is a field."""
    problems: list[Problem] = []
    flag = data[data.find(b"LDR") :][:40] if form == "mrk" else b""
    text, name = decode_body(data, chr(flag[14]) if len(flag) > 14 else "a", encoding, problems)
    text = without_delimiters(text, problems)
    leader, tags, contents = _READERS[form](text, problems)
    if form == "libol" and leader.strip():
        leader = leader.rstrip()
    fields = split_fields(tags, contents, problems)
    record = Record(checked_leader(leader, problems), fields, format=form, encoding=name, problems=problems)
    return finish(record, "\x1e".join(contents))


def _mrk(text: str, problems: list[Problem]) -> _Lines:
    leader = ""
    tags: list[str] = []
    contents: list[str] = []
    for line in _joined(text, "=", problems):
        match = _MRK.match(line)
        if match is None:
            raise MarcError(f"no MARCMaker line: {line[:60]!r} (a line is '=245  10$aTitle')")
        tag, rest = match.group(1), match.group(2) or ""
        if tag in ("LDR", "000"):
            leader = rest.replace("\\", " ")
            continue
        tags.append(tag)
        if tag[:2] == "00":
            contents.append(_plain(rest.replace("\\", " ")))
            continue
        head, dollar, body = rest.partition("$")
        head = head.replace("\\", " ")
        contents.append(_plain(head + ("\x1f" + body.replace("$", "\x1f") if dollar else "")))
    return leader, tags, contents


def _plain(text: str) -> str:
    """MARCMaker's mnemonics as characters; one that is not known stays."""
    if "{" not in text:
        return text
    text = _MARK.sub(lambda m: m.group(2) + "".join(_MARKS[k] for k in re.findall(r"\w+", m.group(1))), text)
    return _MNEMONIC.sub(lambda m: _CHARACTERS.get(m.group(1), m.group()), text)


def _aleph(text: str, problems: list[Problem]) -> _Lines:
    leader = number = ""
    tags: list[str] = []
    contents: list[str] = []
    for line in text.splitlines():
        match = _ALEPH.match(line)
        if match is None:
            if line.strip():
                problems.append(
                    Problem("field-form", line[10:13], "a line that is no Aleph field; left out of the record")
                )
            continue
        number, tag, one, two, _, body = match.groups()
        if tag == "LDR":
            leader = body.replace("^", " ")
            continue
        tags.append(tag)
        if tag[:2] == "00":
            contents.append(body.replace("^", " ") if tag in ("006", "007", "008") else body)
        elif body.startswith("$$"):
            contents.append(one + two + body.replace("$$", "\x1f"))
        else:
            contents.append("  " + body)
    if number and "001" not in tags:
        tags.insert(0, "001")
        contents.insert(0, number)
        problems.append(Problem("control-number-supplied", "001", "taken from the Aleph system number"))
    return leader, tags, contents


def _libol(text: str, problems: list[Problem]) -> _Lines:
    leader = ""
    tags: list[str] = []
    contents: list[str] = []
    for line in _joined(text, "#", problems, also="Ldr "):
        if line[:4].lower() == "ldr ":
            leader = line[4:]
            continue
        match = _LIBOL.match(line)
        if match is None:
            raise MarcError(f"no Libol line: {line[:60]!r} (a line is '#245 10 $aTitle')")
        tag, rest = match.group(1), match.group(2) or ""
        tags.append(tag)
        data = _LIBOL_DATA.match(rest)
        if tag[:2] == "00":
            contents.append(rest if len(rest) == 40 else rest.lstrip())
        elif data is not None:
            contents.append(data.group(1) + data.group(2) + _DOLLAR.sub("\x1f", data.group(3)))
        else:
            contents.append("  " + rest.lstrip())
    return leader, tags, contents


def _opac(text: str, problems: list[Problem]) -> _Lines:
    leader = ""
    tags: list[str] = []
    contents: list[str] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        cells = line.split("\t")
        tag = cells[0].strip()
        if tag in ("LDR", "000"):
            leader = next((c for c in reversed(cells) if c.strip()), "")
            continue
        if tag[:2] == "00":
            tags.append(tag)
            contents.append(next((c for c in cells[1:] if c.strip(" #")), ""))
            continue
        cells += [""] * (5 - len(cells))
        code, value = cells[3].strip(), "\t".join(cells[4:]).rstrip("\t")
        if tag:
            tags.append(tag)
            contents.append(
                (cells[1].strip() or " ").replace("#", " ")[0] + (cells[2].strip() or " ").replace("#", " ")[0]
            )
        elif not tags:
            raise MarcError(f"the first line names no field: {line[:60]!r}")
        if code or value:
            contents[-1] += f"\x1f{code[:1] or '?'}{value}"
    if not tags:
        raise MarcError("no line is a field (tag, indicators, subfield code and text between tabs)")
    empty = [n for n, c in enumerate(contents) if tags[n][:2] != "00" and "\x1f" not in c]
    for n in reversed(empty):
        problems.append(Problem("field-form", tags[n], "a field without text; left out"))
        del tags[n], contents[n]
    return leader, tags, contents


def _joined(text: str, mark: str, problems: list[Problem], also: str = "=") -> Iterator[str]:
    """Lines that begin a field, each with the lines after it that do not: text broken by an editor or a mail."""
    held: str | None = None
    broken = False
    for line in re.split(r"\r\n|\n|\r", text):
        if line.startswith((mark, also)):
            if held is not None:
                yield held
            held = line
        elif line.strip():
            held = line if held is None else f"{held.rstrip()} {line.strip()}"
            broken = True
    if held is not None:
        yield held
    if broken:
        problems.append(Problem("field-form", "", "a field was broken over lines; its parts were joined with a space"))


_READERS: dict[str, Callable[[str, list[Problem]], _Lines]] = {
    "mrk": _mrk,
    "aleph": _aleph,
    "libol": _libol,
    "opac": _opac,
}
