"""A whole input as descriptions: what ``python -m converters`` and ``hub convert`` write, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from converters.bibframe.conversion import ConversionError, Description
from converters.convert import convert
from converters.marc import Damaged, Frame, Record, read
from converters.profile import DEFAULT_PROFILE, Profile, record_key

RUN = 16
RUN_BYTES = 16 * 1024
"""So many records, or as many as fill so many bytes, are read together and then converted together: each step's code
stays in the processor's caches. Measured (docs/decisions/0010): a sixth less time for records of 800 bytes; longer
runs lose it again, because the records themselves no longer fit.
"""


Sent = tuple[Frame, Record] | Damaged


class Described(NamedTuple):
    """A record as it was sent, as it was read, and what it says. ``description.release()`` it after use."""

    frame: Frame
    record: Record
    description: Description


def described(stream: BinaryIO, profile: Profile = DEFAULT_PROFILE) -> Iterator[Described | Damaged]:
    """Every record of an input in its order, in constant memory; what cannot be read or converted comes as Damaged,
    with the reason and its offset in bytes.

    Raises UnknownFormat at once for what is no MARC. Descriptions bear the record's key by the profile.
    """
    return _runs(read(stream, encoding=profile.encoding), profile)


def _runs(found: Iterator[Sent], profile: Profile) -> Iterator[Described | Damaged]:
    run: list[Sent] = []
    size = 0
    for one in found:
        run.append(one)
        size += len(one.data if isinstance(one, Damaged) else one[0].data)
        if size >= RUN_BYTES or len(run) >= RUN:
            yield from [sent if isinstance(sent, Damaged) else _converted(*sent, profile) for sent in run]
            run, size = [], 0
    yield from [sent if isinstance(sent, Damaged) else _converted(*sent, profile) for sent in run]


def _converted(frame: Frame, record: Record, profile: Profile) -> Described | Damaged:
    key = record_key(frame, record, profile)
    try:
        return Described(frame, record, convert(record, profile, key=key))
    except ConversionError as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001  a defect of a rule costs one record, not the file
        reason = f"the converter failed ({type(error).__name__}: {error}); please report this record"
    return Damaged(frame.data, frame.offset, frame.number, reason, key)
