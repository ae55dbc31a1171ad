"""Notes that are one typed note: a table of tags, and one rule for them (LC ConvSpec-5XX v2.10).

Fields that LC does not convert (“no attempt to code”) become a note of the nearest type as well: nothing a
cataloguer wrote vanishes.
"""

from __future__ import annotations

from dataclasses import dataclass

from converters.bibframe.bib.links import electronic_locators, labels, note, remark
from converters.bibframe.control_subfields import applies_to, institution, real_world, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, RDF, RDFS

SPEC = "ConvSpec-5XX"
LINKING = {
    "6": "pairs with 880, see the rule for 880",
    "7": "coded data or data provenance, no statement",
    "8": "links fields of this record by sequence",
}


@dataclass(frozen=True, slots=True)
class NoteForm:
    """How one tag becomes a note: whose it is (``W`` Work, ``I`` Instance), its type, and the subfields of its text."""

    owner: str
    type: str
    text: str = "a"
    each: bool = False
    """One note for each first text subfield, where the field may repeat it."""


FORMS: dict[str, NoteForm] = {
    "500": NoteForm("I", ""),
    "501": NoteForm("I", "with"),
    "503": NoteForm("I", ""),
    "508": NoteForm("W", "credits", each=True),
    "511": NoteForm("W", "participants", each=True),
    "513": NoteForm("I", "report", "ab"),
    "514": NoteForm("I", "", "zabcdefghijkm"),
    "515": NoteForm("I", "issuance"),
    "516": NoteForm("I", "computer"),
    "525": NoteForm("W", "suppl", each=True),
    "526": NoteForm("W", "", "iabcdz"),
    "527": NoteForm("I", ""),
    "530": NoteForm("I", "addphys", "abc"),
    "533": NoteForm("I", "repro", "abcdefn"),
    "534": NoteForm("I", "orig", "abcefkmnt"),
    "535": NoteForm("I", "related", "abcdg"),
    "537": NoteForm("I", ""),
    "544": NoteForm("I", "related", "abcden"),
    "545": NoteForm("I", "", "ab"),
    "547": NoteForm("I", ""),
    "550": NoteForm("I", "issuing"),
    "552": NoteForm("I", "", "zabcdefghijklmnop"),
    "555": NoteForm("I", "", "abcd"),
    "556": NoteForm("I", "doc"),
    "562": NoteForm("I", "", "abcde"),
    "565": NoteForm("I", "computer", "abcde"),
    "567": NoteForm("W", "", "a"),
    "570": NoteForm("I", ""),
    "581": NoteForm("I", "related"),
    "582": NoteForm("I", ""),
    "584": NoteForm("I", "", "ab"),
    "585": NoteForm("I", "exhibit"),
    "586": NoteForm("W", "award", each=True),
    "588": NoteForm("I", "descsource"),
}

NONPUBLIC = frozenset({"526", "583"})
"""Tags whose $x is a note that must not be shown to the public (MARC 21)."""

_BY_INDICATOR = {
    ("545", "0"): "biogdata",
    ("545", "1"): "adminhist",
    ("555", " "): "index",
    ("555", "0"): "finding",
}
_CONSTANT = {
    ("511", "1"): "Cast: ",
    ("588", "0"): "Description based on: ",
    ("588", "1"): "Latest issue consulted: ",
}
"""Display constants of the first indicator (MARC 21), as LC writes them into the note."""


@BIB.rule(
    " ".join(tag for tag in FORMS if tag != "526"),
    "abcdefghijklmnoptuvxz01235",
    spec=SPEC,
    target="I bf:note, W bf:note (typed by mnotetype)",
    drops=LINKING,
    examples=[
        Example("500 ## $aThư mục: tr. 200-210.", 'I bf:note/rdfs:label "Thư mục: tr. 200-210."'),
        Example(
            "501 ## $aĐóng chung với: Lục Vân Tiên.",
            "I bf:note/a <http://id.loc.gov/vocabulary/mnotetype/with>",
        ),
        Example("511 1# $aTrà Giang, Lâm Tới.", 'W bf:note/rdfs:label "Cast: Trà Giang, Lâm Tới."'),
        Example(
            "533 ## $aVi phim.$bHà Nội :$cThư viện Quốc gia,$d1998.$mt. 1-10",
            'I bf:note/rdfs:label "Vi phim. Hà Nội : Thư viện Quốc gia, 1998."',
            "I bf:note/a <http://id.loc.gov/vocabulary/mnotetype/repro>",
            'I bf:note/bflc:appliesTo/rdfs:label "t. 1-10"',
        ),
        Example(
            "534 ## $pBản gốc:$tDế mèn$cHà Nội, 1941$x1234-5679$lThư viện Huế",
            'I bf:note/rdfs:label "Dế mèn Hà Nội, 1941"',
            'I bf:note/bf:identifiedBy/rdf:value "1234-5679"',
            'I bf:note/bf:note/rdfs:label "Thư viện Huế"',
        ),
        Example("534 ## $pDịch từ bản tiếng Pháp", 'I bf:note/rdfs:label "Dịch từ bản tiếng Pháp"'),
    ],
)
@BIB.rule(
    "526",
    "abcdiz25",
    spec="MARC 21 Bibliographic 526 (LC: no attempt to code)",
    target="W bf:note",
    drops={**LINKING, "x": "non-public note, never published"},
    examples=[
        Example(
            "526 8# $aĐọc mở rộng$bLớp 5$c4$d12",
            'W bf:note/rdfs:label "Đọc mở rộng Lớp 5 4 12"',
        ),
    ],
)
def typed_note(field: Field, c: Conversion) -> None:
    """One bf:Note with its text, its type, and what the field adds to it ($u, $3, $5, identifiers, $x, $z …)."""
    form = FORMS[field.tag]
    if field.tag == "547":
        place = next(n for n, other in enumerate(c.record.all("547")) if other is field)
        if place < len(c.record.all("247")):
            return  # the note stands on the former title in the same place, see 247
    owner = c.work if form.owner == "W" else c.instance
    constant = _CONSTANT.get((field.tag, field.ind1), "")
    types = note(form.type or _BY_INDICATOR.get((field.tag, field.ind1), ""))
    if form.each and len(field.all(form.text)) > 1:
        for text in field.all(form.text):
            if text.strip():
                made = Node("note", *types).add(RDFS.label, literal(constant + spaced(text)))
                _more(field, form, made, c)
                owner.add(BF.note, made)
        return
    made = Node("note", *types)
    for value, tag in c.in_scripts(field):
        text = spaced(" ".join(value.all(form.text)))
        if text:
            made.add(RDFS.label, literal(constant + text, tag))
    _more(field, form, made, c)
    if field.tag == "534" and not made.values(RDFS.label):
        made.add(RDFS.label, *labels(field, c, "p"))  # all that is said is what the version is called
    if not made.bare:
        owner.add(BF.note, made)


def _more(field: Field, form: NoteForm, made: Node, c: Conversion) -> None:
    """Everything of the field that is not the note's own text."""
    if not field.codes.strip(form.text):
        return
    tag = field.tag
    for code, text in field.subfields:
        if code in form.text or code in "0123568u7" or not text.strip():
            continue
        part = chopped(text)
        if code in "xz" and tag in ("530", "534", "544", "556", "581"):
            kind = BF.Issn if code == "x" else BF.Isbn
            made.add(BF.identifiedBy, Node("identifier", kind).add(RDF.value, literal(part)))
        elif tag == "530" and code == "d":
            made.add(BF.identifiedBy, Node("identifier", BF.StockNumber).add(RDF.value, literal(part)))
        elif (tag == "533" and code == "m") or (tag == "534" and code == "p" and made.values(RDFS.label)):
            applies_to(Field(tag, subfields=[("3", text)]), made)
        elif not (code == "x" and tag in NONPUBLIC) and not (tag == "534" and code == "p"):
            made.add(BF.note, remark(spaced(text)))
    if field.get("2"):
        made.add(BF.source, source(field))
    electronic_locators(field, made, c)
    real_world(field, made)
    applies_to(field, made)
    institution(field, made)
