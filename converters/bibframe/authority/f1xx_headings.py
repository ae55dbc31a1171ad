"""100–185: the heading that an authority record establishes (MADS/RDF and SKOS).

The root is the authority: a madsrdf:Authority and skos:Concept. The person, body, place or work that it is about is
another thing (``madsrdf:identifiesRWO``), which bears what 046 and 368–388 say; nothing is asserted of a person that
is true of their heading only.
"""

from __future__ import annotations

from converters.bibframe.authority.headings import Form, form_of, thesaurus
from converters.bibframe.bib.concepts import collection
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import AUTHORITY, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, FOAF, MADS, RDFS, SKOS

_LINKS = {"6": "links to the other script", "8": "links fields of the record"}

_THINGS: dict[str, tuple[str, ...]] = {
    MADS.PersonalName: (BF.Person, FOAF.Person),
    MADS.FamilyName: (BF.Family, FOAF.Group),
    MADS.CorporateName: (BF.Organization, FOAF.Organization),
    MADS.ConferenceName: (BF.Meeting,),
    MADS.Geographic: (BF.Place,),
    MADS.NameTitle: (BF.Hub,),
    MADS.Title: (BF.Hub,),
}


@AUTHORITY.preparation
def begin(c: Conversion) -> None:
    """The root and the thing it identifies, for all rules to add to."""
    c.authority = Node("authority", root=True)
    c.thing = Node("thing")


@AUTHORITY.step
def finish(c: Conversion) -> None:
    """Link the thing when something is said of it; report a record without a heading."""
    root, thing = c.authority, c.thing
    if root is None or thing is None:
        return
    if not root.types:
        _unknown_heading(root, c)
    if not thing.bare:
        root.add(MADS.identifiesRWO, thing)


def _unknown_heading(root: Node, c: Conversion) -> None:
    """A record whose 1XX is no MARC 21 heading (IISG: 103): its $a as label, no key, so that nothing is linked to
    it.
    """
    root.typed(MADS.Authority, SKOS.Concept)
    field = next((f for f in c.record.fields if f.tag[:1] == "1" and len(f.tag) == 3), None)
    label = chopped(field.get("a") or "") if field is not None else ""
    if field is not None and label:
        root.add(MADS.authoritativeLabel, literal(label)).add(SKOS.prefLabel, literal(label))
    where = field.tag if field is not None else "1XX"
    c.problem("no-heading", where, "The authority record has no heading of MARC 21 (100–185); it links to nothing.")


@AUTHORITY.rule(
    "100 110 111 130 147 148 150 151 155 162 180 181 182 185",
    "abcdefghjklmnopqrstvxyz",
    drops={**_LINKS, "i": "not defined in a heading", "w": "not defined in a heading"},
    spec="MARC 21 Authority 1XX; MADS/RDF",
    target="A madsrdf:authoritativeLabel, skos:prefLabel",
    examples=[
        Example(
            "100 1# $aNguyễn, Du,$d1765-1820.",
            "A a madsrdf:PersonalName",
            "A a madsrdf:Authority",
            'A madsrdf:authoritativeLabel "Nguyễn, Du, 1765-1820"',
            'A skos:prefLabel "Nguyễn, Du, 1765-1820"',
        ),
        Example(
            "100 1# $aNguyễn, Du,$d1765-1820.$tTruyện Kiều",
            "A a madsrdf:NameTitle",
            'A skos:prefLabel "Nguyễn, Du, 1765-1820. Truyện Kiều"',
            'A madsrdf:componentList/rdf:first/rdfs:label "Nguyễn, Du, 1765-1820"',
        ),
        Example("100 3# $aNguyễn Phúc (dòng họ)", "A a madsrdf:FamilyName"),
        Example("110 2# $aĐại học Quốc gia Hà Nội.$bThư viện", "A a madsrdf:CorporateName"),
        Example("111 2# $aHội nghị Paris$d(1968-1973)", "A a madsrdf:ConferenceName"),
        Example("130 #0 $aKinh Thi", "A a madsrdf:Title", 'A skos:prefLabel "Kinh Thi"'),
        Example(
            "008 090422i| anannbabn          |n ana      \n150 ## $aRussian fiction$xAppreciation",
            "A a madsrdf:ComplexSubject",
            'A skos:prefLabel "Russian fiction--Appreciation"',
            "A skos:inScheme <http://id.loc.gov/authorities/subjects>",
            'A madsrdf:componentList/rdf:first/madsrdf:authoritativeLabel "Russian fiction"',
        ),
        Example("151 ## $aHà Nội (Việt Nam)", "A a madsrdf:Geographic"),
        Example("155 ## $aTruyện thơ", "A a madsrdf:GenreForm"),
        Example("148 ## $a1945-1975", "A a madsrdf:Temporal"),
        Example("162 ## $ađàn bầu", "A a madsrdf:Medium"),
        Example(
            "008 840131n| bnannbabn           a ana\n150 ## $aThơ ca\n664 ## $aTìm ở$bThơ",
            "A a madsrdf:Variant",
            'A madsrdf:variantLabel "Thơ ca"',
            "!A a madsrdf:Authority",
        ),
        Example("LDR 00000xz  a2200000n  4500\n150 ## $aThơ ca", "A a madsrdf:DeprecatedAuthority"),
        Example("185 ## $vTừ điển", "A a madsrdf:GenreForm", 'A skos:prefLabel "Từ điển"'),
    ],
)
def heading(field: Field, c: Conversion) -> None:
    """The established heading; its key is the one that bibliographic rules give the same heading."""
    root, thing = c.authority, c.thing
    if root is None or thing is None:
        return
    if root.types:
        c.problem(
            "second-heading", field.tag, "An authority record establishes one heading; a further one was left out."
        )
        return
    scheme = thesaurus(c)
    form = form_of(field, c, scheme)
    if form is None:
        return
    if _is_reference(c):
        _reference(form, root, c)
        return
    if _is_undifferentiated(c):
        c.problem(
            "undifferentiated-name",
            "008/32",
            "The name is shared by several persons; records with this name are not linked to this authority.",
        )
    else:
        root.heading = form.heading
    deleted = c.record.leader[5] in "dosx"
    root.typed(form.kind, MADS.DeprecatedAuthority if deleted else MADS.Authority, SKOS.Concept)
    if form.kind == MADS.CorporateName and field.ind1 == "1":
        thing.typed(BF.Jurisdiction)
    else:
        thing.typed(*_THINGS.get(form.kind, ()))
    term = literal(form.label)
    root.add(RDFS.label, term).add(MADS.authoritativeLabel, term).add(SKOS.prefLabel, term)
    for twin, tag in c.twins.get(id(field), ()):
        other = form_of(_under(field.tag, twin), c, scheme)
        if other is not None:
            root.add(MADS.authoritativeLabel, literal(other.label, tag)).add(SKOS.prefLabel, literal(other.label, tag))
    _scheme(form, root)
    if form.parts:
        root.add(MADS.componentList, collection(form.parts))


def _is_reference(c: Conversion) -> bool:
    """Whether the 1XX is not established: a traced or untraced reference (008/09 b, c, g)."""
    return c.record.control("008")[9:10] in ("b", "c", "g")


def _is_undifferentiated(c: Conversion) -> bool:
    """Whether several persons share the heading (008/32 b)."""
    return c.record.control("008")[32:33] == "b" and c.record.first("100") is not None


def _reference(form: Form, root: Node, c: Conversion) -> None:
    """A heading that is not to be used: a variant on its own, found by its key and never linked; 663–666 explain it."""
    root.typed(form.kind, MADS.Variant)
    root.add(RDFS.label, literal(form.label)).add(MADS.variantLabel, literal(form.label))
    if form.heading is not None:
        c.variant_keys.append(form.heading)


def _under(tag: str, twin: Field) -> Field:
    """An 880 read as the field it repeats."""
    return twin if twin.tag == tag else Field(tag, twin.ind1, twin.ind2, twin.subfields)


def _scheme(form: Form, root: Node) -> None:
    """The vocabulary a concept belongs to, as the bibliographic node of the same heading states it."""
    if form.node is None or form.heading is None or form.heading.group != "concepts":
        return
    for scheme in form.node.values(BF.source):
        if isinstance(scheme, str):
            root.add(MADS.isMemberOfMADSScheme, scheme).add(SKOS.inScheme, scheme)
        else:
            root.add(BF.source, scheme)
