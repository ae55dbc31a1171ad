"""100, 110, 111, 700, 710, 711: agents, their contributions, and name-titles (LC ConvSpec-1XX,7XX,8XX-Names)."""

from __future__ import annotations

from converters.bibframe.bib.links import remark
from converters.bibframe.bib.names import agent, contribution, nameless, plain_agent
from converters.bibframe.bib.titles import hub, relation, relationship_words
from converters.bibframe.conversion import Conversion
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import BIB, Example
from converters.marc.record import Field
from ontologies.namespaces import BF, BFLC

SPEC = "ConvSpec-1XX,7XX,8XX-Names"
_LINKING = {
    "6": "pairs with 880, see the rule for 880",
    "7": "entry of the data provenance, no statement",
    "8": "links fields of this record by sequence",
}


@BIB.rule(
    "100 110 111",
    "abcdegjknpqtlmorsfhu012345",
    spec=SPEC,
    target="W bf:contribution, W bf:expressionOf",
    drops=_LINKING,
    examples=[
        Example(
            "100 1# $aNguyễn, Du,$d1765-1820,$etác giả.",
            'W bf:contribution/bf:agent/rdfs:label "Nguyễn, Du, 1765-1820"',
            "W bf:contribution/a bf:PrimaryContribution",
            "W bf:contribution/bf:agent/a bf:Person",
            "W bf:contribution/bf:role <http://id.loc.gov/vocabulary/relators/aut>",
            'W bf:contribution/bf:agent/bflc:marcKey "1001 $aNguyễn, Du,$d1765-1820,$etác giả."',
        ),
        Example(
            "100 3# $aĐặng (dòng họ :$cNghệ An)",
            "W bf:contribution/bf:agent/a bf:Family",
        ),
        Example(
            "110 1# $aViệt Nam.$bBộ Giáo dục và Đào tạo.",
            'W bf:contribution/bf:agent/rdfs:label "Việt Nam. Bộ Giáo dục và Đào tạo"',
            "W bf:contribution/bf:agent/a bf:Jurisdiction",
        ),
        Example(
            "111 2# $aHội nghị Khoa học$n(2 :$d2010 :$cHà Nội),$jban tổ chức",
            'W bf:contribution/bf:agent/rdfs:label "Hội nghị Khoa học (2 : 2010 : Hà Nội)"',
            "W bf:contribution/bf:agent/a bf:Meeting",
            'W bf:contribution/bf:role/rdfs:label "ban tổ chức"',
        ),
        Example(
            "100 1# $aNguyễn, Trãi,$d1380-1442.$kThơ. $4aut",
            'W bf:contribution/bf:agent/rdfs:label "Nguyễn, Trãi, 1380-1442"',
            'W bf:expressionOf/bf:title/bf:mainTitle "Thơ"',
        ),
    ],
)
def main_entry(field: Field, c: Conversion) -> None:
    """The creator named in the main entry; $t or (without 240) $k make a Hub as well."""
    codes = field.codes
    titled = "t" in codes
    formed = not titled and "k" in codes and c.record.first("240") is None
    who = agent(field, c, title_form=titled or formed)
    if who is None:
        nameless(field, c)
    else:
        c.work.add(BF.contribution, contribution(field, c, who, primary=True))
    if titled or formed:
        c.work.add(BF.expressionOf, hub(field, c, field))


@BIB.rule(
    "700 710 711",
    "abcdefghijklmnopqrstuwx012345",
    spec=SPEC,
    target="W bf:contribution, W bf:relation",
    drops=_LINKING,
    examples=[
        Example(
            "700 1# $aNgô, Tất Tố,$edịch.",
            'W bf:contribution/bf:agent/rdfs:label "Ngô, Tất Tố"',
            "W bf:contribution/bf:role <http://id.loc.gov/vocabulary/relators/trl>",
            "!W bf:contribution/a bf:PrimaryContribution",
        ),
        Example(
            "700 1# $aTrần, Văn Giáp,$echế bản",
            'W bf:contribution/bf:role/rdfs:label "chế bản"',
        ),
        Example(
            "710 2# $aThư viện Quốc gia Việt Nam$4xyz",
            'W bf:contribution/bf:role/bf:code "xyz"',
            "W bf:contribution/bf:agent/a bf:Organization",
        ),
        Example(
            "711 2# $aWorld Cup$d(2006)",
            'W bf:contribution/bf:agent/rdfs:label "World Cup (2006)"',
            "W bf:contribution/bf:role <http://id.loc.gov/vocabulary/relators/ctb>",
        ),
        Example(
            "700 12 $aNguyễn, Du,$d1765-1820.$tTruyện Kiều.$lAnh.",
            "W bf:relation/bf:relationship <http://id.loc.gov/vocabulary/relationship/part>",
            'W bf:relation/bf:associatedResource/bf:title/bf:mainTitle "Truyện Kiều"',
            'W bf:relation/bf:associatedResource/bf:language/rdfs:label "Anh"',
            'W bf:relation/bf:associatedResource/bf:contribution/bf:agent/rdfs:label "Nguyễn, Du, 1765-1820"',
            '!W bf:contribution/bf:agent/rdfs:label "Nguyễn, Du, 1765-1820"',
        ),
        Example(
            "700 1# $iPhỏng theo (tác phẩm):$aTô, Hoài.$tDế mèn phiêu lưu ký",
            'W bf:relation/bf:relationship/rdfs:label "Phỏng theo (tác phẩm)"',
        ),
    ],
)
def added_entry(field: Field, c: Conversion) -> None:
    """A further contributor, or with $t a related work by its Hub."""
    if "t" in field.codes:
        other = hub(field, c, field)
        if other is not None:
            node = relation(_relationship(field), other, field=field)
            if field.ind2 == "4" and field.get("i") is None:
                node.add(BF.relationship, BFLC.hasVariantEntry)
            relationship_words(field, node, c)
            for text in field.all("u"):
                node.add(BF.note, remark(chopped(text)))
            c.work.add(BF.relation, node)
            return
    who = agent(field, c)
    if who is None:
        nameless(field, c)
        return
    c.work.add(BF.contribution, contribution(field, c, who, primary=False))


def _relationship(field: Field) -> str | None:
    """Code of the relationship: second indicator 2 an analytical part, 4 (no $i) a variant entry, else related."""
    if field.ind2 == "2":
        return "part"
    words = field.get("i")
    if field.ind2 == "4" and words is None:
        return None
    if field.ind2 == " " and words == "is arrangement of":
        return "arrangementof"
    if field.ind2 == " " and words == "is translation of":
        return "translationof"
    return "relatedwork"


@BIB.rule(
    "720",
    "ae45",
    spec=SPEC,
    target="W bf:contribution",
    drops=_LINKING,
    examples=[
        Example(
            "720 1# $aTrần Dần$eminh họa",
            'W bf:contribution/bf:agent/rdfs:label "Trần Dần"',
            "W bf:contribution/bf:agent/a bf:Person",
            "W bf:contribution/bf:agent/a bflc:Uncontrolled",
            "W bf:contribution/bf:role <http://id.loc.gov/vocabulary/relators/ill>",
        )
    ],
)
def uncontrolled_name(field: Field, c: Conversion) -> None:
    """A name that no authority controls: it is described, but never becomes a shared entity."""
    who = plain_agent(field.get("a") or "", BF.Agent, BFLC.Uncontrolled)
    if who is None:
        nameless(field, c)
        return
    if field.ind1 == "1":
        who.typed(BF.Person)
    c.work.add(BF.contribution, contribution(field, c, who, primary=False))
