"""880: the same field in another script, and other fields' text with a language of its own ($7).

An 880 with a partner ($6 of both name each other) gives the partner's nodes a second literal with a language tag;
``Conversion.in_scripts`` yields it. An 880 without partner stands for the field that its $6 names. Specification:
ConvSpec-880; MARC 21 Appendix A ($6) and field 880.
"""

from __future__ import annotations

from converters.bibframe.conversion import Conversion
from converters.bibframe.language_tags import own_tag, script_in_6, tag_of_text
from converters.bibframe.node import Node
from converters.bibframe.punctuation import spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field, Record
from ontologies.namespaces import BF, RDFS


def _record_language(record: Record) -> str:
    """The language code of 008, or the first of 041 $a where 008 has none."""
    language = record.control("008")[35:38].strip(" |").lower()
    if language and language not in ("und", "mul", "zxx"):
        return language
    return next((t.strip().lower()[:3] for t in record.values("041", "a") if t.strip()), language)


@BIB.preparation
def pair_scripts(c: Conversion) -> None:
    """Fill ``twins`` and ``tags``, and put each 880 without partner in the place of the field it stands for."""
    record = c.record
    if record.kind != "bibliographic":
        return
    for field in record.fields:
        if "7" in field.codes:
            for text in field.all("7"):
                if "bcp47" in text[:7] and (tag := own_tag(text)):
                    c.tags[id(field)] = tag
    others = record.all("880")
    if not others:
        return
    partners: dict[tuple[str, str], Field] = {}
    for field in record.fields:
        if field.tag != "880" and field.tag >= "010":
            link = field.get("6")
            if link and link[4:6].isdigit() and link[4:6] != "00":
                partners.setdefault((field.tag, link[4:6]), field)
    language, country = _record_language(record), record.control("008")[15:18].strip().lower()
    moved: dict[int, Field] = {}
    for field in others:
        link = (field.get("6") or "").strip()
        target = link[:3]
        text = " ".join(t for code, t in field.subfields if code not in "0123456789")
        if not (target.isdigit() and len(target) == 3 and target >= "010"):
            _without_link(field, text, c, tag_of_text(text, "", language, country))
            continue
        tag = c.tags.get(id(field)) or tag_of_text(text, script_in_6(link), language, country)
        partner = partners.get((target, link[4:6]))
        if partner is not None:
            c.twins.setdefault(id(partner), []).append((field, tag or ""))
        else:
            body = [(code, t) for code, t in field.subfields if code != "6"]
            alone = moved[id(field)] = Field(target, field.ind1, field.ind2, body)
            if tag:
                c.tags[id(alone)] = tag
    if moved:
        fields = [moved.get(id(field), field) for field in record.fields]
        c.record = Record(
            record.leader, fields, format=record.format, encoding=record.encoding, problems=record.problems
        )


def _without_link(field: Field, text: str, c: Conversion, tag: str | None) -> None:
    """An 880 whose $6 names no field: its text is kept as a note."""
    c.problem("broken-link", "880$6", f"“{field.get('6') or ''}” names no field; the text was kept as a note.")
    if spaced(text):
        c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(spaced(text), tag)))


@BIB.rule(
    "880",
    "abcdefghijklmnopqrstuvwxyz0123456789",
    spec="ConvSpec-880",
    target="a second literal with a language tag on the node of the linked field",
    examples=[
        Example(
            """008 990715s1999    vm            000 0 vie d
               245 10 $6880-01$aTruyện Kiều
               880 10 $6245-01/$1$a傳翹""",
            'I bf:title/bf:mainTitle "Truyện Kiều"',
            'I bf:title/bf:mainTitle "傳翹"@vi-hani',
            'W bf:title/bf:mainTitle "傳翹"@vi-hani',
        ),
        Example(
            """008 990715s1999    ua            000 0 ara d
               880 00 $6245-00/(3/r$aمفتاح المقاصد""",
            'I bf:title/bf:mainTitle "مفتاح المقاصد"@ar',
        ),
        Example(
            """008 990715s1999    xxu           000 0 eng d
               250 ## $6880-01$aIzd. 2
               880 ## $6250-01/(N$aИзд. 2-е""",
            'I bf:editionStatement "Изд. 2-е"@und-cyrl',
        ),
        Example(
            """008 990715s1999    ja            000 0 jpn d
               250 ## $6880-01$aShohan
               880 ## $6250-01/$1$a初版""",
            'I bf:editionStatement "初版"@ja',
        ),
        Example("880 ## $a初版", 'I bf:note/rdfs:label "初版"@und-hani'),
    ],
)
def other_script(field: Field, c: Conversion) -> None:
    """Nothing here: the rule of the linked field reads its 880s (``Conversion.in_scripts``)."""


@BIB.rule(
    "066",
    drops=dict.fromkeys("abc", "tells the character sets of the MARC file, not of the resource"),
    spec="MARC 21 field 066 (LC: no attempt to code)",
    target="none",
    examples=[Example("066 ## $c(3", '!I bf:note/rdfs:label "(3"')],
)
def character_sets(field: Field, c: Conversion) -> None:
    """Nothing: text is Unicode here."""
