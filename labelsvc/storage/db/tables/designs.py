"""Designs, artwork, palette and fonts of the office, and every source that was printed from."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables.columns import flag_column, text_column
from labelsvc.storage.db.tables.metadata import metadata

sources = Table(
    "sources",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""Designs and stocks as they were used, once by their hash: a batch can be rendered again after its design changed."""

designs = Table(
    "designs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("source_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("at", Moment, nullable=False),
    text_column("who"),
    text_column("note"),
    Column("restored_from", Integer),
    Column("published_at", Moment),
    text_column("published_by"),
    UniqueConstraint("name", "version"),
)
"""Designs that the office uploaded, each version for ever; those that come with the product are files.
``restored_from``: the older version whose source it has; ``published_at``, ``published_by``: when and by whom it was
published last.
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
    text_column("who"),
    text_column("note"),
    Column("decided_at", Moment),
    text_column("decided_by"),
    text_column("answer"),
    Index(None, "producer_id"),
    Index(None, "state"),
    CheckConstraint("state IN ('draft', 'sent', 'approved', 'declined')", name="state"),
)
"""Producers' own versions of designs: ``source`` as edited, ``origin`` as copied, ``approved`` as it prints.

``at``, ``who``, ``note`` are of the producer, the rest of whoever decided.
"""

official_artworks = Table(
    "official_artworks",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("state", Text, nullable=False, server_default="retired"),
    Column("kind", Text, nullable=False),
    Column("source_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("at", Moment, nullable=False),
    text_column("who"),
    text_column("note"),
)
"""The office's official artwork: every version for ever, one in use at most."""

palettes = Table(
    "palettes",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("source_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("at", Moment, nullable=False),
    text_column("who"),
    text_column("note"),
)
"""The office's palette: every version for ever, the newest one prints. Without a row, the one that is shipped does."""

fonts = Table(
    "fonts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("family", Text, nullable=False),
    Column("weight", Integer, nullable=False),
    flag_column("italic"),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="in_use"),
    Column("name", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("file_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("font_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("at", Moment, nullable=False),
    text_column("who"),
    UniqueConstraint("family", "weight", "italic", "version"),
)
"""Faces that the office uploaded, each version for ever: ``file`` as it came, ``font`` as it is printed with.

Of a family, weight and slant one version is in use at most.
"""
