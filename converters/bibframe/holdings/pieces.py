"""876–878 Item information: the pieces of a holding (876 basic unit, 877 supplements, 878 indexes).

Source: MARC 21 Holdings 876–878. The fields are gathered and become Items in items.py: each inherits the location of
its 852, and takes the enumeration of the 863–865 with its link and sequence number.
"""

from __future__ import annotations

from dataclasses import replace

from converters.bibframe.conversion import Conversion
from converters.bibframe.holdings.copies import Copy, Statement, fields_of, identifier, note, policy, position
from converters.bibframe.holdings.location import both
from converters.bibframe.holdings.status import status_of
from converters.bibframe.node import Node
from converters.bibframe.rules import Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF


@both(
    "876 877 878",
    "adhjlpt38",
    notes="z",
    drops={
        "x": "nonpublic note",
        "b": "cancelled item number",
        "c": "price",
        "e": "source of acquisition, internal",
        "r": "cancelled piece designation",
        "6": "links to the other script",
    },
    spec="MARC 21 Holdings 876–878",
    target="T bf:identifiedBy, bf:usageAndAccessPolicy, bh:itemStatus, bf:immediateAcquisition",
    examples=[
        Example(
            "852 0# $aVN-X$bKHO$81\n853 20 $81$av.\n863 41 $81.1$a1\n863 41 $81.2$a2\n"
            "876 ## $81.1$pB001$t1$jAvailable$hBuilding use only\n876 ## $81.2$pB002$jĐang mượn$xstaff",
            'T bf:identifiedBy/rdf:value "B001"',
            'T bf:identifiedBy/rdf:value "B002"',
            'T bf:enumerationAndChronology/rdfs:label "v. 1"',
            'T bf:enumerationAndChronology/rdfs:label "v. 2"',
            "T bh:itemStatus bh:available",
            "T bh:itemStatus bh:onLoan",
            'T bf:usageAndAccessPolicy/rdfs:label "Building use only"',
            'T bf:heldBy/bf:code "KHO"',
        ),
        Example(
            "852 0# $aVN-X$h895$iA1\n866 30 $aT.1-3\n876 ## $pB7$d20010203",
            'T bf:shelfMark/rdfs:label "895 A1"',
            'T bf:enumerationAndChronology/rdfs:label "T.1-3"',
            'T bf:immediateAcquisition/bf:date "2001-02-03"',
        ),
    ],
)
def item_information(field: Field, c: Conversion) -> None:
    """A piece, if the field says anything that tells it from others."""
    if any(field.get(code) for code in "ajpt"):
        fields_of(c).pieces.append((field, position(field, c)))


def piece_of(field: Field, location: Copy) -> Copy:
    """The copy that an 876–878 describes, standing where its 852 says."""
    copy = replace(
        location,
        sublocations=list(location.sublocations),
        also=list(location.also),
        barcodes=[],
        extents=[],
        enumeration="",
        part="",
    )
    for code, raw in field.subfields:
        text = raw.strip()
        if not text:
            continue
        if code == "p":
            copy.barcodes.append(text)
        elif code == "a":
            copy.also.append((BF.identifiedBy, identifier(text, BF.AccessionNumber)))
        elif code == "t":
            copy.copy = text
        elif code == "j":
            copy.status, copy.status_text = status_of(text) or "", text
        elif code == "h":
            copy.also.append((BF.usageAndAccessPolicy, policy(text, BF.UsePolicy)))
        elif code == "l":
            copy.sublocations.append(text)
        elif code == "3":
            copy.enumeration = text
        elif code == "d":
            copy.also.append(acquired(text))
        elif code == "z":
            copy.also.append((BF.note, note(text)))
    return copy


def acquired(text: str) -> Statement:
    """Date of acquisition, written with hyphens when it is eight digits (``20010203``)."""
    if len(text) == 8 and text.isascii() and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return BF.immediateAcquisition, Node("acquisition", BF.ImmediateAcquisition).add(BF.date, literal(text))
