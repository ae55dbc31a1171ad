"""400–485 See from and 500–585 see also tracings (MADS/RDF variants and relations, SKOS labels and hierarchy)."""

from __future__ import annotations

from converters.bibframe.authority.headings import Form, form_of, thesaurus
from converters.bibframe.control_subfields import identifiers, iri_of
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Node
from converters.bibframe.punctuation import chopped
from converters.bibframe.rules import AUTHORITY, Example
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, MADS, RDFS, SKOS

_LINKS = {"6": "links to the other script", "8": "links fields of the record"}
_DROPS = {**_LINKS, "5": "institution that uses the tracing", "3": "part the tracing is about, not displayed"}

_BY_CONTROL: dict[str, tuple[str, str]] = {
    "a": (MADS.hasEarlierEstablishedForm, SKOS.related),
    "b": (MADS.hasLaterEstablishedForm, SKOS.related),
    "g": (MADS.hasBroaderAuthority, SKOS.broader),
    "h": (MADS.hasNarrowerAuthority, SKOS.narrower),
}
"""$w/0 of a 5XX: what the other heading is to this one."""


@AUTHORITY.rule(
    "400 410 411 430 447 448 450 451 455 462 480 481 482 485",
    "abcdefghjklmnopqrstvxyzw",
    drops={
        **_DROPS,
        "0": "number of a record for a form that is not used",
        "i": "phrase that introduces the reference",
        "4": "code of the phrase",
    },
    spec="MARC 21 Authority 4XX; MADS/RDF",
    target="A madsrdf:hasVariant/madsrdf:variantLabel, skos:altLabel",
    examples=[
        Example(
            "100 0# $aHồ Chí Minh,$d1890-1969\n400 1# $aNguyễn, Ái Quốc,$d1890-1969\n400 1# $wnnea$aHo, Chi Minh",
            'A madsrdf:hasVariant/madsrdf:variantLabel "Nguyễn, Ái Quốc, 1890-1969"',
            "A madsrdf:hasVariant/a madsrdf:Variant",
            "A madsrdf:hasVariant/a madsrdf:PersonalName",
            'A skos:altLabel "Nguyễn, Ái Quốc, 1890-1969"',
            'A madsrdf:hasEarlierEstablishedForm/madsrdf:variantLabel "Ho, Chi Minh"',
        ),
        Example(
            "110 2# $aTổ chức Y tế Thế giới\n410 2# $wd$aWHO",
            'A madsrdf:hasAcronymVariant/madsrdf:variantLabel "WHO"',
            'A skos:altLabel "WHO"',
        ),
    ],
)
def see_from(field: Field, c: Conversion) -> None:
    """A name or term not used: a variant of the heading; its key is kept for finding."""
    root = c.authority
    if root is None:
        return
    scheme = thesaurus(c)
    form = form_of(field, c, scheme)
    if form is None:
        return
    control = (field.get("w") or "").ljust(4, "n")
    if control[0] == "d":
        link = MADS.hasAcronymVariant
    elif control[2] in "ae":
        link = MADS.hasEarlierEstablishedForm
    else:
        link = MADS.hasVariant
    labels = [literal(form.label, c.tags.get(id(field)))]
    for twin, tag in c.twins.get(id(field), ()):
        other = form_of(Field(field.tag, twin.ind1, twin.ind2, twin.subfields), c, scheme)
        if other is not None:
            labels.append(literal(other.label, tag))
    root.add(link, Node("variant", form.kind, MADS.Variant).add(MADS.variantLabel, *labels))
    root.add(SKOS.altLabel, *labels)
    if form.heading is not None:
        c.variant_keys.append(form.heading)


@AUTHORITY.rule(
    "500 510 511 530 547 548 550 551 555 562 580 581 582 585",
    "abcdefghijklmnopqrstvxyzw014",
    drops=_DROPS,
    spec="MARC 21 Authority 5XX; MADS/RDF",
    target="A madsrdf:hasRelatedAuthority, madsrdf:hasBroaderAuthority …, skos:related, skos:broader …",
    examples=[
        Example(
            "150 ## $aThơ Nôm\n550 ## $wg$aThơ Việt Nam\n550 ## $wh$aTruyện thơ Nôm\n550 ## $aCa trù",
            'A madsrdf:hasBroaderAuthority/madsrdf:authoritativeLabel "Thơ Việt Nam"',
            'A skos:broader/madsrdf:authoritativeLabel "Thơ Việt Nam"',
            'A skos:narrower/madsrdf:authoritativeLabel "Truyện thơ Nôm"',
            'A skos:related/madsrdf:authoritativeLabel "Ca trù"',
        ),
        Example(
            "110 2# $aTrường B\n510 2# $wa$aTrường A\n510 2# $wb$aTrường C",
            'A madsrdf:hasEarlierEstablishedForm/rdfs:label "Trường A"',
            'A madsrdf:hasLaterEstablishedForm/rdfs:label "Trường C"',
        ),
        Example(
            "100 1# $aChristie, Agatha,$d1890-1976\n500 1# $wr$iBút danh:$aWestmacott, Mary,$d1890-1976"
            "$0http://id.loc.gov/authorities/names/n50053336",
            'A madsrdf:hasRelatedAuthority/rdfs:label "Westmacott, Mary, 1890-1976"',
            'A bf:relation/bf:relationship/rdfs:label "Bút danh"',
            "A madsrdf:hasRelatedAuthority/madsrdf:isIdentifiedByAuthority "
            "<http://id.loc.gov/authorities/names/n50053336>",
        ),
    ],
)
def see_also(field: Field, c: Conversion) -> None:
    """Another established heading, linked by its key; $i and $4 say in words or by code what it is to this one."""
    root = c.authority
    if root is None:
        return
    form = form_of(field, c, thesaurus(c))
    if form is None:
        return
    node = form.node or _by_label(form)
    identifiers(field.all("0"), node)
    for text in field.all("1"):
        node.add(MADS.identifiesRWO, iri_of(text))
    control = (field.get("w") or "n")[0]
    mads, skos = _BY_CONTROL.get(control, (MADS.hasRelatedAuthority, SKOS.related))
    root.add(mads, node).add(skos, node)
    kinds: list[str | Node] = []
    for code, text in field.subfields:
        if code == "i" and (words := chopped(text)):
            kinds.append(Node("relationship", BF.Relationship).add(RDFS.label, literal(words)))
        elif code == "4" and (term := iri_of(text) or vocabulary("relationship", text.strip())):
            kinds.append(term)
    if kinds:
        root.add(
            BF.relation, Node("relation", BF.Relation).add(BF.relationship, *kinds).add(BF.associatedResource, node)
        )


def _by_label(form: Form) -> Node:
    """A heading that has no key in the hub (a subdivision, a medium), as an owned node."""
    return Node("related", form.kind, MADS.Authority).add(MADS.authoritativeLabel, literal(form.label))
