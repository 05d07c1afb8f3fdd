"""What is asked for, and what an administrator grants beyond the rules."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Table, Text

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables.columns import count_column, text_column
from labelsvc.storage.db.tables.metadata import metadata

stamp_orders = Table(
    "stamp_orders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("producer_id", ForeignKey("producers.id"), nullable=False),
    Column("product_id", ForeignKey("products.id"), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("design", Text, nullable=False),
    text_column("note"),
    Column("state", Text, nullable=False, server_default="requested"),
    text_column("answer"),
    Column("batch_id", ForeignKey("batches.id")),
    Column("asked_at", Moment, nullable=False),
    text_column("asked_by"),
    Column("changed_at", Moment, nullable=False),
    text_column("changed_by"),
    Column("request_key", Text),
    Index(None, "producer_id"),
    Index(None, "state"),
    Index(None, "request_key", unique=True),
)
"""Stamps that a producer asks the office for: requested, approved, printed, delivered; or refused, cancelled."""

planned_orders = Table(
    "planned_orders",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("request", JSON, nullable=False),
    count_column("done"),
    Column("total", Integer, nullable=False),
    Column("result", JSON),
    text_column("batch"),
    Column("asked_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index(None, "account_id"),
    Index(None, "state"),
    sqlite_autoincrement=True,
)
"""Orders of more products than a page judges: what was asked for, how far the worker is, what it found.

The number of one that was deleted is never another's, as a process may still be at it."""

exceptions = Table(
    "exceptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("recognition_id", ForeignKey("recognitions.id"), nullable=False),
    count_column("pieces"),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "recognition_id"),
)
"""Granted by an administrator: so many pieces over the quota, or a pass from the strict label law. Rows only grow."""
