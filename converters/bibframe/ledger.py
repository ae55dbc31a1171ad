"""The loss ledger: for any set of records, what became of every subfield.

Each subfield is *converted*, kept as text of a *note*, *dropped* on purpose (with the reason), *local* (private to
the member) or *unknown*: no rule says anything about it. The ledger reads the rules' own declarations and the
member's profile, so it tells what the converter does without a second list. Silence about a subfield is a defect.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import converters.convert  # noqa: F401  # the rules register themselves when it is imported
from converters.bibframe.holdings.local import is_copy
from converters.bibframe.rules import AUTHORITY, BIB, HOLDINGS, RuleBook
from converters.kept import kept
from converters.marc.record import Record
from converters.profile import DEFAULT_PROFILE, ItemFields, Profile, control_number

Outcome = Literal["converted", "note", "dropped", "local", "unknown"]
OUTCOMES: tuple[Outcome, ...] = ("converted", "note", "dropped", "local", "unknown")

_BOOKS: dict[str, RuleBook] = {"bibliographic": BIB, "holdings": HOLDINGS, "authority": AUTHORITY}
ODD_TAG = "???"
"""What stands for every tag that is not three characters long: MARCXML may bear any, and a report has an end."""
_NO_FACT = "not public: the member profile names no fact for it"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ledger. ``tag`` is ``880/245`` for text in another script; ``code`` is empty for a control field.

    ``record`` and ``example`` are the control number and text of the first occurrence; private text is not shown.
    """

    kind: str
    tag: str
    code: str
    outcome: Outcome
    count: int
    reason: str
    record: str
    example: str


Verdict = tuple[Outcome, str]


class Ledger:
    """Counts what becomes of the subfields of records; add records, then read the report. Not shared between
    threads.
    """

    def __init__(self) -> None:
        self.records = 0
        self._rows: dict[tuple[str, str, str, Outcome, str], list[Any]] = {}

    def add(self, record: Record, profile: Profile = DEFAULT_PROFILE) -> None:
        """Count every field of a record, as :func:`converters.convert` with this profile treats it."""
        self.records += 1
        kind = record.kind
        number = ""
        for field in record.fields:
            tag = field.tag if len(field.tag) == 3 else ODD_TAG
            if tag < "010":
                if not number:
                    number = control_number(record, profile)
                self._count(kind, tag, "", field.value, verdict(kind, profile, tag, ""), number)
                continue
            shown, copied = tag, None
            if tag == "880":
                tag = (field.get("6") or "")[:3]
                if tag.isdigit():
                    shown = f"880/{tag}"
                else:
                    tag = "880"  # it names no field: the rule for 880 keeps its text
            else:
                copied = next((i for i in profile.items if i.tag == tag and is_copy(field, i)), None)
            for code, text in field.subfields:
                found = _of_copy(copied, code) if copied is not None else verdict(kind, profile, tag, code)
                self._count(kind, shown, code, text, found, number)

    def _count(self, kind: str, tag: str, code: str, text: str, found: Verdict, number: str) -> None:
        outcome, reason = found
        key = (kind, tag, code, outcome, reason)
        row = self._rows.get(key)
        if row is None:
            hidden = outcome == "local" or (outcome == "dropped" and ("public" in reason or "private" in reason))
            self._rows[key] = [1, number[:80], "" if hidden else text[:80]]
        else:
            row[0] += 1

    def merge(self, other: Ledger) -> None:
        """Add the counts of another ledger (of another process); this one's examples stay."""
        self.records += other.records
        for key, row in other._rows.items():
            mine = self._rows.get(key)
            if mine is None:
                self._rows[key] = list(row)
            else:
                mine[0] += row[0]

    def report(self) -> list[Row]:
        """All rows by kind, tag and code."""
        return [
            Row(kind, tag, code, outcome, row[0], reason, row[1], row[2])
            for (kind, tag, code, outcome, reason), row in sorted(self._rows.items())
        ]

    def totals(self) -> dict[Outcome, int]:
        """Occurrences of subfields and control fields by outcome."""
        counts: dict[Outcome, int] = dict.fromkeys(OUTCOMES, 0)
        for key, row in self._rows.items():
            counts[key[3]] += row[0]
        return counts

    def to_json(self) -> dict[str, Any]:
        """The ledger as JSON data, for load reports and other processes."""
        return {"records": self.records, "rows": [[*key, *row] for key, row in sorted(self._rows.items())]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Ledger:
        """The ledger that :meth:`to_json` wrote."""
        ledger = cls()
        ledger.records = data["records"]
        for kind, tag, code, outcome, reason, count, record, example in data["rows"]:
            ledger._rows[kind, tag, code, outcome, reason] = [count, record, example]
        return ledger

    def text(self) -> str:
        """The report as a table of plain text, the totals first."""
        totals = self.totals()
        head = ", ".join(f"{totals[o]} {o}" for o in OUTCOMES)
        lines = [f"{self.records} records: {head}", ""]
        rows = [("kind", "field", "outcome", "count", "reason", "record", "example"), *map(_cells, self.report())]
        widths = [max(len(row[n]) for row in rows) for n in range(6)]
        for row in rows:
            cells = [row[n].rjust(widths[n]) if n == 3 else row[n].ljust(widths[n]) for n in range(6)]
            lines.append("  ".join([*cells, row[6]]).rstrip())
        return "\n".join(lines) + "\n"


def _cells(row: Row) -> tuple[str, ...]:
    example = "".join(c if c.isprintable() else " " for c in row.example)
    field = f"{row.tag} ${row.code}" if row.code else row.tag
    return row.kind, field, row.outcome, str(row.count), row.reason, row.record, example


@kept(65536)
def _by_rules(kind: str, tag: str, code: str) -> Verdict | None:
    """What the rules of a record kind declare about a subfield; None when there is no rule for the tag."""
    rules = _BOOKS[kind].by_tag.get(tag)
    if not rules:
        return None
    if not code or any(code in rule.converts for rule in rules):
        return "converted", ""
    if any(code in rule.notes for rule in rules):
        return "note", ""
    for rule in rules:
        if code in rule.drops:
            return "dropped", rule.drops[code]
    return "unknown", ""


def verdict(kind: str, profile: Profile, tag: str, code: str) -> Verdict:
    """What becomes of a subfield (``code`` empty: of a control field) that is in no item field of the profile.

    Tags that MARC 21 leaves to libraries are published only when the profile names them (``notes``).
    """
    found = _by_rules(kind, tag, code)
    if _is_local(tag):
        if tag in profile.notes and found is not None:
            return found
        return found if found is not None and found[0] == "converted" else ("local", "")
    if found is None:
        return ("local", "") if profile.is_private(tag) else ("unknown", "")
    if found[0] == "unknown" and code == "9":
        return "local", ""  # MARC 21 leaves $9 to libraries in every field
    return found


def _is_local(tag: str) -> bool:
    """Whether MARC 21 leaves a tag to libraries: any with a 9, except 490; and tags of letters (Aleph, Alma)."""
    return ("9" in tag and tag != "490") or not tag.isdigit()


def _of_copy(fields: ItemFields, code: str) -> Verdict:
    """What becomes of a subfield of a copy in a local field."""
    facts = [fact for fact, codes in fields.codes.items() if code in codes]
    if not facts:
        return "dropped", _NO_FACT
    return ("note", "") if facts == ["note"] else ("converted", "")


def ledger_of(records: Iterable[Record], profile: Profile = DEFAULT_PROFILE) -> Ledger:
    """The ledger of some records of one member."""
    ledger = Ledger()
    for record in records:
        ledger.add(record, profile)
    return ledger
