"""Reading MARC: frames out of any stream, records out of frames, and records written back."""

from converters.marc.frame import FORMATS, Damaged, Frame, MarcError, UnknownFormat
from converters.marc.reading import frames, parse, read
from converters.marc.record import Field, Problem, Record, record_of

__all__ = [
    "FORMATS",
    "Damaged",
    "Field",
    "Frame",
    "MarcError",
    "Problem",
    "Record",
    "UnknownFormat",
    "frames",
    "parse",
    "read",
    "record_of",
]
