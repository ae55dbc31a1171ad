"""Characteristics of the content: 351–388, save music's medium (ConvSpec-3XX)."""

from __future__ import annotations

from converters.bibframe.bib.f340_348 import add_numbers, first_iri, with_numbers
from converters.bibframe.control_subfields import applies_to, iri_of, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, BFLC, RDF, RDFS

PAIRING = {"6": "pairs the field with an 880", "8": "links fields within the record"}
DEMOGRAPHIC = "http://id.loc.gov/authorities/demographicTerms/"


@BIB.rule(
    "351",
    "abc3",
    drops=PAIRING,
    spec="ConvSpec-3XX",
    target="W bf:collectionArrangement",
    examples=[
        Example(
            "351 ## $aXếp thành hai loạt;$btheo năm$cbộ sưu tập",
            'W bf:collectionArrangement/bf:collectionOrganization "Xếp thành hai loạt"',
            'W bf:collectionArrangement/bf:pattern "theo năm"',
            'W bf:collectionArrangement/bf:hierarchicalLevel "bộ sưu tập"',
        )
    ],
)
def arrangement(field: Field, c: Conversion) -> None:
    """Organization and arrangement of archives."""
    node = Node("arrangement", BF.CollectionArrangement)
    for code, name in (("c", BF.hierarchicalLevel), ("a", BF.collectionOrganization), ("b", BF.pattern)):
        node.add(name, *c.each(field, code))
    if not node.bare:
        applies_to(field, node)
        c.work.add(BF.collectionArrangement, node)


@BIB.rule(
    "353",
    "ab023",
    drops={**PAIRING, "1": "URI of the thing itself"},
    spec="ConvSpec-3XX",
    target="W bf:supplementaryContent",
    examples=[
        Example(
            "353 ## $abibliography$bbibliography",
            "W bf:supplementaryContent <http://id.loc.gov/vocabulary/msupplcont/bibliography>",
        ),
        Example("353 ## $aphụ lục ảnh", 'W bf:supplementaryContent/rdfs:label "phụ lục ảnh"'),
    ],
)
def supplementary_content(field: Field, c: Conversion) -> None:
    """Bibliographies, indexes and the like."""
    known = [t for t in (vocabulary("msupplcont", text.strip()) for text in field.all("b")) if t]
    c.work.add(BF.supplementaryContent, *known)
    labels = c.each(field, "a")
    if labels and not known:
        node = Node("supplement", BF.SupplementaryContent).add(RDFS.label, *labels)
        add_numbers(node, field.all("0"))
        applies_to(field, node.add(BF.source, source(field)))
        c.work.add(BF.supplementaryContent, node)


@BIB.rule(
    "355 357",
    "abcdefghjz5",
    drops=PAIRING,
    spec="MARC 21 fields 355, 357 (LC: no attempt to code)",
    target="I bf:usageAndAccessPolicy",
    examples=[
        Example("355 0# $aMật$bchỉ lưu hành nội bộ", 'I bf:usageAndAccessPolicy/rdfs:label "Mật, chỉ lưu hành nội bộ"')
    ],
)
def security(field: Field, c: Conversion) -> None:
    """Security classification and control of dissemination."""
    for origin, tag in c.in_scripts(field):
        text = ", ".join(filter(None, map(chopped, origin.all("abcdefghjz"))))
        if text:
            node = Node("policy", BF.UsageAndAccessPolicy).add(RDFS.label, literal(text, tag))
            c.instance.add(BF.usageAndAccessPolicy, node)


@BIB.rule(
    "370",
    "cg02",
    notes="abefisuv",
    drops={**PAIRING, "1": "URI of the place itself", "3": "part of the resource", "t": "period of the place"},
    spec="ConvSpec-3XX",
    target="W bf:originPlace",
    examples=[Example("370 ## $gHà Nội$2naf", 'W bf:originPlace/rdfs:label "Hà Nội"')],
)
def associated_place(field: Field, c: Conversion) -> None:
    """Country ($c) and place of origin ($g); other places are kept as notes."""
    for origin, tag in c.in_scripts(field):
        for code, raw, numbers in with_numbers(origin, "abcefgisuv"):
            label = chopped(raw)
            if code not in "cg":
                if label:
                    text = literal(f"Associated place: {label}", tag)
                    c.work.add(BF.note, Node("note", BF.Note).add(RDFS.label, text))
                continue
            known = first_iri(numbers)
            if label or known:
                place = Node("place", BF.Place).add(RDFS.label, literal(label, tag) if label else None)
                place.iri = known or ""
                add_numbers(place, numbers, known)
                c.work.add(BF.originPlace, place.add(BF.source, source(field, "subjectSchemes")))


@BIB.rule(
    "377",
    "al023",
    drops={**PAIRING, "1": "URI of the language itself"},
    spec="ConvSpec-3XX",
    target="W bf:language",
    examples=[
        Example("377 ## $avie", "W bf:language <http://id.loc.gov/vocabulary/languages/vie>"),
        Example("377 ## $lPali", 'W bf:language/rdfs:label "Pali"'),
        Example("377 #7 $apli$2iso639-3", 'W bf:language/rdf:value "pli"'),
    ],
)
def associated_language(field: Field, c: Conversion) -> None:
    """Language of the expression."""
    for code, raw, numbers in with_numbers(field, "al"):
        text = chopped(raw)
        if not text:
            continue
        known = vocabulary("languages", text.lower()) if code == "a" and field.ind2 == " " else first_iri(numbers)
        if known and code == "a":
            c.work.add(BF.language, known)
            continue
        node = Node("language", BF.Language).add(RDFS.label if code == "l" else RDF.value, literal(text))
        node.iri = known or ""
        add_numbers(node, numbers, known)
        applies_to(field, node.add(BF.source, source(field)))
        c.work.add(BF.language, node)


@BIB.rule(
    "380",
    "a023",
    drops={**PAIRING, "1": "URI of the thing itself"},
    spec="ConvSpec-3XX",
    target="W bf:genreForm",
    examples=[
        Example(
            "380 ## $aTiểu thuyết$2lcgft",
            'W bf:genreForm/rdfs:label "Tiểu thuyết"',
            "W bf:genreForm/bf:source <http://id.loc.gov/vocabulary/genreFormSchemes/lcgft>",
        )
    ],
)
def form_of_work(field: Field, c: Conversion) -> None:
    """Form of work."""
    for origin, tag in c.in_scripts(field):
        for _, raw, numbers in with_numbers(origin, "a"):
            if spaced(raw):
                node = Node("genre", BF.GenreForm).add(RDFS.label, literal(spaced(raw), tag))
                add_numbers(node, numbers)
                applies_to(origin, node, tag)
                c.work.add(BF.genreForm, node.add(BF.source, source(field, "genreFormSchemes")))


@BIB.rule(
    "381",
    "auv",
    drops={**PAIRING, "0": "number of the term", "1": "URI of the thing", "2": "source of the term", "3": "part"},
    spec="MARC 21 field 381 (LC: no attempt to code)",
    target="W bf:note",
    examples=[Example("381 ## $aBản rút gọn", 'W bf:note/rdfs:label "Bản rút gọn"')],
)
def distinguishing_characteristic(field: Field, c: Conversion) -> None:
    """What tells the work or expression from others of the same title."""
    for label in c.each(field, "auv"):
        c.work.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))


@BIB.rule(
    "383",
    "abcde3",
    drops={**PAIRING, "2": "source of the thematic index, which $d or $e names"},
    spec="ConvSpec-3XX",
    target="W bf:identifiedBy bf:OpusNumber, bf:SerialNumber, bf:ThematicCatalogNumber",
    examples=[
        Example("383 ## $ano. 14$bop. 27", 'W bf:identifiedBy/rdf:value "op. 27, no. 14"'),
        Example(
            "383 ## $cK. 525$dKöchel",
            "W bf:identifiedBy/a bf:ThematicCatalogNumber",
            'W bf:identifiedBy/bf:source/bf:code "Köchel"',
        ),
    ],
)
def music_number(field: Field, c: Conversion) -> None:
    """Serial, opus and thematic index numbers of musical works."""
    serials, opuses = c.each(field, "a", end=""), c.each(field, "b", end="")
    origin = next((spaced(t) for t in field.all("de") if t.strip()), "")
    found: list[Node] = []
    if len(serials) == 1 and opuses:
        text = f"{spaced(field.get('b') or '')}, {spaced(field.get('a') or '')}"
        found.append(Node("identifier", BF.OpusNumber).add(RDF.value, literal(text)))
    else:
        found.extend(Node("identifier", BF.SerialNumber).add(RDF.value, t) for t in serials)
        found.extend(Node("identifier", BF.OpusNumber).add(RDF.value, t) for t in opuses)
    found.extend(Node("identifier", BF.ThematicCatalogNumber).add(RDF.value, t) for t in c.each(field, "c", end=""))
    for node in found:
        if origin:
            node.add(BF.source, Node("source", BF.Source).add(BF.code, literal(origin)))
        applies_to(field, node)
        c.work.add(BF.identifiedBy, node)


@BIB.rule(
    "384",
    "a3",
    drops=PAIRING,
    spec="ConvSpec-3XX",
    target="W bf:keyMode",
    examples=[Example("384 0# $aĐô trưởng", 'W bf:keyMode/rdfs:label "Đô trưởng"')],
)
def key(field: Field, c: Conversion) -> None:
    """Key of a musical work."""
    for label in c.each(field, "a"):
        node = Node("key", BF.KeyMode).add(RDFS.label, label)
        applies_to(field, node)
        c.work.add(BF.keyMode, node)


@BIB.rule(
    "385 386",
    "abimn023",
    drops={**PAIRING, "1": "URI of the group itself", "4": "relationship of the group to the creator"},
    spec="ConvSpec-3XX",
    target="W bf:intendedAudience, bflc:creatorCharacteristic",
    examples=[
        Example("385 ## $aSinh viên", 'W bf:intendedAudience/rdfs:label "Sinh viên"'),
        Example(
            "386 ## $aVietnamese$0http://id.loc.gov/authorities/demographicTerms/dg2015060001$2lcdgt",
            "W bflc:creatorCharacteristic <http://id.loc.gov/authorities/demographicTerms/dg2015060001>",
        ),
        Example("385 ## $mNghề nghiệp", 'W bf:intendedAudience/rdfs:label "Nghề nghiệp"'),
    ],
)
def group(field: Field, c: Conversion) -> None:
    """Audience (385) and creators (386) as demographic groups."""
    audience = field.tag == "385"
    name = BF.intendedAudience if audience else BFLC.creatorCharacteristic
    kind = BF.IntendedAudience if audience else BFLC.CreatorCharacteristic
    for origin, tag in c.in_scripts(field):
        for code, raw, numbers in with_numbers(origin, "a" if origin.all("a") else "m", between="bn"):
            label = chopped(raw)
            known = first_iri(numbers) or next((t for t in map(_demographic, numbers) if t), None)
            if known or label:
                node = Node("group", kind if code == "a" else BFLC.DemographicGroup)
                node.iri = known or ""
                node.add(RDFS.label, literal(label, tag) if label else None)
                numbers = [n for n in numbers if known is None or known not in (iri_of(n), _demographic(n))]
                for text in origin.all("bn"):
                    node.add(BF.code, literal(spaced(text)) if text.strip() else None)
                for text in origin.all("m") if code == "a" else ():
                    if chopped(text):
                        node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(chopped(text), tag)))
                add_numbers(node, numbers)
                applies_to(origin, node, tag)
                c.work.add(name, node.add(BF.source, source(field, "subjectSchemes")))
    for label in c.each(field, "i"):
        c.work.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
    if not field.all("a"):
        for text in field.all("n"):
            c.work.add(name, iri(f"{DEMOGRAPHIC}{text.strip()}") if text.strip() else None)


def _demographic(text: str) -> str | None:
    """``(DLC)dg2015060001`` and ``(DLC)sh 85…`` as URIs."""
    number = text.rpartition(")")[2].replace(" ", "")
    if number.startswith("dg"):
        return iri_of(f"{DEMOGRAPHIC}{number}")
    return iri_of(f"http://id.loc.gov/authorities/subjects/{number}") if number.startswith("sh") else None


@BIB.rule(
    "388",
    "a3",
    drops={**PAIRING, "0": "number of the period", "1": "URI of the period", "2": "source of the term"},
    spec="MARC 21 field 388 (LC: no attempt to code)",
    target="W bf:originDate",
    examples=[Example("388 1# $aThế kỷ 19$2local", 'W bf:originDate "Thế kỷ 19"')],
)
def time_of_creation(field: Field, c: Conversion) -> None:
    """Period in which the work (or the aggregate) was made."""
    c.work.add(BF.originDate, *c.each(field, "a"))
