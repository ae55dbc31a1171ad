"""001–093: numbers, dates, codes and classification of an authority record.

Numbers that name the same authority elsewhere (LCCN, VIAF, ISNI, Wikidata, GND, FAST …) become ``skos:exactMatch``
and stay as identifiers where they are no URI. Sources: MARC 21 Authority 001–093; id.loc.gov and the agencies' own
URI rules.
"""

from __future__ import annotations

from converters.bibframe.authority.f7xx_links import external_iri, loc_iri
from converters.bibframe.control_subfields import agency_or_iri, coded, identifier, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.edtf import day_time, entered
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import AUTHORITY, Example
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, RDF, RDFS, SKOS, XSD

_LINKS = {"6": "links to the other script", "8": "links fields of the record", "7": "provenance of the data"}

_TEMPLATES = {
    "viaf": "http://viaf.org/viaf/{}",
    "isni": "http://isni.org/isni/{}",
    "orcid": "https://orcid.org/{}",
    "wikidata": "http://www.wikidata.org/entity/{}",
    "gnd": "https://d-nb.info/gnd/{}",
    "fast": "http://id.worldcat.org/fast/{}",
    "bnfcg": "http://catalogue.bnf.fr/ark:/12148/cb{}",
    "geonames": "https://sws.geonames.org/{}/",
    "geoname": "https://sws.geonames.org/{}/",
    "tgn": "http://vocab.getty.edu/tgn/{}",
    "ulan": "http://vocab.getty.edu/ulan/{}",
    "aat": "http://vocab.getty.edu/aat/{}",
    "mesh": "http://id.nlm.nih.gov/mesh/{}",
}
"""URI of a number by the source code in 024 $2, as its agency writes it."""
_CLASSES = {"isni": BF.Isni, "uri": BF.Identifier, "eidr": BF.Eidr, "hdl": BF.Hdl, "doi": BF.Doi, "urn": BF.Urn}
_BLANKS = str.maketrans("", "", " -")


@AUTHORITY.rule(
    "001 003",
    spec="MARC 21 Authority 001, 003",
    target="A bf:adminMetadata/bf:identifiedBy",
    examples=[
        Example(
            "001 fst01986637\n003 OCoLC\n100 1# $aFaris, Anna",
            'A bf:adminMetadata/bf:identifiedBy/rdf:value "fst01986637"',
            'A bf:adminMetadata/bf:identifiedBy/bf:assigner/bf:code "OCoLC"',
        )
    ],
)
def control_number(field: Field, c: Conversion) -> None:
    """The record's own number, with who gave it."""
    if field.tag == "001" and c.authority is not None and field.value.strip():
        number = Node("identifier", BF.Local).add(RDF.value, literal(field.value.strip()))
        by = c.record.control("003").strip()
        number.add(BF.assigner, agency_or_iri(by) if by else None)
        c.administration.add(BF.identifiedBy, number)


@AUTHORITY.rule(
    "005 008 LDR",
    spec="MARC 21 Authority 005, 008/00-05, 008/11",
    target="A bf:adminMetadata/bf:changeDate, bf:creationDate",
    examples=[
        Example(
            "005 20211104161855.0\n008 180423n| anznnbabn          || aaa     d\n100 1# $aFaris, Anna",
            'A bf:adminMetadata/bf:changeDate "2021-11-04T16:18:55"^^xsd:dateTime',
            'A bf:adminMetadata/bf:creationDate "2018-04-23"^^xsd:date',
        )
    ],
)
def record_dates(field: Field, c: Conversion) -> None:
    """When the record was made and last changed; 008/11 is read with the heading."""
    if field.tag == "005" and (moment := day_time(field.value)):
        c.administration.add(BF.changeDate, literal(moment, datatype=XSD.dateTime))
    elif field.tag == "008" and (day := entered(field.value[:6])):
        c.administration.add(BF.creationDate, literal(f"{day[:4]}-{day[4:6]}-{day[6:]}", datatype=XSD.date))


@AUTHORITY.step
def administration(c: Conversion) -> None:
    """The description of the record itself, when it says anything."""
    if c.authority is not None and not c.administration.bare:
        c.authority.add(BF.adminMetadata, c.administration)


@AUTHORITY.rule(
    "040",
    "abcdef",
    drops=_LINKS,
    spec="MARC 21 Authority 040",
    target="A bf:adminMetadata/bf:assigner, bf:descriptionLanguage, bf:descriptionModifier, bf:descriptionConventions",
    examples=[
        Example(
            "040 ## $aVN-HNQG$bvie$cVN-HNQG$dVN-X$erda$fbtkqg\n100 1# $aNguyễn, Du",
            'A bf:adminMetadata/bf:assigner/bf:code "VN-HNQG"',
            "A bf:adminMetadata/bf:descriptionLanguage <http://id.loc.gov/vocabulary/languages/vie>",
            'A bf:adminMetadata/bf:descriptionModifier/bf:code "VN-X"',
            "A bf:adminMetadata/bf:descriptionConventions <http://id.loc.gov/vocabulary/descriptionConventions/rda>",
        )
    ],
)
def cataloging_source(field: Field, c: Conversion) -> None:
    """Who made the record, in which language, by which rules; $f is read with the heading."""
    seen = set()
    for code, raw in field.subfields:
        text = raw.strip()
        if not text:
            continue
        if code in "ac" and text not in seen:
            seen.add(text)
            c.administration.add(BF.assigner, agency_or_iri(text))
        elif code == "d":
            c.administration.add(BF.descriptionModifier, agency_or_iri(text))
        elif code == "b":
            c.administration.add(BF.descriptionLanguage, coded(c, "languages", text, "040$b"))
        elif code == "e":
            known = vocabulary("descriptionConventions", text)
            other = Node("conventions", BF.DescriptionConventions).add(BF.code, literal(text))
            c.administration.add(BF.descriptionConventions, known or other)


@AUTHORITY.rule(
    "042 043 045",
    "abc",
    drops={**_LINKS, "2": "source of the code", "0": "URI of the code", "1": "URI of the code"},
    spec="MARC 21 Authority 042, 043, 045",
    target="A bf:adminMetadata/bf:descriptionAuthentication, A bf:geographicCoverage, bf:temporalCoverage",
    examples=[
        Example(
            "042 ## $apcc\n043 ## $aa-vt---\n150 ## $aThơ",
            "A bf:adminMetadata/bf:descriptionAuthentication <http://id.loc.gov/vocabulary/marcauthen/pcc>",
            "A bf:geographicCoverage <http://id.loc.gov/vocabulary/geographicAreas/a-vt>",
        ),
        Example("045 ## $aw4w6\n150 ## $aThơ", 'A bf:temporalCoverage "w4w6"'),
    ],
)
def coded_areas(field: Field, c: Conversion) -> None:
    """Authentication, geographic area and time period by code."""
    if c.authority is None:
        return
    for text in field.all("a" if field.tag != "045" else "abc"):
        text = text.strip()
        if not text:
            continue
        if field.tag == "042":
            c.administration.add(BF.descriptionAuthentication, coded(c, "marcauthen", text, "042$a"))
        elif field.tag == "043":
            c.authority.add(BF.geographicCoverage, coded(c, "geographicAreas", text.rstrip("-"), "043$a"))
        else:
            c.authority.add(BF.temporalCoverage, literal(text))


@AUTHORITY.rule(
    "010 016 035",
    "az",
    drops={**_LINKS, "2": "read as the number's source"},
    spec="MARC 21 Authority 010, 016, 035",
    target="A bf:identifiedBy, skos:exactMatch",
    examples=[
        Example(
            "010 ## $an  79021164\n035 ## $a(DE-588)118540238\n035 ## $a(OCoLC)fst01986637\n100 1# $aX",
            'A bf:identifiedBy/rdf:value "n  79021164"',
            "A skos:exactMatch <http://id.loc.gov/authorities/names/n79021164>",
            "A skos:exactMatch <https://d-nb.info/gnd/118540238>",
            "A skos:exactMatch <http://id.worldcat.org/fast/1986637>",
        ),
        Example(
            "016 7# $a123$2VN-HNQG\n100 1# $aX",
            'A bf:identifiedBy/rdf:value "123"',
            'A bf:identifiedBy/bf:source/bf:code "VN-HNQG"',
        ),
    ],
)
def record_numbers(field: Field, c: Conversion) -> None:
    """Numbers of the record in national files; those that agencies resolve are matches too."""
    root = c.authority
    if root is None:
        return
    for code, raw in field.subfields:
        text = raw.strip()
        if code not in "az" or not text:
            continue
        if field.tag == "010":
            node = Node("identifier", BF.Lccn).add(RDF.value, literal(text))
            match = loc_iri(text)
        elif field.tag == "016":
            node = Node("identifier", BF.Nbn).add(RDF.value, literal(text))
            node.add(BF.source, source(field))
            match = None
        else:
            node = identifier(text, BF.Local)
            match = external_iri(text)
        if code == "z":
            node.add(BF.status, "<http://id.loc.gov/vocabulary/mstatus/cancinv>")
            match = None
        root.add(BF.identifiedBy, node).add(SKOS.exactMatch, match)


@AUTHORITY.rule(
    "024",
    "az012",
    drops={**_LINKS, "c": "terms of availability", "d": "additional codes", "q": "qualifier"},
    spec="MARC 21 Authority 024",
    target="A skos:exactMatch, bf:identifiedBy",
    examples=[
        Example(
            "024 7# $a107806241$2viaf\n024 7# $aQ36014$2wikidata\n024 7# $a0000000121174585$2isni\n100 1# $aX",
            "A skos:exactMatch <http://viaf.org/viaf/107806241>",
            "A skos:exactMatch <http://www.wikidata.org/entity/Q36014>",
            "A skos:exactMatch <http://isni.org/isni/0000000121174585>",
            "A bf:identifiedBy/a bf:Isni",
        ),
        Example(
            "024 7# $ahttp://id.worldcat.org/fast/1986637$2uri\n100 1# $aX",
            "A skos:exactMatch <http://id.worldcat.org/fast/1986637>",
        ),
        Example(
            "024 7# $a12-3$2localx\n100 1# $aX",
            'A bf:identifiedBy/rdf:value "12-3"',
            'A bf:identifiedBy/bf:source/bf:code "localx"',
        ),
    ],
)
def standard_identifier(field: Field, c: Conversion) -> None:
    """An identifier by its source ($2): a URI is a match; a number that its agency resolves is both."""
    root = c.authority
    if root is None:
        return
    scheme = (field.get("2") or "").strip().casefold()
    for code, raw in field.subfields:
        text = raw.strip()
        if not text:
            continue
        if code in "01":
            root.add(SKOS.exactMatch, external_iri(text))
        elif code in "az":
            match = None if code == "z" else _match(text, scheme)
            if match is not None and "://" in text:
                root.add(SKOS.exactMatch, match)
                continue
            node = Node("identifier", _CLASSES.get(scheme, BF.Identifier)).add(RDF.value, literal(text))
            if scheme and scheme not in _CLASSES:
                node.add(BF.source, source(field))
            if code == "z":
                node.add(BF.status, "<http://id.loc.gov/vocabulary/mstatus/cancinv>")
            root.add(BF.identifiedBy, node).add(SKOS.exactMatch, match)


def _match(text: str, scheme: str) -> str | None:
    """IRI of a number in a file that gives its numbers URIs; None when the number is not of that form."""
    if "://" in text:
        return external_iri(text)
    if scheme in ("lcnaf", "naf", "lccn", "lcsh"):
        return loc_iri(text)
    template = _TEMPLATES.get(scheme)
    if template is None:
        return None
    number = text
    if scheme == "isni":
        number = text.translate(_BLANKS)
    elif scheme == "fast":
        number = text.removeprefix("fst").lstrip("0")
    if not number.replace("-", "").isalnum() or not number.isascii():
        return None
    return iri(template.format(number))


_CLASSIFICATIONS = {
    "050": BF.ClassificationLcc,
    "053": BF.ClassificationLcc,
    "055": BF.ClassificationLcc,
    "060": BF.ClassificationNlm,
    "065": BF.Classification,
    "070": BF.ClassificationNal,
    "080": BF.ClassificationUdc,
    "082": BF.ClassificationDdc,
    "083": BF.ClassificationDdc,
    "086": BF.Classification,
    "087": BF.Classification,
}


@AUTHORITY.rule(
    "050 053 055 060 065 070 080 082 083 086 087",
    "abc2xyz",
    drops={
        **_LINKS,
        "d": "volumes the number is for",
        "5": "institution that uses the number",
        "m": "standard or optional",
        "q": "assigning agency",
        "0": "URI of the number",
        "1": "URI of the number",
    },
    spec="MARC 21 Authority 050–087",
    target="A bf:classification",
    examples=[
        Example(
            "053 #0 $aPR6005.H66$cThơ\n082 04 $a895.922$223\n100 1# $aX",
            'A bf:classification/bf:classificationPortion "PR6005.H66"',
            'A bf:classification/bf:note/rdfs:label "Thơ"',
            "A bf:classification/a bf:ClassificationDdc",
            'A bf:classification/bf:source/bf:code "23"',
        ),
        Example(
            "053 #0 $aNA1$bNA60\n150 ## $aX",
            'A bf:classification/bf:classificationPortion "NA1"',
            'A bf:classification/bf:spanEnd "NA60"',
        ),
    ],
)
def classification(field: Field, c: Conversion) -> None:
    """Numbers at which works on the heading stand; a span has its end in $b (053, 083: $c)."""
    root = c.authority
    number = chopped(field.get("a") or "", end=" ")
    if root is None or not number:
        return
    tag = field.tag
    node = Node("classification", _CLASSIFICATIONS[tag]).add(BF.classificationPortion, literal(number))
    second, third = (field.get("b") or "").strip(), (field.get("c") or "").strip()
    if tag == "083":
        node.add(BF.spanEnd, literal(third) if third else None)
    else:
        node.add(BF.spanEnd if tag in ("053", "065") else BF.itemPortion, literal(second) if second else None)
        if third:
            node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(third)))
    if field.get("2"):
        node.add(BF.source, source(field))
    root.add(BF.classification, node)


@AUTHORITY.rule(
    "034",
    "defg",
    drops={
        **_LINKS,
        **dict.fromkeys("abchjkmnprstxyz", "scale and celestial data, not about the place"),
        "2": "source of the coordinates",
        "0": "source of the coordinates",
        "1": "source of the coordinates",
        "3": "part the coordinates are about",
    },
    spec="MARC 21 Authority 034",
    target="A madsrdf:identifiesRWO/bf:coordinates",
    examples=[
        Example(
            "034 ## $dE1055100$eE1055100$fN0210200$gN0210200\n151 ## $aHà Nội (Việt Nam)",
            'A madsrdf:identifiesRWO/bf:coordinates "E1055100 E1055100 N0210200 N0210200"',
        )
    ],
)
def coordinates(field: Field, c: Conversion) -> None:
    """Bounds of the place: west, east, north, south, as the record writes them."""
    text = " ".join(t.strip() for code in "defg" for t in field.all(code) if t.strip())
    if c.thing is not None and text:
        c.thing.add(BF.coordinates, literal(text))


@AUTHORITY.rule(
    "014 020 022 031 052 066 072 073 336 643 644 645 646 641 642 640",
    notes="abcdfinpxyz",
    drops={
        **_LINKS,
        "5": "institution that treats the series so",
        "2": "source of the code",
        **dict.fromkeys("eghjklmoqrstuvw013", "detail of the series treatment or incipit"),
    },
    spec="MARC 21 Authority 014, 020, 022, 031, 052, 066, 072, 073, 336, 640–646",
    target="A bf:identifiedBy, skos:note",
    examples=[
        Example("022 ## $a0866-7217\n130 #0 $aTạp chí X", 'A bf:identifiedBy/rdf:value "0866-7217"'),
        Example("640 1# $aTập 1 (1990)-\n130 #0 $aTủ sách X", 'A skos:note "Tập 1 (1990)-"'),
        Example("072 #7 $aPL$2lcco\n150 ## $aThơ", 'A skos:notation "PL"'),
    ],
)
def series_and_codes(field: Field, c: Conversion) -> None:
    """ISBN and ISSN of a series, its numbering and treatment as notes, codes of areas and categories as notations."""
    root = c.authority
    if root is None:
        return
    tag = field.tag
    if tag in ("020", "022"):
        kind = BF.Isbn if tag == "020" else BF.Issn
        for text in field.all("a"):
            if text.strip():
                root.add(BF.identifiedBy, Node("identifier", kind).add(RDF.value, literal(text.strip())))
    elif tag in ("052", "072", "073"):
        text = " ".join(" ".join(field.all("abxz")).split())
        root.add(SKOS.notation, literal(text) if text else None)
    elif tag == "336":
        for text in field.all("a"):
            root.add(SKOS.note, literal(text.strip()) if text.strip() else None)
    elif tag[0] == "6":
        text = " ".join(" ".join(field.all("abcdfinpxyz")).split())
        root.add(SKOS.note, literal(text) if text else None)
