"""Dates as EDTF (Extended Date/Time Format, ISO 8601-2:2019), from the date forms of MARC.

Only what is valid EDTF gets the datatype ``http://id.loc.gov/datatypes/edtf``; all else stays a plain literal, because
a consumer that trusts the datatype fails on ``19uu/    ``.
"""

from __future__ import annotations

import re
from calendar import monthrange

from converters.bibframe.terms import literal
from converters.kept import kept
from ontologies.namespaces import EDTF

_DATE = re.compile(
    r"(?P<y>-?[0-9X]{4})(?:-(?P<m>[0-9X]{2})(?:-(?P<d>[0-9X]{2})"
    r"(?P<t>T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?)?)?)?(?P<q>[~?%])?\Z"
)
_UNKNOWN = str.maketrans("uUx-?", "XXXXX")


@kept(8192)
def is_edtf(text: str) -> bool:
    """Whether text is a valid EDTF date, date and time, or interval (levels 0 to 2, as far as MARC can say it).

    Strict where parsers differ: no qualifier beside unspecified digits, no open interval from them.
    """
    first, slash, second = text.partition("/")
    if not slash:
        return _is_date(first)
    if "/" in second or "T" in text or not (first in ("", "..") or _is_date(first)):
        return False
    if not (second in ("", "..") or _is_date(second)):
        return False
    if first in ("", "..") or second in ("", ".."):
        known = second if first in ("", "..") else first
        return known not in ("", "..") and known[0] != "-" and "X" not in known
    return _bound(first, "0") <= _bound(second, "9")


def _bound(date: str, unknown: str) -> tuple[int, str]:
    """A date as a comparable pair, its unknown digits replaced; years before Christ count backwards."""
    plain = date.rstrip("~?%").replace("X", unknown)
    year = int(plain[:5] if plain.startswith("-") else plain[:4])
    return year, plain[5 if plain.startswith("-") else 4 :]


def _is_date(text: str) -> bool:
    match = _DATE.match(text)
    if match is None:
        return False
    month, day = match["m"], match["d"]
    if (match["q"] and "X" in text) or match["y"] == "-0000":
        return False
    if month is None:
        return True
    known_month = month.isdigit()
    if known_month and not (1 <= int(month) <= 12 or (day is None and "X" not in text and 21 <= int(month) <= 24)):
        return False
    if not known_month and month not in ("XX", "0X", "1X"):
        return False
    if day is None:
        return True
    if match["t"] and not (match["y"].lstrip("-") + month + day).isdigit():
        return False
    if not day.isdigit():
        return day == "XX" or (day[0] in "0123" and day[1] == "X")
    longest = 31
    if known_month:
        year = match["y"]
        longest = (
            monthrange(int(year), int(month))[1] if year.isdigit() and int(year) else monthrange(2000, int(month))[1]
        )
    return 1 <= int(day) <= longest


def date_literal(text: str) -> str:
    """A literal with the EDTF datatype when ``text`` is EDTF, a plain one otherwise."""
    return literal(text, datatype=EDTF.edtf) if is_edtf(text) else literal(text)


def year_of(code: str) -> str:
    """Four characters of 008/07-10 or 11-14 as an EDTF year (``19uu`` → ``19XX``); blanks and fill give ``""``."""
    if code.isdigit():
        return code
    code = code.strip(" |#")
    return code.translate(_UNKNOWN)


def from_033(text: str) -> str:
    """033 $a and 518 (``yyyymmddhhmm+hhmm``, ``-`` for unknown) as EDTF (MARC 21 field 033)."""
    head, tail = text[:12].replace("-", "X"), text[12:]
    if not head.replace("X", "").isdigit():
        return text
    date = "-".join(p for p in (head[:4], head[4:6], head[6:8]) if p)
    if len(head) > 8:
        date += f"T{head[8:10]}:{head[10:12]}:00"
    return f"{date}{tail[:3]}:{tail[3:5]}" if tail else date


def from_046(text: str) -> str:
    """046 $j–$p and 045 (ISO 8601 ``yyyymmddhhmmss.f``) as EDTF; text that is EDTF already stays as it is.

    With a fraction of a second it is ISO 8601 with its marks, which EDTF does not have.
    """
    text = text.strip()
    if len(text) > 15 and text[14] == "." and text[:14].isdigit() and text[15:].isdigit():
        return from_046(text[:14]) + text[14:]
    if is_edtf(text) or not text.isdigit():
        return text
    date = "-".join(p for p in (text[:4], text[4:6], text[6:8]) if p)
    if len(text) > 8:
        date += "T" + ":".join(p for p in (text[8:10], text[10:12], text[12:14]) if p)
    return date


def day_time(text: str) -> str:
    """005 or 884 $g (``yyyymmddhhmmss.f`` or ``yyyymmdd``) as xsd:dateTime text; empty when it is no moment in time."""
    text = text.strip()
    digits = text[:14] if len(text) >= 14 else f"{text[:8]}000000"
    if len(digits) != 14 or not digits.isdigit():
        return ""
    moment = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:]}"
    return moment if digits[:4] != "0000" and is_edtf(moment) else ""


@kept(4096)
def entered(text: str) -> str:
    """008/00-05 (``yymmdd``, years from 1965 on) as ``yyyymmdd``, empty when it is no date."""
    if len(text) != 6 or not text.isdigit():
        return ""
    full = ("20" if text[:2] < "65" else "19") + text
    return full if is_edtf(f"{full[:4]}-{full[4:6]}-{full[6:]}") else ""
