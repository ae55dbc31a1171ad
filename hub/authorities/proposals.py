"""Proposals for the authority file: a new heading, another form of one, two that are one. The office accepts them.

Accepted, a new heading and a form become part of an authority record of the hub's own (4XX: found by it and linked);
two that are one are joined: the address of the one redirects to the other. All can be taken back.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, insert, select, update

from converters.bibframe.node import Heading, from_json
from converters.marc import parse
from converters.marc.record import Field, Record
from hub.authorities import own_records
from hub.authorities.heading_fields import Unreadable, like, of_key, of_text, to_text, typed
from hub.identity import joins
from hub.identity.headings import heading_anchor
from hub.intake import single
from hub.projection.heading_document import heading_document, label_of
from hub.registry import schema

Kind = Literal["new", "variant", "merge"]
State = Literal["open", "accepted", "rejected", "taken-back"]
STATES: tuple[State, ...] = ("open", "accepted", "rejected", "taken-back")
MOST_OPEN = 500
"""Open proposals of one member; a member that has more waits for the office."""
MOST_TEXT = 1000


class BadProposal(ValueError):
    """A proposal that cannot be kept or accepted. ``code`` is a stable word, the message what exactly; ``entity`` the
    heading that is there already, where one is.
    """

    def __init__(self, code: str, said: str, entity: str = "") -> None:
        super().__init__(said)
        self.code = code
        self.entity = entity


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as it is kept. ``entity`` is the heading that stays (new: what was made of it), ``other`` the one that
    is to lead to it, whose text ``field`` keeps.
    """

    id: int
    kind: Kind
    entity: str
    other: str
    field: Field
    vocabulary: str
    reason: str
    source: str
    member: str | None
    by: str
    at: int
    state: State
    judged_by: str
    judged: int | None
    answer: str
    record: str


def propose(
    connection: Connection,
    kind: str,
    *,
    member: str | None,
    by: str,
    at: int,
    entity: str = "",
    other: str = "",
    form: str = "",
    heading_kind: str = "",
    vocabulary: str = "",
    reason: str = "",
    source: str = "",
) -> int:
    """Keep a proposal; gives its number.

    ``new`` needs ``heading_kind`` (heading_fields.KINDS) and ``form``, a concept's may name its ``vocabulary``;
    ``variant`` needs ``entity`` and ``form``; ``merge`` needs ``entity`` (stays) and ``other``. ``reason`` and
    ``source`` (670 $a: where the form was found) are free text. Raises BadProposal for what could not be accepted as
    things stand.
    """
    if kind not in ("new", "variant", "merge"):
        raise BadProposal("bad-proposal", "kind is new, variant or merge")
    open_ones = select(schema.proposal.c.id).where(
        schema.proposal.c.state == "open", schema.proposal.c.member == member
    )
    if len(connection.execute(open_ones.limit(MOST_OPEN)).all()) == MOST_OPEN:
        raise BadProposal("too-many-proposals", f"{MOST_OPEN} proposals wait for the office already")
    if kind == "merge":
        goes = _both(connection, entity, other)
        label = label_of(Heading(goes.place, goes.key))
        field = Field("000", subfields=[("a", label)])  # what it was called, for when it is gone
    else:
        try:
            if kind == "new":
                entity, field = "", typed(heading_kind, form)
                vocabulary = _vocabulary(vocabulary) if field.tag[1:] in ("48", "50", "51", "55") else ""
            else:
                field, vocabulary = _variant_field(connection, entity, form), ""
        except Unreadable as error:
            raise BadProposal("bad-form", str(error)) from error
    values: dict[str, Any] = {
        "kind": kind, "entity": entity or None, "other": other if kind == "merge" else None,
        "form": to_text(field, vocabulary), "reason": reason[:MOST_TEXT], "source": source[:MOST_TEXT],
        "member": member, "by": by, "at": at, "state": "open", "answer": "",
    }  # fmt: skip
    if kind != "merge":
        _written(connection, _proposal_of(values), at)  # whoever proposes hears at once what stands against it
    same = select(schema.proposal.c.id).where(
        and_(*(schema.proposal.c[n] == values[n] for n in ("kind", "entity", "other", "form"))),
        schema.proposal.c.state == "open",
    )
    known = connection.execute(same).scalar()
    if known is not None:
        raise BadProposal("proposed-already", f"proposal {known} says the same and waits for the office")
    return int(connection.execute(insert(schema.proposal).values(values)).inserted_primary_key[0])  # type: ignore[index]  # one row


def proposals(
    connection: Connection, *, state: str = "", member: str | None = None, before: int = 0, limit: int = 50
) -> Sequence[Proposal]:
    """Proposals, newest first, of a state and of a member where given; ``before`` a number goes on."""
    table = schema.proposal
    statement = select(table).order_by(table.c.id.desc()).limit(limit)
    if state:
        statement = statement.where(table.c.state == state)
    if member is not None:
        statement = statement.where(table.c.member == member)
    if before:
        statement = statement.where(table.c.id < before)
    return [_proposal(row) for row in connection.execute(statement)]


def proposal(connection: Connection, number: int) -> Proposal | None:
    """One proposal."""
    row = connection.execute(select(schema.proposal).where(schema.proposal.c.id == number)).first()
    return _proposal(row) if row is not None else None


def accept(
    connection: Connection, number: int, *, by: str, at: int, answer: str = "", loading: bool = False
) -> Proposal:
    """Let an open proposal take effect. Raises BadProposal when it is not open or cannot be accepted any more, and
    single.Busy while the hub's own authority file is being loaded.
    """
    found = _in_state(connection, number, "open")
    values: dict[str, Any] = {"state": "accepted", "judged_by": by, "judged": at, "answer": answer[:MOST_TEXT]}
    if found.kind == "merge":
        _both(connection, found.entity, found.other)
        try:
            joins.join(connection, found.other, found.entity, proposal=number, at=at)
        except joins.CannotJoin as error:
            raise BadProposal("cannot-join", str(error)) from error
    else:
        made = _written(connection, found, at)
        own_records.store(connection, made, f"proposal {number}: {by}", loading=loading)
        values["record"] = made.control_number
        assert made.establishes is not None
        key = (made.establishes.place, made.establishes.key)
        values["entity"] = _entity_of(connection, *key) or found.entity or None
    connection.execute(update(schema.proposal).where(schema.proposal.c.id == number).values(values))
    return _known(connection, number)


def reject(connection: Connection, number: int, *, by: str, at: int, answer: str = "") -> Proposal:
    """Decline an open proposal."""
    return _close(connection, number, "open", "rejected", by, at, answer)


def take_back(connection: Connection, number: int, *, by: str, at: int) -> Proposal:
    """Withdraw an open proposal: who made it changed their mind."""
    return _close(connection, number, "open", "taken-back", by, at, "")


def undo(connection: Connection, number: int, *, by: str, at: int, loading: bool = False) -> Proposal:
    """Take back an accepted proposal: what it joined parts, the form it brought goes out of the record again."""
    found = _in_state(connection, number, "accepted")
    if found.kind == "merge":
        joins.part(connection, number, at=at)
    else:
        known = own_records.by_number(connection, found.record)
        if known is not None:
            row, record = known
            rest = _without(record, found)
            if rest is None:
                single.withdraw(connection, row, by, expected=None, loading=loading)
            else:
                own_records.store(connection, own_records.prepared(connection, rest), by, loading=loading)
    return _close(connection, number, "accepted", "taken-back", by, at, found.answer)


# What an accepted proposal writes


def _written(connection: Connection, found: Proposal, at: int) -> single.Prepared:
    """The record that an accepted proposal brings, prepared. Raises BadProposal for what stands against it."""
    if found.kind == "new":
        record = own_records.new_record(connection, found.field, found.vocabulary, at)
        wanted: set[str] = set()
    else:
        record, wanted = _record_for(connection, found.entity, at)
        record.fields.append(found.field)
    if found.source:
        record.fields.append(Field("670", subfields=[("a", found.source)]))
    try:
        made = own_records.prepared(connection, record)
    except ValueError as error:
        raise BadProposal("bad-form", str(error)) from error
    if made.establishes is None:
        raise BadProposal("bad-form", "this is no heading that the hub keeps")
    place, key = made.establishes.place, made.establishes.key
    if wanted and key not in wanted:
        raise BadProposal("cannot-establish", "the heading cannot be written as a MARC field without changing it")
    if found.kind == "new":
        _not_established(connection, [(place, key)], "")
    else:
        _not_established(connection, made.variants, found.entity)
        if not set(made.variants) - {(place, key)}:
            raise BadProposal("same-form", "the form is the heading itself")
    return made


def _record_for(connection: Connection, entity: str, at: int) -> tuple[Record, set[str]]:
    """The hub's own record of a heading, or one that is to be made, and the keys that it may establish."""
    rows = _headings(connection, entity)
    keys = {r.key for r in rows}
    known = own_records.own_record(connection, [r.id for r in rows])
    if known is not None:
        return known[1], keys
    field, vocabulary = _established_field(connection, rows)
    return own_records.new_record(connection, field, vocabulary, at), keys


def _established_field(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Field, str]:
    """The 1XX of an entity's own heading, from the authority that establishes it, else from what records say."""
    heading = rows[0]
    table, authority = schema.record, schema.authority
    best = connection.execute(
        select(table.c.raw, table.c.format)
        .join(authority, authority.c.record == table.c.id)
        .where(authority.c.heading == heading.id, table.c.deleted.is_(False))
        .order_by(table.c.rank.desc(), table.c.id)
    ).first()
    vocabulary = heading.key.split("|")[1] if heading.place == "concepts" else ""
    if best is not None:
        record = parse(zlib.decompress(best.raw), best.format)
        field = next((f for f in record.fields if f.tag[:1] == "1" and len(f.tag) == 3), None)
        if field is not None:
            return Field(field.tag, field.ind1, field.ind2, [s for s in field.subfields if s[0].isalpha()]), vocabulary
    if heading.payload:
        node = from_json(json.loads(heading.payload))
        keys = heading_document(heading.place, heading.entity, node, [node], ()).get("marc_keys", [])
        for key in keys:
            made = of_key(key)
            if made is not None:
                return made, vocabulary
    raise BadProposal("cannot-establish", "nothing says how the heading is written as a MARC field")


def _variant_field(connection: Connection, entity: str, form: str) -> Field:
    model, _ = _established_field(connection, _headings(connection, entity))
    return like(Field("4" + model.tag[1:], model.ind1, model.ind2), form)


def _without(record: Record, found: Proposal) -> Record | None:
    """The record without what a proposal brought; None when nothing but its heading is left of it."""
    if found.kind == "new":
        return None
    source = Field("670", subfields=[("a", found.source)])
    kept = list(record.fields)
    for gone in (found.field, source):
        place = next((n for n, f in enumerate(kept) if own_records.same_field(f, gone)), None)
        if place is not None:
            del kept[place]
    return Record(record.leader, kept) if any(f.tag[:1] in "456" for f in kept) else None


# What the registry knows


def _headings(connection: Connection, entity: str) -> Sequence[Row[Any]]:
    """The headings of a live entity, its own first. Raises BadProposal for what is none."""
    table = schema.entity
    known = connection.execute(select(table).where(table.c.id == entity)).first() if entity else None
    if known is None or known.place not in ("agents", "concepts", "hubs"):
        raise BadProposal("no-such-heading", f"{entity or 'nothing'} is no name, subject or title of this hub")
    if known.state != "live":
        raise BadProposal("no-such-heading", f"{entity} is not in use any more", known.replaced_by or "")
    rows = connection.execute(select(schema.heading).where(schema.heading.c.entity == entity)).all()
    if not rows:
        raise BadProposal("no-such-heading", f"nothing uses {entity}")
    return sorted(rows, key=lambda r: (heading_anchor(r.place, r.key) != known.anchor, r.id))


def _both(connection: Connection, entity: str, other: str) -> Row[Any]:
    """The heading that goes. Raises BadProposal for two headings that cannot be one."""
    stays, goes = _headings(connection, entity), _headings(connection, other)
    if entity == other:
        raise BadProposal("same-heading", "these are one heading already", entity)
    if stays[0].place != goes[0].place:
        raise BadProposal("other-kind", "a name, a subject and a title cannot be one heading")
    return goes[0]


def _not_established(connection: Connection, keys: Sequence[tuple[str, str]], entity: str) -> None:
    """Raises BadProposal when one of the forms is an established heading of another entity than ``entity``."""
    table = schema.heading
    rows = connection.execute(
        select(table.c.place, table.c.key, table.c.entity)
        .join(schema.authority, schema.authority.c.heading == table.c.id)
        .where(table.c.key.in_([k for _, k in keys]))
    ).all()
    for row in rows:
        if (row.place, row.key) in keys and row.entity != entity:
            raise BadProposal("established-already", "this form is an established heading already", row.entity)


def _entity_of(connection: Connection, place: str, key: str) -> str | None:
    table = schema.heading
    return connection.execute(select(table.c.entity).where(table.c.key == key, table.c.place == place)).scalar()


def _vocabulary(text: str) -> str:
    clean = text.strip().casefold()[:40]
    if not all(c.isalnum() or c in " -_" for c in clean):
        raise BadProposal("bad-form", "the code of a vocabulary has letters and digits only")
    return clean or "local"


# Rows


def _proposal_of(values: dict[str, Any]) -> Proposal:
    field, vocabulary = of_text(values["form"])
    return Proposal(
        values.get("id") or 0, values["kind"], values["entity"] or "", values["other"] or "", field, vocabulary,
        values["reason"], values["source"], values["member"], values["by"], values["at"], values["state"],
        values.get("judged_by") or "", values.get("judged"), values["answer"], values.get("record") or "",
    )  # fmt: skip


def _proposal(row: Row[Any]) -> Proposal:
    return _proposal_of(dict(row._mapping))


def _known(connection: Connection, number: int) -> Proposal:
    found = proposal(connection, number)
    if found is None:
        raise LookupError(f"no proposal {number}")
    return found


def _in_state(connection: Connection, number: int, state: State) -> Proposal:
    found = _known(connection, number)
    if found.state != state:
        raise BadProposal("proposal-state", f"proposal {number} is {found.state}, not {state}")
    return found


def _close(connection: Connection, number: int, before: State, state: State, by: str, at: int, answer: str) -> Proposal:
    _in_state(connection, number, before)
    values = {"state": state, "judged_by": by, "judged": at, "answer": answer[:MOST_TEXT]}
    connection.execute(update(schema.proposal).where(schema.proposal.c.id == number).values(values))
    return _known(connection, number)
