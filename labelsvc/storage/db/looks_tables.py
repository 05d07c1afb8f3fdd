"""The tables of the office's palette and fonts."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, Table, Text, UniqueConstraint, text

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
