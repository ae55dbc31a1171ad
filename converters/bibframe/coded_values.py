"""What the codes of the leader, 006, 007 and 008 stand for: terms of LC's vocabularies (MARC 21 Bibliographic).

Each table maps a code to the term's IRI. Genre tables also keep the heading of the term, because a 655 or 380 that
says the same makes the code superfluous. Correspondences: LC's conversion specifications LDR, 001-007 and 006-008.
"""

from __future__ import annotations

from typing import NamedTuple

VOCABULARY = "http://id.loc.gov/vocabulary/"
GENRES = "http://id.loc.gov/authorities/genreForms/"


class Genre(NamedTuple):
    """A genre or form term: its IRI and LC's heading for it."""

    iri: str
    heading: str


def term(vocabulary: str, code: str) -> str:
    """The IRI term of one entry of a vocabulary at id.loc.gov."""
    return f"<{VOCABULARY}{vocabulary}/{code}>"


def terms(vocabulary: str, pairs: str) -> dict[str, str]:
    """A table written as ``a ill b map``: MARC code, vocabulary code."""
    words = pairs.split()
    return {code: term(vocabulary, value) for code, value in zip(words[::2], words[1::2], strict=True)}


def genres(lines: str) -> dict[str, Genre]:
    """A table written as ``a gf2014026047 Autobiographies``, one a line.

    ``marcgt:his`` names LC's older list, ``tgm…`` the Thesaurus for Graphic Materials.
    """
    table = {}
    for line in lines.strip().splitlines():
        code, value, heading = line.strip().split(" ", 2)
        vocabulary, colon, rest = value.partition(":")
        if value.startswith("tgm"):
            vocabulary, colon, rest = "graphicMaterials", ":", value
        iri = term(vocabulary, rest) if colon else f"<{GENRES}{value}>"
        table[code] = Genre(iri, heading)
    return table


WORK_CLASS = {
    "a": ("Text",), "c": ("NotatedMusic",), "d": ("NotatedMusic", "Manuscript"), "e": ("Cartography",),
    "f": ("Cartography", "Manuscript"), "g": ("MovingImage",), "i": ("NonMusicAudio",), "j": ("MusicAudio",),
    "k": ("StillImage",), "m": ("Multimedia",), "o": ("MixedMaterial",), "p": ("MixedMaterial",), "q": ("Hub",),
    "r": ("Object",), "t": ("Text", "Manuscript"),
}  # fmt: skip
"""Leader/06 to classes of the Work."""

CONTENT = terms("contentTypes", "a txt c ntm d ntm e cri f cri g tdi i spw j prm k sti m cop o txt p txt r tdf t txt")
"""Leader/06 to content type, where no 336 names one."""

MODE = {
    "a": ("Monograph", "mono"), "b": ("Serial", "serl"), "c": ("Collection", "mulm"), "d": ("Collection", "mono"),
    "i": ("Integrating", "intg"), "m": ("Monograph", "mono"), "s": ("Serial", "serl"),
}  # fmt: skip
"""Leader/07 to class of the Work and mode of issuance."""

STATUS = terms("mstatus", "a c c c d d n n p p")
"""Leader/05 to status of the description."""

ENCODING_LEVEL = {" ": term("menclvl", "f"), **terms("menclvl", "1 1 2 2 3 3 4 4 5 5 7 7 8 8")}
CONVENTION = terms("descriptionConventions", "a aacr c isbd i isbd p aacr r aacr")
ILLUSTRATION = terms(
    "millus", "a ill b map c por d chr e pln f plt g mus h fac i coa j gnt k for l sam m pho o pht p ilm"
)
AUDIENCE = terms("maudience", "a pre b pri c pad d ado e adu f spe g gen j juv")
CARRIER = terms("carriers", "a hd b he c hg d nc f nc o cr q cz r nc s cz")
"""Form of item (008/23 or 29) to carrier."""

GOVERNMENT = terms("mgovtpubtype", "a a c c f f i i l l m m o o s s")
RELIEF = terms("mrelief", "a cont b shad c grad d hach e bath f form g spot i pict j land k isol m rock")
PROJECTION = terms(
    "mprojection",
    "aa aa ab ab ac ac ad ad ae ae af af ag ag am am an an ap ap au au az az ba ba bb bb bc bc bd bd be be bf bf "
    "bg bg bh bh bi bi bj bj bk bk bl bl bo bo br br bs bs bu bu bz bz ca ca cb cb cc cc ce ce cp cp cu cu cz cz "
    "da da db db dc dc dd dd de de df df dg dg dh dh dl dl",
)
FREQUENCY = terms(
    "frequencies", "a ann b bmn c swk d dyl e bwk f san g bin h ten i ttw j ttm k con m mon q qrt s smn t tty w wkl"
)
SERIAL_TYPE = terms(
    "mserialpubtype",
    "d database g mag h blog j journal l looseleaf m monoseries n newspaper p periodical r repo s newsletter "
    "t direct w web",
)
ORIGINAL_FORM = {
    "a": "Microfilm", "b": "Microfiche", "c": "Microopaque", "d": "Large print", "e": "Newspaper format",
    "f": "Braille", "o": "Online", "q": "Direct electronic", "s": "Electronic",
}  # fmt: skip
SCRIPT = terms("mscript", "a a b b c c d d e e f f g g h h i i j j k k l l")
TECHNIQUE = terms("mtechnique", "a anim c animlive l live z other")
MUSIC_FORMAT = terms(
    "mmusicformat",
    "a score b studyscore c pianoscore d vocalscore e pianopart g conscore h chscore i conscore j perfconpt "
    "k vocalscore l score",
)
MUSIC_SUPPLEMENT = terms(
    "msupplcont",
    "a discography b bibliography c thematicindex d libretto e creatorbio f performerhistory g techinstruments "
    "h techmusic i historicalinfo k ethnologicinfo r instructmaterial s music",
)
INDEX = term("msupplcont", "index")
FESTSCHRIFT = Genre(f"<{GENRES}gf2016026082>", "Festschriften")
CONFERENCE = Genre(f"<{GENRES}gf2014026068>", "Conference papers and proceedings")
SUPPLEMENT = {
    "b": Genre(term("msupplcont", "bibliography"), "bibliography"),
    "k": Genre(term("msupplcont", "discography"), "discography"),
    "q": Genre(term("msupplcont", "film"), "filmography"),
}
"""Nature of contents (008/24-27) that is supplementary content; the rest is genre."""

CONTENTS = genres("""
    c gf2014026057 Catalogs
    d gf2014026086 Dictionaries
    e gf2014026092 Encyclopedias
    f gf2014026109 Handbooks and manuals
    g gf2011026351 Law materials
    h gf2014026049 Biographies
    i gf2014026112 Indexes
    j gf2011026438 Patents
    l gf2011026351 Law materials
    m gf2014026039 Academic theses
    r gf2014026087 Directories
    s gf2014026181 Statistics
    t gf2015026093 Technical reports
    v gf2011026351 Law materials
    w gf2011026351 Law materials
    y gf2014026208 Yearbooks
    z gf2011026707 Treaties
    5 gf2014026055 Calendars
    6 gf2014026266 Comics (Graphic works)
""")
LITERARY_FORM = genres("""
    1 gf2014026339 Fiction
    d gf2014026297 Drama
    e gf2014026094 Essays
    f gf2015026020 Novels
    h gf2014026110 Humor
    i gf2014026141 Personal correspondence
    j gf2014026542 Short stories
    m gf2014026339 Fiction
    p gf2014026481 Poetry
    s gf2011026363 Speeches
""")
BIOGRAPHY = genres("""
    a gf2014026047 Autobiographies
    b gf2014026049 Biographies
    c gf2014026049 Biographies
""")
COMPUTER_FILE = genres("""
    a marcgt:num numeric data
    b marcgt:com computer program
    c marcgt:rep representational
    d marcgt:doc document (computer)
    e marcgt:bda bibliographic data
    f marcgt:fon font
    g marcgt:gam game
    h marcgt:sou sound
    i marcgt:inm interactive multimedia
    j marcgt:ons online system or service
""")
MAP_FORM = genres("""
    e gf2011026385 Manuscript maps
    j gf2014026151 Postcards
    k gf2014026055 Calendars
    l gf2014026158 Puzzles and games
    n gf2014026158 Puzzles and games
    o gf2011026728 Wall maps
    p gf2017027252 Playing cards
    r gf2011026373 Loose-leaf services
""")
VISUAL_TYPE = genres("""
    a gf2017027218 Art
    b marcgt:kit kit
    c marcgt:art art reproduction
    d marcgt:dio diorama
    f marcgt:fls filmstrip
    g gf2014026158 Puzzles and games
    i gf2017027251 Pictures
    k marcgt:gra graphic
    l marcgt:ted technical drawing
    m gf2011026406 Motion pictures
    n marcgt:cha chart
    o marcgt:fla flash card
    p marcgt:mic microscope slide
    q gf2017027245 Models (Representations)
    r marcgt:rea realia
    s marcgt:sli slide
    t marcgt:tra transparency
    v gf2011026723 Video recordings
    w marcgt:toy toy
""")
MUSIC_TEXT = genres("""
    a gf2014026047 Autobiographies
    b gf2014026049 Biographies
    c gf2014026068 Conference papers and proceedings
    d gf2014026297 Drama
    e gf2014026094 Essays
    f gf2014026339 Fiction
    g gf2014026113 Informational works
    h marcgt:his history
    i gf2014026114 Instructional and educational works
    j marcgt:lan language instruction
    k gf2014026110 Humor
    l gf2011026363 Speeches
    m gf2014026047 Autobiographies
    o gf2014026344 Folk tales
    p gf2014026481 Poetry
    r marcgt:reh rehearsals
    s gf2011026594 Sound recordings
    t gf2014026115 Interviews
""")
MUSIC_FORM = genres("""
    an gf2014026635 Anthems
    bd gf2014026648 Ballads
    bg gf2014026664 Bluegrass music
    bl gf2014026665 Blues (Music)
    bt gf2014026650 Ballets (Music)
    ca gf2014026701 Chaconnes
    cb gf2014026707 Chants
    cc gf2014026707 Chants
    cg gf2014026724 Concerti grossi
    ch gf2014026713 Chorales
    cl gf2014026712 Chorale preludes
    cn gf2014026687 Canons (Music)
    co gf2014026725 Concertos
    cp gf2014027007 Polyphonic chansons
    cr gf2014026695 Carols
    cs gf2014026624 Aleatory music
    ct gf2014026688 Cantatas
    cy gf2014026739 Country music
    cz gf2018026012 Canzonas (Instrumental music)
    df gf2014026753 Dance music
    dv gf2014027116 Suites
    fg gf2014026818 Fugues
    fl gf2014026806 Flamenco music
    fm gf2014026809 Folk music
    ft gf2018026018 Fantasias (Music)
    gm gf2014026839 Gospel music
    hy gf2014026872 Hymns
    jz gf2014026879 Jazz
    mc gf2014027050 Revues
    md gf2014026915 Madrigals (Music)
    mi gf2014026940 Minuets (Music)
    mo gf2014026949 Motets
    mp gf2014026950 Motion picture music
    mr gf2014026922 Marches (Music)
    ms gf2014026926 Masses
    mz gf2014026928 Mazurkas
    nc gf2017026144 Nocturnes (Music)
    op gf2014026976 Operas
    or gf2014026977 Oratorios
    ov gf2014026980 Overtures
    pg gf2014027017 Program music
    pm gf2014026861 Holy Week music
    po gf2014027005 Polonaises (Music)
    pp gf2014027009 Popular music
    pr gf2014027013 Preludes (Music)
    ps gf2014026989 Passacaglias
    pt gf2014026984 Part songs
    pv gf2014026994 Pavans (Music)
    rc gf2014027054 Rock music
    rd gf2014027057 Rondos
    rg gf2014027034 Ragtime music
    ri gf2017026128 Ricercars
    rp gf2014027051 Rhapsodies (Music)
    rq gf2014027048 Requiems
    sd gf2014027111 Square dance music
    sg gf2014027103 Songs
    sn gf2014027099 Sonatas
    sp gf2014027120 Symphonic poems
    st gf2014027115 Studies (Music)
    su gf2014027116 Suites
    sy gf2014027121 Symphonies
    tc gf2014027140 Toccatas
    ts gf2014027099 Sonatas
    vi gf2017026025 Villancicos (Music)
    vr gf2014027156 Variations (Music)
    wz gf2014027167 Waltzes (Music)
    za gf2016026059 Zarzuelas
""")
"""Form of composition: 008/18-19 of music, 047 $a."""
MAP_KIND = genres("""
    d gf2011026058 Atlases
    g gf2014026061 Graphs
    j gf2011026387 Maps
    k gf2011026113 Cartographic materials
    q gf2017027245 Models (Representations)
    r gf2011026530 Remote-sensing images
    s gf2011026295 Geological cross-sections
    y gf2018026045 Views
""")
GLOBE_KIND = genres("""
    a gf2011026117 Celestial globes
    b gf2011026300 Globes
    c gf2011026300 Globes
    e gf2011026300 Globes
""")
PICTURE_KIND = genres("""
    c gf2017027227 Collages
    d gf2017027231 Drawings
    e gf2017027246 Paintings
    f tgm007730 Photomechanical print
    g gf2019026026 Negatives (Photographs)
    h tgm007718 Photographic prints
    i gf2017027251 Picture
    j gf2017027255 Prints
    k gf2014026152 Posters
    l tgm009250 Scientific illustrations
    n gf2016026011 Wall charts
    p gf2014026151 Postcards
    v gf2017027249 Photographs
""")
FILM_KIND = genres("""
    c gf2011026435 Outtakes
    d gf2011026551 Rushes
""")
"""Specific material designations of 007 that are genres."""
