"""880 of holdings and authority records: the same field in another script (MARC 21 Holdings and Authority, 880, $6).

As in bibliographic records a partner's text becomes a second literal with a language tag, and an 880 without partner
stands for the field that its $6 names. Only the place of the language differs: holdings 008/22-24, authority 040 $b.
"""

from __future__ import annotations

from converters.bibframe.conversion import Conversion
from converters.bibframe.language_tags import script_in_6, tag_of_text
from converters.bibframe.rules import AUTHORITY, HOLDINGS, Example
from converters.marc.record import Field, Record


@HOLDINGS.preparation
def pair_in_holdings(c: Conversion) -> None:
    """Pair the 880 fields of a holdings record."""
    pair(c, c.record.control("008")[22:25].strip(" |").lower())


@AUTHORITY.preparation
def pair_in_authority(c: Conversion) -> None:
    """Pair the 880 fields of an authority record."""
    pair(c, next((text.strip().lower()[:3] for text in c.record.values("040", "b")), ""))


def pair(c: Conversion, language: str) -> None:
    """Fill ``twins`` and ``tags``; an 880 that names no partner takes the place of the field it stands for."""
    record = c.record
    others = record.all("880")
    if not others:
        return
    partners: dict[tuple[str, str], Field] = {}
    for field in record.fields:
        if field.tag != "880" and field.tag >= "010":
            link = field.get("6")
            if link and link[4:6] not in ("", "00"):
                partners.setdefault((field.tag, link[4:6]), field)
    moved: dict[int, Field] = {}
    for field in others:
        link = (field.get("6") or "").strip()
        target = link[:3]
        if not (len(target) == 3 and target.isdigit() and "010" <= target != "880"):
            c.problem("broken-link", "880$6", f"“{link}” names no field; the text was left out.")
            continue
        text = " ".join(t for code, t in field.subfields if code not in "0123456789")
        tag = tag_of_text(text, script_in_6(link), language, "")
        partner = partners.get((target, link[4:6]))
        if partner is not None:
            c.twins.setdefault(id(partner), []).append((field, tag or ""))
            continue
        alone = Field(target, field.ind1, field.ind2, [(code, t) for code, t in field.subfields if code != "6"])
        moved[id(field)] = alone
        if tag:
            c.tags[id(alone)] = tag
    if moved:
        fields = [moved.get(id(field), field) for field in record.fields]
        c.record = Record(
            record.leader, fields, format=record.format, encoding=record.encoding, problems=record.problems
        )


@HOLDINGS.rule(
    "880",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    spec="MARC 21 Holdings 880",
    target="a second literal with a language tag on the node of the linked field",
    examples=[
        Example(
            "LDR 00000nx  a2200000zi 4500\n852 ## $aX\n866 30 $6880-01$aQuyển 1-3\n880 30 $6866-01/$1$a卷一至三",
            'T bf:enumerationAndChronology/rdfs:label "Quyển 1-3"',
            'T bf:enumerationAndChronology/rdfs:label "卷一至三"@und-hani',
        )
    ],
)
@AUTHORITY.rule(
    "880",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    spec="MARC 21 Authority 880",
    target="a second label with a language tag",
    examples=[
        Example(
            "040 ## $bvie\n100 1# $6880-01$aNguyễn, Du\n880 1# $6100-01/$1$a阮攸",
            'A skos:prefLabel "Nguyễn, Du"',
            'A skos:prefLabel "阮攸"@vi-hani',
        ),
        Example("040 ## $bvie\n100 1# $aNguyễn, Du\n880 1# $6400-00/$1$a素如", 'A skos:altLabel "素如"@vi-hani'),
    ],
)
def other_script(field: Field, c: Conversion) -> None:
    """Done before any field is read."""
