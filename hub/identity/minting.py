"""New ids: opaque, short, lower case, the same for the same loads, and never given twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import blake2b

from sqlalchemy import Connection

from hub.identity.statements import rows_where
from hub.registry.schema import entity

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case
_LENGTH = 10


def anchor_text(place: str, *parts: str) -> str:
    """The anchor an id is minted from: place, member, kind, control number, part. Spaces inside parts are escaped."""
    return " ".join((place, *(p.replace("%", "%25").replace(" ", "%20") for p in parts)))


def anchor_parts(anchor: str) -> list[str]:
    """The parts of an anchor, as :func:`anchor_text` was given them."""
    return [p.replace("%20", " ").replace("%25", "%") for p in anchor.split(" ")]


def _number(text: str) -> str:
    value = int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
    digits = []
    for _ in range(_LENGTH):
        value, digit = divmod(value, 32)
        digits.append(_ALPHABET[digit])
    return "".join(digits)


def mint(connection: Connection, anchors: Iterable[str], unwritten: Collection[str] = ()) -> dict[str, str]:
    """An id for each anchor text that no entity has yet; a taken one is salted until it is free.

    ``unwritten`` are ids that are given but not yet in the registry.
    """
    waiting = list(dict.fromkeys(anchors))
    found: dict[str, str] = {}
    used: set[str] = set()
    salt = 0
    while waiting:
        tried = {a: _number(f"{a} {salt}" if salt else a) for a in waiting}
        taken = {row.id for row in rows_where(connection, entity.c.id, tried.values(), entity.c.id)}
        again = []
        for anchor, number in tried.items():
            if number in taken or number in used or number in unwritten:
                again.append(anchor)
            else:
                used.add(number)
                found[anchor] = number
        waiting, salt = again, salt + 1
    return found
