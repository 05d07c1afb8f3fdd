"""Stocks that the office made, people's printers, and how people print."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, Table, Text, UniqueConstraint

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables.columns import flag_column, text_column
from labelsvc.storage.db.tables.metadata import metadata

stocks = Table(
    "stocks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False, server_default="in_use"),
    Column("source_sha256", ForeignKey("sources.sha256"), nullable=False),
    Column("at", Moment, nullable=False),
    text_column("who"),
    UniqueConstraint("name", "version"),
)
"""Stocks that the office made, each version for ever, of a name one in use at most; shipped ones are files."""

printers = Table(
    "printers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("x_mm", Float, nullable=False),
    Column("y_mm", Float, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("account_id", "name"),
)
"""How far an account's printers are corrected, right and down, as read off a calibration sheet."""

print_habits = Table(
    "print_habits",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    text_column("printer"),
    flag_column("tidy"),
)
"""What an account chose when it printed last: the name of its printer, empty for none, and tidy sheets."""
