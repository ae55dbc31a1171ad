"""Lists: Works and Instances as single lines, many in one walk."""

from __future__ import annotations

from collections.abc import Sequence

from hub.catalog.graph import Graph, iri
from hub.catalog.models import Contribution, InstanceCard, Title, WorkCard
from hub.catalog.reader import Reader
from hub.catalog.routes import HELD_INSTANCE_CARD, INSTANCE_CARD, WORK_CARD, around
from ontologies.namespaces import BF, BFLC, MADS, RDFS

_TITLE = iri(BF.Title)
_TITLE_CLASSES = {iri(BF[t]): t for t in ("Title", "VariantTitle", "ParallelTitle", "KeyTitle", "AbbreviatedTitle")}


def titles(graph: Graph, subject: str) -> list[Title]:
    """The titles of a Work, Instance or Hub, proper titles first and those without a language tag before others."""
    found = []
    for node in graph.nodes(subject, BF.title):
        kinds = [_TITLE_CLASSES[t] for t in graph.types(node) if t in _TITLE_CLASSES]
        kind = next((k for k in kinds if k != "Title"), "Title")
        rest = _rest(graph, node)
        mains = graph.texts(node, BF.mainTitle) or graph.texts(node, RDFS.label)
        found += [Title(main.text, rest if not main.language else "", kind, main.language) for main in mains]
    found += [Title(t.text, "", "Title", t.language) for t in graph.texts(subject, BF.title)]
    return sorted(found, key=lambda t: (t.kind != "Title", bool(t.language)))


def _rest(graph: Graph, node: str) -> str:
    """What follows the title proper: other title information, part number and name (ISBD 1.4, 1.1.5)."""
    text = ""
    for predicate, mark in ((BF.subtitle, " : "), (BF.partNumber, ". "), (BF.partName, ", ")):
        for value in graph.texts(node, predicate):
            if not value.language:
                text += (mark if predicate != BF.partName or ". " in text else ". ") + value.text
    return text


def name_of(graph: Graph, subject: str) -> str:
    """The first title proper with what follows it, else a label, else the end of the IRI."""
    found = titles(graph, subject)
    return found[0].text + found[0].rest if found else graph.link(subject).label()


def contributions(graph: Graph, subject: str) -> list[Contribution]:
    """Who took part, the primary contribution first; several of one agent are one line."""
    primary = {iri(BF.PrimaryContribution), iri(BFLC.PrimaryContribution)}
    found: dict[str, Contribution] = {}
    for node in graph.nodes(subject, BF.contribution):
        first = any(t in primary for t in graph.types(node))
        roles = tuple(graph.links(node, BF.role))
        for agent in graph.links(node, BF.agent):
            key = agent.iri or agent.label()
            known = found.get(key)
            if known:
                more = tuple(r for r in roles if r not in known.roles)
                found[key] = Contribution(known.agent, known.roles + more, known.primary or first)
            else:
                found[key] = Contribution(agent, roles, first)
    return sorted(found.values(), key=lambda c: not c.primary)


def short_types(graph: Graph, subject: str) -> tuple[str, ...]:
    """The names of the BIBFRAME and MADS classes of a subject (``Text``, ``Person``), without the general one."""
    types = graph.types(subject)
    types = [t for t in types if not t.startswith(MADS.base)] or types  # the same again in other words
    return tuple(dict.fromkeys(t.rpartition("#")[2].rpartition("/")[2] for t in types))


def date_of(graph: Graph, subject: str) -> str:
    """When an Instance was published: as transcribed, else the coded date."""
    for predicate in (BFLC.simpleDate, BF.date):
        for node in graph.nodes(subject, BF.provisionActivity):
            text = graph.text(node, predicate)
            if text:
                return text
    return ""


def publication(graph: Graph, subject: str) -> tuple[str, str]:
    """(place, publisher) of the first provision activity that tells one."""
    place = agent = ""
    for node in graph.nodes(subject, BF.provisionActivity):
        place = place or graph.text(node, BFLC.simplePlace)
        agent = agent or graph.text(node, BFLC.simpleAgent)
    return place, agent


async def work_cards(reader: Reader, iris: Sequence[str]) -> list[WorkCard]:
    """Some Works as lines, in the order given; one that the store does not know is left out."""
    graph = await around(reader, [(work, WORK_CARD) for work in iris])
    return [
        WorkCard(
            work,
            name_of(graph, work),
            tuple(c.agent for c in contributions(graph, work))[:3],
            tuple(graph.outside(work, BF.language)),
            short_types(graph, work),
            len(graph.nodes(work, BF.hasInstance)),
        )
        for work in iris
        if work in graph
    ]


async def instance_cards(reader: Reader, iris: Sequence[str], *, holders: bool = True) -> list[InstanceCard]:
    """Some Instances as lines, in the order given, with the libraries that hold them."""
    route = HELD_INSTANCE_CARD if holders else INSTANCE_CARD
    graph = await around(reader, [(instance, route) for instance in iris])
    found = []
    for instance in iris:
        if instance not in graph:
            continue
        place, agent = publication(graph, instance)
        libraries = dict.fromkeys(
            library for item in graph.nodes(instance, BF.hasItem) for library in graph.nodes(item, BF.heldBy)
        )
        found.append(
            InstanceCard(
                instance,
                name_of(graph, instance),
                date_of(graph, instance),
                " : ".join(t for t in (place, agent) if t) or graph.text(instance, BF.publicationStatement),
                "; ".join(t.text for t in graph.texts(instance, BF.editionStatement)),
                "; ".join(t.text for t in graph.labelled(instance, BF.extent)),
                short_types(graph, instance),
                tuple(graph.link(library) for library in libraries),
                next(iter(graph.nodes(instance, BF.instanceOf)), ""),
            )
        )
    return found
