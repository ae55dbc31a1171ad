"""Readers of single values in MARC text: numbers, years, extent, and the two forms in which text is compared.

Each takes text as cataloguers write it and gives a clean value or None; none of them guesses.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date as calendar_date

from stdnum import isbn as _isbn
from stdnum import issn as _issn

from converters.kept import kept
from converters.marc.record import Record

_ISBN = re.compile(
    r"\s*(?:(?:I?SBN)(?:[- ]?1[03])?:?\s*)?([0-9][0-9 .\u2010-\u2015\u2212-]{7,20}[0-9Xx]|[0-9]{9})(?![0-9])",
    re.IGNORECASE,
)
_ISSN = re.compile(r"(?<![0-9])([0-9]{4})[-\u2010-\u2015\u2212 ]?([0-9]{3}[0-9Xx])(?![0-9A-Za-z])")


@kept(4096)
def isbn13(text: str) -> str | None:
    """The ISBN in 020 text as 13 digits, or None when there is none or its check digit is wrong.

    Reads ISBN-10, ISBN-13 and nine-digit SBN, with hyphens, prefix or qualifier (``0-679-45004-1 (bound)``).
    Source: ISO 2108.
    """
    match = _ISBN.match(text)
    if match is None:
        return None
    candidate = match.group(1)
    for part in (candidate, candidate.split(" ")[0]):
        number = re.sub("[^0-9Xx]", "", part).upper()
        if len(number) == 9:
            number = "0" + number
        if len(number) in (10, 13) and _isbn.is_valid(number):
            return str(_isbn.to_isbn13(number))
    return None


def issn(text: str) -> str | None:
    """The ISSN in the text as ``1234-5679``, or None when there is none or its check digit is wrong (ISO 3297)."""
    match = _ISSN.search(text)
    if match is None:
        return None
    number = (match.group(1) + match.group(2)).upper()
    return f"{number[:4]}-{number[4:]}" if _issn.is_valid(number) else None


_LCCN = re.compile(r"(?:[a-z]{0,3}[0-9]{8}|[a-z]{0,2}[0-9]{10})\Z")


def lccn(text: str) -> str | None:
    """The normalised LCCN (``n 79-18774`` → ``n79018774``), or None when it is none. Source: LC, info:lccn rules."""
    value = re.sub(r"\s", "", text).partition("/")[0].lower()
    prefix, hyphen, serial = value.partition("-")
    if hyphen:
        if not serial.isdigit() or len(serial) > 6:
            return None
        value = prefix + serial.zfill(6)
    return value if _LCCN.match(value) else None


_OCLC = re.compile(r"(?:\(OCoLC\)\s*(?:ocm|ocn|on)?\s*|(?:ocm|ocn|on)\s*)0*([1-9][0-9]{0,13})\s*\Z", re.IGNORECASE)


def oclc(text: str) -> str | None:
    """The OCLC number in 035 $a without prefix and leading zeros (``(OCoLC)ocm00012345`` → ``12345``), or None."""
    match = _OCLC.match(text.strip())
    return match.group(1) if match else None


_YEAR = re.compile(r"(?<![0-9])(1[0-9]{3}|20[0-9]{2})(?![0-9])")


def year(text: str) -> int | None:
    """The first year (1000 to 2099) written in text such as ``[2005?]``, ``c2005``, ``2005-2009``, ``năm 2005``."""
    match = _YEAR.search(text)
    return int(match.group(1)) if match else None


def year_of(record: Record) -> int | None:
    """The year of publication: 008/07–10 when it is one, else 264 with second indicator 1, 260 $c, any 264."""
    fixed = record.control("008")
    if len(fixed) >= 15 and fixed[6] not in "nb|" and _YEAR.fullmatch(fixed[7:11]):
        return int(fixed[7:11])
    dates = [t for f in record.all("264") if f.ind2 == "1" for t in f.all("c")]
    dates += list(record.values("260", "c")) + [t for f in record.all("264") if f.ind2 != "1" for t in f.all("c")]
    return next((found for t in dates if (found := year(t)) is not None), None)


_FIXED_YEAR = re.compile(r"[0-9]{1,4}u{0,3}\Z")


def edtf(date1: str, date2: str, kind: str) -> str | None:
    """008/07–10, 008/11–14 and 008/06 as an EDTF expression (ISO 8601-2), or None when they state no date.

    ``u`` becomes X; 9999 an open end; type q (questionable) one of a range, ``[1963..1966]``; types of two facts
    (p r t) give the first, the publication.
    """
    first, second = _edtf_year(date1), _edtf_year(date2)
    if kind in "sprt":
        return first
    if kind == "e":
        return _edtf_day(date1, date2)
    if kind == "q":
        if first is None or second is None or "X" in first + second:
            return first if second is None or second == first else None
        if first == second:
            return first
        return f"[{first}..{second}]" if first < second else None
    if kind in "cdikmu":
        end = ".." if kind == "c" or date2 == "9999" else ("" if kind == "u" or second is None else second)
        if first is None:
            return None
        if end == first:
            return first
        if end not in ("", "..") and end.replace("X", "9") < first.replace("X", "0"):
            return None
        return f"{first}/{end}"
    return None


def _edtf_year(text: str) -> str | None:
    if len(text) != 4 or text == "9999" or not _FIXED_YEAR.match(text) or text == "0000":
        return None
    return text.replace("u", "X")


def _edtf_day(date1: str, date2: str) -> str | None:
    start = _edtf_year(date1)
    month, day = date2[:2], date2[2:4]
    if start is None or not month.isdigit() or not 1 <= int(month) <= 12:
        return start
    if not day.isdigit() or "X" in start:
        return f"{start}-{month}"
    try:
        calendar_date(int(start), int(month), int(day))
    except ValueError:
        return f"{start}-{month}"
    return f"{start}-{month}-{day}"


_UNIT = (
    r"(?:tr(?:ang)?|pages?|pp?|Seiten?|S|s(?:ider|idor|ivua)?|leaves|leaf|l|tờ|ff?|стр|с|blz|págs?|páginas?|str|"
    r"h|hojas?|页|頁)"
)
_SEQUENCE = r"(?:\[?(?:[0-9]{1,5}|[ivxlcdm]+)\]?\s*[,;+]\s*)*"
_PAGES = re.compile(
    rf"(?<![0-9\w-])({_SEQUENCE}\[?[0-9]{{1,5}})\]?\s*(?:\[[0-9]+\]\s*)?{_UNIT}(?![^\W\d_])", re.IGNORECASE
)
_SPAN = re.compile(rf"(?<!\w){_UNIT}\.?\s*\[?([0-9]{{1,5}})\s*[-\u2010-\u2015]\s*([0-9]{{1,5}})", re.IGNORECASE)


def pages(text: str) -> int | None:
    """The number of pages or leaves in 300 $a: the longest sequence (``xii, 215 p.`` → 215, ``351 tr.`` → 351), for
    a part of a host its span (``tr. 120-135`` → 16); None where volumes or minutes are counted."""
    found = [int(n) for sequence in _PAGES.findall(text) for n in re.findall("[0-9]+", sequence)]
    if found:
        return max(found)
    span = _SPAN.search(text)
    if span and int(span.group(1)) <= int(span.group(2)):
        return int(span.group(2)) - int(span.group(1)) + 1
    return None


_FOLDED = str.maketrans(
    {
        "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "æ": "ae", "Æ": "ae",
        "œ": "oe", "Œ": "oe", "þ": "th", "Þ": "th", "ß": "ss", "ẞ": "ss", "ı": "i", "ə": "a", "ʻ": "", "ʼ": "",
        "’": "", "‘": "", "'": "", "ʹ": "", "ʺ": "", "`": "", "´": "", "&": " and ", "ـ": "",
    }
)  # fmt: skip
_APOSTROPHES = str.maketrans(dict.fromkeys("ʻʼ’‘'ʹʺ`´", ""))
# Marks that do not make another letter: Latin, Greek and Cyrillic diacritics, Hebrew points, Arabic vowel signs.
# Voicing marks of kana and vowel signs of Thai and Indic scripts are letters, and stay.
_DROPPED = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0dff\u0e00-\u0fff\u3099\u309a\ufe20-\ufe2f"
_NOT_WORD = re.compile(rf"[^\w{_MARKS}]+|_+")


def fold(text: str) -> str:
    """Text to *find* by: no diacritics, no case, no punctuation (``Hà Nội`` and ``Ha noi`` both ``ha noi``).

    Letters that do not decompose are mapped (đ ð ø ł æ œ þ ß ı), ``&`` is ``and``, other scripts keep their letters.
    Never enough to link by: Hà and Hạ are different people.
    """
    if not text.isascii():
        text = _DROPPED.sub("", unicodedata.normalize("NFKD", text.translate(_FOLDED)))
        text = unicodedata.normalize("NFC", text.casefold()).translate(_FOLDED)
    else:
        text = text.lower().translate(_FOLDED)
    return _NOT_WORD.sub(" ", text).strip()


def strict(text: str) -> str:
    """Text to *compare* by: diacritics kept, case and punctuation out (``Nguyễn, Du`` → ``nguyễn du``)."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return _NOT_WORD.sub(" ", text.translate(_APOSTROPHES)).strip()
