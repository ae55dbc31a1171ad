"""Medium of performance: 048 and 382 (ConvSpec-010-048, ConvSpec-3XX)."""

from __future__ import annotations

from collections.abc import Iterator

from converters.bibframe.coded_values import term
from converters.bibframe.control_subfields import applies_to, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, RDFS

PAIRING = {"6": "pairs the field with an 880", "8": "links fields within the record"}
PERFORMANCE_MEDIUMS = "http://id.loc.gov/authorities/performanceMediums"
SOLO, SOLOIST = term("medcompqual", "sol"), term("medcompqual", "solo")
PARTIAL = term("mstatus", "part")
ALTERNATIVE, DOUBLING = term("mnotetype", "alternative"), term("mnotetype", "doubling")
LARGE = term("ensemblesize", "ensemble")
_SIZES = ("soloind", "duo", "trio", "quartet", "quintet", "sextet", "septet", "octet", "nonet")

# 048 codes to terms of LC's medium of performance thesaurus (the number after mp20).
_CODES = (
    "ba 13015342 bb 13015748 bc 13015183 bd 13015747 be 13015750 bf 13015256 bn 13015102 bo 13015102 bu 13015102 "
    "by 13015102 bz 13015102 ca 13015146 cb 13015805 cc 13015469 cd 13015135 cn 13015143 cu 13015143 cy 13015143 "
    "cz 13015143 ea 13015692 eb 13015248 ec 13015166 ed 13015513 en 13015244 eo 13015244 eu 13015244 ez 13015244 "
    "ka 13015550 kb 13015519 kc 13015333 kd 13015157 ke 13015173 kf 13015118 kn 13015382 ko 13015382 ku 13015382 "
    "ky 13015382 kz 13015382 oa 13015516 ob 13015127 oc 13015681 od 13015048 oe 13015083 of 13015100 on 13015252 "
    "oo 13015252 ou 13015252 oy 13015252 oz 13015252 pa 13015733 pb 13015810 pc 13015452 pd 13015218 pn 13015544 "
    "po 13015544 pu 13015544 py 13015544 pz 13015544 sa 13015782 sb 13015772 sc 13015120 sd 13015216 se 13015771 "
    "sf 13015773 sg 13015776 sn 13015098 so 13015098 su 13015098 sy 13015098 sz 13015098 ta 13015325 tb 13015306 "
    "tc 13015433 td 13015446 tn 13015565 to 13015565 tu 13015565 ty 13015565 tz 13015565 va 13015666 vb 13015473 "
    "vc 13015017 vd 13015725 ve 13015058 vf 13015071 vg 13015186 vh 13015341 vi 13015461 vj 13015429 vn 13015791 "
    "vo 13015791 vu 13015791 vy 13015791 wa 13015268 wb 13015507 wc 13015154 wd 13015074 we 13015553 wf 13015251 "
    "wg 13015064 wh 13015597 wi 13015625 wn 13015807 wo 13015807 wu 13015807 wy 13015807 wz 13015807 zn 13015354 "
)
_MEDIUM = {
    code: f"<{PERFORMANCE_MEDIUMS}/mp20{number}>" for code, number in zip(*(iter(_CODES.split()),) * 2, strict=True)
}


def _size(players: int) -> str | None:
    if players >= 10:
        return LARGE
    return term("ensemblesize", _SIZES[players - 1]) if players > 0 else None


@BIB.rule(
    "048",
    "ab2",
    drops=PAIRING,
    spec="ConvSpec-010-048",
    target="W bf:ensemble",
    examples=[
        Example(
            "048 ## $bsa01$aka01",
            "W bf:ensemble/bf:mediumComponent/bf:mediumOfPerformance "
            "<http://id.loc.gov/authorities/performanceMediums/mp2013015782>",
            'W bf:ensemble/bf:mediumComponent/bf:count "1"',
            "W bf:ensemble/bf:ensembleSize <http://id.loc.gov/vocabulary/ensemblesize/duo>",
        ),
        Example("048 #7 $aqx$2iamlmp", 'W bf:ensemble/bf:mediumComponent/bf:mediumOfPerformance/bf:code "qx"'),
    ],
)
def number_of_instruments(field: Field, c: Conversion) -> None:
    """Codes for instruments and voices with their number; left out where 382 says it in words."""
    if c.record.all("382"):
        return
    ensemble = Node("ensemble", BF.Ensemble)
    players, large = 0, False
    for code, raw in field.subfields:
        text = raw.strip()
        if code not in "ab" or not text:
            continue
        count = int(text[2:4]) if text[2:4].isdigit() else 1
        players += count
        large = large or text[0] in "co"
        known = _MEDIUM.get(text[:2]) if field.ind2 != "7" else None
        plain = literal(text[:2] if len(text) <= 4 else text)
        medium: str | Node = known or Node("medium", BF.MediumOfPerformance).add(BF.code, plain).add(
            BF.source, source(field)
        )
        component = Node("component", BF.MediumComponent).add(BF.mediumOfPerformance, medium)
        component.add(BF.count, literal(str(count)))
        if code == "b":
            component.add(BF.mediumComponentQualifier, SOLO)
        ensemble.add(BF.mediumComponent, component)
    if not ensemble.bare:
        ensemble.add(BF.ensembleSize, LARGE if large else _size(players))
        c.work.add(BF.ensemble, ensemble)


def _groups(field: Field) -> Iterator[list[tuple[str, str]]]:
    """382 by medium: each $a or $b with the doubling, alternative, number and note that follow it."""
    group: list[tuple[str, str]] = []
    for code, text in field.subfields:
        if code in "ab":
            if any(c in "ab" for c, _ in group):
                yield group
                group = []
            group.append((code, text))
        elif code in "pdenv" and group:
            group.append((code, text))
    if group:
        yield group


@BIB.rule(
    "382",
    "abdenprstv23",
    drops={**PAIRING, "0": "number of the term, which $a and $b name", "1": "URI of the thing itself"},
    spec="ConvSpec-3XX",
    target="W bf:ensemble",
    examples=[
        Example(
            "382 01 $bđàn bầu$n1$ađàn tranh$n2$dsáo$s3$2lcmpt",
            'W bf:ensemble/bf:mediumComponent/bf:mediumOfPerformance/rdfs:label "đàn tranh"',
            'W bf:ensemble/bf:mediumComponent/bf:count "2"',
            'W bf:ensemble/bf:mediumComponent/bf:note/rdfs:label "sáo"',
            "W bf:ensemble/bf:ensembleSize <http://id.loc.gov/vocabulary/ensemblesize/trio>",
            "W bf:ensemble/bf:mediumComponent/bf:mediumOfPerformance/bf:source "
            "<http://id.loc.gov/authorities/performanceMediums>",
        )
    ],
)
def medium_of_performance(field: Field, c: Conversion) -> None:
    """Instruments and voices in words."""
    scheme = (field.get("2") or "").strip()
    by: str | Node | None = f"<{PERFORMANCE_MEDIUMS}>" if scheme == "lcmpt" else source(field)
    ensemble = Node("ensemble", BF.Ensemble)
    for group in _groups(field):
        component = Node("component", BF.MediumComponent)
        counted = False
        for code, raw in group:
            text = spaced(raw)
            if not text:
                continue
            label = literal(text)
            if code in "ab":
                medium = Node("medium", BF.MediumOfPerformance).add(RDFS.label, label).add(BF.source, by)
                component.add(BF.mediumOfPerformance, medium)
                if code == "b":
                    component.add(BF.mediumComponentQualifier, SOLOIST)
            elif code in "pdv":
                note = Node("note", BF.Note).add(RDFS.label, label)
                if code != "v":
                    note.typed(ALTERNATIVE if code == "p" else DOUBLING)
                component.add(BF.note, note)
            elif not counted:
                counted = True
                component.add(BF.count, label)
        ensemble.add(BF.mediumComponent, component)
    size = spaced(field.get("s") or "")
    if field.all("t"):
        ensemble.add(BF.ensembleSize, LARGE)
    elif size.isdigit():
        ensemble.add(BF.ensembleSize, _size(int(size)))
    for code, name in (("r", "Soloists"), ("s", "Performers"), ("t", "Ensembles")):
        for text in field.all(code):
            if text.strip():
                note = Node("note", BF.Note).add(RDFS.label, literal(f"{name}: {spaced(text)}"))
                ensemble.add(BF.note, note)
    if ensemble.bare:
        return
    if field.ind1 == "1":
        ensemble.add(BF.status, PARTIAL)
    applies_to(field, ensemble)
    c.work.add(BF.ensemble, ensemble)
