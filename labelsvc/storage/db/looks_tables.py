"""The tables of the office's palette and fonts."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables import metadata

palettes = Table(
    "palettes",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("source_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
)
"""The office's palette: every version for ever, the newest one prints. Without a row, the one that is shipped does."""

fonts = Table(
    "fonts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("family", Text, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("italic", Boolean, nullable=False, server_default=text("false")),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="in_use"),
    Column("name", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("file_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("font_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False, server_default=""),
    UniqueConstraint("family", "weight", "italic", "version"),
)
"""Faces that the office uploaded, each version for ever: ``file`` as it came, ``font`` as it is printed with.

Of a family, weight and slant one version is in use at most.
"""

design_copies = Table(
    "design_copies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("producer_id", ForeignKey("producers.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("origin_version", Integer, nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("source_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("origin_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("approved_sha256", ForeignKey("sources.sha256")),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False, server_default=""),
    Column("note", Text, nullable=False, server_default=""),
    Column("decided_at", Moment),
    Column("decided_by", Text, nullable=False, server_default=""),
    Column("answer", Text, nullable=False, server_default=""),
    Index(None, "producer_id"),
    Index(None, "state"),
    CheckConstraint("state IN ('draft', 'sent', 'approved', 'declined')", name="state"),
)
"""Producers' own versions of designs: ``source`` as edited, ``origin`` as copied, ``approved`` as it prints.

``at``, ``who``, ``note`` are of the producer, the rest of whoever decided.
"""
