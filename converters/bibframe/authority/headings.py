"""Headings of authority records: the same key as the bibliographic rules give, whatever field a heading stands in.

An authority field is read as the bibliographic field that would carry its heading (100 as 600, 150 as 650, 155 as
655 …), with the thesaurus of 008/11 and 040 $f, so that ``100`` of an authority and ``700`` of a book name one
entity. Sources: MARC 21 Authority X00–X85, 008/11; MADS/RDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as datafield

from converters.bibframe.bib.concepts import component, concept, heading_label, joined, subdivisions
from converters.bibframe.bib.names import agent, agent_label
from converters.bibframe.bib.titles import hub
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Heading, Node
from converters.marc.record import Field
from ontologies.namespaces import BF, MADS

_SYSTEMS = {"a": "0", "b": "1", "c": "2", "d": "3", "k": "5", "v": "6"}
"""008/11, the subject heading system, as second indicator of 6XX."""
_CODES = {"r": "aat", "s": "sears"}

NAMES = {"00": MADS.PersonalName, "10": MADS.CorporateName, "11": MADS.ConferenceName}

_CONCEPTS: dict[str, tuple[str, str, str, str, str]] = {
    "47": ("647", "acd", "Event", BF.Event, MADS.Authority),
    "48": ("648", "a", "Temporal", BF.Temporal, MADS.Temporal),
    "50": ("650", "ab", "Topic", BF.Topic, MADS.Topic),
    "51": ("651", "a", "Place", BF.Place, MADS.Geographic),
    "55": ("655", "a", "GenreForm", BF.GenreForm, MADS.GenreForm),
}
"""By the last two digits of the tag: bibliographic tag, subfields of the main part, group of the key, classes."""

_SUBDIVISIONS: dict[str, tuple[str, str]] = {
    "80": ("x", MADS.Topic),
    "81": ("z", MADS.Geographic),
    "82": ("y", MADS.Temporal),
    "85": ("v", MADS.GenreForm),
}
_TITLE = "abcdfghjklmnopqrst"


@dataclass(frozen=True, slots=True)
class Form:
    """What a heading field says: its class in MADS/RDF, its text, and its key in the hub (None where it has none).

    ``node`` is the entity as a bibliographic record would name it, to link to from another authority; ``parts`` are the
    members of a complex subject or name-title in order.
    """

    kind: str
    label: str
    heading: Heading | None
    node: Node | None
    parts: list[Node] = datafield(default_factory=list)


def thesaurus(c: Conversion) -> tuple[str, str]:
    """Second indicator and $2 by which a bibliographic heading names this record's subject heading system."""
    code = c.record.control("008")[11:12]
    if code in _SYSTEMS:
        return _SYSTEMS[code], ""
    source = next((text.strip() for text in c.record.values("040", "f") if text.strip()), "") or _CODES.get(code, "")
    return ("7", source) if source else ("4", "")


def form_of(field: Field, c: Conversion, scheme: tuple[str, str]) -> Form | None:
    """The heading in a 1XX, 4XX, 5XX or 7XX of an authority record, None when the field holds none."""
    last = field.tag[1:]
    if last in NAMES or last == "30":
        return _name_or_title(field, c, scheme)
    if last in _CONCEPTS:
        return _concept(field, scheme)
    if last in _SUBDIVISIONS:
        code, kind = _SUBDIVISIONS[last]
        label = heading_label("", field)
        parts = subdivisions(field)
        if not label:
            return None
        if len(parts) == 1 and any(k == code for k, _ in field.subfields):
            return Form(kind, label, None, None)
        return Form(MADS.ComplexSubject, label, None, None, parts)
    if last == "62":
        label = joined(field, "a")
        return Form(MADS.Medium, label, None, None) if label else None
    return None


def _as(tag: str, field: Field, scheme: tuple[str, str], codes: str) -> Field:
    """The field as bibliographic field ``tag``: only the heading's own subfields, with the scheme."""
    indicator, source = scheme
    subfields = [(code, text) for code, text in field.subfields if code in codes]
    if source:
        subfields.append(("2", source))
    return Field(tag, field.ind1, indicator, subfields)


def _name_or_title(field: Field, c: Conversion, scheme: tuple[str, str]) -> Form | None:
    last = field.tag[1:]
    plain = _as(f"6{last}", field, scheme, f"{_TITLE}vxyz")
    titled = last == "30" or any(code == "t" for code, _ in plain.subfields)
    node = hub(plain, c, None if last == "30" else plain) if titled else agent(plain, c)
    if node is None or node.heading is None:
        return None
    label = title_label(node) if titled else node.heading.key.partition("|")[2]
    if any(code in "vxyz" for code, _ in plain.subfields):
        whole = heading_label(label, plain)
        key = concept("ComplexSubject", plain, whole, BF.Topic, MADS.ComplexSubject)
        return Form(MADS.ComplexSubject, whole, key.heading, key, [node, *subdivisions(plain)])
    if titled and last == "30":
        return Form(MADS.Title, label, node.heading, node)
    if titled:
        who = agent(plain, c, title_form=True)
        title = component(MADS.Title, node.heading.key.rpartition("|")[2])
        return Form(MADS.NameTitle, label, node.heading, node, [who, title] if who is not None else [])
    kind = MADS.FamilyName if last == "00" and field.ind1 == "3" else NAMES[last]
    return Form(kind, agent_label(plain), node.heading, node)


def title_label(node: Node) -> str:
    """Name and title of a Hub as one text: ``Nguyễn, Du, 1765-1820. Truyện Kiều``."""
    key = node.heading.key if node.heading is not None else ""
    _, _, rest = key.partition("|")
    name, _, title = rest.partition("|")
    return f"{name.rstrip('.')}. {title}" if name else title


def _concept(field: Field, scheme: tuple[str, str]) -> Form | None:
    tag, codes, group, bf_class, mads_class = _CONCEPTS[field.tag[1:]]
    plain = _as(tag, field, scheme, f"{codes}vxyz")
    label = heading_label(joined(plain, codes), plain)
    if not label:
        return None
    schemes = "genreFormSchemes" if tag == "655" else "subjectSchemes"
    if any(code in "vxyz" for code, _ in plain.subfields):
        node = concept("ComplexSubject", plain, label, BF.Topic, MADS.ComplexSubject, schemes=schemes)
        main = joined(plain, codes)
        first = [component(mads_class, main)] if main else []
        return Form(MADS.ComplexSubject, label, node.heading, node, [*first, *subdivisions(plain)])
    node = concept(group, plain, label, bf_class, mads_class, schemes=schemes)
    return Form(mads_class, label, node.heading, node)
