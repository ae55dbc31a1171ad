"""440, 490, 800, 810, 811, 830 and 510: series and citations (LC ConvSpec-490,510-Links, Process6-Series v2.10)."""

from __future__ import annotations

from converters.bibframe.bib.links import electronic_locators, labels, mstatus, note, remark
from converters.bibframe.bib.names import agent
from converters.bibframe.bib.titles import hub, record_number, relation
from converters.bibframe.control_subfields import applies_to, institution, real_world, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, BFLC, RDF, RDFS

SPEC = "ConvSpec-490,510-Links"
_LINKING = {
    "6": "pairs with 880, see the rule for 880",
    "7": "entry of the data provenance, no statement",
    "8": "links fields of this record by sequence",
}


@BIB.rule(
    "440 490",
    "alvnpxyz350w",
    spec=SPEC,
    target="W bf:relation/bf:associatedResource bf:Series",
    drops=_LINKING,
    examples=[
        Example(
            "490 1# $aTủ sách Văn học ;$vt. 5$x1859-0012",
            'W bf:relation/bf:associatedResource/bf:title/bf:mainTitle "Tủ sách Văn học"',
            "W bf:relation/bf:associatedResource/a bf:Series",
            'W bf:relation/bf:seriesEnumeration "t. 5"',
            'W bf:relation/bf:associatedResource/bf:identifiedBy/rdf:value "1859-0012"',
            "W bf:relation/bf:associatedResource/bf:status <http://id.loc.gov/vocabulary/mstatus/tr>",
            "W bf:relation/bf:relationship <http://id.loc.gov/vocabulary/relationship/series>",
        ),
        Example(
            "490 0# $aKhoa học =$aScience$l(QA1)",
            'W bf:relation/bf:associatedResource/bf:title/bf:mainTitle "Khoa học"',
            'W bf:relation/bf:associatedResource/bf:title/bf:mainTitle "Science"',
            'W bf:relation/bf:classification/bf:classificationPortion "(QA1)"',
            "!W bf:relation/bf:associatedResource/bf:status <http://id.loc.gov/vocabulary/mstatus/tr>",
        ),
        Example("490 0# $vT. 2", 'I bf:seriesEnumeration "T. 2"', "!W bf:relation/a bf:Relation"),
    ],
)
def series_statement(field: Field, c: Conversion) -> None:
    """A series as transcribed: each $a (a parallel title, a subseries) is a series of its own with its $v and $x."""
    twins = list(c.twins.get(id(field), ()))
    for number, group in enumerate(_series_groups(field)):
        series = Node("series", BF.Series)
        series.add(BF.status, mstatus("t"))
        if field.ind1 == "1":
            series.add(BF.status, mstatus("tr"))
        node = relation("series", series)
        _series(group, series, node, None)
        for twin, tag in twins:
            groups = _series_groups(twin)
            if number < len(groups):
                _series_twin(groups[number], series, node, tag)
        if not series.values(BF.title) and not series.values(BF.identifiedBy):
            # A volume of nothing: without title and ISSN there is no series to relate to.
            c.instance.add(BF.seriesEnumeration, *node.values(BF.seriesEnumeration))
            continue
        for text in field.all("l"):
            node.add(
                BF.classification,
                Node("classification", BF.ClassificationLcc).add(BF.classificationPortion, literal(spaced(text))),
            )
        applies_to(field, node)
        institution(field, node)
        c.work.add(BF.relation, node)


def _series_groups(field: Field) -> list[list[tuple[str, str]]]:
    """Subfields series by series: a new one starts at each $a after a subfield other than $a or after ``=``."""
    groups: list[list[tuple[str, str]]] = []
    before = ("", "")
    for code, text in field.subfields:
        if code in "68" or not text.strip():
            continue
        if not groups or (code == "a" and before[0] != "a") or before[1].rstrip().endswith("="):
            groups.append([])
        groups[-1].append((code, text))
        before = (code, text)
    return groups


def _series(group: list[tuple[str, str]], series: Node, node: Node, tag: str | None) -> None:
    title: Node | None = None
    for code, text in group:
        part = chopped(text)
        if not part:
            continue
        if code == "a":
            title = Node("title", BF.Title).add(BF.mainTitle, literal(part, tag))
            series.add(BF.title, title)
        elif code in "np" and title is not None:
            title.add(BF.partNumber if code == "n" else BF.partName, literal(part, tag))
        elif code == "v":
            node.add(BF.seriesEnumeration, literal(part, tag))
        elif code in "xyz":
            series.add(BF.identifiedBy, issn(part, code))
        elif code in "0w":
            record_number(text, series)


def _series_twin(group: list[tuple[str, str]], series: Node, node: Node, tag: str) -> None:
    titles = [v for v in series.values(BF.title) if isinstance(v, Node)]
    texts = [chopped(text) for code, text in group if code == "a"]
    for title, text in zip(titles, texts, strict=False):
        title.add(BF.mainTitle, literal(text, tag) if text else None)
    for code, text in group:
        if code == "v" and (part := chopped(text)):
            node.add(BF.seriesEnumeration, literal(part, tag))


def issn(value: str, code: str) -> Node:
    """An ISSN: $x valid, $y incorrect, $z cancelled."""
    node = Node("identifier", BF.Issn).add(RDF.value, literal(value))
    if code in "yz":
        node.add(BF.status, mstatus("incorrect" if code == "y" else "cancinv"))
    return node


@BIB.rule(
    "800 810 811 830",
    "abcdfghklmnopqrstuvwxyz0135",
    spec="ConvSpec-Process6-Series",
    target="W bf:relation/bf:associatedResource bf:Hub, bf:Series",
    drops={
        **_LINKING,
        "e": "a series' creator has no role of its own (in 811 part of the name)",
        "j": "a series' creator has no role of its own (in 800 part of the name)",
        "4": "a series' creator has no role of its own",
        "7": "$7 of a linked record: type and level of a record the hub does not describe",
    },
    examples=[
        Example(
            "830 #0 $aTủ sách Văn học ;$vt. 5.$x1859-0012",
            "W bf:relation/bf:relationship <http://id.loc.gov/vocabulary/relationship/series>",
            'W bf:relation/bf:associatedResource/bf:title/bf:mainTitle "Tủ sách Văn học"',
            "W bf:relation/bf:associatedResource/a bf:Hub",
            'W bf:relation/bf:seriesEnumeration "t. 5."',
            'W bf:relation/bf:associatedResource/bf:identifiedBy/rdf:value "1859-0012"',
        ),
        Example(
            "800 1# $aTô, Hoài.$tTác phẩm chọn lọc ;$v2",
            'W bf:relation/bf:associatedResource/bf:title/bf:mainTitle "Tác phẩm chọn lọc"',
            'W bf:relation/bf:associatedResource/bf:contribution/bf:agent/rdfs:label "Tô, Hoài"',
        ),
        Example(
            "811 2# $aHội nghị Toán học",
            'W bf:relation/bf:associatedResource/bf:contribution/bf:agent/rdfs:label "Hội nghị Toán học"',
        ),
    ],
)
def series_heading(field: Field, c: Conversion) -> None:
    """The series by its authorized heading."""
    series = hub(field, c, None if field.tag == "830" else field)
    if series is None:
        series = _untitled(field, c)
        if series is None:
            c.problem("no-title", field.tag, f"The field {field.tag} holds no series title.")
            return
    series.typed(BF.Series)
    for code, text in field.subfields:
        if code in "yz" and (number := chopped(text)):
            series.add(BF.identifiedBy, issn(number, code))
    node = relation("series", series, field=field)
    for value, tag in c.in_scripts(field):
        for affiliation in value.all("u"):
            node.add(BF.note, remark(chopped(affiliation), tag))
        for volume in value.all("v"):
            if volume.strip():
                node.add(BF.seriesEnumeration, literal(spaced(volume), tag))
    c.work.add(BF.relation, node)


def _untitled(field: Field, c: Conversion) -> Node | None:
    """A series named only by its body (810 without $t): owned, since no title makes it a Hub of its own."""

    if field.tag == "830":
        return None
    who = agent(field, c)
    if who is None:
        return None
    return Node("series", BF.Hub).add(BF.contribution, Node("contribution", BF.Contribution).add(BF.agent, who))


@BIB.rule(
    "510",
    "abcxu23",
    spec=SPEC,
    target="I bf:note (refcitation), W bf:relation indexedin",
    drops=_LINKING,
    examples=[
        Example(
            "510 4# $aThư mục Quốc gia,$b2009-$ctr. 45",
            'I bf:note/rdfs:label "Thư mục Quốc gia,"',
            "I bf:note/a <http://id.loc.gov/vocabulary/mnotetype/refcitation>",
            'I bf:note/bflc:citation "tr. 45"',
            'I bf:note/bf:enumerationAndChronology/rdfs:label "2009-"',
        ),
        Example(
            "510 2# $aChemical abstracts,$x0009-2258$b1998-",
            "W bf:relation/bf:relationship <http://id.loc.gov/vocabulary/relationship/indexedin>",
            'W bf:relation/bf:associatedResource/bf:title/bf:mainTitle "Chemical abstracts"',
            'W bf:relation/bf:associatedResource/bf:note/rdfs:label "1998-"',
            "W bf:relation/bf:associatedResource/bf:note/a <http://id.loc.gov/vocabulary/mnotetype/coverage>",
            'W bf:relation/bf:associatedResource/bf:identifiedBy/rdf:value "0009-2258"',
        ),
    ],
)
def citation(field: Field, c: Conversion) -> None:
    """Where the resource is cited (a note) or indexed (a relation to the index)."""
    if field.ind1 in "012":
        _indexed_in(field, c)
        return
    made = Node("note", *note("refcitation"))
    made.add(RDFS.label, *labels(field, c, "a"))
    for text in field.all("b"):
        made.add(
            BF.enumerationAndChronology,
            Node("part", BF.EnumerationAndChronology).add(RDFS.label, literal(spaced(text))) if text.strip() else None,
        )
    made.add(BFLC.citation, *labels(field, c, "c"))
    for text in field.all("x"):
        made.add(BF.identifiedBy, issn(chopped(text), "x") if text.strip() else None)
    made.add(BF.source, source(field))
    electronic_locators(field, made, c)
    applies_to(field, made)
    if not made.bare:
        c.instance.add(BF.note, made)


def _indexed_in(field: Field, c: Conversion) -> None:
    other = Node("work", BF.Work)
    for text in field.all("a"):
        title = chopped(text)
        if title:
            other.add(BF.title, Node("title", BF.Title).add(BF.mainTitle, literal(title)))
    for code, text in field.subfields:
        part = chopped(text)
        if not part:
            continue
        if code in "bc":
            other.add(BF.note, remark(part, kind="coverage" if code == "b" else "loc"))
        elif code == "x":
            other.add(BF.identifiedBy, issn(part, "x"))
    other.add(BF.source, source(field))
    electronic_locators(field, other, c)
    real_world(field, other)
    if not other.bare:
        node = relation("indexedin", other)
        applies_to(field, node)
        c.work.add(BF.relation, node)
