"""700–788 heading linking entries, 856 and 883: the same or a like heading in another authority file."""

from __future__ import annotations

from converters.bibframe.authority.headings import NAMES, form_of
from converters.bibframe.control_subfields import iri_of
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.rules import AUTHORITY, Example
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from ontologies.namespaces import MADS, RDFS, SKOS

_LINKS = {"6": "links to the other script", "8": "links fields of the record", "7": "provenance of the data"}

_EXACT = (MADS.hasExactExternalAuthority, SKOS.exactMatch)
_CLOSE = (MADS.hasCloseExternalAuthority, SKOS.closeMatch)
_BY_CODE = {
    "EQ": _EXACT,
    "=EQ": _EXACT,
    "~EQ": _CLOSE,
    "BM": (MADS.hasBroaderExternalAuthority, SKOS.broadMatch),
    "NM": (MADS.hasNarrowerExternalAuthority, SKOS.narrowMatch),
}
"""$4, the degree of equivalence (thesaurus mapping codes); without it names are the same, concepts are alike."""


def external_iri(text: str) -> str | None:
    """IRI of a record in another file: a URI, FAST and GND as the agencies write them, ``(DLC)`` as id.loc.gov."""
    text = text.strip()
    if text.startswith("(DLC)"):
        return loc_iri(text[5:])
    return iri_of(text)


_LOC = {
    "sh": "subjects",
    "sj": "childrensSubjects",
    "gf": "genreForms",
    "mp": "performanceMediums",
    "dg": "demographicTerms",
    "n": "names",
    "nb": "names",
    "nr": "names",
    "no": "names",
    "ns": "names",
}


def loc_iri(lccn: str) -> str | None:
    """IRI of a Library of Congress authority from its LCCN (``n  79021164`` → ``…/authorities/names/n79021164``)."""
    plain = "".join(lccn.split("/")[0].split()).lower()
    letters = plain.rstrip("0123456789")
    digits = plain[len(letters) :]
    file = _LOC.get(letters)
    if file is None or not digits.isascii() or not 6 <= len(digits) <= 10:
        return None
    return f"<http://id.loc.gov/authorities/{file}/{plain}>"


@AUTHORITY.rule(
    "700 710 711 730 747 748 750 751 755 762 780 781 782 785",
    "abcdefghjklmnopqrstvxyz014",
    drops={
        **_LINKS,
        "2": "read into the key of the other heading",
        "i": "phrase that introduces the link",
        "w": "control of the display",
        "5": "institution that uses the link",
        "3": "part the link is about",
    },
    spec="MARC 21 Authority 7XX; MADS/RDF",
    target="A madsrdf:hasExactExternalAuthority, skos:exactMatch, madsrdf:hasCloseExternalAuthority, skos:closeMatch",
    examples=[
        Example(
            "100 1# $aFaris, Anna,$d1976-\n700 10 $aFaris, Anna,$d1976-$0(DLC)no2004033497",
            "A skos:exactMatch <http://id.loc.gov/authorities/names/no2004033497>",
            "A madsrdf:hasExactExternalAuthority <http://id.loc.gov/authorities/names/no2004033497>",
        ),
        Example(
            "150 ## $aThơ\n750 #0 $aPoetry$0http://id.loc.gov/authorities/subjects/sh85103704",
            "A skos:closeMatch <http://id.loc.gov/authorities/subjects/sh85103704>",
        ),
        Example(
            "150 ## $aThơ\n750 #7 $aPoésie$2ram",
            'A skos:closeMatch/madsrdf:authoritativeLabel "Poésie"',
        ),
        Example(
            "150 ## $aThơ\n750 #0 $aPoetry$4EQ$0http://id.loc.gov/authorities/subjects/sh85103704",
            "A skos:exactMatch <http://id.loc.gov/authorities/subjects/sh85103704>",
        ),
        Example("100 0# $aKhổng Tử\n700 07 $aConfucius$2lcnaf", 'A skos:altLabel "Confucius"'),
    ],
)
def linking_entry(field: Field, c: Conversion) -> None:
    """The heading in another file: by its IRI where one is given; else a concept by its own key, a name as another name
    of the same person or body.
    """
    root = c.authority
    if root is None:
        return
    same = field.tag[1:] in NAMES or field.tag == "730"
    links = next((_BY_CODE[t.strip()] for t in field.all("4") if t.strip() in _BY_CODE), _EXACT if same else _CLOSE)
    found = [term for text in field.all("01") if (term := external_iri(text))]
    if found:
        for term in dict.fromkeys(found):
            root.add(links[0], term).add(links[1], term)
        return
    code = (field.get("2") or "").strip()
    form = form_of(field, c, (field.ind2, code if field.ind2 == "7" else ""))
    if form is None:
        return
    if same:
        if form.heading is not None and form.heading != root.heading:
            root.add(SKOS.altLabel, literal(form.label))
            c.variant_keys.append(form.heading)
        return
    if form.node is not None and form.heading != root.heading:
        root.add(links[0], form.node).add(links[1], form.node)
    elif form.node is None:
        other = Node("match", form.kind, MADS.Authority).add(MADS.authoritativeLabel, literal(form.label))
        root.add(links[0], other).add(links[1], other)


@AUTHORITY.rule(
    "856",
    "u",
    drops={**_LINKS, **dict.fromkeys("23yzqx", "remarks on the link")},
    spec="MARC 21 Authority 856",
    target="A rdfs:seeAlso",
    examples=[
        Example("100 1# $aA\n856 42 $uhttp://example.org/a", "A rdfs:seeAlso <http://example.org/a>"),
    ],
)
def electronic_location(field: Field, c: Conversion) -> None:
    """A page about the heading."""
    if c.authority is None:
        return
    for text in field.all("u"):
        term = iri(text)
        if term is None:
            c.problem("invalid-uri", "856$u", f"“{text}” is not a URI; it was kept as a note.")
            c.authority.add(SKOS.note, literal(text))
        else:
            c.authority.add(RDFS.seeAlso, term)
