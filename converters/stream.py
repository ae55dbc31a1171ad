"""A whole input as descriptions: what ``python -m converters`` and ``hub convert`` write, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from converters.bibframe.conversion import ConversionError, Description
from converters.convert import convert
from converters.marc import Damaged, Frame, MarcError, Record, frames, parse
from converters.marc.reading import seen_number
from converters.profile import DEFAULT_PROFILE, Profile, record_key

RUN = 16
RUN_BYTES = 16 * 1024
"""So many records, or as many as fill so many bytes, are read together and then converted together: each step's code
stays in the processor's caches. Measured (docs/decisions/0010): a sixth less time for records of 800 bytes; longer
runs lose it again, because the records themselves no longer fit.
"""


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
    return _runs(frames(stream), profile)


def _runs(sent: Iterator[Frame | Damaged], profile: Profile) -> Iterator[Described | Damaged]:
    run: list[Frame | Damaged] = []
    size = 0
    for frame in sent:
        run.append(frame)
        size += len(frame.data)
        if size >= RUN_BYTES or len(run) >= RUN:
            yield from _described(run, profile)
            run, size = [], 0
    yield from _described(run, profile)


def _described(run: list[Frame | Damaged], profile: Profile) -> list[Described | Damaged]:
    parsed = [_parsed(sent, profile) if isinstance(sent, Frame) else sent for sent in run]
    return [found if isinstance(found, Damaged) else _converted(*found, profile) for found in parsed]


def _parsed(frame: Frame, profile: Profile) -> tuple[Frame, Record] | Damaged:
    try:
        return frame, parse(frame.data, frame.format, encoding=profile.encoding)
    except MarcError as error:
        return _rejected(frame, str(error), seen_number(frame))
    except Exception as error:  # noqa: BLE001  a defect of a reader costs one record, not the file
        return _rejected(frame, f"the reader failed ({_named(error)}); please report this record")


def _converted(frame: Frame, record: Record, profile: Profile) -> Described | Damaged:
    key = record_key(frame, record, profile)
    try:
        return Described(frame, record, convert(record, profile, key=key))
    except ConversionError as error:
        return _rejected(frame, str(error), key)
    except Exception as error:  # noqa: BLE001  a defect of a rule costs one record, not the file
        return _rejected(frame, f"the converter failed ({_named(error)}); please report this record", key)


def _rejected(frame: Frame, reason: str, number: str = "") -> Damaged:
    return Damaged(frame.data, frame.offset, frame.number, reason, number)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
