"""MARCXML, however it is wrapped: collections, OAI-PMH and SRU envelopes, any prefix, no namespace.

A record's bytes are cut from the file before any XML parser sees them, so that one bad character costs one record
and not the rest of the file. A DOCTYPE is refused: nothing in MARCXML needs one, and entities are how XML attacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from xml.parsers import expat

from converters.marc.build import checked_leader, finish, split_fields
from converters.marc.frame import FRAME_LIMIT, SAMPLE, Damaged, Frame, MarcError, UnknownFormat
from converters.marc.record import Problem, Record
from converters.marc.regular_xml import ENTITY, leader_text, regular_record
from converters.marc.source import Source
from converters.marc.text import composed, decode_body

DOCTYPE = "XML with a DOCTYPE is refused, because entities can be used for attacks; take the <!DOCTYPE …> line out"

_OPEN = re.compile(rb"<!--|<!DOCTYPE|<(?:[A-Za-z_][\w.-]*:)?record(?=[\s>/])")
_OPEN_OR_CLOSE = re.compile(rb"<(/?)(?:[A-Za-z_][\w.-]*:)?record(?:\s[^<>]*)?(/?)>")
_CONTENT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:leader|controlfield|datafield|fixfield|varfield)[\s>]")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)(?=[\s>/])")
_REFUSAL = re.compile(rb"<(?:[\w.-]+:)?(?:error|diagnostic|message)(?:\s[^<>]*)?>([^<]{1,300})<")
_DELETED = re.compile(rb"status\s*=\s*[\"']deleted[\"']")
_IDENTIFIER = re.compile(rb"identifier>\s*([^<]{1,200}?)\s*<")
_NUMBER = re.compile(rb"tag\s*=\s*[\"']001[\"'][^>]*>\s*([^<]{1,60}?)\s*<")
_NOT_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|"
    "&#(?:x0*(?:[0-8bcBCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF])|0*(?:[0-8]|1[124-9]|2\\d|3[01]|6553[45]));"
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]+)|(\d{1,4000}));", re.ASCII)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_KEEP = 256  # bytes kept when nothing was found, so that a tag over two chunks is seen


def frame_marcxml(source: Source) -> Iterator[Frame | Damaged]:
    """Cut out the innermost ``record`` elements. Raises UnknownFormat on a DOCTYPE."""
    head = source.head(SAMPLE)
    declared = _DECLARED.match(head)
    encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    prefix = (
        b"" if encoding in ("utf-8", "utf8", "us-ascii") else b'<?xml version="1.0" encoding="%s"?>' % encoding.encode()
    )
    root = _ROOT.search(re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", head, flags=re.DOTALL))
    root_end = b"</" + root.group(1) if root and root.group(1).split(b":")[-1] != b"record" else b""
    number = 0
    buffer = b""
    start = source.offset
    tail = b""
    while True:
        chunk = source.read()
        buffer += chunk
        tail = (tail + chunk)[-SAMPLE:]
        used = 0
        while True:
            found, used = _next_record(buffer, used, start, at_end=not chunk)
            if found is not None:
                data, offset, reason = found
                if reason is None:
                    number += 1
                    yield Frame(prefix + data, offset, "marcxml", number)
                elif data:
                    number += 1
                    yield Damaged(data[:SAMPLE], offset, number, reason, seen_number(data))
            else:
                break
        buffer = buffer[used:]
        start += used
        if not chunk:
            break
        if len(buffer) > FRAME_LIMIT:
            number += 1
            reason = "more than 4 MiB without the end of a record element: no MARC record is so long"
            yield Damaged(buffer[:SAMPLE], start, number, reason, seen_number(buffer[:SAMPLE]))
            start += len(buffer) - _KEEP
            buffer = buffer[-_KEEP:].replace(b"<", b" ")
    refusal = _REFUSAL.search(tail) if number == 0 else None
    if refusal:
        said = refusal.group(1).decode("utf-8", "replace").strip()
        number += 1
        yield Damaged(tail[:SAMPLE], 0, number, f"no records but an error message of the server: {said}")
    if root_end and root_end not in tail and source.failure is None:
        reason = (
            f"the file ends before {root_end.decode('ascii')}>: it was cut short, records may be missing; send it again"
        )
        yield Damaged(b"", source.offset, number + 1, reason)


_Found = tuple[bytes, int, str | None]


def _next_record(buffer: bytes, position: int, start: int, *, at_end: bool) -> tuple[_Found | None, int]:
    """The next record after ``position`` (bytes, offset, reason when it is damaged) and the position after it.
    None means: more bytes are needed from that position on; an empty record: go on."""
    opening = _OPEN.search(buffer, position)
    if opening is None:
        return None, max(position, len(buffer) - _KEEP) if not at_end else len(buffer)
    what = opening.group()
    if what == b"<!DOCTYPE":
        raise UnknownFormat(DOCTYPE)
    if what == b"<!--":
        end = buffer.find(b"-->", opening.end())
        if end < 0:
            # A comment over several chunks: drop what is read and look on for its end.
            return None, opening.start() if len(buffer) - opening.start() < FRAME_LIMIT else len(buffer)
        return (b"", start, ""), end + 3
    first = opening.start()
    end = buffer.find(b"</record>", first) if what == b"<record" else -1
    if end >= 0 and buffer.find(b"record", opening.end(), end) < 0 and _CONTENT.search(buffer, first, end):
        # The usual case: nothing between that could be another record's tag.
        return (buffer[first : end + 9], start + first, None), end + 9
    tag = _OPEN_OR_CLOSE.match(buffer, first)
    if tag is None and not at_end and len(buffer) - first < SAMPLE:
        return None, first
    if tag is not None and tag.group(2):
        return (buffer[first : tag.end()], start + first, "an empty record element"), tag.end()
    following = _OPEN_OR_CLOSE.search(buffer, opening.end())
    if following is None:
        if not at_end:
            return None, first
        return (
            buffer[first:],
            start + first,
            "the input ends inside this record: the file was cut short; send it again",
        ), len(buffer)
    data = buffer[first : following.end()]
    if following.group(1):
        if _CONTENT.search(data):
            return (data, start + first, None), following.end()
        if _DELETED.search(data):
            seen = _IDENTIFIER.search(data)
            name = seen.group(1).decode("utf-8", "replace") if seen else "without identifier"
            return (
                data,
                start + first,
                f"deleted at its source (OAI-PMH): {name}; it brings no record",
            ), following.end()
        return (data, start + first, "a record element without leader and fields of MARCXML"), following.end()
    inside = buffer[first : following.start()]
    if _CONTENT.search(inside):
        return (inside, start + first, "the record element is not closed before the next one begins"), following.start()
    return (b"", start, ""), following.start()  # an OAI-PMH or SRU envelope


def seen_number(data: bytes) -> str:
    """The control number as far as the bytes still show it, else empty."""
    found = _NUMBER.search(data)
    return found.group(1).decode("utf-8", "replace") if found else ""


_LEVEL = {"leader": 1, "controlfield": 2, "datafield": 3, "subfield": 4, "fixfield": 2, "varfield": 3}


class _Reader:
    """Collects one record from expat's events: tags, and contents in the form of ISO 2709. Elements may stand where
    MARCXML has none: their text stays where it stands, or a problem says that it was left out."""

    def __init__(self) -> None:
        self.leader = ""
        self.tags: list[str] = []
        self.contents: list[str] = []
        self.problems: list[Problem] = []
        self._text: list[str] = []
        self._kinds: dict[str, int] = {}
        self._pending: list[str] = []
        self._tag = ""
        self._code = ""
        self._inside = 0  # the kind of the leader or field that is open
        self._depth = 0
        self._field_depth = 0
        self._subfield_depth = 0  # 0: none is open

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        kind = self._kinds.get(name)
        if kind is None:
            kind = self._kinds[name] = _LEVEL.get(name.rpartition(":")[2], 0)
        if kind == 0:
            if self._subfield_depth or self._inside in (1, 2):
                self._odd(f"element {name!r} is not MARCXML; its text was kept where it stands")
                return
            if self._inside == 3:
                self._odd(f"element {name!r} is not MARCXML; its text was read as $?")
        elif self._subfield_depth:
            self._odd(f"a {_NAMES[kind]} begins inside a subfield; both are kept")
            self._end_subfield()
        if kind in (1, 2, 3):
            self._start_field(kind, attributes)
            return
        self._beside()
        if self._inside in (2, 3):
            code = attributes.get("code", "") or "?"
            if len(code) > 1:
                self.problems.append(
                    Problem("subfield-code", self._tag, f"the subfield code {code!r} was read as {code[0]!r}")
                )
            self._code = code[0]
            self._subfield_depth = self._depth

    def _start_field(self, kind: int, attributes: dict[str, str]) -> None:
        if self._inside:
            self._odd(f"a {_NAMES[kind]} begins before the one before it ends; both are kept")
            self._end_field()
        self._beside()
        self._tag = attributes.get("tag", attributes.get("id", "")) if kind > 1 else "LDR"
        self._inside = kind
        self._field_depth = self._depth
        self._pending = [""]
        if kind == 3:
            one, two = attributes.get("ind1", attributes.get("i1")), attributes.get("ind2", attributes.get("i2"))
            self._pending = [(one or " ")[0] + (two or " ")[0]]
            if one is None or two is None:
                self.problems.append(Problem("indicator", self._tag, "indicators are missing; read as blank"))
            elif len(one) > 1 or len(two) > 1:
                message = f"indicators {one!r} and {two!r} are longer than one character; the first was taken"
                self.problems.append(Problem("indicator", self._tag, message))

    def text(self, data: str) -> None:
        self._text.append(data)

    def end(self, _name: str) -> None:
        depth = self._depth
        self._depth -= 1
        if depth == self._subfield_depth:
            self._end_subfield()
        elif depth == self._field_depth:
            self._end_field()
        elif not self._subfield_depth and self._inside not in (1, 2):
            self._beside()

    def _end_subfield(self) -> None:
        self._pending.append(f"\x1f{self._code}{''.join(self._text)}")
        self._subfield_depth = 0
        self._text.clear()

    def _end_field(self) -> None:
        if self._inside == 1:
            if self.leader.strip():
                self.problems.append(Problem("leader-repaired", "LDR", "more than one leader; the last one was taken"))
            self.leader = "".join(self._text)
        else:
            text = "".join(self._text)
            if len(self._pending) == 1 and (self._inside == 2 or text.strip()):
                self._pending.append(text if self._inside == 2 else text.strip())
            else:
                self._beside()
            self.tags.append(self._tag)
            self.contents.append("".join(self._pending))
        self._inside = self._field_depth = 0
        self._text.clear()

    def _beside(self) -> None:
        """Tell of text that stands beside subfields or fields, where MARCXML has none."""
        stray = "".join(self._text).strip() if self._text else ""
        if stray:
            where = "subfields" if self._inside else "fields"
            self._odd(f"text beside the {where} left out: {stray[:60]!r}")
        self._text.clear()

    def _odd(self, message: str) -> None:
        self.problems.append(Problem("field-form", self._tag if self._inside else "", message))


_NAMES = {1: "leader", 2: "field", 3: "field", 4: "subfield"}


def _text_of(data: bytes, encoding: str | None, problems: list[Problem]) -> tuple[str, str, bool]:
    """A record element's text, the name of its encoding, and whether it may not be composed (NFC) yet."""
    declared = _DECLARED.match(data)
    name = declared.group(1).decode("ascii") if declared else "utf-8"
    raw = False
    other = name.lower() not in ("utf-8", "utf8", "us-ascii")
    try:
        if other and "<record>".encode(name) != b"<record>":
            # UTF-16 and the like, as .NET declares what it then writes as UTF-8: these bytes hold tags in ASCII.
            problems.append(
                Problem(
                    "xml-repaired",
                    "",
                    f"the XML declares the encoding {name!r}, which its tags are not in; not believed",
                )
            )
            other, name = False, "utf-8"
        text = data.decode(name) if other else ""
    except (LookupError, UnicodeError) as error:
        raise MarcError(f"the XML declares the encoding {name!r}, but cannot be read so ({error})") from None
    if other:
        pass
    elif encoding:
        text, name = decode_body(data, "a", encoding, problems)
    else:
        try:
            text, name, raw = data.decode(), "utf-8", True
        except UnicodeDecodeError:
            text, name = decode_body(data, "a", encoding, problems)
    return (text[text.index("?>") + 2 :] if declared else text), name, raw


def parse_marcxml(data: bytes, encoding: str | None) -> Record:
    """One record element. XML that is not well-formed is mended where that is plain (control characters, bare
    ``&``, HTML entities), else MarcError says where it breaks."""
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise MarcError(DOCTYPE)
    problems: list[Problem] = []
    text, name, raw = _text_of(data, encoding, problems)
    record = regular_record(text, name.lower(), problems, compose=raw)
    if record is not None:
        return record
    if raw:
        text = composed(text, problems)
    reader, fault = _read(text)
    if fault is not None:
        reader, still = _read(_mended(text))
        if still is not None:
            raise MarcError(f"the XML of this record is not well-formed: {still}; export it again")
        problems.append(Problem("xml-repaired", "", f"the XML was not well-formed ({fault}) and was mended"))
        if _NOT_XML.search(text):
            problems.append(Problem("control-character", "", "control characters were taken out"))
    problems.extend(reader.problems)
    tags = [tag or "???" for tag in reader.tags]
    fields = split_fields(tags, reader.contents, problems)
    leader = checked_leader(leader_text(reader.leader), problems)
    record = Record(leader, fields, format="marcxml", encoding=name.lower(), problems=problems)
    return finish(record, "\x1e".join(reader.contents))


def _read(text: str) -> tuple[_Reader, str | None]:
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        return reader, f"{expat.errors.messages[error.code]} in line {error.lineno}, column {error.offset + 1}"
    return reader, None


def _mended(text: str) -> str:
    """XML whose plain faults are undone: control characters, bare ``&``, HTML entities, ``]]>`` in text, references
    to half a character (as UTF-16 has them) or to none."""
    text = _CDATA.sub(_mend_cdata, text).replace("]]>", "]]&gt;")
    text = _REFERENCE.sub(_mend_reference, _NOT_XML.sub("", text))
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return ENTITY.sub(_mend_entity, text)


def _mend_cdata(match: re.Match[str]) -> str:
    return match.group(1).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _mend_reference(match: re.Match[str]) -> str:
    number = int(match.group(1), 16) if match.group(1) else int(match.group(2))
    if 0xD800 <= number < 0xE000:
        return chr(number)
    return match.group() if number <= 0x10FFFF else f"&amp;{match.group()[1:]}"


def _mend_entity(match: re.Match[str]) -> str:
    known = html5.get(match.group(1) or "")
    return known if known and known not in "<&" else "&amp;" + (match.group(1) or "")
