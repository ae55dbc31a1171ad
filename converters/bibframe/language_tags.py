"""Language tags (BCP 47) for text in other scripts: 880 and $7 (LC ConvSpec-880; MARC 21 Appendix A, $6).

The language is the record's, the script is what $6 says and the characters show. A script that the language is
usually written in is left out (``ar``, ``ja``), any other is named (``vi-hani``, ``zh-hani``). Lower case, as LC.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

# MARC language codes (ISO 639-2/B) with a two-letter code.
_TWO_LETTERS = """
    aar aa abk ab afr af aka ak alb sq amh am ara ar arg an arm hy asm as ava av ave ae aym ay aze az bak ba bam bm
    baq eu bel be ben bn bih bh bis bi bod bo bos bs bre br bul bg bur my cat ca ces cs cha ch che ce chi zh chu cu
    chv cv cor kw cos co cre cr cym cy cze cs dan da deu de div dv dut nl dzo dz ell el eng en epo eo est et eus eu
    ewe ee fao fo fas fa fij fj fin fi fra fr fre fr fry fy ful ff geo ka ger de gla gd gle ga glg gl glv gv gre el
    grn gn guj gu hat ht hau ha heb he her hz hin hi hmo ho hrv hr hun hu hye hy ibo ig ice is ido io iii ii iku iu
    ile ie ina ia ind id ipk ik isl is ita it jav jv jpn ja kal kl kan kn kas ks kat ka kau kr kaz kk khm km kik ki
    kin rw kir ky kom kv kon kg kor ko kua kj kur ku lao lo lat la lav lv lim li lin ln lit lt ltz lb lub lu lug lg
    mac mk mah mh mal ml mao mi mar mr may ms mkd mk mlg mg mlt mt mon mn mri mi msa ms mya my nau na nav nv nbl nr
    nde nd ndo ng nep ne nld nl nno nn nob nb nor no nya ny oci oc oji oj ori or orm om oss os pan pa per fa pli pi
    pol pl por pt pus ps que qu roh rm ron ro rum ro run rn rus ru sag sg san sa sin si slk sk slo sk slv sl sme se
    smo sm sna sn snd sd som so sot st spa es sqi sq srd sc srp sr ssw ss sun su swa sw swe sv tah ty tam ta tat tt
    tel te tgk tg tgl tl tha th tib bo tir ti ton to tsn tn tso ts tuk tk tur tr twi tw uig ug ukr uk urd ur uzb uz
    ven ve vie vi vol vo wel cy wln wa wol wo xho xh yid yi yor yo zha za zho zh zul zu
"""
_OWN_SCRIPT = {
    "arab": "ar fa ps ur",
    "armn": "hy",
    "beng": "as bn",
    "cyrl": "ab be bg kk mk ru uk",
    "deva": "hi kok mai mr ne",
    "ethi": "am ti",
    "geor": "ka",
    "grek": "el",
    "gujr": "gu",
    "guru": "pa",
    "hebr": "he iw yi",
    "jpan": "ja",
    "khmr": "km",
    "knda": "kn",
    "kore": "ko",
    "laoo": "lo",
    "latn": (
        "af ay bs ca ch cs cy da de dsb en eo es et eu fi fj fo fr frr frs fy ga gl gn gsw gv hr hsb ht hu id "
        "in is it kl la lb ln lt lv men mg mh mo ms mt na nb nd nds niu nl nn no nr nso ny om pl pt qu rm rn "
        "ro rw sg sk sl sm so sq ss st sv sw tem tkl tl tmh tn to tpi tr ts tvl ve vi xh zu "
    ),
    "mlym": "ml",
    "mymr": "my",
    "orya": "or",
    "sinh": "si",
    "taml": "ta",
    "telu": "te",
    "thaa": "dv",
    "thai": "th",
    "tibt": "dz",
}
_NUMBERED = """
    120 tfng 125 hebr 135 syrc 145 mong 160 arab 170 thaa 200 grek 204 copt 215 latn 220 cyrl 230 armn 240 geor 286
    hang 287 kore 310 guru 315 deva 320 gujr 325 beng 327 orya 330 tibt 340 telu 345 knda 346 taml 347 mlym 348 sinh
    350 mymr 352 thai 355 khmr 356 laoo 358 cham 359 tavt 410 hira 411 kana 413 jpan 430 ethi 500 hani 501 hans 502
    hant
"""
LANGUAGES = dict(zip(_TWO_LETTERS.split()[::2], _TWO_LETTERS.split()[1::2], strict=True))
OWN_SCRIPT = {language: script for script, languages in _OWN_SCRIPT.items() for language in languages.split()}
NUMBERED = dict(zip(_NUMBERED.split()[::2], _NUMBERED.split()[1::2], strict=True))
# The codes of MARC-8 character sets that older records have in $6 instead of ISO 15924.
_MARC8 = {"(B": "latn", "(N": "cyrl", "(Q": "cyrl", "(S": "grek", "(2": "hebr", "(3": "arab", "(4": "arab", "$1": "cjk"}

# First and last code point of the blocks whose letters show a script.
_BLOCKS: tuple[tuple[int, int, str], ...] = (
    (0x0370, 0x03FF, "grek"), (0x0400, 0x052F, "cyrl"), (0x0530, 0x058F, "armn"), (0x0590, 0x05FF, "hebr"),
    (0x0600, 0x06FF, "arab"), (0x0700, 0x074F, "syrc"), (0x0750, 0x077F, "arab"), (0x0780, 0x07BF, "thaa"),
    (0x0900, 0x097F, "deva"), (0x0980, 0x09FF, "beng"), (0x0A00, 0x0A7F, "guru"), (0x0A80, 0x0AFF, "gujr"),
    (0x0B00, 0x0B7F, "orya"), (0x0B80, 0x0BFF, "taml"), (0x0C00, 0x0C7F, "telu"), (0x0C80, 0x0CFF, "knda"),
    (0x0D00, 0x0D7F, "mlym"), (0x0D80, 0x0DFF, "sinh"), (0x0E00, 0x0E7F, "thai"), (0x0E80, 0x0EFF, "laoo"),
    (0x0F00, 0x0FFF, "tibt"), (0x1000, 0x109F, "mymr"), (0x10A0, 0x10FF, "geor"), (0x1100, 0x11FF, "kore"),
    (0x1200, 0x139F, "ethi"), (0x1780, 0x17FF, "khmr"), (0x1800, 0x18AF, "mong"), (0x1F00, 0x1FFF, "grek"),
    (0x3040, 0x30FF, "jpan"), (0x3130, 0x318F, "kore"), (0x31F0, 0x31FF, "jpan"), (0x3400, 0x9FFF, "hani"),
    (0xAA00, 0xAA5F, "cham"), (0xAA80, 0xAADF, "tavt"), (0xAC00, 0xD7AF, "kore"), (0xF900, 0xFAFF, "hani"),
    (0xFB1D, 0xFB4F, "hebr"), (0xFB50, 0xFDFF, "arab"), (0xFE70, 0xFEFC, "arab"), (0xFF66, 0xFF9F, "jpan"),
    (0x20000, 0x323AF, "hani"),
)  # fmt: skip
# Where a record without language says from which country its Han characters come.
_LANGUAGE_OF = {"ja": "jpn", "ko": "kor", "kn": "kor", "cc": "chi", "ch": "chi", "vm": "vie"}
_ENOUGH = 64
"""Letters beyond Latin that suffice to know a script."""
_STARTS = [start for start, _, _ in _BLOCKS]
_PUNCTUATION = frozenset({0x060C, 0x061B, 0x061F, 0x0640, 0x30A0, 0x30FB, 0x30FC})


def script_of(text: str) -> str:
    """The script that most of the letters beyond Latin are in (ISO 15924, lower case), or ``""`` when there is none.

    Kana among Han is Japanese, Hangul among Han Korean (``jpan``, ``kore`` include Han).
    """
    counts: dict[str, int] = {}
    left = _ENOUGH
    for character in text:
        point = ord(character)
        if point < 0x370 or point in _PUNCTUATION:
            continue
        n = bisect_right(_STARTS, point) - 1
        if n >= 0 and point <= _BLOCKS[n][1]:
            script = _BLOCKS[n][2]
            counts[script] = counts.get(script, 0) + 1
            left -= 1
            if not left:
                break
    if not counts:
        return ""
    for mixed in ("jpan", "kore"):
        if mixed in counts and "hani" in counts:
            counts[mixed] += counts.pop("hani")
    return max(counts, key=lambda s: counts[s])


@lru_cache(maxsize=1024)
def language_tag(language: str, script: str) -> str | None:
    """The tag of a MARC language code (or ``""``) and a script; None when neither is known.

    Kana and Hangul name their language whatever the record's is; English in another script is not English.
    """
    if script == "jpan":
        return "ja"
    if script == "kore":
        return "ko"
    code = LANGUAGES.get(language, language)
    if script == "hani" and code in ("ja", "ko"):
        return code
    if not (code.isalpha() and code.isascii() and 2 <= len(code) <= 3) or code in ("und", "zxx", "mul", "mis"):
        code = "und"
    own = OWN_SCRIPT.get(code, "")
    if not script or script == own:
        return code if code != "und" else None
    if code == "en" and script != "latn":
        code = "und"
    return f"{code}-{script}"


def script_in_6(text: str) -> str:
    """The script that a $6 names after its slash (``245-01/(3/r`` → ``arab``); ``cjk`` for ``$1``, else ``""``."""
    _, slash, rest = text.partition("/")
    mark = rest.partition("/")[0].strip()
    if not slash or not mark:
        return ""
    if mark in _MARC8:
        return _MARC8[mark]
    if len(mark) == 4 and mark.isascii() and mark.isalpha():
        return mark.lower()
    return NUMBERED.get(mark, "")


def tag_of_text(text: str, named: str, language: str, country: str = "") -> str | None:
    """The tag for one field's text: the characters decide the script, where they show none $6 does.

    ``named`` is :func:`script_in_6`, ``language`` the MARC code of 008 (or 041), ``country`` that of 008: both tell
    Chinese, Japanese and Korean apart when the text is of Han characters alone.
    """
    script = script_of(text)
    if not script and named != "cjk":
        script = named
    if script == "hani" and language.strip() in ("", "und", "mul", "zxx"):
        language = _LANGUAGE_OF.get(country, language)
    if not script and named == "cjk":
        script = {"kor": "kore", "chi": "hani", "jpn": "jpan"}.get(language, "")
    return language_tag(language, script) if script or language else None


def own_tag(text: str) -> str | None:
    """A $7 with BCP 47, ``(bcp47)ru-Cyrl`` or ``(bcp47/dpsfa)…``, as a lower-case tag, three letters as two."""
    if not text.startswith(("(bcp47", "[bcp47")):
        return None
    tag = "".join(text[1:].replace("]", ")").partition(")")[2].split())
    first, dash, rest = tag.partition("-")
    first = LANGUAGES.get(first.lower(), first.lower())
    script = rest.lower() if len(rest) == 4 else ""
    if script and OWN_SCRIPT.get(first) == script:
        return first
    return f"{first}{dash}{rest.lower()}" if first.isalpha() else None
