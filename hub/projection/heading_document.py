"""What the index of headings keeps of an Agent, Concept or Hub: the form to use, the forms that lead to it, its key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from converters.bibframe.authority.headings import title_label
from converters.bibframe.node import Heading, Node
from converters.bibframe.terms import text_of
from converters.marc.record import Record
from ontologies.namespaces import BFLC, MADS, RDF, RDFS, SKOS

KINDS: dict[str, str] = {
    "Person": "PersonalName",
    "Family": "FamilyName",
    "Organization": "CorporateName",
    "Jurisdiction": "CorporateName",
    "Meeting": "ConferenceName",
    "Topic": "Topic",
    "Place": "Geographic",
    "Temporal": "Temporal",
    "GenreForm": "GenreForm",
    "ComplexSubject": "ComplexSubject",
    "Event": "Event",
}
"""Class in a heading's key → its class in MADS/RDF, by which suggest2 clients narrow (``rdftype``)."""

SCHEMES = ("names", "subjects", "genreForms", "hubs")
"""The lists of headings, named as id.loc.gov names its own."""

_SCHEME = {"agents": "names", "concepts": "subjects", "hubs": "hubs"}
_TAGS = {"Topic": "150", "Geographic": "151", "Temporal": "148", "GenreForm": "155", "Event": "147"}
_SUBDIVISIONS = {MADS.GenreForm: "v", MADS.Topic: "x", MADS.Temporal: "y", MADS.Geographic: "z"}
_MAIN = {MADS.Topic: "150", MADS.Geographic: "151", MADS.Temporal: "148", MADS.GenreForm: "155"}
_TAGGED = re.compile(r"@([A-Za-z-]+)$")
_MOST_FORMS = 200
"""Forms of one heading that are indexed; real ones have fewer than a hundred."""
_MOST_LETTERS = 1000
"""Letters of a form that are kept; longer ones are damage."""


def scheme_of(place: str, kind: str) -> str:
    """The list that a heading stands in, by its place in the hub and its class."""
    return "genreForms" if kind == "GenreForm" else _SCHEME[place]


def heading_document(
    place: str, identity: str, root: Node, spoken: Sequence[Node], records: Iterable[Record]
) -> dict[str, Any]:
    """The document of one heading, from its merged node, the nodes as records say it, and its authority records.

    ``forms`` are the other forms (4XX, other scripts, spellings that the linking rules found to be the same), without
    those that differ from the form to use in nothing. Only its ``id`` when nothing names it.
    """
    headings = [n.heading for n in spoken if n.heading is not None]
    labels = list(_plain(root, MADS.authoritativeLabel, RDFS.label)) or [label_of(h) for h in headings]
    if not labels or not labels[0].strip():
        return {"place": place, "id": identity}
    label = labels[0][:_MOST_LETTERS]
    kind = _kind(place, root, headings)
    others = [
        *_plain(root, SKOS.altLabel, MADS.variantLabel),
        *labels[1:],
        *_tagged(root, MADS.authoritativeLabel, RDFS.label),
        *(label_of(h) for h in headings),
    ]
    forms = [f[:_MOST_LETTERS] for f in dict.fromkeys(others) if f.strip() and f != label]
    keys = [_field_key(r) for r in records]
    keys += [text_of(v) for v in root.values(BFLC.marcKey) if isinstance(v, str)]
    keys += [_concept_key(kind, label, root)]
    marc_keys = [k for k in dict.fromkeys(keys) if k]
    return {
        "place": place,
        "id": identity,
        "scheme": scheme_of(place, kind),
        "kind": kind,
        "source": next((h.key.split("|")[1] for h in headings if h.group == "concepts"), ""),
        "established": MADS.Authority in root.types and SKOS.Concept in root.types,
        "label": label,
        "forms": forms[:_MOST_FORMS],
        "marc_keys": marc_keys[:3],
    }


def label_of(heading: Heading) -> str:
    """A heading as text, from its key (``Person|Nguyễn Du``, ``Topic|lcsh|Thơ``, ``Hub|Nguyễn Du|Truyện Kiều``)."""
    kind, _, rest = heading.key.partition("|")
    if heading.group == "hubs":
        return title_label(Node("hub", heading=heading))
    if heading.group == "concepts":
        return rest.partition("|")[2]
    return rest if kind else ""


def _kind(place: str, root: Node, headings: Sequence[Heading]) -> str:
    if place == "hubs":
        return "Hub"
    for heading in headings:
        known = KINDS.get(heading.key.partition("|")[0])
        if known:
            return known
    names = {t[1:-1].rpartition("#")[2] for t in root.types}
    return next((k for k in KINDS.values() if k in names), "Agent" if place == "agents" else "Topic")


def _plain(root: Node, *predicates: str) -> Iterator[str]:
    """Texts without a language tag."""
    for predicate in predicates:
        for value in root.values(predicate):
            if isinstance(value, str) and value.startswith('"') and not _TAGGED.search(value):
                yield text_of(value)


def _tagged(root: Node, *predicates: str) -> Iterator[str]:
    """Texts with a language tag: the same heading in other scripts."""
    for predicate in predicates:
        for value in root.values(predicate):
            if isinstance(value, str) and _TAGGED.search(value):
                yield text_of(value)


def _field_key(record: Record) -> str:
    """The 1XX of an authority record as bflc:marcKey writes it: ``1001 $aNguyễn, Du,$d1765-1820``."""
    field = next((f for f in record.fields if f.tag[:1] == "1" and f.tag.isdigit() and len(f.tag) == 3), None)
    if field is None:
        return ""
    text = "".join(f"${code}{value}" for code, value in field.subfields if code not in "068iw")
    return f"{field.tag}{field.ind1}{field.ind2}{text}"[:_MOST_LETTERS]


def _concept_key(kind: str, label: str, root: Node) -> str:
    """The key of a concept that no authority establishes, from its class and the parts of a subdivided one."""
    if kind in _TAGS:
        return f"{_TAGS[kind]}  $a{label}"
    if kind != "ComplexSubject":
        return ""
    parts = list(_parts(next((v for v in root.values(MADS.componentList) if isinstance(v, Node)), None)))
    if not parts or parts[0][0] not in _MAIN:
        return ""
    first, *rest = parts
    text = "".join(f"${_SUBDIVISIONS.get(t, 'x')}{name}" for t, name in rest)
    return f"{_MAIN[first[0]]}  $a{first[1]}{text}"


def _parts(members: Node | None) -> Iterator[tuple[str, str]]:
    """Class and label of the members of an RDF list of components."""
    while members is not None:
        member = next((v for v in members.values(RDF.first) if isinstance(v, Node)), None)
        if member is not None:
            label = next(_plain(member, MADS.authoritativeLabel, RDFS.label), "")
            kind = next((t for t in member.types if t in _MAIN), "")
            yield kind, label
        members = next((v for v in members.values(RDF.rest) if isinstance(v, Node)), None)


def packed(document: dict[str, Any]) -> str:
    """What hits show beyond the label, as JSON."""
    shown = {name: document[name] for name in ("forms", "marc_keys")}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
