"""What of a member's record everyone may see: the record without private fields and nonpublic subfields.

The hub shows and sends MARC records only through here; the conversion itself never reads what is left out here.
Sources: MARC 21 (first indicator 0 of 541, 561 and 583 is private, $x of the holdings fields and of 856 a nonpublic
note, 667 the nonpublic note of authorities), and the member's profile for local fields.
"""

from __future__ import annotations

from converters.bibframe.holdings.local import is_copy
from converters.marc.record import Field, Record
from converters.profile import DEFAULT_PROFILE, ItemFields, Profile

_PRIVATE_BY_INDICATOR = frozenset({"541", "561", "583"})
_NONPUBLIC: dict[str, str] = {
    **{str(tag): "x" for tag in (*range(841, 846), *range(852, 857), *range(863, 869))},
    **dict.fromkeys(("876", "877", "878"), "xce"),
    "541": "xh",
    "583": "xk",
}
"""Subfields that are not for the public: notes for staff, prices and sources of acquisition, names of staff."""


def public(record: Record, profile: Profile = DEFAULT_PROFILE) -> Record:
    """A copy of the record with public content only; ``record`` itself is not changed.

    Left out are fields of private tags (all with a 9 or letters in their tag, unless the profile names them), fields
    that MARC marks as private, and in the member's item fields every subfield that the profile gives no fact for.
    """
    hidden = _hidden_tags(record)
    kept = [shown for field in record.fields if (shown := _shown(field, hidden, profile)) is not None]
    return Record(record.leader, kept, format=record.format, encoding=record.encoding, problems=list(record.problems))


def _hidden_tags(record: Record) -> frozenset[str]:
    """Tags not for the public in this kind of record: an authority's 667, and its 371 unless it is a body's address."""
    if record.kind != "authority":
        return frozenset()
    return frozenset({"667"} if record.first("110", "111") is not None else {"667", "371"})


def _shown(field: Field, hidden: frozenset[str], profile: Profile) -> Field | None:
    """The public part of a field, None when it has none."""
    tag = field.tag
    if tag < "010" and tag.isdigit() and tag != "009":
        return field
    for fields in profile.items:
        if fields.tag == tag and is_copy(field, fields):
            return _copy(field, fields)
    if profile.is_private(tag):
        return None
    if tag == "880":
        tag = (field.get("6") or "")[:3]
        if profile.is_private(tag):
            return None
    if tag in _PRIVATE_BY_INDICATOR and field.ind1 == "0":
        return None
    if tag in hidden:
        return None
    codes = _NONPUBLIC.get(tag)
    if codes is None:
        return field
    return _with(field, [(code, text) for code, text in field.subfields if code not in codes])


def _copy(field: Field, fields: ItemFields) -> Field | None:
    named = "".join(codes for fact, codes in fields.codes.items() if fact != "flags")
    notes = fields.codes.get("note", "") if fields.public_note else ""
    return _with(
        field,
        [
            (code, text)
            for code, text in field.subfields
            if code in named and not (code in notes and not text.strip().startswith(fields.public_note))
        ],
    )


def _with(field: Field, subfields: list[tuple[str, str]]) -> Field | None:
    if len(subfields) == len(field.subfields):
        return field
    return Field(field.tag, field.ind1, field.ind2, subfields) if subfields else None
