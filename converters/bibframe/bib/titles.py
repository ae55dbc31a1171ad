"""Preferred titles: one Hub for one title of one creator, which groups its translations and versions.

The Hub's key and title leave out what tells one expression from another ($l language, $s version, $f date,
$h medium): these stand beside the title (bf:language, bf:version, bf:originDate, bf:note). Source: LC
ConvSpec-240,X30-UnifTitle v2.10; RDA 6.2, 6.27.
"""

from __future__ import annotations

from converters.bibframe.bib.names import (
    Parts,
    agent,
    alone,
    field_key,
    first_indicator,
    label_of,
    links,
    marc_key,
    name_parts,
    name_type,
    strict,
)
from converters.bibframe.control_subfields import (
    applies_to,
    authority_iri,
    identifier,
    identifiers,
    institution,
    iri_of,
)
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Heading, Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.terms import literal
from converters.marc.record import Field
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, BFLC, RDF, RDFS

TITLE_CODES = "atdgkmnopr"
"""Subfields that make a Hub's title and key; in name-title fields those from $t (or $k) on."""
LC_TITLE_CODES = f"{TITLE_CODES}fhs"
"""What LC writes as a Hub's title: date, medium and version as well (decision 10, 8a)."""

GENERIC = frozenset(
    {
        "works",
        "selections",
        "selected works",
        "poems",
        "poetry",
        "plays",
        "short stories",
        "novels",
        "essays",
        "letters",
        "correspondence",
        "speeches",
        "laws, etc.",
        "treaties, etc.",
        "report",
        "reports",
        "annual report",
        "bulletin",
        "proceedings",
        "thơ",
        "truyện",
        "truyện ngắn",
        "tiểu thuyết",
        "tuyển tập",
        "toàn tập",
        "tác phẩm",
        "tác phẩm chọn lọc",
        "thư từ",
        "báo cáo",
        "báo cáo thường niên",
        "kỷ yếu",
        "kỷ yếu hội thảo",
        "luật",
        "nghị định",
    }
)
"""Titles that name a kind of thing: without a creator they tell no work from another, and make no shared Hub."""

_BESIDE = {"f": BF.originDate, "s": BF.version}


def title_subfields(field: Field) -> Parts:
    """The subfields that describe the title: all of X30 and 240, in a name-title field those from $t (or $k) on."""
    if field.tag[1:3] not in ("00", "10", "11"):
        return field.subfields
    for mark in "tk":
        for n, (code, _) in enumerate(field.subfields):
            if code == mark:
                return field.subfields[n:]
    return []


def title_parts(field: Field, c: Conversion | None = None) -> Parts:
    """The subfields of the title that make the Hub what it is; in a conversion ``c`` on its own those of LC."""
    codes = LC_TITLE_CODES if c is not None and alone(c) else TITLE_CODES
    return [(code, t) for code, text in title_subfields(field) if code in codes and (t := spaced(text))]


def hub(field: Field, c: Conversion, creator: Field | None = None, kind: str = "hub") -> Node | None:
    """The Hub that a uniform title or name-title names, or None without a title.

    ``creator`` is the name field whose agent made it: the field itself for name-title fields, 1XX for 240.
    """
    parts = title_parts(field)
    label = label_of(parts)
    if not label:
        return None
    who = agent(creator, c, title_form=True) if creator is not None else None
    name = who.heading.key.partition("|")[2] if who is not None and who.heading is not None else ""
    shared = bool(name) or label.casefold() not in GENERIC
    node = Node(kind, BF.Hub, heading=Heading("hubs", f"Hub|{name}|{label}") if shared else None)
    if any(code == "o" for code, _ in parts):
        node.typed(BF.Arrangement)
    if who is not None:
        made = Node("contribution", BF.Contribution)
        if creator is not field and alone(c):
            made.typed(BF.PrimaryContribution)  # 240 with 1XX, as LC; in the hub 700 $t is the same node
        made.add(BF.agent, who)
        node.add(BF.contribution, made.add(BF.role, vocabulary("relators", "ctb")))
    node.add(BF.title, _title(field, c))
    _beside(field, node)
    _links(field, node)
    if alone(c) and creator in (None, field):
        node.add(BFLC.marcKey, field_key(field, field.tag, c.tags.get(id(field))))
        node.add(BFLC.marcKey, *[field_key(twin, "880", tag) for twin, tag in c.twins.get(id(field), ())])
    else:
        node.add(BFLC.marcKey, _key(field, creator, parts))
    return node


def _title(field: Field, c: Conversion) -> Node:
    node = Node("title", BF.Title)
    count = nonfiling(field)
    if count:
        node.add(BFLC.nonSortNum, literal(count))
    node.add(BF.mainTitle, literal(label_of(title_parts(field, c)), c.tags.get(id(field))))
    for twin, tag in c.twins.get(id(field), ()):
        other = label_of(title_parts(twin if twin.tag != "880" else _as(field.tag, twin), c))
        if other:
            node.add(BF.mainTitle, literal(other, tag))
    for code, text in title_subfields(field):
        if code in "np" and (part := chopped(text)):
            node.add(BF.partNumber if code == "n" else BF.partName, literal(part))
    return node


def _as(tag: str, twin: Field) -> Field:
    """An 880 read as the field it repeats."""
    return Field(tag, twin.ind1, twin.ind2, twin.subfields)


def nonfiling(field: Field) -> str:
    """How many characters filing skips (X30: first, 240, 440 and 830: second indicator), ``""`` for none."""
    mark = field.ind1 if field.tag in ("130", "630", "730") else field.ind2
    return mark if field.tag[1:] in ("30", "40") and mark in "123456789" else ""


def _beside(field: Field, node: Node) -> None:
    """What tells expressions apart, and music's particulars, as statements beside the title."""
    tag = field.tag
    for code, text in title_subfields(field):
        part = chopped(text, parentheses=True) if code == "d" else chopped(text)
        if not part or code not in "dfhlmrsx":
            continue
        if code in _BESIDE:
            node.add(_BESIDE[code], literal(part))
        elif code == "d":
            node.add(BF.legalDate, literal(part))
        elif code == "l":
            node.add(BF.language, Node("language", BF.Language).add(RDFS.label, literal(part)))
        elif code == "m":
            node.add(BF.musicMedium, Node("medium", BF.MusicMedium).add(RDFS.label, literal(part)))
        elif code == "r":
            node.add(BF.keyMode, Node("key", BF.KeyMode).add(RDFS.label, literal(part)))
        elif code == "h":
            node.add(BF.note, Node("note", BF.Note).add(RDFS.label, literal(part)))
        elif code == "x" and tag[0] in "78":
            node.add(BF.identifiedBy, Node("identifier", BF.Issn).add(RDF.value, literal(part)))


def _links(field: Field, node: Node) -> None:
    """$0, $1 and $w of the title: in name-title fields those after $t, else all."""
    own: Parts = [(code, text.strip()) for code, text in title_subfields(field) if code in "01w"]
    if not own:
        return
    named = Field(field.tag, subfields=own)
    links(named, node)
    for text in named.all("w"):
        record_number(text, node)
    node.iri = next((t for text in named.all("1") if (t := iri_of(text))), "") or authority_iri(named) or ""


def record_number(text: str, node: Node) -> None:
    """$w, the control number of the other record: ``(DLC)`` an LCCN, else an identifier with its assigner."""
    text = text.strip()
    if text.startswith("(DLC)"):
        node.add(BF.identifiedBy, identifier(text, BF.Lccn, assigned=True))
    elif text:
        identifiers([text], node, assigned=True)


def _key(field: Field, creator: Field | None, parts: Parts) -> str:
    if creator is None:
        return marc_key("130", parts, nonfiling(field) or "0")
    kind = creator.tag[1:3]
    name = name_parts(creator, kind, title_form=True)
    titled = [("t" if code in "at" else code, text) for code, text in parts]
    if titled[0][0] == "k":
        titled[0] = ("t", titled[0][1])
    if name:
        code, text = name[-1]
        name[-1] = (code, strict(text))
    first = first_indicator(kind, name_type(creator), name) if name else " "
    return marc_key(f"1{kind}", [*name, *titled], first)


def relation(
    relationship: str | None, resource: Node | str, *, field: Field | None = None, kind: str = "relation"
) -> Node:
    """A bf:Relation to ``resource`` with the code of LC's relationship list, and $3 and $5 of ``field``."""
    node = Node(kind, BF.Relation)
    node.add(BF.relationship, vocabulary("relationship", relationship) if relationship else None)
    node.add(BF.associatedResource, resource)
    if field is not None:
        applies_to(field, node)
        institution(field, node)
    return node


def relationship_words(field: Field, node: Node, c: Conversion) -> None:
    """$i, the relationship in words, as labels of further relationships."""
    for value, tag in c.in_scripts(field):
        for text in value.all("i"):
            words = chopped(text)
            if words and words not in ("is arrangement of", "is translation of"):
                label = literal(words, tag)
                node.add(BF.relationship, Node("relationship", BF.Relationship).add(RDFS.label, label))
