"""760 to 788: linking entries as relations to a Work and its Instance (LC ConvSpec-760-788-Links v2.10)."""

from __future__ import annotations

from converters.bibframe.bib.f500_notes import LINKING
from converters.bibframe.bib.links import labels, note
from converters.bibframe.bib.titles import record_number
from converters.bibframe.control_subfields import applies_to, identifiers, institution, iri_of
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, MADS, RDF, RDFS

SPEC = "ConvSpec-760-788-Links"

_RELATIONSHIP = {
    "760": "series",
    "762": "subseries",
    "765": "translationof",
    "767": "translatedas",
    "770": "supplement",
    "772": "supplementto",
    "773": "partof",
    "774": "part",
    "775": "otheredition",
    "776": "otherphysicalformat",
    "777": "issuedwith",
    "786": "datasource",
    "787": "relatedwork",
    "788": "relatedwork",
}
_EARLIER = {
    "0": "continuationof",
    "1": "continuedinpart",
    "4": "mergerof",
    "5": "absorptionof",
    "6": "absorptionof",
    "7": "separatedfrom",
}
_LATER = {
    "0": "continuedby",
    "1": "continuedinpartby",
    "4": "absorbedby",
    "5": "absorbedby",
    "6": "splitinto",
    "7": "mergedtoform",
    "8": "continuedby",
}
_TOGETHER = {("780", "4"), ("785", "6"), ("785", "7")}
"""Fields that state one event together when they follow each other: merged from, split into, merged with."""


def relationship_of(field: Field) -> str:
    """The code of LC's relationship list for a linking entry."""
    if field.tag == "780":
        return _EARLIER.get(field.ind2, "precededby")
    if field.tag == "785":
        return _LATER.get(field.ind2, "succeededby")
    return _RELATIONSHIP[field.tag]


@BIB.rule(
    "760 762 765 767 770 772 773 774 775 776 777 780 785 786 787 788",
    "abcdefghijklmnopqrstuvwxyz01345",
    spec=SPEC,
    target="W bf:relation/bf:associatedResource bf:Work with bf:hasInstance",
    drops={
        "6": "pairs with 880, see the rule for 880",
        "7": "type and level of a record that the hub does not describe",
        "8": "links fields of this record by sequence",
    },
    examples=[
        Example(
            "773 0# $tTạp chí Văn học.$dHà Nội$g2005, số 3, tr. 10-15$x0494-6928$w(VN-TVQG)123",
            "W bf:relation/bf:relationship <http://id.loc.gov/vocabulary/relationship/partof>",
            'W bf:relation/bf:associatedResource/bf:title/bf:mainTitle "Tạp chí Văn học"',
            'W bf:relation/bf:associatedResource/bf:identifiedBy/rdf:value "0494-6928"',
            'W bf:relation/bf:associatedResource/bf:hasInstance/bf:part "2005, số 3, tr. 10-15"',
            'W bf:relation/bf:associatedResource/bf:hasInstance/bf:identifiedBy/rdf:value "123"',
        ),
        Example(
            "780 00 $tKhoa học phổ thông",
            "W bf:relation/bf:relationship <http://id.loc.gov/vocabulary/relationship/continuationof>",
        ),
        Example(
            "785 17 $tA\n785 17 $tB",
            'W bf:relation/bf:mergedWith/bf:title/bf:mainTitle "A"',
            'W bf:relation/bf:associatedResource/bf:title/bf:mainTitle "B"',
        ),
        Example(
            "776 08 $iBản điện tử:$z9786040000001",
            'W bf:relation/bf:relationship/rdfs:label "Bản điện tử"',
            'W bf:relation/bf:associatedResource/bf:hasInstance/bf:identifiedBy/rdf:value "9786040000001"',
        ),
    ],
)
def linking_entry(field: Field, c: Conversion) -> None:
    """A relation to another resource, as a Work with one Instance that hold what the field says of them."""
    run = _run(field, c)
    if run[0] is not field:
        return
    node = Node("relation", BF.Relation)
    code = relationship_of(field)
    told = note_of_relation(field, c)
    if told is not None:
        node.add(BF.note, Node("note", *note("relnote")).add(RDFS.label, *labels(told, c, "a")))
    node.add(BF.relationship, vocabulary("relationship", code))
    for member in run:
        for value, tag in c.in_scripts(member):
            for text in value.all("i"):
                if label := chopped(text):
                    words = Node("relationship", BF.Relationship).add(RDFS.label, literal(label, tag))
                    node.add(BF.relationship, words)
        for text in member.all("4"):
            _stated(text.strip(), node, member, c)
    merged = code == "mergedtoform" and len(run) > 1
    for n, member in enumerate(run):
        with_it = merged and n < len(run) - 1
        node.add(BF.mergedWith if with_it else BF.associatedResource, _work(member, c))
    c.work.add(BF.relation, node)


def note_of_relation(field: Field, c: Conversion) -> Field | None:
    """The 580 that tells of this relation in words: the first for a merger or split, else the one that says so (LC)."""
    notes = c.record.all("580")
    if not notes:
        return None
    code = relationship_of(field)
    if code in ("mergedtoform", "mergerof", "splitinto"):
        before = next((n for n, other in enumerate(c.record.all(field.tag)) if other is field), 0)
        if before == 0:
            return notes[0]
        return notes[1] if before == 2 and len(notes) > 1 and code != "splitinto" else None
    words = {"absorbedby": "bsorbed by", "continuedby": "ontinued by"}.get(code)
    if words is None:
        return None
    return next((told for told in notes if words in (told.get("a") or "")), None)


@BIB.rule(
    "580",
    "a5",
    spec="ConvSpec-5XX",
    target="W bf:note (relnote), W bf:relation/bf:note",
    drops=LINKING,
    examples=[
        Example(
            "580 ## $aTách thành nhiều loạt.",
            'W bf:note/rdfs:label "Tách thành nhiều loạt."',
            "W bf:note/a <http://id.loc.gov/vocabulary/mnotetype/relnote>",
        ),
        Example(
            "580 ## $aSáp nhập từ A và B.\n780 14 $tA\n780 14 $tB",
            'W bf:relation/bf:note/rdfs:label "Sáp nhập từ A và B."',
            '!W bf:note/rdfs:label "Sáp nhập từ A và B."',
        ),
    ],
)
def linking_note(field: Field, c: Conversion) -> None:
    """A complex relation in words: on the relation that it tells of, else on the Work."""
    for other in c.record.all("780", "785"):
        if note_of_relation(other, c) is field and _run(other, c)[0] is other:
            return
    node = Node("note", *note("relnote")).add(RDFS.label, *labels(field, c, "a"))
    if not node.bare:
        institution(field, node)
        c.work.add(BF.note, node)


def _stated(text: str, node: Node, field: Field, c: Conversion) -> None:
    """$4, the relationship by a code or URI."""
    if not text:
        return
    term = iri(text) if "://" in text else vocabulary("relationship", text) or vocabulary("relators", text)
    if term is None:
        c.problem("invalid-code", f"{field.tag}$4", f"“{text}” is no relationship code or URI; it was kept as a code.")
    node.add(BF.relationship, term or Node("relationship", BF.Relationship).add(BF.code, literal(text)))


def _run(field: Field, c: Conversion) -> list[Field]:
    """The fields of the same tag and second indicator that stand together with ``field``."""
    if (field.tag, field.ind2) not in _TOGETHER:
        return [field]
    found: list[Field] = []
    for other in c.record.all(field.tag):
        if other.ind2 == field.ind2:
            found.append(other)
        elif any(f is field for f in found):
            break
        else:
            found = []
    return found or [field]


def _work(field: Field, c: Conversion) -> Node:
    node = Node("work", BF.Work)
    _title(field, c, node, ("s", "t") if field.get("s") else ("t",), qualified=True)
    for value, tag in c.in_scripts(field):
        for code, text in value.subfields:
            if code not in "apv":
                continue
            part = literal(label, tag) if (label := chopped(text)) else None
            if part is None:
                continue
            if code == "a" and tag is None:
                who = Node("agent", BF.Agent).add(RDFS.label, part)
                for twin, other in c.twins.get(id(field), ()):
                    again = chopped(twin.get("a") or "")
                    who.add(RDFS.label, literal(again, other) if again else None)
                node.add(BF.contribution, Node("contribution", BF.PrimaryContribution).add(BF.agent, who))
            elif code == "p":
                node.add(BF.title, Node("title", BF.AbbreviatedTitle).add(BF.mainTitle, part))
            elif code == "v":
                node.add(BF.note, Node("note", BF.Note).add(RDFS.label, part))
    for code, text in field.subfields:
        if code == "e":
            _languages(text, node, field, c)
        elif code == "x" and (number := chopped(text)):
            node.add(BF.identifiedBy, Node("identifier", BF.Issn).add(RDF.value, literal(number)))
        elif code == "1":
            node.add(MADS.identifiesRWO, iri_of(text))
        elif code == "0":
            identifiers([text], node)
    applies_to(field, node)
    institution(field, node)
    node.add(BF.hasInstance, _instance(field, c))
    return node


def _languages(text: str, node: Node, field: Field, c: Conversion) -> None:
    """$e, language codes, possibly run together in threes (MARC 21 765 $e)."""
    codes = "".join(text.split()).strip(".,;").lower()
    terms = [vocabulary("languages", codes[n : n + 3]) for n in range(0, len(codes), 3)]
    if terms and None not in terms:
        node.add(BF.language, *terms)
    elif label := spaced(text):
        c.problem("invalid-code", f"{field.tag}$e", f"“{label}” is no MARC language code; it was kept as text.")
        node.add(BF.language, Node("language", BF.Language).add(RDFS.label, literal(label)))


def _title(field: Field, c: Conversion, node: Node, codes: tuple[str, ...], *, qualified: bool) -> None:
    title = Node("title", BF.Title)
    for value, tag in c.in_scripts(field):
        text = next((t for code in codes for t in value.all(code) if t.strip()), "")
        if not text and tag is None and field.tag in ("775", "776", "773", "787"):
            text = _own_title(c) if field.tag in ("775", "776") else ""
        if part := chopped(text):
            title.add(BF.mainTitle, literal(part, tag))
        if qualified:
            for qualifier in value.all("c"):
                if part := chopped(qualifier, parentheses=True):
                    title.add(BF.qualifier, literal(part, tag))
    if not title.bare:
        node.add(BF.title, title)


def _own_title(c: Conversion) -> str:
    """The record's own title: another edition or format without $t bears the same one (MARC 21 776)."""
    field = c.record.first("245")
    return " ".join(field.all("ab")) if field is not None else ""


_INSTANCE_TEXT = {"b": BF.editionStatement, "d": BF.provisionActivityStatement, "g": BF.part, "k": BF.seriesStatement}
_INSTANCE_IDENTIFIER = {"o": BF.Local, "r": BF.ReportNumber, "u": BF.Strn, "y": BF.Coden, "z": BF.Isbn}


def _instance(field: Field, c: Conversion) -> Node:
    node = Node("instance", BF.Instance)
    _title(field, c, node, ("t",), qualified=False)
    for value, tag in c.in_scripts(field):
        for code, text in value.subfields:
            part = chopped(text)
            if not part:
                continue
            if code in _INSTANCE_TEXT:
                node.add(_INSTANCE_TEXT[code], literal(part, tag))
            elif code == "h":
                node.add(BF.extent, Node("extent", BF.Extent).add(RDFS.label, literal(part, tag)))
            elif code in "jlmnq":
                node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(part, tag)))
            elif code in _INSTANCE_IDENTIFIER and tag is None:
                node.add(BF.identifiedBy, Node("identifier", _INSTANCE_IDENTIFIER[code]).add(RDF.value, literal(part)))
    for code, text in field.subfields:
        if code == "f":
            _country(text.strip(), node, field, c)
        elif code == "w":
            record_number(text, node)
    return node


def _country(code: str, node: Node, field: Field, c: Conversion) -> None:
    """$f, the country of the other resource by its code."""
    if not code:
        return
    place: str | Node | None = vocabulary("countries", code)
    if place is None:
        c.problem("invalid-code", f"{field.tag}$f", f"“{code}” is no MARC country code; it was kept as text.")
        place = Node("place", BF.Place).add(RDFS.label, literal(code))
    node.add(BF.provisionActivity, Node("provision", BF.ProvisionActivity).add(BF.place, place))
