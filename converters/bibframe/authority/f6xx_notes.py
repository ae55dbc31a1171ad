"""260, 360 and 663–689: sources, notes and explanations of an authority (MADS/RDF, SKOS documentation properties)."""

from __future__ import annotations

from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.rules import AUTHORITY, Example
from converters.bibframe.terms import iri, literal
from converters.marc.record import Field
from ontologies.namespaces import MADS, RDFS, SKOS

_LINKS = {"6": "links to the other script", "8": "links fields of the record"}
_DROPS = {**_LINKS, "5": "institution that uses the note", "7": "provenance of the data"}

_NOTES = {
    "260": SKOS.note,
    "360": SKOS.note,
    "663": SKOS.note,
    "664": SKOS.note,
    "665": SKOS.historyNote,
    "666": SKOS.note,
    "678": SKOS.note,
    "680": SKOS.scopeNote,
    "681": SKOS.example,
    "682": SKOS.changeNote,
    "688": SKOS.historyNote,
}


@AUTHORITY.rule(
    "260 360 663 664 665 666 678 680 681 682 688",
    "abiut0123",
    drops={**_DROPS, "w": "control number behind the text"},
    spec="MARC 21 Authority 260, 360, 663–666, 678–688",
    target="A skos:note, skos:scopeNote, skos:historyNote, skos:changeNote, skos:example",
    examples=[
        Example(
            "100 1# $aNguyễn, Du\n678 0# $aNhà thơ, quê Tiên Điền$uhttp://example.org/nguyen-du",
            'A skos:note "Nhà thơ, quê Tiên Điền"',
            "A rdfs:seeAlso <http://example.org/nguyen-du>",
        ),
        Example(
            "150 ## $aThơ Nôm\n680 ## $iDùng cho thơ viết bằng$aNôm.\n681 ## $iVí dụ ở$aTruyện Kiều",
            'A skos:scopeNote "Dùng cho thơ viết bằng Nôm."',
            'A skos:example "Ví dụ ở Truyện Kiều"',
        ),
        Example("150 ## $aX\n682 ## $iThay bằng$aY", 'A skos:changeNote "Thay bằng Y"'),
    ],
)
def notes(field: Field, c: Conversion) -> None:
    """Notes for the public, in all scripts."""
    root = c.authority
    if root is None:
        return
    for source, tag in c.in_scripts(field):
        text = " ".join(" ".join(t for k, t in source.subfields if k in "abit3").split())
        if text:
            root.add(_NOTES[field.tag], literal(text, tag))
    for uri in field.all("u"):
        term = iri(uri)
        if term is None:
            c.problem("invalid-uri", f"{field.tag}$u", f"“{uri}” is not a URI; it was kept as a note.")
            root.add(SKOS.note, literal(uri))
        else:
            root.add(RDFS.seeAlso, term)


@AUTHORITY.rule(
    "670 672 673 675",
    "abuw0123",
    drops={**_DROPS, "f": "date of the title, in $a of most records", "v": "source of the information"},
    spec="MARC 21 Authority 670–675; MADS/RDF",
    target="A madsrdf:hasSource",
    examples=[
        Example(
            "100 1# $aNguyễn, Du\n670 ## $aTừ điển văn học, 2004:$btr. 1120 (Nguyễn Du; 1765-1820)$uhttp://example.org/1",
            'A madsrdf:hasSource/madsrdf:citationSource "Từ điển văn học, 2004:"',
            'A madsrdf:hasSource/madsrdf:citationNote "tr. 1120 (Nguyễn Du; 1765-1820)"',
            'A madsrdf:hasSource/madsrdf:citationStatus "found"',
            "A madsrdf:hasSource/rdfs:seeAlso <http://example.org/1>",
        ),
        Example("100 1# $aA\n675 ## $aDanh mục 1990", 'A madsrdf:hasSource/madsrdf:citationStatus "notfound"'),
        Example("100 1# $aA\n672 #0 $aTitle in file", 'A madsrdf:hasSource/madsrdf:citationSource "Title in file"'),
    ],
)
def sources(field: Field, c: Conversion) -> None:
    """Where information was found (670, 672 titles), or looked for in vain (675, 673)."""
    root = c.authority
    if root is None:
        return
    status = "notfound" if field.tag in ("673", "675") else "found"
    cited = [field.all("a")] if field.tag != "675" else [[text] for text in field.all("a")]
    for texts in cited:
        title = " ".join(" ".join([*field.all("3"), *texts]).split())
        remark = " ".join(" ".join(field.all("b")).split())
        if not title and not remark:
            continue
        node = Node("source", MADS.Source)
        node.add(MADS.citationSource, literal(title) if title else None)
        node.add(MADS.citationNote, literal(remark) if remark else None)
        node.add(MADS.citationStatus, literal(status))
        for uri in [*field.all("u"), *field.all("01")]:
            node.add(RDFS.seeAlso, iri(uri))
        for twin, tag in c.twins.get(id(field), ()):
            text = " ".join(" ".join(twin.all("b")).split())
            node.add(MADS.citationNote, literal(text, tag) if text else None)
        root.add(MADS.hasSource, node)


@AUTHORITY.rule(
    "667",
    drops={"a": "nonpublic general note", **_DROPS},
    spec="MARC 21 Authority 667",
    target="none: the format defines it as not for the public",
    examples=[Example("100 1# $aA\n667 ## $aHỏi cô Lan", '!A skos:note "Hỏi cô Lan"')],
)
def nonpublic_note(field: Field, c: Conversion) -> None:
    """Never published; it stays in the member's record."""
