"""The table of lots."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKeyConstraint, Index, Integer, Table, Text

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables import metadata

lots = Table(
    "lots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("epoch_id", Integer, nullable=False),
    Column("line", Integer, nullable=False),
    Column("first_serial", Integer, nullable=False),
    Column("last_serial", Integer, nullable=False),
    Column("number", Text, nullable=False, server_default=""),
    Column("made_on", Date),
    Column("use_by", Date),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    ForeignKeyConstraint(["epoch_id", "line"], ["lines.epoch_id", "lines.number"]),
    Index(None, "epoch_id", "line"),
    CheckConstraint("first_serial >= 1 AND first_serial <= last_serial", name="serials"),
)
"""Lots on serials of lines. Rows are only ever added; of two rows for a serial the one with the larger id holds."""
