"""Personal names in headings: the words, their order, and the dates that tell people of one name apart.

Diacritics stay: Hà and Hạ, Nguyễn Du and Nguyễn Dữ are different people. Only the comma, the dates and the order of the
words are looked through.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from hub.identity.features.text import strict

PERSONS = frozenset({"Person", "Family"})
_MARK = r"(?:(?:b|d|fl|ca|s|born|died|active|approximately|sinh|mất|khoảng)\.? ?)*"
_DATES = re.compile(
    rf"[\s,;(]+(?P<birth>{_MARK}\d{{3,4}}\??)?(?P<dash>\s*[-–]\s*)?(?P<death>{_MARK}\d{{3,4}}\??)?\)?[.,]?$",
    re.IGNORECASE,
)
_DEATH = re.compile(r"(?:^|\W)(?:d|died|mất)\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d{3,4}")


@dataclass(frozen=True, slots=True)
class Name:
    """A name heading taken apart: ``words`` strict and in order, years of birth and death or None, comma or not."""

    kind: str
    words: tuple[str, ...]
    birth: str | None
    death: str | None
    inverted: bool = False

    @property
    def dated(self) -> bool:
        """Whether the heading has a year."""
        return self.birth is not None or self.death is not None

    @property
    def loose(self) -> str:
        """The key under which names meet that differ in comma, dates and order only."""
        return f"{self.kind}|{' '.join(sorted(self.words))}"

    def same_dates(self, other: Name) -> bool:
        """Whether both are undated, or both are dated and agree in every year that both have, at least one."""
        if not self.dated and not other.dated:
            return True
        pairs = ((self.birth, other.birth), (self.death, other.death))
        known = [a == b for a, b in pairs if a is not None and b is not None]
        return bool(known) and all(known)

    def other_dates(self, other: Name) -> bool:
        """Whether a year that both have differs."""
        pairs = ((self.birth, other.birth), (self.death, other.death))
        return any(a is not None and b is not None and a != b for a, b in pairs)


@lru_cache(maxsize=65536)
def name_of(key: str) -> Name:
    """The name in a heading's key: ``Person|Nguyễn, Du, 1765-1820``."""
    kind, _, text = key.partition("|")
    if kind not in PERSONS:
        return Name(kind, tuple(strict(text).split()), None, None)
    found = _DATES.search(text)
    birth = death = None
    if found is not None and (found["birth"] or found["death"]):
        text = text[: found.start()]
        years = [_DIGITS.findall(part)[0] if part else None for part in (found["birth"], found["death"])]
        birth, death = years
        if found["dash"] is None and _DEATH.search(found["birth"] or ""):
            birth, death = None, birth
    return Name(kind, tuple(strict(text).split()), birth, death, "," in text)


def bare_words(key: str) -> str:
    """The words of a name without dates and additions, sorted: what a work key says of the creator."""
    kind, _, text = key.partition("|")
    if kind not in PERSONS:
        return " ".join(sorted(strict(text).split()))
    found = _DATES.search(text)
    if found is not None and (found["birth"] or found["death"]):
        text = text[: found.start()]
    text = text.partition("(")[0]
    text = " ".join(part for part in text.split(",")[:2])
    return " ".join(sorted(strict(text).split()))
