"""The words of id.loc.gov's suggest2: its parameters read, its answers written.

Sources: id.loc.gov/techcenter/searching.html (suggest2, label); what its clients read (Marva: ``uri``,
``suggestLabel``, ``aLabel``, ``vLabel``, ``code``, ``contributions``, ``subject-of``, ``count`` against the hits at
hand, ``more.marcKeys``, ``more.collections``, ``more.rdftypes``; offsets from 0).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import combining, normalize
from urllib.parse import quote, unquote

from hub.search.headings import SCHEMES, Found, Heading, Narrowed

PAGE = 10
MOST = 250
"""Hits that one answer may have, as id.loc.gov allows."""
DEEPEST = 5_000
KEYWORD, LEFT = "keyword", "leftanchored"
_NAMES = ("PersonalName", "FamilyName", "CorporateName", "ConferenceName")
_TYPES: dict[str, tuple[str, ...]] = {
    "name": (*_NAMES, "Agent"),
    "agent": (*_NAMES, "Agent"),
    "personalname": ("PersonalName",),
    "person": ("PersonalName",),
    "familyname": ("FamilyName",),
    "family": ("FamilyName",),
    "corporatename": ("CorporateName",),
    "organization": ("CorporateName",),
    "jurisdiction": ("CorporateName",),
    "conferencename": ("ConferenceName",),
    "meeting": ("ConferenceName",),
    "topic": ("Topic",),
    "simpletype": ("Topic", "Geographic", "Temporal", "GenreForm"),
    "geographic": ("Geographic",),
    "place": ("Geographic",),
    "temporal": ("Temporal",),
    "genreform": ("GenreForm",),
    "complexsubject": ("ComplexSubject",),
    "complextype": ("ComplexSubject",),
    "event": ("Event",),
    "title": ("Hub",),
    "nametitle": ("Hub",),
    "hub": ("Hub",),
}
"""Classes of MADS/RDF and BIBFRAME, by their last word in small letters; ``Authority`` narrows to nothing."""
_ALL = frozenset({"authority", "concept"})
NOTHING = ("",)
"""The class that no heading has: what is asked for is not kept here."""
_VOCABULARIES = {"subjects": "lcsh", "childrenssubjects": "lcshac", "genreforms": "lcgft"}
_ESTABLISHED = "collection_AuthorizedHeadings"
_WANTING = "collection_UnestablishedHeadings"


class BadParameter(ValueError):
    """A parameter that cannot be read; the message says what it may be."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A suggest2 request."""

    text: str
    kind: str
    narrowed: Narrowed
    offset: int
    count: int


def read(given: Mapping[str, str], scheme: str, base: str) -> Asked:
    """A request from its parameters; ``scheme`` is the list of its path, empty for all. Raises BadParameter."""
    kind = {"": LEFT, LEFT: LEFT, "left": LEFT, KEYWORD: KEYWORD}.get(given.get("searchtype", "").strip().lower())
    if kind is None:
        raise BadParameter(f"searchtype is {LEFT} or {KEYWORD}")
    count = _number(given, "count", PAGE)
    offset = _number(given, "offset", 0)
    if not 1 <= count <= MOST:
        raise BadParameter(f"count is a whole number from 1 to {MOST}")
    if offset > DEEPEST:
        raise BadParameter(f"offset is at most {DEEPEST}: ask for less with rdftype and memberOf, or take the dump")
    kinds = _kinds(given.get("rdftype", ""))
    narrowed = _member_of(given.get("memberOf", given.get("memberof", "")), Narrowed(scheme, kinds), base)
    return Asked(given.get("q", "").strip(), kind, narrowed, offset, count)


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadParameter(f"{name} is a whole number")
    return int(text)


def _last(text: str) -> str:
    return text.strip().rstrip("/").rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]


def _kinds(rdftype: str) -> tuple[str, ...]:
    name = _last(rdftype).casefold()
    return () if not name or name in _ALL else _TYPES.get(name, NOTHING)


def _member_of(text: str, narrowed: Narrowed, base: str) -> Narrowed:
    """What a collection's IRI narrows to: a list or collection of this hub, or a vocabulary of LC."""
    if not text.strip():
        return narrowed
    last = _last(text)
    scheme, source, established = narrowed.scheme, narrowed.source, narrowed.established
    if "AuthorizedHeadings" in last:
        established = True
    elif last == _WANTING:
        established = False
    if text.startswith(f"{base}authorities/"):
        named = text.removeprefix(f"{base}authorities/").partition("/")[0]
        if named not in SCHEMES or scheme not in ("", named):
            return Narrowed(scheme, NOTHING)
        scheme = named
    elif established is None:
        source = _VOCABULARIES.get(last.casefold(), last.casefold())
        if source == "names":
            return Narrowed("names", narrowed.kinds) if scheme in ("", "names") else Narrowed(scheme, NOTHING)
    return Narrowed(scheme, narrowed.kinds, source, established)


def answer(asked: Asked, scheme: str, total: int, found: Sequence[Found], base: str) -> dict[str, Any]:
    """The answer to a request: ``count`` is how many there are, ``hits`` one page of them, one for a heading."""
    return {
        "q": asked.text,
        "count": total,
        "pagesize": asked.count,
        "start": asked.offset + 1,
        "sortmethod": "alpha" if asked.kind == LEFT else "rank",
        "searchtype": asked.kind,
        "directory": f"/authorities/{scheme}/" if scheme else "/",
        "hits": [_hit(hit, base) for hit in one_each(found)],
    }


def one_each(found: Sequence[Found]) -> list[Found]:
    """One hit for a heading: by its form to use, else by the first of its other forms."""
    best: dict[str, Found] = {}
    for hit in found:
        if hit.heading.id not in best or not hit.form:
            best[hit.heading.id] = hit
    return list(best.values())


def _hit(hit: Found, base: str) -> dict[str, Any]:
    heading = hit.heading
    collections = [
        f"{base}authorities/{heading.scheme}",
        f"{base}authorities/{heading.scheme}/{_ESTABLISHED if heading.established else _WANTING}",
    ]
    return {
        "suggestLabel": suggest_label(hit),
        "uri": uri(heading, base),
        "aLabel": heading.label,
        "vLabel": hit.form,
        "sLabel": hit.form or heading.label,
        "code": "",
        "token": heading.id,
        "rank": str(heading.uses),
        "subject-of" if heading.place == "concepts" else "contributions": heading.uses,
        "more": {
            "rdftypes": [heading.kind, "Authority"] if heading.established else [heading.kind],
            "collections": collections,
            "variantLabels": heading.forms,
            "marcKeys": heading.marc_keys,
            "sources": [heading.source] if heading.source else [],
            "established": heading.established,
            "uses": heading.uses,
        },
    }


def suggest_label(hit: Found) -> str:
    """How a hit is shown: the form to use, or ``X (USE Y)`` for a form that leads to it."""
    return f"{hit.form} (USE {hit.heading.label})" if hit.form else hit.heading.label


def uri(heading: Heading, base: str) -> str:
    """The URI of a heading."""
    return f"{base}{heading.place}/{heading.id}"


def old_answer(text: str, found: Sequence[Found], base: str) -> list[Any]:
    """The first suggest service's answer (OpenSearch Suggestions): text, labels, descriptions, URIs."""
    hits = one_each(found)
    return [
        text,
        [suggest_label(f) for f in hits],
        [f"{f.heading.uses} records" for f in hits],
        [uri(f.heading, base) for f in hits],
    ]


def label_headers(label: str) -> dict[str, str]:
    """X-PrefLabel as id.loc.gov gives it, in Latin-1 with what that cannot hold folded; whole, as UTF-8 in
    percent-encoding (the value-chars of RFC 8187 §3.2.1), beside it.
    """
    return {"X-PrefLabel": latin(label), "X-PrefLabel-Encoded": quote(label, safe="", errors="replace")}


def latin(text: str) -> str:
    """Text for a header, which holds Latin-1 only: other letters lose their diacritics, controls go."""
    made = []
    for c in text:
        if c < " " or c == "\x7f":
            made.append(" ")
        elif c <= "~" or "\xa1" <= c <= "\xff":
            made.append(c)
        else:
            folded = "".join(b for b in normalize("NFD", c.replace("đ", "d").replace("Đ", "D")) if not combining(b))
            made.append(folded if folded.isascii() and folded.isprintable() else "?")
    return "".join(made).strip()


def label_of_path(raw: str) -> str:
    """The label in a path, where ``%2F`` is part of it."""
    return unquote(raw, errors="replace")
