"""What matching looks at, one feature a file: ``name``, ``extract``, ``compare``, perhaps ``veto`` and ``doubt``.

A value is plain JSON and stays in the registry; an absent feature is absent from the dictionary.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from converters.marc.record import Record
from converters.profile import DEFAULT_PROFILE, Profile
from hub.identity.features import (
    authors,
    edition,
    extent,
    form,
    host,
    identifiers,
    language,
    part,
    place,
    publisher,
    reproduction,
    title,
    works,
    year,
)

ORDER: tuple[ModuleType, ...] = (
    form, part, host, reproduction, title, edition, authors, year, extent, publisher, identifiers, language, place,
)  # fmt: skip
"""All features; cheap ones that forbid stand first."""


EXTRACTION = "4"
"""Of what ``extract`` gives and of the candidate keys made of it; stands first in every stored features text. Raise it
when a value's form or a key changes: `hub rematch` then writes both anew."""


def features(record: Record, profile: Profile = DEFAULT_PROFILE) -> dict[str, Any]:  # noqa: ARG001  # a member's ways may matter
    """The features of a bibliographic record by name, as JSON; ``v`` is the version of their extraction."""
    found: dict[str, Any] = {"v": EXTRACTION}
    for feature in (*ORDER, works):
        value = feature.extract(record)
        if value is not None:
            found[feature.name] = value
    return found
