"""What becomes of printed serials: reprinted, void, made of a lot."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables.columns import text_column
from labelsvc.storage.db.tables.metadata import metadata

reprints = Table(
    "reprints",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    text_column("who"),
    Column("reason", Text, nullable=False),
    text_column("sheets"),
    Column("pieces", JSON, nullable=False),
    Column("count", Integer, nullable=False),
    text_column("file"),
    text_column("sha256"),
    UniqueConstraint("batch_id", "number"),
)
"""Pieces reprinted because they were declared destroyed: who, when, why, which. Rows are only ever added.

``pieces``: [line, first serial, last serial] each; ``sheets`` as they were asked for, empty if serials were.
"""

voids = Table(
    "voids",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch_id", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("first_serial", Integer, nullable=False),
    Column("last_serial", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    text_column("who"),
    Column("reason", Text, nullable=False),
    Column("replaced_by", ForeignKey("batches.id")),
    Column("kind", Text, nullable=False, server_default="lost"),
    ForeignKeyConstraint(["epoch_id", "line"], ["lines.epoch_id", "lines.number"]),
    Index(None, "epoch_id", "line"),
    Index(None, "replaced_by"),
    CheckConstraint("first_serial >= 1 AND first_serial <= last_serial", name="serials"),
)
"""Serials that are void because they were reported lost or destroyed (``kind``). Rows are only ever added.

``replaced_by``: the batch with others in their place, NULL where none were printed.
"""

lots = Table(
    "lots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch_id", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("first_serial", Integer, nullable=False),
    Column("last_serial", Integer, nullable=False),
    text_column("number"),
    Column("made_on", Date),
    Column("use_by", Date),
    Column("at", Moment, nullable=False),
    text_column("who"),
    text_column("reason"),
    ForeignKeyConstraint(["epoch_id", "line"], ["lines.epoch_id", "lines.number"]),
    Index(None, "epoch_id", "line"),
    CheckConstraint("first_serial >= 1 AND first_serial <= last_serial", name="serials"),
)
"""Lots on serials of lines. Rows are only ever added; of two rows for a serial the one with the larger id holds."""
