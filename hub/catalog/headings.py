"""Agent, Concept and Hub pages: a heading, its other names, and the Works that refer to it."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from hub.catalog import queries
from hub.catalog.bibliographic import more
from hub.catalog.cards import contributions, name_of, short_types, work_cards
from hub.catalog.graph import Graph, Link, Text, iri
from hub.catalog.models import PAGE, AgentPage, ConceptPage, HubPage, Pages, WorkCard
from hub.catalog.queries import PROLOGUE
from hub.catalog.reader import Reader, number, paged
from ontologies.namespaces import BF, BFLC, MADS, OWL, RDF, RDFS, SKOS

NARROWER = 200
"""Narrower concepts that a page lists."""

_SHOWN = {
    iri(p)
    for p in (
        RDF.type, RDFS.label, BFLC.marcKey, OWL.sameAs, MADS.identifiesRWO, MADS.hasExactExternalAuthority,
        SKOS.exactMatch, SKOS.altLabel, SKOS.prefLabel, SKOS.note, SKOS.broader, SKOS.narrower, SKOS.related,
        MADS.hasVariant, MADS.authoritativeLabel, MADS.note, MADS.hasSource, MADS.hasBroaderAuthority,
        MADS.hasNarrowerAuthority, MADS.hasReciprocalAuthority, MADS.hasRelatedAuthority, BF.title, BF.contribution,
        MADS.variantLabel,
    )
}  # fmt: skip


def _name(graph: Graph, subject: str) -> str:
    return graph.text(subject, MADS.authoritativeLabel, RDFS.label) or name_of(graph, subject)


def _variants(graph: Graph, subject: str) -> tuple[Text, ...]:
    found = graph.texts(subject, SKOS.altLabel, MADS.variantLabel)
    for node in graph.nodes(subject, MADS.hasVariant):
        found += graph.texts(node, MADS.variantLabel, RDFS.label)
    shown = {_name(graph, subject)}
    return tuple(t for t in dict.fromkeys(found) if t.text not in shown)


def _same(graph: Graph, subject: str) -> tuple[Link, ...]:
    """The same thing elsewhere, what owned nodes (the person behind the name) say of it included."""
    predicates = (OWL.sameAs, MADS.identifiesRWO, MADS.hasExactExternalAuthority, SKOS.exactMatch)
    found: list[Link] = []
    for link in graph.links(subject, *predicates):
        if link.iri.startswith(f"{subject}#"):
            found += [v for v in graph.links(link.iri, *predicates) if not v.iri.startswith(subject)]
        else:
            found.append(link)
    return tuple(dict.fromkeys(found))


def _sources(graph: Graph, subject: str) -> tuple[Text, ...]:
    found: list[Text] = []
    for node in graph.nodes(subject, MADS.hasSource):
        parts = graph.texts(node, MADS.citationSource, MADS.citationNote, RDFS.label)
        if parts:
            found.append(Text(" — ".join(t.text for t in parts)))
    return tuple(found)


async def _works(
    reader: Reader, subject: str, page: int, listing: str, counting: str
) -> tuple[tuple[WorkCard, ...], Pages]:
    entity: dict[str, NamedNode | Literal] = {"entity": NamedNode(subject)}
    total = number(await reader.select(PROLOGUE + counting, entity))
    if not total:
        return (), Pages(page, 0)
    rows = await reader.select(paged(PROLOGUE + listing, PAGE, (page - 1) * PAGE), entity)
    return tuple(await work_cards(reader, [row["x"].value for row in rows])), Pages(page, total)


async def agent_page(reader: Reader, graph: Graph, subject: str, page: int = 1) -> AgentPage:
    """An agent with a page of the Works it contributed to, and of those about it."""
    works, pages = await _works(reader, subject, page, queries.BY_AGENT, queries.BY_AGENT_COUNT)
    entity = {"entity": NamedNode(subject)}
    about_total = number(await reader.select(PROLOGUE + queries.ABOUT_COUNT, entity))
    about: list[str] = []
    if about_total:
        rows = await reader.select(paged(PROLOGUE + queries.ABOUT, PAGE, (page - 1) * PAGE), entity)
        about = [row["x"].value for row in rows]
    return AgentPage(
        subject,
        _name(graph, subject),
        short_types(graph, subject),
        more(graph, subject, _SHOWN),
        labels=tuple(graph.texts(subject, RDFS.label)),
        variants=_variants(graph, subject),
        same=_same(graph, subject),
        notes=tuple(graph.labelled(subject, MADS.note, SKOS.note)),
        sources=_sources(graph, subject),
        works=works,
        pages=pages,
        about=tuple(await work_cards(reader, about)),
        about_total=about_total,
        about_pages=Pages(page, about_total),
    )


async def concept_page(reader: Reader, graph: Graph, subject: str, page: int = 1) -> ConceptPage:
    """A subject or genre with a page of the Works it describes."""
    works, pages = await _works(reader, subject, page, queries.ABOUT, queries.ABOUT_COUNT)
    narrower = graph.links(subject, SKOS.narrower, MADS.hasNarrowerAuthority)
    rows = await reader.select(paged(PROLOGUE + queries.NARROWER, NARROWER), {"entity": NamedNode(subject)})
    known = {link.iri for link in narrower}
    for row in rows:
        if row["x"].value not in known:
            known.add(row["x"].value)
            narrower.append(Link(row["x"].value, (Text(row["label"].value),)))
    return ConceptPage(
        subject,
        _name(graph, subject),
        short_types(graph, subject),
        more(graph, subject, _SHOWN),
        labels=tuple(graph.texts(subject, RDFS.label)),
        variants=_variants(graph, subject),
        same=_same(graph, subject),
        notes=tuple(graph.labelled(subject, MADS.note, SKOS.note)),
        sources=_sources(graph, subject),
        works=works,
        pages=pages,
        broader=tuple(dict.fromkeys(graph.links(subject, SKOS.broader, MADS.hasBroaderAuthority))),
        narrower=tuple(narrower),
        related=tuple(graph.links(subject, SKOS.related, MADS.hasReciprocalAuthority, MADS.hasRelatedAuthority)),
    )


async def hub_page(reader: Reader, graph: Graph, subject: str, page: int = 1) -> HubPage:
    """A Hub with a page of the Works that are its translations and versions."""
    works, pages = await _works(reader, subject, page, queries.EXPRESSIONS, queries.EXPRESSIONS_COUNT)
    return HubPage(
        subject,
        name_of(graph, subject),
        short_types(graph, subject),
        more(graph, subject, _SHOWN),
        labels=tuple(graph.texts(subject, RDFS.label)),
        variants=_variants(graph, subject),
        same=_same(graph, subject),
        works=works,
        pages=pages,
        contributions=tuple(contributions(graph, subject)),
    )
