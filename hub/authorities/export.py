"""The authority file as files, in constant memory: MARC 21 Authority (ISO 2709, MARCXML), MADS/RDF, SKOS (N-Triples).

One record, authority or concept for each heading of a list: what several members' authority records say of one heading
is put together as its page shows it. Sources: MARC 21 Authority; MADS/RDF; SKOS.
"""

from __future__ import annotations

import contextlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from converters.bibframe.terms import literal, text_of
from converters.marc import MarcError, parse, values
from converters.marc.record import Field, Record
from converters.marc.write import marcxml_collection, to_iso2709
from converters.profile import Profile
from converters.public import public
from hub.authorities.heading_fields import Unreadable, like, of_key
from hub.projection.describe import Task, describe
from hub.projection.tasks import gather
from hub.registry import Registry, schema
from hub.search.headings import SCHEMES, Heading, Headings
from ontologies.namespaces import MADS, OWL, RDF, RDFS, SKOS

PORTION = 200
FORMS: dict[str, str] = {
    "mrc": "application/marc",
    "xml": "application/marcxml+xml",
    "mads.nt": "application/n-triples",
    "skos.nt": "application/n-triples",
}
"""What the authority file is written as, with its media type."""
_SYSTEM = {"lcsh": "a", "lcshac": "b", "mesh": "c", "nal": "d", "cash": "k", "rvm": "v"}
_LINE = re.compile(r"(<[^>]*>) (<[^>]*>) (.*) \.\Z")
_COPIED = frozenset({RDF.first, RDF.rest, RDFS.label, OWL.sameAs})
_SKOS_LINKS = frozenset({SKOS.broader, SKOS.narrower, SKOS.related, SKOS.exactMatch})
_SAME = frozenset({MADS.hasExactExternalAuthority, MADS.identifiesRWO, OWL.sameAs})


def export(
    registry: Registry,
    headings: Headings,
    base: str,
    form: str,
    schemes: Iterable[str] = SCHEMES,
    *,
    whole: bool = False,
) -> Iterator[bytes]:
    """The authority file in pieces: headings with an authority, with ``whole`` all that are in use.

    ``form`` is a key of :data:`FORMS`. A heading that ISO 2709 cannot hold is left out of ``mrc``.
    """
    if form == "xml":
        for part in marcxml_collection(r for _, r in _records(registry, headings, base, schemes, whole)):
            yield part.encode("utf-8", "replace")
    elif form == "mrc":
        for _, record in _records(registry, headings, base, schemes, whole):
            try:
                yield to_iso2709(record)
            except MarcError:
                continue
    else:
        written = _mads if form == "mads.nt" else _skos
        for heading, document, lines in _described(registry, headings, base, schemes, whole):
            yield "".join(f"{line}\n" for line in written(heading, document, lines, base)).encode("utf-8", "replace")


def write_export(
    registry: Registry, headings: Headings, base: str, form: str, write: Callable[[bytes], object]
) -> dict[str, int]:
    """Write the authority file; gives how many headings, and of RDF how many statements."""
    counts = {"headings": 0}
    rdf = form.endswith(".nt")
    if rdf:
        counts["statements"] = 0
    for piece in export(registry, headings, base, form):
        write(piece)
        # RDF and ISO 2709 come a heading at a time, MARCXML with a beginning and an end of the whole.
        counts["headings"] += form != "xml" or piece.startswith(b"<record")
        if rdf:
            counts["statements"] += piece.count(b"\n")
    return counts


def _portions(headings: Headings, schemes: Iterable[str], whole: bool) -> Iterator[list[Heading]]:
    for scheme in schemes:
        found = headings.all(scheme, established=not whole)
        while portion := list(islice(found, PORTION)):
            yield portion


# RDF


def _described(
    registry: Registry, headings: Headings, base: str, schemes: Iterable[str], whole: bool
) -> Iterator[tuple[Heading, dict[str, Any], list[str]]]:
    """Each heading with its document and the statements of its entity, as the graph has them."""
    for portion in _portions(headings, schemes, whole):
        with registry.read() as connection:
            found = gather(connection, [(h.place, h.id) for h in portion], base, record_graphs=False)
        known = {h.id: h for h in portion}
        for task in found.tasks:
            made = describe(_only_headings(task))
            for (_, said), document in zip(made.entities, made.headings, strict=True):
                if document["id"] in known and "label" in document:
                    yield known[document["id"]], document, said.decode("utf-8", "replace").splitlines()


def _only_headings(task: Task) -> Task:
    return Task(task.base, sources=task.sources, headings=task.headings, nested=task.nested, libraries=task.libraries)


def _triples(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        found = _LINE.match(line)
        if found is not None:
            yield found[1], found[2], found[3]


def _mads(heading: Heading, document: dict[str, Any], lines: list[str], base: str) -> Iterator[str]:
    """The authority in MADS/RDF: its statements of that vocabulary, class and label where no authority gives them."""
    own = f"<{base}{heading.place}/{heading.id}>"
    stem = MADS.base
    said: dict[str, None] = {}
    for s, p, o in _triples(lines):
        kept = p[1:-1].startswith(stem) or p in _COPIED or (p == RDF.type and o[1:-1].startswith(stem))
        if kept:
            said[f"{s} {p} {o} ."] = None
    said[f"{own} {RDF.type} <{stem}{_mads_class(heading)}> ."] = None
    said[f"{own} {RDF.type} {MADS.Authority} ."] = None
    said[f"{own} {MADS.authoritativeLabel} {literal(document['label'])} ."] = None
    said[f"{own} {MADS.isMemberOfMADSScheme} <{base}authorities/{heading.scheme}> ."] = None
    known = {o for _, p, o in _triples(said) if p == MADS.variantLabel}
    for n, form in enumerate(_other_forms(document)):
        term = literal(form)
        if term not in known:
            node = f"{own[:-1]}#form-{n + 1}>"
            said[f"{own} {MADS.hasVariant} {node} ."] = None
            said[f"{node} {RDF.type} {MADS.Variant} ."] = None
            said[f"{node} {MADS.variantLabel} {term} ."] = None
    yield from said


def _mads_class(heading: Heading) -> str:
    if heading.kind == "Hub":
        return "NameTitle" if (heading.marc_keys or ["130"])[0][:3] in ("100", "110", "111") else "Title"
    return {"Agent": "Name", "Event": "Topic"}.get(heading.kind, heading.kind)


def _skos(heading: Heading, document: dict[str, Any], lines: list[str], base: str) -> Iterator[str]:
    """The heading as a SKOS concept: labels, forms, hierarchy among the hub's own, what it is elsewhere."""
    own = f"<{base}{heading.place}/{heading.id}>"
    preferred = literal(document["label"])
    said: dict[str, None] = {
        f"{own} {RDF.type} {SKOS.Concept} .": None,
        f"{own} {SKOS.inScheme} <{base}authorities/{heading.scheme}> .": None,
        f"{own} {SKOS.prefLabel} {preferred} .": None,
    }
    languages = {""}
    for s, p, o in _triples(lines):
        if s != own:
            continue
        if p == SKOS.prefLabel and (tag := o.rpartition('"')[2]) not in languages:
            languages.add(tag)
            said[f"{own} {p} {o} ."] = None
        elif (p in _SKOS_LINKS or p == SKOS.inScheme) and o.startswith("<") and "#" not in o.removeprefix(own[:-1]):
            said[f"{own} {p} {o} ."] = None
        elif p in _SAME and o.startswith("<http") and not o.startswith(own[:-1]):
            said[f"{own} {SKOS.exactMatch} {o} ."] = None
        elif p == SKOS.note:
            said[f"{own} {p} {o} ."] = None
    tagged = {text_of(o) for _, p, o in _triples(said) if p == SKOS.prefLabel}
    for form in _other_forms(document):
        if form not in tagged:
            said[f"{own} {SKOS.altLabel} {literal(form)} ."] = None
    yield from said


def _other_forms(document: dict[str, Any]) -> list[str]:
    """Forms that differ from the form to use, and from each other, in more than punctuation."""
    seen = {values.strict(document["label"])}
    found = []
    for form in document["forms"]:
        strict = values.strict(form)
        if strict not in seen:
            seen.add(strict)
            found.append(form)
    return found


# MARC


def _records(
    registry: Registry, headings: Headings, base: str, schemes: Iterable[str], whole: bool
) -> Iterator[tuple[Heading, Record]]:
    """One authority record for each heading: the best of its members', with what the others add."""
    for portion in _portions(headings, schemes, whole):
        said = _authority_records(registry, [h.id for h in portion])
        for heading in portion:
            record = union(heading, said.get(heading.id, []), base)
            if record is not None:
                yield heading, record


def _authority_records(registry: Registry, identities: list[str]) -> dict[str, list[tuple[str, Record]]]:
    """The public part of the records that establish headings, best first, each with its member, by entity."""
    table, authority, heading, member = schema.record, schema.authority, schema.heading, schema.member
    with registry.read() as connection:
        rows = connection.execute(
            heading.select()
            .with_only_columns(heading.c.entity, table.c.member, table.c.raw, table.c.format, member.c.profile)
            .join(authority, authority.c.heading == heading.c.id)
            .join(table, table.c.id == authority.c.record)
            .join(member, member.c.code == table.c.member)
            .where(heading.c.entity.in_(identities), table.c.deleted.is_(False))
            .order_by(table.c.rank.desc(), table.c.id)
        ).all()
    found: dict[str, list[tuple[str, Record]]] = {}
    profiles: dict[str, Profile] = {}
    for row in rows:
        profile = profiles.setdefault(row.profile, Profile.from_json(json.loads(row.profile)))
        try:
            record = parse(zlib.decompress(row.raw), row.format, encoding=profile.encoding)
        except MarcError:
            continue
        found.setdefault(row.entity, []).append((row.member, public(record, profile)))
    return found


def union(heading: Heading, records: list[tuple[str, Record]], base: str) -> Record | None:
    """One MARC authority record of a heading: 001 and 024 are the hub's, 035 names the members' records, 1XX is the
    form to use, 4XX all other forms. None for a heading that no field can be made of.
    """
    field = next((f for f in map(of_key, heading.marc_keys) if f is not None), None)
    if field is None:
        return None
    best = next((r for _, r in records if _establishes(r, heading.label, field)), records[0][1] if records else None)
    if best is None:
        fields = [Field("008", value=_coded(heading)), Field("040", subfields=_source(heading)), field]
        leader = "00000nz  a2200000o  4500"  # leader/17 o: incomplete, made of what catalogue records say
    else:
        fields = [f for f in best.fields if f.tag not in ("001", "003", "005", "024", "035")]
        fields = [f for f in fields if f.tag[:1] != "1"] + [field]
        leader = best.leader
    own = [("a", f"{base}{heading.place}/{heading.id}"), ("2", "uri")]
    head = [Field("001", value=heading.id), Field("003", value="BibHub"), Field("024", "7", " ", own)]
    head += [f for _, r in records for f in r.fields if f.tag == "024"]
    head += [
        Field("035", subfields=[("a", f"({member}){number}")])
        for member, r in records
        if (number := r.control("001").strip())
    ]
    merged = _distinct([*head, *fields, *(f for _, r in records for f in r.fields if f.tag[:1] in "4567")])
    known = {values.strict(_plain(f)) for f in merged if f.tag[:1] in "14" or f.tag == "880"}
    # A form that only the catalogue has is one text; a name with a title cannot be told apart in it.
    for form in heading.forms if heading.kind != "Hub" else ():
        if values.strict(form) not in known:
            known.add(values.strict(form))
            with contextlib.suppress(Unreadable):
                merged.append(like(Field("4" + field.tag[1:], field.ind1, field.ind2), form.replace("$", " ")))
    return Record(leader, sorted(merged, key=lambda f: f.tag))


def _establishes(record: Record, label: str, field: Field) -> bool:
    own = next((f for f in record.fields if f.tag == field.tag), None)
    return own is not None and values.strict(_plain(own)) in (values.strict(label), values.strict(_plain(field)))


def _plain(field: Field) -> str:
    return " ".join(text for code, text in field.subfields if code.isalpha() and code not in "wi")


def _distinct(fields: Iterable[Field]) -> list[Field]:
    """Fields without those that repeat another one; tracings that differ in punctuation only are one."""
    seen: set[Any] = set()
    found = []
    for f in fields:
        key: Any = (f.tag, f.value, f.ind1, f.ind2, tuple(f.subfields))
        if f.tag[:1] == "4":
            key = ("4", values.strict(_plain(f)))
        if key not in seen:
            seen.add(key)
            found.append(f)
    return found


def _coded(heading: Heading) -> str:
    system = _SYSTEM.get(heading.source, "z" if heading.place == "concepts" else "n")
    return f"      n||az{system}nnaabn          |n anc     c".ljust(40)


def _source(heading: Heading) -> list[tuple[str, str]]:
    source = [("a", "BibHub"), ("b", "vie"), ("c", "BibHub")]
    if heading.place == "concepts" and heading.source not in _SYSTEM and heading.source not in ("", "local"):
        source.append(("f", heading.source))
    return source
