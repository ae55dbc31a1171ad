"""Classification: 050–086 (ConvSpec-050-088)."""

from __future__ import annotations

from collections.abc import Iterator

from converters.bibframe.coded_values import term
from converters.bibframe.control_subfields import ORGANIZATIONS, identifier, iri_of, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, MADS, RDFS

PAIRING = {"6": "pairs the field with an 880", "8": "links fields within the record"}
CANADA = "<http://id.loc.gov/authorities/names/no2004037399>"
_AGENCY = {"dlc": f"<{ORGANIZATIONS}dlc>", "dnlm": f"<{ORGANIZATIONS}dnlm>", "dnal": f"<{ORGANIZATIONS}dnal>"}
# First indicator of 050, 055, 060: whether the agency holds the resource (used by assigner, not used).
_USED = {"0": term("mstatus", "uba"), "1": term("mstatus", "nuba")}
CANCELLED = term("mstatus", "cancinv")
_DEWEY = {"a": BF.classificationPortion, "b": BF.itemPortion, "c": BF.spanEnd, "y": BF.table, "z": BF.table}


def _portions(field: Field, kind: str) -> Iterator[tuple[Node, str]]:
    """One classification for each $a, the item number ($b) with the first; and the $a itself.

    A $0 belongs to the $a before it.
    """
    node: Node | None = None
    number, whole = "", False
    items = [literal(spaced(t)) for t in field.all("b") if t.strip()]
    for code, raw in field.subfields:
        text = spaced(raw)
        if code == "a" and text:
            if node is not None:
                yield node, number
            node, number = Node("classification", kind).add(BF.classificationPortion, literal(text)), text
            node.add(BF.itemPortion, *items)
            whole, items = not items, []
        elif code == "0" and node is not None and text:
            known = iri_of(text)
            if known and whole and not node.iri:
                node.iri = known  # the number alone, without item number, is the class that the URI names
            else:
                _authority(node, text)
    if node is not None:
        yield node, number


def _authority(node: Node, text: str) -> None:
    known = iri_of(text)
    if known:
        node.add(MADS.hasRelatedAuthority, known)
    else:
        node.add(BF.identifiedBy, identifier(text))


def _assigner(text: str) -> Node:
    """$q, the agency that gave the number, as it is written (a code or a name)."""
    return Node("agency", BF.Agent).add(RDFS.label, literal(spaced(text)))


def _cataloged_by(c: Conversion, code: str) -> bool:
    cataloged = c.record.first("040")
    return cataloged is not None and code in next(c.record.values("040", "a"), "")


@BIB.rule(
    "050 060 070",
    "ab0",
    notes="u",
    drops={**PAIRING, "1": "URI of the class itself, which the number names", "3": "part of the resource classed"},
    spec="ConvSpec-050-088",
    target="W bf:classification bf:ClassificationLcc, bf:ClassificationNlm, bf:ClassificationNal",
    examples=[
        Example(
            "050 00 $aPL4378.9.N5$bT7 1999",
            "W bf:classification/a bf:ClassificationLcc",
            'W bf:classification/bf:classificationPortion "PL4378.9.N5"',
            'W bf:classification/bf:itemPortion "T7 1999"',
            "W bf:classification/bf:assigner <http://id.loc.gov/vocabulary/organizations/dlc>",
            "W bf:classification/bf:status <http://id.loc.gov/vocabulary/mstatus/uba>",
        ),
        Example("060 10 $aQW 504", "W bf:classification/bf:status <http://id.loc.gov/vocabulary/mstatus/nuba>"),
        Example("070 0# $aS21", "W bf:classification/bf:assigner <http://id.loc.gov/vocabulary/organizations/dnal>"),
    ],
)
def library_classification(field: Field, c: Conversion) -> None:
    """Call numbers of the Library of Congress, the National Library of Medicine, the National Agricultural Library."""
    if field.tag == "070":
        kind, giver = BF.ClassificationNal, _AGENCY["dnal"] if field.ind1 == "0" else None
        status = _USED["0"] if giver else None
    else:
        kind, agency, mark = (
            (BF.ClassificationLcc, "dlc", "DLC") if field.tag == "050" else (BF.ClassificationNlm, "dnlm", "NLM")
        )
        own = field.ind2 == "0" or (field.ind2 == " " and _cataloged_by(c, mark))
        giver, status = (_AGENCY[agency], _USED.get(field.ind1)) if own else (None, None)
    for node, _ in _portions(field, kind):
        c.work.add(BF.classification, node.add(BF.assigner, giver).add(BF.status, status))


@BIB.rule(
    "051 061 071",
    "abc0",
    drops={**PAIRING, "1": "URI of the class itself", "3": "part of the resource classed"},
    spec="ConvSpec-050-088 (051; 061, 071: no attempt to code)",
    target="W bf:classification with note",
    examples=[
        Example(
            "051 ## $aQA76$b.A2$cCopy 2.",
            'W bf:classification/bf:classificationPortion "QA76"',
            'W bf:classification/bf:note/rdfs:label "Copy 2."',
        )
    ],
)
def copy_statement(field: Field, c: Conversion) -> None:
    """Call numbers of further copies and issues; the note says of which."""
    kind, agency = {
        "051": (BF.ClassificationLcc, "dlc"),
        "061": (BF.ClassificationNlm, "dnlm"),
        "071": (BF.ClassificationNal, "dnal"),
    }[field.tag]
    for node, _ in _portions(field, kind):
        for text in field.all("c"):
            if text.strip():
                node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(spaced(text))))
        c.work.add(BF.classification, node.add(BF.assigner, _AGENCY[agency]))


@BIB.rule(
    "052",
    "abd02",
    drops={**PAIRING, "1": "URI of the place, which the code names"},
    spec="ConvSpec-050-088",
    target="W bf:geographicCoverage",
    examples=[
        Example(
            "052 ## $a8020$bH3",
            "W bf:geographicCoverage <http://id.loc.gov/authorities/classification/G8020.H3>",
        ),
        Example("052 7# $avnm$2x", 'W bf:geographicCoverage/bf:code "vnm"'),
        Example("052 ## $a8020$dHà Nội", 'W bf:geographicCoverage/rdfs:label "Hà Nội"'),
    ],
)
def geographic_classification(field: Field, c: Conversion) -> None:
    """Geographic classification by class G of LCC (blank indicator) or another scheme."""
    area = spaced(field.get("a") or "")
    if field.ind1 == " " and area:
        subareas = [spaced(t) for t in field.all("b") if t.strip()]
        for code in [f"{area}.{sub}" for sub in subareas] or [spaced(t) for t in field.all("a")]:
            known = iri_of(f"http://id.loc.gov/authorities/classification/G{code}")
            c.work.add(BF.geographicCoverage, known or _area(code, BF.code))
    else:
        for code in [spaced(t) for t in field.all("ab") if t.strip()]:
            c.work.add(BF.geographicCoverage, _area(code, BF.code).add(BF.source, source(field)))
    for text in field.all("d"):
        if text.strip():
            c.work.add(BF.geographicCoverage, _area(spaced(text), RDFS.label))
    for text in field.all("0"):
        c.work.add(BF.geographicCoverage, iri_of(text))


def _area(text: str, name: str) -> Node:
    return Node("area", BF.GeographicCoverage).add(name, literal(text))


@BIB.rule(
    "055",
    "ab02",
    drops={**PAIRING, "1": "URI of the class itself"},
    spec="ConvSpec-050-088",
    target="W bf:classification",
    examples=[
        Example(
            "055 01 $aFC2945",
            "W bf:classification/a bf:ClassificationLcc",
            "W bf:classification/bf:assigner <http://id.loc.gov/authorities/names/no2004037399>",
        ),
        Example("055 #7 $aCA1 BS$2cacodoc", "W bf:classification/a bf:Classification"),
    ],
)
def canadian_classification(field: Field, c: Conversion) -> None:
    """Numbers assigned in Canada; second indicator 6–9 are other schemes than LCC."""
    other = field.ind2 in ("6", "7", "8", "9")
    for node, _ in _portions(field, BF.Classification if other else BF.ClassificationLcc):
        if other:
            node.add(BF.source, source(field, "classSchemes"))
        if field.ind2 in ("0", "1", "2"):
            node.add(BF.assigner, CANADA).add(BF.status, _USED.get(field.ind1))
        elif field.ind2 in ("6", "7"):
            node.add(BF.assigner, CANADA)
        c.work.add(BF.classification, node)


@BIB.rule(
    "072",
    "ax2",
    drops={**PAIRING, "0": "number of the category, which $a names", "1": "URI of the category"},
    spec="ConvSpec-050-088",
    target="W bf:subject bf:Topic",
    examples=[
        Example(
            "072 #7 $aFIC$x019000$2bisacsh",
            'W bf:subject/bf:code "FIC019000"',
            "W bf:subject/bf:source <http://id.loc.gov/vocabulary/classSchemes/bisacsh>",
        )
    ],
)
def subject_category(field: Field, c: Conversion) -> None:
    """Subject category code."""
    code = spaced("".join(field.all("ax")))
    if not code:
        return
    scheme = (field.get("2") or "").strip()
    if field.ind2 == "0":
        by: str | Node | None = term("classSchemes", "agricola")
    elif scheme == "bisacsh":
        by = term("classSchemes", "bisacsh")
    else:
        by = source(field)
    c.work.add(BF.subject, Node("topic", BF.Topic).add(BF.code, literal(code)).add(BF.source, by))


@BIB.rule(
    "080",
    "abx02",
    drops={**PAIRING, "1": "URI of the class itself"},
    spec="ConvSpec-050-088",
    target="W bf:classification bf:ClassificationUdc",
    examples=[
        Example(
            "080 0# $a821.162.1$x(4)$22001",
            "W bf:classification/a bf:ClassificationUdc",
            'W bf:classification/bf:code "(4)"',
            'W bf:classification/bf:edition "full"',
            'W bf:classification/bf:source/bf:code "2001"',
        )
    ],
)
def universal_decimal(field: Field, c: Conversion) -> None:
    """Universal Decimal Classification with auxiliary numbers."""
    for node, _ in _portions(field, BF.ClassificationUdc):
        for text in field.all("x"):
            node.add(BF.code, literal(spaced(text)) if text.strip() else None)
        node.add(BF.source, source(field)).add(BF.edition, _edition(field))
        c.work.add(BF.classification, node)


def _edition(field: Field) -> str | None:
    return _EDITIONS.get(field.ind1)


_EDITIONS = {"0": literal("full"), "1": literal("abridged")}


@BIB.rule(
    "082 083",
    "abcmqyz201",
    drops=PAIRING,
    spec="ConvSpec-050-088 (083: no LC specification)",
    target="W bf:classification bf:ClassificationDdc",
    examples=[
        Example(
            "082 04 $a895.92212$bNG527$223$qVN-HaNLV",
            "W bf:classification/a bf:ClassificationDdc",
            'W bf:classification/bf:classificationPortion "895.92212"',
            'W bf:classification/bf:itemPortion "NG527"',
            'W bf:classification/bf:edition "full"',
            'W bf:classification/bf:source/bf:code "23"',
            'W bf:classification/bf:assigner/rdfs:label "VN-HaNLV"',
        ),
        Example("082 00 $a025", "W bf:classification/bf:assigner <http://id.loc.gov/vocabulary/organizations/dlc>"),
        Example("083 0# $a781$c788", 'W bf:classification/bf:spanEnd "788"'),
    ],
)
def dewey(field: Field, c: Conversion) -> None:
    """Dewey Decimal Classification; $2 is the edition, ``23/vie`` the Vietnamese translation of the 23rd."""
    node = Node("classification", BF.ClassificationDdc)
    for code, raw in field.subfields:
        text = spaced(raw)
        if not text:
            continue
        name = _DEWEY.get(code)
        if name:
            node.out.append((name, literal(text)))
        elif code == "m":
            kind = {"a": "standard number", "b": "optional number"}.get(text, text)
            node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(kind)))
    if node.bare:
        return
    codes = field.codes
    if "2" in codes:
        edition = spaced((field.get("2") or "").partition("%2F")[0])
        if edition:
            node.add(BF.source, Node("source", BF.Source).add(BF.code, literal(edition)))
    node.add(BF.edition, _edition(field))
    assigners = [t for t in field.all("q") if t.strip()] if "q" in codes else []
    for text in assigners:
        node.add(BF.assigner, _assigner(text))
    if field.tag == "082" and (field.ind2 == "0" or (not assigners and field.ind2 == " " and _cataloged_by(c, "DLC"))):
        node.add(BF.assigner, _AGENCY["dlc"])
    if "0" in codes:
        for text in field.all("0"):
            if text.strip():
                _authority(node, spaced(text))
    if "1" in codes:
        node.iri = next(filter(None, map(iri_of, field.all("1"))), "")
    c.work.add(BF.classification, node)


@BIB.rule(
    "085",
    notes="abcfrstuvwyz",
    drops={**PAIRING, "0": "number of the class, which the note names", "1": "see $0"},
    spec="MARC 21 field 085 (LC: no attempt to code)",
    target="W bf:note",
    examples=[
        Example(
            "085 ## $b025.1722$a025.17$z1$s0722",
            'W bf:note/rdfs:label "Components of the classification number: b 025.1722, a 025.17, z 1, s 0722"',
        )
    ],
)
def number_components(field: Field, c: Conversion) -> None:
    """How a synthesized number was built."""
    parts = [f"{code} {spaced(t)}" for code, t in field.subfields if code in "abcfrstuvwyz" and t.strip()]
    if parts:
        text = literal(f"Components of the classification number: {', '.join(parts)}")
        c.work.add(BF.note, Node("note", BF.Note).add(RDFS.label, text))


@BIB.rule(
    "084",
    "abq02",
    drops={**PAIRING, "1": "URI of the class itself"},
    spec="ConvSpec-050-088",
    target="W bf:classification",
    examples=[
        Example(
            "084 ## $aV23$2bbk",
            "W bf:classification/a bf:Classification",
            'W bf:classification/bf:source/bf:code "bbk"',
        )
    ],
)
def other_classification(field: Field, c: Conversion) -> None:
    """Any other classification, named by $2 (``bbk``, ``19dnb``)."""
    for node, _ in _portions(field, BF.Classification):
        for text in field.all("q"):
            if text.strip():
                node.add(BF.assigner, _assigner(text))
        c.work.add(BF.classification, node.add(BF.source, source(field)))


@BIB.rule(
    "086",
    "az02",
    drops={**PAIRING, "1": "URI of the class itself"},
    spec="ConvSpec-050-088",
    target="W bf:classification",
    examples=[
        Example(
            "086 0# $aA 1.9:2092$zA 1.9:2093",
            'W bf:classification/rdfs:label "A 1.9:2092"',
            "W bf:classification/bf:source <http://id.loc.gov/vocabulary/classSchemes/sudocs>",
            "W bf:classification/bf:status <http://id.loc.gov/vocabulary/mstatus/cancinv>",
        )
    ],
)
def government_document(field: Field, c: Conversion) -> None:
    """Classification number of a government document."""
    scheme = {"0": "sudocs", "1": "cacodoc"}.get(field.ind1)
    by = term("classSchemes", scheme) if scheme else source(field)
    node: Node | None = None
    for code, raw in field.subfields:
        text = spaced(raw)
        if code in "az" and text:
            node = Node("classification", BF.Classification).add(RDFS.label, literal(text)).add(BF.source, by)
            c.work.add(BF.classification, node.add(BF.status, CANCELLED if code == "z" else None))
        elif code == "0" and node is not None and text:
            known = iri_of(text)
            if known and not node.iri:
                node.iri = known
            else:
                _authority(node, text)
