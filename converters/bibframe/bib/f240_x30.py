"""130, 240, 243 and 730: uniform titles as Hubs (LC ConvSpec-240,X30-UnifTitle v2.10)."""

from __future__ import annotations

from converters.bibframe.bib.titles import hub, relation, relationship_words
from converters.bibframe.conversion import Conversion
from converters.bibframe.rules import BIB, Example
from converters.marc.record import Field
from ontologies.namespaces import BF, BFLC

SPEC = "ConvSpec-240,X30-UnifTitle"
_LINKING = {
    "6": "pairs with 880, see the rule for 880",
    "7": "entry of the data provenance, no statement",
    "8": "links fields of this record by sequence",
}


@BIB.rule(
    "130 240",
    "adfghklmnoprst01235",
    spec=SPEC,
    target="W bf:expressionOf bf:Hub",
    drops=_LINKING,
    examples=[
        Example(
            "100 1# $aNguyễn, Du,$d1765-1820\n240 10 $aTruyện Kiều.$lTiếng Anh",
            'W bf:expressionOf/bf:title/bf:mainTitle "Truyện Kiều"',
            'W bf:expressionOf/bf:language/rdfs:label "Tiếng Anh"',
            'W bf:expressionOf/bf:contribution/bf:agent/rdfs:label "Nguyễn, Du, 1765-1820"',
            'W bf:expressionOf/bflc:marcKey "1001 $aNguyễn, Du,$d1765-1820$tTruyện Kiều"',
        ),
        Example(
            "130 0# $aChinh phụ ngâm.$f1741",
            'W bf:expressionOf/bf:originDate "1741"',
            'W bf:expressionOf/bf:title/bf:mainTitle "Chinh phụ ngâm. 1741"',
        ),
        Example(
            "130 4# $aThe Bible.$pGenesis.$n1.$sKing James",
            'W bf:expressionOf/bf:title/bflc:nonSortNum "4"',
            'W bf:expressionOf/bf:title/bf:partName "Genesis"',
            'W bf:expressionOf/bf:title/bf:partNumber "1"',
            'W bf:expressionOf/bf:version "King James"',
        ),
        Example(
            "130 0# $aQuartets,$mstrings,$rC major;$oarr.",
            "W bf:expressionOf/a bf:Arrangement",
            'W bf:expressionOf/bf:musicMedium/rdfs:label "strings"',
            'W bf:expressionOf/bf:keyMode/rdfs:label "C major"',
        ),
    ],
)
def uniform_title(field: Field, c: Conversion) -> None:
    """The Hub of which the record's Work is an expression; with 240 its creator is the main entry."""
    creator = c.record.first("100", "110", "111") if field.tag == "240" else None
    node = hub(field, c, creator)
    if node is None:
        c.problem("no-title", field.tag, f"The field {field.tag} holds no title.")
        return
    c.work.add(BF.expressionOf, node)


@BIB.rule(
    "730",
    "adfghiklmnoprstwx01235",
    spec=SPEC,
    target="W bf:relation/bf:associatedResource bf:Hub",
    drops=_LINKING,
    examples=[
        Example(
            "730 02 $aNhân dân (Báo)",
            "W bf:relation/bf:relationship <http://id.loc.gov/vocabulary/relationship/part>",
            'W bf:relation/bf:associatedResource/bf:title/bf:mainTitle "Nhân dân (Báo)"',
        ),
        Example(
            "730 0# $iChuyển thể từ:$aVợ chồng A Phủ$x1234-5679",
            'W bf:relation/bf:relationship/rdfs:label "Chuyển thể từ"',
            'W bf:relation/bf:associatedResource/bf:identifiedBy/rdf:value "1234-5679"',
        ),
    ],
)
def added_title(field: Field, c: Conversion) -> None:
    """A related or contained work by its uniform title."""
    other = hub(field, c)
    if other is None:
        c.problem("no-title", "730", "The field 730 holds no title.")
        return
    words = field.get("i")
    relationship: str | None = "relatedwork"
    if words is None and field.ind2 in "24":
        relationship = "part" if field.ind2 == "2" else None
    elif field.ind2 == " " and words == "is arrangement of":
        relationship = "arrangementof"
    elif field.ind2 == " " and words == "is translation of":
        relationship = "translationof"
    node = relation(relationship, other, field=field)
    if relationship is None:
        node.add(BF.relationship, BFLC.hasVariantEntry)
    relationship_words(field, node, c)
    c.work.add(BF.relation, node)
