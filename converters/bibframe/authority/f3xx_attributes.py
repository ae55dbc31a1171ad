"""046, 336 and 368–388: what is known of the person, body, place or work behind the heading.

All of it is said of the thing (``madsrdf:identifiesRWO``), not of the authority. Terms from a named vocabulary link
to the hub's concept of the same key; words without one are owned nodes. Personal addresses are not published.
"""

from __future__ import annotations

from converters.bibframe.control_subfields import iri_of
from converters.bibframe.conversion import Conversion
from converters.bibframe.edtf import date_literal
from converters.bibframe.node import Heading, Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import AUTHORITY, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, MADS, RDFS, SCHEMA

_LINKS = {"6": "links to the other script", "8": "links fields of the record", "7": "provenance of the data"}
_DROPS = {
    **_LINKS,
    "u": "source of the information",
    "v": "source of the information",
    "s": "period of the attribute",
    "t": "period of the attribute",
    "i": "phrase that introduces the attribute",
    "3": "part the attribute is about",
    "4": "code of the phrase",
}

_DATES = {
    "f": MADS.birthDate,
    "g": MADS.deathDate,
    "k": MADS.creationDateStart,
    "l": MADS.creationDateEnd,
    "q": MADS.establishDate,
    "r": MADS.terminateDate,
    "s": MADS.activityStartDate,
    "t": MADS.activityEndDate,
}
"""046: dates of a person, body or work; for a body $s and $t are its beginning and end."""


@AUTHORITY.rule(
    "046",
    "fgklqrstopx",
    drops={
        **_LINKS,
        "2": "source of the date",
        "3": "part the date is about",
        "u": "source of the information",
        "v": "source of the information",
        "z": "source of the date scheme",
    },
    spec="MARC 21 Authority 046; EDTF",
    target="A madsrdf:identifiesRWO/madsrdf:birthDate …",
    examples=[
        Example(
            "046 ## $f17650103$g1820-09-16$2edtf\n100 1# $aNguyễn, Du,$d1765-1820",
            'A madsrdf:identifiesRWO/madsrdf:birthDate "1765-01-03"^^lcdt:edtf',
            'A madsrdf:identifiesRWO/madsrdf:deathDate "1820-09-16"^^lcdt:edtf',
            "A madsrdf:identifiesRWO/a foaf:Person",
            "A madsrdf:identifiesRWO/a bf:Person",
        ),
        Example("046 ## $fkhoảng 1500\n100 1# $aX", 'A madsrdf:identifiesRWO/madsrdf:birthDate "khoảng 1500"'),
    ],
)
def dates(field: Field, c: Conversion) -> None:
    """Coded dates as EDTF, other text as it stands."""
    if c.thing is None:
        return
    body = c.record.first("110", "111") is not None
    for code, raw in field.subfields:
        text = raw.strip()
        predicate = _DATES.get(code)
        if body and code in "st":
            predicate = MADS.establishDate if code == "s" else MADS.terminateDate
        if not text:
            continue
        if predicate is not None:
            c.thing.add(predicate, date_literal(_hyphened(text)))
        elif code in "opx":
            c.thing.add(BF.date, date_literal(_hyphened(text)))


def _hyphened(text: str) -> str:
    """``17650103`` and ``176501`` with the hyphens of EDTF; anything else unchanged."""
    if text.isascii() and text.isdigit():
        if len(text) == 8:
            return f"{text[:4]}-{text[4:6]}-{text[6:]}"
        if len(text) == 6:
            return f"{text[:4]}-{text[4:]}"
    return text


_ATTRIBUTES: dict[str, dict[str, str]] = {
    "368": {
        "a": MADS.entityDescriptor,
        "b": MADS.entityDescriptor,
        "c": MADS.entityDescriptor,
        "d": MADS.honoraryTitle,
    },
    "370": {
        "a": MADS.birthPlace,
        "b": MADS.deathPlace,
        "c": MADS.associatedLocale,
        "e": MADS.associatedLocale,
        "f": MADS.associatedLocale,
        "g": BF.originPlace,
    },
    "372": {"a": MADS.fieldOfActivity},
    "373": {"a": MADS.hasAffiliation},
    "374": {"a": MADS.occupation},
    "375": {"a": MADS.gender},
    "376": {"a": MADS.entityDescriptor, "b": MADS.prominentFamilyMember, "c": MADS.honoraryTitle},
    "380": {"a": BF.genreForm},
    "381": {"a": MADS.entityDescriptor},
    "382": {"a": BF.musicMedium, "b": BF.musicMedium, "d": BF.musicMedium, "p": BF.musicMedium},
    "385": {"a": BF.intendedAudience},
    "386": {"a": MADS.entityDescriptor},
    "388": {"a": BF.temporalCoverage},
}
_GROUPS = {
    "380": ("GenreForm", BF.GenreForm),
    "388": ("Temporal", BF.Temporal),
    "372": ("Topic", BF.Topic),
    "374": ("Topic", BF.Topic),
}
_CLASSES = {"370": BF.Place, "373": BF.Organization, "382": BF.MusicMedium, "385": BF.IntendedAudience}


@AUTHORITY.rule(
    "368 370 372 373 374 375 376 380 381 382 385 386 388",
    "abcdefgp012",
    drops={
        **_DROPS,
        "m": "group term: the class of $a",
        "n": "code of the term",
        "r": "number of ensembles",
        "l": "number of performers",
    },
    spec="MARC 21 Authority 368–388; MADS/RDF",
    target="A madsrdf:identifiesRWO/madsrdf:occupation, madsrdf:birthPlace, madsrdf:fieldOfActivity …",
    examples=[
        Example(
            "100 1# $aNguyễn, Du\n370 ## $aHà Tĩnh$bHuế$cViệt Nam$2naf\n374 ## $aPoets$2lcsh\n375 ## $anam",
            'A madsrdf:identifiesRWO/madsrdf:birthPlace/rdfs:label "Hà Tĩnh"',
            'A madsrdf:identifiesRWO/madsrdf:deathPlace/rdfs:label "Huế"',
            'A madsrdf:identifiesRWO/madsrdf:occupation/rdfs:label "Poets"',
            'A madsrdf:identifiesRWO/madsrdf:gender/rdfs:label "nam"',
        ),
        Example(
            "100 1# $aX\n372 ## $aThơ$0http://id.loc.gov/authorities/subjects/sh85103704",
            "A madsrdf:identifiesRWO/madsrdf:fieldOfActivity <http://id.loc.gov/authorities/subjects/sh85103704>",
        ),
        Example(
            "100 1# $aX\n373 ## $aĐại học Huế",
            'A madsrdf:identifiesRWO/madsrdf:hasAffiliation/madsrdf:organization/rdfs:label "Đại học Huế"',
        ),
        Example("130 #0 $aKinh Thi\n380 ## $aThơ$2local", 'A madsrdf:identifiesRWO/bf:genreForm/rdfs:label "Thơ"'),
    ],
)
def attributes(field: Field, c: Conversion) -> None:
    """One statement for each term; a field with one term and a URI in $0 or $1 is that URI."""
    if c.thing is None:
        return
    properties = _ATTRIBUTES[field.tag]
    terms = [(code, label) for code, text in field.subfields if code in properties and (label := chopped(text))]
    uris = [term for text in field.all("01") if (term := iri_of(text))]
    if len(terms) == 1 and uris:
        c.thing.add(properties[terms[0][0]], uris[0])
        return
    scheme = (field.get("2") or "").strip().casefold()
    for code, label in terms:
        c.thing.add(properties[code], _term(field.tag, label, scheme))


def _term(tag: str, label: str, scheme: str) -> Node:
    group = _GROUPS.get(tag)
    kind = group[1] if group else _CLASSES.get(tag, "")
    heading = Heading("concepts", f"{group[0]}|{scheme}|{label}") if group and scheme else None
    node = Node("term", *([kind] if kind else []), heading=heading).add(RDFS.label, literal(label))
    if tag == "373":
        return Node("affiliation", MADS.Affiliation).add(MADS.organization, node)
    return node


@AUTHORITY.rule(
    "371",
    "abcdez",
    drops={
        **_DROPS,
        "m": "e-mail address, private",
        "2": "source of the terms",
    },
    spec="MARC 21 Authority 371",
    target="A madsrdf:identifiesRWO/schema:address, for corporate bodies only",
    examples=[
        Example(
            "110 2# $aThư viện Quốc gia Việt Nam\n371 ## $a31 Tràng Thi$bHà Nội$dViệt Nam",
            'A madsrdf:identifiesRWO/schema:address "31 Tràng Thi, Hà Nội, Việt Nam"',
        ),
        Example("100 1# $aLê, A\n371 ## $a1 Phố X$mle@example.org", "!A madsrdf:identifiesRWO/schema:address 1 Phố X"),
    ],
)
def address(field: Field, c: Conversion) -> None:
    """The address of a body; a person's is private."""
    if c.thing is None or c.record.first("110", "111") is None:
        return
    text = ", ".join(chopped(t) for t in field.all("abcdez") if t.strip())
    c.thing.add(SCHEMA.address, literal(text) if text else None)


@AUTHORITY.rule(
    "377",
    "al",
    drops={**_DROPS, "2": "source of the code"},
    spec="MARC 21 Authority 377",
    target="A madsrdf:identifiesRWO/madsrdf:associatedLanguage",
    examples=[
        Example(
            "100 1# $aA\n377 ## $avie",
            "A madsrdf:identifiesRWO/madsrdf:associatedLanguage <http://id.loc.gov/vocabulary/languages/vie>",
        ),
        Example("100 1# $aA\n377 ## $lNôm", 'A madsrdf:identifiesRWO/madsrdf:associatedLanguage/rdfs:label "Nôm"'),
    ],
)
def languages(field: Field, c: Conversion) -> None:
    """Languages a person writes in, a work is in; a code of another list stays a word."""
    if c.thing is None:
        return
    for code, raw in field.subfields:
        text = raw.strip()
        if not text or code not in "al":
            continue
        known = vocabulary("languages", text) if code == "a" and field.ind2 != "7" else None
        if known is None and code == "a" and field.ind2 != "7":
            c.problem("invalid-code", "377$a", f"The code “{text}” is not in the list languages; it was kept as text.")
        word = Node("language", BF.Language).add(RDFS.label, literal(text))
        c.thing.add(MADS.associatedLanguage, known or word)


@AUTHORITY.rule(
    "378 383 384",
    "abcdeq",
    drops={**_DROPS, "2": "source of the number"},
    spec="MARC 21 Authority 378, 383, 384",
    target="A madsrdf:identifiesRWO/madsrdf:fullerName, bf:musicSerialNumber, bf:musicOpusNumber, bf:musicKey",
    examples=[
        Example("100 1# $aA\n378 ## $qAn Văn", 'A madsrdf:identifiesRWO/madsrdf:fullerName "An Văn"'),
        Example(
            "130 #0 $aSonata\n383 ## $ano. 2$bop. 5$cK. 10\n384 ## $aC minor",
            'A madsrdf:identifiesRWO/bf:musicSerialNumber "no. 2"',
            'A madsrdf:identifiesRWO/bf:musicOpusNumber "op. 5"',
            'A madsrdf:identifiesRWO/bf:musicThematicNumber "K. 10"',
            'A madsrdf:identifiesRWO/bf:musicKey "C minor"',
        ),
    ],
)
def fuller_form(field: Field, c: Conversion) -> None:
    """The fuller form of a name; numbers and key of a musical work."""
    if c.thing is None:
        return
    if field.tag == "378":
        properties = {"q": MADS.fullerName}
    elif field.tag == "383":
        properties = {"a": BF.musicSerialNumber, "b": BF.musicOpusNumber, "c": BF.musicThematicNumber}
    else:
        properties = {"a": BF.musicKey}
    for code, text in field.subfields:
        if code in properties and text.strip():
            c.thing.add(properties[code], literal(" ".join(text.split())))
