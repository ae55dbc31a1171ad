"""Titles 210–247, save the uniform title 240 (ConvSpec-200-247-Titles)."""

from __future__ import annotations

from collections.abc import Iterator

from converters.bibframe.coded_values import term
from converters.bibframe.control_subfields import institution
from converters.bibframe.conversion import Conversion
from converters.bibframe.language_tags import language_tag
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, BFLC, RDF, RDFS

PAIRING = {"6": "pairs the field with an 880", "8": "links fields within the record"}
_PARTS = {"a": BF.mainTitle, "b": BF.subtitle, "n": BF.partNumber, "p": BF.partName}
_BESIDE_TITLE = frozenset("cfgshk")
# 246 second indicator: kind of variant title (vocabulary/vartitletype); 1 is a parallel title.
_VARIANT = {"0": "por", "2": "dis", "4": "cov", "5": "atp", "6": "cap", "7": "run", "8": "spi"}
TRANSLATED, FORMER = term("vartitletype", "tra"), term("vartitletype", "for")


def title_parts(field: Field, c: Conversion, title: Node, *, scripts: bool = True) -> Node:
    """Title proper, other title, number and name of the part, each in all ``scripts`` or the field's own only."""
    for origin, tag in c.in_scripts(field) if scripts else ((field, c.tags.get(id(field))),):
        for code, text in origin.subfields:
            if code in _PARTS:
                plain = chopped(text)
                if plain:
                    title.add(_PARTS[code], literal(plain, tag))
    return title


def nonsorting(field: Field, title: Node) -> None:
    """Second indicator: how many characters (an article) are passed over in sorting."""
    if field.ind2 != "0" and field.ind2 in "123456789":
        title.add(BFLC.nonSortNum, literal(field.ind2))


def give_title(title: Node, owner: Node, field: Field, c: Conversion) -> None:
    """A title to its Work or Instance. Without $a its part or remainder is the title; without these it is none, and
    what the field says (dates, a note) is a note of the Instance.
    """
    if not title.values(BF.mainTitle):
        named = next((p for p in (BF.subtitle, BF.partName, BF.partNumber) if title.values(p)), None)
        if named is None:
            for label in c.literals(field, "fghix", chop=False):
                c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
            return
        title.out = [(BF.mainTitle if p == named else p, v) for p, v in title.out]
    owner.add(BF.title, title)


def _dates(field: Field, c: Conversion, codes: str) -> Iterator[str]:
    """Dates of a title: the full stop at the end goes in any case."""
    for origin, tag in c.in_scripts(field):
        for text in origin.all(codes):
            plain = chopped(text).rstrip(" .,;:/")
            if plain:
                yield literal(plain, tag)


@BIB.rule(
    "210",
    "ab2",
    drops=PAIRING,
    spec="ConvSpec-200-247-Titles",
    target="W or I bf:title bf:AbbreviatedTitle",
    examples=[
        Example("210 0# $aT.c. khoa học$b(Hà Nội)", 'W bf:title/bf:mainTitle "T.c. khoa học"'),
        Example("210 10 $aJ. Viet. stud.$2dnlm", 'I bf:title/bf:assigner/bf:code "dnlm"'),
    ],
)
def abbreviated_title(field: Field, c: Conversion) -> None:
    """Abbreviated title: of the ISSN network on the Work, of others on the Instance."""
    title = Node("title", BF.AbbreviatedTitle)
    title.add(BF.mainTitle, *c.each(field, "a", end="")).add(BF.qualifier, *c.each(field, "b", end=""))
    codes = [t.strip() for t in field.all("2") if t.strip()] if field.ind2 == "0" else ["issnkey"]
    for code in codes:
        title.add(BF.assigner, Node("agency", BF.Agent).add(BF.code, literal(code)))
    if title.values(BF.mainTitle):
        (c.instance if field.ind2 == "0" else c.work).add(BF.title, title)


@BIB.rule(
    "222",
    "ab",
    drops=PAIRING,
    spec="ConvSpec-200-247-Titles",
    target="W bf:title bf:KeyTitle",
    examples=[
        Example(
            "222 #0 $aVăn nghệ$b(Hà Nội. 1948)",
            "W bf:title/a bf:KeyTitle",
            'W bf:title/bf:mainTitle "Văn nghệ"',
            'W bf:title/bf:qualifier "(Hà Nội. 1948)"',
        )
    ],
)
def key_title(field: Field, c: Conversion) -> None:
    """Key title of the ISSN network."""
    title = Node("title", BF.KeyTitle)
    nonsorting(field, title)
    title.add(BF.mainTitle, *c.each(field, "a", end="")).add(BF.qualifier, *c.each(field, "b", end=""))
    if not title.bare:
        c.work.add(BF.title, title)


@BIB.rule(
    "242",
    "abcnpy",
    notes="h",
    drops=PAIRING,
    spec="ConvSpec-200-247-Titles",
    target="I bf:title bf:VariantTitle (translated)",
    examples=[
        Example(
            "242 10 $aThe tale of Kieu :$ba poem /$cNguyen Du.$yeng",
            "I bf:title/a <http://id.loc.gov/vocabulary/vartitletype/tra>",
            'I bf:title/bf:mainTitle "The tale of Kieu"@en',
            'I bf:title/bf:subtitle "a poem"@en',
            'I bf:title/bf:note/rdfs:label "Nguyen Du"@en',
        )
    ],
)
def translated_title(field: Field, c: Conversion) -> None:
    """Title translated by the cataloguer; $y is its language."""
    language = (field.get("y") or "").strip(" .").lower()
    if language:
        tag = language_tag(language, "")
        if tag and vocabulary("languages", language):
            c.tags.setdefault(id(field), tag)
        else:
            c.problem("invalid-code", "242$y", f"“{language}” is no language code; it was kept as a note.")
    title = Node("title", BF.VariantTitle, TRANSLATED)
    if language and id(field) not in c.tags:
        title.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(language)))
    nonsorting(field, title)
    title_parts(field, c, title)
    for label in c.each(field, "ch"):
        title.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
    if not title.bare:
        give_title(title, c.instance, field, c)


@BIB.rule(
    "243",
    "adfgklmnoprs",
    notes="h",
    drops=PAIRING,
    spec="ConvSpec-200-247-Titles",
    target="W bf:title bf:CollectiveTitle",
    examples=[Example("243 10 $aTác phẩm.$kTuyển tập", 'W bf:title/bf:mainTitle "Tác phẩm"')],
)
def collective_title(field: Field, c: Conversion) -> None:
    """Collective title put together by a cataloguer."""
    title = Node("title", BF.CollectiveTitle)
    nonsorting(field, title)
    title.add(BF.mainTitle, *c.each(field, "a"))
    title.add(BF.partNumber, *c.each(field, "n")).add(BF.partName, *c.each(field, "p"))
    for label in c.each(field, "dfghklmors"):
        title.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
    if not title.bare:
        give_title(title, c.work, field, c)


@BIB.rule(
    "245",
    "abcfgknps",
    notes="h",
    drops=PAIRING,
    spec="ConvSpec-200-247-Titles",
    target="W bf:title; I bf:title, bf:responsibilityStatement",
    examples=[
        Example(
            "245 10 $aTruyện Kiều :$bthơ /$cNguyễn Du.",
            'W bf:title/bf:mainTitle "Truyện Kiều : thơ"',
            'I bf:title/bf:mainTitle "Truyện Kiều"',
            'I bf:title/bf:subtitle "thơ"',
            'I bf:responsibilityStatement "Nguyễn Du"',
        ),
        Example(
            """008 990715s1999    vm            000 0 vie d
               245 04 $6880-01$aThe tale$h[microform].$nQuyển 2,$pPhần đầu
               880 04 $6245-01/$1$a斷腸新聲""",
            'I bf:title/bf:mainTitle "斷腸新聲"@vi-hani',
            'W bf:title/bflc:nonSortNum "4"',
            'I bf:title/bf:partNumber "Quyển 2"',
            'I bf:title/bf:partName "Phần đầu"',
            'I bf:note/rdfs:label "[microform]"',
        ),
    ],
)
def title_statement(field: Field, c: Conversion) -> None:
    """Title and statement of responsibility; the Work's title is the whole as one text."""
    whole = c.literals(field, "abnp")
    if whole:
        work = Node("title", BF.Title)
        nonsorting(field, work)
        c.work.out.append((BF.title, work.add(BF.mainTitle, *whole)))
        title = Node("title", BF.Title)
        nonsorting(field, title)
        give_title(title_parts(field, c, title), c.instance, field, c)
    if not _BESIDE_TITLE.isdisjoint(c.codes(field)):
        _beside_title(field, c)


def _beside_title(field: Field, c: Conversion) -> None:
    """What 245 says besides the title: responsibility, dates, version, form and material."""
    c.instance.add(BF.responsibilityStatement, *c.each(field, "c"))
    if not any(c.record.values("046", "k")):
        c.work.add(BF.originDate, *_dates(field, c, "f"))
    c.work.add(BF.originDate, *_dates(field, c, "g"))
    c.work.add(BF.version, *c.each(field, "s"))
    for label in c.each(field, "k"):
        c.work.add(BF.genreForm, Node("genre", BF.GenreForm).add(RDFS.label, label))
    for label in c.each(field, "h"):
        c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))


@BIB.rule(
    "246 211 212 214",
    "abfinp5",
    notes="gh",
    drops=PAIRING,
    spec="ConvSpec-200-247-Titles",
    target="W or I bf:title bf:VariantTitle, bf:ParallelTitle",
    examples=[
        Example(
            "246 1# $iTên khác:$aĐoạn trường tân thanh",
            "W bf:title/a bf:VariantTitle",
            'W bf:title/bf:mainTitle "Đoạn trường tân thanh"',
            'W bf:title/bf:note/rdfs:label "Tên khác"',
        ),
        Example("246 31 $aTale of Kieu", "W bf:title/a bf:ParallelTitle"),
        Example(
            "246 18 $aKiều$5VN-HaNLV",
            "I bf:title/a <http://id.loc.gov/vocabulary/vartitletype/spi>",
            "I bf:title/bflc:applicableInstitution <http://id.loc.gov/vocabulary/organizations/vnhanlv>",
        ),
    ],
)
def varying_title(field: Field, c: Conversion) -> None:
    """Varying form of title: those on cover and spine belong to the Instance."""
    mark = field.ind2 if field.tag == "246" else " "  # the others are obsolete: acronym, access and augmented titles
    title = Node("title", BF.ParallelTitle if mark == "1" else BF.VariantTitle)
    if mark in _VARIANT:
        title.add(RDF.type, term("vartitletype", _VARIANT[mark]))
    for label in c.each(field, "i"):
        title.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
    title_parts(field, c, title)
    title.add(BF.date, *_dates(field, c, "f"))
    for label in c.each(field, "gh"):
        title.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
    if not title.bare:
        institution(field, title)
        give_title(title, c.instance if mark in ("4", "8") else c.work, field, c)


@BIB.rule(
    "247",
    "abfgnpx",
    notes="h",
    drops=PAIRING,
    spec="ConvSpec-200-247-Titles",
    target="W bf:title bf:VariantTitle (former)",
    examples=[
        Example(
            "247 10 $aTập san khoa học$f1960-1975$g(bán nguyệt san)$x0866-7667",
            "W bf:title/a <http://id.loc.gov/vocabulary/vartitletype/for>",
            'W bf:title/bf:mainTitle "Tập san khoa học"',
            'W bf:title/bf:date "1960-1975"',
            'W bf:title/bf:qualifier "bán nguyệt san"',
            'W bf:title/bf:identifiedBy/rdf:value "0866-7667"',
        ),
        Example("247 10 $pTập san", 'W bf:title/bf:mainTitle "Tập san"'),
        Example("247 10 $f1960-1975", "!W bf:title/a bf:VariantTitle", 'I bf:note/rdfs:label "1960-1975"'),
    ],
)
def former_title(field: Field, c: Conversion) -> None:
    """Former title; a 547 in the same place explains it."""
    title = Node("title", BF.VariantTitle, FORMER)
    title_parts(field, c, title)
    title.add(BF.date, *_dates(field, c, "f"))
    title.add(BF.qualifier, *c.each(field, "g", parentheses=True))
    for text in field.all("x"):
        if chopped(text):
            title.add(BF.identifiedBy, Node("identifier", BF.Issn).add(RDF.value, literal(chopped(text))))
    for label in c.each(field, "h"):
        title.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
    explained = c.record.all("547")
    if explained:
        place = next(n for n, f in enumerate(c.record.all("247")) if f is field)
        if place < len(explained):
            for label in c.literals(explained[place], "a", chop=False):
                title.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
    if not title.bare:
        give_title(title, c.work, field, c)
