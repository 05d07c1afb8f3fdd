"""Epochs, whose keys seal codes, and the keys that the web service makes for itself."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, Table, Text, text

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables.columns import flag_column, text_column
from labelsvc.storage.db.tables.metadata import metadata

ONE_ISSUES = Index("ix_epochs_issues", "issues", unique=True, sqlite_where=text("issues"))
"""Partial; ``schema`` says the same to PostgreSQL, whose dialect is slow to load where nobody uses it."""

epochs = Table(
    "epochs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    flag_column("issues"),
    Column("next_line", Integer, nullable=False, server_default="1"),
    text_column("fingerprint"),
    flag_column("of_other_database"),
    flag_column("given_up"),
    Column("strange_folders", JSON, nullable=False, server_default="[]"),
    flag_column("leaked"),
    ONE_ISSUES,
)
"""At most one issues. ``fingerprint``: of the database that it belongs to; empty if it only verifies.
``strange_folders``: of batches in the output that the database did not know when the epoch began. ``leaked``: others
have its key, so what it sealed is to be asked about at the office.
"""

secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Keys that the web service makes for itself, the same for all its processes and machines; the output's name, the last
backup's moment, where the database was moved."""
