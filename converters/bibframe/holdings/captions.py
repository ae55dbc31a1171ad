"""Captions and patterns (853–855) with enumeration and chronology (863–865), expanded to text that people and sorts
can use.

A pair says ``$a v. $b no. $i (year)`` and ``$a 1-5 $b 1-12 $i 1990-1994``; together they mean
``v. 1:no. 1-v. 5:no. 12 (1990-1994)``. Sources: MARC 21 Holdings 853–855, 863–865; ANSI/NISO Z39.71-2006 §5 (``,``
for a gap, ``;`` for a break that is none, captions before their numbers, dates in parentheses).

Captions stay in the cataloguer's language (``v.``, ``T.``, ``Jg.``). Only months and seasons are codes in MARC; a text
that has any is given in English and in Vietnamese, all others once, without a language.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from converters.marc.record import Field

_ENUMERATION = "abcdefgh"
_CHRONOLOGY = "ijklm"
_LEVELS = "abcdef"
_ALTERNATIVE = "ghm"

_MONTHS = {
    "en": ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."),
    "vi": tuple(f"tháng {n}" for n in range(1, 13)),
}
_SEASONS = {
    "en": ("Spring", "Summer", "Autumn", "Winter"),
    "vi": ("mùa xuân", "mùa hè", "mùa thu", "mùa đông"),
}
_KINDS = {
    "year": "year",
    "năm": "year",
    "jahr": "year",
    "année": "year",
    "month": "month",
    "tháng": "month",
    "season": "month",
    "mùa": "month",
    "day": "day",
    "ngày": "day",
}
_DEFAULT_KINDS = {"i": "year", "j": "month", "k": "day"}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a pattern: its subfield code, the caption as shown, what it counts, units in the level above.

    ``kind`` is ``number``, ``year``, ``month`` (or season), ``day`` or ``text``; ``units`` is 0 when not known.
    """

    code: str
    caption: str
    kind: str
    units: int = 0
    restarts: bool = True


@dataclass(frozen=True, slots=True)
class Value:
    """What one level says at one end of a run."""

    level: Level
    text: str

    @property
    def number(self) -> int | None:
        """The value as a number, when it is nothing else."""
        return int(self.text) if self.text.isascii() and self.text.isdigit() and len(self.text) < 10 else None


@dataclass(frozen=True, slots=True)
class Run:
    """An unbroken run of parts: its two ends (equal for a single part), whether it goes on, what follows it.

    ``break_`` is ``g`` (gap), ``n`` (a break that is no gap) or empty.
    """

    start: tuple[Value, ...]
    end: tuple[Value, ...]
    open: bool = False
    break_: str = ""
    title: str = ""


def levels_of(field: Field | None) -> dict[str, Level]:
    """The levels of an 853–855 by subfield code; without a field, no captions and $i year, $j month, $k day.

    A caption in parentheses is not shown (``(year)``, ``(*)``); it tells what the level counts. $u and $v belong to
    the level before them (MARC 21 Holdings 853).
    """
    levels: dict[str, Level] = {}
    if field is None:
        return levels
    last = ""
    for code, text in field.subfields:
        text = text.strip()
        if code in _ENUMERATION or code in _CHRONOLOGY:
            levels[code] = _level(code, text)
            last = code
        elif code == "u" and last and text.isascii() and text.isdigit() and len(text) < 6:
            levels[last] = replace(levels[last], units=int(text))
        elif code == "v" and last:
            levels[last] = replace(levels[last], restarts=text != "c")
    return levels


def _level(code: str, caption: str) -> Level:
    inner = caption.lstrip("+")
    if inner.startswith("(") and inner.endswith(")"):
        word = inner[1:-1].strip().casefold()
        kind = _KINDS.get(word) or ("number" if code in _ENUMERATION else _DEFAULT_KINDS.get(code, "text"))
        return Level(code, "", kind)
    return Level(code, inner, "number" if code in _ENUMERATION else _KINDS.get(inner.casefold(), "text"))


def run_of(field: Field, levels: dict[str, Level]) -> Run | None:
    """The run that an 863–865 describes, or None when it gives no value at all."""
    start: list[Value] = []
    end: list[Value] = []
    going_on = False
    break_ = title = ""
    for code, text in field.subfields:
        text = text.strip()
        if not text:
            continue
        if code in _ENUMERATION or code in _CHRONOLOGY:
            level = levels.get(code) or Level(code, "", _DEFAULT_KINDS.get(code, "number" if code < "i" else "text"))
            first, last, goes_on = span(text)
            going_on = going_on or goes_on
            start.append(Value(level, first))
            end.append(Value(level, _full(first, last) if level.kind == "year" else last))
        elif code == "w":
            break_ = text[:1]
        elif code == "o":
            title = text
    if not start and not title:
        return None
    return Run(tuple(start), tuple(start) if going_on else tuple(end), going_on, break_, title)


def span(text: str) -> tuple[str, str, bool]:
    """First and last value of a subfield and whether it is open: ``1-5`` → 1, 5; ``1-`` → 1, open; ``A-1-3`` stays
    one.
    """
    first, hyphen, last = text.partition("-")
    first, last = first.strip(), last.strip()
    if not hyphen or not first or "-" in last:
        return text, text, False
    if not last:
        return first, first, True
    return first, last, False


def _full(first: str, last: str) -> str:
    """``1990-91`` → 1991; anything else unchanged."""
    if len(first) == 4 and len(last) == 2 and first.isdigit() and last.isdigit():
        return first[:2] + last
    return last


def merged(runs: Iterable[Run]) -> list[Run]:
    """Runs with neighbours joined where the pattern shows that nothing is between them.

    Joined are numbers that follow one another on the lowest level with the levels above equal, and the first of a new
    volume after the last of the volume before when $u tells how many there are. A stated break ($w) is kept.
    """
    out: list[Run] = []
    for run in runs:
        if out and _adjacent(out[-1], run):
            out[-1] = replace(out[-1], end=run.end, open=run.open, break_=run.break_)
        else:
            out.append(run)
    return out


def _adjacent(before: Run, after: Run) -> bool:
    if before.open or before.break_ or before.title or after.title:
        return False
    left, right = _main(before.end), _main(after.start)
    if (
        not left
        or len(left) != len(right)
        or any(a.level.code != b.level.code for a, b in zip(left, right, strict=True))
    ):
        return False
    if left[-1].level.kind not in ("number", "year"):
        return False
    return _follows([v.number for v in left], [v.number for v in right], [v.level for v in left])


def _main(values: Sequence[Value]) -> list[Value]:
    """The enumeration without alternatives, or the chronology when nothing is numbered."""
    return [v for v in values if v.level.code in _LEVELS] or [v for v in values if v.level.code in "ijkl"]


def _follows(left: list[int | None], right: list[int | None], levels: list[Level]) -> bool:
    """Whether the point ``right`` is the very next one after ``left``."""
    a, b = left[-1], right[-1]
    if a is None or b is None:
        return False
    if left[:-1] == right[:-1]:
        return b == a + 1
    last = levels[-1]
    if not last.restarts:
        return b == a + 1 and _follows(left[:-1], right[:-1], levels[:-1])
    return last.units > 0 and a == last.units and b == 1 and _follows(left[:-1], right[:-1], levels[:-1])


def texts(runs: Sequence[Run]) -> dict[str, str]:
    """The holdings statement of some runs by language: ``{"": …}``, or ``en`` and ``vi`` when months or seasons are
    in it.

    A gap, and a break of unknown kind, is ``, ``; a break that is no gap is ``; `` (Z39.71 §5.6).
    """
    languages = ("en", "vi") if any(_coded(v) for run in runs for v in (*run.start, *run.end)) else ("",)
    found = {}
    for language in languages:
        parts: list[str] = []
        for n, run in enumerate(runs):
            parts.append(_text(run, language or "en"))
            if n + 1 < len(runs):
                parts.append("; " if run.break_ == "n" else ", ")
        found[language] = "".join(parts).strip()
    return found


def _coded(value: Value) -> bool:
    return value.level.kind == "month" and _name_of_month(value.text, "en") != value.text


def _text(run: Run, language: str) -> str:
    numbers = _range_text(
        [_enumeration(v) for v in run.start if v.level.kind in ("number", "text") and v.level.code in _LEVELS],
        [_enumeration(v) for v in run.end if v.level.kind in ("number", "text") and v.level.code in _LEVELS],
        run.open,
    )
    for code in _ALTERNATIVE[:2]:
        other = _range_text(
            [_enumeration(v) for v in run.start if v.level.code == code],
            [_enumeration(v) for v in run.end if v.level.code == code],
            run.open,
        )
        numbers += f"={other}" if other else ""
    dates = _dates_text(run, language)
    text = f"{numbers} ({dates})" if numbers and dates else numbers or (f"({dates})" if dates else "")
    return f"{run.title} {text}".strip() if run.title else text


def _enumeration(value: Value) -> tuple[str, str]:
    return value.level.caption, value.text


def _shown(pair: tuple[str, str]) -> str:
    caption, text = pair
    return f"{caption} {text}" if caption else text


def _range_text(start: list[tuple[str, str]], end: list[tuple[str, str]], open_: bool) -> str:
    """``v. 5:no. 1-12`` when only the lowest level moves, else both ends in full; an open run ends in a hyphen."""
    if not start:
        return ""
    first = ":".join(map(_shown, start))
    if open_:
        return f"{first}-"
    if start == end:
        return first
    if start[:-1] == end[:-1]:
        return f"{first}-{end[-1][1]}"
    return f"{first}-{':'.join(map(_shown, end))}"


def _dates_text(run: Run, language: str) -> str:
    first, last = _date_text(run.start, language), _date_text(run.end, language)
    if not first:
        return ""
    if run.open:
        return f"{first}-"
    return first if first == last else f"{first}-{last}"


def _date_text(values: Sequence[Value], language: str) -> str:
    """One date as people write it: ``1998 Mar. 15`` in English, ``15/3/1998`` or ``tháng 3/1998`` in Vietnamese."""
    by_kind: dict[str, str] = {}
    others: list[str] = []
    alternative = ""
    for v in values:
        kind = v.level.kind
        if v.level.code == "m":
            alternative = v.text
        elif kind in ("year", "month", "day") and kind not in by_kind:
            by_kind[kind] = v.text
        elif v.level.code in _CHRONOLOGY:
            others.append(_shown((v.level.caption, v.text)))
    year, month, day = by_kind.get("year", ""), by_kind.get("month", ""), by_kind.get("day", "").lstrip("0")
    named = _name_of_month(month, language)
    if language == "vi" and named != month:
        number = month.lstrip("0")
        if day and number.isdigit() and int(number) < 13:
            text = "/".join(p for p in (day, number, year) if p)
        else:
            joint = "/" if named.startswith("tháng") else " "
            text = joint.join(p for p in (" ".join(p for p in (day, named) if p), year) if p)
    else:
        text = " ".join(p for p in (year, named, day) if p)
    text = " ".join(p for p in (text, *others) if p)
    return f"{text}={alternative}" if alternative and text else text or alternative


def _name_of_month(text: str, language: str) -> str:
    """``03`` → Mar., ``21`` → Spring, ``01/02`` → Jan./Feb.; text that is no code is returned as it is."""
    names = []
    for part in text.split("/"):
        if not (part.isascii() and part.isdigit() and 0 < len(part) < 3):
            return text
        n = int(part)
        if 1 <= n <= 12:
            names.append(_MONTHS[language][n - 1])
        elif 21 <= n <= 24:
            names.append(_SEASONS[language][n - 21])
        else:
            return text
    if language == "vi" and len(names) > 1 and all(n.startswith("tháng ") for n in names):
        return f"tháng {'-'.join(n.removeprefix('tháng ') for n in names)}"
    return "/".join(names)


def sort_key(run: Run) -> str:
    """A string that puts runs in order as text: numbers of the first part padded to six digits, then its date."""
    numbers = [_padded(v.text) for v in run.start if v.level.code in _LEVELS and v.level.kind in ("number", "text")]
    dates = [_padded(v.text) for kind in ("year", "month", "day") for v in run.start if v.level.kind == kind]
    return " ".join(p for p in (".".join(numbers), "-".join(dates)) if p)


def _padded(text: str) -> str:
    """The first number in ``text`` with at least six digits, else the text itself in one case."""
    digits = ""
    for c in text:
        if "0" <= c <= "9":
            digits += c
        elif digits:
            break
    return digits.rjust(6, "0") if digits else " ".join(text.casefold().split())


def edtf(run: Run) -> str:
    """The time that a run covers as EDTF level 1 (``1990/1994-12``, open ``1990/..``), or empty when it is not
    certain.
    """
    first, last = _edtf_ends(run.start)[0], _edtf_ends(run.end)[1]
    if not first or not last:
        return ""
    if run.open:
        return f"{first}/.."
    if first == last:
        return first
    if first[5:7] > "12" or last[5:7] > "12":
        first, last = first[:4], last[:4]  # a season cannot stand in an interval (EDTF level 1)
    if first[: len(last)] > last[: len(first)]:
        return ""
    return first if first == last else f"{first}/{last}"


def _edtf_ends(values: Sequence[Value]) -> tuple[str, str]:
    """First and last day of one part, which may be a combined one (1990/1991, 01/02)."""
    texts_ = {v.level.kind: v.text for v in reversed(values) if v.level.code != "m"}
    ends = []
    for position in (0, -1):
        year = texts_.get("year", "").split("/")[position].strip()
        if position and len(year) == 2 and year.isdigit():
            year = texts_["year"][:2] + year
        if len(year) != 4 or not year.isascii() or not year.isdigit() or year == "0000":
            return "", ""
        date = year
        month = texts_.get("month", "").split("/")[position].strip()
        if month.isascii() and month.isdigit() and (1 <= int(month) <= 12 or 21 <= int(month) <= 24):
            date += f"-{int(month):02d}"
            day = texts_.get("day", "").split("/")[position].strip()
            if (
                day.isascii()
                and day.isdigit()
                and int(month) < 13
                and 1 <= int(day) <= monthrange(int(year), int(month))[1]
            ):
                date += f"-{int(day):02d}"
        ends.append(date)
    return ends[0], ends[1]
