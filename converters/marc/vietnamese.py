"""Vietnamese 8-bit encodings that Python does not know, and the test of whether a text is Vietnamese.

Sources: TCVN 5712:1993 (VN3, the "ABC" fonts), VNI for Windows and VPS as their fonts document them. In ABC fonts
capitals with a tone are lower-case codes shown by a capitals-only font; they decode to lower case.
"""

from __future__ import annotations

import re
import unicodedata

_TCVN3 = {
    0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
    0xB5: "àảãáạ",
    0xBB: "ằẳẵắ",
    0xC6: "ặầẩẫấậè",
    0xCE: "ẻẽéẹềểễếệìỉ",
    0xDC: "ĩíịò",
    0xE1: "ỏõóọồổỗốộ",
    0xEA: "ờởỡớợù",
    0xF1: "ủũúụừửữứựỳỷỹýỵ",
}

_VPS = (
    "80À 81Ả 82Ã 83Ấ 84Ầ 85Ẩ 86ọ 87ỗ 88Ă 89ế 8Aề 8Bể 8Cệ 8DẮ 8EẰ 8FẲ 90Ế 93Ề 94Ể 95Ễ 96Ố 97Ồ 98Ổ 99Ỗ 9Aý 9Bỷ 9Cỵ 9DỚ "
    "9EỜ 9FỞ A1ắ A2ằ A3ẳ A4ẵ A5ặ A6Ỡ A7ớ A8Ù A9ờ AAở ABỡ ACŨ ADỨ AEợ AFỪ B0ổ B1Ử B2Ỳ B3Ỹ B4Í B5Ì B6ộ B7Ỉ B8Ĩ B9Ó BAử "
    "BBữ BCÒ BDỎ BEÕ BFự C0ầ C1Á C2Â C3ấ C4ẩ C5ẫ C6ậ C7đ C8ẻ C9É CAÊ CBẹ CCỉ CDễ CEị CFỹ D0Ư D1Ủ D2ồ D3ố D4Ô D5ỏ D6ơ "
    "D7È D8ừ D9ứ DAÚ DBũ DCư DDÝ DEẺ E0à E1á E2â E3ã E4ả E5ạ E6ă E8è E9é EAê EBẽ ECì EDí EFĩ F0Ẵ F1Đ F2ò F3ó F4ô F5õ "
    "F7Ơ F8ụ F9ù FAú FBủ FDỶ FEẼ FFỳ"
)

# VNI writes the base letter and then one byte for the marks; i, y-dot, ơ, ư and đ have bytes of their own.
_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_CIRCUMFLEX = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
_BREVE = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}


def _single_byte_tables() -> tuple[dict[int, str], dict[int, str]]:
    tcvn3 = {start + n: c for start, run in _TCVN3.items() for n, c in enumerate(run)}
    vps = {int(pair[:2], 16): pair[2] for pair in _VPS.split(" ")}
    return tcvn3, vps


def _vni_pairs() -> dict[str, str]:
    pairs: dict[str, str] = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
    for letter in "aeouy":
        for tone, mark in _TONES.items():
            pairs[letter + mark] = unicodedata.normalize("NFC", letter + tone)
    for code, base in (("ô", "ơ"), ("ö", "ư")):
        for tone, mark in _TONES.items():
            pairs[code + mark] = unicodedata.normalize("NFC", base + tone)
    for letters, hat, marks in (("aeo", "\u0302", _CIRCUMFLEX), ("a", "\u0306", _BREVE)):
        for letter in letters:
            for tone, mark in marks.items():
                pairs[letter + mark] = unicodedata.normalize(
                    "NFC", letter + tone + hat if tone == "\u0323" else letter + hat + tone
                )
    for code, letter in list(pairs.items()):
        pairs[code.upper()] = letter.upper()
        if len(code) == 2:
            pairs[code[0].upper() + code[1]] = letter.upper()
    return pairs


_TCVN3_TABLE, _VPS_TABLE = _single_byte_tables()
_VNI_TABLE = _vni_pairs()
_VNI = re.compile("|".join(sorted(map(re.escape, _VNI_TABLE), key=len, reverse=True)))


_CAPITALS = re.compile(r"\b(?=[^\W\d_]*[A-Z])[^\W\d_a-z]{2,}\b")


def _single_byte(table: dict[int, str], data: bytes) -> str:
    rest = data.decode("cp1252", "replace") if any(b not in table for b in data if b >= 0x80) else ""
    return "".join(table[b] if b in table else (chr(b) if b < 0x80 else rest[n]) for n, b in enumerate(data))


def decode_tcvn3(data: bytes) -> str:
    """TCVN3 (ABC) bytes as text; bytes without a Vietnamese letter are read as Windows-1252.

    A word whose other letters are capitals was set in a capitals-only font: ``NGUYÔN`` is NGUYỄN.
    """
    return _CAPITALS.sub(lambda m: m.group().upper(), _single_byte(_TCVN3_TABLE, data))


def decode_vps(data: bytes) -> str:
    """VPS bytes as text; the few capitals in C0 positions are not decoded (they are MARC's delimiters)."""
    return _single_byte(_VPS_TABLE, data)


def decode_vni(data: bytes) -> str:
    """VNI for Windows bytes as text: a letter and the byte of its marks become one letter."""
    return _VNI.sub(lambda m: _VNI_TABLE[m.group()], data.decode("cp1252", "replace"))


def decode_cp1258(data: bytes) -> str:
    """Windows-1258 bytes as composed text (it writes tones as combining characters)."""
    return unicodedata.normalize("NFC", data.decode("cp1258", "replace"))


_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_NUCLEUS = "(?:iê|yê|ươ|uô|oă|oa|oe|uâ|uê|uy|uya|uyê|uơ|ia|ya|ưa|ua|oo|[aăâeêioôơuưy])(?:[iyou])?"
_CODA = "(?:ch|ng|nh|[ckmnpt])?"
_SYLLABLE = re.compile(_ONSET + _NUCLEUS + _CODA + r"\Z")
_TONE_MARKS = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WORD = re.compile(r"[^\W\d_]+")
_VIETNAMESE_LETTER = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9]")


def is_syllable(word: str) -> bool:
    """Whether one NFC word is a well-formed Vietnamese syllable (at most one tone; đ counts as a consonant)."""
    plain, tones = _TONE_MARKS.subn("", unicodedata.normalize("NFD", word.lower()))
    return tones <= 1 and bool(_SYLLABLE.match(unicodedata.normalize("NFC", plain)))


def vietnamese_share(text: str) -> float:
    """Of the words with a letter beyond ASCII, the share (0 to 1) that are Vietnamese syllables; 0 without any."""
    marked = [w for w in _WORD.findall(unicodedata.normalize("NFC", text)) if not w.isascii()]
    return sum(map(is_syllable, marked)) / len(marked) if marked else 0.0


def has_vietnamese_letter(text: str) -> bool:
    """Whether NFC text holds a letter that hardly another language uses."""
    return bool(_VIETNAMESE_LETTER.search(text))
