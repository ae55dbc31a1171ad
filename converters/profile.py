"""What is particular to one member's records, as data: where items stand, which fields are private, how it counts.

A profile is plain data (JSON in the registry); converting reads it and nothing else about the member.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from hashlib import blake2b
from typing import Any

from converters.kept import kept
from converters.marc.frame import Frame
from converters.marc.record import Record


@dataclass(frozen=True, slots=True)
class ItemFields:
    """Where one kind of item field keeps its facts: a tag, and for each fact a string of subfield codes.

    Facts: ``library`` (code of the holding library; the first code that has a value counts), ``holding_library``
    (where the copy is now, when it is not at home), ``sublocation``, ``shelfmark`` (joined in the order of the codes),
    ``scheme`` (code of its classification), ``barcode`` (several make several copies), ``accession`` (inventory
    number), ``copy``, ``status``, ``flags`` (words that only matter when they are a status), ``not_for_loan``,
    ``lost``, ``withdrawn`` (any value but 0), ``due``, ``item_type``, ``enumeration``, ``note`` (public),
    ``policy``, ``date`` (acquired), ``uri``. What no fact names is not published.

    ``words`` turns the system's status codes into the hub's states (``available``, ``on-loan``, ``reference-only``,
    ``in-process``, ``lost``, ``withdrawn``); ``uri_prefix`` stands before every ``uri``; with ``public_note`` only
    notes that begin with it are public.
    """

    tag: str
    codes: dict[str, str]
    first_indicator: str | None = None
    words: dict[str, str] = field(default_factory=dict)
    uri_prefix: str = ""
    public_note: str = ""
    facts: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)
    """The facts by the subfield that may hold them: ``codes`` the other way round."""
    telling: frozenset[str] = field(init=False, repr=False, compare=False)
    """The subfields of which a field must have one to be a copy."""

    def __post_init__(self) -> None:
        held: dict[str, tuple[str, ...]] = {}
        for fact, codes in self.codes.items():
            for code in codes:
                held[code] = (*held.get(code, ()), fact)
        object.__setattr__(self, "facts", held)
        object.__setattr__(self, "telling", frozenset(c for c, facts in held.items() if not TELLING.isdisjoint(facts)))

    def to_json(self) -> dict[str, Any]:
        """The JSON form: every value that can be given."""
        return {given.name: getattr(self, given.name) for given in dataclass_fields(self) if given.init}


FACTS = frozenset(
    [
        "library",
        "holding_library",
        "sublocation",
        "shelfmark",
        "scheme",
        "barcode",
        "accession",
        "copy",
        "status",
        "flags",
        "not_for_loan",
        "lost",
        "withdrawn",
        "due",
        "item_type",
        "enumeration",
        "note",
        "policy",
        "date",
        "uri",
    ]
)
_STATES = frozenset({"available", "on-loan", "reference-only", "in-process", "lost", "withdrawn"})

TELLING = frozenset({"barcode", "shelfmark", "sublocation", "holding_library", "item_type", "copy", "accession"})
"""Facts of which a field must state one to be a copy."""

KOHA_952 = ItemFields(
    "952",
    {
        "library": "ab",
        "holding_library": "b",
        "sublocation": "c8",
        "shelfmark": "o",
        "scheme": "2",
        "barcode": "p",
        "accession": "i",
        "copy": "t",
        "item_type": "y",
        "enumeration": "h3",
        "note": "z",
        "date": "d",
        "uri": "u",
        "not_for_loan": "7",
        "lost": "1",
        "withdrawn": "0",
        "due": "q",
    },
)
EVERGREEN_852 = ItemFields(
    "852",
    {
        "library": "ba",
        "sublocation": "c",
        "shelfmark": "khijm",
        "scheme": "2",
        "barcode": "p",
        "copy": "t",
        "item_type": "g",
        "status": "z",
        "flags": "x",
        "uri": "u",
    },
    words={"reference": "reference-only", "noncirculating": "reference-only"},
)
ALMA_AVA = ItemFields("AVA", {"library": "ba", "sublocation": "cj", "shelfmark": "d", "status": "e", "note": "v"})
ALMA_ITM = ItemFields(
    "ITM",
    {
        "library": "wM",
        "holding_library": "u",
        "sublocation": "v",
        "shelfmark": "nc",
        "barcode": "b",
        "accession": "B",
        "item_type": "f",
        "enumeration": "q",
        "status": "s",
        "date": "D",
    },
    words={"1": "available", "0": "on-loan"},
)
SIERRA_945 = ItemFields(
    "945",
    {
        "library": "l",
        "shelfmark": "ab",
        "enumeration": "c",
        "copy": "g",
        "barcode": "i",
        "status": "s",
        "item_type": "t",
    },
    words={
        "-": "available",
        "o": "reference-only",
        "t": "in-process",
        "p": "in-process",
        "m": "lost",
        "n": "lost",
        "$": "lost",
        "z": "lost",
        "w": "withdrawn",
    },
)
_SIRSI = {
    "library": "m",
    "sublocation": "l",
    "shelfmark": "av",
    "scheme": "w",
    "copy": "c",
    "barcode": "i",
    "item_type": "t",
    "flags": "kl",
    "date": "u",
    "note": "o",
}
SIRSI_999 = ItemFields("999", _SIRSI, public_note=".PUBLIC.")
SIRSI_949 = ItemFields("949", _SIRSI, public_note=".PUBLIC.")
HATHITRUST_974 = ItemFields(
    "974",
    {"library": "bc", "sublocation": "c", "barcode": "u", "uri": "u", "enumeration": "z", "policy": "r"},
    uri_prefix="https://hdl.handle.net/2027/",
)
EMICLIB_852 = ItemFields("852", {"library": "a", "sublocation": "b", "barcode": "j"})


@dataclass(frozen=True, slots=True)
class Profile:
    """One member's ways.

    ``organization`` is the member's MARC organization code or ISIL; ``identity`` says where a record's own number
    stands: a tag (``001``), a tag with subfields (``035a``, ``852bc``), several of these joined by ``+``, or
    ``digest``, the first that has a value; ``holdings_identity`` is the same for holdings records where these share
    a number (Sirsi); ``items`` which local fields hold items besides 852 and MFHD; ``private`` tags are never published
    (staff names stand there); ``notes`` maps local tags that *are* published to a label; ``copies`` tells that the
    member keeps one record per copy, so that several of its records may be one Instance; ``encoding`` overrides the
    leader (``tcvn3``, ``vni`` …); ``libraries`` maps the member's branch codes to library codes of the hub.
    """

    organization: str = ""
    identity: tuple[str, ...] = ("001",)
    holdings_identity: tuple[str, ...] = ()
    items: tuple[ItemFields, ...] = (KOHA_952,)
    private: frozenset[str] = frozenset({"9XX", "X9X", "XX9"})
    notes: dict[str, str] = field(default_factory=dict)
    copies: bool = False
    encoding: str | None = None
    libraries: dict[str, str] = field(default_factory=dict)

    def item_fields(self, tag: str) -> tuple[ItemFields, ...]:
        """The item fields that the profile puts in this tag."""
        return tuple(fields for fields in self.items if fields.tag == tag)

    def is_private(self, tag: str) -> bool:
        """Whether a field is never published, unless it is one of the member's copies: its tag is among ``private``,
        or of letters (``CAT`` of Aleph holds staff names), and not among ``notes``.

        In a pattern X stands for any character. MARC 21 leaves every tag with a 9 to libraries, except 490, which is
        never private by a pattern. A field with the tag of item fields that is no copy is private like any other.
        """
        return tag not in self.notes and (not tag.isdigit() or _among(self.private, tag))

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Profile:
        """A profile from its JSON form: ``preset`` names one of :data:`PRESETS` as the start, other keys replace its
        values. Unknown keys, presets, facts and states raise ValueError naming them.
        """
        known: dict[str, Callable[[Any], Any]] = {
            "organization": str,
            "identity": _places,
            "holdings_identity": _places,
            "private": frozenset,
            "notes": dict,
            "copies": bool,
            "encoding": lambda v: v,
            "libraries": dict,
        }
        unknown = set(data) - set(known) - {"items", "preset"}
        if unknown:
            raise ValueError(f"unknown keys in the member profile: {', '.join(sorted(unknown))}")
        values: dict[str, Any] = {k: known[k](v) for k, v in data.items() if k in known}
        if "items" in data:
            values["items"] = tuple(_item_fields(i) for i in data["items"])
        preset = data.get("preset")
        if preset is None:
            return cls(**values)
        if preset not in PRESETS:
            raise ValueError(f"no preset {preset!r}; there are: {', '.join(sorted(PRESETS))}")
        return replace(PRESETS[preset], **values)

    def to_json(self) -> dict[str, Any]:
        """The JSON form that :meth:`from_json` reads."""
        return {
            "organization": self.organization,
            "identity": list(self.identity),
            "holdings_identity": list(self.holdings_identity),
            "items": [fields.to_json() for fields in self.items],
            "private": sorted(self.private),
            "notes": self.notes,
            "copies": self.copies,
            "encoding": self.encoding,
            "libraries": self.libraries,
        }


_PLACE = re.compile(r"(?:00\d|[0-9A-Z]{3}[a-z0-9]+)(?:\+(?:00\d|[0-9A-Z]{3}[a-z0-9]+))*|digest")


def _places(value: Iterable[str]) -> tuple[str, ...]:
    """Places of a record's number; raises ValueError for one that is no tag with subfields."""
    if isinstance(value, str):
        raise ValueError(f"the identity in a member profile is a list of places, not the text {value!r}")
    places = tuple(value)
    for place in places:
        if not _PLACE.fullmatch(place):
            raise ValueError(
                f"{place!r} in the member profile names no place of a number: write 001, 035a or 001+852bc"
            )
    return places


def _item_fields(data: dict[str, Any]) -> ItemFields:
    wrong = set(data) - {"tag", "codes", "first_indicator", "words", "uri_prefix", "public_note"}
    wrong |= set(data["codes"]) - FACTS
    wrong |= set(data.get("words", {}).values()) - _STATES
    if wrong:
        raise ValueError(f"unknown words in an item field of the member profile: {', '.join(sorted(wrong))}")
    return ItemFields(**{**data, "codes": dict(data["codes"]), "words": dict(data.get("words", {}))})


@kept(4096)
def _among(patterns: frozenset[str], tag: str) -> bool:
    """Whether a tag is in a set of tags and patterns (``9XX``, ``X9X``)."""
    if tag in patterns:
        return True
    if tag == "490":
        return False
    return any(
        len(p) == len(tag) and "X" in p and all(a in ("X", b) for a, b in zip(p, tag, strict=True)) for p in patterns
    )


DEFAULT_PROFILE = Profile()

PRESETS: dict[str, Profile] = {
    "koha": Profile(),
    "koha-copies": Profile(identity=("001", "952p"), copies=True),
    "evergreen": Profile(items=(EVERGREEN_852,)),
    "alma": Profile(items=(ALMA_AVA, ALMA_ITM)),
    "sierra": Profile(identity=("001", "907a"), items=(SIERRA_945,)),
    "sirsi": Profile(holdings_identity=("001+852bchi", "001"), items=(SIRSI_999, SIRSI_949)),
    "hathitrust": Profile(items=(HATHITRUST_974,)),
    "emiclib": Profile(items=(EMICLIB_852,), copies=True),
    "plain": Profile(items=()),
}
"""Ready-made profiles by the library system that wrote the records; ``koha-copies`` and ``emiclib`` keep a record a
copy (HCMUT; Vietnam Aviation Academy and others with eMicLib), ``plain`` holds items in 852 and MFHD only.
"""


def control_number(record: Record, profile: Profile = DEFAULT_PROFILE) -> str:
    """The record's own number by the profile's ladder, or the empty string when none of its places holds one.

    The caller then uses a digest of the content (a real member has no 001 at all).
    """
    places = profile.identity
    if profile.holdings_identity and record.kind == "holdings":
        places = profile.holdings_identity
    for place in places:
        value = _number_at(record, place)
        if value and (value.isprintable() or not any(c < " " for c in value)):
            return value
    return ""


def _number_at(record: Record, place: str) -> str:
    """What stands at a place of the ladder; empty when one of the parts that ``+`` joins is missing."""
    if "+" in place:
        parts = [_number_at(record, part) for part in place.split("+")]
        return "-".join("-".join(parts).split()) if all(parts) else ""
    if len(place) == 3:
        return record.control(place).strip() if place < "010" else ""
    if len(place) == 4:
        return next((t.strip() for t in record.values(place[:3], place[3]) if t.strip()), "")
    field = record.first(place[:3])
    return " ".join(" ".join(field.all(place[3:])).split()) if field is not None and place != "digest" else ""


def record_key(frame: Frame, record: Record, profile: Profile = DEFAULT_PROFILE) -> str:
    """The name of a record: its control number by the profile's ladder, else ``sha-`` and 16 hexadecimal digits of
    the BLAKE2b digest of its bytes (equal bytes, equal name)."""
    return control_number(record, profile) or f"sha-{blake2b(frame.data).hexdigest()[:16]}"
