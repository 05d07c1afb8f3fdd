"""The tables of what goes on behind the pages: orders that are planned, and exports that are made."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Table, Text

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables import metadata

planned_orders = Table(
    "planned_orders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("request", JSON, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False),
    Column("result", JSON),
    Column("batch", Text, nullable=False, server_default=""),
    Column("asked_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index(None, "account_id"),
    Index(None, "state"),
    sqlite_autoincrement=True,
)
"""Orders of more products than a page judges: what was asked for, how far the worker is, what it found.

The number of one that was deleted is never another's, as a process may still be at it."""

export_turns = Table(
    "export_turns",
    metadata,
    Column("account_id", Integer, primary_key=True, autoincrement=False),
    Column("holder", Text, nullable=False),
    Column("until", Moment, nullable=False),
)
"""Accounts that have an export made: which request holds the turn, and until when at most."""
