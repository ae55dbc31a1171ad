"""What is particular to one member's records, as data: where items stand, which fields are private, how it counts.

A profile is plain data (JSON in the registry); converting reads it and nothing else about the member.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from converters.marc.record import Record


@dataclass(frozen=True, slots=True)
class ItemFields:
    """Where one kind of item field keeps its facts: a tag, and for each fact a string of subfield codes.

    Facts: ``library`` (code of the holding library), ``sublocation``, ``shelfmark``, ``barcode``, ``copy``, ``status``,
    ``item_type``, ``enumeration``, ``note``, ``date`` (acquired), ``uri``.
    """

    tag: str
    codes: dict[str, str]
    first_indicator: str | None = None


KOHA_952 = ItemFields(
    "952",
    {
        "library": "a",
        "holding_library": "b",
        "sublocation": "c",
        "shelfmark": "o",
        "barcode": "p",
        "copy": "t",
        "item_type": "y",
        "enumeration": "h",
        "note": "z",
        "date": "d",
        "uri": "u",
        "not_for_loan": "7",
        "lost": "1",
        "withdrawn": "0",
        "due": "q",
    },
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One member's ways.

    ``organization`` is the member's MARC organization code or ISIL; ``identity`` says where a record's own number
    stands: a tag (``001``), a tag with subfield (``035a``, ``952p``) or ``digest``; ``items`` which local fields hold
    items besides 852 and MFHD; ``private`` tags are never published (staff names stand there);
    ``notes`` maps local tags that *are* published to a label; ``copies`` tells that the member keeps one record per
    copy, so that several of its records may be one Instance; ``encoding`` overrides the leader (``tcvn3``, ``vni`` …);
    ``libraries`` maps the member's branch codes to library codes of the hub.
    """

    organization: str = ""
    identity: tuple[str, ...] = ("001",)
    items: tuple[ItemFields, ...] = (KOHA_952,)
    private: frozenset[str] = frozenset({"9XX", "X9X"})
    notes: dict[str, str] = field(default_factory=dict)
    copies: bool = False
    encoding: str | None = None
    libraries: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Profile:
        """A profile from its JSON form; unknown keys raise ValueError naming them."""
        known: dict[str, Callable[[Any], Any]] = {
            "organization": str,
            "identity": tuple,
            "private": frozenset,
            "notes": dict,
            "copies": bool,
            "encoding": lambda v: v,
            "libraries": dict,
        }
        unknown = set(data) - set(known) - {"items"}
        if unknown:
            raise ValueError(f"unknown keys in the member profile: {', '.join(sorted(unknown))}")
        values: dict[str, Any] = {k: known[k](v) for k, v in data.items() if k in known}
        if "items" in data:
            values["items"] = tuple(
                ItemFields(i["tag"], dict(i["codes"]), i.get("first_indicator")) for i in data["items"]
            )
        return cls(**values)

    def to_json(self) -> dict[str, Any]:
        """The JSON form that :meth:`from_json` reads."""
        return {
            "organization": self.organization,
            "identity": list(self.identity),
            "items": [{"tag": i.tag, "codes": i.codes, "first_indicator": i.first_indicator} for i in self.items],
            "private": sorted(self.private),
            "notes": self.notes,
            "copies": self.copies,
            "encoding": self.encoding,
            "libraries": self.libraries,
        }


DEFAULT_PROFILE = Profile()


def control_number(record: Record, profile: Profile = DEFAULT_PROFILE) -> str:
    """The record's own number by the profile's ladder, or the empty string when none of its places holds one.

    The caller then uses a digest of the content (a real member has no 001 at all).
    """
    for place in profile.identity:
        if len(place) == 3 and place < "010":
            value = record.control(place).strip()
        elif len(place) == 4:
            value = next((t.strip() for t in record.values(place[:3], place[3]) if t.strip()), "")
        else:
            value = ""
        if value and not any(c < " " for c in value):
            return value
    return ""
