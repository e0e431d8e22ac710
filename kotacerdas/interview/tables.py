"""The tables of the interview store, once, for SQLite and PostgreSQL alike.

Times are UTC in ISO text with microseconds, marks exact decimals as text, so that both databases give back what was
written. Nothing is ever deleted: rows are superseded by a higher `version`, grants and files get a date of end, and
every change leaves a row in `audit`. Changes of these tables come as Alembic migrations (`migrations/`).
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)

MOMENT = String(32)
WHO = String(320)
CODE = String(8)
NUMBER = String(32)

grants = Table(
    "grants",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("who", WHO, nullable=False, index=True),
    Column("role", String(16), nullable=False),
    Column("city", CODE),
    Column("at", MOMENT, nullable=False),
    Column("by", WHO, nullable=False),
    Column("ended_at", MOMENT),
    Column("ended_by", WHO),
)
"""Roles given; a grant that has ended stays."""

rounds = Table(
    "rounds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("year", Integer, nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("instruments", Text, nullable=False),
    Column("panel_size", Integer, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("by", WHO, nullable=False),
    Column("published_at", MOMENT),
    Column("package", String(80)),
    Column("package_base", String(80)),
)
"""Evaluation rounds. `instruments` is JSON: weight group of a city -> instrument id, as in `data/rounds.yaml`."""

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round_id", ForeignKey("rounds.id"), nullable=False),
    Column("city", CODE, nullable=False),
    Column("group", String(40), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("meeting_at", MOMENT),
    Column("meeting_link", String(500)),
    Column("opened", Boolean, nullable=False, default=False),
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("round_id", "city"),
)
"""A city in a round. `opened`: the chair has shown the marks to the panel before all had submitted. The row is locked
by every write to the city, which puts its audit stream in order."""

deadlines = Table(
    "deadlines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("round_id", ForeignKey("rounds.id"), nullable=False),
    Column("city", CODE),
    Column("stage", String(20), nullable=False),
    Column("due", MOMENT, nullable=False),
    Column("version", Integer, nullable=False, default=1),
    Index("uq_deadlines_place", "round_id", "city", "stage", unique=True),
)
Index(
    "uq_deadlines_round",
    deadlines.c.round_id,
    deadlines.c.stage,
    unique=True,
    sqlite_where=deadlines.c.city.is_(None),
    postgresql_where=deadlines.c.city.is_(None),
)
"""By when a stage is to be left; for one city or, without a city, for all of the round. Both databases take two rows
without a city for different ones, so those have an index of their own."""

seats = Table(
    "seats",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), nullable=False),
    Column("who", WHO, nullable=False),
    Column("chair", Boolean, nullable=False, default=False),
    Column("submitted_at", MOMENT),
    Column("ended_at", MOMENT),
    Column("version", Integer, nullable=False, default=1),
    UniqueConstraint("entry_id", "who"),
)
"""Who sits in the panel of a city. The chair scores too where `chair` is true."""

answers = Table(
    "answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), nullable=False),
    Column("layer", String(8), nullable=False),
    Column("owner", WHO, nullable=False),
    Column("question", String(40), nullable=False),
    Column("value", NUMBER),
    Column("note", Text, nullable=False, default=""),
    Column("flag", Boolean, nullable=False, default=False),
    Column("version", Integer, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("by", WHO, nullable=False),
    UniqueConstraint("entry_id", "layer", "owner", "question"),
)
"""The answers as they stand. `version` counts up with every change of the row; what stood before is in `audit`."""

evidence = Table(
    "evidence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", ForeignKey("entries.id"), nullable=False),
    Column("layer", String(8), nullable=False),
    Column("owner", WHO, nullable=False),
    Column("question", String(40), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name", String(200), nullable=False),
    Column("link", String(2000)),
    Column("sha256", String(64)),
    Column("size", Integer),
    Column("media_type", String(80)),
    Column("at", MOMENT, nullable=False),
    Column("by", WHO, nullable=False),
    Column("ended_at", MOMENT),
    Column("ended_by", WHO),
    Index("ix_evidence_place", "entry_id", "question"),
)
"""Evidence: a `link`, or a `file` kept under its sha256. What is withdrawn gets a date of end."""

streams = Table(
    "streams",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("length", Integer, nullable=False),
    Column("head", String(64), nullable=False),
)
"""The audit streams with their length and last hash: one for the office, one per city and round."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("stream", ForeignKey("streams.name"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("who", WHO, nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(500), nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("reason", Text),
    Column("key", String(64)),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("stream", "seq"),
    Index("uq_audit_key", "stream", "key", unique=True),
)
"""Every change, refused ones included: append-only, each row hashed over the one before it in its stream. `key` is
the idempotency key of a save."""
