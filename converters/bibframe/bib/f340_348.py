"""Characteristics of the carrier, of sound, image, file and notated music: 340–348, 352 (ConvSpec-3XX)."""

from __future__ import annotations

from collections.abc import Iterator

from converters.bibframe.control_subfields import applies_to, identifier, iri_of, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.codes import code_of, vocabulary
from ontologies.namespaces import BF, LC_VOCABULARY, MADS, RDF, RDFS

PAIRING = {"6": "pairs the field with an 880", "8": "links fields within the record"}

# 340: property and class of each subfield.
_MEDIUM = {
    "a": (BF.baseMaterial, BF.BaseMaterial), "c": (BF.appliedMaterial, BF.AppliedMaterial),
    "d": (BF.productionMethod, BF.ProductionMethod), "e": (BF.mount, BF.Mount),
    "f": (BF.reductionRatio, BF.ReductionRatio), "g": (BF.colorContent, BF.ColorContent),
    "j": (BF.generation, BF.Generation), "k": (BF.layout, BF.Layout), "l": (BF.binding, BF.Binding),
    "m": (BF.bookFormat, BF.BookFormat), "n": (BF.fontSize, BF.FontSize), "o": (BF.polarity, BF.Polarity),
    "q": (BF.reductionRatio, BF.ReductionRatio),
}  # fmt: skip
# 344–348: property, class and the list of LC in which the word may stand.
_CHARACTERISTIC = {
    "344a": (BF.soundCharacteristic, BF.RecordingMethod, "mrectype"),
    "344b": (BF.soundCharacteristic, BF.RecordingMedium, "mrecmedium"),
    "344c": (BF.soundCharacteristic, BF.PlayingSpeed, ""),
    "344d": (BF.soundCharacteristic, BF.GrooveCharacteristic, "mgroove"),
    "344e": (BF.soundCharacteristic, BF.TrackConfig, ""),
    "344f": (BF.soundCharacteristic, BF.TapeConfig, ""),
    "344g": (BF.soundCharacteristic, BF.PlaybackChannels, "mplayback"),
    "344h": (BF.soundCharacteristic, BF.PlaybackCharacteristic, "mspecplayback"),
    "344i": (BF.soundContent, BF.SoundContent, "msoundcontent"),
    "344j": (BF.soundCharacteristic, BF.RecordingMethod, "mrectype"),
    "345a": (BF.projectionCharacteristic, BF.PresentationFormat, "mpresformat"),
    "345b": (BF.projectionCharacteristic, BF.ProjectionSpeed, ""),
    "345c": (BF.aspectRatio, BF.AspectRatio, ""),
    "345d": (BF.aspectRatio, BF.AspectRatio, "maspect"),
    "346a": (BF.videoCharacteristic, BF.VideoFormat, "mvidformat"),
    "346b": (BF.videoCharacteristic, BF.BroadcastStandard, "mbroadstd"),
    "347a": (BF.digitalCharacteristic, BF.FileType, "mfiletype"),
    "347b": (BF.digitalCharacteristic, BF.EncodingFormat, "mencformat"),
    "347c": (BF.digitalCharacteristic, BF.FileSize, ""),
    "347d": (BF.digitalCharacteristic, BF.Resolution, ""),
    "347e": (BF.digitalCharacteristic, BF.RegionalEncoding, "mregencoding"),
    "347f": (BF.digitalCharacteristic, BF.EncodedBitrate, ""),
    "348a": (BF.musicFormat, BF.MusicFormat, "mmusicformat"),
    "348b": (BF.musicFormat, BF.MusicFormat, "mmusicformat"),
    "348d": (BF.notation, BF.MusicNotation, "mmusnotation"),
    "348c": (BF.notation, BF.MusicNotation, "mmusnotation"),
}
# 347 $b as it is written freely: a part of the word, and the format it means.
_ENCODING = (("cd aud", "cda"), ("bluray", "bluray"), ("dvd", "dvdv"), ("sacd", "sacd"), ("mp3", "mp3"), ("pdf", "pdf"))
_SIMILAR = {"quadraphonic": "surround", "8 mm": "8mm", "hi-8 mm": "hi-8mm"}


def with_numbers(field: Field, codes: str, *, between: str = "") -> Iterator[tuple[str, str, list[str]]]:
    """Each subfield among ``codes`` with the $0 and $1 that follow it; subfields ``between`` may stand before those."""
    current: tuple[str, str, list[str]] | None = None
    for code, text in field.subfields:
        if code in "01":
            if current is not None:
                current[2].append(text)
        elif code in "23568" or code in between:
            continue
        else:
            if current is not None:
                yield current
            current = (code, text, []) if code in codes else None
    if current is not None:
        yield current


def add_numbers(node: Node, texts: list[str], own: str | None = None) -> None:
    """$0 and $1: URIs as related authorities, save the node's ``own``; numbers as identifiers."""
    for text in texts:
        known = iri_of(text)
        if known:
            node.add(MADS.hasRelatedAuthority, known if known != own else None)
        elif text.strip():
            node.add(BF.identifiedBy, identifier(text.strip()))


def first_iri(texts: list[str]) -> str | None:
    """The first of some $0 or $1 that is a URI, as a term."""
    return next((t for t in map(iri_of, texts) if t), None)


@BIB.rule(
    "340",
    "abcdefghijklmnopq0123",
    drops=PAIRING,
    spec="ConvSpec-3XX",
    target="I bf:baseMaterial, bf:colorContent, bf:binding …; W bf:illustrativeContent",
    examples=[
        Example(
            "340 ## $agiấy dó$b18 x 25 cm$c mực nho$2rdamat$3bìa",
            'I bf:baseMaterial/rdfs:label "giấy dó"',
            'I bf:dimensions "18 x 25 cm"',
            'I bf:appliedMaterial/rdfs:label "mực nho"',
        ),
        Example(
            "340 ## $gmàu$0http://id.loc.gov/vocabulary/mcolor/mul",
            "I bf:colorContent <http://id.loc.gov/vocabulary/mcolor/mul>",
        ),
        Example("340 ## $pảnh", 'W bf:illustrativeContent/rdfs:label "ảnh"'),
        Example("340 ## $ikính lúp", 'I bf:systemRequirement/rdfs:label "kính lúp"'),
        Example("340 ## $hhộp 3", 'I bf:note/rdfs:label "hộp 3"'),
    ],
)
def physical_medium(field: Field, c: Conversion) -> None:
    """Physical medium, term by term; a $0 with a URI stands for the term before it."""
    for origin, tag in c.in_scripts(field):
        for code, raw, numbers in with_numbers(origin, "acdefgjklmnopq"):
            label = chopped(raw)
            name, kind = _MEDIUM.get(code, (BF.illustrativeContent, BF.Illustration))
            root = c.work if code == "p" else c.instance
            known = first_iri(numbers)
            if known and "id.loc.gov/vocabulary/" in known:
                root.add(name, known)
            elif label or known:
                node = Node("medium", kind)
                node.iri = known or ""
                node.add(RDF.value if code == "f" else RDFS.label, literal(label, tag) if label else None)
                add_numbers(node, numbers, known)
                applies_to(origin, node, tag)
                root.add(name, node.add(BF.source, source(field, "genreFormSchemes")))
    c.instance.add(BF.dimensions, *c.each(field, "b"))
    for label in c.each(field, "i"):
        c.instance.add(BF.systemRequirement, Node("system", BF.SystemRequirement).add(RDFS.label, label))
    for label in c.each(field, "h"):
        c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))


@BIB.rule(
    "344 345 346 347 348",
    "abcdefghij0123",
    drops=PAIRING,
    spec="ConvSpec-3XX",
    target="I bf:soundCharacteristic, bf:videoCharacteristic …; W bf:musicFormat, bf:notation",
    examples=[
        Example(
            "344 ## $adigital$boptical$gstereo$2rdatr",
            "I bf:soundCharacteristic <http://id.loc.gov/vocabulary/mrectype/digital>",
            "I bf:soundCharacteristic <http://id.loc.gov/vocabulary/mplayback/ste>",
        ),
        Example("347 ## $atext file$bPDF$c3,5 MB", 'I bf:digitalCharacteristic/rdfs:label "3,5 MB"'),
        Example("348 ## $ascore", "W bf:musicFormat <http://id.loc.gov/vocabulary/mmusicformat/score>"),
        Example("345 ## $c1.78:1", 'I bf:aspectRatio/rdf:value "1.78:1"'),
    ],
)
def characteristic(field: Field, c: Conversion) -> None:
    """Sound, projection, video, file and music characteristics; words of LC's lists become their terms.

    A term with $3 or a number of its own stands on a node too, since the list's term is everybody's.
    """
    root = c.work if field.tag == "348" else c.instance
    for origin, tag in c.in_scripts(field):
        for code, raw, numbers in with_numbers(origin, "abcdefghij"):
            found = _CHARACTERISTIC.get(field.tag + code)
            text = spaced(raw)
            if found is None or not text:
                continue
            name, kind, scheme = found
            coded = field.tag == "348" and code in "bd"
            named = first_iri(numbers)
            if named and LC_VOCABULARY in named:
                known: str | None = named
            elif scheme:
                known = vocabulary(scheme, text) if coded else _listed(scheme, text)
            else:
                known = None
            root.add(name, known)
            if known and not origin.all("3") and all(map(iri_of, numbers)):
                continue
            node = Node("characteristic", kind)
            said = RDF.value if field.tag + code == "345c" else BF.code if coded else RDFS.label
            node.add(said, literal(text, tag))
            add_numbers(node, numbers)
            applies_to(origin, node, tag)
            root.add(name, node.add(BF.source, source(field)))


def _listed(scheme: str, text: str) -> str | None:
    word = text.casefold()
    code = code_of(scheme, _SIMILAR.get(word, text))
    if code is None and scheme == "mencformat":
        plain = word.replace("-", "")
        code = next((value for part, value in _ENCODING if part in plain), None)
    elif code is None and scheme == "mspecplayback" and word[:4] in ("5.1 ", "2.0 ", "7.1 "):
        code = code_of(scheme, f"{text[4:]} {text[:3]}".replace("HD MA", "HD Master Audio"))
    elif code is None and scheme == "mspecplayback":
        code = code_of(scheme, text.replace("HD MA", "HD Master Audio"))
    return vocabulary(scheme, code) if code else None


@BIB.rule(
    "352",
    "abcdefgiq",
    drops=PAIRING,
    spec="ConvSpec-3XX",
    target="I bf:digitalCharacteristic",
    examples=[
        Example(
            "352 ## $aVector :$bđa giác$c(1500) ;$qESRI",
            'I bf:digitalCharacteristic/rdfs:label "Vector"',
            'I bf:digitalCharacteristic/bf:count "1500"',
            'I bf:digitalCharacteristic/rdfs:label "ESRI"',
        ),
        Example("352 ## $d100$e200", 'I bf:digitalCharacteristic/rdfs:label "Rows: 100, Columns: 200"'),
    ],
)
def digital_graphic(field: Field, c: Conversion) -> None:
    """Digital graphic representation of maps."""
    for code, kind in (("a", BF.CartographicDataType), ("q", BF.EncodingFormat)):
        for label in c.each(field, code):
            c.instance.add(BF.digitalCharacteristic, Node("characteristic", kind).add(RDFS.label, label))
    for n, (code, raw) in enumerate(field.subfields):
        if code == "b" and chopped(raw):
            node = Node("characteristic", BF.CartographicObjectType).add(RDFS.label, literal(chopped(raw)))
            following = field.subfields[n + 1] if n + 1 < len(field.subfields) else ("", "")
            count = chopped(following[1], parentheses=True) if following[0] == "c" else ""
            c.instance.add(BF.digitalCharacteristic, node.add(BF.count, literal(count) if count else None))
    names = {"d": "Rows", "e": "Columns", "f": "Vertical count", "g": "VPF topology level", "i": "Indirect reference"}
    if not field.all("b"):
        names["c"] = "Object count"
    rest = [f"{names[code]}: {chopped(text)}" for code, text in field.subfields if code in names and chopped(text)]
    if rest:
        node = Node("characteristic", BF.DigitalCharacteristic).add(RDFS.label, literal(", ".join(rest)))
        c.instance.add(BF.digitalCharacteristic, node)


@BIB.rule(
    "341",
    "abcde23",
    drops=PAIRING,
    spec="ConvSpec-3XX",
    target="W bf:contentAccessibility",
    examples=[
        Example(
            "341 0# $athính giác$bphụ đề",
            'W bf:contentAccessibility/rdfs:label "Content access mode: thính giác"',
            'W bf:contentAccessibility/rdfs:label "Textual assistive features: phụ đề"',
        )
    ],
)
def accessibility(field: Field, c: Conversion) -> None:
    """How the content can be perceived, and what helps."""
    features = {
        "a": "Content access mode", "b": "Textual assistive features", "c": "Visual assistive features",
        "d": "Auditory assistive features", "e": "Tactile assistive features",
    }  # fmt: skip
    node = Node("accessibility", BF.ContentAccessibility)
    for origin, tag in c.in_scripts(field):
        for code, text in origin.subfields:
            if code in features and chopped(text):
                node.add(RDFS.label, literal(f"{features[code]}: {chopped(text)}", tag))
    if not node.bare:
        applies_to(field, node.add(BF.source, source(field)))
        c.work.add(BF.contentAccessibility, node)


@BIB.rule(
    "342 343",
    notes="abcdefghijklmnopqrstuvw2",
    drops=PAIRING,
    spec="MARC 21 fields 342, 343 (LC: no attempt to code)",
    target="W bf:cartographicAttributes/bf:note",
    examples=[
        Example(
            "342 00 $aUTM$b0.9996$pmúi 48",
            'W bf:cartographicAttributes/bf:note/rdfs:label "Geospatial reference: a UTM, b 0.9996, p múi 48"',
        )
    ],
)
def geospatial_reference(field: Field, c: Conversion) -> None:
    """Geospatial reference system and planar coordinates, kept whole with their subfield codes."""
    parts = [f"{code} {spaced(text)}" for code, text in field.subfields if code not in "68" and text.strip()]
    if parts:
        name = "Geospatial reference" if field.tag == "342" else "Planar coordinate data"
        note = Node("note", BF.Note).add(RDFS.label, literal(f"{name}: {', '.join(parts)}"))
        c.work.add(BF.cartographicAttributes, Node("cartographic", BF.Cartographic).add(BF.note, note))
