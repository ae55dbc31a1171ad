"""What can be done to a frame without knowing anything else: parse, convert, extract. Runs in worker processes.

Between the processes travel bytes and plain values, never nodes.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection

from converters import Profile, convert
from converters.bibframe.conversion import ConversionError, Description
from converters.bibframe.node import to_json
from converters.marc import Frame, MarcError, parse
from converters.marc.record import Record
from converters.profile import record_key
from hub.identity import features, rank
from hub.identity.arrival import HeadingClaim
from hub.identity.features import EXTRACTION
from hub.identity.marks import marks_of, marks_of_authority
from hub.intake import copied
from hub.intake.copied import LeftOut, Others

_MAX_PROBLEMS = 50


@dataclass(slots=True)
class Prepared:
    """A frame made ready for the registry, or the reason why it cannot be (``reason`` not empty)."""

    offset: int
    number: int
    format: str
    raw: bytes  # zlib
    digest: bytes
    reason: str = ""
    kind: str = ""
    control_number: str = ""
    bib_number: str = ""
    deleted: bool = False
    rank: int = 0
    features: dict[str, Any] | None = None
    headings: list[HeadingClaim] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    establishes: HeadingClaim | None = None
    variants: list[tuple[str, str]] = field(default_factory=list)
    problems: list[tuple[str, str, str]] = field(default_factory=list)
    left_out: LeftOut = copied.NOTHING
    names: str = ""
    """The Instance that the record says it was copied from, when it has holdings of other members."""
    own: Prepared | None = None
    """With ``names``: the same without those holdings, to be taken if the Instance is this hub's."""


@lru_cache(maxsize=64)
def profile_of(text: str) -> Profile:
    """A profile from its JSON text; the same object for the same text."""
    return Profile.from_json(json.loads(text))


def prepare(profile_json: str, batch: list[Frame], others: Others) -> list[Prepared]:
    """Prepare frames of one member. A record that cannot be read comes back with its reason; nothing is raised.

    ``others`` are the hub's other members, whose copies may be told of in records that were copied from the hub.
    """
    profile = profile_of(profile_json)
    return [_prepare(sent, profile, others) for sent in batch]


def prepare_again(profile_json: str, kept: list[tuple[str, Frame]], others: Others) -> list[Prepared]:
    """Prepare stored records of one member, each under the control number that it was given when it came."""
    profile = profile_of(profile_json)
    return [_prepare(sent, profile, others, number) for number, sent in kept]


def settled(connection: Connection, prepared: list[Prepared]) -> list[Prepared]:
    """The prepared records, those copied from Instances of this hub without the holdings of other members."""
    named = {p.names for p in prepared if p.own is not None}
    if not named:
        return prepared
    minted = copied.minted(connection, named)
    return [p.own if p.own is not None and p.names in minted else p for p in prepared]


def _prepare(sent: Frame, profile: Profile, others: Others, number: str = "", left: LeftOut | None = None) -> Prepared:
    """``left``: what to leave out, decided already."""
    made = Prepared(
        sent.offset,
        sent.number,
        sent.format,
        zlib.compress(sent.data, 6),
        blake2b(sent.data, digest_size=16).digest(),
    )
    try:
        record = parse(sent.data, sent.format, encoding=profile.encoding)
        if left is not None:
            told = copied.problems(record, left)
            record = copied.without(record, left)
        made.kind = record.kind
        made.control_number = number or record_key(sent, record, profile)
        made.deleted = record.leader[5] == "d"
        description = convert(record, profile, key=made.control_number)
    except (MarcError, ConversionError) as error:
        made.reason = str(error)
        return made
    except Exception as error:  # noqa: BLE001  a defect of ours must cost one record with its bytes kept, not the load
        made.reason = f"internal error in conversion ({type(error).__name__}: {error}); the record is kept: report it"
        return made
    _describe(made, record, description, profile)
    description.release()
    if left is not None:
        made.left_out, made.problems = left, told + made.problems
    elif (name := copied.copied_from(record)) and (theirs := copied.of_others(record, profile, others)):
        made.names = name
        made.own = _prepare(sent, profile, others, made.control_number, theirs)
    return made


def _describe(made: Prepared, record: Record, description: Description, profile: Profile) -> None:
    made.bib_number = description.bib_number
    made.rank = rank(record)
    if made.kind == "bibliographic":
        made.features = features(record, profile)
    elif made.kind == "authority":
        made.features = {"v": EXTRACTION}
    claims: dict[tuple[str, str], HeadingClaim] = {}
    for node in description.headings():
        heading = node.heading
        if heading is None or heading.group == "libraries" or node is description.authority:
            continue
        payload = _payload(node)
        marks = marks_of(node)
        known = claims.get((heading.group, heading.key))
        if known is None:
            inner = [(n.heading.group, n.heading.key) for n in node.walk() if n is not node and n.heading is not None]
            claims[heading.group, heading.key] = HeadingClaim(heading.group, heading.key, payload, marks, inner)
            continue
        known.marks.extend(m for m in marks if m not in known.marks)
        if (len(payload), known.payload) > (len(known.payload), payload):
            known.payload = payload
    made.headings = list(claims.values())
    made.items = [item.key for item in description.items]
    if description.authority is not None and description.authority.heading is not None:
        own = description.authority.heading
        marks = marks_of_authority(record, profile.organization)
        inner = [(i.group, i.key) for n in description.authority.walk() if (i := n.heading) is not None and i != own]
        made.establishes = HeadingClaim(own.group, own.key, "", marks, inner if own.group == "hubs" else [])
        made.variants = [(v.group, v.key) for v in description.variant_keys]
    problems = [(p.code, p.where, p.message) for p in description.problems]
    made.problems = problems[:_MAX_PROBLEMS]
    if len(problems) > _MAX_PROBLEMS:
        made.problems.append(("more-problems", "", f"{len(problems) - _MAX_PROBLEMS} further problems not listed"))


def _payload(node: Any) -> str:
    return json.dumps(to_json(node), ensure_ascii=False, separators=(",", ":"))
