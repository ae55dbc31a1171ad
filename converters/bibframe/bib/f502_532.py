"""502 to 532 with a structure of their own: theses, contents, access, summaries, audience … (LC ConvSpec-5XX v2.10)."""

from __future__ import annotations

from converters.bibframe.bib.f500_notes import LINKING, SPEC
from converters.bibframe.bib.links import each, electronic_locators, labels, mstatus, remark, typed
from converters.bibframe.control_subfields import applies_to, identifiers, institution, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.edtf import date_literal, from_046
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, RDF, RDFS


@BIB.rule(
    "502",
    "abcdgo",
    spec=SPEC,
    target="W bf:dissertation",
    drops=LINKING,
    examples=[
        Example(
            "502 ## $bLuận án tiến sĩ$cĐại học Quốc gia Hà Nội$d2010$gBảo vệ cấp nhà nước$oLA.10",
            'W bf:dissertation/bf:degree "Luận án tiến sĩ"',
            'W bf:dissertation/bf:grantingInstitution/rdfs:label "Đại học Quốc gia Hà Nội"',
            'W bf:dissertation/bf:date "2010"',
            'W bf:dissertation/bf:note/rdfs:label "Bảo vệ cấp nhà nước"',
            'W bf:dissertation/bf:identifiedBy/rdf:value "LA.10"',
        ),
        Example("502 ## $aLuận văn (Thạc sĩ)", 'W bf:dissertation/rdfs:label "Luận văn (Thạc sĩ)"'),
    ],
)
def dissertation(field: Field, c: Conversion) -> None:
    """The thesis note with its degree, institution, year and identifier."""
    node = Node("dissertation", BF.Dissertation)
    node.add(RDFS.label, *labels(field, c, "a"))
    node.add(BF.degree, *each(field, c, "b"))
    granting = each(field, c, "c")
    if granting:
        node.add(BF.grantingInstitution, Node("agent", BF.Agent).add(RDFS.label, *granting))
    node.add(BF.date, *each(field, c, "d"))
    for term in each(field, c, "g"):
        node.add(BF.note, Node("note", BF.Note).add(RDFS.label, term))
    for text in field.all("o"):
        value = chopped(text)
        if value:
            node.add(BF.identifiedBy, Node("identifier", BF.DissertationIdentifier).add(RDF.value, literal(value)))
    if not node.bare:
        c.work.add(BF.dissertation, node)


@BIB.rule(
    "504",
    "ab",
    spec=SPEC,
    target="I bf:note (biblio)",
    drops=LINKING,
    examples=[
        Example(
            "504 ## $aTài liệu tham khảo: tr. 300-310.$b45",
            'I bf:note/rdfs:label "Tài liệu tham khảo: tr. 300-310."',
            'I bf:note/bf:count "45"',
            "I bf:note/a <http://id.loc.gov/vocabulary/mnotetype/biblio>",
        )
    ],
)
def bibliography(field: Field, c: Conversion) -> None:
    """A bibliography note with the number of its references."""
    node = typed(field, c, "a", "biblio")
    node.add(BF.count, *each(field, c, "b"))
    if not node.bare:
        c.instance.add(BF.note, node)


@BIB.rule(
    "505",
    "agrtu",
    spec=SPEC,
    target="W bf:tableOfContents",
    drops=LINKING,
    examples=[
        Example(
            "505 10 $gT.1.$tChí Phèo /$rNam Cao --$tLão Hạc",
            'W bf:tableOfContents/rdfs:label "T.1. Chí Phèo / Nam Cao -- Lão Hạc"',
            "W bf:tableOfContents/bf:status <http://id.loc.gov/vocabulary/mstatus/incmp>",
        )
    ],
)
def contents(field: Field, c: Conversion) -> None:
    """The table of contents; first indicator 1 incomplete, 2 partial."""
    node = Node("contents", BF.TableOfContents).add(RDFS.label, *labels(field, c, "agrt"))
    electronic_locators(field, node, c)
    if node.bare:
        return
    if field.ind1 in "12":
        node.add(BF.status, mstatus("incmp" if field.ind1 == "1" else "part"))
    c.work.add(BF.tableOfContents, node)


_POLICY = {"506": (BF.AccessPolicy, "abcdeq"), "540": (BF.UsePolicy, "abcdqn")}


@BIB.rule(
    "506 540",
    "abcdefgqnu01235",
    spec=SPEC,
    target="I bf:usageAndAccessPolicy",
    drops=LINKING,
    examples=[
        Example(
            "506 1# $aChỉ đọc tại chỗ.$fRestricted access$g20300101$2star$uhttp://example.org/quy-dinh",
            'I bf:usageAndAccessPolicy/rdfs:label "Chỉ đọc tại chỗ."',
            'I bf:usageAndAccessPolicy/bf:qualifier "Restricted access"',
            'I bf:usageAndAccessPolicy/bf:validDate "2030-01-01"^^lcdt:edtf',
            "I bf:usageAndAccessPolicy/a bf:AccessPolicy",
            "I bf:usageAndAccessPolicy/bf:electronicLocator <http://example.org/quy-dinh>",
        ),
        Example(
            "540 ## $aCấm sao chụp.",
            "I bf:usageAndAccessPolicy/a bf:UsePolicy",
        ),
    ],
)
def policy(field: Field, c: Conversion) -> None:
    """Restrictions on access (506) or use (540), with standardized terms ($f), dates ($g) and their scheme."""
    kind, codes = _POLICY[field.tag]
    node = Node("policy", kind).add(RDFS.label, *labels(field, c, codes))
    for code, text in field.subfields:
        text = spaced(text)
        if code == "g" and text:
            node.add(BF.validDate, date_literal(from_046(text)))
        elif code == "f" and text:
            node.add(BF.qualifier, literal(text))
    identifiers(field.all("0"), node)
    node.add(BF.source, source(field))
    electronic_locators(field, node, c)
    applies_to(field, node)
    institution(field, node)
    if not node.bare:
        c.instance.add(BF.usageAndAccessPolicy, node)


@BIB.rule(
    "507",
    "ab",
    spec=SPEC,
    target="W bf:scale",
    drops=LINKING,
    examples=[Example("507 ## $aTỉ lệ 1:50.000", 'W bf:scale/rdfs:label "Tỉ lệ 1:50.000"')],
)
def scale(field: Field, c: Conversion) -> None:
    """The scale of a graphic."""
    node = Node("scale", BF.Scale).add(RDFS.label, *labels(field, c, "ab"))
    if not node.bare:
        c.work.add(BF.scale, node)


@BIB.rule(
    "518",
    "adop0123",
    spec=SPEC,
    target="W bf:capture",
    drops=LINKING,
    examples=[
        Example(
            "518 ## $oThu âm$d1975$pHà Nội",
            'W bf:capture/bf:date "1975"',
            'W bf:capture/bf:place/rdfs:label "Hà Nội"',
            'W bf:capture/bf:note/rdfs:label "Thu âm"',
        ),
        Example("518 ## $aThu tại Hà Nội.", 'W bf:capture/rdfs:label "Thu tại Hà Nội."'),
    ],
)
def capture(field: Field, c: Conversion) -> None:
    """Date, time and place of a capture (recording, filming)."""
    node = Node("capture", BF.Capture).add(RDFS.label, *labels(field, c, "a"))
    node.add(BF.date, *each(field, c, "d"))
    for term in each(field, c, "o"):
        node.add(BF.note, Node("note", BF.Note).add(RDFS.label, term))
    for term in each(field, c, "p"):
        place = Node("place", BF.Place).add(RDFS.label, term)
        identifiers(field.all("0"), place)
        node.add(BF.place, place)
    applies_to(field, node)
    if not node.bare:
        c.work.add(BF.capture, node)


@BIB.rule(
    "520",
    "abcu235",
    spec=SPEC,
    target="W bf:summary",
    drops=LINKING,
    examples=[
        Example(
            "520 ## $aTruyện kể về Dế Mèn.$bBản rút gọn.$uhttp://example.org/tt",
            'W bf:summary/rdfs:label "Truyện kể về Dế Mèn. Bản rút gọn."',
            "W bf:summary/bf:electronicLocator <http://example.org/tt>",
        )
    ],
)
def summary(field: Field, c: Conversion) -> None:
    """Summary, abstract, review or content advice."""
    node = Node("summary", BF.Summary).add(RDFS.label, *labels(field, c, "abc"))
    node.add(BF.source, source(field))
    electronic_locators(field, node, c)
    applies_to(field, node)
    institution(field, node)
    if not node.bare:
        c.work.add(BF.summary, node)


_AUDIENCE = {"0": "reading grade level", "1": "interest age level", "2": "interest grade level"}


@BIB.rule(
    "521",
    "ab3",
    spec=SPEC,
    target="W bf:intendedAudience",
    drops=LINKING,
    examples=[
        Example(
            "521 1# $a6-10;$a11$bNXB Kim Đồng",
            'W bf:intendedAudience/rdfs:label "6-10; 11"',
            'W bf:intendedAudience/bf:note/rdfs:label "interest age level"',
            'W bf:intendedAudience/bf:source/rdfs:label "NXB Kim Đồng"',
        )
    ],
)
def audience(field: Field, c: Conversion) -> None:
    """For whom the resource is meant, and who says so."""
    node = Node("audience", BF.IntendedAudience)
    for value, tag in c.in_scripts(field):
        text = delimited(value.all("a"))
        node.add(RDFS.label, literal(text, tag) if text else None)
    if node.bare and not field.get("b"):
        return
    node.add(BF.note, remark(_AUDIENCE.get(field.ind1, "")))
    for text in field.all("b"):
        node.add(BF.source, Node("source", BF.Source).add(RDFS.label, literal(spaced(text))) if text.strip() else None)
    applies_to(field, node)
    c.work.add(BF.intendedAudience, node)


def delimited(texts: list[str]) -> str:
    """Texts with ``;`` between those that do not end with a mark of their own (LC concat-nodes-delimited)."""
    found = ""
    plain = [t for text in texts if (t := spaced(text))]
    for n, text in enumerate(plain):
        last = n == len(plain) - 1
        found += text if last else f"{text} " if text[-1] in ".:,;/" else f"{text}; "
    return found


@BIB.rule(
    "522",
    "a",
    spec=SPEC,
    target="W bf:geographicCoverage",
    drops=LINKING,
    examples=[Example("522 ## $aĐồng bằng sông Hồng", 'W bf:geographicCoverage/rdfs:label "Đồng bằng sông Hồng"')],
)
def coverage(field: Field, c: Conversion) -> None:
    """Geographic coverage in words."""
    node = Node("coverage", BF.GeographicCoverage).add(RDFS.label, *labels(field, c, "a"))
    if not node.bare:
        c.work.add(BF.geographicCoverage, node)


@BIB.rule(
    "524",
    "a23",
    spec=SPEC,
    target="I bf:note (citeas)",
    drops=LINKING,
    examples=[
        Example(
            "524 ## $aPhông lưu trữ Bộ Lao động$2local",
            'I bf:note/rdfs:label "Phông lưu trữ Bộ Lao động"',
            'I bf:note/bf:source/bf:code "local"',
        )
    ],
)
def cite_as(field: Field, c: Conversion) -> None:
    """The preferred citation of the material."""
    node = typed(field, c, "a", "citeas")
    node.add(BF.source, source(field, "citationschemes"))
    applies_to(field, node)
    if not node.bare:
        c.instance.add(BF.note, node)


@BIB.rule(
    "532",
    "a3",
    spec=SPEC,
    target="I bf:contentAccessibility",
    drops=LINKING,
    examples=[Example("532 ## $aCó phụ đề.", 'I bf:contentAccessibility/rdfs:label "Có phụ đề."')],
)
def accessibility(field: Field, c: Conversion) -> None:
    """Accessibility of the content."""
    node = Node("accessibility", BF.ContentAccessibility).add(RDFS.label, *labels(field, c, "a"))
    applies_to(field, node)
    if not node.bare:
        c.instance.add(BF.contentAccessibility, node)
