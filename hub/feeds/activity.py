"""The change log as Entity Metadata Management 1.0 (emm-spec.org), which is ActivityStreams 2.0 for authority data.

Page n of every feed is the window ``(n-1)·PAGE < change ≤ n·PAGE`` of the log: a full page never changes, only the last
one grows, and the page of a change is known without looking (``1 + (number - 1) // PAGE``). A feed of one type or one
holder shows of each window what belongs to it, so that page numbers mean the same in all feeds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from converters.bibframe.terms import segment
from hub.feeds.log import PLACES, Change, of_member, stretch
from hub.feeds.served import moment
from ontologies.namespaces import BF, DCTERMS, PROV, SCHEMA

MEDIA_TYPE = "application/activity+json"
PAGE = 500
"""Changes of the log in one page. Fixed for ever: another size would give pages already fetched other contents."""

# Extension contexts first, then ActivityStreams, then EMM (EMM 1.0 §2.2).
CONTEXT: list[Any] = [
    {
        "heldBy": {"@id": BF.heldBy[1:-1], "@type": "@id"},
        "isReplacedBy": {"@id": DCTERMS.isReplacedBy[1:-1], "@type": "@id"},
        "wasDerivedFrom": {"@id": PROV.wasDerivedFrom[1:-1], "@type": "@id"},
    },
    "https://www.w3.org/ns/activitystreams",
    "https://emm-spec.org/1.0/context.json",
]
TYPES = {
    "works": BF.Work[1:-1],
    "hubs": BF.Hub[1:-1],
    "instances": BF.Instance[1:-1],
    "items": BF.Item[1:-1],
    "agents": BF.Agent[1:-1],
    "concepts": BF.Topic[1:-1],
    "libraries": SCHEMA.Library[1:-1],
    "groups": SCHEMA.Consortium[1:-1],
}
assert set(TYPES) == set(PLACES)


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: of everything, of one ``place``, or of what one ``member`` holds. ``path`` is below the base URI."""

    path: str
    summary: str
    place: str | None = None
    member: str | None = None

    @property
    def immutable(self) -> bool:
        """Whether full pages never change; who holds what does, and with it what a holder's old pages show."""
        return self.member is None


def collection(base: str, feed: Feed, upto: int, downloads: Sequence[str]) -> dict[str, Any]:
    """The entry point (EMM 1.0 §3.1). ``upto``: the last published change; ``downloads``: URLs of full downloads."""
    at = f"{base}{feed.path}"
    made: dict[str, Any] = {
        "@context": CONTEXT,
        "type": "OrderedCollection",
        "id": at,
        "summary": feed.summary,
        "first": _page(f"{at}/page/1"),
        "last": _page(f"{at}/page/{last_page(upto)}"),
    }
    if feed.place is None and feed.member is None:
        made["totalItems"] = upto
    if downloads:
        made["url"] = list(downloads) if len(downloads) > 1 else downloads[0]
    return made


def last_page(upto: int) -> int:
    """The number of the page that grows. It is empty when the one before has just become full."""
    return upto // PAGE + 1


def page(connection: Connection, base: str, feed: Feed, number: int, upto: int) -> dict[str, Any] | None:
    """Change set ``number`` (EMM 1.0 §3.2), oldest activity first; None when there is no such page yet."""
    if not 1 <= number <= last_page(upto):
        return None
    at = f"{base}{feed.path}"
    made = _change_set(at, f"{at}/page/{number}")
    if number > 1:
        made["prev"] = _page(f"{at}/page/{number - 1}")
    if number < last_page(upto):
        made["next"] = _page(f"{at}/page/{number + 1}")
    changes = _changes(connection, feed, (number - 1) * PAGE, min(number * PAGE, upto))
    made["orderedItems"] = activities(base, changes)
    made["totalItems"] = len(changes)
    return made


def newest(base: str, feed: Feed, upto: int) -> dict[str, Any]:
    """The entry point of the newest-first view of a feed; its pages are named by the change they begin with."""
    at = f"{base}{feed.path}/newest"
    return {
        "@context": CONTEXT,
        "type": "OrderedCollection",
        "id": at,
        "summary": f"{feed.summary}, newest first",
        "first": _page(f"{at}/{upto}"),
        "last": _page(f"{at}/{(upto - 1) % PAGE + 1 if upto else 0}"),
    }


def newest_page(connection: Connection, base: str, feed: Feed, seq: int, upto: int) -> dict[str, Any] | None:
    """The :data:`PAGE` changes of the log up to number ``seq``, newest first; None for a number not published yet."""
    if seq > upto or (seq == 0) != (upto == 0):
        return None
    at = f"{base}{feed.path}/newest"
    made = _change_set(at, f"{at}/{seq}")
    if seq + PAGE <= upto:
        made["prev"] = _page(f"{at}/{seq + PAGE}")
    if seq > PAGE:
        made["next"] = _page(f"{at}/{seq - PAGE}")
    changes = _changes(connection, feed, max(0, seq - PAGE), seq)
    made["orderedItems"] = activities(base, changes)[::-1]
    made["totalItems"] = len(changes)
    return made


def single(connection: Connection, base: str, seq: int, upto: int) -> dict[str, Any] | None:
    """One activity by the number of its change, None when nothing was published under it."""
    found = stretch(connection, seq - 1, seq) if 1 <= seq <= upto else []
    return {"@context": CONTEXT, **activities(base, found)[0]} if found else None


def activities(base: str, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Changes as activities (EMM 1.0 §3.3), in their order; times never run backwards within a page."""
    made = []
    published = 0
    for change in changes:
        published = max(published, change.at)
        made.append(_activity(base, change, published))
    return made


def _activity(base: str, change: Change, published: int) -> dict[str, Any]:
    kind = _kind(change)
    thing: dict[str, Any] = {
        "id": f"{base}{change.place}/{segment(change.entity)}",
        "type": TYPES.get(change.place, "Object"),
        "updated": moment(change.at),
    }
    made: dict[str, Any] = {
        "id": f"{base}activity/changes/{change.seq}",
        "type": kind,
        "summary": f"{kind} {change.place}/{change.entity}",
        "published": moment(published),
        "object": thing,
    }
    if change.action in ("merge", "split") and change.target:
        other = f"{base}{change.place}/{change.target}"
        thing["isReplacedBy" if change.action == "merge" else "wasDerivedFrom"] = other
        word = "replaced by" if change.action == "merge" else "split from"
        made["summary"] += f", {word} {change.place}/{change.target}"
    if change.holder:
        thing["heldBy"] = f"{base}libraries/{segment(change.holder)}"
    if change.by:
        made["actor"] = f"{base}libraries/{segment(change.by)}"
    return made


def _kind(change: Change) -> str:
    """EMM 1.0 §4. What had been merged or withdrawn and is there again is an Add: a Create is the first of its URI."""
    match change.action:
        case "merge":
            return "Deprecate"
        case "withdraw":
            return "Delete"
        case "create" | "split":
            return "Create" if change.first else "Add"
        case "leave":  # only in the feed of a holder
            return "Remove"
    return "Create" if change.first and change.place in ("libraries", "groups") else "Update"


def _changes(connection: Connection, feed: Feed, after: int, upto: int) -> list[Change]:
    changes = stretch(connection, after, upto, feed.place)
    return changes if feed.member is None else of_member(connection, changes, feed.member)


def _change_set(part_of: str, at: str) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "type": "OrderedCollectionPage",
        "id": at,
        "partOf": {"type": "OrderedCollection", "id": part_of},
    }


def _page(at: str) -> dict[str, str]:
    return {"type": "OrderedCollectionPage", "id": at}
