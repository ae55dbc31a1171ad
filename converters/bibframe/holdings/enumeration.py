"""853–855 Captions and pattern, 863–865 Enumeration and chronology, 866–868 Textual holdings.

The fields are gathered as they stand and read together when the whole record is known (items.py): a pair is linked by
the link number of $8 and the last digit of the tag (3 basic unit, 4 supplements, 5 indexes; 6–8 the same as text).
Source: MARC 21 Holdings 853–868; LC converts none of them.
"""

from __future__ import annotations

from converters.bibframe.conversion import Conversion
from converters.bibframe.holdings.captions import Level, levels_of, run_of
from converters.bibframe.holdings.copies import UNITS, Copy, HoldingsFields, fields_of, identifier, position
from converters.bibframe.holdings.location import both
from converters.bibframe.rules import Example
from converters.marc.record import Field
from ontologies.namespaces import BF

_LINKS = {"6": "links to the other script", "8": "links captions, values and copies of one holding"}


def link_number(field: Field) -> tuple[str, str]:
    """Link number and sequence number of $8 (``1.2\\x`` → 1, 2); empty when there is none."""
    text = (field.get("8") or "").partition("\\")[0]
    link, _, sequence = text.partition(".")
    return link.strip(), sequence.strip()


@both(
    "853 854 855",
    "abcdefghijklmuvo38",
    drops={
        "n": "the pattern's note on conversion of the calendar",
        "p": "issues a year: prediction, not holding",
        "w": "frequency: prediction, not holding",
        "x": "calendar change: prediction, not holding",
        "y": "regularity: prediction, not holding",
        "z": "numbering scheme: prediction, not holding",
        "t": "caption of the copy number",
        "2": "source of the caption abbreviation",
        "6": _LINKS["6"],
    },
    spec="MARC 21 Holdings 853–855",
    target="captions of bf:enumerationAndChronology",
    examples=[
        Example(
            "852 ## $aVN-X\n853 20 $81$aT.$i(year)\n863 40 $81.1$a1-3$i1998-2001",
            'T bf:enumerationAndChronology/rdfs:label "T. 1-3 (1998-2001)"',
        )
    ],
)
def captions(field: Field, c: Conversion) -> None:
    """Kept with their place; see :func:`levels_for`."""
    held = fields_of(c)
    held.captions.append((field.tag[2], link_number(field)[0], position(field, c), levels_of(field)))


@both(
    "863 864 865",
    "abcdefghijklmow8",
    notes="zq",
    drops={
        "x": "nonpublic note",
        "n": "year of another calendar turned into the Gregorian one",
        "s": "copyright fee code, not about the copy",
        "v": "date of issue for prediction",
        "6": _LINKS["6"],
    },
    spec="MARC 21 Holdings 863–865; ANSI/NISO Z39.71",
    target="T bf:enumerationAndChronology (rdfs:label, bf:date as EDTF, bh:sortKey)",
    examples=[
        Example(
            "852 ## $aVN-X\n853 20 $81$av.$bno.$u12$vr$i(year)$j(month)\n"
            "863 40 $81.1$a1-3$b1-12$i1990-1992$j01-12\n863 40 $81.2$a5-$b1-$i1994-$j01-",
            'T bf:enumerationAndChronology/rdfs:label "v. 1:no. 1-v. 3:no. 12 (1990 Jan.-1992 Dec.), '
            'v. 5:no. 1- (1994 Jan.-)"@en',
            'T bf:enumerationAndChronology/rdfs:label "v. 1:no. 1-v. 3:no. 12 (tháng 1/1990-tháng 12/1992), '
            'v. 5:no. 1- (tháng 1/1994-)"@vi',
            'T bf:enumerationAndChronology/bf:date "1990-01/1992-12"^^lcdt:edtf',
            'T bf:enumerationAndChronology/bf:date "1994-01/.."^^lcdt:edtf',
            'T bf:enumerationAndChronology/bh:sortKey "000001.000001 001990-000001"',
        ),
        Example(
            "852 ## $aVN-X\n863 41 $81.1$a1$wn\n863 41 $81.2$a3\n863 41 $81.3$a4\n863 41 $81.4$a6",
            'T bf:enumerationAndChronology/rdfs:label "1; 3-4, 6"',
        ),
        Example(
            "852 ## $aVN-X\n855 20 $81$a(*)$i(year)\n865 41 $81.1$oMục lục$i1990",
            "T bf:enumerationAndChronology/bh:unit bh:indexes",
            'T bf:enumerationAndChronology/rdfs:label "Mục lục (1990)"',
        ),
    ],
)
def values(field: Field, c: Conversion) -> None:
    """Kept with their place; see :func:`place_extents`."""
    fields_of(c).extents.append((field, position(field, c)))


@both(
    "866 867 868",
    "a8",
    notes="z",
    drops={
        "x": "nonpublic note",
        "2": "source of the notation",
        "6": _LINKS["6"],
    },
    spec="MARC 21 Holdings 866–868",
    target="T bf:enumerationAndChronology/rdfs:label",
    examples=[
        Example(
            "852 ## $aPSt$bUP-PAT\n866 #0 $80$av.67:no.3(2008)-To Date.$zCurrent issues elsewhere$xGift of an alumna",
            'T bf:enumerationAndChronology/rdfs:label "v.67:no.3(2008)-To Date."',
            'T bf:enumerationAndChronology/bf:note/rdfs:label "Current issues elsewhere"',
            '!T bf:enumerationAndChronology/bf:note/rdfs:label "Gift of an alumna"',
        ),
        Example(
            "866 30 $aSố 1-20 (1998)\n867 30 $aPhụ trương 1999",
            'T bf:enumerationAndChronology/rdfs:label "Số 1-20 (1998)"',
            "T bf:enumerationAndChronology/bh:unit bh:supplements",
            'T bf:enumerationAndChronology/rdfs:label "Phụ trương 1999"',
        ),
        Example(
            "852 ## $aVN-X\n853 20 $81$av.\n863 42 $81.1$a1-9\n866 41 $81$av.1-9 đóng tập",
            'T bf:enumerationAndChronology/rdfs:label "v.1-9 đóng tập"',
            '!T bf:enumerationAndChronology/rdfs:label "v. 1-9"',
        ),
    ],
)
def words(field: Field, c: Conversion) -> None:
    """Kept with their place; see :func:`place_extents`."""
    fields_of(c).extents.append((field, position(field, c)))


def owner(field: Field, held: HoldingsFields, locations: list[Copy]) -> Copy:
    """The 852 a holdings field belongs to: the only one; else the last before it if captions of the same link stand
    between them; else by $8, by $3; else the last before it, the first at all.
    """
    if len(locations) == 1:
        return locations[0]
    place = held.places.get(id(field), 0)
    link = link_number(field)[0]
    part = (field.get("3") or "").strip()
    before = [copy for copy in locations if copy.position < place]
    if link and before and any(n == link and before[-1].position < at < place for _, n, at, _ in held.captions):
        return before[-1]
    for matches in (
        [copy for copy in locations if link and copy.link == link],
        [copy for copy in locations if part and copy.part == part],
    ):
        if len(matches) == 1:
            return matches[0]
    return before[-1] if before else locations[0]


def levels_for(digit: str, link: str, place: int, held: HoldingsFields) -> dict[str, Level]:
    """The captions of a value: those with its link number, of several the last before it (each holding of a record may
    count its links from 1); without such a link the last captions of its kind; else none.
    """
    same_kind = [(n, at, levels) for kind, n, at, levels in held.captions if kind == digit]
    candidates = [(at, levels) for n, at, levels in same_kind if n == link] or [(at, lv) for _, at, lv in same_kind]
    if not candidates:
        return {}
    before = [levels for at, levels in candidates if at < place]
    return before[-1] if before else candidates[0][1]


def place_extents(
    held: HoldingsFields, locations: list[Copy], pieces: dict[tuple[int, str, str], Copy], c: Conversion
) -> None:
    """Put each 863–868 on the copy it belongs to: on a piece by link and sequence number, else on its location.

    A text with the link number of encoded values replaces their expansion; any other text is a statement of its own.
    ``pieces`` are by id() of their location, link number and sequence number.
    """
    placed = [(field, owner(field, held, locations), *link_number(field)) for field, _ in held.extents]
    encoded = {(field.tag[2], id(where), link) for field, where, link, _ in placed if field.tag[2] in UNITS}
    for field, where, link, sequence in placed:
        digit = field.tag[2]
        textual = digit in "678"
        piece = None if textual else pieces.get((id(where), link, sequence))
        base = str(int(digit) - 3) if textual else digit
        apart = textual and (not link or (base, id(where), link) not in encoded)
        extent = (piece or where).extent(UNITS[base], apart=apart)
        extent.notes.extend(t for text in field.all("zq") if (t := " ".join(text.split())))
        if textual:
            for source, tag in c.in_scripts(field):
                text = " ".join(" ".join(source.all("a")).split())
                if text:
                    extent.words.append((text, tag))
            continue
        run = run_of(field, levels_for(digit, link, held.places.get(id(field), 0), held))
        if run is None:
            continue
        extent.runs.append(run)
        if piece is None and field.get("p"):
            where.also.extend((BF.identifiedBy, identifier(p.strip(), BF.Barcode)) for p in field.all("p") if p.strip())
