"""852 Location and 850 Holding institution: where a copy is and under which mark it stands.

LC converts neither ("no attempt to code", ConvSpec-841-887); the rules follow MARC 21 Holdings 852 and 850.
"""

from __future__ import annotations

from collections.abc import Callable

from converters.bibframe.conversion import Conversion
from converters.bibframe.holdings.copies import Copy, fields_of, note, position
from converters.bibframe.rules import BIB, HOLDINGS, Example, RuleFunction
from converters.bibframe.terms import iri
from converters.marc.record import Field
from ontologies.namespaces import BF

SHELFMARK_TYPES = {
    "0": BF.ShelfMarkLcc,
    "1": BF.ShelfMarkDdc,
    "2": BF.ShelfMarkNlm,
}
_SOURCE_TYPES = {
    "lcc": BF.ShelfMarkLcc,
    "lcper": BF.ShelfMarkLcc,
    "lc": BF.ShelfMarkLcc,
    "ddc": BF.ShelfMarkDdc,
    "ddcri": BF.ShelfMarkDdc,
    "dewey": BF.ShelfMarkDdc,
    "deweyper": BF.ShelfMarkDdc,
    "nlm": BF.ShelfMarkNlm,
    "udc": BF.ShelfMarkUdc,
}
_MARK = "khijlm"
"""The parts of a shelf mark in the order in which they are read: prefix, class, item part, control number, title,
suffix.
"""


def both(tags: str, converts: str = "", **declared: object) -> Callable[[RuleFunction], RuleFunction]:
    """Register a rule for holdings embedded in a bibliographic record and for holdings records alike."""

    def register(function: RuleFunction) -> RuleFunction:
        BIB.rule(tags, converts, **declared)(function)  # type: ignore[arg-type]  # the keywords of RuleBook.rule
        return HOLDINGS.rule(tags, converts, **declared)(function)  # type: ignore[arg-type]  # same

    return register


def shelfmark_type(source: str) -> str:
    """The class of a shelf mark by the code of its scheme ($2 of 852 and 952); bf:ShelfMark for any other."""
    return _SOURCE_TYPES.get(source.strip().lower(), BF.ShelfMark)


@both(
    "852",
    "abcefghijklmnptu23",
    notes="qzd",
    drops={
        "x": "nonpublic note",
        "s": "copyright fee code, not about the copy",
        "8": "links the fields of one holding",
        "6": "links to the other script",
    },
    spec="MARC 21 Holdings 852",
    target="T bf:heldBy, bf:shelfMark, bf:sublocation, bf:identifiedBy/bf:Barcode",
    examples=[
        Example(
            "852 1# $aVN-HNQG$bKHO-A$cPhòng đọc$h895.922$iNG-K$pVV001234$t2$xTên cán bộ$zRách bìa",
            'T bf:heldBy/bf:code "KHO-A"',
            'T bf:heldBy/schema:parentOrganization/bf:code "VN-HNQG"',
            'T bf:sublocation/rdfs:label "Phòng đọc"',
            "T bf:shelfMark/a bf:ShelfMarkDdc",
            'T bf:shelfMark/rdfs:label "895.922 NG-K"',
            "T bf:identifiedBy/a bf:Barcode",
            'T bf:identifiedBy/rdf:value "VV001234"',
            'T bh:copyNumber "2"',
            'T bf:note/rdfs:label "Rách bìa"',
            '!T bf:note/rdfs:label "Tên cán bộ"',
            "T bf:itemOf →instance",
        ),
        Example("852 0# $aDLC$hPL4378.9$i.N5", 'T bf:heldBy/bf:code "DLC"', 'T bf:shelfMark/rdfs:label "PL4378.9 .N5"'),
        Example(
            "852 7# $aVN-X$h821$2udc$uhttp://example.org/anh.jpg",
            "T bf:shelfMark/a bf:ShelfMarkUdc",
            "T bf:electronicLocator <http://example.org/anh.jpg>",
        ),
        Example("852 8# $zTra cứu tại chỗ", "!T bf:heldBy/a bf:Organization", 'T bf:note/rdfs:label "Tra cứu tại chỗ"'),
    ],
)
def location(field: Field, c: Conversion) -> None:
    """One Item (or, with 876–878, the holding they belong to) for each 852."""
    if c.profile.item_fields("852"):
        return  # the member keeps its copies in 852 in a way of its own: converters.bibframe.holdings.local
    copy = Copy(position=position(field, c))
    mark: dict[str, list[str]] = {}
    for code, raw in field.subfields:
        text = raw.strip()
        if not text:
            continue
        if code in _MARK:
            mark.setdefault(code, []).append(text)
        elif code == "b" and not copy.library:
            copy.library = text
        elif code == "a":
            copy.institution = copy.institution or text
        elif code in "bcfg":
            if text != copy.library:
                copy.sublocations.append(text)
        elif code == "p":
            copy.barcodes.append(text)
        elif code == "t":
            copy.copy = text
        elif code == "u":
            _locator(copy, text, c)
        elif code == "2":
            copy.shelfmark_source = text
        elif code == "3":
            copy.part = text
        elif code in "en":
            copy.addresses.append(text)
        elif code == "8":
            copy.link = copy.link or text.partition(".")[0].partition("\\")[0]
    copy.named = bool(copy.institution)
    if not copy.library:
        copy.library, copy.institution = copy.institution, ""
    elif copy.library == copy.institution:
        copy.institution = ""
    copy.shelfmark = " ".join(text for code in _MARK for text in mark.get(code, ()))
    copy.shelfmark_type = SHELFMARK_TYPES.get(field.ind1) or shelfmark_type(copy.shelfmark_source)
    if copy.shelfmark_type != BF.ShelfMark:
        copy.shelfmark_source = ""
    _notes(field, copy, c)
    fields_of(c).locations.append(copy)


def _locator(copy: Copy, text: str, c: Conversion) -> None:
    """$u as bf:electronicLocator; text that is no URI is kept as a note and reported."""
    term = iri(text)
    if term is None:
        c.problem("invalid-uri", "852$u", f"“{text}” is not a URI; it was kept as a note.")
        copy.also.append((BF.note, note(text)))
    else:
        copy.also.append((BF.electronicLocator, term))


def _notes(field: Field, copy: Copy, c: Conversion) -> None:
    """Public note $z, physical condition $q and former location $d, in all scripts."""
    for source, tag in c.in_scripts(field):
        for code, text in source.subfields:
            if code in "zqd" and (plain := " ".join(text.split())):
                copy.also.append((BF.note, note(plain, tag=tag)))


@both(
    "850",
    "a",
    drops={"8": "links the fields of one holding"},
    spec="MARC 21 Holdings 850",
    target="T bf:heldBy, for libraries of the member; else I bf:note",
    examples=[Example("850 ## $aWaU", 'I bf:note/rdfs:label "Held by: WaU"', "!T bf:heldBy/a bf:Organization")],
)
def holding_institution(field: Field, c: Conversion) -> None:
    """Institutions that hold the resource; an Item only where the member answers for the library.

    Copied records carry the 850 of the library they were copied from.
    """
    for text in field.all("a"):
        code = text.strip()
        if not code:
            continue
        if code == c.profile.organization or code in c.profile.libraries:
            fields_of(c).institutions.append(code)
        elif c.record.kind == "bibliographic":
            c.instance.add(BF.note, note(f"Held by: {code}"))
        else:
            fields_of(c).common.append((BF.note, note(f"Held by: {code}")))


__all__ = ["both", "holding_institution", "location", "shelfmark_type"]
