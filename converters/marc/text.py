"""From a record's bytes to its text: which encoding it really has, and what had to be mended.

Nothing is guessed silently: valid UTF-8 wins over the leader (measured: catalogues lie in leader/09), an encoding is
overruled only when the member's profile orders it, double encoding is undone only when it is certain, and all else
is decoded in the least harmful way with the problem ``encoding-suspect``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from converters.marc import marc8
from converters.marc.frame import MarcError
from converters.marc.record import Field, Problem, Record
from converters.marc.vietnamese import (
    decode_cp1258,
    decode_tcvn3,
    decode_vni,
    decode_vps,
    has_vietnamese_letter,
    is_syllable,
    vietnamese_share,
)

_ORDERED: dict[str, Callable[[bytes], str]] = {
    "tcvn3": decode_tcvn3,
    "abc": decode_tcvn3,
    "vni": decode_vni,
    "vps": decode_vps,
    "cp1258": decode_cp1258,
    "windows-1258": decode_cp1258,
}
"""Encodings a profile may order, besides every codec that Python has."""

_PARTS = re.compile(rb"([\x1e\x1f\n])")
_VIETNAMESE_WORD = re.compile(r"[^\W\d_]*[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9][^\W\d_]*")
_HIGH = re.compile(rb"[\x80-\xff]")

# Characters 0x80-0xBF of Windows-1252 as text; what is undefined there stays the C1 control of that number.
_CP1252 = {chr(b): b for b in range(0x80, 0x100)}
for _b in range(0x80, 0xA0):
    try:
        _CP1252[bytes([_b]).decode("cp1252")] = _b
    except UnicodeDecodeError:
        continue
_TRAIL = "".join(c for c, b in _CP1252.items() if b < 0xC0)
_MOJIBAKE = re.compile(f"[\u00c3-\u00c6\u00e1\u00e2](?:[{re.escape(_TRAIL)}]|(?<=\u00c3) )")
"""What may be UTF-8 read as Windows-1252. A space counts after Ã only: it may have been the no-break space of ``à``;
``á `` ends every other Vietnamese word.
"""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x97\x99-\x9b\x9d-\x9f]")
_SPACING = re.compile("[\t\r\n]+")
_NONSORTING = re.compile("[\x98\x9c]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TONE_FIRST = re.compile(
    "([aeoAEO\u1ea1\u1ea0\u1eb9\u1eb8\u1ecd\u1ecc]\u0323?)([\u0300\u0301\u0303\u0309])([\u0302\u0306])"
)
_TONE_FIRST_NFC = re.compile("[\u0300\u0301\u0303\u0309àáảãèéẻẽòóỏõÀÁẢÃÈÉẺẼÒÓỎÕ][\u0302\u0306]")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MARKS = "".join(chr(n) for n in (*range(0x300, 0x2000), *range(0x20D0, 0x3100)) if unicodedata.combining(chr(n)))
_AFTER_MARKUP = (
    re.compile(f"\x1f.?[{_MARKS}]*[\u0300-\u036f]"),
    re.compile(f"[\x1e\n<>=\"'/{{}}$#][{_MARKS}]*[\u0300-\u036f]"),
)
"""A mark that composes, after what is no letter: other marks (Hebrew points …) may stand between."""


def decode_body(data: bytes, flag: str, ordered: str | None, problems: list[Problem]) -> tuple[str, str]:
    """The text of a record's bytes (delimiters included) and the name of the encoding it was read by.

    ``flag`` is leader/09 (``a`` Unicode, blank MARC-8), ``ordered`` the encoding that the member's profile orders.
    Appends to ``problems``. Raises MarcError when ``ordered`` is no known encoding.
    """
    if ordered:
        return _by_order(data, ordered, problems)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _not_utf8(data, flag, problems)
    if flag != "a":
        if text.isascii() and (b"\x1b" in data or b"&#x" in data):
            return _marc8(data, problems)[0], "marc-8"
        if not text.isascii():
            message = "the leader does not say Unicode, but the bytes are valid UTF-8 and were read so"
            problems.append(Problem("leader-encoding", "LDR/09", message))
    return composed(text, problems), "utf-8"


def composed(text: str, problems: list[Problem]) -> str:
    """A whole record's text in NFC, unless a mark stands where it would melt into what is markup here."""
    if text.isascii():
        return text
    found = unicodedata.normalize("NFC", text)
    if found == text or any(melting.search(text) for melting in _AFTER_MARKUP):
        return text
    problems.append(Problem("decomposed-text", "", _MESSAGES["decomposed-text"]))
    return found


def _by_order(data: bytes, ordered: str, problems: list[Problem]) -> tuple[str, str]:
    name = ordered.lower().replace("_", "-")
    if name in ("utf-8", "utf8"):
        return data.decode("utf-8", "replace"), "utf-8"
    if name in ("marc-8", "marc8"):
        return _marc8(data, problems)[0], "marc-8"
    decoder = _ORDERED.get(name)
    if decoder is None:
        try:
            "".encode(name)
        except LookupError:
            known = ", ".join(sorted(_ORDERED))
            raise MarcError(
                f"the member profile orders the encoding {ordered!r}, which is unknown; "
                f"use one of {known}, marc-8, utf-8 or a name that Python knows"
            ) from None
        codec = name

        def decoder(raw: bytes) -> str:
            return raw.decode(codec, "replace")

    # Part by part: databases that were converted once hold both encodings, often in one record.
    parts = [_ordered_part(part, decoder, name in _ORDERED) for part in _PARTS.split(data)]
    kinds = {kind for _, kind in parts}
    if "stored" in kinds:
        message = f"text stored as UTF-8 of {name} bytes was read as the member profile orders"
        problems.append(Problem("encoding-repaired", "", message))
    return "".join(text for text, _ in parts), name if kinds & {"stored", "ordered"} else "utf-8"


def _ordered_part(part: bytes, decoder: Callable[[bytes], str], vietnamese: bool) -> tuple[str, str]:
    """One subfield's text by an ordered encoding, and how it was found: ``utf-8`` (it really is), ``ordered``, or
    ``stored``: 8-bit text that was read as Windows-1252 and written as UTF-8, the usual fate of such databases."""
    try:
        text = part.decode()
    except UnicodeDecodeError:
        return decoder(part), "ordered"
    raw = _as_cp1252(text) if vietnamese and not text.isascii() else None
    if raw is None:
        return text, "utf-8"
    found = decoder(raw)
    return (text, "utf-8") if vietnamese_share(found) < vietnamese_share(text) or found == text else (found, "stored")


def _marc8(data: bytes, problems: list[Problem]) -> tuple[str, int, int]:
    out: list[str] = []
    unknown = odd = 0
    for part in _PARTS.split(data):
        if part.isascii() and b"\x1b" not in part and b"&#x" not in part:
            out.append(part.decode("ascii"))
        else:
            text, bad, strange = marc8.decode(part)
            unknown += bad
            odd += strange
            out.append(unicodedata.normalize("NFC", text))
    if unknown:
        message = f"{unknown} places have no character in MARC-8; each became U+FFFD"
        problems.append(Problem("marc8-character", "", message))
    return "".join(out), unknown, odd


def _not_utf8(data: bytes, flag: str, problems: list[Problem]) -> tuple[str, str]:
    """Bytes that are not UTF-8 and that no profile explains."""
    by_marc8 = flag != "a"
    if by_marc8:
        found: list[Problem] = []
        text, unknown, odd = _marc8(data, found)
        by_marc8 = not _rather_vietnamese(data, text)
        few = unknown <= 2 and unknown * 10 + odd * 50 <= len(_HIGH.findall(data)) + 200 * (b"\x1b" in data)
        if by_marc8 and few:
            problems.extend(found)
            return text, "marc-8"
    parts = []
    for part in _PARTS.split(data):
        try:
            parts.append(part.decode())
        except UnicodeDecodeError:
            parts.append(_least_harm(part, by_marc8))
    said = "Unicode" if flag == "a" else "MARC-8"
    hint = _likely(data)
    message = f"the leader says {said}, but the bytes are neither that nor UTF-8"
    message += f"; they look like {hint}: if so, order it in the member profile" if hint else ""
    problems.append(Problem("encoding-suspect", "", message))
    return "".join(parts), "unknown"


def _least_harm(part: bytes, by_marc8: bool) -> str:
    """One field of a record with a lying flag: mostly UTF-8 keeps its good characters, else Western European."""
    replaced = part.decode("utf-8", "replace")
    good = sum(1 for c in replaced if c >= "\x80" and c != "\ufffd")
    if good > replaced.count("\ufffd"):
        return replaced
    text, unknown, odd = marc8.decode(part)
    if b"\x1b" in part or (not unknown and not odd and (by_marc8 or _PLAUSIBLE_MARC8.match(part))):
        return unicodedata.normalize("NFC", text)
    return part.decode("cp1252", "replace")


_PLAUSIBLE_MARC8 = re.compile(
    rb"(?:[\x00-\x7f\xa0-\xc8]|[\xe1-\xe3\xe5\xe8][aeiouyAEIOUY]|\xe4[anoANO]|\xe9[cdenrstzCDENRSTZ])*\Z"
)
"""Marks before the letters that bear them in Western languages: what Latin-1 hardly ever looks like."""


_LEFT_OVER = re.compile(r"[\u0300-\u036f]|[^\W\d_][®±¿¡℗©♯♭¬°£]")
"""Marks that make no letter with theirs: what MARC-8 makes of another encoding is full of them."""


def _rather_vietnamese(data: bytes, text: str) -> bool:
    """Whether bytes that MARC-8 could explain make Vietnamese words, two at least, in another encoding only."""
    if not _LEFT_OVER.search(text) or len(_HIGH.findall(data)) < 2 or vietnamese_share(text) > 0.79:
        return False
    return bool(_likely(data, at_least=2))


def _likely(data: bytes, at_least: int = 1) -> str:
    """The Vietnamese encoding in which nearly all words are Vietnamese syllables, or the empty string."""
    plain = re.sub(rb"\x1f.|[\x00-\x1e]", b" ", data)
    best, share = "", 0.79
    for name in ("tcvn3", "vni", "cp1258", "vps"):
        text = _ORDERED[name](plain)
        enough = len({w for w in _VIETNAMESE_WORD.findall(text) if len(w) > 1}) >= at_least
        score = vietnamese_share(text) if enough else 0.0
        if score > share:
            best, share = name, score
    return best


def _as_cp1252(text: str) -> bytes | None:
    """The bytes that reading as Windows-1252 would have turned into ``text``, or None when there are none such."""
    out = bytearray()
    for c in text:
        if c < "\x80":
            out.append(ord(c))
        else:
            byte = _CP1252.get(c)
            if byte is None:
                return None
            out.append(byte)
    return bytes(out)


def _undone(text: str) -> str | None:
    """Text without its double encoding, or None unless that is certain: it reverses exactly and yields Vietnamese."""
    raw = _as_cp1252(text)
    if raw is None:
        return None
    # A no-break space (second byte of à) is often a plain space by now; after 0xC3 it can only be that byte.
    raw = raw.replace(b"\xc3 ", b"\xc3\xa0\x00")
    try:
        found = raw.decode()
    except UnicodeDecodeError:
        return None
    found = _A_GRAVE.sub(_space_again, found)
    share = vietnamese_share(found)
    return found if share == 1.0 or has_vietnamese_letter(unicodedata.normalize("NFC", found)) else None


_A_GRAVE = re.compile("(\\w*à)\x00(\\w*)")


def _space_again(match: re.Match[str]) -> str:
    """``à`` and what follows the space that was its second byte: one word when that is a syllable, else two."""
    left, right = match.groups()
    return left + right if not right or is_syllable(left + right) else f"{left} {right}"


def clean(record: Record, text: str) -> None:
    """Mend every text of ``record`` in place, when ``text`` (all of it together) shows a reason to look.

    Undoes double encoding, takes out control characters, puts tones after circumflex and breve, and leaves all
    text NFC; each kind of change is one problem naming the tags.
    """
    if _is_plain(text.replace("\x1f", "").replace("\x1e", "")):
        return
    changes: dict[str, dict[str, None]] = {}
    for field in record.fields:
        if field.value:
            field.value = _clean_text(field.value, field.tag, changes)
        if field.subfields:
            _clean_field(field, changes)
    for code, tags in changes.items():
        where = ", ".join(tags)
        record.problems.append(Problem(code, where, _MESSAGES[code]))


def _is_plain(text: str) -> bool:
    """Whether nothing in a text needs a closer look. Most records end here, so the cheap questions come first."""
    if "&#" in text:
        return False
    if text.isascii():
        return text.isprintable()
    return (
        (text.isprintable() or not _UNPRINTABLE.search(text))
        and unicodedata.is_normalized("NFC", text)
        and not ("\ufffd" in text or "\u0302" in text or "\u0306" in text)
        and not _MOJIBAKE.search(text)
    )


def _clean_field(field: Field, changes: dict[str, dict[str, None]]) -> None:
    for n, (code, text) in enumerate(field.subfields):
        cleaned = _clean_text(text, field.tag, changes)
        if cleaned is not text:
            field.subfields[n] = (code, cleaned)


_MESSAGES = {
    "encoding-repaired": "text that had been encoded twice (UTF-8 read as Windows-1252) was repaired",
    "encoding-suspect": "text looks encoded twice, but not certainly so; left as it is",
    "tone-order": "a tone mark stood before the circumflex or breve; put in order",
    "decomposed-text": "decomposed characters were composed (Unicode NFC)",
    "character-reference": "characters written as &#…; (by a web form) were read as what they stand for",
    "control-character": "control characters were taken out",
    "nonsorting-mark": "marks around words left out of sorting (U+0098, U+009C) were taken out",
    "replacement-character": "characters were already lost before (U+FFFD)",
}


_REFERENCE = re.compile("&#(?:([0-9]{3,7})|[xX]([0-9A-Fa-f]{2,6}));")


def _character(match: re.Match[str]) -> str:
    """The letter that a web form wrote as a reference; references to ASCII and to controls stay text."""
    number = int(match.group(1) or match.group(2), 10 if match.group(1) else 16)
    return chr(number) if 0xA0 <= number < 0xD800 or 0xE000 <= number <= 0x10FFFF else match.group()


def _clean_text(text: str, tag: str, changes: dict[str, dict[str, None]]) -> str:
    if _is_plain(text):
        return text

    def note(code: str) -> None:
        changes.setdefault(code, {})[tag] = None

    if "&#" in text:
        plain = _REFERENCE.sub(_character, text)
        if plain != text:
            text = plain
            note("character-reference")
    if _MOJIBAKE.search(text):
        found = _undone(text)
        if found is not None:
            text = found
            note("encoding-repaired")
        elif _certainly_double(text):
            note("encoding-suspect")
    if _SURROGATE.search(text):
        text = _SURROGATE.sub("\ufffd", text)
    if "\ufffd" in text:
        note("replacement-character")
    if _NONSORTING.search(text):
        text = _NONSORTING.sub("", text)
        note("nonsorting-mark")
    if _CONTROL.search(text) or _SPACING.search(text):
        text = _CONTROL.sub("", _SPACING.sub(" ", text))
        note("control-character")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        note("decomposed-text")
    if _TONE_FIRST_NFC.search(text):
        apart = _TONE_FIRST.sub(r"\1\3\2", unicodedata.normalize("NFD", text))
        text = unicodedata.normalize("NFC", apart)
        note("tone-order")
    return text


_DOUBLE = re.compile(f"(?:\u00e1[\u00ba\u00bb]|\u00c3|\u00c4|\u00c6|\u00c5)[{re.escape(_TRAIL)}]")


def _certainly_double(text: str) -> bool:
    return len(_DOUBLE.findall(text)) >= 2
