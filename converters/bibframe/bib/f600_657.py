"""600 to 657 and 688: subjects and genres (LC ConvSpec-600-662 v2.10)."""

from __future__ import annotations

from converters.bibframe.bib.concepts import (
    complex_subject,
    component,
    concept,
    heading_label,
    identify,
    joined,
    twin_labels,
)
from converters.bibframe.bib.links import remark
from converters.bibframe.bib.names import (
    agent,
    agent_label,
    alone,
    closed,
    is_subdivided,
    label_of,
    nameless,
    roles,
    topical,
)
from converters.bibframe.bib.titles import hub, title_parts
from converters.bibframe.control_subfields import identifiers, institution, source
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Heading, Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import BIB, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.namespaces import BF, BFLC, MADS, RDFS

SPEC = "ConvSpec-600-662"
LINKING = {
    "6": "pairs with 880, see the rule for 880",
    "7": "entry of the data provenance, no statement",
    "8": "links fields of this record by sequence",
}


FACET = "letter of a facet, without meaning outside its thesaurus"


def related(field: Field, c: Conversion, node: Node) -> None:
    """$e and $4 of a subject: how the thing is related to the work, beside its being a subject."""
    present = field.codes
    if "4" in present or ("j" if field.tag == "611" else "e") in present:
        stated = roles(field, c)
        if stated:
            found = Node("relation", BF.Relation)
            for role in stated:
                if isinstance(role, Node):
                    role = _as_relationship(role)
                found.add(BF.relationship, role)
            c.work.add(BF.relation, found.add(BF.associatedResource, node))


def _as_relationship(role: Node) -> Node:
    made = Node("relationship", BF.Relationship)
    made.out.extend(role.out[1:])
    return made


@BIB.rule(
    "600 610 611",
    "abcdefghjklmnopqrstvxyz01234",
    spec=SPEC,
    target="W bf:subject",
    drops={**LINKING, "u": "affiliation of a person who is a subject: a matter of the name authority"},
    examples=[
        Example(
            "600 14 $aHồ, Chí Minh,$d1890-1969.",
            'W bf:subject/rdfs:label "Hồ, Chí Minh, 1890-1969"',
            "W bf:subject/a bf:Person",
        ),
        Example(
            "600 10 $aHồ, Chí Minh,$d1890-1969$xTiểu sử",
            'W bf:subject/madsrdf:authoritativeLabel "Hồ, Chí Minh, 1890-1969--Tiểu sử"',
            'W bf:subject/madsrdf:componentList/rdf:first/rdfs:label "Hồ, Chí Minh, 1890-1969"',
            'W bf:subject/madsrdf:componentList/rdf:rest/rdf:first/madsrdf:authoritativeLabel "Tiểu sử"',
            "W bf:subject/bf:source <http://id.loc.gov/authorities/subjects>",
        ),
        Example(
            "610 17 $aĐảng Cộng sản Việt Nam$eđược nhắc đến",
            "W bf:relation/bf:relationship/a bf:Relationship",
            'W bf:relation/bf:relationship/rdfs:label "được nhắc đến"',
            'W bf:relation/bf:associatedResource/rdfs:label "Đảng Cộng sản Việt Nam"',
        ),
        Example(
            "600 10 $aNguyễn, Du,$d1765-1820.$tTruyện Kiều.",
            'W bf:subject/bf:title/bf:mainTitle "Truyện Kiều"',
            "W bf:subject/a bf:Hub",
            'W bf:subject/madsrdf:authoritativeLabel "Nguyễn, Du, 1765-1820. Truyện Kiều."',
        ),
    ],
)
def name_subject(field: Field, c: Conversion) -> None:
    """A person, body or meeting (or a work of theirs) as subject: the same node as in 1XX and 7XX."""
    titled = any(code == "t" for code, _ in field.subfields)
    split = is_subdivided(field)
    node = hub(field, c, field) if titled else agent(field, c)
    if node is None:
        nameless(field, c)
        return
    label = heading_label(_label(field, titled), field) if split or titled else ""
    written = closed(label, field, c)
    if split:
        whole = complex_subject(field, node, label, tag=c.tags.get(id(field)), written=written)
        identifiers([text for text in field.all("0") if topical(text)], whole)
        _name_twins(field, c, whole)
        c.work.add(BF.subject, whole)
    else:
        if titled and alone(c):  # as LC; in the hub 700 $t is the same node, and is no subject there
            node.typed(MADS.NameTitle).add(MADS.authoritativeLabel, literal(written, c.tags.get(id(field))))
            _name_twins(field, c, node)
        c.work.add(BF.subject, node)
    related(field, c, node)


def _name_twins(field: Field, c: Conversion, node: Node) -> None:
    for twin, tag in c.twins.get(id(field), ()):
        other = heading_label(joined(twin, "abcdgjkmnopqrt"), twin)
        node.add(MADS.authoritativeLabel, literal(other, tag) if other else None)


def _label(field: Field, titled: bool) -> str:
    """The name in a subject, with its title after a full stop."""
    if not titled:
        return agent_label(field)
    name, title = agent_label(field, title_form=True), label_of(title_parts(field))
    return f"{name.rstrip('.')}. {title}" if name else title


@BIB.rule(
    "630",
    "adefghklmnoprstvxyz01234",
    spec=SPEC,
    target="W bf:subject bf:Hub",
    drops=LINKING,
    examples=[
        Example(
            "630 00 $aBible.$pGenesis$xCommentaries",
            'W bf:subject/madsrdf:authoritativeLabel "Bible. Genesis--Commentaries"',
            'W bf:subject/madsrdf:componentList/rdf:first/bf:title/bf:mainTitle "Bible. Genesis"',
        ),
        Example("630 04 $aKinh Thi", 'W bf:subject/bf:title/bf:mainTitle "Kinh Thi"'),
    ],
)
def title_subject(field: Field, c: Conversion) -> None:
    """A work known by its title as subject."""
    node = hub(field, c)
    if node is None:
        c.problem("no-title", field.tag, f"The field {field.tag} holds no title.")
        return
    if is_subdivided(field):
        label = heading_label(label_of(title_parts(field)), field)
        whole = complex_subject(field, node, label, written=closed(label, field, c))
        twin_labels(field, c, whole, "adgkmnopr")
        c.work.add(BF.subject, whole)
    else:
        c.work.add(BF.subject, node)
    related(field, c, node)


_MAIN = {
    "647": ("acd", "Event", BF.Event, ""),
    "648": ("a", "Temporal", BF.Temporal, MADS.Temporal),
    "650": ("abcd", "Topic", BF.Topic, MADS.Topic),
    "651": ("ab", "Place", BF.Place, MADS.Geographic),
    "655": ("ab", "GenreForm", BF.GenreForm, MADS.GenreForm),
    "656": ("a", "Occupation", BF.Topic, MADS.Occupation),
    "657": ("a", "Topic", BF.Topic, MADS.Topic),
    "688": ("a", "Topic", BF.Topic, ""),
}


@BIB.rule(
    "655",
    "abvxyz012345w",
    spec=SPEC,
    target="W bf:genreForm, with subdivisions W bf:subject",
    drops={**LINKING, "c": FACET},
    examples=[
        Example(
            "655 #7 $aTiểu thuyết.$2lcgft", 'W bf:genreForm/rdfs:label "Tiểu thuyết"', "W bf:genreForm/a bf:GenreForm"
        ),
        Example("655 #4 $aThơ$zViệt Nam", "W bf:subject/madsrdf:componentList/rdf:first/a madsrdf:GenreForm"),
        Example("655 07 $cb$aTiểu thuyết$cg$btình cảm$2aat", 'W bf:genreForm/rdfs:label "Tiểu thuyết tình cảm"'),
    ],
)
@BIB.rule(
    "647 648 650 651 656 657 688",
    "abcdvxyzgek012345w",
    spec=SPEC,
    target="W bf:subject, W bf:genreForm",
    drops=LINKING,
    examples=[
        Example(
            "650 #4 $aVăn học Việt Nam$yThế kỷ 19$xLịch sử và phê bình.",
            'W bf:subject/rdfs:label "Văn học Việt Nam--Thế kỷ 19--Lịch sử và phê bình"',
            "W bf:subject/a madsrdf:ComplexSubject",
            'W bf:subject/madsrdf:componentList/rdf:first/madsrdf:authoritativeLabel "Văn học Việt Nam"',
            "W bf:subject/madsrdf:componentList/rdf:rest/rdf:first/a madsrdf:Temporal",
        ),
        Example(
            "650 #0 $aVietnamese poetry.$0http://id.loc.gov/authorities/subjects/sh85143287",
            'W bf:subject/rdfs:label "Vietnamese poetry"',
            "W bf:subject/a bf:Topic",
            "W bf:subject/madsrdf:isMemberOfMADSScheme <http://id.loc.gov/authorities/subjects>",
            "W bf:subject/madsrdf:isIdentifiedByAuthority <http://id.loc.gov/authorities/subjects/sh85143287>",
        ),
        Example("651 #4 $aHà Nội (Việt Nam)", "W bf:subject/a bf:Place", 'W bf:subject/rdfs:label "Hà Nội (Việt Nam)"'),
        Example("648 #7 $a1945-1975$2fast", "W bf:subject/a bf:Temporal"),
        Example("647 #7 $aĐiện Biên Phủ$d(1954)$2fast", 'W bf:subject/rdfs:label "Điện Biên Phủ (1954)"'),
        Example("656 #7 $aNhà báo$2local", "W bf:subject/a madsrdf:Occupation"),
    ],
)
def subject(field: Field, c: Conversion) -> None:
    """A topic, place, period, event, genre, occupation or function; with subdivisions a complex subject."""
    codes, group, bf_class, mads_class = _MAIN[field.tag]
    main = joined(field, codes)
    schemes = "genreFormSchemes" if field.tag == "655" else "subjectSchemes"
    split = is_subdivided(field)
    label = heading_label(main, field)
    if not label:
        c.problem("no-heading", field.tag, f"The field {field.tag} holds no heading.")
        return
    tag = c.tags.get(id(field))
    written = closed(label, field, c) if field.tag in ("648", "656") else label
    if split:
        place = field.tag == "651" and not any(code in "vxy" for code, _ in field.subfields)
        first = component(mads_class or bf_class, main) if main else None
        if first is not None:
            for twin, script in c.twins.get(id(field), ()):
                other = joined(twin, codes)
                first.add(MADS.authoritativeLabel, literal(other, script) if other else None)
        node = _whole(field, first, label, BF.Place if place else BF.Topic, schemes, tag, written)
    else:
        types = (bf_class, mads_class) if mads_class else (bf_class,)
        node = concept(group, field, label, *types, schemes=schemes, tag=tag, written=written)
        identify(field, node, thing=field.tag == "651")
    twin_labels(field, c, node, codes)
    present = field.codes
    if "g" in present or "k" in present:
        for note in map(chopped, field.all("gk")):
            node.add(BF.note, remark(note))
        node.heading = None
    genre = field.tag == "655" and not split
    c.work.add(BF.genreForm if genre else BF.subject, node)
    related(field, c, node)


def _whole(
    field: Field, first: Node | None, label: str, bf_class: str, schemes: str, tag: str | None, written: str
) -> Node:
    if first is not None:
        node = complex_subject(field, first, label, bf_class, schemes=schemes, tag=tag, written=written)
    else:
        node = concept("ComplexSubject", field, label, bf_class, schemes=schemes, tag=tag, written=written)
    identify(field, node, thing=bf_class == BF.Place)
    return node


_UNCONTROLLED = {
    "1": BF.Person,
    "2": BF.Organization,
    "3": BF.Meeting,
    "4": BF.Temporal,
    "5": BF.Place,
    "6": BF.GenreForm,
}
_SHARED = {BF.Topic: "Topic", BF.Temporal: "Temporal", BF.Place: "Place", BF.GenreForm: "GenreForm"}


@BIB.rule(
    "653",
    "a0125",
    spec=SPEC,
    target="W bf:subject bflc:Uncontrolled, W bf:genreForm",
    drops=LINKING,
    examples=[
        Example(
            "653 #0 $aTin học;$aMáy tính.",
            'W bf:subject/rdfs:label "Tin học"',
            'W bf:subject/rdfs:label "Máy tính"',
            "W bf:subject/a bflc:Uncontrolled",
        ),
        Example("653 #7 $2Bộ TK TVQG$aGỗ ép", 'W bf:subject/bf:source/bf:code "Bộ TK TVQG"'),
        Example("653 #6 $aGiáo trình", 'W bf:genreForm/rdfs:label "Giáo trình"'),
    ],
)
def keyword(field: Field, c: Conversion) -> None:
    """Index terms without a vocabulary: shared as keywords, except names, which no authority tells apart."""
    kind = _UNCONTROLLED.get(field.ind2, BF.Topic)
    group = _SHARED.get(kind)
    local = any(code == "5" for code, _ in field.subfields)
    scheme = (field.get("2") or "").strip().casefold() or "uncontrolled"
    single = sum(1 for code, _ in field.subfields if code == "a") == 1
    for value, tag in c.in_scripts(field):
        for text in value.all("a"):
            label = chopped(text)
            if not label:
                continue
            heading = Heading("concepts", f"{group}|{scheme}|{label}") if group and not local else None
            node = Node("keyword", kind, BFLC.Uncontrolled, heading=heading).add(RDFS.label, literal(label, tag))
            node.add(BF.source, source(field, "subjectSchemes"))
            institution(field, node)
            if single:
                identify(field, node)
            c.work.add(BF.genreForm if kind == BF.GenreForm else BF.subject, node)
