"""006 and 008: coded facts about content and form, by kind of material (ConvSpec-006-008).

Positions 18-34 of 008 and 01-17 of 006 have the same layout; the tables are in ``converters.bibframe.coded_values``.
Date and place of publication (008/06-17) are read in ``f250_270``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from converters.bibframe import coded_values as values
from converters.bibframe.coded_values import Genre, term
from converters.bibframe.conversion import Conversion
from converters.bibframe.edtf import date_literal
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field, Record
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, BFLC, RDFS, XSD

LARGE_PRINT = term("mfont", "lp")
BRAILLE = term("mtactile", "brail")
IRREGULAR = term("frequencies", "irr")
ENTRY_NOTE = term("mnotetype", "metaentry")
ORIGINAL_NOTE = term("mnotetype", "orig")
_MEDIA = {**dict.fromkeys(" dfr", term("mediaTypes", "n")), **dict.fromkeys("oqs", term("mediaTypes", "c"))}
_ENTRY = {"0": "0 - successive", "1": "1 - latest", "2": "2 - integrated"}
_MATERIAL = {
    "a": "books", "t": "books", "m": "computer files", "e": "maps", "f": "maps", "c": "music", "d": "music",
    "i": "music", "j": "music", "g": "visual", "k": "visual", "o": "visual", "r": "visual", "p": "mixed",
    "s": "continuing",
}  # fmt: skip


def material(kind: str, level: str = "m") -> str:
    """The layout of 008 or 006 that a record type (leader/06, 006/00) and level (leader/07) call for, or ``""``."""
    if kind == "a" and level in "bis":
        return "continuing"
    return _MATERIAL.get(kind, "")


def form_position(layout: str) -> int:
    """Where in positions 18-34 the form of item stands (008/23, of maps and visual materials 008/29)."""
    return 11 if layout in ("maps", "visual") else 5


def carrier_of_008(record: Record) -> str | None:
    """The carrier that the form of item in 008 stands for; blank counts as volume, save for computer files."""
    layout = material(record.leader[6], record.leader[7])
    code = record.control("008")[18:35][form_position(layout) : form_position(layout) + 1]
    if layout == "computer files":
        return values.CARRIER.get(code) if code in ("o", "q") else None
    return values.CARRIER.get("r" if code == " " else code)


def carriers_of_338(record: Record) -> set[str]:
    """The carriers that 338 $b names."""
    return {f"<{values.VOCABULARY}carriers/{code.strip()}>" for code in record.values("338", "b")}


def genre_headings(record: Record) -> set[str]:
    """What 655 and 380 say in LC's genre terms; a code that says the same is left out."""
    if not (record.all("655") or record.all("380")):
        return set()
    return {
        chopped(text) for f in record.all("655", "380") if "lcgft" in f.all("2") for text in f.all("a")
    }  # fmt: skip


def _genre(c: Conversion, found: Iterable[Genre | None]) -> None:
    said: set[str] | None = None
    for genre in found:
        if genre is not None:
            if said is None:
                said = genre_headings(c.record)
            if genre.heading not in said:
                c.work.add(BF.genreForm, genre.iri)


def _contents(codes: str, c: Conversion) -> None:
    """Nature of contents: bibliographies and the like are supplementary content, the rest are genres."""
    if codes.strip(" |"):
        for code in codes:
            supplement = values.SUPPLEMENT.get(code)
            if supplement is not None and supplement.heading not in c.record.values("353", "a"):
                c.work.add(BF.supplementaryContent, supplement.iri)
        _genre(c, map(values.CONTENTS.get, codes))


def _audience(code: str, c: Conversion) -> None:
    c.work.add(BF.intendedAudience, values.AUDIENCE.get(code))


def _government(code: str, c: Conversion) -> None:
    c.work.add(BFLC.governmentPubType, values.GOVERNMENT.get(code))


def _index(code: str, c: Conversion) -> None:
    if code == "1" and "index" not in c.record.values("353", "a"):
        c.work.add(BF.supplementaryContent, values.INDEX)


def _books(d: str, c: Conversion) -> None:
    if d[:4].strip(" |"):
        known = c.record.all("340") and {f"<{t.strip()}>" for t in c.record.values("340", "0")}
        c.work.add(
            BF.illustrativeContent, *(t for t in map(values.ILLUSTRATION.get, d[:4]) if not known or t not in known)
        )
    _audience(d[4], c)
    _contents(d[6:10], c)
    _government(d[10], c)
    if d[11] == "1":
        c.work.add(BF.genreForm, values.CONFERENCE.iri)
    if d[12] == "1":
        c.work.add(BF.genreForm, values.FESTSCHRIFT.iri)
    _index(d[13], c)
    _genre(c, (values.LITERARY_FORM.get(d[15]), values.BIOGRAPHY.get(d[16])))


def _computer_files(d: str, c: Conversion) -> None:
    _audience(d[4], c)
    _genre(c, (values.COMPUTER_FILE.get(d[8]),))
    _government(d[10], c)


def _maps(d: str, c: Conversion) -> None:
    for relief in filter(None, map(values.RELIEF.get, d[:4])):
        c.work.add(BF.cartographicAttributes, Node("cartographic", BF.Cartographic).add(BF.relief, relief))
    projection = values.PROJECTION.get(d[4:6])
    if projection:
        c.work.add(BF.cartographicAttributes, Node("cartographic", BF.Cartographic).add(BF.projection, projection))
    _government(d[10], c)
    _index(d[13], c)
    _genre(c, map(values.MAP_FORM.get, d[15:17]))


def _music(d: str, c: Conversion) -> None:
    _audience(d[4], c)
    named = set(c.record.values("353", "b")) if c.record.all("353") else ()
    for supplement in filter(None, map(values.MUSIC_SUPPLEMENT.get, d[6:12])):
        if supplement.rpartition("/")[2][:-1] not in named:
            c.work.add(BF.supplementaryContent, supplement)
    _genre(c, (values.MUSIC_FORM.get(d[:2]),))
    if not any(c.record.values("348", "a")):
        c.work.add(BF.musicFormat, values.MUSIC_FORMAT.get(d[2]))
    _genre(c, map(values.MUSIC_TEXT.get, d[12:14]))


def _continuing(d: str, c: Conversion) -> None:
    c.work.add(BFLC.serialPubType, values.SERIAL_TYPE.get(d[3]))
    _contents(d[6:10], c)
    _government(d[10], c)
    if d[11] == "1":
        c.work.add(BF.genreForm, values.CONFERENCE.iri)
    c.work.add(BF.notation, values.SCRIPT.get(d[15]))


def _visual(d: str, c: Conversion) -> None:
    _audience(d[4], c)
    _government(d[10], c)
    _genre(c, (values.VISUAL_TYPE.get(d[15]),))
    c.work.add(BFLC.movingImageTechnique, values.TECHNIQUE.get(d[16]))
    if d[:3] == "000":
        c.work.add(BF.duration, literal("more than 999 minutes"))
    elif d[:3].isdigit():
        c.work.add(BF.duration, literal(f"PT{int(d[:3])}M", datatype=XSD.duration))


def _mixed(d: str, c: Conversion) -> None:
    """Mixed materials say nothing about content."""


_WORK: dict[str, Callable[[str, Conversion], None]] = {
    "books": _books,
    "computer files": _computer_files,
    "maps": _maps,
    "music": _music,
    "continuing": _continuing,
    "visual": _visual,
    "mixed": _mixed,
}


@BIB.rule(
    "006",
    spec="ConvSpec-006-008 (LC converts no 006)",
    target="W bf:illustrativeContent, bf:genreForm, bf:intendedAudience …, as 008/18-34",
    examples=[
        Example(
            "006 jan  g 1      n  ",
            "W bf:genreForm <http://id.loc.gov/authorities/genreForms/gf2014026635>",
            "W bf:intendedAudience <http://id.loc.gov/vocabulary/maudience/gen>",
        ),
    ],
)
def additional_material(field: Field, c: Conversion) -> None:
    """What 006 says about the content, for the aspect of the resource that 008 has no room for."""
    convert = _WORK.get(material(field.value[:1]))
    if convert is not None:
        convert(field.value[1:18].ljust(17), c)


@BIB.rule(
    "008",
    spec="ConvSpec-006-008",
    target="W bf:language, bf:originDate, bf:genreForm …; I bf:carrier, bf:media, bf:frequency",
    examples=[
        Example(
            "008 990715s1999    vm af  g b    011 i vie d",
            "W bf:language <http://id.loc.gov/vocabulary/languages/vie>",
            "W bf:illustrativeContent <http://id.loc.gov/vocabulary/millus/ill>",
            "W bf:illustrativeContent <http://id.loc.gov/vocabulary/millus/plt>",
            "W bf:intendedAudience <http://id.loc.gov/vocabulary/maudience/gen>",
            "W bf:supplementaryContent <http://id.loc.gov/vocabulary/msupplcont/bibliography>",
            "W bf:supplementaryContent <http://id.loc.gov/vocabulary/msupplcont/index>",
            "W bf:genreForm <http://id.loc.gov/authorities/genreForms/gf2016026082>",
            "W bf:genreForm <http://id.loc.gov/authorities/genreForms/gf2014026141>",
            "I bf:media <http://id.loc.gov/vocabulary/mediaTypes/n>",
        ),
        Example(
            """LDR 00000cas a2200000 i 4500
               008 890101c19899999vm mr nbo    f0   a0vie d""",
            "I bf:frequency <http://id.loc.gov/vocabulary/frequencies/mon>",
            "I bf:carrier <http://id.loc.gov/vocabulary/carriers/cr>",
            'I bf:note/rdfs:label "Microfiche"',
            "W bflc:serialPubType <http://id.loc.gov/vocabulary/mserialpubtype/newspaper>",
            "W bflc:governmentPubType <http://id.loc.gov/vocabulary/mgovtpubtype/f>",
            'W bf:adminMetadata/bf:note/rdfs:label "0 - successive"',
        ),
        Example(
            """LDR 00000cgm a2200000 i 4500
               008 010101s2001    vm 090            vlxxx d""",
            'W bf:duration "PT90M"^^xsd:duration',
            'W bf:language/bf:code "xxx"',
        ),
    ],
)
def fixed_length(field: Field, c: Conversion) -> None:
    """Language, date of the original, and what 18-34 say for the material of the record."""
    value = field.value.ljust(40)
    work, instance, record = c.work, c.instance, c.record
    language = value[35:38].strip(" |").lower()
    if language:
        found = vocabulary("languages", language)
        if found is None:
            c.problem("invalid-code", "008/35-37", f"“{language}” is no language code; it was kept as text.")
        work.add(BF.language, found or Node("language", BF.Language).add(BF.code, literal(language)))
    if value[6] == "r" and value[11:15].strip(" |"):
        work.add(BF.originDate, date_literal(value[11:15].strip()))
    layout = material(record.leader[6], record.leader[7])
    convert = _WORK.get(layout)
    if convert is None:
        return
    d = value[18:35]
    convert(d, c)
    form = d[form_position(layout)]
    if form != " " and (layout != "computer files" or form in "oq"):
        carrier = values.CARRIER.get(form)
        if carrier and carrier not in carriers_of_338(record):
            instance.add(BF.carrier, carrier)
    if layout == "books":
        if not record.all("337"):
            instance.add(BF.media, _MEDIA.get(form))
        if form == "d":
            instance.add(BF.fontSize, LARGE_PRINT)
        elif form == "f":
            instance.add(BF.notation, BRAILLE)
    elif layout == "continuing":
        instance.add(BF.frequency, values.FREQUENCY.get(d[0]))
        if d[1] in "nx":
            instance.add(BF.frequency, IRREGULAR)
        original = values.ORIGINAL_FORM.get(d[4])
        if original:
            instance.add(BF.note, Node("note", BF.Note, ORIGINAL_NOTE).add(RDFS.label, literal(original)))
        if d[16] in _ENTRY:
            note = Node("note", BF.Note, ENTRY_NOTE).add(RDFS.label, literal(_ENTRY[d[16]]))
            c.administration.add(BF.note, note)
