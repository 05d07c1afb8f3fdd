"""Product profiles: versions, proposals, pictures and files of certificates."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from labelsvc.domain.trace.proposal import PROPOSAL_STATES
from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables.columns import count_column, flag_column, one_of, text_column
from labelsvc.storage.db.tables.metadata import metadata

product_profiles = Table(
    "product_profiles",
    metadata,
    Column("product_id", ForeignKey("products.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("profile", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    text_column("who"),
    text_column("reason"),
    Column("import_id", ForeignKey("imports.id")),
    PrimaryKeyConstraint("product_id", "number"),
    Index(None, "import_id"),
)
"""Approved profiles, each version for ever; of a product the one with the largest ``number`` holds.

``import_id``: the import that made the row.
"""

profile_proposals = Table(
    "profile_proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("product_id", ForeignKey("products.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("content", JSON, nullable=False),
    Column("begun", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    text_column("who"),
    text_column("note"),
    Column("decided_at", Moment),
    text_column("decided_by"),
    text_column("answer"),
    Index(None, "product_id"),
    Index(None, "state"),
    one_of("state", PROPOSAL_STATES),
)
"""What producers propose: ``content`` is the profile with the label's texts, ``begun`` what they were when it began.

``at``, ``who``, ``note`` are of whoever wrote it, the rest of whoever decided.
"""

profile_files = Table(
    "profile_files",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("page_content", LargeBinary),
    count_column("width_px"),
    count_column("height_px"),
    Column("at", Moment, nullable=False),
)
"""Pictures and files of certificates under the SHA-256 of ``content``; ``page_content``: a picture for pages, with its
size in pixels."""

product_files = Table(
    "product_files",
    metadata,
    Column("product_id", ForeignKey("products.id"), nullable=False),
    Column("sha256", ForeignKey("profile_files.sha256"), nullable=False),
    flag_column("shown"),
    Column("at", Moment, nullable=False),
    text_column("who"),
    PrimaryKeyConstraint("product_id", "sha256"),
    Index(None, "sha256"),
)
"""The files of a product's versions. ``shown``: to everybody, as the version that holds names it."""
