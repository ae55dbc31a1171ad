"""The tables of the registry: one schema for SQLite and PostgreSQL, one migration path (migrations.py).

Nothing here contains the hub's base URI: an entity is its place (``works``) and its id, and moves with the setting.
Times are whole seconds since 1970 (UTC).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# SQLite gives only INTEGER PRIMARY KEY its own row number, PostgreSQL needs eight bytes.
Serial = BigInteger().with_variant(Integer, "sqlite")

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

library_group = Table(
    "library_group",
    metadata,
    Column("code", Text, primary_key=True),
    Column("name_vi", Text, nullable=False),
    Column("name_en", Text, nullable=False),
)

library = Table(
    "library",
    metadata,
    Column("code", Text, primary_key=True),
    Column("member", Text, nullable=False, index=True),
    Column("group_code", Text),
    Column("name_vi", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("place", Text),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("website", Text),
)
"""Who holds Items. A member has at least one library, of its own code; branches are further rows."""

member = Table(
    "member",
    metadata,
    Column("code", Text, primary_key=True),
    Column("profile", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
)
"""Who sends records. ``profile`` is converters.profile.Profile as JSON."""

job = Table(
    "job",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("member", Text, nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("state", Text, nullable=False),  # running, done, failed, interrupted
    Column("started", BigInteger, nullable=False),
    Column("finished", BigInteger),
    Column("bytes_total", BigInteger),
    Column("bytes_read", BigInteger, nullable=False, default=0),
    Column("read", BigInteger, nullable=False, default=0),
    Column("stored", BigInteger, nullable=False, default=0),
    Column("unchanged", BigInteger, nullable=False, default=0),
    Column("rejected", BigInteger, nullable=False, default=0),
    Column("deleted", BigInteger, nullable=False, default=0),
    Column("format", Text),
    Column("message", Text),
)

record = Table(
    "record",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("member", Text, nullable=False),
    Column("kind", Text, nullable=False),  # bibliographic, holdings, authority
    Column("control_number", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("raw", LargeBinary, nullable=False),  # zlib, the bytes as sent
    Column("digest", LargeBinary, nullable=False),  # BLAKE2b-128 of the bytes as sent
    Column("bib_number", Text),  # holdings: the control number of the record they belong to
    Column("rank", Integer, nullable=False, default=0),  # higher describes better (identity.rank)
    Column("features", Text),  # JSON, what matching compares
    Column("instance", Text, index=True),  # entity id, bibliographic records only
    Column("deleted", Boolean, nullable=False, default=False),
    Column("job", BigInteger, nullable=False),  # the load that last changed it
    Column("seen", BigInteger, nullable=False),  # the load that last met it, changed or not
    Column("created", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    UniqueConstraint("member", "kind", "control_number"),
    Index("record_bib_number", "member", "bib_number"),
    sqlite_autoincrement=True,
)
# What an act has withdrawn: few rows of a large table.
Index(
    "record_ended", record.c.job, record.c.changed,
    sqlite_where=record.c.deleted.is_(True), postgresql_where=record.c.deleted.is_(True),
)  # fmt: skip

problem = Table(
    "problem",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("record", BigInteger, ForeignKey("record.id"), nullable=False, index=True),
    Column("code", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("message", Text, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("job", BigInteger, ForeignKey("job.id"), nullable=False, index=True),
    Column("member", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("control_number", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),  # zlib
    Column("at", BigInteger, nullable=False),
)

entity = Table(
    "entity",
    metadata,
    Column("id", Text, primary_key=True),
    Column("place", Text, nullable=False),  # works, hubs, instances, items, agents, concepts
    Column("state", Text, nullable=False),  # live, merged, withdrawn
    Column("replaced_by", Text),
    Column("parent", Text),  # instance → its work, item → its instance
    Column("anchor", Text, nullable=False),  # "place member kind control-number [part]" it stands on
    Column("key", Text),  # instances: the work key its records agree on
    Column("created", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Index("entity_place_state", "place", "state"),
    # With the place in them: for many parents of one place SQLite would take the index above and read the whole place.
    Index("entity_parent", "parent", "place", "state"),
    Index("entity_anchor", "anchor", "place"),
    Index("entity_key", "key", "place"),
)
"""Every URI ever minted. Rows are never deleted and an id is never given to another thing."""

item = Table(
    "item",
    metadata,
    Column("entity", Text, primary_key=True),
    Column("record", BigInteger, ForeignKey("record.id"), nullable=False),
    Column("key", Text, nullable=False),
    UniqueConstraint("record", "key"),
)

heading = Table(
    "heading",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("place", Text, nullable=False),  # agents, concepts, hubs
    Column("key", Text, nullable=False),
    Column("entity", Text, nullable=False, index=True),
    Column("payload", Text, nullable=False),  # JSON of the heading's node: what records say of it
    UniqueConstraint("key", "place"),  # in this order: headings are looked up by key, whatever their place
)
"""The strict forms of headings and the entity each stands for; several forms may share one entity."""

mention = Table(
    "mention",
    metadata,
    Column("record", BigInteger, primary_key=True),
    Column("heading", BigInteger, primary_key=True, index=True),
    sqlite_with_rowid=False,
)

usage = Table(
    "usage",
    metadata,
    Column("heading", BigInteger, primary_key=True),
    Column("uses", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How many bibliographic records mention a heading, kept beside ``mention``: counting millions of rows is slow."""

authority = Table(
    "authority",
    metadata,
    Column("record", BigInteger, primary_key=True),
    Column("heading", BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Which heading an authority record establishes (its 1XX)."""

variant = Table(
    "variant",
    metadata,
    Column("key", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("record", BigInteger, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""The 4XX forms that authority records claim for their heading."""

bearing = Table(
    "bearing",
    metadata,
    Column("mark", Text, primary_key=True),
    Column("heading", BigInteger, primary_key=True, index=True),
    Column("record", BigInteger, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""Marks of headings, by the record that gives them: IRIs and numbers in $0, $1, 001, 010, 024 (identity.marks)."""

loose = Table(
    "loose",
    metadata,
    Column("key", Text, primary_key=True),
    Column("heading", BigInteger, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""Loose forms of headings: names without commas, dates and order; Hubs by their creator's entity."""

nested = Table(
    "nested",
    metadata,
    Column("outer", BigInteger, primary_key=True),
    Column("inner", BigInteger, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""Headings inside other ones: a Hub's creator, the parts of a complex subject."""

joined = Table(
    "joined",
    metadata,
    Column("key", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("target", Text, nullable=False, index=True),
    Column("proposal", BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Headings that people let stand for another one of their place, both by strict form: stronger than any rule."""

match_key = Table(
    "candidate",
    metadata,
    Column("key", BigInteger, primary_key=True),  # of the key's text (identity.keys.hashed): a third of the room
    Column("member", Text, primary_key=True),
    Column("record", BigInteger, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""Candidate keys: they propose pairs of records, they never decide. With the member, so that none crowds others out."""

work_key = Table(
    "work_key",
    metadata,
    Column("record", BigInteger, primary_key=True),
    Column("key", Text, nullable=False, index=True),
    sqlite_with_rowid=False,
)

edge = Table(
    "edge",
    metadata,
    Column("a", BigInteger, primary_key=True),
    Column("b", BigInteger, primary_key=True, index=True),
    Column("score", Float, nullable=False),
    Column("verdict", Text, nullable=False),  # same, review, veto; must, cannot: a person's decision
    Column("evidence", Text, nullable=False),  # JSON: features with scores, veto, rule version
    Index("edge_verdict", "verdict", "score"),
    sqlite_with_rowid=False,
)
"""Compared pairs (a < b) that are the same, vetoed, or for a person to judge."""

twin = Table(
    "twin",
    metadata,
    Column("record", BigInteger, primary_key=True),
    Column("of", BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""Records that say the same as another one of their member, which keeps one record per copy: only ``of`` is matched."""

decision = Table(
    "decision",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("level", Text, nullable=False),  # instance, work
    Column("a_member", Text, nullable=False),
    Column("a_number", Text, nullable=False),
    Column("b_member", Text, nullable=False),
    Column("b_number", Text, nullable=False),
    Column("same", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("at", BigInteger, nullable=False),
    Column("revoked", BigInteger),
    Index("decision_a", "a_member", "a_number"),
    Index("decision_b", "b_member", "b_number"),
)
"""What people decided about pairs of member records; stronger than any re-import."""

change = Table(
    "change",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("entity", Text, nullable=False, index=True),
    Column("place", Text, nullable=False),
    Column("action", Text, nullable=False),  # create, update, merge, split, withdraw
    Column("target", Text),  # merge: the survivor; split: what it was split from
    Column("job", BigInteger),
    Column("at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
"""The numbered log that every view follows."""

view = Table(
    "view",
    metadata,
    Column("name", Text, primary_key=True),  # of the store on disk (triples-3f…): another store starts from zero
    Column("seq", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
)
"""The number of the last change that each view has applied and made durable."""

token = Table(
    "token",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("member", Text, index=True),  # None: the consortium's office
    Column("scopes", Text, nullable=False),  # words of members.tokens.SCOPES with blanks between
    Column("label", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, unique=True),  # SHA-256 of the secret, which is 256 random bits
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("revoked", BigInteger),
    Column("used", BigInteger),  # written at most once a minute
    sqlite_autoincrement=True,
)
"""Who may write. The secret itself is shown once and kept nowhere."""

ended_session = Table(
    "ended_session",
    metadata,
    Column("session", Text, primary_key=True),  # a MAC of it: the row opens nothing
    Column("until", BigInteger, nullable=False),  # when the cookie is old anyway, and the row may go
)
"""Sessions that people ended: a copy of their cookie opens nothing any more."""

upload = Table(
    "upload",
    metadata,
    Column("job", BigInteger, ForeignKey("job.id"), primary_key=True),
    Column("file", Text, nullable=False),  # its name in the spool folder
    Column("full", Boolean, nullable=False),
    Column("force", Boolean, nullable=False),
    Column("by", Text, nullable=False),  # who sent it: label and member of the token
    Column("attempts", Integer, nullable=False, default=0),
    Column("waiting", Boolean, nullable=False, index=True),  # not yet loaded to its end: the queue
    Column("stop", Boolean, nullable=False, default=False),  # its sender wants it to end
)
"""Files that were sent to the hub, waiting for their load or loaded."""

postponed = Table(
    "postponed",
    metadata,
    Column("a", BigInteger, primary_key=True),
    Column("b", BigInteger, primary_key=True),
    Column("desk", Text, primary_key=True),  # a member's code, empty for the office
    Column("until", BigInteger, nullable=False),
)
"""Pairs that a desk does not want to see in its review queue before a certain time."""

proposal = Table(
    "proposal",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),  # new, variant, merge
    Column("entity", Text, index=True),  # variant, merge: the heading that stays; new: what was made of it
    Column("other", Text),  # merge: the heading that is to lead to it
    Column("form", Text, nullable=False),  # the heading field as MARC-in-JSON: 1XX of a new one, 4XX of a variant
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),  # where the form was found (670 $a)
    Column("member", Text),  # None: the consortium's office
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", Text, nullable=False, index=True),  # open, accepted, rejected, taken-back
    Column("judged_by", Text),
    Column("judged", BigInteger),
    Column("answer", Text, nullable=False, default=""),
    Column("record", Text),  # accepted: control number of the hub's own authority record
)
"""What members propose for the authority file, and what became of it."""

harvest_source = Table(
    "harvest_source",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("member", Text, nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("set_spec", Text, nullable=False),  # empty: everything the source has
    Column("prefix", Text, nullable=False),
    Column("vanish_percent", Float),  # None: the hub's setting
    Column("since", Text),  # datestamp up to which everything is here, as the source writes it; None: nothing yet
    Column("full_at", BigInteger),  # when the last complete harvest ended
    # The run under way, empty between runs:
    Column("job", BigInteger),
    Column("full", Boolean, nullable=False, default=False),
    Column("token", Text),  # where it goes on; None: from the beginning
    Column("began", Text),  # the source's time at its beginning
    Column("newest", Text),  # the newest datestamp met
    UniqueConstraint("url", "set_spec", "prefix", "member"),
    sqlite_autoincrement=True,
)
"""Where a member's records are harvested (OAI-PMH), how far that has come, and where a run that was cut off goes on."""

harvested = Table(
    "harvested",
    metadata,
    Column("source", BigInteger, primary_key=True),
    Column("identifier", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("control_number", Text, primary_key=True),
    Column("member", Text, nullable=False),
    Column("met", BigInteger, nullable=False),  # the job that last met it alive
    Column("gone", Boolean, nullable=False, default=False),  # the source says it is deleted; not yet withdrawn
    Index("harvested_record", "member", "kind", "control_number"),
    sqlite_with_rowid=False,
)
"""Which records an OAI item gave: a deletion names the item only, and one number must not serve two items."""

attachment = Table(
    "attachment",
    metadata,
    Column("record", BigInteger, ForeignKey("record.id"), primary_key=True),
    Column("member", Text, nullable=False),
    Column("instance", Text, nullable=False, index=True),  # entity id that the record names, perhaps merged since
    Index("attachment_member", "member"),
    sqlite_with_rowid=False,
)
"""Holdings records that name an Instance of the hub instead of a bibliographic record of their member."""

left_out = Table(
    "left_out",
    metadata,
    Column("record", BigInteger, ForeignKey("record.id"), primary_key=True),
    Column("tag", Text, primary_key=True),
    Column("symbol", Text, primary_key=True),  # of another member, as the field names it
    sqlite_with_rowid=False,
)
"""Holdings of other members in records copied from the hub: they are no copies of the record's member."""
