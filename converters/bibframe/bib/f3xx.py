"""Physical description and content, media and carrier: 300–353 (ConvSpec-3XX). Characteristics 340–348 stand in
``f340_348``, content characteristics 351–388 in ``f351_388``.
"""

from __future__ import annotations

from converters.bibframe.coded_values import term
from converters.bibframe.control_subfields import applies_to, coded, identifier, iri_of, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.codes import code_of, vocabulary
from ontologies.namespaces import BF, MADS, RDFS, XSD

PAIRING = {"6": "pairs the field with an 880", "8": "links fields within the record"}
PHYSICAL, ACCOMPANYING, NUMBERING = (term("mnotetype", code) for code in ("physical", "accmat", "number"))
CURRENT, FORMER = term("mstatus", "current"), term("mstatus", "former")
_EXTENT_END = ":;,/=+"
_RESOURCE = {
    "334": ("issuance", BF.issuance, BF.Issuance),
    "336": ("contentTypes", BF.content, BF.Content),
    "337": ("mediaTypes", BF.media, BF.Media),
    "338": ("carriers", BF.carrier, BF.Carrier),
}


@BIB.rule(
    "300",
    "abcefg3",
    notes="d",
    drops=PAIRING,
    spec="ConvSpec-3XX",
    target="I bf:extent, bf:dimensions, bf:note",
    examples=[
        Example(
            "300 ## $a304 tr. :$bminh họa ;$c21 cm +$e1 đĩa CD",
            'I bf:extent/rdfs:label "304 tr."',
            'I bf:extent/bf:note/rdfs:label "minh họa"',
            'I bf:dimensions "21 cm"',
            'I bf:note/rdfs:label "1 đĩa CD"',
        ),
        Example(
            "300 ## $312$a2$ftập",
            'I bf:extent/rdfs:label "2 tập"',
            'I bf:extent/bflc:appliesTo/rdfs:label "12"',
        ),
    ],
)
def physical_description(field: Field, c: Conversion) -> None:
    """Extent, illustration, dimensions, accompanying material."""
    instance = c.instance
    extent = Node("extent", BF.Extent)
    for origin, tag in c.in_scripts(field):
        text = chopped(" ".join(t for t in origin.all("afg") if t), _EXTENT_END)
        extent.add(RDFS.label, literal(text, tag) if text else None)
    if (field.get("3") or "").strip() != "all":
        applies_to(field, extent)
    for label in c.each(field, "bd", end=_EXTENT_END):
        extent.add(BF.note, Node("note", BF.Note, PHYSICAL).add(RDFS.label, label))
    if not extent.bare:
        instance.add(BF.extent, extent)
    for label in c.each(field, "e", end=_EXTENT_END):
        note = Node("note", BF.Note, ACCOMPANYING).add(RDFS.label, label)
        applies_to(field, note)
        instance.add(BF.note, note)
    instance.add(BF.dimensions, *c.each(field, "c", end=":;,/=+."))


@BIB.rule(
    "301 302 303 304 305 308",
    "abcdefmn",
    drops=PAIRING,
    spec="MARC 21, fields made obsolete 1980–1990 (LC: no attempt to code)",
    target="I bf:extent, bf:dimensions, bf:note",
    examples=[
        Example(
            "305 ## $a2 đĩa$b33 1/3 rpm$c12 in.$mHMV$nALP 1",
            'I bf:extent/rdfs:label "2 đĩa"',
            'I bf:dimensions "12 in"',
            'I bf:note/rdfs:label "33 1/3 rpm, HMV, ALP 1"',
        ),
        Example("302 ## $a312", 'I bf:extent/rdfs:label "312"'),
    ],
)
def obsolete_description(field: Field, c: Conversion) -> None:
    """Physical description of films and sound recordings, page counts, as older records have them."""
    size = "c" if field.tag in ("301", "305") else ""
    for label in c.each(field, "a", end=_EXTENT_END):
        c.instance.add(BF.extent, Node("extent", BF.Extent).add(RDFS.label, label))
    c.instance.add(BF.dimensions, *c.each(field, size, end=":;,/=+."))
    rest = ", ".join(filter(None, map(chopped, field.all("bcdefmn".replace(size, "") if size else "bcdefmn"))))
    if rest:
        note = Node("note", BF.Note, PHYSICAL).add(RDFS.label, literal(rest))
        c.instance.add(BF.note, note)


@BIB.rule(
    "306",
    "a",
    drops=PAIRING,
    spec="ConvSpec-3XX",
    target="I bf:duration",
    examples=[
        Example("306 ## $a003100", 'I bf:duration "PT00H31M00S"^^xsd:duration'),
        Example("306 ## $a31 phút", 'I bf:duration "31 phút"'),
    ],
)
def playing_time(field: Field, c: Conversion) -> None:
    """Playing time, hhmmss."""
    for raw in field.all("a"):
        text = spaced(raw)
        if len(text) == 6 and text.isdigit():
            c.instance.add(BF.duration, literal(f"PT{text[:2]}H{text[2:4]}M{text[4:]}S", datatype=XSD.duration))
        elif text:
            c.problem("invalid-duration", "306$a", f"“{text}” is not of the form hhmmss; it was kept as text.")
            c.instance.add(BF.duration, literal(text))


@BIB.rule(
    "307",
    "ab",
    drops=PAIRING,
    spec="MARC 21 field 307 (LC: no attempt to code)",
    target="I bf:note",
    examples=[
        Example("307 ## $aThứ hai–thứ sáu,$b8–17 giờ", 'I bf:note/rdfs:label "Hours: Thứ hai–thứ sáu, 8–17 giờ"')
    ],
)
def hours(field: Field, c: Conversion) -> None:
    """When a resource can be used."""
    for origin, tag in c.in_scripts(field):
        text = spaced(" ".join(origin.all("ab")))
        if text:
            label = literal(f"Hours: {text}" if field.ind1 in " 8" else text, tag)
            c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))


@BIB.rule(
    "310 315 321",
    "ab02",
    drops={**PAIRING, "1": "URI of the frequency itself"},
    spec="ConvSpec-3XX",
    target="I bf:frequency",
    examples=[
        Example(
            "310 ## $aHàng tháng,$b2001-",
            'I bf:frequency/rdfs:label "Hàng tháng"',
            'I bf:frequency/bf:date "2001-"',
            "I bf:frequency/bf:status <http://id.loc.gov/vocabulary/mstatus/current>",
        ),
        Example("321 ## $aWeekly", "I bf:frequency/bf:status <http://id.loc.gov/vocabulary/mstatus/former>"),
    ],
)
def frequency(field: Field, c: Conversion) -> None:
    """Current and former frequency of a serial."""
    dates = c.each(field, "b")
    labels = c.each(field, "a")
    if not (labels or dates):
        return
    node = Node("frequency", BF.Frequency).add(RDFS.label, *labels).add(BF.date, *dates)
    node.add(BF.status, FORMER if field.tag == "321" else CURRENT).add(BF.source, source(field))
    for text in field.all("0"):
        known = iri_of(text)
        if known is None:
            node.add(BF.identifiedBy, identifier(text))
        else:
            c.instance.add(BF.frequency, known)
    c.instance.add(BF.frequency, node)


@BIB.rule(
    "334 336 337 338",
    "ab0123",
    drops=PAIRING,
    spec="ConvSpec-3XX",
    target="I bf:issuance, bf:media, bf:carrier; W bf:content",
    examples=[
        Example(
            """336 ## $avăn bản$btxt$2rdacontent
               337 ## $akhông qua trung gian$bn$2rdamedia
               338 ## $avolume$2rdacarrier""",
            "W bf:content <http://id.loc.gov/vocabulary/contentTypes/txt>",
            "I bf:media <http://id.loc.gov/vocabulary/mediaTypes/n>",
            "I bf:carrier <http://id.loc.gov/vocabulary/carriers/nc>",
        ),
        Example(
            "338 ## $asách giấy dó$bzz",
            'I bf:carrier/rdfs:label "sách giấy dó"',
            'I bf:carrier/bf:code "zz"',
        ),
        Example("334 ## $bserl", "I bf:issuance <http://id.loc.gov/vocabulary/issuance/serl>"),
        Example(
            "336 ## $3sách$avăn bản$btxt",
            "W bf:content <http://id.loc.gov/vocabulary/contentTypes/txt>",
            'W bf:content/bflc:appliesTo/rdfs:label "sách"',
        ),
    ],
)
def resource_type(field: Field, c: Conversion) -> None:
    """RDA content, media, carrier and issuance, by code, else by the word for it (English or Vietnamese).

    With $3 the term is said of a part of the resource, on a node of its own: the list's term is everybody's.
    """
    scheme, name, kind = _RESOURCE[field.tag]
    root = c.work if field.tag == "336" else c.instance
    used: set[int] = set()
    part = any(t.strip() for t in field.all("3"))
    subfields = field.subfields
    for n, (code, raw) in enumerate(subfields):
        if code != "b" or not raw.strip():
            continue
        label = subfields[n - 1][1] if n and subfields[n - 1][0] == "a" else ""
        if label:
            used.add(n - 1)
        known = coded(c, scheme, raw.strip().lower(), f"{field.tag}$b") or _by_word(scheme, label)
        root.add(name, known)
        if known is None or part:
            node = Node("resource", kind).add(BF.code, literal(raw.strip()))
            _described(field, node.add(RDFS.label, literal(chopped(label)) if chopped(label) else None))
            root.add(name, node)
    for n, (code, raw) in enumerate(subfields):
        if code != "a" or n in used or not chopped(raw):
            continue
        known = _by_word(scheme, raw)
        root.add(name, known)
        if known is None or part:
            node = Node("resource", kind).add(RDFS.label, literal(chopped(raw), c.tags.get(id(field))))
            _described(field, node)
            root.add(name, node)


def _by_word(scheme: str, word: str) -> str | None:
    code = code_of(scheme, word) if word else None
    return vocabulary(scheme, code) if code else None


def _described(field: Field, node: Node) -> None:
    """Number, source and part of a term that is not in LC's list."""
    for text in field.all("01"):
        known = iri_of(text)
        if known:
            node.add(MADS.hasRelatedAuthority, known)
        elif text.strip():
            node.add(BF.identifiedBy, identifier(text.strip()))
    node.add(BF.source, source(field, "genreFormSchemes"))
    applies_to(field, node)


@BIB.rule(
    "350 365 366",
    "abcdefghijkm2",
    drops=PAIRING,
    spec="MARC 21 fields 350, 365, 366 (LC: no attempt to code)",
    target="I bf:acquisitionSource/bf:acquisitionTerms",
    examples=[
        Example(
            "365 ## $a01$b45000$cVND",
            'I bf:acquisitionSource/bf:acquisitionTerms "45000 VND (price type 01)"',
        ),
        Example("350 ## $a45000đ", 'I bf:acquisitionSource/bf:acquisitionTerms "45000đ"'),
        Example("366 ## $b20250101$cIP", 'I bf:acquisitionSource/bf:acquisitionTerms "20250101 IP"'),
    ],
)
def trade_price(field: Field, c: Conversion) -> None:
    """Price and availability in the book trade."""
    text = spaced(" ".join(field.all("bcdefghijkm" if field.tag == "365" else "abcdefghijkm")))
    if field.tag == "365" and field.all("a"):
        text = spaced(f"{text} (price type {' '.join(field.all('a'))})")
    if text:
        offer = (
            Node("source", BF.AcquisitionSource).add(BF.acquisitionTerms, literal(text)).add(BF.source, source(field))
        )
        c.instance.add(BF.acquisitionSource, offer)


@BIB.rule(
    "362",
    "az",
    drops=PAIRING,
    spec="ConvSpec-3XX",
    target="I bf:firstIssue, bf:lastIssue, bf:note",
    examples=[
        Example(
            "362 0# $aSố 1 (1/1960)-số 200 (12/1975).",
            'I bf:firstIssue "Số 1 (1/1960)"',
            'I bf:lastIssue "số 200 (12/1975)"',
        ),
        Example("362 1# $aBắt đầu từ năm 1960.", 'I bf:note/rdfs:label "Bắt đầu từ năm 1960."'),
    ],
)
def numbering(field: Field, c: Conversion) -> None:
    """First and last issue, where the formatted note shows them; otherwise a note."""
    for origin, tag in c.in_scripts(field):
        for text in map(spaced, origin.all("a")):
            if not text:
                continue
            runs = _runs(text) if field.ind1 == "0" else None
            if runs is None:
                c.instance.add(BF.note, Node("note", BF.Note, NUMBERING).add(RDFS.label, literal(text, tag)))
                continue
            for first, last in runs:
                c.instance.add(BF.firstIssue, literal(first, tag) if first else None)
                c.instance.add(BF.lastIssue, literal(last, tag) if last else None)
        for text in map(spaced, origin.all("z")):
            if text:
                label = literal(f"Source of numbering: {text}", tag)
                c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))


def _runs(text: str) -> list[tuple[str, str]] | None:
    """``first-last`` pairs of a formatted statement, one for each numbering beside ``=``; None when it is unclear."""
    if ";" in text or "-" not in text or text.count("=") > 1:
        return None
    runs = []
    for statement in text.split("="):
        statement = statement.strip()
        first, mark, last = statement.partition(")-")
        if mark:
            first += ")"
        else:
            first, _, last = statement.partition("-")
            if "-" in last or "-" not in statement:
                return None
        runs.append((chopped(first), chopped(last)))
    return runs


@BIB.rule(
    "363",
    notes="abcdefghijklmuvxz",
    drops=PAIRING,
    spec="MARC 21 field 363 (LC: no attempt to code)",
    target="I bf:firstIssue, bf:lastIssue",
    examples=[
        Example("363 00 $81.1\\x$a12$b3$i1998$j03", 'I bf:firstIssue "12:3 (1998:03)"'),
        Example("363 10 $a20$b4$i2006", 'I bf:lastIssue "20:4 (2006)"'),
        Example("363 ## $a5", 'I bf:note/rdfs:label "5"'),
    ],
)
def normalized_numbering(field: Field, c: Conversion) -> None:
    """Normalized numbering of the first (indicator 0) or last (1) issue: enumeration (chronology)."""
    numbers = ":".join(t.strip() for t in field.all("abcdefgh") if t.strip())
    dates = ":".join(t.strip() for t in field.all("ijklm") if t.strip())
    text = " ".join(filter(None, (numbers, f"({dates})" if dates and numbers else dates)))
    if text and field.ind1 in ("0", "1"):
        c.instance.add(BF.firstIssue if field.ind1 == "0" else BF.lastIssue, literal(text))
    elif text:
        c.instance.add(BF.note, Node("note", BF.Note, NUMBERING).add(RDFS.label, literal(text)))
    for note in map(spaced, field.all("uvxz")):
        if note:
            c.instance.add(BF.note, Node("note", BF.Note, NUMBERING).add(RDFS.label, literal(note)))
