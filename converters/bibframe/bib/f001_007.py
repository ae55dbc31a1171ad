"""007: the carrier in codes, for all categories of material (ConvSpec-001-007).

001, 003 and 005 describe the description and stand in ``f000_leader``.
"""

from __future__ import annotations

from collections.abc import Mapping

from converters.bibframe import coded_values as values
from converters.bibframe.bib.f006_008 import carrier_of_008, carriers_of_338
from converters.bibframe.coded_values import term, terms
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, RDFS

MEDIA = terms("mediaTypes", "a n c c d n g g h h k n m g s s v v")
_COLOR = terms("mcolor", "a one b blw c mul g gry h hnd m mix")
_SOUND = {" ": term("msoundcontent", "silent"), **terms("msoundcontent", "a sound b sound")}
_RECORDED = terms("mrecmedium", "a opt b mag c mag d magopt e mag f mag g magopt h mag i opt")
_CHANNELS = terms("mplayback", "k mix m mon q mul s ste")
_POLARITY = terms("mpolarity", "a pos b neg m mix")
_MAP_BASE = terms("mmaterial", "a pap b wod c sto d mtl e syn f ski g tex i pla j gls l vny n vel p plt v lea w par")
_PICTURE_BASE = terms(
    "mmaterial",
    "a can b brb c crd d gls e syn f ski g tex h mtl i pla l vny m mix n vel o pap p plt q hdb r por s sto t wod "
    "v lea w par",
)
_FILM_BASE = terms("mmaterial", "a saf c ace d saf i nit m mix p pol r saf t tri")


# Category of material: carrier by position 01.
_CARRIERS: dict[str, Mapping[str, str]] = {
    "a": terms("carriers", "d nc g nb j nb k nb q nr r nb s nb y nb"),
    "c": terms("carriers", "a ca b cb c ce d cd e ce f cf h ch j ce k ck m cd o cd r cr z cz"),
    "d": terms("carriers", "a nr b nr c nr e nr u nr z nr"),
    "g": terms("carriers", "c gc d gd f gf o mo s gs t gt"),
    "h": terms("carriers", "a ha b hb c hc d hd e he f hf g hg h hh j hj"),
    "k": terms("carriers", "a nb c nb d nb e nb f nb g nb h nb i nb j nb k nb l nb o nb p nb v nb"),
    "m": terms("carriers", "c mc f mf o mo r mr"),
    "s": terms("carriers", "d sd e se g sg i si q sq r cr s ss t st w sw"),
    "v": terms("carriers", "c vc d vd f vf r vr"),
}
_GENRES = {"a": values.MAP_KIND, "d": values.GLOBE_KIND, "k": values.PICTURE_KIND}
# Category: (position, property, terms); several properties may come of one position.
_TABLES: dict[str, tuple[tuple[int, str, Mapping[str, str]], ...]] = {
    "a": (
        (3, BF.colorContent, terms("mcolor", "a one c mul")),
        (4, BF.baseMaterial, _MAP_BASE),
        (5, BF.generation, terms("mgeneration", "f facsimile z mixedgen")),
        (6, BF.productionMethod, terms("mproduction", "a blueline b photocopy")),
        (7, BF.polarity, _POLARITY),
    ),
    "c": (
        (3, BF.colorContent, terms("mcolor", "a one b blw c mul g gry m mix")),
        (5, BF.soundContent, {" ": _SOUND[" "], "a": _SOUND["a"]}),
    ),
    "d": (
        (3, BF.colorContent, terms("mcolor", "a one c mul")),
        (4, BF.baseMaterial, _MAP_BASE),
        (5, BF.generation, terms("mgeneration", "f facsimile")),
    ),
    "g": (
        (3, BF.colorContent, terms("mcolor", "a one b blw c mul h hnd m mix")),
        (4, BF.baseMaterial, terms("mmaterial", "d gls e syn j saf k nsf m mix o pap")),
        (5, BF.soundContent, _SOUND),
        (6, BF.soundCharacteristic, _RECORDED),
        (8, BF.mount, terms("mmaterial", "c crd d gls e syn h mtl j mtl k syn m mix")),
        (8, BF.mount, terms("mmaterial", "j gls k gls")),
    ),
    "h": (
        (3, BF.polarity, _POLARITY),
        (5, BF.reductionRatio, terms("mreductionratio", "a low b normal c high d veryhigh e ultrahigh")),
        (9, BF.colorContent, terms("mcolor", "b blw c mul m mix")),
        (10, BF.emulsion, terms("mmaterial", "a slh b dia c ves m mix")),
        (11, BF.generation, terms("mgeneration", "a firstgen b printmaster c servcopy m mixedgen")),
        (12, BF.baseMaterial, _FILM_BASE),
    ),
    "k": (
        (3, BF.colorContent, terms("mcolor", "a one b blw c mul h hnd m mix")),
        (4, BF.baseMaterial, _PICTURE_BASE),
        (5, BF.mount, _PICTURE_BASE),
    ),
    "m": (
        (3, BF.colorContent, terms("mcolor", "b blw c mul h hnd m mix")),
        (4, BF.aspectRatio, terms("maspect", "b nonana d ana e wide")),
        (4, BF.aspectRatio, terms("maspect", "b wide d wide")),
        (4, BF.projectionCharacteristic, terms("mpresformat", "a sound c 3d f silent")),
        (5, BF.soundContent, _SOUND),
        (6, BF.soundCharacteristic, _RECORDED),
        (8, BF.soundCharacteristic, _CHANNELS),
        (9, BF.genreForm, {code: genre.iri for code, genre in values.FILM_KIND.items()}),
        (10, BF.polarity, terms("mpolarity", "a pos b neg")),
        (11, BF.generation, terms("mgeneration", "d dupe e master o original r viewcopy")),
        (12, BF.baseMaterial, _FILM_BASE),
    ),
    "s": (
        (3, BF.soundCharacteristic, terms("mplayspeed", "a a b b c c d d e e f f h h i i k k l l m m o o p p r r")),
        (4, BF.soundCharacteristic, terms("mplayback", "m mon q mul s ste")),
        (8, BF.soundCharacteristic, terms("mtapeconfig", "a full b half c quarter d 8 e 12 f 16")),
        (
            9,
            BF.generation,
            terms("mgeneration", "a master b tapedupe d discmaster r mother s stamper t testpress"),
        ),
        (10, BF.baseMaterial, terms("mmaterial", "a lac b nit c ace g gls i alu r pap l mtl m pla p pla s she w wax")),
        (10, BF.baseMaterial, terms("mmaterial", "c fer g lac i lac m mtl")),
        (11, BF.soundCharacteristic, terms("mgroove", "h vertical l lateral")),
        (12, BF.soundCharacteristic, terms("mspecplayback", "a nab b ccir c dolbyb d dbx f dolbya g dolbyc h cx")),
        (12, BF.soundCharacteristic, terms("mrectype", "e digital")),
        (13, BF.soundCharacteristic, terms("mcapturestorage", "a acds b dsna d dist e aes")),
    ),
    "v": (
        (3, BF.colorContent, terms("mcolor", "a one b blw c mul m mix")),
        (
            4,
            BF.videoCharacteristic,
            terms(
                "mvidformat",
                "a betamax b vhs c umatic d eiaj e typec f quad g laser h ced i betacam j betasp k svhs m mii o d2 "
                "p 8mm q hi8mm",
            ),
        ),
        (4, BF.digitalCharacteristic, terms("mencformat", "s bluray v dvdv")),
        (5, BF.soundContent, _SOUND),
        (6, BF.soundCharacteristic, _RECORDED),
        (8, BF.soundCharacteristic, _CHANNELS),
    ),
}
# Category: (position, size by code) – said only where 300 $c gives no size.
_SIZES: dict[str, tuple[tuple[int, Mapping[str, str]], ...]] = {
    "c": (
        (4, {"a": "3 1/2 in.", "e": "12 in.", "g": "4 3/4 in.", "i": "1 1/8 x 2 3/8 in.", "j": "3 7/8 x 2 1/2 in.",
             "o": "5 1/4 in.", "v": "8 in."}),
    ),
    "g": (
        (7, {"a": "standard 8 mm.", "b": "super 8 mm., single 8 mm.", "c": "9.5 mm.", "d": "16 mm.", "e": "28 mm.",
             "f": "35 mm.", "g": "70 mm.", "j": "2x2 in. or 5x5 cm.", "k": "2 1/4 in. x 2 1/4 in. or 6x6 cm.",
             "s": "4x5 in. or 10x13 cm.", "t": "5x7 in. or 13x18 cm.", "v": "8x10 in. or 21x26 cm.",
             "w": "9x9 in. or 23x23 cm.", "x": "10x10 in. or 26x26 cm.", "y": "7x7 in. or 18x18 cm."}),
    ),
    "h": (
        (4, {"a": "8 mm.", "d": "16 mm.", "f": "35 mm.", "g": "70 mm.", "h": "105 mm.", "l": "3x5 in. or 8x13 cm.",
             "m": "4x6 in. or 11x15 cm.", "o": "6x9 in. or 16x23 cm.", "p": "3 1/4 x 7 3/8 in. or 9x19 cm."}),
    ),
    "m": (
        (7, {"a": "8 mm.", "b": "super 8 mm., single 8 mm.", "c": "9.5 mm.", "d": "16 mm.", "e": "28 mm.",
             "f": "35 mm.", "g": "70 mm."}),
    ),
    "s": (
        (6, {"a": "3 in.", "b": "5 in.", "c": "7 in.", "d": "10 in.", "e": "12 in.", "f": "16 in.", "g": "4 3/4 in.",
             "j": "3 7/8 x 2 1/2 in.", "o": "5 1/4 x 3 7/8 in.", "s": "2 3/4 x 4 in."}),
        (7, {"l": "1/8 in. tape width", "m": "1/4 in. tape width", "o": "1/2 in. tape width",
             "p": "1 in. tape width"}),
    ),
    "v": (
        (7, {"a": "8 mm.", "m": "1/4 in.", "o": "1/2 in.", "p": "1 in.", "q": "2 in.", "r": "3/4 in."}),
    ),
}  # fmt: skip
_TACTILE = {"a": "brail", "b": "brail"}
_PITCH = {"m": "micro", "s": "coarse"}


def _content(value: str, leader: str) -> str | None:
    """Content type that the carrier implies and leader/06 does not say."""
    category, kind = value[0], leader[6]
    if category == "a" and value[1] == "q":
        return "crf"
    if category == "a" and value[1] in "dgjkrsy" and kind not in "ef":
        return "cri"
    if category == "d":
        return "crf"
    if category in "gk" and kind != "k":
        return "sti"
    if category in "mv" and kind != "g":
        return "tdi"
    return None


@BIB.rule(
    "007",
    spec="ConvSpec-001-007",
    target="I bf:media, bf:carrier, bf:colorContent, bf:soundCharacteristic, bf:dimensions …; W bf:content",
    examples=[
        Example(
            """LDR 00000cjm a2200000 i 4500
               007 sd fsngnnmmned""",
            "I bf:media <http://id.loc.gov/vocabulary/mediaTypes/s>",
            "I bf:carrier <http://id.loc.gov/vocabulary/carriers/sd>",
            "I bf:soundCharacteristic <http://id.loc.gov/vocabulary/mplayback/ste>",
            "I bf:soundCharacteristic <http://id.loc.gov/vocabulary/mrectype/digital>",
            'I bf:dimensions "4 3/4 in."',
        ),
        Example(
            "007 vf cbahos",
            "I bf:videoCharacteristic <http://id.loc.gov/vocabulary/mvidformat/vhs>",
            'I bf:dimensions "1/2 in."',
            "W bf:content <http://id.loc.gov/vocabulary/contentTypes/tdi>",
        ),
        Example("007 hd afu---buca", "I bf:carrier <http://id.loc.gov/vocabulary/carriers/hd>"),
        Example("007 aj canzn", "I bf:genreForm <http://id.loc.gov/authorities/genreForms/gf2011026387>"),
        Example("007 dc cen", "I bf:carrier <http://id.loc.gov/vocabulary/carriers/nr>"),
        Example("007 fb a", "I bf:notation <http://id.loc.gov/vocabulary/mtactile/brail>"),
        Example("007 gs cj  jk", 'I bf:dimensions "2x2 in. or 5x5 cm."'),
        Example("007 kh bo ", "I bf:colorContent <http://id.loc.gov/vocabulary/mcolor/blw>"),
        Example("007 mr caaadmnuuuuuuuu", "I bf:soundContent <http://id.loc.gov/vocabulary/msoundcontent/sound>"),
        Example("007 cr cn|||||||||", "I bf:carrier <http://id.loc.gov/vocabulary/carriers/cr>"),
    ],
)
def physical_description(field: Field, c: Conversion) -> None:
    """What the codes of 007 stand for; a size only where 300 $c gives none."""
    value = field.value.ljust(23, "|")
    category = value[0]
    record, instance = c.record, c.instance
    content = _content(value, record.leader)
    if content and not record.all("336"):
        c.work.add(BF.content, term("contentTypes", content))
    if category in MEDIA and not record.all("337"):
        instance.add(BF.media, MEDIA[category])
    if category in _CARRIERS:
        carrier = _CARRIERS[category].get(value[1])
        if carrier and carrier != carrier_of_008(record) and carrier not in carriers_of_338(record):
            instance.add(BF.carrier, carrier)
    genres = _GENRES.get(category)
    if genres:
        genre = genres.get(value[1])
        instance.add(BF.genreForm, genre.iri if genre else None)
    for position, name, table in _TABLES.get(category, ()):
        known = table.get(value[position])
        if known:
            instance.out.append((name, known))
    if category in _SIZES and not any(record.values("300", "c")):
        for position, sizes in _SIZES[category]:
            size = sizes.get(value[position])
            instance.add(BF.dimensions, literal(size) if size else None)
    if category == "s" and value[5] in _PITCH:
        pitch = {"mi": "finepitch", "sh": "stanpitch"}.get(value[5] + value[3], _PITCH[value[5]])
        instance.add(BF.soundCharacteristic, term("mgroove", pitch))
    elif category == "h" and value[6:9].isdigit():
        instance.add(BF.reductionRatio, Node("reduction", BF.ReductionRatio).add(RDFS.label, literal(value[6:9])))
    elif category == "f" and value[1] in _TACTILE:
        instance.add(BF.notation, term("mtactile", _TACTILE[value[1]]))
    elif category == "m" and value[4] in "bd":
        form = "non-anamorphic (wide-screen)" if value[4] == "b" else "anamorphic (wide-screen)"
        note = Node("note", BF.Note).add(RDFS.label, literal(form))
        instance.add(BF.aspectRatio, Node("ratio", BF.AspectRatio).add(BF.note, note))
