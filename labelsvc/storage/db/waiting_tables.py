"""The tables of what goes on behind the pages: orders that are planned, exports that are made, uploads that wait."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

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

uploads = Table(
    "uploads",
    metadata,
    Column("name", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("owner", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("shown", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("name", "number"),
)
"""Files that wait for a decision: all web machines have them, for a day."""

refused_rows = Table(
    "refused_rows",
    metadata,
    Column("import_id", Integer, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""Rows that an import refused, as a CSV to be mended. Those of older versions are files of the home."""

output_waits = Table(
    "output_waits",
    metadata,
    Column("machine", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("retry_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    PrimaryKeyConstraint("machine", "place"),
)
"""Outputs that refuse files of a machine, by ``code`` and ``facts`` of the problem, and when they are tried again.

See ``storage.batches.output_waits``."""
