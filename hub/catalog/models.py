"""What the pages show, as plain data: no HTML, no language chosen yet, nothing left to query."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.catalog.graph import Link, Text
from ontologies.namespaces import HUB

PAGE = 50
"""Lines of a list on one page."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A live entity: its IRI, what the graph says of it (N-Triples), and when that last changed.

    ``changed`` is in whole seconds since 1970, 0 when the registry does not tell; ``token`` changes whenever the
    document might (entity, generation of the store, release) and is known without asking the store.
    """

    place: str
    id: str
    iri: str
    changed: int
    token: str
    ntriples: bytes = b""


@dataclass(frozen=True, slots=True)
class Moved:
    """The entity was merged: ``to`` is the IRI of the survivor."""

    to: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The entity was withdrawn at ``at`` (seconds since 1970, 0 unknown); its id is never given to another."""

    iri: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Pages:
    """Where in a list a page stands: ``number`` from 1, ``total`` lines in all."""

    number: int = 1
    total: int = 0
    size: int = PAGE

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True)
class Contribution:
    """Who took part, and as what; ``primary`` is the one the work is entered under."""

    agent: Link
    roles: tuple[Link, ...] = ()
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Title:
    """One title of a Work or Instance; ``kind`` is the class's name (``Title``, ``VariantTitle`` …)."""

    text: str
    rest: str = ""
    kind: str = "Title"
    language: str = ""


@dataclass(frozen=True, slots=True)
class WorkCard:
    """A Work as one line of a list."""

    iri: str
    title: str
    creators: tuple[Link, ...] = ()
    languages: tuple[Link, ...] = ()
    types: tuple[str, ...] = ()
    instances: int = 0


@dataclass(frozen=True, slots=True)
class InstanceCard:
    """An Instance as one line of a list, with the libraries that hold it."""

    iri: str
    title: str
    date: str = ""
    published: str = ""
    edition: str = ""
    extent: str = ""
    types: tuple[str, ...] = ()
    libraries: tuple[Link, ...] = ()
    work: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with the class's name (``Isbn``), its qualifier and whether it was cancelled or is invalid."""

    kind: str
    value: str
    qualifier: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Volume:
    """One Item: a copy, or a holding with its volumes."""

    iri: str
    shelfmarks: tuple[str, ...] = ()
    sublocations: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    status: tuple[Link, ...] = ()
    barcodes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    online: tuple[str, ...] = ()
    due: str = ""

    @property
    def availability(self) -> str:
        """The state of the copy among the hub's six (``available``, ``onLoan`` …), empty when nothing is said."""
        states = (s.iri.removeprefix(HUB.base) for s in self.status if s.iri.startswith(HUB.base))
        return next(states, "")


@dataclass(frozen=True, slots=True)
class Holding:
    """What one library has of an Instance."""

    library: Link
    items: tuple[Volume, ...]
    groups: tuple[Link, ...] = ()
    website: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One of the statements that no section of the page shows: predicate (IRI) and its values."""

    predicate: str
    values: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A member's record behind an entity."""

    iri: str
    member: str
    control_number: str


@dataclass(slots=True)
class EntityPage:
    """What every page has: the entity, its name, its classes and the statements not shown elsewhere."""

    iri: str
    title: str
    types: tuple[str, ...]
    more: tuple[Statement, ...] = ()


@dataclass(slots=True)
class WorkPage(EntityPage):
    """A Work: what it is, who made it, its Instances, and its relatives through the Hub."""

    titles: tuple[Title, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    languages: tuple[Link, ...] = ()
    original: tuple[Link, ...] = ()
    subjects: tuple[Link, ...] = ()
    genres: tuple[Link, ...] = ()
    classification: tuple[str, ...] = ()
    summary: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()
    hubs: tuple[Link, ...] = ()
    instances: tuple[InstanceCard, ...] = ()
    pages: Pages = Pages()
    relatives: tuple[WorkCard, ...] = ()
    relatives_total: int = 0


@dataclass(slots=True)
class InstancePage(EntityPage):
    """An Instance: how it was published, and who holds it."""

    titles: tuple[Title, ...] = ()
    responsibility: tuple[Text, ...] = ()
    edition: tuple[Text, ...] = ()
    published: tuple[Text, ...] = ()
    publisher: str = ""
    place: str = ""
    date: str = ""
    extent: tuple[Text, ...] = ()
    series: tuple[Text, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    media: tuple[Link, ...] = ()
    notes: tuple[Text, ...] = ()
    online: tuple[Link, ...] = ()
    work: WorkPage | None = None
    siblings: tuple[InstanceCard, ...] = ()
    holdings: tuple[Holding, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(slots=True)
class ItemPage(EntityPage):
    """An Item: one library's copy or holding."""

    item: Volume | None = None
    libraries: tuple[Link, ...] = ()
    instances: tuple[InstanceCard, ...] = ()


@dataclass(slots=True)
class HeadingPage(EntityPage):
    """What Agents, Concepts and Hubs share: other names, what it is the same as, the Works that refer to it."""

    labels: tuple[Text, ...] = ()
    variants: tuple[Text, ...] = ()
    same: tuple[Link, ...] = ()
    notes: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()
    works: tuple[WorkCard, ...] = ()
    pages: Pages = Pages()


@dataclass(slots=True)
class AgentPage(HeadingPage):
    """A person, family, organization, meeting or place of jurisdiction; ``about`` are Works about it."""

    about: tuple[WorkCard, ...] = ()
    about_total: int = 0
    about_pages: Pages = Pages()


@dataclass(slots=True)
class ConceptPage(HeadingPage):
    """A subject or genre, with its broader, narrower and related ones."""

    broader: tuple[Link, ...] = ()
    narrower: tuple[Link, ...] = ()
    related: tuple[Link, ...] = ()


@dataclass(slots=True)
class HubPage(HeadingPage):
    """A Hub: the translations and versions of one creation."""

    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class LibraryCard:
    """A library as one line of a list and one dot of the map; ``items`` is None where it was not counted."""

    iri: str
    code: str
    names: Link
    group: str = ""
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    website: str = ""
    items: int | None = None


@dataclass(slots=True)
class LibraryPage(EntityPage):
    """A library: where it is, what it holds (numbers of the current generation), what came last."""

    card: LibraryCard | None = None
    group: Link | None = None
    items: int | None = None
    instances: int | None = None
    languages: tuple[tuple[Link, int], ...] = ()
    recent: tuple[InstanceCard, ...] = ()
    member: str = ""
    records: int = 0


@dataclass(slots=True)
class GroupPage(EntityPage):
    """A group of libraries."""

    names: Link | None = None
    libraries: tuple[LibraryCard, ...] = ()


@dataclass(frozen=True, slots=True)
class MarcLine:
    """One field as the record page shows it: subfields for data fields, ``value`` for control fields."""

    tag: str
    indicators: str
    value: str = ""
    subfields: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class RecordPage(EntityPage):
    """A member's record: its MARC without the fields its profile calls private, and what it was converted to."""

    member: str = ""
    control_number: str = ""
    kind: str = "bibliographic"
    kinds: tuple[str, ...] = ()
    format: str = ""
    leader: str = ""
    fields: tuple[MarcLine, ...] = ()
    hidden: int = 0
    instance: str = ""
    created: int = 0
    changed: int = 0
    deleted: bool = False
    problems: tuple[tuple[str, str, str], ...] = ()
    nodes: tuple[tuple[str, tuple[Statement, ...]], ...] = field(default=())
