"""Coded facts on content: capture, scale, language, place and time (033–047). Specification: ConvSpec-010-048."""

from __future__ import annotations

from converters.bibframe.coded_values import MUSIC_FORM, term
from converters.bibframe.control_subfields import applies_to, coded, identifier, iri_of, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.edtf import date_literal, from_033, from_046, is_edtf
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, RDF, RDFS

PAIRING = {"6": "pairs the field with an 880", "8": "links fields within the record"}
CLASS_G = "http://id.loc.gov/authorities/classification/G"
_CAPTURE = {"0": "capture", "1": "broadcast", "2": "finding"}
# 041: what the language is of. An accompanying content is a Work of its own, the rest a note on the language.
_PARTS = {
    "h": "otx", "i": "int", "j": "sub", "k": "itr", "m": "amt", "n": "olb", "p": "cap", "q": "aud", "r": "vis",
    "b": "sum", "d": "stx", "e": "lib", "f": "toc", "g": "amt", "t": "tav",
}  # fmt: skip
_PART = {code: term("resourceComponents", part) for code, part in _PARTS.items()}
_PART_NAMES = {
    "a": "text", "b": "summary or abstract", "d": "sung or spoken text", "e": "librettos", "f": "table of contents",
    "g": "accompanying material", "h": "original text", "i": "intertitles", "j": "subtitles",
    "k": "intermediate translations", "m": "accompanying material", "n": "original libretto", "p": "captions",
    "q": "accessible audio", "r": "accessible visual language", "t": "transcripts",
}  # fmt: skip
# 045 $a: letter and digit of a century and decade (MARC 21 field 045); a0–d9 are millennia and centuries before Christ.
_AREAS = ("/authorities/subjects", "/authorities/names", "/geographicAreas")
_BEFORE_CHRIST = "bcd"
_CENTURIES = "efghijklmnopqrstuvwxy"


@BIB.rule(
    "033",
    "abcp23",
    drops={**PAIRING, "0": "number of the place, which $b or $p name", "1": "see $0"},
    spec="ConvSpec-010-048",
    target="W bf:capture",
    examples=[
        Example(
            "033 00 $a19750430$b9264$cH6$pDinh Độc Lập",
            'W bf:capture/bf:date "1975-04-30"^^lcdt:edtf',
            'W bf:capture/bf:note/rdfs:label "capture"',
            "W bf:capture/bf:place <http://id.loc.gov/authorities/classification/G9264.H6>",
            'W bf:capture/bf:place/rdfs:label "Dinh Độc Lập"',
        )
    ],
)
def capture(field: Field, c: Conversion) -> None:
    """When and where content was recorded, broadcast or found; two dates with indicator 2 are a range."""
    node = Node("capture", BF.Capture)
    kind = _CAPTURE.get(field.ind2)
    if kind:
        node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(kind)))
    dates = [from_033(t.strip()) for t in field.all("a") if t.strip()]
    if field.ind1 == "2" and len(dates) > 1:
        dates = ["/".join(dates)]
    node.add(BF.date, *map(date_literal, dates))
    for n, (code, text) in enumerate(field.subfields):
        following = field.subfields[n + 1] if n + 1 < len(field.subfields) else ("", "")
        if code == "b" and text.strip():
            area = spaced(text) + (f".{spaced(following[1])}" if following[0] == "c" else "")
            plain = Node("place", BF.Place).add(BF.code, literal(area))
            node.add(BF.place, iri(f"{CLASS_G}{area}") or plain)
        elif code == "p" and text.strip():
            place = Node("place", BF.Place).add(RDFS.label, literal(spaced(text)))
            if following[0] == "2":
                place.add(BF.source, source(field, "subjectSchemes", code=following[1]))
            node.add(BF.place, place)
    applies_to(field, node)
    if not node.bare:
        c.work.add(BF.capture, node)


@BIB.rule(
    "034",
    "abcdefg3",
    notes="hjkmnprstxyz2",
    drops={**PAIRING, "0": "number of the source of the coordinates", "1": "see $0"},
    spec="ConvSpec-010-048",
    target="W bf:scale, bf:cartographicAttributes",
    examples=[
        Example(
            "034 1# $aa$b250000$dE1020000$eE1090000$fN0230000$gN0080000",
            'W bf:scale/rdf:value "250000"',
            'W bf:scale/rdfs:label "linear horizontal"',
            'W bf:cartographicAttributes/bf:coordinates "E1020000 E1090000 N0230000 N0080000"',
        )
    ],
)
def coded_cartographic(field: Field, c: Conversion) -> None:
    """Scale and bounding coordinates; what stars and remote sensing add is kept as a note."""
    coordinates = spaced(" ".join(field.all("defg")))
    if coordinates:
        node = Node("cartographic", BF.Cartographic).add(BF.coordinates, literal(coordinates))
        applies_to(field, node)
        c.work.add(BF.cartographicAttributes, node)
    scales: list[tuple[str, str]] = []
    for code, text in field.subfields:
        if code == "a" and text.strip() == "a" and not field.all("bc"):
            scales.append(("", "linear scale"))
        elif code == "a" and text.strip() == "b":
            scales.append(("", "angular scale"))
        elif code in "bc" and text.strip():
            scales.append((spaced(text), "linear horizontal" if code == "b" else "linear vertical"))
    for value, label in scales:
        scale = Node("scale", BF.Scale).add(RDF.value, literal(value) if value else None)
        applies_to(field, scale.add(RDFS.label, literal(label)))
        c.work.add(BF.scale, scale)
    rest = [f"{code} {spaced(text)}" for code, text in field.subfields if code in "hjkmnprstxyz2" and text.strip()]
    if rest:
        text = f"Coded cartographic data: {', '.join(rest)}"
        c.work.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(text)))


def _language_codes(text: str) -> list[str]:
    """The codes of a 041 subfield; before 2002 several were written without a space (``engvie``)."""
    text = "".join(text.split()).lower().rstrip(".")
    return [text[n : n + 3] for n in range(0, len(text), 3)] if len(text) % 3 == 0 else [text]


@BIB.rule(
    "041",
    "abdefghijkmnpqrt23",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="W bf:language, bf:note, bf:accompaniedBy",
    examples=[
        Example(
            """008 990715s1999    vm            000 0 vie d
               041 1# $avieeng$hfre$beng""",
            "W bf:language <http://id.loc.gov/vocabulary/languages/eng>",
            "W bf:note/a <http://id.loc.gov/vocabulary/resourceComponents/otx>",
            "W bf:note/bf:language <http://id.loc.gov/vocabulary/languages/fre>",
            "W bf:accompaniedBy/bf:language <http://id.loc.gov/vocabulary/languages/eng>",
        ),
        Example("041 07 $avi$2iso639-1", "W bf:language <http://id.loc.gov/vocabulary/iso639-1/vi>"),
        Example("041 0# $axq", 'W bf:language/bf:code "xq"'),
    ],
)
def language_code(field: Field, c: Conversion) -> None:
    """Languages of the content and its parts. A language that 008 has already is not said again."""
    scheme = "marc" if field.ind2 != "7" else (field.get("2") or "").strip().lower()
    iso = next((f"iso{n}" for n in ("639-1", "639-2", "639-3") if n in scheme), "")
    stated = c.record.control("008")[35:38].lower()
    parts = field.all("3")
    for code, text in field.subfields:
        if code not in _PART_NAMES:
            continue
        for language in _language_codes(text) if scheme == "marc" or iso == "iso639-2" else [text.strip()]:
            if not language or language in ("|||", "---"):
                continue
            known: str | Node | None
            if scheme == "marc":
                known = coded(c, "languages", language, f"041${code}")
            else:
                known = term(iso, language) if iso and language.isascii() and language.isalpha() else None
            if known is None:
                known = Node("language", BF.Language).add(BF.code, literal(language))
                if scheme not in ("", "marc"):
                    known.add(BF.part, literal(_PART_NAMES[code])).add(BF.source, source(field, "languageschemes"))
            if parts:
                _of_a_part(field, c, known, code)
            elif code in "hijkmnpqr":
                c.work.add(BF.note, Node("note", BF.Note, _PART[code]).add(BF.language, known))
            elif code != "a":
                c.work.add(BF.accompaniedBy, Node("content", BF.Work, _PART[code]).add(BF.language, known))
            elif scheme != "marc" or language != stated:
                c.work.add(BF.language, known)


def _of_a_part(field: Field, c: Conversion, language: str | Node, code: str) -> None:
    """$3 restricts the language to a part of the resource: a note about that part says so."""
    note = Node("note", BF.Note).add(RDF.type, _PART.get(code)).add(BF.language, language)
    applies_to(field, note)
    c.work.add(BF.note, note)


@BIB.rule(
    "043",
    "abc201",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="W bf:geographicCoverage",
    examples=[
        Example(
            "043 ## $aa-vt---$aq-qq---$cVN",
            "W bf:geographicCoverage <http://id.loc.gov/vocabulary/geographicAreas/a-vt>",
            'W bf:geographicCoverage/rdf:value "q-qq"',
            'W bf:geographicCoverage/bf:source/bf:code "ISO 3166"',
        )
    ],
)
def geographic_area(field: Field, c: Conversion) -> None:
    """Geographic area codes; a $0 with URI stands for them where there is one."""
    known = [t for t in map(iri_of, field.all("0")) if t]
    areas = [
        t for t in known if any(p in t for p in ("/authorities/subjects", "/authorities/names", "/geographicAreas"))
    ]
    if areas:
        c.work.add(BF.geographicCoverage, *areas)
    for code, raw in field.subfields:
        text = raw.strip()
        if code == "a" and text and not areas:
            short = text.rstrip("-. ").lower()
            area = coded(c, "geographicAreas", short, "043$a")
            c.work.add(
                BF.geographicCoverage,
                area or Node("area", BF.GeographicCoverage).add(RDF.value, literal(short)),
            )
        elif code in "bc" and text and not areas:
            node = Node("area", BF.GeographicCoverage).add(RDF.value, literal(text))
            if code == "c":
                node.add(BF.source, Node("source", BF.Source).add(BF.code, literal("ISO 3166")))
            else:
                node.add(BF.source, source(field))
                for number in field.all("0"):
                    if iri_of(number) is None and number.strip():
                        node.add(BF.identifiedBy, identifier(number.strip()))
            c.work.add(BF.geographicCoverage, node)


@BIB.rule(
    "044",
    "abc2",
    drops=PAIRING,
    spec="MARC 21 field 044 (LC: no attempt to code)",
    target="I bf:originPlace",
    examples=[
        Example(
            "044 ## $avm$cVN-HN",
            "I bf:originPlace <http://id.loc.gov/vocabulary/countries/vm>",
            'I bf:originPlace/bf:code "VN-HN"',
        )
    ],
)
def country_of_publication(field: Field, c: Conversion) -> None:
    """Further countries of publication or production, where 008 has room for one only."""
    for code, raw in field.subfields:
        text = raw.strip()
        if code == "a" and text:
            country = vocabulary("countries", text.lower())
            c.instance.add(BF.originPlace, country or _place(text, None))
            if country is None:
                c.problem("invalid-code", "044$a", f"“{text}” is no country code; it was kept as text.")
        elif code in "bc" and text:
            c.instance.add(BF.originPlace, _place(text, source(field) if code == "b" else None))


def _place(code: str, scheme: str | Node | None) -> Node:
    return Node("place", BF.Place).add(BF.code, literal(code)).add(BF.source, scheme)


@BIB.rule(
    "045",
    "abc",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="W bf:temporalCoverage",
    examples=[
        Example("045 ## $aw5w9", 'W bf:temporalCoverage "185X/189X"^^lcdt:edtf'),
        Example("045 2# $bd1945$bd1975", 'W bf:temporalCoverage "1945/1975"^^lcdt:edtf'),
        Example("045 0# $bc0208", 'W bf:temporalCoverage "-0207"^^lcdt:edtf', 'W bf:note/rdfs:label "208 B.C."'),
    ],
)
def time_period(field: Field, c: Conversion) -> None:
    """Period that the content is about. EDTF has a year 0000, so that 208 B.C. is ``-0207``."""
    for text in field.all("a"):
        period = _period(text.strip().lower())
        if period:
            c.work.add(BF.temporalCoverage, date_literal(period))
        elif text.strip():
            c.problem("invalid-date", "045$a", f"“{text}” is no period code; it was kept as text.")
            c.work.add(BF.temporalCoverage, literal(spaced(text)))
    dates = [t.strip() for t in field.all("b") if t.strip()]
    said = [_formatted(t) for t in dates]
    if field.ind1 == "2" and len(said) > 1:
        said = [f"{said[0]}/{said[-1]}"]
    c.work.add(BF.temporalCoverage, *map(date_literal, said))
    words = [f"{int(t[1:5])} B.C." for t in dates if t[0] == "c" and t[1:5].isdigit()]
    words += [f"{spaced(t)} years B.C." for t in field.all("c") if t.strip()]
    if words:
        c.work.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(" – ".join(words))))


def _formatted(text: str) -> str:
    """045 $b: ``c`` or ``d`` for the era, then yyyymmddhh."""
    if text[0] not in "cd" or not text[1:].isdigit():
        return text
    year = text[1:5]
    if text[0] == "c" and year.isdigit() and int(year):
        year = f"-{int(year) - 1:04d}"
    date = "-".join(p for p in (year, text[5:7], text[7:9]) if p)
    return date + (f"T{text[9:11]}:00:00" if len(text) > 9 else "")


def _decade(code: str) -> str:
    """``w5`` is 185X, ``x-`` 19XX, ``d7`` the third century before Christ (``-02XX``)."""
    if len(code) != 2 or code[1] not in "0123456789-":
        return ""
    if code[0] in _CENTURIES:
        return f"{_CENTURIES.index(code[0]):02d}{code[1].replace('-', 'X')}X"
    if code[0] in _BEFORE_CHRIST and code[1].isdigit():
        return f"-{29 - 10 * _BEFORE_CHRIST.index(code[0]) - int(code[1]):02d}XX"
    return ""


def _period(code: str) -> str:
    first, second = _decade(code[:2]), _decade(code[2:4])
    if code[:2] == "a0":
        first = ""
        return f"../{second}" if second else "../-3000"
    if not first or not second:
        return first or second
    return first if first == second else f"{first}/{second}"


@BIB.rule(
    "046",
    "klmn",
    notes="abcdeijopxz",
    drops={**PAIRING, "2": "scheme of the dates, which show their form", "3": "part of the resource dated"},
    spec="ConvSpec-010-048",
    target="W bf:originDate, bf:validDate",
    examples=[
        Example("046 ## $k1945$l1954", 'W bf:originDate "1945/1954"^^lcdt:edtf'),
        Example("046 ## $m20200101", 'W bf:validDate "2020-01-01"^^lcdt:edtf'),
        Example("046 ## $ak$b1760", 'W bf:note/rdfs:label "Special coded dates: k, 1760"'),
    ],
)
def special_dates(field: Field, c: Conversion) -> None:
    """Dates of creation and validity; dates that 008 has no room for are kept as a note."""
    if c.record.control("008")[6:7] != "r":
        _span(field, c, "k", "l", BF.originDate)
    _span(field, c, "m", "n", BF.validDate)
    rest = [spaced(t) for t in field.all("abcdeijopxz") if t.strip()]
    if rest:
        text = literal(f"Special coded dates: {', '.join(rest)}")
        c.work.add(BF.note, Node("note", BF.Note).add(RDFS.label, text))


def _span(field: Field, c: Conversion, begin: str, end: str, name: str) -> None:
    first = from_046(field.get(begin) or "")
    last = from_046(field.get(end) or "")
    if not (first or last):
        return
    text = f"{first or '..'}/{last}" if last else first
    if not is_edtf(text):
        c.problem("invalid-date", f"046${begin}", f"“{text}” is no date; it was kept as text.")
    c.work.add(name, date_literal(text))


@BIB.rule(
    "047",
    "a2",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="W bf:genreForm",
    examples=[
        Example("047 ## $asn", "W bf:genreForm <http://id.loc.gov/authorities/genreForms/gf2014027099>"),
        Example(
            "047 #7 $aqx$2iamlmf",
            'W bf:genreForm/bf:code "qx"',
            "W bf:genreForm/bf:source <http://id.loc.gov/vocabulary/musiccompschemes/iamlmf>",
        ),
    ],
)
def form_of_composition(field: Field, c: Conversion) -> None:
    """Forms of musical composition, where 008 says that there are several."""
    for raw in field.all("a"):
        code = chopped(raw)
        known = MUSIC_FORM.get(code) if field.ind2 == " " else None
        if known:
            c.work.add(BF.genreForm, known.iri)
        elif code:
            node = Node("genre", BF.GenreForm).add(BF.code, literal(code))
            c.work.add(BF.genreForm, node.add(BF.source, source(field, "musiccompschemes")))
