"""Electronic location and other fields 856–887 that are no holdings (ConvSpec-841-887).

Items and holdings (841–855, 863–878) stand in ``converters.bibframe.holdings``; 883 and 884 in ``f000_leader``.
"""

from __future__ import annotations

from converters.bibframe.bib.f200_247_titles import nonsorting, title_parts
from converters.bibframe.control_subfields import institution
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node, name
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field, Record
from ontologies.namespaces import BF, RDFS

PAIRING = {"6": "pairs the field with an 880", "8": "links fields within the record"}


def is_online(record: Record) -> bool:
    """Whether the record itself describes an electronic resource (leader/06, 008/23)."""
    return record.leader[6] == "m" or record.control("008")[23:24] in ("o", "s")


def location(c: Conversion, text: str, where: str) -> str | None:
    """A URL as an IRI, or as a literal (and a problem) when it is none; None when empty."""
    text = text.strip()
    if not text:
        return None
    found = iri(text)
    if found is None and " " in text:
        found = iri(text.replace(" ", "%20"))
    if found is None:
        c.problem("invalid-uri", where, f"“{text}” is no web address; it was kept as text.")
    return found or literal(text)


def _contents_list(field: Field) -> bool:
    first = (field.get("a") or "", field.get("3") or "")
    return any(mark in spaced(t).lower() for t in first for mark in ("table of contents", "mục lục"))


def _located(field: Field, c: Conversion, node: Node, urls: list[str], codes: str = "zy") -> Node:
    node.add(BF.electronicLocator, *urls)
    for label in c.each(field, codes):
        node.add(BF.note, Node("note", BF.Note).add(RDFS.label, label))
    return node


@BIB.rule(
    "856",
    "uyz35",
    notes="acdfghijklmnopqrstv7",
    drops={
        **PAIRING,
        "b": "address of a host, from before the URL",
        "e": "date of the address",
        "w": "number of a record",
        "x": "note that is not for the public",
        "2": "access method, which the URL names",
    },
    spec="ConvSpec-841-887",
    target="I and T bf:electronicLocator; I bf:supplementaryContent; W bf:hasInstance, bf:tableOfContents",
    examples=[
        Example(
            """245 00 $aTruyện Kiều
               856 41 $uhttps://nlv.gov.vn/kieu.pdf$zToàn văn$qapplication/pdf""",
            "I bf:electronicLocator <https://nlv.gov.vn/kieu.pdf>",
            'I bf:note/rdfs:label "Toàn văn"',
            "I a bf:Electronic",
            "W bf:hasInstance →instance",
        ),
        Example(
            """008 990715s1999    vm      o           vie d
               856 40 $uhttps://nlv.gov.vn/a
               856 40 $uhttps://nlv.gov.vn/b""",
            "T bf:electronicLocator <https://nlv.gov.vn/b>",
        ),
        Example("856 42 $3Bìa$uhttp://x.vn/b.jpg", 'I bf:supplementaryContent/bf:note/rdfs:label "Bìa"'),
        Example("856 41 $3Table of contents$uhttp://x.vn/t", "W bf:tableOfContents <http://x.vn/t>"),
        Example("856 4# $unlv gov vn", 'I bf:electronicLocator "nlv gov vn"'),
    ],
)
def electronic_location(field: Field, c: Conversion) -> None:
    """URLs: of the resource itself, of its electronic version (an Instance of its own), of related matter.

    By second indicator: blank, 0, 1 and 8 the resource or a version of it, 2 something related. The URL of a
    resource that is online itself is also that of an Item.
    """
    urls = [u for u in (location(c, t, "856$u") for t in field.all("u")) if u]
    if not urls:
        text = spaced(" ".join(field.all("acdfz3y")))
        if text:
            c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(text)))
        return
    if _contents_list(field):
        c.work.add(BF.tableOfContents, *urls)
    elif field.ind2 == "2":
        node = _located(field, c, Node("supplement", BF.SupplementaryContent), urls, "3zy")
        institution(field, node)
        c.instance.add(BF.supplementaryContent, node)
        _particulars(field, node)
    else:
        _located(field, c, c.instance, urls)
        _version(field, c, urls)


def _particulars(field: Field, node: Node) -> None:
    """Access, path, format, size, contact, hours: whatever else 856 says, as one note."""
    text = "; ".join(filter(None, map(chopped, field.all("acdfghijklmnopqrstv7"))))
    if text:
        node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(text)))


def _version(field: Field, c: Conversion, urls: list[str]) -> None:
    record = c.record
    if is_online(record):
        if field.ind2 != "0" or len(record.all("856")) > 1:
            node = c.new_item(f"url-{name(urls[0])}")
        else:
            _particulars(field, c.instance)
            return
    else:
        node = c.new_instance().typed(BF.Electronic)
        title = Node("title", BF.Title)
        own = spaced(field.get("3") or "")
        proper = record.first("245")
        if own:
            title.add(BF.mainTitle, literal(own))
        elif proper is not None:
            nonsorting(proper, title)
            title_parts(proper, c, title, scripts=False)
        if not title.bare:
            node.add(BF.title, title)
    _located(field, c, node, urls)
    _particulars(field, node)
    institution(field, node)


@BIB.rule(
    "857",
    "uzy35",
    notes="abcdefghmnqrst7",
    drops={**PAIRING, "x": "note that is not for the public", "2": "access method, which the URL names"},
    spec="MARC 21 field 857 (no LC specification)",
    target="I bf:supplementaryContent",
    examples=[
        Example(
            "857 40 $uhttps://web.archive.org/web/2020/https://nlv.gov.vn$cInternet Archive",
            "I bf:supplementaryContent/bf:electronicLocator <https://web.archive.org/web/2020/https://nlv.gov.vn>",
            'I bf:supplementaryContent/bf:note/rdfs:label "Internet Archive"',
        )
    ],
)
def archived_location(field: Field, c: Conversion) -> None:
    """Where an archive keeps a copy of a web resource."""
    urls = [u for u in (location(c, t, "857$u") for t in field.all("uhg")) if u]
    node = Node("supplement", BF.SupplementaryContent)
    _located(field, c, node, urls, "3zybcdefmnqrst7")
    if not node.bare:
        institution(field, node)
        c.instance.add(BF.supplementaryContent, node)


@BIB.rule(
    "881",
    "abcdefghijklmno3",
    drops=PAIRING,
    spec="MARC 21 field 881 (no LC specification)",
    target="I bf:note",
    examples=[Example("881 ## $aTRUYỆN KIỀU NGUYỄN DU", 'I bf:note/rdfs:label "TRUYỆN KIỀU NGUYỄN DU"')],
)
def manifestation_statement(field: Field, c: Conversion) -> None:
    """Manifestation statements: what stands on the resource, letter by letter."""
    for origin, tag in c.in_scripts(field):
        text = spaced(" ".join(origin.all("abcdefghijklmno")))
        if text:
            c.instance.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(text, tag)))


@BIB.rule(
    "882 885 886 887",
    notes="abcdefghijklmnopqrstuvwxyz025",
    drops=PAIRING,
    spec="MARC 21 fields 882, 885–887 (LC: no attempt to code)",
    target="W bf:adminMetadata/bf:note",
    examples=[
        Example(
            "887 ## $a<dc:format>text/html</dc:format>$2dc",
            'W bf:adminMetadata/bf:note/rdfs:label "887 $a<dc:format>text/html</dc:format>$2dc"',
        ),
        Example("882 ## $aBản mới$w(VN)77", 'W bf:adminMetadata/bf:note/rdfs:label "882 $aBản mới$w(VN)77"'),
    ],
)
def foreign_field(field: Field, c: Conversion) -> None:
    """Replacement, matching, foreign MARC and non-MARC information: about the record, kept whole."""
    text = "".join(f"${code}{spaced(t)}" for code, t in field.subfields if code not in "68" and t.strip())
    if text:
        note = Node("note", BF.Note).add(RDFS.label, literal(f"{field.tag} {text}"))
        c.administration.add(BF.note, note)
