"""The MARC record as the converters see it: decoded, NFC text, nothing repaired silently.

MARC 21 Format, Record Structure: a leader of 24 characters, control fields (00X) with a value, and data
fields with two indicators and subfields. One class serves both kinds of field, so that a record is one list in
the order its cataloguer wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["bibliographic", "holdings", "authority"]

# Leader/06 of holdings (MARC 21 Holdings) and authority records (MARC 21 Authority); all else is bibliographic.
_KINDS: dict[str, Kind] = {"u": "holdings", "v": "holdings", "x": "holdings", "y": "holdings", "z": "authority"}


class Field:
    """One field: ``value`` for a control field, indicators and subfields for a data field."""

    __slots__ = ("_codes", "ind1", "ind2", "subfields", "tag", "value")

    def __init__(
        self,
        tag: str,
        ind1: str = " ",
        ind2: str = " ",
        subfields: list[tuple[str, str]] | None = None,
        value: str = "",
    ) -> None:
        self.tag = tag
        self.ind1 = ind1
        self.ind2 = ind2
        self.subfields = subfields if subfields is not None else []
        self.value = value
        self._codes: str | None = None

    @property
    def codes(self) -> str:
        """The subfield codes that the field has, in order; kept from the first time they are asked for."""
        codes = self._codes
        if codes is None:
            codes = self._codes = "".join([code for code, _ in self.subfields])
        return codes

    def get(self, code: str) -> str | None:
        """The first subfield with this one-letter code, or None."""
        for c, text in self.subfields:
            if c == code:
                return text
        return None

    def all(self, codes: str) -> list[str]:
        """The texts of all subfields whose code is among ``codes``, in the field's own order."""
        return [text for c, text in self.subfields if c in codes]

    def __repr__(self) -> str:
        if self.tag < "010":
            return f"{self.tag} {self.value}"
        body = "".join(f"${c}{text}" for c, text in self.subfields)
        return f"{self.tag} {self.ind1.replace(' ', '#')}{self.ind2.replace(' ', '#')} {body}"


class Problem(NamedTuple):
    """Something about a record that a person should know: what was found, where, and what was done.

    ``code`` is a stable word for counting (``encoding-repaired``, ``invalid-code`` …), ``where`` a tag with
    subfield (``245$a``, ``LDR/09``) and ``message`` a sentence for the cataloguer.
    """

    code: str
    where: str
    message: str


class Record:
    """A decoded record: ``leader`` (always 24 characters), ``fields`` in record order, ``problems`` met so far."""

    __slots__ = ("_by_tag", "encoding", "fields", "format", "leader", "problems")

    def __init__(
        self,
        leader: str,
        fields: list[Field],
        *,
        format: str = "iso2709",
        encoding: str = "utf-8",
        problems: list[Problem] | None = None,
    ) -> None:
        self.leader = leader[:24].ljust(24)
        self.fields = fields
        self.format = format
        self.encoding = encoding
        self.problems = problems if problems is not None else []
        self._by_tag: dict[str, list[Field]] | None = None

    @property
    def kind(self) -> Kind:
        """Bibliographic, holdings or authority, from leader/06."""
        return _KINDS.get(self.leader[6], "bibliographic")

    @property
    def tags(self) -> dict[str, list[Field]]:
        """The fields by their tag, both in record order; made when first asked for."""
        index = self._by_tag
        if index is None:
            index = self._by_tag = {}
            for field in self.fields:
                if field.tag in index:
                    index[field.tag].append(field)
                else:
                    index[field.tag] = [field]
        return index

    def all(self, *tags: str) -> list[Field]:
        """The fields with these tags, grouped by tag in the order asked for."""
        index = self._by_tag
        if index is None:
            index = self.tags
        if len(tags) == 1:
            return index.get(tags[0], [])
        return [field for tag in tags for field in index.get(tag, ())]

    def first(self, *tags: str) -> Field | None:
        """The first field that bears one of these tags, in the order of ``tags``."""
        index = self._by_tag
        if index is None:
            index = self.tags
        for tag in tags:
            if tag in index:
                return index[tag][0]
        return None

    def control(self, tag: str) -> str:
        """The value of the first control field with this tag, or the empty string."""
        found = self.tags.get(tag)
        return found[0].value if found else ""

    def values(self, tag: str, codes: str) -> Iterator[str]:
        """All subfield texts with one of ``codes`` in any field with this tag."""
        return iter([text for field in self.all(tag) for text in field.all(codes)])

    def __repr__(self) -> str:
        return "\n".join([f"LDR {self.leader}", *map(repr, self.fields)])


def record_of(text: str, *, leader: str = "00000nam a2200000 i 4500") -> Record:
    """A record written as lines, for rule examples and tests.

    ``245 10 $aTruyện Kiều /$cNguyễn Du`` gives a data field (``#`` stands for a blank indicator), ``008 …`` a
    control field, ``LDR …`` the leader. Raises ValueError on a line that is none of these.
    """
    fields: list[Field] = []
    for raw in text.strip().splitlines():
        line = raw.strip()
        tag, _, rest = line.partition(" ")
        if tag == "LDR":
            leader = rest
        elif len(tag) != 3:
            raise ValueError(f"not a MARC line: {line!r}")
        elif tag < "010":
            fields.append(Field(tag, value=rest))
        else:
            indicators, _, body = rest.partition("$")
            both = indicators[:2].ljust(2).replace("#", " ")
            parts = [(p[0], p[1:].strip()) for p in body.split("$") if p]
            fields.append(Field(tag, both[0], both[1], parts))
    return Record(leader, fields)
