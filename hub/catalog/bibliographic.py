"""Work, Instance and Item pages out of their descriptions and a few bounded queries."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from pyoxigraph import NamedNode

from hub.catalog import queries
from hub.catalog.cards import (
    contributions,
    date_of,
    instance_cards,
    name_of,
    publication,
    short_types,
    titles,
    work_cards,
)
from hub.catalog.graph import Graph, Link, Text, iri
from hub.catalog.models import (
    PAGE,
    Holding,
    Identifier,
    InstanceCard,
    InstancePage,
    ItemPage,
    Pages,
    Source,
    Statement,
    Volume,
    WorkPage,
)
from hub.catalog.queries import PROLOGUE
from hub.catalog.reader import Reader, number, paged
from hub.catalog.routes import HELD_ITEM, WORK, around
from ontologies.namespaces import BF, BFLC, FOAF, HUB, LC_VOCABULARY, RDF, RDFS, SCHEMA

RELATIVES = 60
"""Works shown beside a Work through their Hub; the Hub's page has all."""
HUBS = 4
"""Hubs of a Work that are followed; more are headings that differ in spelling."""
SIBLINGS = 10
"""Other editions that an Instance's page shows; the Work's page has all."""

_ORIGINAL = f"{LC_VOCABULARY}resourceComponents/otx"
_WORK_SHOWN = {
    iri(p)
    for p in (
        RDF.type, BF.title, BF.contribution, BF.language, BF.subject, BF.genreForm, BF.classification, BF.summary,
        BF.note, BF.expressionOf, BF.hasInstance, RDFS.label,
    )
}  # fmt: skip
_INSTANCE_SHOWN = {
    iri(p)
    for p in (
        RDF.type, BF.title, BF.responsibilityStatement, BF.editionStatement, BF.publicationStatement, BF.extent,
        BF.provisionActivity, BF.seriesStatement, BF.identifiedBy, BF.media, BF.carrier, BF.note, BF.electronicLocator,
        BF.instanceOf, BF.hasItem, BF.derivedFrom, RDFS.label,
    )
}  # fmt: skip
_ITEM_SHOWN = {
    iri(p)
    for p in (
        RDF.type, BF.itemOf, BF.heldBy, BF.shelfMark, BF.sublocation, BF.enumerationAndChronology, BF.status, BF.note,
        BF.identifiedBy, BF.electronicLocator, HUB.itemStatus, HUB.due,
    )
}  # fmt: skip


def more(graph: Graph, subject: str, shown: set[str], roots: frozenset[str] = frozenset()) -> tuple[Statement, ...]:
    """The statements no section shows; an owned node is spelled out by its values, other ``roots`` are only named."""
    stem = subject.partition("#")[0] + "#"
    found = []
    for predicate in graph.out(subject):
        if predicate not in shown:
            values = graph.links(subject, f"<{predicate}>")
            found.append(Statement(predicate, tuple(_spelled(graph, stem, v, roots | {subject}) for v in values)))
    return tuple(found)


def _spelled(graph: Graph, stem: str, link: Link, seen: frozenset[str]) -> Link:
    if not link.iri.startswith(stem) or link.iri in seen:
        return Link(link.iri) if link.iri in seen else link
    parts: list[str] = []
    for predicate in graph.out(link.iri):
        if predicate not in (iri(RDF.type), iri(BFLC.marcKey)):
            for value in graph.links(link.iri, f"<{predicate}>"):
                inner = _spelled(graph, stem, value, seen | {link.iri})
                if inner.labels or not inner.iri.startswith(stem):
                    parts.append(inner.label())
    return Link(link.iri, (Text(" · ".join(dict.fromkeys(parts))),)) if parts else link


def describe_work(graph: Graph, subject: str) -> WorkPage:
    """The part of a Work's page that its own description tells."""
    classification: list[str] = []
    for node in graph.nodes(subject, BF.classification):
        portion = " ".join(t.text for t in graph.texts(node, BF.classificationPortion, BF.itemPortion))
        kind = next((t.rpartition("Classification")[2] for t in graph.types(node)), "")
        edition = graph.text(node, BF.edition)
        if portion:
            edition = edition if edition not in ("full", "abridged") else ""
            classification.append(" ".join(t for t in (kind.upper(), edition and f"({edition})", portion) if t))
    return WorkPage(
        subject,
        name_of(graph, subject),
        short_types(graph, subject),
        more(graph, subject, _WORK_SHOWN),
        titles=tuple(titles(graph, subject)),
        contributions=tuple(contributions(graph, subject)),
        languages=tuple(graph.outside(subject, BF.language)),
        original=tuple(original_languages(graph, subject)),
        subjects=tuple(graph.links(subject, BF.subject)),
        genres=tuple(graph.links(subject, BF.genreForm)),
        classification=tuple(dict.fromkeys(classification)),
        summary=tuple(graph.labelled(subject, BF.summary)),
        notes=tuple(notes(graph, subject)),
        hubs=tuple(graph.links(subject, BF.expressionOf)),
    )


def original_languages(graph: Graph, subject: str) -> list[Link]:
    """The languages a Work was translated from: notes on the original text (MARC 041 $h)."""
    found: list[Link] = []
    for node in graph.nodes(subject, BF.note):
        if _ORIGINAL in graph.types(node):
            found += graph.links(node, BF.language)
    return list(dict.fromkeys(found))


def notes(graph: Graph, subject: str) -> list[Text]:
    """The notes as texts; one without a text of its own is spelled out, the original language stands elsewhere."""
    found: list[Text] = []
    for link in graph.links(subject, BF.note):
        if link.labels:
            found += link.labels
        elif _ORIGINAL not in graph.types(link.iri):
            found += _spelled(graph, subject.partition("#")[0] + "#", link, frozenset({subject})).labels
    return found


async def work_page(reader: Reader, graph: Graph, subject: str, page: int = 1) -> WorkPage:
    """A Work with a page of its Instances (newest first) and the other Works of its Hub."""
    made = describe_work(graph, subject)
    editions = graph.nodes(subject, BF.hasInstance)
    made.instances = tuple(await _editions(reader, subject, editions, page))
    made.pages = Pages(page, len(editions))
    relatives: dict[str, None] = {}
    cut = 0
    for hub in made.hubs[:HUBS]:
        if hub.iri:
            term = {"entity": NamedNode(hub.iri)}
            rows = await reader.select(paged(PROLOGUE + queries.EXPRESSIONS, RELATIVES + 1), term)
            relatives.update(dict.fromkeys(row["x"].value for row in rows if row["x"].value != subject))
            if len(rows) > RELATIVES:
                cut += number(await reader.select(PROLOGUE + queries.EXPRESSIONS_COUNT, term)) - len(rows)
    made.relatives = tuple(await work_cards(reader, list(relatives)[:RELATIVES]))
    made.relatives_total = len(relatives) + cut
    return made


async def _editions(
    reader: Reader, work: str, instances: list[str], page: int = 1, most: int = PAGE
) -> list[InstanceCard]:
    """A page of ``most`` of a Work's Instances, newest first; only of more than that the store sorts the dates."""
    if len(instances) <= most:
        if page > 1:
            return []
        cards = await instance_cards(reader, sorted(instances))
        return sorted(cards, key=lambda card: card.date, reverse=True)
    query = paged(PROLOGUE + queries.EDITIONS, most, (page - 1) * most)
    rows = await reader.select(query, {"entity": NamedNode(work)})
    return await instance_cards(reader, [row["x"].value for row in rows])


async def instance_page(reader: Reader, graph: Graph, subject: str, base: str) -> InstancePage:
    """An Instance with its Work and its holdings by library."""
    works = graph.nodes(subject, BF.instanceOf)[:1]
    items = graph.nodes(subject, BF.hasItem)
    beside = await around(reader, [*((w, WORK) for w in works), *((i, HELD_ITEM) for i in items)])
    place, agent = publication(graph, subject)
    made = InstancePage(
        subject,
        name_of(graph, subject),
        short_types(graph, subject),
        more(graph, subject, _INSTANCE_SHOWN),
        titles=tuple(titles(graph, subject)),
        responsibility=tuple(graph.texts(subject, BF.responsibilityStatement)),
        edition=tuple(graph.labelled(subject, BF.editionStatement)),
        published=tuple(graph.texts(subject, BF.publicationStatement)),
        publisher=agent,
        place=place,
        date=date_of(graph, subject),
        extent=tuple(graph.labelled(subject, BF.extent)),
        series=tuple(graph.texts(subject, BF.seriesStatement)),
        identifiers=tuple(identifiers(graph, subject)),
        media=tuple(graph.links(subject, BF.media, BF.carrier)),
        notes=tuple(notes(graph, subject)),
        online=tuple(graph.links(subject, BF.electronicLocator)),
        sources=tuple(sources(graph, subject, base)),
    )
    for work in works:
        made.work = describe_work(beside, work)
        editions = beside.nodes(work, BF.hasInstance)
        if editions != [subject]:
            cards = await _editions(reader, work, editions, most=SIBLINGS + 1)
            made.siblings = tuple(card for card in cards if card.iri != subject)[:SIBLINGS]
    made.holdings = tuple(holdings(beside, items))
    return made


def identifiers(graph: Graph, subject: str) -> list[Identifier]:
    """What identifies a resource: class, value, qualifier, status (cancelled, incorrect)."""
    found = []
    for node in graph.nodes(subject, BF.identifiedBy):
        kind = next((t for t in short_types(graph, node) if t != "Identifier"), "Identifier")
        qualifier = "; ".join(t.text for t in graph.labelled(node, BF.qualifier))
        status = "; ".join(link.label("en") for link in graph.links(node, BF.status))
        found += [Identifier(kind, t.text, qualifier, status) for t in graph.texts(node, RDF.value)]
    return found


def sources(graph: Graph, subject: str, base: str) -> list[Source]:
    """The member records an entity comes from."""
    found = []
    stem = f"{base}records/"
    for node in graph.nodes(subject, BF.derivedFrom):
        if node.startswith(stem):
            member, _, key = node[len(stem) :].partition("/")
            found.append(Source(node, unquote(member), unquote(key)))
    return sorted(found, key=lambda s: (s.member, s.control_number))


def volume(graph: Graph, item: str) -> Volume:
    """One Item as its page and its Instance's holdings show it."""

    def texts(*predicates: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t.text for t in graph.labelled(item, *predicates)))

    return Volume(
        item,
        texts(BF.shelfMark),
        texts(BF.sublocation),
        texts(BF.enumerationAndChronology),
        tuple(graph.links(item, HUB.itemStatus, BF.status)),
        tuple(i.value for i in identifiers(graph, item) if i.kind == "Barcode"),
        texts(BF.note, BFLC.applicableInstitution),
        tuple(link.iri or link.label() for link in graph.links(item, BF.electronicLocator)),
        graph.text(item, HUB.due),
    )


def holdings(graph: Graph, items: Iterable[str]) -> list[Holding]:
    """Who holds an Instance by its Items: one entry a library, the Items in order of call number."""
    by_library: dict[str, list[Volume]] = {}
    for item in items:
        if item in graph:
            for library in graph.nodes(item, BF.heldBy) or [""]:
                by_library.setdefault(library, []).append(volume(graph, item))
    return [
        Holding(
            graph.link(library) if library else Link(""),
            tuple(sorted(volumes, key=lambda v: (v.shelfmarks, v.volumes, v.iri))),
            tuple(graph.links(library, SCHEMA.memberOf)),
            next((link.iri for link in graph.links(library, FOAF.homepage, SCHEMA.url) if link.iri), "") or "",
        )
        for library, volumes in by_library.items()
    ]


async def item_page(reader: Reader, graph: Graph, subject: str) -> ItemPage:
    """An Item with the Instance it is a copy of."""
    instances = graph.nodes(subject, BF.itemOf)
    cards = await instance_cards(reader, instances, holders=False)
    made = volume(graph, subject)
    mark = next(iter(made.shelfmarks), "") or next(iter(made.barcodes), "")
    title = cards[0].title if cards else graph.link(subject).label()
    return ItemPage(
        subject,
        f"{title} [{mark}]" if mark else title,
        short_types(graph, subject),
        more(graph, subject, _ITEM_SHOWN),
        item=made,
        libraries=tuple(graph.links(subject, BF.heldBy)),
        instances=tuple(cards),
    )
