"""What waits behind the pages: exports, uploads, refused rows, outputs that take no files."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from labelsvc.storage.db.moment import Moment
from labelsvc.storage.db.tables.metadata import metadata

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
