"""The imprint: place, name and date of publication from 260–264 and 008/06-17 (ConvSpec-250-270, Process8)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as datafield
from functools import lru_cache
from typing import NamedTuple

from converters.bibframe.bib.f250_270 import PAIRING
from converters.bibframe.bib.names import alone
from converters.bibframe.coded_values import term
from converters.bibframe.control_subfields import applies_to
from converters.bibframe.conversion import Conversion
from converters.bibframe.edtf import date_literal, is_edtf, year_of
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, BFLC, RDF, RDFS

CURRENT, CEASED, EARLIEST = (term("mstatus", code) for code in ("current", "ceased", "earliest"))
_KINDS = {"0": BF.Production, "1": BF.Publication, "2": BF.Distribution, "3": BF.Manufacture}
_STATEMENTS = {
    "0": BF.productionStatement,
    "1": BF.publicationStatement,
    "2": BF.distributionStatement,
    "3": BF.manufactureStatement,
}
_YEAR = re.compile(r"(?<!\d)(?:1[4-9]|20)\d\d(?!\d)")
_COPYRIGHT_MARKS = str.maketrans("", "", "©℗")
# 260 $e $f $g are place, name and date of manufacture; 261 is the imprint of films before 1993.
_MANUFACTURE = {"e": "a", "f": "b", "g": "c"}
_FILM = {"a": ("b", "0"), "b": ("b", "0"), "e": ("b", "3"), "f": ("a", ""), "d": ("c", "")}


@dataclass(slots=True)
class Imprint:
    """One place–name–date group of a 260–264: its kind (second indicator of 264), sequence (first) and texts.

    ``texts`` holds subfield code (a, b, c), text and language tag, in order; the texts of 880s follow.
    """

    field: Field
    kind: str
    sequence: str
    texts: list[tuple[str, str, str | None]] = datafield(default_factory=list)


def _groups(field: Field) -> list[tuple[str, list[tuple[str, str]]]]:
    """The subfields of a 260–264 as (kind, texts) groups: a place after a name or a date begins a new group."""
    film = field.tag == "261"
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    last = ""
    for code, text in field.subfields:
        if film:
            if code not in _FILM:
                continue
            mapped, kind = _FILM[code]
            begins = not groups or (code == "a" and last != "a") or (code == "e" and last != "e")
        elif code in "abc":
            mapped, kind = code, field.ind2 if field.tag == "264" else "1"
            begins = not groups or (code == "a" and last != "a")
        elif code in _MANUFACTURE:
            mapped, kind = _MANUFACTURE[code], "3"
            begins = not groups or groups[-1][0] != "3" or (code == "e" and last != "e")
        else:
            continue
        last = code
        if begins:
            groups.append((kind or "1", []))
        groups[-1][1].append((mapped, text))
    return groups


@BIB.rule(
    "260 261 262 264",
    "abcdefgh3",
    drops={**PAIRING, "7": "language of the field"},
    spec="ConvSpec-250-270, Process8",
    target="I bf:provisionActivity, bf:publicationStatement (productionStatement …), bf:copyrightDate",
    examples=[
        Example(
            """008 990715s1999    vm            000 0 vie d
               260 ## $aHà Nội :$bVăn học,$c1999.""",
            "I bf:provisionActivity/a bf:Publication",
            "I bf:provisionActivity/bf:place <http://id.loc.gov/vocabulary/countries/vm>",
            'I bf:provisionActivity/bf:date "1999"^^lcdt:edtf',
            'I bf:provisionActivity/bflc:simplePlace "Hà Nội"',
            'I bf:provisionActivity/bflc:simpleAgent "Văn học"',
            'I bf:provisionActivity/bflc:simpleDate "1999"',
            'I bf:publicationStatement "Hà Nội: Văn học, 1999"',
        ),
        Example(
            """008 990715t20012000vm            000 0 vie d
               264 #1 $aHuế :$bThuận Hoá,$c2001
               264 #4 $c©2000""",
            'I bf:copyrightDate "2000"^^lcdt:edtf',
            'I bf:provisionActivity/bf:date "2001"^^lcdt:edtf',
        ),
        Example(
            """008 990715|||||||||xx            000 0 vie d
               264 #3 $aHà Nội :$bIn Tiến bộ""",
            "I bf:provisionActivity/a bf:Manufacture",
            'I bf:manufactureStatement "Hà Nội: In Tiến bộ"',
            "I bf:provisionActivity/bf:place <http://id.loc.gov/vocabulary/countries/xx>",
        ),
        Example("260 ## $aHà Nội$c[khoảng 1987]", 'I bf:provisionActivity/bf:date "1987"^^lcdt:edtf'),
        Example(
            """008 990715s199     qq            000 0 vie d
               260 ## $aHà Nội""",
            'I bf:provisionActivity/bf:date "199"',
            'I bf:provisionActivity/bf:place/bf:code "qq"',
        ),
    ],
)
def imprint(field: Field, c: Conversion) -> None:
    """Place, name and date of publication; put together with 008 once all are known (:func:`provision`)."""
    c.later.setdefault("provision", []).append(field)


@BIB.rule(
    "260 262",
    "dkl",
    spec="ConvSpec-250-270",
    target="I bf:identifiedBy bf:PublisherNumber",
    examples=[
        Example("260 ## $aLondon$dEMI 21", 'I bf:identifiedBy/rdf:value "EMI 21"'),
        Example("262 ## $bMelodia$kC 1063", 'I bf:identifiedBy/rdf:value "C 1063"'),
        Example(
            "262 ## $bPhilips$c2600-256.$dp1971",
            'I bf:identifiedBy/rdf:value "2600-256"',
            'I bf:note/rdfs:label "Date: p1971"',
        ),
    ],
)
def plate_number(field: Field, c: Conversion) -> None:
    """Plate or publisher's number of music (before 1981); serial and matrix numbers of recordings.

    Where 262 has $d, that is the date and $c the number, as before 1980.
    """
    if field.tag == "262":
        dates = [date for date in map(chopped, field.all("d")) if date]
        numbers = c.each(field, "ckl" if dates else "kl")
        for date in dates:
            c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(f"Date: {date}")))
    else:
        numbers = c.each(field, "d", end="")
    if numbers:
        c.instance.add(BF.identifiedBy, Node("identifier", BF.PublisherNumber).add(RDF.value, *numbers))


def _imprints(field: Field, c: Conversion) -> list[Imprint]:
    found = []
    twins = [(_groups(twin), tag) for twin, tag in c.twins.get(id(field), ())] if c.twins else []
    own = c.tags.get(id(field))
    for n, (kind, texts) in enumerate(_groups(field)):
        made = Imprint(field, kind, field.ind1, [(code, text, own) for code, text in texts])
        for groups, tag in twins:
            if n < len(groups):
                made.texts.extend((code, text, tag) for code, text in groups[n][1])
        found.append(made)
    return found


def _coded_date(value: str) -> tuple[str, str, str, str]:
    """What 008/06-14 says: date, kind of activity, the status and the note that go with it."""
    kind, first, second = value[0], year_of(value[1:5]), year_of(value[5:9])
    if kind == "c":
        return (first if "X" in first else f"{first}/.." if first else ""), "1", CURRENT, ""
    if kind in "dmu":
        return _span(first, second), "1", CEASED if kind == "d" else "", ""
    if kind in "ik":
        return _span(first, second), "0", "", f"{'inclusive' if kind == 'i' else 'bulk'} collection dates"
    if kind == "q":
        about = "" if "X" in first + second else "~"
        return "/".join(f"{year}{about}" for year in (first, second) if year), "1", "", ""
    if kind == "e":
        month, day = value[5:7].strip(" |"), value[7:9].strip(" |")
        return "-".join(p for p in (first, month, day if month else "") if p).replace("u", "X"), "1", "", ""
    if kind in "prst":
        return first, "2" if kind == "p" else "1", "", ""
    if kind == "n":
        return _span(first, second) if second else first or "XXXX", "1", "", ""
    if kind == "|":
        return _span(first, second) if second else first, "1", "", ""
    return "", "1", "", ""


class Coded(NamedTuple):
    """What 008/06-17 says, before any node: ``facts`` are (kind of activity, predicate, value), kind ``4`` is
    copyright, a value is a term or the kind, class, predicate and literal of a node; ``problems`` are (code, where,
    message).
    """

    facts: tuple[tuple[str, str, str | tuple[str, str, str, str]], ...]
    problems: tuple[tuple[str, str, str], ...]


@lru_cache(maxsize=4096)
def _coded_values(value: str, *, strict: bool) -> Coded:
    """What 008/06-17 says. ``strict``: as the one date of a resource 9999 is Koha's empty form and no year (MARC 21
    has 9999 for "still appearing" only).
    """
    kind, second = value[0], year_of(value[5:9])
    date, activity, status, note = _coded_date(value[:9])
    facts: list[tuple[str, str, str | tuple[str, str, str, str]]] = []
    problems = []
    if strict and kind in "prst" and date == "9999":
        problems.append(("invalid-date", "008/07-10", "9999 is no year of publication and was left out."))
        date = ""
    code = value[9:12].strip(" |").lower()
    place: str | tuple[str, str, str, str] | None = vocabulary("countries", code) if code else None
    if code and place is None:
        problems.append(("invalid-code", "008/15-17", f"“{code}” is no country code; it was kept as text."))
        place = "place", BF.Place, BF.code, literal(code)
    if date and not is_edtf(date):
        if any(d.isdigit() or d == "X" for d in date):
            problems.append(("invalid-date", "008/06-14", f"“{value[:9]}” is no date; “{date}” was kept as text."))
        else:
            problems.append(("invalid-date", "008/06-14", f"“{value[:9]}” is no date and was left out."))
            date = ""
    if date:
        facts.append((activity, BF.date, date_literal(date)))
        if status:
            facts.append((activity, BF.status, status))
        if note:
            facts.append((activity, BF.note, ("note", BF.Note, RDFS.label, literal(note))))
    if place is not None:
        facts.append((activity, BF.place, place))
    if second and kind == "p":
        facts.append(("0", BF.date, date_literal(second)))
    elif second and kind == "t":
        facts.append(("4", BF.copyrightDate, date_literal(second)))
    return Coded(tuple(facts), tuple(problems))


def _coded(c: Conversion) -> dict[str, list[tuple[str, str | Node]]]:
    """What 008/06-17 says, by kind of activity (``4`` is copyright)."""
    coded = _coded_values(c.record.control("008").ljust(18)[6:18], strict=not alone(c))
    for code, where, message in coded.problems:
        c.problem(code, where, message)
    said: dict[str, list[tuple[str, str | Node]]] = {}
    for activity, predicate, value in coded.facts:
        if not isinstance(value, str):
            made, class_, inner, text = value
            said.setdefault(activity, []).append((predicate, Node(made, class_).add(inner, text)))
        elif activity in said:
            said[activity].append((predicate, value))
        else:
            said[activity] = [(predicate, value)]
    return said


def _span(first: str, second: str) -> str:
    return f"{first}/{second}" if first and second else first or second


@BIB.step
def provision(c: Conversion) -> None:
    """Put 008 and the imprints together: the coded date and place join the last imprint of their kind."""
    coded = _coded(c)
    fields = c.later.get("provision", ())
    groups = [made for field in fields for made in _imprints(field, c)]
    last_of = {made.kind: n for n, made in enumerate(groups)}
    level = c.record.leader[7]
    several = len(fields) > 1 and sum(id(field) not in c.tags for field in fields) > 1
    undated = not any(name == BF.date for facts in coded.values() for name, _ in facts)
    for n, made in enumerate(groups):
        if made.kind == "4":
            _copyright(made, c, coded.pop("4", None))
            continue
        activity = _KINDS.get(made.kind)
        node = Node("provision", BF.ProvisionActivity)
        known = coded.get(made.kind, ()) if last_of[made.kind] == n else ()
        if activity:
            node.add(RDF.type, activity)
            node.out.extend(known)
        if made.kind == "1" and level in "si" and not any(p == BF.status for p, _ in known):
            if several and made.sequence == " ":
                node.add(BF.status, EARLIEST)
            elif (several and made.sequence == "3") or (level == "i" and not several):
                node.add(BF.status, CURRENT)
        if "3" in made.field.codes:
            applies_to(made.field, node)
        texts = _plain(made)
        if undated:
            node.add(BF.date, _year(texts))
        for code, text, tag in texts:
            node.add(_SIMPLE[code], literal(text, tag))
        if not node.bare:
            c.instance.add(BF.provisionActivity, node)
        c.instance.add(_STATEMENTS.get(made.kind, BF.provisionActivityStatement), *_statements(texts))
    for kind, facts in coded.items():
        if kind == "4":
            c.instance.out.extend(facts)
        elif kind not in last_of:
            node = Node("provision", BF.ProvisionActivity, _KINDS[kind])
            node.out.extend(facts)
            c.instance.add(BF.provisionActivity, node)


_SIMPLE = {"a": BFLC.simplePlace, "b": BFLC.simpleAgent, "c": BFLC.simpleDate}


def _plain(made: Imprint) -> list[tuple[str, str, str | None]]:
    """The texts of an imprint without ISBD punctuation; brackets that span place to date also go around the name."""
    found = []
    texts = made.texts
    bracketed = any(("[" in text) != ("]" in text) for _, text, _ in texts)
    for n, (code, text, tag) in enumerate(texts):
        plain = chopped(text)
        if bracketed and code == "b" and plain and "[" not in plain and "]" not in plain:
            before = next((t for k, t, g in reversed(texts[:n]) if k == "a" and g == tag), "")
            after = next((t for k, t, g in texts[n + 1 :] if k == "c" and g == tag), "")
            if ("[" in before and "]" not in before) or ("]" in after and "[" not in after):
                plain = f"[{plain}]"
        if plain:
            found.append((code, plain, tag))
    return found


def _year(texts: list[tuple[str, str, str | None]]) -> str | None:
    """The one year in the dates of an imprint, for records whose 008 has none."""
    years = {year for code, text, _ in texts if code == "c" for year in _YEAR.findall(text)}
    return date_literal(years.pop()) if len(years) == 1 else None


def _statements(texts: list[tuple[str, str, str | None]]) -> list[str]:
    """The imprint as one text for each language: ``place; place: name, name, date``."""
    statements = []
    if len(texts) == 1:
        return [literal(texts[0][1], texts[0][2])]
    by_tag: dict[str | None, dict[str, list[str]]] = {}
    for code, text, tag in texts:
        by_tag.setdefault(tag, {}).setdefault(code, []).append(text)
    for tag, said in by_tag.items():
        places, names, dates = _joined(said.get("a"), ";"), _joined(said.get("b"), ","), _joined(said.get("c"), ",")
        rest = f"{names}, {dates}" if names and dates else names or dates
        statements.append(literal(f"{places}: {rest}" if places and rest else places or rest, tag))
    return statements


def _joined(texts: list[str] | None, mark: str) -> str:
    if not texts:
        return ""
    return " ".join([*(t if t[-1] in ".:,;/" else f"{t}{mark}" for t in texts[:-1]), texts[-1]])


def _copyright(made: Imprint, c: Conversion, known: list[tuple[str, str | Node]] | None) -> None:
    """264 with second indicator 4: the date of copyright, as EDTF where 008 gives it."""
    if known:
        c.instance.out.extend(known)
    for tag in dict.fromkeys(t for _, _, t in made.texts):
        text = chopped(" ".join(t.translate(_COPYRIGHT_MARKS).strip() for _, t, g in made.texts if g == tag))
        if text and not (known and tag is None):
            c.instance.add(BF.copyrightDate, literal(text, tag))
