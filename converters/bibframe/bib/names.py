"""Names of persons, families, corporate bodies, meetings and jurisdictions: one node for one name, wherever it stands.

The same heading gives the same node in 100, 600, 700 and 800 of any record, so that the hub can keep one entity
for it: the node holds nothing that belongs to the record (role, $3, $5, $i stand on the contribution around it).
Source: LC ConvSpec-1XX,7XX,8XX-Names v2.10 and the MARC 21 X00, X10, X11 sections.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from converters.bibframe.bib.links import remark
from converters.bibframe.bib.roles import role_of_code, role_of_term, terms_of
from converters.bibframe.control_subfields import (
    applies_to,
    authority_iri,
    identifiers,
    institution,
    iri_of,
    real_world_iri,
    source,
)
from converters.bibframe.conversion import Conversion
from converters.bibframe.node import Heading, Node
from converters.bibframe.punctuation import chopped, spaced
from converters.bibframe.terms import iri, literal
from converters.kept import kept
from converters.marc.record import Field
from converters.profile import DEFAULT_PROFILE
from ontologies.codes import vocabulary
from ontologies.namespaces import BF, BFLC, MADS, RDFS

NAME_CODES = {"00": "abcdjqk", "10": "abcdgnk", "11": "abcdegnqk"}
"""Subfields of a name by the tag's last two digits; $k (form subheading) starts a title when there is no $t."""

NOBODY = frozenset(
    {
        "anonymous",
        "unknown",
        "various",
        "various authors",
        "khuyết danh",
        "vô danh",
        "không rõ tác giả",
        "không tên tác giả",
        "nhiều tác giả",
        "nhóm tác giả",
        "tập thể tác giả",
    }
)
"""What stands in place of a name and names nobody: never a shared entity."""

Parts = list[tuple[str, str]]


def name_type(field: Field) -> str:
    """Person, Family, Jurisdiction, Organization or Meeting, from the tag and the first indicator."""
    last = field.tag[1:3]
    if last == "00":
        return "Family" if field.ind1 == "3" else "Person"
    if last == "10":
        return "Jurisdiction" if field.ind1 == "1" else "Organization"
    return "Meeting"


_CLASSES = {name: BF[name] for name in ("Person", "Family", "Jurisdiction", "Organization", "Meeting")}


def name_parts(field: Field, kind: str, *, title_form: bool = False) -> Parts:
    """The subfields that make the name: those before $t, and with ``title_form`` those before $k."""
    codes = NAME_CODES[kind]
    found: Parts = []
    for code, text in field.subfields:
        if code == "t" or (title_form and code == "k"):
            break
        if code in codes and (text := spaced(text)):
            found.append((code, text))
    return found


def label_of(parts: Sequence[tuple[str, str]]) -> str:
    """The strict form of a heading: its subfields in order, single spaces, no ISBD punctuation at the end."""
    return strict(parts[0][1] if len(parts) == 1 else " ".join([text for _, text in parts]))


_KEEP_STOP = frozenset({"etc", "arr", "ed"})


@kept(8192)
def strict(text: str) -> str:
    """A heading without the full stop that closes its field: records that write it and records that do not agree.

    The stop of an initial (``Nguyễn, Văn A.``), of letters with stops (``D.C.``) and of ``etc.`` stays.
    """
    text = chopped(text)
    if text.endswith(".") and not text.endswith(".."):
        last = text[:-1].rpartition(" ")[2]
        if len(last) > 1 and "." not in last and last.casefold() not in _KEEP_STOP:
            return text[:-1].rstrip()
    return text


def marc_key(tag: str, parts: Parts, first: str, second: str = " ") -> str:
    """A bflc:marcKey as a literal term: ``1001 $aNguyễn, Du,$d1765-1820``, the same for every tag of one heading."""
    if not parts:
        return ""
    code, text = parts[-1]
    body = "".join(f"${c}{t}" for c, t in parts[:-1])
    return literal(f"{tag}{first}{second}{body}${code}{strict(text)}")


def alone(c: Conversion) -> bool:
    """Whether this is a conversion on its own, without a member's profile: nothing in it is shared with other
    records, so that a heading may say what only its field says. Decision 11, paragraph 1.
    """
    return c.profile is DEFAULT_PROFILE


def closed(label: str, field: Field, c: Conversion) -> str:
    """A subject's label; in a conversion on its own with the full stop that closes the field, as LC leaves it there
    (600–630 subdivided or with a title, 648, 656, 662; roles in $e do not count). Decision 10, 8a.
    """
    if not alone(c) or label.endswith("."):
        return label
    last = next((text for code, text in reversed(field.subfields) if code.isalpha() and code not in "ejuw"), "")
    return f"{label}." if label and last.rstrip().endswith(".") else label


def field_key(field: Field, tag: str, language: str | None = None) -> str:
    """The bflc:marcKey of LC: the whole field as catalogued, from which bibframe2marc makes it anew."""
    body = "".join([f"${code}{spaced(text)}" for code, text in field.subfields])
    return literal(f"{tag}{field.ind1}{field.ind2}{body}", language)


def first_indicator(kind: str, type_: str, parts: Parts) -> str:
    """The first indicator of a name as its form tells it: a comma in $a is an inverted name, a family 3 …"""
    if kind == "00":
        return "3" if type_ == "Family" else "1" if "," in parts[0][1].rstrip(", ") else "0"
    return "1" if type_ == "Jurisdiction" else "2"


def agent(field: Field, c: Conversion, *, title_form: bool = False) -> Node | None:
    """The agent that a name heading names, or None when the field has no name. The same name gives the same node."""
    kind = field.tag[1:3]
    parts = name_parts(field, kind, title_form=title_form)
    label = label_of(parts)
    if not label:
        return None
    type_ = name_type(field)
    heading = None if label.casefold() in NOBODY else Heading("agents", f"{type_}|{label}")
    node = Node("agent", BF.Agent, _CLASSES[type_], heading=heading)
    node.add(RDFS.label, literal(label, c.tags.get(id(field))))
    twins = c.twins.get(id(field), ()) if c.twins else ()
    for twin, tag in twins:
        other = label_of(name_parts(twin, kind, title_form=title_form))
        if other:
            node.add(RDFS.label, literal(other, tag))
    if alone(c):
        node.add(BFLC.marcKey, field_key(field, field.tag, c.tags.get(id(field))))
        for twin, tag in twins:
            node.add(BFLC.marcKey, field_key(twin, "880", tag))
    else:
        node.add(BFLC.marcKey, marc_key(f"1{kind}", parts, first_indicator(kind, type_, parts)))
    present = field.codes
    if "2" in present and field.tag[0] != "6":
        node.add(BF.source, source(field, "nameTitleSchemes"))
    if not _LINKS.isdisjoint(present):
        name_links(field, node)
    return node


def name_links(field: Field, node: Node) -> None:
    """$0 and $1 of the name itself: those before $t; in a subdivided subject a subject authority is not the name's."""
    split = field.tag[0] == "6" and is_subdivided(field)
    own: Parts = []
    for code, text in field.subfields:
        if code == "t":
            break
        if code in "01" and not (split and code == "0" and topical(text)):
            own.append((code, text.strip()))
    if own:
        named = Field(field.tag, subfields=own)
        links(named, node)
        thing = real_world_iri(named)
        if thing is not None and "id.loc.gov/rwo/agents/" in thing:
            node.add(MADS.isIdentifiedByAuthority, thing.replace("/rwo/agents/", "/authorities/names/"))
        node.iri = thing or authority_iri(named) or ""


def authority_link(text: str, node: Node) -> None:
    """One $0: the authority's URI, the number with its source, or for the GND (which has both) either."""
    identifiers([text], node)
    if text.startswith("(DE-588)"):
        node.add(MADS.isIdentifiedByAuthority, iri_of(text))


def links(field: Field, node: Node, codes: str = "0") -> None:
    """All authority links of a heading: $0 (``codes``), and $1 as the thing itself."""
    for code, text in field.subfields:
        if code in codes:
            authority_link(text.strip(), node)
        elif code == "1":
            node.add(MADS.identifiesRWO, iri_of(text))


_SUBDIVISIONS = frozenset("vxyz")
_LINKS = frozenset("01")
_ROLES = frozenset("4ej")
_REMARKS = frozenset("iu")


def is_subdivided(field: Field) -> bool:
    """Whether the field has $v, $x, $y or $z with a text."""
    if _SUBDIVISIONS.isdisjoint(field.codes):
        return False
    return any(code in "vxyz" and text.strip() for code, text in field.subfields)


def topical(text: str) -> bool:
    """Whether a $0 names a record of the subject authority file (LCSH)."""
    return "/authorities/subjects/" in text or text.startswith("(DLC)sh")


def agent_label(field: Field, *, title_form: bool = False) -> str:
    """The strict form of the name in a field, as in the agent's heading key."""
    return label_of(name_parts(field, field.tag[1:3], title_form=title_form))


def nameless(field: Field, c: Conversion) -> None:
    """Report a name field that has text but no name; an empty field says nothing."""
    if any(text.strip() for _, text in field.subfields):
        c.problem("no-name", field.tag, f"The field {field.tag} holds no name.")


def plain_agent(label: str, kind: str = BF.Agent, *types: str) -> Node | None:
    """An agent known by words in the record only (not a controlled heading); None without words."""
    text = chopped(label)
    return Node("agent", kind, *types).add(RDFS.label, literal(text)) if text else None


def roles(field: Field, c: Conversion) -> list[str | Node]:
    """What the agent did: relator IRIs from $4 and from $e ($j in X11), else Role nodes with the word or code.

    A word that means the same relator as a code is stated once.
    """
    found: list[str | Node] = []
    words = "j" if field.tag[1:3] == "11" else "e"
    known: set[str] = set()
    for code, text in field.subfields:
        if code == "4":
            term = _role_from_code(field, text.strip(), c)
            if term and (not isinstance(term, str) or term not in known):
                found.append(term)
        elif code == words:
            for word in terms_of(text):
                role = role_of_term(word)
                if role is None:
                    found.append(Node("role", BF.Role).add(RDFS.label, literal(word)))
                elif role not in known:
                    found.append(role)
        known.update(r for r in found if isinstance(r, str))
    return found


def _role_from_code(field: Field, text: str, c: Conversion) -> str | Node | None:
    if not text:
        return None
    if "://" in text:
        term = iri(text.replace("https://id.loc.gov/", "http://id.loc.gov/"))
        if term is None:
            c.problem("invalid-uri", f"{field.tag}$4", f"“{text}” is not a URI; it was kept as a code.")
    else:
        term = role_of_code(text)
        if term is None:
            c.problem("invalid-code", f"{field.tag}$4", f"“{text}” is not a MARC relator code; it was kept as a code.")
    return term or Node("role", BF.Role).add(BF.code, literal(text))


_BESIDE = {"00": frozenset("fghilmnoprsux"), "10": frozenset("fhilmoprsux"), "11": frozenset("fhilmoprsux")}
"""Subfields of a name field without title that are no part of the name: affiliation, title subfields gone astray."""


@lru_cache(maxsize=8)
def _relator(code: str) -> str | None:
    return vocabulary("relators", code)


_PRIMARY = BF.Contribution, BF.PrimaryContribution
_FURTHER = (BF.Contribution,)


def contribution(field: Field, c: Conversion, who: Node, *, primary: bool) -> Node:
    """A bf:Contribution of the record's Work by ``who``, with its roles, $3, $5, affiliation and other remarks.

    Without a stated role the main entry of a text or manuscript-like monograph (leader/06–07 ``aa``, ``am``) is its
    author, everyone else a contributor (LC).
    """
    node = Node("contribution", *(_PRIMARY if primary else _FURTHER))
    node.out.append((BF.agent, who))
    present = field.codes
    stated = roles(field, c) if not _ROLES.isdisjoint(present) else ()
    if stated:
        node.add(BF.role, *stated)
    else:
        author = primary and c.record.leader[6:8] in ("am", "aa")
        node.add(BF.role, _relator("aut" if author else "ctb"))
    beside = _BESIDE.get(field.tag[1:3], _REMARKS)
    if "3" in present or not beside.isdisjoint(present):
        applies_to(field, node)
        for value, tag in c.in_scripts(field):
            for code, text in value.subfields:
                if code == "t":
                    break
                if code in beside:
                    node.add(BF.note, remark(chopped(text), tag))
    if "5" in present:
        institution(field, node)
    return node
