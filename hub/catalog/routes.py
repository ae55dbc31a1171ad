"""The ways that pages take through the graph (:mod:`sparql.walk`): what they need of what is around an entity."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import RdfFormat, parse

from hub.catalog.graph import Graph, iri
from hub.catalog.reader import Reader
from ontologies.namespaces import BF, BFLC, FOAF, HUB, MADS, RDF, RDFS, SCHEMA
from sparql.walk import Route


def _iris(*terms: str) -> tuple[str, ...]:
    return tuple(iri(term) for term in terms)


_NAMED = Route(_iris(RDFS.label))
LABEL = Route(_iris(RDFS.label, MADS.authoritativeLabel, BF.title, BF.mainTitle))
"""What a link is called: its label, else its title."""

LIBRARY = Route(_iris(RDFS.label, SCHEMA.memberOf, FOAF.homepage, SCHEMA.url), {iri(SCHEMA.memberOf): _NAMED})
HELD_ITEM = Route(
    follow={
        iri(BF.heldBy): LIBRARY,
        **dict.fromkeys(_iris(HUB.itemStatus, BF.status, BF.sublocation, BF.usageAndAccessPolicy), _NAMED),
    }
)
"""An Item as its Instance's page shows it, with its library."""

WORK = Route(follow={iri(BF.hasInstance): None}, links=LABEL)
"""A Work as its Instances' pages show it; its other Instances are only named."""

_TITLE = _iris(RDF.type, BF.title, BF.mainTitle, BF.subtitle, BF.partNumber, BF.partName, RDFS.label)
WORK_CARD = Route(
    (*_TITLE, *_iris(BF.language, BF.contribution, BF.agent, BF.hasInstance)),
    {iri(BF.language): _NAMED, iri(BF.agent): _NAMED},
)
"""What a line in a list shows of a Work."""

INSTANCE_CARD = Route(
    (
        *_TITLE,
        *_iris(
            BF.provisionActivity, BFLC.simpleDate, BF.date, BFLC.simplePlace, BFLC.simpleAgent, BF.editionStatement,
            BF.publicationStatement, BF.extent, BF.instanceOf,
        ),
    )
)  # fmt: skip
"""What a line in a list shows of an Instance."""

HELD_INSTANCE_CARD = Route(
    (*INSTANCE_CARD.only, iri(BF.hasItem)), {iri(BF.hasItem): Route(_iris(BF.heldBy), {iri(BF.heldBy): _NAMED})}
)
"""The same with the libraries that hold it."""


async def around(reader: Reader, starts: Sequence[tuple[str, Route]]) -> Graph:
    """What lies on the way from some IRIs, each by its route."""
    return Graph().extend(parse(await reader.walk(starts), RdfFormat.N_TRIPLES)) if starts else Graph()
