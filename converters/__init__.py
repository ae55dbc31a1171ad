"""MARC 21 to BIBFRAME 2, pure: bytes in, a description out. No store, no network, no clock, no settings.

The one public verb is :func:`convert`; ``python -m converters FILE`` is the same for a whole file.
"""

from converters.bibframe.conversion import ConversionError, Description
from converters.convert import convert
from converters.profile import Profile

__all__ = ["ConversionError", "Description", "Profile", "convert"]
