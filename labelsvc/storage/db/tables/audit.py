"""Who changed what."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables.columns import text_column
from labelsvc.storage.db.tables.metadata import metadata

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    text_column("who"),
    text_column("reason"),
    Column("import_id", ForeignKey("imports.id")),
    Column("subject", Text, nullable=False),
    Column("subject_id", Integer, nullable=False),
    Column("field", Text, nullable=False),
    text_column("before"),
    text_column("after"),
    text_column("chain"),
    Index(None, "subject", "subject_id"),
    Index(None, "import_id"),
    Index(None, "who", "id", "subject", "at"),
    Index(None, "subject", "id", "at", "who"),
    Index(None, "at", "id"),
)
"""Field by field: who changed what of which row, when, why, from what to what. Rows are only ever added.

``chain``: over the row and the one before it (:mod:`labelsvc.storage.people.audit_chain`)."""
